// Command bench compares ways to write every stale Secret of a cluster again:
// the documented kubectl pipe, a plain Go loop, and the plugin. All do the same
// work on the same cluster in the same run, in turns; the table shows medians.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

type settings struct {
	secrets int
	runs    int
	rtts    []time.Duration
}

func main() {
	var s settings
	flag.IntVar(&s.secrets, "secrets", 5000, "Secrets of 1 KiB")
	flag.IntVar(&s.runs, "runs", 5, "runs of each contender at each round trip time")
	flag.Parse()
	s.rtts = []time.Duration{0, 20 * time.Millisecond}
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(s settings) error {
	cluster, err := harness.New(harness.Options{Servers: []harness.ServerOptions{{
		Encryption: harness.Encryption(harness.AESCBC("key0"), harness.Identity()),
	}}})
	if err != nil {
		return err
	}
	defer cluster.Close()
	fmt.Fprintf(os.Stderr, "bench: creating %d Secrets\n", s.secrets)
	if err := cluster.Seed(s.secrets, 20, harness.Plain); err != nil {
		return err
	}
	track := &track{cluster: cluster, secrets: s.secrets}
	for _, rtt := range s.rtts {
		rows, err := track.measure(rtt, s.runs)
		if err != nil {
			return err
		}
		printTable(os.Stdout, rtt, s, rows)
	}
	return nil
}
