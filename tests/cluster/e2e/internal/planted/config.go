// Package planted makes clusters of which is known by construction how everything in them is stored: random
// configurations, and under each any number of random states, planted into etcd in milliseconds.
package planted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"kubectl-encrypt/tests/cluster/harness"
)

// Names of keys, of which several providers may have one of the same, and of KMS plugins and their keys. The API server
// takes any name of a key, also one that begins with another and the colon which ends that in a stored value.
var (
	usualNames  = []string{"key1", "key2", "shared"}
	oddNames    = []string{"a", "a:b", "k8s:enc:aescbc:v1", "with space", "sl/ash", "cl\u00e9 \u9375", `quo"te\{x="y"}`}
	pluginNames = []string{"alpha", "beta"}
	keyIDs      = []string{"kek-1", "kek-2", "kek/3 \"new\""}
)

const (
	oddShare = 3 // one of so many configurations has odd names
	mostKeys = 4 // of a provider
)

// Config is an EncryptionConfiguration and the KMS plugins that it names.
type Config struct {
	Rules   []harness.Rule
	Plugins []harness.KMSOptions
}

// Text is what an API server reads.
func (c Config) Text() string { return harness.EncryptionBy(c.Rules...) }

// String is for messages: the rules without keys.
func (c Config) String() string {
	var text strings.Builder
	for _, rule := range c.Rules {
		fmt.Fprintf(&text, "%s:", strings.Join(rule.Resources, ","))
		for _, provider := range rule.Providers {
			for _, under := range valuesOf(provider, nil) {
				fmt.Fprintf(&text, " %v", under)
				if under.Provider == "kms" {
					fmt.Fprintf(&text, "(%s)", under.Version)
				}
			}
		}
		text.WriteString("; ")
	}
	return strings.TrimSuffix(text.String(), "; ")
}

// NewConfig draws a configuration: resources by name, then by group, then all, as masked rules are refused.
func NewConfig(random *rand.Rand) Config {
	groups := splitSpecific(random)
	for _, wildcard := range []string{"*.", "*.apps", "*.example.com", "*.*"} {
		if random.IntN(3) == 0 {
			groups = append(groups, []string{wildcard})
		}
	}
	if len(groups) == 0 {
		groups = [][]string{{"secrets"}}
	}
	config, names := Config{}, usualNames
	if random.IntN(oddShare) == 0 {
		names = oddNames
	}
	for _, resources := range groups {
		config.Rules = append(config.Rules, harness.Rule{Resources: resources, Providers: newProviders(random, names)})
	}
	config.addPlugins(random)
	return config
}

// splitSpecific names some resources, in up to three rules; now and then one is in two of them, whose providers
// are then put together.
func splitSpecific(random *rand.Rand) [][]string {
	rules := make([][]string, 3)
	for _, kind := range Kinds {
		for chance := 2; random.IntN(chance) == 0; chance = 6 {
			rule := &rules[random.IntN(len(rules))]
			if !slices.Contains(*rule, kind.Name) {
				*rule = append(*rule, kind.Name)
			}
		}
	}
	return slices.DeleteFunc(rules, func(rule []string) bool { return len(rule) == 0 })
}

// newProviders has at least one.
func newProviders(random *rand.Rand, names []string) []harness.Provider {
	all := []harness.Provider{harness.AESCBC(someOf(random, names)...), harness.AESGCM(someOf(random, names)...),
		harness.Secretbox(someOf(random, names)...), harness.Identity()}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:1+random.IntN(len(all))]
}

func someOf(random *rand.Rand, names []string) []string {
	keys := slices.Clone(names)
	random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys[:1+random.IntN(min(len(keys), mostKeys))]
}

// KeyNames are those of all keys.
func (c Config) KeyNames() (names []string) {
	for _, rule := range c.Rules {
		for _, provider := range rule.Providers {
			for _, key := range provider.Keys {
				names = append(names, key.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// addPlugins puts each plugin into one rule at most: their names have to be unique in a configuration.
func (c *Config) addPlugins(random *rand.Rand) {
	for _, name := range pluginNames {
		if random.IntN(3) == 0 {
			continue
		}
		rule := &c.Rules[random.IntN(len(c.Rules))]
		provider := harness.KMSv2(name)
		if random.IntN(3) == 0 {
			provider = harness.KMSv1(name)
		}
		rule.Providers = slices.Insert(rule.Providers, random.IntN(len(rule.Providers)+1), provider)
		c.Plugins = append(c.Plugins, harness.KMSOptions{Name: name, KeyID: pick(random, keyIDs)})
	}
}

// flags are what API servers need to take the configuration.
func (c Config) flags() []string {
	for _, rule := range c.Rules {
		for _, provider := range rule.Providers {
			if provider.Version == "v1" {
				return []string{harness.AllowKMSv1}
			}
		}
	}
	return nil
}

// Providers are those that an API server has for a resource: of the rules that name it, else of the one for its
// group, else of the one for all. It has none without a rule; then it neither encrypts nor reads what is encrypted.
func (c Config) Providers(resource string) []harness.Provider {
	_, group, _ := strings.Cut(resource, ".")
	for _, name := range []string{resource, "*." + group, "*.*"} {
		var providers []harness.Provider
		for _, rule := range c.Rules {
			if slices.Contains(rule.Resources, name) {
				providers = append(providers, rule.Providers...)
			}
		}
		if len(providers) > 0 {
			return providers
		}
	}
	return nil
}

// Readable is all that a resource may be stored under, what is written first. Encodings are left out.
func (c Config) Readable(resource string) []harness.Value {
	providers := c.Providers(resource)
	if providers == nil {
		providers = []harness.Provider{harness.Identity()}
	}
	var values []harness.Value
	for _, provider := range providers {
		values = append(values, valuesOf(provider, c.Plugins)...)
	}
	return values
}

// valuesOf lists the current key of a KMS first.
func valuesOf(provider harness.Provider, plugins []harness.KMSOptions) []harness.Value {
	storage := harness.Storage{Provider: provider.Kind, Key: provider.Name}
	var values []harness.Value
	switch provider.Kind {
	case "identity":
		return []harness.Value{{Storage: storage}}
	case "kms":
		if provider.Version == "v1" { // whose values do not show a key id
			return []harness.Value{{Storage: storage, Version: "v1"}}
		}
		for _, plugin := range plugins {
			if plugin.Name == provider.Name {
				values = append(values, harness.Value{Storage: storage, Version: "v2", KeyID: plugin.KeyID})
			}
		}
		if len(values) == 0 {
			return []harness.Value{{Storage: storage, Version: "v2"}}
		}
		for _, keyID := range keyIDs {
			if keyID != values[0].KeyID {
				values = append(values, harness.Value{Storage: storage, Version: "v2", KeyID: keyID})
			}
		}
		return values
	}
	for _, key := range provider.Keys {
		storage.Key = key.Name
		values = append(values, harness.Value{Storage: storage, Version: "v1"})
	}
	return values
}

func pick[Item any](random *rand.Rand, items []Item) Item { return items[random.IntN(len(items))] }
