package main

import (
	"fmt"
	"os"
	"time"

	"kubectl-encrypt/tests/cluster/delay"
	"kubectl-encrypt/tests/cluster/harness"
)

// track is the course that every contender runs on: before each run the write
// key changes, so that every Secret is stale again.
type track struct {
	cluster *harness.Cluster
	secrets int
	key     int
}

// measure lets the contenders take turns, so that a slow spell of the machine
// hits all of them.
func (t *track) measure(rtt time.Duration, runs int) (map[string][]sample, error) {
	server, err := t.listen(rtt)
	if err != nil {
		return nil, err
	}
	results := map[string][]sample{}
	for i := range runs {
		for j := range contenders {
			contender := contenders[(i+j)%len(contenders)]
			fmt.Fprintf(os.Stderr, "bench: rtt %v, run %d of %d: %s\n", rtt, i+1, runs, contender.name)
			sample, err := t.one(contender, server)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", contender.name, err)
			}
			results[contender.name] = append(results[contender.name], sample)
		}
	}
	return results, nil
}

func (t *track) listen(rtt time.Duration) (string, error) {
	target := t.cluster.Servers[0]
	if rtt == 0 {
		return target.URL(), nil
	}
	proxy, err := delay.Listen("127.0.0.1:0", rtt, fmt.Sprintf("127.0.0.1:%d", target.Port))
	if err != nil {
		return "", err
	}
	go proxy.Serve()
	return "https://" + proxy.Addr(), nil
}

func (t *track) one(contender contender, server string) (sample, error) {
	old := fmt.Sprintf("key%d", t.key)
	t.key++
	current := fmt.Sprintf("key%d", t.key)
	config := harness.Encryption(harness.AESCBC(current, old), harness.Identity())
	if err := t.cluster.Servers[0].Restart(config); err != nil {
		return sample{}, err
	}
	result, err := timed(contender, t.cluster.Kubeconfig(harness.Admin, 0), server)
	if err != nil {
		return sample{}, err
	}
	result.objects = t.secrets
	return result, t.check(current)
}

func timed(contender contender, kubeconfig, server string) (sample, error) {
	meter, err := newMeter()
	if err != nil {
		return sample{}, err
	}
	defer meter.close()
	started := time.Now()
	if err := contender.run(meter, kubeconfig, server); err != nil {
		return sample{}, err
	}
	return meter.sample(started)
}

// check reads etcd: a contender that left something stale did not do the work.
func (t *track) check(key string) error {
	entries, err := t.cluster.ReadEtcd(harness.SecretsPrefix)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if stored := harness.Classify(entry.Value); stored.Key != key {
			return fmt.Errorf("%s is stored under %v after the run, not under %s", entry.Key, stored, key)
		}
	}
	return nil
}
