package dist

import (
	"os"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

const accountFiles = "var/run/secrets/kubernetes.io/serviceaccount/"

// TestImage does what deploy/Dockerfile says, without a container runtime, and runs the result as a Pod would: by its
// entrypoint, with nothing but the files and variables of a service account.
func TestImage(t *testing.T) {
	r := ofThisMachine(t)
	text, err := os.ReadFile(kit.DeployFile("Dockerfile"))
	kit.Must(t, err)
	in, entrypoint := root{dir: t.TempDir()}, ""
	var steps []string
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		steps = append(steps, words[0])
		switch words[0] {
		case "COPY":
			in.copy(t, r, words[1:len(words)-1], words[len(words)-1])
		case "ENTRYPOINT":
			entrypoint = strings.Trim(words[1], `[]"`)
		}
	}
	if !slices.Equal(steps, []string{"FROM", "COPY", "COPY", "USER", "ENTRYPOINT"}) || !strings.Contains(string(text), "\nFROM scratch\n") {
		t.Fatalf("steps that this test does not do: %q", steps)
	}
	_, command, _ := kit.StatusCronJob(t)
	if command[0] != entrypoint {
		t.Errorf("the CronJob runs %s, the image has %s", command[0], entrypoint)
	}
	in.write(t, accountFiles+"token", harness.Token(harness.Admin))
	in.write(t, accountFiles+"ca.crt", authority(t))
	in.write(t, accountFiles+"namespace", namespace)
	host, port, _ := strings.Cut(strings.TrimPrefix(theCluster(t).Servers[0].URL(), "https://"), ":")
	env := []string{"KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=" + port}
	checkReached(t, "in a Pod", in.exec(t, env, entrypoint, "status", "--all-namespaces"))
}

// copy puts files of an archive where the Dockerfile wants them.
func (in root) copy(t *testing.T, r release, names []string, to string) {
	t.Helper()
	for _, name := range names {
		target := to
		if strings.HasSuffix(to, "/") {
			target += name
		}
		in.write(t, strings.TrimPrefix(target, "/"), string(r.file(t, name)))
	}
}
