package status

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// rewriting is a `rewrite` whose writes wait for the test to let them through.
type rewriting struct {
	waiting chan struct{} // closed when the first write waits
	allow   func(writes int)
	finish  func() plugin.Result // lets all through and waits for the end
}

func startRewriting(t *testing.T, cluster *harness.Cluster) rewriting {
	t.Helper()
	proxy := intercept(t, cluster)
	waiting, allowed, all := make(chan struct{}), make(chan struct{}, 10_000), make(chan struct{})
	firstWaits := sync.OnceFunc(func() { close(waiting) })
	proxy.before = func(kind string, _ int) {
		if kind != "write" {
			return
		}
		firstWaits()
		select {
		case <-allowed:
		case <-all:
		}
	}
	running, err := plugin.Start(plugin.Run{Kubeconfig: proxy.Kubeconfig, Args: []string{"rewrite", "--yes", "-o", "json"}})
	must(t, err)
	letAll := sync.OnceFunc(func() { close(all) })
	t.Cleanup(letAll)
	allow := func(writes int) {
		for range writes {
			allowed <- struct{}{}
		}
	}
	return rewriting{waiting, allow, func() plugin.Result {
		letAll()
		result, err := running.Wait()
		must(t, err)
		return result
	}}
}

// Both at once: with every few Secrets that the census reads, the rewrite may
// write one. Whatever the census says has to have been true at a moment in between.
func TestCensusDuringARewrite(t *testing.T) {
	cluster := sharedCluster(t)
	var namespaces []string
	for i := range 4 {
		namespace := seed(t, cluster.Servers[0], fmt.Sprintf("moving%d", i), 30)
		plant(t, cluster, namespace, repeat(key1, 30)...)
		namespaces = append(namespaces, namespace)
	}
	rewrite := startRewriting(t, cluster)
	<-rewrite.waiting
	before := readTruth(t, cluster)
	proxy := intercept(t, cluster)
	proxy.before = func(kind string, number int) {
		if kind == "read" && number%4 == 0 {
			rewrite.allow(1)
		}
	}
	report := status(t, proxy.Kubeconfig, "--config", cluster.Servers[0].ConfigPath())
	after := readTruth(t, cluster)
	if result := rewrite.finish(); result.ExitCode != 0 {
		t.Fatalf("rewrite: exit %d\n%s", result.ExitCode, result.All())
	}
	if before.under(key1) < 120 || after.under(key2) < before.under(key2)+60 {
		t.Fatalf("little moved during the census: %v, %v", before, after)
	}
	checkWriteKey(t, report, &key2)
	inexact := 0
	for _, row := range report.Namespaces {
		checkTrueOfSomeMoment(t, row, before[row.Namespace], after[row.Namespace], &key2)
		if !row.Exact {
			inexact++
		}
	}
	if inexact == 0 {
		t.Error("everything is exact, so the rewrite was not in the way")
	}
	for _, namespace := range namespaces {
		t.Logf("%+v", rowOf(t, report, namespace))
	}
	all := readTruth(t, cluster)
	if all.under(key1) != 0 {
		t.Errorf("after the rewrite etcd holds %v", all)
	}
	checkExact(t, status(t, cluster.Kubeconfig(harness.Admin, 0), "--config", cluster.Servers[0].ConfigPath()), all, &key2)
}

func (t truth) under(storage harness.Storage) int {
	sum := 0
	for _, one := range t {
		sum += one[storage]
	}
	return sum
}

// A window is exact only if nobody else read meanwhile. The other client reads
// other Secrets, so that etcd's truth stays the same: what is reported has to
// hold it, and to narrow it down as far as a few reads of others allow.
func TestCensusAmongOtherReaders(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seed(t, cluster.Servers[0], "still", 60)
	plant(t, cluster, namespace, append(repeat(plain, 8), repeat(key1, 22)...)...)
	others := seed(t, cluster.Servers[0], "noise", 12)
	plant(t, cluster, others, append(repeat(plain, 3), repeat(key1, 3)...)...)
	truth := readTruth(t, cluster, namespace)
	proxy := intercept(t, cluster)
	reader := newReader(t, cluster, others)
	proxy.before = func(kind string, number int) {
		if kind == "read" && number%15 == 0 {
			reader.readAll(1)
		}
	}
	report := status(t, proxy.Kubeconfig, "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
	row := rowOf(t, report, namespace)
	t.Logf("%d reads of others: %+v", reader.count.Load(), row)
	checkTrueOfSomeMoment(t, row, truth[namespace], truth[namespace], &key2)
	if row.Exact || len(row.Notes) == 0 {
		t.Error("exact, or no reason why not")
	}
	if row.Current < 20 || row.Stale < 12 || row.Unknown > 20 {
		t.Errorf("a few reads of others hide more than they can: %+v", row)
	}
}

// The same with readers that take no notice of what the census does: some
// windows may be quiet, and those have to be right as well.
func TestCensusAtFullSpeedOfOthers(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seed(t, cluster.Servers[0], "busy", 40)
	plant(t, cluster, namespace, append(repeat(plain, 8), repeat(key1, 12)...)...)
	others := seed(t, cluster.Servers[0], "load", 12)
	plant(t, cluster, others, append(repeat(plain, 3), repeat(key1, 3)...)...)
	truth := readTruth(t, cluster, namespace)
	reader := newReader(t, cluster, others)
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					reader.readAll(1)
				}
			}
		})
	}
	for range 2 {
		report := status(t, cluster.Kubeconfig(harness.Admin, 0), "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
		row := rowOf(t, report, namespace)
		checkTrueOfSomeMoment(t, row, truth[namespace], truth[namespace], &key2)
		if row.Exact {
			checkExact(t, report, truth, &key2)
		}
	}
	close(stop)
	group.Wait()
}

// reader reads all Secrets of a namespace by name, as controllers do.
type reader struct {
	t      *testing.T
	client *harness.Client
	paths  []string
	count  atomic.Int64
}

func newReader(t *testing.T, cluster *harness.Cluster, namespace string) *reader {
	t.Helper()
	r := &reader{t: t, client: clientOf(t, cluster.Servers[0])}
	entries, err := cluster.ReadEtcd(harness.SecretsPrefix + namespace + "/")
	must(t, err)
	for _, entry := range entries {
		r.paths = append(r.paths, secretPath(harness.SplitKey(entry.Key)))
	}
	return r
}

// readAll reads as many Secrets, one after the other; each names a next one.
func (r *reader) readAll(count int) {
	for range count {
		path := r.paths[int(r.count.Add(1))%len(r.paths)]
		if _, err := r.client.Do(context.Background(), "GET", path, nil); err != nil {
			r.t.Error(err)
		}
	}
}
