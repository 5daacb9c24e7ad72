package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// printTable writes Markdown, so that the newest table can be put into the documentation as it is.
func printTable(out io.Writer, contest contest, rtt time.Duration, runs int, results map[string][]sample) {
	fmt.Fprintf(out, "\n### %s: %d %sSecrets of 1 KiB, %v of round trip added, medians of %d runs\n\n",
		contest.title, contest.course.secrets, contest.course.state(), rtt, runs)
	base := contest.against(results)
	baseRate, baseCPU := rateOf(results[base]), cpuOf(results[base])
	fmt.Fprintf(out, "| | objects/s (least..most) | times %s | client CPU an object | times %s | peak memory |\n", base, base)
	fmt.Fprintln(out, "|---|---|---|---|---|---|")
	for _, contender := range contest.contenders {
		samples := results[contender.name]
		if len(samples) == 0 {
			fmt.Fprintf(out, "| %s | below %.0f | | | | |\n", contender.name, float64(contender.concurrency)/rtt.Seconds())
			continue
		}
		rates := collect(samples, sample.rate)
		fmt.Fprintf(out, "| %s | %.0f (%.0f..%.0f) | %.2f | %.0f µs | %.2f | %.1f MiB |\n",
			contender.name, median(rates), slices.Min(rates), slices.Max(rates), median(rates)/baseRate,
			cpuOf(samples)*1e6, cpuOf(samples)/baseCPU, median(collect(samples, sample.mebibytes)))
	}
}

func cpuOf(samples []sample) float64 { return median(collect(samples, sample.cpuPerObject)) }

func (s sample) rate() float64         { return float64(s.objects) / s.wall.Seconds() }
func (s sample) cpuPerObject() float64 { return s.cpu.Seconds() / float64(s.objects) }
func (s sample) mebibytes() float64    { return float64(s.rss) / (1 << 20) }

func collect(samples []sample, value func(sample) float64) []float64 {
	values := make([]float64, 0, len(samples))
	for _, s := range samples {
		values = append(values, value(s))
	}
	return values
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
