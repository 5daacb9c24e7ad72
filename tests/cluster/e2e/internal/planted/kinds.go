package planted

import (
	"fmt"

	"kubectl-encrypt/tests/cluster/harness"
)

// Kind is a resource with the way to it through the API.
type Kind struct {
	harness.Resource
	api    string // before "/namespaces/NAMESPACE/PLURAL"
	plural string
	object string // JSON with places for the kind's metadata
}

// Kinds are what states consist of: in the core group, in another one, and custom ones with and without namespace.
var Kinds = []Kind{
	{harness.Secrets, "/api/v1", "secrets", `{"metadata":%s,"data":{"value":"aGlkZGVu"}}`},
	{harness.ConfigMaps, "/api/v1", "configmaps", `{"metadata":%s,"data":{"value":"shown"}}`},
	{harness.Deployments, "/apis/apps/v1", "deployments", `{"metadata":%s,"spec":{"selector":{"matchLabels":{"app":"a"}},
		"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"a"}]}}}}`},
	{harness.CustomResource("widgets", "example.com"), "/apis/example.com/v1", "widgets",
		`{"apiVersion":"example.com/v1","kind":"Widget","metadata":%s,"spec":{"value":"shown"}}`},
	{gadgets(), "/apis/example.com/v1", "gadgets",
		`{"apiVersion":"example.com/v1","kind":"Gadget","metadata":%s,"spec":{"value":"shown"}}`},
}

func gadgets() harness.Resource {
	resource := harness.CustomResource("gadgets", "example.com")
	resource.Cluster = true
	return resource
}

// Resources are those of Kinds.
func Resources() []harness.Resource {
	var resources []harness.Resource
	for _, kind := range Kinds {
		resources = append(resources, kind.Resource)
	}
	return resources
}

// everywhere is the path of the list over all namespaces.
func (k Kind) everywhere() string { return k.api + "/" + k.plural }

func (k Kind) path(namespace string) string {
	if k.Cluster {
		return k.everywhere()
	}
	return k.api + "/namespaces/" + namespace + "/" + k.plural
}

func (k Kind) body(namespace, name string) []byte {
	if k.Cluster {
		return fmt.Appendf(nil, k.object, fmt.Sprintf(`{"name":%q}`, name))
	}
	return fmt.Appendf(nil, k.object, fmt.Sprintf(`{"name":%q,"namespace":%q}`, name, namespace))
}

// encoding is how the API server stores it.
func (k Kind) encoding() string {
	if k.api == "/apis/example.com/v1" {
		return "json" // as all custom resources
	}
	return "protobuf"
}

const definition = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"%[1]s.example.com"},"spec":{"group":"example.com","scope":%[3]q,
"names":{"plural":%[1]q,"singular":%[2]q,"kind":%[4]q,"listKind":"%[4]sList"},
"versions":[{"name":"v1","served":true,"storage":true,
"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}`

// definitions are those of the custom resources.
var definitions = []string{
	fmt.Sprintf(definition, "widgets", "widget", "Namespaced", "Widget"),
	fmt.Sprintf(definition, "gadgets", "gadget", "Cluster", "Gadget"),
}
