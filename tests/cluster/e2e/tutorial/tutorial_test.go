// Package tutorial replays docs/tutorial.md from its first heading to its last, and looks after each of them into etcd.
package tutorial

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

const page = "../../../../docs/tutorial.md"

// updateVariable has the page written anew from the run.
const updateVariable = "KENCRYPT_UPDATE"

// elsewhere is the section about a cluster of its own.
const elsewhere = "All of it in one command"

// A check is what etcd's own bytes have to be when the commands below a heading have run.
type check struct {
	heading string
	holds   func(*reader)
}

var checks = []check{
	{"Understand the problem", func(r *reader) {
		r.plain("test-secret", "mysecretpassword")
	}},
	{"Generate a key, and configure it", func(r *reader) {
		r.plain("test-secret", "mysecretpassword")
	}},
	{"Tell the API server", func(r *reader) {
		r.plain("test-secret", "mysecretpassword")
	}},
	{"Wait for the restart", func(r *reader) {
		r.plain("test-secret", "mysecretpassword") // turning it on encrypts nothing that is there
	}},
	{"Encrypt what is there already", func(r *reader) {
		r.under("k8s:enc:aescbc:v1:key1:", "test-secret", "mysecretpassword")
		r.allUnder("k8s:enc:aescbc:v1:key1:", 1)
	}},
	{"Verify", func(r *reader) {
		r.under("k8s:enc:aescbc:v1:key1:", "encrypted-secret", "verysecrettoken")
		r.allUnder("k8s:enc:aescbc:v1:key1:", 2)
	}},
	{"Rotate the key", func(r *reader) {
		r.allUnder("k8s:enc:aescbc:v1:key2:", 2)
	}},
	{"Rotate it in one command", func(r *reader) {
		r.allUnder("k8s:enc:aescbc:v1:key3:", 2)
	}},
	{"Troubleshooting", func(r *reader) {
		r.allUnder("k8s:enc:aescbc:v1:key3:", 2)
	}},
	{"Best practices", func(r *reader) {
		r.allUnder("k8s:enc:aescbc:v1:key3:", 2)
	}},
	{"Backups", func(r *reader) {
		r.allUnder("k8s:enc:aescbc:v1:key3:", 2)
	}},
	{"Turn it off again", func(r *reader) {
		r.plain("test-secret", "mysecretpassword")
		r.plain("encrypted-secret", "verysecrettoken")
	}},
	{elsewhere, func(r *reader) {
		r.under("k8s:enc:secretbox:v1:key1:", "test-secret", "mysecretpassword")
		r.allUnder("k8s:enc:secretbox:v1:key1:", 1)
	}},
	{"An external KMS", func(r *reader) {
		r.under("k8s:enc:kms:v2:vault:", "test-secret", "mysecretpassword")
		r.allUnder("k8s:enc:kms:v2:vault:", 1)
	}},
}

func TestMain(m *testing.M) { kit.Main(m) }

func TestTutorial(t *testing.T) {
	text, err := os.ReadFile(page)
	kit.Must(t, err)
	tutorial, err := parse(string(text))
	kit.Must(t, err)
	if tutorial.render() != string(text) {
		t.Fatal("the page is not read as it is written")
	}
	var wanted []string
	for _, one := range checks {
		wanted = append(wanted, one.heading)
	}
	if found := tutorial.headings(); !slices.Equal(found, wanted) {
		t.Fatalf("commands are below the headings\n%q, and there are checks for\n%q", found, wanted)
	}
	compare(t, string(text), replay(t, tutorial))
}

// replay runs every command and returns the page with what came out.
func replay(t *testing.T, tutorial document) string {
	r := &reader{T: t}
	r.goTo(newHost(t))
	done := 0
	for i, one := range tutorial.parts {
		if one.steps == nil {
			continue
		}
		if one.heading != checks[done].heading {
			r.check(checks[done])
			done++
			if one.heading == elsewhere {
				r.goTo(newHost(t))
			}
		}
		for j := range one.steps {
			tutorial.parts[i].steps[j].output = r.run(one.steps[j].command)
		}
	}
	r.check(checks[done])
	r.sayNothing()
	return tutorial.render()
}

// compare fails where the page is not what the run gave, or writes it.
func compare(t *testing.T, page_, run string) {
	t.Helper()
	if page_ == run {
		return
	}
	if os.Getenv(updateVariable) != "" {
		kit.Must(t, os.WriteFile(page, []byte(run), 0o644))
		return
	}
	fresh := filepath.Join(t.TempDir(), "run.md")
	kit.Must(t, os.WriteFile(fresh, []byte(run), 0o644))
	difference, _ := exec.Command("diff", "-u", page, fresh).Output() // exits with 1 where they differ
	t.Errorf("docs/tutorial.md is not what its commands give; %s=1 writes it anew:\n%s", updateVariable, difference)
}

// reader is who follows the tutorial, and can look into etcd.
type reader struct {
	*testing.T
	host    *host
	shell   *shell
	samples samples
	keys    map[string]bool // of every configuration that there was
	printed bytes.Buffer    // everything
}

// goTo opens a shell there.
func (r *reader) goTo(h *host) {
	r.Helper()
	r.host, r.shell = h, startShell(r.T, h.home, h.environment())
}

// run types a command and returns what the document has below it.
func (r *reader) run(command string) string {
	output, err := r.shell.run(r.host.typed(command))
	r.Logf("$ %s%s", command, output)
	if err != nil {
		r.Fatalf("%s: %v", command, err)
	}
	if err := r.host.problem(); err != nil {
		r.Fatalf("after %s the kubelet: %v", command, err)
	}
	r.printed.WriteString(output)
	r.remember()
	if output != "" && !strings.HasSuffix(output, "\n") {
		output += "\n"
	}
	return r.samples.normal(r.host.seen(output))
}

func (r *reader) check(one check) {
	r.Logf("## %s", one.heading)
	one.holds(r)
	if r.Failed() {
		r.Fatalf("etcd is not as it has to be after %q", one.heading)
	}
}
