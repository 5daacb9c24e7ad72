package dist

import (
	"bytes"
	"debug/elf"
	"path/filepath"
	"strings"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// In bytes.
const (
	maxBinary    = 8_000_000
	maxMacBinary = 9_000_000
)

var elfMachines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// Static, position-independent, and with what the linker can harden.
func TestLinuxBinaries(t *testing.T) {
	for _, r := range of(t, "linux") {
		t.Run(r.machine, func(t *testing.T) {
			binary := r.binary(t)
			file, err := elf.NewFile(bytes.NewReader(binary))
			kit.Must(t, err)
			if file.Type != elf.ET_DYN || file.Machine != elfMachines[r.machine] {
				t.Errorf("%v for %v", file.Type, file.Machine)
			}
			if libraries, err := file.ImportedLibraries(); err != nil || len(libraries) != 0 {
				t.Errorf("needs %q: %v", libraries, err)
			}
			checkSegments(t, file)
			checkDynamic(t, file)
			checkStripped(t, file)
			checkCode(t, r, file)
			checkSizeAndPaths(t, binary, maxBinary)
		})
	}
}

func checkSegments(t *testing.T, file *elf.File) {
	t.Helper()
	var relro, stack bool
	for _, segment := range file.Progs {
		switch segment.Type {
		case elf.PT_INTERP:
			t.Error("wants an interpreter")
		case elf.PT_GNU_RELRO:
			relro = true
		case elf.PT_GNU_STACK:
			stack = segment.Flags&elf.PF_X == 0
			if segment.Memsz < 1<<20 {
				t.Errorf("threads get a stack of %d bytes", segment.Memsz)
			}
		case elf.PT_LOAD:
			if segment.Flags&elf.PF_W != 0 && segment.Flags&elf.PF_X != 0 {
				t.Errorf("a segment is both written and executed: %+v", segment.ProgHeader)
			}
		}
	}
	if !relro || !stack {
		t.Errorf("read-only relocations %v, stack without code %v", relro, stack)
	}
}

func checkDynamic(t *testing.T, file *elf.File) {
	t.Helper()
	for tag, want := range map[elf.DynTag]uint64{
		elf.DT_FLAGS:   uint64(elf.DF_BIND_NOW),
		elf.DT_FLAGS_1: uint64(elf.DF_1_NOW | elf.DF_1_PIE),
	} {
		values, err := file.DynValue(tag)
		if err != nil || len(values) != 1 || values[0]&want != want {
			t.Errorf("%v is %x (%v), want the bits %x", tag, values, err, want)
		}
	}
}

func checkStripped(t *testing.T, file *elf.File) {
	t.Helper()
	for _, section := range file.Sections {
		if section.Type == elf.SHT_SYMTAB || strings.HasPrefix(section.Name, ".debug") {
			t.Errorf("has a section %s", section.Name)
		}
	}
	if file.Section(".note.gnu.build-id") == nil {
		t.Error("has no build ID")
	}
}

// What the compiler's flags leave in the code, and how often at least: a library that was built without them would
// take most of it away. (On arm64 the stack protector leaves no instruction that nothing else does.)
var traces = map[string][]struct {
	flag  string
	bytes string
	least int
}{
	"amd64": {
		{"-fstack-protector-strong: mov %fs:0x28,%rax", "\x64\x48\x8b\x04\x25\x28\x00\x00\x00", 3000},
		{"-fcf-protection: endbr64", "\xf3\x0f\x1e\xfa", 8000},
		{"-fstack-clash-protection: a page of stack is touched", "\x48\x81\xec\x00\x10\x00\x00\x48\xc7\x04\x24\x00\x00\x00\x00", 10},
	},
	"arm64": {
		{"-mbranch-protection: paciasp", "\x3f\x23\x03\xd5", 3000},
		{"-mbranch-protection: bti c", "\x5f\x24\x03\xd5", 1000},
	},
}

func checkCode(t *testing.T, r release, file *elf.File) {
	t.Helper()
	text, err := file.Section(".text").Data()
	kit.Must(t, err)
	for _, trace := range traces[r.machine] {
		if found := bytes.Count(text, []byte(trace.bytes)); found < trace.least {
			t.Errorf("%s: %d times, want %d", trace.flag, found, trace.least)
		} else {
			t.Logf("%s: %d times", trace.flag, found)
		}
	}
}

// checkSizeAndPaths: nothing of the machine that built it.
func checkSizeAndPaths(t *testing.T, binary []byte, limit int) {
	t.Helper()
	if len(binary) > limit {
		t.Errorf("%d bytes, want at most %d", len(binary), limit)
	}
	tree, err := filepath.Abs(repository())
	kit.Must(t, err)
	for _, path := range []string{tree, "/root/", "/home/", "/tmp/", ".cache/", "site-packages", "build/dist"} {
		if at := bytes.Index(binary, []byte(path)); at >= 0 {
			t.Errorf("has a path of the machine that built it: %q", binary[max(0, at-40):min(len(binary), at+80)])
		}
	}
}
