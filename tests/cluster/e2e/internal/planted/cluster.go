package planted

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

// readTimeout is for one request to the API server, on a busy machine.
const readTimeout = 60 * time.Second

// smallMetrics leaves out of /metrics what fills three quarters of it and nobody here reads: a census of a mixed state
// reads the page a hundred times. The other tests of the census have all of it.
const smallMetrics = "--disabled-metrics=" +
	"apiserver_request_body_size_bytes,apiserver_request_duration_seconds,apiserver_request_sli_duration_seconds," +
	"apiserver_watch_cache_initialization_duration_seconds,apiserver_watch_cache_read_wait_seconds," +
	"apiserver_watch_events_dispatch_duration_seconds,apiserver_watch_events_sizes,apiserver_watch_list_duration_seconds," +
	"etcd_request_duration_seconds"

// Cluster is a cluster under one configuration, for one state after the other.
type Cluster struct {
	*harness.Cluster
	Config Config

	client    *harness.Client
	templates map[string]template // by resource
}

// template is the content of an object that the API server has made.
type template struct {
	content              []byte
	namespace, name, uid string
}

// Start starts one API server with the configuration; options may say more of the cluster.
func Start(config Config, options harness.Options) (*Cluster, error) {
	options.KMS = config.Plugins
	options.Servers = []harness.ServerOptions{{Encryption: config.Text(), Flags: append(config.flags(), smallMetrics)}}
	inner, err := harness.New(options)
	if err != nil {
		return nil, fmt.Errorf("under %v: %w", config, err)
	}
	cluster := &Cluster{Cluster: inner, Config: config, templates: map[string]template{}}
	if err := cluster.prepare(); err != nil {
		return nil, errors.Join(err, inner.Close())
	}
	return cluster, nil
}

func (c *Cluster) prepare() (err error) {
	if c.client, err = c.Client(harness.Admin); err != nil {
		return err
	}
	for i := range namespaceCount {
		if err := c.post("/api/v1/namespaces", fmt.Appendf(nil, `{"metadata":{"name":%q}}`, namespaceOf(i))); err != nil {
			return err
		}
	}
	for _, definition := range definitions {
		if err := c.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", []byte(definition)); err != nil {
			return err
		}
	}
	for _, kind := range Kinds {
		if err := c.makeTemplate(kind); err != nil {
			return fmt.Errorf("%s: %w", kind.Name, err)
		}
	}
	return nil
}

func (c *Cluster) post(path string, body []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	_, err := c.client.Do(ctx, "POST", path, body)
	return err
}

// makeTemplate waits until a new definition is served.
func (c *Cluster) makeTemplate(kind Kind) error {
	namespace, name := namespaceOf(0), fmt.Sprintf(nameFormat, 0)
	body := kind.body(namespace, name)
	for deadline := time.Now().Add(readTimeout); ; time.Sleep(20 * time.Millisecond) {
		err := c.post(kind.path(namespace), body)
		var status *harness.StatusError
		if err == nil {
			break
		}
		if !errors.As(err, &status) || status.Code != 404 || time.Now().After(deadline) {
			return err
		}
	}
	var made struct{ Metadata struct{ UID string } }
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	if err := c.client.Get(ctx, kind.path(namespace)+"/"+name, &made); err != nil {
		return err
	}
	entry, err := c.Store().Get(kind.Key(namespace, name))
	if err != nil {
		return err
	}
	content, err := harness.OpenAs(harness.InspectAmong(c.Config.KeyNames(), entry.Key, entry.Value), entry.Key, entry.Value)
	c.templates[kind.Name] = template{content, namespace, name, made.Metadata.UID}
	return err
}

func (t template) as(object Object) []byte {
	content := t.content
	uid := fmt.Sprintf(uidFormat, object.Number, object.Number)
	for _, pair := range [][2]string{{t.namespace, object.Namespace}, {t.name, object.Name()}, {t.uid, uid}} {
		// The first occurrence is in the metadata.
		content = bytes.Replace(content, []byte(pair[0]), []byte(pair[1]), 1)
	}
	return content
}

// Plant puts a state in place of the one before, and waits until the API server has read it all: which it can, as
// all is sealed as it would do it itself.
func (c *Cluster) Plant(state State) error {
	entries, err := c.seal(state)
	if err != nil {
		return err
	}
	if err := c.Store().Replace(c.prefixes(), entries); err != nil {
		return err
	}
	return c.readAll(state)
}

// seal makes what etcd is to hold.
func (c *Cluster) seal(state State) ([]harness.Entry, error) {
	sealer := harness.NewSealer()
	var entries []harness.Entry
	for _, object := range state.Objects {
		value, err := c.sealObject(sealer, object)
		if err != nil {
			return nil, err
		}
		entries = append(entries, harness.Entry{Key: object.Kind.Key(object.Namespace, object.Name()), Value: value})
	}
	return entries, nil
}

func (c *Cluster) prefixes() []string {
	var prefixes []string
	for _, kind := range Kinds {
		if kind.Cluster {
			prefixes = append(prefixes, kind.Prefix)
			continue
		}
		prefixes = append(prefixes, kind.Prefix+NamespacePrefix)
	}
	return prefixes
}

// readAll waits for all kinds at once.
func (c *Cluster) readAll(state State) error {
	results := make(chan error, len(Kinds))
	for _, kind := range Kinds {
		go func() { results <- c.awaitKind(kind, state) }()
	}
	var problems error
	for range Kinds {
		problems = errors.Join(problems, <-results)
	}
	return problems
}

// awaitKind repeats: a list waits for the API server's cache to be as new as etcd, but takes the first object of a
// transaction for all of it, as all have the same revision.
func (c *Cluster) awaitKind(kind Kind, state State) error {
	for deadline := time.Now().Add(readTimeout); ; time.Sleep(5 * time.Millisecond) {
		err := c.readKind(kind, state)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

func (c *Cluster) readKind(kind Kind, state State) error {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	answer, err := c.client.DoWith(ctx, "GET", kind.everywhere(), nil, map[string]string{"Accept": metadataOnly})
	if err != nil {
		return err
	}
	var list struct {
		Items []struct {
			Metadata struct{ Name, Namespace string }
		}
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return err
	}
	var got, want []string
	for _, item := range list.Items {
		if kind.Cluster || bytes.HasPrefix([]byte(item.Metadata.Namespace), []byte(NamespacePrefix)) {
			got = append(got, item.Metadata.Namespace+"/"+item.Metadata.Name)
		}
	}
	for _, object := range state.Objects {
		if object.Kind.Name == kind.Name {
			namespace := object.Namespace
			if kind.Cluster {
				namespace = ""
			}
			want = append(want, namespace+"/"+object.Name())
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s: the API server has %d, of %d planted: %.300v", kind.Name, len(got), len(want), got)
	}
	return nil
}
