package rewrite

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"testing"
)

// A run that takes longer than the API server keeps history finds its list
// expired. The server offers a token that goes on from the same name.
func TestListThatExpires(t *testing.T) {
	const count = 300 // several pages
	namespace := stale(t, count)
	must(t, shared(t).Store().Compact(false))
	var aged, expired atomic.Int64
	next := upstream(t)
	next.ModifyResponse = func(response *http.Response) error {
		if response.StatusCode == http.StatusGone {
			expired.Add(1)
		}
		return nil
	}
	kubeconfig := serve(t, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		query := request.URL.Query()
		if token := query.Get("continue"); token != "" && aged.Add(1) == 2 {
			query.Set("continue", age(t, token))
			request.URL.RawQuery = query.Encode()
		}
		next.ServeHTTP(response, request)
	}))
	got := report(t, rewrite(t, kubeconfig, namespace), 0)
	if got.Total != count || got.Rewritten != count || got.Waits > 0 {
		t.Errorf("report: %+v", got)
	}
	if expired.Load() != 1 {
		t.Errorf("%d lists have expired, want 1", expired.Load())
	}
	expectStored(t, namespace, map[string]int{newKey: count})
}

// age turns a token into one of the oldest revision, which is compacted.
func age(t *testing.T, token string) string {
	t.Helper()
	content, err := base64.RawURLEncoding.DecodeString(token)
	must(t, err)
	var fields map[string]any
	must(t, json.Unmarshal(content, &fields))
	fields["rv"] = 1
	content, err = json.Marshal(fields)
	must(t, err)
	return base64.RawURLEncoding.EncodeToString(content)
}
