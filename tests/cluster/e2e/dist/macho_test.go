package dist

import (
	"bytes"
	"crypto/sha256"
	"debug/macho"
	"encoding/binary"
	"slices"
	"testing"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// From <mach-o/loader.h>.
const (
	loadCodeSignature = 0x1d
	loadBuildVersion  = 0x32
	platformMacOS     = 1
	macOS12           = 12 << 16
)

var machoMachines = map[string]macho.Cpu{"amd64": macho.CpuAmd64, "arm64": macho.CpuArm64}

// No Mac is at hand: what its loader goes by is checked in the file.
func TestDarwinBinaries(t *testing.T) {
	for _, r := range of(t, "darwin") {
		t.Run(r.machine, func(t *testing.T) {
			content := r.binary(t)
			file, err := macho.NewFile(bytes.NewReader(content))
			kit.Must(t, err)
			if file.Type != macho.TypeExec || file.Cpu != machoMachines[r.machine] || file.Flags&macho.FlagPIE == 0 {
				t.Errorf("%v for %v, flags %x", file.Type, file.Cpu, file.Flags)
			}
			libraries, err := file.ImportedLibraries()
			if err != nil || !slices.Equal(libraries, []string{"/usr/lib/libSystem.B.dylib"}) {
				t.Errorf("needs %q: %v", libraries, err)
			}
			imported, err := file.ImportedSymbols()
			if err != nil || !slices.Contains(imported, "___stack_chk_fail") {
				t.Errorf("without a stack protector: %q, %v", imported, err)
			}
			checkMachoSegments(t, file)
			checkMinimumSystem(t, file)
			checkSignature(t, file, content)
			checkSizeAndPaths(t, content, maxMacBinary)
		})
	}
}

func checkMachoSegments(t *testing.T, file *macho.File) {
	t.Helper()
	const writable, executable = 2, 4
	for _, load := range file.Loads {
		if segment, is := load.(*macho.Segment); is && segment.Prot&writable != 0 && segment.Prot&executable != 0 {
			t.Errorf("%s is both written and executed", segment.Name)
		}
	}
	for _, name := range []string{"__TEXT", "__DATA_CONST", "__DATA"} {
		if file.Segment(name) == nil {
			t.Errorf("has no %s", name)
		}
	}
	if file.Segment("__DWARF") != nil {
		t.Error("has debug information")
	}
}

// command is the first load command of that kind, as 32-bit words.
func command(file *macho.File, kind uint32) []uint32 {
	for _, load := range file.Loads {
		raw := load.Raw()
		if file.ByteOrder.Uint32(raw) != kind {
			continue
		}
		words := make([]uint32, len(raw)/4)
		for i := range words {
			words[i] = file.ByteOrder.Uint32(raw[4*i:])
		}
		return words
	}
	return nil
}

func checkMinimumSystem(t *testing.T, file *macho.File) {
	t.Helper()
	version := command(file, loadBuildVersion)
	if len(version) < 4 || version[2] != platformMacOS || version[3] != macOS12 {
		t.Errorf("built for %x, want macOS 12.0", version)
	}
}

// An Apple chip runs nothing that is not signed, if only by nobody ("ad hoc"): hashes of all pages of the file. The
// format: xnu's <kern/cs_blobs.h>, big-endian.
func checkSignature(t *testing.T, file *macho.File, content []byte) {
	t.Helper()
	const superBlob, codeDirectory, sha256Hashes = 0xfade0cc0, 0xfade0c02, 2
	at := command(file, loadCodeSignature)
	if at == nil {
		if file.Cpu == macho.CpuArm64 {
			t.Error("is not signed")
		}
		return
	}
	word := func(data []byte, offset uint32) uint32 { return binary.BigEndian.Uint32(data[offset:]) }
	signature := content[at[2] : at[2]+at[3]]
	directory := signature[word(signature, 16):]
	if word(signature, 0) != superBlob || word(directory, 0) != codeDirectory || directory[37] != sha256Hashes {
		t.Fatalf("no signature that is known here: %x", signature[:32])
	}
	hashes, pages, limit, pageSize := word(directory, 16), word(directory, 28), word(directory, 32), 1<<directory[39]
	if limit != at[2] || int(pages) != (int(limit)+pageSize-1)/pageSize {
		t.Fatalf("%d pages of %d bytes are signed up to %d, the signature is at %d", pages, pageSize, limit, at[2])
	}
	for i := range int(pages) {
		sum := sha256.Sum256(content[i*pageSize : min((i+1)*pageSize, int(limit))])
		if start := int(hashes) + i*sha256.Size; !bytes.Equal(sum[:], directory[start:start+sha256.Size]) {
			t.Fatalf("the signature of page %d is wrong", i)
		}
	}
}
