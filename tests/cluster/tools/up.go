package tools

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"kubectl-encrypt/tests/cluster/harness"
)

const readyHelp = "path polled until it answers 200; " + harness.ReadyWithUnreadable +
	" for a server that lacks a key and so never becomes ready"

// up runs a cluster in the foreground until a signal or `down` ends it.
func up(args []string) error {
	options, err := upOptions(args)
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	cluster, err := startUnless(signals, options)
	if err != nil {
		return err
	}
	defer cluster.Close()
	control, err := listenControl(cluster)
	if err != nil {
		return err
	}
	defer control.close()
	fmt.Printf("ready: export KUBECONFIG=%s (%d API servers, %s/cluster.json)\n",
		cluster.Kubeconfig(harness.Admin, 0), len(cluster.Servers), cluster.Dir)
	select {
	case <-signals:
	case <-control.down:
	}
	return nil
}

// startUnless lets a signal end the start as well. The children then end by
// their lifeline.
func startUnless(signals <-chan os.Signal, options harness.Options) (*harness.Cluster, error) {
	type result struct {
		cluster *harness.Cluster
		err     error
	}
	started := make(chan result, 1)
	go func() {
		cluster, err := harness.New(options)
		started <- result{cluster, err}
	}()
	select {
	case <-signals:
		return nil, fmt.Errorf("interrupted before the cluster was ready")
	case r := <-started:
		return r.cluster, r.err
	}
}

func upOptions(args []string) (harness.Options, error) {
	flags := newFlags("up")
	dir := flags.String("dir", "", "directory of the cluster; made if missing")
	servers := flags.Int("servers", 1, "number of API servers")
	reload := flags.Bool("reload", false, "reload the encryption configuration automatically")
	etcdTLS := flags.Bool("etcd-tls", false, "etcd with TLS and client certificates")
	etcdVersion := flags.String("etcd-version", "", "3.5 or 3.6 for an older etcd, see build.sh")
	var configs, extra, plugins list
	flags.Var(&configs, "config", "EncryptionConfiguration file or none; repeat it for further API servers, the last one holds for the rest")
	flags.Var(&extra, "flag", "further flag for every API server; may be repeated")
	flags.Var(&plugins, "kms", "name of a KMS plugin to run, for v2 and v1; its endpoint in a configuration is unix://{kms}/NAME.sock; may be repeated")
	ready := flags.String("ready-path", "/readyz", readyHelp)
	if err := parse(flags, args, 0, "dir"); err != nil {
		return harness.Options{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return harness.Options{}, err
	}
	options := harness.Options{Dir: *dir, EtcdTLS: *etcdTLS, EtcdVersion: *etcdVersion, Binary: self}
	for _, name := range plugins {
		options.KMS = append(options.KMS, harness.KMSOptions{Name: name})
	}
	each := harness.ServerOptions{Reload: *reload, Flags: extra, ReadyPath: *ready}
	options.Servers, err = serverOptions(*servers, configs, each)
	return options, err
}

func serverOptions(count int, configs list, each harness.ServerOptions) ([]harness.ServerOptions, error) {
	var servers []harness.ServerOptions
	for i := range count {
		text, err := readConfig(configOf(configs, i))
		if err != nil {
			return nil, err
		}
		server := each
		server.Encryption = text
		server.Reload = each.Reload && text != ""
		servers = append(servers, server)
	}
	return servers, nil
}

func configOf(configs list, server int) string {
	if len(configs) == 0 {
		return "none"
	}
	return configs[min(server, len(configs)-1)]
}

func readConfig(path string) (string, error) {
	if path == "none" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	return string(text), err
}
