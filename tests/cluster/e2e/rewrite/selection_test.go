package rewrite

import (
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// Each case has two namespaces with the same five Secrets, {a} and {b}.
var selections = []struct {
	name string
	args []string
	want []string
}{
	{"namespace", []string{"secrets", "-n", "{a}"},
		[]string{"{a}/basic", "{a}/db-1", "{a}/db-2", "{a}/plain", "{a}/web"}},
	{"label", []string{"secrets", "-n", "{a}", "-l", "app=db"}, []string{"{a}/db-1", "{a}/db-2"}},
	{"label set", []string{"-n", "{b}", "-l", "app in (web),tier!=x"}, []string{"{b}/web"}},
	{"label in all namespaces", []string{"secrets", "-A", "-l", "app=db,run={a}"},
		[]string{"{a}/db-1", "{a}/db-2", "{b}/db-1", "{b}/db-2"}},
	{"all namespaces without -A", []string{"secret", "-l", "run={a}"},
		[]string{"{a}/db-1", "{a}/db-2", "{a}/web", "{b}/db-1", "{b}/db-2", "{b}/web"}},
	{"field: type", []string{"secrets", "-n", "{b}", "--field-selector", "type=kubernetes.io/basic-auth"},
		[]string{"{b}/basic"}},
	{"field: name", []string{"secrets", "-n", "{a}", "--field-selector=metadata.name!=plain,type=Opaque"},
		[]string{"{a}/db-1", "{a}/db-2", "{a}/web"}},
	{"type/name", []string{"secret/plain", "-n", "{a}"}, []string{"{a}/plain"}},
	{"type name name", []string{"secrets", "web", "basic", "-n", "{b}"}, []string{"{b}/basic", "{b}/web"}},
	{"type/name type/name", []string{"secret/db-1", "secrets/web", "secret/db-1", "-n", "{a}"},
		[]string{"{a}/db-1", "{a}/web"}},
}

func TestOnlyWhatIsSelectedIsWritten(t *testing.T) {
	for _, test := range selections {
		t.Run(test.name, func(t *testing.T) {
			a, b := freshPrefix(), freshPrefix()
			for _, namespace := range []string{a, b} {
				createVariety(t, namespace, a)
			}
			want := withNamespaces(test.want, harness.SecretsPrefix, a, b)
			checkSelection(t, withNamespaces(test.args, "", a, b), want)
		})
	}
}

func checkSelection(t *testing.T, args, want []string) {
	before := secretsIn(t, shared(t), "")
	args = append([]string{"rewrite", "--yes", "-o", "json"}, args...)
	result := report(t, run(t, plugin.Run{Kubeconfig: admin(t), Args: args}), 0)
	after := secretsIn(t, shared(t), "")
	if got := written(before, after); !slices.Equal(got, want) {
		t.Errorf("%q wrote %q, want %q", args, got, want)
	}
	for _, key := range want {
		if got := harness.Classify(after[key].Value).String(); got != newKey {
			t.Errorf("%s is stored under %s", key, got)
		}
	}
	if result.Total != len(want) || result.Rewritten != len(want) {
		t.Errorf("report: %+v", result)
	}
}

// createVariety makes Secrets with labels and without, of two types.
func createVariety(t *testing.T, namespace, run string) {
	t.Helper()
	makeNamespace(t, namespace)
	labelled := func(app string) map[string]string { return map[string]string{"app": app, "run": run} }
	for name, labels := range map[string]map[string]string{
		"db-1": labelled("db"), "db-2": labelled("db"), "web": labelled("web"), "plain": nil} {
		create(t, harness.Secret{
			Metadata: harness.Metadata{Namespace: namespace, Name: name, Labels: labels},
			Type:     "Opaque", Data: map[string][]byte{"value": []byte(name)}})
	}
	create(t, harness.Secret{
		Metadata: harness.Metadata{Namespace: namespace, Name: "basic"},
		Type:     "kubernetes.io/basic-auth",
		Data:     map[string][]byte{"username": []byte("user"), "password": []byte("pass")}})
}

func withNamespaces(words []string, prefix, a, b string) []string {
	names := strings.NewReplacer("{a}", a, "{b}", b)
	var result []string
	for _, word := range words {
		result = append(result, prefix+names.Replace(word))
	}
	return result
}

// A name that is not there is most likely a typing error: nothing is written
// for it, and it does not pass as done.
func TestNameThatDoesNotExist(t *testing.T) {
	namespace := stale(t, 2)
	result := rewrite(t, admin(t), namespace, "plain-000000", "no-such")
	got := report(t, result, 1)
	if got.Rewritten != 1 || got.Failed != 1 || got.Failures[0].Reason != "NotFound" {
		t.Errorf("report: %+v", got)
	}
	expectComplaint(t, result, namespace+"/no-such", "NotFound")
	expectStored(t, namespace, map[string]int{newKey: 1, oldKey: 1})
}

func TestNothingSelected(t *testing.T) {
	namespace := stale(t, 2)
	result := rewrite(t, admin(t), namespace, "-l", "no=such")
	if got := report(t, result, 0); got.Total != 0 {
		t.Errorf("report: %+v", got)
	}
	if result.Stderr != "" { // as with kubectl, where the output is a document
		t.Errorf("stderr: %q", result.Stderr)
	}
	expectStored(t, namespace, map[string]int{oldKey: 2})
}
