package status

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/kmsplugin"
	"kubectl-encrypt/tests/cluster/plugin"
)

// columns of a row or a sum, and its keys as -o wide shows them, key IDs in full.
type columns struct {
	current, stale, unknown int
	keys                    map[string]int
}

// checkColumns wants a row to be exact.
func checkColumns(t *testing.T, where string, row plugin.Counts, want columns) {
	t.Helper()
	keys := map[string]int{}
	for _, key := range row.Keys {
		name := key.Provider + "/" + key.Key
		if key.KeyID != "" {
			name += "@" + key.KeyID
		}
		keys[name] = key.Count
	}
	got := columns{row.Current, row.Stale, row.Unknown, keys}
	if fmt.Sprint(got) != fmt.Sprint(want) || !row.Exact {
		t.Errorf("%s: %+v (exact %v, %q), want %+v", where, got, row.Exact, row.Notes, want)
	}
}

// through is a report by any door.
func through(t *testing.T, kubeconfig, evidence string, args ...string) plugin.CoverageReport {
	t.Helper()
	args = append([]string{"status", "-o", "json"}, args...)
	result := run(t, plugin.Run{Kubeconfig: kubeconfig, Args: args, Bare: true})
	if result.ExitCode != 0 || quiet(result.Stderr) != "" {
		t.Fatalf("status %v: exit %d, stderr %q", args, result.ExitCode, result.Stderr)
	}
	report, err := plugin.Decode[plugin.CoverageReport](result)
	must(t, err)
	checkContract(t, report, evidence)
	return report
}

// takesKey waits until an API server has the plugin's new key, as the first, second, ... of all.
func takesKey(t *testing.T, cluster *harness.Cluster, server *harness.Server, keyID string, asThe int) {
	t.Helper()
	eventually(t, "the API server takes the new key", func() bool {
		must(t, server.KMSHealth())
		state, err := cluster.KMS("vault").State()
		must(t, err)
		return state.Encrypts[keyID] >= asThe
	})
	must(t, server.KMSHealth()) // waits for the check that has asked for the encryption
}

// checkEncrypts wants the plugin to have wrapped so much under a key, at least.
func checkEncrypts(t *testing.T, plugin *harness.KMSPlugin, keyID string, least int) {
	t.Helper()
	state, err := plugin.State()
	must(t, err)
	if state.Encrypts[keyID] < least {
		t.Fatalf("%s has wrapped by %v", plugin.Options.Name, state.Encrypts)
	}
}

func underVault(keyID string) string { return "kmsv2/vault@" + hashOf(keyID) }

// rotation is a cluster whose KMS plugin takes another key.
type rotation struct {
	*testing.T
	cluster   *harness.Cluster
	namespace string
}

// TestKMSKeyRotation: the plugin takes another key, of which one API server after the other learns, the first one in the
// middle of a census. What is under the old one is stale as soon as that is certain, and current only after a rewrite.
func TestKMSKeyRotation(t *testing.T) {
	t.Parallel()
	const count = 40
	cluster := twoServers(t, harness.Encryption(harness.KMSv2("vault"), harness.Identity()), harness.KMSOptions{Name: "vault"})
	kit.PublishAddresses(t, cluster)
	r := rotation{t, cluster, seed(t, cluster.Servers[0], "rotated", count)}
	r.check("before", columns{count, 0, 0, map[string]int{underVault("kek-1"): count}})

	r.meanwhile(count)
	mixed := map[string]int{underVault("kek-1"): count - 1, underVault("kek-2"): 1}
	r.check("while one server knows", columns{0, 0, count, mixed})
	for server := range cluster.Servers {
		report := r.look(server)
		if !strings.HasSuffix(report.WriteKeyBasis, "Not all API servers name the same key ID of the KMS plugin.") || report.WriteKey.KeyID != "" {
			t.Errorf("%+v, %q", report.WriteKey, report.WriteKeyBasis)
		}
	}
	checkRefused(t, cluster, `API servers use different keys of KMS provider "vault"`)

	takesKey(t, cluster, cluster.Servers[1], "kek-2", 2)
	r.check("when both know", columns{1, count - 1, 0, mixed})
	checkRefused(t, cluster, `the key of KMS provider "vault" has changed just now`)
	create(t, cluster.Servers[1], r.namespace, "new", "value")
	mixed[underVault("kek-2")] = 2
	r.check("with a new one", columns{2, count - 1, 0, mixed})
	r.namesStale(count - 1)

	rewrite(t, cluster, "--skip-checks=kms")
	all := map[string]int{underVault("kek-2"): count + 1}
	r.check("after the rewrite", columns{count + 1, 0, 0, all})
	// Etcd has the key IDs, but not which one is the present one.
	args := []string{"--config", cluster.Servers[0].ConfigPath(), "--etcd-endpoints", cluster.Etcd.Endpoint}
	checkColumns(t, "in etcd", through(t, "", "etcd", args...).Total, columns{0, 0, count + 1, all})
}

func (r rotation) look(server int, args ...string) plugin.CoverageReport {
	r.Helper()
	return status(r.T, r.cluster.Kubeconfig(harness.Admin, server), append([]string{"--config", r.cluster.Servers[0].ConfigPath()}, args...)...)
}

// check wants the same of both API servers, and the keys to be those in etcd.
func (r rotation) check(when string, want columns) {
	r.Helper()
	for server := range r.cluster.Servers {
		checkColumns(r.T, when, r.look(server).Total, want)
	}
	entries, err := r.cluster.ReadEtcd(harness.SecretsPrefix)
	must(r.T, err)
	stored := map[string]int{}
	for _, entry := range entries {
		stored[underVault(harness.Inspect(entry.Value).KeyID)]++
	}
	if !maps.Equal(stored, want.keys) {
		r.Errorf("%s: etcd holds %v, want %v", when, stored, want.keys)
	}
}

// meanwhile has the key change, and an object written under the new one, while the census reads. What is current then
// nobody knows, and how many are under which key is true of some moment.
func (r rotation) meanwhile(count int) {
	server := r.cluster.Servers[0]
	proxy := interceptOpenly(r.T, r.cluster)
	reached, resume := proxy.pauseAt(r.T, "read", count/2)
	running := startStatus(r.T, proxy.Kubeconfig, "--config", server.ConfigPath())
	<-reached
	must(r.T, r.cluster.KMS("vault").Rotate("kek-2"))
	takesKey(r.T, r.cluster, server, "kek-2", 1)
	must(r.T, touch(clientOf(r.T, server), r.namespace, "plain-000000"))
	resume()
	report := finish(r.T, running)
	row := rowOf(r.T, report, r.namespace)
	if row.Current != 0 || row.Stale != 0 || row.Unknown != count || report.WriteKey.KeyID != "" {
		r.Errorf("%+v, write key %+v", row, report.WriteKey)
	}
	if !strings.Contains(report.WriteKeyBasis, "Its KMS plugin's key changed during this census; run it again.") {
		r.Errorf("%q", report.WriteKeyBasis)
	}
	for _, key := range row.Keys {
		most := map[string]int{"": count, hashOf("kek-1"): count, hashOf("kek-2"): 1}[key.KeyID]
		if key.Provider != "kmsv2" || key.Count > most {
			r.Errorf("%+v", key)
		}
	}
	r.Logf("%+v", row)
}

// namesStale: those that seed has made, but the one that was touched.
func (r rotation) namesStale(count int) {
	r.Helper()
	report := r.look(0, "--find", "stale")
	for _, object := range report.Objects {
		if !strings.HasPrefix(object.Name, "plain-") || object.Name == "plain-000000" || object.Namespace != r.namespace {
			r.Errorf("%+v is not stale", object)
		}
	}
	if len(report.Objects) != count {
		r.Errorf("%d are named as stale", len(report.Objects))
	}
}

func checkRefused(t *testing.T, cluster *harness.Cluster, reason string) {
	t.Helper()
	result := run(t, plugin.Run{Kubeconfig: cluster.Kubeconfig(harness.Admin, 0), Args: []string{"rewrite", "--yes"}, Bare: true})
	if result.ExitCode != 1 || !strings.Contains(result.Stderr, reason) {
		t.Errorf("exit %d, %s", result.ExitCode, result.All())
	}
}

// kmsv1 is a cluster on its way from KMS v1 to v2.
type kmsv1 struct {
	*testing.T
	cluster    *harness.Cluster
	kubeconfig string
	etcd       []string // arguments that lead there
}

// doors are what the census, etcd and a snapshot say, by their names.
func (k kmsv1) doors(args ...string) map[string]plugin.CoverageReport {
	k.Helper()
	args = append([]string{"--config", k.cluster.Servers[0].ConfigPath()}, args...)
	return map[string]plugin.CoverageReport{
		"census":   through(k.T, k.kubeconfig, "census", args...),
		"etcd":     through(k.T, "", "etcd", append(args, k.etcd...)...),
		"snapshot": through(k.T, "", "snapshot", append(args, "--snapshot", snapshotOf(k.T, k.cluster))...),
	}
}

// removable asks both doors that can tell, and wants one answer.
func (k kmsv1) removable(key string, check func(*testing.T, plugin.Removal)) {
	k.Helper()
	args := []string{"--config", k.cluster.Servers[0].ConfigPath()}
	check(k.T, removable(k.T, k.kubeconfig, key, args...))
	check(k.T, removable(k.T, k.kubeconfig, key, append(args, k.etcd...)...))
	checkStays(k.T, removable(k.T, k.kubeconfig, key, append(args, "--snapshot", snapshotOf(k.T, k.cluster))...),
		"a snapshot tells what was stored when it was made")
}

func (k kmsv1) restart(providers ...harness.Provider) {
	k.Helper()
	restart(k.T, k.cluster.Servers[0], harness.Encryption(providers...))
}

// TestKMSv1 is the way of a cluster from KMS v1 to v2, with values that real API servers write. Under v1 nobody but the
// plugin knows which of its keys wraps what, so nothing is called current; that all is gone from there can be known.
func TestKMSv1(t *testing.T) {
	t.Parallel()
	old, colons, vault := harness.KMSv1("old"), harness.KMSv1("old:one"), harness.KMSv2("vault")
	cluster := kit.Start(t, harness.Options{
		KMS: []harness.KMSOptions{{Name: "old"}, {Name: "old:one"}, {Name: "vault"}},
		Servers: []harness.ServerOptions{{Flags: []string{harness.AllowKMSv1},
			Encryption: harness.Encryption(old, harness.Identity())}},
	})
	k := kmsv1{t, cluster, cluster.Kubeconfig(harness.Admin, 0), []string{"--etcd-endpoints", cluster.Etcd.Endpoint}}
	one, two := seed(t, cluster.Servers[0], "one", 6), seed(t, cluster.Servers[0], "two", 4)
	must(t, cluster.KMS("old").Rotate("kek-2"))
	create(t, cluster.Servers[0], one, "after-the-rotation", "value")
	checkEncrypts(t, cluster.KMS("old"), "kek-2", 1)
	k.underV1(11)

	k.restart(vault, old, colons, harness.Identity())
	k.between(one, two)

	rewrite(t, cluster)
	k.plantUnder("old:one", one, "plain-000000")
	k.gone(one)

	// What may go does: the API server reads everything without it, the lost keys of the plugin included.
	must(t, cluster.KMS("old").Change(func(settings *kmsplugin.Settings) { settings.Lost = []string{"kek-1", "kek-2"} }))
	k.restart(vault, colons, harness.Identity())
	all, err := cluster.FetchAll()
	must(t, err)
	if len(all) != 12 {
		t.Errorf("%d are left of 12", len(all))
	}
}

// underV1 is before anything: all is under one plugin, and more is not to be known.
func (k kmsv1) underV1(count int) {
	k.Helper()
	entries, err := k.cluster.ReadEtcd(harness.SecretsPrefix)
	must(k.T, err)
	for _, entry := range entries {
		if !strings.HasPrefix(string(entry.Value), "k8s:enc:kms:v1:old:") {
			k.Fatalf("%s is stored as %.40q", entry.Key, entry.Value)
		}
	}
	want := columns{0, 0, count, map[string]int{"kmsv1/old": count}}
	for door, report := range k.doors() {
		checkColumns(k.T, door, report.Total, want)
		if report.WriteKey == nil || report.WriteKey.Provider != "kmsv1" || report.WriteKey.Key != "old" || report.WriteKey.KeyID != "" {
			k.Errorf("%s: write key %+v (%s)", door, report.WriteKey, report.WriteKeyBasis)
		}
		for _, row := range report.Namespaces {
			if notes := strings.Join(row.Notes, "\n"); !strings.Contains(notes, "objects under kmsv1/old count as unknown: whether the KMS plugin's present key") {
				k.Errorf("%s: %q", door, notes)
			}
		}
	}
	checkColumns(k.T, "by its writes", status(k.T, k.kubeconfig).Total, want)
	checkColumns(k.T, "etcd alone", through(k.T, "", "etcd", k.etcd...).Total, want)
	k.needsItsPlugin(count)
	k.removable("kmsv1/old", stays("the given configuration writes secrets with it"))
	k.removable("old", stays(fmt.Sprintf("%d objects are or may be stored under it", count)))
}

// needsItsPlugin: --decrypt does not claim to have opened anything.
func (k kmsv1) needsItsPlugin(count int) {
	k.Helper()
	config := k.cluster.Servers[0].ConfigPath()
	for _, door := range [][]string{k.etcd, {"--snapshot", snapshotOf(k.T, k.cluster)}} {
		args := append([]string{"status", "--decrypt", "--config", config}, door...)
		table := run(k.T, plugin.Run{Args: args, Bare: true})
		want := fmt.Sprintf("of %d objects 0 decrypt and are what their keys say, %d need their KMS plugin to tell, 0 cannot be read.", count, count)
		if table.ExitCode != 0 || !strings.Contains(table.Stdout, want) {
			k.Errorf("%s: exit %d, %s", door[0], table.ExitCode, table.All())
		}
		document, err := plugin.Decode[plugin.CoverageReport](run(k.T, plugin.Run{Args: append(args, "-o", "json"), Bare: true}))
		must(k.T, err)
		if d := document.Decryption; d == nil || d.Total != count || d.Unchecked != count || d.Readable != 0 || d.Unreadable != 0 {
			k.Errorf("%s: %+v", door[0], d)
		}
	}
}

// between: v2 writes, and one namespace and a new object are there already.
func (k kmsv1) between(one, two string) {
	k.Helper()
	rewrite(k.T, k.cluster, "-n", two)
	create(k.T, k.cluster.Servers[0], one, "new", "value")
	mixed := map[string]int{"kmsv1/old": 7, underVault("kek-1"): 1}
	for door, report := range k.doors() {
		current, unknown := 1, 0
		if door != "census" { // only the API server tells which key ID is the present one
			current, unknown = 0, 1
		}
		checkColumns(k.T, door, rowOf(k.T, report, one), columns{current, 7, unknown, mixed})
		checkColumns(k.T, door, rowOf(k.T, report, two), columns{4 * current, 0, 4 * unknown, map[string]int{underVault("kek-1"): 4}})
	}
	k.removable("kmsv1/old", stays("7 objects are or may be stored under it: secrets in "+one))
	k.removable("vault", stays("the given configuration writes secrets with it"))
}

// gone: nothing is under the old plugin any more, but one object under one with a similar name.
func (k kmsv1) gone(one string) {
	k.Helper()
	keys := map[string]int{"kmsv1/old:one": 1, underVault("kek-1"): 11}
	for door, report := range k.doors() {
		current, unknown := 11, 0
		if door != "census" {
			current, unknown = 0, 11
		}
		checkColumns(k.T, door, report.Total, columns{current, 1, unknown, keys})
	}
	k.removable("kmsv1/old", checkMayGo)
	k.removable("old", checkMayGo)
	k.removable("kms/old", checkMayGo)
	k.removable("kmsv1/old:one", stays("1 objects are or may be stored under it: secrets in "+one))
	k.removable("kmsv2/vault", stays("the given configuration writes secrets with it"))
	for _, unheardOf := range []string{"kmsv2/old", "kmsv1/vault"} {
		k.removable(unheardOf, stays("the given configuration has no such key"))
	}
}

// plantUnder stores an object under another plugin of KMS v1.
func (k kmsv1) plantUnder(name, namespace, object string) {
	k.Helper()
	key := harness.Secrets.Key(namespace, object)
	entry, err := k.cluster.Store().Get(key)
	must(k.T, err)
	content, err := harness.Open(key, entry.Value)
	must(k.T, err)
	under := harness.Value{Storage: harness.Storage{Provider: "kms", Key: name}, Version: "v1"}
	value, err := harness.NewSealer().Seal(under, key, content)
	must(k.T, err)
	must(k.T, k.cluster.WriteEtcd(key, value))
}
