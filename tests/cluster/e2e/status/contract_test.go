package status

import (
	"testing"

	"kubectl-encrypt/tests/cluster/plugin"
)

// checkContract is what every report promises, whatever it found.
func checkContract(t *testing.T, report plugin.CoverageReport, evidence string) {
	t.Helper()
	if report.APIVersion != "kubectl-encrypt/v1" || report.Kind != "CoverageReport" || report.Evidence != evidence {
		t.Errorf("%q %q by %q", report.APIVersion, report.Kind, report.Evidence)
	}
	var sum plugin.Counts
	sum.Resource, sum.Exact = "secrets", true
	for _, row := range report.Namespaces {
		if row.Namespace == "" || row.Total == 0 {
			t.Errorf("a row for nothing: %+v", row)
		}
		checkSum(t, row)
		sum.Total += row.Total
		sum.Current += row.Current
		sum.Stale += row.Stale
		sum.Plaintext += row.Plaintext
		sum.Unknown += row.Unknown
		sum.Exact = sum.Exact && row.Exact
	}
	checkSum(t, report.Total)
	if !equalCounts(sum, report.Total) {
		t.Errorf("the total is %+v, the rows make %+v", report.Total, sum)
	}
}

func checkSum(t *testing.T, row plugin.Counts) {
	t.Helper()
	if row.Current+row.Stale+row.Plaintext+row.Unknown != row.Total {
		t.Errorf("%q: %d+%d+%d+%d is not %d", row.Namespace, row.Current, row.Stale, row.Plaintext, row.Unknown, row.Total)
	}
	counted := 0
	for _, key := range row.Keys {
		counted += key.Count
	}
	if counted > row.Total || (row.Exact && counted != row.Total) {
		t.Errorf("%q: %d counted by key, %d in all, exact %v", row.Namespace, counted, row.Total, row.Exact)
	}
}
