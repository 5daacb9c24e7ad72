package status

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// exchange is a request and its answer as the API server saw and gave it.
type exchange struct {
	Method, Path string
	Header       http.Header
	Status       int
	Answer       []byte // uncompressed
}

// interceptor ends TLS in front of API servers. It sees every request, and a
// test can have something happen at a chosen one, instead of sleeping until it
// has probably come.
type interceptor struct {
	Kubeconfig string

	// before is called with each request and its number, counted from 1 and by
	// kind ("read": one Secret, "write", "metrics", "other"); it may take its time.
	before func(kind string, number int)
	// choose picks the server for the number-th request of all.
	choose func(number int) *harness.Server

	lock      sync.Mutex
	counts    map[string]int
	exchanges []exchange
}

var readsOneSecret = regexp.MustCompile(`^/api/v1/namespaces/[^/]+/secrets/[^/]+$`)

// intercept puts an interceptor before the first server of a cluster. Its clients trust it alone.
func intercept(t *testing.T, cluster *harness.Cluster) *interceptor {
	t.Helper()
	serving, err := harness.NewServing(t.TempDir())
	must(t, err)
	return interceptWith(t, cluster, serving)
}

// interceptOpenly is intercept with a certificate of the cluster, so that clients can reach the servers past it, too.
func interceptOpenly(t *testing.T, cluster *harness.Cluster) *interceptor {
	t.Helper()
	serving, err := cluster.Serving(t.TempDir())
	must(t, err)
	return interceptWith(t, cluster, serving)
}

func interceptWith(t *testing.T, cluster *harness.Cluster, serving *harness.Serving) *interceptor {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	kubeconfig, err := serving.WriteKubeconfig("https://" + listener.Addr().String())
	must(t, err)
	i := &interceptor{
		Kubeconfig: kubeconfig,
		before:     func(string, int) {},
		choose:     func(int) *harness.Server { return cluster.Servers[0] },
		counts:     map[string]int{},
	}
	server := &http.Server{Handler: i.handler(t, cluster), ErrorLog: silent}
	server.TLSConfig = tlsOf(serving)
	go server.ServeTLS(listener, "", "")
	t.Cleanup(func() { server.Close() })
	return i
}

// pauseAt holds the number-th request of a kind from when reached is closed until resume is called; others pass.
func (i *interceptor) pauseAt(t *testing.T, kind string, number int) (reached <-chan struct{}, resume func()) {
	arrived, gate := make(chan struct{}), make(chan struct{})
	resume = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(resume)
	i.before = func(of string, n int) {
		if of == kind && n == number {
			close(arrived)
			<-gate
		}
	}
	return arrived, resume
}

var silent = log.New(io.Discard, "", 0)

func (i *interceptor) handler(t *testing.T, cluster *harness.Cluster) http.Handler {
	transport := &http.Transport{
		TLSClientConfig: clientOf(t, cluster.Servers[0]).TLS(), ForceAttemptHTTP2: true, DisableCompression: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{
		Transport: transport, ErrorLog: silent, FlushInterval: -1,
		Rewrite: func(request *httputil.ProxyRequest) {
			target, _ := url.Parse(i.choose(i.count("all")).URL())
			request.SetURL(target)
		},
		ModifyResponse: i.record,
	}
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		kind := kindOf(request)
		i.before(kind, i.count(kind))
		proxy.ServeHTTP(response, request)
	})
}

func kindOf(request *http.Request) string {
	switch {
	case request.URL.Path == "/metrics":
		return "metrics"
	case request.Method != "GET":
		return "write"
	case readsOneSecret.MatchString(request.URL.Path):
		return "read"
	}
	return "other"
}

func (i *interceptor) count(kind string) int {
	i.lock.Lock()
	defer i.lock.Unlock()
	i.counts[kind]++
	return i.counts[kind]
}

// Count is how many requests of a kind there were.
func (i *interceptor) Count(kind string) int {
	i.lock.Lock()
	defer i.lock.Unlock()
	return i.counts[kind]
}

// Exchanges are those so far.
func (i *interceptor) Exchanges() []exchange {
	i.lock.Lock()
	defer i.lock.Unlock()
	return slices.Clone(i.exchanges)
}

func (i *interceptor) record(response *http.Response) error {
	content, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return err
	}
	response.Body = io.NopCloser(bytes.NewReader(content))
	answer := content
	if response.Header.Get("Content-Encoding") == "gzip" {
		reader, err := gzip.NewReader(bytes.NewReader(content))
		if err != nil {
			return err
		}
		if answer, err = io.ReadAll(reader); err != nil {
			return err
		}
	}
	request := response.Request
	i.lock.Lock()
	defer i.lock.Unlock()
	i.exchanges = append(i.exchanges, exchange{request.Method, request.URL.RequestURI(), request.Header.Clone(), response.StatusCode, answer})
	return nil
}

func tlsOf(serving *harness.Serving) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{serving.Certificate}}
}
