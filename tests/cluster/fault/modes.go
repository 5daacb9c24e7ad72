package fault

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Modes returns the names of all faults.
func Modes() []string { return slices.Sorted(maps.Keys(modes)) }

// modes answer a request in ways an API server should not, but proxies, load
// balancers and broken networks do.
var modes = map[string]http.HandlerFunc{
	"non-json":      textAnswer(200, "text/plain", "this is not JSON"),
	"empty":         textAnswer(200, "application/json", ""),
	"wrong-kind":    textAnswer(200, "application/json", `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"x"}}`),
	"wrong-types":   textAnswer(200, "application/json", `{"kind":"SecretList","apiVersion":"v1","metadata":[],"items":{"a":1}}`),
	"nul-bytes":     textAnswer(200, "application/json", "\x00\x00\x00\x00"),
	"deep-json":     textAnswer(200, "application/json", strings.Repeat("[", 1_000_000)),
	"same-continue": textAnswer(200, "application/json", `{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"5","continue":"again"},"items":[]}`),
	"html-502":      textAnswer(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>"),
	"unauthorized":  statusAnswer(401, "Unauthorized", "Unauthorized"),
	"forbidden":     statusAnswer(403, "Forbidden", "secrets is forbidden"),
	"conflict":      statusAnswer(409, "Conflict", "the object has been modified"),
	"expired":       statusAnswer(410, "Expired", "The provided continue parameter is too old"),
	"internal":      statusAnswer(500, "InternalError", "Internal error occurred: no matching prefix found"),
	"unavailable":   statusAnswer(503, "ServiceUnavailable", "the server is currently unable to handle the request"),
	"too-many":      tooMany,
	"redirect":      redirect,
	"truncated":     truncated,
	"closed":        closed,
	"endless":       endless,
	"hang":          hang,
}

func textAnswer(code int, contentType, body string) http.HandlerFunc {
	return func(response http.ResponseWriter, _ *http.Request) {
		response.Header().Set("Content-Type", contentType)
		response.WriteHeader(code)
		io.WriteString(response, body)
	}
}

func statusAnswer(code int, reason, message string) http.HandlerFunc {
	return textAnswer(code, "application/json", fmt.Sprintf(
		`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":%q,"reason":%q,"code":%d}`,
		message, reason, code))
}

// tooMany is what priority and fairness answers: no Status, but plain text.
func tooMany(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("Retry-After", "1")
	textAnswer(429, "text/plain", "Too many requests, please try again later.\n")(response, request)
}

// redirect would carry a token to another host if it were followed.
func redirect(response http.ResponseWriter, request *http.Request) {
	http.Redirect(response, request, "https://elsewhere.invalid"+request.URL.Path, http.StatusFound)
}

// truncated promises more than it sends. Leaving the handler early makes the
// server break the connection (HTTP/1) or reset the stream (HTTP/2).
func truncated(response http.ResponseWriter, _ *http.Request) {
	const begin = `{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"`
	response.Header().Set("Content-Type", "application/json")
	response.Header().Set("Content-Length", "100000")
	io.WriteString(response, begin)
	http.NewResponseController(response).Flush()
	panic(http.ErrAbortHandler)
}

// closed ends the connection without an answer.
func closed(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// endless sends a list that never ends, until the client has had enough.
func endless(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("Content-Type", "application/json")
	io.WriteString(response, `{"kind":"SecretList","apiVersion":"v1","metadata":{},"items":[`)
	item := strings.Repeat(`{"metadata":{"name":"a","namespace":"b"}},`, 100)
	for request.Context().Err() == nil {
		if _, err := io.WriteString(response, item); err != nil {
			return
		}
	}
}

// hang accepts the request and never answers.
func hang(_ http.ResponseWriter, request *http.Request) { <-request.Context().Done() }
