package archtest

import (
	"strings"
	"testing"
	"testing/fstest"
)

// planted is a small tree; each rule must find what a case plants in it, and nothing else.
func planted(t *testing.T, files map[string]string) *tree {
	t.Helper()
	fsys := fstest.MapFS{"internal/README": {}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	h, err := load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// same compares problems with the words each must contain, in order.
func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	for i, problem := range got {
		if i >= len(want) {
			t.Errorf("unexpected: %s", problem)
		} else if !strings.Contains(problem, want[i]) {
			t.Errorf("found %q, want it to say %q", problem, want[i])
		}
	}
	for _, w := range want[min(len(got), len(want)):] {
		t.Errorf("not found: %s", w)
	}
}

func TestUnit(t *testing.T) {
	for dir, want := range map[string]string{
		"cmd/yimen":                         "cmd",
		"internal/cases":                    "cases",
		"internal/catalogue/form":           "catalogue",
		"internal/cases/casestest":          "cases/casestest",
		"internal/web/portal/parts":         "web/portal",
		"internal/web/kit/kittest":          "web/kit/kittest",
		"internal/platform/pgtest/pgserver": "platform/pgtest",
		"internal/gateway/mail":             "gateway/mail",
		"e2e/harness":                       "e2e",
		"migrations":                        "migrations",
	} {
		if got := unit(dir); got != want {
			t.Errorf("%s is in unit %s, want %s", dir, got, want)
		}
	}
}

func TestImportsRule(t *testing.T) {
	h := planted(t, map[string]string{
		"internal/cases/a.go":           "package cases\nimport (\n_ \"yimen/internal/platform/db\"\n_ \"yimen/internal/web/portal\"\n_ \"database/sql\"\n_ \"strings\"\n_ \"yimen/internal/ratings\"\n)",
		"internal/cases/a_test.go":      "package cases\nimport (\n_ \"os\"\n_ \"pgregory.net/rapid\"\n_ \"yimen/internal/platform/db\"\n_ \"yimen/internal/platform/dbtest\"\n)",
		"internal/gov/a.go":             "package gov\nimport _ \"yimen/internal/clock\"",
		"internal/app/a.go":             "package app\nimport _ \"yimen/internal/cases/casestest\"",
		"internal/cases/casestest/a.go": "package casestest\nimport (\n_ \"testing\"\n_ \"yimen/internal/cases\"\n)",
		"internal/new/a.go":             "package new\nimport _ \"example.org/library/part\"",
	})
	lines := []edge{
		{"context", "platform/db", "because"},
		{"new", "example.org/library", "because"},
		{"app", "context", "because"},
		{"cases", "platform/db", ""},
		{"cases", "identity", "because"},
	}
	tests := []edge{
		{"*", "pgregory.net/rapid", "because"},
		{"cases/casestest", "cases", "because"},
		{"*", "platform/dbtest", "because"},
		{"*", "platform/goldtest", "because"},
	}
	same(t, imports(h, lines, tests),
		"internal/app/a.go:2: app imports cases/casestest, and no line of archtest/table.go allows it: a package for tests",
		"internal/cases/a.go:4: cases imports web/portal, and no line of archtest/table.go allows it: a context does not know its pages",
		"internal/cases/a.go:5: cases imports database/sql, and no line of archtest/table.go allows it: rules stand on the kernel: SQL through platform/db",
		"internal/cases/a.go:7: cases imports ratings, and no line of archtest/table.go allows it: what one context causes in another stands in internal/app/reactions.go",
		"internal/gov/a.go:2: gov imports clock, and no line of archtest/table.go allows it: gov has no I/O",
		"app → context (because): nobody imports that",
		"cases → platform/db has no reason",
		"cases → identity (because): nobody imports that",
		"* → platform/goldtest (because): nobody imports that",
	)
}

// A test that uses what its unit may use anyway does not keep the unit's line alive.
func TestATestDoesNotNeedAProductLine(t *testing.T) {
	h := planted(t, map[string]string{
		"internal/cases/a.go":      "package cases",
		"internal/cases/a_test.go": "package cases\nimport _ \"yimen/internal/platform/id\"",
	})
	same(t, imports(h, []edge{{"cases", "platform/id", "because"}}, nil), "cases → platform/id (because): nobody imports that")
}

func TestEveryUnitOfTheTableIsKnown(t *testing.T) {
	h, err := house()
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, f := range h.files {
		there[unit(f.dir)] = true
	}
	for group, members := range groups {
		for _, m := range members {
			if !there[m] {
				t.Errorf("archtest/table.go: group %s names %s, which is not there", group, m)
			}
		}
	}
}

const caseDoc = `// Package cases handles.
//
// Owns: the case
// and more.
//
// Does not own: anything else.
//
// Words: case.
//
// Tables: cases, opinion,
// letter. No more.
//
// Publishes: nothing
//
// Reacts to: nothing
package cases`

func TestTablesRule(t *testing.T) {
	h := planted(t, map[string]string{
		"migrations/0001_a.sql":          "-- +goose Up\nCREATE TABLE cases (\n  id TEXT\n);\nCREATE TABLE IF NOT EXISTS opinion (id TEXT);\ncreate table stray (id TEXT);\n-- +goose Down\nDROP TABLE cases;",
		"migrations/0002_b.postgres.sql": "CREATE TABLE party (id TEXT);\nCREATE TABLE old (id TEXT);\nALTER TABLE old RENAME TO account;\nCREATE TABLE gone (id TEXT);\nDROP TABLE gone;",
		"internal/cases/doc.go":          caseDoc,
		"internal/cases/a.go": "package cases\n" +
			"const a = `SELECT c.id FROM cases c, opinion AS o WHERE from party`\n" + // from in small letters is English
			"const b = `SELECT 1 FROM cases JOIN party p ON true`\n" +
			"const c = `UPDATE account SET name = $1`\n" +
			"const d = `DELETE FROM ONLY party`\n" +
			"const e = \"select id from cases\"\n" +
			"const f = `WITH x AS (SELECT 1) INSERT INTO opinion SELECT 1 FROM x, party`\n" +
			"const g = `take the number from party and update cases`\n",
		"internal/cases/a_test.go":  "package cases\nconst t = `SELECT 1 FROM party`",
		"internal/identity/doc.go":  "// Package identity knows.\n//\n// Tables: party, account\npackage identity",
		"internal/ratings/doc.go":   "// Package ratings rates.\n//\n// Tables: none, it has no rows.\npackage ratings",
		"internal/licences/doc.go":  "// Package licences issues.\n//\n// Tables: party\npackage licences",
		"internal/ratings/query.go": "package ratings\nfunc f(x string) string { return `SELECT 1 FROM ` + x }",
	})
	same(t, tables(h),
		"table party is owned by internal/identity and by internal/licences",
		"0001_a.sql creates table stray, which no package has",
		"internal/cases says it owns table letter, which no migration creates",
		"internal/cases/a.go:3: internal/cases names table party",
		"internal/cases/a.go:4: internal/cases names table account, which internal/identity owns",
		"internal/cases/a.go:5: internal/cases names table party",
		"internal/cases/a.go:6: write the keywords of SQL in capitals",
		"internal/cases/a.go:7: internal/cases names table party",
		"internal/ratings/query.go:2: this statement's table is put in from elsewhere",
	)
}

func TestTablesPutIn(t *testing.T) {
	h := planted(t, map[string]string{
		"migrations/0001_a.sql":    "CREATE TABLE cases (id TEXT);\nCREATE TABLE party (id TEXT);",
		"internal/identity/doc.go": "// Package identity knows.\n//\n// Tables: party\npackage identity",
		"internal/cases/doc.go":    "// Package cases handles.\n//\n// Tables: cases\npackage cases",
		"internal/cases/a.go": `package cases
type shape struct{ key, table string }
func insert(n int, table string) string { return "INSERT INTO " + table + " VALUES ($1)" }
func all(s shape) string { return "SELECT " + s.key + " FROM " + s.table + " ORDER BY id" }
var (
	a = insert(1, "cases")
	b = insert(1, "party")
	c = all(shape{"id", "cases"})
	d = all(shape{"id", "party"})
	e = all(shape{key: "party", table: "party"})
	f = shape{"party", "cases"}
)`,
	})
	same(t, tables(h),
		"internal/cases/a.go:7: internal/cases names table party",
		"internal/cases/a.go:9: internal/cases names table party",
		"internal/cases/a.go:10: internal/cases names table party",
	)
}

func TestPackageCommentsRule(t *testing.T) {
	h := planted(t, map[string]string{
		"internal/cases/doc.go":    caseDoc,
		"internal/cases/part/a.go": "// Package part is inside a context and needs no form.\npackage part",
		"internal/ratings/doc.go":  "// Package ratings rates.\n//\n// Owns: ratings.\n//\n// Words: rating.\n//\n// Does not own: cases.\n//\n// Tables:\n//\n// Publishes: nothing.\npackage ratings",
		"internal/lang/a.go":       "package lang",
		"internal/web/a.go":        "// Package web has two files.\npackage web",
		"internal/web/b.go":        "package web",
		"cmd/yimen/main.go":        "// Command yimen runs.\npackage main",
		"cmd/yimen/serve.go":       "package main",
		"internal/only/a_test.go":  "package only",
		"internal/page/doc.go":     "// Package page is drawn.\npackage page",
		"internal/page/a_templ.go": "// Code generated by templ - DO NOT EDIT.\n\n// About the template.\npackage page",
		"internal/page/b.go":       "// A licence text, say.\npackage page",
	})
	same(t, packageComments(h),
		"internal/lang has no package comment",
		`internal/ratings/doc.go: "Words" stands out of order`,
		`internal/ratings/doc.go: nothing stands behind "Tables"`,
		`internal/ratings/doc.go: the comment of a context has a line "Reacts to: …"`,
		"internal/web/a.go: the comment of a package of several files stands in doc.go",
	)
}

func TestExportedRule(t *testing.T) {
	h := planted(t, map[string]string{
		"internal/a/a.go": `package a

type Bare struct{}

// Told is told.
type Told struct{ Field int }

func (Told) Method() {}

// Said says.
func (*Told) Said() {}

func (hidden) Method() {}

type hidden struct{}

func Function() {}

func inner() {}

// All of these are states.
const (
	One = 1
	Two = 2
)

var (
	Left  = 1 // with its reason
	Right = 2
)

type (
	Grouped int
)

func (g Generic[T]) Do() {}

// Generic is told.
type Generic[T any] struct{}
`,
		"internal/a/a_test.go":  "package a\nfunc TestX() {}",
		"internal/a/a_templ.go": "// Code generated by templ - DO NOT EDIT.\n\npackage a\nfunc Page() {}",
	})
	same(t, exported(h), "a.go:3: exported Bare", "a.go:8: exported Method", "a.go:17: exported Function",
		"a.go:29: exported Right", "a.go:33: exported Grouped", "a.go:36: exported Do")
}

func TestSizesRule(t *testing.T) {
	body := func(n int) string { return "func f() {\n" + strings.Repeat("\t_ = 1\n", n-2) + "}\n" }
	h := planted(t, map[string]string{
		"internal/a/fits.go":       "package a\n" + body(functionLines),
		"internal/a/long.go":       "package a\n" + body(functionLines+1),
		"internal/a/long_test.go":  "package a\n" + body(testFunctionLines) + body(testFunctionLines+1),
		"internal/a/file.go":       "package a\n" + strings.Repeat("\n", fileLines),
		"internal/a/file_test.go":  "package a\n" + strings.Repeat("\n", testFileLines),
		"internal/a/fit_test.go":   "package a\n" + strings.Repeat("\n", fileLines),
		"internal/a/made_templ.go": "// Code generated by templ - DO NOT EDIT.\n\npackage a\n" + strings.Repeat("\n", 3*fileLines),
		"internal/a/page.templ":    strings.Repeat("\n", fileLines+1),
	})
	same(t, sizes(h), "internal/a/file.go has 501 lines", "internal/a/file_test.go has 801 lines",
		"internal/a/long.go:2: f has 61 lines", "long_test.go:102: f has 101 lines", "internal/a/page.templ has 501 lines")
}

func TestContextSizeRule(t *testing.T) {
	files := map[string]string{}
	for i := range contextFiles {
		name := string(rune('a'+i/26)) + string(rune('a'+i%26))
		files["internal/cases/"+name+".go"] = "package cases"
		files["internal/ratings/"+name+".go"] = "package ratings"
		files["internal/other/"+name+".go"] = "package other"
	}
	files["internal/cases/more.go"] = "package cases"
	files["internal/other/more.go"] = "package other"
	files["internal/ratings/more_test.go"] = "package ratings"
	same(t, sizes(planted(t, files)), "internal/cases has 36 lines of code in 36 files")
}

func TestNamesRule(t *testing.T) {
	h := planted(t, map[string]string{
		"internal/util/a.go":           "package util",
		"internal/caseutil/a.go":       "package caseutil",
		"internal/a/helper.go":         "package a",
		"internal/a/common_test.go":    "package a",
		"internal/a/commonplace.go":    "package a\ntype CaseManager struct{}\ntype Management struct{}",
		"internal/a/implementation.go": "package a",
	})
	same(t, names(h), "internal/a: file common_test.go", "type CaseManager", "internal/a: file helper.go",
		"internal/caseutil: package caseutil", "internal/util: package util")
}

func TestTrackedRule(t *testing.T) {
	host, path := "registry.npm"+"js.org", "/ro"+"ot/x"
	fsys := fstest.MapFS{
		"a.lock":  {Data: []byte("one\n\"resolved\": \"https://" + host + "/axe\"\n")},
		"b.go":    {Data: []byte("const dir = \"" + path + "\"\nconst url = \"https://example.org" + path + "\"\n")},
		"c.md":    {Data: []byte("see /wo" + "rk/main, or /desk/wo" + "rk/today, or run it in ./ro" + "ot/\n")},
		"d.png":   {Data: []byte("\x89PNG\x00" + host)},
		"LICENSE": {Data: []byte("http://www.apache.org/licenses/")},
	}
	same(t, tracked(fsys, []string{"a.lock", "b.go", "c.md", "d.png", "LICENSE", "removed"}),
		"a.lock:2: "+host+" is the host name of a package registry",
		"b.go:1: /ro"+"ot/ is an absolute path of one machine",
		"c.md:1: /wo"+"rk/ is an absolute path of one machine")
}
