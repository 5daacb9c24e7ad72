package resources

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func cut(word string) (before, after string, found bool) { return strings.Cut(word, "/") }

func sorted(words []string) []string {
	slices.Sort(words)
	return words
}

func admin(t *testing.T) string {
	t.Helper()
	return shared(t).Kubeconfig(harness.Admin, current)
}

// namespace is a fresh one in which everything is stale.
func namespace(t *testing.T) string {
	t.Helper()
	name := freshName()
	fill(t, shared(t), former, name)
	return name
}

// inNamespace keeps the keys of one namespace.
func inNamespace(entries map[string]harness.Entry, namespace string) map[string]harness.Entry {
	kept := map[string]harness.Entry{}
	for key, entry := range entries {
		if strings.Contains(key, "/"+namespace+"/") {
			kept[key] = entry
		}
	}
	return kept
}

// checkWritten runs the plugin on a namespace and compares what was written there, and
// what is stored under the new key now, with what should be.
func checkWritten(t *testing.T, namespace string, want []string, args ...string) plugin.RewriteReport {
	t.Helper()
	before := inNamespace(kit.Stored(t, shared(t), "/registry/"), namespace)
	args = append([]string{"rewrite", "-n", namespace, "--yes", "-o", "json"}, args...)
	report := kit.Report(t, kit.Run(t, admin(t), args...), 0)
	after := inNamespace(kit.Stored(t, shared(t), "/registry/"), namespace)
	if got := kit.Written(before, after); !slices.Equal(got, want) {
		t.Errorf("%q wrote %q, want %q", args, got, want)
	}
	if got := kit.Under(after, newKey); !slices.Equal(got, want) {
		t.Errorf("%q: under the new key are %q, want %q", args, got, want)
	}
	if report.Rewritten != len(want) {
		t.Errorf("%q: %+v", args, report)
	}
	return report
}

// expectError wants exit 1, nothing on standard output, and one sentence with these parts.
func expectError(t *testing.T, result plugin.Result, parts ...string) {
	t.Helper()
	if result.ExitCode != 1 || result.Stdout != "" {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
	lines := strings.Split(strings.TrimSpace(result.Stderr), "\n")
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "error: ") {
		t.Errorf("not one sentence:\n%s", result.Stderr)
	}
	for _, part := range parts {
		if !strings.Contains(result.Stderr, part) {
			t.Errorf("%q does not contain %q", result.Stderr, part)
		}
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "enc.yaml")
	kit.Must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
