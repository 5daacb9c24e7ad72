// Package cmdline tests that the plugin's command line feels like kubectl's: the
// same words mean the same, mistakes are told in the same sentences, and
// templates print the same. What is expected is never written down here but
// taken from the real kubectl, or the client-go it is made of, in the same run.
package cmdline

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// One cluster serves all tests that need one: none of them changes it.
var shared = kit.Share(func() (*harness.Cluster, error) {
	cluster, err := harness.New(harness.Options{})
	if err != nil {
		return nil, err
	}
	return cluster, cluster.Seed(12, 3, harness.Plain)
})

func TestMain(m *testing.M) { kit.Main(m, shared) }

func sharedCluster(t *testing.T) *harness.Cluster {
	t.Helper()
	return shared.Get(t)
}

// world is where both programs run: the same kubeconfig and variables, and a home
// of their own, so that nothing is cached from elsewhere.
type world struct {
	kubeconfig string
	env        []string
	home       string // "": a fresh one for each run
}

func (w world) environment(t *testing.T) []string {
	t.Helper()
	home := w.home
	if home == "" {
		home = t.TempDir()
	}
	env := append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TERM=dumb", "LANG=C.UTF-8"}, w.env...)
	if w.kubeconfig != "" {
		env = append(env, "KUBECONFIG="+w.kubeconfig)
	}
	return env
}

func (w world) run(t *testing.T, path string, args []string) plugin.Result {
	t.Helper()
	command := exec.Command(path, args...)
	command.Env = w.environment(t)
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); command.ProcessState == nil {
		t.Fatal(err)
	}
	return plugin.Result{Stdout: stdout.String(), Stderr: stderr.String(), ExitCode: command.ProcessState.ExitCode()}
}

func (w world) kubectl(t *testing.T, args ...string) plugin.Result {
	t.Helper()
	return w.run(t, kubectlPath(t), args)
}

func (w world) plugin(t *testing.T, args ...string) plugin.Result {
	t.Helper()
	binary, err := plugin.Binary()
	kit.Must(t, err)
	return w.run(t, binary, args)
}

// kubectlPath is the kubectl of the same release as the servers.
func kubectlPath(t *testing.T) string {
	t.Helper()
	binary, err := harness.Binary()
	kit.Must(t, err)
	return filepath.Join(filepath.Dir(binary), "bin", "kubectl")
}

// klogLine is what kubectl logs besides what it says.
var klogLine = regexp.MustCompile(`(?m)^[EWI]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\] .*\n`)

// klogPrefix is before a warning of kubectl's own.
var klogPrefix = regexp.MustCompile(`(?m)^W\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\] `)

func withoutLog(stderr string) string {
	return klogLine.ReplaceAllString(klogPrefix.ReplaceAllString(stderr, ""), "")
}

func words(line string) []string { return strings.Fields(line) }
