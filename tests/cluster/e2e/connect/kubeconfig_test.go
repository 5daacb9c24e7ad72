package connect

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sigs.k8s.io/yaml"

	"kubectl-encrypt/tests/cluster/harness"
)

// object is a part of a kubeconfig; JSON is YAML.
type object = map[string]any

// config is a kubeconfig with one of each.
type config struct {
	cluster, user object
	context       object // "" fields are filled in
}

// good is a kubeconfig for the admin's token, with the CA as data.
func good(t *testing.T, cluster *harness.Cluster) config {
	t.Helper()
	return config{
		cluster: object{"server": cluster.Servers[0].URL(), "certificate-authority-data": encoded(read(t, cluster.CAPath()))},
		user:    object{"token": harness.Token(harness.Admin)},
	}
}

func (c config) write(t *testing.T) string {
	t.Helper()
	context := object{"cluster": "c", "user": "u"}
	for name, value := range c.context {
		context[name] = value
	}
	return writeObject(t, object{
		"apiVersion": "v1", "kind": "Config", "current-context": "x",
		"clusters": []any{object{"name": "c", "cluster": c.cluster}},
		"users":    []any{object{"name": "u", "user": c.user}},
		"contexts": []any{object{"name": "x", "context": context}},
	})
}

func writeObject(t *testing.T, content object) string {
	t.Helper()
	text, err := json.MarshalIndent(content, "", "  ")
	must(t, err)
	return writeText(t, "config", string(text))
}

func writeText(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	return string(content)
}

// pki is a file of the cluster's authority.
func pki(cluster *harness.Cluster, name string) string {
	return filepath.Join(filepath.Dir(cluster.CAPath()), name)
}

// authorityOf is the CA in a kubeconfig of the harness.
func authorityOf(t *testing.T, path string) string {
	t.Helper()
	var file struct {
		Clusters []struct {
			Cluster struct {
				CA []byte `json:"certificate-authority-data"`
			}
		}
	}
	must(t, yaml.Unmarshal([]byte(read(t, path)), &file))
	return string(file.Clusters[0].Cluster.CA)
}
