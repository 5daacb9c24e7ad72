// Command bench measures how fast every stale Secret of a cluster is written again, and what that costs the client:
// the plugin against the documented kubectl pipe and a plain Go loop, and against itself run in other ways. All of a
// contest do the same work on the same cluster in the same run, in turns; the tables show medians.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"kubectl-encrypt/tests/cluster/harness"
)

type settings struct {
	secrets int
	runs    int
	sizes   []int
	fixed   string
	only    []string
	lock    string
}

const sizeContest = "size"

func main() {
	s, err := parse()
	if err == nil {
		err = run(s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse() (s settings, err error) {
	flag.IntVar(&s.secrets, "secrets", 5000, "Secrets of 1 KiB")
	flag.IntVar(&s.runs, "runs", 5, "runs of each contender at each round trip time")
	flag.StringVar(&s.fixed, "fixed", "ceiling", "what adaptive is compared with: the plugin with a `ceiling`, or the Go loop")
	sizes := flag.String("sizes", "1000,10000,100000", "numbers of Secrets for the contest size")
	flag.StringVar(&s.lock, "lock", "", "a file to hold locked during each measured run: what runs under flock(1) of it waits meanwhile")
	only := flag.String("only", "", "of kubectl,adaptive,strategy,fairness,size")
	flag.Parse()
	if *only != "" {
		s.only = strings.Split(*only, ",")
	}
	for _, name := range s.only {
		if !slices.Contains(names(), name) {
			return s, fmt.Errorf("no contest %q; there are: %s", name, strings.Join(names(), " "))
		}
	}
	if s.fixed != "ceiling" && s.fixed != "loop" {
		return s, fmt.Errorf("-fixed is ceiling or loop, not %q", s.fixed)
	}
	for text := range strings.SplitSeq(*sizes, ",") {
		size, err := strconv.Atoi(text)
		if err != nil {
			return s, fmt.Errorf("-sizes: %w", err)
		}
		s.sizes = append(s.sizes, size)
	}
	return s, nil
}

func names() (list []string) {
	for _, contest := range contests(settings{}) {
		list = append(list, contest.name)
	}
	return append(list, sizeContest)
}

func run(s settings) error {
	if list := chosen(contests(s), s.only); len(list) > 0 {
		if err := runContests(s, list); err != nil {
			return err
		}
	}
	if len(s.only) == 0 || slices.Contains(s.only, sizeContest) {
		return runSizes(s)
	}
	return nil
}

func runContests(s settings, list []contest) error {
	track, err := newTrack(s, s.secrets)
	if err != nil {
		return err
	}
	defer track.cluster.Close()
	for _, contest := range list {
		for _, rtt := range contest.rtts {
			results, err := track.measure(contest, rtt, s.runs)
			if err != nil {
				return fmt.Errorf("%s: %w", contest.name, err)
			}
			printTable(os.Stdout, contest, rtt, s, results)
		}
	}
	return nil
}

// newTrack starts a cluster with Secrets under the old key.
func newTrack(s settings, secrets int) (*track, error) {
	cluster, err := harness.New(harness.Options{Servers: []harness.ServerOptions{{
		Encryption: harness.Encryption(harness.AESCBC(newKey, oldKey), harness.Identity()),
	}}})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "bench: planting %d Secrets\n", secrets)
	track := &track{cluster: cluster, secrets: secrets, lock: s.lock}
	if err = cluster.SeedEtcd(harness.PlantOptions{Count: secrets, Namespaces: 20, Key: oldKey}); err == nil {
		err = track.settle()
	}
	if err != nil {
		cluster.Close()
	}
	return track, err
}
