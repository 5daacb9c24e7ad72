package status

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
)

const canary = "canary-of-a-value-0123456789"

// The census reads every Secret, and no value of one ever leaves the API
// server: each request asks for metadata only. Nothing but reads is sent.
func TestNoSecretDataIsAskedFor(t *testing.T) {
	cluster := sharedCluster(t)
	namespace := seed(t, cluster.Servers[0], "private", 20)
	create(t, cluster.Servers[0], namespace, "with-canary", canary)
	proxy := intercept(t, cluster)
	report := status(t, proxy.Kubeconfig, "-n", namespace, "--config", cluster.Servers[0].ConfigPath())
	checkExact(t, report, readTruth(t, cluster, namespace), &key2)
	if proxy.Count("read") != 21 || proxy.Count("metrics") != 2 {
		t.Errorf("%d reads, %d scrapes", proxy.Count("read"), proxy.Count("metrics"))
	}
	for _, one := range proxy.Exchanges() {
		checkPrivate(t, one)
	}
	// The recorder would have seen it.
	if _, err := clientAt(t, proxy).Do(t.Context(), "GET", secretPath(namespace, "with-canary"), nil); err != nil {
		t.Fatal(err)
	}
	all := proxy.Exchanges()
	if !holdsCanary(all[len(all)-1].Answer) {
		t.Error("a canary that cannot be seen proves nothing")
	}
}

func checkPrivate(t *testing.T, one exchange) {
	t.Helper()
	if holdsCanary(one.Answer) {
		t.Errorf("%s %s brought back the value", one.Method, one.Path)
	}
	if one.Method != "GET" {
		t.Errorf("%s %s is no read", one.Method, one.Path)
	}
	if !strings.Contains(one.Path, "/secrets") {
		return
	}
	want := "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	if strings.Contains(one.Path, "/secrets?") {
		want = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	}
	if got := one.Header.Values("Accept"); len(got) != 1 || got[0] != want {
		t.Errorf("%s asks for %q, want %q", one.Path, got, want)
	}
	if one.Status != 200 || bytes.Contains(one.Answer, []byte(`"data"`)) {
		t.Errorf("%s: HTTP %d, %.200s", one.Path, one.Status, one.Answer)
	}
}

func holdsCanary(answer []byte) bool {
	encoded := base64.StdEncoding.EncodeToString([]byte(canary))
	return bytes.Contains(answer, []byte(canary)) || bytes.Contains(answer, []byte(encoded[:len(encoded)-4]))
}

func clientAt(t *testing.T, proxy *interceptor) *harness.Client {
	t.Helper()
	client, err := harness.NewClient(proxy.Kubeconfig)
	must(t, err)
	return client
}
