package harness

import (
	"strings"
	"testing"
)

// What an older etcd serves and leaves is read all the same.
func TestOlderEtcd(t *testing.T) {
	for _, version := range []string{"3.5", "3.6"} {
		cluster := startCluster(t, Options{EtcdVersion: version, EtcdTLS: version == "3.6",
			Servers: []ServerOptions{{Encryption: Encryption(Secretbox("key1"))}}})
		create(t, clientOf(t, cluster.Servers[0], Admin), "first")
		if got := stored(t, cluster, "first"); got != "secretbox/key1" {
			t.Errorf("etcd %s: stored under %s", version, got)
		}
		if got, err := cluster.Store().Version(); err != nil || !strings.HasPrefix(got, version+".") {
			t.Errorf("etcd %s says that it is %q (%v)", version, got, err)
		}
		var snapshot strings.Builder
		must(t, cluster.Store().Snapshot(&snapshot))
		if !strings.Contains(snapshot.String(), Secrets.Key("default", "first")) {
			t.Errorf("etcd %s: not in the %d bytes of its snapshot", version, snapshot.Len())
		}
	}
}
