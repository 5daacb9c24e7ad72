package resources

import (
	"context"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// What the API server keeps for itself, without a resource in its API
// (k8s.io/kubernetes pkg/registry/core/rest/storage_core.go, pkg/controlplane/instance.go
// and apiserver/peer.go): whatever the configuration says, it is not encrypted.
var withoutAPI = []string{"/registry/ranges/", "/registry/masterleases/", "/registry/peerserverleases/"}

func hasAPI(key string) bool {
	return !slices.ContainsFunc(withoutAPI, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// staleKeys are all that etcd has under the old key.
func staleKeys(t *testing.T, cluster *harness.Cluster) []string {
	t.Helper()
	return kit.Under(kit.Stored(t, cluster, "/registry/"), oldKey)
}

// startStale starts one API server, makes objects of many kinds, and restarts it with
// another key: what is stale then stays so until somebody writes it.
func startStale(t *testing.T, namespace string) *harness.Cluster {
	t.Helper()
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: everything("old")}}})
	fill(t, cluster, 0, namespace)
	kit.Must(t, cluster.Servers[0].Restart(everything("new", "old")))
	waitUntilServed(t, cluster, 0, "v1beta1", "widgets")
	return cluster
}

func TestAllResources(t *testing.T) {
	const name = "home"
	cluster := startStale(t, name)
	kubeconfig := cluster.Kubeconfig(harness.Admin, 0)
	stale := staleKeys(t, cluster)
	for _, key := range append(keys(name, "secrets", "configmaps", "deployments", "events", "widgets"),
		"/registry/namespaces/home", "/registry/clusterroles/cluster-admin", "/registry/services/specs/default/kubernetes",
		"/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com",
		"/registry/apiregistration.k8s.io/apiservices/v1.apps") {
		if !slices.Contains(stale, key) {
			t.Errorf("not stale from the start: %s", key)
		}
	}

	only := keys(name, "secrets", "configmaps", "deployments", "events", "widgets")
	kit.Report(t, kit.Run(t, kubeconfig, "rewrite", "--all-resources", "-n", name, "--yes", "-o", "json"), 0)
	left := staleKeys(t, cluster)
	if slices.ContainsFunc(left, func(key string) bool { return slices.Contains(only, key) }) {
		t.Errorf("still stale in the namespace: %q", left)
	}
	if !slices.Contains(left, "/registry/namespaces/home") || !slices.Contains(left, "/registry/clusterroles/cluster-admin") {
		t.Error("-n wrote what is in no namespace")
	}

	report := kit.Report(t, kit.Run(t, kubeconfig, "rewrite", "--all-resources", "--yes", "-o", "json"), 0)
	if left := staleKeys(t, cluster); len(left) > 0 {
		t.Errorf("still stale: %q", left)
	}
	stored := kit.Stored(t, cluster, "/registry/")
	if plain := kit.Under(stored, "identity"); slices.ContainsFunc(plain, hasAPI) {
		t.Errorf("in plaintext: %q", plain)
	}
	visited := slices.DeleteFunc(sortedKeys(stored), func(key string) bool { return !hasAPI(key) })
	if report.Total < len(visited) {
		t.Errorf("etcd has %d keys, %d were visited", len(visited), report.Total)
	}
	if slices.Contains(report.Resources, "events.events.k8s.io") || !slices.Contains(report.Resources, "events") {
		t.Errorf("resources: %q", report.Resources)
	}
	second := kit.Report(t, kit.Run(t, kubeconfig, "rewrite", "--all-resources", "--yes", "-o", "json"), 0)
	if second.Rewritten > 0 {
		t.Errorf("a second run: %+v", second)
	}
}

func sortedKeys(entries map[string]harness.Entry) []string {
	var all []string
	for key := range entries {
		all = append(all, key)
	}
	return sorted(all)
}

// Another API server that is away: its objects are elsewhere, which is said.
func TestAggregatedAPIThatIsAway(t *testing.T) {
	const name = "home"
	cluster := startStale(t, name)
	kubeconfig := cluster.Kubeconfig(harness.Admin, 0)
	client := kit.ClientOf(t, cluster, 0)
	kit.Post(t, client, "/apis/apiregistration.k8s.io/v1/apiservices", object{"metadata": metadata("v1beta1.metrics.k8s.io"),
		"spec": object{"group": "metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
			"insecureSkipTLSVerify": true, "service": object{"namespace": "kube-system", "name": "metrics-server"}}})
	kit.Eventually(t, "discovery knows of the group", func() bool {
		body, err := client.DoWith(context.Background(), "GET", "/apis", nil,
			map[string]string{"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"})
		return err == nil && strings.Contains(string(body), "metrics.k8s.io")
	})
	result := kit.Run(t, kubeconfig, "rewrite", "--all-resources", "--yes", "-o", "json")
	kit.Report(t, result, 0)
	if !strings.Contains(result.Stderr, "Warning: left out, since other API servers serve and store them: metrics.k8s.io/v1beta1; ") {
		t.Errorf("%s", result.Stderr)
	}
	if left := staleKeys(t, cluster); len(left) > 0 {
		t.Errorf("still stale: %q", left)
	}
	expectError(t, kit.Run(t, kubeconfig, "rewrite", "foos", "--yes"),
		`the server doesn't have a resource type "foos", but these API groups do not say now which they have: metrics.k8s.io/v1beta1`)
}

// Turning encryption off for two resources: those are stored in plaintext again.
func TestDecryption(t *testing.T) {
	const name = "home"
	cluster := startStale(t, name)
	off := harness.EncryptionOf([]string{"secrets", "configmaps"}, harness.Identity(), harness.AESCBC("new", "old"))
	_, rest, _ := strings.Cut(everything("new", "old"), "resources:\n")
	kit.Must(t, cluster.Servers[0].Restart(off+rest))
	path := writeFile(t, off)
	kit.Report(t, kit.Run(t, cluster.Kubeconfig(harness.Admin, 0), "rewrite", "--config", path, "--yes", "-o", "json"), 0)
	for _, prefix := range []string{"/registry/secrets/", "/registry/configmaps/"} {
		stored := kit.Stored(t, cluster, prefix)
		if plain := kit.Under(stored, "identity"); len(stored) == 0 || len(plain) != len(stored) {
			t.Errorf("%d of %d in plaintext", len(plain), len(stored))
		}
	}
	if !slices.Contains(staleKeys(t, cluster), keys(name, "widgets")[0]) {
		t.Error("what the file does not name was written")
	}
}
