// Package snapshot_test compares our readers of etcd's files with bbolt and etcd themselves.
package snapshot_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

// found is one line of snapshot_dump.
type found struct {
	place, key           string
	create, mod, version int64
	hash                 string
}

func foundAs(place string, kv *mvccpb.KeyValue) found {
	return found{
		place: place, key: string(kv.Key), create: kv.CreateRevision, mod: kv.ModRevision, version: kv.Version,
		hash: fmt.Sprintf("sha256:%x", sha256.Sum256(kv.Value)),
	}
}

// dump is all that it printed.
type dump struct {
	values []found
	facts  map[string]string // of all lines of facts
}

// current is in the order of the keys; the file may have another one.
func (d dump) current() []found {
	values := d.at("current")
	slices.SortFunc(values, func(a, b found) int { return strings.Compare(a.key, b.key) })
	return values
}

func (d dump) at(place string) (values []found) {
	for _, value := range d.values {
		if value.place == place {
			values = append(values, value)
		}
	}
	return values
}

func (d dump) number(t *testing.T, fact string) int64 {
	t.Helper()
	number, err := strconv.ParseInt(d.facts[fact], 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", fact, err)
	}
	return number
}

func runDump(t *testing.T, args ...string) dump {
	t.Helper()
	output, err := exec.Command(dumpTool(t), args...).Output()
	if err != nil {
		if exit, is := err.(*exec.ExitError); is {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		t.Fatalf("snapshot_dump %v: %v", args, err)
	}
	result := dump{facts: map[string]string{}}
	for line := range strings.Lines(string(output)) {
		result.take(t, strings.TrimSuffix(line, "\n"))
	}
	return result
}

func (d *dump) take(t *testing.T, line string) {
	t.Helper()
	columns := strings.Split(line, "\t")
	if len(columns) == 2 {
		for fact := range strings.FieldsSeq(columns[1]) {
			name, value, _ := strings.Cut(fact, "=")
			d.facts[name] = value
		}
		return
	}
	if len(columns) != 6 {
		t.Fatalf("a line of %d columns: %q", len(columns), line)
	}
	value := found{place: columns[0], key: columns[1], hash: columns[5]}
	for i, number := range []*int64{&value.create, &value.mod, &value.version} {
		parsed, err := strconv.ParseInt(columns[2+i], 10, 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		*number = parsed
	}
	d.values = append(d.values, value)
}

// dumpTool is KENCRYPT_SNAPSHOT_DUMP, else the one of the unit tests' build under ASan, else of the other.
func dumpTool(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("KENCRYPT_SNAPSHOT_DUMP"); path != "" {
		return path
	}
	_, file, _, _ := runtime.Caller(0)
	build := filepath.Join(filepath.Dir(file), "..", "..", "..", "..", "build")
	for _, preset := range []string{"asan", "dev"} {
		path := filepath.Join(build, preset, "tests", "snapshot_dump")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatal("no snapshot_dump: build the unit tests first (cmake --preset dev && cmake --build --preset dev)")
	return ""
}
