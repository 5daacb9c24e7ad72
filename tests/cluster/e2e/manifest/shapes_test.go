package manifest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// Manifests of all shapes.
const corpus = "../../../manifests"

// usual is the file that these manifests name, if any.
const usual = "/etc/kubernetes/enc/enc.yaml"

// flagsOf asks kube-apiserver itself.
func flagsOf(t *testing.T, flags []string) (config string, reload bool) {
	t.Helper()
	binary, err := harness.Binary()
	kit.Must(t, err)
	command := exec.Command(binary, append([]string{"apiserver-flags"}, flags...)...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	kit.Must(t, err)
	var read struct {
		Config string
		Reload bool
	}
	kit.Must(t, json.Unmarshal(output, &read))
	return read.Config, read.Reload
}

func shapes(t *testing.T, wanted func(name string) bool) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	entries, err := os.ReadDir(corpus)
	kit.Must(t, err)
	for _, entry := range entries {
		if !wanted(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(corpus, entry.Name()))
		kit.Must(t, err)
		found[entry.Name()] = text
	}
	return found
}

func isUnsafe(name string) bool { return strings.HasPrefix(name, "unsafe-") }
func isOther(name string) bool  { return strings.HasPrefix(name, "other-") }

// A kubelet that watches sees one Pod, then one that reads its configuration, then the first again, and nothing else.
func TestShapes(t *testing.T) {
	patchable := shapes(t, func(name string) bool { return !isUnsafe(name) && !isOther(name) })
	if len(patchable) < 20 {
		t.Fatalf("only %d manifests", len(patchable))
	}
	for name, before := range patchable {
		t.Run(name, func(t *testing.T) { patchShape(t, name, before) })
	}
}

func patchShape(t *testing.T, name string, before []byte) {
	at := newHost(t, before)
	kubelet := watch(t, filepath.Dir(at.manifest))
	kubelet.next(t, "ADD")
	args := []string{"--config", at.config, "--reload", "--write"}
	wanted := at.config
	if strings.Contains(string(before), usual) || strings.Contains(string(before), "/etc/enc/enc.yaml") {
		args, wanted = []string{"--skip-config-check", "--reload", "--write"}, usual // it names one already, of another host
	}
	run(t, 0, "patch", at.manifest, args...)
	seen := kubelet.next(t, "ADD")
	server, flags := words(t, seen)
	path, reload := flagsOf(t, flags)
	if !reload {
		t.Error("no reload")
	}
	if host := seen.OnHost(server, path); host != wanted {
		t.Errorf("%s is %q on the host, want %s", path, host, wanted)
	}
	after := at.text(t)
	if again := run(t, 0, "patch", at.manifest, args...); !strings.Contains(again.Stdout, "unchanged") || at.text(t) != after {
		t.Errorf("patched twice:\n%s", again.All())
	}
	run(t, 0, "check", at.manifest, "--skip-config-check")
	run(t, 0, "patch", at.manifest, "--undo")
	if at.text(t) != string(before) {
		t.Error("undo does not give back the same bytes")
	}
	former := kubelet.next(t, "ADD")
	if _, flags := words(t, former); len(flags) == 0 {
		t.Error("no flags")
	}
	only(t, filepath.Dir(at.manifest), "kube-apiserver.yaml")
}

// only checks that nothing else is in a directory.
func only(t *testing.T, directory, name string) {
	t.Helper()
	entries, err := os.ReadDir(directory)
	kit.Must(t, err)
	if len(entries) != 1 || entries[0].Name() != name {
		t.Errorf("%s has %v", directory, entries)
	}
}

// What is refused is left alone, and told with the line.
func TestUnsafe(t *testing.T) {
	for name, before := range shapes(t, func(name string) bool { return isUnsafe(name) || strings.HasPrefix(name, "other-") }) {
		at := newHost(t, before)
		result := run(t, 1, "patch", at.manifest, "--config", at.config, "--write")
		if at.text(t) != string(before) {
			t.Errorf("%s was changed", name)
		}
		if name != "other-empty" && !strings.Contains(result.Stderr, "line") {
			t.Errorf("%s: %s", name, result.Stderr)
		}
		only(t, filepath.Dir(at.manifest), "kube-apiserver.yaml")
	}
}

// What the kubelet takes for no Pod is called so.
func TestNoPods(t *testing.T) {
	for name, text := range shapes(t, func(name string) bool {
		return name == "other-list" || name == "other-second-document" || name == "other-deployment" || name == "other-empty" ||
			name == "other-flow"
	}) {
		at := newHost(t, text)
		kubelet := watch(t, filepath.Dir(at.manifest))
		if first := <-kubelet.updates; len(first.Pods) != 0 {
			t.Errorf("%s: the kubelet sees %v", name, first.Pods)
		}
		run(t, 1, "check", at.manifest)
	}
}
