package pgtest

import (
	"os"
	"syscall"
)

// dataPrefix begins the name of every server directory this package makes.
const dataPrefix = "yimen-pg-"

// memory is where Linux keeps files in memory.
const memory = "/dev/shm"

// roomy is how much must be free there: a container often has 64 MB only, and a server that runs
// out of room in the middle of a test says so in words that help nobody.
const roomy = 2 << 30

// place chooses the parent directory of a server's files.
func place(durable bool) string {
	if durable || !hasRoom(memory) {
		return os.TempDir()
	}
	return memory
}

func hasRoom(dir string) bool {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return false
	}
	if uint64(fs.Bavail)*uint64(fs.Bsize) < roomy {
		return false
	}
	probe, err := os.MkdirTemp(dir, dataPrefix+"probe-")
	if err != nil {
		return false
	}
	return os.Remove(probe) == nil
}
