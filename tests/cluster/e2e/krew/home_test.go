// Package krew installs the plugin by the real krew and runs what it installed through a real kubectl.
//
// The archives are those of a release in KENCRYPT_DIST, else stand-ins of the same layout with the release build in
// them. krew comes from tests/krew/build.sh.
package krew

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
	"kubectl-encrypt/tests/cluster/plugin"
)

// The name in a custom index, and the one for krew-index.
var names = []string{"encrypt", "encrypt-at-rest"}

const published = "owner/kubectl-encrypt"

func repository() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "..")
}

// inRepository is the path of something there.
func inRepository(parts ...string) string {
	return filepath.Join(append([]string{repository()}, parts...)...)
}

// command runs a program that has to succeed, and returns what it printed.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, stderr.String())
	}
	return string(out)
}

// release is a folder of archives with their checksums.txt, and its version.
type release struct{ dist, version string }

var archiveName = regexp.MustCompile(`kubectl-encrypt_(v[^_]+)_linux_` + runtime.GOARCH + `\.tar\.gz$`)

func findRelease(t *testing.T) release {
	t.Helper()
	dist := os.Getenv("KENCRYPT_DIST")
	if dist == "" {
		dist = filepath.Join(t.TempDir(), "dist")
		binary, err := plugin.Binary()
		kit.Must(t, err)
		var version struct{ Version string }
		kit.Must(t, json.Unmarshal([]byte(command(t, "", binary, "version", "-o", "json")), &version))
		command(t, "", "python3", inRepository("tests", "krew", "stand_in.py"), "--version", version.Version,
			"--binary", binary, "--out", dist)
	}
	archives, err := filepath.Glob(filepath.Join(dist, "*.tar.gz"))
	kit.Must(t, err)
	for _, archive := range archives {
		if match := archiveName.FindStringSubmatch(archive); match != nil {
			return release{dist, match[1]}
		}
	}
	t.Fatalf("no archive for this machine among %q in %s", archives, dist)
	return release{}
}

// archive is the one for this machine.
func (r release) archive() string {
	return filepath.Join(r.dist, "kubectl-encrypt_"+r.version+"_linux_"+runtime.GOARCH+".tar.gz")
}

// manifest renders and returns NAME.yaml in a folder.
func (r release) manifest(t *testing.T, folder, name, baseURL string) string {
	t.Helper()
	path := filepath.Join(folder, name+".yaml")
	args := []string{inRepository("scripts", "krew_manifest.py"), "--dist", r.dist, "--version", r.version,
		"--repository", published, "--name", name, "--out", path}
	if baseURL != "" {
		args = append(args, "--base-url", baseURL)
	}
	command(t, "", "python3", args...)
	return path
}

// serve gives out the files of a folder on loopback.
func serve(t *testing.T, folder string) string {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(server.Close)
	return server.URL
}

var buildTools = sync.OnceValues(func() (string, error) {
	out, err := exec.Command(inRepository("tests", "krew", "build.sh")).CombinedOutput()
	if err != nil {
		return "", errors.New(err.Error() + "\n" + string(out))
	}
	return filepath.Abs(inRepository("build", "krew"))
})

// home is the machine of a user who has kubectl, krew and git, and nothing else.
type home struct {
	root       string // KREW_ROOT
	bin        string // what was on the PATH before krew
	env        []string
	kubeconfig string
}

func newHome(t *testing.T) home {
	t.Helper()
	tools, err := buildTools()
	kit.Must(t, err)
	folder := t.TempDir()
	user := home{root: filepath.Join(folder, "krew"), bin: filepath.Join(folder, "bin")}
	kit.Must(t, os.Mkdir(user.bin, 0o755))
	git, err := exec.LookPath("git")
	kit.Must(t, err)
	for name, target := range map[string]string{"kubectl": kubectl(t), "git": git,
		"kubectl-krew": filepath.Join(tools, "kubectl-krew")} {
		kit.Must(t, os.Symlink(target, filepath.Join(user.bin, name)))
	}
	user.env = []string{"KREW_ROOT=" + user.root, "HOME=" + folder, "TMPDIR=" + t.TempDir(), "KREW_NO_UPGRADE_CHECK=1",
		"PATH=" + filepath.Join(user.root, "bin") + ":" + user.bin, "TERM=dumb", "LANG=C.UTF-8"}
	return user
}

func kubectl(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("kubectl"); err == nil {
		return path
	}
	path, err := filepath.Abs(inRepository("build", "cluster", "bin", "kubectl"))
	kit.Must(t, err)
	return path
}

// kubectl runs it as this user.
func (h home) kubectl(args ...string) plugin.Result {
	return h.run(filepath.Join(h.bin, "kubectl"), args...)
}

func (h home) run(name string, args ...string) plugin.Result {
	cmd := exec.Command(name, args...)
	cmd.Env = h.env
	if h.kubeconfig != "" {
		cmd.Env = append(cmd.Env, "KUBECONFIG="+h.kubeconfig)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	result := plugin.Result{Stdout: stdout.String(), Stderr: stderr.String(), ExitCode: cmd.ProcessState.ExitCode()}
	if cmd.ProcessState == nil {
		result.Stderr += err.Error()
	}
	return result
}

// must is for calls that have to succeed.
func (h home) must(t *testing.T, args ...string) plugin.Result {
	t.Helper()
	result := h.kubectl(args...)
	if result.ExitCode != 0 {
		t.Fatalf("kubectl %v: exit %d\n%s", args, result.ExitCode, result.All())
	}
	return result
}

// files lists what is below a folder of KREW_ROOT, apart from the folders.
func (h home) files(t *testing.T, folders ...string) []string {
	t.Helper()
	var found []string
	for _, folder := range folders {
		kit.Must(t, filepath.WalkDir(filepath.Join(h.root, folder), func(path string, entry os.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				found = append(found, strings.TrimPrefix(path, h.root+"/"))
			}
			return err
		}))
	}
	return found
}
