// Command snapshot writes a snapshot of many Secrets, and measures what reading it costs.
//
//	go run ./bench/snapshot -secrets 500000 -bytes 1900 -dump build/release/snapshot_dump FILE
//
// Namespaces are written in turns, so that the order of revisions is not that of keys; a tenth of the Secrets
// is written twice.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"kubectl-encrypt/tests/cluster/bench/etcdfile"
)

const perTransaction = 10000 // etcd's batch limit

type settings struct {
	secrets, bytes, namespaces int
	dump, path                 string
}

func main() {
	var s settings
	flag.IntVar(&s.secrets, "secrets", 500000, "Secrets")
	flag.IntVar(&s.bytes, "bytes", 1800, "bytes of each as it is stored")
	flag.IntVar(&s.namespaces, "namespaces", 200, "namespaces that they are in")
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
		if err := write(s); err != nil {
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

func write(s settings) error {
	scratch := s.path + ".db"
	defer os.Remove(scratch)
	w, err := etcdfile.Create(scratch, etcdfile.Options{PageSize: 4096})
	if err != nil {
		return err
	}
	defer w.DB.Close()
	for first := 0; first < s.secrets; first += perTransaction {
		err := w.Batch(func(b *etcdfile.Batch) error { return s.secretsFrom(b, first) })
		if err != nil {
			return err
		}
	}
	return w.Snapshot(s.path)
}

func (s settings) secretsFrom(b *etcdfile.Batch, first int) error {
	for i := first; i < min(first+perTransaction, s.secrets); i++ {
		key := fmt.Sprintf("/registry/secrets/namespace-%03d/secret-%07d", i%s.namespaces, i)
		times := 1
		if i%10 == 0 {
			times = 2
		}
		for range times {
			if _, err := b.Put(key, s.value(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// value looks like one under aescbc: a prefix and noise.
func (s settings) value(i int) []byte {
	value := bytes.NewBufferString("k8s:enc:aescbc:v1:key1:")
	random := rand.NewPCG(uint64(i), 1)
	for value.Len() < s.bytes {
		fmt.Fprintf(value, "%016x", random.Uint64())
	}
	return value.Bytes()[:s.bytes]
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
