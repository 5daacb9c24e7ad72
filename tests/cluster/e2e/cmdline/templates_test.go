package cmdline

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// report is a document that the plugin prints again and again alike: what is in a
// snapshot of etcd.
type report struct {
	flags []string // to have it printed, but for -o
	text  string   // in JSON
}

func takeReport(t *testing.T, flags ...string) report {
	t.Helper()
	cluster := sharedCluster(t)
	path := filepath.Join(t.TempDir(), "snapshot.db")
	file, err := os.Create(path)
	kit.Must(t, err)
	kit.Must(t, cluster.Store().Snapshot(file))
	kit.Must(t, file.Close())
	one := report{flags: append([]string{"status", "--snapshot", path}, flags...)}
	result := world{}.plugin(t, append(one.flags, "-o", "json")...)
	if result.ExitCode != 0 {
		t.Fatal(result.All())
	}
	one.text = result.Stdout
	return one
}

func (r report) decode(t *testing.T) (document object) {
	t.Helper()
	kit.Must(t, json.Unmarshal([]byte(r.text), &document))
	return document
}

// serve lets kubectl get the document, and a list of the objects below one of its
// keys.
func (r report) serve(t *testing.T, rows string) world {
	t.Helper()
	server := startRecorder(t)
	document := r.decode(t)
	items, _ := document[rows].([]any)
	server.documents["/apis/kubectl-encrypt/v1/documents/report"] = json.RawMessage(r.text)
	server.documents["/apis/kubectl-encrypt/v1/documents"] = object{"apiVersion": "kubectl-encrypt/v1", "kind": "DocumentList",
		"metadata": object{}, "items": items}
	return world{kubeconfig: server.kubeconfig(t)}
}

// The same expression, by kubectl on the document it gets from a server, and by
// the plugin on the document it has made.
func (r report) compare(t *testing.T, w world, arguments ...string) {
	t.Helper()
	theirs := w.kubectl(t, append([]string{"get", "documents", "report"}, arguments...)...)
	ours := world{}.plugin(t, append(r.flags, arguments...)...)
	compareOutputs(t, arguments, ours, theirs)
}

func compareOutputs(t *testing.T, arguments []string, ours, theirs plugin.Result) {
	t.Helper()
	if ours.Stdout != theirs.Stdout || ours.ExitCode != theirs.ExitCode {
		t.Errorf("%q:\n ours   exit %d %q %q\n kubectl exit %d %q %q", arguments, ours.ExitCode, ours.Stdout, ours.Stderr,
			theirs.ExitCode, theirs.Stdout, theirs.Stderr)
	}
	if reason(ours.Stderr) != reason(theirs.Stderr) {
		t.Errorf("%q:\n ours    %q\n kubectl %q", arguments, ours.Stderr, theirs.Stderr)
	}
}

// reason is an error without what kubectl adds for debugging: the template once
// more and the whole document, in Go's syntax.
func reason(stderr string) string {
	stderr = strings.Replace(stderr, ": Error executing template: ", ": ", 1)
	before, _, _ := strings.Cut(stderr, ". Printing more information for debugging the template:")
	return strings.TrimSpace(withoutLog(before))
}

var expressions = []string{
	`{.kind}`, `{ .kind }`, `{@.kind}`, `{$.kind}`, `{['kind']}`, `kind: {.kind}`, `plain text`, `{.kind}{"\n"}`, `{.missing}`,
	`{.missing.more}`, `{.kind.more}`, `{.total}`, `{.namespaces}`, `{.writeKey}`, `{.writeKey.provider}`,
	`{.namespaces[0]}`, `{.namespaces[0].namespace}`, `{.namespaces[-1].namespace}`, `{.namespaces[*].namespace}`,
	`{.namespaces[:].total}`, `{.namespaces[1:].namespace}`, `{.namespaces[:2].namespace}`, `{.namespaces[0:3:2].namespace}`,
	`{.namespaces[0,2].namespace}`, `{.namespaces[*]['namespace','total']}`, `{.namespaces[*].keys[*].provider}`,
	`{.namespaces[?(@.namespace=="seed-001")].total}`, `{.namespaces[?(@.namespace!='seed-001')].namespace}`,
	`{.namespaces[?(@.total>3)].namespace}`, `{.namespaces[?(@.total>=4)].namespace}`, `{.namespaces[?(@.total<4)].namespace}`,
	`{.namespaces[?(@.total<=4)].namespace}`, `{.namespaces[?(@.exact==true)].namespace}`, `{.namespaces[?(@.plaintext)].plaintext}`,
	`{.namespaces[?(@.nothing)].namespace}`, `{.namespaces[0].keys[?(@.provider=="identity")].count}`,
	`{range .namespaces[*]}{.namespace}{"\t"}{.total}{"\n"}{end}`, `{range .namespaces[*]}{range .keys[*]}{.provider}={.count} {end}{end}`,
	`{range .nothing[*]}{.namespace}{end}done`, `{range .namespaces[*]}{.namespace}`, `{..provider}`, `{.namespaces..count}`,
	`{"\u00e4 \x41 'single' \"double\""}`, `{'it\'s'}`, `{true} {1} {-2.5}`, `{.total.total}{.total.exact}`,
	// Mistakes.
	`{.kind`, `{.namespaces[}`, `{.namespaces[x]}`, `{.namespaces[99]}`, `{.namespaces[-99]}`, `{.namespaces[2:1]}`,
	`{.namespaces[0:2:0]}`, `{.kind[0]}`, `{.total[0]}`, `{.namespaces[?(@.total=="4")]}`, `{.namespaces[?(@.keys==1)]}`,
	`{.namespaces[?(@.total=4)]}`, `{.namespaces[?(@.total==4]}`, `{"open}`, `{"\q"}`, `{*}`, `{name}`, `{end}`, `{1.2.3}`,
}

func TestJSONPathIsThatOfKubectl(t *testing.T) {
	one := takeReport(t)
	w := one.serve(t, "namespaces")
	for _, expression := range expressions {
		for _, format := range []string{"jsonpath", "jsonpath-as-json"} {
			one.compare(t, w, "-o", format+"="+expression)
		}
	}
	one.compare(t, w, "-o", "jsonpath={.kind}{.missing}", "--allow-missing-template-keys=false")
	one.compare(t, w, "-o", "jsonpath={.kind}", "--allow-missing-template-keys=false")
	one.compare(t, w, "-o", "jsonpath")
	one.compare(t, w, "-o", "jsonpath=")
	directory := t.TempDir()
	path := filepath.Join(directory, "template")
	one.compare(t, w, "-o", "jsonpath-file="+path) // not there yet
	one.compare(t, w, "-o", "jsonpath-file="+directory)
	kit.Must(t, os.WriteFile(path, []byte("{range .namespaces[*]}{.namespace}{\"\\n\"}{end}--\n"), 0o600))
	one.compare(t, w, "-o", "jsonpath-file="+path)
}

// A whole object: kubectl sorts members, so that its text can be compared, too.
// Only members of an object come in an order of Go's maps.
func TestWildcardsOfObjects(t *testing.T) {
	one := takeReport(t)
	w := one.serve(t, "namespaces")
	for _, expression := range []string{"{.total.*}", "{..*}", "{.*}"} {
		theirs := w.kubectl(t, "get", "documents", "report", "-o", "jsonpath="+expression)
		ours := world{}.plugin(t, append(one.flags, "-o", "jsonpath="+expression)...)
		if sorted(ours.Stdout) != sorted(theirs.Stdout) || ours.ExitCode != theirs.ExitCode {
			t.Errorf("%s:\n ours    %q\n kubectl %q", expression, ours.All(), theirs.All())
		}
	}
}

var columns = []string{
	"NAMESPACE:.namespace", "NAMESPACE:namespace,TOTAL:{.total}", "A:{namespace},B:.exact,C:.stale", "A:.nothing,B:.namespace",
	"KEYS:.keys,N:.namespace", "KEYS:.keys[*].provider,COUNTS:.keys[*].count", "NOTES:.notes,NAMESPACE:.namespace",
	"N:.namespace,K:.keys[?(@.provider==\"identity\")].count", "N:..provider", "lower:.namespace", "A:", ":.namespace", "NAMESPACE:.namespace,B:",
	// Mistakes.
	"", "NAMESPACE", "A:.namespace,", "A:{.namespace}{.total}", "A:.namespace[0]", "A:.keys[9].count",
}

func TestCustomColumnsAreThoseOfKubectl(t *testing.T) {
	one := takeReport(t)
	w := one.serve(t, "namespaces")
	for _, spec := range columns {
		for _, headers := range [][]string{nil, {"--no-headers"}} {
			arguments := append([]string{"-o", "custom-columns=" + spec}, headers...)
			theirs := w.kubectl(t, append([]string{"get", "documents"}, arguments...)...)
			ours := world{}.plugin(t, append(one.flags, arguments...)...)
			if theirs.ExitCode != 0 { // kubectl prints headers before it finds out
				theirs.Stdout = ""
			}
			compareOutputs(t, arguments, ours, theirs)
		}
	}
	path := filepath.Join(t.TempDir(), "columns")
	for _, content := range []string{"NAMESPACE TOTAL\n.namespace {.total}\n", "A\tB\n.total\t.exact", "A B\n.total\n", "", "A\n"} {
		kit.Must(t, os.WriteFile(path, []byte(content), 0o600))
		arguments := []string{"-o", "custom-columns-file=" + path}
		theirs := w.kubectl(t, append([]string{"get", "documents"}, arguments...)...)
		compareOutputs(t, arguments, world{}.plugin(t, append(one.flags, arguments...)...), theirs)
	}
}

// Where there are no rows kubectl prints the headers alone.
func TestCustomColumnsOfNothing(t *testing.T) {
	one := takeReport(t, "-n", "no-such-namespace")
	w := one.serve(t, "namespaces")
	for _, arguments := range [][]string{{"-o", "custom-columns=NAMESPACE:.namespace,TOTAL:.total"},
		{"-o", "custom-columns=NAMESPACE:.namespace", "--no-headers"}} {
		compareOutputs(t, arguments, world{}.plugin(t, append(one.flags, arguments...)...),
			w.kubectl(t, append([]string{"get", "documents"}, arguments...)...))
	}
}

// That there is nothing is said beside a table, and not beside what programs read.
func TestNothingIsFoundAsByKubectl(t *testing.T) {
	w := world{kubeconfig: sharedCluster(t).Kubeconfig(harness.Admin, 0)}
	for _, output := range []string{"", "-o wide", "--no-headers", "-o json", "-o yaml", "-o jsonpath={.none}", "-o custom-columns=A:.kind"} {
		for _, selection := range []string{"-A -l no=such", "-n no-such-namespace"} {
			theirs := w.kubectl(t, words("get secrets "+selection+" "+output)...)
			ours := w.plugin(t, words("status secrets "+selection+" "+output)...)
			if ours.Stderr != theirs.Stderr || ours.ExitCode != theirs.ExitCode || (ours.Stdout == "") != (theirs.Stdout == "") {
				t.Errorf("%s %s:\n ours    %q\n kubectl %q", selection, output, ours.All(), theirs.All())
			}
		}
	}
}

// With --find the columns are of the objects that it names.
func TestCustomColumnsOfFoundObjects(t *testing.T) {
	one := takeReport(t, "--find=plaintext")
	result := world{}.plugin(t, append(one.flags, "-o", "custom-columns=NS:.namespace,NAME:.name", "--no-headers")...)
	var want []string
	for _, found := range one.decode(t)["objects"].([]any) {
		want = append(want, fmt.Sprint(found.(object)["namespace"], " ", found.(object)["name"]))
	}
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(result.Stdout), "\n") {
		got = append(got, strings.Join(words(line), " "))
	}
	if len(want) != 12 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, want %q", got, want)
	}
}

// A rewrite's report is one object, whichever way it is printed.
func TestTemplatesOfARewrite(t *testing.T) {
	server := startRecorder(t)
	w := world{kubeconfig: server.kubeconfig(t)}
	base := []string{"rewrite", "secrets", "--dry-run=client"}
	for output, want := range map[string]string{
		"jsonpath={.kind} {.total}":                "RewriteReport 0",
		"jsonpath-as-json={.resources[0]}":         "[\n    \"secrets\"\n]\n",
		"custom-columns=KIND:.kind,FAILED:.failed": "KIND            FAILED\nRewriteReport   0\n",
	} {
		result := w.plugin(t, append(base, "-o", output)...)
		if result.Stdout != want || result.ExitCode != 0 {
			t.Errorf("%s: exit %d, %q", output, result.ExitCode, result.All())
		}
	}
	wrong := w.plugin(t, append(base, "-o", "jsonpath={.kind[0]}")...)
	if wrong.ExitCode != 1 || wrong.Stdout != "" || !strings.Contains(wrong.Stderr, "error: error executing jsonpath") {
		t.Errorf("exit %d, %q", wrong.ExitCode, wrong.All())
	}
}
