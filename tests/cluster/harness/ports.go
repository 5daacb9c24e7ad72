package harness

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// Ports come from below the range that Linux gives to outgoing connections
// (32768 and up): while a server is down between two runs of it, no client on
// the machine can get its port by chance, as it could with one from ":0".
const (
	lowestPort  = 20000
	highestPort = 32000
	portTries   = 200
)

var handedOut struct {
	sync.Mutex
	ports map[int]bool
}

// choosePort is freePort but for the test of what follows a bad choice.
var choosePort = freePort

// freePort returns a port on loopback that could be bound a moment ago and that
// this process has not handed out before. Somebody else may still take it;
// whoever starts a server on it retries with another.
func freePort() (int, error) {
	handedOut.Lock()
	defer handedOut.Unlock()
	if handedOut.ports == nil {
		handedOut.ports = map[int]bool{}
	}
	for range portTries {
		port := lowestPort + rand.IntN(highestPort-lowestPort)
		if handedOut.ports[port] || !canBind(port) {
			continue
		}
		handedOut.ports[port] = true
		return port, nil
	}
	return 0, fmt.Errorf("no free port between %d and %d in %d tries", lowestPort, highestPort, portTries)
}

func canBind(port int) bool {
	listener, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	listener.Close()
	return true
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
