package kms

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// migration is a configuration that is only ever changed by `config`.
type migration struct {
	world
	file string
}

func (m migration) text() string {
	m.Helper()
	text, err := os.ReadFile(m.file)
	kit.Must(m.T, err)
	return string(text)
}

// step changes the file, gives it to the API server, and waits until it runs that.
func (m migration) step(args ...string) {
	m.Helper()
	m.run(0, append([]string{"config"}, args...)...)
	kit.Must(m.T, m.Servers[0].Restart(m.text()))
	m.run(0, "wait", "--config", m.file)
}

// removes a key only when nothing is under it any more.
func (m migration) rewriteAndRemove(key string) {
	m.Helper()
	text := m.text()
	refused := m.run(2, "config", "remove-key", key, m.file)
	if !strings.Contains(refused.All(), "20 objects are or may be stored under it") || m.text() != text {
		m.Errorf("%s", refused.All())
	}
	m.run(0, "rewrite", "--yes")
	m.step("remove-key", key, m.file)
	if strings.Contains(m.text(), key[strings.Index(key, "/")+1:]) {
		m.Errorf("%s is still in the file", key)
	}
}

// TestToTheKMSAndBack: from a key of the file to a KMS, and back to another key, each proven by etcd's bytes before the
// former one goes. In the end the plugin is killed, and nobody misses it.
func TestToTheKMSAndBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "enc.yaml")
	if result := kit.Run(t, "", "config", "init", file, "--key-name=key1"); result.ExitCode != 0 {
		t.Fatal(result.All())
	}
	text, err := os.ReadFile(file)
	kit.Must(t, err)
	m := migration{begin(t, string(text), "node-a"), file}
	kit.Must(t, m.Seed(20, 2, "plain"))
	before := m.truth()
	m.expectStored(map[string]int{"secretbox/key1": 20})

	m.step("add-key", file, "--provider=kms", "--kms-name=vault", "--kms-endpoint=unix://"+m.vault().Socket())
	m.step("promote", "kmsv2/vault", file)
	m.expectStored(map[string]int{"secretbox/key1": 20})
	m.rewriteAndRemove("secretbox/key1")
	m.expectStored(map[string]int{"kms/vault@kek-1": 20})
	m.expectStatus(20, 0)

	m.step("add-key", file, "--provider=aesgcm", "--key-name=key2")
	m.step("promote", "aesgcm/key2", file)
	m.rewriteAndRemove("kmsv2/vault")
	m.expectStored(map[string]int{"aesgcm/key2": 20})
	m.vault().Kill()
	kit.Must(t, m.Servers[0].Restart(m.text()))
	if difference := before.Difference(m.truth()); difference != "" {
		t.Error(difference)
	}
}

// TestRotateToTheKMSAndBack: the same by one command each way, on the file of a host whose API server reloads it.
func TestRotateToTheKMSAndBack(t *testing.T) {
	t.Parallel()
	draft := filepath.Join(t.TempDir(), "enc.yaml")
	if result := kit.Run(t, "", "config", "init", draft, "--key-name=key1"); result.ExitCode != 0 {
		t.Fatal(result.All())
	}
	text, err := os.ReadFile(draft)
	kit.Must(t, err)
	w := world{t, kit.Start(t, harness.Options{KMS: []harness.KMSOptions{{Name: "vault"}},
		Servers: []harness.ServerOptions{{Hostname: "node-a", Encryption: string(text), Reload: true}}})}
	kit.PublishAddresses(t, w.Cluster)
	m := migration{w, w.Servers[0].ConfigPath()}
	kit.Must(t, m.Seed(20, 2, "plain"))
	before := m.truth()

	rotate := func(args ...string) string {
		t.Helper()
		args = append([]string{"rotate", "--config", m.file, "--yes", "--etcd-endpoints", w.Etcd.Endpoint}, args...)
		return m.run(0, args...).All()
	}
	toKMS := []string{"--provider=kms", "--kms-name=vault", "--kms-endpoint=unix://" + m.vault().Socket()}
	rotate(toKMS...)
	m.expectStored(map[string]int{"kms/vault@kek-1": 20})
	m.expectStatus(20, 0)
	if strings.Contains(m.text(), "key1") {
		t.Errorf("key1 is still in the file")
	}
	if said := rotate(toKMS...); !strings.Contains(said, "the key vault writes already") {
		t.Errorf("%s", said)
	}
	rotate("--provider=aesgcm", "--key-name=key2")
	m.expectStored(map[string]int{"aesgcm/key2": 20})
	if strings.Contains(m.text(), "vault") {
		t.Errorf("the KMS is still in the file")
	}
	m.vault().Kill()
	kit.Must(t, m.Servers[0].Restart(m.text()))
	if difference := before.Difference(m.truth()); difference != "" {
		t.Error(difference)
	}
}
