package rewrite

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	prompt = "Do you want to continue? (y/N): "
	ctrlC  = "\x03"

	kubectlDir = "../../../../build/cluster/bin" // for a machine that has none
)

// terminal is the plugin with a terminal for all its streams, as a person has it.
type terminal struct {
	t       *testing.T
	command *exec.Cmd
	device  *os.File
	ended   chan struct{} // closed when there is no more to read

	lock   sync.Mutex
	screen strings.Builder // everything written, escape sequences included
}

func openTerminal(t *testing.T, kubeconfig string, args ...string) *terminal {
	t.Helper()
	setPath(t)
	terminal := &terminal{t: t, command: exec.Command("kubectl", append([]string{"encrypt"}, args...)...),
		ended: make(chan struct{})}
	terminal.command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + plugin.HomeDir(), "TERM=xterm", "KUBECONFIG=" + kubeconfig}
	var err error
	terminal.device, err = pty.StartWithSize(terminal.command, &pty.Winsize{Rows: 24, Cols: 100})
	must(t, err)
	t.Cleanup(func() { terminal.command.Process.Kill(); terminal.device.Close() })
	go terminal.read()
	return terminal
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

func (c *terminal) read() {
	defer close(c.ended)
	buffer := make([]byte, 4096)
	for {
		n, err := c.device.Read(buffer)
		c.lock.Lock()
		c.screen.Write(buffer[:n])
		c.lock.Unlock()
		if err != nil { // EIO: nobody has the other side open any more
			return
		}
	}
}

func (c *terminal) text() string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.screen.String()
}

func (c *terminal) expect(text string) {
	c.t.Helper()
	eventually(c.t, "on the terminal: "+text, func() bool { return strings.Contains(c.text(), text) })
}

func (c *terminal) enter(keys string) {
	c.t.Helper()
	_, err := io.WriteString(c.device, keys)
	must(c.t, err)
}

// wait returns how the plugin ended.
func (c *terminal) wait() syscall.WaitStatus {
	c.t.Helper()
	waitClosed(c.t, "the plugin has ended", c.ended)
	c.command.Wait() // its error says the same as the status
	return c.command.ProcessState.Sys().(syscall.WaitStatus)
}

func TestQuestionNamesWhatItIsAbout(t *testing.T) {
	namespace := stale(t, 4)
	before := secretsIn(t, shared(t), namespace)
	c := openTerminal(t, admin(t), "rewrite", "-n", namespace)
	c.expect(prompt)
	for _, text := range []string{
		"This writes 4 secrets in namespace \"" + namespace + "\" again, unchanged",
		"Context: admin\r\n", "Server:  " + shared(t).Servers[current].URL() + "\r\n", "User:    admin\r\n",
	} {
		if !strings.Contains(c.text(), text) {
			t.Errorf("no %q in:\n%s", text, c.text())
		}
	}
	expectNothingWritten(t, namespace, before)
	c.enter("n\n")
	if status := c.wait(); status.ExitStatus() != 0 || !strings.Contains(c.text(), "rewrite is cancelled") {
		t.Errorf("exit %d:\n%s", status.ExitStatus(), c.text())
	}
	expectNothingWritten(t, namespace, before)
}

func TestOnlyYesIsYes(t *testing.T) {
	namespace := stale(t, 2)
	before := secretsIn(t, shared(t), namespace)
	for _, answer := range []string{"\n", "maybe\n", "\x04", ctrlC} {
		c := openTerminal(t, admin(t), "rewrite", "-n", namespace)
		c.expect(prompt)
		c.enter(answer)
		status := c.wait()
		if interrupted := status.Signaled() && status.Signal() == syscall.SIGINT; interrupted != (answer == ctrlC) {
			t.Errorf("answer %q: %v\n%s", answer, status, c.text())
		}
		expectNothingWritten(t, namespace, before)
	}
}

func TestYesWritesAndShowsProgress(t *testing.T) {
	const count = 300
	namespace := stale(t, count)
	c := openTerminal(t, admin(t), "rewrite", "-n", namespace)
	c.expect(prompt)
	c.enter("y\n")
	if status := c.wait(); status.ExitStatus() != 0 {
		t.Errorf("exit %d", status.ExitStatus())
	}
	_, after, _ := strings.Cut(c.text(), prompt)
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
	c.enter(ctrlC)
	waitTaken(t, c.command.Process.Pid)
	gate.open()
	if status := c.wait(); status.ExitStatus() != 130 || !strings.Contains(c.text(), "interrupted: ") {
		t.Errorf("exit %d:\n%s", status.ExitStatus(), c.text())
	}
	done := underNewKey(t, namespace)
	if done < 100 || done == count {
		t.Errorf("%d of %d were written before the end", done, count)
	}
}
