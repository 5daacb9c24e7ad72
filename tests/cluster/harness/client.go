package harness

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// Client speaks to one API server in plain HTTP and JSON. client-go would add a
// rate limiter to switch off and a minute of compilation to every test run.
type Client struct {
	URL  string
	HTTP *http.Client

	token string
	tls   *tls.Config
}

// TLS is what the client trusts and shows, for others to use as well.
func (c *Client) TLS() *tls.Config { return c.tls.Clone() }

// StatusError is an answer other than 2xx.
type StatusError struct {
	Request string
	Code    int
	Header  http.Header
	Body    string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: HTTP %d: %.300s", e.Request, e.Code, e.Body)
}

// readTimeout is ample for one page or one object.
const readTimeout = 30 * time.Second

func ignoreStatus(err error, codes ...int) error {
	var status *StatusError
	if errors.As(err, &status) && slices.Contains(codes, status.Code) {
		return nil
	}
	return err
}

// newTransport asks for HTTP/2, which a transport with its own TLS settings
// does not do by itself, and does without compression: on loopback it costs
// more than it saves.
func newTransport(config *tls.Config) *http.Transport {
	return &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableCompression: true}
}

// ok is no error for a path that is answered with 200, whatever the body.
func (c *Client) ok(path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	_, err := c.Do(ctx, "GET", path, nil)
	return err
}

// Do sends a JSON request and returns the body of a 2xx answer.
func (c *Client) Do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	return c.DoWith(ctx, method, path, body, nil)
}

// DoWith is Do with headers of the caller's choice.
func (c *Client) DoWith(ctx context.Context, method, path string, body []byte, header map[string]string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode/100 != 2 {
		return nil, &StatusError{method + " " + path, response.StatusCode, response.Header, string(content)}
	}
	return content, nil
}

// Get decodes the answer of a GET into result.
func (c *Client) Get(ctx context.Context, path string, result any) error {
	content, err := c.Do(ctx, "GET", path, nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, result)
}
