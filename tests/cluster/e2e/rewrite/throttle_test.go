package rewrite

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

func checkSlowRun(t *testing.T, kubeconfig string, count int) (waits int) {
	t.Helper()
	namespace := stale(t, count)
	got := report(t, rewrite(t, kubeconfig, namespace), 0)
	// A call that was answered too late may have been done all the same.
	if got.Rewritten+got.Unchanged != count {
		t.Errorf("report: %+v", got)
	}
	expectStored(t, namespace, map[string]int{newKey: count})
	t.Logf("%d requests repeated, %.1f s", got.Waits, got.Seconds)
	return got.Waits
}

func TestUserUnderPriorityAndFairness(t *testing.T) {
	for _, user := range []string{harness.Fair, harness.FairCert} {
		checkSlowRun(t, shared(t).Kubeconfig(user, current), 400)
	}
}

func TestServerWithSmallLimits(t *testing.T) {
	if waits := checkSlowRun(t, shared(t).Kubeconfig(harness.Fair, throttled), 40); waits == 0 {
		t.Error("the server has refused nothing")
	}
}

// A priority level of one seat without a queue refuses all but one at a time.
func TestFlowSchemaWithOneSeat(t *testing.T) {
	const group = "flowcontrol.apiserver.k8s.io/v1"
	const path = "/apis/" + group
	create := func(kind, plural string, spec string) {
		post(t, path+"/"+plural, map[string]any{"apiVersion": group, "kind": kind,
			"metadata": map[string]any{"name": "one-seat"}, "spec": json.RawMessage(spec)})
		remove(t, path+"/"+plural+"/one-seat")
	}
	create("PriorityLevelConfiguration", "prioritylevelconfigurations", `{"type":"Limited",
		"limited":{"nominalConcurrencyShares":1,"lendablePercent":0,"borrowingLimitPercent":0,"limitResponse":{"type":"Reject"}}}`)
	create("FlowSchema", "flowschemas", `{"priorityLevelConfiguration":{"name":"one-seat"},"matchingPrecedence":100,
		"rules":[{"subjects":[{"kind":"User","user":{"name":"fair"}}],
			"resourceRules":[{"verbs":["update"],"apiGroups":[""],"resources":["secrets"],"namespaces":["*"]}]}]}`)
	waitForFlowSchema(t)
	if waits := checkSlowRun(t, shared(t).Kubeconfig(harness.Fair, current), 40); waits == 0 {
		t.Error("the server has refused nothing")
	}
}

// waitForFlowSchema returns when the server has made the new one its own.
func waitForFlowSchema(t *testing.T) {
	t.Helper()
	client := clientOf(t, shared(t), current)
	eventually(t, "the flow schema is in use", func() bool {
		schema, err := client.Do(context.Background(), "GET", "/debug/api_priority_and_fairness/dump_priority_levels", nil)
		return err == nil && strings.Contains(string(schema), "one-seat,")
	})
}

// Every fiftieth reply asks to connect anew; what is under way goes on.
func TestServerThatSendsClientsAway(t *testing.T) {
	server := shared(t).Servers[throttled]
	limits := server.Options.Flags
	server.Options.Flags = []string{"--goaway-chance=0.02"}
	server.Kill()
	must(t, server.Start())
	t.Cleanup(func() { server.Options.Flags = limits })
	checkSlowRun(t, shared(t).Kubeconfig(harness.Fair, throttled), 400)
}
