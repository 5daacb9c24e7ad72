package fault

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func start(t *testing.T, rule Rule) (*Server, *httptest.Server) {
	t.Helper()
	server, err := New(rule)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(server)
	web.EnableHTTP2 = true
	web.StartTLS()
	t.Cleanup(web.Close)
	return server, web
}

// Every mode has to do something that is no good answer to a list of Secrets.
func TestEveryModeAnswersWrongly(t *testing.T) {
	_, web := start(t, Rule{Mode: "empty"})
	client := web.Client()
	client.Timeout = 2 * time.Second
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, mode := range Modes() {
		response, err := client.Get(web.URL + "/" + mode + "/api/v1/secrets")
		if err != nil {
			continue
		}
		const enough = 1 << 20
		body, err := io.ReadAll(io.LimitReader(response.Body, enough))
		response.Body.Close()
		good := response.StatusCode == 200 && err == nil && len(body) < enough && strings.Contains(string(body), `"items":[`)
		if good && mode != "same-continue" {
			t.Errorf("%s: HTTP %d %.80q", mode, response.StatusCode, body)
		}
	}
}

func TestOnlyChosenRequestsGoWrong(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		io.WriteString(response, "right "+request.Header.Get("Authorization"))
	}))
	defer upstream.Close()
	server, web := start(t, Rule{Mode: "html-502", Match: "^PUT ", Skip: 1, Times: 2})
	target, _ := url.Parse(upstream.URL)
	server.Upstream(target, nil)
	var got []int
	for _, method := range []string{"PUT", "GET", "PUT", "GET", "PUT", "PUT"} {
		request, _ := http.NewRequest(method, web.URL+"/api", nil)
		request.Header.Set("Authorization", "token")
		response, err := web.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode == 200 && string(body) != "right token" {
			t.Errorf("upstream's answer arrived as %q", body)
		}
		got = append(got, response.StatusCode)
	}
	want := []int{200, 200, 502, 200, 502, 200}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("status codes %v, want %v", got, want)
		}
	}
}

func TestUnknownModeIsRefused(t *testing.T) {
	if _, err := New(Rule{Mode: "no-such-mode"}); err == nil {
		t.Error("accepted")
	}
}
