package main

import (
	"fmt"
	"os"
	"time"

	"kubectl-encrypt/tests/cluster/plugin"
)

const (
	getLoopName = "Go loop, 64 workers"
	censusName  = "kubectl encrypt status"
	etcdctlName = "etcdctl get --prefix"
	etcdName    = "kubectl encrypt status --etcd-endpoints"
)

// statusContests are about counting Secrets that are all current.
func statusContests(s settings) []contest {
	course := course{secrets: s.statusSecrets, key: newKey, etcdTLS: true}
	return []contest{
		{
			name: "census", title: "status by the API alone and a Go loop that gets each by name", course: course,
			rtts:       []time.Duration{0},
			contenders: []contender{{name: getLoopName, run: runGetLoop(64)}, {name: censusName, run: runCensus}},
			against:    always(getLoopName),
		},
		{
			name: "etcd", title: "status of etcd itself and etcdctl", course: course,
			rtts: []time.Duration{0},
			contenders: []contender{
				{name: etcdctlName, rehearse: rehearseEtcdctl, run: runEtcdctl},
				{name: etcdName, run: runEtcdStatus},
			},
			against: always(etcdctlName),
		},
	}
}

func runGetLoop(workers int) func(*meter, job) error {
	return func(m *meter, job job) error {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		return runOne(m.command(self, getLoopCommand, "-kubeconfig", job.kubeconfig, "-server", job.server,
			"-workers", fmt.Sprint(workers), "-expect", fmt.Sprint(job.secrets)))
	}
}

func runCensus(m *meter, job job) error {
	found, err := report[plugin.CoverageReport](m, "status", "--kubeconfig", job.kubeconfig, "--server", job.server)
	if err != nil {
		return err
	}
	return allCurrent(found, "census", job.secrets)
}

func runEtcdStatus(m *meter, job job) error {
	state := job.cluster.State()
	found, err := report[plugin.CoverageReport](m, "status", "--config", job.cluster.Servers[0].ConfigPath(),
		"--etcd-endpoints", state.Etcd.Endpoint,
		"--etcd-cacert", state.CA, "--etcd-cert", state.Etcd.Cert, "--etcd-key", state.Etcd.Key)
	if err != nil {
		return err
	}
	return allCurrent(found, "etcd", job.secrets)
}

// allCurrent is no error if every Secret was counted exactly, as current: who has only bounds did not do the work.
func allCurrent(found plugin.CoverageReport, evidence string, secrets int) error {
	total := found.Total
	if found.Evidence != evidence || total.Total != secrets || total.Current != secrets || !total.Exact {
		return fmt.Errorf("status is to count %d Secrets exactly, all current, by %s; it says, by %s: %+v",
			secrets, evidence, found.Evidence, total)
	}
	return nil
}
