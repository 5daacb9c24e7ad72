package harness

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func occupy(t *testing.T, port int) {
	t.Helper()
	listener, err := net.Listen("tcp", loopback(port))
	must(t, err)
	t.Cleanup(func() { listener.Close() })
}

// up starts `up` and returns when it says that it is ready.
func up(t *testing.T, dir string, args ...string) (*exec.Cmd, State) {
	t.Helper()
	binary, err := Binary()
	must(t, err)
	command := exec.Command(binary, append([]string{"up", "--dir", dir}, args...)...)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ready: ") {
		t.Fatalf("up says %q, %v", line, err)
	}
	state, err := ReadState(dir)
	must(t, err)
	return command, state
}

func tool(t *testing.T, args ...string) string {
	t.Helper()
	binary, err := Binary()
	must(t, err)
	output, err := exec.Command(binary, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, output)
	}
	return string(output)
}

func noneAlive(state State) bool {
	for _, server := range state.Servers {
		if alive(server.PID) {
			return false
		}
	}
	for _, plugin := range state.KMS {
		if alive(plugin.PID) {
			return false
		}
	}
	return !alive(state.Etcd.PID)
}

func TestChildrenEndWithAKilledParent(t *testing.T) {
	command, state := up(t, t.TempDir(), "--kms", "vault")
	if !alive(state.Etcd.PID) || !alive(state.Servers[0].PID) || !alive(state.KMS["vault"].PID) {
		t.Fatal("no children to begin with")
	}
	must(t, command.Process.Signal(syscall.SIGKILL))
	eventually(t, "children gone", func() bool { return noneAlive(state) })
}

func TestToolsWorkOnARunningCluster(t *testing.T) {
	dir := t.TempDir()
	command, state := up(t, dir, "--kms", "vault", "--etcd-version", "3.6")
	tool(t, "seed", "--kubeconfig", state.Kubeconfigs[Admin], "--count", "30", "--namespaces", "2")
	tool(t, "kms-set", "--dir", dir, "--name", "vault", "--key-id", "kek-2")
	config := filepath.Join(t.TempDir(), "encryption.yaml")
	must(t, os.WriteFile(config, []byte(Encryption(Secretbox("box"), Identity())), 0o600))
	tool(t, "restart-apiserver", "--dir", dir, "--config", config)
	for _, want := range []string{`"rewritten":30,"unchanged":0`, `"rewritten":0,"unchanged":30`} {
		result := tool(t, "put-loop", "--kubeconfig", state.Kubeconfigs[Fair])
		if !strings.Contains(result, want) || !strings.Contains(result, `"objects":30`) {
			t.Errorf("put-loop: %s, want %s", result, want)
		}
	}
	summary := strings.Fields(tool(t, "etcd-summary", "--dir", dir))
	if strings.Join(summary, " ") != "seed-000 secretbox/box 15 seed-001 secretbox/box 15" {
		t.Errorf("etcd-summary: %v", summary)
	}
	must(t, os.WriteFile(config, []byte(Encryption(KMSv2("vault"), Secretbox("box"))), 0o600))
	tool(t, "restart-apiserver", "--dir", dir, "--config", config)
	tool(t, "seed", "--kubeconfig", state.Kubeconfigs[Admin], "--count", "1", "--prefix", "kms")
	if summary := tool(t, "etcd-summary", "--dir", dir, "--prefix", SecretsPrefix+"kms"); !strings.Contains(summary, " kms/vault/kek-2 ") {
		t.Errorf("etcd-summary: %s", summary)
	}
	dump := tool(t, "etcd-get", "--dir", dir, SecretsPrefix+"seed-000/plain-000000")
	if !strings.HasPrefix(dump, "00000000  6b 38 73 3a 65 6e 63 3a") || strings.Count(dump, "\n") != 20 {
		t.Errorf("etcd-get:\n%s", dump)
	}
	state, err := ReadState(dir) // the restart has changed the process id
	must(t, err)
	tool(t, "down", "--dir", dir)
	if !noneAlive(state) {
		t.Error("down, and children are left")
	}
	must(t, command.Wait())
}
