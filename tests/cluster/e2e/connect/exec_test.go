package connect

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

const (
	v1      = "client.authentication.k8s.io/v1"
	v1beta1 = "client.authentication.k8s.io/v1beta1"
)

// credentialPlugin is a shell script that answers as a credential plugin does.
type credentialPlugin struct {
	path string
	runs string // a file with a line for each run: what it was told
}

// newPlugin makes one from the lines that print its answer; $run counts from 1.
func newPlugin(t *testing.T, script string) credentialPlugin {
	t.Helper()
	dir := t.TempDir()
	p := credentialPlugin{filepath.Join(dir, "get-credentials"), filepath.Join(dir, "runs")}
	text := "#!/bin/sh\nprintf '%s\\n' \"$KUBERNETES_EXEC_INFO\" >> " + p.runs + "\nrun=$(wc -l < " + p.runs + ")\n" + script + "\n"
	must(t, os.WriteFile(p.path, []byte(text), 0o700))
	return p
}

// told are the lines of all runs so far.
func (p credentialPlugin) told(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(p.runs)
	if os.IsNotExist(err) {
		return nil
	}
	must(t, err)
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

func (p credentialPlugin) forget(t *testing.T) {
	t.Helper()
	must(t, os.RemoveAll(p.runs))
}

// answer prints an ExecCredential with a status in JSON.
func answer(version, status string) string {
	return fmt.Sprintf("cat <<'END'\n{\"apiVersion\":%q,\"kind\":\"ExecCredential\",\"status\":%s}\nEND", version, status)
}

func tokenAnswer(version, token string) string {
	return answer(version, fmt.Sprintf(`{"token":%q}`, token))
}

// by is a user of the plugin, with further fields of its entry.
func (p credentialPlugin) by(t *testing.T, cluster *harness.Cluster, version string, more object) string {
	t.Helper()
	entry := object{"apiVersion": version, "command": p.path, "interactiveMode": "Never"}
	for name, value := range more {
		entry[name] = value
	}
	c := good(t, cluster)
	c.user = object{"exec": entry}
	return c.write(t)
}

func TestExecByToken(t *testing.T) {
	cluster := sharedCluster(t)
	for _, version := range []string{v1, v1beta1} {
		p := newPlugin(t, tokenAnswer(version, harness.Token(harness.Admin)))
		kubeconfig := p.by(t, cluster, version, object{"args": []string{"one"}, "env": []any{object{"name": "A", "value": "b"}}})
		checkReaches(t, call{kubeconfig: kubeconfig})
		// Once for each of the two programs, and both are told the same.
		if told := p.told(t); len(told) != 2 || told[0] != told[1] {
			t.Errorf("%s: run %d times, told %q", version, len(told), told)
		}
	}
}

func TestExecByClientCertificate(t *testing.T) {
	cluster := sharedCluster(t)
	status := fmt.Sprintf(`{"clientCertificateData":%q,"clientKeyData":%q}`,
		read(t, pki(cluster, "admin-cert.crt")), read(t, pki(cluster, "admin-cert.key")))
	p := newPlugin(t, answer(v1, status))
	checkReaches(t, call{kubeconfig: p.by(t, cluster, v1, nil)})
}

// What the plugin is told of the cluster, and that arguments, variables and a
// path relative to the kubeconfig arrive.
func TestExecIsToldOfTheCluster(t *testing.T) {
	cluster := sharedCluster(t)
	p := newPlugin(t, `[ "$1 $A" = "one b" ] || exit 7`+"\n"+tokenAnswer(v1, harness.Token(harness.Admin)))
	c := good(t, cluster)
	c.cluster["extensions"] = []any{object{"name": "client.authentication.k8s.io/exec", "extension": object{"audience": "x", "list": []any{1, true, nil}}}}
	c.cluster["tls-server-name"] = harness.HostName
	c.user = object{"exec": object{
		"apiVersion": v1, "command": "./get-credentials", "args": []string{"one"}, "interactiveMode": "IfAvailable",
		"provideClusterInfo": true, "env": []any{object{"name": "A", "value": "b"}},
	}}
	path := filepath.Join(filepath.Dir(p.path), "config")
	must(t, os.Rename(c.write(t), path))
	checkReaches(t, call{kubeconfig: path})
	told := p.told(t)
	if len(told) != 2 || !sameJSON(t, told[0], told[1]) || !strings.Contains(told[0], `"audience":"x"`) {
		t.Errorf("told %q", told)
	}
}

// An expired answer is asked for again; one that is valid is not.
func TestExecExpiry(t *testing.T) {
	cluster := sharedCluster(t)
	at := func(moment time.Time) string {
		return answer(v1, fmt.Sprintf(`{"token":%q,"expirationTimestamp":%q}`, harness.Token(harness.Admin), moment.UTC().Format(time.RFC3339)))
	}
	valid := newPlugin(t, at(time.Now().Add(time.Hour)))
	checkAnswer(t, call{kubeconfig: valid.by(t, cluster, v1, nil)}.plugin(t))
	if runs := len(valid.told(t)); runs != 1 {
		t.Errorf("run %d times with a valid answer", runs)
	}
	expired := newPlugin(t, at(time.Now().Add(-time.Minute)))
	checkAnswer(t, call{kubeconfig: expired.by(t, cluster, v1, nil)}.plugin(t))
	if runs := len(expired.told(t)); runs < 3 {
		t.Errorf("run %d times with an answer that has expired", runs)
	}
}

// A token that the server does not take any more: the plugin is run again, once.
func TestExecAgainAfterUnauthorized(t *testing.T) {
	cluster := sharedCluster(t)
	script := fmt.Sprintf("token=revoked\n[ $run -gt 1 ] && token=%s\n", harness.Token(harness.Admin)) +
		`printf '{"apiVersion":"` + v1 + `","kind":"ExecCredential","status":{"token":"%s"}}' "$token"`
	rotating := newPlugin(t, script)
	checkAnswer(t, call{kubeconfig: rotating.by(t, cluster, v1, nil)}.plugin(t))
	if runs := len(rotating.told(t)); runs != 2 {
		t.Errorf("run %d times", runs)
	}
	revoked := newPlugin(t, tokenAnswer(v1, "revoked"))
	checkSentence(t, call{kubeconfig: revoked.by(t, cluster, v1, nil)}.plugin(t), "error: You must be logged in to the server")
	if runs := len(revoked.told(t)); runs != 2 {
		t.Errorf("run %d times for a token that stays refused", runs)
	}
}

// A plugin that fails in any way: a sentence of ours, its standard error as it
// is, and nothing of what it printed on standard output.
func TestExecFailures(t *testing.T) {
	cluster := sharedCluster(t)
	withCanary := fmt.Sprintf(`{"token":%q}`, canary)
	for name, one := range map[string]struct{ script, ours, theirs string }{
		"exit code":       {"echo " + canary + "\nexit 3", "error: getting credentials: exec: executable ", unableToConnect + ": getting credentials: exec: executable "},
		"no JSON":         {"echo " + canary, "error: getting credentials: exec plugin ", unableToConnect + ": getting credentials: decoding stdout: "},
		"other version":   {answer(v1beta1, withCanary), "error: getting credentials: exec plugin is configured to use API version " + v1, unableToConnect + ": getting credentials: exec plugin is configured to use API version " + v1},
		"nothing in it":   {answer(v1, "{}"), "error: getting credentials: exec plugin didn't return a token or cert/key pair", unableToConnect + ": getting credentials: exec plugin didn't return a token or cert/key pair"},
		"half a pair":     {answer(v1, fmt.Sprintf(`{"token":%q,"clientKeyData":%q}`, canary, canary)), "error: getting credentials: exec plugin returned only certificate or key, not both", unableToConnect + ": getting credentials: exec plugin returned only certificate or key, not both"},
		"token with a LF": {answer(v1, `{"token":"a\nb"}`), "error: the token of the exec plugin holds blanks", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlugin(t, one.script)
			checkFailsAs(t, call{kubeconfig: p.by(t, cluster, v1, nil)}, one.ours, one.theirs)
		})
	}
	p := newPlugin(t, "echo from the plugin >&2\nexit 3")
	result := call{kubeconfig: p.by(t, cluster, v1, nil)}.plugin(t)
	if !strings.HasPrefix(result.Stderr, "from the plugin\nerror: ") {
		t.Errorf("%q", result.Stderr)
	}
}

func TestExecEntries(t *testing.T) {
	cluster := sharedCluster(t)
	p := newPlugin(t, tokenAnswer(v1, harness.Token(harness.Admin)))
	with := func(more object) call { return call{kubeconfig: p.by(t, cluster, v1, more)} }
	checkFailsInConfig(t, with(object{"interactiveMode": nil}), "interactiveMode must be specified for u to use exec authentication plugin")
	checkFailsInConfig(t, with(object{"interactiveMode": "Perhaps"}), `invalid interactiveMode for u: "Perhaps"`)
	checkFailsInConfig(t, with(object{"command": nil}), "command must be specified for u to use exec authentication plugin")
	checkFailsAs(t, with(object{"apiVersion": "client.authentication.k8s.io/v1alpha1"}), "error: getting credentials: exec plugin: invalid apiVersion", "error: exec plugin: invalid apiVersion")
	checkFailsAs(t, with(object{"interactiveMode": "Always"}), "error: getting credentials: exec plugin "+p.path+" cannot support interactive mode", unableToConnect+": getting credentials: exec plugin cannot support interactive mode")
	missing := with(object{"command": "no-such-plugin", "installHint": "get it at\nexample.com"}).plugin(t)
	if missing.ExitCode != 1 || !strings.Contains(missing.Stderr, "exec: executable no-such-plugin not found") || !strings.HasSuffix(missing.Stderr, "\n\nget it at\nexample.com\n") {
		t.Errorf("%q", missing.Stderr)
	}
	if runs := p.told(t); runs != nil {
		t.Errorf("run all the same: %q", runs)
	}
	// Another way to log in makes the plugin superfluous.
	c := good(t, cluster)
	c.user["exec"] = object{"apiVersion": v1, "command": p.path, "interactiveMode": "Never"}
	checkReaches(t, call{kubeconfig: c.write(t)})
	if runs := p.told(t); runs != nil {
		t.Errorf("run beside a token: %q", runs)
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var one, other any
	must(t, json.Unmarshal([]byte(a), &one))
	must(t, json.Unmarshal([]byte(b), &other))
	return reflect.DeepEqual(one, other)
}
