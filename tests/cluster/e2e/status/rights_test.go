package status

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// allow gives a user of that name rights, by rules in JSON, everywhere.
func allow(t *testing.T, cluster *harness.Cluster, user, rules string) {
	t.Helper()
	const rbac = "/apis/rbac.authorization.k8s.io/v1/"
	role := fmt.Sprintf(`{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":%q},"rules":%s}`, user, rules)
	binding := fmt.Sprintf(`{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":%q},
		"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":%q},
		"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":%q}]}`, user, user, user)
	client := clientOf(t, cluster.Servers[0])
	for path, body := range map[string]string{"clusterroles": role, "clusterrolebindings": binding} {
		_, err := client.Do(context.Background(), "POST", rbac+path, []byte(body))
		must(t, err)
	}
	waitForRights(t, client, user)
}

// waitForRights: the API server takes new bindings from a watch.
func waitForRights(t *testing.T, client *harness.Client, user string) {
	t.Helper()
	header := map[string]string{"Impersonate-User": user}
	eventually(t, "rights of "+user, func() bool {
		_, err := client.DoWith(context.Background(), "GET", "/api/v1/secrets?limit=1", nil, header)
		return err == nil
	})
}

const (
	maySecrets = `{"apiGroups":[""],"resources":["secrets"],"verbs":["get","list"]}`
	mayList    = `{"apiGroups":[""],"resources":["secrets"],"verbs":["list"]}`
	mayMetrics = `{"nonResourceURLs":["/metrics"],"verbs":["get"]}`
)

func TestRightsThatAreEnough(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seed(t, cluster.Servers[0], "enough", 4)
	allow(t, cluster, "auditor", "["+maySecrets+","+mayMetrics+"]")
	report := status(t, cluster.Kubeconfig(harness.Admin, 0), "--as", "auditor", "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
	checkExact(t, report, readTruth(t, cluster, namespace), &key2)
}

// Without the metrics the totals are right, everything else is unknown, and the
// missing right is named as an administrator has to write it.
func TestNoRightToMetrics(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seed(t, cluster.Servers[0], "blind", 6)
	allow(t, cluster, "blind", "["+maySecrets+"]")
	result := kubectlEncrypt(t, cluster.Kubeconfig(harness.Admin, 0), "status", "--as", "blind", "-n", namespace, "-o", "json",
		"--config", cluster.Servers[0].ConfigPath())
	report := decode(t, result)
	row := rowOf(t, report, namespace)
	if result.ExitCode != 0 || row.Total != 6 || row.Unknown != 6 || row.Exact || len(row.Keys) != 0 {
		t.Errorf("exit %d, %+v", result.ExitCode, row)
	}
	checkWriteKey(t, report, nobody)
	for _, want := range []string{`"blind"`, "nonResourceURL /metrics", "verb get"} {
		if !strings.Contains(result.Stderr, want) {
			t.Errorf("stderr lacks %s: %q", want, result.Stderr)
		}
	}
}

func TestNoRightToList(t *testing.T) {
	cluster := sharedCluster(t)
	seed(t, cluster.Servers[0], "forbidden", 1)
	for args, where := range map[string]string{"": "at the cluster scope", "-n forbidden-000": `in the namespace "forbidden-000"`} {
		result := kubectlEncrypt(t, cluster.Kubeconfig(harness.Nobody, 0), append([]string{"status"}, strings.Fields(args)...)...)
		want := `Error from server (Forbidden): secrets is forbidden: User "nobody" cannot list resource "secrets" in API group "" ` + where + "\n"
		if result.ExitCode != 1 || result.Stdout != "" || result.Stderr != want {
			t.Errorf("exit %d, stdout %q, stderr %q", result.ExitCode, result.Stdout, result.Stderr)
		}
	}
}

// Names may be listed, but no Secret read: nothing can be measured.
func TestNoRightToGet(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seed(t, cluster.Servers[0], "unread", 5)
	allow(t, cluster, "lister", "["+mayList+","+mayMetrics+"]")
	report := status(t, cluster.Kubeconfig(harness.Admin, 0), "--as", "lister", "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
	row := rowOf(t, report, namespace)
	if row.Total != 5 || row.Unknown != 5 || row.Exact {
		t.Errorf("%+v", row)
	}
	if notes := strings.Join(row.Notes, " "); !strings.Contains(notes, "5 could not be read") || !strings.Contains(notes, "cannot get resource") {
		t.Errorf("%q", notes)
	}
}
