package tutorial

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/kubelet"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// What the document calls things that are elsewhere in a test, which need not be root and has not the machine for itself.
const (
	kubernetesDir = "/etc/kubernetes"
	apiAddress    = "127.0.0.1:6443"
	etcdAddress   = "127.0.0.1:2379"
	kmsDir        = "/run/kms"
	hostname      = "cp-1"
	kmsName       = "vault"
)

// host is the control plane node of the tutorial: a cluster whose files are where kubeadm has them, and a kubelet that
// runs its API server as the manifest says.
type host struct {
	t       *testing.T
	cluster *harness.Cluster
	dir     string // stands for kubernetesDir
	home    string

	manifest struct { // what the kubelet runs
		sync.Mutex
		problem error
	}
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{t: t, dir: newDirectory(t), home: t.TempDir()}
	h.cluster = kit.Start(t, harness.Options{
		Dir: h.dir, EtcdTLS: true, Servers: []harness.ServerOptions{{Hostname: hostname}}, KMS: []harness.KMSOptions{{Name: kmsName}},
	})
	kit.PublishAddresses(t, h.cluster)
	h.removeOtherUsers()
	server := h.cluster.Servers[0]
	server.Options.Reload = true // looks every second, once the manifest says that it is to look
	h.write("manifests/kube-apiserver.yaml", manifestOf(kit.CommandLine(t, server.PID()), h.dir))
	h.nameAsKubeadm()
	h.startKubelet()
	return h
}

// nameAsKubeadm gives the files that the reader needs the names that they have on his host.
func (h *host) nameAsKubeadm() {
	h.t.Helper()
	kit.Must(h.t, os.Mkdir(filepath.Join(h.dir, "pki", "etcd"), 0o755))
	for name, target := range map[string]string{
		"admin.conf":                    h.cluster.Kubeconfig(harness.Admin, 0),
		"pki/etcd/ca.crt":               "../ca.crt",
		"pki/apiserver-etcd-client.crt": "etcd-client.crt",
		"pki/apiserver-etcd-client.key": "etcd-client.key",
	} {
		kit.Must(h.t, os.Symlink(target, filepath.Join(h.dir, name)))
	}
}

// removeOtherUsers leaves the rights that a new cluster has.
func (h *host) removeOtherUsers() {
	h.t.Helper()
	const binding = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/" + harness.Fair
	_, err := kit.ClientOf(h.t, h.cluster, 0).Do(context.Background(), "DELETE", binding, nil)
	kit.Must(h.t, err)
}

// newDirectory has a name as long as kubernetesDir, so that columns of tables stay where they are.
func newDirectory(t *testing.T) string {
	t.Helper()
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	name := []byte("/tmp/kt-")
	for len(name) < len(kubernetesDir) {
		name = append(name, letters[rand.IntN(len(letters))])
	}
	kit.Must(t, os.Mkdir(string(name), 0o755))
	t.Cleanup(func() { os.RemoveAll(string(name)) })
	return string(name)
}

func (h *host) write(name, text string) {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	kit.Must(h.t, os.MkdirAll(filepath.Dir(path), 0o755))
	kit.Must(h.t, os.WriteFile(path, []byte(text), 0o600))
}

// manifestOf has kubeadm's layout and names of files.
func manifestOf(flags []string, dir string) string {
	pki := filepath.Join(dir, "pki")
	text := strings.Join(slices.Sorted(slices.Values(flags)), "\n    - ")
	text = strings.NewReplacer("--etcd-cafile="+pki, "--etcd-cafile="+pki+"/etcd", pki+"/etcd-client", pki+"/apiserver-etcd-client").Replace(text)
	return fmt.Sprintf(manifestText, text, pki)
}

const manifestText = `apiVersion: v1
kind: Pod
metadata:
  labels:
    component: kube-apiserver
    tier: control-plane
  name: kube-apiserver
  namespace: kube-system
spec:
  containers:
  - command:
    - kube-apiserver
    - %[1]s
    image: registry.k8s.io/kube-apiserver:v1.37.0
    imagePullPolicy: IfNotPresent
    name: kube-apiserver
    volumeMounts:
    - mountPath: %[2]s
      name: k8s-certs
      readOnly: true
  hostNetwork: true
  priorityClassName: system-node-critical
  volumes:
  - hostPath:
      path: %[2]s
      type: DirectoryOrCreate
    name: k8s-certs
status: {}
`

// startKubelet has the API server run as its manifest says, from now on: started anew whenever that changes.
func (h *host) startKubelet() {
	h.t.Helper()
	var loop sync.WaitGroup
	h.t.Cleanup(loop.Wait) // after that of Watch, which ends it
	updates := kubelet.Watch(h.t, filepath.Join(h.dir, "manifests"))
	server := h.cluster.Servers[0]
	running := (<-updates).Pods // as it was started
	if len(running) != 1 {
		h.t.Fatalf("the kubelet sees %v", running)
	}
	_, first, err := running[0].Flags()
	kit.Must(h.t, err)
	loop.Go(func() {
		for update := range updates {
			if update.Op != "ADD" && update.Op != "UPDATE" || len(update.Pods) == 0 {
				continue
			}
			if err := run(server, update.Pods[0], first); err != nil {
				h.fail(err)
			}
		}
	})
}

func (h *host) fail(err error) {
	h.manifest.Lock()
	defer h.manifest.Unlock()
	h.manifest.problem = err
}

// problem is what the kubelet could not do, if anything.
func (h *host) problem() error {
	h.manifest.Lock()
	defer h.manifest.Unlock()
	return h.manifest.problem
}

// run starts the API server with the flags of its Pod. Those that it has from the harness must all be among them.
func run(server *harness.Server, pod kubelet.Pod, usual []string) error {
	in, flags, err := pod.Flags()
	if err != nil {
		return err
	}
	var more []string
	for _, flag := range flags {
		if !slices.Contains(usual, flag) {
			more = append(more, fromHost(pod, in, flag))
		}
	}
	if len(flags)-len(more) != len(usual) {
		return fmt.Errorf("the API server has lost flags: %q", flags)
	}
	server.Stop()
	server.Options.Flags = more
	return server.Start()
}

// fromHost replaces the path of a file in the container by that on the host; one that no volume has is nowhere.
func fromHost(pod kubelet.Pod, in kubelet.Container, flag string) string {
	name, path, _ := strings.Cut(flag, "=")
	if name != "--encryption-provider-config" {
		return flag
	}
	if onHost := pod.OnHost(in, path); onHost != "" {
		return name + "=" + onHost
	}
	return name + "=/not-mounted" + path
}

// environment is what a shell on the node has.
func (h *host) environment() []string {
	h.t.Helper()
	binary, err := plugin.Binary()
	kit.Must(h.t, err)
	multi, err := harness.Binary()
	kit.Must(h.t, err)
	path := []string{filepath.Dir(binary), h.tools(), os.Getenv("PATH"), filepath.Join(filepath.Dir(multi), "bin")}
	return []string{"PATH=" + strings.Join(path, ":"), "HOME=" + h.home, "TERM=dumb", "LANG=C.UTF-8", "TZ=UTC"}
}

// tools is a directory with the real etcdctl.
func (h *host) tools() string {
	h.t.Helper()
	dir := h.t.TempDir()
	etcdctl, err := harness.Etcdctl()
	kit.Must(h.t, err)
	kit.Must(h.t, os.Symlink(etcdctl, filepath.Join(dir, "etcdctl")))
	return dir
}

// places are pairs of what the document says and what that is here.
func (h *host) places() []string {
	server := h.cluster.Servers[0]
	return []string{
		kmsDir, filepath.Join(h.dir, "kms"),
		kubernetesDir, h.dir,
		etcdAddress, strings.TrimPrefix(h.cluster.Etcd.Endpoint, "https://"),
		apiAddress, fmt.Sprintf("127.0.0.1:%d", server.Port),
		"/root", h.home,
	}
}

// typed is a command of the document as it is run here.
func (h *host) typed(command string) string {
	return strings.NewReplacer(h.places()...).Replace(command)
}

// seen is output as the document has it.
func (h *host) seen(output string) string {
	pairs := h.places()
	for i := 0; i < len(pairs); i += 2 {
		pairs[i], pairs[i+1] = pairs[i+1], pairs[i]
	}
	return strings.NewReplacer(pairs...).Replace(output)
}
