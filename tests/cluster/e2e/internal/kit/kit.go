// Package kit has what end-to-end tests of several packages do alike.
package kit

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// Patience is for what other processes do on their own, on a busy machine.
const Patience = 60 * time.Second

// Must ends the test if there is an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Eventually polls.
func Eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(Patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", Patience, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TakeInterrupts undoes what a shell does to background jobs: the plugin would
// inherit that SIGINT is ignored.
func TakeInterrupts() {
	if signal.Ignored(syscall.SIGINT) {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGINT)
	}
}

// Start starts a cluster that ends with the test.
func Start(t *testing.T, options harness.Options) *harness.Cluster {
	t.Helper()
	cluster, err := harness.New(options)
	Must(t, err)
	t.Cleanup(func() { cluster.Close() })
	return cluster
}

// ClientOf is the administrator at one of the API servers.
func ClientOf(t *testing.T, cluster *harness.Cluster, server int) *harness.Client {
	t.Helper()
	client, err := cluster.Servers[server].Client(harness.Admin)
	Must(t, err)
	return client
}

// Post creates an object of any kind.
func Post(t *testing.T, client *harness.Client, path string, object any) {
	t.Helper()
	body, err := json.Marshal(object)
	Must(t, err)
	_, err = client.Do(context.Background(), "POST", path, body)
	Must(t, err)
}

// Get returns an object as it is read.
func Get(t *testing.T, client *harness.Client, path string) map[string]any {
	t.Helper()
	var object map[string]any
	Must(t, client.Get(context.Background(), path, &object))
	return object
}

// Run calls the plugin.
func Run(t *testing.T, kubeconfig string, args ...string) plugin.Result {
	t.Helper()
	result, err := plugin.Do(plugin.Run{Kubeconfig: kubeconfig, Args: args})
	Must(t, err)
	return result
}

// Report checks the exit code and that the report adds up.
func Report(t *testing.T, result plugin.Result, exitCode int) plugin.RewriteReport {
	t.Helper()
	if result.ExitCode != exitCode {
		t.Fatalf("exit %d, want %d\n%s", result.ExitCode, exitCode, result.All())
	}
	report, err := plugin.Decode[plugin.RewriteReport](result)
	Must(t, err)
	if done := report.Rewritten + report.Unchanged + report.Gone + report.Failed; done != report.Total {
		t.Errorf("%d of %d accounted for: %+v", done, report.Total, report)
	}
	return report
}

// Stored returns what etcd holds below a prefix, by key.
func Stored(t *testing.T, cluster *harness.Cluster, prefix string) map[string]harness.Entry {
	t.Helper()
	entries, err := cluster.ReadEtcd(prefix)
	Must(t, err)
	byKey := map[string]harness.Entry{}
	for _, entry := range entries {
		byKey[entry.Key] = entry
	}
	return byKey
}

// Under lists the keys whose values are stored under a key of an encryption
// configuration ("aescbc/old"), or in plaintext ("identity").
func Under(entries map[string]harness.Entry, storage string) []string {
	var keys []string
	for key, entry := range entries {
		if harness.Classify(entry.Value).String() == storage {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Written lists the keys that etcd has another revision of than before.
func Written(before, after map[string]harness.Entry) []string {
	var keys []string
	for key, entry := range after {
		if entry.ModRevision != before[key].ModRevision {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// PublishAddresses does what API servers do for themselves where they are not on loopback: an EndpointSlice for
// each, planted in etcd, since the API refuses loopback addresses.
func PublishAddresses(t *testing.T, cluster *harness.Cluster) {
	t.Helper()
	for i, server := range cluster.Servers {
		name := fmt.Sprintf("kubernetes-%d", i)
		Must(t, cluster.WriteEtcd("/registry/endpointslices/default/"+name, fmt.Appendf(nil, slice, name, server.Port)))
	}
	for i := range cluster.Servers {
		Eventually(t, "the API server knows the addresses", func() bool {
			var list struct{ Items []json.RawMessage }
			const path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
			Must(t, ClientOf(t, cluster, i).Get(context.Background(), path, &list))
			return len(list.Items) == len(cluster.Servers)
		})
	}
}

const slice = `{"kind":"EndpointSlice","apiVersion":"discovery.k8s.io/v1","metadata":{"name":"%s","namespace":"default",
"uid":"00000000-0000-4000-8000-000000000001","creationTimestamp":"2026-01-01T00:00:00Z",
"labels":{"kubernetes.io/service-name":"kubernetes"}},"addressType":"IPv4",
"endpoints":[{"addresses":["127.0.0.1"],"conditions":{"ready":true}}],
"ports":[{"name":"https","protocol":"TCP","port":%d}]}`
