// Package rewrite tests `kubectl encrypt rewrite` on a real API server and etcd.
// What the plugin says is compared with what etcd holds.
package rewrite

import (
	"fmt"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// The API servers of the shared cluster. They differ in the key that they write
// with: what is made through one is stale for the other, without any restart.
const (
	current   = 0 // writes with the new key; the plugin talks to this one
	former    = 1 // writes with the old key; tests make Secrets through this one
	throttled = 2 // the new key, with flags that a test wants
)

const (
	newKey = "aescbc/new"
	oldKey = "aescbc/old"
)

// Without priority and fairness these limits answer 429 as soon as they are
// reached, to all but system:masters.
var smallLimits = []string{
	"--enable-priority-and-fairness=false",
	"--max-requests-inflight=3",
	"--max-mutating-requests-inflight=2",
}

var cluster = kit.Share(func() (*harness.Cluster, error) {
	writesNew := harness.Encryption(harness.AESCBC("new", "old"), harness.Identity())
	writesOld := harness.Encryption(harness.AESCBC("old", "new"), harness.Identity())
	return harness.New(harness.Options{Servers: []harness.ServerOptions{
		current:   {Encryption: writesNew},
		former:    {Encryption: writesOld},
		throttled: {Encryption: writesNew, Flags: smallLimits},
	}})
})

func TestMain(m *testing.M) { kit.Main(m, cluster) }

// shared returns the cluster of most tests; each uses namespaces of its own.
func shared(t *testing.T) *harness.Cluster {
	t.Helper()
	return cluster.Get(t)
}

// startCluster is for tests that cannot share one.
func startCluster(t *testing.T, options harness.Options) *harness.Cluster {
	t.Helper()
	cluster, err := harness.New(options)
	must(t, err)
	t.Cleanup(func() { cluster.Close() })
	return cluster
}

var namespaces atomic.Int64

// freshPrefix is the start of the names of namespaces that no other test uses.
func freshPrefix() string { return fmt.Sprintf("test%03d", namespaces.Add(1)) }
