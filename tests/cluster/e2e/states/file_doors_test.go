package states

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/plugin"
)

// snapshot is what `etcdctl snapshot save` writes, of the version of etcd that the cluster has.
func snapshot(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	return inFile(t, cluster, func(path string) {
		file, err := os.Create(path)
		kit.Must(t, err)
		kit.Must(t, cluster.Store().Snapshot(file))
		kit.Must(t, file.Close())
	})
}

// database is a copy of member/snap/db.
func database(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	return inFile(t, cluster, func(path string) { copyDatabase(t, cluster, path) })
}

// largePages is what etcd writes on a machine whose pages have 16 KiB.
func largePages(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	const size = 16 << 10
	report := inFile(t, cluster, func(path string) {
		copyDatabase(t, cluster, path+".small")
		defer os.Remove(path + ".small")
		small, err := bolt.Open(path+".small", 0o600, &bolt.Options{ReadOnly: true})
		kit.Must(t, err)
		defer small.Close()
		large, err := bolt.Open(path, 0o600, &bolt.Options{PageSize: size, NoFreelistSync: true, NoSync: true, NoGrowSync: true})
		kit.Must(t, err)
		kit.Must(t, bolt.Compact(large, small, 64<<10))
		kit.Must(t, large.Close())
	})
	if !strings.Contains(report.Source, "pages of 16384 bytes") {
		t.Errorf("no large pages: %q", report.Source)
	}
	return report
}

// stopped is the database itself once etcd has ended.
func stopped(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	return status(t, cluster, "--config", cluster.Servers[0].ConfigPath(), "--snapshot", databasePath(cluster))
}

// inFile looks at what write has made.
func inFile(t *testing.T, cluster *planted.Cluster, write func(path string)) plugin.CoverageReport {
	t.Helper()
	path := filepath.Join(t.TempDir(), "snapshot.db")
	write(path)
	defer os.Remove(path) // hundreds of them would fill the disk
	return status(t, cluster, "--config", cluster.Servers[0].ConfigPath(), "--snapshot", path)
}

func databasePath(cluster *planted.Cluster) string {
	return filepath.Join(cluster.State().Etcd.DataDir, "member", "snap", "db")
}

// copyDatabase has etcd put into the file what it holds back for a moment, and stand still for the time of a copy: bbolt
// leaves its file whole at any moment.
func copyDatabase(t *testing.T, cluster *planted.Cluster, path string) {
	t.Helper()
	kit.Must(t, cluster.Store().Snapshot(io.Discard))
	kit.Must(t, syscall.Kill(cluster.Etcd.PID(), syscall.SIGSTOP))
	content, err := os.ReadFile(databasePath(cluster))
	kit.Must(t, syscall.Kill(cluster.Etcd.PID(), syscall.SIGCONT))
	kit.Must(t, err)
	kit.Must(t, os.WriteFile(path, content, 0o600))
}
