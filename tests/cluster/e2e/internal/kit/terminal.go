package kit

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Terminal is a program with a terminal for all its streams, as a person has it.
type Terminal struct {
	t       *testing.T
	command *exec.Cmd
	device  *os.File
	ended   chan struct{} // closed when there is no more to read

	lock   sync.Mutex
	screen strings.Builder // everything written, escape sequences included
}

// OpenTerminal starts the program, which ends with the test.
func OpenTerminal(t *testing.T, command *exec.Cmd, size pty.Winsize) *Terminal {
	t.Helper()
	device, err := pty.StartWithSize(command, &size)
	Must(t, err)
	terminal := &Terminal{t: t, command: command, device: device, ended: make(chan struct{})}
	t.Cleanup(func() { command.Process.Kill(); device.Close(); command.Wait() })
	go terminal.read()
	return terminal
}

func (c *Terminal) read() {
	defer close(c.ended)
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
func (c *Terminal) Text() string { return escapes.ReplaceAllString(c.Screen(), "") }

// Screen is all of it with them.
func (c *Terminal) Screen() string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.screen.String()
}

// Expect waits until something is written.
func (c *Terminal) Expect(text string) {
	c.t.Helper()
	Eventually(c.t, "on the terminal: "+text, func() bool { return strings.Contains(c.Screen(), text) })
}

// PID is the program's process.
func (c *Terminal) PID() int { return c.command.Process.Pid }

// Wait returns how the program ended.
func (c *Terminal) Wait() syscall.WaitStatus {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(Patience):
		c.t.Fatalf("the program has not ended within %v", Patience)
	}
	c.command.Wait() // its error says the same as the status
	return c.command.ProcessState.Sys().(syscall.WaitStatus)
}

// Enter presses keys.
func (c *Terminal) Enter(keys string) {
	c.t.Helper()
	_, err := io.WriteString(c.device, keys)
	Must(c.t, err)
}
