package krew

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// GitHub would say of a mistake in the release workflow only when there is a release.
func TestWorkflowsPassTheirLinter(t *testing.T) {
	var files []string
	for _, folder := range []string{".github", "krew/index/.github"} {
		found, err := filepath.Glob(inRepository(filepath.FromSlash(folder), "workflows", "*.yml"))
		kit.Must(t, err)
		files = append(files, found...)
	}
	if len(files) != 3 {
		t.Fatalf("workflows: %q", files)
	}
	// Without other programs that a machine may or may not have.
	cmd := exec.Command(cmp.Or(os.Getenv("GO"), "go"), append([]string{"tool", "actionlint", "-shellcheck=", "-pyflakes="}, files...)...)
	cmd.Dir = inRepository("tests", "workflows")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
