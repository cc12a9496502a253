//go:build unix

package db

import (
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"yimen/internal/platform/fault"
)

// dirLock keeps a second writing process out of an embedded data directory. The
// kernel drops it when the process dies, however it dies.
type dirLock struct{ f *os.File }

func lockDir(dir string) (*dirLock, error) {
	f, err := os.OpenFile(filepath.Join(dir, "yimen.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		var b [32]byte
		n, _ := f.Read(b[:])
		f.Close()
		return nil, fault.Busy("db.locked", "dir", dir, "pid", string(b[:n])).With(err)
	}
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &dirLock{f}, nil
}

func (l *dirLock) release() error { return l.f.Close() }
