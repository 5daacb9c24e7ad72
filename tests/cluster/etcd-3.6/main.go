//go:build servers

// The etcd of an older release, for what it leaves in its files, and its etcdutl, which makes a data directory of a
// snapshot. It has a module of its own, as one module cannot hold two versions of the same packages.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/etcdutl/v3/etcdutl"
	"go.etcd.io/etcd/server/v3/etcdmain"

	"kubectl-encrypt/tests/cluster/etcd-3.6/lifeline"
)

func main() {
	if err := lifeline.Watch(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	switch {
	case len(os.Args) >= 2 && os.Args[1] == "etcd":
		etcdmain.Main(os.Args[1:])
	case len(os.Args) >= 2 && os.Args[1] == "etcdutl":
		runEtcdutl(os.Args[2:])
	default:
		fmt.Fprintf(os.Stderr, "usage: %s etcd [FLAGS], or etcdutl snapshot COMMAND\n", os.Args[0])
		os.Exit(2)
	}
}

// runEtcdutl is what its own main does, of which only these commands are needed.
func runEtcdutl(args []string) {
	root := &cobra.Command{Use: "etcdutl"}
	root.AddCommand(etcdutl.NewSnapshotCommand())
	root.SetArgs(args)
	if err := root.Execute(); err != nil {
		os.Exit(1)
	}
}
