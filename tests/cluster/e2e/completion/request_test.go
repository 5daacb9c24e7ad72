package completion

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// ask is one TAB, and nobody may hear of what goes wrong.
func ask(t *testing.T, kubeconfig string, env []string, words ...string) (string, time.Duration) {
	t.Helper()
	result, err := plugin.Do(plugin.Run{Kubeconfig: kubeconfig, Args: append([]string{"__complete"}, words...), Env: env, Bare: true})
	kit.Must(t, err)
	if result.ExitCode != 0 || result.Stderr != "" {
		t.Errorf("%q: exit %d\n%s", words, result.ExitCode, result.Stderr)
	}
	return result.Stdout, result.Elapsed
}

// By the name of the completer the program is one itself.
func TestTheProgramIsItsOwnCompleter(t *testing.T) {
	p := newPlace(t)
	for _, name := range []string{"kubectl_complete-encrypt", "kubectl_complete-encrypt_at_rest"} {
		kit.Must(t, os.Symlink("kubectl-encrypt", filepath.Join(p.bin, name)))
		if output := p.run(t, name, "version", "-o", "y"); output != "yaml\n:4\n" {
			t.Errorf("%s: %q", name, output)
		}
		if output := p.run(t, name, "--nonsense", "x"); output != ":4\n" {
			t.Errorf("%s: %q", name, output)
		}
	}
}

// The limit is 200 ms; a busy machine gets more until it would be felt as a hang. What holds the line
// holds it for ever.
const felt = 5 * time.Second

func TestASilentServerIsNotWaitedFor(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // the system accepts, nobody answers
	kit.Must(t, err)
	defer listener.Close()
	for _, scheme := range []string{"http", "https"} {
		kubeconfig := filepath.Join(t.TempDir(), "config")
		text := fmt.Sprintf("current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: %q}}]\n",
			scheme+"://"+listener.Addr().String())
		kit.Must(t, os.WriteFile(kubeconfig, []byte(text), 0o600))
		for words, want := range map[string]string{"status|-n|": ":4\n", "rewrite|secret/": ":4\n", "rewrite|": "secrets\n:4\n"} {
			output, elapsed := ask(t, kubeconfig, nil, strings.Split(words, "|")...)
			if output != want || elapsed > felt {
				t.Errorf("%s: %q after %v", words, output, elapsed)
			}
		}
	}
}

// As kubectl does, completion runs the credential plugin of the kubeconfig, but it does not wait for it.
func TestACredentialPluginIsRunButNotWaitedFor(t *testing.T) {
	started = true
	cluster, err := shared()
	kit.Must(t, err)
	admin, err := os.ReadFile(cluster.Kubeconfig(harness.Admin, 0))
	kit.Must(t, err)
	dir := t.TempDir()
	with := func(name, script string) string {
		program := filepath.Join(dir, name)
		kit.Must(t, os.WriteFile(program, []byte("#!/bin/sh\n"+script), 0o700))
		text := strings.Replace(string(admin), "token: "+harness.Token(harness.Admin),
			fmt.Sprintf("exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable, command: %q}", program), 1)
		path := program + ".config"
		kit.Must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	quick := with("quick", `echo noise >&2; echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"`+harness.Token(harness.Admin)+`"}}'`)
	if output, _ := ask(t, quick, []string{patient}, "status", "-n", "paym"); output != "payments\n:4\n" {
		t.Errorf("%q", output)
	}
	slow := with("slow", "while :; do :; done")
	if output, elapsed := ask(t, slow, nil, "status", "-n", ""); output != ":4\n" || elapsed > felt {
		t.Errorf("%q after %v", output, elapsed)
	}
}

func TestWithoutRightsThereIsNothingToOffer(t *testing.T) {
	started = true
	cluster, err := shared()
	kit.Must(t, err)
	nobody := cluster.Kubeconfig(harness.Nobody, 0)
	if output, _ := ask(t, nobody, []string{patient}, "status", "-n", ""); output != ":4\n" {
		t.Errorf("%q", output)
	}
	if output, _ := ask(t, nobody, []string{patient}, "rewrite", "-n", namespace, "secret/"); output != ":4\n" {
		t.Errorf("%q", output)
	}
	// What the server has is told to everybody.
	if output, _ := ask(t, nobody, []string{patient}, "rewrite", "configm"); output != "configmaps\talso cm\n:4\n" {
		t.Errorf("%q", output)
	}
}
