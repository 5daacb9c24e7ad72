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
	pair, err := tls.LoadX509KeyPair(authority.certPath("serving"), authority.keyPath("serving"))
	return &Serving{pair, authority}, err
}

// WriteKubeconfig writes one for the admin, into the same directory.
func (s *Serving) WriteKubeconfig(url string) (string, error) {
	ca := base64.StdEncoding.EncodeToString(s.authority.pem)
	path := filepath.Join(s.authority.dir, "kubeconfig")
	text := fmt.Sprintf(kubeconfigTemplate, ca, url, Admin, Admin, Admin, Admin, "    token: "+tokens[Admin])
	return path, os.WriteFile(path, []byte(text), 0o600)
}
