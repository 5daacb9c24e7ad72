package harness

import (
	"crypto/tls"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// StorageVersionMigrator is what carries out StorageVersionMigrations; it reads the garbage collector's graph.
var StorageVersionMigrator = []string{"storage-version-migrator-controller", "garbage-collector-controller"}

// ControllerManagerOptions describe one kube-controller-manager.
type ControllerManagerOptions struct {
	Controllers []string // only these run
	Server      int      // the API server it talks to
	Flags       []string // appended to the usual ones, so that they win
}

// ControllerManager is one kube-controller-manager on a cluster.
type ControllerManager struct{ process *process }

// StartControllerManager starts the one of the newest version, as system:masters, and waits for its /healthz.
// Close of the cluster ends it.
func StartControllerManager(cluster *Cluster, options ControllerManagerOptions) (*ControllerManager, error) {
	port, err := choosePort()
	if err != nil {
		return nil, err
	}
	args := append([]string{"kube-controller-manager"}, cluster.controllerManagerFlags(port, options)...)
	log := filepath.Join(cluster.Dir, "controller-manager.log")
	process, err := startProcess("controller manager", log, cluster.binary, args...)
	if err != nil {
		return nil, err
	}
	manager := &ControllerManager{process}
	cluster.managers = append(cluster.managers, manager)
	insecure := &tls.Config{InsecureSkipVerify: true} // its own certificate; we started it ourselves
	client := &http.Client{Timeout: time.Second, Transport: newTransport(insecure)}
	return manager, process.waitReady(cluster.options.ReadyTimeout, func() error {
		return expectOK(client, "https://"+loopback(port)+"/healthz")
	})
}

func (c *Cluster) controllerManagerFlags(port int, options ControllerManagerOptions) []string {
	flags := []string{
		"--kubeconfig=" + c.Kubeconfig(Admin, options.Server),
		"--controllers=" + strings.Join(options.Controllers, ","),
		"--leader-elect=false",
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(port),
		"--cert-dir=" + filepath.Join(c.Dir, "controller-manager"),
		"--kube-api-qps=1000",
		"--kube-api-burst=1000",
	}
	return append(flags, options.Flags...)
}

// LogPath is the file with its output.
func (m *ControllerManager) LogPath() string { return m.process.logPath }

// Stop ends it at once; there is nothing that it would have to put in order.
func (m *ControllerManager) Stop() { m.process.kill() }
