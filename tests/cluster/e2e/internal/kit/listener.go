package kit

import (
	"io"
	"net"
	"testing"
)

// HangsUp is an address where nobody speaks TLS: whoever calls hears `greeting`,
// and the line is closed.
func HangsUp(t *testing.T, greeting string) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	Must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			io.WriteString(client, greeting)
			client.Close()
		}
	}()
	return "https://" + listener.Addr().String()
}
