package harness

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// State is what other processes need to know of a running cluster; it is in
// cluster.json in its directory.
type State struct {
	Dir         string              `json:"dir"`
	PID         int                 `json:"pid"`
	Control     string              `json:"control,omitempty"` // unix socket of `up`
	CA          string              `json:"ca"`
	HostName    string              `json:"hostName"`
	Etcd        EtcdState           `json:"etcd"`
	Servers     []ServerState       `json:"servers"`
	Kubeconfigs map[string]string   `json:"kubeconfigs"`   // by user, first server
	KMS         map[string]KMSState `json:"kms,omitempty"` // by name
}

// EtcdState describes the etcd; the files are for clients, and only with TLS.
type EtcdState struct {
	PID      int    `json:"pid"`
	Endpoint string `json:"endpoint"`
	Log      string `json:"log"`
	DataDir  string `json:"dataDir"`
	TLS      bool   `json:"tls"`
	Cert     string `json:"cert"`
	Key      string `json:"key"`
}

// ServerState describes one API server.
type ServerState struct {
	PID         int               `json:"pid"`
	Running     bool              `json:"running"`
	Port        int               `json:"port"`
	URL         string            `json:"url"`
	Log         string            `json:"log"`
	Config      string            `json:"config,omitempty"` // encryption configuration it reads
	Kubeconfigs map[string]string `json:"kubeconfigs"`
}

// KMSState describes one KMS plugin.
type KMSState struct {
	PID     int    `json:"pid"`
	Socket  string `json:"socket"`
	Control string `json:"control"`
	Log     string `json:"log"`
}

// State describes the cluster as it is now.
func (c *Cluster) State() State {
	state := State{
		Dir: c.Dir, PID: os.Getpid(), CA: c.CAPath(), HostName: HostName,
		Kubeconfigs: c.kubeconfigPaths(0), KMS: map[string]KMSState{},
		Etcd: EtcdState{
			PID: c.Etcd.PID(), Endpoint: c.Etcd.Endpoint, Log: c.Etcd.process.logPath,
			DataDir: c.etcdDataDir(), TLS: c.options.EtcdTLS,
			Cert: c.authority.certPath("etcd-client"), Key: c.authority.keyPath("etcd-client"),
		},
	}
	for _, server := range c.Servers {
		state.Servers = append(state.Servers, server.state())
	}
	for _, plugin := range c.plugins {
		state.KMS[plugin.Options.Name] = KMSState{plugin.process.pid(), plugin.Socket(), plugin.control(), plugin.LogPath()}
	}
	return state
}

func (s *Server) state() ServerState {
	state := ServerState{
		PID: s.PID(), Running: s.Running(), Port: s.Port, URL: s.URL(), Log: s.LogPath(),
		Kubeconfigs: s.cluster.kubeconfigPaths(s.Index),
	}
	if s.Options.Encryption != "" {
		state.Config = s.ConfigPath()
	}
	return state
}

func (c *Cluster) kubeconfigPaths(server int) map[string]string {
	paths := map[string]string{}
	for _, user := range Users {
		paths[user] = c.Kubeconfig(user, server)
	}
	return paths
}

func statePath(dir string) string { return filepath.Join(dir, "cluster.json") }

// Write puts the state into the directory of the cluster, whole or not at all.
func (s State) Write() error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	temporary := statePath(s.Dir) + ".new"
	if err := os.WriteFile(temporary, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, statePath(s.Dir))
}

// ReadState reads the state of the cluster in a directory.
func ReadState(dir string) (State, error) {
	var state State
	text, err := os.ReadFile(statePath(dir))
	if err != nil {
		return state, err
	}
	return state, json.Unmarshal(text, &state)
}

// OpenStore connects to the etcd of a cluster that another process runs.
func (s State) OpenStore() (*Store, error) {
	if !s.Etcd.TLS {
		return OpenStore(s.Etcd.Endpoint, nil)
	}
	config, err := ClientTLS(filepath.Join(s.Dir, "pki"), "etcd-client")
	if err != nil {
		return nil, err
	}
	return OpenStore(s.Etcd.Endpoint, config)
}
