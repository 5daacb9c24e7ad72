package trust

import (
	"net/http"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// TestServerThatHasJustStarted: a load balancer keeps the plugin's connection while the API server behind it is
// replaced by one that has not read its roles yet, and answers 403 to all but system:masters. Nothing was lost on the
// way, and yet the rights are still there.
//
// How long a started server lacks its roles is a matter of luck. So the writes that are on their way during the
// replacement come to it in the name of a user without rights: it refuses them in the same words.
func TestServerThatHasJustStarted(t *testing.T) {
	cluster := shared(t)
	const count = 600
	prefix := plant(t, cluster, harness.PlantOptions{Count: count})
	server := cluster.Servers[current]
	var started atomic.Bool
	gate := newGate(t, cluster, func(request *http.Request, passed int64) bool {
		onItsWay := passed > count/3 && !started.Load()
		user := harness.Fair
		if onItsWay {
			user = harness.Nobody
		}
		request.Header.Set("Authorization", "Bearer "+harness.Token(user))
		return onItsWay
	})
	running := rewriting(t, gate.kubeconfig).start(t)
	gate.waitHeld(t, running)
	kit.Eventually(t, "no write is on its way", func() bool { return stored(t, cluster, prefix)[newKey] == count/3 })

	server.Kill()
	kit.Must(t, server.Start())
	started.Store(true)
	gate.open()
	if got := reportOf(t, wait(t, running), 0); got.Rewritten != count || got.Waits == 0 {
		t.Errorf("report: %+v", got)
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: count})
}
