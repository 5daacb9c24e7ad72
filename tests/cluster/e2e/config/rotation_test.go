package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// rotation is a configuration that is only ever changed by `config`, and the API server that gets it.
type rotation struct {
	t       *testing.T
	file    string
	cluster *harness.Cluster
}

func (r *rotation) read() []byte {
	r.t.Helper()
	text, err := os.ReadFile(r.file)
	kit.Must(r.t, err)
	return text
}

// config runs the command and checks that no key of the file is in what it prints.
func (r *rotation) config(exitCode int, args ...string) string {
	r.t.Helper()
	kubeconfig := ""
	if r.cluster != nil {
		kubeconfig = r.cluster.Kubeconfig(harness.Admin, 0)
	}
	result := kit.Run(r.t, kubeconfig, append([]string{"config"}, args...)...)
	if result.ExitCode != exitCode {
		r.t.Fatalf("config %v: exit %d, want %d\n%s", args, result.ExitCode, exitCode, result.All())
	}
	for line := range strings.Lines(string(r.read())) {
		if _, secret, found := strings.Cut(strings.TrimSpace(line), "secret: "); found && strings.Contains(result.All(), secret[:8]) {
			r.t.Errorf("config %v prints a key\n%s", args, result.All())
		}
	}
	return result.All()
}

// load has the API server start with the file as it is now.
func (r *rotation) load() {
	r.t.Helper()
	kit.Must(r.t, r.cluster.Servers[0].Restart(string(r.read())))
}

// under lists under what Secrets are stored.
func (r *rotation) under() []string {
	r.t.Helper()
	stored := map[string]bool{}
	for _, entry := range kit.Stored(r.t, r.cluster, "/registry/secrets/") {
		stored[harness.Classify(entry.Value).String()] = true
	}
	names := []string{}
	for name := range stored {
		names = append(names, name)
	}
	return names
}

// A new file, a second key, the first one gone: each version starts a real API server, and nothing is lost.
func TestAKeyIsChangedByConfigAlone(t *testing.T) {
	r := &rotation{t: t, file: filepath.Join(t.TempDir(), "enc.yaml")}
	r.config(0, "init", r.file, "--key-name=key1")
	r.config(0, "lint", r.file, "--fail-on=warning", "--max-key-age=1")
	r.cluster = kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: string(r.read())}}})
	kit.Must(t, r.cluster.Seed(20, 2, harness.Plain))
	r.expectUnder("secretbox/key1")

	r.config(0, "add-key", r.file, "--provider=aesgcm", "--key-name=key2")
	r.load()
	r.config(0, "promote", "aesgcm/key2", r.file)
	r.load()
	r.expectUnder("secretbox/key1")

	before := r.read()
	if said := r.config(2, "remove-key", "key1", r.file); !strings.Contains(said, "20 objects") {
		t.Errorf("remove-key does not say what needs the key\n%s", said)
	}
	if !bytes.Equal(before, r.read()) {
		t.Error("remove-key without proof changed the file")
	}
	kit.Report(t, kit.Run(t, r.cluster.Kubeconfig(harness.Admin, 0), "rewrite", "secrets", "--yes", "-o", "json"), 0)
	r.config(0, "remove-key", "key1", r.file)
	r.load()
	r.expectUnder("aesgcm/key2")
	secrets := kit.Get(t, kit.ClientOf(t, r.cluster, 0), "/api/v1/secrets")
	if items := secrets["items"].([]any); len(items) < 20 {
		t.Errorf("%d Secrets are left", len(items))
	}
}

func (r *rotation) expectUnder(want string) {
	r.t.Helper()
	if got := r.under(); len(got) != 1 || got[0] != want {
		r.t.Errorf("stored under %v, want %s", got, want)
	}
}

// What promote has moved about by lines, the server reads as it was meant: with comments, two entries, two providers.
func TestAFileWithCommentsStaysAsItIs(t *testing.T) {
	key := harness.Encryption(harness.AESCBC("old"))
	_, secret, _ := strings.Cut(key, "secret: ")
	secret, _, _ = strings.Cut(secret, "\n")
	text := "# by hand\napiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources:\n" +
		"      - secrets # what matters\n    providers:\n      - aescbc:\n          keys:\n            # of last year\n" +
		"            - name: old\n              secret: " + secret + "\n      - identity: {}\n\n# the end\n"
	r := &rotation{t: t, file: filepath.Join(t.TempDir(), "enc.yaml")}
	kit.Must(t, os.WriteFile(r.file, []byte(text), 0o600))
	r.config(0, "add-key", r.file, "--key-name=new")
	r.config(0, "promote", "new", r.file)
	r.cluster = kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: string(r.read())}}})
	kit.Must(t, r.cluster.Seed(2, 1, harness.Plain))
	r.expectUnder("aescbc/new")
	kept := 0
	for line := range strings.Lines(string(r.read())) {
		if strings.Contains(text, line) {
			kept++
		}
	}
	if kept != strings.Count(text, "\n") {
		t.Errorf("%d of %d lines are left\n", kept, strings.Count(text, "\n"))
	}
}
