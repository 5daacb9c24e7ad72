package tools

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"kubectl-encrypt/tests/cluster/harness"
)

// A longer path does not fit into a unix socket address.
const longestSocketPath = 100

// control lets other processes change a cluster that `up` runs, by HTTP over a
// unix socket.
type control struct {
	down chan struct{} // closed when `down` asks for the end

	cluster   *harness.Cluster
	listener  net.Listener
	temporary string // directory of the socket, when that of the cluster is too deep
	lock      sync.Mutex
	once      sync.Once
}

// request is what a tool asks for.
type request struct {
	Server int    // -1 = all
	Kill   bool   // SIGKILL instead of an orderly stop
	Config string // text of the encryption configuration, "" = none
	Keep   bool   // keep the configuration as it is
	Reload *bool  // nil = as it was
	Ready  string // path polled for readiness, "" = as it was
}

func listenControl(cluster *harness.Cluster) (*control, error) {
	c := &control{cluster: cluster, down: make(chan struct{})}
	path := filepath.Join(cluster.Dir, "control.sock")
	if len(path) > longestSocketPath {
		dir, err := os.MkdirTemp("", "kencrypt-control-")
		if err != nil {
			return nil, err
		}
		c.temporary, path = dir, filepath.Join(dir, "control.sock")
	}
	os.Remove(path) // of a run that was killed: the directory is locked, so it is over
	var err error
	if c.listener, err = net.Listen("unix", path); err != nil {
		return nil, err
	}
	go http.Serve(c.listener, c.handler())
	return c, c.writeState()
}

func (c *control) close() {
	c.listener.Close()
	if c.temporary != "" {
		os.RemoveAll(c.temporary)
	}
}

func (c *control) writeState() error {
	state := c.cluster.State()
	state.Control = c.listener.Addr().String()
	return state.Write()
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /restart", c.serve(c.restart))
	mux.HandleFunc("POST /stop", c.serve(c.stop))
	mux.HandleFunc("POST /down", func(http.ResponseWriter, *http.Request) {
		c.once.Do(func() { close(c.down) })
	})
	return mux
}

// serve runs one request at a time for every server it is meant for.
func (c *control) serve(act func(*harness.Server, request) error) http.HandlerFunc {
	return func(response http.ResponseWriter, incoming *http.Request) {
		var wanted request
		err := json.NewDecoder(incoming.Body).Decode(&wanted)
		if err == nil {
			c.lock.Lock()
			defer c.lock.Unlock()
			err = c.each(wanted, act)
		}
		if err != nil {
			http.Error(response, err.Error(), http.StatusInternalServerError)
		}
	}
}

func (c *control) each(wanted request, act func(*harness.Server, request) error) error {
	if wanted.Server >= len(c.cluster.Servers) {
		return fmt.Errorf("there is no API server %d", wanted.Server)
	}
	for _, server := range c.cluster.Servers {
		if wanted.Server >= 0 && wanted.Server != server.Index {
			continue
		}
		if err := act(server, wanted); err != nil {
			return err
		}
	}
	return c.writeState()
}

func (c *control) stop(server *harness.Server, wanted request) error {
	if wanted.Kill {
		server.Kill()
	} else {
		server.Stop()
	}
	return nil
}

func (c *control) restart(server *harness.Server, wanted request) error {
	c.stop(server, wanted)
	config := wanted.Config
	if wanted.Keep {
		config = server.Options.Encryption
	}
	if wanted.Reload != nil {
		server.Options.Reload = *wanted.Reload
	}
	if wanted.Ready != "" {
		server.Options.ReadyPath = wanted.Ready
	}
	return server.Restart(config)
}
