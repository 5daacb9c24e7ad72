// Command bench measures how fast every stale Secret of a cluster is written again, and what that costs the client:
// the plugin against the documented kubectl pipe and a plain Go loop, and against itself run in other ways. It also
// measures how fast `status` counts Secrets, against a Go loop and etcdctl. All of a contest do the same work on the
// same cluster in the same run, in turns; the tables show medians.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

type settings struct {
	secrets         int
	statusSecrets   int
	snapshotSecrets int
	runs            int
	sizes           []int
	fixed           string
	only            []string
	lock            string
}

// Contests with a table of their own.
const (
	sizeContest     = "size"
	snapshotContest = "snapshot"
)

func main() {
	if err := dispatch(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func dispatch() error {
	if len(os.Args) > 1 && os.Args[1] == getLoopCommand {
		return getLoop(os.Args[2:])
	}
	s, err := parse()
	if err != nil {
		return err
	}
	return run(s)
}

func parse() (s settings, err error) {
	flag.IntVar(&s.secrets, "secrets", 5000, "Secrets of 1 KiB for the contests that rewrite, but size")
	flag.IntVar(&s.statusSecrets, "status-secrets", 100000, "Secrets of 1 KiB for the contests census and etcd")
	flag.IntVar(&s.snapshotSecrets, "snapshot-secrets", 500000, "Secrets of 1.8 KB for the contest snapshot")
	flag.IntVar(&s.runs, "runs", 5, "runs of each contender at each round trip time")
	flag.StringVar(&s.fixed, "fixed", "ceiling", "what adaptive is compared with: the plugin with a `ceiling`, or the Go loop")
	sizes := flag.String("sizes", "1000,10000,100000", "numbers of Secrets for the contest size")
	flag.StringVar(&s.lock, "lock", "", "a file to hold locked during each measured run: what runs under flock(1) of it waits meanwhile")
	only := flag.String("only", "", "some of "+strings.Join(names(), ","))
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
	for _, contest := range append(rewriteContests(settings{}), statusContests(settings{})...) {
		list = append(list, contest.name)
	}
	return append(list, sizeContest, snapshotContest)
}

func (s settings) wants(name string) bool { return len(s.only) == 0 || slices.Contains(s.only, name) }

func run(s settings) error {
	if err := runContests(s, rewriteContests(s)); err != nil {
		return err
	}
	if s.wants(sizeContest) {
		if err := runSizes(s); err != nil {
			return err
		}
	}
	if err := runContests(s, statusContests(s)); err != nil {
		return err
	}
	if s.wants(snapshotContest) {
		return runSnapshot(s)
	}
	return nil
}

// runContests runs those that are wanted, all on one cluster: their courses are the same.
func runContests(s settings, list []contest) error {
	list = slices.DeleteFunc(list, func(contest contest) bool { return !s.wants(contest.name) })
	if len(list) == 0 {
		return nil
	}
	track, err := newTrack(list[0].course, s.lock)
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
			printTable(os.Stdout, contest, rtt, s.runs, results)
		}
	}
	return nil
}
