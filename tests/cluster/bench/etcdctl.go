package main

import (
	"bytes"
	"fmt"
	"os/exec"

	"kubectl-encrypt/tests/cluster/harness"
)

// etcdctl is the call that reads all Secrets; its own time limit of 5 s is for less.
func etcdctl(job job) (command []string, err error) {
	binary, err := harness.Etcdctl()
	state := job.cluster.State()
	return []string{binary, "--command-timeout=60s", "--endpoints", state.Etcd.Endpoint,
		"--cacert", state.CA, "--cert", state.Etcd.Cert, "--key", state.Etcd.Key,
		"get", "--prefix", harness.SecretsPrefix}, err
}

// runEtcdctl throws away what etcdctl prints.
func runEtcdctl(m *meter, job job) error {
	call, err := etcdctl(job)
	if err != nil {
		return err
	}
	command := m.command(call[0], call[1:]...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	if err := command.Run(); err != nil {
		return fmt.Errorf("%w: %.500s", err, complaints.String())
	}
	return nil
}

// rehearseEtcdctl sees, once, that what runEtcdctl throws away is everything: each key and each value on a line.
func rehearseEtcdctl(job job) error {
	call, err := etcdctl(job)
	if err != nil {
		return err
	}
	var printed counter
	command := exec.Command(call[0], call[1:]...)
	command.Stdout = &printed
	if err := command.Run(); err != nil {
		return err
	}
	entries, err := job.cluster.ReadEtcd(harness.SecretsPrefix)
	wanted := counter(0)
	for _, entry := range entries {
		wanted += counter(len(entry.Key) + len(entry.Value) + len("\n\n"))
	}
	if err == nil && printed != wanted {
		err = fmt.Errorf("etcdctl printed %d bytes, and the keys and values of etcd are %d", printed, wanted)
	}
	return err
}

// counter counts the bytes that are written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
