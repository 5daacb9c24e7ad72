package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
)

func storages(t *testing.T, cluster *Cluster) map[string]int {
	t.Helper()
	entries, err := cluster.ReadEtcd(SecretsPrefix)
	must(t, err)
	counts := map[string]int{}
	for _, entry := range entries {
		counts[Classify(entry.Value).String()]++
	}
	return counts
}

func TestSealing(t *testing.T) {
	for size := range 40 {
		content := bytes.Repeat([]byte("x"), size)
		sealed := Seal("key1", content)
		opened, err := Unseal(sealed)
		if err != nil || !bytes.Equal(opened, content) || Classify(sealed).String() != "aescbc/key1" {
			t.Errorf("%d bytes come back as %q (%v), under %v", size, opened, err, Classify(sealed))
		}
	}
	if _, err := Unseal([]byte("k8s:enc:aesgcm:v1:key1:0123456789")); err == nil {
		t.Error("another provider's value was opened")
	}
}

// What is planted is what the API server itself would have written: it reads it, and finds it stale.
func TestSeedEtcd(t *testing.T) {
	cluster := startCluster(t, Options{Servers: []ServerOptions{
		{Encryption: Encryption(AESCBC("new", "old"), Identity())}}})
	const count = 3000
	must(t, cluster.SeedEtcd(PlantOptions{Count: count, Namespaces: 3, Key: "old"}))
	if got := storages(t, cluster); !maps.Equal(got, map[string]int{"aescbc/old": count}) {
		t.Errorf("etcd holds %v", got)
	}
	client := clientOf(t, cluster.Servers[0], Admin)
	eventually(t, "the API server has all", func() bool {
		truth, err := cluster.FetchAll()
		must(t, err)
		return len(truth) == count
	})
	var secret Secret
	must(t, client.Get(context.Background(), secretPath("seed-002", "planted-002999"), &secret))
	if secret.Metadata.UID != fmt.Sprintf(uidFormat, count, count) || len(secret.Data["value"]) != 1024 {
		t.Errorf("it has become %+v with %d bytes", secret.Metadata, len(secret.Data["value"]))
	}
	before, err := Writes(context.Background(), cluster.Servers[0])
	must(t, err)
	must(t, writeBack(client, "seed-002", "planted-002999"))
	after, err := Writes(context.Background(), cluster.Servers[0])
	must(t, err)
	if got := storages(t, cluster); got["aescbc/new"] != 1 || after-before != 1 {
		t.Errorf("etcd holds %v after %d writes", got, after-before)
	}
	must(t, cluster.Plant(SecretsPrefix+"seed-002/planted-002999", "old"))
	if got := storages(t, cluster); got["aescbc/old"] != count {
		t.Errorf("planted again: %v", got)
	}
}

func TestOlderVersion(t *testing.T) {
	cluster := startCluster(t, Options{Servers: []ServerOptions{
		{Version: "1.34", Encryption: Encryption(AESCBC("new"), Identity())}}})
	client := clientOf(t, cluster.Servers[0], Admin)
	var version struct{ GitVersion string }
	must(t, client.Get(context.Background(), "/version", &version))
	if !strings.HasPrefix(version.GitVersion, "v1.34.") {
		t.Errorf("it is %s", version.GitVersion)
	}
	create(t, client, "one")
	must(t, cluster.PlantUnreadable("default", "two"))
	if err := client.Get(context.Background(), secretPath("default", "two"), &Secret{}); statusCode(err) != 500 {
		t.Errorf("the unreadable Secret is answered with %v", err)
	}
	if got := stored(t, cluster, "one"); got != "aescbc/new" {
		t.Errorf("stored under %s", got)
	}
}

func TestWebhook(t *testing.T) {
	cluster := startCluster(t, Options{})
	client := clientOf(t, cluster.Servers[0], Fair)
	must(t, client.Seed(context.Background(), SeedOptions{Count: 2, Namespaces: 2}))
	for broken, code := range map[bool]int{false: 403, true: 500} {
		webhook, err := StartWebhook(cluster, WebhookOptions{Namespace: "seed-000", Broken: broken})
		must(t, err)
		if err := writeBack(client, "seed-000", "plain-000000"); statusCode(err) != code {
			t.Errorf("want %d: %v", code, err)
		}
		must(t, writeBack(client, "seed-001", "plain-000001"))
		must(t, webhook.Stop())
		must(t, writeBack(client, "seed-000", "plain-000000"))
	}
}

func TestLimitFairUser(t *testing.T) {
	cluster := startCluster(t, Options{})
	ctx := context.Background()
	admin, fair := clientOf(t, cluster.Servers[0], Admin), clientOf(t, cluster.Servers[0], Fair)
	must(t, admin.Seed(ctx, SeedOptions{Count: 50}))
	must(t, admin.LimitFairUser(ctx, 3, 0))
	refused := func(client *Client) bool {
		err := parallel(50, 200, func(i int) error { return writeBack(client, "seed-000", fmt.Sprintf("plain-%06d", i%50)) })
		return statusCode(err) == 429
	}
	if !refused(fair) || refused(admin) {
		t.Error("the fair user is not refused, or the admin is")
	}
	must(t, admin.LiftLimit(ctx))
	eventually(t, "the fair user is let in", func() bool { return !refused(fair) })
}

// The migration is done by the controller: with nothing else running, Secrets become current.
func TestControllerManager(t *testing.T) {
	cluster := startCluster(t, Options{Servers: []ServerOptions{
		{Encryption: Encryption(AESCBC("new", "old"), Identity())}}})
	must(t, cluster.SeedEtcd(PlantOptions{Count: 20, Key: "old"}))
	_, err := StartControllerManager(cluster, ControllerManagerOptions{Controllers: StorageVersionMigrator})
	must(t, err)
	body, err := json.Marshal(map[string]any{"apiVersion": "storagemigration.k8s.io/v1", "kind": "StorageVersionMigration",
		"metadata": map[string]any{"name": "secrets"},
		"spec":     map[string]any{"resource": map[string]any{"group": "", "resource": "secrets"}}})
	must(t, err)
	client := clientOf(t, cluster.Servers[0], Admin)
	_, err = client.Do(context.Background(), "POST", "/apis/storagemigration.k8s.io/v1/storageversionmigrations", body)
	must(t, err)
	eventually(t, "all Secrets are migrated", func() bool { return storages(t, cluster)["aescbc/new"] == 20 })
}
