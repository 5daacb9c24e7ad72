package cmdline

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// The documents of all commands are as docs/schema/v1.json says; those of other
// tests are held to it as well, wherever one is decoded.
func TestDocumentsFitTheSchema(t *testing.T) {
	w := world{kubeconfig: sharedCluster(t).Kubeconfig(harness.Admin, 0)}
	config := filepath.Join(t.TempDir(), "enc.yaml")
	kit.Must(t, os.WriteFile(config, []byte(harness.Encryption(harness.AESCBC("key1"), harness.Identity())), 0o600))
	snapshot := takeReport(t, "--by=key", "--find=plaintext", "--config", config, "--decrypt")
	removal := world{}.plugin(t, append(snapshot.flags, "--safe-to-remove=aescbc/key1", "-o", "json")...)
	documents := []string{snapshot.text, removal.Stdout}
	for _, command := range []string{"version", "version --client", "status", "status --by=key", "status --by=resource secrets namespaces",
		"status --find=unknown", "rewrite --dry-run=client", "rewrite --dry-run=server", "rewrite --dry-run=server secret/none -n default"} {
		documents = append(documents, w.plugin(t, append(words(command), "-o", "json")...).Stdout)
	}
	for _, document := range documents {
		if err := plugin.CheckSchema([]byte(document)); err != nil {
			t.Errorf("%v\n%s", err, document)
		}
		checkSchemaRefuses(t, document)
	}
}

// What is too much or of another type shows.
func checkSchemaRefuses(t *testing.T, document string) {
	t.Helper()
	var whole object
	kit.Must(t, json.Unmarshal([]byte(document), &whole))
	for _, name := range append(slices.Sorted(maps.Keys(whole)), "surplus") {
		changed := maps.Clone(whole)
		changed[name] = object{"of": []any{"another type"}}
		text, err := json.Marshal(changed)
		kit.Must(t, err)
		if plugin.CheckSchema(text) == nil {
			t.Errorf("the schema allows a %s of another type: %s", name, text)
		}
	}
	delete(whole, "apiVersion")
	text, err := json.Marshal(whole)
	kit.Must(t, err)
	if plugin.CheckSchema(text) == nil {
		t.Errorf("the schema allows %s", text)
	}
}
