package snapshot_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
	"go.etcd.io/etcd/api/v3/mvccpb"

	"kubectl-encrypt/tests/cluster/bench/etcdfile"
	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// history writes at random, and knows what must be found.
type history struct {
	t       *testing.T
	writer  *etcdfile.Writer
	random  *rand.Rand
	largest int

	written map[int64]*mvccpb.KeyValue // every revision there ever was
	alive   map[string]*mvccpb.KeyValue
	inTree  map[int64]bool
}

func newHistory(t *testing.T, options etcdfile.Options, largest int) *history {
	t.Helper()
	writer, err := etcdfile.Create(filepath.Join(t.TempDir(), "db"), options)
	kit.Must(t, err)
	t.Cleanup(func() { writer.DB.Close() })
	return &history{
		t: t, writer: writer, random: rand.New(rand.NewPCG(uint64(options.PageSize), 7)), largest: largest,
		written: map[int64]*mvccpb.KeyValue{}, alive: map[string]*mvccpb.KeyValue{}, inTree: map[int64]bool{},
	}
}

func (h *history) write(batches, perBatch int) {
	for range batches {
		kit.Must(h.t, h.writer.Batch(func(b *etcdfile.Batch) error {
			for range perBatch {
				if err := h.one(b); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func (h *history) one(b *etcdfile.Batch) error {
	key := fmt.Sprintf("/registry/secrets/ns-%d/s-%d", h.random.IntN(5), h.random.IntN(200))
	if h.random.IntN(5) == 0 && h.alive[key] != nil {
		delete(h.alive, key)
		return b.Delete(key)
	}
	kv, err := b.Put(key, h.value())
	h.written[kv.ModRevision], h.alive[key], h.inTree[kv.ModRevision] = kv, kv, true
	return err
}

// value is one that no other contains.
func (h *history) value() []byte {
	value := fmt.Appendf(nil, "k8s:enc:aescbc:v1:key1:%020d:", h.random.Uint64())
	for want := h.random.IntN(h.largest); len(value) < want; {
		value = fmt.Appendf(value, "%016x", h.random.Uint64())
	}
	return value
}

// compact drops what is not alive, in several transactions as etcd does.
func (h *history) compact() {
	kit.Must(h.t, h.writer.Batch(func(b *etcdfile.Batch) error { return b.Compact(h.writer.Revision) }))
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(h.inTree)), 100) {
		kit.Must(h.t, h.writer.Batch(func(b *etcdfile.Batch) error {
			for _, revision := range chunk {
				kv := h.written[revision]
				if h.alive[string(kv.Key)] == kv {
					continue
				}
				if err := b.Drop(revision); err != nil {
					return err
				}
				delete(h.inTree, revision)
			}
			return nil
		}))
	}
}

// expect is what our reader must say of the trees.
func (h *history) expect() (current, older []found) {
	for revision := range h.inTree {
		kv := h.written[revision]
		switch now := h.alive[string(kv.Key)]; {
		case now == kv:
			current = append(current, foundAs("current", kv))
		case now != nil:
			older = append(older, foundAs("superseded", kv))
		default:
			older = append(older, foundAs("deleted", kv))
		}
	}
	slices.SortFunc(current, func(a, b found) int { return strings.Compare(a.key, b.key) })
	slices.SortFunc(older, byRevision)
	return current, older
}

func byRevision(a, b found) int { return int(a.mod - b.mod) }

func (h *history) check(path string) dump {
	t := h.t
	t.Helper()
	got := runDump(t, "--residue", path)
	current, older := h.expect()
	if !slices.Equal(got.current(), current) {
		t.Errorf("%d current keys, and not the %d of bbolt", len(got.current()), len(current))
	}
	rest := append(got.at("superseded"), got.at("deleted")...)
	slices.SortFunc(rest, byRevision)
	if !slices.Equal(rest, older) {
		t.Errorf("%d older revisions, and not the %d of bbolt", len(rest), len(older))
	}
	for _, value := range got.at("free page") {
		kv := h.written[value.mod]
		if kv == nil || h.inTree[value.mod] || value != foundAs("free page", kv) {
			t.Errorf("in a free page: %v, which was never written like that", value)
		}
	}
	if got.number(t, "revision") < int64(len(h.written)) {
		t.Errorf("revision %d after %d puts", got.number(t, "revision"), len(h.written))
	}
	return got
}

// checkFree compares with what can be read of values that are in no tree.
func (h *history) checkFree(path string, got dump) {
	file, err := os.ReadFile(path)
	kit.Must(h.t, err)
	readable := 0
	for revision, kv := range h.written {
		if !h.inTree[revision] && bytes.Contains(file, kv.Value) {
			readable++
		}
	}
	whole := len(got.at("free page"))
	h.t.Logf("%d values readable in free pages, %d found with their keys, %s copies, %s fragments", readable, whole,
		got.facts["copies"], got.facts["encrypted"])
	if readable == 0 {
		h.t.Error("the test left nothing to find")
	}
	if whole > readable || int64(whole)+got.number(h.t, "encrypted") < int64(readable) {
		h.t.Errorf("%d values can be read, %d were found and %s fragments", readable, whole, got.facts["encrypted"])
	}
	if h.largest < h.writer.DB.Info().PageSize/4 && whole != readable {
		h.t.Errorf("without overflow pages, %d values can be read and %d were found", readable, whole)
	}
}

// freePages is how many bbolt itself finds.
func freePages(t *testing.T, path string) (free int64) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	kit.Must(t, err)
	defer db.Close()
	kit.Must(t, db.View(func(tx *bolt.Tx) error {
		for id := 0; ; {
			page, err := tx.Page(id)
			if err != nil || page == nil {
				return err
			}
			if page.Type == "free" { // what its header says is of former times
				free++
				id++
				continue
			}
			id += 1 + page.OverflowCount
		}
	}))
	return free
}

func TestBboltsFiles(t *testing.T) {
	for _, pageSize := range []int{4096, 16384, 65536} {
		for _, large := range []bool{false, true} {
			for _, sync := range []bool{false, true} {
				if sync && pageSize > 16384 {
					continue // says nothing new, and takes seconds
				}
				name := fmt.Sprintf("pages of %d, large values %v, free list %v", pageSize, large, sync)
				t.Run(name, func(t *testing.T) { oneFile(t, etcdfile.Options{PageSize: pageSize, SyncFreelist: sync}, large) })
			}
		}
	}
}

func oneFile(t *testing.T, options etcdfile.Options, large bool) {
	largest, puts := 800, 60*options.PageSize/4096
	if large {
		largest, puts = 5*options.PageSize, 60
	}
	h := newHistory(t, options, largest)
	h.write(10, puts)
	db, snapshot := h.writer.DB.Path(), filepath.Join(t.TempDir(), "snapshot.db")
	for round := range 3 {
		kit.Must(t, h.writer.Snapshot(snapshot))
		got := h.check(snapshot)
		if got.facts["checksum"] != "true" || got.facts["page_size"] != fmt.Sprint(options.PageSize) {
			t.Errorf("facts: %v", got.facts)
		}
		h.check(db)
		if round > 0 {
			h.checkFree(snapshot, got)
		}
		h.compact()
		h.write(round+1, puts/6)
	}
	kit.Must(t, h.writer.DB.Close())
	got := h.check(db)
	if free := freePages(t, db); got.number(t, "free_pages") != free {
		t.Errorf("%d free pages, bbolt counts %d", got.number(t, "free_pages"), free)
	}
}
