package rewrite

import (
	"maps"
	"strings"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/plugin"
)

const interruptible = 800 // Secrets

// What is counted is what etcd shows, and a further run does the rest.
func TestInterruptedRunCountsWhatItDid(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			namespace := stale(t, interruptible)
			before := truth(t, shared(t), namespace+"/")
			running := start(t, plugin.Run{Kubeconfig: admin(t), Args: rewriteArgs(namespace, "--concurrency=4")})
			eventually(t, "some are written", func() bool { return underNewKey(t, namespace) >= 50 })
			must(t, running.Signal(signal))
			result := wait(t, running)

			got := report(t, result, 130)
			expectComplaint(t, result, "interrupted: what is counted above is done")
			expectStored(t, namespace, map[string]int{newKey: got.Rewritten, oldKey: interruptible - got.Rewritten})
			if !got.Interrupted || got.Unchanged > 0 || got.Failed > 0 || got.Rewritten == interruptible {
				t.Errorf("report: %+v", got)
			}
			checkRest(t, namespace, got.Rewritten)
			if difference := before.Difference(truth(t, shared(t), namespace+"/")); difference != "" {
				t.Error(difference)
			}
		})
	}
}

func checkRest(t *testing.T, namespace string, done int) {
	t.Helper()
	rest := report(t, rewrite(t, admin(t), namespace), 0)
	if rest.Resumed != done || rest.Unchanged != 0 || rest.Rewritten != interruptible-done {
		t.Errorf("the second run, after %d were done: %+v", done, rest)
	}
	expectStored(t, namespace, map[string]int{newKey: interruptible})
}

// The first Ctrl-C waits for replies to what was sent, the second for nothing.
func TestSecondCtrlCEndsAtOnce(t *testing.T) {
	const passed = 100
	namespace := stale(t, interruptible)
	gate := openGate(t)
	gate.holdAfter(passed)
	running := start(t, plugin.Run{Kubeconfig: gate.kubeconfig, Args: rewriteArgs(namespace)})
	gate.waitFull()
	eventually(t, "all that passed is written", func() bool { return underNewKey(t, namespace) == passed })
	must(t, running.Signal(syscall.SIGINT))
	waitTaken(t, running.PID())
	second := time.Now()
	must(t, running.Signal(syscall.SIGINT))
	result := wait(t, running)

	const atOnce = 5 * time.Second // half of what the first Ctrl-C waits for replies
	if elapsed := time.Since(second); elapsed > atOnce {
		t.Errorf("the end took %v", elapsed)
	}
	got := report(t, result, 130)
	if !got.Interrupted || got.Rewritten != passed {
		t.Errorf("report: %+v", got)
	}
	expectStored(t, namespace, map[string]int{newKey: passed, oldKey: interruptible - passed})
}

// What was sent may be written any moment: the replies are waited for and counted.
func TestCtrlCWaitsForReplies(t *testing.T) {
	const passed = 100
	namespace := stale(t, interruptible)
	gate := openGate(t)
	gate.holdAfter(passed)
	running := start(t, plugin.Run{Kubeconfig: gate.kubeconfig, Args: rewriteArgs(namespace)})
	gate.waitFull()
	must(t, running.Signal(syscall.SIGINT))
	waitTaken(t, running.PID())
	gate.open()
	got := report(t, wait(t, running), 130)
	if !got.Interrupted || got.Rewritten <= passed {
		t.Errorf("what was under way has not been waited for: %+v", got)
	}
	expectStored(t, namespace, map[string]int{newKey: got.Rewritten, oldKey: interruptible - got.Rewritten})
}

func TestInterruptedTableSaysSo(t *testing.T) {
	namespace := stale(t, 200)
	gate := openGate(t)
	gate.holdAfter(20)
	running := start(t, plugin.Run{Kubeconfig: gate.kubeconfig, Args: []string{"rewrite", "-n", namespace, "--yes"}})
	gate.waitFull()
	must(t, running.Signal(syscall.SIGINT))
	waitTaken(t, running.PID())
	gate.open()
	result := wait(t, running)
	if result.ExitCode != 130 || !strings.Contains(result.Stdout, " rewritten, 0 already current") {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
	if counts := storages(secretsIn(t, shared(t), namespace)); maps.Equal(counts, map[string]int{newKey: 200}) {
		t.Error("nothing was left to do")
	}
}
