package dist

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// bill is what is read of a bill of materials.
type bill struct {
	BOMFormat string
	Metadata  struct {
		Component struct {
			Version    string
			Components []component
		}
	}
	Components []component
}

type component struct {
	Name, Version string
	Hashes        []struct{ Alg, Content string }
}

func theBill(t *testing.T) (string, bill) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder(), "*.cdx.json"))
	kit.Must(t, err)
	if len(paths) != 1 {
		t.Fatalf("bills of materials: %q", paths)
	}
	text, err := os.ReadFile(paths[0])
	kit.Must(t, err)
	var document bill
	kit.Must(t, json.Unmarshal(text, &document))
	return paths[0], document
}

func TestBillOfMaterials(t *testing.T) {
	_, document := theBill(t)
	all := releases(t)
	listed := map[string]string{}
	for _, one := range document.Components {
		listed[one.Name] = one.Version
	}
	for _, one := range lockedParts(t) {
		if listed[one.name] != one.version {
			t.Errorf("%s is %q in the bill, and %s in the lock", one.name, listed[one.name], one.version)
		}
	}
	if len(document.Metadata.Component.Components) != len(all) || document.Metadata.Component.Version != all[0].version {
		t.Errorf("the bill is for %+v", document.Metadata.Component)
	}
	for i, one := range document.Metadata.Component.Components {
		content, err := os.ReadFile(all[i].path)
		kit.Must(t, err)
		if sum := sha256.Sum256(content); one.Name != filepath.Base(all[i].path) || one.Hashes[0].Content != hex.EncodeToString(sum[:]) {
			t.Errorf("the bill has %+v for %s", one, all[i].path)
		}
	}
}

// What the libraries say of themselves at run time is what the bill says.
func TestBillIsOfWhatIsInside(t *testing.T) {
	_, document := theBill(t)
	listed := map[string]string{}
	for _, one := range document.Components {
		listed[one.Name] = one.Version
	}
	for _, r := range of(t, "linux") {
		var version struct {
			Version, Platform string
			Libraries         map[string]string
		}
		result := emptyRoot(t, r).run(t, nil, "version", "-o", "json")
		kit.Must(t, json.Unmarshal([]byte(result.Stdout), &version))
		if version.Version != r.version || version.Platform != r.target() || len(version.Libraries) < 9 {
			t.Errorf("%s: %+v", r.target(), version)
		}
		for name, is := range version.Libraries {
			if listed[name] != is {
				t.Errorf("%s has %s %s, the bill %q", r.target(), name, is, listed[name])
			}
		}
	}
}

// The schema that the validator goes by is CycloneDX's own; it has to notice what is wrong.
func TestValidatorOfTheBill(t *testing.T) {
	path, _ := theBill(t)
	text, err := os.ReadFile(path)
	kit.Must(t, err)
	files := []string{path}
	for good, bad := range map[string]string{
		`"bomFormat": "CycloneDX"`: `"bomFormat": "SPDX"`,
		`"id": "Zlib"`:             `"id": "Zlip"`,
		`"alg": "SHA-256"`:         `"alg": "SHA-255"`,
		`"serialNumber": "urn:`:    `"serialNumber": "nru:`,
		`"ref": "curl@`:            `"ref": "lruc@`,
	} {
		broken := strings.Replace(string(text), good, bad, 1)
		if broken == string(text) {
			t.Errorf("the bill has no %s to break", good)
		}
		files = append(files, filepath.Join(t.TempDir(), "broken.cdx.json"))
		kit.Must(t, os.WriteFile(files[len(files)-1], []byte(broken), 0o600))
	}
	out, err := exec.Command(repository("packaging", "check_sbom.sh"), files...).CombinedOutput()
	if err == nil {
		t.Error("nothing was refused")
	}
	for i, file := range files {
		if refused := strings.Contains(string(out), file+": "); refused != (i > 0) {
			t.Errorf("%s: refused %v\n%s", file, refused, out)
		}
	}
}
