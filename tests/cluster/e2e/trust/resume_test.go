package trust

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const resumeObjects = 2000

// interrupted is a run with a checkpoint file that was killed somewhere behind its first objects.
func interrupted(t *testing.T, cluster *harness.Cluster, checkpoint string) (prefix string) {
	t.Helper()
	prefix = plant(t, cluster, harness.PlantOptions{Count: resumeObjects})
	written := follow(t, cluster, prefix)
	running := rewriting(t, admin(cluster), "--checkpoint="+checkpoint).start(t)
	meanwhile(t, running, "many are written", func() bool { return written.count() > resumeObjects/2 })
	kit.Must(t, running.Signal(syscall.SIGKILL))
	if result := wait(t, running); result.ExitCode != -1 {
		t.Fatalf("it ended by itself: %.1000s", result.All())
	}
	return prefix
}

// TestCheckpointRefused: a checkpoint says what is done in one cluster under one write key, and nothing of others.
func TestCheckpointRefused(t *testing.T) {
	cluster := older.Get(t)
	checkpoint := filepath.Join(t.TempDir(), "checkpoint")
	prefix := interrupted(t, cluster, checkpoint)
	checkPrivate(t, filepath.Dir(checkpoint))

	plant(t, shared(t), harness.PlantOptions{Count: 1}) // where nothing is to be done, no checkpoint is looked at
	elsewhere := rewriting(t, admin(shared(t)), "--checkpoint="+checkpoint)
	refused := elsewhere.run(t)
	expectRefused(t, refused, "is of another cluster")

	here := rewriting(t, admin(cluster), "--checkpoint="+checkpoint)
	changeWriteKey(t, cluster)
	expectRefused(t, here.run(t), "was made under another ")
	if got := here.with("--restart").report(t, 0); got.Resumed != 0 || got.Total != resumeObjects {
		t.Errorf("--restart: %+v", got)
	}
	expectStored(t, cluster, prefix, map[string]int{"aescbc/newer": resumeObjects})
}

// TestResume: the same without anything in its way goes on where it was.
func TestResume(t *testing.T) {
	cluster := shared(t)
	checkpoint := filepath.Join(t.TempDir(), "checkpoint")
	prefix := interrupted(t, cluster, checkpoint)
	before := writesOf(t, cluster.Servers[current])
	got := rewriting(t, admin(cluster), "--checkpoint="+checkpoint).report(t, 0)
	writes := writesOf(t, cluster.Servers[current]) - before
	if got.Total+got.Resumed != resumeObjects || got.Resumed < resumeObjects/2-windowAtMost || writes > resumeObjects/2+windowAtMost {
		t.Errorf("%d writes; report: %+v", writes, got)
	}
	expectStored(t, cluster, prefix, map[string]int{newKey: resumeObjects})
	if again := rewriting(t, admin(cluster), "--checkpoint="+checkpoint).report(t, 0); again.Resumed != 0 || again.Rewritten != 0 {
		t.Errorf("the run after the last one: %+v", again)
	}
}

func expectRefused(t *testing.T, result plugin.Result, reason string) {
	t.Helper()
	if result.ExitCode != 1 {
		t.Errorf("exit %d: %.1000s", result.ExitCode, result.All())
	}
	expectContains(t, "standard error", result.Stderr, "checkpoint", reason, "--restart")
}

// changeWriteKey restarts the server with a third key in front, and with the former ones after the test.
func changeWriteKey(t *testing.T, cluster *harness.Cluster) {
	t.Helper()
	kit.Must(t, cluster.Servers[current].Restart(
		harness.Encryption(harness.AESCBC("newer", newName, oldName), harness.Identity())))
	t.Cleanup(func() {
		kit.Must(t, cluster.Store().DeletePrefix(harness.SecretsPrefix)) // the former configuration cannot read them
		kit.Must(t, cluster.Servers[current].Restart(writesNew))
	})
}

// checkPrivate: nobody else reads what is in a directory, though all may look into it.
func checkPrivate(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	kit.Must(t, err)
	for _, file := range files {
		info, err := file.Info()
		kit.Must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", file.Name(), info.Mode())
		}
	}
	if len(files) == 0 {
		t.Error("no checkpoint is there")
	}
}

// TestReportFiles: what it writes for later tells everything but the Secrets.
func TestReportFiles(t *testing.T) {
	cluster := shared(t)
	const count, namespaces = 60, 2
	prefix := plant(t, cluster, harness.PlantOptions{Count: count, Namespaces: namespaces})
	canary := strings.Repeat("cAnArY", 4)
	createWith(t, cluster, namespaceOf(prefix, 1), "canary", canary)
	refuse(t, cluster, namespaceOf(prefix, 1))
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }

	call := rewriting(t, admin(cluster), "--failed-to="+file("failed.json"), "--checkpoint="+file("checkpoint"))
	result := call.with("--report=" + file("report.json")).run(t)
	onScreen := reportOf(t, result, 1)
	reportOf(t, call.with("--restart", "--report="+file("report.md")).run(t), 1)

	var inFile plugin.RewriteReport
	kit.Must(t, json.Unmarshal([]byte(readFile(t, file("report.json"))), &inFile))
	if inFile.Total != onScreen.Total || inFile.Failed != onScreen.Failed || len(inFile.Failures) != count/2+1 || inFile.Kind != onScreen.Kind {
		t.Errorf("on the screen %+v, in the file %+v", onScreen, inFile)
	}
	expectContains(t, "the Markdown", readFile(t, file("report.md")), "canary", namespaceOf(prefix, 1), "webhook", "|")
	files, err := os.ReadDir(dir)
	kit.Must(t, err)
	if len(files) < 3 {
		t.Errorf("%d files", len(files))
	}
	for _, entry := range files {
		for _, text := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary)), harness.Token(harness.Admin)} {
			if strings.Contains(readFile(t, file(entry.Name())), text) {
				t.Errorf("%s shows a secret", entry.Name())
			}
		}
	}
}

func createWith(t *testing.T, cluster *harness.Cluster, namespace, name, content string) {
	t.Helper()
	body, err := json.Marshal(harness.Secret{APIVersion: "v1", Kind: "Secret", Type: "Opaque",
		Metadata: harness.Metadata{Namespace: namespace, Name: name,
			Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": content}},
		Data: map[string][]byte{"value": []byte(content)}})
	kit.Must(t, err)
	_, err = kit.ClientOf(t, cluster, current).Do(context.Background(), "POST", "/api/v1/namespaces/"+namespace+"/secrets", body)
	kit.Must(t, err)
}
