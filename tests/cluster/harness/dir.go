package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	tempPattern = "kencrypt-cluster-"
	lockName    = "lock"
	// A directory this young may belong to a run that is about to lock it.
	youngest = time.Minute
)

// lockDir marks a directory as in use. The kernel drops the lock with the
// process, so a killed run leaves no lock behind, only files.
func lockDir(dir string) (*os.File, error) {
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("%s is in use by another cluster", dir)
	}
	return lock, nil
}

// WaitReleased waits until no cluster uses a directory: its processes are gone
// then, as a cluster unlocks last.
func WaitReleased(dir string, timeout time.Duration) error {
	deadline := time.Now().Add(timeout)
	for {
		lock, err := lockDir(dir)
		if err == nil {
			return lock.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// makeTempDir also removes what runs that were killed have left: a few of
// them fill a disk.
func makeTempDir() (string, error) {
	sweep()
	return os.MkdirTemp("", tempPattern)
}

func sweep() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), tempPattern+"*"))
	for _, dir := range left {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < youngest {
			continue
		}
		if lock, err := lockDir(dir); err == nil {
			os.RemoveAll(dir)
			lock.Close()
		}
	}
}
