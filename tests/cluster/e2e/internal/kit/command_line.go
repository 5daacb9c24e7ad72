package kit

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// CommandLine is what the process was started with, without its name and what is for tests alone.
func CommandLine(t *testing.T, pid int) []string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	Must(t, err)
	var flags []string
	for _, word := range bytes.Split(bytes.TrimRight(text, "\x00"), []byte{0})[2:] {
		if !strings.HasPrefix(string(word), "--test-") {
			flags = append(flags, string(word))
		}
	}
	return flags
}
