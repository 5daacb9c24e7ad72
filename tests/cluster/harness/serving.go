package harness

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

// Serving is the certificate of a server of one's own that a client reaches with
// a kubeconfig, for stand-ins of an API server.
type Serving struct {
	Certificate tls.Certificate

	authority *authority
	dir       string
}

// NewServing makes a CA and a serving certificate in a directory.
func NewServing(dir string) (*Serving, error) {
	authority, err := newAuthority(dir)
	if err != nil {
		return nil, err
	}
	if err := authority.issueServing("serving"); err != nil {
		return nil, err
	}
	return loadServing(authority, dir)
}

// Serving is that of the cluster's own API servers, for what stands in front of them: a client that trusts the one
// trusts the others. Kubeconfigs are written into the directory.
func (c *Cluster) Serving(dir string) (*Serving, error) { return loadServing(c.authority, dir) }

func loadServing(authority *authority, dir string) (*Serving, error) {
	pair, err := tls.LoadX509KeyPair(authority.certPath("serving"), authority.keyPath("serving"))
	return &Serving{pair, authority, dir}, err
}

// WriteKubeconfig writes one for the admin, into the directory.
func (s *Serving) WriteKubeconfig(url string) (string, error) {
	ca := base64.StdEncoding.EncodeToString(s.authority.pem)
	path := filepath.Join(s.dir, "kubeconfig")
	text := fmt.Sprintf(kubeconfigTemplate, ca, url, Admin, Admin, Admin, Admin, "    token: "+tokens[Admin])
	return path, os.WriteFile(path, []byte(text), 0o600)
}
