package states

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// under is how a report names what something is stored under.
type under struct{ provider, key, keyID string }

// underOf leaves the key id of a KMS out, for reports without it.
func underOf(value harness.Value, withKeyID bool) under {
	result := under{provider: value.Provider, key: value.Key}
	if value.Provider == "kms" {
		result.provider += value.Version
	}
	if withKeyID && value.KeyID != "" {
		result.keyID = fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(value.KeyID)))
	}
	return result
}

// place is a row of a report.
type place struct{ resource, namespace string }

// rowsOf takes the truth apart into what each row has to say.
func rowsOf(truth harness.Inventory) map[place]harness.Inventory {
	rows := map[place]harness.Inventory{}
	for where, count := range truth {
		row := place{where.Resource, where.Namespace}
		if rows[row] == nil {
			rows[row] = harness.Inventory{}
		}
		rows[row][where] = count
	}
	return rows
}

// compare holds a report to the truth, and returns what is wrong.
func compare(one door, report plugin.CoverageReport, truth harness.Inventory, config planted.Config) []string {
	problems := compareWriteKeys(report, config)
	wanted := rowsOf(truth)
	seen := map[place]bool{}
	for _, row := range report.Namespaces {
		where := place{row.Resource, row.Namespace}
		if !ours(where) {
			continue
		}
		if seen[where] {
			problems = append(problems, fmt.Sprintf("%v is reported twice", where))
		}
		seen[where] = true
		write := writeValue(config, row.Resource, report)
		for _, problem := range compareRow(one, row, wanted[where], write, ambiguous(config, row.Resource)) {
			problems = append(problems, fmt.Sprintf("%v: %s", where, problem))
		}
	}
	for where := range wanted {
		if !seen[where] && slices.Contains(one.resources, where.resource) {
			problems = append(problems, fmt.Sprintf("%v is not reported", where))
		}
	}
	return problems
}

// compareWriteKeys holds each that is claimed to be known to the configuration.
func compareWriteKeys(report plugin.CoverageReport, config planted.Config) []string {
	var problems []string
	for _, one := range report.WriteKeys {
		if one.WriteKey == nil {
			continue
		}
		got, want := under{provider: one.WriteKey.Provider, key: one.WriteKey.Key}, underOf(config.Readable(one.Resource)[0], false)
		if got != want {
			problems = append(problems, fmt.Sprintf("write key of %s: %v, the configuration has %v", one.Resource, got, want))
		}
	}
	return problems
}

// ours is false for what the API server keeps for itself.
func ours(where place) bool {
	known := slices.ContainsFunc(planted.Kinds, func(kind planted.Kind) bool { return kind.Name == where.resource })
	return known && (where.namespace == "" || strings.HasPrefix(where.namespace, planted.NamespacePrefix))
}

// writeValue is what new objects are stored under, if the report claims to know it.
func writeValue(config planted.Config, resource string, report plugin.CoverageReport) *harness.Value {
	for _, one := range report.WriteKeys {
		if one.Resource == resource && one.WriteKey != nil {
			value := config.Readable(resource)[0]
			return &value
		}
	}
	return nil
}

// ambiguous are the keys whose values the bytes alone do not tell from those of another one: under "a:b" begins with
// what is put before a value under "a" as well. Under aescbc the length tells.
func ambiguous(config planted.Config, resource string) map[under]bool {
	keys := map[under]bool{}
	for _, provider := range config.Providers(resource) {
		for _, key := range provider.Keys {
			if provider.Kind != "aescbc" && beginsWithAnother(key.Name, config, resource, provider.Kind) {
				keys[under{provider: provider.Kind, key: key.Name}] = true
			}
		}
	}
	return keys
}

func beginsWithAnother(name string, config planted.Config, resource, kind string) bool {
	for _, provider := range config.Providers(resource) {
		if provider.Kind == kind && slices.ContainsFunc(provider.Keys, func(other harness.Key) bool {
			return strings.HasPrefix(name, other.Name+":")
		}) {
			return true
		}
	}
	return false
}

func compareRow(one door, row plugin.Counts, truth harness.Inventory, write *harness.Value, ambiguous map[under]bool) []string {
	var problems []string
	complain := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	withKeyIDs := slices.ContainsFunc(row.Keys, func(key plugin.Key) bool { return key.KeyID != "" })
	total, plaintext, current, unclear := 0, 0, 0, 0
	stored := map[under]int{}
	for where, count := range truth {
		total += count
		if where.Provider == "identity" {
			plaintext += count
		}
		if write != nil && where.Storage == write.Storage && where.KeyID == write.KeyID {
			current += count
		}
		if ambiguous[underOf(where.Value, false)] {
			unclear += count
		}
		stored[underOf(where.Value, withKeyIDs)] += count
	}
	if one.exact && row.Exact != (unclear == 0) {
		complain("exact %v where %d cannot be told (%q)", row.Exact, unclear, row.Notes)
	}
	if row.Total != total {
		complain("total %d, etcd has %d", row.Total, total)
	}
	if row.Plaintext > plaintext || (row.Exact && row.Plaintext != plaintext) {
		complain("%d in plaintext, etcd has %d (exact %v)", row.Plaintext, plaintext, row.Exact)
	}
	if sum := row.Current + row.Stale + row.Plaintext + row.Unknown; sum != row.Total {
		complain("%d in all columns, %d in total", sum, row.Total)
	}
	if write != nil && write.Provider == "kms" && write.KeyID == "" {
		current = 0 // of KMS v1 nobody but the plugin knows which of its keys an object is under
	}
	if write != nil && write.Provider != "identity" && row.Current > current {
		complain("%d current, etcd has %d under %v", row.Current, current, write)
	}
	return append(problems, compareKeys(row, stored, ambiguous)...)
}

// compareKeys wants exact counts to be right, and bounds to hold the truth. Values that cannot be told are in no key's.
func compareKeys(row plugin.Counts, stored map[under]int, ambiguous map[under]bool) []string {
	var problems []string
	reported := map[under]plugin.Key{}
	unlisted := row.Total
	for _, key := range row.Keys {
		unlisted -= key.Count
		where := under{key.Provider, key.Key, key.KeyID}
		if key.Provider == "unrecognised" {
			where = under{provider: "unknown"} // the rest is the prefix
		}
		reported[where] = key
	}
	unmeasured := len(row.Keys) == 0 && row.Unknown == row.Total // nothing is claimed
	all := map[under]bool{}
	for each := range stored {
		all[each] = true
	}
	for each := range reported {
		all[each] = true
	}
	for each := range all {
		key := reported[each]
		highest := max(key.Count, key.Max)
		if ambiguous[each] {
			highest += unlisted
		}
		wrong := key.Count > stored[each] || (highest < stored[each] && !unmeasured)
		if wrong || (row.Exact && key.Count != stored[each]) {
			problems = append(problems, fmt.Sprintf("%d..%d under %v, etcd has %d (exact %v, %q)", key.Count, highest, each,
				stored[each], row.Exact, row.Notes))
		}
	}
	return problems
}

// TestCompare: what must not pass does not.
func TestCompare(t *testing.T) {
	config := planted.Config{Rules: []harness.Rule{{Resources: []string{"secrets"},
		Providers: []harness.Provider{harness.AESCBC("key1"), harness.Identity()}}}}
	namespace := planted.NamespacePrefix + "00"
	row := func() plugin.Counts {
		return plugin.Counts{Namespace: namespace, Resource: "secrets", Total: 3, Current: 2, Plaintext: 1, Exact: true,
			Keys: []plugin.Key{{Provider: "identity", Count: 1}, {Provider: "aescbc", Key: "key1", Count: 2}}}
	}
	truth := harness.Inventory{
		{Resource: "secrets", Namespace: namespace, Value: config.Readable("secrets")[0]}: 2,
		{Resource: "secrets", Namespace: namespace, Value: config.Readable("secrets")[1]}: 1,
	}
	check := func(name string, want bool, change func(*plugin.Counts)) {
		changed := row()
		change(&changed)
		report := plugin.CoverageReport{WriteKey: &plugin.Key{Provider: "aescbc", Key: "key1"}, Namespaces: []plugin.Counts{changed}}
		if problems := compare(door{resources: []string{"secrets"}, exact: true}, report, truth, config); (problems == nil) != want {
			t.Errorf("%s: %q", name, problems)
		}
	}
	check("as it is", true, func(*plugin.Counts) {})
	check("not exact", false, func(row *plugin.Counts) { row.Exact = false })
	check("missing", false, func(row *plugin.Counts) { row.Namespace = "default" })
	check("total", false, func(row *plugin.Counts) { row.Total++; row.Unknown++ })
	check("plaintext", false, func(row *plugin.Counts) { row.Plaintext, row.Unknown = 0, 1 })
	check("current", false, func(row *plugin.Counts) { row.Current, row.Plaintext = 3, 0 })
	check("sum", false, func(row *plugin.Counts) { row.Stale = 1 })
	check("key", false, func(row *plugin.Counts) { row.Keys[1].Key = "key2" })
	check("no keys", false, func(row *plugin.Counts) { row.Keys = nil })
}

// Of what a plugin of KMS v1 has wrapped nobody knows under which of its keys it is, so nothing is current.
func TestCompareKMSv1(t *testing.T) {
	old := harness.Value{Storage: harness.Storage{Provider: "kms", Key: "old"}, Version: "v1"}
	truth := harness.Inventory{{Resource: "secrets", Namespace: "default", Value: old}: 2}
	row := plugin.Counts{Total: 2, Unknown: 2, Exact: true, Keys: []plugin.Key{{Provider: "kmsv1", Key: "old", Count: 2}}}
	if problems := compareRow(door{}, row, truth, &old, nil); problems != nil {
		t.Errorf("%q", problems)
	}
	row.Current, row.Unknown = 2, 0
	if compareRow(door{}, row, truth, &old, nil) == nil {
		t.Error("what is not known passes as current")
	}
}

// TestAmbiguous: what the bytes do not tell is to be left open, and only that.
func TestAmbiguous(t *testing.T) {
	config := planted.Config{Rules: []harness.Rule{{Resources: []string{"secrets"}, Providers: []harness.Provider{
		harness.AESGCM("a", "a:b", "b"), harness.AESCBC("a", "a:b"), harness.Secretbox("a:b")}}}}
	found := ambiguous(config, "secrets")
	longer := under{provider: "aesgcm", key: "a:b"}
	if len(found) != 1 || !found[longer] {
		t.Errorf("%v", found)
	}
	truth := harness.Inventory{{Resource: "secrets", Namespace: "n", Value: harness.Value{
		Storage: harness.Storage{Provider: longer.provider, Key: longer.key}, Version: "v1"}}: 2}
	open := plugin.Counts{Namespace: "n", Resource: "secrets", Total: 2, Unknown: 2}
	told := open
	told.Exact, told.Keys = true, []plugin.Key{{Provider: longer.provider, Key: longer.key, Count: 2}}
	one := door{resources: []string{"secrets"}, exact: true}
	if problems := compareRow(one, open, truth, nil, found); problems != nil {
		t.Errorf("left open: %q", problems)
	}
	if problems := compareRow(one, told, truth, nil, found); problems == nil {
		t.Error("told, by whatever magic")
	}
	if problems := compareRow(one, open, truth, nil, nil); problems == nil {
		t.Error("left open what can be told")
	}
}
