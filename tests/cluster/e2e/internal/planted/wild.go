package planted

import (
	"crypto/rand"
	mathrand "math/rand/v2"

	"kubectl-encrypt/tests/cluster/harness"
)

// wildValues are what no API server of these configurations can read: under keys and plugins that are lost, in an old
// format, by a provider that does not exist.
var wildValues = []harness.Value{
	{Storage: harness.Storage{Provider: "aescbc", Key: "lost"}, Version: "v1"},
	{Storage: harness.Storage{Provider: "secretbox", Key: "lost"}, Version: "v1"},
	{Storage: harness.Storage{Provider: "kms", Key: "gone"}, Version: "v2", KeyID: "arn:aws:kms:eu-1:1:key/2"},
	{Storage: harness.Storage{Provider: "kms", Key: "gone"}, Version: "v1"},
	unrecognised,
}

var unrecognised = harness.Value{Storage: harness.Storage{Provider: "unknown"}}

const unrecognisedPrefix = "k8s:enc:rot13:v1:key1:"

// NewWildState is a state with some objects that cannot be read. It is for looking at etcd alone: the API server
// stops to serve resources that it cannot read.
func (c Config) NewWildState(random *mathrand.Rand) State {
	state := c.NewState(random)
	for i := range state.Objects {
		if random.IntN(3) == 0 {
			state.Objects[i].Under = pick(random, wildValues)
		}
	}
	return state
}

// PlantWild is Plant for such a state. Only a new cluster can have another kind of state after it.
func (c *Cluster) PlantWild(state State) error {
	entries, err := c.seal(state)
	if err != nil {
		return err
	}
	return c.Store().Replace(c.prefixes(), entries)
}

// sealObject is for what the harness cannot seal as well: it has a prefix, and then nothing that makes sense.
func (c *Cluster) sealObject(sealer *harness.Sealer, object Object) ([]byte, error) {
	if object.Under == unrecognised {
		return []byte(unrecognisedPrefix + rand.Text() + rand.Text()), nil
	}
	key := object.Kind.Key(object.Namespace, object.Name())
	return sealer.Seal(object.Under, key, c.templates[object.Kind.Name].as(object))
}
