// Package connect tests that the plugin reaches an API server wherever kubectl
// does, in the same ways, and that it fails where kubectl fails.
package connect

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// One cluster serves all tests: what they are about is the way to it.
var shared = kit.Share(func() (*harness.Cluster, error) {
	cluster, err := harness.New(harness.Options{})
	if err != nil {
		return nil, err
	}
	return cluster, cluster.Seed(secrets, 1, harness.Plain)
})

const (
	secrets   = 3
	namespace = "seed-000"
)

func TestMain(m *testing.M) { kit.Main(m, shared) }

func sharedCluster(t *testing.T) *harness.Cluster {
	t.Helper()
	return shared.Get(t)
}

// call is a command line for both programs: the plugin's status of the namespace,
// and kubectl's own request for its Secrets.
type call struct {
	kubeconfig string // value of KUBECONFIG
	flags      []string
	env        []string
	dispatched bool // the plugin is started by kubectl
}

// progress is what a slow run says in between.
var progress = regexp.MustCompile(`(?m)^Reading secrets: .*\n`)

func (c call) plugin(t *testing.T) plugin.Result {
	t.Helper()
	args := append([]string{"status", "-n", namespace}, c.flags...)
	result, err := plugin.Do(plugin.Run{Kubeconfig: c.kubeconfig, Args: args, Env: c.env, Bare: !c.dispatched})
	must(t, err)
	result.Stderr = progress.ReplaceAllString(result.Stderr, "")
	return result
}

// kubectl is the one of the same release as the servers. A raw request needs no
// discovery before it, so that it fails at once and once.
func (c call) kubectl(t *testing.T) plugin.Result {
	t.Helper()
	binary, err := harness.Binary()
	must(t, err)
	path := filepath.Join(filepath.Dir(binary), "bin", "kubectl")
	args := append([]string{"get", "--raw", "/api/v1/namespaces/" + namespace + "/secrets"}, c.flags...)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, path, args...)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + plugin.HomeDir()}, c.env...)
	if c.kubeconfig != "" {
		command.Env = append(command.Env, "KUBECONFIG="+c.kubeconfig)
	}
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	command.Run() // the exit code says it
	return plugin.Result{Stdout: stdout.String(), Stderr: stderr.String(), ExitCode: command.ProcessState.ExitCode()}
}

// checkReaches: both get through, and the plugin sees the Secrets.
func checkReaches(t *testing.T, c call) {
	t.Helper()
	ours, theirs := c.plugin(t), c.kubectl(t)
	if theirs.ExitCode != 0 {
		t.Errorf("kubectl itself fails: %s", theirs.Stderr)
	}
	checkAnswer(t, ours)
}

func checkAnswer(t *testing.T, ours plugin.Result) {
	t.Helper()
	if ours.ExitCode != 0 || !strings.Contains(ours.Stdout, fmt.Sprintf("%s    %d ", namespace, secrets)) || ours.Stderr != "" {
		t.Errorf("exit %d\nstdout: %s\nstderr: %s", ours.ExitCode, ours.Stdout, ours.Stderr)
	}
}

// checkFails: both fail, and the plugin says so in a sentence that begins with
// the given words; kubectl's sentence has to begin so as well, or the comparison
// is with nothing.
func checkFails(t *testing.T, c call, beginning string) plugin.Result {
	t.Helper()
	return checkFailsAs(t, c, beginning, beginning)
}

// checkFailsAs is for sentences that differ, since the TLS libraries or the
// authors do.
func checkFailsAs(t *testing.T, c call, ours, theirs string) plugin.Result {
	t.Helper()
	got := c.plugin(t)
	checkSentence(t, got, ours)
	their := c.kubectl(t)
	if said := lastSentence(their.Stderr); their.ExitCode != 1 || !strings.HasPrefix(said, theirs) {
		t.Errorf("kubectl: exit %d, %q, expected %q", their.ExitCode, said, theirs)
	}
	return got
}

// checkFailsInConfig is for a kubeconfig that contradicts itself.
func checkFailsInConfig(t *testing.T, c call, problem string) {
	t.Helper()
	checkFails(t, c, "error: "+problem)
}

// checkSentence: exit code 1, nothing on standard output, one line on standard
// error with nothing in it that has to stay secret.
func checkSentence(t *testing.T, result plugin.Result, beginning string) {
	t.Helper()
	if result.ExitCode != 1 || result.Stdout != "" || !strings.HasPrefix(result.Stderr, beginning) {
		t.Errorf("exit %d, stdout %q, stderr %q, want %q", result.ExitCode, result.Stdout, result.Stderr, beginning)
	}
	if strings.Count(result.Stderr, "\n") != 1 || !strings.HasSuffix(result.Stderr, "\n") {
		t.Errorf("not one line: %q", result.Stderr)
	}
	checkNoSecret(t, result)
}

func checkNoSecret(t *testing.T, result plugin.Result) {
	t.Helper()
	for _, secret := range []string{harness.Token(harness.Admin), harness.Token(harness.Fair), canary, "PRIVATE KEY"} {
		if strings.Contains(result.All(), secret) || strings.Contains(result.All(), encoded(secret)) {
			t.Errorf("a secret is shown: %q", result.All())
		}
	}
}

// canary stands where a secret could be: in tokens and what plugins print.
const canary = "canary-0123456789-of-a-credential"

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// lastSentence: kubectl logs a failed request before it gives its verdict.
func lastSentence(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	return lines[len(lines)-1]
}
