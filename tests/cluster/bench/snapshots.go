package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kubectl-encrypt/tests/cluster/bench/etcdfile"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const snapshotName = "kubectl encrypt status --snapshot"

// runSnapshot shows what it costs to read a large snapshot: both what is current and what else the file holds, as
// the plugin always looks for both.
func runSnapshot(s settings) error {
	dir, err := os.MkdirTemp("", "kencrypt-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := snapshotFile{
		path: filepath.Join(dir, "snapshot.db"), config: filepath.Join(dir, "encryption.yaml"),
		secrets: etcdfile.Secrets{Count: s.snapshotSecrets, Bytes: 1800, Namespaces: 200},
	}
	fmt.Fprintf(os.Stderr, "bench: writing a snapshot of %d Secrets\n", s.snapshotSecrets)
	if err := file.write(); err != nil {
		return err
	}
	samples, err := file.measure(s)
	if err != nil {
		return err
	}
	return file.print(os.Stdout, samples)
}

// snapshotFile is a snapshot, and the configuration under whose write key everything in it is stored.
type snapshotFile struct {
	path, config string
	secrets      etcdfile.Secrets
}

func (f snapshotFile) write() error {
	text := harness.Encryption(harness.AESCBC(etcdfile.SecretsKey), harness.Identity())
	if err := os.WriteFile(f.config, []byte(text), 0o600); err != nil {
		return err
	}
	return f.secrets.WriteSnapshot(f.path)
}

// measure leaves out the first run, which may wait for the disk.
func (f snapshotFile) measure(s settings) (samples []sample, err error) {
	for i := range s.runs + 1 {
		fmt.Fprintf(os.Stderr, "bench: snapshot, run %d of %d\n", i, s.runs)
		release, err := quiet(s.lock)
		if err != nil {
			return nil, err
		}
		one, err := timed(contender{run: f.read}, job{secrets: f.secrets.Count})
		release()
		if err != nil {
			return nil, err
		}
		if i > 0 {
			samples = append(samples, one)
		}
	}
	return samples, nil
}

func (f snapshotFile) read(m *meter, job job) error {
	found, err := report[plugin.CoverageReport](m, "status", "--snapshot", f.path, "--config", f.config)
	if err != nil {
		return err
	}
	superseded := []plugin.Residue{{Place: "superseded", Provider: "aescbc", Key: etcdfile.SecretsKey, Values: f.secrets.Superseded()}}
	if !slices.Equal(found.Residue, superseded) {
		return fmt.Errorf("besides the current values there should be %+v, and status says %+v", superseded, found.Residue)
	}
	return allCurrent(found, "snapshot", job.secrets)
}

func (f snapshotFile) print(out io.Writer, samples []sample) error {
	info, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n### status of a snapshot: %.2f GiB with %d Secrets and %d values besides the current ones, medians of %d runs\n\n",
		float64(info.Size())/(1<<30), f.secrets.Count, f.secrets.Superseded(), len(samples))
	cpu := collect(samples, func(s sample) float64 { return s.cpu.Seconds() })
	wall := collect(samples, func(s sample) float64 { return s.wall.Seconds() })
	fmt.Fprintln(out, "| | CPU (least..most) | time | peak memory |")
	fmt.Fprintln(out, "|---|---|---|---|")
	fmt.Fprintf(out, "| %s | %.2f s (%.2f..%.2f) | %v | %.1f MiB |\n", snapshotName, median(cpu), slices.Min(cpu), slices.Max(cpu),
		time.Duration(median(wall)*float64(time.Second)).Round(10*time.Millisecond), median(collect(samples, sample.mebibytes)))
	return nil
}
