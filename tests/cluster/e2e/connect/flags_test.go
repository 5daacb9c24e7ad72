package connect

import (
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// Each flag mends one thing that is wrong in the kubeconfig, so it is the flag
// that gets through.
func TestFlagsOverrideTheKubeconfig(t *testing.T) {
	cluster := sharedCluster(t)
	server, ca := cluster.Servers[0].URL(), cluster.CAPath()
	closed := "https://127.0.0.1:1"
	change := func(edit func(*config)) string {
		c := good(t, cluster)
		edit(&c)
		return c.write(t)
	}
	wrongServer := change(func(c *config) { c.cluster["server"] = closed })
	wrongToken := change(func(c *config) { c.user["token"] = "wrong" })
	noUser := change(func(c *config) { c.user = object{} })
	noCA := change(func(c *config) { delete(c.cluster, "certificate-authority-data") })
	wrongName := change(func(c *config) { c.cluster["tls-server-name"] = "wrong.example" })
	for name, c := range map[string]call{
		"--server":                     {kubeconfig: wrongServer, flags: []string{"--server", server}},
		"-s":                           {kubeconfig: wrongServer, flags: []string{"-s", server}},
		"--token":                      {kubeconfig: wrongToken, flags: []string{"--token=" + harness.Token(harness.Admin)}},
		"--certificate-authority":      {kubeconfig: noCA, flags: []string{"--certificate-authority", ca}},
		"--insecure-skip-tls-verify":   {kubeconfig: noCA, flags: []string{"--insecure-skip-tls-verify"}},
		"--insecure... beside a CA":    {kubeconfig: cluster.Kubeconfig(harness.Admin, 0), flags: []string{"--insecure-skip-tls-verify=true"}},
		"--client-certificate and key": {kubeconfig: noUser, flags: []string{"--client-certificate", pki(cluster, "admin-cert.crt"), "--client-key", pki(cluster, "admin-cert.key")}},
		"--tls-server-name":            {kubeconfig: wrongName, flags: []string{"--tls-server-name", harness.HostName}},
		"--server drops the name":      {kubeconfig: wrongName, flags: []string{"--server", server}},
		"--request-timeout":            {kubeconfig: cluster.Kubeconfig(harness.Admin, 0), flags: []string{"--request-timeout=30s"}},
		"--request-timeout in seconds": {kubeconfig: cluster.Kubeconfig(harness.Admin, 0), flags: []string{"--request-timeout", "30"}},
		"--disable-compression":        {kubeconfig: cluster.Kubeconfig(harness.Admin, 0), flags: []string{"--disable-compression"}},
		"all by flags":                 {flags: []string{"--server", server, "--certificate-authority", ca, "--token", harness.Token(harness.Admin)}},
	} {
		t.Run(name, func(t *testing.T) { checkReaches(t, c) })
	}
	checkFails(t, call{kubeconfig: wrongServer}, "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?")
	// kubectl would ask for a user name; without one, both are nobody.
	checkSentence(t, call{kubeconfig: noUser}.plugin(t), "Error from server (Forbidden): secrets is forbidden: User \"system:anonymous\" cannot list")
	checkFails(t, call{kubeconfig: cluster.Kubeconfig(harness.Admin, 0), flags: []string{"--token", "wrong"}}, "error: You must be logged in to the server")
}

// Two of each: the current context is the wrong one, and the flags pick.
func TestContextClusterAndUserByName(t *testing.T) {
	cluster := sharedCluster(t)
	c := good(t, cluster)
	path := writeObject(t, object{
		"current-context": "wrong",
		"clusters":        []any{object{"name": "right", "cluster": c.cluster}, object{"name": "closed", "cluster": object{"server": "https://127.0.0.1:1"}}},
		"users":           []any{object{"name": "right", "user": c.user}, object{"name": "wrong", "user": object{"token": "wrong"}}},
		"contexts": []any{
			object{"name": "right", "context": object{"cluster": "right", "user": "right"}},
			object{"name": "wrong", "context": object{"cluster": "closed", "user": "wrong"}},
		},
	})
	with := func(flags ...string) call { return call{kubeconfig: path, flags: flags} }
	checkReaches(t, with("--context", "right"))
	checkReaches(t, with("--context=wrong", "--cluster=right", "--user=right"))
	checkReaches(t, with("--cluster=right", "--user=right"))
	checkFails(t, with("--cluster=right"), "error: You must be logged in to the server")
	checkFails(t, with("--user=right"), "The connection to the server 127.0.0.1:1 was refused")
	// A raw request of kubectl says this otherwise than its other commands; package cmdline compares those.
	checkFailsAs(t, with("--context=none"), "Error in configuration: context was not found for specified context: none", "error: context \"none\" does not exist")
	checkFailsAs(t, with("--cluster=none"), "error: no server found for cluster \"none\"", "error: cluster \"none\" does not exist")
	checkFails(t, with("--user=none"), "error: auth info \"none\" does not exist")
}

func TestImpersonation(t *testing.T) {
	cluster := sharedCluster(t)
	kubeconfig := cluster.Kubeconfig(harness.Admin, 0)
	with := func(flags ...string) call { return call{kubeconfig: kubeconfig, flags: flags} }
	checkFails(t, with("--as=alice"), `Error from server (Forbidden): secrets is forbidden: User "alice" cannot list resource "secrets"`)
	checkReaches(t, with("--as", "alice", "--as-group", "system:masters"))
	checkReaches(t, with("--as=alice", "--as-group=one,two", "--as-group=system:masters", "--as-uid=u-1", "--as-user-extra=scopes=a", "--as-user-extra=scopes=b"))
	// A comma is a part of the name, as in kubectl.
	checkFails(t, with("--as=alice", "--as-group=one,system:masters"), `Error from server (Forbidden): secrets is forbidden: User "alice" cannot list`)
	checkFailsInConfig(t, with("--as-group=system:masters"),
		"requesting uid, groups or user-extra for admin without impersonating a user")
	checkFails(t, call{kubeconfig: cluster.Kubeconfig(harness.Nobody, 0), flags: []string{"--as=alice"}},
		`Error from server (Forbidden): secrets is forbidden: User "nobody" cannot impersonate`)
	c := good(t, cluster)
	c.user["as"], c.user["as-groups"], c.user["as-uid"] = "bob", []string{"staff", "system:masters"}, "u-2"
	checkReaches(t, call{kubeconfig: c.write(t)})
	c.user["as-groups"] = []string{"staff"}
	checkFails(t, call{kubeconfig: c.write(t)}, `Error from server (Forbidden): secrets is forbidden: User "bob" cannot list`)
}

func TestBadFlagValues(t *testing.T) {
	cluster := sharedCluster(t)
	with := func(flags ...string) call {
		return call{kubeconfig: cluster.Kubeconfig(harness.Admin, 0), flags: flags}
	}
	checkFails(t, with("--request-timeout=soon"), "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)")
	checkFailsInConfig(t, with("--certificate-authority=/nonexistent/ca"),
		"unable to read certificate-authority /nonexistent/ca for kencrypt due to open /nonexistent/ca: ")
	checkFails(t, with("--certificate-authority="+writeText(t, "ca", "no certificate")), "error: unable to load root certificates: ")
	result := with("--client-certificate=/nonexistent/cert", "--client-key=/nonexistent/key").plugin(t)
	for _, want := range []string{"Error in configuration: ", "unable to read client-cert /nonexistent/cert", "unable to read client-key /nonexistent/key"} {
		if result.ExitCode != 1 || !strings.Contains(result.Stderr, want) {
			t.Errorf("exit %d, %q", result.ExitCode, result.Stderr)
		}
	}
}
