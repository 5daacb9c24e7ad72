package trust

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

const (
	killedObjects = 10000
	kills         = 20
	windowAtMost  = 65 // calls under way or not yet noted as finished, and one to see whether the write key is the same
)

// TestKills ends the plugin at random moments. In the end everything is written, and no object twice but for those
// that were under way at a kill.
func TestKills(t *testing.T) {
	cluster := shared(t)
	prefix := plant(t, cluster, harness.PlantOptions{Count: killedObjects, Namespaces: 7})
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	written, before := follow(t, cluster, prefix), writesOf(t, cluster.Servers[current])

	rewrite := rewriting(t, admin(cluster))
	for i := range kills {
		killAtRandom(t, rewrite, written, random, kills-i)
	}
	if left := killedObjects - written.count(); left == 0 {
		t.Error("all was done before the last kill")
	}
	got := rewrite.report(t, 0)
	if got.Total+got.Resumed != killedObjects || got.Resumed == 0 || got.Failed+got.Gone > 0 {
		t.Errorf("report of the last run: %+v", got)
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: killedObjects})
	writes := writesOf(t, cluster.Servers[current]) - before
	if writes < killedObjects || writes > killedObjects+kills*windowAtMost {
		t.Errorf("%d calls for %d objects: more than %d a kill", writes, killedObjects, windowAtMost)
	}
	t.Logf("%d calls for %d objects; the last run had %d to do", writes, killedObjects, got.Total)
}

// killAtRandom starts a run and kills it after so many writes as leave enough for the kills that are left, or for
// one in four somewhere in its first moments.
func killAtRandom(t *testing.T, rewrite call, written *progress, random *rand.Rand, left int) {
	t.Helper()
	started := written.count()
	share := (killedObjects - started) / (left + 1)
	running := rewrite.start(t)
	if random.IntN(4) == 0 {
		time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond)
	} else {
		target := started + random.IntN(share*3/2)
		meanwhile(t, running, "some are written", func() bool { return written.count() >= target })
		time.Sleep(time.Duration(random.IntN(5000)) * time.Microsecond)
	}
	kit.Must(t, running.Signal(syscall.SIGKILL))
	if result := wait(t, running); result.ExitCode != -1 {
		t.Fatalf("it ended by itself, exit %d: %.1000s", result.ExitCode, result.All())
	}
}
