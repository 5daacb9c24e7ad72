package storage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// everyKey has each provider once with each length of key that the API server takes.
func everyKey() (providers []harness.Provider) {
	for kind, lengths := range map[string][]int{"aescbc": {16, 24, 32}, "aesgcm": {16, 24, 32}, "secretbox": {32}} {
		for _, length := range lengths {
			key := harness.NewKey(fmt.Sprintf("%s-%d", kind, length))
			key.Secret = key.Secret[:length]
			providers = append(providers, harness.Provider{Kind: kind, Keys: []harness.Key{key}})
		}
	}
	slices.SortFunc(providers, func(a, b harness.Provider) int { return strings.Compare(a.Keys[0].Name, b.Keys[0].Name) })
	return providers
}

// writingWith puts the n-th provider first.
func writingWith(providers []harness.Provider, n int) string {
	rest := slices.Delete(slices.Clone(providers), n, n+1)
	return harness.Encryption(append([]harness.Provider{providers[n]}, rest...)...)
}

// TestDecryptsWhatTheAPIServerWrites: the drill for a backup, with every provider and every length of key.
func TestDecryptsWhatTheAPIServerWrites(t *testing.T) {
	providers := everyKey()
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Encryption: writingWith(providers, 0)}}})
	for i, provider := range providers {
		if i > 0 {
			kit.Must(t, cluster.Servers[0].Restart(writingWith(providers, i)))
		}
		createSecret(t, cluster, "under-"+provider.Keys[0].Name)
	}
	config := cluster.Servers[0].ConfigPath()
	backup := snapshot(t, cluster)
	for _, door := range [][]string{{"--snapshot", backup}, {"--etcd-endpoints", cluster.Etcd.Endpoint}} {
		got, _ := look(t, 0, append(door, "--config", config, "--decrypt", "-n", "default")...)
		if d := got.Decryption; d == nil || d.Total != len(providers) || d.Readable != len(providers) || d.Unreadable != 0 {
			t.Errorf("%s: %+v", door[0], got.Decryption)
		}
		// Everything of the cluster, plaintext included, is an object and the one of its key.
		got, _ = look(t, 0, append(door, "--config", config, "--decrypt", "--all-resources")...)
		if d := got.Decryption; d == nil || d.Readable != d.Total || d.Total <= len(providers) {
			t.Errorf("%s: %+v", door[0], got.Decryption)
		}
	}
	checkFailures(t, cluster, providers, config)
	checkLostKey(t, providers, backup)
}

// checkFailures changes values in etcd: a flipped bit, and a value under another key of etcd.
func checkFailures(t *testing.T, cluster *harness.Cluster, providers []harness.Provider, config string) {
	t.Helper()
	wrong := []string{}
	for _, name := range []string{"under-aesgcm-32", "under-secretbox-32"} {
		value := valueOf(t, cluster, harness.SecretsPrefix+"default/"+name)
		value[len(value)-1] ^= 1
		kit.Must(t, cluster.WriteEtcd(harness.SecretsPrefix+"default/"+name, value))
		wrong = append(wrong, name)
	}
	kit.Must(t, cluster.WriteEtcd(harness.SecretsPrefix+"default/moved",
		valueOf(t, cluster, harness.SecretsPrefix+"default/under-aesgcm-16")))
	wrong = append(wrong, "moved")
	got, _ := look(t, 1, "--snapshot", snapshot(t, cluster), "--config", config, "--decrypt", "-n", "default")
	var named []string
	for _, failure := range got.Decryption.Failures {
		named = append(named, failure.Name)
		if failure.Reason != "wrong-key" {
			t.Errorf("%+v", failure)
		}
	}
	slices.Sort(named)
	slices.Sort(wrong)
	if !slices.Equal(named, wrong) || got.Decryption.Unreadable != len(wrong) || got.Decryption.Readable != len(providers)-2 {
		t.Errorf("%+v, want %v to fail", got.Decryption, wrong)
	}
}

// checkLostKey: a configuration that lacks one key cannot open what is under it, and one that has another key of that
// name neither.
func checkLostKey(t *testing.T, providers []harness.Provider, backup string) {
	t.Helper()
	without := writeFile(t, "without.yaml", harness.Encryption(providers[1:]...))
	got, _ := look(t, 1, "--snapshot", backup, "--config", without, "--decrypt", "-n", "default")
	if len(got.Decryption.Failures) != 1 || got.Decryption.Failures[0].Reason != "no-such-key" {
		t.Errorf("without the key: %+v", got.Decryption)
	}
	other := slices.Clone(providers)
	other[0].Keys = []harness.Key{{Name: other[0].Keys[0].Name, Secret: harness.NewKey("other").Secret[:len(other[0].Keys[0].Secret)]}}
	got, _ = look(t, 1, "--snapshot", backup, "--config", writeFile(t, "other.yaml", harness.Encryption(other...)), "--decrypt", "-n", "default")
	if len(got.Decryption.Failures) != 1 || got.Decryption.Failures[0].Reason != "wrong-key" {
		t.Errorf("with another key: %+v", got.Decryption)
	}
}
