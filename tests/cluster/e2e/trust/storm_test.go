package trust

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	stormObjects = 3000
	restarts     = 5
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
	stopCompacting := compact(t, cluster)
	written := follow(t, cluster, prefix)

	running := rewriting(t, cluster.Kubeconfig(harness.Fair, current), "--strategy="+strategy, paced).start(t)
	for range restarts {
		restartAt(t, running, cluster.Servers[current], written, written.count()+50)
	}
	got := reportOf(t, wait(t, running), 0)
	if done := stopCompacting(); done < restarts {
		t.Errorf("etcd was compacted only %d times", done)
	}
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

// compact drops etcd's history all the time; the function that it returns ends that.
func compact(t *testing.T, cluster *harness.Cluster) (stop func() (times int)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	times := make(chan int, 1)
	go func() { times <- cluster.Store().CompactAlways(ctx, 500*time.Millisecond) }()
	return func() int {
		cancel()
		return <-times
	}
}
