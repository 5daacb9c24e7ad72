// Package wait tests `kubectl encrypt wait` on real API servers.
package wait

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

var (
	before = harness.Encryption(harness.AESCBC("key1"), harness.Identity())
	after  = harness.Encryption(harness.AESCBC("key2", "key1"), harness.Identity())
)

type report struct {
	Configuration string
	Converged     bool
	Doubt         *string
	APIServers    []struct {
		ID, Host, Address, Reason string
		Converged                 bool
	} `json:"apiServers"`
}

func TestMain(m *testing.M) { kit.Main(m) }

func twoServers(t *testing.T, reload bool) *harness.Cluster {
	t.Helper()
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{
		{Hostname: "node-a", Encryption: before, Reload: reload},
		{Hostname: "node-b", Encryption: before, Reload: reload},
	}})
	kit.PublishAddresses(t, cluster)
	return cluster
}

// id is what an API server calls itself, by its host's name (k8s.io/apiserver pkg/server/config.go).
func id(hostname string) string {
	var named []byte
	for _, part := range []string{hostname, "kube-apiserver"} {
		named = append(binary.BigEndian.AppendUint16(named, uint16(len(part))), part...)
	}
	hash := sha256.Sum256(named)
	return "apiserver-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(hash[:16]))
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "enc.yaml")
	kit.Must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func start(t *testing.T, cluster *harness.Cluster, args ...string) *plugin.Running {
	t.Helper()
	running, err := plugin.Start(plugin.Run{
		Kubeconfig: cluster.Kubeconfig(harness.Fair, 0), Args: append([]string{"wait", "-o", "json"}, args...),
	})
	kit.Must(t, err)
	return running
}

// ear waits until the command says this of a server.
func ear(t *testing.T, running *plugin.Running) func(hostname, what string) {
	return func(hostname, what string) {
		t.Helper()
		said := regexp.MustCompile(`(?m)^wait: ` + id(hostname) + ` on \S+ ` + what)
		kit.Eventually(t, hostname+" "+what, func() bool { return said.MatchString(running.Errors()) })
	}
}

func end(t *testing.T, running *plugin.Running, code int) (plugin.Result, report) {
	t.Helper()
	result, err := running.Wait()
	kit.Must(t, err)
	if result.ExitCode != code {
		t.Fatalf("exit %d, not %d: %s", result.ExitCode, code, result.All())
	}
	if result.Stdout == "" {
		return result, report{}
	}
	found, err := plugin.Decode[report](result)
	kit.Must(t, err)
	return result, found
}

// TestReload: the servers are given the file one after the other, and load it by themselves.
func TestReload(t *testing.T) {
	t.Parallel()
	cluster := twoServers(t, true)
	wanted := file(t, after)
	running := start(t, cluster, "--config", wanted)
	heard := ear(t, running)

	heard("node-a", "runs another configuration, sha256:")
	heard("node-b", "runs another configuration, sha256:")
	kit.Must(t, cluster.Servers[1].WriteConfig(after))
	heard("node-b", "runs the file and is ready")
	kit.Must(t, cluster.Servers[0].WriteConfig(after))
	result, found := end(t, running, 0)
	if !found.Converged || found.Doubt != nil || len(found.APIServers) != 2 || !found.APIServers[0].Converged {
		t.Errorf("%s", result.Stdout)
	}
	if strings.Contains(result.All(), "secret:") {
		t.Errorf("keys in %s", result.All())
	}
}

// TestRestart: servers that do not reload are restarted with the file, one of them away all the while at first.
func TestRestart(t *testing.T) {
	t.Parallel()
	cluster := twoServers(t, false)
	wanted := file(t, after)
	cluster.Servers[1].Kill()
	running := start(t, cluster, "--config", wanted)
	heard := ear(t, running)
	heard("node-b", "was not reached")
	kit.Must(t, cluster.Servers[0].Restart(after)) // the one that is asked goes away under the command
	heard("node-a", "runs the file and is ready")
	kit.Must(t, cluster.Servers[1].WriteConfig(after))
	kit.Must(t, cluster.Servers[1].Start())
	end(t, running, 0)
}

// TestNamedServers: --api-server leads to servers whose addresses nobody publishes.
func TestNamedServers(t *testing.T) {
	t.Parallel()
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{
		{Hostname: "node-a", Encryption: after}, {Hostname: "node-b", Encryption: before, Reload: true},
	}})
	running := start(t, cluster, "--config", file(t, after), "--api-server", cluster.Servers[0].URL(), "--api-server", cluster.Servers[1].URL())
	heard := ear(t, running)
	heard("node-a", "runs the file and is ready")
	heard("node-b", "runs another configuration, sha256:")
	kit.Must(t, cluster.Servers[1].WriteConfig(after))
	_, found := end(t, running, 0)
	for _, server := range found.APIServers {
		if !strings.HasPrefix(server.Address, "127.0.0.1:") {
			t.Errorf("%+v", server)
		}
	}
}

// TestTimeout: one that stays behind is named, and the exit code is no success.
func TestTimeout(t *testing.T) {
	t.Parallel()
	cluster := twoServers(t, false)
	wanted := file(t, after)
	kit.Must(t, cluster.Servers[0].Restart(after))
	result, found := end(t, start(t, cluster, "--config", wanted, "--timeout", "0"), 1)
	if !strings.Contains(result.Stderr, "error: timed out waiting for the API servers to run "+wanted+": "+id("node-b")) {
		t.Errorf("%s", result.Stderr)
	}
	if found.Converged || len(found.APIServers) != 2 {
		t.Fatalf("%s", result.Stdout)
	}
	for _, server := range found.APIServers {
		if behind := server.ID == id("node-b"); server.Converged == behind {
			t.Errorf("%+v", server)
		}
	}
}

// TestRights: without /metrics nothing can be known, and waiting does not help.
func TestRights(t *testing.T) {
	t.Parallel()
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: before}}})
	running, err := plugin.Start(plugin.Run{
		Kubeconfig: cluster.Kubeconfig(harness.Nobody, 0), Args: []string{"wait", "--config", file(t, before)},
	})
	kit.Must(t, err)
	result, _ := end(t, running, 1)
	if !strings.Contains(result.Stderr, `cannot get path "/metrics"`) {
		t.Errorf("%s", result.Stderr)
	}
}

// TestBadFile: a file that no server would load is not waited for.
func TestBadFile(t *testing.T) {
	t.Parallel()
	const head = "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n"
	for text, want := range map[string]string{
		"kind: EncryptionConfiguration\nresources: 1\n":                                                                      "enc.yaml",
		head + "- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: a\n        secret: c2hvcnQ=\n": "enc.yaml:9: no API server loads this file: the key has 5 bytes",
	} {
		result := kit.Run(t, filepath.Join(t.TempDir(), "none"), "wait", "--config", file(t, text))
		if result.ExitCode != 1 || !strings.Contains(result.Stderr, want) {
			t.Errorf("%d %s", result.ExitCode, result.Stderr)
		}
	}
}
