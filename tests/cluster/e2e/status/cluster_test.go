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
		if !strings.HasPrefix(line, "Reading secrets") {
			rest = append(rest, line)
		}
	}
	return strings.Join(rest, "")
}

func decode(t *testing.T, result plugin.Result) plugin.CoverageReport {
	t.Helper()
	report, err := plugin.Decode[plugin.CoverageReport](result)
	must(t, err)
	checkContract(t, report)
	return report
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
