package tutorial

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
)

// rule says how the document writes what is different in each run.
type rule struct {
	name  string
	apply func(output string) string
}

// rules are for output alone, in this order. A reader sees the same as the document has, but for these.
var rules = []rule{
	{"progress, which a terminal overwrites", without(`Reading .*|Rewriting .*`, `$^`)},
	{"what wait happens to see of a change, but for its end", without(`wait: .*`, `runs the file and is ready`)},
	{"and what others that wait happen to see", without(`(enable|rotate|disable): (apiserver-|127\.0\.0\.1|reading|every API server needs).*|.* unchanged: it names .* already`, `runs the file and is ready`)},
	{"the host's name", replaced(`(apiserver-[a-z2-7]{26}) on \S+`, "$1 on "+hostname)},
	{"how long it took", replaced(`\b(in|after) [0-9.]+m?s`, "$1 3s")},
	{"the time in the name of a former file", replaced(`\.bak-\d{8}T\d{6}Z(-\d+)?`, ".bak-20261127T120000Z")},
	{"times of the day", replaced(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`, "2026-11-27T12:00:00Z")},
	{"revisions of etcd", replaced(`as of revision \d+`, "as of revision 1234")},
	{"how many keys etcd has", replaced(`\b\d{2,} keys`, "210 keys")},
	{"and how many objects", replaced(`\b\d{3} objects`, "200 objects")},
	{"and how many besides", replaced(`\b\d{3} more are`, "198 more are")},
	{"sizes of files", replaced(`\b[0-9.]+ MiB`, "1.0 MiB")},
}

func replaced(pattern, instead string) func(string) string {
	compiled := regexp.MustCompile(pattern)
	return func(output string) string { return compiled.ReplaceAllString(output, instead) }
}

// without leaves out lines, but those that have `kept` in them.
func without(lines, kept string) func(string) string {
	pattern, exception := regexp.MustCompile(`(?m)^(?:`+lines+`)\n`), regexp.MustCompile(kept)
	return func(output string) string {
		return pattern.ReplaceAllStringFunc(output, func(line string) string {
			if exception.MatchString(line) {
				return line
			}
			return ""
		})
	}
}

// fingerprints are hashes and beginnings of hashes.
var fingerprints = regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{16}|[0-9a-f]{12})\b`)

const shortest = 12

// samples gives each hash of a run the one that the document has for it, by the order in which they come: what is equal
// in the run is equal in the document.
type samples struct {
	known []string // beginnings
}

func (s *samples) of(beginning string) string {
	number := len(s.known)
	for i, one := range s.known {
		if one == beginning {
			number = i
		}
	}
	if number == len(s.known) {
		s.known = append(s.known, beginning)
	}
	sample := sha256.Sum256([]byte{byte(number)})
	return hex.EncodeToString(sample[:])
}

// normal is output as the document has it, but for the places of the host.
func (s *samples) normal(output string) string {
	for _, one := range rules {
		output = one.apply(output)
	}
	return fingerprints.ReplaceAllStringFunc(output, func(found string) string {
		return s.of(found[:shortest])[:len(found)]
	})
}
