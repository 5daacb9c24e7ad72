package kit

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/creack/pty"
)

// Terminal is a program with a terminal for all its streams, as a person has it.
type Terminal struct {
	t      *testing.T
	device *os.File

	lock   sync.Mutex
	screen strings.Builder // everything written, escape sequences included
}

// OpenTerminal starts the program, which ends with the test.
func OpenTerminal(t *testing.T, command *exec.Cmd, size pty.Winsize) *Terminal {
	t.Helper()
	device, err := pty.StartWithSize(command, &size)
	Must(t, err)
	terminal := &Terminal{t: t, device: device}
	t.Cleanup(func() { command.Process.Kill(); device.Close(); command.Wait() })
	go terminal.read()
	return terminal
}

func (c *Terminal) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := c.device.Read(buffer)
		c.lock.Lock()
		c.screen.Write(buffer[:n])
		c.lock.Unlock()
		if err != nil { // EIO: nobody has the other side open any more
			return
		}
	}
}

// escapes are the sequences that move the cursor or colour the text (ECMA-48, and xterm's titles).
var escapes = regexp.MustCompile(`\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])`)

// Text is all that has been written so far, without escape sequences.
func (c *Terminal) Text() string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return escapes.ReplaceAllString(c.screen.String(), "")
}

// Enter presses keys.
func (c *Terminal) Enter(keys string) {
	c.t.Helper()
	_, err := io.WriteString(c.device, keys)
	Must(c.t, err)
}
