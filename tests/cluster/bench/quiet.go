package main

import (
	"os"
	"syscall"
)

// quiet waits for the lock on a file and holds it until the returned function is called. Whatever else goes on at this
// machine under flock(1) of the same file waits for a run, and is waited for. Without a file nothing is done.
func quiet(path string) (release func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		file.Close()
		return nil, err
	}
	return func() { file.Close() }, nil
}
