package harness

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The program under the harness is played by the test binary itself, so that what is tested here
// is the harness and not the product.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "demo" || os.Args[1] == "tell") {
		if err := play(os.Args[1], os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	os.Setenv(binaryEnv, self)
	os.Exit(m.Run())
}

// play serves one number kept in the data directory: GET shows it, POST adds one, /race pretends
// that the race detector spoke, /stuck makes the end of the program fail.
func play(command string, args []string) error {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	data, listen, db := flags.String("data", "", ""), flags.String("listen", "", ""), flags.String("db", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	file := filepath.Join(*data, "number")
	if command == "tell" {
		n, err := os.ReadFile(file)
		fmt.Printf("%d on %s", len(n), *db)
		return err
	}
	if err := os.MkdirAll(*data, 0o700); err != nil {
		return err
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Printf("serving on http://%s (demo account: 13000000001)\n", l.Addr())
	stuck := false
	s := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := os.ReadFile(file)
		switch r.URL.Path {
		case "/race":
			fmt.Fprintln(os.Stderr, "WARNING: DATA RACE")
		case "/stuck":
			stuck = true
		}
		if r.Method == http.MethodPost {
			n = append(n, 'x')
			if err := os.WriteFile(file, n, 0o600); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		fmt.Fprint(w, len(n))
	})}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	go func() {
		<-ctx.Done()
		s.Close()
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	if stuck {
		return errors.New("could not end well")
	}
	return nil
}

func ask(t *testing.T, method, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAServerComesBackAfterAPowerCut(t *testing.T) {
	s := Found(t, SQLite)
	if !strings.Contains(s.Output(), "13000000001") {
		t.Errorf("what it printed is not kept: %q", s.Output())
	}
	ask(t, "POST", s.URL)
	before := s.URL
	s.Kill9()
	if _, err := http.Get(s.URL); err == nil {
		t.Error("it still answers after it was killed")
	}
	if out, err := s.Command("tell"); err != nil || out != "1 on " {
		t.Errorf("another command saw %q, %v", out, err)
	}
	s.Restart()
	if s.URL != before {
		t.Errorf("it came back at %s, was at %s", s.URL, before)
	}
	if n := ask(t, "GET", s.URL); n != "1" {
		t.Errorf("it came back with %s, want what was there: 1", n)
	}
}

func TestEachDatabase(t *testing.T) {
	var seen []string
	Each(t, func(t *testing.T, s *Server) {
		out, err := s.Command("tell")
		if err == nil { // nothing was posted, so there is no number to tell
			t.Error("a new server has data already")
		}
		seen = append(seen, string(s.Kind)+out)
	})
	if len(seen) != 2 || seen[0] != "sqlite0 on " || !strings.HasPrefix(seen[1], "postgres0 on postgres://") {
		t.Errorf("ran on %q", seen)
	}
}

func TestHowAServerEndedCounts(t *testing.T) {
	for path, says := range map[string]string{"/race": "DATA RACE", "/stuck": "ended with exit status 1"} {
		f := &fake{TB: t}
		var ends []func()
		s := Found(&late{fake: f, ends: &ends}, SQLite)
		ask(t, "GET", s.URL+path)
		for _, end := range ends {
			end()
		}
		if said := strings.Join(f.said, "; "); !strings.Contains(said, says) {
			t.Errorf("%s: said %q, want %q", path, said, says)
		}
	}
}

func TestAProgramThatEndsAtOnceIsShown(t *testing.T) {
	f := &fake{TB: t}
	func() {
		defer func() {
			if r := recover(); r != (failed{}) {
				t.Errorf("the start of a program that cannot start did not fail: %v", r)
			}
		}()
		s := &Server{t: f, Kind: SQLite, Dir: "/dev/null", printed: &record{}, logged: &record{}}
		s.launch("127.0.0.1:0")
	}()
	if said := strings.Join(f.said, "; "); !strings.Contains(said, "ended at once") || !strings.Contains(said, "/dev/null") {
		t.Errorf("said %q, want that it ended, and what it wrote", said)
	}
}

// late is a test whose cleanups run when it is told to.
type late struct {
	*fake
	ends *[]func()
}

func (l *late) Cleanup(f func()) { *l.ends = append([]func(){f}, *l.ends...) }

func (l *late) Failed() bool { return false }

func TestTail(t *testing.T) {
	r := &record{}
	fmt.Fprint(r, strings.Repeat("a", 10), "end")
	if got := r.tail(3); got != "…end" {
		t.Errorf("tail is %q", got)
	}
	if got := r.tail(13); got != "aaaaaaaaaaend" {
		t.Errorf("a short text is %q", got)
	}
}
