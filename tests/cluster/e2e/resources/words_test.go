package resources

import (
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

var oneResource = []struct {
	words string
	want  []string
}{
	{"configmaps", []string{"configmaps"}},
	{"cm", []string{"configmaps"}},
	{"ConfigMap", []string{"configmaps"}},
	{"configmaps.v1.", []string{"configmaps"}},
	{"configmap a", []string{"configmaps/a"}},
	{"cm b a", []string{"configmaps"}},
	{"cm/b", []string{"configmaps/b"}},
	{"cm/b configmaps/a", []string{"configmaps"}},
	{"secrets b", []string{"secrets/b"}},
	{"deployments.apps", []string{"deployments"}},
	{"Deployment.v1.apps", []string{"deployments"}},
	{"deploy/a", []string{"deployments/a"}},
	{"events", []string{"events"}},
	{"events.events.k8s.io", []string{"events"}},
	{"wd", []string{"widgets"}},
	{"widgets.v1.example.com b", []string{"widgets/b"}},
}

func TestOneResource(t *testing.T) {
	for _, test := range oneResource {
		t.Run(test.words, func(t *testing.T) {
			name := namespace(t)
			checkWritten(t, name, keys(name, test.want...), strings.Fields(test.words)...)
		})
	}
}

func TestSeveralResources(t *testing.T) {
	for _, test := range []struct {
		words string
		want  []string
	}{
		{"secrets configmaps deployments.apps widgets.example.com", []string{"secrets", "configmaps", "deployments", "widgets"}},
		{"secrets,cm,wd", []string{"secrets", "configmaps", "widgets"}},
		{"secrets,cm b", []string{"secrets/b", "configmaps/b"}},
		{"secret/a cm/b deploy/a secrets/a", []string{"secrets/a", "configmaps/b", "deployments/a"}},
		{"events,events.events.k8s.io,cm", []string{"events", "configmaps"}},
	} {
		t.Run(test.words, func(t *testing.T) {
			name := namespace(t)
			checkWritten(t, name, keys(name, test.want...), strings.Fields(test.words)...)
		})
	}
}

// Without -n a resource that is in no namespace stands beside others.
func TestClusterScopedResource(t *testing.T) {
	namespace(t)
	kit.Report(t, kit.Run(t, admin(t), "rewrite", "clusterroles", "--yes", "-o", "json"), 0)
	stored := kit.Stored(t, shared(t), "/registry/clusterroles/")
	if len(stored) == 0 || len(kit.Under(stored, newKey)) != len(stored) {
		t.Errorf("%d of %d under the new key", len(kit.Under(stored, newKey)), len(stored))
	}
	name := namespace(t)
	expectError(t, kit.Run(t, admin(t), "rewrite", "clusterroles", "-n", name, "--yes"),
		"clusterroles.rbac.authorization.k8s.io are not in a namespace: leave out --namespace")
}

func TestWordsThatMeanNothing(t *testing.T) {
	namespace(t)
	for _, test := range []struct{ words, want string }{
		{"foos", `error: the server doesn't have a resource type "foos"; "kubectl api-resources --verbs=list,update" shows`},
		{"secrets,foos.apps", `the server doesn't have a resource type "foos" in group "apps"; `},
		{"componentstatuses", "componentstatuses cannot be rewritten: the server does not offer to list and update them"},
		{"tokenreviews.authentication.k8s.io", "cannot be rewritten"},
		{"secrets a configmaps", `"configmaps" is a resource type and "a" is not: write TYPE,TYPE`},
		{"--all-resources secrets", "--all-resources says what to rewrite"},
		{"--all-resources --config=x", "give one of them"},
		{"--config=/dev/null/x", "open /dev/null/x: not a directory"},
	} {
		args := append([]string{"rewrite", "--yes"}, strings.Fields(test.words)...)
		expectError(t, kit.Run(t, admin(t), args...), test.want)
	}
}
