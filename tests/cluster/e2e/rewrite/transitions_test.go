package rewrite

import (
	"maps"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

const secretsOfTransitions = 3000

type transition struct {
	want      string // what everything is stored under afterwards
	providers []harness.Provider
	user      string // a different one each time
}

var transitions = []transition{
	{"aescbc/key1", []harness.Provider{harness.AESCBC("key1"), harness.Identity()}, harness.Admin},
	{"aescbc/key2", []harness.Provider{harness.AESCBC("key2", "key1")}, harness.Fair},
	{"secretbox/box", []harness.Provider{harness.Secretbox("box"), harness.AESCBC("key2")}, harness.AdminCert},
	{"aesgcm/gcm", []harness.Provider{harness.AESGCM("gcm"), harness.Secretbox("box")}, harness.FairCert},
	{"identity", []harness.Provider{harness.Identity(), harness.AESGCM("gcm")}, harness.Admin},
}

// One set of Secrets goes through all providers and comes back as it was.
func TestTransitions(t *testing.T) {
	cluster := startCluster(t, harness.Options{})
	must(t, cluster.Seed(secretsOfTransitions, 12, harness.Mixed))
	before := truth(t, cluster, "")
	was := "identity"
	for _, step := range transitions {
		server := cluster.Servers[0]
		server.Kill() // an orderly end takes seconds and makes no difference to what is stored
		must(t, server.Restart(harness.Encryption(step.providers...)))
		if !t.Run(was+" to "+step.want, func(t *testing.T) { checkTransition(t, cluster, was, step, before) }) {
			return
		}
		was = step.want
	}
}

func checkTransition(t *testing.T, cluster *harness.Cluster, was string, step transition, before harness.Truth) {
	stored := secretsIn(t, cluster, "")
	expectAll(t, stored, was)
	kubeconfig := cluster.Kubeconfig(step.user, 0)

	first := report(t, rewrite(t, kubeconfig, ""), 0)
	if first.Rewritten != secretsOfTransitions || first.Total != secretsOfTransitions {
		t.Errorf("first run: %+v", first)
	}
	rewritten := secretsIn(t, cluster, "")
	expectAll(t, rewritten, step.want)
	expectOneWriteEach(t, stored, rewritten)
	if difference := before.Difference(truth(t, cluster, "")); difference != "" {
		t.Errorf("content has changed:\n%s", difference)
	}

	t.Logf("first run: %.1f s, %d requests repeated, %d conflicts", first.Seconds, first.Waits, first.ConflictsRetried)
	second := report(t, rewrite(t, kubeconfig, ""), 0)
	if second.Unchanged != secretsOfTransitions || second.Total != secretsOfTransitions {
		t.Errorf("second run: %+v", second)
	}
	t.Logf("second run: %.1f s, %d requests repeated", second.Seconds, second.Waits)
	if keys := written(rewritten, secretsIn(t, cluster, "")); len(keys) > 0 {
		t.Errorf("the second run wrote %d values: %.3q", len(keys), keys)
	}
}

func expectAll(t *testing.T, entries map[string]harness.Entry, storage string) {
	t.Helper()
	want := map[string]int{storage: secretsOfTransitions}
	if got := storages(entries); !maps.Equal(got, want) {
		t.Fatalf("etcd holds %v, want %v", got, want)
	}
}

func expectOneWriteEach(t *testing.T, before, after map[string]harness.Entry) {
	t.Helper()
	for key, was := range before {
		is, found := after[key]
		if !found {
			t.Errorf("%s is missing", key)
		} else if is.Version != was.Version+1 {
			t.Errorf("%s was written %d times", key, is.Version-was.Version)
		}
	}
}
