package krew

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// krew puts one program on the PATH; the one that kubectl asks for completions is installed by the plugin itself.
func TestCompletionOfWhatKrewInstalled(t *testing.T) {
	from := findRelease(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			user := newHome(t)
			user.env = append(user.env, "KREW_DEFAULT_INDEX_URI="+publishIndex(t, from))
			user.must(t, "krew", "update")
			user.must(t, "krew", "install", "--manifest="+from.manifest(t, t.TempDir(), name, ""), "--archive="+from.archive())
			user.must(t, name, "completion", "install")
			asked := user.must(t, "__complete", name, "sta")
			if !strings.HasPrefix(asked.Stdout, "status\t") {
				t.Errorf("completion of %q: %q", name+" sta", asked.All())
			}
			if list := user.must(t, "plugin", "list"); list.Stderr != "" || strings.Contains(list.Stdout, "complete") {
				t.Errorf("plugin list: %s", list.All())
			}
			kit.Must(t, os.Remove(filepath.Join(user.root, "bin", "kubectl_complete-"+strings.ReplaceAll(name, "-", "_"))))
			user.must(t, "krew", "uninstall", name)
			checkGone(t, user, name)
		})
	}
}
