package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

const reduced = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

// loop is the plain program that the benchmark compares with: list pages of
// whole Secrets and write every item back with the bytes it came in.
type loop struct {
	client *harness.Client
	items  chan json.RawMessage

	lock   sync.Mutex
	result loopResult
}

type loopResult struct {
	Objects   int     `json:"objects"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"perSecond"`
	Rewritten int     `json:"rewritten"`
	Unchanged int     `json:"unchanged"`
	Conflicts int     `json:"conflicts"` // changed or deleted meanwhile
	Failed    int     `json:"failed"`
	Throttled int     `json:"throttled"` // 429, tried again
	FirstFail string  `json:"firstFailure,omitempty"`
}

func putLoop(args []string) error {
	flags := newFlags("put-loop")
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of a cluster of this harness")
	workers := flags.Int("workers", 64, "requests at a time, all on one HTTP/2 connection")
	server := flags.String("server", "", "URL instead of the one in the kubeconfig, as that of a delay-proxy")
	if err := parse(flags, args, 0, "kubeconfig"); err != nil {
		return err
	}
	client, err := harness.NewClient(*kubeconfig)
	if err != nil {
		return err
	}
	if *server != "" {
		client.URL = *server
	}
	l := &loop{client: client, items: make(chan json.RawMessage, 1000)}
	if err := l.run(*workers); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(l.result); err != nil {
		return err
	}
	if l.result.Failed > 0 {
		return fmt.Errorf("%d objects failed", l.result.Failed)
	}
	return nil
}

// run lists and writes at the same time.
func (l *loop) run(workers int) error {
	began := time.Now()
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for item := range l.items {
				l.record(l.put(item))
			}
		})
	}
	err := l.client.EachSecret(context.Background(), func(item json.RawMessage) error {
		l.items <- item
		return nil
	})
	close(l.items)
	group.Wait()
	l.result.Seconds = time.Since(began).Seconds()
	l.result.PerSecond = float64(l.result.Objects) / l.result.Seconds
	return err
}

type objectName struct {
	Metadata struct{ Namespace, Name, ResourceVersion string }
}

// put sends one item and tells whether its resourceVersion changed.
func (l *loop) put(item json.RawMessage) (changed bool, err error) {
	var before, after objectName
	if err := json.Unmarshal(item, &before); err != nil {
		return false, err
	}
	path := fmt.Sprintf("/api/v1/namespaces/%s/secrets/%s", before.Metadata.Namespace, before.Metadata.Name)
	answer, err := l.patiently(path, item)
	if err != nil {
		return false, err
	}
	err = json.Unmarshal(answer, &after)
	return before.Metadata.ResourceVersion != after.Metadata.ResourceVersion, err
}

// patiently waits when the server says that it has too much to do.
func (l *loop) patiently(path string, item json.RawMessage) ([]byte, error) {
	header := map[string]string{"Accept": reduced}
	for {
		answer, err := l.client.DoWith(context.Background(), "PUT", path, item, header)
		var status *harness.StatusError
		if !errors.As(err, &status) || status.Code != 429 {
			return answer, err
		}
		l.lock.Lock()
		l.result.Throttled++
		l.lock.Unlock()
		seconds, err := time.ParseDuration(status.Header.Get("Retry-After") + "s")
		if err != nil {
			seconds = time.Second
		}
		time.Sleep(seconds)
	}
}

func (l *loop) record(changed bool, err error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.result.Objects++
	var status *harness.StatusError
	switch {
	case errors.As(err, &status) && (status.Code == 409 || status.Code == 404):
		l.result.Conflicts++
	case err != nil:
		l.result.Failed++
		if l.result.FirstFail == "" {
			l.result.FirstFail = err.Error()
		}
	case changed:
		l.result.Rewritten++
	default:
		l.result.Unchanged++
	}
}
