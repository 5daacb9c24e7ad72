package config_test

import (
	"math/rand/v2"
	"strings"
)

const special = ":{}[],&*#?|-<>=!%@\"'`\\ \n\t\r.~/+_0123456789abyn"

var words = []string{
	"apiVersion", "kind", "resources", "providers", "keys", "name", "secret", "identity", "kms", "aescbc", "aesgcm", "secretbox", "endpoint",
	"timeout", "cachesize", "secrets", "v1", "v2", "{}", "- ", ": ", "null", "key1", "EncryptionConfiguration", "\n", "  ", "*.*", "'*.'",
}

// mutate changes a text here and there: bytes, words, lines.
func mutate(r *rand.Rand, text string) string {
	for range 1 + r.IntN(3) {
		switch r.IntN(3) {
		case 0:
			text = mutateBytes(r, text)
		case 1:
			text = mutateWords(r, text)
		default:
			text = mutateLines(r, text)
		}
	}
	return text
}

func cut(r *rand.Rand, text string, most int) (before, within, after string) {
	begin := r.IntN(len(text) + 1)
	end := min(begin+r.IntN(most+1), len(text))
	return text[:begin], text[begin:end], text[end:]
}

func mutateBytes(r *rand.Rand, text string) string {
	before, within, after := cut(r, text, 4)
	switch r.IntN(6) {
	case 0:
		return before + after
	case 1:
		return before + within + within + after
	case 2:
		return before + string([]byte{byte(r.Uint32())}) + after
	case 3:
		return before + []string{"\ufeff", "\u0085", "\u2028", "é", "\x7f", "\x00", "\xff", "\t", "\\u00e9", "\\ud83d", "\u00a0"}[r.IntN(11)] + after
	default:
		return before + string(special[r.IntN(len(special))]) + after[min(len(after), r.IntN(2)):]
	}
}

func mutateWords(r *rand.Rand, text string) string {
	from, to := words[r.IntN(len(words))], words[r.IntN(len(words))]
	if r.IntN(3) == 0 {
		to = odd[r.IntN(len(odd))]
	}
	places := strings.Count(text, from)
	if places == 0 {
		return mutateBytes(r, text)
	}
	parts := strings.SplitAfterN(text, from, 1+r.IntN(places)+1)
	last := len(parts) - 2
	parts[last] = strings.TrimSuffix(parts[last], from) + to
	return strings.Join(parts, "")
}

func mutateLines(r *rand.Rand, text string) string {
	lines := strings.SplitAfter(text, "\n")
	i, j := r.IntN(len(lines)), r.IntN(len(lines))
	switch r.IntN(6) {
	case 0:
		lines[i] = ""
	case 1:
		lines[i] += lines[i]
	case 2:
		lines[i], lines[j] = lines[j], lines[i]
	case 3:
		lines[i] = []string{" ", "  ", "\t", "- ", "# "}[r.IntN(5)] + lines[i]
	case 4:
		lines[i] = strings.TrimPrefix(lines[i], []string{" ", "  ", "    "}[r.IntN(3)])
	default:
		lines[i] = anchors(r, lines[i])
	}
	return strings.Join(lines, "")
}

// anchors puts an anchor, an alias, a merge or a tag where a value was.
func anchors(r *rand.Rand, line string) string {
	name, value, found := strings.Cut(line, ": ")
	if !found {
		return strings.Replace(line, "- ", "- "+[]string{"&a ", "!!map ", "*a ", "<<: "}[r.IntN(4)], 1)
	}
	switch r.IntN(4) {
	case 0:
		return name + ": &a " + value
	case 1:
		return name + ": *a\n"
	case 2:
		return strings.Repeat(" ", len(name)-len(strings.TrimLeft(name, " "))) + "<<: {name: a}\n" + line
	default:
		return name + ": !!str " + value
	}
}
