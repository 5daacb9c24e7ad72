package rewrite

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/fault"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	behindFaults = 12 // Secrets
	boundedTime  = 30 * time.Second
	outage       = "--max-outage=1s"
)

// The requests that go wrong. The first list only counts, and reads no content.
const (
	counting  = `^GET \S+/secrets\?\S*limit=1($|&)`
	listing   = `^GET \S+/secrets\?\S*limit=50`
	replacing = `^PUT `
)

const (
	notAList    = "error: the server's reply is not a list of Kubernetes objects in JSON"
	awayFor1s   = "error: the server has not done anything for 1s ("
	noneGiven   = " and no explanation"
	mustLogIn   = "You must be logged in to the server (Unauthorized)"
	noMatching  = "Error from server (InternalError): Internal error occurred: no matching prefix found"
	tokenTooOld = "Error from server (Expired): The provided continue parameter is too old"
)

// A fault that stays: one sentence, exit code 1, nothing written.
var fatalFaults = []struct {
	modes string
	match string
	says  string
	args  []string
}{
	{"non-json empty wrong-kind wrong-types nul-bytes deep-json", counting, notAList, nil},
	{"html-502 redirect", counting, noneGiven, nil},
	{"internal", counting, noMatching, nil},
	{"hang endless", counting, "", []string{"--request-timeout=1s"}},
	{"closed truncated", counting, "The connection to the server ", nil},

	{"non-json empty wrong-kind wrong-types nul-bytes deep-json", listing, notAList, nil},
	{"html-502 redirect", listing, noneGiven, nil},
	{"internal", listing, noMatching, nil},
	{"unauthorized", listing, mustLogIn, nil},
	{"forbidden", listing, "Error from server (Forbidden): secrets is forbidden", nil},
	{"conflict", listing, "Error from server (Conflict): the object has been modified", nil},
	{"expired", listing, tokenTooOld, nil},
	{"same-continue", `^GET \S+/secrets\?\S*limit=(50|100)`, "error: the server's list does not get on", nil},
	{"endless", `^GET \S+/secrets\?`, "", nil},
	{"unavailable too-many closed truncated hang", listing, awayFor1s, []string{outage}},

	{"unauthorized", replacing, mustLogIn, nil},
	{"unavailable too-many closed truncated", replacing, awayFor1s, []string{outage}},
	{"hang", replacing, awayFor1s, []string{outage, "--request-timeout=1s"}},
}

func TestFaultsThatStay(t *testing.T) {
	namespace := stale(t, behindFaults)
	for _, test := range fatalFaults {
		for mode := range strings.FieldsSeq(test.modes) {
			t.Run(mode+" "+test.match, func(t *testing.T) {
				kubeconfig := serve(t, spoil(t, fault.Rule{Mode: mode, Match: test.match}))
				result := runBounded(t, kubeconfig, namespace, test.args...)
				if result.ExitCode != 1 {
					t.Errorf("exit %d", result.ExitCode)
				}
				expectComplaint(t, result, test.says)
				expectStored(t, namespace, map[string]int{oldKey: behindFaults})
			})
		}
	}
}

// A fault that passes, or that there is a way around: all is written.
func TestFaultsThatPass(t *testing.T) {
	for mode, matches := range map[string][]string{
		"expired":     {listing},
		"conflict":    {replacing},
		"unavailable": {listing, replacing},
		"too-many":    {listing, replacing},
		"closed":      {listing, replacing},
		"truncated":   {listing, replacing},
		"endless":     {`limit=50`}, // a page that is too large is asked for in pieces
	} {
		for _, match := range matches {
			t.Run(mode+" "+match, func(t *testing.T) {
				namespace := stale(t, behindFaults)
				kubeconfig := serve(t, spoil(t, fault.Rule{Mode: mode, Match: match, Times: 3}))
				got := report(t, runBounded(t, kubeconfig, namespace), 0)
				if got.Rewritten != behindFaults || (got.ConflictsRetried == 3) != (mode == "conflict") {
					t.Errorf("report: %+v", got)
				}
				expectStored(t, namespace, map[string]int{newKey: behindFaults})
			})
		}
	}
}

// A fault of single objects: each is named with the reason, and nothing counts
// as written that is not.
func TestFaultsOfObjects(t *testing.T) {
	namespace := stale(t, behindFaults)
	for reason, modes := range map[string]string{
		"InvalidReply":     "non-json empty wrong-kind wrong-types nul-bytes deep-json",
		"HTTP 502":         "html-502",
		"HTTP 302":         "redirect",
		"StorageReadError": "internal", // what a server says that cannot read the stored value
		"Forbidden":        "forbidden",
		"Expired":          "expired",
		"Conflict":         "conflict",
		"ReplyTooLarge":    "endless",
	} {
		for mode := range strings.FieldsSeq(modes) {
			t.Run(mode, func(t *testing.T) {
				kubeconfig := serve(t, spoil(t, fault.Rule{Mode: mode, Match: replacing}))
				result := runBounded(t, kubeconfig, namespace)
				got := report(t, result, 1)
				if got.Failed != behindFaults || len(complaints(result)) != behindFaults {
					t.Errorf("%d sentences; report: %+v", len(complaints(result)), got)
				}
				for _, failure := range got.Failures {
					if failure.Reason != reason || failure.Message == "" {
						t.Errorf("failure: %+v", failure)
					}
				}
				expectStored(t, namespace, map[string]int{oldKey: behindFaults})
			})
		}
	}
}

// spoil is the API server, with some requests going wrong.
func spoil(t *testing.T, rule fault.Rule) http.Handler {
	t.Helper()
	server, err := fault.New(rule)
	must(t, err)
	client := clientOf(t, shared(t), current)
	target, err := url.Parse(client.URL)
	must(t, err)
	server.Upstream(target, client.TLS())
	return server
}

func runBounded(t *testing.T, kubeconfig, namespace string, args ...string) plugin.Result {
	t.Helper()
	result, peak := measure(t, plugin.Run{Kubeconfig: kubeconfig, Args: rewriteArgs(namespace, args...)})
	expectSmall(t, peak)
	if result.Elapsed > boundedTime {
		t.Errorf("it took %v", result.Elapsed)
	}
	if t.Failed() {
		t.Log(fmt.Sprintf("exit %d after %v, %d MiB\n", result.ExitCode, result.Elapsed, peak>>20), result.All())
	}
	return result
}
