// Command snapshot writes a snapshot of many Secrets, and measures what reading it costs.
//
//	go run ./bench/snapshot -secrets 500000 -bytes 1900 -dump build/release/snapshot_dump FILE
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"kubectl-encrypt/tests/cluster/bench/etcdfile"
)

type settings struct {
	secrets    etcdfile.Secrets
	dump, path string
}

func main() {
	var s settings
	flag.IntVar(&s.secrets.Count, "secrets", 500000, "Secrets")
	flag.IntVar(&s.secrets.Bytes, "bytes", 1800, "bytes of each as it is stored, at the most")
	flag.IntVar(&s.secrets.Namespaces, "namespaces", 200, "namespaces that they are in")
	flag.StringVar(&s.dump, "dump", "", "`snapshot_dump` to measure; otherwise the file is only written")
	flag.Parse()
	s.path = flag.Arg(0)
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "snapshot:", err)
		os.Exit(1)
	}
}

func run(s settings) error {
	if _, err := os.Stat(s.path); err != nil {
		if err := s.secrets.WriteSnapshot(s.path); err != nil {
			return err
		}
	}
	if s.dump == "" {
		return nil
	}
	for _, args := range [][]string{{"--quiet"}, {"--quiet", "--residue"}, {"--quiet", "--prefix", "/registry/secrets/"}} {
		if err := measure(s, args); err != nil {
			return err
		}
	}
	return nil
}

// Twice each: the first run may also wait for the disk.
func measure(s settings, args []string) error {
	result := s.path + ".cost"
	defer os.Remove(result)
	for range 2 {
		command := exec.Command("python3", append([]string{measurePy(), result, s.dump}, append(args, s.path)...)...)
		began := time.Now()
		output, err := command.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%v: %w: %s", args, err, output)
		}
		wall := time.Since(began)
		var cpu float64
		var peak int64
		cost, err := os.ReadFile(result)
		if err == nil {
			_, err = fmt.Sscan(string(cost), &cpu, &peak)
		}
		if err != nil {
			return err
		}
		fmt.Printf("%v: wall %.2f s, CPU %.2f s, peak %d MiB\n%s", args, wall.Seconds(), cpu, peak>>20, output)
	}
	return nil
}

func measurePy() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "measure.py")
}
