package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"
)

const patience = 60 * time.Second

// startCluster ends with the test; when that has failed, the logs are shown.
func startCluster(t *testing.T, options Options) *Cluster {
	t.Helper()
	cluster, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			for _, server := range cluster.Servers {
				t.Log(server.process.logTail(15))
			}
		}
		cluster.Close()
	})
	return cluster
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func clientOf(t *testing.T, server *Server, user string) *Client {
	t.Helper()
	client, err := server.Client(user)
	must(t, err)
	return client
}

func create(t *testing.T, client *Client, name string) {
	t.Helper()
	secret := newSecret("default", name, "Opaque")
	secret.Data["value"] = []byte(name)
	must(t, client.createSecret(context.Background(), secret, "test"))
}

// writeBack sends a Secret as it is.
func writeBack(client *Client, namespace, name string) error {
	path := secretPath(namespace, name)
	body, err := client.Do(context.Background(), "GET", path, nil)
	if err == nil {
		_, err = client.Do(context.Background(), "PUT", path, body)
	}
	return err
}

// stored returns what a Secret of the namespace "default" is stored under.
func stored(t *testing.T, cluster *Cluster, name string) string {
	t.Helper()
	entry, err := cluster.Store().Get(SecretsPrefix + "default/" + name)
	must(t, err)
	return Classify(entry.Value).String()
}

func statusCode(err error) int {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Code
	}
	return 0
}

// eventually polls, for what other processes do on their own.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	eventuallyWithin(t, patience, what, condition)
}

func eventuallyWithin(t *testing.T, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", limit, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// alive is false for a process that is gone, or dead and not yet waited for:
// in a container nobody may wait for orphans.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	var number int
	var name, state string
	fmt.Sscanf(string(status), "%d %s %s", &number, &name, &state)
	return state != "Z" && state != "X"
}

func managers(t *testing.T, canonical string) int {
	t.Helper()
	var secret struct {
		Metadata struct{ ManagedFields []any }
	}
	must(t, json.Unmarshal([]byte(canonical), &secret))
	return len(secret.Metadata.ManagedFields)
}
