package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/bench/etcdfile"
	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	tornPage    = 4096
	tornSecrets = 240
)

// database writes Secrets to a file of etcd, and knows how many of them were under which key at each revision.
type database struct {
	t      *testing.T
	writer *etcdfile.Writer
	under  map[string]string        // by the Secret's name
	last   map[string]int64         // revision, by the same
	counts map[int64]map[string]int // by revision and key
}

func newDatabase(t *testing.T) *database {
	t.Helper()
	writer, err := etcdfile.Create(filepath.Join(t.TempDir(), "db"), etcdfile.Options{PageSize: tornPage})
	kit.Must(t, err)
	t.Cleanup(func() { writer.DB.Close() })
	return &database{t, writer, map[string]string{}, map[string]int64{}, map[int64]map[string]int{}}
}

func secretNumber(i int) string { return fmt.Sprintf("s%04d", i) }

// write puts Secrets under a key, each in a transaction of etcd, all in one of bbolt.
func (d *database) write(key string, numbers ...int) {
	d.t.Helper()
	kit.Must(d.t, d.writer.Batch(func(b *etcdfile.Batch) error {
		for _, i := range numbers {
			name := secretNumber(i)
			kv, err := b.Put("/registry/secrets/torn/"+name, []byte("k8s:enc:aescbc:v1:"+key+":"+strings.Repeat(name, 60)))
			if err != nil {
				return err
			}
			d.under[name], d.last[name] = key, kv.ModRevision
			counts := map[string]int{}
			for _, one := range d.under {
				counts[one]++
			}
			d.counts[kv.ModRevision] = counts
		}
		return nil
	}))
}

// rewriteAndCompact writes a Secret anew, and has a compaction remove what it was.
func (d *database) rewriteAndCompact(key string, number int) {
	d.t.Helper()
	before := d.last[secretNumber(number)]
	d.write(key, number)
	kit.Must(d.t, d.writer.Batch(func(b *etcdfile.Batch) error { return b.Compact(d.writer.Revision) }))
	kit.Must(d.t, d.writer.Batch(func(b *etcdfile.Batch) error { return b.Drop(before) }))
}

func (d *database) image() []byte {
	d.t.Helper()
	content, err := os.ReadFile(d.writer.DB.Path())
	kit.Must(d.t, err)
	return content
}

func numbers(from, to int) (all []int) {
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

// lookAtCopy is what status says of a file without a checksum: nothing, with an error that says what to do, or a report
// in which nothing is exact.
func lookAtCopy(t *testing.T, path string, content []byte) (report plugin.CoverageReport, refused bool) {
	t.Helper()
	kit.Must(t, os.WriteFile(path, content, 0o600))
	result, err := plugin.Do(plugin.Run{Args: []string{"status", "-A", "-o", "json", "--by=key", "--snapshot", path}, Bare: true})
	kit.Must(t, err)
	if result.ExitCode != 0 {
		if result.ExitCode != 1 || result.Stdout != "" || !strings.Contains(result.Stderr, "while etcd wrote to it") {
			t.Errorf("exit %d, stdout %q, stderr %q", result.ExitCode, result.Stdout, result.Stderr)
		}
		return report, true
	}
	report, err = plugin.Decode[plugin.CoverageReport](result)
	kit.Must(t, err)
	if strings.Contains(result.Stdout, `"exact": true`) || report.Evidence != "unverified copy" ||
		!strings.Contains(result.Stderr, "Warning: the file has no checksum") {
		t.Errorf("a file without a checksum: evidence %q, stderr %q\n%.2000s", report.Evidence, result.Stderr, result.Stdout)
	}
	return report, false
}

// revisionOf is the one that a report is of.
func revisionOf(t *testing.T, report plugin.CoverageReport) (revision int64) {
	t.Helper()
	_, rest, _ := strings.Cut(report.Source, "as of revision ")
	_, err := fmt.Sscan(strings.TrimRight(strings.Fields(rest)[0], ","), &revision)
	kit.Must(t, err)
	return revision
}

// TestTornCopy takes the first pages from one moment and the rest from a later one, as a copy does that takes its time.
// Where nothing was compacted no revision may be missing, so what is not refused is what etcd held.
func TestTornCopy(t *testing.T) {
	d := newDatabase(t)
	d.write("key1", numbers(0, tornSecrets)...)
	path, read, refused := filepath.Join(t.TempDir(), "torn"), 0, 0
	for round := range 4 {
		before := d.image()
		d.write("key2", numbers(round*7, round*7+20+round*40)...)
		d.write("key1", round)
		after := d.image()
		for split := tornPage; split < len(before); split += tornPage {
			report, no := lookAtCopy(t, path, append(before[:split:split], after[split:]...))
			if no {
				refused++
				continue
			}
			read++
			revision := revisionOf(t, report)
			want, known := d.counts[revision]
			for _, key := range report.Total.Keys {
				known = known && key.Count == want[key.Key]
			}
			if !known || report.Total.Total != tornSecrets {
				t.Errorf("round %d, first %d of %d bytes: %+v at revision %d, etcd had %v", round, split, len(after),
					report.Total, revision, want)
			}
		}
	}
	t.Logf("%d copies read rightly, %d refused", read, refused)
	if read == 0 || refused == 0 {
		t.Error("that tells nothing")
	}
}

// TestTornCopyThatCannotBeTold: a page may have been written anew with the same first revision after a compaction. That
// looks as if the compaction before had removed what is missing; so nothing is exact without a checksum.
func TestTornCopyThatCannotBeTold(t *testing.T) {
	d := newDatabase(t)
	d.write("key1", numbers(0, tornSecrets)...)
	d.write("key1", tornSecrets-1)
	d.rewriteAndCompact("key1", 0)
	first := d.image()
	path, lacking, refused := filepath.Join(t.TempDir(), "torn"), 0, 0
	for round := range 12 {
		d.rewriteAndCompact("key2", 100+round)
		second := d.image()
		for page := 2 * tornPage; page < len(first); page += tornPage {
			mixed := append([]byte{}, first...)
			copy(mixed[page:page+tornPage], second[page:])
			if string(mixed) == string(first) {
				continue
			}
			report, no := lookAtCopy(t, path, mixed)
			switch {
			case no:
				refused++
			case report.Total.Total < tornSecrets:
				lacking++
			}
		}
	}
	t.Logf("%d copies refused, %d lack Secrets and do not say that they are exact", refused, lacking)
	if lacking == 0 || refused < 4*lacking {
		t.Error("either there is nothing to recognise, or too little of it is")
	}
}
