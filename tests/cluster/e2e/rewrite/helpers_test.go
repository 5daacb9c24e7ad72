package rewrite

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// patience is for what other processes do on their own, on a busy machine.
const patience = 60 * time.Second

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
		time.Sleep(10 * time.Millisecond)
	}
}

func clientOf(t *testing.T, cluster *harness.Cluster, server int) *harness.Client {
	t.Helper()
	client, err := cluster.Servers[server].Client(harness.Admin)
	must(t, err)
	return client
}

// stale makes Secrets of 1 KiB under the old key, in a namespace of their own.
func stale(t *testing.T, count int) (namespace string) {
	t.Helper()
	prefix := freshPrefix()
	client := clientOf(t, shared(t), former)
	must(t, client.Seed(context.Background(), harness.SeedOptions{Count: count, Prefix: prefix}))
	namespace = prefix + "-000"
	expectStored(t, namespace, map[string]int{oldKey: count})
	return namespace
}

// create makes one Secret through the API server with the old key.
func create(t *testing.T, secret harness.Secret) {
	t.Helper()
	secret.APIVersion, secret.Kind = "v1", "Secret"
	post(t, "/api/v1/namespaces/"+secret.Metadata.Namespace+"/secrets", secret)
}

func makeNamespace(t *testing.T, name string) {
	t.Helper()
	post(t, "/api/v1/namespaces", map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}})
}

// post creates an object of any kind through the API server with the old key.
func post(t *testing.T, path string, object any) {
	t.Helper()
	body, err := json.Marshal(object)
	must(t, err)
	_, err = clientOf(t, shared(t), former).Do(context.Background(), "POST", path, body)
	must(t, err)
}

// remove deletes it again when the test is over.
func remove(t *testing.T, path string) {
	t.Helper()
	client := clientOf(t, shared(t), former)
	t.Cleanup(func() {
		if _, err := client.Do(context.Background(), "DELETE", path, nil); err != nil {
			t.Error(err)
		}
	})
}

// admin is the kubeconfig for the API server with the new key.
func admin(t *testing.T) string {
	t.Helper()
	return shared(t).Kubeconfig(harness.Admin, current)
}

func run(t *testing.T, run plugin.Run) plugin.Result {
	t.Helper()
	result, err := plugin.Do(run)
	must(t, err)
	return result
}

// rewrite runs the plugin on a namespace and without being asked.
func rewrite(t *testing.T, kubeconfig, namespace string, args ...string) plugin.Result {
	t.Helper()
	return run(t, plugin.Run{Kubeconfig: kubeconfig, Args: rewriteArgs(namespace, args...)})
}

func rewriteArgs(namespace string, args ...string) []string {
	return append([]string{"rewrite", "secrets", "--yes", "-o", "json", "-n", namespace}, args...)
}

func start(t *testing.T, run plugin.Run) *plugin.Running {
	t.Helper()
	running, err := plugin.Start(run)
	must(t, err)
	return running
}

func wait(t *testing.T, running *plugin.Running) plugin.Result {
	t.Helper()
	result, err := running.Wait()
	must(t, err)
	return result
}

// report checks the exit code and that the report adds up.
func report(t *testing.T, result plugin.Result, exitCode int) plugin.RewriteReport {
	t.Helper()
	if result.ExitCode != exitCode {
		t.Fatalf("exit %d, want %d\n%s", result.ExitCode, exitCode, result.All())
	}
	report, err := plugin.Decode[plugin.RewriteReport](result)
	must(t, err)
	done := report.Rewritten + report.Unchanged + report.Gone + report.Failed
	complete := !report.Interrupted && report.Error == ""
	if complete && done != report.Total || done > report.Total {
		t.Errorf("%d of %d accounted for: %+v", done, report.Total, report)
	}
	return report
}

// secretsIn returns what etcd holds of a namespace, by key; "" means all.
func secretsIn(t *testing.T, cluster *harness.Cluster, namespace string) map[string]harness.Entry {
	t.Helper()
	prefix := harness.SecretsPrefix
	if namespace != "" {
		prefix += namespace + "/"
	}
	entries, err := cluster.ReadEtcd(prefix)
	must(t, err)
	byKey := map[string]harness.Entry{}
	for _, entry := range entries {
		byKey[entry.Key] = entry
	}
	return byKey
}

// storages counts entries by what they are stored under.
func storages(entries map[string]harness.Entry) map[string]int {
	counts := map[string]int{}
	for _, entry := range entries {
		counts[harness.Classify(entry.Value).String()]++
	}
	return counts
}

func expectStored(t *testing.T, namespace string, want map[string]int) {
	t.Helper()
	if got := storages(secretsIn(t, shared(t), namespace)); !maps.Equal(got, want) {
		t.Errorf("etcd holds %v, want %v", got, want)
	}
}

func underNewKey(t *testing.T, namespace string) int {
	t.Helper()
	return storages(secretsIn(t, shared(t), namespace))[newKey]
}

// written lists the keys that etcd has another revision of than before.
func written(before, after map[string]harness.Entry) []string {
	var keys []string
	for key, entry := range after {
		if entry.ModRevision != before[key].ModRevision {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// truth is every Secret of the namespaces with a prefix, through the API.
func truth(t *testing.T, cluster *harness.Cluster, prefix string) harness.Truth {
	t.Helper()
	all, err := cluster.FetchAll()
	must(t, err)
	maps.DeleteFunc(all, func(name, _ string) bool { return !strings.HasPrefix(name, prefix) })
	return all
}

// complaints are the lines of an output that are no progress, and not the lines
// by which a user with few rights is told what goes without.
func complaints(result plugin.Result) []string {
	var lines []string
	for line := range strings.Lines(result.Stderr) {
		if !isRemark(line) {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

func isRemark(line string) bool {
	for _, start := range []string{"Rewriting secrets: ", "rewrite: could not check ", "rewrite: no checkpoint is kept: "} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	return false
}

// expectComplaint wants one sentence and nothing else.
func expectComplaint(t *testing.T, result plugin.Result, parts ...string) {
	t.Helper()
	lines := complaints(result)
	if len(lines) != 1 {
		t.Errorf("%d sentences, want 1:\n%s", len(lines), result.Stderr)
		return
	}
	for _, part := range parts {
		if !strings.Contains(lines[0], part) {
			t.Errorf("%q does not contain %q", lines[0], part)
		}
	}
}
