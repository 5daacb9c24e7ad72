package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Server is one API server of a cluster. Its port stays the same over restarts.
type Server struct {
	Index   int
	Port    int
	Options ServerOptions

	cluster *Cluster
	process *process
}

// URL is where the server listens.
func (s *Server) URL() string { return "https://" + loopback(s.Port) }

// PID is the process id, 0 if it never ran.
func (s *Server) PID() int {
	if s.process == nil {
		return 0
	}
	return s.process.pid()
}

// Running tells whether the process is there.
func (s *Server) Running() bool { return s.process != nil && s.process.running() }

// LogPath is the file with the output of the server, over all its restarts.
func (s *Server) LogPath() string { return filepath.Join(s.dir(), "log") }

// ConfigPath is the EncryptionConfiguration file that the server reads.
func (s *Server) ConfigPath() string { return filepath.Join(s.dir(), "encryption.yaml") }

func (s *Server) dir() string {
	return filepath.Join(s.cluster.Dir, fmt.Sprintf("apiserver-%d", s.Index))
}

// Client returns a client of this server.
func (s *Server) Client(user string) (*Client, error) {
	return NewClient(s.cluster.Kubeconfig(user, s.Index))
}

// WriteConfig replaces the encryption configuration under a running server, for
// the automatic reload. It is a rename, so the server never reads half a file.
func (s *Server) WriteConfig(text string) error {
	s.Options.Encryption = text
	temporary := s.ConfigPath() + ".new"
	if err := os.WriteFile(temporary, []byte(s.cluster.fillIn(text)), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, s.ConfigPath())
}

// Stop asks the server to end and waits until it has.
func (s *Server) Stop() {
	if s.process != nil {
		s.process.stop()
	}
}

// Kill ends the server at once, in the middle of whatever it does.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.kill()
	}
}

// Restart stops the server and starts it with another encryption configuration
// ("" = none) on the same port. It waits until the server is ready.
func (s *Server) Restart(encryption string) error {
	s.Stop()
	s.Options.Encryption = encryption
	if encryption == "" {
		s.Options.Reload = false
	}
	return s.Start()
}

// Start starts a stopped server with its Options and waits until it is ready.
func (s *Server) Start() error { return s.start() }

// start chooses the port on the first call. If somebody took it meanwhile, a
// server that was never ready gets another; one that clients know does not.
func (s *Server) start() error {
	if s.Running() {
		return fmt.Errorf("API server %d runs already", s.Index)
	}
	known := s.Port != 0
	for try := 1; ; try++ {
		err := s.tryStart()
		if err == nil {
			return nil
		}
		taken := s.process != nil && s.process.portTaken()
		s.Kill()
		if !taken || try == portRetries {
			return err
		}
		if !known {
			s.Port = 0
		}
	}
}

func (s *Server) tryStart() (err error) {
	if s.Port == 0 {
		if s.Port, err = choosePort(); err != nil {
			return err
		}
	}
	if err = os.MkdirAll(s.dir(), 0o700); err != nil {
		return err
	}
	if err = s.cluster.writeKubeconfigs(s); err != nil {
		return err
	}
	if s.Options.Encryption != "" {
		if err = s.WriteConfig(s.Options.Encryption); err != nil {
			return err
		}
	}
	return s.launch()
}

func (s *Server) launch() (err error) {
	name := fmt.Sprintf("API server %d", s.Index)
	args := []string{"kube-apiserver"}
	if s.Options.Hostname != "" {
		args = append(args, HostnameFlag+s.Options.Hostname)
	}
	if s.Options.Reload && s.Options.Version == "" {
		args = append(args, ReloadEveryFlag+reloadEvery)
	}
	args = append(args, s.flags()...)
	binary, err := binaryFor(s.Options.Version, s.cluster.binary)
	if err != nil {
		return err
	}
	if s.process, err = startProcess(name, s.LogPath(), binary, args...); err != nil {
		return err
	}
	client, err := s.Client(Admin)
	if err != nil {
		return err
	}
	return s.process.waitReady(s.cluster.options.ReadyTimeout, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := client.Do(ctx, "GET", s.Options.ReadyPath, nil)
		return err
	})
}

// flags are those of an API server that is alone on loopback: no controller
// manager makes tokens, so the ServiceAccount admission would refuse all pods,
// and nobody needs the "kubernetes" Service to have endpoints.
func (s *Server) flags() []string {
	pki := s.cluster.authority
	flags := []string{
		"--etcd-servers=" + s.cluster.Etcd.Endpoint,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(s.Port),
		"--endpoint-reconciler-type=none",
		"--cert-dir=" + s.dir(),
		"--tls-cert-file=" + pki.certPath("serving"),
		"--tls-private-key-file=" + pki.keyPath("serving"),
		"--client-ca-file=" + pki.caPath(),
		"--token-auth-file=" + s.cluster.tokenPath(),
		"--authorization-mode=RBAC",
		"--disable-admission-plugins=ServiceAccount",
		"--service-account-issuer=https://kencrypt-cluster.test",
		"--service-account-key-file=" + pki.keyPath("service-account"),
		"--service-account-signing-key-file=" + pki.keyPath("service-account"),
		"--service-cluster-ip-range=10.0.0.0/24",
	}
	flags = append(flags, s.etcdFlags()...)
	flags = append(flags, s.encryptionFlags()...)
	return append(flags, s.Options.Flags...)
}

func (s *Server) etcdFlags() []string {
	if !s.cluster.options.EtcdTLS {
		return nil
	}
	pki := s.cluster.authority
	return []string{
		"--etcd-cafile=" + pki.caPath(),
		"--etcd-certfile=" + pki.certPath("etcd-client"),
		"--etcd-keyfile=" + pki.keyPath("etcd-client"),
	}
}

func (s *Server) encryptionFlags() []string {
	if s.Options.Encryption == "" {
		return nil
	}
	flags := []string{"--encryption-provider-config=" + s.ConfigPath()}
	if s.Options.Reload {
		flags = append(flags, "--encryption-provider-config-automatic-reload")
	}
	return flags
}
