package krew

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// validate runs what krew-index's CI runs on a pull request: it installs the archives of all platforms.
func (h home) validate(t *testing.T, manifest string, flags ...string) (int, string) {
	t.Helper()
	tools, err := buildTools()
	kit.Must(t, err)
	result := h.run(filepath.Join(tools, "validate-krew-manifest"), append([]string{"-manifest", manifest}, flags...)...)
	return result.ExitCode, result.All()
}

func TestManifestForKrewIndex(t *testing.T) {
	from := findRelease(t)
	user := newHome(t)
	for _, name := range names {
		manifest := from.manifest(t, t.TempDir(), name, serve(t, from.dist))
		command(t, "", "python3", inRepository("tests", "krew", "check_manifest.py"), manifest, "--dist", from.dist, "--tag", from.version)
		if code, output := user.validate(t, manifest); code != 0 || !strings.Contains(output, "all 4 spec.platforms installed fine") {
			t.Errorf("%s: exit %d\n%s", name, code, output)
		}
	}
}

// What the offline checker refuses is what the real validator refuses, but for the rules that are our own.
func TestValidatorRefusesWhatTheCheckerRefuses(t *testing.T) {
	folder := t.TempDir()
	url := serve(t, folder)
	command(t, "", "python3", inRepository("tests", "krew", "fixtures.py"), folder, url)
	table, err := os.ReadFile(filepath.Join(folder, "cases.json"))
	kit.Must(t, err)
	var cases []struct {
		Case      string `json:"case"`
		RefusedBy string `json:"refused_by"`
		Manifest  string `json:"manifest"`
	}
	kit.Must(t, json.Unmarshal(table, &cases))
	user := newHome(t)
	for _, one := range cases {
		manifest := filepath.Join(folder, one.Case, one.Manifest)
		structure, output := user.validate(t, manifest, "-skip-install")
		if refused := structure != 0; refused != (one.RefusedBy == "structure") {
			t.Errorf("%s: refused for its structure: %v\n%s", one.Case, refused, output)
		}
		if one.RefusedBy == "structure" {
			continue
		}
		all, output := user.validate(t, manifest)
		if refused := all != 0; refused != (one.RefusedBy == "install") {
			t.Errorf("%s: refused when it is installed: %v\n%s", one.Case, refused, output)
		}
	}
	if len(cases) < 40 {
		t.Errorf("%d cases", len(cases))
	}
}

// krew-release-bot renders the template with Go's text/template; its documented fields and functions are below. The
// script that renders it for our own index has to come to the same.
func TestTemplateIsRenderedAlike(t *testing.T) {
	from := findRelease(t)
	for name, given := range map[string]string{"encrypt-at-rest": "", "encrypt": "encrypt"} {
		manifest, err := os.ReadFile(from.manifest(t, t.TempDir(), name, ""))
		kit.Must(t, err)
		if want := renderAsTheBot(t, from, given); want != string(manifest) {
			t.Errorf("%s\nby Go:\n%s\nby the script:\n%s", name, want, manifest)
		}
	}
}

func renderAsTheBot(t *testing.T, from release, name string) string {
	t.Helper()
	checksums, err := os.ReadFile(filepath.Join(from.dist, "checksums.txt"))
	kit.Must(t, err)
	words := strings.Fields(string(checksums))
	uriAndSha := func(url, _ string) (string, error) {
		at := slices.Index(words, path.Base(url))
		if at < 1 {
			return "", fmt.Errorf("no checksum of %s", url)
		}
		return fmt.Sprintf("uri: %s\n    sha256: %s", url, words[at-1]), nil
	}
	file := inRepository("krew", "plugin.yaml.tmpl")
	parsed, err := template.New(filepath.Base(file)).Funcs(template.FuncMap{"addURIAndSha": uriAndSha}).ParseFiles(file)
	kit.Must(t, err)
	owner, repo, _ := strings.Cut(published, "/")
	var out bytes.Buffer
	kit.Must(t, parsed.Execute(&out, struct{ TagName, PluginName, PluginOwner, PluginRepo string }{from.version, name, owner, repo}))
	return out.String()
}
