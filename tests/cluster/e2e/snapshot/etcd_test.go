package snapshot_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/pkg/v3/traceutil"
	"go.etcd.io/etcd/server/v3/lease"
	"go.etcd.io/etcd/server/v3/storage/backend"
	"go.etcd.io/etcd/server/v3/storage/mvcc"
	"go.etcd.io/etcd/server/v3/storage/schema"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.etcd.io/raft/v3/raftpb"
	"go.uber.org/zap"
	"google.golang.org/protobuf/proto"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

func openStore(t *testing.T, path string) (backend.Backend, mvcc.WatchableKV) {
	t.Helper()
	b := backend.NewDefaultBackend(zap.NewNop(), path)
	b.BatchTx().Lock()
	schema.UnsafeCreateMetaBucket(b.BatchTx())
	b.BatchTx().Unlock()
	return b, mvcc.New(zap.NewNop(), b, &lease.FakeLessor{}, mvcc.StoreConfig{})
}

func rangeAll(t *testing.T, store mvcc.WatchableKV) (all []found) {
	t.Helper()
	result, err := store.Range(context.Background(), []byte("/"), []byte("0"), mvcc.RangeOptions{})
	kit.Must(t, err)
	for _, kv := range result.KVs {
		all = append(all, foundAs("current", kv))
	}
	return all
}

// TestEtcdsOwnStore lets etcd's storage write, compact and read.
func TestEtcdsOwnStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	b, store := openStore(t, path)
	secret := func(i, round int) []byte {
		return fmt.Appendf(nil, "k8s\x00\n\x0c\n\x02v1 secret %d of round %d %s", i, round, bytes.Repeat([]byte("x"), i*7))
	}
	const secrets, rounds = 300, 3
	for round := range rounds {
		for i := range secrets {
			store.Put(fmt.Appendf(nil, "/registry/secrets/ns/s%03d", (i*77)%secrets), secret(i, round), lease.NoLease)
		}
		store.DeleteRange([]byte("/registry/secrets/ns/s00"), []byte("/registry/secrets/ns/s01"))
		store.Commit()
		if round == 1 {
			done, err := store.Compact(traceutil.TODO(), store.Rev())
			kit.Must(t, err)
			<-done
			store.Commit()
		}
	}
	want, revision := rangeAll(t, store), store.Rev()
	kit.Must(t, store.Close())
	kit.Must(t, b.Close())

	got := runDump(t, "--residue", path)
	if !slices.Equal(got.current(), want) {
		t.Errorf("%d current keys, and not etcd's %d", len(got.current()), len(want))
	}
	if got.number(t, "revision") != revision {
		t.Errorf("revision %d, etcd says %d", got.number(t, "revision"), revision)
	}
	if compacted := got.number(t, "compacted"); compacted == 0 || compacted >= revision {
		t.Errorf("compacted revision %d", compacted)
	}
	if n := len(got.at("free page")); n == 0 {
		t.Error("nothing in free pages after a compaction")
	}
	if len(got.at("superseded"))+len(got.at("deleted")) != secrets {
		t.Errorf("%d superseded and %d deleted, %d were written over or deleted after the compaction",
			len(got.at("superseded")), len(got.at("deleted")), secrets)
	}
}

func request(t *testing.T, index uint64, r *etcdserverpb.InternalRaftRequest) *raftpb.Entry {
	t.Helper()
	r.Header = &etcdserverpb.RequestHeader{ID: index}
	data, err := proto.Marshal(r)
	kit.Must(t, err)
	return &raftpb.Entry{Term: proto.Uint64(1), Index: proto.Uint64(index), Type: raftpb.EntryNormal.Enum(), Data: data}
}

// TestEtcdsWriteAheadLog has several segments, puts and transactions as the API server sends them.
func TestEtcdsWriteAheadLog(t *testing.T) {
	former := wal.SegmentSizeBytes
	wal.SegmentSizeBytes = 64 << 10
	t.Cleanup(func() { wal.SegmentSizeBytes = former })
	dir := filepath.Join(t.TempDir(), "wal")
	log, err := wal.Create(zap.NewNop(), dir, []byte("metadata"))
	kit.Must(t, err)
	var want []found
	for index := uint64(1); index <= 500; index++ {
		put := &etcdserverpb.PutRequest{
			Key: fmt.Appendf(nil, "/registry/secrets/ns/s%d", index), Value: bytes.Repeat([]byte("v"), int(index)*3),
		}
		want = append(want, foundAs("write-ahead log", &mvccpb.KeyValue{Key: put.Key, Value: put.Value}))
		r := &etcdserverpb.InternalRaftRequest{Put: put}
		if index%2 == 0 {
			r = &etcdserverpb.InternalRaftRequest{Txn: &etcdserverpb.TxnRequest{
				Compare: []*etcdserverpb.Compare{{Key: put.Key}},
				Success: []*etcdserverpb.RequestOp{{Request: &etcdserverpb.RequestOp_RequestPut{RequestPut: put}}},
				Failure: []*etcdserverpb.RequestOp{{Request: &etcdserverpb.RequestOp_RequestRange{
					RequestRange: &etcdserverpb.RangeRequest{Key: put.Key}}}},
			}}
		}
		state := &raftpb.HardState{Term: proto.Uint64(1), Vote: proto.Uint64(1), Commit: proto.Uint64(index)}
		kit.Must(t, log.Save(state, []*raftpb.Entry{request(t, index, r)}))
	}
	kit.Must(t, log.Close())

	got := runDump(t, "--wal", dir)
	if !slices.Equal(got.values, want) {
		t.Errorf("%d puts, and not the %d of etcd", len(got.values), len(want))
	}
	if got.number(t, "segments") < 3 || got.facts["torn"] != "false" {
		t.Errorf("facts: %v", got.facts)
	}
	// The oldest segment is removed some day, and the last one may end anywhere.
	segments, err := filepath.Glob(filepath.Join(dir, "*.wal"))
	kit.Must(t, err)
	slices.Sort(segments)
	kit.Must(t, os.Remove(segments[0]))
	info, err := os.Stat(segments[len(segments)-1])
	kit.Must(t, err)
	kit.Must(t, os.Truncate(segments[len(segments)-1], info.Size()/2))
	rest := runDump(t, "--wal", dir).values
	if len(rest) == 0 || len(rest) >= len(want) || !slices.Equal(rest, want[len(want)-len(rest)-lost(want, rest):][:len(rest)]) {
		t.Errorf("%d puts of a log without its ends", len(rest))
	}
}

// lost is how many at the end of all are not in the rest.
func lost(all, rest []found) int { return len(all) - 1 - slices.Index(all, rest[len(rest)-1]) }
