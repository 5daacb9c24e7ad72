package main

import (
	"fmt"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
)

// contest is one question: contenders that do the same work in turns, and what each is compared with.
type contest struct {
	name       string // for -only
	title      string
	course     course
	rtts       []time.Duration
	contenders []contender
	against    func(results map[string][]sample) (contender string) // ratios are to its median
}

// slowest is the rate below which a contender of the contest "adaptive" is left out: with N requests at a time it
// gets N/rtt objects a second at the most, and the server more than that.
const slowest = 250

// rewriteContests are about making all Secrets current that are stale.
func rewriteContests(s settings) []contest {
	course := course{secrets: s.secrets, key: oldKey}
	return []contest{
		{
			name: "kubectl", title: "the plugin, kubectl and a Go loop", course: course,
			rtts: []time.Duration{0, 20 * time.Millisecond},
			contenders: []contender{
				{name: pipeName, run: runPipe},
				{name: loopName, run: runLoop(64)},
				{name: pluginName, run: runPlugin()},
			},
			against: always(pipeName),
		},
		{
			name: "adaptive", title: "adaptive against fixed concurrency", course: course,
			rtts:       []time.Duration{0, 5 * time.Millisecond, 20 * time.Millisecond},
			contenders: append([]contender{{name: adaptiveName, run: runPlugin()}}, fixed(s.fixed)...),
			against:    bestFixed,
		},
		{
			name: "strategy", title: "replace against patch", course: course,
			rtts: []time.Duration{0, 20 * time.Millisecond},
			contenders: []contender{
				{name: "--strategy=replace", run: runPlugin("--strategy=replace")},
				{name: "--strategy=patch", run: runPlugin("--strategy=patch")},
			},
			against: always("--strategy=replace"),
		},
		{
			name: "fairness", title: "a user under priority and fairness against system:masters", course: course,
			rtts: []time.Duration{0, 20 * time.Millisecond},
			contenders: []contender{
				{name: "system:masters", run: runPlugin()},
				{name: "user under fairness", user: harness.Fair, run: runPlugin()},
			},
			against: always("system:masters"),
		},
	}
}

// fixed makes contenders of 1, 2, 4 ... 64 requests at a time. --concurrency is a ceiling: the plugin begins below it
// and comes down when the server asks for it, as no other way of running the same program is there. -fixed=loop takes
// the Go loop instead, which is truly fixed and another program.
func fixed(kind string) (list []contender) {
	for workers := 1; workers <= 64; workers *= 2 {
		run := runPlugin(fmt.Sprintf("--concurrency=%d", workers))
		if kind == "loop" {
			run = runLoop(workers)
		}
		list = append(list, contender{name: fmt.Sprintf("at most %d", workers), concurrency: workers, run: run})
	}
	return list
}

// takesPart leaves out who cannot win and would take minutes.
func (c contender) takesPart(rtt time.Duration) bool {
	return c.concurrency == 0 || float64(c.concurrency) >= slowest*rtt.Seconds()
}

func always(name string) func(map[string][]sample) string {
	return func(map[string][]sample) string { return name }
}

func bestFixed(results map[string][]sample) (best string) {
	for name, samples := range results {
		if name != adaptiveName && (best == "" || rateOf(samples) > rateOf(results[best])) {
			best = name
		}
	}
	return best
}

func rateOf(samples []sample) float64 { return median(collect(samples, sample.rate)) }
