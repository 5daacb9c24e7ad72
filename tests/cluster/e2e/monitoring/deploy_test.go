package monitoring

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	plain, encrypted = 4, 2
	canary           = "canary-4713-value"
)

// TestRules: Prometheus takes the rules, and they alert when they should.
func TestRules(t *testing.T) {
	t.Parallel()
	promtool(t, nil, "check", "rules", kit.DeployFile("prometheus", "rules.yaml"))
	promtool(t, nil, "test", "rules", kit.DeployFile("prometheus", "rules_test.yaml"))
	alerts := regexp.MustCompile(`(?m)^  - alert: (\S+)`).FindAllStringSubmatch(read(t, kit.DeployFile("prometheus", "rules.yaml")), -1)
	tests := read(t, kit.DeployFile("prometheus", "rules_test.yaml"))
	for _, alert := range alerts {
		if !regexp.MustCompile(`alertname: ` + alert[1] + `\n\s+exp_alerts:\n`).MatchString(tests) {
			t.Errorf("no test in which %s fires", alert[1])
		}
	}
	if len(alerts) < 5 {
		t.Errorf("%q", alerts)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	kit.Must(t, err)
	return string(text)
}

// progress is what a slow run says in between.
var progress = regexp.MustCompile(`(?m)^Reading secrets: .*\n`)

// TestCronJob applies the manifests, and does what the CronJob would, with the token and so the rights of its account.
func TestCronJob(t *testing.T) {
	t.Parallel()
	cluster := halfEncrypted(t)
	admin := cluster.Kubeconfig(harness.Admin, 0)
	kubectl(t, admin, "apply", "--validate=strict", "-f", kit.DeployFile("kubernetes", "status.yaml"))
	job, command, mounted := kit.StatusCronJob(t)
	account := job.Spec.JobTemplate.Spec.Template.Spec.ServiceAccountName
	token := kubectl(t, admin, "create", "token", account, "--namespace", job.Metadata.Namespace)
	config := serviceAccountConfig(t, cluster, token)
	checkRights(t, config)

	directory := t.TempDir()
	for i := range command {
		command[i] = strings.Replace(command[i], mounted, directory, 1)
	}
	result, err := plugin.Do(plugin.Run{Kubeconfig: config, Args: command[1:], Bare: true})
	kit.Must(t, err)
	warnings := progress.ReplaceAllString(result.Stderr, "")
	if result.ExitCode != 0 || result.Stdout != "" || warnings != "" {
		t.Fatalf("exit %d\n%s", result.ExitCode, result.All())
	}
	metrics := read(t, filepath.Join(directory, "kubectl_encrypt.prom"))
	if complaints := promtool(t, strings.NewReader(metrics), "check", "metrics"); complaints != "" {
		t.Errorf("promtool: %s", complaints)
	}
	checkFigures(t, metrics)
	for _, secret := range []string{token, canary, base64.StdEncoding.EncodeToString([]byte(canary)),
		base64.StdEncoding.EncodeToString(harness.NewKey("key1").Secret)} {
		if strings.Contains(metrics, secret) {
			t.Error("the metrics show a secret")
		}
	}
	checkNames(t, metrics)
	exported := nodeExporter(t, directory)
	if !strings.Contains(exported, "node_textfile_scrape_error 0\n") {
		t.Errorf("node_exporter does not take the file\n%.3000s", exported)
	}
	checkFigures(t, sortedLabels(exported))
}

// halfEncrypted is a cluster where encryption was turned on, and nothing was rewritten.
func halfEncrypted(t *testing.T) *harness.Cluster {
	t.Helper()
	cluster := kit.Start(t, harness.Options{})
	kit.Must(t, cluster.Seed(plain, 1, harness.Plain))
	kit.Must(t, cluster.Servers[0].Restart(harness.Encryption(harness.AESCBC("key1"), harness.Identity())))
	for i := range encrypted {
		kit.Post(t, kit.ClientOf(t, cluster, 0), "/api/v1/namespaces/default/secrets", map[string]any{
			"metadata": map[string]any{"name": fmt.Sprintf("s%d", i)}, "stringData": map[string]string{"password": canary}})
	}
	return cluster
}

// checkRights: what the account needs, once the API server knows, and nothing that changes anything.
func checkRights(t *testing.T, config string) {
	t.Helper()
	client, err := harness.NewClient(config)
	kit.Must(t, err)
	for _, path := range []string{"/api/v1/secrets", "/metrics", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases",
		"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"} {
		kit.Eventually(t, "the account may get "+path, func() bool {
			_, err := client.Do(context.Background(), "GET", path, nil)
			return err == nil
		})
	}
	for _, path := range []string{"/api/v1/pods", "/api/v1/configmaps", "/apis/coordination.k8s.io/v1/leases", "/api/v1/nodes"} {
		if _, err := client.Do(context.Background(), "GET", path, nil); err == nil {
			t.Errorf("the account may get %s", path)
		}
	}
	body := []byte(`{"metadata":{"name":"mine"}}`)
	if _, err := client.Do(context.Background(), "POST", "/api/v1/namespaces/default/secrets", body); err == nil {
		t.Error("the account may create Secrets")
	}
}

func checkFigures(t *testing.T, metrics string) {
	t.Helper()
	for _, line := range []string{
		fmt.Sprintf(`kubectl_encrypt_status_objects{resource="secrets",object_namespace="seed-000",state="plaintext"} %d`, plain),
		fmt.Sprintf(`kubectl_encrypt_status_objects{resource="secrets",object_namespace="default",state="current"} %d`, encrypted),
		`kubectl_encrypt_status_objects{resource="secrets",object_namespace="default",state="unknown"} 0`,
		`kubectl_encrypt_status_write_key{resource="secrets",provider="aescbc",key="key1",key_id_hash=""} 1`,
		`kubectl_encrypt_status_api_servers_agree 1`,
		`kubectl_encrypt_status_exact 1`,
	} {
		if !strings.Contains("\n"+metrics, "\n"+line+"\n") {
			t.Errorf("no line %s in\n%.3000s", line, metrics)
		}
	}
}

// sortedLabels undoes that node_exporter sorts labels: ours come in the order of checkFigures.
func sortedLabels(text string) string {
	order := []string{"resource", "object_namespace", "state", "provider", "key", "key_id_hash"}
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllStringFunc(text, func(all string) string {
		labels := strings.Split(strings.Trim(all, "{}"), ",")
		place := func(label string) int { name, _, _ := strings.Cut(label, "="); return slices.Index(order, name) }
		slices.SortStableFunc(labels, func(a, b string) int { return place(a) - place(b) })
		return "{" + strings.Join(labels, ",") + "}"
	})
}

var ourMetric = regexp.MustCompile(`kubectl_encrypt_[a-z_]+`)

// checkNames: rules, dashboard and documentation know the metrics that there are, and no others.
func checkNames(t *testing.T, metrics string) {
	t.Helper()
	var emitted []string
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (\S+) gauge$`).FindAllStringSubmatch(metrics, -1) {
		emitted = append(emitted, found[1])
	}
	if len(emitted) < 9 {
		t.Errorf("%q", emitted)
	}
	manual := read(t, kit.DeployFile("..", "docs", "monitoring.md"))
	for _, name := range emitted {
		if !strings.Contains(manual, "`"+name+"`") {
			t.Errorf("docs/monitoring.md does not name %s", name)
		}
	}
	queries := dashboardQueries(t)
	for _, query := range append(queries, read(t, kit.DeployFile("prometheus", "rules.yaml"))) {
		for _, name := range ourMetric.FindAllString(query, -1) {
			if !slices.Contains(emitted, name) {
				t.Errorf("there is no metric %s", name)
			}
		}
	}
	promtool(t, nil, "check", "rules", rulesOf(t, queries))
}

// dashboardQueries are all that the dashboard asks.
func dashboardQueries(t *testing.T) (queries []string) {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	kit.Must(t, json.Unmarshal([]byte(read(t, kit.DeployFile("prometheus", "dashboard.json"))), &dashboard))
	recorded := regexp.MustCompile(`record: (\S+)`).FindStringSubmatch(read(t, kit.DeployFile("prometheus", "rules.yaml")))[1]
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			query := strings.ReplaceAll(target.Expr, recorded, "kubectl_encrypt_status_objects")
			if query == "" || !strings.Contains(query, "kubectl_encrypt_status_") || strings.Contains(query, "kubectl_encrypt:") {
				t.Errorf("%s: %q", panel.Title, target.Expr)
			}
			queries = append(queries, query)
		}
	}
	if len(queries) < 10 {
		t.Errorf("%q", queries)
	}
	return queries
}

// rulesOf makes rules of queries, so that promtool says whether they are some.
func rulesOf(t *testing.T, queries []string) string {
	t.Helper()
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for i, query := range queries {
		rules = append(rules, rule{fmt.Sprintf("query_%d", i), query})
	}
	text, err := json.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	kit.Must(t, err)
	path := filepath.Join(t.TempDir(), "queries.yaml")
	kit.Must(t, os.WriteFile(path, text, 0o600))
	return path
}
