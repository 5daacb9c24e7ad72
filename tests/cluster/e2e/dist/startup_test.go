package dist

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

func ofThisMachine(t *testing.T) release {
	t.Helper()
	for _, r := range of(t, "linux") {
		if r.machine == runtime.GOARCH {
			return r
		}
	}
	t.Fatal("no archive for this machine")
	return release{}
}

// The fastest of many: what else the machine does is not the program's time.
func TestStartsAtOnce(t *testing.T) {
	const limit = 5 * time.Millisecond
	binary := filepath.Join(t.TempDir(), "kubectl-encrypt")
	kit.Must(t, os.WriteFile(binary, ofThisMachine(t).binary(t), 0o755))
	fastest := time.Hour
	for range 50 {
		started := time.Now()
		out, err := exec.Command(binary, "--help").Output()
		if elapsed := time.Since(started); elapsed < fastest {
			fastest = elapsed
		}
		if err != nil || len(out) < 500 {
			t.Fatalf("%v: %q", err, out)
		}
	}
	t.Logf("%v", fastest)
	if fastest > limit {
		t.Errorf("took %v, want at most %v", fastest, limit)
	}
}
