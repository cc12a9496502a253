package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/licences"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/flow"
)

// caseStates are those of domain.md §4.
var caseStates = []string{"accepted", "correcting", "declined", "delivered", "granted", "lapsed", "refused",
	"submitted", "suspended", "terminated", "waiting", "withdrawn"}

// A state that the program knows and the database refuses is an act that fails
// after all its rules have passed; one that the database lets in and nobody
// knows is a row that no page can show.
func TestStatesAreTheOnesTheDatabaseLetsIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		schema := dbtest.ReadSchema(t, d)
		allowed := func(table, column string) []string {
			values := schema.Table(table).Allowed(column)
			if len(values) < 2 {
				t.Fatalf("%s.%s has no CHECK with its values", table, column)
			}
			return values
		}
		same(t, "cases.state", caseStates, allowed("cases", "state"))
		same(t, "cases.step", constants(t, "../cases", "Step"), allowed("cases", "step"))
		same(t, "cases.awaits", constants(t, "../cases", "Awaits"), allowed("cases", "awaits"))
		same(t, "application.state", texts(applications.Lifecycle.States()), allowed("application", "state"))
		same(t, "licence.state", texts(licences.Lifecycle.States()), allowed("licence", "state"))
		for _, s := range constants(t, "../cases", "State") {
			if !slices.Contains(allowed("cases", "state"), s) {
				t.Errorf("cases.State %q is not let into cases.state", s)
			}
		}
	})
}

// Each lifecycle answers every question once, reaches every state, and has a row
// for every state and act that the package names.
func TestLifecyclesAreWhole(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"applications": applications.Lifecycle.Check(), "cases": cases.Lifecycle.Check(), "licences": licences.Lifecycle.Check(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	same(t, "states of applications", constants(t, "../applications", "State"), texts(applications.Lifecycle.States()))
	same(t, "states of cases", constants(t, "../cases", "State"), texts(cases.Lifecycle.States()))
	same(t, "states of licences", constants(t, "../licences", "State"), texts(licences.Lifecycle.States()))
	same(t, "acts of applications", constants(t, "../applications", "Act"), acts(&applications.Lifecycle, applications.ActStart))
	same(t, "acts of cases", constants(t, "../cases", "Act"), acts(&cases.Lifecycle, cases.ActOpen))
	same(t, "acts of licences", constants(t, "../licences", "Act"), acts(&licences.Lifecycle, licences.ActIssue))
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(unique(want), unique(got)); diff != "" {
		t.Errorf("%s (-code +schema or table):\n%s", what, diff)
	}
}

func unique(all []string) []string {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}

func texts[S ~string](all []S) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = string(s)
	}
	return out
}

// acts gives the act that begins the noun, which no row has, and those of the rows.
func acts[S, A ~string](table *flow.Table[S, A], first A) []string {
	out := []string{string(first)}
	for _, r := range table.Rows {
		out = append(out, string(r.Act))
	}
	return out
}

// constants gives the values of every constant of a named string type in the
// package at dir, so that one added there and forgotten here is found.
func constants(t *testing.T, dir, typeName string) []string {
	t.Helper()
	var out []string
	for _, f := range parsed(t, dir) {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				if of, ok := v.Type.(*ast.Ident); !ok || of.Name != typeName {
					continue
				}
				for _, e := range v.Values {
					out = append(out, literal(t, e))
				}
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("%s has no constants of type %s", dir, typeName)
	}
	return out
}

func literal(t *testing.T, e ast.Expr) string {
	t.Helper()
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		t.Fatalf("a state or act must be a plain text: %T", e)
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parsed are the product's Go files of one directory; each directory is read once.
func parsed(t *testing.T, dir string) map[string]*ast.File {
	t.Helper()
	read, _ := sources.LoadOrStore(dir, sync.OnceValues(func() (map[string]*ast.File, error) { return parseDir(dir) }))
	files, err := read.(func() (map[string]*ast.File, error))()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var sources sync.Map // directory → its files, read when first asked for

func parseDir(dir string) (map[string]*ast.File, error) {
	paths, err := filepath.Glob(dir + "/*.go")
	if err != nil {
		return nil, err
	}
	out := map[string]*ast.File{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		if out[path], err = parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return nil, err
		}
	}
	return out, nil
}
