package resources

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

func widgetPath(version, namespace, name string) string {
	return "/apis/example.com/" + version + "/namespaces/" + namespace + "/widgets/" + name
}

func hidden(widget object) any { return widget["spec"].(object)["hidden"] }

// What the preferred version does not know must survive: it would not, if the
// object was written in that version.
func TestCustomResourceKeepsWhatOnlyItsStorageVersionHas(t *testing.T) {
	for _, strategy := range []string{"replace", "patch"} {
		t.Run(strategy, func(t *testing.T) {
			name := namespace(t)
			checkWritten(t, name, keys(name, "widgets"), "widgets", "--strategy", strategy)
			for _, one := range []string{"a", "b"} {
				client := kit.ClientOf(t, shared(t), current)
				if got := hidden(kit.Get(t, client, widgetPath("v1beta1", name, one))); got != "kept" {
					t.Errorf("%s: hidden is %v", one, got)
				}
			}
		})
	}
}

// The test above can fail.
func TestOtherVersionLosesFields(t *testing.T) {
	name := namespace(t)
	client := kit.ClientOf(t, shared(t), current)
	body, err := json.Marshal(kit.Get(t, client, widgetPath("v1", name, "a")))
	kit.Must(t, err)
	_, err = client.Do(context.Background(), "PUT", widgetPath("v1", name, "a"), body)
	kit.Must(t, err)
	if got := hidden(kit.Get(t, client, widgetPath("v1beta1", name, "a"))); got != nil {
		t.Errorf("the preferred version keeps %v", got)
	}
}

func TestStorageVersionThatIsNotServed(t *testing.T) {
	define(t, shared(t), "gadget", "gd", version{"v1", false, true, nil}, version{"v2", true, false, nil})
	expectError(t, kit.Run(t, admin(t), "rewrite", "gadgets.example.com", "--yes"),
		"gadgets.example.com is not rewritten: its storage version v1 is not served")
}

// Who may not read the definition cannot know the storage version.
func TestDefinitionThatMayNotBeRead(t *testing.T) {
	name := namespace(t)
	define(t, shared(t), "gizmo", "gz", version{"v1", true, true, []string{"size"}})
	allow(t, "maker", `[{"apiGroups":["example.com"],"resources":["*"],"verbs":["get","list","update"]},
		{"apiGroups":["discovery.k8s.io"],"resources":["endpointslices"],"verbs":["get","list","update"]}]`,
		"/apis/example.com/v1/widgets")
	expectError(t, kit.Run(t, admin(t), "rewrite", "widgets", "-n", name, "--yes", "--as=maker"),
		"widgets.example.com is not rewritten: it has several versions, and only its CustomResourceDefinition tells",
		`User "maker" cannot get resource "customresourcedefinitions"`)
	for _, one := range []string{"gizmos", "endpointslices"} { // one version, and built in
		if result := kit.Run(t, admin(t), "rewrite", one, "-n", name, "--yes", "--as=maker"); result.ExitCode != 0 {
			t.Errorf("%s: exit %d: %s", one, result.ExitCode, result.All())
		}
	}
}

// A failure is told with its resource.
func TestRightsForOneResourceOfTwo(t *testing.T) {
	name := namespace(t)
	allow(t, "half", `[{"apiGroups":[""],"resources":["secrets"],"verbs":["get","list","update"]},
		{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]}]`, "/api/v1/configmaps")
	result := kit.Run(t, admin(t), "rewrite", "secrets,configmaps", "-n", name, "--yes", "-o", "json", "--as=half")
	report := kit.Report(t, result, 1)
	if report.Rewritten != 2 || report.Failed != 2 || len(report.Failures) != 2 {
		t.Fatalf("%+v", report)
	}
	for _, failure := range report.Failures {
		if failure.Resource != "configmaps" || failure.Reason != "Forbidden" {
			t.Errorf("%+v", failure)
		}
	}
	if !strings.Contains(result.Stderr, "error: configmaps "+name+"/a was not rewritten (Forbidden): ") {
		t.Errorf("%s", result.Stderr)
	}
}

// allow gives a user rights and waits until the API server knows of them.
func allow(t *testing.T, user, rules, readable string) {
	t.Helper()
	const group = "rbac.authorization.k8s.io"
	const path = "/apis/" + group + "/v1/"
	client := kit.ClientOf(t, shared(t), current)
	kit.Post(t, client, path+"clusterroles", object{"metadata": metadata(user), "rules": json.RawMessage(rules)})
	kit.Post(t, client, path+"clusterrolebindings", object{"metadata": metadata(user),
		"roleRef":  object{"apiGroup": group, "kind": "ClusterRole", "name": user},
		"subjects": []object{{"apiGroup": group, "kind": "User", "name": user}}})
	kit.Eventually(t, user+" may read", func() bool {
		_, err := client.DoWith(context.Background(), "GET", readable, nil, map[string]string{"Impersonate-User": user})
		return err == nil
	})
}
