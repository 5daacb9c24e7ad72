package states

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/plugin"
)

// allDoors makes it an error that the plugin lacks one.
const allDoors = "KENCRYPT_STATES_ALL"

// etcdDoors are those past the API server, as far as `status --help` has their flags.
func etcdDoors(t *testing.T) []door {
	t.Helper()
	help, err := plugin.Do(plugin.Run{Args: []string{"status", "--help"}, Bare: true})
	kit.Must(t, err)
	var present []door
	for flag, one := range map[string]door{
		"--etcd-endpoints": {"etcd", kindNames(), true, etcd},
		"--snapshot":       {"snapshot", kindNames(), true, snapshot},
	} {
		switch {
		case strings.Contains(help.Stdout, flag+"="):
			present = append(present, one)
		case os.Getenv(allDoors) == "1":
			t.Errorf("the plugin has no %s, and %s=1 wants all doors", flag, allDoors)
		}
	}
	return present
}

func etcd(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	args := []string{"--config", cluster.Servers[0].ConfigPath(), "--etcd-endpoints", cluster.Etcd.Endpoint}
	if state := cluster.State(); state.Etcd.TLS {
		args = append(args, "--etcd-cacert", state.CA, "--etcd-cert", state.Etcd.Cert, "--etcd-key", state.Etcd.Key)
	}
	return status(t, cluster, args...)
}

// snapshot is what `etcdctl snapshot save` writes, of the version of etcd that the cluster has.
func snapshot(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "snapshot.db"))
	kit.Must(t, err)
	defer os.Remove(file.Name()) // hundreds of them would fill the disk
	kit.Must(t, cluster.Store().Snapshot(file))
	kit.Must(t, file.Close())
	return status(t, cluster, "--config", cluster.Servers[0].ConfigPath(), "--snapshot", file.Name())
}
