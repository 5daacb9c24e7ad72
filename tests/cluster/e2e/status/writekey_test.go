package status

import (
	"context"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

// Without a file the write key is known from what the server has written since
// it began, if that was under one key; with a file only if it is the server's.
func TestWriteKeyByFileAndByWrites(t *testing.T) {
	encryption := harness.Encryption(harness.AESCBC("key2", "key1"), harness.Identity())
	cluster := ownCluster(t, harness.ServerOptions{Encryption: encryption})
	server, kubeconfig := cluster.Servers[0], cluster.Kubeconfig(harness.Admin, 0)
	namespace := seed(t, server, "written", 12)
	plant(t, cluster, namespace, append(repeat(plain, 3), repeat(key1, 4)...)...)
	truth := readTruth(t, cluster)

	checkExact(t, status(t, kubeconfig), truth, &key2)
	checkExact(t, status(t, kubeconfig, "--config", server.ConfigPath()), truth, &key2)
	copied := configFile(t, encryption)
	checkExact(t, status(t, kubeconfig, "--config", copied), truth, &key2)

	for _, other := range []string{encryption + "\n", strings.Replace(encryption, "key2", "key3", 1), writesBox} {
		report := status(t, kubeconfig, "--config", configFile(t, other))
		checkExact(t, report, truth, nobody)
		if !strings.Contains(report.WriteKeyBasis, "not the configuration that the API server runs") {
			t.Errorf("no reason: %q", report.WriteKeyBasis)
		}
	}

	restart(t, server, encryption)
	report := status(t, kubeconfig)
	checkExact(t, report, truth, nobody)
	if !strings.Contains(report.WriteKeyBasis, "has not written") {
		t.Errorf("no reason: %q", report.WriteKeyBasis)
	}

	restart(t, server, harness.Encryption(harness.Identity(), harness.AESCBC("key2", "key1")))
	must(t, putBack(clientOf(t, server), namespace, "plain-000011"))
	truth = readTruth(t, cluster)
	if truth[namespace][plain] != 4 {
		t.Fatalf("etcd holds %v", truth)
	}
	for _, args := range [][]string{{}, {"--config", server.ConfigPath()}} {
		checkExact(t, status(t, kubeconfig, args...), truth, &plain)
	}
	table := kubectlEncrypt(t, kubeconfig, "status", "--no-headers")
	if row := strings.Fields(table.Stdout); len(row) < 7 || strings.Join(row[:7], " ") != "written-000 12 0 8 4 0 0%" {
		t.Errorf("%q", table.Stdout)
	}
}

// The server takes another configuration over by itself: what it wrote before
// names the old key, which must not be reported as the current one.
func TestWriteKeyAfterAutomaticReload(t *testing.T) {
	t.Parallel()
	keys := func(names ...string) string { return harness.Encryption(harness.AESCBC(names...), harness.Identity()) }
	cluster := ownCluster(t, harness.ServerOptions{Encryption: keys("key1", "key2"), Reload: true})
	server, kubeconfig := cluster.Servers[0], cluster.Kubeconfig(harness.Admin, 0)
	namespace := seed(t, server, "reloaded", 10)
	truth := readTruth(t, cluster)
	checkExact(t, status(t, kubeconfig), truth, &key1)

	oldFile, newFile := configFile(t, keys("key1", "key2")), configFile(t, keys("key2", "key1"))
	must(t, server.WriteConfig(keys("key2", "key1")))
	waitForReload(t, server)

	checkExact(t, status(t, kubeconfig), truth, nobody)
	checkExact(t, status(t, kubeconfig, "--config", oldFile), truth, nobody)
	checkExact(t, status(t, kubeconfig, "--config", newFile), truth, &key2)

	// A write between the first and the last look at the counters tells.
	other := seed(t, server, "other", 1)
	proxy := intercept(t, cluster)
	proxy.before = func(kind string, number int) {
		if kind == "read" && number == 1 {
			if err := touch(clientOf(t, server), other, "plain-000000"); err != nil {
				t.Error(err)
			}
		}
	}
	report := status(t, proxy.Kubeconfig, "-n", namespace)
	checkExact(t, report, truth, &key2)
	if !strings.Contains(report.WriteKeyBasis, "during this census") {
		t.Errorf("%q", report.WriteKeyBasis)
	}
}

// touch changes a Secret, so that it is written whatever it is stored under.
func touch(client *harness.Client, namespace, name string) error {
	header := map[string]string{"Content-Type": "application/merge-patch+json"}
	patch := `{"metadata":{"annotations":{"example.com/touched":"` + time.Now().String() + `"}}}`
	_, err := client.DoWith(context.Background(), "PATCH", secretPath(namespace, name), []byte(patch), header)
	return err
}

func waitForReload(t *testing.T, server *harness.Server) {
	t.Helper()
	const counter = `apiserver_encryption_config_controller_automatic_reloads_total{`
	client := clientOf(t, server)
	eventually(t, "a reload", func() bool {
		page, err := client.Do(context.Background(), "GET", "/metrics", nil)
		must(t, err)
		return strings.Contains(string(page), counter)
	})
}
