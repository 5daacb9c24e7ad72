package harness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Resource is a resource and where the API server keeps its objects in etcd.
type Resource struct {
	Name    string // as in an EncryptionConfiguration: "secrets", "deployments.apps"
	Prefix  string // of keys, followed by NAMESPACE/NAME or NAME
	Cluster bool   // its objects are in no namespace
}

// Resources of Kubernetes that tests use.
var (
	Secrets     = Resource{Name: "secrets", Prefix: SecretsPrefix}
	ConfigMaps  = Resource{Name: "configmaps", Prefix: "/registry/configmaps/"}
	Deployments = Resource{Name: "deployments.apps", Prefix: "/registry/deployments/"}
)

// CustomResource is one of a CustomResourceDefinition.
func CustomResource(plural, group string) Resource {
	return Resource{Name: plural + "." + group, Prefix: "/registry/" + group + "/" + plural + "/"}
}

// Key is where an object of the resource is stored.
func (r Resource) Key(namespace, name string) string {
	if r.Cluster {
		return r.Prefix + name
	}
	return r.Prefix + namespace + "/" + name
}

// namespace is "" for a resource that has none.
func (r Resource) namespace(key string) string {
	if r.Cluster {
		return ""
	}
	namespace, _, _ := strings.Cut(strings.TrimPrefix(key, r.Prefix), "/")
	return namespace
}

// Place is what objects are counted by.
type Place struct {
	Resource, Namespace string
	Value
}

// Inventory says how many objects are stored how: what etcd has, or what a report should say.
type Inventory map[Place]int

// Inventory reads etcd, past the API server. Names of keys with colons have to be given, see InspectAmong.
func (c *Cluster) Inventory(names []string, resources ...Resource) (Inventory, error) {
	inventory := Inventory{}
	for _, resource := range resources {
		entries, err := c.ReadEtcd(resource.Prefix)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			inventory[Place{resource.Name, resource.namespace(entry.Key), InspectAmong(names, entry.Key, entry.Value)}]++
		}
	}
	return inventory, nil
}

// Only keeps the namespaces that begin like this, and what is in none.
func (i Inventory) Only(prefix string) Inventory {
	result := Inventory{}
	for place, count := range i {
		if place.Namespace == "" || strings.HasPrefix(place.Namespace, prefix) {
			result[place] = count
		}
	}
	return result
}

// Difference says how two inventories differ, "" if they do not.
func (i Inventory) Difference(other Inventory) string {
	var lines []string
	for place := range union(i, other) {
		if i[place] != other[place] {
			lines = append(lines, fmt.Sprintf("%s in %q under %v: %d, not %d", place.Resource, place.Namespace,
				place.Value, other[place], i[place]))
		}
	}
	slices.SortFunc(lines, cmp.Compare[string])
	return strings.Join(lines, "\n")
}

func union(one, other Inventory) map[Place]bool {
	places := map[Place]bool{}
	for place := range one {
		places[place] = true
	}
	for place := range other {
		places[place] = true
	}
	return places
}
