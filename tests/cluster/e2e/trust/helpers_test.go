package trust

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// meanwhile is eventually for what a run has to do: it does not wait for a run that has ended.
func meanwhile(t *testing.T, running *plugin.Running, what string, condition func() bool) {
	t.Helper()
	kit.Eventually(t, what, func() bool {
		done := condition()
		if !done && ended(running.PID()) {
			result := wait(t, running)
			t.Fatalf("it ended before this: %s\nexit %d after %v\n%.4000s", what, result.ExitCode, result.Elapsed, result.All())
		}
		return done
	})
}

// ended is true for a child that nobody has waited for yet.
func ended(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err != nil || strings.HasPrefix(state, "Z")
}

var prefixes atomic.Int64

// plant puts stale Secrets into etcd, in namespaces PREFIX-000, PREFIX-001, ...; they go away with the test.
func plant(t *testing.T, cluster *harness.Cluster, options harness.PlantOptions) (prefix string) {
	t.Helper()
	options.Prefix = fmt.Sprintf("test%03d", prefixes.Add(1))
	plantAs(t, cluster, options)
	return options.Prefix
}

func plantAs(t *testing.T, cluster *harness.Cluster, options harness.PlantOptions) {
	t.Helper()
	options.Key = oldName
	t.Cleanup(func() { kit.Must(t, cluster.Store().DeletePrefix(harness.SecretsPrefix+options.Prefix)) })
	kit.Must(t, cluster.SeedEtcd(options))
	expectStored(t, cluster, options.Prefix, map[string]int{oldKey: options.Count})
}

// plantedName is that of the n-th Secret of plant.
func plantedName(n int) string { return fmt.Sprintf("planted-%06d", n) }

// admin is the kubeconfig of system:masters for the first API server.
func admin(cluster *harness.Cluster) string { return cluster.Kubeconfig(harness.Admin, current) }

const noQuota = "--skip-checks=quota"

// call is one run of the plugin, in a home of its own, and without kubectl before it: this package kills the
// plugin and measures it.
type call struct {
	kubeconfig string
	home       string
	args       []string
}

// rewriting prepares a run over the whole cluster that asks nothing. What tests leave behind in etcd is more than the
// check of its quota expects.
func rewriting(t *testing.T, kubeconfig string, args ...string) call {
	t.Helper()
	return call{kubeconfig, t.TempDir(), append([]string{"rewrite", "secrets", "--yes", "-o", "json", noQuota}, args...)}
}

func (c call) with(args ...string) call {
	c.args = append(append([]string{}, c.args...), args...)
	return c
}

func (c call) start(t *testing.T) *plugin.Running {
	t.Helper()
	running, err := plugin.Start(plugin.Run{Kubeconfig: c.kubeconfig, Args: c.args, Bare: true,
		Env: []string{"HOME=" + c.home, "XDG_STATE_HOME=" + filepath.Join(c.home, "state"),
			"XDG_CACHE_HOME=" + filepath.Join(c.home, "cache")}})
	kit.Must(t, err)
	return running
}

func (c call) run(t *testing.T) plugin.Result {
	t.Helper()
	return wait(t, c.start(t))
}

// report runs it, and checks the exit code and that the report adds up.
func (c call) report(t *testing.T, exitCode int) plugin.RewriteReport {
	t.Helper()
	return reportOf(t, c.run(t), exitCode)
}

func wait(t *testing.T, running *plugin.Running) plugin.Result {
	t.Helper()
	result, err := running.Wait()
	kit.Must(t, err)
	return result
}

func reportOf(t *testing.T, result plugin.Result, exitCode int) plugin.RewriteReport {
	t.Helper()
	if result.ExitCode != exitCode {
		t.Fatalf("exit %d, want %d\n%.4000s", result.ExitCode, exitCode, result.All())
	}
	report, err := plugin.Decode[plugin.RewriteReport](result)
	kit.Must(t, err)
	done := report.Rewritten + report.Unchanged + report.Gone + report.Failed
	if complete := !report.Interrupted && report.Error == ""; complete && done != report.Total {
		t.Errorf("%d of %d accounted for: %.2000s", done, report.Total, result.Stdout)
	}
	return report
}

// stored returns what etcd holds of the namespaces with a prefix, by what it is stored under.
func stored(t *testing.T, cluster *harness.Cluster, prefix string) map[string]int {
	t.Helper()
	entries, err := cluster.ReadEtcd(harness.SecretsPrefix + prefix)
	kit.Must(t, err)
	counts := map[string]int{}
	for _, entry := range entries {
		counts[harness.Classify(entry.Value).String()]++
	}
	return counts
}

func expectStored(t *testing.T, cluster *harness.Cluster, prefix string, want map[string]int) {
	t.Helper()
	if got := stored(t, cluster, prefix); !maps.Equal(got, want) {
		t.Errorf("etcd holds %v, want %v", got, want)
	}
}

// progress counts the planted Secrets of a prefix that are written under the new key, as etcd tells of it.
type progress struct {
	lock sync.Mutex
	keys map[string]bool
}

func follow(t *testing.T, cluster *harness.Cluster, prefix string) *progress {
	t.Helper()
	p := &progress{keys: map[string]bool{}}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	kit.Must(t, cluster.Store().Follow(ctx, harness.SecretsPrefix+prefix, func(entry harness.Entry) {
		p.lock.Lock()
		defer p.lock.Unlock()
		planted := len(entry.Key) == len(harness.SecretsPrefix+prefix+"-000/"+plantedName(0)) // and not made by writers
		if planted && harness.Classify(entry.Value).String() == newKey {
			p.keys[entry.Key] = true
		}
	}))
	return p
}

func (p *progress) count() int {
	p.lock.Lock()
	defer p.lock.Unlock()
	return len(p.keys)
}

func writesOf(t *testing.T, server *harness.Server) int {
	t.Helper()
	writes, err := harness.Writes(context.Background(), server)
	kit.Must(t, err)
	return writes
}

// failed lists the failures of a report as NAMESPACE/NAME.
func failed(report plugin.RewriteReport) map[string]bool {
	names := map[string]bool{}
	for _, failure := range report.Failures {
		names[failure.Namespace+"/"+failure.Name] = true
	}
	return names
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	kit.Must(t, err)
	return string(content)
}

func expectContains(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not say %q: %.2000s", what, part, text)
		}
	}
}
