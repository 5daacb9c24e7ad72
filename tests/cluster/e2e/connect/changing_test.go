package connect

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// A token file that is replaced while the plugin runs: a pod's token is, once an
// hour. The old one is refused from the third request on; the plugin reads the
// file again then, and goes on.
func TestTokenFileReplacedInMidRun(t *testing.T) {
	cluster := sharedCluster(t)
	client, err := cluster.Client(harness.Admin)
	must(t, err)
	serving, err := harness.NewServing(t.TempDir())
	must(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ownConfig, err := serving.WriteKubeconfig("https://unused.invalid")
	must(t, err)
	tokens := writeText(t, "token", "old-"+canary)
	replaced := make(chan int, 100) // of requests by their tokens
	gateway := gatewayTo(t, client, func(number int, token string) string {
		if number == 3 {
			if err := os.WriteFile(tokens, []byte("new-"+canary), 0o600); err != nil {
				t.Error(err)
			}
		}
		switch {
		case token == "Bearer old-"+canary && number < 3, token == "Bearer new-"+canary:
			replaced <- number
			return harness.Token(harness.Admin)
		}
		return "refused"
	})
	go (&http.Server{Handler: gateway, TLSConfig: tlsOf(serving)}).ServeTLS(listener, "", "")
	t.Cleanup(func() { listener.Close() })
	c := config{
		cluster: object{"server": "https://" + listener.Addr().String(), "certificate-authority-data": encoded(authorityOf(t, ownConfig))},
		user:    object{"tokenFile": tokens},
	}
	checkAnswer(t, call{kubeconfig: c.write(t)}.plugin(t))
	// The list, the two scrapes and each Secret; then what other API servers there are.
	if let := len(replaced); let < 3+secrets {
		t.Errorf("%d requests got through", let)
	}
}

// gatewayTo forwards requests one after the other, with the token that choose
// returns for each.
func gatewayTo(t *testing.T, client *harness.Client, choose func(number int, token string) string) http.Handler {
	target, err := url.Parse(client.URL)
	must(t, err)
	turn, number := make(chan bool, 1), 0
	return &httputil.ReverseProxy{
		Transport: &http.Transport{TLSClientConfig: client.TLS(), ForceAttemptHTTP2: true, DisableCompression: true},
		Rewrite: func(request *httputil.ProxyRequest) {
			turn <- true
			number++
			token := choose(number, request.In.Header.Get("Authorization"))
			<-turn
			request.SetURL(target)
			request.Out.Header.Set("Authorization", "Bearer "+token)
		},
	}
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// In a pod there is no kubeconfig: the address is in the environment, and the
// rest in files at a place that is always the same.
func TestInCluster(t *testing.T) {
	cluster := sharedCluster(t)
	makeServiceAccount(t, map[string]string{
		"token": harness.Token(harness.Admin), "ca.crt": read(t, cluster.CAPath()), "namespace": namespace,
	})
	env := []string{"KUBERNETES_SERVICE_HOST=127.0.0.1", fmt.Sprintf("KUBERNETES_SERVICE_PORT=%d", cluster.Servers[0].Port)}
	checkReaches(t, call{env: env})
	checkFails(t, call{env: env, flags: []string{"--token=wrong"}}, "error: You must be logged in to the server")
	// With --as kubectl forgets where it is; there is no reason to.
	checkSentence(t, call{env: env, flags: []string{"--as=alice"}}.plugin(t), `Error from server (Forbidden): secrets is forbidden: User "alice" cannot list`)
	// A kubeconfig comes first; without the address there is no cluster to be in.
	checkFails(t, call{env: env, kubeconfig: cluster.Kubeconfig(harness.Nobody, 0)}, `Error from server (Forbidden): secrets is forbidden: User "nobody"`)
	checkSentence(t, call{env: env[:1]}.plugin(t), "error: Missing or incomplete configuration info")
	other, err := harness.NewServing(t.TempDir())
	must(t, err)
	otherConfig, err := other.WriteKubeconfig("https://unused.invalid")
	must(t, err)
	must(t, os.WriteFile(filepath.Join(serviceAccount, "ca.crt"), []byte(authorityOf(t, otherConfig)), 0o600))
	checkFails(t, call{env: env}, unableToConnect)
}

// makeServiceAccount writes the files of a pod, if this is not one and it may.
func makeServiceAccount(t *testing.T, files map[string]string) {
	t.Helper()
	if _, err := os.Lstat(serviceAccount); err == nil {
		t.Skipf("%s exists: this seems to be a pod", serviceAccount)
	}
	first := serviceAccount // the topmost directory that is not there yet
	for parent := filepath.Dir(first); ; parent = filepath.Dir(parent) {
		if _, err := os.Lstat(parent); err == nil {
			break
		}
		first = parent
	}
	if err := os.MkdirAll(serviceAccount, 0o755); err != nil {
		t.Skipf("not allowed to make %s: %v", serviceAccount, err)
	}
	t.Cleanup(func() { os.RemoveAll(first) })
	for name, content := range files {
		must(t, os.WriteFile(filepath.Join(serviceAccount, name), []byte(content), 0o600))
	}
}
