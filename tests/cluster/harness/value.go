package harness

import (
	"bytes"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"
	kms "k8s.io/apiserver/pkg/storage/value/encrypt/envelope/kmsv2/v2"
)

// Value is all that a stored value shows without a key.
type Value struct {
	Storage
	Version  string // of the provider's format: "v1", "v2"; "" for plaintext
	KeyID    string // KMS v2: id of the key in the KMS, "" if it cannot be read
	Encoding string // of plaintext: "protobuf", "json" or "unknown"
}

func (v Value) String() string {
	if v.KeyID != "" {
		return v.Storage.String() + "/" + v.KeyID
	}
	return v.Storage.String()
}

// prefix is what stands before the sealed content.
func (v Value) prefix() []byte {
	return []byte(reserved + v.Provider + ":" + v.Version + ":" + v.Key + ":")
}

const kmsv2Prefix = "k8s:enc:kms:v2:"

// Inspect is Classify and the rest.
func Inspect(value []byte) Value {
	result := Value{Storage: Classify(value)}
	switch result.Provider {
	case "identity":
		result.Encoding = encodingOf(value)
	case "unknown":
	default:
		result.Version = string(bytes.SplitN(value, []byte(":"), 5)[3])
	}
	if object, err := EncryptedObject(value); err == nil {
		result.KeyID = object.KeyID
	}
	return result
}

// InspectAmong is Inspect for names of keys with colons, which a value does not tell apart: of the given names of test
// keys it takes the one whose key opens the value to an object.
func InspectAmong(names []string, etcdKey string, value []byte) Value {
	result := Inspect(value)
	if result.Key == "" || result.Provider == "kms" {
		return result
	}
	for _, name := range names {
		candidate := result
		candidate.Key = name
		content, err := OpenAs(candidate, etcdKey, value)
		if err == nil && encodingOf(content) != "unknown" {
			return candidate
		}
	}
	return result
}

func encodingOf(value []byte) string {
	switch {
	case bytes.HasPrefix(value, []byte("k8s\x00")):
		return "protobuf"
	case bytes.HasPrefix(value, []byte("{")):
		return "json"
	}
	return "unknown"
}

// EncryptedObject decodes a value under KMS v2 with the API server's own type: its key id, annotations, and wrapped
// seed are plain to see.
func EncryptedObject(value []byte) (*kms.EncryptedObject, error) {
	rest, found := bytes.CutPrefix(value, []byte(kmsv2Prefix))
	_, body, named := bytes.Cut(rest, []byte(":"))
	if !found || !named {
		return nil, fmt.Errorf("not under KMS v2: %v", Classify(value))
	}
	object := &kms.EncryptedObject{}
	if err := proto.Unmarshal(body, object); err != nil {
		return nil, err
	}
	if object.KeyID == "" || len(object.EncryptedDEKSource) == 0 {
		return nil, errors.New("under KMS v2, and without a key id or a DEK source")
	}
	return object, nil
}
