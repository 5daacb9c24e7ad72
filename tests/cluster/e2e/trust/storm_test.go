package trust

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	stormObjects = 3000
	restarts     = 5
	compactEvery = 300 // writes: a fraction of a second
	fewSeats     = 8

	// So that the run is not over before the last restart, however fast the machine: a started server serves for
	// some seconds before it is ready.
	paced = "--qps=100"
)

// TestStorm lets everything happen at once that can happen to a healthy cluster under a run: its API server is
// killed and comes back, sends clients away, refuses what is above a few seats, loses every list's token, and
// others write, create and delete all the time. It has to end with exit 0, nothing stale, and no write lost.
func TestStorm(t *testing.T) {
	for _, strategy := range []string{"replace", "patch"} {
		t.Run(strategy, func(t *testing.T) { storm(t, strategy) })
	}
}

func storm(t *testing.T, strategy string) {
	cluster := shared(t)
	setFlags(t, cluster.Servers[current], "--goaway-chance=0.02")
	steadily := kit.ClientOf(t, cluster, steady)
	ctx := context.Background()
	kit.Must(t, steadily.LimitFairUser(ctx, fewSeats, 2*fewSeats))
	t.Cleanup(func() { kit.Must(t, steadily.LiftLimit(ctx)) })

	prefix := plant(t, cluster, harness.PlantOptions{Count: stormObjects, Namespaces: 4})
	w := startWriters(t, cluster, prefix)
	compacted := compactAlong(t, cluster, prefix)
	written := follow(t, cluster, prefix)

	running := rewriting(t, cluster.Kubeconfig(harness.Fair, current), "--strategy="+strategy, paced).start(t)
	for range restarts {
		restartAt(t, running, cluster.Servers[current], written, written.count()+50)
	}
	got := reportOf(t, wait(t, running), 0)
	compacted.check(t, stormObjects)
	w.end(t)
	if got.Strategy != strategy || got.Waits == 0 || got.ConflictsRetried == 0 || got.Failed > 0 {
		t.Errorf("report: %+v", got)
	}
	w.check(t)
	if left := stored(t, cluster, prefix); len(left) != 1 || left[newKey] == 0 {
		t.Errorf("etcd holds %v", left)
	}
	t.Logf("%.0f s, %d conflicts, %d requests repeated, %d gone; %d increments, %d made, %d deleted",
		got.Seconds, got.ConflictsRetried, got.Waits, got.Gone, w.increments(), w.made.Load(), w.deleted.Load())
}

// setFlags restarts an API server with further flags, and without them when the test is over.
func setFlags(t *testing.T, server *harness.Server, flags ...string) {
	t.Helper()
	before := server.Options.Flags
	restart := func(flags []string) {
		server.Kill()
		server.Options.Flags = flags
		kit.Must(t, server.Start())
	}
	restart(append(append([]string{}, before...), flags...))
	t.Cleanup(func() { restart(before) })
}

// restartAt kills the server in the middle of the run, leaves it away for a moment, and waits until it is ready.
func restartAt(t *testing.T, running *plugin.Running, server *harness.Server, written *progress, count int) {
	t.Helper()
	meanwhile(t, running, "some are written", func() bool { return written.count() >= count })
	server.Kill()
	time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
	kit.Must(t, server.Start())
}

// compaction is etcd's history being dropped again and again, as the run gets on.
type compaction struct {
	lock  sync.Mutex
	times int
	err   error // the first
}

// compactAlong compacts after each compactEvery writes, up to where etcd was so many writes before: a list that takes
// longer loses its token, and yet a watch can begin where a list has ended. How fast the machine is does not matter.
func compactAlong(t *testing.T, cluster *harness.Cluster, prefix string) *compaction {
	t.Helper()
	c := &compaction{}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	writes, before := 0, int64(0)
	kit.Must(t, cluster.Store().Follow(ctx, harness.SecretsPrefix+prefix, func(entry harness.Entry) {
		if writes++; writes%compactEvery != 0 {
			return
		}
		if before > 0 {
			c.took(cluster.Store().CompactTo(before))
		}
		before = entry.ModRevision
	}))
	return c
}

func (c *compaction) took(err error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if err == nil {
		c.times++
	} else if c.err == nil {
		c.err = err
	}
}

// check waits for what the writes of a whole run must have led to: each object is written once at the least.
func (c *compaction) check(t *testing.T, objects int) {
	t.Helper()
	kit.Eventually(t, "etcd is compacted as often as the run asks for", func() bool {
		c.lock.Lock()
		defer c.lock.Unlock()
		kit.Must(t, c.err)
		return c.times >= objects/compactEvery-1
	})
}
