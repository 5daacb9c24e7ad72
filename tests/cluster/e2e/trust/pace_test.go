package trust

import (
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// TestSlowObject holds one write back for as long as everything else takes: thousands of others, over many pages.
func TestSlowObject(t *testing.T) {
	cluster := shared(t)
	const count = 3000
	prefix := plant(t, cluster, harness.PlantOptions{Count: count})
	for _, strategy := range []string{"replace"} {
		gate := newGate(t, cluster, named(plantedName(3)))
		running := rewriting(t, gate.kubeconfig, "--strategy="+strategy).start(t)
		gate.waitHeld(t)
		eventually(t, "all the others are written", func() bool { return stored(t, cluster, prefix)[newKey] == count-1 })
		gate.open()
		if got := reportOf(t, wait(t, running), 0); got.Rewritten != count {
			t.Errorf("report: %+v", got)
		}
		expectStored(t, cluster, prefix, map[string]int{newKey: count})
	}
}

// TestQps and TestBandwidth know only how long it takes at least: the limit may be used up at once at the start,
// for one second's worth.
func TestQps(t *testing.T) {
	cluster := shared(t)
	const count, qps = 150, 40
	prefix := plant(t, cluster, harness.PlantOptions{Count: count})
	got := rewriting(t, admin(cluster), "--qps=40").report(t, 0)
	if got.Rewritten != count || got.Seconds < float64(count-qps)/qps {
		t.Errorf("%d in %.1f s with --qps=%d", got.Rewritten, got.Seconds, qps)
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: count})
}

func TestBandwidth(t *testing.T) {
	cluster := shared(t)
	const count, size = 40, 96 << 10 // 128 KiB each in JSON: 5 MiB
	prefix := plant(t, cluster, harness.PlantOptions{Count: count, Size: size})
	got := rewriting(t, admin(cluster), "--bandwidth=1Mi").report(t, 0)
	if got.Rewritten != count || got.Seconds < 4 {
		t.Errorf("%d in %.1f s: more than 1 MiB/s", got.Rewritten, got.Seconds)
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: count})
}

// TestUntilClean makes objects stale again behind the run's back: the first pass cannot see it.
func TestUntilClean(t *testing.T) {
	cluster := shared(t)
	const count, again = 200, 20
	for args, want := range map[string]struct{ stale, passes int }{
		"":              {again, 1},
		"--until-clean": {0, 3}, // one with the 200, one with the 20, and one that finds nothing
	} {
		prefix := plant(t, cluster, harness.PlantOptions{Count: count})
		gate := newGate(t, cluster, after(count/2))
		call := rewriting(t, gate.kubeconfig, "--concurrency=4")
		if args != "" {
			call = call.with(args)
		}
		running := call.start(t)
		gate.waitHeld(t)
		for i := range again { // the first ones: long done
			must(t, cluster.Plant(harness.SecretsPrefix+prefix+"-000/"+plantedName(i), oldName))
		}
		gate.open()
		got := reportOf(t, wait(t, running), 0)
		if len(got.Passes) != want.passes {
			t.Errorf("%q: %d passes; report: %+v", args, len(got.Passes), got)
		}
		if left := stored(t, cluster, prefix)[oldKey]; left != want.stale {
			t.Errorf("%q: %d are stale in the end, want %d", args, left, want.stale)
		}
		must(t, cluster.Store().DeletePrefix(harness.SecretsPrefix+prefix)) // not for the next round
	}
}
