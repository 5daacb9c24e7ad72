package harness

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

// kubeconfigFile is the part of a kubeconfig that those of a Cluster use.
type kubeconfigFile struct {
	CurrentContext string `json:"current-context"`
	Contexts       []struct {
		Name    string
		Context struct{ Cluster, User string }
	}
	Clusters []struct {
		Name    string
		Cluster kubeconfigCluster
	}
	Users []struct {
		Name string
		User kubeconfigUser
	}
}

type kubeconfigCluster struct {
	Server     string
	CA         []byte `json:"certificate-authority-data"`
	ServerName string `json:"tls-server-name"`
}

type kubeconfigUser struct {
	Token       string
	Certificate []byte `json:"client-certificate-data"`
	Key         []byte `json:"client-key-data"`
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
	cluster, user := file.current()
	if cluster.Server == "" {
		return nil, fmt.Errorf("%s: no server in the current context %q", path, file.CurrentContext)
	}
	return newClient(cluster, user)
}

// current finds what the current context names; what it does not find is empty.
func (f *kubeconfigFile) current() (cluster kubeconfigCluster, user kubeconfigUser) {
	for _, context := range f.Contexts {
		if context.Name != f.CurrentContext {
			continue
		}
		for _, candidate := range f.Clusters {
			if candidate.Name == context.Context.Cluster {
				cluster = candidate.Cluster
			}
		}
		for _, candidate := range f.Users {
			if candidate.Name == context.Context.User {
				user = candidate.User
			}
		}
	}
	return cluster, user
}

func newClient(cluster kubeconfigCluster, user kubeconfigUser) (*Client, error) {
	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: cluster.ServerName}
	config.RootCAs.AppendCertsFromPEM(cluster.CA)
	if len(user.Certificate) > 0 {
		pair, err := tls.X509KeyPair(user.Certificate, user.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return &Client{
		URL:   strings.TrimSuffix(cluster.Server, "/"),
		HTTP:  &http.Client{Timeout: time.Minute, Transport: newTransport(config)},
		token: user.Token,
		tls:   config,
	}, nil
}
