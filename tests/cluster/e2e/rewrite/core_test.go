package rewrite

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"kubectl-encrypt/tests/cluster/plugin"
)

// A process that dies with Secrets in its memory leaves no image of it, even
// where the shell allows core files of any size.
func TestNoCoreFile(t *testing.T) {
	namespace := createCanaries(t)
	gate := openGate(t)
	binary, err := plugin.Binary()
	must(t, err)
	dir := t.TempDir()
	command := withCores(t, dir, append([]string{binary}, rewriteArgs(namespace, "--kubeconfig="+gate.kubeconfig)...)...)
	gate.waitFull() // whole Secrets have been read, and are on their way back
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", command.Process.Pid))
	must(t, err)
	if !regexp.MustCompile(`Max core file size +0 +0 `).Match(limits) {
		t.Errorf("core files are allowed:\n%s", limits)
	}
	abort(t, command)
	expectCores(t, dir, 0)
	expectStored(t, namespace, map[string]int{oldKey: 3})
}

// Without this the test above would be worth little: elsewhere cores are written.
func TestCoreFileOfAnotherProgram(t *testing.T) {
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	must(t, err)
	if pattern[0] == '|' || pattern[0] == '/' {
		t.Skipf("this machine writes core files elsewhere: %s", pattern)
	}
	dir := t.TempDir()
	command := withCores(t, dir, "sleep", "60")
	eventually(t, "the shell has become sleep", func() bool {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", command.Process.Pid))
		return string(name) == "sleep\n"
	})
	abort(t, command)
	expectCores(t, dir, 1)
}

// withCores starts a program in a directory of its own where it may leave cores.
func withCores(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.Command("sh", append([]string{"-c", `ulimit -c unlimited && exec "$@"`, "sh"}, args...)...)
	command.Dir = dir
	command.Stderr = os.Stderr
	must(t, command.Start())
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	return command
}

func abort(t *testing.T, command *exec.Cmd) {
	t.Helper()
	must(t, command.Process.Signal(syscall.SIGABRT))
	command.Wait() // its error is the signal
	status := command.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() || status.Signal() != syscall.SIGABRT {
		t.Errorf("it ended otherwise: %v", command.ProcessState)
	}
}

func expectCores(t *testing.T, dir string, want int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	if len(files) != want {
		t.Errorf("%d files are left, want %d: %q", len(files), want, files)
	}
}
