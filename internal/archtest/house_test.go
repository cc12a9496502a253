package archtest

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// house is the real tree, parsed once.
var house = sync.OnceValues(func() (*tree, error) { return load(os.DirFS(root)) })

func hold(t *testing.T, rule func(*tree) []string) {
	t.Helper()
	h, err := house()
	if err != nil {
		t.Fatal(err)
	}
	if len(h.files) < 100 {
		t.Fatalf("only %d files were read: this is not the whole house", len(h.files))
	}
	for _, problem := range rule(h) {
		t.Error(problem)
	}
}

func TestImports(t *testing.T) {
	hold(t, func(h *tree) []string { return imports(h, table, testTable) })
}
func TestTables(t *testing.T)           { hold(t, tables) }
func TestPackageComments(t *testing.T)  { hold(t, packageComments) }
func TestExportedComments(t *testing.T) { hold(t, exported) }
func TestSizes(t *testing.T)            { hold(t, sizes) }
func TestNames(t *testing.T)            { hold(t, names) }

// What counts is what others get: the tracked files. In a copy without git every file counts that
// the tree rules read.
func TestNothingOfOneMachineIsTracked(t *testing.T) {
	list := exec.Command("git", "ls-files", "-z", "--cached")
	list.Dir = root
	out, err := list.Output()
	files := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	if err != nil {
		t.Logf("git does not list files (%v): looking at the Go files only", err)
		files = nil
		hold(t, func(h *tree) []string {
			for _, f := range h.files {
				files = append(files, f.path)
			}
			return nil
		})
	}
	if len(files) < 20 {
		t.Fatalf("only %d files are tracked: this is not the whole house", len(files))
	}
	for _, problem := range tracked(os.DirFS(root), files) {
		t.Error(problem)
	}
}
