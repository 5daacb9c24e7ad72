package connect

import (
	"net"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/fault"
	"kubectl-encrypt/tests/cluster/harness"
)

// faulty is a kubeconfig for a server that answers everything wrongly.
func faulty(t *testing.T, mode string) string {
	t.Helper()
	serving, err := harness.NewServing(t.TempDir())
	must(t, err)
	server, err := fault.New(fault.Rule{Mode: mode})
	must(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go server.Serve(listener, &serving.Certificate)
	path, err := serving.WriteKubeconfig("https://" + listener.Addr().String())
	must(t, err)
	return path
}

// Whatever a server answers, it is one sentence that says what is wrong.
func TestGarbageAnswers(t *testing.T) {
	for mode, want := range map[string]string{
		"non-json":      "error: the server's reply is not a list of Kubernetes objects in JSON",
		"empty":         "error: the server's reply is not a list of Kubernetes objects in JSON",
		"wrong-kind":    "error: the server's reply is not a list of Kubernetes objects in JSON",
		"wrong-types":   "error: the server's reply is not a list of Kubernetes objects in JSON",
		"nul-bytes":     "error: the server's reply is not a list of Kubernetes objects in JSON",
		"deep-json":     "error: the server's reply is not a list of Kubernetes objects in JSON",
		"same-continue": "error: the server's list does not get on",
		"html-502":      "Error from server (InternalError): the server answered with HTTP status 502 and no explanation",
		"internal":      "Error from server (InternalError): Internal error occurred: no matching prefix found",
		"unavailable":   "Error from server (ServiceUnavailable): the server is currently unable to handle the request",
		"unauthorized":  "error: You must be logged in to the server (Unauthorized)",
		"forbidden":     "Error from server (Forbidden): secrets is forbidden",
		"expired":       "Error from server (Expired): The provided continue parameter is too old",
		"redirect":      "Error from server: the server answered with HTTP status 302 and no explanation",
		"truncated":     "The connection to the server 127.0.0.1:",
		"closed":        "The connection to the server 127.0.0.1:",
	} {
		t.Run(mode, func(t *testing.T) {
			checkSentence(t, call{kubeconfig: faulty(t, mode)}.plugin(t), want)
		})
	}
}

// A server that never answers is left after the time that the user gives it.
func TestHangingServer(t *testing.T) {
	started := time.Now()
	result := call{kubeconfig: faulty(t, "hang"), flags: []string{"--request-timeout=1s"}}.plugin(t)
	checkSentence(t, result, unableToConnect)
	if !strings.Contains(result.Stderr, "timed out") {
		t.Errorf("%q", result.Stderr)
	}
	if elapsed := time.Since(started); elapsed < time.Second || elapsed > 20*time.Second {
		t.Errorf("took %v", elapsed)
	}
}

// Something else listens there: no TLS, or TLS without HTTP.
func TestServersOfAnotherKind(t *testing.T) {
	cluster := sharedCluster(t)
	c := good(t, cluster)
	c.cluster["server"] = kit.HangsUp(t, "220 mail.example ESMTP\r\n")
	result := call{kubeconfig: c.write(t)}.plugin(t)
	checkSentence(t, result, unableToConnect)
	// Plain HTTP to a TLS port, where no token may be sent.
	c = good(t, cluster)
	c.cluster = object{"server": strings.Replace(cluster.Servers[0].URL(), "https", "http", 1)}
	checkFailsAs(t, call{kubeconfig: c.write(t)}, "Error from server (BadRequest): the server rejected our request for an unknown reason", "")
}
