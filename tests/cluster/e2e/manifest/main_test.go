// Package manifest holds what the plugin makes of the manifests of static Pods against a real kubelet's reader of files
// and a real kube-apiserver's flags.
package manifest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/kubelet"
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

// watcher is a kubelet that watches a directory.
type watcher struct {
	updates <-chan kubelet.Update
}

// watch ends with the test.
func watch(t *testing.T, directory string) *watcher {
	t.Helper()
	return &watcher{kubelet.Watch(t, directory)}
}

// next waits for an update that has a Pod.
func (k *watcher) next(t *testing.T, op string) kubelet.Pod {
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
func words(t *testing.T, seen kubelet.Pod) (kubelet.Container, []string) {
	t.Helper()
	in, flags, err := seen.Flags()
	kit.Must(t, err)
	return in, flags
}
