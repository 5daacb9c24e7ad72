package status

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// twoServers is a control plane: two API servers that know each other apart, both with this configuration.
func twoServers(t *testing.T, encryption string, kms ...harness.KMSOptions) *harness.Cluster {
	t.Helper()
	return kit.Start(t, harness.Options{KMS: kms, Servers: []harness.ServerOptions{
		{Hostname: "node-a", Encryption: encryption},
		{Hostname: "node-b", Encryption: encryption},
	}})
}

// agreement is what a test of several API servers works with.
type agreement struct {
	*testing.T
	cluster    *harness.Cluster
	kubeconfig string // leads to the first
	namespace  string
}

func (a agreement) config() string { return a.cluster.Servers[0].ConfigPath() }

// safe asks whether key1 may go, through both doors, which have to say the same.
func (a agreement) safe(check func(*testing.T, plugin.Removal), args ...string) {
	a.Helper()
	args = append([]string{"--config", a.config()}, args...)
	check(a.T, removable(a.T, a.kubeconfig, "key1", args...))
	check(a.T, removable(a.T, a.kubeconfig, "key1", append(args, "--etcd-endpoints", a.cluster.Etcd.Endpoint)...))
}

func stays(reason string) func(*testing.T, plugin.Removal) {
	return func(t *testing.T, answer plugin.Removal) {
		t.Helper()
		checkStays(t, answer, reason)
	}
}

// checkServers wants the first so many of the report to be seen, in any order, the rest not, and says whether they agree.
func checkServers(t *testing.T, report plugin.CoverageReport, agree bool, seen ...string) {
	t.Helper()
	found := map[string]bool{}
	for _, server := range report.APIServers {
		if server.Seen != (server.Address != "") || !strings.HasPrefix(server.ID, "apiserver-") {
			t.Errorf("%+v", server)
		}
		found[server.Address] = server.Seen
	}
	for _, address := range seen {
		if !found[address] {
			t.Errorf("%s was not seen: %+v", address, report.APIServers)
		}
	}
	if len(report.APIServers) != 2 || report.APIServersAgree != agree {
		t.Errorf("agree %v, %+v", report.APIServersAgree, report.APIServers)
	}
}

// TestSeveralAPIServers is the life of two of them: found in one way after the other, of one mind, apart, and one of
// them gone.
func TestSeveralAPIServers(t *testing.T) {
	t.Parallel()
	writes2 := harness.Encryption(harness.AESCBC("key2", "key1"), harness.Identity())
	writes1 := harness.Encryption(harness.AESCBC("key1", "key2"), harness.Identity())
	cluster := twoServers(t, writes2)
	namespace := seedTwo(t, cluster, "several", 90, 10)
	plant(t, cluster, namespace, repeat(key1, 12)...)
	a := agreement{t, cluster, cluster.Kubeconfig(harness.Admin, 0), namespace}
	for _, one := range []struct {
		name string
		test func(agreement)
	}{
		{"one out of reach", agreement.outOfReach},
		{"named", agreement.named},
		{"of one mind", agreement.agreeing},
		{"behind a balancer", agreement.spread},
		{"apart", func(a agreement) { a.apart(writes1) }},
		{"of one mind in the end", func(a agreement) { a.convergesMeanwhile(writes1, writes2) }},
		{"one dies", agreement.oneDies},
	} {
		passed := t.Run(one.name, func(t *testing.T) {
			a.T = t
			one.test(a)
		})
		if !passed {
			t.FailNow() // the others begin with what it should have left
		}
	}
}

// outOfReach: the other has a Lease, and nobody says where it is.
func (a agreement) outOfReach() {
	report := status(a.T, a.kubeconfig, "--config", a.config())
	checkServers(a.T, report, false, address(a.cluster.Servers[0]))
	checkExact(a.T, report, readTruth(a.T, a.cluster), &key2)
	if !strings.Contains(report.WriteKeyBasis, "that of the API server that was asked; of the others: 1 of 2 could not be reached") {
		a.Errorf("%q", report.WriteKeyBasis)
	}
	a.safe(stays("1 of 2 could not be reached"))
}

// named: --api-server leads to each, and the first is the one that is measured.
func (a agreement) named() {
	for first := range a.cluster.Servers {
		measured, other := a.cluster.Servers[first], a.cluster.Servers[1-first]
		before := [2]int{secretReads(a.T, measured), secretReads(a.T, other)}
		report := status(a.T, a.kubeconfig, "--config", a.config(), "--api-server", measured.URL(), "--api-server", other.URL())
		checkServers(a.T, report, true, address(measured), address(other))
		checkExact(a.T, report, readTruth(a.T, a.cluster), &key2)
		if report.APIServers[0].Address != address(measured) {
			a.Errorf("%s is not the first of %+v", measured.URL(), report.APIServers)
		}
		after := [2]int{secretReads(a.T, measured), secretReads(a.T, other)}
		if after[0]-before[0] < report.Total.Total || after[1]-before[1] >= report.Total.Total {
			a.Errorf("%d and %d reads of %d", after[0]-before[0], after[1]-before[1], report.Total.Total)
		}
	}
	for name, second := range map[string]string{"the same": a.cluster.Servers[0].URL(), "nobody": hangsUp(a.T)} {
		result := run(a.T, plugin.Run{Kubeconfig: a.kubeconfig, Bare: true, Args: []string{"status", "-o", "json",
			"--config", a.config(), "--api-server", a.cluster.Servers[0].URL(), "--api-server", second}})
		checkServers(a.T, decode(a.T, result), false, address(a.cluster.Servers[0]))
		if result.ExitCode != 0 || !strings.Contains(result.Stderr, "of 2 API servers named by --api-server 1 could not be") {
			a.Errorf("%s: exit %d, %q", name, result.ExitCode, result.Stderr)
		}
		checkStays(a.T, removable(a.T, a.kubeconfig, "key1", "--config", a.config(), "--api-server", a.cluster.Servers[0].URL(),
			"--api-server", second), "1 of 2 could not be reached")
	}
}

// agreeing: what is in the file, what each server runs, and what is in etcd are the same in the end.
func (a agreement) agreeing() {
	kit.PublishAddresses(a.T, a.cluster)
	a.safe(stays("12 objects are or may be stored under it: secrets in " + a.namespace))
	rewrite(a.T, a.cluster)
	truth := readTruth(a.T, a.cluster)
	if len(truth[a.namespace]) != 1 || truth.under(key2) != truth.total() {
		a.Fatalf("etcd holds %v", truth)
	}
	report := status(a.T, a.kubeconfig, "--config", a.config())
	checkServers(a.T, report, true, address(a.cluster.Servers[0]), address(a.cluster.Servers[1]))
	checkExact(a.T, report, truth, &key2)
	for _, server := range report.APIServers {
		if server.ConfigHash != hashOfFile(a.T, a.config()) {
			a.Errorf("%+v, the file has %s", server, hashOfFile(a.T, a.config()))
		}
	}
	if table := kubectlEncrypt(a.T, a.kubeconfig, "status", "--config", a.config()); !strings.Contains(table.Stdout,
		"API servers: 2, all run configuration "+hashOfFile(a.T, a.config())+" (the given file)") {
		a.Errorf("%s", table.Stdout)
	}
	a.safe(checkMayGo)
	a.safe(checkMayGo, "--server", a.cluster.Servers[1].URL())
	checkStays(a.T, removable(a.T, a.kubeconfig, "key2", "--config", a.config()), "the given configuration writes secrets with it")
	// Where nothing is stored there is no proof either: the etcd of others, or another prefix of theirs.
	elsewhere := removable(a.T, a.kubeconfig, "key1", "--config", a.config(), "--etcd-endpoints", a.cluster.Etcd.Endpoint,
		"--etcd-prefix", "/kubernetes.io")
	checkStays(a.T, elsewhere, "this may not be the etcd of the API servers")
}

// spread: behind a balancer that gives each request to the next server one of them is measured at its own address.
func (a agreement) spread() {
	proxy := interceptOpenly(a.T, a.cluster)
	proxy.choose = func(n int) *harness.Server { return a.cluster.Servers[n%2] }
	report := status(a.T, proxy.Kubeconfig, "--config", a.config())
	checkExact(a.T, report, readTruth(a.T, a.cluster), &key2)
	checkServers(a.T, report, true, address(a.cluster.Servers[0]), address(a.cluster.Servers[1]))
	if proxy.Count("read") == 0 {
		a.Error("nothing went through the balancer")
	}
}

// apart: nothing is current, whoever is asked, and no key may go.
func (a agreement) apart(encryption string) {
	restart(a.T, a.cluster.Servers[1], encryption)
	truth := readTruth(a.T, a.cluster)
	proxy := interceptOpenly(a.T, a.cluster)
	proxy.choose = func(n int) *harness.Server { return a.cluster.Servers[n%2] }
	named := []string{"--api-server", a.cluster.Servers[1].URL(), "--api-server", a.cluster.Servers[0].URL()}
	for _, look := range []struct {
		kubeconfig string
		args       []string
	}{{a.kubeconfig, nil}, {a.cluster.Kubeconfig(harness.Admin, 1), nil}, {a.kubeconfig, named}, {proxy.Kubeconfig, nil}} {
		for _, server := range a.cluster.Servers {
			report := status(a.T, look.kubeconfig, append([]string{"--config", server.ConfigPath()}, look.args...)...)
			checkServers(a.T, report, false, address(a.cluster.Servers[0]), address(a.cluster.Servers[1]))
			checkExact(a.T, report, truth, nobody)
			if report.Total.Current != 0 || !strings.HasPrefix(report.WriteKeyBasis, "The API servers run different encryption configurations") {
				a.Errorf("%+v, %q", report.Total, report.WriteKeyBasis)
			}
		}
	}
	if table := kubectlEncrypt(a.T, a.kubeconfig, "status", "--fail-on=unknown"); table.ExitCode != 2 ||
		!strings.Contains(table.Stdout, "API servers: 2, which run different configurations: ") {
		a.Errorf("exit %d, %s", table.ExitCode, table.Stdout)
	}
	a.safe(stays("the API servers do not all run one configuration"))
}

// convergesMeanwhile: the second server writes with the old key what the count has left behind, and runs the new
// configuration by the time that it is asked. That a key may go takes more than that all agree in the end.
func (a agreement) convergesMeanwhile(old, new string) {
	b := a.cluster.Servers[1]
	for name, moment := range map[string]struct {
		kind   string
		number int
		door   []string
	}{
		"census": {"read", 1, nil},
		"etcd":   {"metrics", 2, []string{"--etcd-endpoints", a.cluster.Etcd.Endpoint}}, // the second look at the servers
	} {
		if b.Options.Encryption != old {
			restart(a.T, b, old)
		}
		proxy := interceptOpenly(a.T, a.cluster)
		reached, resume := proxy.pauseAt(a.T, moment.kind, moment.number)
		answer := startRemovable(a.T, proxy.Kubeconfig, "key1", append([]string{"--config", a.config()}, moment.door...)...)
		<-reached
		create(a.T, b, a.namespace, "late-for-"+name, "value")
		restart(a.T, b, new)
		resume()
		checkStays(a.T, answer(), "when the count began")
		if truth := readTruth(a.T, a.cluster); truth.under(key1) != 1 {
			a.Fatalf("%s: etcd holds %v", name, truth)
		}
		a.safe(stays("1 objects are or may be stored under it"))
		rewrite(a.T, a.cluster)
		a.safe(checkMayGo)
	}
}

// oneDies in the middle of a census, and the balancer leads to the other from then on.
func (a agreement) oneDies() {
	first, second := a.cluster.Servers[0], a.cluster.Servers[1]
	plant(a.T, a.cluster, a.namespace, append(repeat(plain, 5), repeat(key1, 9)...)...)
	truth := readTruth(a.T, a.cluster, a.namespace)
	holder := holdAfter(a.T, 9000, address(first), address(second))
	running := startStatus(a.T, a.kubeconfig, "--server", "https://"+holder.address, "--config", a.config(), "--safe-to-remove", "key1")
	<-holder.held
	first.Kill()
	holder.release()
	result, err := running.Wait()
	must(a.T, err)
	report := decode(a.T, result)
	row := rowOf(a.T, report, a.namespace)
	checkTrueOfSomeMoment(a.T, row, truth[a.namespace], truth[a.namespace], &key2)
	checkServers(a.T, report, false)
	checkStays(a.T, *report.SafeToRemove, "1 of 2 could not be reached")
	a.Logf("%+v", row)
	a.kubeconfig = a.cluster.Kubeconfig(harness.Admin, 1)
	result = run(a.T, plugin.Run{Kubeconfig: a.kubeconfig, Args: []string{"rewrite", "--yes", "-o", "json"}, Bare: true})
	if result.ExitCode != 0 || readTruth(a.T, a.cluster).under(key1) != 0 {
		a.Fatalf("exit %d, %s", result.ExitCode, result.All())
	}
	report = status(a.T, a.kubeconfig, "--config", second.ConfigPath())
	checkServers(a.T, report, false, address(second))
	checkExact(a.T, report, readTruth(a.T, a.cluster), &key2)
	a.safe(stays("1 of 2 could not be reached"))
	checkStays(a.T, removable(a.T, a.kubeconfig, "key1", "--config", a.config(), "--api-server", second.URL(), "--api-server",
		first.URL()), "1 of 2 could not be reached")
}

// hangsUp is an address where nobody talks.
func hangsUp(t *testing.T) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			client.Close()
		}
	}()
	return "https://" + listener.Addr().String()
}

var readOfSecrets = regexp.MustCompile(`(?m)^apiserver_storage_transformation_operations_total\{resource="secrets",status="OK",` +
	`transformation_type="from_storage",transformer_prefix="k8s:enc:[^"]*"\} (\S+)$`)

// secretReads is how many encrypted Secrets an API server has read from etcd.
func secretReads(t *testing.T, server *harness.Server) int {
	t.Helper()
	page, err := clientOf(t, server).Do(context.Background(), "GET", "/metrics", nil)
	must(t, err)
	sum := 0.0
	for _, match := range readOfSecrets.FindAllSubmatch(page, -1) {
		count, err := strconv.ParseFloat(string(match[1]), 64)
		must(t, err)
		sum += count
	}
	return int(sum)
}

func hashOfFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	return hashOf(string(content))
}

// hashOf is how the API server publishes what it does not tell.
func hashOf(text string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text))) }
