package status

import (
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

func TestOneNamespaceUnderThreeKeysAtOnce(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seed(t, cluster.Servers[0], "three", 30)
	plant(t, cluster, namespace, slices.Concat(repeat(plain, 7), repeat(key1, 11))...)
	truth := readTruth(t, cluster, namespace)
	report := status(t, cluster.Kubeconfig(harness.Admin, 0), "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
	checkExact(t, report, truth, &key2)
	if row := report.Namespaces[0]; row.Plaintext != 7 || row.Stale != 11 || row.Current != 12 {
		t.Errorf("%+v", row)
	}
}

// The API server counts keys by name only: where two providers have one of the
// same name, many objects read together can be told apart only in part. What is
// reported has to be true all the same, and of single objects it is exact.
func TestKeysOfTheSameNameUnderTwoProviders(t *testing.T) {
	cluster := sharedCluster(t)
	cbcShared := harness.Storage{Provider: "aescbc", Key: sharedKey}
	namespace := seedTwo(t, cluster, "samename", 20, 9)
	plant(t, cluster, namespace, slices.Concat(repeat(gcm, 6), repeat(cbcShared, 5), repeat(plain, 2), repeat(key1, 3))...)
	truth := readTruth(t, cluster, namespace)
	if len(truth[namespace]) != 6 {
		t.Fatalf("etcd holds %v", truth)
	}
	row := rowOf(t, status(t, cluster.Kubeconfig(harness.Admin, 0), "-n", namespace), namespace)
	checkTrueOfSomeMoment(t, row, truth[namespace], truth[namespace], &key2)
	if row.Plaintext != 2 {
		t.Errorf("%d in plaintext, which no key name can hide", row.Plaintext)
	}
	// The server's file rules out so much that smaller windows tell the rest.
	report := status(t, cluster.Kubeconfig(harness.Admin, 0), "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
	checkExact(t, report, truth, &key2)
	single := seed(t, cluster.Servers[0], "samesingle", 1)
	plant(t, cluster, single, gcm)
	report = status(t, cluster.Kubeconfig(harness.Admin, 0), "-n", single, "--config", cluster.Servers[0].ConfigPath())
	checkExact(t, report, readTruth(t, cluster, single), &key2)
}

// Nothing forbids a key named like the prefix of a provider, or one that would
// break a table, a terminal or the metrics page.
func TestHostileKeyNames(t *testing.T) {
	cluster := sharedCluster(t)
	kubeconfig, config := cluster.Kubeconfig(harness.Admin, 0), cluster.Servers[0].ConfigPath()
	var everything []harness.Storage
	for _, name := range hostileKeys {
		hostile := harness.Storage{Provider: "aescbc", Key: name}
		everything = append(everything, repeat(hostile, 3)...)
		namespace := seed(t, cluster.Servers[0], "hostile", 4)
		plant(t, cluster, namespace, hostile, hostile, hostile)
		truth := readTruth(t, cluster, namespace)
		if truth[namespace][hostile] != 3 {
			t.Fatalf("etcd holds %v", truth)
		}
		for _, args := range [][]string{{}, {"--config", config}} {
			row := rowOf(t, status(t, kubeconfig, append(args, "-n", namespace)...), namespace)
			checkTrueOfSomeMoment(t, row, truth[namespace], truth[namespace], &key2)
		}
		forget(t, cluster, namespace)
	}
	namespace := seed(t, cluster.Servers[0], "hostiles", 4+len(everything))
	plant(t, cluster, namespace, everything...)
	truth := readTruth(t, cluster, namespace)
	row := rowOf(t, status(t, kubeconfig, "-n", namespace, "--config", config), namespace)
	checkTrueOfSomeMoment(t, row, truth[namespace], truth[namespace], &key2)
	wide := kubectlEncrypt(t, kubeconfig, "status", "-n", namespace, "-o", "wide")
	if wide.ExitCode != 0 || slices.Contains([]byte(wide.All()), 0x1b) {
		t.Errorf("exit %d: %q", wide.ExitCode, wide.All())
	}
}

// forget removes the Secrets of a namespace from etcd.
func forget(t *testing.T, cluster *harness.Cluster, namespace string) {
	t.Helper()
	entries, err := cluster.ReadEtcd(harness.SecretsPrefix + namespace + "/")
	must(t, err)
	for _, entry := range entries {
		must(t, cluster.DeleteEtcd(entry.Key))
	}
}
