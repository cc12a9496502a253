package pgtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// superuser owns every test database.
const superuser = "yimen"

// patience bounds the start of a server on a machine that is busy with other things.
const patience = 60 * time.Second

// Config says what kind of server Launch starts.
type Config struct {
	// Dir is the directory in which the server's own directory is made; "" is one in memory,
	// where there is room, or for a durable server the system's temporary directory.
	Dir string
	// Durable keeps fsync and synchronous_commit on, as production does. Benchmarks need it;
	// tests would only wait for the disk.
	Durable bool
}

// Server is a running PostgreSQL that belongs to this process.
type Server struct {
	// URL connects as administrator over TCP on the loopback address.
	URL string
	// Socket is the directory of the server's Unix socket, for programs that take a host only.
	Socket string

	dir    string
	cmd    *exec.Cmd
	exited chan struct{}
}

// Launch makes an empty cluster and starts it on a free port. The caller stops it.
func Launch(ctx context.Context, c Config) (*Server, error) {
	p, err := find(candidates())
	if err != nil {
		return nil, err
	}
	as, err := owner()
	if err != nil {
		return nil, err
	}
	parent := c.Dir
	if parent == "" {
		parent = place(c.Durable)
	}
	dir, err := os.MkdirTemp(parent, dataPrefix)
	if err != nil {
		return nil, err
	}
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	s := &Server{dir: dir, Socket: dir}
	if err := s.boot(ctx, p, as, c.Durable); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) boot(ctx context.Context, p programs, as *syscall.Credential, durable bool) error {
	password := rand.Text()
	if err := s.initdb(ctx, p, as, password); err != nil {
		return err
	}
	// A free port may be taken between our look and the server's: then another one is tried.
	for range 5 {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.URL = address(password, port)
		if err = s.start(ctx, p, as, port, durable); err == nil {
			return nil
		}
		if !strings.Contains(err.Error(), "could not bind") {
			return err
		}
	}
	return errors.New("pgtest: no free port was found for PostgreSQL in five tries")
}

// initdb makes the cluster. Over the socket everybody who can reach it is trusted: its directory
// belongs to the server's account alone. Over TCP any account of the machine could come, so there
// a password is asked; md5 because scram costs each of many short connections milliseconds.
func (s *Server) initdb(ctx context.Context, p programs, as *syscall.Credential, password string) error {
	secret := filepath.Join(s.dir, "password")
	if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
		return err
	}
	defer os.Remove(secret)
	if as != nil {
		if err := os.Chown(secret, int(as.Uid), int(as.Gid)); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, p.initdb, "--pgdata="+s.data(), "--username="+superuser,
		"--pwfile="+secret, "--auth-local=trust", "--auth-host=md5", "--encoding=UTF8", "--locale=C",
		"--no-sync", "--no-instructions")
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pgtest: initdb failed: %w\n%s", err, out)
	}
	return nil
}

func (s *Server) start(ctx context.Context, p programs, as *syscall.Credential, port int, durable bool) error {
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(p.postgres, append([]string{"-D", s.data()}, flags(settings(s.dir, port, durable))...)...)
	s.cmd.Dir = s.dir
	s.cmd.Stdout, s.cmd.Stderr = log, log
	// A session of its own, so that Ctrl-C in a terminal does not end the server under tests that
	// are still tidying up.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setsid: true}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.exited = make(chan struct{})
	go func() {
		s.cmd.Wait()
		close(s.exited)
	}()
	return s.await(ctx)
}

func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := ping(ctx, s.URL)
		if err == nil {
			return nil
		}
		select {
		case <-s.exited:
			return fmt.Errorf("pgtest: PostgreSQL ended at once:\n%s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("pgtest: PostgreSQL did not answer: %w\n%s", err, errors.Join(s.Stop(), errors.New(s.log())))
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// Stop ends the server at once, without the care a server with lasting data would need, and
// removes its files.
func (s *Server) Stop() error {
	if s.cmd != nil && s.cmd.Process != nil {
		s.cmd.Process.Signal(syscall.SIGQUIT)
		select {
		case <-s.exited:
		case <-time.After(20 * time.Second):
			s.cmd.Process.Kill()
			<-s.exited
		}
	}
	return os.RemoveAll(s.dir)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) log() string {
	text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return string(bytes.TrimSpace(text))
}

// settings are chosen so that 2 cores and many short-lived databases go fast; a durable server
// keeps what decides the speed of a commit at the product's documented values.
func settings(dir string, port int, durable bool) map[string]string {
	s := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": dir,
		"max_connections":         "200",
		"shared_buffers":          "256MB",
		"max_wal_size":            "2GB",
		"checkpoint_timeout":      "30min",
		"jit":                     "off",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
	}
	if !durable {
		s["fsync"] = "off"
		s["synchronous_commit"] = "off"
		s["full_page_writes"] = "off"
		s["wal_level"] = "minimal"
		s["max_wal_senders"] = "0"
		s["autovacuum"] = "off"
		s["max_wal_size"] = "256MB"
	}
	return s
}

func flags(settings map[string]string) []string {
	var out []string
	for name, value := range settings {
		out = append(out, "-c", name+"="+value)
	}
	return out
}

func address(password string, port int) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		Path:     "/postgres",
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func ping(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	return c.Ping(ctx)
}
