package rotate

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// effects are the system calls by which the plugin changes something that outlives it, or says something: a run is killed
// before one of them or after it. (write counts where it is to standard error, openat where it makes a file.)
var effects = map[uint64]string{
	syscall.SYS_RENAME: "rename", syscall.SYS_RENAMEAT: "renameat", 316: "renameat2", syscall.SYS_UNLINK: "unlink",
	syscall.SYS_FSYNC: "fsync", syscall.SYS_FTRUNCATE: "ftruncate", syscall.SYS_FLOCK: "flock",
	syscall.SYS_WRITE: "write", syscall.SYS_OPENAT: "openat",
}

// traced is a run of the plugin that stops at its system calls.
type traced struct {
	t   *testing.T
	pid int
	out string // file with all that it says
}

func trace(w *world, args []string) *traced {
	w.Helper()
	binary, err := plugin.Binary()
	kit.Must(w.T, err)
	out, err := os.CreateTemp(w.TempDir(), "out")
	kit.Must(w.T, err)
	defer out.Close()
	command := exec.Command(binary, args...)
	command.Env = []string{"KUBECONFIG=" + w.cluster.Kubeconfig(harness.Admin, 0), "HOME=" + plugin.HomeDir(), "PATH=" + os.Getenv("PATH")}
	command.Stdout, command.Stderr = out, out
	command.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	kit.Must(w.T, command.Start())
	r := &traced{t: w.T, pid: command.Process.Pid, out: out.Name()}
	r.wait() // at its exec
	kit.Must(w.T, syscall.PtraceSetOptions(r.pid, syscall.PTRACE_O_TRACESYSGOOD))
	return r
}

func (r *traced) wait() syscall.WaitStatus {
	r.t.Helper()
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(r.pid, &status, 0, nil); err != nil {
		r.t.Fatal(err)
	}
	return status
}

// toPoint goes on to the nth point, before and after an effect being two. False: it ended before, with that status.
func (r *traced) toPoint(n int) (string, syscall.WaitStatus, bool) {
	r.t.Helper()
	const syscallStop = syscall.SIGTRAP | 0x80
	signal, inside, counted := 0, false, false
	for {
		kit.Must(r.t, syscall.PtraceSyscall(r.pid, signal))
		status := r.wait()
		if !status.Stopped() {
			return "", status, false
		}
		signal = 0
		if status.StopSignal() != syscallStop {
			if status.StopSignal() != syscall.SIGTRAP {
				signal = int(status.StopSignal())
			}
			continue
		}
		inside = !inside
		what := ""
		if inside {
			what = r.effect()
			counted = what != ""
		}
		if !counted {
			continue
		}
		if n--; n > 0 {
			continue
		}
		if inside {
			return "before " + what, status, true
		}
		return "after it", status, true
	}
}

// effect is what the call that is about to be made does to the outside, "" for nothing.
func (r *traced) effect() string {
	r.t.Helper()
	var registers syscall.PtraceRegs
	kit.Must(r.t, syscall.PtraceGetRegs(r.pid, &registers))
	name := effects[registers.Orig_rax]
	switch {
	case name == "write" && registers.Rdi != 2:
		return ""
	case name == "openat" && registers.Rdx&syscall.O_CREAT == 0:
		return ""
	}
	return name
}

func (r *traced) kill() {
	r.t.Helper()
	kit.Must(r.t, syscall.Kill(r.pid, syscall.SIGKILL))
	for status := r.wait(); !status.Signaled() && !status.Exited(); {
		status = r.wait()
	}
}

func (r *traced) said() string {
	r.t.Helper()
	text, err := os.ReadFile(r.out)
	kit.Must(r.t, err)
	return string(text)
}

// stage is what the journal and the file say of where it stands.
func (w *world) stage() string {
	w.Helper()
	text, err := os.ReadFile(w.file + ".rotation")
	if os.IsNotExist(err) {
		return "no journal"
	}
	kit.Must(w.T, err)
	var journal struct {
		Versions  []struct{ Name string }
		Rewritten bool
		Archive   string
	}
	kit.Must(w.T, json.Unmarshal(text, &journal)) // whole, whenever the run was killed
	stage := journal.Versions[len(journal.Versions)-1].Name
	if journal.Rewritten {
		stage += ", rewritten"
	}
	if journal.Archive != "" {
		stage += ", archive"
	}
	return stage
}

// killed runs the command again and again, each time until one of its points, until it has ended by itself. It returns how
// often it was killed, and at which stages.
func (w *world) killed(point func(run int) int, args []string) (int, map[string]int) {
	w.Helper()
	runtime.LockOSThread() // the thread that starts a traced process is its tracer
	defer runtime.UnlockOSThread()
	stages := map[string]int{}
	for run := 0; ; run++ {
		r := trace(w, args)
		where, status, there := r.toPoint(point(run))
		if there {
			r.kill()
			stages[w.stage()]++
			w.Logf("killed at point %d, %s: %s", point(run), where, w.stage())
			w.noKeys(r.said())
			continue
		}
		if status.ExitStatus() != 0 {
			w.Fatalf("run %d: exit %d\n%s", run, status.ExitStatus(), r.said())
		}
		w.noKeys(r.said())
		return run, stages
	}
}

// TestKilledAnywhere turns encryption on, changes the key and turns it off again, killed all the way, while another client
// reads every Secret from both servers.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, harness.Encryption(harness.Identity()))
	readers := startReader(w)
	w.under("identity")
	// Each time a little further than the run before it came, by an odd number, so as to be before effects and after them.
	everySoMany := func(n int) func(int) int { return func(run int) int { return 4 + n*run } }

	kills, stages := w.killed(everySoMany(9), w.args("enable", "--key-name=one", "--provider=aescbc"))
	t.Logf("enable: killed %d times: %v", kills, stages)
	w.under("aescbc/one")
	w.everywhere("name: one", true)
	w.gone()
	if kills < 5 {
		t.Errorf("enable was killed %d times only", kills)
	}

	backup := w.backup()
	kills, stages = w.killed(everySoMany(3), w.args("rotate", "--key-name=two", "--provider=secretbox"))
	t.Logf("rotate: killed %d times: %v", kills, stages)
	w.under("secretbox/two")
	w.everywhere("name: one", false)
	w.everywhere("name: two", true)
	w.gone()
	w.archived("aescbc/one")
	// The backup from before needs the archive, and nothing else.
	w.run(0, "status", "--snapshot", backup, "--decrypt", "--config", w.file+".archive-aescbc-one")
	w.run(1, "status", "--snapshot", backup, "--decrypt", "--config", w.file)
	if kills < 30 || len(stages) < 6 {
		t.Errorf("rotate was killed %d times, at %d stages: that shows little: %v", kills, len(stages), stages)
	}

	kills, stages = w.killed(everySoMany(9), w.args("disable"))
	t.Logf("disable: killed %d times: %v", kills, stages)
	w.under("identity")
	w.everywhere("secretbox", false)
	w.gone()
	w.archived("secretbox/two")
	if kills < 5 {
		t.Errorf("disable was killed %d times only", kills)
	}
	readers.never(w)
}

func (w *world) backup() string {
	w.Helper()
	file, err := os.Create(filepath.Join(w.TempDir(), "backup.db"))
	kit.Must(w.T, err)
	defer file.Close()
	kit.Must(w.T, w.cluster.Store().Snapshot(file))
	return file.Name()
}

// archived checks that the archive holds the key, for its owner alone, and that an API server would take it.
func (w *world) archived(key string) {
	w.Helper()
	path := w.file + ".archive-" + strings.ReplaceAll(key, "/", "-")
	_, name, _ := strings.Cut(key, "/")
	if text := w.read(path); !strings.Contains(text, fmt.Sprintf("name: '%s'", name)) || !strings.Contains(text, "Backups of etcd from before") {
		w.Errorf("%s:\n%s", filepath.Base(path), strings.ReplaceAll(text, "secret:", "secret"))
	}
	info, err := os.Stat(path)
	kit.Must(w.T, err)
	if info.Mode().Perm() != 0o600 {
		w.Errorf("%s has mode %v", path, info.Mode())
	}
	w.run(0, "config", "lint", path, "--fail-on=none")
}
