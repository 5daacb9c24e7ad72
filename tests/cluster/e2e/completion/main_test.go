// Package completion tests what a person gets at TAB: in real bash, zsh and fish, through kubectl's own
// completion and the shim, and through the scripts for the plugin under its own name.
package completion

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const namespace = "payments"

// One cluster serves all tests: nobody writes to it.
var shared = sync.OnceValues(func() (*harness.Cluster, error) {
	cluster, err := harness.New(harness.Options{})
	if err != nil {
		return nil, err
	}
	client, err := cluster.Client(harness.Admin)
	if err != nil {
		return nil, err
	}
	for _, object := range []struct{ path, body string }{
		{"/api/v1/namespaces", `{"metadata":{"name":"` + namespace + `"}}`},
		{"/api/v1/namespaces/" + namespace + "/secrets", `{"metadata":{"name":"database"},"stringData":{"password":"` + canary + `"}}`},
		{"/api/v1/namespaces/" + namespace + "/secrets", `{"metadata":{"name":"api-token"},"stringData":{"password":"` + canary + `"}}`},
	} {
		if _, err := client.Do(context.Background(), "POST", object.path, []byte(object.body)); err != nil {
			return nil, err
		}
	}
	return cluster, nil
})

const canary = "canary-4711-value"

var started bool

func TestMain(m *testing.M) {
	code := m.Run()
	if started {
		if cluster, _ := shared(); cluster != nil {
			cluster.Close()
		}
	}
	os.Exit(code)
}

// place is a machine of its own: directories on the PATH, a kubeconfig and some files.
type place struct {
	path  string // of the environment
	bin   string // with the plugin
	files string // where the shell is
	env   []string
}

// patient is for what the cluster has to say: on a busy machine it may take longer than a person
// would wait. What is seen within 200 ms is another test's matter.
const patient = "KUBECTL_ENCRYPT_COMPLETION_TIMEOUT=10s"

func newPlace(t *testing.T) place {
	t.Helper()
	started = true
	cluster, err := shared()
	kit.Must(t, err)
	binary, err := plugin.Binary()
	kit.Must(t, err)
	binary, err = filepath.Abs(binary)
	kit.Must(t, err)
	kubectl, err := filepath.Abs("../../../../build/cluster/bin")
	kit.Must(t, err)
	p := place{bin: t.TempDir(), files: t.TempDir()}
	for _, name := range []string{"kubectl-encrypt", "kubectl-encrypt_at_rest"} {
		kit.Must(t, os.Symlink(binary, filepath.Join(p.bin, name)))
	}
	for _, name := range []string{"enc.yaml", "notes.txt", "report.json", "status-file"} {
		kit.Must(t, os.WriteFile(filepath.Join(p.files, name), []byte(configuration), 0o600))
	}
	kit.Must(t, os.Mkdir(filepath.Join(p.files, "member"), 0o700))
	p.path = p.bin + ":" + kubectl + ":/usr/local/bin:/usr/bin:/bin"
	p.env = []string{"PATH=" + p.path, "HOME=" + t.TempDir(), "TERM=xterm", "LANG=C.UTF-8", patient,
		"KUBECONFIG=" + cluster.Kubeconfig(harness.Admin, 0) + ":" + contexts(t, cluster)}
	return p
}

const configuration = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aescbc: {keys: [{name: key2, secret: ` + canary + `}, {name: older, secret: ` + canary + `}]}
  - identity: {}
`

// contexts is a further kubeconfig, with a name as kubeadm and others make them: its characters are
// where bash cuts words.
func contexts(t *testing.T, cluster *harness.Cluster) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts:\n- name: dev@%s:6443\n  context: {namespace: %s}\n", "cluster", namespace)
	kit.Must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// run runs a program of the place.
func (p place) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	command := exec.Command(filepath.Join(p.bin, name), args...)
	command.Env, command.Dir = p.env, p.files
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, output, stderr.String())
	}
	return string(output)
}

// install has the plugin put the shim next to itself.
func (p place) install(t *testing.T, name string) {
	t.Helper()
	if output := p.run(t, name, "completion", "install"); !strings.HasPrefix(output, "Wrote "+p.bin+"/kubectl_complete-") {
		t.Fatal(output)
	}
}
