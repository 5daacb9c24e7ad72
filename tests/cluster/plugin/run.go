// Package plugin runs the built plugin the way a user does: through a real
// kubectl that finds it on the PATH.
package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// timeLimit ends a run that hangs; no test needs a tenth of it.
const timeLimit = 5 * time.Minute

// Run is one call of `kubectl encrypt ARGS`.
type Run struct {
	Kubeconfig string   // value of KUBECONFIG; "" leaves it unset
	Args       []string // after "kubectl encrypt"
	Env        []string // further variables, NAME=value
	Stdin      io.Reader
	Bare       bool // call the binary itself, without kubectl
}

// Result is what it left.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
	Elapsed        time.Duration
	CPU            time.Duration // user and system, kubectl included
}

// All is everything that a person or a log would see.
func (r Result) All() string { return r.Stdout + r.Stderr }

// Running is a call under way.
type Running struct {
	command        *exec.Cmd
	cancel         context.CancelFunc
	stdout, stderr buffer
	started        time.Time
}

// buffer may be read while it is written to.
type buffer struct {
	guard sync.Mutex
	bytes bytes.Buffer
}

func (b *buffer) Write(content []byte) (int, error) {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.bytes.Write(content)
}

func (b *buffer) String() string {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.bytes.String()
}

// Do runs to the end. An error means that it could not be run at all.
func Do(run Run) (Result, error) {
	running, err := Start(run)
	if err != nil {
		return Result{}, err
	}
	return running.Wait()
}

// Start does not wait. kubectl replaces itself by the plugin, so that signals
// reach the plugin.
func Start(run Run) (*Running, error) {
	binary, err := Binary()
	if err != nil {
		return nil, err
	}
	name, args := "kubectl", append([]string{"encrypt"}, run.Args...)
	if run.Bare {
		name, args = binary, run.Args
	}
	path := filepath.Dir(binary) + ":" + os.Getenv("PATH") + ":" + kubectlDir()
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	running := &Running{cancel: cancel, started: time.Now()}
	command := exec.CommandContext(ctx, lookPath(name, path), args...)
	command.Env = append(environment(run.Kubeconfig, path), run.Env...)
	command.Stdin = run.Stdin
	command.Stdout, command.Stderr = &running.stdout, &running.stderr
	running.command = command
	if err := command.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	return running, nil
}

// Signal sends one to the plugin.
func (r *Running) Signal(signal os.Signal) error { return r.command.Process.Signal(signal) }

// PID is the plugin's process.
func (r *Running) PID() int { return r.command.Process.Pid }

// Errors is what it has written to standard error so far.
func (r *Running) Errors() string { return r.stderr.String() }

// Wait returns when it has ended.
func (r *Running) Wait() (Result, error) {
	defer r.cancel()
	err := r.command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return Result{}, err
	}
	state := r.command.ProcessState
	result := Result{
		Stdout: r.stdout.String(), Stderr: r.stderr.String(), ExitCode: state.ExitCode(),
		Elapsed: time.Since(r.started), CPU: state.UserTime() + state.SystemTime(),
	}
	return result, nil
}

// Binary is the plugin under test: KENCRYPT_PLUGIN, else the release build.
func Binary() (string, error) {
	path := os.Getenv("KENCRYPT_PLUGIN")
	if path == "" {
		path = filepath.Join(repository(), "build", "release", "kubectl-encrypt")
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no plugin to test, run make first: %w", err)
	}
	return path, nil
}

func repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

func kubectlDir() string { return filepath.Join(repository(), "build", "cluster", "bin") }

// HomeDir has no .kube/config; kubectl may put its cache there.
func HomeDir() string { return filepath.Join(repository(), "build", "cluster", "home") }

func lookPath(name, path string) string {
	if filepath.IsAbs(name) {
		return name
	}
	for _, dir := range filepath.SplitList(path) {
		candidate := filepath.Join(dir, name)
		if info, err := os.Stat(candidate); err == nil && info.Mode()&0o111 != 0 && !info.IsDir() {
			return candidate
		}
	}
	return name
}

// environment is empty but for what a program needs to live, so that the
// machine's own kubeconfig or proxies have no part in a test.
func environment(kubeconfig, path string) []string {
	variables := []string{"PATH=" + path, "HOME=" + HomeDir(), "TERM=dumb", "LANG=C.UTF-8"}
	if kubeconfig != "" {
		variables = append(variables, "KUBECONFIG="+kubeconfig)
	}
	return variables
}
