// Package drill loses clusters and brings them back from their backups, and tests `kubectl encrypt backup verify`, which
// says before whether that will work.
package drill

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const canary = "canary-4712-value"

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	kit.Must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// verify runs where there is no cluster, and checks that nothing shows of Secrets and keys.
func verify(t *testing.T, exitCode int, backup string, args ...string) plugin.BackupVerification {
	t.Helper()
	words := append([]string{"backup", "verify", "-o", "json", "--snapshot", backup}, args...)
	result, err := plugin.Do(plugin.Run{Args: words, Bare: true})
	kit.Must(t, err)
	if result.ExitCode != exitCode {
		t.Fatalf("%v: exit %d, want %d\n%.3000s", words, result.ExitCode, exitCode, result.All())
	}
	for _, secret := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary))} {
		if strings.Contains(result.All(), secret) {
			t.Errorf("%v shows a Secret", words)
		}
	}
	for _, name := range keyNames {
		if strings.Contains(result.All(), base64.StdEncoding.EncodeToString(harness.NewKey(name).Secret)) {
			t.Errorf("%v shows the key %s", words, name)
		}
	}
	report, err := plugin.Decode[plugin.BackupVerification](result)
	kit.Must(t, err)
	if o := report.Objects; o.Readable+o.Unchecked+o.Unreadable != o.Total || o.Encrypted+o.Plaintext != o.Total {
		t.Errorf("does not add up: %+v", o)
	}
	return report
}

// shown is a key with what became of it: "aescbc/old opens secrets=60".
func shown(keys []plugin.NeededKey) (lines []string) {
	for _, key := range keys {
		line := strings.TrimSuffix(key.Provider+"/"+key.Key, "/")
		if key.KeyID != "" {
			line += "@" + key.KeyID
		}
		if key.State != "" {
			line += " " + key.State
		}
		for _, one := range key.Resources {
			line += fmt.Sprintf(" %s=%d", one.Resource, one.Objects)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func wantKeys(t *testing.T, what string, got []plugin.NeededKey, want ...string) {
	t.Helper()
	slices.Sort(want)
	if lines := shown(got); !slices.Equal(lines, want) {
		t.Errorf("%s: keys\n%q, want\n%q", what, lines, want)
	}
}

func fingerprint(key string) string {
	sum := sha256.Sum256(harness.NewKey(key).Secret)
	return "sha256:" + hex.EncodeToString(sum[:])
}
