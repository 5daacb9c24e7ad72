package connect

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// proxy lets connections through to the API server, whatever name they ask for:
// it plays the resolver that knows kencrypt-cluster.test.
type proxy struct {
	address string
	target  string

	lock  sync.Mutex
	asked []string // what each connection was for, with the credentials before it
}

// listen starts a proxy whose connections are greeted by one of the two
// protocols below; a nil certificate means without TLS.
func listen(t *testing.T, cluster *harness.Cluster, certificate *tls.Certificate, greet func(*proxy, net.Conn) (net.Conn, bool)) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	p := &proxy{address: listener.Addr().String(), target: strings.TrimPrefix(cluster.Servers[0].URL(), "https://")}
	if certificate != nil {
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{*certificate}})
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(client, greet)
		}
	}()
	return p
}

func (p *proxy) serve(client net.Conn, greet func(*proxy, net.Conn) (net.Conn, bool)) {
	defer client.Close()
	inner, welcome := greet(p, client)
	if !welcome {
		return
	}
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(server, inner)
		server.Close()
	}()
	io.Copy(client, server)
}

func (p *proxy) note(what string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.asked = append(p.asked, what)
}

// take returns what was asked since the last time.
func (p *proxy) take() []string {
	p.lock.Lock()
	defer p.lock.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

// greetHTTP answers CONNECT (RFC 9110 section 9.3.6).
func greetHTTP(p *proxy, client net.Conn) (net.Conn, bool) {
	reader := bufio.NewReader(client)
	request, err := http.ReadRequest(reader)
	if err != nil {
		return nil, false
	}
	user := ""
	if _, encoded, basic := strings.Cut(request.Header.Get("Proxy-Authorization"), "Basic "); basic {
		decoded, _ := base64.StdEncoding.DecodeString(encoded)
		user = string(decoded) + "@"
	}
	p.note(user + request.Host)
	if request.Method != http.MethodConnect || strings.HasPrefix(request.Host, "refused.") {
		fmt.Fprintf(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: %d\r\n\r\n%s", len(canary), canary)
		return nil, false
	}
	fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	return bufferedConn{client, reader}, true
}

// bufferedConn gives what a reader has already taken.
type bufferedConn struct {
	net.Conn
	reader *bufio.Reader
}

func (c bufferedConn) Read(buffer []byte) (int, error) { return c.reader.Read(buffer) }

// greetSOCKS speaks SOCKS version 5 (RFC 1928), with a password (RFC 1929) if
// the client offers one.
func greetSOCKS(p *proxy, client net.Conn) (net.Conn, bool) {
	methods, ok := sized(client, 1)
	if !ok {
		return nil, false
	}
	user := ""
	if strings.ContainsRune(methods, 2) {
		client.Write([]byte{5, 2})
		name, _ := sized(client, 1)
		password, _ := sized(client, 0)
		user = name + ":" + password + "@"
		client.Write([]byte{1, 0})
	} else {
		client.Write([]byte{5, 0})
	}
	host, ok := socksTarget(client)
	p.note(user + host)
	client.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	return client, ok
}

// sized skips bytes and reads as many as the next one says.
func sized(client net.Conn, skip int) (string, bool) {
	head := make([]byte, skip+1)
	if _, err := io.ReadFull(client, head); err != nil {
		return "", false
	}
	content := make([]byte, head[skip])
	_, err := io.ReadFull(client, content)
	return string(content), err == nil
}

func socksTarget(client net.Conn) (string, bool) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(client, head); err != nil || head[1] != 1 {
		return "", false
	}
	var host string
	switch head[3] {
	case 1:
		address := make([]byte, 4)
		io.ReadFull(client, address)
		host = net.IP(address).String()
	case 3:
		host, _ = sized(client, 0)
	default:
		return "", false
	}
	port := make([]byte, 2)
	_, err := io.ReadFull(client, port)
	return net.JoinHostPort(host, fmt.Sprint(binary.BigEndian.Uint16(port))), err == nil
}

// named is a kubeconfig whose server has a name that only a proxy can resolve.
func named(t *testing.T, cluster *harness.Cluster, proxyURL string) config {
	t.Helper()
	c := good(t, cluster)
	c.cluster["server"] = fmt.Sprintf("https://%s:%d", harness.HostName, cluster.Servers[0].Port)
	if proxyURL != "" {
		c.cluster["proxy-url"] = proxyURL
	}
	return c
}

func tlsOf(serving *harness.Serving) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{serving.Certificate}}
}
