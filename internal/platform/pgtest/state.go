package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// serverEnv names a server that exists already.
const serverEnv = "YIMEN_TEST_PG"

// state is the directory through which the test processes of one checkout and one user find
// their server. Files: users (locked shared by every user), start (locked by who starts a
// keeper), keeper (locked by the keeper), url, pid, data, log.
type state struct{ dir string }

func (s state) file(name string) string { return filepath.Join(s.dir, name) }

// here is the state of the checkout around the working directory. The directory is readable by
// its owner alone, because the address in it holds a password; one that another account has made
// in our place is refused.
func here() (state, error) {
	root, err := checkout()
	if err != nil {
		return state{}, err
	}
	sum := sha256.Sum256([]byte(root))
	name := fmt.Sprintf("yimen-pgtest-%d-%s", os.Geteuid(), hex.EncodeToString(sum[:6]))
	s := state{filepath.Join(os.TempDir(), name)}
	if err := os.Mkdir(s.dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return state{}, err
	}
	info, err := os.Lstat(s.dir)
	if err != nil {
		return state{}, err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode().Perm() != 0o700 || int(owner.Uid) != os.Geteuid() {
		return state{}, fmt.Errorf("pgtest: %s is not a private directory of this account: remove it", s.dir)
	}
	return s, nil
}

func checkout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return filepath.EvalSymlinks(d)
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("pgtest: %s is in no Go module", dir)
		}
	}
}

// using is the lock this process holds while it lives.
//
//lint:ignore U1000 it is never read: closing it, by the collector too, would let go of the lock
var using *os.File

// shared finds or starts the server, once per process.
var shared = sync.OnceValues(func() (string, error) {
	if given := os.Getenv(serverEnv); given != "" {
		return foreign(given)
	}
	s, err := here()
	if err != nil {
		return "", err
	}
	if using, err = lockFile(s.file("users"), syscall.LOCK_SH); err != nil {
		return "", err
	}
	return s.ensure()
})

// foreign checks the server that the environment names. It must be a URL, not the key=value form,
// because the database in it is exchanged for each test's own.
func foreign(given string) (string, error) {
	if u, err := url.Parse(given); err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", fmt.Errorf("pgtest: %s is not a URL of the form postgres://user:password@host:port/postgres", serverEnv)
	}
	if err := ping(context.Background(), given); err != nil {
		return "", fmt.Errorf("pgtest: the server that %s names does not answer: %w", serverEnv, err)
	}
	return given, nil
}

// ensure returns the address of a server that answers, starting one when there is none.
func (s state) ensure() (string, error) {
	starting, err := lockFile(s.file("start"), syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer starting.Close()
	// A server whose keeper was killed still answers, but nobody would ever stop it: it is left to
	// die (see sweep) and another one started.
	if !s.unkept() {
		if url, err := s.read(); err == nil {
			return url, nil
		}
	}
	if err := os.Remove(s.file("url")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if err := s.spawn(); err != nil {
		return "", err
	}
	return s.read()
}

func (s state) read() (string, error) {
	text, err := os.ReadFile(s.file("url"))
	if err != nil {
		return "", err
	}
	url := string(text)
	return url, ping(context.Background(), url)
}

// unkept says that no keeper is running.
func (s state) unkept() bool {
	free, err := lockFile(s.file("keeper"), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return false
	}
	free.Close()
	return true
}

// Start makes sure that the shared server runs and returns its administrator's URL. Commands use
// it; tests use URL and Fresh.
func Start() (string, error) { return shared() }

// Stop ends the shared server of this checkout unless a test still uses it; then it says so, and
// the server ends by itself some minutes after its last user.
func Stop() error {
	s, err := here()
	if err != nil {
		return err
	}
	free, err := lockFile(s.file("users"), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return errors.New("the PostgreSQL server for tests is still in use: it ends by itself after its last user")
	}
	defer free.Close()
	if s.unkept() {
		return s.sweep()
	}
	text, err := os.ReadFile(s.file("pid"))
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 {
		return fmt.Errorf("pgtest: %s holds no process id", s.file("pid"))
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return err
	}
	for range 300 {
		if s.unkept() {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("pgtest: the keeper, process %d, does not end", pid)
}

// lockFile opens a file and locks it (flock); closing it, or the end of the process, unlocks.
func lockFile(name string, how int) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	return f, nil
}
