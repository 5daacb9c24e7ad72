package harness

import (
	"bytes"
	"context"
	"fmt"
	"testing"
)

var everyProvider = []Value{
	{Storage: Storage{Provider: "identity"}},
	{Storage: Storage{"aescbc", "key1"}, Version: "v1"},
	{Storage: Storage{"aesgcm", "key2"}, Version: "v1"},
	{Storage: Storage{"secretbox", "key3"}, Version: "v1"},
	{Storage: Storage{"kms", "vault"}, Version: "v2", KeyID: "kek-1"},
	{Storage: Storage{"kms", "vault"}, Version: "v2", KeyID: "kek-7"},
	{Storage: Storage{"kms", "old"}, Version: "v1"},
}

func TestSealer(t *testing.T) {
	sealer := NewSealer()
	for _, under := range everyProvider {
		for size := range 40 {
			content := bytes.Repeat([]byte("x"), size)
			sealed, err := sealer.Seal(under, "/registry/a", content)
			must(t, err)
			opened, err := Open("/registry/a", sealed)
			if err != nil || !bytes.Equal(opened, content) {
				t.Errorf("%v: %d bytes come back as %q (%v)", under, size, opened, err)
			}
			got := Inspect(sealed)
			if got.Encoding = ""; got != under {
				t.Errorf("%+v is read as %+v", under, got)
			}
		}
	}
	for _, under := range []Value{everyProvider[2], everyProvider[4], everyProvider[6]} {
		sealed, err := sealer.Seal(under, "/registry/a", []byte("content"))
		must(t, err)
		if _, err := Open("/registry/b", sealed); err == nil {
			t.Errorf("%v: opened in another place", under)
		}
	}
	if _, err := sealer.Seal(Value{Storage: Storage{"rot13", "key1"}, Version: "v1"}, "/registry/a", nil); err == nil {
		t.Error("sealed under what does not exist")
	}
}

func TestNamesOfKeysWithColons(t *testing.T) {
	names := []string{"a", "a:b", "b"}
	for _, provider := range []string{"aescbc", "aesgcm", "secretbox"} {
		for _, name := range names {
			under := Value{Storage: Storage{provider, name}, Version: "v1"}
			sealed, err := NewSealer().Seal(under, "/registry/a", []byte("k8s\x00 content"))
			must(t, err)
			if got := InspectAmong(names, "/registry/a", sealed); got != under {
				t.Errorf("%+v is read as %+v", under, got)
			}
		}
	}
	other, err := NewSealer().Seal(Value{Storage: Storage{"aesgcm", "c:d"}, Version: "v1"}, "/registry/a", []byte("k8s\x00"))
	must(t, err)
	if got := InspectAmong(names, "/registry/a", other); got.Key != "c" {
		t.Errorf("what nobody opens is read as %+v", got)
	}
}

// What is sealed is what the API server itself would have written: it reads it.
func TestAPIServerReadsWhatIsSealed(t *testing.T) {
	cluster := startCluster(t, Options{KMS: []KMSOptions{{Name: "vault"}, {Name: "old"}}, Servers: []ServerOptions{{
		Flags:      []string{AllowKMSv1},
		Encryption: Encryption(AESCBC("key1"), AESGCM("key2"), Secretbox("key3"), KMSv2("vault"), KMSv1("old"), Identity())}}})
	client := clientOf(t, cluster.Servers[0], Admin)
	create(t, client, "template-0")
	template, err := cluster.Store().Get(Secrets.Key("default", "template-0"))
	must(t, err)
	content, err := Open(template.Key, template.Value)
	must(t, err)
	var planted []Entry
	sealer := NewSealer()
	for i, under := range everyProvider {
		name := fmt.Sprintf("template-%d", i+1)
		key := Secrets.Key("default", name)
		value, err := sealer.Seal(under, key, bytes.Replace(content, []byte("template-0"), []byte(name), 1))
		must(t, err)
		planted = append(planted, Entry{Key: key, Value: value})
	}
	must(t, cluster.Store().Replace([]string{template.Key}, planted))
	for i := range everyProvider {
		var secret Secret
		must(t, client.Get(context.Background(), secretPath("default", fmt.Sprintf("template-%d", i+1)), &secret))
		if string(secret.Data["value"]) != "template-0" {
			t.Errorf("under %v: %q", everyProvider[i], secret.Data)
		}
	}
	inventory, err := cluster.Inventory(nil, Secrets)
	must(t, err)
	want := Inventory{}
	for _, under := range everyProvider {
		if under.Provider == "identity" {
			under.Encoding = "protobuf"
		}
		want[Place{"secrets", "default", under}]++
	}
	if difference := want.Difference(inventory); difference != "" {
		t.Error(difference)
	}
	delete(want, Place{"secrets", "default", everyProvider[1]})
	if want.Difference(inventory) == "" {
		t.Error("a difference is not seen")
	}
}
