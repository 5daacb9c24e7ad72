// Package kmsplugin is a KMS v2 plugin for tests: it wraps with local keys, and does what a real one does on bad days.
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
