// Package config_test compares `config` with what the API servers' own loader says of the same files.
package config_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// How a server runs: the bits of package configoracle.
const (
	reload = 1
	kmsV1  = 2
)

// judge is a process that answers questions about configurations.
type judge struct {
	name string
	in   io.WriteCloser
	out  *bufio.Reader
}

func startJudge(t *testing.T, name, program string, args ...string) *judge {
	t.Helper()
	command := exec.Command(program, args...)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	kit.Must(t, err)
	out, err := command.StdoutPipe()
	kit.Must(t, err)
	kit.Must(t, command.Start())
	t.Cleanup(func() {
		in.Close()
		if err := command.Wait(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	return &judge{name, in, bufio.NewReader(out)}
}

// says returns the whole line, and whether it begins with "ok".
func (j *judge) says(t *testing.T, how byte, config string) (string, bool) {
	t.Helper()
	question := binary.BigEndian.AppendUint32([]byte{how}, uint32(len(config)))
	_, err := j.in.Write(append(question, config...))
	kit.Must(t, err)
	line, err := j.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%s ended at\n%s", j.name, config)
	}
	return strings.TrimSpace(line), line == "ok\n"
}

func root(t *testing.T) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..", "..", "..")
}

// tool is the newest build of a program of tests/tools.
func tool(t *testing.T, name string) string {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(root(t), "build", "*", "tests", name))
	newest, when := "", int64(0)
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && info.ModTime().UnixNano() > when {
			newest, when = path, info.ModTime().UnixNano()
		}
	}
	if newest == "" {
		t.Fatalf("no %s: build the unit tests first", name)
	}
	return newest
}

func oracle(t *testing.T, version, binary string) *judge {
	t.Helper()
	return startJudge(t, "the loader of "+version, filepath.Join(root(t), "build", "cluster", binary), "config-oracle")
}

func number(name string, otherwise uint64) uint64 {
	if value, err := strconv.ParseUint(os.Getenv(name), 10, 64); err == nil {
		return value
	}
	return otherwise
}

func draw(seed, index uint64) (how byte, config string) {
	r := rand.New(rand.NewPCG(seed, index))
	config = write(r, newGrammar(r, []float64{0, 0, 0, 0.005, 0.02, 0.1}[r.IntN(6)]).root())
	if r.IntN(3) == 0 {
		config = mutate(r, config)
	}
	return byte(r.IntN(4)), config
}

// The same verdict as the servers of two releases on each of ten thousand files.
func TestLintAgreesWithTheServersLoader(t *testing.T) {
	lint := startJudge(t, "config lint", tool(t, "config_verdict"))
	servers := []*judge{oracle(t, "1.37", "kencrypt-cluster"), oracle(t, "1.34", "kencrypt-apiserver-1.34")}
	seed, count := number("KENCRYPT_CONFIGS_SEED", 1), number("KENCRYPT_CONFIGS", 10_000)
	accepted, different := uint64(0), 0
	for index := range count {
		how, config := draw(seed, index)
		ours, ok := lint.says(t, how, config)
		if ok {
			accepted++
		}
		for _, server := range servers {
			if theirs, expected := server.says(t, how, config); ok != expected && different < 20 {
				different++
				t.Errorf("seed %d, file %d, reload=%t kmsv1=%t\nconfig lint: %s\n%s: %s\n%q\n%s", seed, index, how&reload != 0,
					how&kmsV1 != 0, ours, server.name, theirs, config, config)
			}
		}
	}
	t.Logf("%d files, of which %d are accepted", count, accepted)
	if accepted < count/5 || accepted > count*4/5 {
		t.Errorf("%d of %d files are accepted: they do not try both answers", accepted, count)
	}
}
