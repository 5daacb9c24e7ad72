package cmdline

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// templates applies ours to a document, many at a time.
func templates(t *testing.T, document string, outputs []string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.json")
	kit.Must(t, os.WriteFile(path, []byte(document), 0o600))
	command := exec.Command(tool(t), path)
	command.Stdin = strings.NewReader(strings.Join(outputs, "\x00") + "\x00")
	answer, err := command.Output()
	kit.Must(t, err)
	answers := strings.Split(strings.TrimSuffix(string(answer), "\x00"), "\x00")
	if len(answers) != len(outputs) {
		t.Fatalf("%d answers to %d templates", len(answers), len(outputs))
	}
	return answers
}

func tool(t *testing.T) string {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	build := filepath.Join(filepath.Dir(file), "..", "..", "..", "..", "build")
	for _, preset := range []string{"asan", "dev"} {
		path := filepath.Join(build, preset, "tests", "template_dump")
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatal("no template_dump: build the unit tests first (cmake --preset dev && cmake --build --preset dev)")
	return ""
}

// expected is what client-go's package, which kubectl uses, makes of an
// expression, in template_dump's form; "" where it panics, or stumbles over a
// range that has nothing to go over.
func expected(document any, expression string) (answer string) {
	defer func() {
		if recover() != nil {
			answer = ""
		}
	}()
	path := jsonpath.New("out").AllowMissingKeys(true)
	if err := path.Parse(expression); err != nil {
		return fmt.Sprintf("!error parsing jsonpath %s, %v", expression, err)
	}
	var out bytes.Buffer
	if err := path.Execute(&out, document); err != nil {
		if strings.HasPrefix(err.Error(), "<invalid reflect.Value>") {
			return ""
		}
		return fmt.Sprintf("!error executing jsonpath %q: %v", expression, err)
	}
	return "=" + out.String()
}

// dice draws documents and expressions.
type dice struct{ *rand.Rand }

func (d dice) of(choices ...string) string { return choices[d.IntN(len(choices))] }

var keys = []string{"a", "b", "c", "name", "x-y", "a.b", "Ä"}

// value draws a part of a document. All lists are of one length: of lists of
// different lengths client-go forgets some (see TestListsWithoutElements).
func (d dice) value(depth int) any {
	kind := d.IntN(9)
	if depth == 0 {
		kind = d.IntN(6)
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return d.IntN(2) == 0
	case 2:
		return d.IntN(7) - 3
	case 3:
		return []any{0.5, -1.25, 1e21, 1e-7, 123456789.5, 1e20, 12345.678}[d.IntN(7)]
	case 4, 5:
		return d.of("", "a", "b", "two words", "<&>", "ä\u2028\u0001\t\"\\", "true", "1")
	case 6:
		return d.members(depth - 1)
	}
	return []any{d.value(depth - 1), d.value(depth - 1), d.value(depth - 1)}
}

func (d dice) members(depth int) map[string]any {
	members := map[string]any{}
	for _, key := range keys {
		if d.IntN(3) > 0 {
			members[key] = d.value(depth)
		}
	}
	return members
}

// item draws one of a list of alike objects, as reports have.
func (d dice) item() any {
	return map[string]any{"name": d.of("a", "b", "c"), "n": d.IntN(4), "exact": d.IntN(2) == 0, "share": float64(d.IntN(3)) + 0.5,
		"keys": []any{d.members(1), map[string]any{"name": d.of("a", "b"), "n": d.IntN(3)}, map[string]any{"n": 1}}}
}

func (d dice) document() map[string]any {
	document := d.members(3)
	document["items"] = []any{d.item(), d.item(), d.item()}
	return document
}

func (d dice) step(depth int) string {
	switch d.IntN(12) {
	case 0, 1:
		return "." + strings.ReplaceAll(keys[d.IntN(len(keys))], ".", `\.`)
	case 2:
		return "['" + keys[d.IntN(len(keys))] + "']"
	case 3:
		return "[" + d.of("0", "1", "-1", "*", ":", "1:", ":2", "0:3:2", "-2:", "::2", "0,2", "0, 1", "5", "", "2:1", "-9") + "]"
	case 4:
		return ".." + d.of("a", "name", "n", "")
	case 5:
		return ".*"
	case 6:
		return d.of("['a','b']", "['name', 'n']", "[*]['n','name']")
	case 7, 8:
		if depth > 0 {
			return "[?(" + d.filter() + ")]"
		}
	}
	return d.of(".items", ".items[*]", ".items[*].keys", ".items[*].keys[*]", ".name", ".n", ".a", ".exact", ".share")
}

func (d dice) filter() string {
	left := d.of("@.name", "@.n", "@.exact", "@.share", "@", "@.keys[1].n", "@.a", " @.n ", "@['name']")
	if d.IntN(5) == 0 {
		return left
	}
	return left + d.of("==", "!=", "<", "<=", ">", ">=", "=", " == ") +
		d.of(`"a"`, `'b'`, "1", "2", "-1", "true", "false", "1.5", "@.n", "0", `""`, " 1 ", "@.name", `"(x)"`, `"a)"`, "+1")
}

func (d dice) path() string {
	var path strings.Builder
	path.WriteString(d.of("", "", "@", "$", " "))
	for range 1 + d.IntN(3) {
		path.WriteString(d.step(1))
	}
	return path.String()
}

func (d dice) part() string {
	switch d.IntN(10) {
	case 0:
		return d.of("text ", "\n", " } ", "=", "ä")
	case 1:
		return "{" + d.of(`"\n"`, `'\t'`, `"a\"b"`, `'it\'s'`, `"\u00e4\x41\101"`, `"\q"`, `"`, `""`, `"\\"`) + "}"
	case 2:
		return "{" + d.of("1", "-2", "+3", "1.5", "true", "false", "1.2.3", "5.", "-", "abc", "range", "end") + "}"
	case 3, 4:
		return "{range " + d.path() + "}" + d.part() + d.of("{end}", "{end}", "{end}", `{"\n"}{end}`, "{ end }", "")
	}
	return "{" + d.path() + "}"
}

// spoilt is an expression with a mistake in it.
func (d dice) spoilt(expression string) string {
	at := d.IntN(len(expression) + 1)
	for at < len(expression) && !utf8.RuneStart(expression[at]) {
		at++
	}
	switch d.IntN(3) {
	case 0:
		return expression[:at] + d.of("{", "}", "[", "]", "'", `"`, ".", "*", "(", ")", "@", "!", " ", "\t", `\`, ",", ":", "-", "?", "\n") + expression[at:]
	case 1:
		return expression[:at]
	}
	return strings.Replace(expression, d.of("]", "}", "'", "(", "."), "", 1)
}

func (d dice) expression() string {
	var whole strings.Builder
	for range 1 + d.IntN(3) {
		whole.WriteString(d.part())
	}
	expression := whole.String()
	if d.IntN(4) == 0 {
		expression = d.spoilt(expression)
	}
	return expression
}

// inAnyOrder: client-go goes over an object's members in an order of Go's maps.
func inAnyOrder(expression string) bool {
	return strings.Contains(expression, "*") || strings.Contains(expression, "..")
}

func sorted(text string) string {
	characters := []rune(text)
	slices.Sort(characters)
	return string(characters)
}

// selectsNothing is a slice of no elements, which the random mistakes make at
// times: with it client-go does not look at the lists behind the first.
var selectsNothing = regexp.MustCompile(`\[:-?0|\[-?0:-?0|1:1|2:2|3:3|\[3:`)

// same compares answers. The words of a filter on what is no list differ: client-go
// prints the whole value there.
func same(expression, ours, theirs string) bool {
	const noList = " is not array or slice and cannot be filtered"
	if ours == theirs || strings.HasSuffix(ours, noList) && strings.HasSuffix(theirs, noList) {
		return true
	}
	if !inAnyOrder(expression) {
		return false
	}
	if ours[0] != theirs[0] {
		return false
	}
	return ours[0] == '!' || sorted(ours) == sorted(theirs)
}

// Random templates on random documents, right ones and wrong ones.
func TestJSONPathIsThatOfClientGo(t *testing.T) {
	const documents, each = 40, 250
	seed := uint64(rand.Uint32())
	if text := os.Getenv("KENCRYPT_JSONPATH_SEED"); text != "" {
		given, err := strconv.ParseUint(text, 10, 64)
		kit.Must(t, err)
		seed = given
	}
	t.Logf("KENCRYPT_JSONPATH_SEED=%d", seed)
	d := dice{rand.New(rand.NewPCG(seed, 1))}
	counts := map[byte]int{}
	for range documents {
		text, err := utiljson.Marshal(d.document())
		kit.Must(t, err)
		expressions := make([]string, each)
		outputs := make([]string, each)
		for i := range expressions {
			expressions[i] = d.expression()
			outputs[i] = "jsonpath=" + expressions[i]
		}
		answers := templates(t, string(text), outputs)
		for i, expression := range expressions {
			var document any
			kit.Must(t, utiljson.Unmarshal(text, &document))
			theirs := expected(document, expression)
			if theirs == "" || expression == "" || selectsNothing.MatchString(expression) {
				continue
			}
			counts[theirs[0]]++
			if !same(expression, answers[i], theirs) {
				t.Errorf("%q on %s:\n ours   %q\n theirs %q", expression, text, answers[i], theirs)
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d printed, %d refused", counts['='], counts['!'])
	if counts['='] < documents*each/4 || counts['!'] < documents*each/20 {
		t.Errorf("the expressions test too little: %v", counts)
	}
}

// What we do otherwise on purpose: a list without elements ends client-go's
// selection, so that the lists behind it are lost. A report must not lose any.
func TestListsWithoutElements(t *testing.T) {
	const text, expression = `{"items":[{"keys":["a"]},{"keys":[]},{"keys":["b"]}]}`, "{.items[*].keys[*]}"
	var document any
	kit.Must(t, utiljson.Unmarshal([]byte(text), &document))
	if ours := templates(t, text, []string{"jsonpath=" + expression})[0]; ours != "=a b" {
		t.Errorf("ours: %q", ours)
	}
	if theirs := expected(document, expression); theirs != "=a" {
		t.Errorf("client-go now finds %q: this exception is not needed any more", theirs)
	}
}
