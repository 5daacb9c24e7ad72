package drill

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/bench/etcdfile"
	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func under(provider, key, version, keyID string) harness.Value {
	return harness.Value{Storage: harness.Storage{Provider: provider, Key: key}, Version: version, KeyID: keyID}
}

// planted is a number of objects of one resource, in a backup that no cluster was needed for.
type planted struct {
	folder string // below the prefix
	kind   string
	under  harness.Value
	count  int
}

// database writes them as a member of etcd keeps them.
func database(t *testing.T, all []planted) *etcdfile.Writer {
	t.Helper()
	writer, err := etcdfile.Create(filepath.Join(t.TempDir(), "db"), etcdfile.Options{PageSize: 4096})
	kit.Must(t, err)
	t.Cleanup(func() { writer.DB.Close() })
	sealer := harness.NewSealer()
	kit.Must(t, writer.Batch(func(b *etcdfile.Batch) error {
		for group, one := range all {
			for i := range one.count {
				name := fmt.Sprintf("g%d-%d", group, i)
				key := "/registry/" + one.folder + "/default/" + name
				value, err := sealer.Seal(one.under, key, fmt.Appendf(nil,
					`{"apiVersion":"v1","kind":%q,"metadata":{"name":%q,"namespace":"default"},"data":{"x":%q}}`, one.kind, name, canary))
				if err != nil {
					return err
				}
				if _, err := b.Put(key, value); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return writer
}

func snapshotOf(t *testing.T, all ...planted) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup.db")
	kit.Must(t, database(t, all).Snapshot(path))
	return path
}

// databaseOf has no checksum.
func databaseOf(t *testing.T, all ...planted) string {
	t.Helper()
	writer := database(t, all)
	path := writer.DB.Path()
	kit.Must(t, writer.DB.Close())
	return path
}

var everyProvider = []planted{
	{"secrets", "Secret", under("aescbc", "old", "v1", ""), 4},
	{"secrets", "Secret", under("aesgcm", "new", "v1", ""), 3},
	{"configmaps", "ConfigMap", under("aesgcm", "new", "v1", ""), 2},
	{"secrets", "Secret", under("secretbox", "newest", "v1", ""), 1},
	{"pods", "Pod", under("identity", "", "", ""), 6},
}

// TestKeysOfABackup: what the report says of keys is what was planted under them, for every provider.
func TestKeysOfABackup(t *testing.T) {
	t.Parallel()
	backup := snapshotOf(t, everyProvider...)
	config := func(resources ...string) string {
		return writeFile(t, "enc.yaml", harness.EncryptionOf(resources, harness.AESCBC("new", "old"), harness.AESGCM("new"), harness.Secretbox("newest")))
	}
	report := verify(t, 0, backup, "--config", config("secrets", "configmaps"))
	if o := report.Objects; report.Verdict != "verified" || o.Encrypted != 10 || o.Plaintext != 6 || o.Readable != 16 {
		t.Errorf("%+v", report)
	}
	wantKeys(t, "needed", report.Keys, "aescbc/old opens secrets=4", "aesgcm/new opens configmaps=2 secrets=3", "secretbox/newest opens secrets=1")
	wantKeys(t, "not needed", report.UnneededKeys, "aescbc/new")
	for _, key := range report.Keys {
		if key.Fingerprint != fingerprint(key.Key) {
			t.Errorf("%+v", key)
		}
	}
	checkFingerprints(t, config("secrets"), report)

	// ConfigMaps are encrypted still, though no rule is about them any more.
	report = verify(t, 2, backup, "--config", config("secrets"))
	wantKeys(t, "no longer covered", report.Keys, "aescbc/old opens secrets=4", "aesgcm/new opens secrets=3", "aesgcm/new other-resource configmaps=2",
		"secretbox/newest opens secrets=1")
	if report.Objects.Unreadable != 2 || report.Failures[0].Reason != "other-resource" || report.Failures[0].Resource != "configmaps" {
		t.Errorf("%+v", report)
	}
}

// checkFingerprints: `config show` has the same.
func checkFingerprints(t *testing.T, config string, report plugin.BackupVerification) {
	t.Helper()
	result, err := plugin.Do(plugin.Run{Args: []string{"config", "show", config, "-o", "json"}, Bare: true})
	kit.Must(t, err)
	var view struct {
		Keys []struct{ Provider, Key, Fingerprint string }
	}
	kit.Must(t, json.Unmarshal([]byte(result.Stdout), &view))
	for _, key := range report.Keys {
		if !slices.Contains(view.Keys, struct{ Provider, Key, Fingerprint string }{key.Provider, key.Key, key.Fingerprint}) {
			t.Errorf("config show has no %+v: %+v", key, view)
		}
	}
}

// TestUnknownIsNeverVerified: KMS, files without a checksum, nothing at all.
func TestUnknownIsNeverVerified(t *testing.T) {
	t.Parallel()
	config := writeFile(t, "enc.yaml", harness.Encryption(harness.KMS("vault", "/nowhere.sock"), harness.AESCBC("old")))
	kms := []planted{{"secrets", "Secret", under("kms", "vault", "v2", "kek-1"), 3}, {"secrets", "Secret", under("kms", "vault", "v2", "kek-2"), 2}}
	report := verify(t, 2, snapshotOf(t, kms...), "--config", config)
	if report.Verdict != "unknown" || report.Objects.Unchecked != 5 || report.Objects.Unreadable != 0 {
		t.Errorf("%+v", report)
	}
	wantKeys(t, "under a KMS", report.Keys, "kmsv2/vault@kek-1 needs-kms-plugin secrets=3", "kmsv2/vault@kek-2 needs-kms-plugin secrets=2")
	report = verify(t, 2, snapshotOf(t, kms...), "--config", writeFile(t, "none.yaml", harness.Encryption(harness.AESCBC("old"))))
	wantKeys(t, "without the KMS", report.Keys, "kmsv2/vault@kek-1 missing secrets=3", "kmsv2/vault@kek-2 missing secrets=2")
	verify(t, 0, snapshotOf(t, kms...), "--config", config, "--fail-on=failed")

	plain := planted{"secrets", "Secret", under("aescbc", "old", "v1", ""), 3}
	if report := verify(t, 2, databaseOf(t, plain), "--config", config); report.Verdict != "unknown" || report.Objects.Readable != 3 {
		t.Errorf("without a checksum: %+v", report)
	}
	if report := verify(t, 2, snapshotOf(t), "--config", config); report.Verdict != "unknown" {
		t.Errorf("an empty backup: %+v", report)
	}
}
