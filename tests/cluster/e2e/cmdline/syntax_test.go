package cmdline

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/plugin"
)

// reading is what a program has understood of its words: what it asked for, and
// how it answered.
type reading struct {
	Path, Labels, Fields, Limit string
	User, UID                   string
	Groups, Extra               []string
	Output                      string // json, yaml or text
	Verbosity                   string // requests, headers, or nothing
	Mistake                     string // the error, if the words were not understood
}

// read runs one of both programs in front of the recorder.
func (r *recorder) read(run func(args ...string) plugin.Result, args []string) (reading, plugin.Result) {
	r.take()
	result := run(args...)
	var seen reading
	for _, request := range r.take() {
		if request.Method == http.MethodGet && strings.Contains(request.URL.Path, "/secrets") {
			seen.take(request)
		}
	}
	seen.Output = shape(result.Stdout)
	seen.Verbosity = verbosity(result.Stderr)
	if seen.Path == "" {
		seen.Mistake = withoutLog(result.Stderr)
		if strings.Contains(result.Stdout, "Usage:") {
			seen.Mistake, seen.Output = "help", ""
		}
	}
	return seen, result
}

// firstPage is the most that the plugin asks for in its first page.
const firstPage = 50

// take adds a GET: the first says what is asked for, the last list how many at a
// time; before that the plugin counts, with a limit of 1.
func (s *reading) take(request *http.Request) {
	query, header := request.URL.Query(), request.Header
	if limit, err := strconv.Atoi(query.Get("limit")); err == nil {
		s.Limit = strconv.Itoa(min(limit, firstPage))
	}
	if s.Path != "" {
		return
	}
	s.Path, s.Labels, s.Fields = request.URL.Path, query.Get("labelSelector"), query.Get("fieldSelector")
	s.User, s.UID, s.Groups = header.Get("Impersonate-User"), header.Get("Impersonate-Uid"), header.Values("Impersonate-Group")
	for name, values := range header {
		if key, is := strings.CutPrefix(name, "Impersonate-Extra-"); is {
			s.Extra = append(s.Extra, fmt.Sprint(key, values))
		}
	}
	slices.Sort(s.Extra)
}

func shape(stdout string) string {
	switch {
	case strings.HasPrefix(stdout, "{"):
		return "json"
	case strings.HasPrefix(stdout, "apiVersion:"):
		return "yaml"
	}
	return "text"
}

func verbosity(stderr string) string {
	switch {
	case strings.Contains(stderr, "Request Headers"), strings.Contains(stderr, "headers="):
		return "headers"
	case strings.Contains(stderr, "GET http"), strings.Contains(stderr, `verb="GET"`):
		return "requests"
	}
	return "nothing"
}

// spellings are words behind `kubectl get secrets` and behind ours. A namespace
// stands before them, since without any kubectl takes the context's and the
// plugin takes all. Three kinds are left out, where the plugin is stricter: a
// format that is none (it is refused before anything is asked), a negative
// --request-timeout (kubectl takes it for none), and wrong values of
// --log-flush-frequency, which has no effect here.
var spellings = []string{
	// A value, and how it is given.
	"-n x", "-nx", "-n=x", "--namespace x", "--namespace=x", "-n a -n b", "--namespace=a -n b", "--namespace=a --namespace b",
	"-n=", "--namespace=x=y", "-n -A", "--namespace -A", "-n --", "--Namespace=x",
	// Truth values.
	"-A", "-A=true", "-A=false", "-A=1", "-A=0", "-A=t", "-A=F", "-A=True", "-A=FALSE", "--all-namespaces", "--all-namespaces=false",
	"--all-namespaces=T", "-A -A=false", "-A=false -A", "-A=yes", "-A=", "-A=maybe", "--all-namespaces=", "-A false",
	// Letters together.
	"-An x", "-Anx", "-nxA", "-Alx=y", "-Al x=y", "-Aoyaml", "-Aojson", "-Ao json", "-Ao=json", "-Av6", "-Av=7", "-Avv", "-Aq", "-AA",
	// Underscores.
	"--all_namespaces", "--all_namespaces=false", "--field_selector=metadata.name=x", "--as_group=g --as=u", "--chunk_size=7", "--all__namespaces",
	// Formats.
	"-oyaml", "-o yaml", "-o=yaml", "--output yaml", "--output=yaml", "-ojson", "-o json", "-o=json", "--output=json", "-ojson -oyaml", "-oyaml -o=json",
	"--output=", "-o", "--output", "-o jsonpath={.nothing}", "-ojsonpath={.nothing}",
	// Selectors: commas and equals signs are parts of them.
	"-l a=b", "-la=b", "-l=a=b", "--selector a=b", "--selector=a=b", "--selector=a=b,c!=d", "-l a", "-l=", "--selector=", "-l a=b -l c=d",
	"--field-selector metadata.name=x", "--field-selector=metadata.name=x,metadata.namespace!=y",
	// Numbers.
	"-v6", "-v 6", "-v=6", "--v=6", "--v 6", "-v7", "--v=7", "-v0", "-v=06", "-v=0x6", "-v=+6", "-v=-1", "-v=6.0", "-v=x", "-v", "--v", "-v=", "-v=99999999999", "-v=99999999999999999999",
	"--chunk-size=7", "--chunk-size 7", "--chunk-size=0x10", "--chunk-size=010", "--chunk-size=0b11", "--chunk-size=0o17", "--chunk-size=1_0", "--chunk-size=+7",
	"--chunk-size=x", "--chunk-size=", "--chunk-size=1.5", "--chunk-size=1e3", "--chunk-size=99999999999999999999", "--chunk-size",
	// Lists: repeated, never split.
	"--as=u", "--as u", "--as=u --as-group=a --as-group=b", "--as=u --as-group=a,b", "--as=u --as-group a,b --as-group=c", "--as=u --as-uid=7",
	"--as=u --as-user-extra=k=v", "--as=u --as-user-extra=k=v --as-user-extra=k=w --as-user-extra=l=x=y", "--as=u --as-user-extra=k=a,b",
	// Where flags end.
	"-- one", "-l -- one", "-- -A", "-A --", "--", "-A -- ", "-n x -- --foo",
	// Unknown ones.
	"--foo", "--foo=bar", "--foo bar", "-q", "-q=1", "-Aqn", "---foo", "--=x", "--=", "-é", "-=x", "--foo=bar --bar", "-A --foo -n",
	"--no-all-namespaces", "--namespac=x", "--NAMESPACE=x",
	// Without a value.
	"-n", "--namespace", "-An", "-A --namespace", "--as-group", "--request-timeout",
	// What kubectl takes and what changes nothing here.
	"--request-timeout=5", "--request-timeout=5s", "--request-timeout 1m", "--request-timeout=0", "--request-timeout=x", "--request-timeout=", "--request-timeout=1.5",
	"--warnings-as-errors", "--warnings-as-errors=false", "--match-server-version=false", "--disable-compression", "--cache-dir=/dev/null/none",
	"--log-flush-frequency=3s", "--vmodule=x=1", "--profile=none", "--tls-server-name=x", "--insecure-skip-tls-verify",
	"--insecure-skip-tls-verify=false", "--insecure-skip-tls-verify=maybe", "--no-headers", "--no-headers=false", "--allow-missing-template-keys=false",
	// Help wins over everything but what is wrong before it.
	"-h", "--help", "-Ah", "-A --help", "--help --foo", "-h=false", "--help=maybe",
}

// proposals are what a mistyped flag brings here and not in kubectl.
var proposals = regexp.MustCompile(`\n\nDid you mean this\?\n(\t--.*\n)+`)

func TestWordsMeanWhatTheyMeanToKubectl(t *testing.T) {
	server := startRecorder(t)
	server.secrets = []any{object{"apiVersion": "v1", "kind": "Secret", "metadata": object{"name": "one", "namespace": "home", "resourceVersion": "1", "uid": "u"}}}
	w := world{kubeconfig: server.kubeconfig(t)}
	kubectl := func(args ...string) plugin.Result { return w.kubectl(t, args...) }
	ours := func(args ...string) plugin.Result { return w.plugin(t, args...) }
	for _, spelling := range spellings {
		args := words(spelling)
		theirs, _ := server.read(kubectl, append([]string{"get", "secrets", "-n", "home"}, args...))
		got, result := server.read(ours, append([]string{"rewrite", "secrets", "-n", "home", "--dry-run=server"}, args...))
		got.Mistake = strings.ReplaceAll(proposals.ReplaceAllString(got.Mistake, ""), "kubectl encrypt rewrite", "kubectl get")
		if !reflect.DeepEqual(got, theirs) {
			t.Errorf("%s:\n ours    %+v\n kubectl %+v\n%s", spelling, got, theirs, result.All())
		}
	}
}
