package main

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// sample is one run. cpu and rss are those of the client's processes alone; of
// a pipe the CPU of both and the memory of both at their peaks.
type sample struct {
	objects int
	wall    time.Duration
	cpu     time.Duration
	rss     int64
}

type contender struct {
	name        string
	user        string              // of the harness, "" = admin
	concurrency int                 // the most requests at a time, 0 = it finds out itself
	rehearse    func(job job) error // nil, or what comes once before all runs
	run         func(m *meter, job job) error
}

// job is what a contender is to do: all of the Secrets that are there.
type job struct {
	cluster            *harness.Cluster
	kubeconfig, server string
	secrets            int
}

const (
	pipeName     = `kubectl get \| kubectl replace`
	loopName     = "Go loop, 64 workers"
	pluginName   = "kubectl encrypt rewrite"
	adaptiveName = "adaptive"
)

// runPipe is what the documentation of Kubernetes says to do.
func runPipe(m *meter, job job) error {
	flags := []string{"--kubeconfig", job.kubeconfig, "--server", job.server}
	get := m.command("kubectl", append(flags, "get", "secrets", "-A", "-o", "json")...)
	replace := m.command("kubectl", append(flags, "replace", "-f", "-")...)
	var complaints bytes.Buffer
	get.Stderr, replace.Stderr = &complaints, &complaints
	pipe, err := get.StdoutPipe()
	if err != nil {
		return err
	}
	replace.Stdin = pipe
	if err := errors.Join(get.Start(), replace.Start()); err != nil {
		return err
	}
	if err := errors.Join(replace.Wait(), get.Wait()); err != nil {
		return fmt.Errorf("%w: %.500s", err, complaints.String())
	}
	return nil
}

// runLoop makes a plain Go loop with that many requests at a time.
func runLoop(workers int) func(*meter, job) error {
	return func(m *meter, job job) error {
		binary, err := harness.Binary()
		if err != nil {
			return err
		}
		return runOne(m.command(binary, "put-loop", "--kubeconfig", job.kubeconfig, "--server", job.server,
			"--workers", fmt.Sprint(workers)))
	}
}

// runPlugin makes a run of the plugin with further flags. It calls the binary itself: kubectl replaces itself by it,
// but its own peak memory would be counted.
func runPlugin(flags ...string) func(*meter, job) error {
	return func(m *meter, job job) error {
		_, err := rewrite(m, job, flags...)
		return err
	}
}

// rewrite runs the plugin and returns its report. The history of many runs in one etcd is more than the check of its
// quota expects.
func rewrite(m *meter, job job, flags ...string) (plugin.RewriteReport, error) {
	return report[plugin.RewriteReport](m, append([]string{"rewrite", "secrets", "--yes", "--skip-checks=quota",
		"--kubeconfig", job.kubeconfig, "--server", job.server}, flags...)...)
}

// report runs the plugin and returns what it reports.
func report[Report any](m *meter, args ...string) (none Report, err error) {
	binary, err := plugin.Binary()
	if err != nil {
		return none, err
	}
	command := m.command(binary, append(args, "-o", "json")...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		return none, fmt.Errorf("%w: %.500s", err, complaints.String())
	}
	return plugin.Decode[Report](plugin.Result{Stdout: string(output), Stderr: complaints.String()})
}

func runOne(command *exec.Cmd) error {
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %.500s", err, output)
	}
	return nil
}
