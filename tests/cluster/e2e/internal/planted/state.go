package planted

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kubectl-encrypt/tests/cluster/harness"
)

const (
	namespaceCount = 5
	mostObjects    = 12 // of a resource in a namespace: enough for several of each key
)

// All names are of one length, so that they can be put in place of each other in a stored object.
const (
	NamespacePrefix = "planted-ns-"
	namespaceFormat = NamespacePrefix + "%02d"
	nameFormat      = "planted-%06d"
	uidFormat       = "%08x-0000-4000-8000-%012x"
)

func namespaceOf(i int) string { return fmt.Sprintf(namespaceFormat, i) }

// Object is one object and what it is to be stored under.
type Object struct {
	Kind      Kind
	Namespace string
	Number    int // its name and uid come from it
	Under     harness.Value
}

// Name is unique in a state.
func (o Object) Name() string { return fmt.Sprintf(nameFormat, o.Number) }

// State is all that is planted at a time.
type State struct{ Objects []Object }

// NewState draws a state that an API server with the configuration can read.
func (c Config) NewState(random *rand.Rand) State {
	var state State
	for _, kind := range Kinds {
		readable := c.Readable(kind.Name)
		for namespace := range namespaceCount {
			if kind.Cluster && namespace > 0 {
				break
			}
			choices := narrow(random, readable)
			for range random.IntN(mostObjects + 1) {
				object := Object{Kind: kind, Namespace: namespaceOf(namespace), Number: len(state.Objects) + 1,
					Under: pick(random, choices)}
				if object.Under.Provider == "identity" {
					object.Under.Encoding = kind.encoding()
				}
				state.Objects = append(state.Objects, object)
			}
		}
	}
	return state
}

// narrow makes some namespaces all current, some all alike and some of two kinds, as clusters are in real life; the
// rest has everything.
func narrow(random *rand.Rand, readable []harness.Value) []harness.Value {
	switch random.IntN(5) {
	case 0:
		return readable[:1]
	case 1:
		return []harness.Value{pick(random, readable)}
	case 2:
		return []harness.Value{readable[0], pick(random, readable)}
	}
	return readable
}

// Expected is what etcd holds once the state is planted.
func (s State) Expected() harness.Inventory {
	inventory := harness.Inventory{}
	for _, object := range s.Objects {
		place := harness.Place{Resource: object.Kind.Name, Namespace: object.Namespace, Value: object.Under}
		if object.Kind.Cluster {
			place.Namespace = ""
		}
		inventory[place]++
	}
	return inventory
}

// Of keeps the objects of one resource.
func (s State) Of(resource string) State {
	return State{slices.DeleteFunc(slices.Clone(s.Objects), func(object Object) bool { return object.Kind.Name != resource })}
}

// Without has what is under a key stored under another one.
func (s State) Without(key, instead harness.Value) State {
	result := State{slices.Clone(s.Objects)}
	for i := range result.Objects {
		if object := &result.Objects[i]; object.Under.Storage == key.Storage {
			object.Under = instead
			if instead.Provider == "identity" {
				object.Under.Encoding = object.Kind.encoding()
			}
		}
	}
	return result
}

// Path is where the API server has the object.
func (o Object) Path() string { return o.Kind.path(o.Namespace) + "/" + o.Name() }
