// Package rotate tests `kubectl encrypt rotate`, `enable` and `disable` on real API servers.
package rotate

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const secrets = 50

func TestMain(m *testing.M) { kit.Main(m) }

// world is two API servers that look at their files every second, and the file that is worked on.
type world struct {
	*testing.T
	cluster *harness.Cluster
	file    string
	push    string // what brings the file to both servers
}

func newWorld(t *testing.T, encryption string) *world {
	t.Helper()
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{
		{Hostname: "node-a", Encryption: encryption, Reload: encryption != ""},
		{Hostname: "node-b", Encryption: encryption, Reload: encryption != ""},
	}})
	kit.PublishAddresses(t, cluster)
	kit.Must(t, cluster.Seed(secrets, 5, harness.Plain))
	w := &world{T: t, cluster: cluster, file: filepath.Join(t.TempDir(), "enc.yaml")}
	if encryption != "" {
		kit.Must(t, os.WriteFile(w.file, []byte(encryption), 0o600))
	}
	var script strings.Builder
	script.WriteString("#!/bin/sh\nset -e\n")
	for _, server := range cluster.Servers {
		fmt.Fprintf(&script, "cp -f \"$1\" %[1]s.pushed\nmv -f %[1]s.pushed %[1]s\n", server.ConfigPath())
	}
	w.push = filepath.Join(filepath.Dir(w.file), "push.sh")
	kit.Must(t, os.WriteFile(w.push, []byte(script.String()), 0o700))
	return w
}

func (w *world) args(command string, more ...string) []string {
	args := []string{command, "--config", w.file, "--yes", "--push-command", w.push, "--etcd-endpoints", w.cluster.Etcd.Endpoint}
	return append(args, more...)
}

func (w *world) run(exitCode int, args ...string) plugin.Result {
	w.Helper()
	result := kit.Run(w.T, w.cluster.Kubeconfig(harness.Admin, 0), args...)
	if result.ExitCode != exitCode {
		w.Fatalf("%v: exit %d, not %d\n%s", args, result.ExitCode, exitCode, result.All())
	}
	w.noKeys(result.All())
	return result
}

func (w *world) read(path string) string {
	w.Helper()
	text, err := os.ReadFile(path)
	kit.Must(w.T, err)
	return string(text)
}

// noKeys checks that no key of the file, or of any that lies beside it, is in a text.
func (w *world) noKeys(text string) {
	w.Helper()
	files, err := filepath.Glob(w.file + "*")
	kit.Must(w.T, err)
	for _, name := range files {
		for line := range strings.Lines(w.read(name)) {
			if _, secret, found := strings.Cut(line, "secret: "); found && strings.Contains(text, secret[:8]) {
				w.Fatalf("a key is shown\n%s", text)
			}
		}
	}
}

// under checks what etcd itself holds.
func (w *world) under(storage string) {
	w.Helper()
	stored := kit.Stored(w.T, w.cluster, harness.SecretsPrefix)
	if found := kit.Under(stored, storage); len(found) != len(stored) || len(stored) < secrets {
		w.Errorf("%d of %d Secrets are under %s", len(found), len(stored), storage)
	}
}

// everywhere checks that a text is in the file and in those of both servers, or in none.
func (w *world) everywhere(text string, there bool) {
	w.Helper()
	for _, path := range []string{w.file, w.cluster.Servers[0].ConfigPath(), w.cluster.Servers[1].ConfigPath()} {
		if strings.Contains(w.read(path), text) != there {
			w.Errorf("%s: that it has %q should be %t", path, text, there)
		}
	}
}

// gone checks that nothing of the operation is left beside the file.
func (w *world) gone() {
	w.Helper()
	left, err := filepath.Glob(w.file + ".rotation*")
	kit.Must(w.T, err)
	if len(left) > 0 {
		w.Errorf("left: %v", left)
	}
}

// between reads leaves the machine to the others.
const between = 3 * time.Millisecond

// reader reads every Secret from both servers all the time, by lists and by name, and counts what fails.
type reader struct {
	stop   context.CancelFunc
	done   sync.WaitGroup
	reads  atomic.Int64
	failed atomic.Int64
	reason atomic.Value
}

func startReader(w *world) *reader {
	w.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &reader{stop: stop}
	for i := range w.cluster.Servers {
		client := kit.ClientOf(w.T, w.cluster, i)
		r.done.Go(func() { r.loop(ctx, client) })
	}
	w.Cleanup(func() { r.stop(); r.done.Wait() })
	return r
}

func (r *reader) loop(ctx context.Context, client *harness.Client) {
	for ctx.Err() == nil {
		var list struct {
			Items []struct {
				Metadata struct{ Namespace, Name string }
			}
		}
		// Without a resourceVersion, so that etcd is read and not the server's memory.
		if !r.count(ctx, client.Get(ctx, "/api/v1/secrets", &list)) {
			return
		}
		for _, item := range list.Items {
			var secret json.RawMessage
			path := "/api/v1/namespaces/" + item.Metadata.Namespace + "/secrets/" + item.Metadata.Name
			if !r.count(ctx, client.Get(ctx, path, &secret)) {
				return
			}
		}
	}
}

// count is false where the reader has been stopped.
func (r *reader) count(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	r.reads.Add(1)
	time.Sleep(between)
	if err != nil {
		r.failed.Add(1)
		r.reason.Store(err.Error())
	}
	return true
}

// never ends it and checks that no read has failed.
func (r *reader) never(w *world) {
	w.Helper()
	r.stop()
	r.done.Wait()
	if r.failed.Load() > 0 || r.reads.Load() < 10*secrets {
		w.Errorf("%d of %d reads failed: %v", r.failed.Load(), r.reads.Load(), r.reason.Load())
	}
	w.Logf("%d reads, %d failed", r.reads.Load(), r.failed.Load())
}

// start runs the command without anything that brings the file to the servers.
func (w *world) start(args ...string) *plugin.Running {
	w.Helper()
	running, err := plugin.Start(plugin.Run{Kubeconfig: w.cluster.Kubeconfig(harness.Admin, 0), Args: args})
	kit.Must(w.T, err)
	return running
}

// told waits until the command has said for the nth time what every server needs, and checks that it says it of the file.
func (w *world) told(running *plugin.Running, n int) {
	w.Helper()
	const needs = "every API server needs "
	kit.Eventually(w.T, fmt.Sprintf("%d times what every server needs", n), func() bool {
		return strings.Count(running.Errors(), needs) == n
	})
	said := strings.Split(running.Errors(), needs)[n]
	if want := fmt.Sprintf("%s (sha256:%x) ", w.file, sha256.Sum256([]byte(w.read(w.file)))); !strings.HasPrefix(said, want) {
		w.Errorf("said %q, want %q", said, want)
	}
}

// TestByHand turns encryption on where no server has a file yet: it says what to put where, each server is started anew with
// that, and nothing is written by it before the other one can read.
func TestByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	flags := []string{"--config", w.file, "--etcd-endpoints", w.cluster.Etcd.Endpoint}
	running := w.start(append([]string{"enable", "--yes", "--key-name", "first"}, flags...)...)
	w.told(running, 1)
	for _, server := range w.cluster.Servers {
		server.Stop() // takes its Lease with it
		server.Options.Encryption, server.Options.Reload = w.read(w.file), true
		kit.Must(t, server.Start())
	}
	w.told(running, 2)
	w.under("identity") // identity writes until both can read with the key
	for _, server := range w.cluster.Servers {
		kit.Must(t, server.WriteConfig(w.read(w.file)))
	}
	result, err := running.Wait()
	kit.Must(t, err)
	if result.ExitCode != 0 {
		t.Fatal(result.All())
	}
	w.noKeys(result.All())
	w.under("secretbox/first")
	w.gone()
	w.refusals(flags)
}

type standing struct {
	Operation *struct {
		Name, NewKey, Next string
		Step, Steps        int
	}
	ChangedByOthers bool
	RunBy           *string
	Converged       bool
	APIServers      []struct {
		Host      string
		Converged bool
	} `json:"apiServers"`
}

func (w *world) standing(flags []string) standing {
	w.Helper()
	found, err := plugin.Decode[standing](w.run(0, "rotate", "status", "--config", w.file, "-o", "json"))
	kit.Must(w.T, err)
	return found
}

// refusals: two runs at a time, a file that somebody else has changed, another operation than the one that is under way.
func (w *world) refusals(flags []string) {
	w.Helper()
	if found := w.standing(flags); found.Operation != nil || !found.Converged || len(found.APIServers) != 2 {
		w.Errorf("%+v", found)
	}
	rotate := append([]string{"rotate", "--yes"}, flags...)
	running := w.start(append(rotate, "--key-name", "second")...)
	w.told(running, 1)
	found := w.standing(flags)
	if found.Operation == nil || found.Operation.NewKey != "second" || found.Operation.Step != 3 || found.RunBy == nil || found.Converged {
		w.Errorf("%+v", found)
	}
	w.refused("is being worked on by process", rotate...)
	kit.Must(w.T, running.Signal(syscall.SIGKILL))
	_, _ = running.Wait()
	w.refused("is under way", append([]string{"disable", "--yes"}, flags...)...)
	w.refused("with the key second", append(rotate, "--key-name", "third")...)

	added := w.read(w.file)
	w.run(0, "config", "add-key", w.file, "--key-name", "foreign")
	w.refused("was changed by somebody else", rotate...)
	if found := w.standing(flags); !found.ChangedByOthers {
		w.Errorf("%+v", found)
	}
	kit.Must(w.T, os.WriteFile(w.file, []byte(added), 0o600))
	w.run(0, "rotate", "abort", "--config", w.file)
	w.everywhere("second", false)
	w.gone()
	// The servers run what it says now, as it was before.
	if found := w.standing(flags); found.Operation != nil || !found.Converged {
		w.Errorf("%+v", found)
	}
}

func (w *world) refused(why string, args ...string) {
	w.Helper()
	if result := w.run(1, args...); !strings.Contains(result.Stderr, why) {
		w.Errorf("%v does not say %q\n%s", args, why, result.All())
	}
}
