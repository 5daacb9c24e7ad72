package states

import (
	"bytes"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// allDoors makes it an error that the plugin lacks one.
const allDoors = "KENCRYPT_STATES_ALL"

// pastTheAPIServer are the doors that see what etcd holds, by the flag that each needs.
var pastTheAPIServer = []struct {
	flag string
	door
}{
	{"--etcd-endpoints", door{"etcd", kindNames(), true, etcd}},
	{"--etcd-endpoints", door{"gateway", kindNames(), true, gateway}},
	{"--snapshot", door{"snapshot", kindNames(), true, snapshot}},
	{"--snapshot", door{"database", kindNames(), true, database}},
	{"--snapshot", door{"large pages", kindNames(), true, largePages}},
}

// etcdDoors are those of them whose flags `status --help` has.
func etcdDoors(t *testing.T) (present []door) {
	t.Helper()
	help, err := plugin.Do(plugin.Run{Args: []string{"status", "--help"}, Bare: true})
	kit.Must(t, err)
	for _, one := range pastTheAPIServer {
		switch {
		case strings.Contains(help.Stdout, one.flag+"="):
			present = append(present, one.door)
		case os.Getenv(allDoors) == "1":
			t.Errorf("the plugin has no %s, and %s=1 wants all doors", one.flag, allDoors)
		}
	}
	return present
}

func etcd(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	return by(t, "gRPC", status(t, cluster, append(ownCertificates(cluster), "--etcd-endpoints", cluster.Etcd.Endpoint,
		"--config", cluster.Servers[0].ConfigPath())...))
}

// gateway is the JSON of etcd: at a port of its own, or where a proxy knows no HTTP/2.
func gateway(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	args := append(ownCertificates(cluster), "--etcd-endpoints", cluster.Etcd.HTTPEndpoint)
	if cluster.Etcd.HTTPEndpoint == cluster.Etcd.Endpoint {
		proxy := oldProxy(t, cluster)
		defer proxy.Close()
		args = []string{"--etcd-endpoints", proxy.URL}
		if certificate := proxy.Certificate(); certificate != nil {
			ca := filepath.Join(t.TempDir(), "ca.crt")
			kit.Must(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}), 0o600))
			args = append(args, "--etcd-cacert", ca)
		}
	}
	return by(t, "the JSON gateway", status(t, cluster, append(args, "--config", cluster.Servers[0].ConfigPath())...))
}

// by makes sure that etcd was read in the way that is to be tested.
func by(t *testing.T, way string, report plugin.CoverageReport) plugin.CoverageReport {
	t.Helper()
	if !strings.Contains(report.Source, ", by "+way+":") {
		t.Errorf("not by %s: %q", way, report.Source)
	}
	return report
}

// ownCertificates are the flags for an etcd that wants them.
func ownCertificates(cluster *planted.Cluster) []string {
	state := cluster.State()
	if !state.Etcd.TLS {
		return nil
	}
	return []string{"--etcd-cacert", state.CA, "--etcd-cert", state.Etcd.Cert, "--etcd-key", state.Etcd.Key}
}

// oldProxy passes HTTP/1.1 on to etcd, and refuses what else it is spoken to in.
func oldProxy(t *testing.T, cluster *planted.Cluster) *httptest.Server {
	t.Helper()
	target, err := url.Parse(cluster.Etcd.Endpoint)
	kit.Must(t, err)
	transport := &http.Transport{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = transport
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.ProtoMajor != 1 {
			http.Error(response, "this proxy speaks HTTP/1.1", http.StatusHTTPVersionNotSupported)
			return
		}
		// Go's proxy breaks off where the answer comes before it has seen the end of the request.
		content, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		request.Body = io.NopCloser(bytes.NewReader(content))
		proxy.ServeHTTP(response, request)
	}))
	t.Cleanup(transport.CloseIdleConnections)
	if target.Scheme == "http" {
		server.Start()
		return server
	}
	transport.TLSClientConfig, err = harness.ClientTLS(filepath.Join(cluster.Dir, "pki"), "etcd-client")
	kit.Must(t, err)
	server.StartTLS() // without HTTP/2
	return server
}
