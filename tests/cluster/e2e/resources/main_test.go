// Package resources tests which resources `kubectl encrypt rewrite` works on, on
// a real API server and etcd: built-in and custom ones, named, configured, all.
package resources

import (
	"fmt"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// The API servers of the shared cluster differ in the key that they write every
// resource with: what is made through one is stale for the other.
const (
	current = 0 // the plugin talks to this one
	former  = 1 // tests make objects through this one
)

const (
	newKey = "aescbc/new"
	oldKey = "aescbc/old"
)

func everything(keys ...string) string {
	return harness.EncryptionOf([]string{"*.*"}, harness.AESCBC(keys...), harness.Identity())
}

var cluster = kit.Share(func() (*harness.Cluster, error) {
	return harness.New(harness.Options{Servers: []harness.ServerOptions{
		current: {Encryption: everything("new", "old")},
		former:  {Encryption: everything("old", "new")},
	}})
})

func TestMain(m *testing.M) { kit.Main(m, cluster) }

// shared returns the cluster of most tests; each uses a namespace of its own.
func shared(t *testing.T) *harness.Cluster {
	t.Helper()
	return cluster.Get(t)
}

var namespaces atomic.Int64

func freshName() string { return fmt.Sprintf("test%03d", namespaces.Add(1)) }
