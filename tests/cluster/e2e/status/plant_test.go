package status

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// plant stores Secrets of a namespace, all under aescbc/key2, as if they had
// been written under something else: one for each element of the list, in the
// order of their names. The API server has to decrypt them, or no row is right.
func plant(t *testing.T, cluster *harness.Cluster, namespace string, wanted ...harness.Storage) {
	t.Helper()
	entries, err := cluster.ReadEtcd(harness.SecretsPrefix + namespace + "/")
	must(t, err)
	if len(entries) < len(wanted) {
		t.Fatalf("%s has %d Secrets, %d are to be planted", namespace, len(entries), len(wanted))
	}
	for i, under := range wanted {
		content := openCBC(t, entries[i].Value)
		must(t, cluster.WriteEtcd(entries[i].Key, seal(t, entries[i].Key, content, under)))
	}
}

// repeat is a list for plant.
func repeat(under harness.Storage, count int) []harness.Storage {
	list := make([]harness.Storage, count)
	for i := range list {
		list[i] = under
	}
	return list
}

func openCBC(t *testing.T, value []byte) []byte {
	t.Helper()
	body, found := bytes.CutPrefix(value, []byte("k8s:enc:aescbc:v1:key2:"))
	if !found {
		t.Fatalf("not under %v: %.40q", key2, value)
	}
	iv, text := body[:aes.BlockSize], bytes.Clone(body[aes.BlockSize:])
	cipher.NewCBCDecrypter(block(t, "key2"), iv).CryptBlocks(text, text)
	return text[:len(text)-int(text[len(text)-1])]
}

func seal(t *testing.T, path string, content []byte, under harness.Storage) []byte {
	t.Helper()
	prefix := []byte("k8s:enc:" + under.Provider + ":v1:" + under.Key + ":")
	switch under.Provider {
	case "identity":
		return content
	case "aescbc":
		return append(prefix, sealCBC(t, content, under.Key)...)
	case "aesgcm":
		return append(prefix, sealGCM(t, path, content, under.Key)...)
	}
	t.Fatalf("%v cannot be planted", under)
	return nil
}

func sealCBC(t *testing.T, content []byte, key string) []byte {
	padding := aes.BlockSize - len(content)%aes.BlockSize
	text := append(bytes.Clone(content), bytes.Repeat([]byte{byte(padding)}, padding)...)
	iv := randomBytes(aes.BlockSize)
	cipher.NewCBCEncrypter(block(t, key), iv).CryptBlocks(text, text)
	return append(iv, text...)
}

// sealGCM binds the value to its place, as the API server does.
func sealGCM(t *testing.T, path string, content []byte, key string) []byte {
	aead, err := cipher.NewGCM(block(t, key))
	must(t, err)
	nonce := randomBytes(aead.NonceSize())
	return aead.Seal(nonce, nonce, content, []byte(path))
}

func block(t *testing.T, key string) cipher.Block {
	result, err := aes.NewCipher(harness.NewKey(key).Secret)
	must(t, err)
	return result
}

func randomBytes(size int) []byte {
	content := make([]byte, size)
	rand.Read(content) // does not fail
	return content
}
