package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

const wholeSecrets = 300 // in each of two namespaces, of which one is rewritten all the time

// busyStore is an etcd whose files are looked at while it stands still.
type busyStore struct {
	*testing.T
	cluster *harness.Cluster
	path    string
}

func (b *busyStore) rewrite(namespace string, round int) error {
	var entries []harness.Entry
	for i := range wholeSecrets {
		content := append([]byte("k8s\x00"), bytes.Repeat([]byte{byte(round)}, 100+(i*37)%700)...)
		entries = append(entries, harness.Entry{Key: fmt.Sprintf("/registry/secrets/%s/s%04d", namespace, i), Value: harness.Seal("key1", content)})
	}
	return b.cluster.Store().Replace(nil, entries)
}

// check wants the file to be read, and to hold what etcd has held all the time.
func (b *busyStore) check(what string, content []byte) {
	b.Helper()
	report, refused := lookAtCopy(b.T, b.path, content)
	if refused {
		b.Errorf("%s: a whole file is refused", what)
		return
	}
	totals := map[string]int{}
	for _, row := range report.Namespaces {
		totals[row.Namespace] = row.Total
	}
	if totals["still"] != wholeSecrets || totals["moving"] != wholeSecrets {
		b.Errorf("%s: %v", what, totals)
	}
}

func (b *busyStore) content() []byte {
	b.Helper()
	content, err := os.ReadFile(filepath.Join(b.cluster.State().Etcd.DataDir, "member", "snap", "db"))
	kit.Must(b.T, err)
	return content
}

// frozen is the file as a SIGKILL would leave it at this moment: in the middle of a transaction, often.
func (b *busyStore) frozen() []byte {
	b.Helper()
	kit.Must(b.T, syscall.Kill(b.cluster.Etcd.PID(), syscall.SIGSTOP))
	defer func() { kit.Must(b.T, syscall.Kill(b.cluster.Etcd.PID(), syscall.SIGCONT)) }()
	return b.content()
}

// flushed is the same once etcd has written what it holds back for a moment.
func (b *busyStore) flushed() []byte {
	b.Helper()
	kit.Must(b.T, b.cluster.Store().Snapshot(io.Discard))
	return b.frozen()
}

// leaseOnce has etcd revoke a lease, which deletes several keys in one transaction.
func (b *busyStore) leaseOnce() error {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{b.cluster.Etcd.Endpoint}, Logger: zap.NewNop()})
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	lease, err := client.Grant(ctx, 3600)
	if err != nil {
		return err
	}
	for i := range 5 {
		if _, err = client.Put(ctx, fmt.Sprintf("/leased/%d", i), "x", clientv3.WithLease(lease.ID)); err != nil {
			return err
		}
	}
	_, err = client.Revoke(ctx, lease.ID)
	return err
}

// inLargePages is what etcd writes on a machine whose pages have 16 KiB.
func (b *busyStore) inLargePages(content []byte) []byte {
	b.Helper()
	dir := b.TempDir()
	kit.Must(b.T, os.WriteFile(filepath.Join(dir, "small"), content, 0o600))
	small, err := bolt.Open(filepath.Join(dir, "small"), 0o600, &bolt.Options{ReadOnly: true})
	kit.Must(b.T, err)
	defer small.Close()
	large, err := bolt.Open(filepath.Join(dir, "large"), 0o600, &bolt.Options{PageSize: 16 << 10, NoFreelistSync: true})
	kit.Must(b.T, err)
	kit.Must(b.T, bolt.Compact(large, small, 64<<10))
	kit.Must(b.T, large.Close())
	result, err := os.ReadFile(filepath.Join(dir, "large"))
	kit.Must(b.T, err)
	return result
}

// TestWholeCopiesAreRead: no file of an etcd that stands still, or has ended in any way, is taken for a torn one.
func TestWholeCopiesAreRead(t *testing.T) {
	for i, version := range []string{"", "3.5", "3.6"} {
		t.Run("etcd-"+version, func(t *testing.T) {
			b := &busyStore{T: t, cluster: kit.Start(t, harness.Options{EtcdVersion: version}), path: filepath.Join(t.TempDir(), "copy")}
			kit.Must(t, b.rewrite("still", 0))
			kit.Must(t, b.rewrite("moving", 0))
			b.check("freshly started", b.flushed())
			kit.Must(t, b.leaseOnce())
			b.check("with a lease revoked", b.flushed())
			kit.Must(t, b.rewrite("moving", 1))
			kit.Must(t, b.cluster.Store().Compact(false))
			b.check("compacted", b.flushed())
			b.check("in large pages", b.inLargePages(b.flushed()))
			kit.Must(t, b.cluster.Store().Write("a-newer-revision", nil))
			kit.Must(t, b.cluster.Store().Compact(true))
			b.check("defragmented", b.flushed())
			b.whileWriting(20)
			if i%2 == 0 {
				b.cluster.Etcd.Stop()
				b.check("stopped", b.content())
				return
			}
			kit.Must(t, syscall.Kill(b.cluster.Etcd.PID(), syscall.SIGKILL))
			b.cluster.Etcd.Stop() // waits for its end
			b.check("killed", b.content())
		})
	}
}

// whileWriting looks at the file again and again, with writes, compactions and leases under way.
func (b *busyStore) whileWriting(times int) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		var err error
		for round := 2; err == nil && ctx.Err() == nil; round++ {
			err = errors.Join(b.rewrite("moving", round), b.leaseOnce(), b.cluster.Store().Compact(false))
		}
		ended <- err
	}()
	for i := range times {
		b.check(fmt.Sprint("while etcd writes, ", i), b.frozen())
	}
	cancel()
	kit.Must(b.T, <-ended)
}
