package cmdline

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

type object = map[string]any

// recorder is an API server in front of which both programs can be seen: it has
// no Secrets, remembers every request, and serves any document as an object.
type recorder struct {
	server *httptest.Server

	lock      sync.Mutex
	requests  []*http.Request
	documents map[string]any // by path
	secrets   []any
	warnings  []string // of every answer
	code      int      // of every answer but discovery, if not 0
}

func startRecorder(t *testing.T) *recorder {
	t.Helper()
	r := &recorder{documents: map[string]any{}, secrets: []any{}}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	resource := func(name, kind string, namespaced bool) object {
		return object{"name": name, "singularName": strings.ToLower(kind), "namespaced": namespaced, "kind": kind,
			"verbs": []string{"get", "list", "update"}}
	}
	r.documents["/api"] = object{"kind": "APIVersions", "versions": []string{"v1"}}
	r.documents["/api/v1"] = object{"kind": "APIResourceList", "groupVersion": "v1",
		"resources": []any{resource("secrets", "Secret", true)}}
	version := object{"groupVersion": "kubectl-encrypt/v1", "version": "v1"}
	r.documents["/apis"] = object{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{
		object{"name": "kubectl-encrypt", "versions": []any{version}, "preferredVersion": version}}}
	r.documents["/apis/kubectl-encrypt/v1"] = object{"kind": "APIResourceList", "groupVersion": "kubectl-encrypt/v1",
		"resources": []any{resource("documents", "Document", false)}}
	return r
}

func (r *recorder) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.requests = append(r.requests, request)
	response.Header().Set("Content-Type", "application/json")
	for _, text := range r.warnings {
		response.Header().Add("Warning", fmt.Sprintf("299 - %q", text))
	}
	if document, found := r.documents[request.URL.Path]; found {
		json.NewEncoder(response).Encode(document)
		return
	}
	if r.code != 0 {
		response.WriteHeader(r.code)
		return
	}
	if strings.HasSuffix(request.URL.Path, "/secrets") {
		json.NewEncoder(response).Encode(object{"kind": "SecretList", "apiVersion": "v1", "metadata": object{"resourceVersion": "1"}, "items": r.secrets})
		return
	}
	name := request.URL.Path[strings.LastIndex(request.URL.Path, "/")+1:]
	response.WriteHeader(http.StatusNotFound)
	json.NewEncoder(response).Encode(object{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404,
		"message": fmt.Sprintf("secrets %q not found", name)})
}

// take returns the requests since the last call.
func (r *recorder) take() []*http.Request {
	r.lock.Lock()
	defer r.lock.Unlock()
	requests := r.requests
	r.requests = nil
	return requests
}

// kubeconfig leads to it.
func (r *recorder) kubeconfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	text, err := json.Marshal(object{"apiVersion": "v1", "kind": "Config", "current-context": "x",
		"clusters": []any{object{"name": "c", "cluster": object{"server": r.server.URL}}},
		"users":    []any{object{"name": "u", "user": object{}}},
		"contexts": []any{object{"name": "x", "context": object{"cluster": "c", "user": "u"}}}})
	kit.Must(t, err)
	kit.Must(t, os.WriteFile(path, text, 0o600))
	return path
}
