package states

import (
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

// door is a way by which the plugin looks at a cluster.
type door struct {
	name      string
	resources []string // it has to report these; what else it reports has to be true as well
	exact     bool     // it sees etcd itself, and so leaves nothing open
	look      func(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport
}

// doors are those that the plugin under test has.
func doors(t *testing.T) []door {
	t.Helper()
	return append([]door{{"census", kindNames(), false, census}}, etcdDoors(t)...)
}

// exactOnly are those of the doors that do not ask the API server how things are stored.
func exactOnly(all []door) []door {
	return slices.DeleteFunc(slices.Clone(all), func(one door) bool { return !one.exact })
}

// kindNames are the types that are asked for.
func kindNames() (names []string) {
	for _, kind := range planted.Kinds {
		names = append(names, kind.Name)
	}
	return names
}

func census(t *testing.T, cluster *planted.Cluster) plugin.CoverageReport {
	t.Helper()
	return status(t, cluster, "--config", cluster.Servers[0].ConfigPath())
}

// status runs the plugin without kubectl before it, which takes longer to start than the plugin to run.
func status(t *testing.T, cluster *planted.Cluster, args ...string) plugin.CoverageReport {
	t.Helper()
	args = append(append([]string{"status", "-A", "-o", "json", "--by=key"}, kindNames()...), args...)
	result, err := plugin.Do(plugin.Run{Kubeconfig: cluster.Kubeconfig(harness.Admin, 0), Args: args, Bare: true})
	kit.Must(t, err)
	if result.ExitCode != 0 {
		t.Fatalf("status %v: exit %d, stderr %q", args, result.ExitCode, result.Stderr)
	}
	report, err := plugin.Decode[plugin.CoverageReport](result)
	kit.Must(t, err)
	return report
}
