// Package harness starts and stops one etcd with any number of API servers on
// it, and reads what is really in etcd. It starts the multi-call binary and
// links none of the servers, so that what imports it compiles in seconds.
package harness

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// Cluster is one etcd and the API servers on it.
type Cluster struct {
	Dir     string
	Servers []*Server
	Etcd    *Etcd

	options   Options
	managers  []*ControllerManager
	plugins   []*KMSPlugin
	binary    string
	authority *authority
	lock      *os.File
	temporary bool
	store     *Store
}

// New starts a cluster and waits until every API server is ready. On error
// nothing is left running.
func New(options Options) (*Cluster, error) {
	if err := options.complete(); err != nil {
		return nil, err
	}
	cluster := &Cluster{Dir: options.Dir, options: options, binary: options.Binary}
	if err := cluster.start(); err != nil {
		cluster.temporary = false // the logs are worth more than a clean disk
		cluster.Close()
		return nil, err
	}
	return cluster, nil
}

func (c *Cluster) start() error {
	if err := c.prepare(); err != nil {
		return err
	}
	etcd, err := c.startEtcd()
	if err != nil {
		return err
	}
	c.Etcd = etcd
	if c.store, err = c.openStore(); err != nil {
		return err
	}
	if err := c.startPlugins(); err != nil {
		return err
	}
	if err := c.startServers(); err != nil {
		return err
	}
	return c.bootstrap()
}

// startServers starts the first one alone: it writes the roles and namespaces
// that the others would race for. The others start at the same time.
func (c *Cluster) startServers() error {
	for i, options := range c.options.Servers {
		c.Servers = append(c.Servers, &Server{Index: i, Options: options, cluster: c})
	}
	if err := c.Servers[0].start(); err != nil {
		return err
	}
	rest := c.Servers[1:]
	results := make(chan error, len(rest))
	for _, server := range rest {
		go func() { results <- server.start() }()
	}
	var problems error
	for range rest {
		problems = errors.Join(problems, <-results)
	}
	return problems
}

func (c *Cluster) prepare() (err error) {
	if c.Dir == "" {
		c.temporary = true
		if c.Dir, err = makeTempDir(); err != nil {
			return err
		}
	}
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		return err
	}
	if err = os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	if c.lock, err = lockDir(c.Dir); err != nil {
		return err
	}
	if c.options.EtcdData != "" {
		if err = os.Rename(c.options.EtcdData, c.etcdDataDir()); err != nil {
			return err
		}
	}
	return c.writeCredentials()
}

func (c *Cluster) etcdDataDir() string { return filepath.Join(c.Dir, "etcd") }

func (c *Cluster) writeCredentials() (err error) {
	if c.authority, err = newAuthority(filepath.Join(c.Dir, "pki")); err != nil {
		return err
	}
	if err = c.authority.issueServing("serving"); err != nil {
		return err
	}
	if err = c.authority.issueClient("etcd-client", "etcd-client"); err != nil {
		return err
	}
	if err = c.authority.issueServiceAccountKey(); err != nil {
		return err
	}
	if err = c.authority.issueUsers(); err != nil {
		return err
	}
	return writeTokenFile(c.tokenPath())
}

func (c *Cluster) tokenPath() string { return filepath.Join(c.Dir, "pki", "tokens.csv") }

// CAPath is the certificate of the authority behind all servers of the cluster.
func (c *Cluster) CAPath() string { return c.authority.caPath() }

// bootstrap adds what "ready" does not promise yet: the namespace "default" and
// the rights of the fair user.
func (c *Cluster) bootstrap() error {
	client, err := c.Client(Admin)
	if err != nil {
		return err
	}
	ctx := context.Background()
	err = c.Servers[0].process.waitReady(c.options.ReadyTimeout, func() error {
		_, err := client.Do(ctx, "GET", "/api/v1/namespaces/default", nil)
		return err
	})
	if err != nil {
		return err
	}
	return bindFairUser(ctx, client)
}

// Client returns a client of the first API server.
func (c *Cluster) Client(user string) (*Client, error) {
	return NewClient(c.Kubeconfig(user, 0))
}

// ReadEtcd returns what is stored below a prefix, see Store.Read.
func (c *Cluster) ReadEtcd(prefix string) ([]Entry, error) { return c.store.Read(prefix) }

// WriteEtcd plants a value.
func (c *Cluster) WriteEtcd(key string, value []byte) error { return c.store.Write(key, value) }

// DeleteEtcd removes a key.
func (c *Cluster) DeleteEtcd(key string) error { return c.store.Delete(key) }

// Store is the connection to etcd behind ReadEtcd and its like.
func (c *Cluster) Store() *Store { return c.store }

// Close ends everything and removes a temporary directory.
func (c *Cluster) Close() error {
	if c.store != nil {
		c.store.Close()
	}
	for _, manager := range c.managers {
		manager.Stop()
	}
	// Nothing in here is to be kept, and an orderly end of an API server takes
	// seconds: it waits for its watches.
	for _, server := range c.Servers {
		server.Kill()
	}
	for _, plugin := range c.plugins {
		plugin.Kill()
	}
	if c.Etcd != nil {
		c.Etcd.process.kill()
	}
	var err error
	if c.temporary {
		err = os.RemoveAll(c.Dir)
	}
	if c.lock != nil {
		c.lock.Close()
	}
	return err
}
