package connect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

func TestEveryUsersKubeconfig(t *testing.T) {
	cluster := sharedCluster(t)
	for _, user := range []string{harness.Admin, harness.AdminCert, harness.Fair, harness.FairCert} {
		checkReaches(t, call{kubeconfig: cluster.Kubeconfig(user, 0), dispatched: true})
	}
	checkFails(t, call{kubeconfig: cluster.Kubeconfig(harness.Nobody, 0)},
		`Error from server (Forbidden): secrets is forbidden: User "nobody" cannot list resource "secrets" in API group "" in the namespace "seed-000"`)
}

// The cluster, the user and the context each come from another file; the first
// file that has a name wins, and missing files do not matter.
func TestKubeconfigsAreMerged(t *testing.T) {
	cluster := sharedCluster(t)
	c := good(t, cluster)
	part := func(list, name, kind string, content object) string {
		return writeObject(t, object{list: []any{object{"name": name, kind: content}}})
	}
	clusters := part("clusters", "c", "cluster", c.cluster)
	users := part("users", "u", "user", c.user)
	wrongUser := part("users", "u", "user", object{"token": "wrong"})
	contexts := writeObject(t, object{
		"current-context": "x", "contexts": []any{object{"name": "x", "context": object{"cluster": "c", "user": "u"}}},
	})
	list := func(files ...string) call { return call{kubeconfig: strings.Join(files, ":")} }
	checkReaches(t, list(clusters, users, contexts))
	checkReaches(t, list("/nonexistent/config", contexts, "", users, wrongUser, clusters, users))
	checkFails(t, list(wrongUser, clusters, users, contexts), "error: You must be logged in to the server")
	// The flag names one file, and then KUBECONFIG does not count.
	checkReaches(t, call{kubeconfig: wrongUser, flags: []string{"--kubeconfig", c.write(t)}})
	broken := writeText(t, "broken", "clusters: {")
	checkFails(t, list(clusters, broken, users, contexts), "error: error loading config file \""+broken+"\": ")
}

func TestHomeDirectory(t *testing.T) {
	cluster := sharedCluster(t)
	home := t.TempDir()
	must(t, os.Mkdir(filepath.Join(home, ".kube"), 0o700))
	must(t, os.WriteFile(filepath.Join(home, ".kube", "config"), []byte(read(t, good(t, cluster).write(t))), 0o600))
	checkReaches(t, call{env: []string{"HOME=" + home}})
}

// Paths are relative to the file that has them.
func TestCertificatesByRelativePath(t *testing.T) {
	cluster := sharedCluster(t)
	dir := t.TempDir()
	for _, name := range []string{"ca.crt", "admin-cert.crt", "admin-cert.key"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(read(t, pki(cluster, name))), 0o600))
	}
	c := config{
		cluster: object{"server": cluster.Servers[0].URL(), "certificate-authority": "ca.crt"},
		user:    object{"client-certificate": "./admin-cert.crt", "client-key": "admin-cert.key"},
	}
	path := filepath.Join(dir, "config")
	must(t, os.Rename(c.write(t), path))
	checkReaches(t, call{kubeconfig: path})
	must(t, os.Remove(filepath.Join(dir, "admin-cert.key")))
	checkFailsInConfig(t, call{kubeconfig: path},
		"unable to read client-key "+filepath.Join(dir, "admin-cert.key")+" for u due to open ")
}

// Files of every kind beside data of every kind, and what contradicts itself.
func TestFilesAndData(t *testing.T) {
	cluster := sharedCluster(t)
	ca, cert, key := cluster.CAPath(), pki(cluster, "admin-cert.crt"), pki(cluster, "admin-cert.key")
	server := cluster.Servers[0].URL()
	withFiles := config{
		cluster: object{"server": server, "certificate-authority": ca},
		user:    object{"client-certificate": cert, "client-key": key},
	}
	checkReaches(t, call{kubeconfig: withFiles.write(t)})
	withData := config{
		cluster: object{"server": server, "certificate-authority-data": encoded(read(t, ca))},
		user:    object{"client-certificate-data": encoded(read(t, cert)), "client-key-data": encoded(read(t, key))},
	}
	checkReaches(t, call{kubeconfig: withData.write(t)})
	withTokenFile := good(t, cluster)
	withTokenFile.user = object{"tokenFile": writeText(t, "token", harness.Token(harness.Admin)+"\n")}
	checkReaches(t, call{kubeconfig: withTokenFile.write(t)})

	both := good(t, cluster)
	both.cluster["certificate-authority"] = ca
	checkFailsInConfig(t, call{kubeconfig: both.write(t)},
		"certificate-authority-data and certificate-authority are both specified for c. certificate-authority-data will override.")
	insecure := good(t, cluster)
	insecure.cluster["insecure-skip-tls-verify"] = true
	checkFailsInConfig(t, call{kubeconfig: insecure.write(t)},
		"specifying a root certificates file with the insecure flag is not allowed")
	halfPair := good(t, cluster)
	halfPair.user = object{"client-certificate": cert}
	checkFailsInConfig(t, call{kubeconfig: halfPair.write(t)},
		"client-key-data or client-key must be specified for u to use the clientCert authentication method.")
}

func TestTokenFileWinsOverToken(t *testing.T) {
	cluster := sharedCluster(t)
	c := good(t, cluster)
	c.user = object{"token": "wrong", "tokenFile": writeText(t, "token", harness.Token(harness.Admin))}
	checkReaches(t, call{kubeconfig: c.write(t)})
	c.user = object{"token": harness.Token(harness.Admin), "tokenFile": writeText(t, "token", "wrong")}
	checkFails(t, call{kubeconfig: c.write(t)}, "error: You must be logged in to the server")
	c.user = object{"tokenFile": "/nonexistent/token"}
	checkFails(t, call{kubeconfig: c.write(t)}, "error: open /nonexistent/token: ")
}
