// Package doctor plants what goes wrong with encryption at rest, in files and in real clusters, and has
// `kubectl encrypt doctor` find it: each fault by its name, and nothing else.
package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func TestMain(m *testing.M) { kit.Main(m, whole) }

type finding struct {
	Check, Severity, Subject, Evidence, Why, Remedy, MissingRight string
}

func (f finding) String() string {
	return fmt.Sprintf("%s %s, %s: %s [%s]", f.Severity, f.Check, f.Subject, f.Evidence, f.MissingRight)
}

type report struct {
	Errors, Warnings, Unknown, LeftOut int
	Findings                           []finding
	Passed                             []string
	Skipped                            []struct{ Check, Needs string }
}

// of lists the checks with findings of a severity, each once.
func (r report) of(severity string) []string {
	var names []string
	for _, one := range r.Findings {
		if one.Severity == severity {
			names = append(names, one.Check)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fault is what is planted, and what is to be said of it.
type fault struct {
	check    string   // that finds it
	severity string   // "" = error
	says     string   // in the finding's subject or evidence
	besides  []string // what else is found, since it goes with it
}

// examine runs doctor with findings of all kinds as failures.
func examine(t *testing.T, kubeconfig string, args ...string) (plugin.Result, report) {
	t.Helper()
	result := kit.Run(t, kubeconfig, append([]string{"doctor", "-o", "json", "--fail-on=unknown"}, args...)...)
	found, err := plugin.Decode[report](result)
	kit.Must(t, err)
	if code := min(2, 2*len(found.Findings)); result.ExitCode != code {
		t.Errorf("exit %d with %d findings", result.ExitCode, len(found.Findings))
	}
	if len(found.Findings) != found.Errors+found.Warnings+found.Unknown || found.LeftOut != 0 {
		t.Errorf("the counts do not add up: %s", result.Stdout)
	}
	for _, one := range found.Findings {
		if one.Subject == "" || one.Evidence == "" || one.Why == "" || one.Remedy == "" {
			t.Errorf("something is missing in %+v", one)
		}
	}
	keepsSecrets(t, result)
	return result, found
}

// expect is that this fault is found, and named, and nothing besides.
func expect(t *testing.T, want fault, found report) {
	t.Helper()
	if want.severity == "" {
		want.severity = "error"
	}
	all := append([]string{want.check}, want.besides...)
	slices.Sort(all)
	got := slices.Concat(found.of("error"), found.of("warning"), found.of("unknown"))
	slices.Sort(got)
	if !slices.Equal(got, all) {
		t.Errorf("found %v, want %v: %v", got, all, found.Findings)
	}
	for _, one := range found.Findings {
		if one.Check == want.check && one.Severity == want.severity && strings.Contains(one.Subject+" "+one.Evidence, want.says) {
			return
		}
	}
	t.Errorf("no %s %s says %q: %v", want.severity, want.check, want.says, found.Findings)
}

// canaries are the keys of the tests, and what is in their Secrets.
func canaries() []string {
	texts := []string{hidden}
	for _, name := range []string{"key1", "key2", "lost", "other"} {
		texts = append(texts, encoded(harness.NewKey(name).Secret))
	}
	return texts
}

func keepsSecrets(t *testing.T, result plugin.Result) {
	t.Helper()
	for _, text := range canaries() {
		if strings.Contains(result.All(), text) {
			t.Errorf("%q is shown: %s", text, result.All())
		}
	}
}

// write puts a file into a directory of its own, unless it has a slash in its name.
func write(t *testing.T, name, text string) string {
	t.Helper()
	if !strings.Contains(name, "/") {
		name = filepath.Join(t.TempDir(), name)
	}
	kit.Must(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}
