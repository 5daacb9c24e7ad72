package rewrite

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/plugin"
)

const duringOutage = 1500 // Secrets: enough for seconds of work

// killInMidRun starts a run and kills its API server when some of the Secrets
// are written and most are not.
func killInMidRun(t *testing.T, namespace string, args ...string) *plugin.Running {
	t.Helper()
	args = append(args, "--concurrency=8")
	running := start(t, plugin.Run{Kubeconfig: admin(t), Args: rewriteArgs(namespace, args...)})
	eventually(t, "some are written", func() bool { return underNewKey(t, namespace) >= 50 })
	shared(t).Servers[current].Kill()
	if done := underNewKey(t, namespace); done == duringOutage {
		t.Error("the run was over before the API server was killed")
	}
	return running
}

func TestRestartOfTheAPIServer(t *testing.T) {
	namespace := stale(t, duringOutage)
	before := truth(t, shared(t), namespace+"/")
	running := killInMidRun(t, namespace)
	must(t, shared(t).Servers[current].Start())
	got := report(t, wait(t, running), 0)
	// A call without a reply may have been done: it counts as unchanged when repeated.
	if got.Rewritten+got.Unchanged != duringOutage || got.Waits == 0 {
		t.Errorf("report: %+v", got)
	}
	expectStored(t, namespace, map[string]int{newKey: duringOutage})
	if difference := before.Difference(truth(t, shared(t), namespace+"/")); difference != "" {
		t.Error(difference)
	}
}

func TestServerThatStaysAway(t *testing.T) {
	namespace := stale(t, duringOutage)
	server := shared(t).Servers[current]
	t.Cleanup(func() { must(t, server.Start()) })

	running := killInMidRun(t, namespace, "--max-outage=3s")
	killed := time.Now()
	result := wait(t, running)
	if elapsed := time.Since(killed); elapsed < 2*time.Second || elapsed > 20*time.Second {
		t.Errorf("gave up after %v, not 3 s", elapsed)
	}
	got := report(t, result, 1)
	expectComplaint(t, result, "error: the server has not done anything for 3s (", "; run the same command again when it is back")
	// What was written without a reply is in etcd and in no count.
	done := underNewKey(t, namespace)
	if got.Interrupted || got.Failed > 0 || got.Rewritten > done || done-got.Rewritten > 8 {
		t.Errorf("etcd holds %d under the new key; report: %+v", done, got)
	}
	checkNoServer(t, namespace)
}

// checkNoServer: at the very start kubectl's own sentence comes, and at once.
func checkNoServer(t *testing.T, namespace string) {
	t.Helper()
	result := rewrite(t, admin(t), namespace)
	if want := kubectlSays(t, "get", "secrets"); result.ExitCode != 1 || result.Stderr != want || result.Stdout != "" {
		t.Errorf("exit %d\n%s\nkubectl says\n%s", result.ExitCode, result.All(), want)
	}
	const atOnce = 5 * time.Second
	if result.Elapsed > atOnce {
		t.Errorf("it took %v", result.Elapsed)
	}
}

// kubectlSays is the last line of kubectl itself; those before are of its log.
func kubectlSays(t *testing.T, args ...string) string {
	t.Helper()
	setPath(t)
	command := exec.Command("kubectl", args...)
	command.Env = append(os.Environ(), "KUBECONFIG="+admin(t))
	output, err := command.CombinedOutput()
	if err == nil {
		t.Fatalf("kubectl %q does not fail", args)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(output), "\n"), "\n")
	return lines[len(lines)-1] + "\n"
}
