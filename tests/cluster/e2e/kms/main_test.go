// Package kms tests what is done about the keys of a KMS v2 plugin: waiting for a new one, rewriting, and going over from a
// key of the configuration and back. Its tests take minutes and no CPU: an API server may use a former key for 3 minutes.
package kms

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func TestMain(m *testing.M) { kit.Main(m) }

// world is a cluster with the plugin "vault".
type world struct {
	*testing.T
	*harness.Cluster
}

func begin(t *testing.T, encryption string, hostnames ...string) world {
	t.Helper()
	t.Parallel()
	options := harness.Options{KMS: []harness.KMSOptions{{Name: "vault"}}}
	for _, hostname := range hostnames {
		options.Servers = append(options.Servers, harness.ServerOptions{Hostname: hostname, Encryption: encryption})
	}
	w := world{t, kit.Start(t, options)}
	kit.PublishAddresses(t, w.Cluster)
	return w
}

var underVault = harness.Encryption(harness.KMSv2("vault"), harness.Identity())

func (w world) vault() *harness.KMSPlugin { return w.KMS("vault") }

func (w world) truth() harness.Truth {
	w.Helper()
	truth, err := w.FetchAll()
	kit.Must(w.T, err)
	return truth
}

func (w world) start(args ...string) *plugin.Running {
	w.Helper()
	running, err := plugin.Start(plugin.Run{Kubeconfig: w.Kubeconfig(harness.Fair, 0), Args: args})
	kit.Must(w.T, err)
	return running
}

func (w world) end(running *plugin.Running, code int) plugin.Result {
	w.Helper()
	result, err := running.Wait()
	kit.Must(w.T, err)
	if result.ExitCode != code {
		w.Fatalf("exit %d, not %d: %s", result.ExitCode, code, result.All())
	}
	return result
}

func (w world) run(code int, args ...string) plugin.Result {
	w.Helper()
	return w.end(w.start(args...), code)
}

// says waits until this has been said of every API server. Each asks its plugin once a minute.
func (w world) says(running *plugin.Running, pattern string) {
	w.Helper()
	w.Cleanup(func() {
		if w.Failed() {
			w.Logf("it says\n%s", running.Errors())
		}
	})
	said := regexp.MustCompile(`(?m)^wait: (\S+) on \S+ ` + pattern)
	w.within(2*time.Minute, pattern, func() bool {
		servers := map[string]bool{}
		for _, match := range said.FindAllStringSubmatch(running.Errors(), -1) {
			servers[match[1]] = true
		}
		return len(servers) == len(w.Servers)
	})
}

// stored counts Secrets by what etcd has them under: "secretbox/key1", "kms/vault@kek-1".
func (w world) stored(namespace string) map[string]int {
	w.Helper()
	entries, err := w.ReadEtcd(harness.SecretsPrefix + namespace)
	kit.Must(w.T, err)
	counts := map[string]int{}
	for _, entry := range entries {
		under := harness.Classify(entry.Value).String()
		if id := harness.Inspect(entry.Value).KeyID; id != "" {
			under += "@" + id
		}
		counts[under]++
	}
	return counts
}

func (w world) expectStored(want map[string]int) {
	w.Helper()
	if got := w.stored(""); !maps.Equal(got, want) {
		w.Errorf("etcd holds %v, want %v", got, want)
	}
}

func hashOf(keyID string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(keyID))) }

// expectStatus wants the columns of status, and its keys to be those in etcd, as certain.
func (w world) expectStatus(current, stale int) {
	w.Helper()
	report, err := plugin.Decode[plugin.CoverageReport](w.run(0, "status", "-o", "json", "--config", w.Servers[0].ConfigPath()))
	kit.Must(w.T, err)
	total := report.Total
	if total.Current != current || total.Stale != stale || total.Unknown != 0 || total.Plaintext != 0 || !total.Exact {
		w.Errorf("%+v, want %d current, %d stale", total, current, stale)
	}
	keys, stored := map[string]int{}, map[string]int{}
	for _, key := range total.Keys {
		keys[key.KeyID] += key.Count
	}
	for under, count := range w.stored("") {
		_, id, _ := strings.Cut(under, "@")
		stored[hashOf(id)] += count
	}
	if !maps.Equal(keys, stored) {
		w.Errorf("status counts %v, etcd %v", keys, stored)
	}
}

// takes waits until the API server has the plugin's new key: it asks when its health is asked for, at most every 20 seconds.
func (w world) takes(server int, keyID string) {
	w.Helper()
	kit.Eventually(w.T, "an API server takes "+keyID, func() bool {
		kit.Must(w.T, w.Servers[server].KMSHealth())
		state, err := w.vault().State()
		kit.Must(w.T, err)
		return state.Encrypts[keyID] > 0
	})
	kit.Must(w.T, w.Servers[server].KMSHealth()) // waits for the check that has asked for the encryption
}

// within polls for what takes minutes.
func (w world) within(limit time.Duration, what string, condition func() bool) {
	w.Helper()
	for deadline := time.Now().Add(limit); !condition(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("not within %v: %s", limit, what)
		}
	}
}
