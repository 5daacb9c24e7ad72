package dist

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/plugin"
)

// root is a directory that a program sees as the whole file system.
type root struct {
	dir      string
	emulator []string // what runs a program for another machine than this
}

// emptyRoot has the plugin, and nothing else but what is put there.
func emptyRoot(t *testing.T, r release) root {
	t.Helper()
	in := root{dir: t.TempDir()}
	in.write(t, "kubectl-encrypt", string(r.binary(t)))
	if r.machine != runtime.GOARCH {
		name := map[string]string{"amd64": "qemu-x86_64-static", "arm64": "qemu-aarch64-static"}[r.machine]
		path, err := exec.LookPath(name)
		kit.Must(t, err)
		content, err := os.ReadFile(path)
		kit.Must(t, err)
		in.write(t, "qemu", string(content))
		in.emulator = []string{"/qemu"}
	}
	return in
}

// write makes a file that everybody may run.
func (in root) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(in.dir, name)
	kit.Must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	kit.Must(t, os.RemoveAll(path)) // in an older Debian it may be a link out of the root
	kit.Must(t, os.WriteFile(path, []byte(content), 0o755))
}

// run calls the plugin in there.
func (in root) run(t *testing.T, env []string, args ...string) plugin.Result {
	t.Helper()
	return in.exec(t, env, append(append(in.emulator[:len(in.emulator):len(in.emulator)], "/kubectl-encrypt"), args...)...)
}

func (in root) exec(t *testing.T, env []string, args ...string) plugin.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Path = args[0] // looked for in there, not here
	command.Err = nil
	command.Dir = "/"
	command.Env = append([]string{"PATH=/usr/bin:/bin"}, env...)
	command.SysProcAttr = confinedTo(in.dir)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); command.ProcessState == nil {
		t.Fatalf("%s in %s: %v", strings.Join(args, " "), in.dir, err)
	}
	return plugin.Result{Stdout: stdout.String(), Stderr: stderr.String(), ExitCode: command.ProcessState.ExitCode()}
}

// confinedTo: whoever is not root becomes it in a namespace of its own.
func confinedTo(dir string) *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Chroot: dir}
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		attributes.Cloneflags = syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}}
	}
	return attributes
}

// olderDebian is the root of the release before the one that the project is built on.
func olderDebian(t *testing.T, r release) root {
	t.Helper()
	archive, err := exec.Command(repository("tests", "dist", "older_debian.sh")).Output()
	kit.Must(t, err)
	in := emptyRoot(t, r)
	if out, err := exec.Command("tar", "-C", in.dir, "-xf", strings.TrimSpace(string(archive)), "--no-same-owner").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return in
}
