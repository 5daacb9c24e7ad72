// Package kmsplugin is a KMS plugin for tests, which speaks v2 and v1: it wraps with local keys, and does what a real
// one does on bad days.
package kmsplugin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// Annotations come with everything that is wrapped, as plugins may want to store something with it. The API server
// demands a domain name as the key.
var Annotations = map[string][]byte{"wrapping.kencrypt-cluster.test": []byte("aes-gcm")}

// Wrap encrypts with AES-256-GCM and the key of an id. The key is derived from the id, so that it is the same in
// every plugin and every run, and tests can wrap without asking one. The result is a nonce and the ciphertext.
func Wrap(keyID string, plaintext []byte) []byte {
	aead := keyOf(keyID)
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, plaintext, []byte(keyID))
}

// Unwrap is the way back.
func Unwrap(keyID string, wrapped []byte) ([]byte, error) {
	aead := keyOf(keyID)
	if len(wrapped) < aead.NonceSize() {
		return nil, errors.New("too short to be wrapped")
	}
	nonce, ciphertext := wrapped[:aead.NonceSize()], wrapped[aead.NonceSize():]
	return aead.Open(nil, nonce, ciphertext, []byte(keyID))
}

// WrapV1 is Wrap for KMS v1, whose API servers keep no key id: the plugin puts it, with its length in front, into what
// it gives out, where nobody else looks.
func WrapV1(keyID string, plaintext []byte) []byte {
	return append(append([]byte{byte(len(keyID))}, keyID...), Wrap(keyID, plaintext)...)
}

// UnwrapV1 is the way back; it also tells the key id.
func UnwrapV1(wrapped []byte) (keyID string, plaintext []byte, err error) {
	if len(wrapped) == 0 || len(wrapped) < 1+int(wrapped[0]) {
		return "", nil, errors.New("too short to be wrapped")
	}
	end := 1 + int(wrapped[0])
	keyID = string(wrapped[1:end])
	plaintext, err = Unwrap(keyID, wrapped[end:])
	return keyID, plaintext, err
}

func keyOf(keyID string) cipher.AEAD {
	secret := sha256.Sum256([]byte("kencrypt-cluster kms key " + keyID))
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		panic(err) // 32 bytes are always a key
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // as is AES always a cipher for GCM
	}
	return aead
}
