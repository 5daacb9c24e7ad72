//go:build servers

// The etcd of an older release, for what it leaves in its files. It has a module of its own, as one module cannot
// hold two versions of the same packages.
package main

import (
	"fmt"
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"

	"kubectl-encrypt/tests/cluster/etcd-3.6/lifeline"
)

const name = "etcd"

func main() {
	if err := lifeline.Watch(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if len(os.Args) < 2 || os.Args[1] != name {
		fmt.Fprintf(os.Stderr, "usage: %s %s [FLAGS]\n", os.Args[0], name)
		os.Exit(2)
	}
	etcdmain.Main(os.Args[1:])
}
