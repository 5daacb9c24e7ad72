package cmdline

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/harness"
)

// mistake is made with both programs; what kubectl says of it is what is
// expected of the plugin, once the names in it are exchanged.
type mistake struct {
	kubectl, ours string   // words, as in a shell without quotes
	exchanged     []string // in kubectl's text: old, new, old, new
	world         world
	// How ours differs, if it does, and why that is so.
	exception func(theirs string) *regexp.Regexp
	reason    string
}

// more: the plugin goes on where kubectl stops.
func more(pattern string) func(string) *regexp.Regexp {
	return func(theirs string) *regexp.Regexp {
		return regexp.MustCompile("^" + regexp.QuoteMeta(strings.TrimSuffix(theirs, "\n")) + pattern + "\n$")
	}
}

// upTo: both begin alike, up to the given words of kubectl, and go on differently.
func upTo(words, pattern string) func(string) *regexp.Regexp {
	return func(theirs string) *regexp.Regexp {
		at := strings.Index(theirs, words)
		if at < 0 {
			return regexp.MustCompile(`^kubectl does not say ` + regexp.QuoteMeta(words) + `$`)
		}
		return regexp.MustCompile("^" + regexp.QuoteMeta(theirs[:at+len(words)]) + pattern + "\n$")
	}
}

func (m mistake) check(t *testing.T) {
	t.Helper()
	theirs := m.world.kubectl(t, words(m.kubectl)...)
	ours := m.world.plugin(t, words(m.ours)...)
	expected := strings.NewReplacer(m.exchanged...).Replace(withoutLog(theirs.Stderr))
	if ours.ExitCode != theirs.ExitCode {
		t.Errorf("%s: exit %d, kubectl %d", m.ours, ours.ExitCode, theirs.ExitCode)
	}
	if theirs.Stderr == "" || (ours.Stdout == "") != (theirs.Stdout == "") {
		t.Errorf("%s: kubectl says %q and prints %q, we print %q", m.ours, theirs.Stderr, theirs.Stdout, ours.Stdout)
	}
	if m.exception == nil {
		if ours.Stderr != expected {
			t.Errorf("%s:\n ours    %q\n kubectl %q", m.ours, ours.Stderr, expected)
		}
		return
	}
	if m.reason == "" || ours.Stderr == expected {
		t.Errorf("%s: an exception without a reason, or without a need: %q", m.ours, ours.Stderr)
	}
	if pattern := m.exception(expected); !pattern.MatchString(ours.Stderr) {
		t.Errorf("%s (%s):\n ours    %q\n kubectl %q", m.ours, m.reason, ours.Stderr, expected)
	}
}

func checkAll(t *testing.T, mistakes []mistake) {
	t.Helper()
	for _, one := range mistakes {
		one.check(t)
	}
}

var getToStatus = []string{"kubectl get", "kubectl encrypt status"}

// That a command line is wrong is known before anything is asked.
func TestMistakesOfTheCommandLine(t *testing.T) {
	var all []mistake
	for _, flags := range []string{"--foo", "-q", "-Aq", "---foo", "--=x", "-n", "--namespace", "-An", "--context", "-A=maybe", "--all-namespaces=maybe",
		"-v=x", "-v=0x6", "-v=99999999999", "--warnings-as-errors=2", "-o", "--as-group", "--all-namespaces="} {
		all = append(all, mistake{kubectl: "get secrets " + flags, ours: "status secrets " + flags, exchanged: getToStatus})
	}
	for _, number := range []string{"x", "1.5", "99999999999999999999", "0x"} {
		all = append(all, mistake{kubectl: "get secrets --chunk-size=" + number, ours: "rewrite secrets --chunk-size=" + number,
			exchanged: []string{"kubectl get", "kubectl encrypt rewrite"}})
	}
	for _, duration := range []string{"x", "5x", "1m5", "1.5", "", "1h2q"} {
		all = append(all, mistake{kubectl: "wait --for=delete secret/x --timeout=" + duration, ours: "rewrite secrets --max-outage=" + duration,
			exchanged: []string{"kubectl wait", "kubectl encrypt rewrite", "--timeout", "--max-outage"}})
	}
	all = append(all,
		mistake{kubectl: "--foo get", ours: "--foo status", exchanged: []string{"kubectl --help", "kubectl encrypt --help"}},
		mistake{kubectl: "get --outptu=x", ours: "status --outptu=x", exchanged: getToStatus, reason: "the flag that was meant is proposed, as commands are",
			exception: func(theirs string) *regexp.Regexp {
				first, second, _ := strings.Cut(theirs, "\n")
				return regexp.MustCompile("^" + regexp.QuoteMeta(first) + "\n\nDid you mean this\\?\n\t--output\n\n" + regexp.QuoteMeta(second) + "$")
			}},
		mistake{kubectl: "version -o wide", ours: "version -o wide"},
		mistake{kubectl: "version one two", ours: "version one two"},
		mistake{kubectl: "create cm x --dry-run=maybe", ours: "rewrite secrets --dry-run=maybe"},
	)
	checkAll(t, all)
}

// Under the root kubectl proposes commands, in a group it tells where help is:
// the plugin is a group and does both.
func TestUnknownCommands(t *testing.T) {
	exchanged := []string{`"gte"`, `"statsu"`, "\tget", "\tstatus", `for "kubectl"`, `for "kubectl encrypt"`, "'kubectl config", "'kubectl encrypt"}
	exchange := strings.NewReplacer(exchanged...)
	root := exchange.Replace(world{}.kubectl(t, "gte").Stderr)
	_, hint, _ := strings.Cut(exchange.Replace(world{}.kubectl(t, "config", "gte").Stderr), "\n")
	if ours := (world{}).plugin(t, "statsu"); ours.Stderr != root+"\n"+hint || ours.ExitCode != 1 || ours.Stdout != "" || hint == "" {
		t.Errorf("exit %d:\n ours    %q\n kubectl %q", ours.ExitCode, ours.Stderr, root+"\n"+hint)
	}
	nobody := exchange.Replace(world{}.kubectl(t, "zzzzzz").Stderr)
	if ours := (world{}).plugin(t, "zzzzzz"); ours.Stderr != nobody+hint {
		t.Errorf("ours %q, kubectl %q", ours.Stderr, nobody+hint)
	}
}

// A format that is none: the sentence is kubectl's, the list is of what there is, which is kubectl's but for reports and metrics.
func TestUnknownFormats(t *testing.T) {
	const before = "allowed formats are: "
	w := world{kubeconfig: startRecorder(t).kubeconfig(t)}
	split := func(stderr string) (sentence string, formats []string) {
		sentence, list, _ := strings.Cut(strings.TrimSpace(stderr), before)
		return sentence, strings.Split(list, ",")
	}
	for _, format := range []string{"xml", "=", "Wide", "jsonpathx={.a}"} {
		sentence, kubectls := split(w.kubectl(t, "get", "secrets", "-o", format).Stderr)
		for _, command := range []string{"status", "rewrite"} {
			ours, formats := split(w.plugin(t, command, "-o", format).Stderr)
			if ours != sentence || !slices.IsSorted(formats) {
				t.Errorf("-o %s:\n ours    %q %q\n kubectl %q", format, ours, formats, sentence)
			}
			for _, one := range formats {
				if !slices.Contains(kubectls, one) && one != "html" && one != "prometheus" {
					t.Errorf("%s is no format of kubectl", one)
				}
			}
		}
	}
	// What kubectl has and the plugin has not is said to be missing, in the same sentence.
	if result := w.plugin(t, "status", "-o", "go-template={{.kind}}"); !strings.Contains(result.Stderr, `"go-template={{.kind}}", `+before) || result.ExitCode != 1 {
		t.Errorf("%q", result.All())
	}
}

const hint = `; "kubectl api-resources --verbs=list,update" shows what can be rewritten`

func TestMistakesThatTheServerKnows(t *testing.T) {
	cluster := sharedCluster(t)
	admin, nobody := world{kubeconfig: cluster.Kubeconfig(harness.Admin, 0)}, world{kubeconfig: cluster.Kubeconfig(harness.Nobody, 0)}
	// Who knows already what there is gets to the request itself; else kubectl stops at discovery.
	known := world{kubeconfig: admin.kubeconfig, home: t.TempDir()}
	known.kubectl(t, "get", "secrets")
	var all []mistake
	for _, resource := range []string{"foos", "foos.apps", "foos.v1.apps", "deployments.v9.apps", "foos.example.com", "Foos", "secrets,foos"} {
		all = append(all, mistake{kubectl: "get " + resource, ours: "status " + resource, world: admin,
			exception: more(regexp.QuoteMeta(hint)), reason: "says where the names are"})
	}
	all = append(all,
		mistake{kubectl: "get secrets -A", ours: "status", world: nobody},
		mistake{kubectl: "get secrets -n default", ours: "status -n default", world: nobody},
		mistake{kubectl: "get secrets -A", ours: "rewrite secrets --yes", world: nobody},
		mistake{kubectl: "get secrets -A --as=alice", ours: "status --as=alice", world: admin},
		mistake{kubectl: "get secrets -A --token=wrong", ours: "status --token=wrong", world: known,
			exception: more("; check the credentials of this context, or log in again"), reason: "says what to do"},
		mistake{kubectl: "get secrets -n no-such-namespace", ours: "status -n no-such-namespace", world: admin},
		mistake{kubectl: "get secrets -A -l no=such", ours: "status -l no=such", world: admin},
		mistake{kubectl: "get secrets -A -l no=such", ours: "rewrite secrets --yes -l no=such", world: admin},
		mistake{kubectl: "get secrets -n no-such-namespace", ours: "rewrite secrets --yes -n no-such-namespace", world: admin},
		mistake{kubectl: "get secrets -A -l !!", ours: "status -l !!", world: admin,
			exception: upTo("Error from server (BadRequest): ", ".*unable to parse requirement.*"), reason: "kubectl puts the selector into the server's sentence"},
		mistake{kubectl: "get secrets -A --field-selector=a=b", ours: "status --field-selector=a=b", world: admin,
			exception: upTo("Error from server (BadRequest): ", "field label not supported: a"), reason: "kubectl puts the selector into the server's sentence"},
	)
	checkAll(t, all)
}

// ofRequest is what client-go adds to an answer that says nothing itself.
var ofRequest = regexp.MustCompile(`Unable to list "[^"]*": | \(get secrets\)`)

// Answers without a Status, as something between us and the API server gives.
func TestAnswersWithoutAReason(t *testing.T) {
	differ := map[int]string{
		403: "kubectl has no words for it (unknown)",
		410: "shorter", 418: "shorter",
		500: "the HTTP status tells more than that something is unknown", 502: "the same",
	}
	for _, code := range []int{400, 401, 403, 404, 405, 409, 410, 418, 422, 429, 500, 502, 503, 504} {
		server := startRecorder(t)
		server.code = code
		w := world{kubeconfig: server.kubeconfig(t)}
		theirs := ofRequest.ReplaceAllString(withoutLog(w.kubectl(t, "get", "secrets", "-A").Stderr), "")
		ours := strings.Replace(w.plugin(t, "status").Stderr, "; check the credentials of this context, or log in again", "", 1)
		if differ[code] == "" && ours != theirs || differ[code] != "" && ours == theirs {
			t.Errorf("%d:\n ours    %q\n kubectl %q", code, ours, theirs)
		}
		label, _, _ := strings.Cut(theirs, ":")
		if !strings.HasPrefix(ours, label+":") {
			t.Errorf("%d: ours %q, kubectl %q", code, ours, label)
		}
	}
}

func TestMistakesOfTheKubeconfig(t *testing.T) {
	cluster := sharedCluster(t)
	admin := world{kubeconfig: cluster.Kubeconfig(harness.Admin, 0)}
	var all []mistake
	for _, flags := range []string{"--context=none", "--cluster=none", "--user=none", "--context=none --cluster=none", "--context=none --user=none",
		"--as-group=g", "--as-uid=u", "--username=u --password=p", "--certificate-authority=/nonexistent/ca", "--client-certificate=/nonexistent/c",
		"--client-certificate=/nonexistent/c --client-key=/nonexistent/k", "--request-timeout=x", "--request-timeout=1.5",
		"--insecure-skip-tls-verify --certificate-authority=" + cluster.CAPath()} {
		all = append(all, mistake{kubectl: "get secrets " + flags, ours: "status " + flags, world: admin})
	}
	broken := filepath.Join(t.TempDir(), "broken")
	kit.Must(t, os.WriteFile(broken, []byte("clusters: [\n"), 0o600))
	elsewhere := filepath.Join(t.TempDir(), "config")
	text, err := json.Marshal(object{"apiVersion": "v1", "kind": "Config", "current-context": "gone"})
	kit.Must(t, err)
	kit.Must(t, os.WriteFile(elsewhere, text, 0o600))
	all = append(all,
		mistake{kubectl: "get secrets", ours: "status", world: world{kubeconfig: broken},
			exception: upTo(`": `, "line .*: not valid YAML"), reason: "the YAML library's words; its own could show what stands there"},
		mistake{kubectl: "get secrets", ours: "status", world: world{kubeconfig: elsewhere}},
		mistake{kubectl: "get secrets --kubeconfig=/dev", ours: "status --kubeconfig=/dev", world: admin},
		mistake{kubectl: "get secrets --kubeconfig=/nonexistent/config", ours: "status --kubeconfig=/nonexistent/config", world: admin,
			exception: func(string) *regexp.Regexp {
				return regexp.MustCompile(`^error: error loading config file "/nonexistent/config": open /nonexistent/config: no such file or directory\n$`)
			}, reason: "names what is loaded, as kubectl does of other faults"},
		mistake{kubectl: "get secrets", ours: "status", world: world{kubeconfig: "/nonexistent/config"},
			exception: func(string) *regexp.Regexp {
				return regexp.MustCompile(`^error: Missing or incomplete configuration info: .*/nonexistent/config.*\n$`)
			}, reason: "kubectl asks localhost:8080, which nobody means any more"},
	)
	checkAll(t, all)
}

func TestServersThatCannotBeReached(t *testing.T) {
	cluster := sharedCluster(t)
	admin := world{kubeconfig: cluster.Kubeconfig(harness.Admin, 0)}
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and says nothing
	kit.Must(t, err)
	defer silent.Close()
	const unable = "Unable to connect to the server: "
	checkAll(t, []mistake{
		{kubectl: "get secrets -s https://127.0.0.1:1", ours: "status -s https://127.0.0.1:1", world: admin},
		{kubectl: "get secrets -s http://127.0.0.1:1", ours: "rewrite secrets --yes -s http://127.0.0.1:1", world: admin},
		{kubectl: "version -s http://127.0.0.1:1", ours: "version -o json -s http://127.0.0.1:1", world: admin},
		{kubectl: "get secrets --tls-server-name=wrong.example", ours: "status --tls-server-name=wrong.example", world: admin,
			exception: upTo(unable, ".*wrong.example.*"), reason: "the TLS library's words"},
		{kubectl: "get secrets -s http://" + silent.Addr().String() + " --request-timeout=1s", ours: "status -s http://" + silent.Addr().String() + " --request-timeout=1s",
			world: admin, exception: upTo(unable, ".*timed out.*"), reason: "the HTTP library's words"},
	})
}

// nameServer is what Go adds of the resolver that it asked.
var nameServer = regexp.MustCompile(` on [0-9a-f.:\[\]]+:53`)

func TestHostsThatNobodyKnows(t *testing.T) {
	w := world{kubeconfig: sharedCluster(t).Kubeconfig(harness.Admin, 0)}
	const server = "https://no-such-host.invalid:6443"
	theirs := nameServer.ReplaceAllString(withoutLog(w.kubectl(t, "get", "secrets", "-s", server).Stderr), "")
	ours := w.plugin(t, "status", "-s", server)
	// Where no name server answers at all, each library has its own words.
	if strings.Contains(theirs, "no such host") && ours.Stderr != theirs || !strings.HasPrefix(ours.Stderr, "Unable to connect to the server: ") {
		t.Errorf("ours %q, kubectl %q", ours.Stderr, theirs)
	}
}
