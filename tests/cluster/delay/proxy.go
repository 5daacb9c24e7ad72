// Package delay is a TCP proxy that makes loopback feel like a network: every
// byte arrives half a round trip later, and any number of them are under way.
package delay

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const readSize = 64 << 10

// Proxy forwards connections to its targets in turn.
type Proxy struct {
	listener net.Listener
	targets  []string
	oneWay   time.Duration
	accepted atomic.Uint64
}

// Listen opens the port; Serve does the work. With several targets the proxy is
// a load balancer by connection.
func Listen(address string, roundTrip time.Duration, targets ...string) (*Proxy, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return &Proxy{listener: listener, targets: targets, oneWay: roundTrip / 2}, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close ends Serve. Connections in use go on.
func (p *Proxy) Close() error { return p.listener.Close() }

// Serve forwards until Close.
func (p *Proxy) Serve() error {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return err
		}
		target := p.targets[(p.accepted.Add(1)-1)%uint64(len(p.targets))]
		go p.forward(client.(*net.TCPConn), target)
	}
}

func (p *Proxy) forward(client *net.TCPConn, target string) {
	// The kernel has already answered the client's SYN; a network would have
	// taken a round trip for that.
	time.Sleep(2 * p.oneWay)
	connection, err := net.Dial("tcp", target)
	if err != nil {
		client.SetLinger(0) // a reset, as a closed port would answer
		client.Close()
		return
	}
	server := connection.(*net.TCPConn)
	var directions sync.WaitGroup
	directions.Go(func() { p.copy(client, server) })
	directions.Go(func() { p.copy(server, client) })
	directions.Wait()
	client.Close()
	server.Close()
}

// copy moves one direction from source to destination. The end of the stream
// travels like data, and with the same delay.
func (p *Proxy) copy(source, destination *net.TCPConn) {
	q := newQueue()
	go p.receive(source, q)
	for {
		for _, c := range q.pop() {
			if c.content == nil {
				destination.CloseWrite()
				return
			}
			if _, err := destination.Write(c.content); err != nil {
				q.breakOff()
				source.Close()
				return
			}
		}
	}
}

func (p *Proxy) receive(source *net.TCPConn, q *queue) {
	buffer := make([]byte, readSize)
	for {
		count, err := source.Read(buffer)
		due := time.Now().Add(p.oneWay)
		if count > 0 && !q.push(chunk{due, append([]byte(nil), buffer[:count]...)}) {
			return
		}
		if err != nil {
			q.push(chunk{due, nil})
			return
		}
	}
}
