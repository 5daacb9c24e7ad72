// Package storage tests `kubectl encrypt status` where it looks past the API server: at etcd, at snapshots and at the
// write-ahead log. That its counts are right in all kinds of clusters is seen in package states.
package storage

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const canary = "canary-4711-value"

// look runs status without a kubeconfig, as on a host of etcd, and checks that no Secret shows.
func look(t *testing.T, exitCode int, args ...string) (plugin.CoverageReport, plugin.Result) {
	t.Helper()
	return lookWith(t, "", exitCode, args...)
}

func lookWith(t *testing.T, kubeconfig string, exitCode int, args ...string) (plugin.CoverageReport, plugin.Result) {
	t.Helper()
	result, err := plugin.Do(plugin.Run{Kubeconfig: kubeconfig, Args: append([]string{"status", "-o", "json"}, args...), Bare: true})
	kit.Must(t, err)
	if result.ExitCode != exitCode {
		t.Fatalf("status %v: exit %d, want %d\n%.3000s", args, result.ExitCode, exitCode, result.All())
	}
	for _, form := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary))} {
		if strings.Contains(result.All(), form) {
			t.Errorf("status %v shows a Secret", args)
		}
	}
	if result.Stdout == "" {
		return plugin.CoverageReport{}, result
	}
	decoded, err := plugin.Decode[plugin.CoverageReport](result)
	kit.Must(t, err)
	return decoded, result
}

func snapshot(t *testing.T, cluster *harness.Cluster) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "snapshot.db"))
	kit.Must(t, err)
	kit.Must(t, cluster.Store().Snapshot(file))
	kit.Must(t, file.Close())
	return file.Name()
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	kit.Must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func createSecret(t *testing.T, cluster *harness.Cluster, name string) {
	t.Helper()
	body := fmt.Sprintf(`{"metadata":{"name":%q},"stringData":{"password":%q}}`, name, canary)
	_, err := kit.ClientOf(t, cluster, 0).Do(context.Background(), "POST", "/api/v1/namespaces/default/secrets", []byte(body))
	kit.Must(t, err)
}

func valueOf(t *testing.T, cluster *harness.Cluster, key string) []byte {
	t.Helper()
	entry, err := cluster.Store().Get(key)
	kit.Must(t, err)
	return entry.Value
}
