package harness

import (
	"encoding/base64"
	"testing"
)

// Under KMS v2 and the key id "kek-1", with a seed of 32 bytes that is wrapped into "ENCDEK".
const kmsVector = "azhzOmVuYzprbXM6djI6cHJvdjoKRVBRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vICEiIyQlJicoKSorCc3EDTwQ9IXBtKOTT1YjWmUXhsYV9u9YRhIFa2VrLTEaBkVOQ0RFSygB"

func TestInspect(t *testing.T) {
	vector, err := base64.StdEncoding.DecodeString(kmsVector)
	must(t, err)
	for value, want := range map[string]Value{
		"k8s\x00\n\x0c":               {Storage: Storage{Provider: "identity"}, Encoding: "protobuf"},
		`{"kind":"Secret"}`:           {Storage: Storage{Provider: "identity"}, Encoding: "json"},
		"":                            {Storage: Storage{Provider: "identity"}, Encoding: "unknown"},
		"k8s:enc:aescbc:v1:key1:\x01": {Storage: Storage{"aescbc", "key1"}, Version: "v1"},
		"k8s:enc:kms:v1:old:\x0a":     {Storage: Storage{"kms", "old"}, Version: "v1"},
		"k8s:enc:kms:v2:cut:\x0a":     {Storage: Storage{"kms", "cut"}, Version: "v2"},
		"k8s:enc:kms:v2:void:":        {Storage: Storage{"kms", "void"}, Version: "v2"},
		"k8s:enc:rot13:v1:key1:x":     {Storage: Storage{Provider: "unknown"}},
		string(vector):                {Storage: Storage{"kms", "prov"}, Version: "v2", KeyID: "kek-1"},
	} {
		if got := Inspect([]byte(value)); got != want {
			t.Errorf("%q: %+v, want %+v", value, got, want)
		}
	}
}

func TestKeysOfResources(t *testing.T) {
	cluster := Resource{Name: "gadgets.example.com", Prefix: "/registry/example.com/gadgets/", Cluster: true}
	widgets := CustomResource("widgets", "example.com")
	for key, where := range map[string]struct{ got, namespace, want string }{
		"secret": {Secrets.Key("a", "b"), Secrets.namespace("/registry/secrets/a/b"), "/registry/secrets/a/b"},
		"custom": {widgets.Key("a", "b"), widgets.namespace("/registry/example.com/widgets/a/b"), "/registry/example.com/widgets/a/b"},
	} {
		if where.got != where.want || where.namespace != "a" {
			t.Errorf("%s: %+v", key, where)
		}
	}
	if cluster.Key("", "b") != "/registry/example.com/gadgets/b" || cluster.namespace(cluster.Key("", "b")) != "" {
		t.Error(cluster.Key("", "b"))
	}
}
