package storage

import (
	"os"
	"path/filepath"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const residual = 300

// plaintextIn counts what a door tells of plaintext at a place.
func plaintextIn(got plugin.CoverageReport, places ...string) (values int) {
	for _, residue := range got.Residue {
		for _, place := range places {
			if residue.Place == place && residue.Provider == "identity" {
				values += residue.Values
			}
		}
	}
	return values
}

// TestResidue follows plaintext on its way out: from current to superseded, to free pages, to the log alone.
func TestResidue(t *testing.T) {
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: ""}}})
	kit.Must(t, cluster.Seed(residual, 3, harness.Plain))
	encryption := harness.Encryption(harness.AESCBC("key1"), harness.Identity())
	kit.Must(t, cluster.Servers[0].Restart(encryption))
	config := cluster.Servers[0].ConfigPath()

	got, _ := look(t, 2, "--snapshot", snapshot(t, cluster), "--config", config, "--fail-on=plaintext")
	if got.Evidence != "snapshot" || got.Total.Plaintext != residual {
		t.Errorf("before the rewrite: %+v", got)
	}
	result := kit.Run(t, cluster.Kubeconfig(harness.Admin, 0), "rewrite", "secrets", "--yes", "-o", "json")
	kit.Report(t, result, 0)
	got, _ = look(t, 0, "--snapshot", snapshot(t, cluster), "--config", config, "--fail-on=plaintext,stale,unknown")
	if got.Total.Current != residual || plaintextIn(got, "superseded") != residual {
		t.Errorf("after the rewrite: %+v", got)
	}
	kit.Must(t, cluster.Store().Compact(false))
	got, _ = look(t, 0, "--snapshot", snapshot(t, cluster), "--config", config)
	if plaintextIn(got, "superseded", "deleted") != 0 || plaintextIn(got, "free page") == 0 {
		t.Errorf("after compaction: %+v", got.Residue)
	}
	kit.Must(t, cluster.WriteEtcd("a-newer-revision", nil)) // for there to be something to compact
	kit.Must(t, cluster.Store().Compact(true))
	got, _ = look(t, 0, "--snapshot", snapshot(t, cluster), "--config", config)
	if plaintextIn(got, "superseded", "deleted", "free page") != 0 {
		t.Errorf("after defragmentation: %+v", got.Residue)
	}
	got, _ = look(t, 0, "--wal", walDir(t, cluster))
	if got.Evidence != "wal" || plaintextIn(got, "write-ahead log") < residual {
		t.Errorf("the log: %+v", got)
	}
}

// walDir is the log of the running member.
func walDir(t *testing.T, cluster *harness.Cluster) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cluster.Dir, "etcd*", "member", "wal"))
	kit.Must(t, err)
	if len(found) != 1 {
		t.Fatalf("no log of etcd below %s: %v", cluster.Dir, found)
	}
	return found[0]
}

// TestFilesThatAreNone: each gets one sentence and exit 1.
func TestFilesThatAreNone(t *testing.T) {
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: ""}}})
	whole, err := os.ReadFile(snapshot(t, cluster))
	kit.Must(t, err)
	changed := append([]byte{}, whole...)
	changed[len(changed)/2] ^= 1
	for name, content := range map[string]string{
		"empty":   "",
		"text":    "this is no database\n",
		"cut":     string(whole[:len(whole)/2]),
		"changed": string(changed),
	} {
		t.Run(name, func(t *testing.T) {
			_, result := look(t, 1, "--snapshot", writeFile(t, name, content))
			if result.Stdout != "" || len(result.Stderr) == 0 || len(result.Stderr) > 600 {
				t.Errorf("stdout %q, stderr %q", result.Stdout, result.Stderr)
			}
		})
	}
}
