package harness

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

// Provider is one entry of the provider list of an EncryptionConfiguration.
type Provider struct {
	Kind string // "identity", "aescbc", "aesgcm", "secretbox" or "kms"
	Keys []Key  // not for identity and kms

	Name, Endpoint, Version string // kms only; the version is "v1" or "v2"
}

// Key is a named key; see NewKey.
type Key struct {
	Name   string
	Secret []byte
}

// NewKey derives a 32 byte key from its name, so that the same name is the same
// key in every configuration and every run.
func NewKey(name string) Key {
	secret := sha256.Sum256([]byte("kencrypt-cluster key " + name))
	return Key{Name: name, Secret: secret[:]}
}

// Identity stores objects as they are.
func Identity() Provider { return Provider{Kind: "identity"} }

// AESCBC, AESGCM and Secretbox take key names; the first key writes.
func AESCBC(keys ...string) Provider { return keyed("aescbc", keys) }

func AESGCM(keys ...string) Provider { return keyed("aesgcm", keys) }

func Secretbox(keys ...string) Provider { return keyed("secretbox", keys) }

// KMS is a KMS v2 plugin at a unix socket.
func KMS(name, socket string) Provider {
	return Provider{Kind: "kms", Name: name, Endpoint: "unix://" + socket, Version: "v2"}
}

func keyed(kind string, names []string) Provider {
	provider := Provider{Kind: kind}
	for _, name := range names {
		provider.Keys = append(provider.Keys, NewKey(name))
	}
	return provider
}

// Encryption returns an EncryptionConfiguration for Secrets: the first provider
// writes, all of them read.
func Encryption(providers ...Provider) string {
	return EncryptionOf([]string{"secrets"}, providers...)
}

// EncryptionOf is Encryption for other resources.
func EncryptionOf(resources []string, providers ...Provider) string {
	return EncryptionBy(Rule{resources, providers})
}

// Rule is one entry of an EncryptionConfiguration.
type Rule struct {
	Resources []string // "secrets", "*.apps", "*.", "*.*"
	Providers []Provider
}

// EncryptionBy is an EncryptionConfiguration of several entries.
func EncryptionBy(rules ...Rule) string {
	var text strings.Builder
	text.WriteString("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n")
	for _, rule := range rules {
		text.WriteString("- resources:\n")
		for _, resource := range rule.Resources {
			fmt.Fprintf(&text, "  - %q\n", resource)
		}
		text.WriteString("  providers:\n")
		for _, provider := range rule.Providers {
			provider.write(&text)
		}
	}
	return text.String()
}

func (p Provider) write(text *strings.Builder) {
	switch p.Kind {
	case "identity":
		text.WriteString("  - identity: {}\n")
	case "kms":
		fmt.Fprintf(text, "  - kms:\n      apiVersion: %s\n      name: %q\n      endpoint: %q\n      timeout: 3s\n",
			p.Version, p.Name, p.Endpoint)
	default:
		fmt.Fprintf(text, "  - %s:\n      keys:\n", p.Kind)
		for _, key := range p.Keys {
			fmt.Fprintf(text, "      - name: %q\n        secret: %s\n", key.Name, base64.StdEncoding.EncodeToString(key.Secret))
		}
	}
}
