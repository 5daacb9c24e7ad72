// Package manifest holds what the plugin makes of the manifests of static Pods against a real kubelet's reader of files
// and a real kube-apiserver's flags.
package manifest

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const config = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - aescbc:
      keys:
      - {name: key1, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=}
  - identity: {}
`

// pod is what these tests look at of one.
type pod struct {
	Metadata struct{ Name string }
	Spec     struct {
		Containers []container
		Volumes    []struct {
			Name     string
			HostPath *struct{ Path string }
		}
	}
}

type container struct {
	Name          string
	Command, Args []string
	VolumeMounts  []struct {
		Name, MountPath string
		ReadOnly        bool
	}
}

type update struct {
	Op   string
	Pods []pod
}

// kubelet is one that watches a directory.
type kubelet struct {
	updates chan update
}

// watch ends with the test.
func watch(t *testing.T, directory string) *kubelet {
	t.Helper()
	binary, err := harness.Binary()
	kit.Must(t, err)
	command := exec.Command(binary, "kubelet-sees", directory)
	stdin, err := command.StdinPipe()
	kit.Must(t, err)
	stdout, err := command.StdoutPipe()
	kit.Must(t, err)
	kit.Must(t, command.Start())
	t.Cleanup(func() {
		stdin.Close()
		io.Copy(io.Discard, stdout) //nolint:errcheck
		command.Wait()              //nolint:errcheck
	})
	seen := &kubelet{updates: make(chan update, 1000)}
	go func() {
		lines := bufio.NewScanner(stdout)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var one update
			if json.Unmarshal(lines.Bytes(), &one) == nil {
				seen.updates <- one
			}
		}
		close(seen.updates)
	}()
	return seen
}

// next waits for an update that has a Pod.
func (k *kubelet) next(t *testing.T, op string) pod {
	t.Helper()
	deadline := time.After(kit.Patience)
	for {
		select {
		case one, open := <-k.updates:
			if !open {
				t.Fatal("the kubelet has ended")
			}
			if one.Op == op && len(one.Pods) > 0 {
				if len(one.Pods) != 1 {
					t.Fatalf("%s of %d Pods", op, len(one.Pods))
				}
				return one.Pods[0]
			}
			if len(one.Pods) > 0 && one.Op != "REMOVE" && one.Op != "DELETE" {
				t.Fatalf("%s instead of %s", one.Op, op)
			}
		case <-deadline:
			t.Fatalf("no %s within %v", op, kit.Patience)
		}
	}
}

// host is a control plane's directories below a temporary one.
type host struct {
	manifest, config string
}

func newHost(t *testing.T, manifest []byte) host {
	t.Helper()
	root := t.TempDir()
	one := host{filepath.Join(root, "kubernetes", "manifests", "kube-apiserver.yaml"), filepath.Join(root, "kubernetes", "enc", "enc.yaml")}
	kit.Must(t, os.MkdirAll(filepath.Dir(one.manifest), 0o755))
	kit.Must(t, os.MkdirAll(filepath.Dir(one.config), 0o700))
	kit.Must(t, os.WriteFile(one.manifest, manifest, 0o600))
	kit.Must(t, os.WriteFile(one.config, []byte(config), 0o600))
	return one
}

func (h host) text(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(h.manifest)
	kit.Must(t, err)
	return string(text)
}

// run calls `kubectl encrypt manifest VERB FILE ARGS...` as on a host without a kubeconfig.
func run(t *testing.T, exitCode int, verb, file string, args ...string) plugin.Result {
	t.Helper()
	result, err := plugin.Do(plugin.Run{Args: append([]string{"manifest", verb, file}, args...), Bare: true})
	kit.Must(t, err)
	if result.ExitCode != exitCode {
		t.Fatalf("manifest %s %v: exit %d, want %d\n%s", verb, args, result.ExitCode, exitCode, result.All())
	}
	return result
}

// words is the command line of the API server in a Pod.
func words(t *testing.T, seen pod) (container, []string) {
	t.Helper()
	for _, one := range seen.Spec.Containers {
		all := append(append([]string{}, one.Command...), one.Args...)
		if one.Name != "kube-apiserver" {
			continue
		}
		for i, word := range all {
			if filepath.Base(word) == "kube-apiserver" {
				return one, all[i+1:]
			}
		}
		return one, all
	}
	t.Fatal("no kube-apiserver in the Pod")
	return container{}, nil
}

// onHost is where a path of the container is on the host.
func onHost(seen pod, in container, path string) string {
	deepest, found := "", ""
	for _, mount := range in.VolumeMounts {
		rest, inside := strings.CutPrefix(path, mount.MountPath)
		if !inside || (rest != "" && rest[0] != '/') || len(mount.MountPath) < len(deepest) {
			continue
		}
		deepest, found = mount.MountPath, ""
		for _, volume := range seen.Spec.Volumes {
			if volume.Name == mount.Name && volume.HostPath != nil {
				found = volume.HostPath.Path + rest
			}
		}
	}
	return found
}
