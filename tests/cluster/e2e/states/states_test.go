// Package states holds what the plugin says of random clusters against what is in etcd, through each of its doors.
package states

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
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
	all, sums := doors(t), newSums()
	t.Cleanup(func() { sums.judge(t, count >= statesPerConfig) }) // when all configurations are through
	for config := 0; config*statesPerConfig < count; config++ {
		states := min(statesPerConfig, count-config*statesPerConfig)
		t.Run(fmt.Sprint("config-", config), func(t *testing.T) {
			t.Parallel() // a census and its API server take turns, and leave a core idle
			testConfig(t, all, sums, rand.New(rand.NewPCG(seed, uint64(config))), config, states)
		})
	}
}

// sums is what each door has told, of all states.
type sums struct {
	lock   sync.Mutex
	byDoor map[string]sum
}

func newSums() *sums { return &sums{byDoor: map[string]sum{}} }

func (s *sums) add(door string, report plugin.CoverageReport) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.byDoor[door] = s.byDoor[door].plus(report)
}

// judge wants most of it to be exact, if there is enough to tell.
func (s *sums) judge(t *testing.T, enough bool) {
	for name, sum := range s.byDoor {
		t.Logf("%s: %d rows, %d exact, %d with a write key", name, sum.rows, sum.exact, sum.writeKeys)
		if enough && sum.exact*2 < sum.rows {
			t.Errorf("%s leaves more open than it tells: that proves little", name)
		}
	}
}

// sum is what one door has told.
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

func testConfig(t *testing.T, all []door, sums *sums, random *rand.Rand, number, states int) {
	config := planted.NewConfig(random)
	t.Logf("%v", config)
	options := harness.Options{EtcdVersion: etcdVersions[number%len(etcdVersions)], EtcdTLS: number%2 == 1, EtcdHTTP: number%4 > 1}
	cluster, err := planted.Start(config, options)
	kit.Must(t, err)
	defer cluster.Close()
	wild := states * wildShare / 100
	var last planted.State
	for i := range states {
		draw, plant, looking := config.NewState, cluster.Plant, all
		if i >= states-wild { // the API server is of no use from now on
			draw, plant, looking = config.NewWildState, cluster.PlantWild, exactOnly(all)
		}
		last = draw(random)
		kit.Must(t, plant(last))
		holds(t, cluster, last)
		for _, one := range looking {
			look(t, cluster, one, last, sums)
		}
		if t.Failed() {
			t.Fatalf("state %d under %v", i, config)
		}
	}
	cluster.Servers[0].Kill()
	cluster.Etcd.Stop()
	look(t, cluster, door{"stopped", kindNames(), true, stopped}, last, sums)
}

// holds makes sure that etcd has what was planted.
func holds(t *testing.T, cluster *planted.Cluster, state planted.State) {
	t.Helper()
	inventory, err := cluster.Inventory(cluster.Config.KeyNames(), planted.Resources()...)
	kit.Must(t, err)
	if difference := state.Expected().Difference(inventory.Only(planted.NamespacePrefix)); difference != "" {
		t.Fatalf("etcd holds other than was planted:\n%s", difference)
	}
}

// look compares what is seen through a door.
func look(t *testing.T, cluster *planted.Cluster, one door, state planted.State, sums *sums) {
	t.Helper()
	report := one.look(t, cluster)
	problems := append(compare(one, report, state.Expected(), cluster.Config), compareKeyRows(report, state.Expected())...)
	for _, problem := range problems {
		t.Errorf("%s: %s", one.name, problem)
	}
	sums.add(one.name, report)
}
