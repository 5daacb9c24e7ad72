package harness

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// Kind is what Seed fills a cluster with.
type Kind string

const (
	Plain Kind = "plain" // 1 KiB each, for measuring
	Mixed Kind = "mixed" // everything a Secret can be, for correctness
)

const seedWorkers = 32

// SeedOptions describe the Secrets to create. The same options give the same
// Secrets, byte by byte, on every run.
type SeedOptions struct {
	Count      int
	Namespaces int // 0 = 1; they are called PREFIX-000, PREFIX-001, ...
	Kind       Kind
	Random     uint64 // seed of the random numbers
	Prefix     string // of namespace names, "" = "seed"
}

func (o *SeedOptions) complete() {
	o.Namespaces = max(o.Namespaces, 1)
	if o.Prefix == "" {
		o.Prefix = "seed"
	}
	if o.Kind == "" {
		o.Kind = Plain
	}
}

func (o *SeedOptions) namespace(i int) string {
	return fmt.Sprintf("%s-%03d", o.Prefix, i%o.Namespaces)
}

// Seed creates Secrets through the first API server.
func (c *Cluster) Seed(count, namespaces int, kind Kind) error {
	client, err := c.Client(Admin)
	if err != nil {
		return err
	}
	return client.Seed(context.Background(), SeedOptions{Count: count, Namespaces: namespaces, Kind: kind})
}

// Seed creates namespaces and Secrets, many at a time.
func (c *Client) Seed(ctx context.Context, options SeedOptions) error {
	options.complete()
	if err := c.seedNamespaces(ctx, options); err != nil {
		return err
	}
	return parallel(seedWorkers, options.Count, func(i int) error {
		if options.Kind == Mixed {
			return c.seedMixed(ctx, options, i)
		}
		return c.createSecret(ctx, plainSecret(options, i), "seed")
	})
}

func (c *Client) seedNamespaces(ctx context.Context, options SeedOptions) error {
	return parallel(seedWorkers, options.Namespaces, func(i int) error {
		name := options.namespace(i)
		body := fmt.Sprintf(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":%q}}`, name)
		_, err := c.Do(ctx, "POST", "/api/v1/namespaces", []byte(body))
		if err := ignoreStatus(err, 409); err != nil {
			return err
		}
		// For Secrets of the type service-account-token. Nothing makes the
		// account here, as there is no controller manager.
		account := `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}`
		_, err = c.Do(ctx, "POST", "/api/v1/namespaces/"+name+"/serviceaccounts", []byte(account))
		return ignoreStatus(err, 409)
	})
}

// parallel calls do for 0..count-1 and hands out no more work after an error.
func parallel(workers, count int, do func(int) error) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var group sync.WaitGroup
	var next atomic.Int64
	for range min(workers, count) {
		group.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				if err := do(i); err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}
