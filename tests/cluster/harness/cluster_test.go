package harness

import (
	"context"
	"os"
	"strings"
	"testing"
)

// The story that everything else is about: Secrets are there in plain text,
// encryption is turned on, and only what is written from then on is encrypted.
func TestTurningEncryptionOn(t *testing.T) {
	cluster := startCluster(t, Options{})
	must(t, cluster.Seed(120, 4, Mixed))
	before, err := cluster.FetchAll()
	must(t, err)
	if len(before) != 120 {
		t.Fatalf("%d Secrets", len(before))
	}
	checkSeeded(t, before)
	must(t, cluster.Servers[0].Restart(Encryption(AESCBC("key1"), Identity())))
	client := clientOf(t, cluster.Servers[0], Fair)
	name := "mixed-000000"
	must(t, writeBack(client, "seed-000", name))
	entries, err := cluster.ReadEtcd(SecretsPrefix)
	must(t, err)
	for _, entry := range entries {
		want := "identity"
		if strings.HasSuffix(entry.Key, name) {
			want = "aescbc/key1"
		}
		if got := Classify(entry.Value).String(); got != want {
			t.Errorf("%s is stored as %s, want %s", entry.Key, got, want)
		}
	}
	after, err := cluster.FetchAll()
	must(t, err)
	if difference := before.Difference(after); len(entries) != 120 || difference != "" {
		t.Errorf("%d entries; %s", len(entries), difference)
	}
	checkPlanting(t, cluster, client, entries[0])
}

// checkSeeded looks for what only the API server can add to a Secret.
func checkSeeded(t *testing.T, truth Truth) {
	most, terminating := 0, 0
	for _, canonical := range truth {
		most = max(most, managers(t, canonical))
		if strings.Contains(canonical, `"deletionTimestamp"`) {
			terminating++
		}
	}
	if most < 3 || terminating == 0 {
		t.Errorf("at most %d field managers, %d terminating Secrets", most, terminating)
	}
}

func checkPlanting(t *testing.T, cluster *Cluster, client *Client, victim Entry) {
	namespace, name := SplitKey(victim.Key)
	path := secretPath(namespace, name)
	must(t, cluster.WriteEtcd(victim.Key, []byte("k8s:enc:aescbc:v1:lost:garbage")))
	if _, err := client.Do(context.Background(), "GET", path, nil); statusCode(err) != 500 {
		t.Errorf("reading a planted value: %v", err)
	}
	must(t, cluster.DeleteEtcd(victim.Key))
	if _, err := client.Do(context.Background(), "GET", path, nil); statusCode(err) != 404 {
		t.Errorf("reading a deleted key: %v", err)
	}
	if err := cluster.DeleteEtcd(victim.Key); err == nil {
		t.Error("deleting nothing is no error")
	}
}

func TestUsers(t *testing.T) {
	cluster := startCluster(t, Options{})
	for user, want := range map[string]int{Admin: 0, AdminCert: 0, Fair: 0, FairCert: 0, Nobody: 403} {
		client := clientOf(t, cluster.Servers[0], user)
		_, err := client.Do(context.Background(), "GET", "/api/v1/secrets", nil)
		if statusCode(err) != want || (want == 0 && err != nil) {
			t.Errorf("%s: %v", user, err)
		}
		checkGroups(t, client, user)
	}
}

// checkGroups: a fair user in system:masters would not be under fairness.
func checkGroups(t *testing.T, client *Client, user string) {
	review := []byte(`{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}`)
	answer, err := client.Do(context.Background(), "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", review)
	must(t, err)
	isMaster := strings.Contains(string(answer), "system:masters")
	if isMaster != strings.HasPrefix(user, Admin) {
		t.Errorf("%s: %s", user, answer)
	}
}

func TestTwoServersWithDifferentConfigurations(t *testing.T) {
	cluster := startCluster(t, Options{Servers: []ServerOptions{
		{Encryption: Encryption(AESGCM("new"), Secretbox("old"), Identity())},
		{Encryption: Encryption(Secretbox("old"), AESGCM("new"), Identity())},
	}})
	first, second := cluster.Servers[0], cluster.Servers[1]
	for _, server := range cluster.Servers {
		text, err := os.ReadFile(server.ConfigPath())
		if err != nil || string(text) != server.Options.Encryption {
			t.Errorf("server %d reads another configuration than its own: %v", server.Index, err)
		}
	}
	create(t, clientOf(t, first, Admin), "of-first")
	create(t, clientOf(t, second, Admin), "of-second")
	if got := stored(t, cluster, "of-first"); got != "aesgcm/new" {
		t.Errorf("first server stores %s", got)
	}
	if got := stored(t, cluster, "of-second"); got != "secretbox/old" {
		t.Errorf("second server stores %s", got)
	}
	port, pid := second.Port, second.PID()
	second.Kill()
	if second.Running() || alive(pid) {
		t.Error("killed and still there")
	}
	must(t, second.Restart(first.Options.Encryption))
	must(t, writeBack(clientOf(t, second, Admin), "default", "of-second"))
	if got := stored(t, cluster, "of-second"); got != "aesgcm/new" || second.Port != port {
		t.Errorf("after the restart: %s, port %d instead of %d", got, second.Port, port)
	}
}

// A key that is dropped too early: the server never gets ready and still serves.
func TestServerThatLacksAKey(t *testing.T) {
	cluster := startCluster(t, Options{Servers: []ServerOptions{{Encryption: Encryption(AESCBC("lost"))}}})
	server := cluster.Servers[0]
	create(t, clientOf(t, server, Admin), "unreadable")
	server.Options.ReadyPath = ReadyWithUnreadable
	must(t, server.Restart(Encryption(AESCBC("other"))))
	client := clientOf(t, server, Admin)
	for _, path := range []string{"/readyz", secretPath("default", "unreadable")} {
		if _, err := client.Do(context.Background(), "GET", path, nil); statusCode(err) != 500 {
			t.Errorf("%s: %v", path, err)
		}
	}
	create(t, client, "readable")
	if got := stored(t, cluster, "readable"); got != "aescbc/other" {
		t.Errorf("stored as %s", got)
	}
}

func TestClustersSideBySide(t *testing.T) {
	other := make(chan *Cluster, 1)
	go func() {
		cluster, err := New(Options{EtcdTLS: true})
		if err != nil {
			t.Error(err)
		}
		other <- cluster
	}()
	one := startCluster(t, Options{})
	two := <-other
	if two == nil {
		t.FailNow()
	}
	defer two.Close()
	create(t, clientOf(t, one.Servers[0], Admin), "in-one")
	create(t, clientOf(t, two.Servers[0], Admin), "in-two")
	for cluster, name := range map[*Cluster]string{one: "in-one", two: "in-two"} {
		truth, err := cluster.FetchAll()
		must(t, err)
		if len(truth) != 1 || truth["default/"+name] == "" {
			t.Errorf("%s holds %d Secrets", cluster.Dir, len(truth))
		}
	}
	if _, err := New(Options{Dir: one.Dir}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second cluster in the same directory: %v", err)
	}
}

// Somebody else may take a port between our look at it and the server's own.
func TestTakenPortsAreReplaced(t *testing.T) {
	taken := map[int]bool{}
	calls := 0
	choosePort = func() (int, error) {
		port, err := freePort()
		if calls++; calls == 1 || calls == 5 { // of etcd, then of the API server
			taken[port] = true
			occupy(t, port)
		}
		return port, err
	}
	defer func() { choosePort = freePort }()
	cluster := startCluster(t, Options{})
	if len(taken) != 2 || calls != 6 || taken[cluster.Servers[0].Port] {
		t.Errorf("%d ports chosen, %d were taken", calls, len(taken))
	}
}

func TestFailureShowsTheLog(t *testing.T) {
	_, err := New(Options{Dir: t.TempDir(), Servers: []ServerOptions{{Flags: []string{"--no-such-flag"}}}})
	if err == nil || !strings.Contains(err.Error(), "unknown flag: --no-such-flag") {
		t.Errorf("error: %v", err)
	}
}
