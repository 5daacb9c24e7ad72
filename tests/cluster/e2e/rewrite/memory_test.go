package rewrite

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	largeSecrets = 150
	largeSize    = 900 << 10
	largestRSS   = 96 << 20
)

// 180 MB of JSON go through a process of a fraction of that.
func TestMemoryIsBounded(t *testing.T) {
	namespace := freshPrefix()
	makeNamespace(t, namespace)
	createLarge(t, namespace)
	result, peak := measure(t, plugin.Run{Kubeconfig: admin(t), Args: rewriteArgs(namespace)})
	if got := report(t, result, 0); got.Rewritten != largeSecrets {
		t.Errorf("report: %+v", got)
	}
	for i := range largeSecrets { // one by one: the test need not hold them all either
		entry, err := shared(t).Store().Get(largeKey(namespace, i))
		must(t, err)
		if got := harness.Classify(entry.Value).String(); got != newKey {
			t.Errorf("%s is stored under %s", entry.Key, got)
		}
	}
	t.Logf("%.1f MiB resident at the most, %v, %v of CPU", float64(peak)/(1<<20), result.Elapsed, result.CPU)
	expectSmall(t, peak)
}

func largeKey(namespace string, i int) string {
	return fmt.Sprintf("%s%s/large-%03d", harness.SecretsPrefix, namespace, i)
}

func expectSmall(t *testing.T, peak int64) {
	t.Helper()
	if peak == 0 || peak > largestRSS {
		t.Errorf("%.1f MiB resident, allowed are %d", float64(peak)/(1<<20), largestRSS>>20)
	}
}

// measure runs the plugin and returns the most memory that was resident. What
// the kernel gives a parent in the end would not do: there the memory of those
// whom the plugin replaced counts as well, kubectl's and the test's own.
func measure(t *testing.T, call plugin.Run) (result plugin.Result, peak int64) {
	t.Helper()
	call.Bare = true
	running := start(t, call)
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
			must(t, err)
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

// createLarge puts them into etcd in plain text and JSON, which an API server
// reads as well as its own protobuf: through the API it would take a minute.
func createLarge(t *testing.T, namespace string) {
	t.Helper()
	t.Cleanup(func() { // other tests read all Secrets
		path := "/api/v1/namespaces/" + namespace + "/secrets"
		_, err := clientOf(t, shared(t), former).Do(context.Background(), "DELETE", path, nil)
		must(t, err)
	})
	for i := range largeSecrets {
		key := largeKey(namespace, i)
		_, name := harness.SplitKey(key)
		value, err := json.Marshal(harness.Secret{
			APIVersion: "v1", Kind: "Secret", Type: "Opaque",
			Metadata: harness.Metadata{Namespace: namespace, Name: name, UID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i)},
			Data:     map[string][]byte{"value": noise(i)}})
		must(t, err)
		must(t, shared(t).WriteEtcd(key, value))
	}
}

func noise(seed int) []byte {
	source := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	content := make([]byte, largeSize)
	source.Read(content) // does not fail
	return content
}
