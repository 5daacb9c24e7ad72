package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

// From this number of Secrets on one run has to do: it takes minutes.
const oneRunFrom = 50000

// runSizes shows how the cost grows with the number of Secrets; each number has a cluster of its own.
func runSizes(s settings) error {
	out := os.Stdout
	fmt.Fprintf(out, "\n### cost against size: Secrets of 1 KiB, medians of %d runs (from %d on, 1 run)\n\n", s.runs, oneRunFrom)
	fmt.Fprintln(out, "| Secrets | time | objects/s (runs) | client CPU an object | peak memory | a second run writes |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|")
	for _, size := range s.sizes {
		if err := runSize(out, s, size); err != nil {
			return fmt.Errorf("%d Secrets: %w", size, err)
		}
	}
	return nil
}

func runSize(out io.Writer, s settings, size int) error {
	track, err := newTrack(course{secrets: size, key: oldKey}, s.lock)
	if err != nil {
		return err
	}
	defer track.cluster.Close()
	runs := s.runs
	if size >= oneRunFrom {
		runs = 1
	}
	var samples []sample
	for i := range runs {
		fmt.Fprintf(os.Stderr, "bench: size %d, run %d of %d\n", size, i+1, runs)
		sample, err := track.one(contender{name: pluginName, run: runPlugin()}, track.cluster.Servers[0].URL())
		if err != nil {
			return err
		}
		samples = append(samples, sample)
	}
	again, err := track.again()
	if err != nil {
		return err
	}
	seconds := median(collect(samples, func(s sample) float64 { return s.wall.Seconds() }))
	fmt.Fprintf(out, "| %d | %v | %.0f (%d) | %.0f µs | %.1f MiB | %d |\n", size,
		time.Duration(seconds*float64(time.Second)).Round(100*time.Millisecond), rateOf(samples), len(samples),
		cpuOf(samples)*1e6, median(collect(samples, sample.mebibytes)), again)
	return nil
}

// again runs once more without making anything stale, and returns how many Secrets that wrote: 0 is right, and all
// of them have to be accounted for.
func (t *track) again() (rewritten int, err error) {
	meter, err := newMeter()
	if err != nil {
		return 0, err
	}
	defer meter.close()
	report, err := rewrite(meter, t.job(harness.Admin, t.cluster.Servers[0].URL()))
	if err == nil && (report.Total != t.secrets || report.Rewritten != 0) {
		err = fmt.Errorf("the second run wrote %d of %d Secrets", report.Rewritten, report.Total)
	}
	return report.Rewritten, err
}
