package rewrite

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

// upstream passes requests on to the API server with the new key, credentials
// and all: a client has to use a token.
func upstream(t *testing.T) *httputil.ReverseProxy {
	t.Helper()
	client := clientOf(t, shared(t), current)
	target, err := url.Parse(client.URL)
	must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{TLSClientConfig: client.TLS(), ForceAttemptHTTP2: true, DisableCompression: true}
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	return proxy
}

// serve puts a handler in the place of the API server.
func serve(t *testing.T, handler http.Handler) (kubeconfig string) {
	t.Helper()
	serving, err := harness.NewServing(t.TempDir())
	must(t, err)
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{serving.Certificate}}
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	kubeconfig, err = serving.WriteKubeconfig(server.URL)
	must(t, err)
	return kubeconfig
}

// gate lets a number of replace calls pass and holds the others back, so that a
// test can be sure to act in the middle of a run.
type gate struct {
	t          *testing.T
	kubeconfig string
	passing    atomic.Int64
	full       chan struct{} // closed when the first one is held
	opened     chan struct{}
	onFull     sync.Once
	onOpen     sync.Once
	limit      atomic.Int64
}

func openGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{t: t, full: make(chan struct{}), opened: make(chan struct{})}
	next := upstream(t)
	g.kubeconfig = serve(t, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPut && !g.pass(request) {
			return
		}
		next.ServeHTTP(response, request)
	}))
	return g
}

// pass is false when the client has gone while it waited.
func (g *gate) pass(request *http.Request) bool {
	if g.passing.Add(1) <= g.limit.Load() {
		return true
	}
	g.onFull.Do(func() { close(g.full) })
	select {
	case <-g.opened:
		return true
	case <-request.Context().Done():
		return false
	}
}

func (g *gate) holdAfter(count int64) { g.limit.Store(count) }

func (g *gate) waitFull() {
	g.t.Helper()
	waitClosed(g.t, "replace calls at the gate", g.full)
}

func (g *gate) open() { g.onOpen.Do(func() { close(g.opened) }) }

// waitClosed waits for a channel, but not for ever.
func waitClosed(t *testing.T, what string, channel <-chan struct{}) {
	t.Helper()
	select {
	case <-channel:
	case <-time.After(patience):
		t.Fatalf("not within %v: %s", patience, what)
	}
}

// waitTaken returns when a process has taken note of a SIGINT that it holds
// pending.
func waitTaken(t *testing.T, pid int) {
	t.Helper()
	eventually(t, "the signal is taken", func() bool { return !pending(t, pid, syscall.SIGINT) })
}

// pending reads the signals that wait, of the process and of its only thread.
func pending(t *testing.T, pid int, signal syscall.Signal) bool {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	must(t, err)
	for line := range strings.Lines(string(status)) {
		for _, field := range []string{"SigPnd:", "ShdPnd:"} {
			var mask uint64
			if rest, found := strings.CutPrefix(line, field); found {
				fmt.Sscanf(rest, "%x", &mask)
			}
			if mask&(1<<(signal-1)) != 0 {
				return true
			}
		}
	}
	return false
}

// matcher picks requests by "METHOD /path?query".
func matcher(expression string) func(*http.Request) bool {
	match := regexp.MustCompile(expression)
	return func(request *http.Request) bool {
		return match.MatchString(request.Method + " " + request.URL.RequestURI())
	}
}
