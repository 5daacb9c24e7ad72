package connect

import (
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

const unableToConnect = "Unable to connect to the server"

// A CA of the kubeconfig is the only one that counts; without one it is the
// system's, which SSL_CERT_FILE replaces.
func TestWhoIsTrusted(t *testing.T) {
	cluster := sharedCluster(t)
	other, err := harness.NewServing(t.TempDir())
	must(t, err)
	otherConfig, err := other.WriteKubeconfig("https://unused.invalid")
	must(t, err)
	otherCA := authorityOf(t, otherConfig)
	systemIs := func(path string) []string { return []string{"SSL_CERT_FILE=" + path, "SSL_CERT_DIR=/nonexistent"} }
	right := systemIs(cluster.CAPath())
	wrong := systemIs(writeText(t, "ca", otherCA))

	none := good(t, cluster)
	delete(none.cluster, "certificate-authority-data")
	checkReaches(t, call{kubeconfig: none.write(t), env: right})
	checkFails(t, call{kubeconfig: none.write(t), env: wrong}, unableToConnect)
	wrongCA := good(t, cluster)
	wrongCA.cluster["certificate-authority-data"] = encoded(otherCA)
	checkFails(t, call{kubeconfig: wrongCA.write(t), env: right}, unableToConnect)
	checkFails(t, call{kubeconfig: wrongCA.write(t)}, unableToConnect)
	checkReaches(t, call{kubeconfig: good(t, cluster).write(t), env: wrong})
	two := good(t, cluster)
	two.cluster["certificate-authority-data"] = encoded(otherCA + read(t, cluster.CAPath()))
	checkReaches(t, call{kubeconfig: two.write(t)})
	unchecked := good(t, cluster)
	unchecked.cluster = object{"server": cluster.Servers[0].URL(), "insecure-skip-tls-verify": true}
	checkReaches(t, call{kubeconfig: unchecked.write(t), env: wrong})
}

// The server's certificate is for 127.0.0.1, localhost and a name of its own.
func TestServerName(t *testing.T) {
	cluster := sharedCluster(t)
	for name, reaches := range map[string]bool{harness.HostName: true, "localhost": true, "wrong.example": false, "127.0.0.2": false} {
		c := good(t, cluster)
		c.cluster["tls-server-name"] = name
		if reaches {
			checkReaches(t, call{kubeconfig: c.write(t)})
			continue
		}
		checkFails(t, call{kubeconfig: c.write(t)}, unableToConnect)
		checkFails(t, call{kubeconfig: good(t, cluster).write(t), flags: []string{"--tls-server-name", name}}, unableToConnect)
	}
}

// A certificate of another authority is nobody's; a broken one is no certificate.
func TestClientCertificates(t *testing.T) {
	cluster := sharedCluster(t)
	c := good(t, cluster)
	c.user = object{
		"client-certificate-data": encoded(read(t, pki(cluster, "admin-cert.crt"))),
		"client-key-data":         encoded(read(t, pki(cluster, "fair-cert.key"))),
	}
	checkFailsAs(t, call{kubeconfig: c.write(t)}, unableToConnect, "error: tls: private key does not match public key")
	c.user["client-key-data"] = encoded(canary)
	checkFailsAs(t, call{kubeconfig: c.write(t)}, unableToConnect, "error: tls: failed to find any PEM data in key input")
	// A certificate of somebody without rights, and the token of somebody with: the
	// certificate is asked first, as with kubectl.
	c.user = object{
		"client-certificate-data": encoded(read(t, pki(cluster, "etcd-client.crt"))),
		"client-key-data":         encoded(read(t, pki(cluster, "etcd-client.key"))),
		"token":                   harness.Token(harness.Admin),
	}
	checkFails(t, call{kubeconfig: c.write(t)}, `Error from server (Forbidden): secrets is forbidden: User "etcd-client" cannot list`)
}
