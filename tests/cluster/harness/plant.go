package harness

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	largestTransaction = 2048    // puts in one transaction of SeedEtcd; etcd's own limit is 128
	largestRequest     = 1 << 20 // bytes; etcd's own limit is 1.5 MiB
)

// lostKey is in no configuration: nobody can read what is sealed with it.
const lostKey = "lost"

// Plant stores the content that is at a key under another test key (aescbc), past the API server.
func (c *Cluster) Plant(etcdKey, key string) error {
	entry, err := c.store.Get(etcdKey)
	if err != nil {
		return err
	}
	content, err := Unseal(entry.Value)
	if err != nil {
		return fmt.Errorf("%s: %w", etcdKey, err)
	}
	return c.WriteEtcd(etcdKey, Seal(key, content))
}

// PlantAll is Plant for all Secrets of the cluster.
func (c *Cluster) PlantAll(key string) error {
	entries, err := c.ReadEtcd(SecretsPrefix)
	if err != nil {
		return err
	}
	puts := batch{store: c.store}
	for _, entry := range entries {
		content, err := Unseal(entry.Value)
		if err == nil {
			err = puts.add(entry.Key, Seal(key, content))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", entry.Key, err)
		}
	}
	return puts.commit()
}

// PlantUnreadable puts a Secret under a key that nobody has; whether there was one of this name does not matter.
func (c *Cluster) PlantUnreadable(namespace, name string) error {
	return c.WriteEtcd(SecretsPrefix+namespace+"/"+name, Seal(lostKey, []byte("k8s\x00 nobody reads this")))
}

// PlantOptions describe the Secrets of SeedEtcd.
type PlantOptions struct {
	Count      int
	Namespaces int    // 0 = 1; they are called PREFIX-000, PREFIX-001, ...
	Prefix     string // of namespace names, "" = "seed"
	Size       int    // bytes of data in each, 0 = 1024
	Key        string // they are stored under aescbc and this test key
}

// The names that SeedEtcd gives: all of one length, so that they can be put into one protobuf message in place
// of each other without changing any length in it.
const plantedName = "planted-%06d"

const uidFormat = "%08x-0000-4000-8000-%012x"

// SeedEtcd puts Secrets straight into etcd: one is made by the API server, the others are its stored bytes with
// another name, namespace and uid, sealed again. 100,000 of them take seconds.
func (c *Cluster) SeedEtcd(options PlantOptions) error {
	seed := SeedOptions{Namespaces: options.Namespaces, Prefix: options.Prefix}
	seed.complete()
	if seed.Namespaces > 1000 || options.Count > 1000000 {
		return errors.New("SeedEtcd has names of one length for 1,000 namespaces and 1,000,000 Secrets at the most")
	}
	client, err := c.Client(Admin)
	if err != nil {
		return err
	}
	if err := client.seedNamespaces(context.Background(), seed); err != nil {
		return err
	}
	template, err := c.plantTemplate(client, seed, options)
	if err != nil {
		return err
	}
	puts := batch{store: c.store}
	for i := range options.Count {
		namespace, name := seed.namespace(i), fmt.Sprintf(plantedName, i)
		value := Seal(options.Key, template.as(namespace, name, fmt.Sprintf(uidFormat, i+1, i+1)))
		if err := puts.add(SecretsPrefix+namespace+"/"+name, value); err != nil {
			return err
		}
	}
	return puts.commit()
}

// plantTemplate is the stored form of one Secret; it becomes the first of those planted.
func (c *Cluster) plantTemplate(client *Client, seed SeedOptions, options PlantOptions) (*template, error) {
	size := options.Size
	if size == 0 {
		size = 1024
	}
	secret := newSecret(seed.namespace(0), fmt.Sprintf(plantedName, 0), "Opaque")
	secret.Data["value"] = make([]byte, size)
	rand.Read(secret.Data["value"]) // never fails
	if err := client.createSecret(context.Background(), secret, "seed"); err != nil {
		return nil, err
	}
	var made Secret
	if err := client.Get(context.Background(), secret.path(), &made); err != nil {
		return nil, err
	}
	entry, err := c.store.Get(SecretsPrefix + secret.Metadata.Namespace + "/" + secret.Metadata.Name)
	if err != nil {
		return nil, err
	}
	content, err := Unseal(entry.Value)
	return &template{content, secret.Metadata.Namespace, secret.Metadata.Name, made.Metadata.UID}, err
}

// template is a stored Secret, and what is to be replaced in it.
type template struct {
	content              []byte
	namespace, name, uid string
}

func (t *template) as(namespace, name, uid string) []byte {
	content := t.content
	for _, pair := range [][2]string{{t.namespace, namespace}, {t.name, name}, {t.uid, uid}} {
		// The first occurrence is in the metadata, which comes before the data.
		content = bytes.Replace(content, []byte(pair[0]), []byte(pair[1]), 1)
	}
	return content
}

// Replace deletes all keys below some prefixes and puts others in their place.
func (s *Store) Replace(prefixes []string, entries []Entry) error {
	for _, prefix := range prefixes {
		if err := s.DeletePrefix(prefix); err != nil {
			return err
		}
	}
	puts := batch{store: s}
	for _, entry := range entries {
		if err := puts.add(entry.Key, entry.Value); err != nil {
			return err
		}
	}
	return puts.commit()
}

// batch collects puts into transactions as large as etcd takes them.
type batch struct {
	store *Store
	puts  []clientv3.Op
	bytes int
}

func (b *batch) add(key string, value []byte) error {
	if len(b.puts) == largestTransaction || b.bytes+len(value) > largestRequest {
		if err := b.commit(); err != nil {
			return err
		}
	}
	b.puts = append(b.puts, clientv3.OpPut(key, string(value)))
	b.bytes += len(value)
	return nil
}

func (b *batch) commit() error {
	if len(b.puts) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_, err := b.store.client.Txn(ctx).Then(b.puts...).Commit()
	b.puts, b.bytes = nil, 0
	return err
}
