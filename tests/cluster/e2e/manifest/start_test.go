package manifest

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// The API server of a manifest starts with what patch adds, encrypts, and starts without it again.
func TestStarts(t *testing.T) {
	cluster := kit.Start(t, harness.Options{})
	server := cluster.Servers[0]
	former := kit.CommandLine(t, server.PID())
	at := newHost(t, manifestOf(former))
	kubelet := watch(t, filepath.Dir(at.manifest))
	kubelet.next(t, "ADD")

	run(t, 0, "patch", at.manifest, "--config", at.config, "--reload", "--write")
	_, flags := words(t, kubelet.next(t, "ADD"))
	restart(t, server, added(former, flags))
	create(t, cluster, "encrypted")
	if under := kit.Under(kit.Stored(t, cluster, "/registry/secrets/default/"), "aescbc/key1"); len(under) != 1 {
		t.Errorf("encrypted: %v", under)
	}

	run(t, 0, "patch", at.manifest, "--undo")
	_, flags = words(t, kubelet.next(t, "ADD"))
	if !slices.Equal(flags, former) {
		t.Errorf("after undo: %q", added(former, flags))
	}
}

func manifestOf(flags []string) []byte {
	text := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\n  namespace: kube-system\nspec:\n  containers:\n" +
		"  - name: kube-apiserver\n    image: registry.k8s.io/kube-apiserver:v1.37.2\n    command:\n    - kube-apiserver\n"
	for _, flag := range flags {
		text += fmt.Sprintf("    - %q\n", flag)
	}
	return []byte(text)
}

func added(former, flags []string) []string {
	var more []string
	for _, flag := range flags {
		if !slices.Contains(former, flag) {
			more = append(more, flag)
		}
	}
	return more
}

func restart(t *testing.T, server *harness.Server, more []string) {
	t.Helper()
	if len(more) != 2 {
		t.Fatalf("patch adds %q", more)
	}
	server.Stop()
	server.Options.Flags = append(server.Options.Flags, more...)
	kit.Must(t, server.Start())
}

func create(t *testing.T, cluster *harness.Cluster, name string) {
	t.Helper()
	body := fmt.Sprintf(`{"metadata":{"name":%q},"stringData":{"password":"x"}}`, name)
	_, err := kit.ClientOf(t, cluster, 0).Do(context.Background(), "POST", "/api/v1/namespaces/default/secrets", []byte(body))
	kit.Must(t, err)
}
