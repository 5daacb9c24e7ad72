package trust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

const (
	counters       = 100
	counterWriters = 3
	madeAtATime    = 200 // so many of the creator's Secrets are there at most: else a run could never catch up
)

// writers change Secrets under a run, through an API server that stays: so each write's outcome is known, but for what
// etcd did not answer in time on a busy machine.
type writers struct {
	client    *harness.Client
	namespace string // where they write; the plugin's own Secrets are in others as well
	stop      context.CancelFunc
	running   context.Context
	group     sync.WaitGroup

	counts  [counters]atomic.Int64 // increments that the server has confirmed
	unsure  [counters]atomic.Int64 // those that may have been done or not
	passing chan string            // names of those made and not yet deleted
	made    atomic.Int64
	deleted atomic.Int64
	failure atomic.Pointer[error]
}

// startWriters makes counters among the planted Secrets of the first namespace of a prefix, and begins.
func startWriters(t *testing.T, cluster *harness.Cluster, prefix string) *writers {
	t.Helper()
	w := &writers{client: kit.ClientOf(t, cluster, steady), namespace: prefix + "-000", passing: make(chan string, madeAtATime)}
	w.running, w.stop = context.WithCancel(context.Background())
	t.Cleanup(w.stop)
	for i := range counters {
		kit.Must(t, w.create(counterName(i)))
		kit.Must(t, cluster.Plant(harness.SecretsPrefix+w.namespace+"/"+counterName(i), oldName))
	}
	for i := range counterWriters {
		w.group.Go(func() { w.work(i, w.increment) })
	}
	w.group.Go(func() { w.work(0, w.makeOne) })
	w.group.Go(func() { w.work(0, w.deleteOne) })
	return w
}

// counterName and madeName are spread over the names that are planted.
func counterName(i int) string { return fmt.Sprintf("planted-%06d-counter", i*stormObjects/counters) }
func madeName(i int) string    { return fmt.Sprintf("planted-%06d-made-%06d", i*37%stormObjects, i) }

// work repeats a job until the end, or an error that no race explains.
func (w *writers) work(from int, job func(n int) error) {
	for n := from; w.running.Err() == nil; n++ {
		if err := job(n); err != nil {
			w.failure.CompareAndSwap(nil, &err)
			return
		}
	}
}

func (w *writers) path(name string) string {
	return "/api/v1/namespaces/" + w.namespace + "/secrets/" + name
}

func (w *writers) create(name string) error {
	body, err := json.Marshal(harness.Secret{APIVersion: "v1", Kind: "Secret", Type: "Opaque",
		Metadata: harness.Metadata{Namespace: w.namespace, Name: name}, Data: map[string][]byte{"count": []byte("0")}})
	if err != nil {
		return err
	}
	return w.surely("POST", "/api/v1/namespaces/"+w.namespace+"/secrets", body, http.StatusConflict)
}

// surely repeats what may have been done or not; done is what the server answers where it had been.
func (w *writers) surely(method, path string, body []byte, done int) error {
	for doubtful := false; ; doubtful = true {
		_, err := w.client.Do(context.Background(), method, path, body)
		if doubtful && hasCode(err, done) {
			return nil
		}
		if !isDoubtful(err) {
			return err
		}
	}
}

func hasCode(err error, code int) bool {
	var status *harness.StatusError
	return errors.As(err, &status) && status.Code == code
}

// isDoubtful is for etcd's "request timed out": the write waits in its log, and may yet be done.
func isDoubtful(err error) bool {
	return hasCode(err, http.StatusInternalServerError) && strings.Contains(err.Error(), "etcdserver: request timed out")
}

// increment strides through the counters, so that several goroutines also meet.
func (w *writers) increment(n int) error {
	i := n * 7 % counters
	for {
		switch err := w.tryIncrement(i); {
		case hasCode(err, http.StatusConflict):
			continue
		case isDoubtful(err):
			w.unsure[i].Add(1)
			return nil
		case err != nil:
			return err
		}
		w.counts[i].Add(1)
		return nil
	}
}

func (w *writers) tryIncrement(i int) error {
	var secret harness.Secret
	if err := w.client.Get(context.Background(), w.path(counterName(i)), &secret); err != nil {
		return err
	}
	count, err := strconv.Atoi(string(secret.Data["count"]))
	if err != nil {
		return err
	}
	secret.Data["count"] = []byte(strconv.Itoa(count + 1))
	body, err := json.Marshal(secret)
	if err == nil {
		_, err = w.client.Do(context.Background(), "PUT", w.path(counterName(i)), body)
	}
	return err
}

func (w *writers) makeOne(n int) error {
	if err := w.create(madeName(n)); err != nil {
		return err
	}
	w.made.Add(1)
	select {
	case w.passing <- madeName(n):
	case <-w.running.Done():
	}
	return nil
}

func (w *writers) deleteOne(int) error {
	select {
	case name := <-w.passing:
		w.deleted.Add(1)
		return w.surely("DELETE", w.path(name), nil, http.StatusNotFound)
	case <-w.running.Done():
		return nil
	}
}

// end stops them and fails for what went wrong.
func (w *writers) end(t *testing.T) {
	t.Helper()
	w.stop()
	w.group.Wait()
	if failure := w.failure.Load(); failure != nil {
		t.Fatal(*failure)
	}
}

func (w *writers) increments() (sum int64) {
	for i := range w.counts {
		sum += w.counts[i].Load()
	}
	return sum
}

// check finds each counter where its writers left it, and as many others as were made and not deleted.
func (w *writers) check(t *testing.T) {
	t.Helper()
	if w.increments() < counters || w.made.Load() < madeAtATime || w.deleted.Load() == 0 {
		t.Errorf("hardly any writers: %d increments, %d made, %d deleted", w.increments(), w.made.Load(), w.deleted.Load())
	}
	for i := range w.counts {
		var secret harness.Secret
		kit.Must(t, w.client.Get(context.Background(), w.path(counterName(i)), &secret))
		got, err := strconv.ParseInt(string(secret.Data["count"]), 10, 64)
		kit.Must(t, err)
		sure, unsure := w.counts[i].Load(), w.unsure[i].Load()
		if got < sure || got > sure+unsure {
			t.Errorf("counter %d is %d after %d increments and %d that may have been done", i, got, sure, unsure)
		}
	}
	left := map[string]bool{}
	kit.Must(t, w.client.EachSecret(context.Background(), func(raw json.RawMessage) error {
		var secret harness.Secret
		err := json.Unmarshal(raw, &secret)
		left[secret.Metadata.Namespace+"/"+secret.Metadata.Name] = true
		return err
	}))
	want := stormObjects + counters + int(w.made.Load()-w.deleted.Load())
	if len(left) != want {
		t.Errorf("%d Secrets are there, want %d", len(left), want)
	}
}
