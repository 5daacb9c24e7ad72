package doctor

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

var (
	before = harness.Encryption(harness.AESCBC("key1"), harness.Identity())
	after  = harness.Encryption(harness.AESCBC("key2", "key1"), harness.Identity())
)

func encoded(key []byte) string { return base64.StdEncoding.EncodeToString(key) }

// noCluster is the kubeconfig of somebody who has none.
func noCluster(t *testing.T) string { return filepath.Join(t.TempDir(), "none") }

const goodPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  users: [system:kube-proxy]
  verbs: [watch]
  resources: [{group: "", resources: [endpoints]}]
- level: Metadata
  resources: [{group: "", resources: [secrets, configmaps]}]
- level: RequestResponse
`

// manifest is a static Pod's; `flags` and `mount` may be "".
func manifest(config string, flags ...string) string {
	text := `apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.37.2
    command:
    - kube-apiserver
`
	for _, flag := range flags {
		text += "    - " + flag + "\n"
	}
	if config == "" {
		return text
	}
	return text + "    volumeMounts:\n    - {name: enc, mountPath: " + config + ", readOnly: true}\n" +
		"  volumes:\n  - {name: enc, hostPath: {path: " + config + "}}\n"
}

// TestFiles plants faults in files: no cluster is there, or needed.
func TestFiles(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		fault
		args func(t *testing.T) []string
	}{
		"config is missing": {fault{check: "config-unreadable", says: "no such file"}, func(t *testing.T) []string {
			return []string{"--config", filepath.Join(t.TempDir(), "enc.yaml")}
		}},
		"bad YAML":   {fault{check: "config-syntax", says: ":4"}, config("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [\n")},
		"bad base64": {fault{check: "config-key", says: "keys[0].secret"}, config(strings.Replace(after, encoded(harness.NewKey("key2").Secret), "not!base64", 1))},
		"short key":  {fault{check: "config-key", says: "keys[0].secret"}, config(strings.Replace(after, encoded(harness.NewKey("key2").Secret), encoded(harness.NewKey("key2").Secret[:20]), 1))},
		"unknown field": {fault{check: "config-refused", says: "resources[0]"},
			config(strings.Replace(after, "  providers:", "  provider: x\n  providers:", 1))},
		"Secrets are not named": {fault{check: "secrets-not-encrypted", says: "no rule"},
			config(harness.EncryptionOf([]string{"configmaps"}, harness.AESCBC("key1"), harness.Identity()))},
		"identity writes": {fault{check: "identity-first", severity: "warning", says: "providers[0]"},
			config(harness.Encryption(harness.Identity(), harness.AESCBC("key1")))},
		"weak key": {fault{check: "weak-key", severity: "warning", says: "keys[0].secret"},
			config(strings.Replace(after, encoded(harness.NewKey("key2").Secret), encoded(make([]byte, 32)), 1))},
		"the same key again": {fault{check: "repeated-key", severity: "warning", says: "keys[1]"},
			config(strings.Replace(after, encoded(harness.NewKey("key1").Secret), encoded(harness.NewKey("key2").Secret), 1))},
		"old key": {fault{check: "key-age", severity: "warning", says: "days old"},
			config(harness.Encryption(harness.AESCBC("key-2020-01-31"), harness.Identity()))},
		"anybody's file": {fault{check: "file-permissions", severity: "warning", says: "0644"}, func(t *testing.T) []string {
			path := write(t, "enc.yaml", after)
			kit.Must(t, os.Chmod(path, 0o644))
			return []string{"--config", path}
		}},
		"keys beside a backup": {fault{check: "keys-beside-data", severity: "warning", says: "backup.db"}, func(t *testing.T) []string {
			path := write(t, "enc.yaml", after)
			write(t, filepath.Join(filepath.Dir(path), "backup.db"), strings.Repeat("\x00", 16)+"\xED\xDA\x0C\xED"+strings.Repeat("\x00", 4096))
			return []string{"--config", path}
		}},
		"manifest is none": {fault{check: "manifest-unreadable", says: "manifest"}, argument("--manifest", "kind: Pod\n")},
		"no flag":          {fault{check: "flag-missing", says: "encryption-provider-config"}, argument("--manifest", manifest("", "--secure-port=6443"))},
		"no mount": {fault{check: "manifest-mount", says: "/etc/kubernetes/enc/enc.yaml"},
			argument("--manifest", manifest("", "--encryption-provider-config=/etc/kubernetes/enc/enc.yaml"))},
		"relative path": {fault{check: "manifest-flags", says: "no absolute path"},
			argument("--manifest", manifest("", "--encryption-provider-config=enc.yaml"))},
		"single file that is reloaded": {fault{check: "single-file-mount", severity: "warning", says: "single file"}, func(t *testing.T) []string {
			path := write(t, "enc.yaml", after)
			return []string{"--manifest", write(t, "kube-apiserver.yaml",
				manifest(path, "--encryption-provider-config="+path, "--encryption-provider-config-automatic-reload"))}
		}},
		"the manifest's file is bad": {fault{check: "config-syntax", says: "enc.yaml"}, func(t *testing.T) []string {
			path := write(t, "enc.yaml", "kind: [")
			return []string{"--manifest", write(t, "kube-apiserver.yaml", manifest(path, "--encryption-provider-config="+path))}
		}},
		"policy is none": {fault{check: "audit-unreadable", says: "no Policy"}, argument("--audit-policy", "kind: List\n")},
		"policy logs Secrets": {fault{check: "audit-secret-bodies", says: "rule 1 logs Secrets at level RequestResponse, by get, list"},
			argument("--audit-policy", strings.Replace(goodPolicy, "rules:", "rules:\n- {level: RequestResponse, resources: [{group: \"\", resources: [secrets]}]}", 1))},
		"policy logs everything": {fault{check: "audit-secret-bodies", says: "rule 1 logs Secrets at level Request, by create, update, patch"},
			argument("--audit-policy", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Request}]\n")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, found := examine(t, noCluster(t), one.args(t)...)
			expect(t, one.fault, found)
		})
	}
}

func config(text string) func(*testing.T) []string { return argument("--config", text) }

func argument(flag, text string) func(*testing.T) []string {
	return func(t *testing.T) []string { return []string{flag, write(t, "file.yaml", text)} }
}

// TestSoundFiles: nothing is found, and what was not looked at is said with what it takes.
func TestSoundFiles(t *testing.T) {
	t.Parallel()
	path := write(t, "enc.yaml", after)
	result, found := examine(t, noCluster(t), "--manifest", write(t, "m.yaml", manifest(path, "--encryption-provider-config="+path)),
		"--audit-policy", write(t, "audit.yaml", goodPolicy))
	if len(found.Findings) != 0 {
		t.Errorf("%v", found.Findings)
	}
	for _, one := range found.Skipped {
		if one.Check == "servers-differ" && one.Needs == "a cluster that answers" {
			return
		}
	}
	t.Errorf("the cluster is not among what was not looked at: %s", result.Stdout)
}

// TestNothingToDo: without a cluster and without files there is an error, and no report.
func TestNothingToDo(t *testing.T) {
	t.Parallel()
	result := kit.Run(t, noCluster(t), "doctor")
	if result.ExitCode != 1 || result.Stdout != "" || !strings.Contains(result.Stderr, "configuration") {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
}

// TestDocumentation: docs/doctor.md has a row for each check, and for no other.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	_, found := examine(t, noCluster(t), "--audit-policy", write(t, "audit.yaml", goodPolicy))
	checks := found.Passed
	for _, one := range found.Skipped {
		checks = append(checks, one.Check)
	}
	_, file, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(file), "..", "..", "..", "..", "docs", "doctor.md"))
	kit.Must(t, err)
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| (error|warning|unknown) \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, row[1])
	}
	slices.Sort(checks)
	slices.Sort(documented)
	if !slices.Equal(checks, documented) {
		t.Errorf("checks are %v, documented are %v", checks, documented)
	}
}
