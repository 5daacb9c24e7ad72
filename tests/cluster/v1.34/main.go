//go:build servers

// The kube-apiserver of an older Kubernetes, for where it behaves differently. It has a module of its own, as
// one module cannot hold two versions of the same packages; etcd and kubectl are those of the main binary.
package main

import (
	"fmt"
	"os"

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"

	"kubectl-encrypt/tests/cluster/v1.34/configoracle"
	"kubectl-encrypt/tests/cluster/v1.34/lifeline"
)

const (
	name   = "kube-apiserver"
	oracle = "config-oracle"
)

func main() {
	if err := lifeline.Watch(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if len(os.Args) == 2 && os.Args[1] == oracle {
		os.Exit(configoracle.Run(nil))
	}
	if len(os.Args) < 2 || os.Args[1] != name {
		fmt.Fprintf(os.Stderr, "usage: %s %s [FLAGS]\n       %s %s\n", os.Args[0], name, os.Args[0], oracle)
		os.Exit(2)
	}
	command := app.NewAPIServerCommand()
	command.SetArgs(os.Args[2:])
	os.Exit(cli.Run(command))
}
