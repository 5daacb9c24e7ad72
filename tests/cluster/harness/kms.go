package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kubectl-encrypt/tests/cluster/kmsplugin"
)

// FirstKeyID is the key that a KMS plugin begins with.
const FirstKeyID = "kek-1"

// kmsPlace stands in a configuration for the directory of the plugins' sockets: configurations are written down
// before there is a cluster.
const kmsPlace = "{kms}"

// KMSv2 is the plugin of this name among Options.KMS of the cluster that the configuration is given to.
func KMSv2(name string) Provider { return KMS(name, kmsPlace+"/"+name+".sock") }

// KMSv1 is KMSv2 for the deprecated version 1, which the plugin speaks at the same socket; API servers need AllowKMSv1
// among their flags.
func KMSv1(name string) Provider {
	provider := KMSv2(name)
	provider.Version = "v1"
	return provider
}

// AllowKMSv1 is the flag without which an API server refuses a configuration with KMS v1, since 1.29.
const AllowKMSv1 = "--feature-gates=KMSv1=true"

// KMSOptions describe one KMS plugin of a cluster.
type KMSOptions struct {
	Name  string // in EncryptionConfigurations
	KeyID string // that encrypts at first, "" = FirstKeyID
}

// KMSPlugin is a KMS plugin in a process of its own. Its sockets stay the same over restarts.
type KMSPlugin struct {
	*kmsplugin.Control
	Options KMSOptions

	cluster *Cluster
	process *process
}

// KMS returns a plugin of the cluster, nil if it has none of this name.
func (c *Cluster) KMS(name string) *KMSPlugin {
	for _, plugin := range c.plugins {
		if plugin.Options.Name == name {
			return plugin
		}
	}
	return nil
}

func (c *Cluster) kmsDir() string { return filepath.Join(c.Dir, "kms") }

// fillIn makes a configuration one of this cluster.
func (c *Cluster) fillIn(configuration string) string {
	return strings.ReplaceAll(configuration, kmsPlace, c.kmsDir())
}

// startPlugins comes before the API servers, which would wait for them.
func (c *Cluster) startPlugins() error {
	if err := os.MkdirAll(c.kmsDir(), 0o700); err != nil {
		return err
	}
	for _, options := range c.options.KMS {
		if options.KeyID == "" {
			options.KeyID = FirstKeyID
		}
		plugin := &KMSPlugin{Options: options, cluster: c}
		plugin.Control = kmsplugin.NewControl(plugin.control())
		c.plugins = append(c.plugins, plugin)
		if err := plugin.Start(); err != nil {
			return err
		}
	}
	return nil
}

// Socket is what API servers call.
func (p *KMSPlugin) Socket() string { return filepath.Join(p.cluster.kmsDir(), p.Options.Name+".sock") }

func (p *KMSPlugin) control() string {
	return filepath.Join(p.cluster.kmsDir(), p.Options.Name+".control")
}

// LogPath is the file with its output.
func (p *KMSPlugin) LogPath() string {
	return filepath.Join(p.cluster.kmsDir(), p.Options.Name+".log")
}

// Running tells whether the process is there.
func (p *KMSPlugin) Running() bool { return p.process != nil && p.process.running() }

// Start starts a stopped plugin with the key of its options, and waits until it serves.
func (p *KMSPlugin) Start() (err error) {
	if p.Running() {
		return fmt.Errorf("the KMS plugin %s runs already", p.Options.Name)
	}
	p.process, err = startProcess("KMS plugin "+p.Options.Name, p.LogPath(), p.cluster.binary,
		"kms-plugin", "--socket="+p.Socket(), "--control="+p.control(), "--key-id="+p.Options.KeyID)
	if err != nil {
		return err
	}
	return p.process.waitReady(p.cluster.options.ReadyTimeout, p.Healthy)
}

// Kill ends the plugin at once: API servers find nobody at its socket.
func (p *KMSPlugin) Kill() {
	if p.process != nil {
		p.process.kill()
	}
}

// Rotate makes another key the one that encrypts. API servers that speak v2 learn of it when they next ask for the
// status: within a minute by themselves, sooner if their health is asked for, see KMSHealth. Those that speak v1 never
// learn of it, and all that they write from now on is under it.
func (p *KMSPlugin) Rotate(keyID string) error {
	p.Options.KeyID = keyID
	return p.Change(func(settings *kmsplugin.Settings) { settings.KeyID = keyID })
}

// Refuse makes the plugin fail every call, or answer again.
func (p *KMSPlugin) Refuse(refuse bool) error {
	return p.Change(func(settings *kmsplugin.Settings) { settings.Refuse = refuse })
}

// KMSHealth is the API server's opinion of its KMS v2 plugins, an error if it is not "ok". It asks them for their
// status unless it has done so in the last 20 s (3 s after a failure), and takes a new key into use when it learns of
// one. Where KMS v1 is in use as well there is none, unless the configuration is reloaded by itself.
func (s *Server) KMSHealth() error {
	client, err := s.Client(Admin)
	if err != nil {
		return err
	}
	return client.ok("/healthz/kms-providers")
}
