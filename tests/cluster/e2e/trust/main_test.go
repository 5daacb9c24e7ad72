// Package trust tests what makes `kubectl encrypt rewrite` an engine to rely on: kill -9, storms, objects that nobody
// can write or read, memory, and what it leaves behind for the next run. What the plugin says is compared with what
// etcd holds and with the API server's own counters.
package trust

import (
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

func clusterOf(servers ...harness.ServerOptions) *kit.Shared {
	return kit.Share(func() (*harness.Cluster, error) { return harness.New(harness.Options{Servers: servers}) })
}

var (
	newest = clusterOf(harness.ServerOptions{Encryption: writesNew}, harness.ServerOptions{Encryption: writesNew})
	older  = clusterOf(harness.ServerOptions{Encryption: writesNew, Version: "1.34"})
)

func shared(t *testing.T) *harness.Cluster {
	t.Helper()
	return newest.Get(t)
}

func TestMain(m *testing.M) { kit.Main(m, newest, older) }
