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
	name string
	run  func(m *meter, kubeconfig, server string) error
}

const (
	pipeName   = `kubectl get \| kubectl replace`
	loopName   = "Go loop, 64 workers"
	pluginName = "kubectl encrypt rewrite"
)

var contenders = []contender{
	{pipeName, runPipe},
	{loopName, runLoop},
	{pluginName, runPlugin},
}

func runPipe(m *meter, kubeconfig, server string) error {
	flags := []string{"--kubeconfig", kubeconfig, "--server", server}
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

func runLoop(m *meter, kubeconfig, server string) error {
	binary, err := harness.Binary()
	if err != nil {
		return err
	}
	return runOne(m.command(binary, "put-loop", "--kubeconfig", kubeconfig, "--server", server, "--workers", "64"))
}

// The binary itself: kubectl replaces itself by it, but its own peak memory
// would be counted.
func runPlugin(m *meter, kubeconfig, server string) error {
	binary, err := plugin.Binary()
	if err != nil {
		return err
	}
	return runOne(m.command(binary, "rewrite", "secrets", "--yes", "--kubeconfig", kubeconfig, "--server", server))
}

func runOne(command *exec.Cmd) error {
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %.500s", err, output)
	}
	return nil
}
