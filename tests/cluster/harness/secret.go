package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// Secret is a Secret as far as this package makes and compares them.
type Secret struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   Metadata          `json:"metadata"`
	Type       string            `json:"type,omitempty"`
	Immutable  *bool             `json:"immutable,omitempty"`
	Data       map[string][]byte `json:"data,omitempty"`
}

// Metadata is the part of ObjectMeta that seeded Secrets set.
type Metadata struct {
	Name            string            `json:"name"`
	Namespace       string            `json:"namespace"`
	UID             string            `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
	Annotations     map[string]string `json:"annotations,omitempty"`
	Finalizers      []string          `json:"finalizers,omitempty"`
	OwnerReferences []OwnerReference  `json:"ownerReferences,omitempty"`
}

// OwnerReference is the object that a Secret goes away with.
type OwnerReference struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	UID        string `json:"uid"`
}

func newSecret(namespace, name, secretType string) *Secret {
	return &Secret{
		APIVersion: "v1", Kind: "Secret", Type: secretType,
		Metadata: Metadata{Name: name, Namespace: namespace, Annotations: map[string]string{}},
		Data:     map[string][]byte{},
	}
}

func (s *Secret) path() string { return secretPath(s.Metadata.Namespace, s.Metadata.Name) }

func secretPath(namespace, name string) string {
	return "/api/v1/namespaces/" + namespace + "/secrets/" + name
}

func (c *Client) createSecret(ctx context.Context, secret *Secret, manager string) error {
	body, err := json.Marshal(secret)
	if err != nil {
		return err
	}
	path := "/api/v1/namespaces/" + secret.Metadata.Namespace + "/secrets?fieldManager=" + manager
	_, err = c.Do(ctx, "POST", path, body)
	return err
}

// plainSecret has 1 KiB of random data in one field.
func plainSecret(options SeedOptions, i int) *Secret {
	secret := newSecret(options.namespace(i), fmt.Sprintf("plain-%06d", i), "Opaque")
	secret.Data["value"] = randomBytes(generator(options, i), 1024)
	return secret
}

// generator gives every Secret random numbers of its own, so that it does not
// depend on the order in which they are made.
func generator(options SeedOptions, i int) *rand.Rand {
	return rand.New(rand.NewPCG(options.Random, uint64(i)))
}

func randomBytes(random *rand.Rand, size int) []byte {
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(random.Uint32())
	}
	return content
}
