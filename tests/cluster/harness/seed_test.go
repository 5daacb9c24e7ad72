package harness

import (
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
)

func mixedOf(count int) []*Secret {
	options := SeedOptions{Count: count, Namespaces: 7, Kind: Mixed}
	options.complete()
	var secrets []*Secret
	for i := range count {
		secrets = append(secrets, mixedSecret(options, generator(options, i), i))
	}
	return secrets
}

func dataSize(secret *Secret) int {
	size := 0
	for _, value := range secret.Data {
		size += len(value)
	}
	return size
}

func TestMixedSizes(t *testing.T) {
	total, smallest, largest, small := 0, 1<<30, 0, 0
	for _, secret := range mixedOf(3000) {
		size := dataSize(secret)
		total += size
		largest = max(largest, size)
		if size > 0 {
			smallest = min(smallest, size)
		}
		if size < 10_000 {
			small++
		}
	}
	t.Logf("total %d bytes, smallest %d, largest %d, %d below 10 kB", total, smallest, largest, small)
	if total > 150_000_000 || smallest != 1 || largest < 900<<10 || largest > 1<<20 || small < 2000 {
		t.Error("sizes are not as promised")
	}
}

func TestMixedHasEveryTrait(t *testing.T) {
	traits := map[string]int{}
	for _, secret := range mixedOf(300) {
		metadata := secret.Metadata
		traits["type "+secret.Type]++
		for trait, has := range map[string]bool{
			"immutable":    secret.Immutable != nil && *secret.Immutable,
			"no data":      len(secret.Data) == 0,
			"finalizer":    len(metadata.Finalizers) > 0,
			"owner":        len(metadata.OwnerReferences) > 0,
			"label":        len(metadata.Labels) > 0,
			"unicode":      metadata.Annotations["example.com/note"] != "",
			"200 kB":       len(metadata.Annotations["example.com/large"]) >= 200_000,
			"longest name": len(metadata.Name) == 253,
			"empty value":  secret.Data["empty"] != nil && len(secret.Data["empty"]) == 0,
		} {
			if has {
				traits[trait]++
			}
		}
	}
	if len(traits) != 10+9 {
		t.Errorf("%d traits of 19: %v", len(traits), traits)
	}
}

func TestSeedIsTheSameEveryTime(t *testing.T) {
	first, _ := json.Marshal(mixedOf(100))
	second, _ := json.Marshal(mixedOf(100))
	if string(first) != string(second) {
		t.Error("two runs differ")
	}
}

func TestParallelStopsAtAnError(t *testing.T) {
	var calls atomic.Int64
	wanted := errors.New("no")
	err := parallel(4, 1000, func(i int) error {
		calls.Add(1)
		if i == 10 {
			return wanted
		}
		return nil
	})
	if err != wanted {
		t.Errorf("error %v", err)
	}
	calls.Store(0)
	if err := parallel(4, 1000, func(int) error { calls.Add(1); return nil }); err != nil || calls.Load() != 1000 {
		t.Errorf("%d calls, %v", calls.Load(), err)
	}
}

func TestDifference(t *testing.T) {
	before := Truth{"a/1": "x", "a/2": "x", "a/3": "x"}
	after := Truth{"a/1": "x", "a/2": "y", "a/4": "x"}
	if got := before.Difference(after); got != "a/2 has changed\na/3 is gone\na/4 is new" {
		t.Error(got)
	}
	if got := before.Difference(before); got != "" {
		t.Error(got)
	}
}
