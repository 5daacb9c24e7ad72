package preflight

import (
	"encoding/json"
	"strings"
	"testing"
)

const migrationsPath = "/apis/storagemigration.k8s.io/v1/storageversionmigrations"

func migrationOf(name string) map[string]any {
	return map[string]any{"apiVersion": "storagemigration.k8s.io/v1", "kind": "StorageVersionMigration",
		"metadata": map[string]any{"name": name},
		"spec":     map[string]any{"resource": map[string]any{"group": "", "resource": "secrets"}}}
}

// Nobody carries it out here, so it stays unfinished.
func TestRunningMigration(t *testing.T) {
	cluster := one(t, secrets)
	post(t, cluster, migrationsPath, migrationOf("of-somebody"))
	expectRefused(t, rewrite(t, cluster), `StorageVersionMigration "of-somebody" of secrets has not finished`)
	expectRefused(t, rewrite(t, cluster, "--backend=storage-version-migration"),
		`StorageVersionMigration "of-somebody" of secrets, which somebody else made, has not finished`)
	expectStored(t, cluster, map[string]int{oldKey: secrets})
	result := rewrite(t, cluster, "--skip-checks=migration")
	expectDone(t, result, secrets)
	expectNotes(t, result)
}

func TestQuotaTooSmall(t *testing.T) {
	cluster := one(t, secrets)
	// Less than the database has, whenever its size was last looked at.
	expectRefused(t, rewrite(t, cluster, "--etcd-quota=4Ki"), "etcd would run out of room, by an estimate: its database has ")
	expectRefused(t, rewrite(t, cluster, "--etcd-quota=4Ki", "--skip-checks=servers,kms,migration"), "--skip-checks=quota")
	expectRefused(t, rewrite(t, cluster, "--etcd-quota=much"), "Invalid etcd-quota value (much)")
	expectStored(t, cluster, map[string]int{oldKey: secrets})
	for _, args := range [][]string{{"--etcd-quota=4Ki", "--skip-checks=quota"}, {"--etcd-quota=4Ki", "--skip-checks=all"}, {"--etcd-quota=8Gi"}} {
		result := rewrite(t, cluster, args...)
		expectDone(t, result, secrets)
		expectNotes(t, result)
	}
}

// The checks need rights that a rewrite does not: it goes on without them, and says so in one line.
func TestUserWithoutRightsForTheChecks(t *testing.T) {
	cluster := one(t, secrets)
	const rbac = "rbac.authorization.k8s.io"
	post(t, cluster, "/apis/"+rbac+"/v1/clusterroles", map[string]any{
		"apiVersion": rbac + "/v1", "kind": "ClusterRole", "metadata": map[string]any{"name": "rewriter"},
		"rules": json.RawMessage(`[{"apiGroups":[""],"resources":["secrets"],"verbs":["get","list","update"]},
			{"apiGroups":[""],"resources":["namespaces"],"verbs":["get"]}]`)}) // the latter for its checkpoint
	post(t, cluster, "/apis/"+rbac+"/v1/clusterrolebindings", map[string]any{
		"apiVersion": rbac + "/v1", "kind": "ClusterRoleBinding", "metadata": map[string]any{"name": "rewriter"},
		"roleRef":  map[string]any{"apiGroup": rbac, "kind": "ClusterRole", "name": "rewriter"},
		"subjects": []any{map[string]any{"apiGroup": rbac, "kind": "User", "name": "rewriter"}}})
	eventually(t, "the user may read", func() bool {
		return run(t, cluster, "rewrite", "--dry-run=client", "--as=rewriter").ExitCode == 0
	})
	result := rewrite(t, cluster, "--as=rewriter")
	expectDone(t, result, secrets)
	expectNotes(t, result, "rewrite: could not check that all API servers run one configuration and ")
	for _, part := range []string{`cannot get path "/metrics"`, "cannot list resource \\\"storageversionmigrations\\\"", "; going on"} {
		if !strings.Contains(result.Stderr, strings.ReplaceAll(part, `\"`, `"`)) {
			t.Errorf("%q is missing: %s", part, result.Stderr)
		}
	}
	result = rewrite(t, cluster, "--as=rewriter", "--skip-checks=all")
	expectDone(t, result, secrets)
	expectNotes(t, result)
	expectStored(t, cluster, map[string]int{newKey: secrets})
}

// A dry run writes nothing, so nothing has to be looked at.
func TestDryRunsMakeNoChecks(t *testing.T) {
	cluster := one(t, secrets)
	for _, mode := range []string{"client", "server"} {
		result := rewrite(t, cluster, "--dry-run="+mode, "--etcd-quota=4Ki")
		if result.ExitCode != 0 {
			t.Errorf("%s: exit %d: %s", mode, result.ExitCode, result.All())
		}
		expectNotes(t, result)
	}
	expectStored(t, cluster, map[string]int{oldKey: secrets})
}
