package dist

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const secrets, namespace = 3, "seed-000"

// One cluster serves all tests: what they are about is the way to it.
var shared = sync.OnceValues(func() (*harness.Cluster, error) {
	cluster, err := harness.New(harness.Options{})
	if err != nil {
		return nil, err
	}
	return cluster, cluster.Seed(secrets, 1, harness.Plain)
})

var started bool

func TestMain(m *testing.M) {
	code := m.Run()
	if started {
		if cluster, _ := shared(); cluster != nil {
			cluster.Close()
		}
	}
	os.Exit(code)
}

func theCluster(t *testing.T) *harness.Cluster {
	t.Helper()
	started = true
	cluster, err := shared()
	kit.Must(t, err)
	return cluster
}

func authority(t *testing.T) string {
	t.Helper()
	pem, err := os.ReadFile(theCluster(t).CAPath())
	kit.Must(t, err)
	return string(pem)
}

type object = map[string]any

// configure writes the file /config: the cluster at a host, with its CA unless the system's is to be taken.
func (in root) configure(t *testing.T, host string, user object, systemCA bool) {
	t.Helper()
	cluster := object{"server": fmt.Sprintf("https://%s:%d", host, theCluster(t).Servers[0].Port)}
	if !systemCA {
		cluster["certificate-authority-data"] = base64.StdEncoding.EncodeToString([]byte(authority(t)))
	}
	text, err := json.Marshal(object{
		"apiVersion": "v1", "kind": "Config", "current-context": "x",
		"clusters": []any{object{"name": "c", "cluster": cluster}},
		"users":    []any{object{"name": "u", "user": user}},
		"contexts": []any{object{"name": "x", "context": object{"cluster": "c", "user": "u"}}},
	})
	kit.Must(t, err)
	in.write(t, "config", string(text))
}

func byToken() object { return object{"token": harness.Token(harness.Admin)} }

// progress is what a slow run says in between.
var progress = regexp.MustCompile(`(?m)^Reading secrets: .*\n`)

func (in root) status(t *testing.T, env ...string) plugin.Result {
	t.Helper()
	return in.run(t, append(env, "KUBECONFIG=/config"), "status", "-n", namespace)
}

func checkReached(t *testing.T, what string, result plugin.Result) {
	t.Helper()
	result.Stderr = progress.ReplaceAllString(result.Stderr, "")
	if result.ExitCode != 0 || result.Stderr != "" || !strings.Contains(result.Stdout, fmt.Sprintf("%s    %d ", namespace, secrets)) {
		t.Errorf("%s: exit %d\n%s", what, result.ExitCode, result.All())
	}
}

func checkRefused(t *testing.T, what string, result plugin.Result, sentence string) {
	t.Helper()
	if result.ExitCode != 1 || result.Stdout != "" || !strings.Contains(result.Stderr, sentence) || strings.Count(result.Stderr, "\n") != 1 {
		t.Errorf("%s: exit %d, want 1 and %q\n%s", what, result.ExitCode, sentence, result.All())
	}
}

// Nothing but the program and its kubeconfig: no resolver's files, no /proc, no /dev, no certificates.
func TestEmptyRoot(t *testing.T) {
	for _, r := range of(t, "linux") {
		in := emptyRoot(t, r)
		if got := in.run(t, nil, "version"); got.All() != "Client Version: "+r.version+"\n" || got.ExitCode != 0 {
			t.Errorf("%s: version: exit %d, %q", r.target(), got.ExitCode, got.All())
		}
		if got := in.run(t, nil, "--help"); got.ExitCode != 0 || !strings.Contains(got.Stdout, "rewrite") {
			t.Errorf("%s: help: exit %d, %q", r.target(), got.ExitCode, got.All())
		}
		for _, host := range []string{"127.0.0.1", "localhost"} {
			in.configure(t, host, byToken(), false)
			checkReached(t, r.target()+" at "+host, in.status(t))
		}
		in.configure(t, harness.HostName, byToken(), false)
		checkRefused(t, r.target()+": a name that nobody resolves", in.status(t), harness.HostName)
		in.configure(t, "127.0.0.1", byToken(), true)
		checkRefused(t, r.target()+": no certificates", in.status(t), "no system certificates were found")
	}
}

func TestHostNameOfTheHostsFile(t *testing.T) {
	for _, r := range of(t, "linux") {
		in := emptyRoot(t, r)
		in.write(t, "etc/hosts", "127.0.0.1 "+harness.HostName+"\n")
		in.configure(t, harness.HostName, byToken(), false)
		checkReached(t, r.target(), in.status(t))
	}
}

// A resolver that is asked over the network.
func TestHostNameOfDNS(t *testing.T) {
	server := serveDNS(t, harness.HostName)
	for _, r := range of(t, "linux") {
		in := emptyRoot(t, r)
		in.write(t, "etc/resolv.conf", "nameserver "+server.address+"\n")
		in.configure(t, harness.HostName, byToken(), false)
		checkReached(t, r.target(), in.status(t))
		if asked := server.take(); !slices.Contains(asked, harness.HostName) {
			t.Errorf("%s asked for %q", r.target(), asked)
		}
		in.configure(t, "other.test", byToken(), false)
		checkRefused(t, r.target()+": a name that is not there", in.status(t), "other.test")
	}
}

func TestSystemCertificates(t *testing.T) {
	const bundle = "etc/ssl/certs/ca-certificates.crt"
	other, err := harness.NewServing(t.TempDir())
	kit.Must(t, err)
	path, err := other.WriteKubeconfig("https://unused.invalid")
	kit.Must(t, err)
	for _, r := range of(t, "linux") {
		in := emptyRoot(t, r)
		in.configure(t, "127.0.0.1", byToken(), true)
		in.write(t, bundle, authority(t))
		checkReached(t, r.target()+" by "+bundle, in.status(t))
		in.write(t, bundle, authorityOf(t, path))
		checkRefused(t, r.target()+": another authority", in.status(t), "certificate")
		in.write(t, "mine.pem", authority(t))
		checkReached(t, r.target()+" by SSL_CERT_FILE", in.status(t, "SSL_CERT_FILE=/mine.pem", "SSL_CERT_DIR=/none"))
		in.configure(t, "127.0.0.1", byToken(), false)
		checkReached(t, r.target()+" by the kubeconfig's", in.status(t))
	}
}

// The proxy alone knows the name.
func TestProxy(t *testing.T) {
	p := startProxy(t, strings.TrimPrefix(theCluster(t).Servers[0].URL(), "https://"))
	for _, r := range of(t, "linux") {
		in := emptyRoot(t, r)
		in.configure(t, harness.HostName, byToken(), false)
		checkReached(t, r.target(), in.status(t, "HTTPS_PROXY=http://"+p.address))
		want := fmt.Sprintf("%s:%d", harness.HostName, theCluster(t).Servers[0].Port)
		if asked := p.take(); !slices.Equal(asked, []string{want}) {
			t.Errorf("%s: the proxy was asked for %q, want %s", r.target(), asked, want)
		}
	}
}

func TestCredentialPlugin(t *testing.T) {
	built := filepath.Join(t.TempDir(), "credential")
	command := exec.Command("go", "build", "-buildvcs=false", "-o", built, "./credential")
	if go_ := os.Getenv("GO"); go_ != "" {
		command = exec.Command(go_, command.Args[1:]...)
	}
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program, err := os.ReadFile(built)
	kit.Must(t, err)
	for _, r := range of(t, "linux") {
		in := emptyRoot(t, r)
		in.write(t, "credential", string(program))
		in.write(t, "dev/null", "") // what the credential plugin reads
		in.configure(t, "127.0.0.1", byCommand("/credential", object{"name": "CREDENTIAL_TOKEN", "value": harness.Token(harness.Admin)}), false)
		checkReached(t, r.target(), in.status(t))
		in.configure(t, "127.0.0.1", byCommand("/credential", object{"name": "CREDENTIAL_TOKEN", "value": "wrong"}), false)
		checkRefused(t, r.target()+": a wrong token", in.status(t), "logged in")
	}
}

func byCommand(command string, env ...object) object {
	return object{"exec": object{"apiVersion": "client.authentication.k8s.io/v1", "command": command, "env": env, "interactiveMode": "Never"}}
}

// With a shell, a resolver and certificates that are years older.
func TestOlderDebian(t *testing.T) {
	r := ofThisMachine(t)
	in := olderDebian(t, r)
	if version := in.exec(t, nil, "/bin/cat", "/etc/debian_version"); !strings.HasPrefix(version.Stdout, "11.") {
		t.Fatalf("not an older Debian: %q", version.All())
	}
	in.write(t, "etc/hosts", "127.0.0.1 "+harness.HostName+"\n")
	in.write(t, "etc/ssl/certs/ca-certificates.crt", authority(t))
	in.write(t, "dev/null", "")
	in.write(t, "usr/local/bin/credential", "#!/bin/sh\necho \"$ANSWER\"\n")
	answer := fmt.Sprintf(`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":%q}}`, harness.Token(harness.Admin))
	in.configure(t, harness.HostName, byCommand("/usr/local/bin/credential", object{"name": "ANSWER", "value": answer}), true)
	checkReached(t, "an older Debian", in.exec(t, []string{"KUBECONFIG=/config"}, "/bin/sh", "-c", "exec /kubectl-encrypt status -n "+namespace))
}
