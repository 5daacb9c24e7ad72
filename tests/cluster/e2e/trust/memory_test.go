package trust

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	largeObjects = 300
	largeSize    = 1<<20 - 2048 // 1 MiB is the most that a Secret may hold, and etcd's limit is near
	smallObjects = 20000
	metadataOnly = 8 << 10 // bytes of replies an object, at most
)

// TestMemory: the plugin's peak is bounded by what it is told to hold at a time, not by what the cluster has.
func TestMemory(t *testing.T) {
	cluster := shared(t)
	for _, test := range []struct {
		strategy string
		count    int
		size     int
		most     int64 // MiB
	}{
		{"replace", largeObjects, largeSize, 64},
		{"patch", largeObjects, largeSize, 24},
		{"replace", smallObjects, 1024, 40},
	} {
		t.Run(fmt.Sprintf("%s %d of %d", test.strategy, test.count, test.size), func(t *testing.T) {
			prefix := plant(t, cluster, harness.PlantOptions{Count: test.count, Size: test.size, Namespaces: 3})
			result, peak := measure(t, rewriting(t, admin(cluster), "--strategy="+test.strategy))
			if got := reportOf(t, result, 0); got.Rewritten != test.count {
				t.Errorf("report: %+v", got)
			}
			expectStored(t, cluster, prefix, map[string]int{newKey: test.count})
			t.Logf("%.1f MiB at the most, %v, %v of CPU", float64(peak)/(1<<20), result.Elapsed, result.CPU)
			if peak == 0 || peak > test.most<<20 {
				t.Errorf("%.1f MiB resident, allowed are %d", float64(peak)/(1<<20), test.most)
			}
		})
	}
}

// TestPatchReceivesNoData listens between plugin and API server. With replace the same word is heard: so the test
// could hear it.
func TestPatchReceivesNoData(t *testing.T) {
	cluster := shared(t)
	for strategy, dataComes := range map[string]bool{"patch": false, "replace": true} {
		const count, size = 40, 100 << 10
		prefix := plant(t, cluster, harness.PlantOptions{Count: count, Size: size, Namespaces: 2})
		listener := listen(t, cluster, wordOf(t, cluster, prefix))
		got := rewriting(t, listener.kubeconfig, "--strategy="+strategy).report(t, 0)
		if got.Rewritten != count {
			t.Errorf("report: %+v", got)
		}
		expectStored(t, cluster, prefix, map[string]int{newKey: count})
		received, heard := listener.bytes.Load(), listener.heard.Load()
		t.Logf("%s: %d bytes received, the data heard %d times", strategy, received, heard)
		if dataComes != (heard > 0) || dataComes != (received > count*metadataOnly) {
			t.Errorf("%s: %d bytes received, the data heard %d times", strategy, received, heard)
		}
	}
}

// wordOf is a piece from the middle of the planted data, as it is in JSON. All Secrets of a prefix hold the same.
func wordOf(t *testing.T, cluster *harness.Cluster, prefix string) string {
	t.Helper()
	var secret harness.Secret
	path := "/api/v1/namespaces/" + prefix + "-000/secrets/" + plantedName(0)
	kit.Must(t, kit.ClientOf(t, cluster, current).Get(context.Background(), path, &secret))
	encoded := base64.StdEncoding.EncodeToString(secret.Data["value"])
	return encoded[len(encoded)/2:][:32]
}

// measure runs the plugin and returns the most memory that was resident. What the kernel gives a parent in the end
// would not do: there the memory of the test itself counts, from before the plugin took the child's place.
func measure(t *testing.T, call call) (result plugin.Result, peak int64) {
	t.Helper()
	running := call.start(t)
	ended := make(chan error)
	go func() {
		var err error
		result, err = running.Wait()
		ended <- err
	}()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case err := <-ended:
			kit.Must(t, err)
			return result, peak
		case <-poll.C:
			peak = max(peak, peakOf(running.PID()))
		}
	}
}

// peakOf is 0 for a process that is gone, or not the plugin yet.
func peakOf(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil || !strings.HasPrefix(string(status), "Name:\tkubectl-encryp") { // the kernel cuts names
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	fmt.Sscan(rest, &kilobytes)
	return kilobytes << 10
}
