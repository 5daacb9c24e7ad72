package dist

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// What an archive holds, in its order, and where each file comes from.
var contents = []struct {
	name, source string
	mode         int64
}{
	{"LICENSE", "LICENSE", 0o644},
	{"THIRD_PARTY_LICENSES.txt", "", 0o644},
	{"completions/", "", 0o755},
	{"completions/encrypt.bash", "completions/kubectl-encrypt.bash", 0o644},
	{"completions/encrypt.fish", "completions/kubectl-encrypt.fish", 0o644},
	{"completions/encrypt.zsh", "completions/kubectl-encrypt.zsh", 0o644},
	{"completions/kubectl_complete-encrypt", "completions/kubectl_complete-encrypt", 0o755},
	{"kubectl-encrypt", "", 0o755},
}

// Nothing of the machine, the user or the hour is in an archive.
func TestArchives(t *testing.T) {
	for _, r := range releases(t) {
		members := r.members(t)
		if len(members) != len(contents) {
			t.Fatalf("%s has %d members, want %d", r.path, len(members), len(contents))
		}
		for i, want := range contents {
			checkMember(t, r, members[i], want.name, want.mode)
			if !members[i].header.ModTime.Equal(members[0].header.ModTime) {
				t.Errorf("%s: %s is not of the same time as the others", r.target(), want.name)
			}
			if want.source == "" {
				continue
			}
			source, err := os.ReadFile(repository(want.source))
			kit.Must(t, err)
			if !bytes.Equal(members[i].content, source) {
				t.Errorf("%s: %s is not %s", r.target(), want.name, want.source)
			}
		}
	}
}

func checkMember(t *testing.T, r release, got member, name string, mode int64) {
	t.Helper()
	h := got.header
	if h.Name != name || h.Mode != mode || h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" ||
		h.Format != tar.FormatUSTAR {
		t.Errorf("%s: %s has mode %o, owner %d:%d %q:%q, format %v; want %s with mode %o",
			r.target(), h.Name, h.Mode, h.Uid, h.Gid, h.Uname, h.Gname, h.Format, name, mode)
	}
}

func TestChecksums(t *testing.T) {
	list, err := os.ReadFile(filepath.Join(folder(), "checksums.txt"))
	kit.Must(t, err)
	listed := map[string]string{}
	for line := range strings.Lines(string(list)) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		listed[name] = sum
	}
	entries, err := os.ReadDir(folder())
	kit.Must(t, err)
	for _, entry := range entries {
		if entry.Name() == "checksums.txt" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder(), entry.Name()))
		kit.Must(t, err)
		if sum := sha256.Sum256(content); listed[entry.Name()] != hex.EncodeToString(sum[:]) {
			t.Errorf("checksums.txt has %q for %s", listed[entry.Name()], entry.Name())
		}
	}
	if len(listed) != len(entries)-1 {
		t.Errorf("checksums.txt lists %d files, there are %d", len(listed), len(entries)-1)
	}
}

// part is an entry of packaging/sources.lock.
type part struct{ name, title, version, systems string }

var lockField = regexp.MustCompile(`(?m)^(name|title|version|systems) = (.*)$`)

func lockedParts(t *testing.T) []part {
	t.Helper()
	text, err := os.ReadFile(repository("packaging", "sources.lock"))
	kit.Must(t, err)
	var parts []part
	for _, entry := range strings.Split(string(text), "\n[[")[1:] {
		fields := map[string]string{"systems": "linux darwin"}
		for _, match := range lockField.FindAllStringSubmatch(entry, -1) {
			fields[match[1]] = strings.Trim(match[2], `"`)
		}
		parts = append(parts, part{fields["name"], fields["title"], fields["version"], fields["systems"]})
	}
	if len(parts) < 10 {
		t.Fatalf("sources.lock: %v", parts)
	}
	return parts
}

// Everything that is linked in is named with its version, and followed by a text that says under what it may be.
func TestNotices(t *testing.T) {
	grant := regexp.MustCompile(`(?i)permission|licen[sc]e|redistribut`)
	for _, r := range releases(t) {
		sections := strings.Split(string(r.file(t, "THIRD_PARTY_LICENSES.txt")), strings.Repeat("=", 80)+"\n")
		texts := map[string]string{}
		for i := 1; i+1 < len(sections); i += 2 {
			texts[strings.TrimSpace(sections[i])] = sections[i+1]
		}
		for _, one := range lockedParts(t) {
			heading := one.title + " " + one.version
			text := ""
			for title, content := range texts {
				if strings.HasPrefix(title, heading+" (") {
					text = content
				}
			}
			if wanted := strings.Contains(one.systems, r.system); wanted != (len(text) > 200 && grant.MatchString(text)) {
				t.Errorf("%s: notice of %s: %d bytes", r.target(), heading, len(text))
			}
		}
	}
}
