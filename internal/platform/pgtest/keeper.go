package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// keeperEnv tells a test binary that it was started as the keeper of the state directory named.
const keeperEnv = "YIMEN_PGTEST_KEEPER"

// grace is how long the server outlives its last user: long enough for the next `go test` of a
// person who is working, short enough not to be found a day later.
const grace = 10 * time.Minute

// A test binary is the one program that surely exists while tests run, so the keeper is that
// binary once more. It has to be caught here, before the testing package parses arguments.
func init() {
	dir := os.Getenv(keeperEnv)
	if dir == "" {
		return
	}
	os.Unsetenv(keeperEnv)
	if err := keep(state{dir}, grace); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// keep runs the server until it ends, until it is told to stop, or until nobody has used it for
// the idle time.
func keep(s state, idle time.Duration) error {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	mine, err := lockFile(s.file("keeper"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer mine.Close()
	if err := s.sweep(); err != nil {
		return err
	}
	server, err := Launch(context.Background(), Config{})
	if err != nil {
		return err
	}
	if err := s.publish(server); err != nil {
		return errors.Join(err, server.Stop())
	}
	users := s.watch(server, stop, idle)
	if users != nil {
		defer users.Close()
	}
	return errors.Join(os.Remove(s.file("url")), server.Stop(), os.Remove(s.file("data")))
}

// watch returns when the server is to stop; the file it returns, if any, is the lock that keeps
// new users waiting until the server is gone, so that none gets the address of a dying one.
func (s state) watch(server *Server, stop <-chan os.Signal, idle time.Duration) *os.File {
	tick := time.NewTicker(min(idle, time.Second))
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-server.exited:
			return nil
		case <-stop:
			return nil
		case <-tick.C:
		}
		free, err := lockFile(s.file("users"), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			last = time.Now()
			continue
		}
		if time.Since(last) >= idle {
			return free
		}
		free.Close()
	}
}

// publish tells the users where the server is. The address is renamed into place: nobody reads
// half of it.
func (s state) publish(server *Server) error {
	for name, text := range map[string]string{
		"data": server.dir, "pid": strconv.Itoa(os.Getpid()), "url": server.URL,
	} {
		if err := os.WriteFile(s.file(name+".new"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	for _, name := range []string{"data", "pid", "url"} {
		if err := os.Rename(s.file(name+".new"), s.file(name)); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what a keeper that was killed left: a PostgreSQL whose files vanish ends by
// itself within a minute.
func (s state) sweep() error {
	data, err := os.ReadFile(s.file("data"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	old := string(data)
	if matched, err := filepath.Match(dataPrefix+"*", filepath.Base(old)); err != nil || !matched {
		return fmt.Errorf("pgtest: %s names %q, which is not a directory of this package", s.file("data"), old)
	}
	return errors.Join(os.RemoveAll(old), os.Remove(s.file("data")))
}

// spawn starts a keeper and waits for the address it publishes.
func (s state) spawn() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.Create(s.file("log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), keeperEnv+"="+s.dir)
	cmd.Dir = s.dir
	// Not our output: `go test` waits until everybody who holds it has closed it.
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	// Asked, not awaited: a goroutine that waits for the keeper would look like a leak to the test
	// that happened to come first.
	defer cmd.Process.Release()
	for late := time.Now().Add(2 * patience); time.Now().Before(late); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(s.file("url")); err == nil {
			return nil
		}
		if pid, err := syscall.Wait4(cmd.Process.Pid, nil, syscall.WNOHANG, nil); err == nil && pid > 0 {
			return s.failure("ended")
		}
	}
	return s.failure("did not start in time")
}

func (s state) failure(what string) error {
	text, _ := os.ReadFile(s.file("log"))
	return fmt.Errorf("pgtest: the PostgreSQL server for tests %s:\n%s", what, text)
}
