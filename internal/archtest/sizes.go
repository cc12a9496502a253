package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// What fits a head: a function on a screen, a file in a sitting, a context in a week.
const (
	functionLines     = 60
	testFunctionLines = 100 // a test may hold a table of cases
	fileLines         = 500
	testFileLines     = 800
	contextLines      = 5000
	contextFiles      = 35
)

// sizes finds what has grown too large. Generated files are as large as they are.
func sizes(t *tree) []string {
	var problems []string
	for _, f := range t.files {
		if f.generated {
			continue
		}
		file, function := fileLines, functionLines
		if f.test {
			file, function = testFileLines, testFunctionLines
		}
		if f.lines > file {
			problems = append(problems, fmt.Sprintf("%s has %d lines, more than %d: split it by what it is about", f.path, f.lines, file))
		}
		for _, d := range f.syntax.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := t.fset.Position(d.End()).Line - t.fset.Position(d.Pos()).Line + 1; n > function {
				problems = append(problems, fmt.Sprintf("%s: %s has %d lines, more than %d: give its parts names", t.at(d.Pos()), d.Name.Name, n, function))
			}
		}
	}
	problems = append(problems, t.contextSizes()...)
	return append(problems, t.templateSizes()...)
}

func (t *tree) contextSizes() []string {
	var problems []string
	pkgs := t.packages()
	for _, dir := range sorted(pkgs) {
		if !slices.Contains(groups["context"], unit(dir)) {
			continue
		}
		lines := 0
		for _, f := range pkgs[dir] {
			lines += t.code(f.path)
		}
		if lines > contextLines || len(pkgs[dir]) > contextFiles {
			problems = append(problems, fmt.Sprintf("%s has %d lines of code in %d files, more than %d or %d: split it into two contexts, never into layers",
				dir, lines, len(pkgs[dir]), contextLines, contextFiles))
		}
	}
	return problems
}

// code counts the lines of a file that are neither blank nor comment: what documents
// a context does not make it larger.
func (t *tree) code(name string) (n int) {
	text, err := fs.ReadFile(t.fsys, name)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}

func (t *tree) templateSizes() []string {
	var problems []string
	err := fs.WalkDir(t.fsys, "internal", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".templ" {
			return err
		}
		text, err := fs.ReadFile(t.fsys, name)
		if n := bytes.Count(text, []byte("\n")); n > fileLines {
			problems = append(problems, fmt.Sprintf("%s has %d lines, more than %d: split it by what it shows", name, n, fileLines))
		}
		return err
	})
	if err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}

// emptyWords say nothing about what is inside, so everything ends up there.
var emptyWords = []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "impl", "misc"}

// names finds packages, files and types named after nothing.
func names(t *tree) []string {
	var problems []string
	seen := map[string]bool{}
	say := func(where, what, name string) {
		if line := fmt.Sprintf("%s: %s %s is named after nothing: say what it is about", where, what, name); !seen[line] {
			seen[line] = true
			problems = append(problems, line)
		}
	}
	for _, f := range t.files {
		if empty(path.Base(f.dir)) || empty(f.syntax.Name.Name) {
			say(f.dir, "package", f.syntax.Name.Name)
		}
		if base := strings.TrimSuffix(path.Base(f.path), ".go"); slices.ContainsFunc(strings.Split(base, "_"), empty) {
			say(f.dir, "file", path.Base(f.path))
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				for _, word := range []string{"Util", "Helper", "Manager", "Impl"} {
					if strings.HasSuffix(s.Name.Name, word) || empty(s.Name.Name) {
						say(t.at(s.Pos()), "type", s.Name.Name)
						break
					}
				}
			}
			return true
		})
	}
	return problems
}

// empty says that a word is, or begins or ends with, one that says nothing: caseutil as well.
func empty(name string) bool {
	name = strings.ToLower(name)
	for _, word := range emptyWords {
		if name == word || (len(word) > 4 || word == "util") && strings.HasSuffix(name, word) {
			return true
		}
	}
	return false
}
