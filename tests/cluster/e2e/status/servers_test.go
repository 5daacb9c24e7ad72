package status

import (
	"net"
	"strings"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/delay"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

func address(server *harness.Server) string { return strings.TrimPrefix(server.URL(), "https://") }

// Two API servers with different write keys behind a balancer that gives each
// connection to the next of them. A run holds on to one connection, so it sees
// one server, and what it says is true of that one.
func TestBalancedByConnection(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seedTwo(t, cluster, "balanced", 25, 15)
	plant(t, cluster, namespace, repeat(plain, 5)...)
	truth := readTruth(t, cluster, namespace)
	proxy, err := delay.Listen("127.0.0.1:0", 0, address(cluster.Servers[0]), address(cluster.Servers[1]))
	must(t, err)
	go proxy.Serve()
	t.Cleanup(func() { proxy.Close() })
	seen := map[string]int{}
	for _, server := range cluster.Servers {
		for range 2 {
			args := []string{"-n", namespace, "--server", "https://" + proxy.Addr(), "--config", server.ConfigPath()}
			report := status(t, cluster.Kubeconfig(harness.Admin, 0), args...)
			var write *harness.Storage
			if report.WriteKey != nil {
				write = &harness.Storage{Provider: report.WriteKey.Provider, Key: report.WriteKey.Key}
				if want := []harness.Storage{key2, box}[server.Index]; *write != want {
					t.Errorf("write key %v from the file of server %d", *write, server.Index)
				}
			}
			seen[nameOf(write)]++
			checkExact(t, report, truth, write)
		}
	}
	if seen["none"] == 0 || len(seen) < 2 {
		t.Errorf("the balancer did not spread the runs: %v", seen)
	}
}

func nameOf(write *harness.Storage) string {
	if write == nil {
		return "none"
	}
	return write.String()
}

// A balancer that spreads the requests of one connection: counters and reads are
// of different processes, and nothing may be concluded, though for a moment they
// can fit together by chance.
func TestBalancedByRequest(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seedTwo(t, cluster, "scattered", 25, 15)
	plant(t, cluster, namespace, repeat(plain, 5)...)
	truth := readTruth(t, cluster, namespace)
	for name, choose := range map[string]func(int) *harness.Server{
		"in turns":                   func(n int) *harness.Server { return cluster.Servers[n%2] },
		"every fifth to the second":  func(n int) *harness.Server { return cluster.Servers[min(1, n%5/4)] },
		"one request to the second":  func(n int) *harness.Server { return cluster.Servers[boolToInt(n == 20)] },
		"all from the 30th on there": func(n int) *harness.Server { return cluster.Servers[boolToInt(n >= 30)] },
	} {
		t.Run(name, func(t *testing.T) {
			proxy := intercept(t, cluster)
			proxy.choose = choose
			report := status(t, proxy.Kubeconfig, "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
			checkNotExact(t, report, namespace, truth, key2)
		})
	}
}

func boolToInt(condition bool) int {
	if condition {
		return 1
	}
	return 0
}

func checkNotExact(t *testing.T, report plugin.CoverageReport, namespace string, truth truth, write harness.Storage) {
	t.Helper()
	row := rowOf(t, report, namespace)
	checkTrueOfSomeMoment(t, row, truth[namespace], truth[namespace], &write)
	if row.Exact || len(row.Notes) == 0 {
		t.Errorf("exact, or no reason: %+v", row)
	}
}

// The API server goes away in the middle of the census and comes back with
// counters that begin at zero. The census finds it again and is right about it.
func TestServerRestartsInMidCensus(t *testing.T) {
	encryption := harness.Encryption(harness.AESCBC("key2", "key1"), harness.Identity())
	cluster := ownCluster(t, harness.ServerOptions{Encryption: encryption})
	server := cluster.Servers[0]
	namespace := seed(t, server, "restarted", 90)
	plant(t, cluster, namespace, append(repeat(plain, 20), repeat(key1, 30)...)...)
	truth := readTruth(t, cluster, namespace)

	t.Run("connection lost", func(t *testing.T) {
		// Enough for the TLS handshake, the list, a scrape and some reads.
		holder := holdAfter(t, 9000, address(server), address(server))
		running := startStatus(t, cluster.Kubeconfig(harness.Admin, 0), "-n", namespace,
			"--server", "https://"+holder.address, "--config", server.ConfigPath())
		<-holder.held
		restart(t, server, encryption)
		holder.release()
		checkExact(t, finish(t, running), truth, &key2)
	})
	t.Run("unnoticed behind a proxy", func(t *testing.T) {
		proxy := intercept(t, cluster)
		restarted := restartOnce(t, server, encryption)
		proxy.before = func(kind string, number int) {
			if kind == "read" && number >= 40 {
				restarted()
			}
		}
		report := status(t, proxy.Kubeconfig, "-n", namespace, "--config", server.ConfigPath())
		checkNotExact(t, report, namespace, truth, key2)
	})
	t.Run("with another write key", func(t *testing.T) {
		proxy := intercept(t, cluster)
		old := configFile(t, encryption)
		restarted := restartOnce(t, server, harness.Encryption(harness.AESCBC("key1", "key2"), harness.Identity()))
		proxy.before = func(kind string, number int) {
			if kind == "read" && number >= 40 {
				restarted()
			}
		}
		report := status(t, proxy.Kubeconfig, "-n", namespace, "--config", old)
		checkNotExact(t, report, namespace, truth, key2)
		checkWriteKey(t, report, nobody)
	})
}

// restartOnce may be called by any goroutine: who calls while it is under way
// waits for its end.
func restartOnce(t *testing.T, server *harness.Server, encryption string) func() {
	return sync.OnceFunc(func() {
		server.Kill()
		if err := server.Restart(encryption); err != nil {
			t.Error(err)
		}
	})
}

func startStatus(t *testing.T, kubeconfig string, args ...string) *plugin.Running {
	t.Helper()
	running, err := plugin.Start(plugin.Run{Kubeconfig: kubeconfig, Args: append([]string{"status", "-o", "json"}, args...)})
	must(t, err)
	return running
}

func finish(t *testing.T, running *plugin.Running) plugin.CoverageReport {
	t.Helper()
	result, err := running.Wait()
	must(t, err)
	if result.ExitCode != 0 {
		t.Fatalf("exit %d\n%s", result.ExitCode, result.All())
	}
	return decode(t, result)
}

// holder passes a first connection through until the client has sent so many
// bytes, and then holds it; later connections are not held and may lead elsewhere.
type holder struct {
	address string
	held    chan struct{}
	release func()
}

func holdAfter(t *testing.T, bytes int, target, later string) *holder {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	gate := make(chan struct{})
	h := &holder{address: listener.Addr().String(), held: make(chan struct{}), release: sync.OnceFunc(func() { close(gate) })}
	t.Cleanup(h.release)
	go func() {
		for first := true; ; first = false {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			if first {
				go h.forward(client, target, bytes, gate)
			} else {
				go h.forward(client, later, -1, gate)
			}
		}
	}()
	return h
}

func (h *holder) forward(client net.Conn, target string, limit int, gate chan struct{}) {
	defer client.Close()
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	go func() {
		defer client.Close()
		pipe(client, server, -1, nil)
	}()
	pipe(server, client, limit, func() {
		close(h.held)
		<-gate
	})
	server.Close()
}

// pipe copies, and calls full once, when so many bytes have come.
func pipe(to, from net.Conn, limit int, full func()) {
	buffer := make([]byte, 4096)
	for sum := 0; ; {
		count, err := from.Read(buffer)
		if _, failed := to.Write(buffer[:count]); failed != nil || err != nil {
			return
		}
		if sum += count; limit >= 0 && sum >= limit {
			limit = -1
			full()
		}
	}
}
