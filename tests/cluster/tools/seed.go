package tools

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

func seed(args []string) error {
	flags := newFlags("seed")
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of a cluster of this harness")
	var options harness.SeedOptions
	flags.IntVar(&options.Count, "count", 1000, "number of Secrets")
	flags.IntVar(&options.Namespaces, "namespaces", 10, "number of namespaces they are spread over")
	flags.StringVar(&options.Prefix, "prefix", "seed", "prefix of the names of the namespaces")
	flags.Uint64Var(&options.Random, "random", 0, "seed of the random numbers")
	mixed := flags.Bool("mixed", false, "all sizes and types instead of 1 KiB each")
	if err := parse(flags, args, 0, "kubeconfig"); err != nil {
		return err
	}
	options.Kind = harness.Plain
	if *mixed {
		options.Kind = harness.Mixed
	}
	client, err := harness.NewClient(*kubeconfig)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := client.Seed(context.Background(), options); err != nil {
		return err
	}
	fmt.Printf("%d Secrets in %d namespaces in %.1f s\n", options.Count, options.Namespaces, time.Since(began).Seconds())
	return nil
}

// truth prints all Secrets in canonical form, one line each and in order, for
// shell scripts to compare before and after.
func truth(args []string) error {
	flags := newFlags("truth")
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of a cluster of this harness")
	if err := parse(flags, args, 0, "kubeconfig"); err != nil {
		return err
	}
	client, err := harness.NewClient(*kubeconfig)
	if err != nil {
		return err
	}
	all, err := client.FetchAll(context.Background())
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Printf("%s\t%s\n", name, all[name])
	}
	return nil
}
