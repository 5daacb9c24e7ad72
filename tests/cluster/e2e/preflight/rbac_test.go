package preflight

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const secretsOfUsers = 5

// clusterRole is one of docs/rbac.md.
type clusterRole struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Rules      []rule         `json:"rules"`
}

type rule struct {
	APIGroups       []string `json:"apiGroups,omitempty"`
	Resources       []string `json:"resources,omitempty"`
	ResourceNames   []string `json:"resourceNames,omitempty"`
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
	Verbs           []string `json:"verbs"`
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// documentedRoles are all roles that the documentation tells people to use, by name.
func documentedRoles(t *testing.T) map[string]clusterRole {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(file), "..", "..", "..", "..", "docs", "rbac.md"))
	must(t, err)
	roles := map[string]clusterRole{}
	for _, block := range yamlBlock.FindAllSubmatch(text, -1) {
		var role clusterRole
		must(t, yaml.UnmarshalStrict(block[1], &role))
		roles[role.Metadata["name"].(string)] = role
	}
	return roles
}

// without returns the role without one verb of one rule.
func (r clusterRole) without(index int, verb string) clusterRole {
	r.Rules = slices.Clone(r.Rules)
	verbs := slices.DeleteFunc(slices.Clone(r.Rules[index].Verbs), func(one string) bool { return one == verb })
	if len(verbs) == 0 {
		r.Rules = slices.Delete(r.Rules, index, index+1)
	} else {
		r.Rules[index].Verbs = verbs
	}
	return r
}

// grant makes a user who has this role and no other.
func grant(t *testing.T, cluster *harness.Cluster, user string, role clusterRole) {
	t.Helper()
	const path = "/apis/rbac.authorization.k8s.io/v1/"
	role.Metadata = map[string]any{"name": user}
	post(t, cluster, path+"clusterroles", role)
	post(t, cluster, path+"clusterrolebindings", map[string]any{
		"apiVersion": role.APIVersion, "kind": "ClusterRoleBinding", "metadata": role.Metadata,
		"roleRef":  map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": user},
		"subjects": []any{map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}}})
	waitForRights(t, cluster, user, role.Rules[len(role.Rules)-1])
}

// waitForRights: every API server takes new bindings from a watch.
func waitForRights(t *testing.T, cluster *harness.Cluster, user string, last rule) {
	t.Helper()
	spec := map[string]any{"user": user}
	if len(last.NonResourceURLs) > 0 {
		spec["nonResourceAttributes"] = map[string]any{"path": last.NonResourceURLs[0], "verb": last.Verbs[0]}
	} else {
		spec["resourceAttributes"] = map[string]any{"group": last.APIGroups[0], "resource": last.Resources[0], "verb": last.Verbs[0]}
	}
	review, err := json.Marshal(map[string]any{"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec})
	must(t, err)
	for i := range cluster.Servers {
		eventually(t, fmt.Sprintf("rights of %s at server %d", user, i), func() bool {
			reply, err := clientOf(t, cluster, i).Do(context.Background(), "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
			must(t, err)
			var answer struct{ Status struct{ Allowed bool } }
			must(t, json.Unmarshal(reply, &answer))
			return answer.Status.Allowed
		})
	}
}

// Progress, and what the API server says of types that it has no longer use for.
var progressLine = regexp.MustCompile(`(?m)^(Rewriting|Reading|Warning: .* is deprecated) .*\n`)

// complaint says what a run was not able to do or to find out; "" if all was well.
func complaint(t *testing.T, result plugin.Result) string {
	t.Helper()
	if rest := progressLine.ReplaceAllString(result.Stderr, ""); result.ExitCode != 0 || rest != "" {
		return fmt.Sprintf("exit %d: %s", result.ExitCode, rest)
	}
	var report struct {
		Kind            string
		APIServersAgree bool
		Total           json.RawMessage
		Unknown         int // of doctor
	}
	must(t, json.Unmarshal([]byte(result.Stdout), &report))
	if report.Kind == "DoctorReport" && report.Unknown > 0 {
		return result.Stdout
	}
	if report.Kind != "CoverageReport" {
		return ""
	}
	var total plugin.Counts
	must(t, json.Unmarshal(report.Total, &total))
	if !report.APIServersAgree || !total.Exact || total.Unknown > 0 {
		return result.Stdout
	}
	return ""
}

// What needs a role, as it is called by somebody who has it. {config} is the configuration file of the API servers.
var usesOfRoles = map[string][][]string{
	"kubectl-encrypt-status":           {{"status", "--config", "{config}"}},
	"kubectl-encrypt-doctor":           {{"doctor", "--config", "{config}", "--fail-on=none"}},
	"kubectl-encrypt-status-all":       {{"status", "secrets", "leases.coordination.k8s.io", "widgets.example.com"}},
	"kubectl-encrypt-rewrite":          {{"rewrite", "secrets", "--yes"}, {"rewrite", "secrets", "planted-000000", "-n", "seed-000", "--yes"}},
	"kubectl-encrypt-rewrite-by-patch": {{"rewrite", "secrets", "--yes", "--strategy=patch"}, {"rewrite", "secrets", "planted-000000", "-n", "seed-000", "--yes", "--strategy=patch"}},
	"kubectl-encrypt-rewrite-all":      {{"rewrite", "--all-resources", "--yes"}},
	"kubectl-encrypt-migrate":          {{"rewrite", "secrets", "--yes", byCluster}},
}

func callAs(t *testing.T, cluster *harness.Cluster, user string, args []string) string {
	t.Helper()
	args = append(slices.Clone(args), "-o", "json", "--as", user)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "{config}", cluster.Servers[0].ConfigPath())
	}
	return complaint(t, run(t, cluster, args...))
}

// twoServers have the addresses of both, so that all of the checks have something to look at.
func twoServers(t *testing.T) *harness.Cluster {
	t.Helper()
	cluster := startCluster(t, harness.ServerOptions{Hostname: "node-a", Encryption: writesNew},
		harness.ServerOptions{Hostname: "node-b", Encryption: writesNew})
	kit.PublishAddresses(t, cluster)
	seed(t, cluster, secretsOfUsers)
	return cluster
}

// Whoever has the role that the documentation names gets everything done, without a word about what was missing; and
// without any one of its verbs something is missing.
func TestDocumentedRoles(t *testing.T) {
	cluster := twoServers(t)
	roles := documentedRoles(t)
	if len(roles) != len(usesOfRoles) {
		t.Fatalf("%d roles in the documentation, %d in the test", len(roles), len(usesOfRoles))
	}
	for _, name := range []string{"kubectl-encrypt-status", "kubectl-encrypt-doctor", "kubectl-encrypt-rewrite", "kubectl-encrypt-rewrite-by-patch"} {
		role := roles[name]
		grant(t, cluster, name, role)
		for _, args := range usesOfRoles[name] {
			if got := callAs(t, cluster, name, args); got != "" {
				t.Errorf("%s is not enough for %q: %s", name, args, got)
			}
		}
		for index, rule := range role.Rules {
			for _, verb := range rule.Verbs {
				user := fmt.Sprintf("%s-without-%d-%s", name, index, verb)
				grant(t, cluster, user, role.without(index, verb))
				if !missesSomething(t, cluster, user, usesOfRoles[name]) {
					t.Errorf("%s of %v%v is in %s, and nothing is missing without it", verb, rule.Resources, rule.NonResourceURLs, name)
				}
			}
		}
	}
}

func missesSomething(t *testing.T, cluster *harness.Cluster, user string, uses [][]string) bool {
	t.Helper()
	return slices.ContainsFunc(uses, func(args []string) bool { return callAs(t, cluster, user, args) != "" })
}

// The roles for whatever there is, on a cluster with a custom resource.
func TestDocumentedRolesForAllResources(t *testing.T) {
	cluster := twoServers(t)
	defineWidgets(t, cluster)
	roles := documentedRoles(t)
	for _, name := range []string{"kubectl-encrypt-status-all", "kubectl-encrypt-rewrite-all"} {
		grant(t, cluster, name, roles[name])
		for _, args := range usesOfRoles[name] {
			if got := callAs(t, cluster, name, args); got != "" {
				t.Errorf("%s is not enough for %q: %s", name, args, got)
			}
		}
	}
}

func defineWidgets(t *testing.T, cluster *harness.Cluster) {
	t.Helper()
	post(t, cluster, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", json.RawMessage(`{
		"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.com"},
		"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"widgets","singular":"widget","kind":"Widget"},
		"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
			"x-kubernetes-preserve-unknown-fields":true}}}]}}`))
	const path = "/apis/example.com/v1/namespaces/default/widgets"
	for i := range cluster.Servers {
		eventually(t, "widgets are served", func() bool {
			_, err := clientOf(t, cluster, i).Do(context.Background(), "GET", path, nil)
			return err == nil
		})
	}
	post(t, cluster, path, map[string]any{"apiVersion": "example.com/v1", "kind": "Widget", "metadata": map[string]any{"name": "one"}})
}

func TestDocumentedRoleForMigration(t *testing.T) {
	const name = "kubectl-encrypt-migrate"
	cluster := twoServers(t)
	controllers(t, cluster)
	grant(t, cluster, name, documentedRoles(t)[name])
	result := run(t, cluster, append(slices.Clone(usesOfRoles[name][0]), "-o", "json", "--as", name)...)
	if report := decode(t, result); result.ExitCode != 0 || len(report.Migrations) != 1 || report.Migrations[0].State != "succeeded" {
		t.Errorf("exit %d: %s", result.ExitCode, result.All())
	}
	if strings.Contains(result.Stderr, "could not") || strings.Contains(result.Stderr, "orbidden") {
		t.Errorf("something is missing: %s", result.Stderr)
	}
	expectStored(t, cluster, map[string]int{newKey: secretsOfUsers})
}
