package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The code is read, not run: every sentence that is asked for must exist, every
// sentence that exists must be asked for. Templates are read in their generated
// form, which is Go. A literal that ends with a dot or a line ("cases.state.",
// "status.act_") asks for every key that begins with it.

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z0-9_]+)+$`)

type uses struct {
	literals map[string]bool     // every text literal that looks like a key
	prefixes map[string]bool     // literals that end with a dot or a line
	asked    map[string][]string // keys in calls that must find one, with where they stand
	unfilled []string            // calls that do not give what their sentence needs
}

func TestKeysAndCodeAgree(t *testing.T) {
	u := &uses{literals: map[string]bool{}, prefixes: map[string]bool{}, asked: map[string][]string{}}
	for _, dir := range []string{"../../internal", "../../cmd"} {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			continue
		}
		if err := filepath.WalkDir(dir, u.visit); err != nil {
			t.Fatal(err)
		}
	}
	if len(u.asked) < 50 {
		t.Fatalf("only %d keys found in the code: the scan does not see it", len(u.asked))
	}
	for _, call := range u.unfilled {
		t.Error(call)
	}
	for _, key := range slices.Sorted(maps.Keys(u.asked)) {
		if !Has(key) {
			t.Errorf("%s is asked for in %s and has no sentence", key, u.asked[key][0])
		}
	}
	for _, key := range slices.Sorted(slices.Values(Keys(ZH))) {
		if !u.uses(key) {
			t.Errorf("%s is never used", key)
		}
	}
}

func (u *uses) uses(key string) bool {
	if u.literals[key] {
		return true
	}
	for p := range u.prefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

func (u *uses) visit(path string, entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	name := entry.Name()
	if entry.IsDir() {
		if name == "testdata" || name == "archtest" {
			return filepath.SkipDir
		}
		return nil
	}
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
		return nil
	}
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil //nolint:nilerr // a file someone is just writing fails in its own package
	}
	faults := imports(f, "yimen/internal/platform/fault")
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.BasicLit:
			u.literal(x)
		case *ast.CallExpr:
			if at, ok := askedFor(x, faults); ok {
				key, _ := keyAt(x.Args, at)
				where := files.Position(x.Pos()).String()
				u.asked[key] = append(u.asked[key], where)
				u.filled(where, key, x, at+1)
			}
		}
		return true
	})
	return nil
}

func imports(f *ast.File, path string) bool {
	return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(path) })
}

func (u *uses) literal(x *ast.BasicLit) {
	if x.Kind != token.STRING {
		return
	}
	s, err := strconv.Unquote(x.Value)
	if err != nil {
		return
	}
	switch {
	case strings.ContainsRune(s, '.') && strings.ContainsAny(s[len(s)-1:], "._") && keyForm.MatchString(s+"x"):
		u.prefixes[s] = true
	case keyForm.MatchString(s):
		u.literals[s] = true
	}
}

// filled compares the names a call gives with the places of its sentence. A call
// that passes a list on, or a name that is no literal, is not judged.
func (u *uses) filled(where, key string, call *ast.CallExpr, from int) {
	if call.Ellipsis.IsValid() || !Has(key) {
		return
	}
	given := map[string]bool{}
	for i := from; i < len(call.Args); i += 2 {
		lit, ok := call.Args[i].(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if name, err := strconv.Unquote(lit.Value); err == nil {
			given[name] = true
		}
	}
	for _, place := range places(sentences[ZH][key]) {
		if !given[place] {
			u.unfilled = append(u.unfilled, where+": "+key+" is not given {"+place+"}")
		}
	}
}

// askedFor finds which argument is the key in ui.T(ctx, key), q.T(key),
// lang.T(l, key), lang.Key(key), q.Flash(tone, key), fault.Missing(code),
// fault.Internal(err, code) and fields.Add(path, code).
func askedFor(call *ast.CallExpr, faults bool) (int, bool) {
	name, on := "", ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if id, ok := f.X.(*ast.Ident); ok {
			on = id.Name
		}
	}
	var where []int
	switch {
	case name == "T" || name == "Key" && on == "lang" || name == "Flash":
		where = []int{0, 1}
	case on == "fault" && slices.Contains([]string{"Invalid", "Denied", "Missing", "Conflict", "Busy"}, name):
		where = []int{0}
	case on == "fault" && name == "Internal", name == "Add" && faults && len(call.Args) >= 2:
		where = []int{1}
	}
	for _, i := range where {
		if _, ok := keyAt(call.Args, i); ok {
			return i, true
		}
	}
	return 0, false
}

func keyAt(args []ast.Expr, i int) (string, bool) {
	if i >= len(args) {
		return "", false
	}
	lit, ok := args[i].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil && keyForm.MatchString(s)
}
