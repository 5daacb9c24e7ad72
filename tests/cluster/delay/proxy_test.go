package delay

import (
	"io"
	"net"
	"testing"
	"time"
)

const roundTrip = 60 * time.Millisecond

// startProxy puts a proxy before a server that answers every connection.
func startProxy(t *testing.T, answer func(net.Conn)) net.Conn {
	t.Helper()
	server := listen(t)
	go func() {
		for {
			connection, err := server.Accept()
			if err != nil {
				return
			}
			go answer(connection)
		}
	}()
	proxy, err := Listen("127.0.0.1:0", roundTrip, server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	go proxy.Serve()
	return dial(t, proxy.Addr())
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

func echo(connection net.Conn) {
	io.Copy(connection, connection)
	connection.(*net.TCPConn).CloseWrite()
}

func exchange(t *testing.T, connection net.Conn) {
	t.Helper()
	if _, err := connection.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(connection, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func TestEveryExchangeTakesARoundTrip(t *testing.T) {
	connection := startProxy(t, echo)
	exchange(t, connection) // with the handshake
	const exchanges = 5
	began := time.Now()
	for range exchanges {
		exchange(t, connection)
	}
	took := time.Since(began)
	if took < exchanges*roundTrip || took > 2*exchanges*roundTrip {
		t.Errorf("%d exchanges took %v, %v wanted", exchanges, took, exchanges*roundTrip)
	}
}

// A proxy that slept before every write would let one chunk pass per delay.
func TestManyChunksAreUnderWayAtATime(t *testing.T) {
	connection := startProxy(t, echo)
	const size = 256 << 20 // 4096 chunks: 2 minutes one after the other
	began := time.Now()
	go func() {
		connection.Write(make([]byte, size))
		connection.(*net.TCPConn).CloseWrite()
	}()
	count, err := io.Copy(io.Discard, connection)
	if err != nil || count != size {
		t.Fatalf("%d of %d bytes came back: %v", count, size, err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("%d MiB took %v", size>>20, took)
	}
}

func TestEndOfStreamArrivesAfterTheData(t *testing.T) {
	connection := startProxy(t, func(server net.Conn) {
		server.Write([]byte("last words"))
		server.Close()
	})
	content, err := io.ReadAll(connection)
	if err != nil || string(content) != "last words" {
		t.Errorf("got %q, %v", content, err)
	}
}

func TestTargetsTakeTurns(t *testing.T) {
	var targets []string
	for _, name := range []string{"a", "b"} {
		server := listen(t)
		targets = append(targets, server.Addr().String())
		go func() {
			for {
				connection, err := server.Accept()
				if err != nil {
					return
				}
				connection.Write([]byte(name))
				connection.Close()
			}
		}()
	}
	proxy, err := Listen("127.0.0.1:0", 0, targets...)
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	go proxy.Serve()
	got := map[string]int{}
	for range 4 {
		content, _ := io.ReadAll(dial(t, proxy.Addr()))
		got[string(content)]++
	}
	if got["a"] != 2 || got["b"] != 2 {
		t.Errorf("connections per target: %v", got)
	}
}
