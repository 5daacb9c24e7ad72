package states

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/harness"
)

// load is what other clients do to Secrets while the census runs.
type load struct {
	name       string
	readers    int  // read Secrets by name
	everywhere bool // in all namespaces, else in the busy one
	writers    int  // write those of the busy namespace that are current: what they are stored under stays
	creators   int  // create and delete others
}

var loads = []load{
	{name: "nobody else"},
	{name: "readers of one namespace", readers: 2},
	{name: "readers and writers of one namespace", readers: 1, writers: 2, creators: 1},
	{name: "readers everywhere", readers: 2, everywhere: true},
}

func (l load) quiet() bool { return l.readers+l.writers+l.creators == 0 }

const (
	loadPause    = 3 * time.Millisecond // of each client: the API server gets on with the census as well
	mostRequests = 20_000               // of each client: a minute
	churn        = "churn"              // the namespace of Secrets that come and go
)

// start returns when each client has had its first answer; stop waits for their end.
func (l load) start(t *testing.T, cluster *planted.Cluster, state planted.State) (stop func()) {
	t.Helper()
	client := kit.ClientOf(t, cluster.Cluster, 0)
	ctx, cancel := context.WithCancel(context.Background())
	crowd := crowd{t: t, ctx: ctx}
	if l.creators > 0 {
		client.Do(ctx, "POST", "/api/v1/namespaces", []byte(`{"metadata":{"name":"`+churn+`"}}`)) // often it is there already
	}
	targets := current(state, cluster.Config)
	if l.everywhere {
		targets = state.Objects
	}
	for range l.readers {
		crowd.add(func(int) error {
			_, err := client.Do(ctx, "GET", targets[rand.IntN(len(targets))].Path(), nil)
			return err
		})
	}
	for writer := range l.writers { // each has Secrets of its own: two who write one get in each other's way
		own := everyNth(current(state, cluster.Config), writer, l.writers)
		crowd.add(func(turn int) error { return annotate(ctx, client, own[turn%len(own)].Path(), turn) })
	}
	for n := range l.creators {
		crowd.add(func(int) error { return comeAndGo(ctx, client, fmt.Sprint("churn-", n)) })
	}
	crowd.started.Wait()
	return func() {
		cancel()
		crowd.ended.Wait()
	}
}

// everyNth of the objects, from `first` on; at least one.
func everyNth(objects []planted.Object, first, n int) (some []planted.Object) {
	for i := first; i < len(objects); i += n {
		some = append(some, objects[i])
	}
	return some
}

func annotate(ctx context.Context, client *harness.Client, path string, value int) error {
	patch := fmt.Appendf(nil, `{"metadata":{"annotations":{"example.com/written":"%d"}}}`, value)
	_, err := client.DoWith(ctx, "PATCH", path, patch, map[string]string{"Content-Type": "application/merge-patch+json"})
	return err
}

// comeAndGo is not broken off half-way: nobody else would delete what it has created.
func comeAndGo(ctx context.Context, client *harness.Client, name string) error {
	const path = "/api/v1/namespaces/" + churn + "/secrets"
	ctx = context.WithoutCancel(ctx)
	if _, err := client.Do(ctx, "POST", path, fmt.Appendf(nil, `{"metadata":{"name":%q}}`, name)); err != nil {
		return err
	}
	_, err := client.Do(ctx, "DELETE", path+"/"+name, nil)
	return err
}

// crowd is clients that each do one thing again and again.
type crowd struct {
	t              *testing.T
	ctx            context.Context
	started, ended sync.WaitGroup
}

func (c *crowd) add(do func(turn int) error) {
	c.started.Add(1)
	begun := sync.OnceFunc(c.started.Done)
	c.ended.Go(func() {
		defer begun()
		pause := time.NewTicker(loadPause)
		defer pause.Stop()
		for turn := range mostRequests {
			if err := do(turn); err != nil && c.ctx.Err() == nil {
				c.t.Errorf("the load: %v", err)
				return
			}
			begun()
			select {
			case <-c.ctx.Done():
				return
			case <-pause.C:
			}
		}
	})
}
