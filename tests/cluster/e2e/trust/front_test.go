package trust

import (
	"bytes"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// front puts a handler before the API server; next passes a request on. TLS ends here, so the client has to use a
// token.
func front(t *testing.T, cluster *harness.Cluster, handle func(http.ResponseWriter, *http.Request, http.Handler)) (kubeconfig string) {
	t.Helper()
	client := kit.ClientOf(t, cluster, current)
	target, err := url.Parse(client.URL)
	kit.Must(t, err)
	next := httputil.NewSingleHostReverseProxy(target)
	next.Transport = &http.Transport{TLSClientConfig: client.TLS(), ForceAttemptHTTP2: true, DisableCompression: true}
	next.ErrorLog = log.New(io.Discard, "", 0)

	serving, err := harness.NewServing(t.TempDir())
	kit.Must(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		handle(response, request, next)
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{serving.Certificate}}
	server.EnableHTTP2 = true
	server.Config.ErrorLog = next.ErrorLog
	server.StartTLS()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	kubeconfig, err = serving.WriteKubeconfig(server.URL)
	kit.Must(t, err)
	return kubeconfig
}

// gate holds back the writes that it is told to, so that a test acts in the middle of a run.
type gate struct {
	kubeconfig string
	passed     atomic.Int64
	held       chan struct{} // closed when the first one is held
	opened     chan struct{}
	onHeld     sync.Once
	onOpen     sync.Once
}

// newGate holds a write if hold says so, which knows how many have passed.
func newGate(t *testing.T, cluster *harness.Cluster, hold func(request *http.Request, passed int64) bool) *gate {
	t.Helper()
	g := &gate{held: make(chan struct{}), opened: make(chan struct{})}
	g.kubeconfig = front(t, cluster, func(response http.ResponseWriter, request *http.Request, next http.Handler) {
		if isWrite(request) && hold(request, g.passed.Add(1)) && !g.wait(request) {
			return
		}
		next.ServeHTTP(response, request)
	})
	t.Cleanup(g.open)
	return g
}

func isWrite(request *http.Request) bool {
	return request.Method == http.MethodPut || request.Method == http.MethodPatch
}

// wait is false when the client has gone meanwhile.
func (g *gate) wait(request *http.Request) bool {
	g.onHeld.Do(func() { close(g.held) })
	select {
	case <-g.opened:
		return true
	case <-request.Context().Done():
		return false
	}
}

func (g *gate) open() { g.onOpen.Do(func() { close(g.opened) }) }

func (g *gate) waitHeld(t *testing.T, running *plugin.Running) {
	t.Helper()
	meanwhile(t, running, "a write is at the gate", func() bool {
		select {
		case <-g.held:
			return true
		default:
			return false
		}
	})
}

// after holds all writes but the first ones.
func after(count int64) func(*http.Request, int64) bool {
	return func(_ *http.Request, passed int64) bool { return passed > count }
}

// named holds the writes of one object.
func named(name string) func(*http.Request, int64) bool {
	return func(request *http.Request, _ int64) bool { return strings.HasSuffix(request.URL.Path, "/"+name) }
}

// listener hears what the API server sends to the plugin.
type listener struct {
	kubeconfig string
	bytes      atomic.Int64 // bodies of replies to requests for Secrets
	heard      atomic.Int64 // how often the word came
}

// listen counts the bytes of all replies with Secrets or their metadata, and looks for a word in them.
func listen(t *testing.T, cluster *harness.Cluster, word string) *listener {
	t.Helper()
	l := &listener{}
	l.kubeconfig = front(t, cluster, func(response http.ResponseWriter, request *http.Request, next http.Handler) {
		if !strings.Contains(request.URL.Path, "/secrets") { // metrics and discovery
			next.ServeHTTP(response, request)
			return
		}
		request.Header.Del("Accept-Encoding") // nothing is heard through gzip
		next.ServeHTTP(&heard{ResponseWriter: response, listener: l, word: []byte(word)}, request)
	})
	return l
}

type heard struct {
	http.ResponseWriter
	listener *listener
	word     []byte
	tail     []byte // the end of what came before, where a word may have begun
}

func (h *heard) Write(content []byte) (int, error) {
	h.listener.bytes.Add(int64(len(content)))
	text := append(h.tail, content...)
	h.listener.heard.Add(int64(bytes.Count(text, h.word)))
	h.tail = append([]byte(nil), text[max(0, len(text)-len(h.word)+1):]...)
	return h.ResponseWriter.Write(content)
}

func (h *heard) Unwrap() http.ResponseWriter { return h.ResponseWriter }
