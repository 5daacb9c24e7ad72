package preflight

import (
	"context"
	"encoding/json"
	"strings"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const byCluster = "--backend=storage-version-migration"

type migrationReport struct {
	Backend    string
	Total      *int
	Rewritten  *int
	Error      string
	Failures   []plugin.Failure
	Migrations []struct {
		Resource, Name, State, Message string
		Seconds                        float64
	}
	Interrupted bool
}

func decode(t *testing.T, result plugin.Result) migrationReport {
	t.Helper()
	report, err := plugin.Decode[migrationReport](result)
	must(t, err)
	return report
}

func controllers(t *testing.T, cluster *harness.Cluster) {
	t.Helper()
	_, err := harness.StartControllerManager(cluster, harness.ControllerManagerOptions{Controllers: harness.StorageVersionMigrator})
	must(t, err)
	stir(t, cluster)
}

// stir lets a Secret come and go until the test ends: the controller waits until its view of Secrets is as new as
// the migration, which on a cluster where nothing happens takes a minute.
func stir(t *testing.T, cluster *harness.Cluster) {
	const path = "/api/v1/namespaces/default/secrets"
	client := clientOf(t, cluster, 0)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			client.Do(ctx, "POST", path, []byte(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"stir"}}`))
			client.Do(ctx, "DELETE", path+"/stir", nil)
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// The real controller does the work; etcd tells.
func TestClusterMigrates(t *testing.T) {
	const count = 200
	cluster := one(t, count)
	controllers(t, cluster)
	for _, backend := range []string{byCluster, "--backend=auto"} {
		result := rewrite(t, cluster, backend)
		report := decode(t, result)
		if result.ExitCode != 0 || report.Backend != "storage-version-migration" || len(report.Migrations) != 1 {
			t.Fatalf("exit %d: %s", result.ExitCode, result.All())
		}
		migration := report.Migrations[0]
		if migration.State != "succeeded" || migration.Resource != "secrets" || !strings.HasPrefix(migration.Name, "kubectl-encrypt-") {
			t.Errorf("%+v", migration)
		}
		if report.Total != nil || report.Rewritten != nil || len(report.Failures) > 0 {
			t.Errorf("it claims counts that nobody keeps: %s", result.Stdout)
		}
		if !strings.Contains(result.Stderr, migration.Name+" is succeeded") {
			t.Errorf("no progress: %s", result.Stderr)
		}
		if chosen := strings.HasPrefix(result.Stderr, "rewrite: using the cluster's own storage version migration, since "); chosen != (backend != byCluster) {
			t.Errorf("%s: %s", backend, result.Stderr)
		}
		expectStored(t, cluster, map[string]int{newKey: count})
	}
}

// Ctrl-C ends the following, not the migration; the next run follows the same one, and what is finished does not
// hinder this client.
func TestInterruptedMigrationGoesOn(t *testing.T) {
	cluster := one(t, secrets)
	running, err := plugin.Start(plugin.Run{Kubeconfig: cluster.Kubeconfig(harness.Admin, 0),
		Args: []string{"rewrite", "secrets", "--yes", "-o", "json", byCluster}})
	must(t, err)
	name := ""
	eventually(t, "the migration is there", func() bool { name = onlyMigration(t, cluster); return name != "" })
	must(t, running.Signal(syscall.SIGINT))
	result, err := running.Wait()
	must(t, err)
	report := decode(t, result)
	if result.ExitCode != 130 || !report.Interrupted || report.Migrations[0].State != "waiting" {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
	if !strings.Contains(result.Stderr, "the cluster goes on with StorageVersionMigration "+name) {
		t.Error(result.Stderr)
	}
	expectRefused(t, rewrite(t, cluster), "StorageVersionMigration \""+name+"\" of secrets has not finished")

	report = decode(t, rewrite(t, cluster, byCluster, "--max-outage=1s"))
	if len(report.Migrations) != 1 || report.Migrations[0].Name != name || onlyMigration(t, cluster) != name {
		t.Errorf("another migration than %s: %+v", name, report)
	}
	controllers(t, cluster)
	report = decode(t, rewrite(t, cluster, byCluster))
	if len(report.Migrations) != 1 || report.Migrations[0].State != "succeeded" {
		t.Errorf("%+v", report)
	}
	expectStored(t, cluster, map[string]int{newKey: secrets})
	expectDone(t, rewrite(t, cluster), secrets)
}

func onlyMigration(t *testing.T, cluster *harness.Cluster) string {
	t.Helper()
	var list struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	must(t, clientOf(t, cluster, 0).Get(context.Background(), migrationsPath, &list))
	if len(list.Items) != 1 {
		return ""
	}
	return list.Items[0].Metadata.Name
}

// A controller that is not there is noticed.
func TestNoControllerTakesItUp(t *testing.T) {
	cluster := one(t, secrets)
	result := rewrite(t, cluster, byCluster, "--max-outage=2s")
	report := decode(t, result)
	if result.ExitCode != 1 || !strings.Contains(report.Error, "no controller has taken up StorageVersionMigration") {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
	expectStored(t, cluster, map[string]int{oldKey: secrets})
}

// What the controller cannot write makes the migration fail, and the report says so.
func TestMigrationThatFails(t *testing.T) {
	cluster := one(t, secrets)
	const admission = "admissionregistration.k8s.io"
	policy := map[string]any{"apiVersion": admission + "/v1", "kind": "ValidatingAdmissionPolicy", "metadata": map[string]any{"name": "no"},
		"spec": json.RawMessage(`{"failurePolicy":"Fail","matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],
			"operations":["UPDATE"],"resources":["secrets"]}]},"validations":[{"expression":"false","message":"not today"}]}`)}
	post(t, cluster, "/apis/"+admission+"/v1/validatingadmissionpolicies", policy)
	post(t, cluster, "/apis/"+admission+"/v1/validatingadmissionpolicybindings", map[string]any{
		"apiVersion": admission + "/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": map[string]any{"name": "no"},
		"spec": map[string]any{"policyName": "no", "validationActions": []string{"Deny"}}})
	eventually(t, "the policy is in force", func() bool {
		return rewrite(t, cluster, "--dry-run=server").ExitCode == 1
	})
	controllers(t, cluster)
	result := rewrite(t, cluster, byCluster)
	report := decode(t, result)
	if result.ExitCode != 1 || len(report.Failures) != 1 || !strings.Contains(report.Failures[0].Message, "not today") {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
	expectStored(t, cluster, map[string]int{oldKey: secrets})
}

func TestWhatAMigrationCannotDo(t *testing.T) {
	cluster := one(t, secrets)
	for _, args := range [][]string{{"-n", "seed-000"}, {"-l", "a=b"}, {"--dry-run=server"}} {
		expectRefused(t, rewrite(t, cluster, append(args, byCluster)...), "use --backend=client")
	}
	result := rewrite(t, cluster, "--backend=auto", "-n", "seed-000")
	expectDone(t, result, secrets)
	expectNotes(t, result, "rewrite: writing from this client, since a storage version migration always takes all objects")
	expectStored(t, cluster, map[string]int{newKey: secrets})
}
