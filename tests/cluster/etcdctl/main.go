// The real etcdctl, for the benchmark and the tutorial. It has a module of its own, as the cluster needs
// nothing of what it imports.
package main

import "go.etcd.io/etcd/etcdctl/v3/ctlv3"

func main() { ctlv3.MustStart() }
