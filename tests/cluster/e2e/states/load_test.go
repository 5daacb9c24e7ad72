package states

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	loadedConfigs = 2
	roundsOfLoads = 2       // under each configuration; in one the key in question is not in use
	mostWriters   = 2       // each of Secrets of its own
	firstLoaded   = 1 << 32 // number of the configuration: others than those of TestStates with the same seed
)

// busyNamespace is where some of the loads are; the census counts it like all others.
const busyNamespace = planted.NamespacePrefix + "04"

// loadSums is what came out under the loads.
type loadSums struct {
	rows     *sums // by load
	mayGo    atomic.Int64
	mayNotGo atomic.Int64
}

// TestCensusUnderLoad: while others read and write Secrets, the census is exact or says that it is not, its bounds hold,
// and no key may go that anything is under.
func TestCensusUnderLoad(t *testing.T) {
	seed := numberOf(t, seedVariable, rand.Uint64())
	t.Logf("%s=%d", seedVariable, seed)
	told := &loadSums{rows: newSums()}
	t.Cleanup(func() { told.judge(t) })
	for number := range loadedConfigs {
		t.Run(fmt.Sprint("config-", number), func(t *testing.T) {
			t.Parallel()
			testLoads(t, rand.New(rand.NewPCG(seed, uint64(firstLoaded+number))), told)
		})
	}
}

// judge makes sure that the loads were felt, and that without any there was nothing to feel.
func (s *loadSums) judge(t *testing.T) {
	for _, one := range loads {
		sum := s.rows.byDoor[one.name]
		t.Logf("%s: %d rows, %d exact", one.name, sum.rows, sum.exact)
		if one.quiet() && sum.exact*4 < sum.rows*3 {
			t.Errorf("%s: a census that is not exact by itself", one.name)
		}
		if !one.quiet() && sum.exact == sum.rows {
			t.Errorf("%s: nobody was in the way, so nothing was tested", one.name)
		}
	}
	t.Logf("%d times a key may go, %d times not", s.mayGo.Load(), s.mayNotGo.Load())
	if s.mayGo.Load() == 0 || s.mayNotGo.Load() == 0 {
		t.Error("the answer is always the same")
	}
}

func testLoads(t *testing.T, random *rand.Rand, told *loadSums) {
	config := planted.NewSecretsConfig(random)
	t.Logf("%v", config)
	cluster, err := planted.Start(config, harness.Options{})
	kit.Must(t, err)
	defer cluster.Close()
	for round := range roundsOfLoads {
		for _, one := range loads {
			state, key := newLoadedState(config, random, round%2 == 0)
			kit.Must(t, cluster.Plant(state))
			report := underLoad(t, cluster, one, state, key)
			holds(t, cluster, state) // nobody has changed what anything is stored under
			checkLoaded(t, report, state, config, key, told)
			told.rows.add(one.name, report)
			if t.Failed() {
				t.Fatalf("%s, under %v", one.name, config)
			}
		}
	}
}

// newLoadedState has objects that may be written without a change of their key. The key that is asked for is not the
// write key, and nothing is under it if it is to be unused.
func newLoadedState(config planted.Config, random *rand.Rand, unused bool) (planted.State, harness.Value) {
	readable := config.Readable("secrets")
	key := readable[0]
	for key.Storage == readable[0].Storage {
		key = readable[random.IntN(len(readable))]
	}
	for {
		state := config.NewState(random).Of("secrets")
		if unused {
			state = state.Without(key, readable[0])
		}
		if len(current(state, config)) >= mostWriters {
			return state, key
		}
	}
}

// current are the objects of the busy namespace under the write key.
func current(state planted.State, config planted.Config) []planted.Object {
	write := config.Readable("secrets")[0]
	return slices.DeleteFunc(slices.Clone(state.Objects), func(object planted.Object) bool {
		return object.Namespace != busyNamespace || object.Under.Storage != write.Storage || object.Under.KeyID != write.KeyID
	})
}

func underLoad(t *testing.T, cluster *planted.Cluster, one load, state planted.State, key harness.Value) plugin.CoverageReport {
	t.Helper()
	stop := one.start(t, cluster, state)
	defer stop()
	args := []string{"status", "-A", "-o", "json", "--config", cluster.Servers[0].ConfigPath(), "--safe-to-remove", choice(key)}
	result, err := plugin.Do(plugin.Run{Kubeconfig: cluster.Kubeconfig(harness.Admin, 0), Args: args, Bare: true})
	kit.Must(t, err)
	report, err := plugin.Decode[plugin.CoverageReport](result)
	kit.Must(t, err)
	if report.SafeToRemove == nil || (result.ExitCode == 0) != report.SafeToRemove.Safe {
		t.Fatalf("exit %d, %+v, %s", result.ExitCode, report.SafeToRemove, result.Stderr)
	}
	return report
}

// choice is how --safe-to-remove names a key.
func choice(key harness.Value) string {
	if key.Provider == "kms" {
		return key.Key
	}
	return key.Storage.String()
}

func checkLoaded(t *testing.T, report plugin.CoverageReport, state planted.State, config planted.Config, key harness.Value, told *loadSums) {
	t.Helper()
	truth := state.Expected()
	for _, problem := range compare(door{name: "census", resources: []string{"secrets"}}, report, truth, config) {
		t.Error(problem)
	}
	if sum := report.Total; sum.Current+sum.Stale+sum.Plaintext+sum.Unknown != sum.Total {
		t.Errorf("the columns do not make the total: %+v", sum)
	}
	if !report.SafeToRemove.Safe {
		told.mayNotGo.Add(1)
		return
	}
	told.mayGo.Add(1)
	for where, count := range truth {
		if where.Storage == key.Storage {
			t.Errorf("%v may go, and %d objects in %s are under it", key, count, where.Namespace)
		}
	}
}
