package trust

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// refuse has webhooks fail every write in some namespaces: one denies, the next is broken, and so on.
func refuse(t *testing.T, cluster *harness.Cluster, namespaces ...string) (stop func()) {
	t.Helper()
	var webhooks []*harness.Webhook
	for i, namespace := range namespaces {
		webhook, err := harness.StartWebhook(cluster, harness.WebhookOptions{Namespace: namespace, Broken: i%2 == 1})
		kit.Must(t, err)
		webhooks = append(webhooks, webhook)
	}
	stopped := false
	stop = func() {
		for _, webhook := range webhooks {
			if !stopped {
				kit.Must(t, webhook.Stop())
			}
		}
		stopped = true
	}
	t.Cleanup(stop)
	return stop
}

// namesIn are those of the planted Secrets of the n-th of some namespaces.
func namesIn(prefix string, n, namespaces, count int) map[string]bool {
	names := map[string]bool{}
	for i := n; i < count; i += namespaces {
		names[namespaceOf(prefix, n)+"/"+plantedName(i)] = true
	}
	return names
}

func namespaceOf(prefix string, n int) string { return prefix + "-00" + string(rune('0'+n)) }

// TestWebhook: what a webhook refuses is listed, the rest is done, and the list is enough to finish later.
func TestWebhook(t *testing.T) {
	cluster := shared(t)
	const count, namespaces = 400, 4
	prefix := plant(t, cluster, harness.PlantOptions{Count: count, Namespaces: namespaces})
	stop := refuse(t, cluster, namespaceOf(prefix, 1), namespaceOf(prefix, 3))
	refused := namesIn(prefix, 1, namespaces, count)
	maps.Copy(refused, namesIn(prefix, 3, namespaces, count))

	list := filepath.Join(t.TempDir(), "failed.json")
	got := rewriting(t, admin(cluster), "--failed-to="+list).report(t, 1)
	if got.Rewritten != count-len(refused) || got.Failed != len(refused) || !maps.Equal(failed(got), refused) {
		t.Errorf("%d rewritten, %d failed, want %d failed; %d named", got.Rewritten, got.Failed, len(refused), len(got.Failures))
	}
	for _, failure := range got.Failures {
		if failure.Resource != "secrets" || failure.Reason == "" || !strings.Contains(failure.Message, "webhook") {
			t.Fatalf("failure: %+v", failure)
		}
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: count - len(refused), oldKey: len(refused)})

	again := rewriting(t, admin(cluster))
	again.args = []string{"rewrite", "-f", list, "--yes", "-o", "json", noQuota}
	if still := again.report(t, 1); still.Total != len(refused) || still.Failed != len(refused) {
		t.Errorf("with the webhooks still there: %+v", still)
	}
	stop()
	if finished := again.report(t, 0); finished.Total != len(refused) || finished.Rewritten != len(refused) {
		t.Errorf("without the webhooks: %+v", finished)
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: count})
}

// TestMaxFailures: a run that fails again and again ends long before its last object.
func TestMaxFailures(t *testing.T) {
	cluster := shared(t)
	const count, most, window = 600, 10, 4
	prefix := plant(t, cluster, harness.PlantOptions{Count: count})
	refuse(t, cluster, namespaceOf(prefix, 0))
	got := rewriting(t, admin(cluster), "--max-failures=10", "--concurrency=4").report(t, 1)
	if got.Failed <= most || got.Failed > most+1+window || got.Error == "" {
		t.Errorf("%d failed, error %q", got.Failed, got.Error)
	}
	expectContains(t, "the error", got.Error, "max-failures")
	expectStored(t, cluster, prefix, map[string]int{oldKey: count})
}

// TestUndecryptable: a LIST fails as a whole for one object that the server cannot read. Each of those is named,
// and everything else is written. A server of 1.37 names them all in its answer, one of 1.34 none or one.
func TestUndecryptable(t *testing.T) {
	t.Run("1.37", func(t *testing.T) { undecryptable(t, shared(t)) })
	t.Run("1.34", func(t *testing.T) { undecryptable(t, older.Get(t)) })
}

func undecryptable(t *testing.T, cluster *harness.Cluster) {
	const count, namespaces = 1500, 3
	prefix := plant(t, cluster, harness.PlantOptions{Count: count, Namespaces: namespaces})
	lost := map[string]bool{
		namespaceOf(prefix, 0) + "/" + plantedName(0):   true,
		namespaceOf(prefix, 1) + "/" + plantedName(700): true,
		namespaceOf(prefix, 1) + "/" + plantedName(703): true,
	}
	for name := range lost {
		namespace, name, _ := strings.Cut(name, "/")
		kit.Must(t, cluster.PlantUnreadable(namespace, name))
	}
	restartUnready(t, cluster.Servers[current])
	for _, strategy := range []string{"replace", "patch"} {
		call := rewriting(t, admin(cluster), "--strategy="+strategy)
		result := call.run(t)
		got := reportOf(t, result, 1)
		checkLost(t, got, lost)
		if strategy == "replace" && got.Rewritten != count-len(lost) {
			t.Errorf("%d rewritten", got.Rewritten)
		}
		expectStored(t, cluster, prefix, map[string]int{newKey: count - len(lost), "aescbc/lost": len(lost)})
		t.Logf("%s: %.1f s", strategy, got.Seconds)
	}
}

func checkLost(t *testing.T, got plugin.RewriteReport, lost map[string]bool) {
	t.Helper()
	if !maps.Equal(failed(got), lost) || got.Failed != len(lost) || got.Error != "" {
		t.Errorf("%d failed, error %q, named are %v, want %v", got.Failed, got.Error, failed(got), lost)
	}
	for _, failure := range got.Failures {
		if failure.Reason != "StorageReadError" || failure.Message == "" {
			t.Errorf("failure: %+v", failure)
		}
	}
}

// restartUnready starts the server as an administrator finds it who has dropped a key too early: it cannot fill its
// cache, and serves all the same. It is healthy again after the test.
func restartUnready(t *testing.T, server *harness.Server) {
	t.Helper()
	before := server.Options.ReadyPath
	server.Options.ReadyPath = harness.ReadyWithUnreadable
	server.Kill()
	kit.Must(t, server.Start())
	t.Cleanup(func() { server.Options.ReadyPath = before })
}
