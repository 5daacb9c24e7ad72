package rewrite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	counters        = 200
	counterWriters  = 6
	fewestRuns      = 5
	fewestConflicts = 20
)

// writers change the Secrets of one namespace from many sides at once. They
// write through the API server with the old key, so that what they have touched
// is stale and the plugin really writes it again.
type writers struct {
	client    *harness.Client
	namespace string
	stop      context.Context
	group     sync.WaitGroup

	increments [counters]atomic.Int64 // those that the server has confirmed
	failure    atomic.Pointer[error]
	passing    sync.Map // names of Secrets that exist for a moment: true while they do
}

// No increment is lost whatever the plugin does in between: a replace call with
// the resourceVersion it read either comes first or is refused.
func TestConcurrentWritersLoseNothing(t *testing.T) {
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	w := &writers{client: clientOf(t, shared(t), former), namespace: freshPrefix(), stop: stop}
	makeNamespace(t, w.namespace)
	for i := range counters {
		create(t, w.counter(i))
	}
	for i := range counterWriters {
		w.group.Go(func() { w.work(i, w.increment) })
	}
	w.group.Go(func() { w.work(0, w.createOne) })
	w.group.Go(func() { w.work(0, w.deleteOne) })

	sum := rewriteUntilContended(t, w)
	cancel()
	w.group.Wait()
	if failure := w.failure.Load(); failure != nil {
		t.Fatal(*failure)
	}
	checkCounters(t, w)
	checkEverythingIsThere(t, w)
	t.Logf("%d increments; %+v", w.total(), sum)
}

// rewriteUntilContended runs the plugin until writers have got in its way often.
// If they never do, the counters may show why.
func rewriteUntilContended(t *testing.T, w *writers) (sum plugin.RewriteReport) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for runs := 0; runs < fewestRuns || sum.ConflictsRetried < fewestConflicts || sum.Gone == 0; runs++ {
		if time.Now().After(deadline) {
			t.Errorf("hardly any contention after %d runs: %+v", runs, sum)
			return sum
		}
		got := report(t, rewrite(t, admin(t), w.namespace), 0)
		if got.Failed > 0 || got.Total < counters {
			t.Errorf("run %d: %+v", runs, got)
		}
		sum.ConflictsRetried += got.ConflictsRetried
		sum.Gone += got.Gone
		sum.Rewritten += got.Rewritten
	}
	return sum
}

// work repeats a job until the end or an error that no race explains.
func (w *writers) work(seed int, job func(n int) error) {
	for n := seed; w.stop.Err() == nil; n++ {
		if err := job(n); err != nil && w.stop.Err() == nil {
			w.failure.CompareAndSwap(nil, &err)
			return
		}
	}
}

func (w *writers) path(name string) string {
	return "/api/v1/namespaces/" + w.namespace + "/secrets/" + name
}

func (w *writers) counter(i int) harness.Secret {
	return harness.Secret{
		Metadata: harness.Metadata{Namespace: w.namespace, Name: fmt.Sprintf("counter-%03d", i)},
		Type:     "Opaque", Data: map[string][]byte{"count": []byte("0")}}
}

// increment strides through the counters, so that several goroutines also meet.
func (w *writers) increment(n int) error {
	i := n * 7 % counters
	for {
		err := w.tryIncrement(i)
		var status *harness.StatusError
		if errors.As(err, &status) && status.Code == http.StatusConflict {
			continue
		}
		if err == nil {
			w.increments[i].Add(1)
		}
		return err
	}
}

// tryIncrement is not cut off at the end of the test: whether an increment that
// got no answer counts could not be told.
func (w *writers) tryIncrement(i int) error {
	var secret harness.Secret
	path := w.path(w.counter(i).Metadata.Name)
	if err := w.client.Get(context.Background(), path, &secret); err != nil {
		return err
	}
	count, err := strconv.Atoi(string(secret.Data["count"]))
	if err != nil {
		return err
	}
	secret.Data["count"] = []byte(strconv.Itoa(count + 1))
	body, err := json.Marshal(secret)
	if err == nil {
		_, err = w.client.Do(context.Background(), "PUT", path, body)
	}
	return err
}

func (w *writers) createOne(n int) error {
	secret := w.counter(0)
	secret.APIVersion, secret.Kind = "v1", "Secret"
	secret.Metadata.Name = fmt.Sprintf("passing-%06d", n)
	body, err := json.Marshal(secret)
	if err == nil {
		_, err = w.client.Do(context.Background(), "POST", "/api/v1/namespaces/"+w.namespace+"/secrets", body)
	}
	if err == nil {
		w.passing.Store(secret.Metadata.Name, true)
	}
	return err
}

// deleteOne takes any of those that exist.
func (w *writers) deleteOne(int) error {
	var victim string
	w.passing.Range(func(name, exists any) bool {
		victim = name.(string)
		return !exists.(bool)
	})
	if victim == "" {
		return nil
	}
	if _, err := w.client.Do(context.Background(), "DELETE", w.path(victim), nil); err != nil {
		return err
	}
	w.passing.Delete(victim)
	return nil
}

func (w *writers) total() (sum int64) {
	for i := range w.increments {
		sum += w.increments[i].Load()
	}
	return sum
}

func checkCounters(t *testing.T, w *writers) {
	t.Helper()
	for i := range w.increments {
		var secret harness.Secret
		must(t, w.client.Get(context.Background(), w.path(w.counter(i).Metadata.Name), &secret))
		if got, want := string(secret.Data["count"]), strconv.FormatInt(w.increments[i].Load(), 10); got != want {
			t.Errorf("counter %d is %s after %s increments", i, got, want)
		}
	}
}

// checkEverythingIsThere: what was deleted has not come back, what was made has
// not gone, and a last run finds all of it.
func checkEverythingIsThere(t *testing.T, w *writers) {
	t.Helper()
	want := map[string]bool{}
	for i := range counters {
		want[w.counter(i).Metadata.Name] = true
	}
	w.passing.Range(func(name, _ any) bool {
		want[name.(string)] = true
		return true
	})
	got := map[string]bool{}
	for key := range secretsIn(t, shared(t), w.namespace) {
		_, name := harness.SplitKey(key)
		got[name] = true
	}
	if !maps.Equal(got, want) {
		t.Errorf("etcd holds %d Secrets, want %d", len(got), len(want))
	}
	report(t, rewrite(t, admin(t), w.namespace), 0)
	expectStored(t, w.namespace, map[string]int{newKey: len(want)})
}
