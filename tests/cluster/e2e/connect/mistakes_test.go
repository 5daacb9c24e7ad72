package connect

import (
	"os"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// A kubeconfig that cannot be read or understood: the file, the place in it and
// what is wrong, and nothing of its content.
func TestKubeconfigsThatAreWrong(t *testing.T) {
	for name, one := range map[string]struct{ content, want string }{
		"no YAML":         {"clusters: [" + canary, `not valid YAML`},
		"tabs":            {"clusters:\n\t- name: " + canary, `not valid YAML`},
		"a list":          {"- " + canary, `the document: must be a mapping`},
		"a text":          {canary, `the document: must be a mapping`},
		"another kind":    {"kind: Pod\napiVersion: v1", `kind: must be Config`},
		"another version": {"kind: Config\napiVersion: v2", `apiVersion: must be v1`},
		"wrong base64": {"users:\n- name: u\n  user:\n    client-key-data: \"" + canary + "!\"",
			`line 4: users[0].user.client-key-data: `},
		"a number for a flag": {"clusters:\n- name: c\n  cluster: {insecure-skip-tls-verify: 7}", `clusters[0].cluster.insecure-skip-tls-verify: must be true or false`},
		"a list for a text":   {"users:\n- name: u\n  user:\n    token: [" + canary + "]", `users[0].user.token: must be a string`},
		"a text for a list":   {"users: " + canary, `users: must be a list`},
		"a binary file":       {"\x7fELF\x02\x01\x01\x00\x00" + canary, ``},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeText(t, "config", one.content)
			for _, c := range []call{{kubeconfig: path}, {flags: []string{"--kubeconfig", path}}} {
				result := c.plugin(t)
				checkSentence(t, result, `error: error loading config file "`+path+`": `)
				if !strings.Contains(result.Stderr, one.want) {
					t.Errorf("%q lacks %q", result.Stderr, one.want)
				}
				if theirs := c.kubectl(t); theirs.ExitCode != 1 {
					t.Errorf("kubectl takes it: exit %d, %q", theirs.ExitCode, theirs.Stderr)
				}
			}
		})
	}
}

func TestKubeconfigsThatAreMissing(t *testing.T) {
	missing := call{flags: []string{"--kubeconfig", "/nonexistent/config"}}
	checkSentence(t, missing.plugin(t), `error: error loading config file "/nonexistent/config": `)
	for _, c := range []call{{kubeconfig: "/nonexistent/config"}, {}, {kubeconfig: writeText(t, "config", "")}} {
		result := c.plugin(t)
		checkSentence(t, result, "error: Missing or incomplete configuration info")
		if !strings.Contains(result.Stderr, "KUBECONFIG") {
			t.Errorf("does not say what to do: %q", result.Stderr)
		}
	}
	unreadable := writeText(t, "config", "")
	must(t, os.Remove(unreadable))
	must(t, os.Mkdir(unreadable, 0o700))
	checkSentence(t, call{kubeconfig: unreadable}.plugin(t), `error: error loading config file "`+unreadable+`": `)
}

// Names that lead nowhere.
func TestReferencesThatLeadNowhere(t *testing.T) {
	cluster := sharedCluster(t)
	c := good(t, cluster)
	with := func(current, clusterName, user string) call {
		return call{kubeconfig: writeObject(t, object{
			"current-context": current,
			"clusters":        []any{object{"name": "c", "cluster": c.cluster}},
			"users":           []any{object{"name": "u", "user": c.user}},
			"contexts":        []any{object{"name": "x", "context": object{"cluster": clusterName, "user": user}}},
		})}
	}
	checkReaches(t, with("x", "c", "u"))
	checkFails(t, with("y", "c", "u"), "Error in configuration: context was not found for specified context: y")
	checkSentence(t, with("", "c", "u").plugin(t), "error: Missing or incomplete configuration info: no API server is configured (no current-context in ")
	checkSentence(t, with("x", "none", "u").plugin(t), `error: Missing or incomplete configuration info: no API server is configured (context "x" has no cluster with a server in `)
	// A user that is not there is nobody.
	checkSentence(t, with("x", "c", "none").plugin(t), `Error from server (Forbidden): secrets is forbidden: User "system:anonymous" cannot list`)
}

// Ways to log in that are gone, and values that cannot be right.
func TestUsersThatAreWrong(t *testing.T) {
	cluster := sharedCluster(t)
	with := func(user object) call {
		c := good(t, cluster)
		c.user = user
		return call{kubeconfig: c.write(t)}
	}
	settings := object{"access-token": canary}
	checkFailsAs(t, with(object{"auth-provider": object{"name": "gcp", "config": settings}}),
		`error: The gcp auth plugin has been removed. Please use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.`,
		"See https://cloud.google.com/") // kubectl's second line
	checkFailsAs(t, with(object{"auth-provider": object{"name": "azure", "config": settings}}), `error: The azure auth plugin has been removed.`,
		"See https://kubernetes.io/")
	checkFailsAs(t, with(object{"auth-provider": object{"name": "other", "config": settings}}),
		`error: no Auth Provider found for name "other"`, `error: no Auth Provider found for name "other"`)
	checkSentence(t, with(object{"auth-provider": object{"name": "oidc", "config": object{"id-token": canary}}}).plugin(t), "error: the id-token of user")
	checkFailsInConfig(t, with(object{"token": canary, "username": "u", "password": canary}), "more than one authentication method found for u; found [token basicAuth], only one is allowed")
	checkSentence(t, with(object{"token": canary + "\nInjected: header"}).plugin(t), `error: the token of user "u" holds blanks`)
	// API servers know no passwords any more, so these are nobody's.
	checkFails(t, with(object{"username": "u", "password": canary}), `Error from server (Forbidden): secrets is forbidden: User "system:anonymous"`)
	checkFails(t, with(object{"token": canary}), "error: You must be logged in to the server")
}

// A server address that is none.
func TestServersThatAreWrong(t *testing.T) {
	cluster := sharedCluster(t)
	for _, server := range []string{"https://", "ftp://127.0.0.1:1", "https://127.0.0.1:99999", "https://user:" + canary + "@127.0.0.1", "https://a b"} {
		c := good(t, cluster)
		c.cluster["server"] = server
		checkSentence(t, call{kubeconfig: c.write(t)}.plugin(t), "error: ")
	}
	// A path before the API's own, as some gateways have: all requests carry it.
	c := good(t, cluster)
	c.cluster["server"] = cluster.Servers[0].URL() + "/prefix/"
	checkFails(t, call{kubeconfig: c.write(t)}, "Error from server")
	for _, token := range []string{harness.Token(harness.Admin), canary} {
		c := good(t, cluster)
		c.user = object{"token": token}
		verbose := call{kubeconfig: c.write(t), flags: []string{"-v=9"}}.plugin(t)
		checkNoSecret(t, verbose)
		if !strings.Contains(verbose.Stderr, "Authorization") {
			t.Errorf("no headers are logged: %.500q", verbose.Stderr)
		}
	}
}
