// Package etcdfile writes etcd's database with bbolt itself, so that its page size, its shape and its history
// can be chosen; etcd takes the page size of the machine.
package etcdfile

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"google.golang.org/protobuf/proto"
)

var (
	keyBucket  = []byte("key")
	metaBucket = []byte("meta")
)

// Options of a new file.
type Options struct {
	PageSize     int  // bytes
	SyncFreelist bool // etcd does not
}

// Writer counts revisions as etcd does.
type Writer struct {
	DB       *bolt.DB
	Revision int64 // the last one

	alive map[string]*mvccpb.KeyValue
}

// Create starts a database with the buckets that are always there.
func Create(path string, options Options) (*Writer, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		PageSize: options.PageSize, NoFreelistSync: !options.SyncFreelist, NoSync: true, NoGrowSync: true,
	})
	if err != nil {
		return nil, err
	}
	w := &Writer{DB: db, Revision: 1, alive: map[string]*mvccpb.KeyValue{}}
	return w, db.Update(func(tx *bolt.Tx) error {
		for _, name := range []string{"alarm", "cluster", "key", "lease", "members", "members_removed", "meta"} {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return tx.Bucket(metaBucket).Put([]byte("storageVersion"), []byte("3.7.0"))
	})
}

// Batch writes several revisions in one transaction of bbolt, as etcd does.
func (w *Writer) Batch(do func(*Batch) error) error {
	return w.DB.Update(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(keyBucket)
		bucket.FillPercent = 0.9 // etcd server/storage/backend/batch_tx.go: revisions only ever ascend
		if err := do(&Batch{writer: w, bucket: bucket}); err != nil {
			return err
		}
		return tx.Bucket(metaBucket).Put([]byte("consistent_index"), binary.BigEndian.AppendUint64(nil, uint64(w.Revision)))
	})
}

// Batch is one such transaction.
type Batch struct {
	writer *Writer
	bucket *bolt.Bucket
}

// Put writes a key and returns what is stored of it.
func (b *Batch) Put(key string, value []byte) (*mvccpb.KeyValue, error) {
	w := b.writer
	w.Revision++
	kv := &mvccpb.KeyValue{Key: []byte(key), Value: value, CreateRevision: w.Revision, ModRevision: w.Revision, Version: 1}
	if before := w.alive[key]; before != nil {
		kv.CreateRevision, kv.Version = before.CreateRevision, before.Version+1
	}
	w.alive[key] = &mvccpb.KeyValue{CreateRevision: kv.CreateRevision, Version: kv.Version}
	message, err := proto.Marshal(kv)
	if err != nil {
		return nil, err
	}
	return kv, b.bucket.Put(RevisionKey(w.Revision), message)
}

// Delete writes a tombstone.
func (b *Batch) Delete(key string) error {
	w := b.writer
	w.Revision++
	delete(w.alive, key)
	message, err := proto.Marshal(&mvccpb.KeyValue{Key: []byte(key)})
	if err != nil {
		return err
	}
	return b.bucket.Put(append(RevisionKey(w.Revision), 't'), message)
}

// Compact records, before the first Drop, up to which revision they may go.
func (b *Batch) Compact(revision int64) error {
	return b.bucket.Tx().Bucket(metaBucket).Put([]byte("scheduledCompactRev"), RevisionKey(revision))
}

// Drop removes a revision, as a compaction does.
func (b *Batch) Drop(revision int64) error { return b.bucket.Delete(RevisionKey(revision)) }

// RevisionKey is a key of the bucket `key`: etcd server/storage/mvcc/revision.go.
func RevisionKey(main int64) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, 18), uint64(main))
	return binary.BigEndian.AppendUint64(append(key, '_'), 0)
}

// Snapshot writes what `etcdctl snapshot save` would.
func (w *Writer) Snapshot(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	digest := sha256.New()
	err = w.DB.View(func(tx *bolt.Tx) error {
		_, err := tx.WriteTo(io.MultiWriter(file, digest))
		return err
	})
	if err == nil {
		_, err = file.Write(digest.Sum(nil))
	}
	return err
}
