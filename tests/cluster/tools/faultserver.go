package tools

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strings"

	"kubectl-encrypt/tests/cluster/fault"
	"kubectl-encrypt/tests/cluster/harness"
)

func faultServer(args []string) error {
	flags := newFlags("fault-server")
	listen := flags.String("listen", "127.0.0.1:0", "address to listen at")
	dir := flags.String("dir", "", "directory for the CA and a kubeconfig")
	plain := flags.Bool("plain", false, "HTTP without TLS")
	upstream := flags.String("upstream", "", "kubeconfig of a cluster of this harness whose API server answers the requests that go right")
	var rule fault.Rule
	flags.StringVar(&rule.Mode, "mode", "non-json", "fault: "+strings.Join(fault.Modes(), ", "))
	flags.StringVar(&rule.Match, "match", "", "regular expression on 'METHOD /path?query' of the requests that go wrong")
	flags.IntVar(&rule.Skip, "skip", 0, "so many matching requests go right first")
	flags.IntVar(&rule.Times, "times", 0, "then so many go wrong; 0 = all")
	if err := parse(flags, args, 0, "dir"); err != nil {
		return err
	}
	server, err := fault.New(rule)
	if err != nil {
		return err
	}
	if err := setUpstream(server, *upstream); err != nil {
		return err
	}
	return serveFaults(server, *listen, *dir, *plain)
}

func serveFaults(server *fault.Server, listen, dir string, plain bool) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	certificate, kubeconfig, err := faultCredentials(dir, listener.Addr().String(), plain)
	if err != nil {
		return err
	}
	fmt.Printf("listening on %s, kubeconfig %s\n", listener.Addr(), kubeconfig)
	return server.Serve(listener, certificate)
}

func setUpstream(server *fault.Server, kubeconfig string) error {
	if kubeconfig == "" {
		return nil
	}
	client, err := harness.NewClient(kubeconfig)
	if err != nil {
		return err
	}
	target, err := url.Parse(client.URL)
	if err != nil {
		return err
	}
	server.Upstream(target, client.TLS())
	return nil
}

// faultCredentials makes a certificate, and a kubeconfig with the token of the
// admin of every cluster of this harness.
func faultCredentials(dir, address string, plain bool) (*tls.Certificate, string, error) {
	files, err := harness.NewServing(dir)
	if err != nil {
		return nil, "", err
	}
	if plain {
		path, err := files.WriteKubeconfig("http://" + address)
		return nil, path, err
	}
	path, err := files.WriteKubeconfig("https://" + address)
	return &files.Certificate, path, err
}
