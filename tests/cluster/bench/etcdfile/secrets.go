package etcdfile

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
)

const (
	perTransaction = 10000 // etcd's batch limit
	againEvery     = 10    // a tenth is written twice
	aesBlock       = 16
)

// SecretsKey is the key that Secrets are under, as far as can be seen: provider aescbc.
const SecretsKey = "key1"

// Secrets describe a large database: many Secrets under one key, each tenth of them also as it was before. Namespaces
// are written in turns, so that the order of revisions is not that of keys.
type Secrets struct {
	Count      int
	Bytes      int // of each as it is stored, at the most: aescbc has whole blocks
	Namespaces int
}

// Superseded is the number of values besides the current ones.
func (s Secrets) Superseded() int { return (s.Count + againEvery - 1) / againEvery }

// WriteSnapshot writes what `etcdctl snapshot save` would.
func (s Secrets) WriteSnapshot(path string) error {
	scratch := path + ".db"
	defer os.Remove(scratch)
	w, err := Create(scratch, Options{PageSize: 4096})
	if err != nil {
		return err
	}
	defer w.DB.Close()
	for first := 0; first < s.Count; first += perTransaction {
		if err := w.Batch(func(b *Batch) error { return s.putFrom(b, first) }); err != nil {
			return err
		}
	}
	return w.Snapshot(path)
}

func (s Secrets) putFrom(b *Batch, first int) error {
	for i := first; i < min(first+perTransaction, s.Count); i++ {
		key := fmt.Sprintf("/registry/secrets/namespace-%03d/secret-%07d", i%s.Namespaces, i)
		times := 1
		if i%againEvery == 0 {
			times = 2
		}
		for range times {
			if _, err := b.Put(key, s.value(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// value looks like one under aescbc: a prefix and noise, an initialisation vector and a block of it at the least.
func (s Secrets) value(i int) []byte {
	value := []byte("k8s:enc:aescbc:v1:" + SecretsKey + ":")
	random := rand.NewPCG(uint64(i), 1)
	for range max(2, (s.Bytes-len(value))/aesBlock) {
		value = binary.LittleEndian.AppendUint64(value, random.Uint64())
		value = binary.LittleEndian.AppendUint64(value, random.Uint64())
	}
	return value
}
