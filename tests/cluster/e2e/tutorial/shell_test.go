package tutorial

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kubectl-encrypt/tests/cluster/e2e/internal/kit"
)

// shell is one bash for the whole tutorial, as the reader has it: variables and the working directory last.
type shell struct {
	script string // file with the command under way
	stdin  io.Writer
	output *bufio.Reader // standard output and error together, in their order
	code   int           // of the last command
	kill   func()
}

// commandLimit ends a command that hangs; none needs a tenth of it.
const commandLimit = 3 * time.Minute

// endMark comes before the exit code of each command: nothing prints the record separator.
const endMark = '\x1e'

func startShell(t *testing.T, directory string, environment []string) *shell {
	t.Helper()
	command := exec.Command("bash", "--noprofile", "--norc")
	command.Dir, command.Env = directory, environment
	stdin, err := command.StdinPipe()
	kit.Must(t, err)
	read, write, err := os.Pipe()
	kit.Must(t, err)
	command.Stdout, command.Stderr = write, write
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that what it started can be ended with it
	kit.Must(t, command.Start())
	write.Close()
	t.Cleanup(func() {
		stdin.Close()
		io.Copy(io.Discard, read) //nolint:errcheck
		command.Wait()            //nolint:errcheck
		read.Close()
	})
	return &shell{
		script: filepath.Join(t.TempDir(), "command"), stdin: stdin, output: bufio.NewReader(read),
		kill: func() { syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }, //nolint:errcheck
	}
}

// run gives the shell a command and returns what it printed. The command finds in $? what the one before left.
func (s *shell) run(command string) (string, error) {
	if err := os.WriteFile(s.script, []byte(command), 0o600); err != nil {
		return "", err
	}
	limit := time.AfterFunc(commandLimit, s.kill)
	defer limit.Stop()
	line := fmt.Sprintf("(exit %d); . '%s' </dev/null; printf '%c%%d\\n' $?\n", s.code, s.script, endMark)
	if _, err := io.WriteString(s.stdin, line); err != nil {
		return "", err
	}
	output, err := s.output.ReadString(endMark)
	if err != nil {
		return output, fmt.Errorf("the shell has ended: %w", err)
	}
	code, err := s.output.ReadString('\n')
	if err != nil {
		return output, fmt.Errorf("the shell has ended: %w", err)
	}
	s.code, err = strconv.Atoi(strings.TrimSpace(code))
	return strings.TrimSuffix(output, string(endMark)), err
}
