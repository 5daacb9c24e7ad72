package drill

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

const (
	early, late = 40, 3 // Secrets, under the old key and the new one
	etcdVersion = "3.6" // of the cluster, and of the etcdutl that brings it back
)

var keyNames = []string{"old", "new", "newest", "other"}

func configOf(providers ...harness.Provider) string {
	return harness.EncryptionOf([]string{"secrets", "limitranges"}, append(providers, harness.Identity())...)
}

// TestDisaster is docs/disaster-recovery.md: a cluster in the middle of a rotation is backed up, lost, and brought back
// with the keys of its time.
func TestDisaster(t *testing.T) {
	t.Parallel()
	before, backup := lose(t)
	lost := writeFile(t, "lost.yaml", configOf(harness.AESCBC("new")))
	archived := writeFile(t, "archived.yaml", configOf(harness.Secretbox("old"), harness.AESGCM("newest")))
	ofItsTime := configOf(harness.AESCBC("new"), harness.Secretbox("old"))

	// Before anything starts: which keys are missing?
	report := verify(t, 2, backup, "--config", lost)
	if report.Verdict != "failed" || report.Objects.Unreadable != early+1 || len(report.Failures) != early+1 {
		t.Errorf("without the old key: %s, %+v, %d failures named", report.Verdict, report.Objects, len(report.Failures))
	}
	wantKeys(t, "without the old key", report.Keys, "aescbc/new opens secrets=3", fmt.Sprintf("secretbox/old missing limitranges=1 secrets=%d", early),
		"identity opens limitranges=5")
	// Another key by that name is not the one.
	impostor := harness.Provider{Kind: "secretbox", Keys: []harness.Key{{Name: "old", Secret: harness.NewKey("other").Secret}}}
	report = verify(t, 2, backup, "--config", writeFile(t, "impostor.yaml", configOf(harness.AESCBC("new"), impostor)))
	wantKeys(t, "with another key of that name", report.Keys, "aescbc/new opens secrets=3",
		fmt.Sprintf("secretbox/old wrong-key limitranges=1 secrets=%d", early), "identity opens limitranges=5")

	// The old file has it.
	report = verify(t, 0, backup, "--config", lost, "--config", archived)
	if report.Verdict != "verified" || report.Evidence != "snapshot" || report.Objects.Encrypted != early+late+1 {
		t.Errorf("with the archived file: %s, %s, %+v", report.Verdict, report.Evidence, report.Objects)
	}
	wantKeys(t, "what nothing needs", report.UnneededKeys, "aesgcm/newest")
	for _, key := range report.Keys {
		if key.Key == "old" && (key.File != archived || key.Fingerprint != fingerprint("old")) {
			t.Errorf("%+v", key)
		}
	}
	if report = verify(t, 0, backup, "--config", writeFile(t, "enc.yaml", ofItsTime)); report.Verdict != "verified" {
		t.Errorf("with the file of its time: %+v", report)
	}

	after := restore(t, backup, ofItsTime)
	if difference := before.Difference(after); difference != "" || len(after) != early+late {
		t.Errorf("%d Secrets are back:\n%s", len(after), difference)
	}
}

// lose makes a cluster and its backup, and removes all but what it held and the backup.
func lose(t *testing.T) (held harness.Truth, backup string) {
	t.Helper()
	cluster, err := harness.New(harness.Options{EtcdVersion: etcdVersion,
		Servers: []harness.ServerOptions{{Encryption: configOf(harness.Secretbox("old"))}}})
	kit.Must(t, err)
	defer cluster.Close()
	kit.Must(t, cluster.Seed(early, 2, harness.Plain))
	kit.Post(t, kit.ClientOf(t, cluster, 0), "/api/v1/namespaces/default/limitranges", map[string]any{"metadata": map[string]any{"name": "c"}})
	plantPlaintext(t, cluster)
	kit.Must(t, cluster.Servers[0].Restart(configOf(harness.AESCBC("new"), harness.Secretbox("old"))))
	for i := range late {
		kit.Post(t, kit.ClientOf(t, cluster, 0), "/api/v1/namespaces/default/secrets", map[string]any{
			"metadata": map[string]any{"name": fmt.Sprintf("late-%d", i)}, "stringData": map[string]string{"password": canary}})
	}
	held, err = cluster.FetchAll()
	kit.Must(t, err)
	if len(held) != early+late {
		t.Fatalf("%d Secrets", len(held))
	}
	backup = filepath.Join(t.TempDir(), "backup.db")
	file, err := os.Create(backup)
	kit.Must(t, err)
	kit.Must(t, cluster.Store().Snapshot(file))
	kit.Must(t, file.Close())
	kit.Must(t, cluster.Close())
	if _, err := os.Stat(cluster.Dir); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("the cluster is not lost: %v", err)
	}
	return held, backup
}

// plantPlaintext leaves LimitRanges as they were before there was encryption. The API server makes none by itself.
func plantPlaintext(t *testing.T, cluster *harness.Cluster) {
	t.Helper()
	for i := range 5 {
		name := fmt.Sprintf("plain-%d", i)
		kit.Must(t, cluster.WriteEtcd("/registry/limitranges/default/"+name, fmt.Appendf(nil,
			`{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":%q,"namespace":"default"}}`, name)))
	}
}

// restore does what the document says, and reads all Secrets of what comes of it.
func restore(t *testing.T, backup, configuration string) harness.Truth {
	t.Helper()
	etcdutl, err := harness.Etcdutl()
	kit.Must(t, err)
	data := filepath.Join(t.TempDir(), "etcd")
	args := append(etcdutl[1:], "snapshot", "restore", backup, "--data-dir", data, "--bump-revision", "1000000000", "--mark-compacted")
	if out, err := exec.CommandContext(context.Background(), etcdutl[0], args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cluster := kit.Start(t, harness.Options{EtcdVersion: etcdVersion, EtcdData: data,
		Servers: []harness.ServerOptions{{Encryption: configuration}}})
	held, err := cluster.FetchAll()
	kit.Must(t, err)
	return held
}
