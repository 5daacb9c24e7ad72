package tools

import (
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"kubectl-encrypt/tests/cluster/harness"
)

const hexdumpLines = 20

// openStore parses the flags of a tool that works on the etcd of a cluster.
func openStore(flags *flag.FlagSet, args []string, operands int) (*harness.Store, error) {
	dir := flags.String("dir", "", "directory of the cluster")
	if err := parse(flags, args, operands, "dir"); err != nil {
		return nil, err
	}
	state, err := harness.ReadState(*dir)
	if err != nil {
		return nil, err
	}
	return state.OpenStore()
}

// etcdGet prints the bytes of a key the way hexdump -C does, as the Kubernetes
// documentation shows them.
func etcdGet(args []string) error {
	flags := newFlags("etcd-get")
	raw := flags.Bool("raw", false, "the bytes themselves, all of them")
	store, err := openStore(flags, args, 1)
	if err != nil {
		return err
	}
	defer store.Close()
	entry, err := store.Get(flags.Arg(0))
	if err != nil {
		return err
	}
	if *raw {
		_, err = os.Stdout.Write(entry.Value)
		return err
	}
	fmt.Print(hexdump(entry.Value))
	return nil
}

func hexdump(value []byte) string {
	lines := strings.SplitAfter(hex.Dump(value), "\n")
	return strings.Join(lines[:min(len(lines), hexdumpLines)], "")
}

// etcdPut plants the standard input under a key.
func etcdPut(args []string) error {
	flags := newFlags("etcd-put")
	store, err := openStore(flags, args, 1)
	if err != nil {
		return err
	}
	defer store.Close()
	value, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	return store.Write(flags.Arg(0), value)
}

func etcdDelete(args []string) error {
	flags := newFlags("etcd-delete")
	store, err := openStore(flags, args, 1)
	if err != nil {
		return err
	}
	defer store.Close()
	return store.Delete(flags.Arg(0))
}

// etcdSummary counts the Secrets per namespace, provider and key.
func etcdSummary(args []string) error {
	flags := newFlags("etcd-summary")
	prefix := flags.String("prefix", harness.SecretsPrefix, "keys to count")
	store, err := openStore(flags, args, 0)
	if err != nil {
		return err
	}
	defer store.Close()
	entries, err := store.Read(*prefix)
	if err != nil {
		return err
	}
	for _, count := range harness.Summarize(entries) {
		fmt.Printf("%-30s %-24s %7d\n", count.Namespace, count.Value, count.Count)
	}
	return nil
}

func etcdSnapshot(args []string) error {
	flags := newFlags("etcd-snapshot")
	store, err := openStore(flags, args, 1)
	if err != nil {
		return err
	}
	defer store.Close()
	file, err := os.Create(flags.Arg(0))
	if err != nil {
		return err
	}
	if err := store.Snapshot(file); err != nil {
		return err
	}
	return file.Close()
}

func etcdCompact(args []string) error {
	flags := newFlags("etcd-compact")
	defragment := flags.Bool("defrag", false, "give the freed space back to the file system")
	store, err := openStore(flags, args, 0)
	if err != nil {
		return err
	}
	defer store.Close()
	return store.Compact(*defragment)
}
