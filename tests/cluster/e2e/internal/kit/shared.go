package kit

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// Shared is a cluster that several tests of a package use. The first that asks
// for it starts it, and Main stops it.
type Shared struct {
	start func() (*harness.Cluster, error)
	used  atomic.Bool
}

// Share is a cluster that `start` starts, with what it has to hold.
func Share(start func() (*harness.Cluster, error)) *Shared {
	return &Shared{start: sync.OnceValues(start)}
}

// Get returns the cluster, or ends the test.
func (s *Shared) Get(t *testing.T) *harness.Cluster {
	t.Helper()
	s.used.Store(true)
	cluster, err := s.start()
	Must(t, err)
	return cluster
}

func (s *Shared) stop() {
	if s.used.Load() {
		if cluster, _ := s.start(); cluster != nil { // be it without what it should hold
			cluster.Close()
		}
	}
}

// Main is what TestMain does in a package with such clusters.
func Main(m *testing.M, clusters ...*Shared) {
	TakeInterrupts()
	code := m.Run()
	for _, cluster := range clusters {
		cluster.stop()
	}
	os.Exit(code)
}
