package preflight

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

const secrets = 5

// two starts two API servers with different configurations; the second one loads a new one by itself.
func two(t *testing.T) *harness.Cluster {
	t.Helper()
	cluster := startCluster(t,
		harness.ServerOptions{Hostname: "node-a", Encryption: writesNew},
		harness.ServerOptions{Hostname: "node-b", Encryption: writesOld, Reload: true})
	seed(t, cluster, secrets)
	return cluster
}

// The contract: two API servers with different configurations are refused; after they converge it runs.
func TestServersWithDifferentConfigurations(t *testing.T) {
	cluster := two(t)
	kit.PublishAddresses(t, cluster)
	stale := map[string]int{oldKey: secrets}

	result := rewrite(t, cluster)
	expectRefused(t, result, "error: API servers run different encryption configurations: apiserver-")
	for server := range cluster.Servers {
		if hash := configurationOf(t, cluster, server); !strings.Contains(result.Stderr, " has "+hash[:len("sha256:")+12]) {
			t.Errorf("no word of %s: %s", hash, result.Stderr)
		}
	}
	expectRefused(t, rewrite(t, cluster, "--skip-checks=kms,migration,quota"), "--skip-checks=servers")
	expectStored(t, cluster, stale)

	want := configurationOf(t, cluster, 0)
	must(t, cluster.Servers[1].WriteConfig(writesNew))
	eventually(t, "the second one has loaded the new configuration", func() bool { return configurationOf(t, cluster, 1) == want })
	result = rewrite(t, cluster)
	expectDone(t, result, secrets)
	expectNotes(t, result)
	expectStored(t, cluster, map[string]int{newKey: secrets})
}

func TestServersAreNotComparedIfNotWanted(t *testing.T) {
	cluster := two(t)
	kit.PublishAddresses(t, cluster)
	result := rewrite(t, cluster, "--skip-checks=servers")
	expectDone(t, result, secrets)
	expectNotes(t, result)
}

// Without addresses the other one is found by new connections through the balancer.
func TestServersBehindABalancer(t *testing.T) {
	cluster := two(t)
	balancer := balance(t, cluster)
	expectRefused(t, rewrite(t, cluster, "--server="+balancer), "API servers run different encryption configurations")
	expectStored(t, cluster, map[string]int{oldKey: secrets})
}

// A server that cannot be asked is no reason to stop, but said.
func TestServerOutOfReach(t *testing.T) {
	cluster := two(t)
	result := rewrite(t, cluster)
	expectDone(t, result, secrets)
	expectNotes(t, result, "rewrite: could not check that all API servers run one configuration (1 of 2 could not be reached, apiserver-")
}

// balance gives each new connection to the next API server.
func balance(t *testing.T, cluster *harness.Cluster) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	var count atomic.Int64
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server := cluster.Servers[count.Add(1)%int64(len(cluster.Servers))]
			go pipe(client, strings.TrimPrefix(server.URL(), "https://"))
		}
	}()
	return "https://" + listener.Addr().String()
}

func pipe(client net.Conn, address string) {
	defer client.Close()
	server, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(server, client)
		server.Close()
	}()
	io.Copy(client, server)
}
