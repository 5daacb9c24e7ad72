// Package fault is a server that answers wrongly on purpose. It stands alone,
// or before a real API server and spoils only some requests.
package fault

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
)

// Rule says which requests go wrong and how.
type Rule struct {
	Mode  string
	Match string // regular expression on "METHOD /path?query", "" = all
	Skip  int    // that many matching requests go through first
	Times int    // that many then go wrong, 0 = all
}

// Server applies a rule. Requests that it lets pass go to the upstream, or get
// the fault as well if there is none.
type Server struct {
	rule     Rule
	match    *regexp.Regexp
	matched  atomic.Int64
	upstream http.Handler // nil = none
}

// New checks the rule.
func New(rule Rule) (*Server, error) {
	if _, known := modes[rule.Mode]; !known {
		return nil, fmt.Errorf("no mode %q; there are: %s", rule.Mode, strings.Join(Modes(), " "))
	}
	match, err := regexp.Compile(rule.Match)
	if err != nil {
		return nil, err
	}
	return &Server{rule: rule, match: match}, nil
}

// Upstream makes the server a proxy. Credentials travel on as they came, so a
// client has to use a token: a client certificate ends here.
func (s *Server) Upstream(target *url.URL, config *tls.Config) {
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableCompression: true}
	proxy.FlushInterval = -1
	s.upstream = proxy
}

// ServeHTTP lets a first path element that names a mode overrule the rule, so
// that one server offers all faults: https://127.0.0.1:PORT/html-502/api/...
func (s *Server) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	first, _, _ := strings.Cut(strings.TrimPrefix(request.URL.Path, "/"), "/")
	if answer, named := modes[first]; named {
		answer(response, request)
		return
	}
	if s.upstream != nil && !s.goesWrong(request) {
		s.upstream.ServeHTTP(response, request)
		return
	}
	modes[s.rule.Mode](response, request)
}

func (s *Server) goesWrong(request *http.Request) bool {
	if !s.match.MatchString(request.Method + " " + request.URL.RequestURI()) {
		return false
	}
	number := int(s.matched.Add(1))
	return number > s.rule.Skip && (s.rule.Times == 0 || number <= s.rule.Skip+s.rule.Times)
}

// Serve answers on a listener, with TLS unless the certificate is nil.
func (s *Server) Serve(listener net.Listener, certificate *tls.Certificate) error {
	server := &http.Server{Handler: s}
	if certificate == nil {
		return server.Serve(listener)
	}
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}}
	return server.ServeTLS(listener, "", "")
}
