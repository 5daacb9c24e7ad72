package completion

import (
	"strings"
	"testing"
)

// A beginning of a line behind the plugin's name, and what TAB makes of it.
type tab struct{ typed, line string }

// The same in every shell, by whichever script.
var tabs = []tab{
	{"st", "status "},
	{"status --fail", "status --fail-on "},
	{"version -o js", "version -o json "},
	{"status -o js", "status -o json"}, // or jsonpath
	{"status --output=j", "status --output=json"},
	{"status --fail-on plaintext,st", "status --fail-on plaintext,stale "},
	{"status --fail-on=plaintext,st", "status --fail-on=plaintext,stale "},
	{"rewrite --dry", "rewrite --dry-run="}, // as far as all go
	{"rewrite --dry-run=cl", "rewrite --dry-run=client "},
	{"rewrite --backend st", "rewrite --backend storage-version-migration "},
	{"completion fi", "completion fish "},

	{"status -n paym", "status -n payments "},
	{"status --namespace=paym", "status --namespace=payments "},
	{"status --context adm", "status --context admin "},
	{"status configm", "status configmaps "},
	{"rewrite secrets,configm", "rewrite secrets,configmaps "},
	{"rewrite deploym", "rewrite deployments.apps "},
	{"rewrite -n payments secret/data", "rewrite -n payments secret/database "},
	{"rewrite -n payments secrets api", "rewrite -n payments secrets api-token "},
	{"rewrite -n payments secret/database conf", "rewrite -n payments secret/database configmaps/"},
	{"status --config enc.yaml --safe-to-remove aescbc/o", "status --config enc.yaml --safe-to-remove aescbc/older "},

	{"status --config en", "status --config enc.yaml "},
	{"status --wal mem", "status --wal member/"},
	{"rewrite -f not", "rewrite -f notes.txt "},
	{"version status-f", "version status-f"}, // a file, but none is wanted
	{"status -o not", "status -o not"},
	{"status --token not", "status --token not"},
	{"nonsense not", "nonsense not"},
}

// Loads kubectl's own script, as its documentation says.
var kubectlScripts = map[string]string{
	"bash": "source /usr/share/bash-completion/bash_completion\nsource <(kubectl completion bash)",
	"zsh":  "source <(kubectl completion zsh)",
	"fish": "kubectl completion fish | source",
}

var ownScripts = map[string]string{
	"bash": "source <(kubectl-encrypt completion bash)",
	"zsh":  "source <(kubectl-encrypt completion zsh)",
	"fish": "kubectl-encrypt completion fish | source",
}

func checkTabs(t *testing.T, s *shell, program string, tabs []tab) {
	t.Helper()
	for _, tab := range tabs {
		// cobra's script for bash inserts commas escaped, which means the same.
		line := strings.ReplaceAll(s.complete(program+" "+tab.typed), `\,`, ",")
		if line != program+" "+tab.line {
			t.Errorf("%s %s<TAB> makes %q, want %q", program, tab.typed, line, program+" "+tab.line)
		}
	}
}

func checkList(t *testing.T, s *shell, beginning string, wanted ...string) {
	t.Helper()
	text := s.list(beginning)
	for _, word := range wanted {
		if !strings.Contains(text, word) {
			t.Errorf("%s<TAB><TAB> does not show %q:\n%s", beginning, word, text)
		}
	}
	if strings.Contains(s.Text(), canary) {
		t.Error("a secret shows")
	}
}

func TestKubectlCompletesThePlugin(t *testing.T) {
	for name, load := range kubectlScripts {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.install(t, "kubectl-encrypt")
			p.install(t, "kubectl-encrypt_at_rest")
			s := openShell(t, p, name, load)
			checkTabs(t, s, "kubectl encrypt", tabs)
			checkTabs(t, s, "kubectl encrypt-at-rest", tabs[:3])
			checkList(t, s, "kubectl encrypt ", "Show under which provider", "Have the API server write", "completion")
			checkList(t, s, "kubectl encrypt status -o js", "json", "jsonpath", "jsonpath-file")
			checkList(t, s, "kubectl encrypt status -n ", "default", "kube-system", namespace)
			checkList(t, s, "kubectl encrypt rewrite -n payments secret/", "database", "api-token")
		})
	}
}

func TestOwnScriptsCompleteTheProgram(t *testing.T) {
	for name, load := range ownScripts {
		t.Run(name, func(t *testing.T) {
			s := openShell(t, newPlace(t), name, load)
			checkTabs(t, s, "kubectl-encrypt", tabs)
			checkTabs(t, s, "kubectl-encrypt_at_rest", tabs[:3])
			checkTabs(t, s, "kubectl-encrypt", []tab{
				{"status --context dev@cl", "status --context dev@cluster:6443 "},
				{"status --context dev@cluster:6", "status --context dev@cluster:6443 "},
				{"status --context=dev@cluster:6", "status --context=dev@cluster:6443 "},
				{"status 'secrets' conf", "status 'secrets' configmaps "},
				{"status --config ./en", "status --config ./enc.yaml "},
				{"status --config=en", "status --config=enc.yaml "},
				{"status --wal=mem", "status --wal=member/"},
				{"status --config ~/../$(touch hacked) --safe-to-remove x", "status --config ~/../$(touch hacked) --safe-to-remove x"},
			})
			checkList(t, s, "kubectl-encrypt ", "status", "rewrite", "manifest", "backup", "version", "completion")
			checkList(t, s, "kubectl-encrypt rewrite --report ", "report.json")
			if line := s.complete("ls hac"); line != "ls hac" {
				t.Errorf("a command that was only typed has run: %q", line)
			}
		})
	}
}
