// Package trust tests what makes `kubectl encrypt rewrite` an engine to rely on: kill -9, storms, objects that nobody
// can write or read, memory, and what it leaves behind for the next run. What the plugin says is compared with what
// etcd holds and with the API server's own counters.
package trust

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// The API servers of the shared cluster; both write with the new key.
const (
	current = 0 // the plugin talks to this one; tests kill it
	steady  = 1 // stays, for writers that have to know what became of their writes
)

const (
	newName = "new" // names of test keys
	oldName = "old"
	newKey  = "aescbc/new" // what etcd says of them
	oldKey  = "aescbc/old"
)

var writesNew = harness.Encryption(harness.AESCBC(newName, oldName), harness.Identity())

// sharing is a cluster that several tests use; the last one of the package closes it.
type sharing struct {
	start func() (*harness.Cluster, error)
	used  atomic.Bool
}

func (s *sharing) get(t *testing.T) *harness.Cluster {
	t.Helper()
	s.used.Store(true)
	cluster, err := s.start()
	kit.Must(t, err)
	return cluster
}

func (s *sharing) close() {
	if s.used.Load() {
		if cluster, err := s.start(); err == nil {
			cluster.Close()
		}
	}
}

func clusterOf(servers ...harness.ServerOptions) *sharing {
	return &sharing{start: sync.OnceValues(func() (*harness.Cluster, error) {
		return harness.New(harness.Options{Servers: servers})
	})}
}

var (
	newest = clusterOf(harness.ServerOptions{Encryption: writesNew}, harness.ServerOptions{Encryption: writesNew})
	older  = clusterOf(harness.ServerOptions{Encryption: writesNew, Version: "1.34"})
)

func shared(t *testing.T) *harness.Cluster {
	t.Helper()
	return newest.get(t)
}

func TestMain(m *testing.M) {
	code := m.Run()
	newest.close()
	older.close()
	os.Exit(code)
}
