// Package states holds what the plugin says of random clusters against what is in etcd, through each of its doors.
package states

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/e2e/internal/planted"
	"kubectl-encrypt/tests/cluster/harness"
	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	countVariable = "KENCRYPT_STATES"      // how many states
	seedVariable  = "KENCRYPT_STATES_SEED" // of all random numbers; without it another one each time

	usualCount = 300
	// An API server takes seconds to start, a state a fraction of one: so many states share a configuration.
	statesPerConfig = 25
	wildShare       = 20 // percent of them that no API server can read, for the doors past it
)

// etcdVersions take turns, with TLS and without: snapshots of all of them are to be read.
var etcdVersions = []string{"", "3.5", "3.6"}

func numberOf(t *testing.T, variable string, usual uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return usual
	}
	number, err := strconv.ParseUint(text, 10, 64)
	kit.Must(t, err)
	return number
}

// TestStates: a failure is repeated by its seed, and its configuration alone by -run.
func TestStates(t *testing.T) {
	seed := numberOf(t, seedVariable, rand.Uint64())
	count := int(numberOf(t, countVariable, usualCount))
	t.Logf("%d states, %s=%d", count, seedVariable, seed)
	all, sums := doors(t), map[string]sum{}
	for config := 0; config*statesPerConfig < count; config++ {
		states := min(statesPerConfig, count-config*statesPerConfig)
		t.Run(fmt.Sprint("config-", config), func(t *testing.T) {
			testConfig(t, all, sums, rand.New(rand.NewPCG(seed, uint64(config))), config, states)
		})
	}
	for name, sum := range sums {
		t.Logf("%s: %d rows, %d exact, %d with a write key", name, sum.rows, sum.exact, sum.writeKeys)
		if count >= statesPerConfig && sum.exact*2 < sum.rows {
			t.Errorf("%s leaves more open than it tells: that proves little", name)
		}
	}
}

// sum is what a door has told, of all states.
type sum struct{ rows, exact, writeKeys int }

func (s sum) plus(report plugin.CoverageReport) sum {
	for _, row := range report.Namespaces {
		s.rows++
		if row.Exact {
			s.exact++
		}
	}
	for _, one := range report.WriteKeys {
		if one.WriteKey != nil {
			s.writeKeys++
		}
	}
	return s
}

func testConfig(t *testing.T, all []door, sums map[string]sum, random *rand.Rand, number, states int) {
	config := planted.NewConfig(random)
	t.Logf("%v", config)
	options := harness.Options{EtcdVersion: etcdVersions[number%len(etcdVersions)], EtcdTLS: number%2 == 1}
	cluster, err := planted.Start(config, options)
	kit.Must(t, err)
	defer cluster.Close()
	wild := states * wildShare / 100
	for i := range states {
		draw, plant, looking := config.NewState, cluster.Plant, all
		if i >= states-wild { // the API server is of no use from now on
			draw, plant, looking = config.NewWildState, cluster.PlantWild, exactOnly(all)
		}
		state := draw(random)
		kit.Must(t, plant(state))
		inventory, err := cluster.Inventory(planted.Resources()...)
		kit.Must(t, err)
		if difference := state.Expected().Difference(inventory.Only(planted.NamespacePrefix)); difference != "" {
			t.Fatalf("state %d: etcd holds other than was planted:\n%s", i, difference)
		}
		for _, one := range looking {
			report := one.look(t, cluster)
			problems := append(compare(one, report, state.Expected(), config), compareKeyRows(report, state.Expected())...)
			for _, problem := range problems {
				t.Errorf("state %d, %s: %s", i, one.name, problem)
			}
			sums[one.name] = sums[one.name].plus(report)
		}
		if t.Failed() {
			t.Fatalf("under %v", config)
		}
	}
}
