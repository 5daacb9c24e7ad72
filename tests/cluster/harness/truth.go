package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"sort"
	"strings"
)

// Truth maps NAMESPACE/NAME to the canonical JSON of a Secret without its
// resourceVersion: what a rewrite must leave exactly as it was.
type Truth map[string]string

// FetchAll reads all Secrets through the first API server.
func (c *Cluster) FetchAll() (Truth, error) {
	client, err := c.Client(Admin)
	if err != nil {
		return nil, err
	}
	return client.FetchAll(context.Background())
}

// FetchAll reads all Secrets.
func (c *Client) FetchAll(ctx context.Context) (Truth, error) {
	truth := Truth{}
	err := c.EachSecret(ctx, func(raw json.RawMessage) error {
		name, canonical, err := canonicalSecret(raw)
		truth[name] = canonical
		return err
	})
	return truth, err
}

// SecretPage is one page of a list, the items as they came.
type SecretPage struct {
	Metadata struct{ Continue string }
	Items    []json.RawMessage
}

// EachSecret calls do with every Secret of the cluster, page by page.
func (c *Client) EachSecret(ctx context.Context, do func(json.RawMessage) error) error {
	token := ""
	for {
		var page SecretPage
		query := url.Values{"limit": {fmt.Sprint(pageSize)}}
		if token != "" {
			query.Set("continue", token)
		}
		if err := c.Get(ctx, "/api/v1/secrets?"+query.Encode(), &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			if err := do(item); err != nil {
				return err
			}
		}
		if token = page.Metadata.Continue; token == "" {
			return nil
		}
	}
}

// canonicalSecret sorts the keys of all objects, which encoding/json does for
// maps, and keeps numbers as they are written.
func canonicalSecret(raw json.RawMessage) (name, canonical string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return "", "", err
	}
	metadata, ok := object["metadata"].(map[string]any)
	if !ok {
		return "", "", fmt.Errorf("a Secret without metadata: %.100s", raw)
	}
	delete(metadata, "resourceVersion")
	text, err := json.Marshal(object)
	return fmt.Sprintf("%v/%v", metadata["namespace"], metadata["name"]), string(text), err
}

// Difference says how two snapshots differ, "" if they do not. It names objects
// and shows no content: they are Secrets, and large.
func (before Truth) Difference(after Truth) string {
	var lines []string
	for name, was := range before {
		switch is, found := after[name]; {
		case !found:
			lines = append(lines, name+" is gone")
		case is != was:
			lines = append(lines, name+" has changed")
		}
	}
	for name := range after {
		if _, found := before[name]; !found {
			lines = append(lines, name+" is new")
		}
	}
	sort.Strings(lines)
	const shown = 20
	if len(lines) > shown {
		lines = append(lines[:shown], fmt.Sprintf("and %d more", len(lines)-shown))
	}
	return strings.Join(lines, "\n")
}
