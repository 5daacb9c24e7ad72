// Package status tests `kubectl encrypt status` on real API servers: what it
// reports has to be what is in etcd, which the tests read past the API.
package status

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The two servers of the shared cluster read everything that the tests plant,
// and write with different keys.
const sharedKey = "shared" // the name of a key of several providers

var hostileKeys = []string{"k8s:enc:aescbc:v1", "k8s:enc:kms:v2:x", "identity", "a:b", "\"q\\u\\o\\n\\t\\e\" \u00fc\x1b[31m"}

var (
	writesKey2 = harness.Encryption(cbcOfShared(), harness.Secretbox(sharedKey), harness.AESGCM(sharedKey, "key1"), harness.Identity())
	writesBox  = harness.Encryption(harness.Secretbox(sharedKey), cbcOfShared(), harness.AESGCM(sharedKey, "key1"), harness.Identity())
)

func cbcOfShared() harness.Provider {
	return harness.AESCBC(append([]string{"key2", "key1", sharedKey}, hostileKeys...)...)
}

var (
	key2   = harness.Storage{Provider: "aescbc", Key: "key2"}
	key1   = harness.Storage{Provider: "aescbc", Key: "key1"}
	box    = harness.Storage{Provider: "secretbox", Key: sharedKey}
	gcm    = harness.Storage{Provider: "aesgcm", Key: sharedKey}
	plain  = harness.Storage{Provider: "identity"}
	nobody *harness.Storage // as a write key: it is not known
)

// shared is one cluster for all tests that need no particular history. They use
// namespaces of their own and do not run at the same time.
var shared = sync.OnceValues(func() (*harness.Cluster, error) {
	return harness.New(harness.Options{Servers: []harness.ServerOptions{
		{Encryption: writesKey2}, {Encryption: writesBox},
	}})
})

var sharedStarted bool

func TestMain(m *testing.M) {
	code := m.Run()
	if sharedStarted {
		if cluster, err := shared(); err == nil {
			cluster.Close()
		}
	}
	os.Exit(code)
}

func sharedCluster(t *testing.T) *harness.Cluster {
	t.Helper()
	sharedStarted = true
	cluster, err := shared()
	must(t, err)
	return cluster
}

// ownCluster ends with the test.
func ownCluster(t *testing.T, server harness.ServerOptions) *harness.Cluster {
	t.Helper()
	cluster, err := harness.New(harness.Options{Servers: []harness.ServerOptions{server}})
	must(t, err)
	t.Cleanup(func() { cluster.Close() })
	return cluster
}

// restart is for tests that want another configuration and not an orderly end.
func restart(t *testing.T, server *harness.Server, encryption string) {
	t.Helper()
	server.Kill()
	must(t, server.Restart(encryption))
}

func clientOf(t *testing.T, server *harness.Server) *harness.Client {
	t.Helper()
	client, err := server.Client(harness.Admin)
	must(t, err)
	return client
}

// seed creates Secrets in one namespace, through one server and so under its
// write key, and returns the name of the namespace.
func seed(t *testing.T, server *harness.Server, prefix string, count int) string {
	t.Helper()
	options := harness.SeedOptions{Count: count, Namespaces: 1, Prefix: prefix}
	must(t, clientOf(t, server).Seed(context.Background(), options))
	return prefix + "-000"
}

// seedTwo creates Secrets in one namespace through both servers.
func seedTwo(t *testing.T, cluster *harness.Cluster, prefix string, first, second int) string {
	t.Helper()
	namespace := seed(t, cluster.Servers[0], prefix, first)
	for i := range second {
		create(t, cluster.Servers[1], namespace, fmt.Sprintf("second-%03d", i), "value")
	}
	return namespace
}

func create(t *testing.T, server *harness.Server, namespace, name, value string) {
	t.Helper()
	body := fmt.Sprintf(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":%q},"stringData":{"value":%q}}`, name, value)
	_, err := clientOf(t, server).Do(context.Background(), "POST", "/api/v1/namespaces/"+namespace+"/secrets", []byte(body))
	must(t, err)
}

func secretPath(namespace, name string) string {
	return "/api/v1/namespaces/" + namespace + "/secrets/" + name
}

// putBack writes a Secret as it is: what any client that touches it does.
func putBack(client *harness.Client, namespace, name string) error {
	body, err := client.Do(context.Background(), "GET", secretPath(namespace, name), nil)
	if err == nil {
		_, err = client.Do(context.Background(), "PUT", secretPath(namespace, name), body)
	}
	return err
}

// kubectlEncrypt runs the plugin; how it ends is for the caller to judge.
func kubectlEncrypt(t *testing.T, kubeconfig string, args ...string) plugin.Result {
	t.Helper()
	return run(t, plugin.Run{Kubeconfig: kubeconfig, Args: args})
}

func run(t *testing.T, run plugin.Run) plugin.Result {
	t.Helper()
	result, err := plugin.Do(run)
	must(t, err)
	return result
}

// rewrite has to succeed. Like status it does without kubectl before it, which
// takes longer to start than the plugin to run.
func rewrite(t *testing.T, cluster *harness.Cluster, args ...string) {
	t.Helper()
	args = append([]string{"rewrite", "--yes", "-o", "json"}, args...)
	result := run(t, plugin.Run{Kubeconfig: cluster.Kubeconfig(harness.Admin, 0), Args: args, Bare: true})
	if result.ExitCode != 0 {
		t.Fatalf("rewrite %v: exit %d\n%s", args, result.ExitCode, result.All())
	}
}

// status returns the report of a run that has to succeed without a word.
func status(t *testing.T, kubeconfig string, args ...string) plugin.CoverageReport {
	t.Helper()
	args = append([]string{"status", "-o", "json"}, args...)
	result := run(t, plugin.Run{Kubeconfig: kubeconfig, Args: args, Bare: true})
	if result.ExitCode != 0 || quiet(result.Stderr) != "" {
		t.Fatalf("status %v: exit %d, stderr %q", args, result.ExitCode, result.Stderr)
	}
	return decode(t, result)
}

// quiet removes the progress lines that a long run prints.
func quiet(stderr string) string {
	var rest []string
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "Reading secrets") && !strings.HasPrefix(line, "Reading etcd") {
			rest = append(rest, line)
		}
	}
	return strings.Join(rest, "")
}

func decode(t *testing.T, result plugin.Result) plugin.CoverageReport {
	t.Helper()
	report, err := plugin.Decode[plugin.CoverageReport](result)
	must(t, err)
	checkContract(t, report, "census")
	return report
}

// removable asks whether a key may go, by the census or another door that the arguments name, and returns the answer;
// the exit code has to fit it.
func removable(t *testing.T, kubeconfig, key string, args ...string) plugin.Removal {
	t.Helper()
	return startRemovable(t, kubeconfig, key, args...)()
}

// startRemovable does not wait for the answer.
func startRemovable(t *testing.T, kubeconfig, key string, args ...string) func() plugin.Removal {
	t.Helper()
	args = append([]string{"status", "-o", "json", "--safe-to-remove", key}, args...)
	running, err := plugin.Start(plugin.Run{Kubeconfig: kubeconfig, Args: args, Bare: true})
	must(t, err)
	return func() plugin.Removal {
		t.Helper()
		result, err := running.Wait()
		must(t, err)
		return removalOf(t, args, result)
	}
}

func removalOf(t *testing.T, args []string, result plugin.Result) plugin.Removal {
	t.Helper()
	report, err := plugin.Decode[plugin.CoverageReport](result)
	must(t, err)
	answer := report.SafeToRemove
	if answer == nil || answer.Safe != (result.ExitCode == 0) || answer.Safe != (len(answer.Reasons) == 0) ||
		(!answer.Safe && result.ExitCode != 2) {
		t.Fatalf("%v: exit %d, %+v, stderr %q", args, result.ExitCode, answer, result.Stderr)
	}
	return *answer
}

// checkStays wants no for an answer, and one of the reasons to say this.
func checkStays(t *testing.T, answer plugin.Removal, reason string) {
	t.Helper()
	if answer.Safe || !strings.Contains(strings.Join(answer.Reasons, "\n"), reason) {
		t.Errorf("%s: safe %v, %q, want %q", answer.Key, answer.Safe, answer.Reasons, reason)
	}
}

func checkMayGo(t *testing.T, answer plugin.Removal) {
	t.Helper()
	if !answer.Safe || len(answer.Warnings) == 0 {
		t.Errorf("%s: %+v", answer.Key, answer)
	}
}

// configFile writes an EncryptionConfiguration for --config.
func configFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "encryption.yaml")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// patience is for what servers do in their own time, on a busy machine.
const patience = 100 * time.Second

// eventually polls, for what other processes do on their own.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// snapshotOf is what `etcdctl snapshot save` writes.
func snapshotOf(t *testing.T, cluster *harness.Cluster) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "snapshot.db"))
	must(t, err)
	must(t, cluster.Store().Snapshot(file))
	must(t, file.Close())
	return file.Name()
}
