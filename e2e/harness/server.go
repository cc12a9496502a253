package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/platform/pgtest"
)

// binaryEnv names a program that is built already, with the race detector for example.
const binaryEnv = "YIMEN_E2E_BINARY"

// starting is how long the program may take from start to its first answer: building the demo
// town under the race detector on a busy machine takes most of it.
const starting = 2 * time.Minute

// Kind is a database a server can stand on.
type Kind string

// The two databases of the product.
const (
	SQLite   Kind = "sqlite"
	Postgres Kind = "postgres"
)

// Server is the real program, serving a demo town of its own.
type Server struct {
	// URL is its address; it stays the same over Kill9 and Restart.
	URL string
	// Kind is the database it stands on, Dir its data directory, Database the PostgreSQL URL or "".
	Kind     Kind
	Dir      string
	Database string

	t       testing.TB
	options []string
	cmd     *exec.Cmd
	exited  chan struct{}
	printed *record // standard output: the address, the demo accounts
	logged  *record // standard error
}

// Each runs a story on a server on each database, one after the other.
func Each(t *testing.T, story func(t *testing.T, s *Server)) {
	t.Helper()
	for _, kind := range []Kind{SQLite, Postgres} {
		t.Run(string(kind), func(t *testing.T) { story(t, Start(t, kind)) })
	}
}

// Start serves a copy of the demo town, with these options besides, until the test ends. How it
// ended, and every data race it reports, counts.
func Start(t testing.TB, kind Kind, options ...string) *Server {
	t.Helper()
	dir, database := copied(t, kind)
	return serve(t, &Server{Kind: kind, Dir: dir, Database: database, options: options})
}

// Found is Start without a town: the program makes it, which takes ten times as long as the rest
// of its start.
func Found(t testing.TB, kind Kind, options ...string) *Server {
	t.Helper()
	s := &Server{Kind: kind, Dir: filepath.Join(t.TempDir(), "data"), options: options}
	if kind == Postgres {
		s.Database = pgtest.Empty(t)
	}
	return serve(t, s)
}

func serve(t testing.TB, s *Server) *Server {
	t.Helper()
	hold(t) // whoever comes in its time uses the same browser
	s.t, s.printed, s.logged = t, &record{}, &record{}
	s.launch("127.0.0.1:0")
	t.Cleanup(func() {
		s.Stop()
		if report := s.logged.String(); strings.Contains(report, "DATA RACE") {
			t.Errorf("the server reports a data race:\n%s", report)
		}
		if t.Failed() {
			t.Logf("the server's log ends with:\n%s", s.logged.tail(8000))
		}
	})
	return s
}

// copied copies the demo town and says where the copy is.
func copied(t testing.TB, kind Kind) (dir, database string) {
	t.Helper()
	if kind == SQLite {
		return apptest.Embedded(t, 0)["data"], ""
	}
	at := apptest.Served(t, 0)
	ring, err := os.ReadFile(at["keys"])
	if err == nil {
		err = os.WriteFile(filepath.Join(at["data"], "keys.json"), ring, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return at["data"], at["db"]
}

// Output is what the program has printed for a person: its address and the demo accounts.
func (s *Server) Output() string { return s.printed.String() }

// Log is what it has written for its operator.
func (s *Server) Log() string { return s.logged.String() }

// Command runs another command of the same program on the same data, which the program itself
// must not be using if the data is embedded, and returns what it printed.
func (s *Server) Command(args ...string) (string, error) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), program(s.t), append(args, s.where()...)...)
	cmd.Dir = s.t.TempDir()
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("yimen %s: %w\n%s", strings.Join(args, " "), err, complaint.String())
	}
	return out.String(), nil
}

// where says where the data is: files are always in the directory, rows perhaps elsewhere.
func (s *Server) where() []string {
	args := []string{"--data", s.Dir}
	if s.Database != "" {
		args = append(args, "--db", s.Database)
	}
	return args
}

// Kill9 ends the program as a power cut would: it gets no chance to do anything more.
func (s *Server) Kill9() {
	s.t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		s.t.Fatalf("harness: the server cannot be killed: %v", err)
	}
	<-s.exited
	s.cmd = nil
}

// Restart starts the program again on the same data and address.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.launch(strings.TrimPrefix(s.URL, "http://"))
}

// Stop asks the program to end, and fails the test when it does not end well.
func (s *Server) Stop() {
	s.t.Helper()
	if s.cmd == nil {
		return
	}
	cmd := s.cmd
	s.cmd = nil
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Errorf("harness: the server cannot be stopped: %v", err)
	}
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Errorf("the server has not ended %s after it was asked to", patience)
		cmd.Process.Kill()
		<-s.exited
	}
	if state := cmd.ProcessState; !state.Success() {
		s.t.Errorf("the server ended with %s", state)
	}
}

// address is how a server shows where it is, in whatever sentence.
var address = regexp.MustCompile(`http://(127\.0\.0\.1|localhost|\[::1\]):[0-9]+`)

func (s *Server) launch(listen string) {
	s.t.Helper()
	args := slices.Concat([]string{"demo", "--listen", listen}, s.where(), s.options)
	cmd := exec.Command(program(s.t), args...)
	cmd.Dir = s.t.TempDir()
	cmd.Stdout, cmd.Stderr = s.printed, s.logged
	cmd.SysProcAttr = leash()
	// The first race ends no story half-way; the report is found in the log afterwards.
	cmd.Env = append(os.Environ(), "GORACE=halt_on_error=0 exitcode=0 atexit_sleep_ms=50")
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("harness: %v", err)
	}
	exited := make(chan struct{})
	go func() {
		cmd.Wait()
		close(exited)
	}()
	s.cmd, s.exited = cmd, exited
	if err := s.ready(listen); err != nil {
		s.t.Fatalf("harness: yimen %s: %v\n%s\n%s", strings.Join(cmd.Args[1:], " "), err, s.printed.tail(4000), s.logged.tail(4000))
	}
}

// ready waits until the program answers. On a restart the address is known; on the first start it
// is the one the program prints.
func (s *Server) ready(listen string) error {
	ctx, cancel := context.WithTimeout(s.t.Context(), starting)
	defer cancel()
	where := "http://" + listen
	for {
		if strings.HasSuffix(listen, ":0") {
			where = address.FindString(s.printed.String())
		}
		if where != "" && answers(ctx, where) {
			s.URL = where
			return nil
		}
		select {
		case <-s.exited:
			return fmt.Errorf("it ended at once with %s", s.cmd.ProcessState)
		case <-ctx.Done():
			return fmt.Errorf("it does not answer after %s", starting)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) bool {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/", nil)
	if err != nil {
		return false
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(ask)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err == nil && answer.StatusCode < 500
}

// program is the path of the binary, built at most once per test process.
func program(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(binaryEnv); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%s: %w", binaryEnv, err)
		}
		return path, nil
	}
	root, err := checkout()
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, "bin", "yimen-e2e")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/yimen")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build ./cmd/yimen: %w\n%s", err, out)
	}
	return path, nil
})

// record keeps what a program writes, for a test that reads it meanwhile.
type record struct {
	mu  sync.Mutex
	all bytes.Buffer
}

// Write implements io.Writer.
func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.Write(b)
}

// String is all of it so far.
func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.String()
}

func (r *record) tail(n int) string {
	text := r.String()
	if len(text) <= n {
		return text
	}
	return "…" + text[len(text)-n:]
}
