package harness

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// SecretsPrefix is where the API server keeps Secrets: PREFIX NAMESPACE/NAME.
const SecretsPrefix = "/registry/secrets/"

const (
	storeTimeout = 30 * time.Second
	pageSize     = 500
)

// Entry is one key of etcd as it is stored.
type Entry struct {
	Key         string
	Value       []byte
	ModRevision int64 // rises with every write; the resourceVersion of the object
	Version     int64 // counts the writes of this key
}

// Store reads and writes etcd past the API server: the truth to compare with.
type Store struct{ client *clientv3.Client }

// OpenStore connects to etcd; a nil TLS configuration means plain HTTP.
func OpenStore(endpoint string, config *tls.Config) (*Store, error) {
	client, err := clientv3.New(clientv3.Config{
		Endpoints:          []string{endpoint},
		DialTimeout:        storeTimeout,
		TLS:                config,
		Logger:             zap.NewNop(),
		MaxCallRecvMsgSize: 1 << 30,
	})
	if err != nil {
		return nil, err
	}
	return &Store{client}, nil
}

// Close ends the connection.
func (s *Store) Close() error { return s.client.Close() }

// Read returns all keys below a prefix, in order, as of one revision.
func (s *Store) Read(prefix string) ([]Entry, error) {
	var entries []Entry
	var revision int64
	start, end := prefix, clientv3.GetPrefixRangeEnd(prefix)
	for {
		page, err := s.page(start, end, revision)
		if err != nil {
			return nil, fmt.Errorf("reading %s from etcd: %w", prefix, err)
		}
		revision = page.Header.Revision // all later pages are of the first one's
		for _, kv := range page.Kvs {
			entries = append(entries, Entry{string(kv.Key), kv.Value, kv.ModRevision, kv.Version})
		}
		if !page.More {
			return entries, nil
		}
		start = entries[len(entries)-1].Key + "\x00"
	}
}

func (s *Store) page(start, end string, revision int64) (*clientv3.GetResponse, error) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	options := []clientv3.OpOption{clientv3.WithRange(end), clientv3.WithLimit(pageSize)}
	if revision > 0 {
		options = append(options, clientv3.WithRev(revision))
	}
	return s.client.Get(ctx, start, options...)
}

// Get returns one key, or an error if there is none.
func (s *Store) Get(key string) (Entry, error) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	response, err := s.client.Get(ctx, key)
	if err != nil {
		return Entry{}, err
	}
	if len(response.Kvs) == 0 {
		return Entry{}, fmt.Errorf("no key %q in etcd", key)
	}
	kv := response.Kvs[0]
	return Entry{string(kv.Key), kv.Value, kv.ModRevision, kv.Version}, nil
}

// Write plants a value, past all checks of the API server.
func (s *Store) Write(key string, value []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_, err := s.client.Put(ctx, key, string(value))
	return err
}

// Delete removes a key; a missing key is an error, as a test would not want to
// delete nothing.
func (s *Store) Delete(key string) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	response, err := s.client.Delete(ctx, key)
	if err == nil && response.Deleted == 0 {
		return fmt.Errorf("no key %q in etcd", key)
	}
	return err
}

// DeletePrefix removes all keys below a prefix.
func (s *Store) DeletePrefix(prefix string) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_, err := s.client.Delete(ctx, prefix, clientv3.WithPrefix())
	return err
}

// Follow calls do with everything that is written below a prefix from now on, until the context ends. It returns
// when etcd has begun to watch; do is called from one goroutine.
func (s *Store) Follow(ctx context.Context, prefix string, do func(Entry)) error {
	watch := s.client.Watch(clientv3.WithRequireLeader(ctx), prefix, clientv3.WithPrefix(), clientv3.WithCreatedNotify())
	if first, open := <-watch; !open || first.Err() != nil {
		return fmt.Errorf("watching %s in etcd: %w", prefix, first.Err())
	}
	go func() {
		for response := range watch {
			for _, event := range response.Events {
				if event.Type == clientv3.EventTypePut {
					do(Entry{string(event.Kv.Key), event.Kv.Value, event.Kv.ModRevision, event.Kv.Version})
				}
			}
		}
	}()
	return nil
}

// Snapshot writes what `etcdctl snapshot save` would.
func (s *Store) Snapshot(to io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), 4*storeTimeout)
	defer cancel()
	response, err := s.client.SnapshotWithVersion(ctx)
	if err != nil {
		return err
	}
	defer response.Snapshot.Close()
	_, err = io.Copy(to, response.Snapshot)
	return err
}

// Version is that of the server.
func (s *Store) Version() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	status, err := s.client.Status(ctx, s.client.Endpoints()[0])
	if err != nil {
		return "", err
	}
	return status.Version, nil
}

// Compact drops the history before the current revision; with defragment the
// file shrinks as well.
func (s *Store) Compact(defragment bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), 4*storeTimeout)
	defer cancel()
	now, err := s.client.Get(ctx, "compact", clientv3.WithCountOnly())
	if err != nil {
		return err
	}
	if _, err := s.client.Compact(ctx, now.Header.Revision, clientv3.WithCompactPhysical()); err != nil {
		return err
	}
	if defragment {
		_, err = s.client.Defragment(ctx, s.client.Endpoints()[0])
	}
	return err
}

// CompactTo drops the history before a revision.
func (s *Store) CompactTo(revision int64) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	_, err := s.client.Compact(ctx, revision)
	return err
}

// SplitKey takes "/registry/secrets/NAMESPACE/NAME" apart.
func SplitKey(key string) (namespace, name string) {
	namespace, name, _ = strings.Cut(strings.TrimPrefix(key, SecretsPrefix), "/")
	return namespace, name
}

// Count is the number of entries of a namespace under one provider and key.
type Count struct {
	Namespace string
	Value     Value
	Count     int
}

// Summarize counts entries by namespace and what they are stored under, in order.
func Summarize(entries []Entry) []Count {
	counts := map[Count]int{}
	for _, entry := range entries {
		namespace, _ := SplitKey(entry.Key)
		counts[Count{Namespace: namespace, Value: Inspect(entry.Value)}]++
	}
	var result []Count
	for group, count := range counts {
		group.Count = count
		result = append(result, group)
	}
	sort.Slice(result, func(i, j int) bool {
		a, b := result[i], result[j]
		return a.Namespace+" "+a.Value.String() < b.Namespace+" "+b.Value.String()
	})
	return result
}
