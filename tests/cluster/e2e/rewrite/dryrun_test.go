package rewrite

import (
	"fmt"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func TestDryRunsWriteNothing(t *testing.T) {
	const count = 60
	namespace := stale(t, count)
	before := secretsIn(t, shared(t), namespace)
	for mode, want := range map[string]string{
		"client": fmt.Sprintf("%d secrets would be rewritten (dry run)\n", count),
		"server": fmt.Sprintf("%d secrets: %d accepted, 0 deleted meanwhile, 0 failed in ", count, count),
	} {
		// No --yes: a dry run has nothing to ask.
		result := run(t, plugin.Run{Kubeconfig: admin(t),
			Args: []string{"rewrite", "-n", namespace, "--dry-run=" + mode}})
		if result.ExitCode != 0 || !strings.HasPrefix(result.Stdout, want) {
			t.Errorf("--dry-run=%s: exit %d\n%s", mode, result.ExitCode, result.All())
		}
		expectNothingWritten(t, namespace, before)
	}
	expectStored(t, namespace, map[string]int{oldKey: count})
}

// The server tries names one by one, and it does so without writing.
func TestDryRunOfNames(t *testing.T) {
	namespace := stale(t, 3)
	before := secretsIn(t, shared(t), namespace)
	for _, mode := range []string{"client", "server"} {
		result := run(t, plugin.Run{Kubeconfig: admin(t), Args: []string{"rewrite", "-n", namespace,
			"secret/plain-000000", "secret/plain-000002", "-o", "json", "--dry-run=" + mode}})
		got, err := plugin.Decode[plugin.RewriteReport](result)
		must(t, err)
		if result.ExitCode != 0 || got.Total != 2 || got.Failed > 0 {
			t.Errorf("--dry-run=%s: exit %d, %+v", mode, result.ExitCode, got)
		}
		expectNothingWritten(t, namespace, before)
	}
}

func TestWithoutTerminalOrYesNothingIsWritten(t *testing.T) {
	namespace := stale(t, 3)
	before := secretsIn(t, shared(t), namespace)
	for _, answers := range []string{"", "y\n"} {
		result := run(t, plugin.Run{Kubeconfig: admin(t), Stdin: strings.NewReader(answers),
			Args: []string{"rewrite", "-n", namespace}})
		want := "error: rewrite asks before it writes, and standard input is no terminal: " +
			"add --yes, or look first with --dry-run=client\n"
		if result.ExitCode != 1 || result.Stderr != want || result.Stdout != "" {
			t.Errorf("stdin %q: exit %d\n%s", answers, result.ExitCode, result.All())
		}
		expectNothingWritten(t, namespace, before)
	}
}

func expectNothingWritten(t *testing.T, namespace string, before map[string]harness.Entry) {
	t.Helper()
	after := secretsIn(t, shared(t), namespace)
	if keys := written(before, after); len(keys) > 0 || len(after) != len(before) {
		t.Errorf("written: %q, %d Secrets instead of %d", keys, len(after), len(before))
	}
}
