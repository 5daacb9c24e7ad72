package cmdline

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/plugin"
)

// installed is a PATH with the plugin and kubectl on it, and nothing else.
func installed(t *testing.T) world {
	t.Helper()
	directory := t.TempDir()
	binary, err := plugin.Binary()
	kit.Must(t, err)
	kit.Must(t, os.Symlink(binary, filepath.Join(directory, "kubectl-encrypt")))
	kit.Must(t, os.Symlink(kubectlPath(t), filepath.Join(directory, "kubectl")))
	return world{env: []string{"PATH=" + directory}}
}

func TestPluginListHasNoWarning(t *testing.T) {
	result := installed(t).kubectl(t, "plugin", "list")
	if result.ExitCode != 0 || result.Stderr != "" || !strings.Contains(result.Stdout, "kubectl-encrypt\n") || strings.Contains(result.Stdout, "warning") {
		t.Errorf("exit %d, %q", result.ExitCode, result.All())
	}
}

// Flags come after the plugin's name: kubectl itself refuses them before it.
func TestFlagsBeforeThePluginsName(t *testing.T) {
	w := installed(t)
	before, after := w.kubectl(t, "--context", "x", "encrypt", "version", "--client"), w.kubectl(t, "encrypt", "version", "--client", "--context", "x")
	if before.ExitCode != 1 || before.Stdout != "" || after.ExitCode != 0 || !strings.HasPrefix(after.Stdout, "Client Version: v") {
		t.Errorf("before: %q, after: %q", before.All(), after.All())
	}
}

// Every flag of `kubectl options` is one of ours, with its letter.
func TestGlobalFlagsAreAllThere(t *testing.T) {
	names := func(text string) map[string]bool {
		found := map[string]bool{}
		for _, line := range strings.Split(text, "\n") {
			if name, _, is := strings.Cut(line, "="); is && strings.HasPrefix(name, "    -") {
				found[strings.TrimSpace(name)] = true
			}
		}
		return found
	}
	ours, theirs := names(world{}.plugin(t, "options").Stdout), names(world{}.kubectl(t, "options").Stdout)
	if len(theirs) < 25 {
		t.Fatalf("kubectl has only %v", theirs)
	}
	for name := range theirs {
		if !ours[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

// Warnings of the server are shown once, as by kubectl, and may be errors.
func TestServerWarnings(t *testing.T) {
	server := startRecorder(t)
	server.warnings = []string{"one thing", "another thing", "one thing"}
	w := world{kubeconfig: server.kubeconfig(t)}
	for _, flags := range []string{"", "--warnings-as-errors"} {
		theirs, ours := w.kubectl(t, words("get secrets -A "+flags)...), w.plugin(t, words("rewrite secrets --dry-run=client "+flags)...)
		if ours.Stderr != withoutLog(theirs.Stderr) || ours.ExitCode != theirs.ExitCode {
			t.Errorf("%s:\n ours    exit %d, %q\n kubectl exit %d, %q", flags, ours.ExitCode, ours.Stderr, theirs.ExitCode, theirs.Stderr)
		}
	}
}

// Whose reader has gone away ends by the same signal as kubectl, without a word.
func TestTheReaderGoesAway(t *testing.T) {
	binary, err := plugin.Binary()
	kit.Must(t, err)
	w := world{kubeconfig: startRecorder(t).kubeconfig(t)}
	run := func(path string, args ...string) (string, string) {
		reader, writer, err := os.Pipe()
		kit.Must(t, err)
		kit.Must(t, reader.Close())
		defer writer.Close()
		command := exec.Command(path, args...)
		command.Env, command.Stdout = w.environment(t), writer
		var stderr strings.Builder
		command.Stderr = &stderr
		if command.Run(); command.ProcessState == nil {
			t.Fatalf("%s does not run", path)
		}
		return command.ProcessState.String(), withoutLog(stderr.String())
	}
	theirs, theirWords := run(kubectlPath(t), "get", "secrets", "-A", "-o", "json")
	for _, args := range []string{"rewrite --dry-run=client -o json", "version --client", "options"} {
		if ours, said := run(binary, words(args)...); ours != theirs || said != theirWords {
			t.Errorf("%s: %s %q, kubectl: %s %q", args, ours, said, theirs, theirWords)
		}
	}
}

const canary = "canary-of-templates-4711"

// No template and no level of the log brings out what is in a Secret.
func TestTemplatesShowNoSecret(t *testing.T) {
	server := startRecorder(t)
	encoded := base64.StdEncoding.EncodeToString([]byte(canary))
	server.secrets = []any{object{"apiVersion": "v1", "kind": "Secret", "data": object{"password": encoded},
		"metadata": object{"name": "one", "namespace": "home", "resourceVersion": "1", "uid": "u"}}}
	w := world{kubeconfig: server.kubeconfig(t)}
	for _, output := range []string{"jsonpath={..}", "jsonpath={@}", "jsonpath-as-json={..*}", "custom-columns=ALL:..", "jsonpath={.failures[9]}"} {
		for level := range 11 {
			for _, command := range []string{"rewrite secrets --yes --skip-checks=all --checkpoint=none", "status"} {
				result := w.plugin(t, append(words(command), "-o", output, fmt.Sprint("-v=", level))...)
				if strings.Contains(result.All(), canary) || strings.Contains(result.All(), encoded) {
					t.Errorf("%s -o %s -v=%d shows a Secret", command, output, level)
				}
			}
		}
	}
}
