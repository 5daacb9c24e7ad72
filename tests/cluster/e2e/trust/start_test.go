package trust

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// TestServerThatHasJustStarted: a load balancer keeps the plugin's connection while the API server behind it is
// replaced by one that has not read its roles yet, and answers 403 to all but system:masters. Nothing was lost on the
// way, and yet the rights are still there.
func TestServerThatHasJustStarted(t *testing.T) {
	cluster := shared(t)
	const count = 600
	prefix := plant(t, cluster, harness.PlantOptions{Count: count})
	server := cluster.Servers[current]
	gate := newGate(t, cluster, func(request *http.Request, passed int64) bool {
		request.Header.Set("Authorization", "Bearer "+harness.Token(harness.Fair))
		return passed > count/3
	})
	running := rewriting(t, gate.kubeconfig).start(t)
	gate.waitHeld(t, running)
	kit.Eventually(t, "no write is on its way", func() bool { return stored(t, cluster, prefix)[newKey] == count/3 })

	server.Kill()
	ready := make(chan error)
	go func() { ready <- server.Start() }()
	client, err := server.Client(harness.Fair)
	kit.Must(t, err)
	forbidden := false
	kit.Eventually(t, "the API server answers", func() bool {
		_, err := client.Do(context.Background(), "GET", "/api/v1/secrets?limit=1", nil)
		var status *harness.StatusError
		forbidden = errors.As(err, &status) && status.Code == http.StatusForbidden
		return err == nil || forbidden
	})
	gate.open()
	kit.Must(t, <-ready)
	if !forbidden {
		t.Skip("the API server had read its roles before it first answered")
	}
	if got := reportOf(t, wait(t, running), 0); got.Rewritten != count || got.Waits == 0 {
		t.Errorf("report: %+v", got)
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: count})
}
