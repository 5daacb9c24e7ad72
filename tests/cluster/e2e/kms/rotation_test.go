package kms

import (
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/kmsplugin"
	"kubectl-encrypt/tests/cluster/plugin"
)

type waitReport struct {
	Converged  bool
	APIServers []struct {
		Reason  string
		KMSKeys []struct{ Provider, KeyIDHash string } `json:"kmsKeys"`
	} `json:"apiServers"`
}

// TestRotation is the whole way: the plugin's key changes, `wait` waits for as long as the former one may write, `rewrite`
// writes, all is under the new key, and the old one can be destroyed.
func TestRotation(t *testing.T) {
	const count = 60
	w := begin(t, underVault, "node-a", "node-b")
	kit.Must(t, w.Seed(count, 3, "plain"))
	w.expectStored(map[string]int{"kms/vault@kek-1": count})
	w.expectStatus(count, 0)
	before := w.truth()

	rotated := time.Now()
	kit.Must(t, w.vault().Rotate("kek-2"))
	waiting := w.start("wait", "--kms", "-o", "json")
	w.says(waiting, `may write under the former key `+hashOf("kek-1")[:19]+` of KMS provider "vault" until `)
	w.expectStatus(0, count)
	refused := w.run(1, "rewrite", "--yes")
	if !strings.Contains(refused.Stderr, `the key of KMS provider "vault" has changed just now`) || !strings.Contains(refused.Stderr, "encrypt wait --kms") {
		t.Errorf("%s", refused.All())
	}
	w.expectStored(map[string]int{"kms/vault@kek-1": count})

	found, err := plugin.Decode[waitReport](w.end(waiting, 0))
	kit.Must(t, err)
	// The former key may have been named last a minute before it was changed.
	if waited := time.Since(rotated); waited < 3*time.Minute || waited > 6*time.Minute {
		t.Errorf("it took %v", waited)
	}
	if !found.Converged || len(found.APIServers) != 2 {
		t.Errorf("%+v", found)
	}
	for _, server := range found.APIServers {
		if len(server.KMSKeys) != 1 || server.KMSKeys[0].KeyIDHash != hashOf("kek-2") || server.KMSKeys[0].Provider != "vault" {
			t.Errorf("%+v", server)
		}
	}
	if report := kit.Report(t, w.run(0, "rewrite", "--yes", "-o", "json"), 0); report.Rewritten != count {
		t.Errorf("%+v", report)
	}
	w.expectStored(map[string]int{"kms/vault@kek-2": count})
	w.expectStatus(count, 0)

	kit.Must(t, w.vault().Change(func(settings *kmsplugin.Settings) { settings.Lost = []string{"kek-1"} }))
	kit.Must(t, w.Servers[0].Restart(underVault))
	if difference := before.Difference(w.truth()); difference != "" {
		t.Error(difference)
	}
}

// TestKeyChangesWhileWriting: what was written before is stale, which the run and status say, and a second one mends it.
func TestKeyChangesWhileWriting(t *testing.T) {
	const count = 400
	w := begin(t, underVault, "node-a")
	kit.Must(t, w.Seed(count, 2, "plain"))
	before := w.truth()
	kit.Must(t, w.vault().Rotate("kek-2"))
	w.takes(0, "kek-2")

	running := w.start("rewrite", "--yes", "--skip-checks=kms", "--qps=10", "-o", "json")
	w.within(time.Minute, "some are written", func() bool { return w.stored("")["kms/vault@kek-2"] >= 20 })
	kit.Must(t, w.vault().Rotate("kek-3"))
	w.takes(0, "kek-3")
	result := w.end(running, 1)
	if !strings.Contains(result.Stderr, `error: the key of KMS provider "vault" has changed during the run`) {
		t.Errorf("%s", result.Stderr)
	}
	report := kit.Report(t, result, 1)
	stored := w.stored("")
	late, early := stored["kms/vault@kek-3"], stored["kms/vault@kek-2"]
	if report.Rewritten != count || report.Error == "" || early < 20 || late == 0 || early+late != count {
		t.Fatalf("%+v, etcd holds %v", report, stored)
	}
	w.expectStatus(late, early)

	if again := kit.Report(t, w.run(0, "rewrite", "--yes", "--skip-checks=kms", "-o", "json"), 0); again.Rewritten != early || again.Unchanged != late {
		t.Errorf("%+v", again)
	}
	w.expectStored(map[string]int{"kms/vault@kek-3": count})
	w.expectStatus(count, 0)
	if difference := before.Difference(w.truth()); difference != "" {
		t.Error(difference)
	}
}
