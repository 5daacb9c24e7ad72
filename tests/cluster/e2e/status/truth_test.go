package status

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// stored counts Secrets by what they are stored under.
type stored map[harness.Storage]int

// truth is stored by namespace, as etcd has it.
type truth map[string]stored

func readTruth(t *testing.T, cluster *harness.Cluster, namespaces ...string) truth {
	t.Helper()
	entries, err := cluster.ReadEtcd(harness.SecretsPrefix)
	must(t, err)
	result := truth{}
	for _, entry := range entries {
		namespace, _ := harness.SplitKey(entry.Key)
		if len(namespaces) > 0 && !slices.Contains(namespaces, namespace) {
			continue
		}
		if result[namespace] == nil {
			result[namespace] = stored{}
		}
		result[namespace][classify(entry.Value)]++
	}
	return result
}

// classify is harness.Classify for key names with colons as well.
func classify(value []byte) harness.Storage {
	for _, key := range hostileKeys {
		if strings.HasPrefix(string(value), "k8s:enc:aescbc:v1:"+key+":") {
			return harness.Storage{Provider: "aescbc", Key: key}
		}
	}
	return harness.Classify(value)
}

func (s stored) total() int {
	sum := 0
	for _, count := range s {
		sum += count
	}
	return sum
}

func (t truth) total() int {
	sum := 0
	for _, one := range t {
		sum += one.total()
	}
	return sum
}

// row is what an exact report says of one namespace; a nil write key is one that
// is not known.
func (s stored) row(namespace string, write *harness.Storage) plugin.Counts {
	row := plugin.Counts{Namespace: namespace, Resource: "secrets", Total: s.total(), Exact: true}
	for under, count := range s {
		switch {
		case under == plain:
			row.Plaintext += count
		case write == nil:
			row.Unknown += count
		case under == *write:
			row.Current += count
		default:
			row.Stale += count
		}
		row.Keys = append(row.Keys, plugin.Key{Provider: under.Provider, Key: under.Key, Count: count})
	}
	sortKeys(row.Keys)
	return row
}

func sortKeys(keys []plugin.Key) {
	slices.SortFunc(keys, func(a, b plugin.Key) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Key, b.Key))
	})
}

// checkExact demands the whole truth: each namespace, each key, nothing else.
func checkExact(t *testing.T, report plugin.CoverageReport, truth truth, write *harness.Storage) {
	t.Helper()
	checkWriteKey(t, report, write)
	if len(report.Namespaces) != len(truth) {
		t.Errorf("%d namespaces reported, etcd has %d", len(report.Namespaces), len(truth))
	}
	for _, row := range report.Namespaces {
		checkRow(t, row, truth[row.Namespace].row(row.Namespace, write))
	}
	if report.Total.Total != truth.total() || !report.Total.Exact {
		t.Errorf("total %d, exact %v; etcd has %d", report.Total.Total, report.Total.Exact, truth.total())
	}
}

func checkRow(t *testing.T, row, want plugin.Counts) {
	t.Helper()
	keys := slices.Clone(row.Keys)
	sortKeys(keys)
	same := slices.Equal(keys, want.Keys)
	row.Keys, want.Keys = nil, nil
	notes := row.Notes
	row.Notes = nil
	if !same || !equalCounts(row, want) {
		t.Errorf("%s: reported %+v %v %q\netcd has %+v %v", want.Namespace, row, keys, notes, want, want.Keys)
	}
}

func equalCounts(a, b plugin.Counts) bool {
	return a.Namespace == b.Namespace && a.Resource == b.Resource && a.Total == b.Total && a.Current == b.Current &&
		a.Stale == b.Stale && a.Plaintext == b.Plaintext && a.Unknown == b.Unknown && a.Exact == b.Exact
}

func checkWriteKey(t *testing.T, report plugin.CoverageReport, want *harness.Storage) {
	t.Helper()
	switch got := report.WriteKey; {
	case want == nil && got != nil:
		t.Errorf("write key %+v where none can be known (%s)", *got, report.WriteKeyBasis)
	case want != nil && got == nil:
		t.Errorf("no write key, want %v (%s)", *want, report.WriteKeyBasis)
	case want != nil && (got.Provider != want.Provider || got.Key != want.Key):
		t.Errorf("write key %+v, want %v (%s)", *got, *want, report.WriteKeyBasis)
	}
	if report.WriteKeyBasis == "" {
		t.Error("the write key has no basis")
	}
}

// span is the least and the most that was stored under something at any moment of a run.
type span struct{ min, max int }

// checkTrueOfSomeMoment holds a row to what etcd had before and after the run,
// when counts only rose or only fell in between: an exact count lies between the
// two, and bounds that are not exact leave room for at least one moment.
func checkTrueOfSomeMoment(t *testing.T, row plugin.Counts, before, after stored, write *harness.Storage) {
	t.Helper()
	reported := map[harness.Storage]plugin.Key{}
	for _, key := range row.Keys {
		reported[harness.Storage{Provider: key.Provider, Key: key.Key}] = key
	}
	unmeasured := row.Unknown > 0 && len(row.Keys) == 0 // nothing is claimed
	for under := range union(before, after, reported) {
		moment := span{min(before[under], after[under]), max(before[under], after[under])}
		key := reported[under]
		highest := max(key.Count, key.Max)
		if key.Count > moment.max || (highest < moment.min && !unmeasured) {
			t.Errorf("%s: %d..%d under %v, etcd had %d..%d (exact %v, %q)", row.Namespace, key.Count, highest, under,
				moment.min, moment.max, row.Exact, row.Notes)
		}
	}
	if write == nil {
		return
	}
	if most := max(before[*write], after[*write]); row.Current > most {
		t.Errorf("%s: %d current, etcd never had more than %d", row.Namespace, row.Current, most)
	}
}

func union(before, after stored, reported map[harness.Storage]plugin.Key) map[harness.Storage]bool {
	all := map[harness.Storage]bool{}
	for _, keys := range []stored{before, after} {
		for under := range maps.Keys(keys) {
			all[under] = true
		}
	}
	for under := range reported {
		all[under] = true
	}
	return all
}

func rowOf(t *testing.T, report plugin.CoverageReport, namespace string) plugin.Counts {
	t.Helper()
	for _, row := range report.Namespaces {
		if row.Namespace == namespace {
			return row
		}
	}
	t.Fatalf("no row for %s in %+v", namespace, report.Namespaces)
	return plugin.Counts{}
}
