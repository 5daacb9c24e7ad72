// Package monitoring tests what deploy has for a cluster: its manifests on a real API server, and what comes of them by the
// programs of Prometheus.
package monitoring

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

func TestMain(m *testing.M) { kit.Main(m) }

// tool is the path of a program of Prometheus.
func tool(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command(kit.DeployFile("..", "tests", "monitoring", "prometheus_tools.sh")).Output()
	kit.Must(t, err)
	return filepath.Join(strings.TrimSpace(string(out)), name)
}

func promtool(t *testing.T, input io.Reader, args ...string) string {
	t.Helper()
	command := exec.Command(tool(t, "promtool"), args...)
	command.Stdin = input
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("promtool %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// kubectl is the real one.
func kubectl(t *testing.T, kubeconfig string, args ...string) string {
	t.Helper()
	binary, err := harness.Binary()
	kit.Must(t, err)
	command := exec.Command(filepath.Join(filepath.Dir(binary), "bin", "kubectl"), append([]string{"--kubeconfig", kubeconfig}, args...)...)
	command.Env = []string{"HOME=" + t.TempDir()}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

var listening = regexp.MustCompile(`Listening on"? address=(\S+)`)

// nodeExporter returns what a real one says of the files in a directory. `timeout` ends it, should this test be killed.
func nodeExporter(t *testing.T, directory string) string {
	t.Helper()
	command := exec.Command("timeout", "120", tool(t, "prometheus-node-exporter"), "--collector.disable-defaults", "--collector.textfile",
		"--collector.textfile.directory="+directory, "--web.listen-address=127.0.0.1:0")
	log, err := command.StderrPipe()
	kit.Must(t, err)
	kit.Must(t, command.Start())
	defer command.Wait()
	defer command.Process.Signal(os.Interrupt)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			go io.Copy(io.Discard, log)
			return page(t, "http://"+found[1]+"/metrics")
		}
	}
	t.Fatal("node_exporter does not listen")
	return ""
}

func page(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Get(url)
	kit.Must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	kit.Must(t, err)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, response.Status)
	}
	return string(body)
}

// serviceAccountConfig is a kubeconfig with a token in the place of the administrator's credentials.
func serviceAccountConfig(t *testing.T, cluster *harness.Cluster, token string) string {
	t.Helper()
	authority, err := os.ReadFile(cluster.CAPath())
	kit.Must(t, err)
	path := filepath.Join(t.TempDir(), "kubeconfig")
	kit.Must(t, os.WriteFile(path, fmt.Appendf(nil, `{"apiVersion":"v1","kind":"Config","current-context":"x",
"clusters":[{"name":"c","cluster":{"server":%q,"certificate-authority-data":%q}}],
"users":[{"name":"u","user":{"token":%q}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}]}`,
		cluster.Servers[0].URL(), base64.StdEncoding.EncodeToString(authority), token), 0o600))
	return path
}
