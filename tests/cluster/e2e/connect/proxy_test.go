package connect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// checkAsked: each of the two programs opened one connection, for the same.
func checkAsked(t *testing.T, p *proxy, want string) {
	t.Helper()
	if asked := p.take(); !slices.Equal(asked, []string{want, want}) {
		t.Errorf("the proxy was asked for %q, want %q of each program", asked, want)
	}
}

func TestProxyOfTheKubeconfig(t *testing.T) {
	cluster := sharedCluster(t)
	serving, err := harness.NewServing(t.TempDir())
	must(t, err)
	ownConfig, err := serving.WriteKubeconfig("https://unused.invalid")
	must(t, err)
	plainHTTP := listen(t, cluster, nil, greetHTTP)
	overTLS := listen(t, cluster, &serving.Certificate, greetHTTP)
	socks := listen(t, cluster, nil, greetSOCKS)
	host := fmt.Sprintf("%s:%d", harness.HostName, cluster.Servers[0].Port)
	address := fmt.Sprintf("127.0.0.1:%d", cluster.Servers[0].Port)

	for p, url := range map[*proxy]string{plainHTTP: "http://" + plainHTTP.address, socks: "socks5://" + socks.address} {
		checkReaches(t, call{kubeconfig: named(t, cluster, url).write(t)})
		checkAsked(t, p, host)
		checkReaches(t, call{kubeconfig: named(t, cluster, "http://127.0.0.1:1").write(t), flags: []string{"--proxy-url", url}})
		checkAsked(t, p, host)
		scheme, rest, _ := strings.Cut(url, "://")
		checkReaches(t, call{kubeconfig: named(t, cluster, scheme+"://user:"+canary+"@"+rest).write(t)})
		checkAsked(t, p, "user:"+canary+"@"+host)
		renamed := named(t, cluster, url)
		renamed.cluster["tls-server-name"] = "localhost"
		checkReaches(t, call{kubeconfig: renamed.write(t)})
		checkAsked(t, p, host)
		// proxy-url is an order: it holds for loopback too, against NO_PROXY.
		toLoopback := good(t, cluster)
		toLoopback.cluster["proxy-url"] = url
		checkReaches(t, call{kubeconfig: toLoopback.write(t), env: []string{"NO_PROXY=*"}})
		checkAsked(t, p, address)
	}
	// The proxy's own certificate is checked against the kubeconfig's CA.
	c := named(t, cluster, "https://"+overTLS.address)
	checkFails(t, call{kubeconfig: c.write(t)}, unableToConnect)
	c.cluster["certificate-authority-data"] = encoded(read(t, cluster.CAPath()) + authorityOf(t, ownConfig))
	overTLS.take()
	checkReaches(t, call{kubeconfig: c.write(t)})
	checkAsked(t, overTLS, host)
}

func TestProxyOfTheEnvironment(t *testing.T) {
	cluster := sharedCluster(t)
	p := listen(t, cluster, nil, greetHTTP)
	socks := listen(t, cluster, nil, greetSOCKS)
	kubeconfig := named(t, cluster, "").write(t)
	host := fmt.Sprintf("%s:%d", harness.HostName, cluster.Servers[0].Port)
	with := func(env ...string) call { return call{kubeconfig: kubeconfig, env: env} }
	for _, env := range []string{"HTTPS_PROXY=http://" + p.address, "https_proxy=http://" + p.address, "HTTPS_PROXY=" + p.address} {
		checkReaches(t, with(env))
		checkAsked(t, p, host)
	}
	checkReaches(t, with("HTTPS_PROXY=socks5://"+socks.address))
	checkAsked(t, socks, host)
	checkReaches(t, with("HTTPS_PROXY=http://"+p.address, "NO_PROXY=other.test,10.0.0.0/8,test.example"))
	checkAsked(t, p, host)

	// Not for plain HTTP, not for those whom NO_PROXY names, not for loopback.
	for _, env := range [][]string{
		{"HTTP_PROXY=http://" + p.address}, {"ALL_PROXY=http://" + p.address},
		{"HTTPS_PROXY=http://" + p.address, "NO_PROXY=.test"},
		{"HTTPS_PROXY=http://" + p.address, "no_proxy=" + host},
		{"HTTPS_PROXY=http://" + p.address, "NO_PROXY=*"},
	} {
		checkFails(t, with(env...), unableToConnect) // nobody resolves the name
	}
	checkReaches(t, call{kubeconfig: cluster.Kubeconfig(harness.Admin, 0), env: []string{"HTTPS_PROXY=http://" + p.address}})
	if asked := p.take(); asked != nil {
		t.Errorf("the proxy was asked for %q", asked)
	}
}

func TestProxiesThatDoNotWork(t *testing.T) {
	cluster := sharedCluster(t)
	p := listen(t, cluster, nil, greetHTTP)
	refused := named(t, cluster, "http://user:"+canary+"@"+p.address)
	refused.cluster["server"] = "https://refused.test"
	checkFails(t, call{kubeconfig: refused.write(t)}, unableToConnect)
	for _, url := range []string{"http://127.0.0.1:1", "socks5://127.0.0.1:1"} {
		// kubectl says that the server refused, which nobody has asked yet.
		checkFailsAs(t, call{kubeconfig: named(t, cluster, url).write(t)}, unableToConnect, "The connection to the server ")
	}
	for _, url := range []string{"ftp://127.0.0.1:1", "socks5h://127.0.0.1:1"} {
		checkFailsAs(t, call{kubeconfig: named(t, cluster, url).write(t)},
			"error: invalid 'proxy-url' for cluster \"c\": unsupported proxy scheme", "error: invalid 'proxy-url' ")
	}
}
