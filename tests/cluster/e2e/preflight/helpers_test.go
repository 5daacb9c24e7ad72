// Package preflight tests what `kubectl encrypt rewrite` looks at before it writes, and the cluster's own engine
// in its place, on real API servers.
package preflight

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// patience is for what servers do in their own time, on a busy machine.
const patience = 120 * time.Second

const (
	newKey = "aescbc/new"
	oldKey = "aescbc/old"
)

var (
	writesNew = harness.Encryption(harness.AESCBC("new", "old"), harness.Identity())
	writesOld = harness.Encryption(harness.AESCBC("old", "new"), harness.Identity())
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually polls.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func startCluster(t *testing.T, servers ...harness.ServerOptions) *harness.Cluster {
	t.Helper()
	cluster, err := harness.New(harness.Options{Servers: servers})
	must(t, err)
	t.Cleanup(func() { cluster.Close() })
	return cluster
}

// one starts an API server alone, whose Secrets are all stale.
func one(t *testing.T, count int) *harness.Cluster {
	t.Helper()
	cluster := startCluster(t, harness.ServerOptions{Hostname: "node-a", Encryption: writesNew})
	seed(t, cluster, count)
	return cluster
}

func seed(t *testing.T, cluster *harness.Cluster, count int) {
	t.Helper()
	must(t, cluster.SeedEtcd(harness.PlantOptions{Count: count, Namespaces: 1, Key: "old"}))
	eventually(t, "the API server has all", func() bool {
		truth, err := cluster.FetchAll()
		must(t, err)
		return len(truth) == count
	})
}

// expectStored counts the Secrets that seed has made.
func expectStored(t *testing.T, cluster *harness.Cluster, want map[string]int) {
	t.Helper()
	entries, err := cluster.ReadEtcd(harness.SecretsPrefix + "seed-")
	must(t, err)
	counts := map[string]int{}
	for _, entry := range entries {
		counts[harness.Classify(entry.Value).String()]++
	}
	if !maps.Equal(counts, want) {
		t.Errorf("etcd holds %v, want %v", counts, want)
	}
}

func clientOf(t *testing.T, cluster *harness.Cluster, server int) *harness.Client {
	t.Helper()
	client, err := cluster.Servers[server].Client(harness.Admin)
	must(t, err)
	return client
}

func post(t *testing.T, cluster *harness.Cluster, path string, object any) {
	t.Helper()
	body, err := json.Marshal(object)
	must(t, err)
	_, err = clientOf(t, cluster, 0).Do(context.Background(), "POST", path, body)
	must(t, err)
}

// rewrite runs the plugin against the first server, without being asked.
func rewrite(t *testing.T, cluster *harness.Cluster, args ...string) plugin.Result {
	t.Helper()
	return run(t, cluster, append([]string{"rewrite", "secrets", "--yes", "-o", "json"}, args...)...)
}

func run(t *testing.T, cluster *harness.Cluster, args ...string) plugin.Result {
	t.Helper()
	result, err := plugin.Do(plugin.Run{Kubeconfig: cluster.Kubeconfig(harness.Admin, 0), Args: args})
	must(t, err)
	return result
}

// notes are the lines on standard error that are no progress.
func notes(result plugin.Result) []string {
	var lines []string
	for line := range strings.Lines(result.Stderr) {
		if !strings.HasPrefix(line, "Rewriting secrets: ") && !strings.HasPrefix(line, "Trying secrets: ") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

// expectNotes wants as many lines as there are texts, each with its text.
func expectNotes(t *testing.T, result plugin.Result, texts ...string) {
	t.Helper()
	lines := notes(result)
	if len(lines) != len(texts) {
		t.Errorf("%d lines, want %d:\n%s", len(lines), len(texts), result.Stderr)
		return
	}
	for i, text := range texts {
		if !strings.Contains(lines[i], text) {
			t.Errorf("%q does not contain %q", lines[i], text)
		}
	}
}

// expectRefused wants exit 1 with one line, and no result.
func expectRefused(t *testing.T, result plugin.Result, text string) {
	t.Helper()
	if result.ExitCode != 1 || result.Stdout != "" {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
	expectNotes(t, result, text)
}

// expectDone wants exit 0 and all Secrets accounted for.
func expectDone(t *testing.T, result plugin.Result, total int) plugin.RewriteReport {
	t.Helper()
	report, err := plugin.Decode[plugin.RewriteReport](result)
	must(t, err)
	if result.ExitCode != 0 || report.Total != total || report.Rewritten+report.Unchanged != total {
		t.Errorf("exit %d, %+v: %s", result.ExitCode, report, result.Stderr)
	}
	return report
}

// configurationOf is the hash that a server publishes, "" if none.
func configurationOf(t *testing.T, cluster *harness.Cluster, server int) string {
	t.Helper()
	page, err := clientOf(t, cluster, server).Do(context.Background(), "GET", "/metrics", nil)
	must(t, err)
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "apiserver_encryption_config_controller_last_config_info{") {
			_, rest, _ := strings.Cut(line, `,hash="`)
			hash, _, _ := strings.Cut(rest, `"`)
			return hash
		}
	}
	return ""
}
