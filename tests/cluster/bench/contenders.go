package main

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
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
	name string
	run  func(kubeconfig, server string) (sample, error)
}

const (
	pipeName   = "kubectl get | kubectl replace"
	loopName   = "Go loop, 64 workers"
	pluginName = "kubectl encrypt rewrite"
)

var contenders = []contender{
	{pipeName, runPipe},
	{loopName, runLoop},
	{pluginName, runPlugin},
}

func runPipe(kubeconfig, server string) (sample, error) {
	flags := []string{"--kubeconfig", kubeconfig, "--server", server}
	get := exec.Command("kubectl", append(flags, "get", "secrets", "-A", "-o", "json")...)
	replace := exec.Command("kubectl", append(flags, "replace", "-f", "-")...)
	var complaints bytes.Buffer
	get.Stderr, replace.Stderr = &complaints, &complaints
	pipe, err := get.StdoutPipe()
	if err != nil {
		return sample{}, err
	}
	replace.Stdin = pipe
	started := time.Now()
	if err := errors.Join(get.Start(), replace.Start()); err != nil {
		return sample{}, err
	}
	if err := errors.Join(replace.Wait(), get.Wait()); err != nil {
		return sample{}, fmt.Errorf("%w: %.500s", err, complaints.String())
	}
	return measured(started, get, replace), nil
}

func runLoop(kubeconfig, server string) (sample, error) {
	binary, err := harness.Binary()
	if err != nil {
		return sample{}, err
	}
	return runOne(exec.Command(binary, "put-loop", "--kubeconfig", kubeconfig, "--server", server, "--workers", "64"))
}

// The binary itself: kubectl replaces itself by it, but its own peak memory
// would be counted.
func runPlugin(kubeconfig, server string) (sample, error) {
	binary, err := plugin.Binary()
	if err != nil {
		return sample{}, err
	}
	return runOne(exec.Command(binary, "rewrite", "secrets", "--yes", "--kubeconfig", kubeconfig, "--server", server))
}

func runOne(command *exec.Cmd) (sample, error) {
	started := time.Now()
	if output, err := command.CombinedOutput(); err != nil {
		return sample{}, fmt.Errorf("%w: %.500s", err, output)
	}
	return measured(started, command), nil
}

func measured(started time.Time, commands ...*exec.Cmd) sample {
	result := sample{wall: time.Since(started)}
	for _, command := range commands {
		state := command.ProcessState
		result.cpu += state.UserTime() + state.SystemTime()
		if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
			result.rss += usage.Maxrss * 1024
		}
	}
	return result
}
