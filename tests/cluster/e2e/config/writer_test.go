package config_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// writer writes a node as people and programs do: in block and flow style, in all sorts of quotes, with comments.
type writer struct {
	*rand.Rand
	out     strings.Builder
	newline string
	plain   bool // nothing that is not needed
}

func write(r *rand.Rand, root node) string {
	w := &writer{Rand: r, newline: "\n", plain: r.IntN(3) == 0}
	if r.IntN(8) == 0 {
		return w.json(root)
	}
	if r.IntN(20) == 0 {
		w.newline = "\r\n"
	}
	w.before()
	w.block(root, 0, false)
	w.after()
	return strings.ReplaceAll(w.out.String(), "\n", w.newline)
}

func (w *writer) chance(of int) bool { return !w.plain && w.IntN(of) == 0 }

func (w *writer) before() {
	for _, start := range []string{"\ufeff", "# a comment\n", "---\n", "%YAML 1.1\n---\n"} {
		if w.chance(25) {
			w.out.WriteString(start)
		}
	}
	if w.chance(200) {
		w.out.WriteString([]string{"%YAML 1.2\n---\n", "%FOO bar\n---\n", "--- ", "\n\n", "...\n", "\t", "%TAG ! tag:a,b:\n---\n"}[w.IntN(7)])
	}
}

func (w *writer) after() {
	if w.chance(40) {
		w.out.WriteString([]string{"...\n", "---\n", "---\na: [\n", "# end", "\n\n", "---\nb: c\n", "... # x\n", "...\nb\n"}[w.IntN(8)])
	}
}

func (w *writer) indent(depth int) { w.out.WriteString(strings.Repeat(" ", depth)) }

func (w *writer) comment(depth int) {
	if w.chance(15) {
		w.indent(depth)
		w.out.WriteString("# keys: [\n")
	}
}

func (w *writer) endLine() {
	if w.chance(30) {
		w.out.WriteString(" # said")
	}
	w.out.WriteString("\n")
}

// block writes at the beginning of a line, or behind a dash, where the first line is indented already.
func (w *writer) block(n node, depth int, indented bool) {
	switch {
	case n.isMap && len(n.fields) > 0 && !w.chance(20):
		for _, f := range n.fields {
			if !indented {
				w.comment(depth)
				w.indent(depth)
			}
			indented = false
			w.scalar(f.name)
			w.out.WriteString(":")
			w.value(f.value, depth)
		}
	case n.isList && len(n.items) > 0 && !w.chance(10):
		for _, item := range n.items {
			if !indented {
				w.comment(depth)
				w.indent(depth)
			}
			indented = false
			w.out.WriteString("- ")
			w.block(item, depth+2, true)
		}
	default:
		if !indented {
			w.indent(depth)
		}
		w.flow(n, false)
		w.endLine()
	}
}

func (w *writer) value(n node, depth int) {
	if (n.isMap && len(n.fields) == 0) || (n.isList && len(n.items) == 0) || (!n.isMap && !n.isList) || w.chance(12) {
		w.out.WriteString(" ")
		w.flow(n, false)
		w.endLine()
		return
	}
	w.endLine()
	inner := depth + 2
	if n.isList && w.IntN(2) == 0 {
		inner = depth
	}
	w.block(n, inner, false)
}

func (w *writer) flow(n node, json bool) {
	blank := func() {
		if w.chance(8) {
			w.out.WriteString(" ")
		}
	}
	switch {
	case n.isMap:
		w.out.WriteString("{")
		for i, f := range n.fields {
			w.separate(i)
			w.scalarOrJSON(f.name, json)
			blank()
			w.out.WriteString(":")
			if !json || w.IntN(2) == 0 {
				w.out.WriteString(" ")
			}
			w.flow(f.value, json)
		}
		w.out.WriteString("}")
	case n.isList:
		w.out.WriteString("[")
		for i, item := range n.items {
			w.separate(i)
			w.flow(item, json)
			blank()
		}
		w.out.WriteString("]")
	default:
		w.scalarOrJSON(n, json)
	}
}

func (w *writer) separate(i int) {
	if i > 0 {
		w.out.WriteString([]string{", ", ",", " , "}[w.IntN(3)])
	}
}

func (w *writer) scalarOrJSON(n node, json bool) {
	if json && !n.raw {
		w.out.WriteString(strconv.QuoteToASCII(n.text))
		return
	}
	w.scalar(n)
}

func (w *writer) scalar(n node) {
	switch {
	case n.raw:
		w.out.WriteString(n.text)
	case isWord(n.text) && !w.chance(6):
		w.out.WriteString(n.text)
	case w.IntN(2) == 0 && !strings.ContainsAny(n.text, "\n\r\t"):
		w.out.WriteString("'" + strings.ReplaceAll(n.text, "'", "''") + "'")
	default:
		w.out.WriteString(strconv.Quote(n.text))
	}
}

// isWord says what needs no quotes.
func isWord(s string) bool {
	if s == "" || s == "yes" || s == "2026" || strings.ContainsAny(s[:1], "*.-0123456789 ") {
		return false
	}
	return !strings.ContainsAny(s, ": #\n\r\t[]{},%")
}

func (w *writer) json(root node) string {
	if !w.plain && w.IntN(4) == 0 {
		w.out.WriteString([]string{" ", "\n\t", "\ufeff", "\u00a0", "\v", "// x\n", "\r\n"}[w.IntN(7)])
	}
	w.flow(root, true)
	if w.chance(6) {
		w.out.WriteString([]string{"\n", " x", "\n}", ",", "\n\n", "\x00"}[w.IntN(6)])
	}
	return w.out.String()
}
