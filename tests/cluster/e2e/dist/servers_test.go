package dist

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// asked remembers what a server was asked for.
type asked struct {
	lock  sync.Mutex
	names []string
}

func (a *asked) note(name string) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.names = append(a.names, name)
}

// take returns what came since the last time.
func (a *asked) take() []string {
	a.lock.Lock()
	defer a.lock.Unlock()
	names := a.names
	a.names = nil
	return names
}

type server struct {
	asked
	address string
}

// startProxy lets CONNECT requests for any name through to one address.
func startProxy(t *testing.T, target string) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	kit.Must(t, err)
	t.Cleanup(func() { listener.Close() })
	p := &server{address: listener.Addr().String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.connect(client, target)
		}
	}()
	return p
}

func (p *server) connect(client net.Conn, target string) {
	defer client.Close()
	reader := bufio.NewReader(client)
	request, err := http.ReadRequest(reader)
	if err != nil || request.Method != http.MethodConnect {
		return
	}
	p.note(request.Host)
	upstream, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer upstream.Close()
	io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		io.Copy(upstream, reader)
		upstream.Close()
	}()
	io.Copy(client, upstream)
}

// serveDNS answers at port 53 of an address of loopback that hardly anybody uses: one name is 127.0.0.1, others are
// not there. A resolver takes no other port.
func serveDNS(t *testing.T, name string) *server {
	t.Helper()
	s := &server{address: "127.83.71.53"}
	socket, err := net.ListenPacket("udp", s.address+":53")
	if err != nil {
		t.Skipf("only root may be a name server: %v", err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		buffer := make([]byte, 512)
		for {
			size, from, err := socket.ReadFrom(buffer)
			if err != nil {
				return
			}
			if answer, ok := s.answer(buffer[:size], name); ok {
				socket.WriteTo(answer, from)
			}
		}
	}()
	return s
}

// answer follows RFC 1035, section 4: a header of 12 bytes, one question, and behind a question for an A record of the
// name its address.
func (s *server) answer(query []byte, name string) ([]byte, bool) {
	const header, typeA, responseWithRecursion, noSuchName = 12, 1, 0x8180, 3
	if len(query) < header || binary.BigEndian.Uint16(query[4:]) != 1 {
		return nil, false
	}
	at, labels := header, []string{}
	for at < len(query) && query[at] != 0 && at+1+int(query[at]) < len(query) {
		labels = append(labels, string(query[at+1:at+1+int(query[at])]))
		at += 1 + int(query[at])
	}
	if at+5 > len(query) {
		return nil, false
	}
	s.note(strings.Join(labels, "."))
	flags, answers := uint16(responseWithRecursion), uint16(0)
	var record []byte
	if strings.Join(labels, ".") != name {
		flags |= noSuchName
	} else if binary.BigEndian.Uint16(query[at+1:]) == typeA {
		answers, record = 1, []byte("\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04\x7f\x00\x00\x01")
	}
	reply := append([]byte{}, query[:2]...)
	for _, word := range []uint16{flags, 1, answers, 0, 0} {
		reply = binary.BigEndian.AppendUint16(reply, word)
	}
	return append(append(reply, query[header:at+5]...), record...), true
}

// authorityOf is the CA of a kubeconfig's cluster.
func authorityOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	kit.Must(t, err)
	var file struct {
		Clusters []struct {
			Cluster struct {
				CA []byte `json:"certificate-authority-data"`
			}
		}
	}
	kit.Must(t, yaml.Unmarshal(text, &file))
	return string(file.Clusters[0].Cluster.CA)
}
