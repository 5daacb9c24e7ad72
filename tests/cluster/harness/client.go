package harness

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
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

func ignoreStatus(err error, codes ...int) error {
	var status *StatusError
	if errors.As(err, &status) && slices.Contains(codes, status.Code) {
		return nil
	}
	return err
}

// kubeconfigFile is the part of a kubeconfig that those of a Cluster use.
type kubeconfigFile struct {
	CurrentContext string `json:"current-context"`
	Contexts       []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
	Clusters []struct {
		Name    string
		Cluster struct {
			Server     string
			CA         []byte `json:"certificate-authority-data"`
			ServerName string `json:"tls-server-name"`
		}
	}
	Users []struct {
		Name string
		User struct {
			Token       string
			Certificate []byte `json:"client-certificate-data"`
			Key         []byte `json:"client-key-data"`
		}
	}
}

// NewClient returns a client for the current context of a kubeconfig. Only
// what the kubeconfigs of this package hold is understood.
func NewClient(path string) (*Client, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file kubeconfigFile
	if err := yaml.Unmarshal(content, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	client, err := file.client()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return client, nil
}

func (f *kubeconfigFile) client() (*Client, error) {
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	client := &Client{tls: config}
	for _, context := range f.Contexts {
		if context.Name != f.CurrentContext {
			continue
		}
		for _, cluster := range f.Clusters {
			if cluster.Name == context.Context.Cluster {
				client.URL = strings.TrimSuffix(cluster.Cluster.Server, "/")
				config.RootCAs.AppendCertsFromPEM(cluster.Cluster.CA)
				config.ServerName = cluster.Cluster.ServerName
			}
		}
		for _, user := range f.Users {
			if user.Name == context.Context.User {
				client.token = user.User.Token
				if err := addCertificate(config, user.User.Certificate, user.User.Key); err != nil {
					return nil, err
				}
			}
		}
	}
	if client.URL == "" {
		return nil, fmt.Errorf("no server in the current context %q", f.CurrentContext)
	}
	client.HTTP = &http.Client{Timeout: time.Minute, Transport: newTransport(config)}
	return client, nil
}

func addCertificate(config *tls.Config, certificate, key []byte) error {
	if len(certificate) == 0 {
		return nil
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err == nil {
		config.Certificates = []tls.Certificate{pair}
	}
	return err
}

// newTransport asks for HTTP/2, which a transport with its own TLS settings
// does not do by itself, and does without compression: on loopback it costs
// more than it saves.
func newTransport(config *tls.Config) *http.Transport {
	return &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableCompression: true}
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
