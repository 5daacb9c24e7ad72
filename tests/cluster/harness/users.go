package harness

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The users of a cluster. Each has a kubeconfig of its name.
const (
	Admin     = "admin"      // system:masters: exempt from authorization and fairness
	AdminCert = "admin-cert" // the same by client certificate instead of token
	Fair      = "fair"       // may do everything, but waits its turn like any user
	FairCert  = "fair-cert"  // the same by client certificate
	Nobody    = "nobody"     // authenticated, without any right
)

// Users lists all users, for whoever writes something for each of them.
var Users = []string{Admin, AdminCert, Fair, FairCert, Nobody}

// Tokens are fixed: the servers listen on loopback and hold nothing of value,
// and a fixed token is easy to search for where no token should appear.
var tokens = map[string]string{
	Admin:  "admin-token-0123456789abcdef",
	Fair:   "fair-token-0123456789abcdef",
	Nobody: "nobody-token-0123456789abcdef",
}

var groups = map[string]string{Admin: "system:masters"}

// certificateUsers maps the users with a client certificate to their names at
// the API server.
var certificateUsers = map[string]string{AdminCert: Admin, FairCert: Fair}

// Token returns the bearer token of a user, "" for one with a certificate.
func Token(user string) string { return tokens[user] }

func writeTokenFile(path string) error {
	var lines strings.Builder
	for _, user := range []string{Admin, Fair, Nobody} {
		fmt.Fprintf(&lines, "%s,%s,uid-%s,\"%s\"\n", tokens[user], user, user, groups[user])
	}
	return os.WriteFile(path, []byte(lines.String()), 0o600)
}

func (a *authority) issueUsers() error {
	for name, user := range certificateUsers {
		var organisations []string
		if groups[user] != "" {
			organisations = []string{groups[user]}
		}
		if err := a.issueClient(name, user, organisations...); err != nil {
			return err
		}
	}
	return nil
}

// bindFairUser gives the fair user the rights of cluster-admin: enough for
// everything, yet not system:masters, which priority and fairness let pass.
func bindFairUser(ctx context.Context, client *Client) error {
	binding := `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding",
		"metadata":{"name":"fair"},
		"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},
		"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"fair"}]}`
	_, err := client.Do(ctx, "POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", []byte(binding))
	return ignoreStatus(err, 409)
}

// writeKubeconfigs writes one per user for a server; the plain names are those
// of the first server, the others have its index appended.
func (c *Cluster) writeKubeconfigs(server *Server) error {
	if err := os.MkdirAll(filepath.Join(c.Dir, "kubeconfig"), 0o700); err != nil {
		return err
	}
	for _, user := range Users {
		content, err := c.kubeconfig(server, user)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Kubeconfig(user, server.Index), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Kubeconfig returns the path of the kubeconfig of a user for a server.
func (c *Cluster) Kubeconfig(user string, server int) string {
	if server > 0 {
		user = fmt.Sprintf("%s-%d", user, server)
	}
	return filepath.Join(c.Dir, "kubeconfig", user)
}

func (c *Cluster) kubeconfig(server *Server, user string) (string, error) {
	credentials := "    token: " + tokens[user]
	if _, withCertificate := certificateUsers[user]; withCertificate {
		certificate, err := encodedFile(c.authority.certPath(user))
		if err != nil {
			return "", err
		}
		key, err := encodedFile(c.authority.keyPath(user))
		if err != nil {
			return "", err
		}
		credentials = "    client-certificate-data: " + certificate + "\n    client-key-data: " + key
	}
	ca := base64.StdEncoding.EncodeToString(c.authority.pem)
	return fmt.Sprintf(kubeconfigTemplate, ca, server.URL(), user, user, user, user, credentials), nil
}

const kubeconfigTemplate = `apiVersion: v1
kind: Config
clusters:
- name: kencrypt
  cluster:
    certificate-authority-data: %s
    server: %s
contexts:
- name: %s
  context: {cluster: kencrypt, user: %s, namespace: default}
current-context: %s
users:
- name: %s
  user:
%s
`

func encodedFile(path string) (string, error) {
	content, err := os.ReadFile(path)
	return base64.StdEncoding.EncodeToString(content), err
}
