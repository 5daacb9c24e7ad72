package config_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
)

// node is a value of a configuration as it is to be written.
type node struct {
	fields []field // a mapping
	items  []node  // a list
	isMap  bool
	isList bool
	text   string
	raw    bool // text is written as it stands: it is no text, or has its quotes
}

type field struct {
	name  node
	value node
}

func text(s string) node        { return node{text: s} }
func raw(s string) node         { return node{text: s, raw: true} }
func list(items ...node) node   { return node{items: items, isList: true} }
func object(f ...field) node    { return node{fields: f, isMap: true} }
func of(n string, v node) field { return field{text(n), v} }

// grammar draws configurations, in which each part is something else with a chance of wrong.
type grammar struct {
	*rand.Rand
	wrong float64
	deck  []string // resources that no list has yet
	kms   int      // providers so far
}

func newGrammar(r *rand.Rand, wrong float64) *grammar {
	g := &grammar{Rand: r, wrong: wrong, deck: slices.Clone(resources)}
	g.Shuffle(len(g.deck), func(i, j int) { g.deck[i], g.deck[j] = g.deck[j], g.deck[i] })
	return g
}

func (g *grammar) pick(choices ...string) string { return choices[g.IntN(len(choices))] }
func (g *grammar) slips() bool                   { return g.Float64() < g.wrong }

// Values that mean something to somebody: to YAML, to Go, to nobody.
var odd = []string{
	"null", "~", "", "true", "no", "On", "1", "0", "-1", "1.5", "1e3", "1e999", ".5", "+.5", ".inf", "-.INF", ".nan", "0x10", "010",
	"0o17", "0b11", "0b-1", "-0b1", "08", "1_000", "1_0.5", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "<<", "=", "y", "[]", "{}",
	"[a]", "{a: b}", "[[]]", `""`, `''`, `"\u00e9"`, "*a", "&a", "&a b", "!!str 1", "!!int 1", "!!int a", "!!float 1", "!!float a",
	"!!bool yes", "!!null ''", "!!null a", "!!binary c2VjcmV0cw==", "!!binary a", "!!binary /w==", "!foo 12", "! 12", "! '12'",
	"!!timestamp 2001-01-01", "!!timestamp a", "!!map {}", "!!seq []", "!!set {a}", "|", ">-", "# comment", "- a", "? a", "a: b",
	"18446744073709551615", "18446744073709551616", "9223372036854775808", "-9223372036854775809", "1000.0", "-0.0", "1e-400", "0x",
	"\"a\\tb\"", "'it''s'", "@a", "`a", "%a", "|2\n  a", "\"a\n b\"", "é", "ǅ", "\u2028", "\u0085", "\ufeff", "1:30", "190:20:30",
}

func (g *grammar) odd() node { return raw(odd[g.IntN(len(odd))]) }

// or gives the value, or now and then something that it is not.
func (g *grammar) or(value node) node {
	if !g.slips() {
		return value
	}
	switch g.IntN(4) {
	case 0:
		return list(value)
	case 1:
		return object(of(g.pick("a", "name", "keys"), value))
	default:
		return g.odd()
	}
}

// object drops, repeats, renames and adds fields now and then.
func (g *grammar) object(fields ...field) node {
	kept := []field{}
	for _, f := range fields {
		f.value = g.or(f.value)
		switch {
		case g.slips() && g.IntN(2) == 0:
			continue
		case g.slips():
			f.name = g.name(f.name.text)
		case g.slips():
			kept = append(kept, f)
		}
		kept = append(kept, f)
	}
	if g.slips() {
		kept = append(kept, field{g.name("x"), g.odd()})
	}
	if g.IntN(3) == 0 {
		g.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
	}
	return object(kept...)
}

func (g *grammar) name(name string) node {
	switch g.IntN(4) {
	case 0:
		return g.odd()
	case 1:
		return text(name + " ")
	case 2:
		return text(string(name[0]-32) + name[1:])
	default:
		return text(g.pick("apiVersion", "kind", "resources", "providers", "keys", "name", "secret", "identity", "kms", "timeout",
			"cachesize", "endpoint", "metadata", "aesgcm"))
	}
}

func (g *grammar) root() node {
	version, kind := "apiserver.config.k8s.io/v1", "EncryptionConfiguration"
	switch {
	case g.IntN(30) == 0:
		version, kind = g.pick("v1", "/v1"), "EncryptionConfig"
	case g.slips():
		version = g.pick("v1", "", "/", "apiserver.config.k8s.io/v1beta1", "apiserver.config.k8s.io/v1/", "apiserver.k8s.io/v1")
	case g.slips():
		kind = g.pick("EncryptionConfig", "", "encryptionconfiguration", "TracingConfiguration", "Secret")
	}
	entries := list()
	count := g.count(3)
	for i := range count {
		entries.items = append(entries.items, g.or(g.entry(i == count-1)))
	}
	return g.or(g.object(of("apiVersion", text(version)), of("kind", text(kind)), of("resources", entries)))
}

// count is at least 1, but for a slip.
func (g *grammar) count(most int) int {
	if g.slips() {
		return 0
	}
	return 1 + g.IntN(most)
}

var resources = []string{
	"secrets", "configmaps", "events", "deployments.apps", "pandas.awesome.bears.example", "jobs.batch", "leases.coordination.k8s.io",
	"pods", "services", "tokens.example.com", "routes.example.com", "things.other.example", "widgets.example.org", "ingresses.networking.k8s.io",
}
var wildcards = []string{"*.", "*.*", "*.apps", "*.example.com", "*.batch"}
var refused = []string{
	"*", "Secrets", "SECRETS.", "events.events.k8s.io", "*.events.k8s.io", "ingresses.extensions", "*.extensions", "secrets.*", "apiserveripinfo",
	"serviceipallocations", "servicenodeportallocations", "É", "ǅa",
}
var accepted = []string{"", ".", "..", "secrets.", ".apps", "a.b.c.*", "apiserveripinfo.x", "é", "ß", " secrets", "events.k8s.io", "x.extensions.", "ab"}

func (g *grammar) resource(last bool) node {
	switch n := g.IntN(100); {
	case g.slips():
		return text(refused[g.IntN(len(refused))])
	case n < 8 && last || n < 1:
		return text(wildcards[g.IntN(len(wildcards))])
	case n < 12:
		return text(accepted[g.IntN(len(accepted))])
	case g.slips():
		return text(resources[g.IntN(len(resources))])
	default:
		name := g.deck[0]
		g.deck = append(g.deck[1:], name)
		return text(name)
	}
}

// entry may have wildcards if it is the last: they mask what follows.
func (g *grammar) entry(last bool) node {
	names, providers := list(), list()
	for range g.count(3) {
		names.items = append(names.items, g.or(g.resource(last)))
	}
	for range g.count(3) {
		providers.items = append(providers.items, g.or(g.provider()))
	}
	return g.object(of("resources", names), of("providers", providers))
}

func (g *grammar) provider() node {
	bodies := []field{g.body()}
	if g.slips() {
		bodies = append(bodies, g.body())
	}
	return g.object(bodies...)
}

func (g *grammar) body() field {
	switch g.IntN(5) {
	case 0:
		return of("identity", g.object())
	case 1:
		return of("kms", g.plugin())
	case 2:
		return of("secretbox", g.keys(32))
	case 3:
		return of("aesgcm", g.keys(16, 24, 32))
	default:
		return of("aescbc", g.keys(16, 24, 32))
	}
}

func (g *grammar) keys(sizes ...int) node {
	keys := list()
	for range g.count(3) {
		name := text(g.pick("key1", "key2", "key1", "2026", "a:b", "yes", "schlüssel", "old key"))
		keys.items = append(keys.items, g.or(g.object(of("name", name), of("secret", g.secret(sizes)))))
	}
	return g.object(of("keys", keys))
}

func (g *grammar) secret(sizes []int) node {
	size := sizes[g.IntN(len(sizes))]
	if g.slips() {
		size = g.IntN(40)
	}
	key := make([]byte, size)
	for i := range key {
		key[i] = byte(g.Uint32())
	}
	encoded := base64.StdEncoding.EncodeToString(key)
	if !g.slips() {
		return text(encoded)
	}
	middle := len(encoded) / 2
	switch g.IntN(8) {
	case 0:
		return text(base64.RawStdEncoding.EncodeToString(key))
	case 1:
		return text(base64.URLEncoding.EncodeToString(key))
	case 2:
		return text(encoded[:middle] + " " + encoded[middle:])
	case 3:
		return text(encoded[:middle] + "\n" + encoded[middle:] + "\r\n")
	case 4:
		return text(encoded + "=")
	case 5:
		return text(encoded + encoded)
	case 6:
		return text("<YOUR_BASE64_KEY_HERE>")
	default:
		return text("")
	}
}

var endpoints = []string{
	"unix:///var/run/kms.sock", "unix:///@abstract", "unix:/run/kms.sock", "UNIX:///run/kms.sock", "unix:///run/k%20ms.sock", "unix://host/run/kms.sock",
	"unix://user@host:1/x", "unix://[::1]:2/x", "unix:///a?b=%zz", "unix:///a#b", "unix:opaque", "unix:", "unix://", "unix:///a b", "unix:///é",
	"unix://[fe80::1%25eth0]/x", "unix://a:b:1/x", "unix:?", "unix://a%20/x", "unix://a%c3%a9/x", "unix:///a%3Fb",
}
var badEndpoints = []string{
	"", "/var/run/kms.sock", "http://localhost", "tcp:///x", "unix", ":unix", "unix:///a%zz", "unix:///a%2", "unix:///a%25zz", "unix:///a%01", "unix:///a#%zz",
	"unix://a b/x", "unix://[::1/x", "unix://[1.2.3.4]/x", "unix://x[::1]/x", "unix://a:b/x", "unix://us er@host/x", "unix://[::1]a/x", "unix://a%41/x",
	"unix:///a\tb", "1unix:///x", "unix+a:///x", "unix://[fe80::1%25]/x", "unix:///a%23%25zz", "*", "unix://^/x", "unix://u%zz@h/x",
}
var timeouts = []string{
	"3s", "1h2m3.5s", ".5s", "1.s", "300ms", "1us", "1µs", "1μs", "+5s", "9223372036854775807ns", "2562047h47m16.854775807s", "0.000000001s", "1s1s",
}
var badTimeouts = []string{
	"", "0", "0s", "-1s", "3", "3 s", "s", ".s", "1S", "0.1ns", "9223372036854775808ns", "2562047h47m16.854775808s", "99999999999999999999s", "1d", "--1s",
	"-0", "1e3s", "-9223372036854775808ns",
}
var sizes = []string{"1000", "1", "-1", "2147483647", "-2147483648", "1000.0", "1e3", "0x10", "1_000", "010", "0b11", "+7"}
var badSizes = []string{"0", "2147483648", "-2147483649", "1.5", "'1000'", "true", "0.0", "-0", "1e10", ".5", "0x", "!!float 1.5", "[1]"}

func (g *grammar) some(good, bad []string) string {
	if g.slips() {
		return bad[g.IntN(len(bad))]
	}
	return good[g.IntN(len(good))]
}

func (g *grammar) plugin() node {
	version := g.some([]string{"v2", "v2", "v2", "v1"}, []string{"", "v3", "V2"})
	g.kms++
	name := g.some([]string{fmt.Sprintf("plugin %d", g.kms)}, []string{"", "a:b", "plugin 1"})
	fields := []field{
		of("apiVersion", text(version)), of("name", text(name)), of("endpoint", text(g.some(endpoints, badEndpoints))),
	}
	if g.IntN(2) == 0 {
		fields = append(fields, of("timeout", text(g.some(timeouts, badTimeouts))))
	}
	if version == "v1" && g.IntN(2) == 0 || g.slips() {
		fields = append(fields, of("cachesize", raw(g.some(sizes, badSizes))))
	}
	return g.object(fields...)
}
