package kmsplugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const controlTimeout = 10 * time.Second

// Control changes a plugin that runs, over its control socket.
type Control struct{ client http.Client }

// NewControl does not connect yet.
func NewControl(socket string) *Control {
	return &Control{http.Client{Timeout: controlTimeout, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
		DisableKeepAlives: true, // a plugin that is started again listens at a new socket
	}}}
}

// State asks for the settings and the counts.
func (c *Control) State() (state State, err error) {
	answer, err := c.do("GET", "/state", nil)
	if err == nil {
		err = json.Unmarshal(answer, &state)
	}
	return state, err
}

// Set replaces the settings.
func (c *Control) Set(settings Settings) error {
	body, err := json.Marshal(settings)
	if err == nil {
		_, err = c.do("PUT", "/settings", body)
	}
	return err
}

// Change changes what is there. There is one tester at a time.
func (c *Control) Change(change func(*Settings)) error {
	state, err := c.State()
	if err != nil {
		return err
	}
	change(&state.Settings)
	return c.Set(state.Settings)
}

// Healthy is an error if the plugin is not.
func (c *Control) Healthy() error {
	_, err := c.do("GET", "/healthz", nil)
	return err
}

func (c *Control) do(method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequest(method, "http://kms-plugin"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("KMS plugin, %s %s: HTTP %d: %s", method, path, response.StatusCode, bytes.TrimSpace(answer))
	}
	return answer, err
}
