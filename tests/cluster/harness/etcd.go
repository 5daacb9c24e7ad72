package harness

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

const portRetries = 5

// Etcd is the one etcd of a cluster.
type Etcd struct {
	Endpoint     string // URL for clients
	HTTPEndpoint string // URL of the JSON gateway, /health and /metrics; often the same

	process *process
}

// PID is the process id.
func (e *Etcd) PID() int { return e.process.pid() }

// Stop asks etcd to end, as an administrator would who wants to copy its files, and waits until it has.
func (e *Etcd) Stop() { e.process.stop() }

// startEtcd tries other ports when somebody else took those it had chosen.
func (c *Cluster) startEtcd() (*Etcd, error) {
	for try := 1; ; try++ {
		etcd, err := c.tryEtcd()
		if err == nil {
			return etcd, nil
		}
		if try == portRetries || etcd == nil || !etcd.process.portTaken() {
			if etcd != nil {
				etcd.process.kill()
			}
			return nil, err
		}
	}
}

func (c *Cluster) tryEtcd() (*Etcd, error) {
	etcd, peer, err := c.etcdAddresses()
	if err != nil {
		return nil, err
	}
	binary, err := etcdBinary(c.options.EtcdVersion, c.binary)
	if err != nil {
		return nil, err
	}
	args := append([]string{"etcd"}, c.etcdFlags(etcd, peer)...)
	etcd.process, err = startProcess("etcd", filepath.Join(c.Dir, "etcd.log"), binary, args...)
	if err != nil {
		return nil, err
	}
	return etcd, etcd.process.waitReady(c.options.ReadyTimeout, c.etcdReady(etcd.HTTPEndpoint))
}

// etcdAddresses chooses ports.
func (c *Cluster) etcdAddresses() (etcd *Etcd, peer string, err error) {
	scheme := "http://"
	if c.options.EtcdTLS {
		scheme = "https://"
	}
	client, err := choosePort()
	if err != nil {
		return nil, "", err
	}
	peerPort, err := choosePort()
	if err != nil {
		return nil, "", err
	}
	etcd = &Etcd{Endpoint: scheme + loopback(client), HTTPEndpoint: scheme + loopback(client)}
	if c.options.EtcdHTTP {
		port, err := choosePort()
		if err != nil {
			return nil, "", err
		}
		etcd.HTTPEndpoint = scheme + loopback(port)
	}
	return etcd, "http://" + loopback(peerPort), nil
}

// etcdFlags trade safety against a power cut, which no test has, for speed.
func (c *Cluster) etcdFlags(etcd *Etcd, peer string) []string {
	flags := []string{
		"--name=kencrypt",
		"--data-dir=" + c.etcdDataDir(),
		"--listen-client-urls=" + etcd.Endpoint,
		"--advertise-client-urls=" + etcd.Endpoint,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=kencrypt=" + peer,
		"--unsafe-no-fsync",
		"--quota-backend-bytes=8589934592",
		fmt.Sprintf("--max-txn-ops=%d", largestTransaction),
		"--log-level=warn",
	}
	if c.options.EtcdHTTP {
		flags = append(flags, "--listen-client-http-urls="+etcd.HTTPEndpoint)
	}
	if !c.options.EtcdTLS {
		return flags
	}
	return append(flags,
		"--cert-file="+c.authority.certPath("serving"),
		"--key-file="+c.authority.keyPath("serving"),
		"--trusted-ca-file="+c.authority.caPath(),
		"--client-cert-auth",
	)
}

func (c *Cluster) etcdReady(endpoint string) func() error {
	config, err := c.etcdClientTLS()
	client := &http.Client{Timeout: time.Second, Transport: newTransport(config)}
	return func() error {
		if err != nil {
			return err
		}
		return expectOK(client, endpoint+"/health")
	}
}

func expectOK(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: HTTP %d: %s", url, response.StatusCode, body)
	}
	return nil
}

func (c *Cluster) openStore() (*Store, error) {
	config, err := c.etcdClientTLS()
	if err != nil {
		return nil, err
	}
	return OpenStore(c.Etcd.Endpoint, config)
}

// etcdClientTLS is nil for an etcd without TLS.
func (c *Cluster) etcdClientTLS() (*tls.Config, error) {
	if !c.options.EtcdTLS {
		return nil, nil
	}
	return ClientTLS(filepath.Join(c.Dir, "pki"), "etcd-client")
}

// ClientTLS loads the CA and a client certificate from a cluster's pki directory.
func ClientTLS(dir, name string) (*tls.Config, error) {
	files := authority{dir: dir}
	ca, err := os.ReadFile(files.caPath())
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(files.certPath(name), files.keyPath(name))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	return &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}, nil
}
