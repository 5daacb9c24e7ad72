package storage

import (
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// TestMayThisKeyGo: yes only when nothing is under it, everything was counted, and all API servers write with another.
func TestMayThisKeyGo(t *testing.T) {
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: harness.Encryption(harness.AESCBC("old"))}}})
	kit.Must(t, cluster.Seed(50, 2, harness.Plain))
	kit.Must(t, cluster.Servers[0].Restart(harness.Encryption(harness.AESCBC("new", "old"))))
	config := cluster.Servers[0].ConfigPath()
	kubeconfig := cluster.Kubeconfig(harness.Admin, 0)
	doors := map[string][]string{
		"census": {"--config", config, "--safe-to-remove", "old"},
		"etcd":   {"--config", config, "--safe-to-remove", "old", "--etcd-endpoints", cluster.Etcd.Endpoint},
	}
	for name, args := range doors {
		got, _ := lookWith(t, kubeconfig, 2, args...)
		if got.SafeToRemove == nil || got.SafeToRemove.Safe || !contains(got.SafeToRemove.Reasons, "50 objects") {
			t.Errorf("%s, before the rewrite: %+v", name, got.SafeToRemove)
		}
	}
	kit.Report(t, kit.Run(t, kubeconfig, "rewrite", "secrets", "--yes", "-o", "json"), 0)
	for name, args := range doors {
		got, _ := lookWith(t, kubeconfig, 0, args...)
		if got.SafeToRemove == nil || !got.SafeToRemove.Safe || len(got.SafeToRemove.Warnings) == 0 {
			t.Errorf("%s, after the rewrite: %+v", name, got.SafeToRemove)
		}
		// The key that is written with never may.
		args[3] = "aescbc/new"
		got, _ = lookWith(t, kubeconfig, 2, args...)
		if got.SafeToRemove.Safe {
			t.Errorf("%s: the write key may go", name)
		}
	}
	got, _ := look(t, 2, "--snapshot", snapshot(t, cluster), "--config", config, "--safe-to-remove", "old")
	if got.SafeToRemove.Safe || !contains(got.SafeToRemove.Reasons, "snapshot") {
		t.Errorf("by a snapshot: %+v", got.SafeToRemove)
	}
}

func contains(sentences []string, part string) bool {
	for _, sentence := range sentences {
		if strings.Contains(sentence, part) {
			return true
		}
	}
	return false
}
