package status

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// mixedNamespaces are two namespaces with something of every kind: current,
// stale and plaintext in the first, only current ones in the second.
func mixedNamespaces(t *testing.T, cluster *harness.Cluster, name string) (mixed, current string) {
	t.Helper()
	mixed = seed(t, cluster.Servers[0], name+"-mixed", 10)
	plant(t, cluster, mixed, append(repeat(plain, 2), repeat(key1, 3)...)...)
	return mixed, seed(t, cluster.Servers[0], name+"-current", 3)
}

// Programs rely on these names: the document as it is, not as a Go type reads it.
func TestDocument(t *testing.T) {
	cluster := sharedCluster(t)
	mixed, _ := mixedNamespaces(t, cluster, "document")
	args := []string{"status", "-n", mixed, "--config", cluster.Servers[0].ConfigPath(), "-o"}
	asJSON := kubectlEncrypt(t, cluster.Kubeconfig(harness.Admin, 0), append(args, "json")...)
	var document map[string]any
	must(t, json.Unmarshal([]byte(asJSON.Stdout), &document))
	row := map[string]any{
		"namespace": mixed, "resource": "secrets", "total": 10.0, "current": 5.0, "stale": 3.0, "plaintext": 2.0,
		"unknown": 0.0, "exact": true, "notes": []any{},
		"keys": []any{
			map[string]any{"provider": "identity", "key": "", "count": 2.0},
			map[string]any{"provider": "aescbc", "key": "key1", "count": 3.0},
			map[string]any{"provider": "aescbc", "key": "key2", "count": 5.0},
		},
	}
	total := map[string]any{}
	for name, value := range row {
		total[name] = value
	}
	total["namespace"] = ""
	want := map[string]any{
		"apiVersion": "kubectl-encrypt/v1", "kind": "CoverageReport", "evidence": "census",
		"writeKey": map[string]any{"provider": "aescbc", "key": "key2"}, "writeKeyBasis": document["writeKeyBasis"],
		"namespaces": []any{row}, "total": total, "apiServersAgree": document["apiServersAgree"],
		"apiServers": document["apiServers"],
	}
	if !reflect.DeepEqual(document, want) {
		t.Errorf("got  %v\nwant %v", document, want)
	}
	asYAML := kubectlEncrypt(t, cluster.Kubeconfig(harness.Admin, 0), append(args, "yaml")...)
	var same map[string]any
	must(t, yaml.Unmarshal([]byte(asYAML.Stdout), &same))
	if !reflect.DeepEqual(document, same) {
		t.Errorf("as YAML %v\nas JSON %v", same, document)
	}
	withoutKey := kubectlEncrypt(t, cluster.Kubeconfig(harness.Admin, 0), "status", "-o", "json", "-n", mixed, "--config",
		configFile(t, harness.Encryption(harness.Identity())))
	if !strings.Contains(withoutKey.Stdout, "\n    \"writeKey\": null,\n") {
		t.Errorf("%s", withoutKey.Stdout)
	}
}

func TestTable(t *testing.T) {
	cluster := sharedCluster(t)
	mixed, current := mixedNamespaces(t, cluster, "table")
	run := func(args ...string) string {
		args = append([]string{"status", "--config", cluster.Servers[0].ConfigPath()}, args...)
		result := kubectlEncrypt(t, cluster.Kubeconfig(harness.Admin, 0), args...)
		if result.ExitCode != 0 || quiet(result.Stderr) != "" {
			t.Errorf("exit %d, stderr %q", result.ExitCode, result.Stderr)
		}
		return result.Stdout
	}
	spaces := regexp.MustCompile(" +")
	lines := strings.Split(spaces.ReplaceAllString(run("-n", mixed), " "), "\n")
	for i, want := range []string{
		"NAMESPACE SECRETS CURRENT STALE PLAINTEXT UNKNOWN COVERAGE", mixed + " 10 5 3 2 0 50%", "TOTAL 10 5 3 2 0 50%", "",
	} {
		if lines[i] != want {
			t.Errorf("line %d is %q, want %q", i, lines[i], want)
		}
	}
	if !strings.HasPrefix(lines[4], "Write key: aescbc/key2 (") {
		t.Errorf("%q", lines[4])
	}
	if full := run("-n", current); !regexp.MustCompile(`(?m)^table-current-000 +3 +3 +0 +0 +0 +100%$`).MatchString(full) {
		t.Errorf("%s", full)
	}
	if wide := run("-n", mixed, "-o", "wide"); !strings.Contains(wide, "COVERAGE   KEYS\n") ||
		!strings.Contains(wide, "identity=2, aescbc/key1=3, aescbc/key2=5\n") {
		t.Errorf("%s", wide)
	}
	if bare := run("-n", mixed, "--no-headers"); strings.Contains(bare, "NAMESPACE") {
		t.Errorf("%s", bare)
	}
}

func TestBy(t *testing.T) {
	cluster := sharedCluster(t)
	mixed, _ := mixedNamespaces(t, cluster, "by")
	run := func(args ...string) string {
		args = append([]string{"status", "-n", mixed, "--config", cluster.Servers[0].ConfigPath()}, args...)
		result := kubectlEncrypt(t, cluster.Kubeconfig(harness.Admin, 0), args...)
		if result.ExitCode != 0 || quiet(result.Stderr) != "" {
			t.Errorf("%v: exit %d, stderr %q", args, result.ExitCode, result.Stderr)
		}
		return result.Stdout
	}
	table, _, _ := strings.Cut(run("--by=key"), "\n\n")
	want := "KEY           SECRETS   STATE       NAMESPACES\nidentity      2         plaintext   1\n" +
		"aescbc/key1   3         stale       1\naescbc/key2   5         current     1\nTOTAL         10                    1"
	if table != want {
		t.Errorf("got\n%s\nwant\n%s", table, want)
	}
	table, _, _ = strings.Cut(run("--by=resource"), "\n\n")
	if !regexp.MustCompile(`^RESOURCE +SECRETS +CURRENT .*\nsecrets +10 +5 +3 +2 +0 +50%\nTOTAL +10 `).MatchString(table) {
		t.Errorf("%s", table)
	}
	var usual, byKey map[string]any
	must(t, json.Unmarshal([]byte(run("-o", "json")), &usual))
	must(t, json.Unmarshal([]byte(run("-o", "json", "--by=key")), &byKey))
	row := map[string]any{"provider": "aescbc", "key": "key1", "count": 3.0, "exact": true, "states": []any{"stale"}, "current": 0.0,
		"stale": 3.0, "plaintext": 0.0, "unknown": 0.0, "namespaces": 1.0, "resources": []any{"secrets"}}
	if rows, _ := byKey["rows"].([]any); len(rows) != 3 || !reflect.DeepEqual(rows[1], row) || byKey["by"] != "key" {
		t.Errorf("by %v, rows %v", byKey["by"], byKey["rows"])
	}
	for _, part := range []string{"namespaces", "total"} {
		if !reflect.DeepEqual(usual[part], byKey[part]) {
			t.Errorf("%s are %v with --by, %v without", part, byKey[part], usual[part])
		}
	}
}

// Exit code 2 exactly if something of what is watched for was found.
func TestFailOn(t *testing.T) {
	cluster := sharedCluster(t)
	mixed, current := mixedNamespaces(t, cluster, "failon")
	known, unknown := cluster.Servers[0].ConfigPath(), cluster.Servers[1].ConfigPath()
	for _, one := range []struct {
		namespace, failOn, config string
		want                      int
	}{
		{mixed, "plaintext", known, 2},
		{mixed, "stale", known, 2},
		{mixed, "unknown", known, 0},
		{mixed, "unknown,stale", known, 2},
		{mixed, "none", known, 0},
		{mixed, "", known, 0},
		{current, "plaintext", known, 0},
		{current, "stale", known, 0},
		{current, "plaintext,stale,unknown", known, 0},
		{current, "unknown", unknown, 2},
		{current, "stale", unknown, 0},
		{mixed, "plaintext", unknown, 2},
		{"no-such-namespace", "plaintext,stale,unknown", known, 0},
		{mixed, "everything", known, 1},
	} {
		args := []string{"status", "-n", one.namespace, "--config", one.config, "--fail-on=" + one.failOn}
		result := run(t, plugin.Run{Kubeconfig: cluster.Kubeconfig(harness.Admin, 0), Args: args, Bare: true})
		if result.ExitCode != one.want {
			t.Errorf("%+v: exit %d\n%s", one, result.ExitCode, result.All())
		}
	}
}

func TestNothingFound(t *testing.T) {
	cluster := sharedCluster(t)
	kubeconfig := cluster.Kubeconfig(harness.Admin, 0)
	result := kubectlEncrypt(t, kubeconfig, "status", "-n", "no-such-namespace")
	if result.ExitCode != 0 || result.Stdout != "" || result.Stderr != "No resources found in no-such-namespace namespace.\n" {
		t.Errorf("exit %d, stdout %q, stderr %q", result.ExitCode, result.Stdout, result.Stderr)
	}
	result = kubectlEncrypt(t, kubeconfig, "status", "-l", "example.com/none=here", "-o", "json")
	report := decode(t, result)
	if result.ExitCode != 0 || result.Stderr != "No resources found\n" || len(report.Namespaces) != 0 || report.Total.Total != 0 {
		t.Errorf("exit %d, stderr %q, %+v", result.ExitCode, result.Stderr, report)
	}
	var empty plugin.Counts
	if empty.Resource, empty.Exact = "secrets", true; !equalCounts(report.Total, empty) {
		t.Errorf("%+v", report.Total)
	}
}
