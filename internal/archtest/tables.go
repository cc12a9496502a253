package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	// A view is owned as a table is: it must not become the way around this rule.
	created = regexp.MustCompile(`(?im)^\s*CREATE\s+(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?"?([a-z_][a-z0-9_]*)"?`)
	dropped = regexp.MustCompile(`(?im)^\s*DROP\s+(?:TABLE|VIEW)\s+(?:IF\s+EXISTS\s+)?"?([a-z_][a-z0-9_]*)"?`)
	renamed = regexp.MustCompile(`(?im)^\s*ALTER\s+TABLE\s+"?([a-z_][a-z0-9_]*)"?\s+RENAME\s+TO\s+"?([a-z_][a-z0-9_]*)"?`)
	// named finds where a statement names tables. Keywords are written in capitals in this house,
	// which is what tells SQL from English; small finds SQL that is not.
	named = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE(?:\s+OR\s+[A-Z]+)?|USING|TABLE)\s+((?:ONLY\s+)?[a-z_][a-z0-9_]*(?:(?:\s+(?:AS\s+)?[a-z_][a-z0-9_]*)?\s*,\s*[a-z_][a-z0-9_]*)*)`)
	small = regexp.MustCompile(`^\s*(?:select\s.+\sfrom\s|insert\s+into\s|update\s+[a-z_]+\s+set\s|delete\s+from\s|with\s+[a-z_]+\s+as\s*\()`)
	// cut finds a statement whose table is put in from elsewhere.
	cut = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:%[a-z]|$)`)
)

// tables holds the SQL in Go files against the `Tables:` lines, and those against the migrations.
// Tests may look into any table; nobody writes one that is not his own.
func tables(t *tree) []string {
	owner, problems := t.owners()
	schema, err := t.schema()
	if err != nil {
		return append(problems, err.Error())
	}
	for _, name := range sorted(schema) {
		if owner[name] == "" {
			problems = append(problems, fmt.Sprintf("%s creates table %s, which no package has in the `Tables:` line of its comment", schema[name], name))
		}
	}
	for _, name := range sorted(owner) {
		if schema[name] == "" {
			problems = append(problems, fmt.Sprintf("%s says it owns table %s, which no migration creates", owner[name], name))
		}
	}
	pkgs := t.packages()
	for _, dir := range sorted(pkgs) {
		if !forTests(unit(dir)) {
			problems = append(problems, t.statements(dir, pkgs[dir], schema, owner)...)
		}
	}
	return problems
}

// statements looks through the string literals of one package.
func (t *tree) statements(dir string, files []*file, schema, owner map[string]string) []string {
	var problems []string
	own := func(pos token.Pos, name string) {
		if schema[name] != "" && owner[name] != "" && !owns(dir, owner[name]) {
			problems = append(problems, fmt.Sprintf("%s: %s names table %s, which %s owns: ask that package for what is needed, or copy it into an own row by a reaction",
				t.at(pos), dir, name, owner[name]))
		}
	}
	literals(files, func(pos token.Pos, text string) {
		if small.MatchString(text) {
			problems = append(problems, t.at(pos)+": write the keywords of SQL in capitals: the rule of table ownership reads them")
		}
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			for _, name := range listed(m[1]) {
				own(pos, name)
			}
		}
	})
	if !strings.HasPrefix(dir, "internal/platform/") { // a machine for any table knows none
		for _, pos := range putIn(files, own) {
			problems = append(problems, t.at(pos)+": this statement's table is put in from elsewhere: write it out, or put it in from a parameter or field called table, which this rule follows")
		}
	}
	return problems
}

func literals(files []*file, visit func(token.Pos, string)) {
	for _, f := range files {
		if f.generated {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if text, ok := text(n); ok {
				visit(n.Pos(), text)
			}
			return true
		})
	}
}

// text is what a string literal says.
func text(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// owns says that a directory is the owner or inside it.
func owns(dir, owner string) bool { return dir == owner || strings.HasPrefix(dir, owner+"/") }

// listed are the names in "a AS x, b y, c".
func listed(list string) []string {
	var out []string
	for _, item := range strings.Split(list, ",") {
		if words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(item), "ONLY ")); len(words) > 0 {
			out = append(out, words[0])
		}
	}
	return out
}

// owners maps each table to the directory of the package that owns it.
func (t *tree) owners() (owner map[string]string, problems []string) {
	owner = map[string]string{}
	pkgs := t.packages()
	for _, dir := range sorted(pkgs) {
		text, _ := comment(pkgs[dir])
		for _, name := range tablesOf(text) {
			if other := owner[name]; other != "" {
				problems = append(problems, fmt.Sprintf("table %s is owned by %s and by %s: one of them must ask the other", name, other, dir))
			}
			owner[name] = dir
		}
	}
	return owner, problems
}

// tablesOf reads the list after `Tables:`, which ends with a full stop or an empty line.
func tablesOf(comment string) []string {
	_, list, found := strings.Cut("\n"+comment, "\nTables:")
	if !found {
		return nil
	}
	list, _, _ = strings.Cut(list, "\n\n")
	list, _, _ = strings.Cut(list, ".")
	names := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(", \n\t", r) })
	if len(names) > 0 && names[0] == "none" {
		return nil
	}
	return names
}

// schema maps each table that the migrations leave standing to the file that creates it.
func (t *tree) schema() (map[string]string, error) {
	files, err := fs.Glob(t.fsys, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	out := map[string]string{}
	for _, name := range files {
		text, err := fs.ReadFile(t.fsys, name)
		if err != nil {
			return nil, err
		}
		up, _, _ := strings.Cut(string(text), "+goose Down")
		for _, statement := range strings.Split(up, ";") { // a table may be dropped for one that takes its name
			if m := created.FindStringSubmatch(statement); m != nil {
				out[m[1]] = path.Base(name)
			} else if m := renamed.FindStringSubmatch(statement); m != nil {
				delete(out, m[1])
				out[m[2]] = path.Base(name)
			} else if m := dropped.FindStringSubmatch(statement); m != nil {
				delete(out, m[1])
			}
		}
	}
	return out, nil
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
