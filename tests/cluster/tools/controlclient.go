package tools

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

func restartServer(args []string) error {
	flags := newFlags("restart-apiserver")
	dir := flags.String("dir", "", "directory of the cluster")
	server := flags.Int("server", 0, "index of the API server, -1 for all of them")
	config := flags.String("config", "", "EncryptionConfiguration file or none; without it the server keeps its own")
	kill := flags.Bool("kill", false, "SIGKILL instead of an orderly stop")
	reload := flags.String("reload", "", "true or false: automatic reload of the configuration; without it as before")
	ready := flags.String("ready-path", "", readyHelp)
	if err := parse(flags, args, 0, "dir"); err != nil {
		return err
	}
	wanted := request{Server: *server, Kill: *kill, Keep: *config == "", Ready: *ready}
	if *reload != "" {
		wanted.Reload = new(bool)
		*wanted.Reload = *reload == "true"
	}
	if *config != "" {
		text, err := readConfig(*config)
		if err != nil {
			return err
		}
		wanted.Config = text
	}
	return post(*dir, "/restart", wanted)
}

func stopServer(args []string) error {
	flags := newFlags("stop-apiserver")
	dir := flags.String("dir", "", "directory of the cluster")
	server := flags.Int("server", 0, "index of the API server, -1 for all of them")
	kill := flags.Bool("kill", false, "SIGKILL instead of an orderly stop")
	if err := parse(flags, args, 0, "dir"); err != nil {
		return err
	}
	return post(*dir, "/stop", request{Server: *server, Kill: *kill})
}

// down returns when all processes of the cluster are gone.
func down(args []string) error {
	flags := newFlags("down")
	dir := flags.String("dir", "", "directory of the cluster")
	if err := parse(flags, args, 0, "dir"); err != nil {
		return err
	}
	if err := post(*dir, "/down", request{}); err != nil {
		return err
	}
	return harness.WaitReleased(*dir, 30*time.Second)
}

func post(dir, path string, wanted request) error {
	state, err := harness.ReadState(dir)
	if err != nil {
		return err
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", state.Control)
		},
	}}
	response, err := client.Post("http://up"+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("no cluster runs in %s: %w", dir, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		message, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s", strings.TrimSpace(string(message)))
	}
	return nil
}
