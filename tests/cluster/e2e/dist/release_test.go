// Package dist holds the archives of a release (scripts/dist.sh) to what docs/release.md says of them: KENCRYPT_DIST,
// else build/dist. They have to be there for this machine; with KENCRYPT_DIST_ALL=1, for all of them.
package dist

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

func repository(parts ...string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(append([]string{filepath.Dir(file), "..", "..", "..", ".."}, parts...)...)
}

func folder() string {
	if dist := os.Getenv("KENCRYPT_DIST"); dist != "" {
		return dist
	}
	return repository("build", "dist")
}

// release is one archive.
type release struct{ path, version, system, machine string }

func (r release) target() string { return r.system + "/" + r.machine }

var archiveName = regexp.MustCompile(`^kubectl-encrypt_(v\d+\.\d+\.\d+)_(linux|darwin)_(amd64|arm64)\.tar\.gz$`)

// releases are those that are there, and at least those that have to be.
func releases(t *testing.T) []release {
	t.Helper()
	entries, err := os.ReadDir(folder())
	if err != nil {
		t.Fatalf("no archives to test, run make dist first: %v", err)
	}
	var found []release
	var targets []string
	for _, entry := range entries {
		if match := archiveName.FindStringSubmatch(entry.Name()); match != nil {
			one := release{filepath.Join(folder(), entry.Name()), match[1], match[2], match[3]}
			found, targets = append(found, one), append(targets, one.target())
		}
	}
	wanted := []string{"linux/" + runtime.GOARCH}
	if os.Getenv("KENCRYPT_DIST_ALL") != "" {
		wanted = []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64"}
	}
	for _, target := range wanted {
		if !slices.Contains(targets, target) {
			t.Fatalf("no archive for %s among %q in %s", target, targets, folder())
		}
	}
	return found
}

// of are the releases for one system.
func of(t *testing.T, system string) []release {
	t.Helper()
	return slices.DeleteFunc(releases(t), func(r release) bool { return r.system != system })
}

// member is a file or folder of an archive.
type member struct {
	header  *tar.Header
	content []byte
}

func (r release) members(t *testing.T) []member {
	t.Helper()
	file, err := os.Open(r.path)
	kit.Must(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	kit.Must(t, err)
	var found []member
	for reader := tar.NewReader(unzipped); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		kit.Must(t, err)
		content, err := io.ReadAll(reader)
		kit.Must(t, err)
		found = append(found, member{header, content})
	}
}

// file is the content of one member.
func (r release) file(t *testing.T, name string) []byte {
	t.Helper()
	for _, one := range r.members(t) {
		if one.header.Name == name {
			return one.content
		}
	}
	t.Fatalf("%s has no %s", r.path, name)
	return nil
}

func (r release) binary(t *testing.T) []byte { return r.file(t, "kubectl-encrypt") }
