package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"sync"

	"kubectl-encrypt/tests/cluster/harness"
)

// getLoopCommand makes this program the Go loop that `status` is compared with. It is no tool of the cluster's binary:
// with all of Kubernetes in it that takes 100 MiB before it begins.
const getLoopCommand = "get-loop"

// What the plugin asks for as well: no data.
const (
	asMetadata     = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	asMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	listPage       = "500"
)

// getLoop is the plain program: list all names in pages, then get each object by its name.
func getLoop(args []string) error {
	flags := flag.NewFlagSet(getLoopCommand, flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "of a cluster of the harness")
	server := flags.String("server", "", "URL instead of the one in the kubeconfig")
	workers := flags.Int("workers", 64, "requests at a time, all on one HTTP/2 connection")
	expect := flags.Int("expect", 0, "how many Secrets there are; another number is an error")
	if err := flags.Parse(args); err != nil {
		return err
	}
	client, err := harness.NewClient(*kubeconfig)
	if err != nil {
		return err
	}
	client.URL = *server
	paths, err := listPaths(client)
	if err == nil && len(paths) != *expect {
		err = fmt.Errorf("%d Secrets listed, not %d", len(paths), *expect)
	}
	if err != nil {
		return err
	}
	return getAll(client, paths, *workers)
}

type metadataPage struct {
	Metadata struct{ Continue string }
	Items    []struct {
		Metadata struct{ Namespace, Name string }
	}
}

func listPaths(client *harness.Client) (paths []string, err error) {
	query := url.Values{"limit": {listPage}}
	for {
		content, err := get(client, "/api/v1/secrets?"+query.Encode(), asMetadataList)
		if err != nil {
			return nil, err
		}
		var page metadataPage
		if err := json.Unmarshal(content, &page); err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			paths = append(paths, fmt.Sprintf("/api/v1/namespaces/%s/secrets/%s", item.Metadata.Namespace, item.Metadata.Name))
		}
		if page.Metadata.Continue == "" {
			return paths, nil
		}
		query.Set("continue", page.Metadata.Continue)
	}
}

func get(client *harness.Client, path, accept string) ([]byte, error) {
	return client.DoWith(context.Background(), "GET", path, nil, map[string]string{"Accept": accept})
}

// getAll fails with the first object that cannot be read.
func getAll(client *harness.Client, paths []string, workers int) error {
	todo := make(chan string, workers)
	failures := make(chan error, workers)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			var failure error
			for path := range todo {
				if failure == nil { // else it only empties the queue
					_, failure = get(client, path, asMetadata)
				}
			}
			failures <- failure
		})
	}
	for _, path := range paths {
		todo <- path
	}
	close(todo)
	group.Wait()
	close(failures)
	var all []error
	for failure := range failures {
		all = append(all, failure)
	}
	return errors.Join(all...)
}
