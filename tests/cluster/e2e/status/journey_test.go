package status

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

// The sizes of the namespaces of the journey: 1500 Secrets, and one namespace
// that has none and so must not be reported.
var journeySizes = []int{0, 1, 2, 3, 5, 8, 40, 90, 150, 220, 281, 700}

// half are the namespaces that a half-way rewrite covers as a whole; of the
// largest it covers some names, and one Secret is written by another client.
var half = []int{1, 4, 10}

const largest = 11

func journeyNamespace(i int) string { return fmt.Sprintf("ns%02d-000", i) }

type journey struct {
	*testing.T
	cluster *harness.Cluster
}

// The life of a cluster under one server, restarted for each change of its
// configuration as an administrator would: nothing, plaintext by choice, two
// keys, three providers, and back to plaintext. In each state, before, half-way
// and after, the census equals etcd.
func TestCensusEqualsEtcdInEveryStateOfACluster(t *testing.T) {
	t.Parallel()
	j := journey{t, ownCluster(t, harness.ServerOptions{})}
	for i, size := range journeySizes {
		options := harness.SeedOptions{Count: size, Namespaces: 1, Prefix: fmt.Sprintf("ns%02d", i)}
		if i%3 == 1 {
			options.Kind = harness.Mixed
		}
		must(t, clientOf(t, j.cluster.Servers[0]).Seed(context.Background(), options))
	}
	j.check("no configuration", nil, plain)

	identityFirst := harness.Encryption(harness.Identity(), harness.AESCBC("key1"))
	j.restart(identityFirst)
	j.check("identity first", &plain, plain)

	j.moveTo(key1, harness.Encryption(harness.AESCBC("key1"), harness.Identity()), plain)
	j.moveTo(key2, harness.Encryption(harness.AESCBC("key2", "key1"), harness.Identity()), key1)

	j.restart(harness.Encryption(harness.Secretbox(sharedKey), harness.AESCBC("key2"), harness.Identity()))
	j.rewriteHalf()
	gcmFirst := harness.Encryption(harness.AESGCM(sharedKey), harness.Secretbox(sharedKey), harness.AESCBC("key2"), harness.Identity())
	j.restart(gcmFirst)
	rewrite(t, j.cluster, "-n", journeyNamespace(9))
	rewrite(t, j.cluster, "-n", journeyNamespace(4))
	j.check("three providers", &gcm, key2, box, gcm)

	back := harness.Encryption(harness.Identity(), harness.AESGCM(sharedKey), harness.Secretbox(sharedKey), harness.AESCBC("key2"))
	j.restart(back)
	j.check("identity first again", &plain, key2, box, gcm)
	rewrite(t, j.cluster, "-A")
	j.check("back to plaintext", &plain, plain)
}

// moveTo turns to another write key and rewrites everything in two steps.
func (j journey) moveTo(key harness.Storage, encryption string, from harness.Storage) {
	j.Helper()
	j.restart(encryption)
	j.check("before "+key.String(), &key, from)
	j.rewriteHalf()
	j.check("half-way to "+key.String(), &key, from, key)
	rewrite(j.T, j.cluster, "-A")
	j.check("after "+key.String(), &key, key)
}

func (j journey) restart(encryption string) {
	j.Helper()
	restart(j.T, j.cluster.Servers[0], encryption)
}

func (j journey) rewriteHalf() {
	j.Helper()
	for _, i := range half {
		rewrite(j.T, j.cluster, "-n", journeyNamespace(i))
	}
	args := []string{"secrets", "-n", journeyNamespace(largest)}
	for i := range 100 {
		args = append(args, fmt.Sprintf("plain-%06d", 7*i))
	}
	rewrite(j.T, j.cluster, args...)
	must(j.T, putBack(clientOf(j.T, j.cluster.Servers[0]), journeyNamespace(largest), "plain-000001"))
}

// check compares with etcd, where exactly the given ways of storage must be in
// use or the test is not about what it says. With the server's file the write
// key is known; without, the row says the same of plaintext and of each key.
func (j journey) check(state string, write *harness.Storage, present ...harness.Storage) {
	j.Helper()
	truth := readTruth(j.T, j.cluster)
	all := stored{}
	for _, one := range truth {
		for under, count := range one {
			all[under] += count
		}
	}
	for under := range all {
		if !slices.Contains(present, under) {
			j.Errorf("%s: etcd holds %v", state, under)
		}
	}
	if len(all) != len(present) || all.total() != 1500 {
		j.Fatalf("%s: etcd holds %v, want a share of each of %v", state, all, present)
	}
	server := j.cluster.Servers[0]
	kubeconfig := j.cluster.Kubeconfig(harness.Admin, 0)
	if server.Options.Encryption == "" {
		checkExact(j.T, status(j.T, kubeconfig), truth, nobody)
	} else {
		checkExact(j.T, status(j.T, kubeconfig, "--config", server.ConfigPath()), truth, write)
	}
	if j.Failed() {
		j.Fatalf("that was: %s", state)
	}
}
