package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// printTable writes Markdown, so that the newest table can be put into the
// documentation as it is.
func printTable(out io.Writer, rtt time.Duration, s settings, rows map[string][]sample) {
	fmt.Fprintf(out, "\n### %d stale Secrets of 1 KiB, %v of round trip added, medians of %d runs\n\n",
		s.secrets, rtt, s.runs)
	fmt.Fprintln(out, "| | objects/s (least..most) | of the Go loop | of kubectl | client CPU an object | of kubectl | peak memory |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|")
	for _, contender := range contenders {
		samples := rows[contender.name]
		rates := collect(samples, sample.rate)
		cpu := median(collect(samples, sample.cpuPerObject))
		fmt.Fprintf(out, "| %s | %.0f (%.0f..%.0f) | %.2f | %.1f | %.0f µs | 1/%.1f | %.1f MiB |\n",
			contender.name, median(rates), slices.Min(rates), slices.Max(rates),
			median(rates)/median(collect(rows[loopName], sample.rate)),
			median(rates)/median(collect(rows[pipeName], sample.rate)),
			cpu*1e6, median(collect(rows[pipeName], sample.cpuPerObject))/cpu,
			median(collect(samples, sample.mebibytes)))
	}
}

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
