package manifest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/plugin"
)

// killedAt runs the plugin until it enters its nth system call, and kills it there. False: it ended before.
func killedAt(t *testing.T, n int, args ...string) bool {
	t.Helper()
	binary, err := plugin.Binary()
	kit.Must(t, err)
	runtime.LockOSThread() // the thread that starts a traced process is its tracer
	defer runtime.UnlockOSThread()
	command := exec.Command(binary, args...)
	command.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	kit.Must(t, command.Start())
	pid := command.Process.Pid
	var status syscall.WaitStatus
	wait := func() {
		if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	wait() // at its exec
	// Each system call stops twice: where it is entered, and where it is left.
	for stop := 0; stop < 2*n-1; stop++ {
		kit.Must(t, syscall.PtraceSyscall(pid, 0))
		if wait(); status.Exited() {
			return false
		}
	}
	kit.Must(t, syscall.Kill(pid, syscall.SIGKILL))
	for !status.Signaled() && !status.Exited() {
		wait()
	}
	return true
}

// Killed before whichever of its system calls, patch leaves the old bytes or the new ones under the manifest's name, and
// nothing else that a kubelet would read; and the next patch, or the next undo, does its work.
func TestKilledAnywhere(t *testing.T) {
	before, err := os.ReadFile(filepath.Join(corpus, "kubeadm"))
	kit.Must(t, err)
	done := newHost(t, before)
	run(t, 0, "patch", done.manifest, "--config", done.config, "--write")
	after := strings.ReplaceAll(done.text(t), done.config, "CONFIG")
	for verb, args := range map[string][]string{"patch": {"--write"}, "undo": {"--undo"}} {
		t.Run(verb, func(t *testing.T) {
			kills, news := 0, 0
			at := newHost(t, before)
			patched := strings.ReplaceAll(strings.ReplaceAll(after, "CONFIG", at.config), filepath.Dir(done.config), filepath.Dir(at.config))
			from, to := string(before), patched
			if verb == "undo" {
				from, to = patched, string(before)
			}
			for n := 1; ; n++ {
				reset(t, at, before, verb == "undo")
				words := append([]string{"manifest", "patch", at.manifest}, args...)
				if verb == "patch" {
					words = append(words, "--config", at.config)
				}
				if !killedAt(t, n, words...) {
					break
				}
				kills++
				switch at.text(t) {
				case from:
				case to:
					news++
				default:
					t.Fatalf("killed at system call %d: neither the old nor the new manifest:\n%s", n, at.text(t))
				}
				visible(t, at)
			}
			if kills < 100 || news == 0 || news == kills {
				t.Errorf("killed %d times, %d times after the change: that shows nothing", kills, news)
			}
			t.Logf("killed %d times, %d of them after the change", kills, news)
		})
	}
}

// reset makes the host what it was before, patched or not, and what a kill has left is left.
func reset(t *testing.T, at host, before []byte, patched bool) {
	t.Helper()
	kit.Must(t, os.WriteFile(at.manifest, before, 0o600))
	if patched {
		run(t, 0, "patch", at.manifest, "--config", at.config, "--write")
	}
}

// visible checks what a kubelet would read.
func visible(t *testing.T, at host) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(at.manifest), "[^.]*"))
	kit.Must(t, err)
	if len(names) != 1 {
		t.Fatalf("the kubelet would read %v", names)
	}
}
