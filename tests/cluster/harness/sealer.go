package harness

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/nacl/secretbox"
	"google.golang.org/protobuf/proto"
	kms "k8s.io/apiserver/pkg/storage/value/encrypt/envelope/kmsv2/v2"

	"kubectl-encrypt/tests/cluster/kmsplugin"
)

// What the API server's extended-nonce AES-GCM works with (k8s.io/apiserver
// pkg/storage/value/encrypt/aes/aes_extended_nonce.go).
const (
	seedSize = 32
	infoSize = 32
)

// Sealer stores as kube-apiserver does under any provider and the test keys (and KMS keys) of any names. Like an
// API server it has one seed for each key of a KMS. It is for one goroutine.
type Sealer struct {
	sources map[string]dekSource // by key id
}

// dekSource is a seed and its wrapped form.
type dekSource struct{ seed, wrapped []byte }

// NewSealer returns a sealer with seeds of its own.
func NewSealer() *Sealer { return &Sealer{map[string]dekSource{}} }

// Seal returns the content as it is stored at an etcd key, to which some providers bind it.
func (s *Sealer) Seal(under Value, etcdKey string, content []byte) ([]byte, error) {
	prefix := under.prefix()
	switch under.Provider + under.Version {
	case "identity":
		return content, nil
	case "aescbcv1":
		return Seal(under.Key, content), nil
	case "aesgcmv1":
		return sealGCM(prefix, gcmOf(cipherOf(under.Key)), etcdKey, content), nil
	case "secretboxv1":
		return sealBox(prefix, under.Key, content), nil
	case "kmsv1":
		return sealKMSv1(prefix, etcdKey, content), nil
	case "kmsv2":
		return s.sealKMS(prefix, under.KeyID, etcdKey, content)
	}
	return nil, fmt.Errorf("%v cannot be sealed", under)
}

// Open returns the content of a value of an etcd key that is stored under anything that a Sealer seals.
func Open(etcdKey string, value []byte) ([]byte, error) {
	return OpenAs(Inspect(value), etcdKey, value)
}

// OpenAs is Open where it is known what the value is stored under: names of keys may hold colons.
func OpenAs(under Value, etcdKey string, value []byte) ([]byte, error) {
	if under.Provider == "identity" {
		return value, nil
	}
	body, found := bytes.CutPrefix(value, under.prefix())
	if !found {
		return nil, fmt.Errorf("not under %v", under)
	}
	switch under.Provider + under.Version {
	case "aescbcv1":
		return openCBC(under.Key, body)
	case "aesgcmv1":
		return openGCM(gcmOf(cipherOf(under.Key)), etcdKey, body)
	case "secretboxv1":
		return openBox(under.Key, body)
	case "kmsv1":
		return openKMSv1(etcdKey, body)
	case "kmsv2":
		return openKMS(etcdKey, value)
	}
	return nil, fmt.Errorf("%v cannot be opened", under)
}

func sealGCM(prefix []byte, aead cipher.AEAD, etcdKey string, content []byte) []byte {
	nonce := randomOf(aead.NonceSize())
	return aead.Seal(append(prefix, nonce...), nonce, content, []byte(etcdKey))
}

func openGCM(aead cipher.AEAD, etcdKey string, body []byte) ([]byte, error) {
	if len(body) < aead.NonceSize() {
		return nil, errShort
	}
	return aead.Open(nil, body[:aead.NonceSize()], body[aead.NonceSize():], []byte(etcdKey))
}

func sealBox(prefix []byte, key string, content []byte) []byte {
	nonce := [24]byte(randomOf(24))
	secret := [32]byte(NewKey(key).Secret)
	return secretbox.Seal(append(prefix, nonce[:]...), content, &nonce, &secret)
}

func openBox(key string, body []byte) ([]byte, error) {
	if len(body) < 24 {
		return nil, errShort
	}
	nonce, secret := [24]byte(body[:24]), [32]byte(NewKey(key).Secret)
	content, ok := secretbox.Open(nil, body[24:], &nonce, &secret)
	if !ok {
		return nil, errOtherKey
	}
	return content, nil
}

// sealKMSv1 has a key of its own for each value, with the length of its wrapped form in front (k8s.io/apiserver
// pkg/storage/value/encrypt/envelope/envelope.go). Under which key of the plugin it is wrapped shows nowhere.
func sealKMSv1(prefix []byte, etcdKey string, content []byte) []byte {
	key := randomOf(32)
	wrapped := kmsplugin.WrapV1(FirstKeyID, key)
	prefix = append(binary.BigEndian.AppendUint16(prefix, uint16(len(wrapped))), wrapped...)
	return sealGCM(prefix, gcmOf(blockOf(key)), etcdKey, content)
}

func openKMSv1(etcdKey string, body []byte) ([]byte, error) {
	if len(body) < 2 || len(body)-2 < int(binary.BigEndian.Uint16(body)) {
		return nil, errShort
	}
	end := 2 + int(binary.BigEndian.Uint16(body))
	_, key, err := kmsplugin.UnwrapV1(body[2:end])
	if err != nil {
		return nil, err
	}
	return openGCM(gcmOf(blockOf(key)), etcdKey, body[end:])
}

func (s *Sealer) sealKMS(prefix []byte, keyID, etcdKey string, content []byte) ([]byte, error) {
	source := s.source(keyID)
	info := randomOf(infoSize)
	body, err := proto.Marshal(&kms.EncryptedObject{
		EncryptedData:          sealGCM(bytes.Clone(info), derived(source.seed, info), etcdKey, content),
		KeyID:                  keyID,
		EncryptedDEKSource:     source.wrapped,
		Annotations:            kmsplugin.Annotations,
		EncryptedDEKSourceType: kms.EncryptedDEKSourceType_HKDF_SHA256_XNONCE_AES_GCM_SEED,
	})
	return append(prefix, body...), err
}

func openKMS(etcdKey string, value []byte) ([]byte, error) {
	object, err := EncryptedObject(value)
	if err != nil {
		return nil, err
	}
	seed, err := kmsplugin.Unwrap(object.KeyID, object.EncryptedDEKSource)
	if err != nil {
		return nil, err
	}
	if len(object.EncryptedData) < infoSize {
		return nil, errShort
	}
	info, body := object.EncryptedData[:infoSize], object.EncryptedData[infoSize:]
	return openGCM(derived(seed, info), etcdKey, body)
}

func (s *Sealer) source(keyID string) dekSource {
	source, found := s.sources[keyID]
	if !found {
		seed := randomOf(seedSize)
		source = dekSource{seed, kmsplugin.Wrap(keyID, seed)}
		s.sources[keyID] = source
	}
	return source
}

// derived is the cipher of one value under KMS v2.
func derived(seed, info []byte) cipher.AEAD {
	key, err := hkdf.Expand(sha256.New, seed, string(info), 32)
	if err != nil {
		panic(err) // only for lengths that no hash allows
	}
	return gcmOf(blockOf(key))
}

func gcmOf(block cipher.Block) cipher.AEAD {
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES always is a cipher for GCM
	}
	return aead
}

func randomOf(size int) []byte {
	content := make([]byte, size)
	rand.Read(content) // never fails
	return content
}
