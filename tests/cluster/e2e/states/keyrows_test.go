package states

import (
	"fmt"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// span is what something may be.
type span struct{ min, max int }

// compareKeyRows holds the rows of --by=key to the truth, and to the report that they are part of: they say the same,
// put together in another way.
func compareKeyRows(report plugin.CoverageReport, truth harness.Inventory) []string {
	if report.By != "key" {
		return []string{fmt.Sprintf("by %q", report.By)}
	}
	problems := compareSums(report)
	strangers, withKeyIDs := strangersIn(report)
	stored, namespaces := map[under]int{}, map[under]map[string]bool{}
	for where, count := range truth {
		each := underOf(where.Value, withKeyIDs)
		stored[each] += count
		if namespaces[each] == nil {
			namespaces[each] = map[string]bool{}
		}
		if where.Namespace != "" {
			namespaces[each][where.Namespace] = true
		}
	}
	rows := map[under]plugin.KeyRow{}
	for _, row := range report.Rows {
		rows[underOfRow(row)] = row
	}
	for each, count := range stored {
		row, stranger := rows[each], strangers[each]
		objects := span{row.Count, max(row.Count, row.Max)}
		if row.Provider == nil { // no row: all of it may be in those without a key, or without its id
			withoutID := rows[under{provider: each.provider, key: each.key}]
			objects.max = rows[under{}].Count + max(withoutID.Count, withoutID.Max)
		}
		if objects.min > count+stranger.max || objects.max < count+stranger.min {
			problems = append(problems, fmt.Sprintf("%v under %v, etcd has %d and %v of others", objects, each, count, stranger))
		}
		if row.Exact && (objects.min != objects.max || objects.min < count) {
			problems = append(problems, fmt.Sprintf("exactly %v under %v, etcd has %d", objects, each, count))
		}
		if row.Provider != nil && max(row.Namespaces, row.MaxNamespaces) < len(namespaces[each]) {
			problems = append(problems, fmt.Sprintf("%v is in %d namespaces, of which %v", each, len(namespaces[each]), row))
		}
	}
	return problems
}

func underOfRow(row plugin.KeyRow) under {
	switch {
	case row.Provider == nil:
		return under{}
	case *row.Provider == "unrecognised":
		return under{provider: "unknown"} // the rest is the prefix
	}
	return under{*row.Provider, row.Key, row.KeyID}
}

// strangersIn are the objects that the API server keeps for itself, as far as the report tells, and whether it tells key
// ids.
func strangersIn(report plugin.CoverageReport) (map[under]span, bool) {
	strangers, withKeyIDs := map[under]span{}, false
	for _, row := range report.Namespaces {
		for _, key := range row.Keys {
			withKeyIDs = withKeyIDs || key.KeyID != ""
			if each := (under{key.Provider, key.Key, key.KeyID}); !ours(place{row.Resource, row.Namespace}) {
				known := strangers[each]
				strangers[each] = span{known.min + key.Count, known.max + max(key.Count, key.Max)}
			}
		}
	}
	return strangers, withKeyIDs
}

// compareSums: each object is in one row, in one of its columns.
func compareSums(report plugin.CoverageReport) (problems []string) {
	sum, inColumns := plugin.Counts{}, 0
	for _, row := range report.Rows {
		sum.Total += row.Count
		sum.Current += row.Current
		sum.Stale += row.Stale
		sum.Plaintext += row.Plaintext
		sum.Unknown += row.Unknown
		inColumns += row.Current + row.Stale + row.Plaintext + row.Unknown
		if row.Exact && (row.Max != 0 || row.Provider == nil) {
			problems = append(problems, fmt.Sprintf("%v is not exact", row))
		}
	}
	all := report.Total
	got := [5]int{sum.Total, sum.Current, sum.Stale, sum.Plaintext, sum.Unknown}
	want := [5]int{all.Total, all.Current, all.Stale, all.Plaintext, all.Unknown}
	if got != want || inColumns != all.Total {
		problems = append(problems, fmt.Sprintf("the rows have %v in all, the report has %v", got, want))
	}
	return problems
}

// TestCompareKeyRows: what must not pass does not.
func TestCompareKeyRows(t *testing.T) {
	identity, aescbc := "identity", "aescbc"
	namespace := planted.NamespacePrefix + "00"
	config := planted.Config{Rules: []harness.Rule{{Resources: []string{"secrets"},
		Providers: []harness.Provider{harness.AESCBC("key1"), harness.Identity()}}}}
	truth := harness.Inventory{
		{Resource: "secrets", Namespace: namespace, Value: config.Readable("secrets")[0]}: 2,
		{Resource: "secrets", Namespace: namespace, Value: config.Readable("secrets")[1]}: 1,
	}
	check := func(name string, want bool, change func(rows []plugin.KeyRow)) {
		rows := []plugin.KeyRow{
			{Provider: &identity, Count: 1, Exact: true, Plaintext: 1, Namespaces: 1},
			{Provider: &aescbc, Key: "key1", Count: 2, Exact: true, Current: 2, Namespaces: 1},
		}
		change(rows)
		report := plugin.CoverageReport{By: "key", Rows: rows, Total: plugin.Counts{Total: 3, Current: 2, Plaintext: 1}}
		if problems := compareKeyRows(report, truth); (problems == nil) != want {
			t.Errorf("%s: %q", name, problems)
		}
	}
	check("as it is", true, func([]plugin.KeyRow) {})
	check("wider", true, func(rows []plugin.KeyRow) { rows[1].Max, rows[1].Exact = 5, false })
	check("exact bounds", false, func(rows []plugin.KeyRow) { rows[1].Max = 5 })
	check("key", false, func(rows []plugin.KeyRow) { rows[1].Key = "key2" })
	check("state", false, func(rows []plugin.KeyRow) { rows[1].Current, rows[1].Stale = 0, 2 })
	check("too few", false, func(rows []plugin.KeyRow) { rows[0].Count, rows[0].Plaintext = 0, 0 })
	check("moved", false, func(rows []plugin.KeyRow) { rows[0].Count, rows[1].Count = 2, 1 })
	check("namespaces", false, func(rows []plugin.KeyRow) { rows[1].Namespaces = 0 })
	check("not known", false, func(rows []plugin.KeyRow) { rows[1].Provider = nil })
}
