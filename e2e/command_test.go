package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"yimen/e2e/harness"
	"yimen/internal/catalogue"
	"yimen/internal/platform/journal"
	"yimen/seed"
)

// commands are all there are; TestHelp fails for one that is missing here.
var commands = []string{"", "calendar", "calendar import", "calendar show", "catalogue", "catalogue export", "catalogue import", "catalogue merge", "check", "clock", "clock check", "clock explain", "demo", "journal", "journal verify",
	"keys", "keys rotate", "licences", "licences import", "messages", "messages parked", "messages resend", "migrate", "registers", "registers down", "registers import", "registers list", "registers own", "registers up", "routes", "scores", "scores compute", "serve", "staff", "staff add", "version", "work"}

var listed = regexp.MustCompile(`(?m)^  ([a-z]+) {2,}(\S.*)$`)

// TestHelp reads the help of every command: what it does, how it is called, and
// no line that a wide terminal breaks up.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, command := range commands {
		words := strings.Fields(command)
		got := harness.Run(t, append(words, "--help")...)
		if got.Code != 0 || got.Complaint != "" || !strings.Contains(got.Out, "Usage:\n  yimen") {
			t.Errorf("%s: %+v", command, got)
		}
		about, _, _ := strings.Cut(got.Out, "Usage:")
		for line := range strings.Lines(about) {
			if len([]rune(line)) > 120 {
				t.Errorf("%s: a line of %d characters: %s", command, len([]rune(line)), line)
			}
		}
		if len(strings.TrimSpace(about)) < 10 {
			t.Errorf("%s does not say what it does", command)
		}
		_, rest, _ := strings.Cut(got.Out, "Available Commands:")
		rest, _, _ = strings.Cut(rest, "Flags:")
		for _, sub := range listed.FindAllStringSubmatch(rest, -1) {
			if name := strings.TrimSpace(command + " " + sub[1]); !slices.Contains(commands, name) && sub[1] != "help" {
				t.Errorf("yimen %s is in no test", name)
			}
		}
	}
}

// TestExitCodes: 0 done, 1 refused or broken, 2 the command line, 3 busy.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	for _, x := range []struct {
		args string
		code int
		says string
	}{
		{"", 0, ""}, {"--version", 0, ""}, {"version", 0, ""}, {"catalogue", 0, ""},
		{"srve", 2, "do you mean serve"}, {"serve more", 2, "serve --help"}, {"serve --nope", 2, "--nope"},
		{"serve --db-conns many", 2, "--db-conns"}, {"serve --public-url nowhere", 2, "--public-url"},
		{"catalogue improt", 2, "catalogue --help"}, {"catalogue import", 2, "one directory"},
		{"catalogue import /nowhere/at/all --data " + empty, 2, "/nowhere/at/all"},
		{"catalogue merge", 2, "--bundle"}, {"catalogue merge --bundle x --answer y", 2, "question=value"},
		{"catalogue merge --bundle x --answer y=1 --answer y=2", 2, "twice"}, {"catalogue merge --bundle x --from soon", 2, "--from"},
		{"catalogue merge --bundle x --dir /nowhere/at/all", 2, "/nowhere/at/all"},
		{"catalogue merge --bundle x --data " + empty, 1, "yimen migrate"},
		{"calendar", 0, ""}, {"calendar import", 2, "one file"}, {"calendar import /nowhere/at/all --data " + empty, 2, "/nowhere/at/all"},
		{"calendar import " + empty + " --data " + empty, 2, "is not a file"}, {"calendar show --data " + empty, 1, "yimen migrate"},
		{"journal verify --data " + empty, 1, "yimen migrate"}, {"check --data " + empty, 1, "yimen migrate"},
		{"keys rotate --data " + empty, 1, filepath.Join(empty, "keys.json")},
		{"clock explain", 2, "one file"}, {"clock check /nowhere/at/all", 2, "/nowhere/at/all"},
		{"migrate --db nonsense --data " + empty, 1, "postgres://"},
		{"migrate --db postgres://nobody@127.0.0.1:1/none --data " + empty, 3, ""},
		{"serve --listen nowhere --data " + t.TempDir(), 1, "nowhere"},
	} {
		got := harness.Run(t, strings.Fields(x.args)...)
		if got.Code != x.code || !strings.Contains(got.Complaint, x.says) || (x.code != 0) != (got.Complaint != "") {
			t.Errorf("yimen %s: %+v", x.args, got)
		}
		if strings.Contains(got.Complaint, "goroutine") {
			t.Errorf("yimen %s panics", x.args)
		}
	}
}

// realSet is the project's own set in a directory that a test may change.
func realSet(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, seed.Catalogue()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func imported(t *testing.T, data, set string) catalogue.Report {
	t.Helper()
	got := harness.Run(t, "catalogue", "import", "--json", "--data", data, set)
	var r catalogue.Report
	if err := json.Unmarshal([]byte(got.Out), &r); err != nil || got.Code != 0 {
		t.Fatalf("%+v %v", got, err)
	}
	return r
}

// TestImport brings the real set in, twice, changed, out and in again.
func TestImport(t *testing.T) {
	t.Parallel()
	data, set := t.TempDir(), realSet(t)
	if r := imported(t, data, set); !r.Changed || r.Generation != 1 || len(r.Items.Added) != 188 || len(r.Bundles.Added) != 46 ||
		len(r.Elements.Added) != 446 || len(r.Licences.Added) != 96 {
		t.Errorf("the first time: %+v", r)
	}
	if r := imported(t, data, set); r.Changed || r.Generation != 1 || r.Items.Unchanged != 188 {
		t.Errorf("the second time: %+v", r)
	}
	if got := harness.Run(t, "catalogue", "import", "--data", data, set); !strings.Contains(got.Out, "没有改动") {
		t.Errorf("in words: %+v", got)
	}
	out := filepath.Join(t.TempDir(), "set")
	if got := harness.Run(t, "catalogue", "export", "--data", data, out); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	if r := imported(t, data, out); r.Changed || r.Items.Unchanged != 188 || r.Regions.Unchanged == 0 || r.Years.Unchanged != 9 {
		t.Errorf("exported and imported again: %+v", r)
	}
	fresh := t.TempDir()
	if r := imported(t, fresh, out); len(r.Items.Added) != 188 {
		t.Errorf("the export in an empty installation: %+v", r)
	}
	if r := imported(t, fresh, set); r.Changed {
		t.Errorf("the original after its export: %+v", r)
	}
	rename(t, filepath.Join(set, "items.yaml"), "name: 食品经营许可（新办）\n", "name: 食品经营许可（新开）\n")
	if r := imported(t, data, set); !r.Changed || r.Generation != 2 || !slices.Equal(r.Items.Changed, []string{"food-business-licence"}) {
		t.Errorf("with one name changed: %+v", r)
	}
}

// rename changes the one place in a file where the text stands.
func rename(t *testing.T, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), old) == 0 {
		t.Fatalf("%s does not say %q: %v", file, old, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

var placed = regexp.MustCompile(`(?m)^([a-z_]+\.yaml):([0-9]+): \S`)

// TestBrokenSet: every error of a set is named at once, with file and line, and
// nothing of the set comes in.
func TestBrokenSet(t *testing.T) {
	t.Parallel()
	data, set := t.TempDir(), realSet(t)
	imported(t, data, set)
	items := filepath.Join(set, "items.yaml")
	rename(t, items, "department: scjg\n", "department: nobody\n")
	rename(t, items, "commitment_days: 5\n", "commitment_days: soon\n")
	rename(t, items, "licence: food_licence, validity", "licence: no_licence, validity")
	rename(t, filepath.Join(set, "departments.yaml"), "{id: scjg,", "{id: ga,")
	rename(t, filepath.Join(set, "licences.yaml"), "{id: food_licence,", "{{id: food_licence,")
	got := harness.Run(t, "catalogue", "import", "--data", data, set)
	files := map[string]int{}
	for _, m := range placed.FindAllStringSubmatch(got.Complaint, -1) {
		files[m[1]]++
	}
	if got.Code != 1 || files["licences.yaml"] == 0 {
		t.Errorf("%+v", got)
	}
	// What cannot be parsed hides what refers to it; the rest of the set is still read.
	rename(t, filepath.Join(set, "licences.yaml"), "{{id: food_licence,", "{id: food_licence,")
	js := harness.Run(t, "catalogue", "import", "--json", "--data", data, set)
	var r struct {
		Imported bool
		Problems []struct {
			File, Code, Reason string
			Line               int
		}
	}
	if err := json.Unmarshal([]byte(js.Out), &r); err != nil || js.Code != 1 || r.Imported || len(r.Problems) < 4 {
		t.Fatalf("%+v %v", js, err)
	}
	reasons := ""
	for _, p := range r.Problems {
		if p.Line == 0 || p.File == "" || p.Reason == "" || strings.Contains(p.Reason, p.Code) {
			t.Errorf("%+v", p)
		}
		reasons += p.File + " " + p.Reason + "\n"
	}
	for _, want := range []string{"nobody", "soon", "no_licence", "departments.yaml"} {
		if !strings.Contains(reasons, want) {
			t.Errorf("nothing is said about %q:\n%s", want, reasons)
		}
	}
	if r := imported(t, data, realSet(t)); r.Changed {
		t.Errorf("something of the broken set came in: %+v", r)
	}
}

// TestOneProcess: an embedded directory belongs to one process; who comes second
// is told what to do, and a command that only reads may come.
func TestOneProcess(t *testing.T) {
	t.Parallel()
	s := harness.Start(t, harness.SQLite)
	set := realSet(t)
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo", "--listen", "127.0.0.1:0"}, {"work"}, {"migrate"},
		{"catalogue", "import", set}} {
		got := harness.Run(t, append(args, s.At()...)...)
		if got.Code != 3 || !strings.Contains(got.Complaint, "正被另一个进程") || !strings.Contains(got.Complaint, "--db") ||
			!strings.Contains(got.Complaint, s.Dir) {
			t.Errorf("%v: %+v", args, got)
		}
		english := harness.Run(t, append(append([]string{"LC_ALL=en_US.UTF-8"}, args...), s.At()...)...)
		if !strings.Contains(english.Complaint, "in use by another process") {
			t.Errorf("%v in English: %+v", args, english)
		}
	}
	for _, args := range [][]string{{"journal", "verify"}, {"check"}, {"catalogue", "export", filepath.Join(t.TempDir(), "set")}} {
		if got := harness.Run(t, append(args, s.At()...)...); got.Code != 0 {
			t.Errorf("%v beside the server: %+v", args, got)
		}
	}
	if got := newVisitor(s.URL).must(t, "/"); !strings.Contains(got, "<h1") {
		t.Error("the server is not what it was")
	}
}

// TestDemo makes the town once; a second start goes on with what is there, soon.
func TestDemo(t *testing.T) {
	t.Parallel()
	for _, kind := range []harness.Kind{harness.SQLite, harness.Postgres} {
		t.Run(string(kind), func(t *testing.T) { founded(t, harness.Found(t, kind)) })
	}
}

func founded(t *testing.T, s *harness.Server) {
	t.Helper()
	for _, who := range []string{"resident1", "handler1", "clerk1", "outlet1", "scjg-approver", password} {
		if !strings.Contains(s.Output(), who) {
			t.Errorf("%s is not among what is printed:\n%s", who, s.Output())
		}
	}
	entries := counted(t, s)
	begin := time.Now()
	s.Restart()
	if took := time.Since(begin); took > 3*time.Second && !strings.HasSuffix(os.Getenv("YIMEN_E2E_BINARY"), "-race") {
		t.Errorf("the second start took %s", took)
	}
	if now := counted(t, s); now != entries {
		t.Errorf("%d entries in the journal became %d by starting again", entries, now)
	}
	arrive(t, s.URL, "resident1")
	s.Stop()
	if err := os.Remove(filepath.Join(s.Dir, "keys.json")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo", "--listen", "127.0.0.1:0"}, {"journal", "verify"}} {
		got := harness.Run(t, append(args, s.At()...)...)
		if got.Code != 1 || !strings.Contains(got.Complaint, filepath.Join(s.Dir, "keys.json")) {
			t.Errorf("%v without the keys: %+v", args, got)
		}
	}
	if _, err := os.Stat(filepath.Join(s.Dir, "keys.json")); err == nil {
		t.Error("new keys were made for old data")
	}
}

func counted(t *testing.T, s *harness.Server) int64 {
	t.Helper()
	out, err := s.Command("journal", "verify", "--json")
	var r journal.Report
	if err == nil {
		err = json.Unmarshal([]byte(out), &r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r.Entries
}

// TestCheck looks over an installation that lacks nearly everything, step by step.
func TestCheck(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	if got := harness.Run(t, "migrate", "--data", data); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	wrong := func() (out []string) {
		got := harness.Run(t, "check", "--json", "--data", data)
		var all []struct {
			What, Words string
			OK          bool
		}
		if err := json.Unmarshal([]byte(got.Out), &all); err != nil || len(all) < 5 {
			t.Fatalf("%+v %v", got, err)
		}
		for _, f := range all {
			if !f.OK {
				out = append(out, f.What)
			}
		}
		if (got.Code != 0) != (len(out) > 0) {
			t.Errorf("exit code %d for %v", got.Code, out)
		}
		return out
	}
	if got := wrong(); !slices.Equal(got, []string{"catalogue", "bodies"}) {
		t.Errorf("an empty installation lacks %v", got)
	}
	imported(t, data, realSet(t))
	if got := wrong(); !slices.Equal(got, []string{"bodies"}) {
		t.Errorf("with a catalogue it lacks %v", got)
	}
	if err := os.RemoveAll(filepath.Join(data, "blobs")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "blobs"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := harness.Run(t, "check", "--data", data); got.Code != 1 || !strings.Contains(got.Complaint, filepath.Join(data, "blobs")) {
		t.Errorf("with a file where the store should be: %+v", got)
	}
}

// TestRoutes: every address says who may call it, for people and for programs.
func TestRoutes(t *testing.T) {
	t.Parallel()
	got := harness.Run(t, "routes", "--json")
	var all []struct{ Method, Pattern, Access string }
	if err := json.Unmarshal([]byte(got.Out), &all); err != nil || got.Code != 0 || len(all) < 100 {
		t.Fatalf("%+v %v", got, err)
	}
	for _, r := range all {
		if r.Method == "" || !strings.HasPrefix(r.Pattern, "/") || r.Access == "" || r.Access == "undeclared" {
			t.Errorf("%+v", r)
		}
		if strings.HasPrefix(r.Pattern, "/fixtures") {
			t.Errorf("%s is there without --dev", r.Pattern)
		}
	}
	dev := harness.Run(t, "routes", "--dev")
	if dev.Code != 0 || !strings.Contains(dev.Out, "/fixtures") || len(strings.Split(strings.TrimSpace(dev.Out), "\n")) <= len(all) {
		t.Errorf("with --dev: %+v", dev)
	}
}

// TestVersion is what a report of a fault begins with.
func TestVersion(t *testing.T) {
	t.Parallel()
	if got := harness.Run(t, "version"); got.Code != 0 || !regexp.MustCompile(`^yimen \S+\n$`).MatchString(got.Out) {
		t.Errorf("%+v", got)
	}
}
