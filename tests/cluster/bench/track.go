package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"kubectl-encrypt/tests/cluster/delay"
	"kubectl-encrypt/tests/cluster/harness"
)

const (
	newKey = "new" // the API server writes with it
	oldKey = "old"
)

// course is what contenders find.
type course struct {
	secrets int
	key     string // that all are stored under at first; when a contender has ended it has to be newKey
	etcdTLS bool   // as in a real cluster
}

// state is a word for the head of a table, with a blank behind it.
func (c course) state() string {
	if c.key == newKey {
		return ""
	}
	return "stale "
}

// track is a cluster that every contender of a contest runs on.
type track struct {
	course
	cluster *harness.Cluster
	lock    string // for quiet()
}

func newTrack(course course, lock string) (*track, error) {
	cluster, err := harness.New(harness.Options{EtcdTLS: course.etcdTLS, Servers: []harness.ServerOptions{{
		Encryption: harness.Encryption(harness.AESCBC(newKey, oldKey), harness.Identity()),
	}}})
	if err != nil {
		return nil, err
	}
	track := &track{course, cluster, lock}
	fmt.Fprintf(os.Stderr, "bench: planting %d Secrets\n", course.secrets)
	plant := harness.PlantOptions{Count: course.secrets, Namespaces: 20, Key: course.key}
	if err = cluster.SeedEtcd(plant); err == nil {
		err = track.settle()
	}
	if err != nil {
		cluster.Close()
	}
	return track, err
}

// measure lets the contenders take turns, so that a slow spell of the machine hits all of them.
func (t *track) measure(contest contest, rtt time.Duration, runs int) (map[string][]sample, error) {
	server, err := t.listen(rtt)
	if err != nil {
		return nil, err
	}
	if err := t.rehearse(contest, server); err != nil {
		return nil, err
	}
	results := map[string][]sample{}
	for i := range runs {
		for j := range contest.contenders {
			contender := contest.contenders[(i+j)%len(contest.contenders)]
			if !contender.takesPart(rtt) {
				continue
			}
			fmt.Fprintf(os.Stderr, "bench: %s, rtt %v, run %d of %d: %s\n", contest.name, rtt, i+1, runs, contender.name)
			sample, err := t.one(contender, server)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", contender.name, err)
			}
			results[contender.name] = append(results[contender.name], sample)
		}
	}
	return results, nil
}

func (t *track) rehearse(contest contest, server string) error {
	for _, contender := range contest.contenders {
		if contender.rehearse == nil {
			continue
		}
		if err := contender.rehearse(t.job(harness.Admin, server)); err != nil {
			return fmt.Errorf("%s: %w", contender.name, err)
		}
	}
	return nil
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
	if err := t.prepare(); err != nil {
		return sample{}, err
	}
	user := contender.user
	if user == "" {
		user = harness.Admin
	}
	release, err := quiet(t.lock)
	if err != nil {
		return sample{}, err
	}
	result, err := timed(contender, t.job(user, server))
	release()
	if err != nil {
		return sample{}, err
	}
	result.objects = t.secrets
	if err := t.check(); err != nil {
		return sample{}, err
	}
	return result, t.settle()
}

func (t *track) job(user, server string) job {
	return job{cluster: t.cluster, kubeconfig: t.cluster.Kubeconfig(user, 0), server: server, secrets: t.secrets}
}

// prepare drops etcd's history of former runs and makes all stale, past the API server, where contenders write. It
// compacts first: the API server's watch wants to see what was there before each write.
func (t *track) prepare() error {
	if t.key == newKey {
		return nil // who reads leaves it so
	}
	if err := t.cluster.Store().Compact(false); err != nil {
		return err
	}
	if err := t.cluster.PlantAll(oldKey); err != nil {
		return err
	}
	return t.settle()
}

// settle waits until the API server has seen what is in etcd: a list of the newest state answers only then.
func (t *track) settle() error {
	client, err := t.cluster.Client(harness.Admin)
	if err != nil {
		return err
	}
	_, err = client.Do(context.Background(), "GET", "/api/v1/secrets?limit=1", nil)
	return err
}

func timed(contender contender, job job) (sample, error) {
	meter, err := newMeter()
	if err != nil {
		return sample{}, err
	}
	defer meter.close()
	started := time.Now()
	if err := contender.run(meter, job); err != nil {
		return sample{}, err
	}
	return meter.sample(started)
}

// check reads etcd: a contender that left something stale did not do the work.
func (t *track) check() error {
	entries, err := t.cluster.ReadEtcd(harness.SecretsPrefix)
	if err != nil {
		return err
	}
	if len(entries) != t.secrets {
		return fmt.Errorf("etcd holds %d Secrets, not %d", len(entries), t.secrets)
	}
	for _, entry := range entries {
		if stored := harness.Classify(entry.Value); stored.Key != newKey {
			return fmt.Errorf("%s is stored under %v after the run, not under %s", entry.Key, stored, newKey)
		}
	}
	return nil
}
