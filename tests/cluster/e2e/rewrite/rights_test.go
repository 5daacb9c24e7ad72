package rewrite

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	rbac      = "rbac.authorization.k8s.io"
	rbacPath  = "/apis/" + rbac + "/v1/"
	admission = "admissionregistration.k8s.io"
)

func TestUserWithoutRights(t *testing.T) {
	namespace := stale(t, 3)
	kubeconfig := shared(t).Kubeconfig(harness.Nobody, current)
	for _, args := range [][]string{nil, {"--dry-run=client"}} {
		result := rewrite(t, kubeconfig, namespace, args...)
		if result.ExitCode != 1 || result.Stdout != "" {
			t.Errorf("exit %d: %s", result.ExitCode, result.All())
		}
		expectComplaint(t, result, `Error from server (Forbidden): secrets is forbidden: User "nobody" cannot list resource "secrets"`)
	}
	expectStored(t, namespace, map[string]int{oldKey: 3})
}

func TestUserWhoMayOnlyRead(t *testing.T) {
	const count = 25 // more than are printed
	allowReading(t, "reader")
	namespace := stale(t, count)
	result := rewrite(t, admin(t), namespace, "--as=reader")
	got := report(t, result, 1)
	if got.Failed != count || got.Total != count || len(got.Failures) != count {
		t.Errorf("report: %+v", got)
	}
	var failed []string
	for _, failure := range got.Failures {
		failed = append(failed, harness.SecretsPrefix+failure.Namespace+"/"+failure.Name)
		if failure.Reason != "Forbidden" || !strings.Contains(failure.Message, `User "reader" cannot update resource "secrets"`) {
			t.Errorf("failure: %+v", failure)
		}
	}
	slices.Sort(failed)
	all := secretsIn(t, shared(t), namespace)
	if want := written(nil, all); !slices.Equal(failed, want) {
		t.Errorf("named as failed: %q", failed)
	}
	lines := complaints(result)
	if len(lines) != 21 || !strings.Contains(lines[0], namespace+"/plain-0000") || lines[20] != "error: 5 more were not rewritten; -o json names up to 1000" {
		t.Errorf("%d sentences:\n%s", len(lines), result.Stderr)
	}
	expectStored(t, namespace, map[string]int{oldKey: count})
}

func allowReading(t *testing.T, user string) {
	t.Helper()
	body := map[string]any{"apiVersion": rbac + "/v1", "kind": "ClusterRole", "metadata": map[string]any{"name": user},
		"rules": json.RawMessage(`[{"apiGroups":[""],"resources":["secrets"],"verbs":["get","list"]}]`)}
	post(t, rbacPath+"clusterroles", body)
	remove(t, rbacPath+"clusterroles/"+user)
	post(t, rbacPath+"clusterrolebindings", map[string]any{
		"apiVersion": rbac + "/v1", "kind": "ClusterRoleBinding", "metadata": map[string]any{"name": user},
		"roleRef":  map[string]any{"apiGroup": rbac, "kind": "ClusterRole", "name": user},
		"subjects": []any{map[string]any{"apiGroup": rbac, "kind": "User", "name": user}}})
	remove(t, rbacPath+"clusterrolebindings/"+user)
	client := clientOf(t, shared(t), current)
	eventually(t, user+" may read", func() bool {
		_, err := client.DoWith(context.Background(), "GET", "/api/v1/secrets?limit=1", nil, map[string]string{"Impersonate-User": user})
		return err == nil
	})
}

// What a policy refuses in one namespace is listed; the others are done.
func TestAdmissionPolicyOfOneNamespace(t *testing.T) {
	frozen, free := freshPrefix(), freshPrefix()
	for _, namespace := range []string{frozen, free} {
		createVariety(t, namespace, frozen)
	}
	freeze(t, frozen)
	result := run(t, plugin.Run{Kubeconfig: admin(t),
		Args: []string{"rewrite", "-l", "run=" + frozen, "--yes", "-o", "json"}})
	got := report(t, result, 1)
	if got.Total != 6 || got.Rewritten != 3 || got.Failed != 3 {
		t.Errorf("report: %+v", got)
	}
	for _, failure := range got.Failures {
		if failure.Namespace != frozen || failure.Reason != "Invalid" || !strings.Contains(failure.Message, "no changes until Monday") {
			t.Errorf("failure: %+v", failure)
		}
	}
	if lines := complaints(result); len(lines) != 3 || !strings.Contains(lines[0], frozen+"/") {
		t.Errorf("complaints:\n%s", result.Stderr)
	}
	expectStored(t, frozen, map[string]int{oldKey: 5})
	expectStored(t, free, map[string]int{newKey: 3, oldKey: 2})
}

// freeze has the API server refuse all changes of Secrets in a namespace.
func freeze(t *testing.T, namespace string) {
	t.Helper()
	const path = "/apis/" + admission + "/v1/"
	create := func(kind, plural, spec string) {
		post(t, path+plural, map[string]any{"apiVersion": admission + "/v1", "kind": kind,
			"metadata": map[string]any{"name": "freeze"}, "spec": json.RawMessage(spec)})
		remove(t, path+plural+"/freeze")
	}
	create("ValidatingAdmissionPolicy", "validatingadmissionpolicies", `{
		"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["UPDATE"],"resources":["secrets"]}]},
		"validations":[{"expression":"false","message":"no changes until Monday"}]}`)
	create("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", `{
		"policyName":"freeze","validationActions":["Deny"],
		"matchResources":{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"`+namespace+`"}}}}`)
	client := clientOf(t, shared(t), current)
	secretPath := "/api/v1/namespaces/" + namespace + "/secrets/plain"
	eventually(t, "the policy is in force", func() bool {
		secret, err := client.Do(context.Background(), "GET", secretPath, nil)
		must(t, err)
		_, err = client.Do(context.Background(), "PUT", secretPath+"?dryRun=All", secret)
		return err != nil && strings.Contains(err.Error(), "no changes until Monday")
	})
}
