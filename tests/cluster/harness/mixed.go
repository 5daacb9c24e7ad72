package harness

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// seedMixed creates Secret i and then lets other writers have their say.
func (c *Client) seedMixed(ctx context.Context, options SeedOptions, i int) error {
	random := generator(options, i)
	secret := mixedSecret(options, random, i)
	if err := c.createSecret(ctx, secret, "seed"); err != nil {
		return err
	}
	if i%5 == 0 {
		if err := c.otherManagers(ctx, secret); err != nil {
			return err
		}
	}
	if len(secret.Metadata.Finalizers) > 0 && i%2 == 1 {
		// The finalizer keeps it: it stays, with a deletionTimestamp.
		_, err := c.Do(ctx, "DELETE", secret.path(), nil)
		return err
	}
	return nil
}

// mixedSecret combines a type with traits; the periods have no common divisor,
// so that all combinations turn up among a few hundred.
func mixedSecret(options SeedOptions, random *rand.Rand, i int) *Secret {
	secret := newSecret(options.namespace(i), mixedName(i), "")
	makeType[i%len(makeType)](secret, random, i)
	if secret.Type == "Opaque" || secret.Type == "" || secret.Type == "example.com/custom" {
		addData(secret, random, i)
	}
	addMetadata(secret, i)
	if i%7 == 3 {
		immutable := true
		secret.Immutable = &immutable
	}
	return secret
}

// mixedName goes to what a name may be: dots, and 253 characters.
func mixedName(i int) string {
	name := fmt.Sprintf("mixed-%06d", i)
	switch i % 37 {
	case 5:
		return name + ".with.dots-and.dashes"
	case 6:
		return name + "-" + strings.Repeat("x", 253-len(name)-1)
	}
	return name
}

// addMetadata: labels and data keys are ASCII in Kubernetes, only annotation
// values may hold any text; so that is where the unicode is.
func addMetadata(secret *Secret, i int) {
	metadata := &secret.Metadata
	if i%3 == 1 {
		metadata.Labels = map[string]string{"app.kubernetes.io/name": "seed", "example.com/row": fmt.Sprint(i)}
	}
	if i%4 == 2 {
		metadata.Annotations["example.com/note"] = "größer \u2192 秘密 \U0001F511 \"quoted\" \\ <&> \u2028 \u0000 tab\t"
	}
	if i%13 == 4 {
		metadata.Finalizers = []string{"example.com/keep"}
	}
	if i%17 == 5 {
		metadata.OwnerReferences = []OwnerReference{{"v1", "ConfigMap", "owner", fmt.Sprintf("00000000-0000-4000-8000-%012d", i)}}
	}
	if i == 9 {
		metadata.Annotations["example.com/large"] = strings.Repeat("0123456789", 20_000) // 200 kB
	}
	if len(metadata.Annotations) == 0 {
		metadata.Annotations = nil
	}
}

// addData gives the sizes: one of 1 byte and one of 900 KiB for certain, of the
// rest most small. 3000 Secrets have about 17 MB of data.
func addData(secret *Secret, random *rand.Rand, i int) {
	switch {
	case i == opaqueAt(0):
		secret.Data["one"] = []byte{0}
	case i == opaqueAt(1):
		secret.Data["large"] = randomBytes(random, 900<<10)
	case i%8 == 7:
		secret.Data = map[string][]byte{"empty": {}}
	case i%29 == 0:
		secret.Data = nil
	default:
		for field := range 1 + random.IntN(4) {
			secret.Data[fmt.Sprintf("Field_%d.bin-%d", field, i)] = randomBytes(random, randomSize(random))
		}
	}
}

func randomSize(random *rand.Rand) int {
	switch p := random.IntN(1000); {
	case p < 300:
		return 1 + random.IntN(100)
	case p < 900:
		return 100 + random.IntN(4000)
	case p < 990:
		return 4<<10 + random.IntN(60<<10)
	default:
		return 64<<10 + random.IntN(190<<10) // four of these stay below the limit of 1 MiB
	}
}

// otherManagers leaves three entries in managedFields: one of an apply, one of
// a merge patch, besides the creator's.
func (c *Client) otherManagers(ctx context.Context, secret *Secret) error {
	apply, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata": map[string]any{"name": secret.Metadata.Name, "labels": map[string]string{"example.com/applied": "yes"}},
	})
	if err != nil {
		return err
	}
	header := map[string]string{"Content-Type": "application/apply-patch+yaml"}
	if _, err := c.DoWith(ctx, "PATCH", secret.path()+"?fieldManager=applier", apply, header); err != nil {
		return err
	}
	header["Content-Type"] = "application/merge-patch+json"
	patch := []byte(`{"metadata":{"annotations":{"example.com/patched":"yes"}}}`)
	_, err = c.DoWith(ctx, "PATCH", secret.path()+"?fieldManager=patcher", patch, header)
	return err
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
