package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// hidden is what the Secrets of the tests hold.
const hidden = "doctor-canary-5f2c"

const rbac = "/apis/rbac.authorization.k8s.io/v1"

// whole is a cluster of two API servers in which all is well, when nobody has planted anything.
var whole = kit.Share(func() (*harness.Cluster, error) {
	cluster, err := harness.New(harness.Options{
		Servers: []harness.ServerOptions{
			{Hostname: "node-a", Encryption: after, Reload: true},
			{Hostname: "node-b", Encryption: after, Reload: true},
		},
	})
	if err != nil {
		return cluster, err
	}
	client, err := cluster.Client(harness.Admin)
	if err != nil {
		return cluster, err
	}
	// The harness has a user who may do everything, which is a finding.
	if _, err := client.Do(context.Background(), "DELETE", rbac+"/clusterrolebindings/fair", nil); err != nil {
		return cluster, err
	}
	for i := range 6 {
		secret := fmt.Sprintf(`{"metadata":{"name":"s%d"},"stringData":{"text":%q}}`, i, hidden)
		path := "/api/v1/namespaces/default/secrets"
		if i%2 == 1 {
			path = "/api/v1/namespaces/kube-public/secrets"
		}
		if _, err := client.Do(context.Background(), "POST", path, []byte(secret)); err != nil {
			return cluster, err
		}
	}
	return cluster, nil
})

// planting is a fault of a cluster: put there, and taken away.
type planting struct {
	name string
	fault
	plant   func(t *testing.T) (args []string)
	undo    func(t *testing.T) // may be nil
	noticed bool               // by the servers, after a while
}

// world is a cluster with what the tests do to it.
type world struct {
	cluster *harness.Cluster
	client  *harness.Client
	file    string // what the servers run
}

func (w world) do(t *testing.T, method, path, body string) {
	t.Helper()
	_, err := w.client.Do(context.Background(), method, path, []byte(body))
	kit.Must(t, err)
}

func (w world) key(name string) string { return harness.SecretsPrefix + "default/" + name }

// plaintext puts a Secret's content into etcd as it is.
func (w world) plaintext(t *testing.T, name string) {
	t.Helper()
	for _, entry := range kit.Stored(t, w.cluster, w.key(name)) {
		content, err := harness.Unseal(entry.Value)
		kit.Must(t, err)
		kit.Must(t, w.cluster.WriteEtcd(entry.Key, content))
	}
}

func (w world) sealed(t *testing.T, name string) {
	t.Helper()
	for _, entry := range kit.Stored(t, w.cluster, w.key(name)) {
		kit.Must(t, w.cluster.WriteEtcd(entry.Key, harness.Seal("key2", entry.Value)))
	}
}

func (w world) snapshot(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup.db")
	file, err := os.Create(path)
	kit.Must(t, err)
	defer file.Close()
	kit.Must(t, w.cluster.Store().Snapshot(file))
	return path
}

// TestCluster plants one fault after the other in a cluster that is well before and between.
func TestCluster(t *testing.T) {
	t.Parallel()
	cluster := whole.Get(t)
	kit.PublishAddresses(t, cluster)
	w := world{cluster, kit.ClientOf(t, cluster, 0), cluster.Servers[0].ConfigPath()}
	admin := cluster.Kubeconfig(harness.Admin, 0)

	t.Run("all is well", func(t *testing.T) { w.allIsWell(t, admin) })
	t.Run("few rights", func(t *testing.T) { w.fewRights(t) })
	for _, one := range slices.Concat(w.stored(), w.access(), w.pods(), w.servers()) {
		t.Run(one.name, func(t *testing.T) {
			args := one.plant(t)
			if !slices.Contains(args, "--config") {
				args = append(args, "--config", w.file)
			}
			_, found := examine(t, admin, args...)
			if one.noticed {
				kit.Eventually(t, "the servers notice", func() bool {
					_, found = examine(t, admin, args...)
					return slices.Contains(found.of("error"), one.check)
				})
			}
			expect(t, one.fault, found)
			if one.undo != nil {
				one.undo(t)
			}
		})
	}
}

// allIsWell: every check was made, and none has found anything.
func (w world) allIsWell(t *testing.T, admin string) {
	result, found := examine(t, admin, "--config", w.file, "--snapshot", w.snapshot(t),
		"--manifest", write(t, "m.yaml", manifest(w.file, "--encryption-provider-config="+w.file)),
		"--audit-policy", write(t, "audit.yaml", goodPolicy), "--etcd-endpoints", w.cluster.Etcd.Endpoint)
	if len(found.Findings) != 0 || len(found.Skipped) != 0 {
		t.Errorf("findings %v, skipped %v", found.Findings, found.Skipped)
	}
	if len(found.Passed) != 37 {
		t.Errorf("%d checks: %s", len(found.Passed), result.Stdout)
	}
}

// fewRights: somebody without any is told what to ask for, and what could be found out is.
func (w world) fewRights(t *testing.T) {
	nobody := w.cluster.Kubeconfig(harness.Nobody, 0)
	result, found := examine(t, nobody, "--config", w.file)
	if found.Errors+found.Warnings != 0 {
		t.Errorf("%v", found.Findings)
	}
	lacks := map[string]string{
		"servers-differ": "get nonResourceURL /metrics", "file-not-loaded": "get nonResourceURL /metrics",
		"server-crashing": "list pods in kube-system", "undecryptable": "get, list secrets",
		"plaintext-left": "get, list secrets", "stale-left": "get, list secrets",
		"secret-readers": "list clusterroles, roles, clusterrolebindings, rolebindings",
	}
	for _, one := range found.Findings {
		if want, known := lacks[one.Check]; known && one.MissingRight == want {
			delete(lacks, one.Check)
		}
	}
	if len(lacks) != 0 {
		t.Errorf("not said: %v: %s", lacks, result.Stdout)
	}
	for _, check := range []string{"server-not-ready", "config-key", "server-unreachable"} {
		if !slices.Contains(found.Passed, check) {
			t.Errorf("%s was not made: %s", check, result.Stdout)
		}
	}
	// What cannot be known is no failure, unless one asks for that.
	text := kit.Run(t, nobody, "doctor", "--config", w.file)
	if text.ExitCode != 0 || !strings.Contains(text.Stdout, "lacks  get nonResourceURL /metrics") {
		t.Errorf("exit %d: %s", text.ExitCode, text.All())
	}
}

// stored is what may be wrong with stored objects, seen through the API.
func (w world) stored() []planting {
	return []planting{
		{"plaintext is left", fault{check: "plaintext-left", says: "1 in plaintext: default"},
			func(t *testing.T) []string { w.plaintext(t, "s0"); return nil },
			func(t *testing.T) { w.sealed(t, "s0") }, false},
		{"a former key is left", fault{check: "stale-left", severity: "warning", says: "1 under a former key: default"},
			func(t *testing.T) []string { kit.Must(t, w.cluster.Plant(w.key("s2"), "key1")); return nil },
			func(t *testing.T) { kit.Must(t, w.cluster.Plant(w.key("s2"), "key2")) }, false},
		{"etcd itself: plaintext is left", fault{check: "plaintext-left", says: "in etcd"},
			func(t *testing.T) []string {
				w.plaintext(t, "s0")
				return []string{"--etcd-endpoints", w.cluster.Etcd.Endpoint}
			},
			func(t *testing.T) { w.sealed(t, "s0") }, false},
	}
}

// access is what lets somebody read Secrets. There is no controller manager, which puts the rules into the roles view, edit
// and admin.
func (w world) access() []planting {
	bind := func(path, kind, role, subject string) func(*testing.T) []string {
		return func(t *testing.T) []string {
			w.do(t, "POST", rbac+path, fmt.Sprintf(`{"metadata":{"name":"planted"},"subjects":[%s],
				"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":%q,"name":%q}}`, subject, kind, role))
			return nil
		}
	}
	remove := func(path string) func(*testing.T) {
		return func(t *testing.T) { w.do(t, "DELETE", rbac+path+"/planted", "") }
	}
	const jane = `{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"jane"}`
	const everybody = `{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"system:authenticated"}`
	const program = `{"kind":"ServiceAccount","name":"default","namespace":"kube-system"}`
	const home = "/namespaces/default"
	role := func(t *testing.T, path string) {
		w.do(t, "POST", rbac+path, `{"metadata":{"name":"reader"},"rules":[{"apiGroups":[""],"resources":["pods","secrets"],"verbs":["get","list"]}]}`)
		t.Cleanup(func() { w.do(t, "DELETE", rbac+path+"/reader", "") })
	}
	return []planting{
		{"somebody may do everything", fault{check: "secret-readers", severity: "warning",
			says: "User:jane may get, list, watch all Secrets, by ClusterRoleBinding/planted"},
			bind("/clusterrolebindings", "ClusterRole", "cluster-admin", jane), remove("/clusterrolebindings"), false},
		{"a program reads all Secrets", fault{check: "secret-readers", severity: "warning",
			says: "ServiceAccount:kube-system/default may get, list all Secrets"},
			func(t *testing.T) []string {
				role(t, "/clusterroles")
				return bind("/clusterrolebindings", "ClusterRole", "reader", program)(t)
			}, remove("/clusterrolebindings"), false},
		{"everybody reads Secrets of a namespace", fault{check: "secret-readers",
			says: "Group:system:authenticated may get, list the Secrets of namespace default, by RoleBinding/planted"},
			func(t *testing.T) []string {
				role(t, home+"/roles")
				return bind(home+"/rolebindings", "Role", "reader", everybody)(t)
			}, remove(home + "/rolebindings"), false},
	}
}

// pods are those that a kubelet shows of its static Pods.
func (w world) pods() []planting {
	const path = "/api/v1/namespaces/kube-system/pods"
	pod := func(flag string) string {
		return fmt.Sprintf(`{"metadata":{"name":"kube-apiserver-cp-1","labels":{"component":"kube-apiserver"}},"spec":{"nodeName":"cp-1",
		"containers":[{"name":"kube-apiserver","image":"x","command":["kube-apiserver","--secure-port=6443"%s]}]}}`, flag)
	}
	remove := func(t *testing.T) { w.do(t, "DELETE", path+"/kube-apiserver-cp-1?gracePeriodSeconds=0", "") }
	return []planting{
		{"a Pod without the flag", fault{check: "flag-missing", says: "pod kube-system/kube-apiserver-cp-1"},
			func(t *testing.T) []string { w.do(t, "POST", path, pod("")); return nil }, remove, false},
		{"a Pod that crashes", fault{check: "server-crashing", says: "CrashLoopBackOff, after 7 restarts"},
			func(t *testing.T) []string {
				w.do(t, "POST", path, pod(`,"--encryption-provider-config=/etc/kubernetes/enc.yaml"`))
				_, err := w.client.DoWith(context.Background(), "PATCH", path+"/kube-apiserver-cp-1/status", []byte(
					`{"status":{"containerStatuses":[{"name":"kube-apiserver","image":"x","imageID":"","ready":false,"restartCount":7,
					"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}}}]}}`),
					map[string]string{"Content-Type": "application/merge-patch+json"})
				kit.Must(t, err)
				return nil
			}, remove, false},
	}
}

func (w world) untilWell(t *testing.T) {
	t.Helper()
	kit.Eventually(t, "all is well again", func() bool {
		_, found := examine(t, w.cluster.Kubeconfig(harness.Admin, 0), "--config", w.file)
		return len(found.Findings) == 0
	})
}

// servers are those that do not run what they should. The last one is seen for some minutes after it was mended.
func (w world) servers() []planting {
	second := w.cluster.Servers[1]
	other := harness.Encryption(harness.AESCBC("key2", "key1", "other"), harness.Identity())
	return []planting{
		{"the file is another", fault{check: "file-not-loaded", says: "it runs ", besides: []string{"coverage-unknown"}},
			func(t *testing.T) []string { return []string{"--config", write(t, "enc.yaml", after+"# changed\n")} }, nil, false},
		{"servers differ", fault{check: "servers-differ", says: "different configurations", besides: []string{"file-not-loaded", "coverage-unknown"}},
			func(t *testing.T) []string { kit.Must(t, second.WriteConfig(other)); return nil },
			func(t *testing.T) { kit.Must(t, second.WriteConfig(after)); w.untilWell(t) }, true},
		{"a reload fails", fault{check: "reload-failing", says: "tried to load a changed file and failed"},
			func(t *testing.T) []string { kit.Must(t, second.WriteConfig("kind: [")); return nil },
			func(t *testing.T) { kit.Must(t, second.WriteConfig(after)) }, true},
	}
}

// TestBackups: what is wrong with a snapshot shows without a cluster.
func TestBackups(t *testing.T) {
	t.Parallel()
	cluster := kit.Start(t, harness.Options{Servers: []harness.ServerOptions{{Version: "1.34", Encryption: before}}})
	w := world{cluster, kit.ClientOf(t, cluster, 0), cluster.Servers[0].ConfigPath()}
	w.do(t, "POST", "/api/v1/namespaces/default/secrets", fmt.Sprintf(`{"metadata":{"name":"s0"},"stringData":{"text":%q}}`, hidden))
	sound := w.snapshot(t)
	file := write(t, "enc.yaml", before)
	check := func(name string, want fault, args ...string) {
		t.Run(name, func(t *testing.T) {
			_, found := examine(t, noCluster(t), args...)
			expect(t, want, found)
		})
	}
	check("a key is missing", fault{check: "undecryptable", says: "secrets/default/s0", besides: []string{"stale-left"}}, "--snapshot", sound,
		"--config", write(t, "enc.yaml", harness.Encryption(harness.AESCBC("other"), harness.Identity())))
	text, err := os.ReadFile(sound)
	kit.Must(t, err)
	check("cut short", fault{check: "snapshot-unreadable", says: "backup.db"}, "--snapshot",
		write(t, "backup.db", string(text[:len(text)/2])), "--config", file)
	text[len(text)/2] ^= 1
	check("damaged", fault{check: "snapshot-unreadable", says: "backup.db"}, "--snapshot", write(t, "backup.db", string(text)), "--config", file)
	w.plaintext(t, "s0")
	check("plaintext is left", fault{check: "plaintext-left", says: "1 in plaintext: default"}, "--snapshot", w.snapshot(t), "--config", file)
	w.do(t, "PUT", "/api/v1/namespaces/default/secrets/s0", fmt.Sprintf(`{"metadata":{"name":"s0"},"stringData":{"text":%q}}`, hidden+"2"))
	check("residue", fault{check: "residue-plaintext", severity: "warning", says: "superseded"}, "--snapshot", w.snapshot(t), "--config", file)

	// Of which 1.34 says less.
	loseSecret(t, cluster)
}

// loseSecret puts a Secret under a key that nobody has: nobody can list Secrets any more, and not much else is known.
func loseSecret(t *testing.T, cluster *harness.Cluster) {
	t.Helper()
	kit.Must(t, cluster.PlantUnreadable("default", "lost"))
	_, found := examine(t, cluster.Kubeconfig(harness.Admin, 0), "--allow-reader", "User:fair")
	for _, one := range found.Findings {
		if one.Check == "undecryptable" && one.Severity == "error" && strings.Contains(one.Evidence, "default/lost") {
			return
		}
	}
	t.Errorf("nobody names it: %v", found.Findings)
}

// TestDown: a KMS plugin that is gone, an API server without a configuration, and none at all.
func TestDown(t *testing.T) {
	t.Parallel()
	kms := harness.Encryption(harness.KMSv2("vault"), harness.Identity())
	cluster := kit.Start(t, harness.Options{KMS: []harness.KMSOptions{{Name: "vault"}}, Servers: []harness.ServerOptions{{Encryption: kms}}})
	server, admin := cluster.Servers[0], cluster.Kubeconfig(harness.Admin, 0)
	args := []string{"--config", server.ConfigPath(), "--allow-reader", "User:fair"}
	_, found := examine(t, admin, args...)
	if len(found.Findings) != 0 {
		t.Errorf("%v", found.Findings)
	}
	cluster.KMS("vault").Kill()
	kit.Eventually(t, "the API server misses its plugin", func() bool { return server.KMSHealth() != nil })
	_, found = examine(t, admin, args...)
	expect(t, fault{check: "kms-unhealthy", says: "kms-provider"}, found)

	kit.Must(t, server.Restart(""))
	_, found = examine(t, admin, "--allow-reader", "User:fair")
	expect(t, fault{check: "flag-missing", says: "without an EncryptionConfiguration"}, found)

	loseSecret(t, cluster)
	server.Kill()
	_, found = examine(t, admin)
	expect(t, fault{check: "server-unreachable", says: "was refused"}, found)
}
