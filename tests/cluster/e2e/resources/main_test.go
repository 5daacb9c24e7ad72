// Package resources tests which resources `kubectl encrypt rewrite` works on, on
// a real API server and etcd: built-in and custom ones, named, configured, all.
package resources

import (
	"fmt"
	"os"
	"sync"
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

var startShared = sync.OnceValues(func() (*harness.Cluster, error) {
	return harness.New(harness.Options{Servers: []harness.ServerOptions{
		current: {Encryption: everything("new", "old")},
		former:  {Encryption: everything("old", "new")},
	}})
})

var sharedInUse atomic.Bool

func TestMain(m *testing.M) {
	kit.TakeInterrupts()
	code := m.Run()
	if sharedInUse.Load() {
		if cluster, err := startShared(); err == nil {
			cluster.Close()
		}
	}
	os.Exit(code)
}

// shared returns the cluster of most tests; each uses a namespace of its own.
func shared(t *testing.T) *harness.Cluster {
	t.Helper()
	sharedInUse.Store(true)
	cluster, err := startShared()
	kit.Must(t, err)
	return cluster
}

var namespaces atomic.Int64

func freshName() string { return fmt.Sprintf("test%03d", namespaces.Add(1)) }
