package resources

import (
	"context"
	"fmt"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

type object = map[string]any

func metadata(name string) object { return object{"name": name} }

// version is one of a CustomResourceDefinition; its schema has these fields.
type version struct {
	name            string
	served, storage bool
	fields          []string
}

// Discovery prefers v1, etcd has v1beta1, and only v1beta1 has the field "hidden".
var widgetVersions = []version{
	{"v1beta1", true, true, []string{"size", "hidden"}},
	{"v1", true, false, []string{"size"}},
}

func (v version) definition() object {
	fields := object{}
	for _, field := range v.fields {
		fields[field] = object{"type": "string"}
	}
	return object{"name": v.name, "served": v.served, "storage": v.storage,
		"schema": object{"openAPIV3Schema": object{"type": "object",
			"properties": object{"spec": object{"type": "object", "properties": fields}}}}}
}

// define makes a custom resource PLURAL.example.com, and waits until all API servers
// serve it. It leaves one that is there alone.
func define(t *testing.T, cluster *harness.Cluster, singular, short string, versions ...version) {
	t.Helper()
	plural := singular + "s"
	const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
	client := kit.ClientOf(t, cluster, 0)
	if _, err := client.Do(context.Background(), "GET", path+"/"+plural+".example.com", nil); err == nil {
		return
	}
	var definitions []object
	for _, one := range versions {
		definitions = append(definitions, one.definition())
	}
	kit.Post(t, client, path, object{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
		"metadata": metadata(plural + ".example.com"),
		"spec": object{"group": "example.com", "scope": "Namespaced", "versions": definitions,
			"names": object{"plural": plural, "singular": singular, "kind": kind(singular), "shortNames": []string{short}}}})
	for server := range cluster.Servers {
		for _, one := range versions {
			if one.served {
				waitUntilServed(t, cluster, server, one.name, plural)
			}
		}
	}
}

func kind(singular string) string { return string(singular[0]-'a'+'A') + singular[1:] }

func waitUntilServed(t *testing.T, cluster *harness.Cluster, server int, version, plural string) {
	t.Helper()
	client := kit.ClientOf(t, cluster, server)
	group := "/apis/example.com/" + version
	kit.Eventually(t, plural+" are served", func() bool {
		var known struct{ Resources []struct{ Name string } }
		if client.Get(context.Background(), group, &known) != nil {
			return false
		}
		_, err := client.Do(context.Background(), "GET", group+"/"+plural, nil)
		for _, resource := range known.Resources {
			if resource.Name == plural && err == nil {
				return true
			}
		}
		return false
	})
}

// fill makes a namespace with two objects, a and b, of each of these resources.
func fill(t *testing.T, cluster *harness.Cluster, server int, namespace string) {
	t.Helper()
	define(t, cluster, "widget", "wd", widgetVersions...)
	client := kit.ClientOf(t, cluster, server)
	kit.Post(t, client, "/api/v1/namespaces", object{"metadata": metadata(namespace)})
	in := "/namespaces/" + namespace + "/"
	for _, name := range []string{"a", "b"} {
		kit.Post(t, client, "/api/v1"+in+"secrets", object{"metadata": metadata(name), "stringData": object{"k": "v"}})
		kit.Post(t, client, "/api/v1"+in+"configmaps", object{"metadata": metadata(name), "data": object{"k": "v"}})
		kit.Post(t, client, "/apis/apps/v1"+in+"deployments", deployment(name))
		kit.Post(t, client, "/apis/events.k8s.io/v1"+in+"events", event(name, namespace))
		kit.Post(t, client, "/apis/example.com/v1beta1"+in+"widgets", object{
			"apiVersion": "example.com/v1beta1", "kind": "Widget", "metadata": metadata(name),
			"spec": object{"size": "1", "hidden": "kept"}})
	}
}

func deployment(name string) object {
	labels := object{"app": name}
	return object{"metadata": metadata(name), "spec": object{"selector": object{"matchLabels": labels},
		"template": object{"metadata": object{"labels": labels},
			"spec": object{"containers": []object{{"name": "c", "image": "example.com/c"}}}}}}
}

func event(name, namespace string) object {
	return object{"metadata": metadata(name), "eventTime": "2026-01-01T00:00:00.000000Z", "action": "Test",
		"reason": "Test", "type": "Normal", "reportingController": "example.com/test", "reportingInstance": "test",
		"regarding": object{"kind": "Secret", "namespace": namespace, "name": name}}
}

// keys are those of etcd, sorted, for words like "secrets" or "secrets/a", in a
// namespace made by fill.
func keys(namespace string, words ...string) []string {
	var all []string
	for _, word := range words {
		resource, name, named := cut(word)
		prefix := resource
		if resource == "widgets" {
			prefix = "example.com/widgets"
		}
		for _, one := range []string{"a", "b"} {
			if !named || one == name {
				all = append(all, fmt.Sprintf("/registry/%s/%s/%s", prefix, namespace, one))
			}
		}
	}
	return sorted(all)
}
