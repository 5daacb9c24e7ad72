// Package lifeline ends child processes together with their parent, whatever
// ends the parent. Every child holds the read end of a pipe whose only write
// end is in the parent: the kernel closes that end even on SIGKILL, and the
// child leaves when it reads the end of file. (PR_SET_PDEATHSIG would not do:
// it follows the thread that forked, and Go threads come and go.)
package lifeline

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
)

// Variable names the file descriptor of the read end in a child.
const Variable = "KENCRYPT_LIFELINE_FD"

// The first file in exec.Cmd.ExtraFiles becomes descriptor 3.
const childDescriptor = 3

var parent struct {
	once  sync.Once
	read  *os.File
	write *os.File // never closed and never inherited: os.Pipe sets O_CLOEXEC
	err   error
}

// ForChild returns the file to pass as the first of ExtraFiles and the
// environment entry which tells the child about it.
func ForChild() (*os.File, string, error) {
	parent.once.Do(func() { parent.read, parent.write, parent.err = os.Pipe() })
	return parent.read, fmt.Sprintf("%s=%d", Variable, childDescriptor), parent.err
}

// Watch starts the goroutine that ends this process when the parent has ended.
// It is to be called first thing in main; without the variable it does nothing.
func Watch() error {
	value, set := os.LookupEnv(Variable)
	if !set {
		return nil
	}
	descriptor, err := strconv.Atoi(value)
	if err != nil {
		return fmt.Errorf("%s=%q is not a file descriptor", Variable, value)
	}
	os.Unsetenv(Variable) // our own children get a pipe of ours, not this one
	pipe := os.NewFile(uintptr(descriptor), "lifeline")
	if pipe == nil {
		return fmt.Errorf("%s=%q is not a file descriptor", Variable, value)
	}
	go func() {
		io.Copy(io.Discard, pipe)
		os.Exit(1)
	}()
	return nil
}
