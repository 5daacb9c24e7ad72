package harness

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"kubectl-encrypt/tests/cluster/lifeline"
)

const stopGrace = 10 * time.Second

// process is one child of the harness: its output goes to a log file, it has a
// process group of its own (so that Ctrl-C reaches only the parent, which then
// ends its children in order) and it ends when the parent does.
type process struct {
	name    string
	logPath string
	logFrom int64 // where this run's part of the log begins
	command *exec.Cmd
	ended   chan struct{} // closed once the child has been waited for
	result  error         // valid after ended is closed
}

func startProcess(name, logPath, binary string, args ...string) (*process, error) {
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	logFrom, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	pipe, variable, err := lifeline.ForChild()
	if err != nil {
		return nil, err
	}
	command := exec.Command(binary, args...)
	command.Env = append(os.Environ(), variable)
	command.ExtraFiles = []*os.File{pipe}
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	p := &process{name: name, logPath: logPath, logFrom: logFrom, command: command, ended: make(chan struct{})}
	go func() {
		p.result = command.Wait()
		close(p.ended)
	}()
	return p, nil
}

func (p *process) pid() int { return p.command.Process.Pid }

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// signal goes to the whole group; a group that is gone is no error.
func (p *process) signal(signal syscall.Signal) {
	if p.running() {
		syscall.Kill(-p.pid(), signal)
	}
}

// stop asks politely, waits, and kills what does not listen.
func (p *process) stop() {
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(stopGrace):
		p.kill()
	}
}

func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.ended
}

// waitReady polls until ready returns nil, and gives up when the process ends
// or the deadline passes; both come with the end of the log.
func (p *process) waitReady(timeout time.Duration, ready func() error) error {
	deadline := time.After(timeout)
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		last := ready()
		if last == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended before it was ready (%v)\n%s", p.name, p.result, p.logTail(30))
		case <-deadline:
			return fmt.Errorf("%s not ready after %v: %w\n%s", p.name, timeout, last, p.logTail(30))
		case <-poll.C:
		}
	}
}

// logTail returns the last lines of this run's log, for error messages.
func (p *process) logTail(lines int) string {
	content, err := os.ReadFile(p.logPath)
	if err != nil {
		return err.Error()
	}
	content = content[min(p.logFrom, int64(len(content))):]
	all := strings.Split(string(bytes.TrimRight(content, "\n")), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return fmt.Sprintf("--- end of %s ---\n%s", p.logPath, strings.Join(all, "\n"))
}

// portTaken tells whether the process ended because somebody else got its port
// between our look at it and its own.
func (p *process) portTaken() bool {
	return !p.running() && strings.Contains(p.logTail(30), "address already in use")
}
