package kms

import (
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// TestPluginAwayInTheMiddle: the plugin fails while two runs write. The API server goes on for 3 minutes, then it writes
// nothing more. One run waits until the plugin is back and ends as if nothing had been; the other may not wait so long, and
// goes on later where it was. Meanwhile `wait` tells what the plugin says.
func TestPluginAwayInTheMiddle(t *testing.T) {
	const each = 220
	w := begin(t, underVault, "node-a")
	client := kit.ClientOf(t, w.Cluster, 0)
	for _, prefix := range []string{"patient", "hasty"} {
		kit.Must(t, client.Seed(t.Context(), harness.SeedOptions{Count: each, Prefix: prefix}))
	}
	before := w.truth()
	kit.Must(t, w.vault().Rotate("kek-2"))
	w.takes(0, "kek-2")

	// Slowly, so that both are under way after 3 minutes.
	slowly := func(more ...string) *plugin.Running {
		return w.start(append([]string{"rewrite", "--yes", "--skip-checks=kms", "--qps=1", "-o", "json"}, more...)...)
	}
	patient, hasty := slowly("-n", "patient-000"), slowly("-n", "hasty-000", "--max-outage=5s")
	w.within(time.Minute, "some are written", func() bool { return w.stored("patient-000/")["kms/vault@kek-2"] >= 3 })
	kit.Must(t, w.vault().Refuse(true))
	waiting := w.start("wait", "--kms", "--timeout=90s")
	w.says(waiting, `is not ready \(kms-providers: .*the KMS is out of reach`)

	ended := w.end(hasty, 1)
	if !strings.Contains(ended.Stderr, "error: the server has not done anything for 5s (the API server does not get on with its KMS plugin: ") {
		t.Errorf("%s", ended.Stderr)
	}
	report, err := plugin.Decode[plugin.RewriteReport](ended)
	kit.Must(t, err)
	if report.Failed != 0 || report.Rewritten < 3 || report.Rewritten >= each {
		t.Errorf("%+v", report)
	}
	w.end(waiting, 1)
	kit.Must(t, w.vault().Refuse(false))
	if report := kit.Report(t, w.end(patient, 0), 0); report.Rewritten != each || report.Waits == 0 || report.Failed != 0 {
		t.Errorf("%+v", report)
	}
	again := w.run(0, "rewrite", "--yes", "--skip-checks=kms", "-o", "json", "-n", "hasty-000")
	if report := kit.Report(t, again, 0); report.Resumed == 0 || report.Rewritten == 0 || report.Resumed+report.Rewritten+report.Unchanged < each {
		t.Errorf("%+v\n%s", report, again.Stderr)
	}
	w.expectStored(map[string]int{"kms/vault@kek-2": 2 * each})
	w.expectStatus(2*each, 0)
	if difference := before.Difference(w.truth()); difference != "" {
		t.Error(difference)
	}
}
