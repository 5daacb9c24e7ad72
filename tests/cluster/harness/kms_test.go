package harness

import (
	"context"
	"strings"
	"testing"
	"time"
)

// keyID is that of a Secret of the namespace "default".
func keyID(t *testing.T, cluster *Cluster, plugin, name string) string {
	t.Helper()
	entry, err := cluster.Store().Get(Secrets.Key("default", name))
	must(t, err)
	if !strings.HasPrefix(string(entry.Value), "k8s:enc:kms:v2:"+plugin+":") {
		t.Errorf("%s is stored as %.40q", name, entry.Value)
	}
	return Inspect(entry.Value).KeyID
}

func TestKMSRotation(t *testing.T) {
	cluster := startCluster(t, Options{KMS: []KMSOptions{{Name: "vault"}},
		Servers: []ServerOptions{{Encryption: Encryption(KMSv2("vault"), Identity())}}})
	client, plugin := clientOf(t, cluster.Servers[0], Admin), cluster.KMS("vault")
	create(t, client, "first")
	if got := keyID(t, cluster, "vault", "first"); got != FirstKeyID {
		t.Errorf("written under %q", got)
	}
	must(t, plugin.Rotate("kek-2"))
	eventuallyWithin(t, time.Minute, "the API server takes the new key", func() bool {
		must(t, cluster.Servers[0].KMSHealth())
		state, err := plugin.State()
		must(t, err)
		return state.Encrypts["kek-2"] > 0
	})
	must(t, cluster.Servers[0].KMSHealth()) // waits for the check that has asked for the encryption
	create(t, client, "second")
	if first, second := keyID(t, cluster, "vault", "first"), keyID(t, cluster, "vault", "second"); first != FirstKeyID || second != "kek-2" {
		t.Errorf("now under %q and %q", first, second)
	}
	must(t, writeBack(client, "default", "first"))
	if got := keyID(t, cluster, "vault", "first"); got != "kek-2" {
		t.Errorf("written back under %q", got)
	}
}

// A server that has the seed goes on; one that has not cannot read, until the plugin is back.
func TestKMSDown(t *testing.T) {
	cluster := startCluster(t, Options{KMS: []KMSOptions{{Name: "vault"}},
		Servers: []ServerOptions{{Encryption: Encryption(KMSv2("vault"), Identity())}}})
	server, plugin := cluster.Servers[0], cluster.KMS("vault")
	create(t, clientOf(t, server, Admin), "first")
	must(t, plugin.Refuse(true))
	create(t, clientOf(t, server, Admin), "second")
	must(t, plugin.Refuse(false))
	plugin.Kill()
	if plugin.Running() || plugin.Healthy() == nil {
		t.Error("it is still there")
	}
	server.Kill()
	server.Options.ReadyPath = "/livez/ping" // no hook of its start ends before it can read
	must(t, server.Start())
	if server.KMSHealth() == nil {
		t.Error("healthy without the plugin")
	}
	must(t, plugin.Start())
	eventuallyWithin(t, time.Minute, "the API server finds the plugin", func() bool { return server.KMSHealth() == nil })
	client := clientOf(t, server, Admin)
	eventuallyWithin(t, time.Minute, "the API server reads again", func() bool {
		// What was asked before it has read all into its cache would wait for the end of a minute.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		return client.Get(ctx, secretPath("default", "first"), &Secret{}) == nil
	})
}
