package rewrite

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const canary = "cAnArY-51f0c2d9-must-not-be-seen"

// forbidden are the forms in which a Secret or the token could come out. Base64
// is without its end, which depends on what follows.
func forbiddenTexts() map[string]string {
	encode := func(text string) string {
		encoded := base64.StdEncoding.EncodeToString([]byte(text))
		return encoded[:len(encoded)-4]
	}
	return map[string]string{
		"the content":          canary,
		"the content, encoded": encode(canary),
		"its encoding, again":  encode(base64.StdEncoding.EncodeToString([]byte(canary))),
		"the token":            harness.Token(harness.Admin),
		"the token, encoded":   encode(harness.Token(harness.Admin)),
	}
}

func expectNoCanary(t *testing.T, what string, result plugin.Result) {
	t.Helper()
	for kind, text := range forbiddenTexts() {
		if at := strings.Index(result.All(), text); at >= 0 {
			t.Errorf("%s shows %s: ...%s", what, kind, result.All()[max(0, at-200):at+len(text)])
		}
	}
}

// createCanaries makes Secrets with the canary wherever content can be.
func createCanaries(t *testing.T) (namespace string) {
	t.Helper()
	namespace = freshPrefix()
	makeNamespace(t, namespace)
	encoded := base64.StdEncoding.EncodeToString([]byte(canary))
	applied := fmt.Sprintf(`{"apiVersion":"v1","kind":"Secret","data":{"token":%q},"stringData":{"plain":%q}}`, encoded, canary)
	for i := range 3 {
		create(t, harness.Secret{
			Metadata: harness.Metadata{Namespace: namespace, Name: fmt.Sprintf("canary-%d", i),
				Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": applied}},
			Type: "Opaque", Data: map[string][]byte{"token": []byte(canary), "encoded": []byte(encoded)}})
	}
	return namespace
}

func TestSecretsAreInNoOutput(t *testing.T) {
	namespace := createCanaries(t)
	for level := range 11 {
		checkSecretOutput(t, namespace, level)
	}
	for _, format := range []string{"json", "yaml"} {
		checkSecretOutput(t, namespace, 0, "-o", format)
		checkSecretOutput(t, namespace, 10, "-o", format)
	}
	for _, mode := range []string{"client", "server"} {
		result := rewrite(t, admin(t), namespace, "--dry-run="+mode, "-v=10")
		expectNoCanary(t, "--dry-run="+mode, result)
	}
	expectStored(t, namespace, map[string]int{newKey: 3})
}

func checkSecretOutput(t *testing.T, namespace string, level int, format ...string) {
	t.Helper()
	args := append([]string{"rewrite", "-n", namespace, "--yes", "-v", strconv.Itoa(level)}, format...)
	result := run(t, plugin.Run{Kubeconfig: admin(t), Args: args})
	if result.ExitCode != 0 {
		t.Errorf("%q: exit %d: %s", args, result.ExitCode, result.All())
	}
	expectNoCanary(t, fmt.Sprintf("%q", args), result)
}

// leaks answer with the content of Secrets where a client would like to quote
// what it did not understand. `content` is what the API server has answered,
// and for a replace call also what it was sent.
var leaks = map[string]func(response http.ResponseWriter, content []byte){
	"500 with text":      answer(500, "text/plain", "panic: ", ""),
	"500 with JSON":      answer(500, "application/json", `{"error":"cannot store","object":`, "}"),
	"400 with causes":    answer(400, "application/json", `{"kind":"Status","apiVersion":"v1","reason":"BadRequest","message":"no","code":400,"details":{"causes":[`, "]}}"),
	"404 with HTML":      answer(404, "text/html", "<html><pre>", "</pre></html>"),
	"200 with garbage":   answer(200, "application/json", "x", ""),
	"200 of other type":  answer(200, "application/json", `{"kind":`, "}"),
	"200 as a string":    answer(200, "application/json", "\"", "\""),
	"200 cut off":        cutOff,
	"200 broken off":     brokenOff,
	"429 with content":   answer(429, "text/plain", "", ""),
	"redirect":           answer(307, "text/plain", "", ""),
	"401 with content":   answer(401, "text/plain", "", ""),
	"wrong content type": answer(200, "text/plain", "<", ""),
}

func answer(code int, contentType, before, after string) func(http.ResponseWriter, []byte) {
	return func(response http.ResponseWriter, content []byte) {
		response.Header().Set("Content-Type", contentType)
		response.WriteHeader(code)
		fmt.Fprint(response, before, string(content), after)
	}
}

func cutOff(response http.ResponseWriter, content []byte) {
	response.Header().Set("Content-Type", "application/json")
	response.Write(content[:len(content)*2/3])
}

func brokenOff(response http.ResponseWriter, content []byte) {
	response.Header().Set("Content-Length", strconv.Itoa(len(content)*2))
	cutOff(response, content)
	http.NewResponseController(response).Flush()
	panic(http.ErrAbortHandler)
}

func TestSecretsAreInNoErrorMessage(t *testing.T) {
	namespace := createCanaries(t)
	for name, leak := range leaks {
		for _, match := range []string{listing, replacing, `^GET .*/secrets/`} {
			t.Run(name+" "+match, func(t *testing.T) {
				kubeconfig := serve(t, leaking(t, match, leak))
				args := []string{"--max-outage=1s", "-v=10"} // shows all that lower levels do
				if strings.HasSuffix(match, "/") {
					args = append(args, "canary-0", "canary-1")
				}
				result := rewrite(t, kubeconfig, namespace, args...)
				if result.ExitCode != 1 {
					t.Errorf("exit %d: %s", result.ExitCode, result.All())
				}
				expectNoCanary(t, name, result)
			})
		}
	}
	expectStored(t, namespace, map[string]int{oldKey: 3})
}

// leaking is the API server with some answers spoilt by what they would hold. A
// replace call does not get through.
func leaking(t *testing.T, match string, leak func(http.ResponseWriter, []byte)) http.Handler {
	t.Helper()
	next, chosen := upstream(t), matcher(match)
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if !chosen(request) {
			next.ServeHTTP(response, request)
			return
		}
		content, err := io.ReadAll(request.Body)
		if err == nil && request.Method == http.MethodGet {
			request.Header.Del("Accept-Encoding")
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, request)
			content = recorder.Body.Bytes()
		}
		if err != nil || !bytes.Contains(content, []byte(base64.StdEncoding.EncodeToString([]byte(canary)))) {
			t.Error("no canary to leak")
		}
		leak(response, content)
	})
}
