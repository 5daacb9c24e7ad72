package harness

import (
	"bytes"
	"strings"
)

// Storage is what a value in etcd is stored under.
type Storage struct {
	Provider string // "identity", "aescbc", "aesgcm", "secretbox", "kms" or "unknown"
	Key      string // key name, or the name of the KMS plugin
}

func (s Storage) String() string {
	if s.Key == "" {
		return s.Provider
	}
	return s.Provider + "/" + s.Key
}

const reserved = "k8s:enc:"

// Classify reads the prefix that the API server puts before an encrypted value:
// "k8s:enc:PROVIDER:VERSION:KEY:". The key name is taken up to the first colon;
// the API server would allow more of them in a name, the tests do without.
func Classify(value []byte) Storage {
	rest, encrypted := bytes.CutPrefix(value, []byte(reserved))
	if !encrypted {
		return Storage{Provider: "identity"}
	}
	const longestHead = 400 // enough for a name of 253 characters
	head := string(rest[:min(len(rest), longestHead)])
	parts := strings.SplitN(head, ":", 4)
	if len(parts) < 4 {
		return Storage{Provider: "unknown"}
	}
	switch parts[0] {
	case "aescbc", "aesgcm", "secretbox", "kms":
		return Storage{Provider: parts[0], Key: parts[2]}
	}
	return Storage{Provider: "unknown"}
}
