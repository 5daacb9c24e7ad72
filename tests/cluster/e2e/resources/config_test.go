package resources

import (
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// entry is an element of an EncryptionConfiguration.
func entry(providers string, resources ...string) string {
	text := "- resources: [\"" + strings.Join(resources, "\", \"") + "\"]\n  providers:\n"
	for provider := range strings.FieldsSeq(providers) {
		if provider == "identity" {
			text += "  - identity: {}\n"
			continue
		}
		text += "  - aescbc: {keys: [{name: " + provider + ", secret: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=}]}\n"
	}
	return text
}

func config(entries ...string) string {
	return "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n" + strings.Join(entries, "")
}

var configurations = []struct {
	name string
	text string
	want []string
}{
	{"one resource", config(entry("new identity", "configmaps")), []string{"configmaps"}},
	{"a custom resource", config(entry("new identity", "widgets.example.com")), []string{"widgets"}},
	{"a group", config(entry("new", "*.apps")), []string{"deployments"}},
	{"identity first decrypts", config(entry("identity new", "configmaps")), []string{"configmaps"}},
	{"several", config(entry("new", "secrets", "widgets.example.com"), entry("new", "*.apps")),
		[]string{"secrets", "widgets", "deployments"}},
	{"the core group but for one", config(entry("identity", "events"), entry("new", "*.")),
		[]string{"secrets", "configmaps"}},
	{"everything but for a group", config(entry("identity", "*.apps"), entry("new", "*.*")),
		[]string{"secrets", "configmaps", "events", "widgets"}},
	{"everything", config(entry("new", "*.*")),
		[]string{"secrets", "configmaps", "events", "widgets", "deployments"}},
}

func TestConfiguredResources(t *testing.T) {
	for _, test := range configurations {
		t.Run(test.name, func(t *testing.T) {
			name := namespace(t)
			checkWritten(t, name, keys(name, test.want...), "--config", writeFile(t, test.text))
		})
	}
}

// A configuration may name what is not installed.
func TestConfigurationNamesWhatIsNotThere(t *testing.T) {
	name := namespace(t)
	path := writeFile(t, config(entry("new", "secrets", "foos.example.org")))
	result := kit.Run(t, admin(t), "rewrite", "--config", path, "-n", name, "--yes", "-o", "json")
	if report := kit.Report(t, result, 0); report.Rewritten != 2 {
		t.Errorf("%+v", report)
	}
	if !strings.Contains(result.Stderr, "Warning: the configuration names foos.example.org, of which this server has nothing to rewrite\n") {
		t.Errorf("%s", result.Stderr)
	}
	path = writeFile(t, config(entry("new", "foos.example.org")))
	result = kit.Run(t, admin(t), "rewrite", "--config", path, "--yes")
	if result.ExitCode != 1 || !strings.Contains(result.Stderr, "error: "+path+" encrypts no resource that this server has\n") {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
}
