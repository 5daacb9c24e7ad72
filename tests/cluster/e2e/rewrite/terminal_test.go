package rewrite

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	prompt = "Do you want to continue? (y/N): "
	ctrlC  = "\x03"

	kubectlDir = "../../../../build/cluster/bin" // for a machine that has none
)

// openTerminal starts the plugin with a terminal for all its streams.
func openTerminal(t *testing.T, kubeconfig string, args ...string) *kit.Terminal {
	t.Helper()
	setPath(t)
	command := exec.Command("kubectl", append([]string{"encrypt"}, args...)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + plugin.HomeDir(), "TERM=xterm", "KUBECONFIG=" + kubeconfig}
	return kit.OpenTerminal(t, command, pty.Winsize{Rows: 24, Cols: 100})
}

// setPath lets the real kubectl be found, and the plugin by it.
func setPath(t *testing.T) {
	t.Helper()
	binary, err := plugin.Binary()
	must(t, err)
	built := filepath.Dir(binary)
	t.Setenv("PATH", built+":"+os.Getenv("PATH")+":"+absolute(t, kubectlDir))
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	must(t, err)
	return path
}

func TestQuestionNamesWhatItIsAbout(t *testing.T) {
	namespace := stale(t, 4)
	before := secretsIn(t, shared(t), namespace)
	c := openTerminal(t, admin(t), "rewrite", "-n", namespace)
	c.Expect(prompt)
	for _, text := range []string{
		"This writes 4 secrets in namespace \"" + namespace + "\" again, unchanged",
		"Context: admin\r\n", "Server:  " + shared(t).Servers[current].URL() + "\r\n", "User:    admin\r\n",
	} {
		if !strings.Contains(c.Screen(), text) {
			t.Errorf("no %q in:\n%s", text, c.Screen())
		}
	}
	expectNothingWritten(t, namespace, before)
	c.Enter("n\n")
	if status := c.Wait(); status.ExitStatus() != 0 || !strings.Contains(c.Screen(), "rewrite is cancelled") {
		t.Errorf("exit %d:\n%s", status.ExitStatus(), c.Screen())
	}
	expectNothingWritten(t, namespace, before)
}

func TestOnlyYesIsYes(t *testing.T) {
	namespace := stale(t, 2)
	before := secretsIn(t, shared(t), namespace)
	for _, answer := range []string{"\n", "maybe\n", "\x04", ctrlC} {
		c := openTerminal(t, admin(t), "rewrite", "-n", namespace)
		c.Expect(prompt)
		c.Enter(answer)
		status := c.Wait()
		if interrupted := status.Signaled() && status.Signal() == syscall.SIGINT; interrupted != (answer == ctrlC) {
			t.Errorf("answer %q: %v\n%s", answer, status, c.Screen())
		}
		expectNothingWritten(t, namespace, before)
	}
}

func TestYesWritesAndShowsProgress(t *testing.T) {
	const count = 300
	namespace := stale(t, count)
	c := openTerminal(t, admin(t), "rewrite", "-n", namespace)
	c.Expect(prompt)
	c.Enter("y\n")
	if status := c.Wait(); status.ExitStatus() != 0 {
		t.Errorf("exit %d", status.ExitStatus())
	}
	_, after, _ := strings.Cut(c.Screen(), prompt)
	for _, text := range []string{
		"\rRewriting secrets: ", "\x1b[K", // drawn over, not line after line
		"\rRewriting secrets: 300/300 (100%)", "300 secrets: 300 rewritten, 0 already current",
	} {
		if !strings.Contains(after, text) {
			t.Errorf("no %q in %q", text, after)
		}
	}
	if lines := strings.Count(after, "\n"); lines != 3 { // the answer's echo, the progress, the result
		t.Errorf("%d lines: %q", lines, after)
	}
	expectStored(t, namespace, map[string]int{newKey: count})
}

// The terminal turns the key into the signal, for the whole foreground group.
func TestCtrlCOnATerminal(t *testing.T) {
	const count = 600
	namespace := stale(t, count)
	gate := openGate(t)
	gate.holdAfter(100)
	c := openTerminal(t, gate.kubeconfig, "rewrite", "-n", namespace, "--yes")
	gate.waitFull()
	c.Enter(ctrlC)
	waitTaken(t, c.PID())
	gate.open()
	if status := c.Wait(); status.ExitStatus() != 130 || !strings.Contains(c.Screen(), "interrupted: ") {
		t.Errorf("exit %d:\n%s", status.ExitStatus(), c.Screen())
	}
	done := underNewKey(t, namespace)
	if done < 100 || done == count {
		t.Errorf("%d of %d were written before the end", done, count)
	}
}
