package harness

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Options say how to start a cluster; the zero value is one API server without
// encryption in a temporary directory.
type Options struct {
	Dir          string          // kept after the run; "" = a temporary one, removed by Close
	Servers      []ServerOptions // nil = one with default options
	EtcdTLS      bool            // etcd serves TLS and wants client certificates
	EtcdHTTP     bool            // etcd has a port of its own for HTTP, and its usual one takes gRPC alone
	EtcdData     string          // a data directory that etcd begins with, moved into Dir; "" = it begins with nothing
	EtcdVersion  string          // "3.5" or "3.6" for the binary of `build.sh etcd-3.5`, "" = the newest
	KMS          []KMSOptions    // plugins that run beside the API servers, for KMSv2 and KMSv1 in their configurations
	ReadyTimeout time.Duration   // 0 = 90 s
	Binary       string          // multi-call binary, "" = that of Binary()
}

// ServerOptions describe one API server.
type ServerOptions struct {
	Version    string   // "1.34" for the binary of `build.sh 1.34`, "" = the newest
	Hostname   string   // of which its ID is a hash; "" = the real one, so that all are one API server
	Encryption string   // text of the EncryptionConfiguration, "" = none
	Reload     bool     // --encryption-provider-config-automatic-reload; the newest looks every second
	Flags      []string // appended to the usual ones, so that they win
	ReadyPath  string   // polled until it answers 200, "" = /readyz
}

// Flags that the multi-call binary understands before those of a real kube-apiserver.
const (
	HostnameFlag    = "--test-hostname="
	ReloadEveryFlag = "--test-reload-every=" // instead of once a minute
)

// reloadEvery is how often a server with Reload looks at its configuration: nothing depends on how long that is.
const reloadEvery = "1s"

// ReadyWithUnreadable is the ReadyPath of an API server that lacks a key: as
// its cache cannot read all Secrets, it never becomes ready, and yet it serves.
const ReadyWithUnreadable = "/readyz?exclude=informer-sync&exclude=poststarthook/storage-readiness"

// BinaryVariable names the multi-call binary for those who keep it elsewhere.
const BinaryVariable = "KENCRYPT_CLUSTER_BIN"

const (
	builtBinary      = "build/cluster/kencrypt-cluster"
	builtOlderServer = "build/cluster/kencrypt-apiserver-" // and the version
	builtOlderEtcd   = "build/cluster/kencrypt-etcd-"      // and the version
	builtEtcdctl     = "build/cluster/kencrypt-etcdctl"
)

// Binary finds the multi-call binary: what the environment says, or what
// build.sh has built in this repository.
func Binary() (string, error) {
	if path := os.Getenv(BinaryVariable); path != "" {
		return filepath.Abs(path)
	}
	return searchUpwards(builtBinary, "tests/cluster/build.sh")
}

// binaryFor finds the binary that has the API server of a version; the newest is in the multi-call binary.
func binaryFor(version, newest string) (string, error) {
	if version == "" {
		return newest, nil
	}
	return searchUpwards(builtOlderServer+version, "tests/cluster/build.sh "+version)
}

// etcdBinary is binaryFor for etcd.
func etcdBinary(version, newest string) (string, error) {
	if version == "" {
		return newest, nil
	}
	return searchUpwards(builtOlderEtcd+version, "tests/cluster/build.sh etcd-"+version)
}

// Etcdutl is the command line of a real etcdutl 3.6, to be followed by its arguments.
func Etcdutl() ([]string, error) {
	binary, err := etcdBinary("3.6", "")
	return []string{binary, "etcdutl"}, err
}

// Etcdctl finds the real etcdctl, of the version of the newest etcd.
func Etcdctl() (string, error) {
	return searchUpwards(builtEtcdctl, "tests/cluster/build.sh etcdctl")
}

// searchUpwards starts at the working directory, which for a Go test is that
// of its package.
func searchUpwards(name, build string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no " + name + ": run " + build + " first (" + BinaryVariable + " names another cluster binary)")
		}
		dir = parent
	}
}

func (o *Options) complete() (err error) {
	if o.Binary == "" {
		if o.Binary, err = Binary(); err != nil {
			return err
		}
	}
	if len(o.Servers) == 0 {
		o.Servers = []ServerOptions{{}}
	}
	if o.ReadyTimeout == 0 {
		o.ReadyTimeout = 90 * time.Second
	}
	for i, server := range o.Servers {
		if server.ReadyPath == "" {
			o.Servers[i].ReadyPath = "/readyz"
		}
		if server.Reload && server.Encryption == "" {
			return fmt.Errorf("API server %d: nothing to reload without an encryption configuration", i)
		}
	}
	return nil
}
