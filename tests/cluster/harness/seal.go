package harness

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

const aescbcPrefix = "k8s:enc:aescbc:v1:"

var (
	errOtherKey = errors.New("sealed with another key than that of its name")
	errShort    = errors.New("of no length that something sealed has")
)

// Seal stores as kube-apiserver does under the provider aescbc and the test key of a name:
// "k8s:enc:aescbc:v1:KEY:", a random IV, and the content with PKCS#7 padding.
func Seal(key string, content []byte) []byte {
	padding := aes.BlockSize - len(content)%aes.BlockSize
	prefix := aescbcPrefix + key + ":"
	sealed := make([]byte, len(prefix)+aes.BlockSize, len(prefix)+aes.BlockSize+len(content)+padding)
	copy(sealed, prefix)
	iv := sealed[len(prefix):]
	rand.Read(iv) // never fails
	sealed = append(sealed, content...)
	sealed = append(sealed, bytes.Repeat([]byte{byte(padding)}, padding)...)
	text := sealed[len(prefix)+aes.BlockSize:]
	cipher.NewCBCEncrypter(cipherOf(key), iv).CryptBlocks(text, text)
	return sealed
}

// Unseal returns the content of a value that is stored as plain text or under aescbc and a test key.
func Unseal(value []byte) ([]byte, error) {
	storage := Classify(value)
	switch storage.Provider {
	case "identity":
		return value, nil
	case "aescbc":
		return openCBC(storage.Key, value[len(aescbcPrefix+storage.Key+":"):])
	}
	return nil, fmt.Errorf("not under aescbc: %v", storage)
}

func openCBC(key string, body []byte) ([]byte, error) {
	if len(body) < 2*aes.BlockSize || len(body)%aes.BlockSize != 0 {
		return nil, errShort
	}
	text := bytes.Clone(body[aes.BlockSize:])
	cipher.NewCBCDecrypter(cipherOf(key), body[:aes.BlockSize]).CryptBlocks(text, text)
	padding := int(text[len(text)-1])
	if padding == 0 || padding > aes.BlockSize {
		return nil, errOtherKey
	}
	return text[:len(text)-padding], nil
}

func cipherOf(key string) cipher.Block { return blockOf(NewKey(key).Secret) }

func blockOf(secret []byte) cipher.Block {
	block, err := aes.NewCipher(secret)
	if err != nil {
		panic(err) // a key of 32 bytes always does
	}
	return block
}
