package krew

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// From `krew install` of a file to `krew uninstall`, under both names.
func TestInstallFromAnArchive(t *testing.T) {
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{
		{Encryption: harness.Encryption(harness.AESCBC("key1"), harness.Identity())}}})
	kit.Post(t, kit.ClientOf(t, cluster, 0), "/api/v1/namespaces/default/secrets", map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "one"}})
	from := findRelease(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			user := newHome(t)
			user.kubeconfig = cluster.Kubeconfig(harness.Admin, 0)
			user.env = append(user.env, "KREW_DEFAULT_INDEX_URI="+publishIndex(t, from))
			user.must(t, "krew", "update") // without any index krew uninstalls nothing
			manifest := from.manifest(t, t.TempDir(), name, "")
			installed := user.must(t, "krew", "install", "--manifest="+manifest, "--archive="+from.archive())
			for _, want := range []string{"Installed plugin: " + name, "https://github.com/" + published, "update of secrets"} {
				if !strings.Contains(installed.Stderr, want) {
					t.Errorf("krew does not say %q:\n%s", want, installed.Stderr)
				}
			}
			checkWorks(t, user, name, from.version)
			checkStatus(t, user, name, cluster.Servers[0].ConfigPath())
			user.must(t, "krew", "uninstall", name)
			checkGone(t, user, name)
		})
	}
}

// checkWorks calls the plugin as kubectl finds it, under the name by which krew linked it.
func checkWorks(t *testing.T, user home, name, version string) {
	t.Helper()
	link := "bin/kubectl-" + strings.ReplaceAll(name, "-", "_")
	if found := user.files(t, "bin"); !slices.Equal(found, []string{link}) {
		t.Errorf("on the PATH: %q", found)
	}
	if got := user.must(t, name, "version"); got.All() != "Version: "+version+"\n" {
		t.Errorf("version: %q", got.All())
	}
	if help := user.must(t, name, "status", "--help"); !strings.Contains(help.Stdout, "  kubectl "+name+" status [") {
		t.Errorf("the help does not name kubectl %s:\n%s", name, help.Stdout)
	}
	list := user.must(t, "plugin", "list")
	want := []string{strings.TrimPrefix(link, "bin/"), "kubectl-krew"}
	if got := pluginNames(list.Stdout); list.Stderr != "" || !slices.Equal(got, want) {
		t.Errorf("plugins: %q, want %q; stderr %q", got, want, list.Stderr)
	}
	for _, file := range []string{"LICENSE", "THIRD_PARTY_LICENSES.txt"} {
		if _, err := os.Stat(filepath.Join(user.root, "store", name, version, file)); err != nil {
			t.Error(err)
		}
	}
}

func pluginNames(list string) []string {
	var found []string
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "/") {
			found = append(found, filepath.Base(line))
		}
	}
	slices.Sort(found)
	return found
}

func checkStatus(t *testing.T, user home, name, config string) {
	t.Helper()
	result := user.must(t, name, "status", "-n", "default", "--config", config, "-o", "json")
	report, err := plugin.Decode[plugin.CoverageReport](result)
	kit.Must(t, err)
	if report.Total.Total != 1 || report.Total.Current != 1 || strings.Contains(strings.ToLower(result.Stderr), "error") {
		t.Errorf("status: %+v; stderr %q", report.Total, result.Stderr)
	}
}

// checkGone: krew keeps an empty folder store, and nothing of ours.
func checkGone(t *testing.T, user home, name string) {
	t.Helper()
	if left := user.files(t, "bin", "store", "receipts"); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if result := user.kubectl(name, "version"); result.ExitCode == 0 || !strings.Contains(result.Stderr, "unknown command") {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
}

// The way over an index: what krew/index/ becomes when it is published, and archives that krew downloads.
func TestInstallFromAnIndex(t *testing.T) {
	from := findRelease(t)
	user := newHome(t)
	index := publishIndex(t, from)
	user.env = append(user.env, "KREW_DEFAULT_INDEX_URI="+index)
	user.must(t, "krew", "index", "add", "ours", index)
	if found := user.must(t, "krew", "search"); !strings.Contains(found.Stdout, "Audit and refresh encryption at rest") {
		t.Errorf("krew search:\n%s", found.Stdout)
	}
	user.must(t, "krew", "install", "ours/encrypt")
	checkWorks(t, user, "encrypt", from.version)
	if list := user.must(t, "krew", "list"); !strings.Contains(list.Stdout, "ours/encrypt") {
		t.Errorf("krew list:\n%s", list.Stdout)
	}
	user.must(t, "krew", "uninstall", "encrypt")
	checkGone(t, user, "encrypt")
}

// publishIndex makes a git repository of krew/index/ and of the manifest that a release adds to it.
func publishIndex(t *testing.T, from release) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "index")
	kit.Must(t, os.CopyFS(folder, os.DirFS(inRepository("krew", "index"))))
	kit.Must(t, os.MkdirAll(filepath.Join(folder, "plugins"), 0o755))
	from.manifest(t, filepath.Join(folder, "plugins"), "encrypt", serve(t, from.dist))
	command(t, folder, "git", "init", "--quiet", "--initial-branch=main")
	command(t, folder, "git", "add", "--all")
	command(t, folder, "git", "-c", "user.name=test", "-c", "user.email=test@example.invalid", "commit", "--quiet", "-m", "A release")
	return "file://" + folder
}
