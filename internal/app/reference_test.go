package app_test

import (
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/platform/config"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/flow"
	"yimen/internal/platform/goldtest"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
)

// root is the checkout, from here.
const root = "../.."

// docs/reference is written from the code and compared with it: a page that no
// longer says what the program does fails here. To write it anew:
//
//	go test ./internal/app -run TestReference -update
func TestReference(t *testing.T) {
	dbtest.Calm(t)
	t.Parallel()
	for file, make := range map[string]func(*testing.T) string{
		"lifecycles.md": lifecyclesPage, "config.md": configPage, "routes.md": routesPage, "events.md": eventsPage,
		"schema.md": schemaPage, "lint.md": lintPage, "statements.md": statementsPage,
		"scores.md": scoresPage, "burden.md": burdenPage,
	} {
		t.Run(file, func(t *testing.T) {
			head := "<!-- Written from the code by `go test ./internal/app -run TestReference -update`; change the code, not this. -->\n"
			goldtest.File(t, filepath.Join(root, "docs/reference", file), head+make(t))
		})
	}
}

func lifecyclesPage(*testing.T) string {
	var b strings.Builder
	b.WriteString(`# Lifecycles

Which act may follow in which state, who does it, on which condition, by which article. These are the tables that the
program itself asks (` + "`lifecycle.go`" + ` of each context); the states are repeated as CHECK constraints in the schema, and a test
holds the two together. 行政许可法 is quoted in the wording of 2019.
`)
	lifecycle(&b, "Application (申办)", "internal/applications/lifecycle.go", &applications.Lifecycle, "")
	lifecycle(&b, "Case (办件)", "internal/cases/lifecycle.go", &cases.Lifecycle, "status.state_")
	lifecycle(&b, "Joint step (联合办理环节)", "internal/cases/joint/lifecycle.go", &joint.Lifecycle, "joint.state_")
	b.WriteString(`
Inside ` + "`accepted`" + ` (and ` + "`suspended`" + `) a case stands at one of the department's steps. Which of them an item has follows from its
published stages; 制证 comes only when the licence needs what the form does not hold.

`)
	steps := []cases.Step{cases.Handle, cases.Review, cases.Approve, cases.Produce}
	words(&b, "step", "status.step_", steps)
	lifecycle(&b, "Licence (电子证照)", "internal/licences/lifecycle.go", &licences.Lifecycle, "status.licence_")
	lifecycle(&b, "Card (牌)", "internal/supervision/lifecycle.go", &supervision.CardLifecycle, "supervision.card_")
	lifecycle(&b, "Order (督办)", "internal/supervision/lifecycle.go", &supervision.OrderLifecycle, "supervision.order_")
	return b.String()
}

func lifecycle[S, A ~string](b *strings.Builder, title, file string, table *flow.Table[S, A], key string) {
	fmt.Fprintf(b, "\n## %s\n\n`%s`\n\n```mermaid\n%s```\n\n%s", title, file, table.Mermaid(), table.Markdown())
	if key != "" {
		b.WriteString("\n")
		words(b, "state", key, table.States())
	}
}

// words lists what people read for a code.
func words[S ~string](b *strings.Builder, what, key string, all []S) {
	fmt.Fprintf(b, "| %s | 中文 | English |\n|---|---|---|\n", what)
	for _, s := range all {
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", s, lang.T(lang.ZH, key+string(s)), lang.T(lang.EN, key+string(s)))
	}
}

func configPage(*testing.T) string {
	var b strings.Builder
	b.WriteString(`# Configuration

Every option has one name: ` + "`--public-url`" + ` on the command line is ` + "`" + app.Prefix + "PUBLIC_URL`" + ` in the environment. A flag wins over the
environment; a value that does not parse stops the program and names the option. A secret belongs into the environment,
because a command line can be read by every user of the machine. Which options a command takes, its ` + "`--help`" + ` says.

` + config.Markdown(app.Options, app.Prefix) + "\nSecrets: ")
	var secrets []string
	for _, o := range app.Options {
		if o.Secret {
			secrets = append(secrets, "`"+o.Name+"`")
		}
	}
	b.WriteString(strings.Join(secrets, ", ") + ".\n")
	return b.String()
}

func routesPage(t *testing.T) string {
	plain, dev := routes(t, nil), routes(t, map[string]string{"dev": "true"})
	var b strings.Builder
	fmt.Fprintf(&b, `# Routes

Every address of the program and who may call it at all; what an actor may see and do of one case is decided by the
predicate beside the noun. The same list is printed by `+"`yimen routes`"+`. `+"`GET /live`"+` and the files under `+"`/assets/`"+`
stand beside them. %d routes.

`, len(plain))
	routeTable(&b, plain)
	b.WriteString("\n## In development only (`--dev`)\n\n")
	routeTable(&b, slices.DeleteFunc(dev, func(r kit.Route) bool {
		return slices.ContainsFunc(plain, func(p kit.Route) bool { return p.Method == r.Method && p.Pattern == r.Pattern })
	}))
	return b.String()
}

func routes(t *testing.T, options map[string]string) []kit.Route {
	options = maps.Clone(options)
	if options == nil {
		options = map[string]string{}
	}
	options["data"] = t.TempDir()
	return slices.Clone(apptest.Open(t, options, nil).Router().Routes())
}

func routeTable(b *strings.Builder, all []kit.Route) {
	b.WriteString("| method | path | who |\n|---|---|---|\n")
	for _, r := range all {
		fmt.Fprintf(b, "| %s | `%s` | %s |\n", r.Method, r.Pattern, strings.ReplaceAll(r.Access.String(), ",", ", "))
	}
}

func eventsPage(t *testing.T) string {
	var b strings.Builder
	b.WriteString(`# Events

Facts for outsiders, written in the transaction that makes them true and numbered after commit (see
[journal.md](../explain/journal.md)). They stand in the table ` + "`event`" + ` with the fields of CloudEvents (` + "`id source type subject data`" + `, and
` + "`at`" + ` in microseconds) and hold ids and states, never an answer or a person's data.

| type | context | reactions inside the program |
|---|---|---|
`)
	published := map[string]string{}
	for _, name := range contexts(t) {
		for _, kind := range publishes(t, name) {
			published[kind] = name
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(published)) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", kind, published[kind], strings.Join(reacting(t, kind), "; "))
	}
	return b.String()
}

// reacting lists what contexts say of themselves under "Reacts to".
func reacting(t *testing.T, kind string) []string {
	var out []string
	for _, name := range contexts(t) {
		for part := range strings.SplitSeq(heading(t, name, "Reacts to"), "),") {
			if what, ok := strings.CutPrefix(strings.TrimSpace(part), kind+" ("); ok {
				out = append(out, name+": "+strings.TrimSuffix(what, ")"))
			}
		}
	}
	return out
}

// contexts are the packages whose doc.go has the form of a context and owns tables.
func contexts(t *testing.T) []string {
	var out []string
	for _, path := range append(glob(t, "../*/doc.go"), glob(t, "../*/*/doc.go")...) { // a context may hold one of its own: cases/joint
		name := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), ".."+string(filepath.Separator)))
		if strings.HasPrefix(name, "platform/") {
			continue
		}
		if text := heading(t, name, "Tables"); text != "" && !strings.HasPrefix(text, "none") {
			out = append(out, name)
		}
	}
	if len(out) < 6 {
		t.Fatalf("only %v are contexts", out)
	}
	return out
}

// heading gives the text behind a heading of a package comment, on one line.
func heading(t *testing.T, pkg, name string) string {
	t.Helper()
	for _, f := range parsed(t, "../"+pkg) {
		if f.Doc == nil {
			continue
		}
		if _, rest, ok := strings.Cut("\n"+f.Doc.Text(), "\n"+name+":"); ok {
			rest, _, _ = strings.Cut(rest, "\n\n")
			return strings.Join(strings.Fields(rest), " ")
		}
	}
	return ""
}

var eventName = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

func publishes(t *testing.T, name string) []string {
	var out []string
	for word := range strings.FieldsFuncSeq(heading(t, name, "Publishes"), func(r rune) bool { return r == ',' || r == ' ' }) {
		if word = strings.TrimSuffix(word, "."); eventName.MatchString(word) {
			out = append(out, word)
		}
	}
	return out
}

// What a context says it publishes is what its code publishes.
func TestEveryEventIsNamedInItsContext(t *testing.T) {
	t.Parallel()
	for _, name := range contexts(t) {
		same(t, "events of "+name, publishes(t, name), published(t, name))
	}
}

// published finds the types of facts in a context's code: what is handed to
// publish (or to closed, which does), the Type of a Fact, and a table of them.
func published(t *testing.T, name string) []string {
	var out []string
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok {
			if text := strings.Trim(lit.Value, `"`); eventName.MatchString(text) {
				out = append(out, text)
			}
		}
	}
	for _, f := range parsed(t, "../"+name) {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if fn, ok := n.Fun.(*ast.SelectorExpr); ok && (fn.Sel.Name == "publish" || fn.Sel.Name == "closed") {
					for _, arg := range n.Args {
						add(arg)
					}
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Type" {
					add(n.Value)
				}
			case *ast.ValueSpec:
				if table, ok := n.Values, n.Names[0].Name == "published"; ok {
					for _, e := range table[0].(*ast.CompositeLit).Elts {
						add(e.(*ast.KeyValueExpr).Value)
					}
				}
			}
			return true
		})
	}
	return out
}

func lintPage(t *testing.T) string {
	var b strings.Builder
	b.WriteString("# What is checked without running the program\n\n`make lint` runs, and shows all there is to mend before it fails:\n\n")
	for _, m := range regexp.MustCompile(`(?m)^check "([^"]+)" (.+)$`).FindAllStringSubmatch(read(t, root+"/scripts/lint.sh"), -1) {
		fmt.Fprintf(&b, "- **%s**: `%s`\n", m[1], m[2])
	}
	fmt.Fprintf(&b, "\nstaticcheck is told (`staticcheck.conf`):\n\n```\n%s```\n", read(t, root+"/staticcheck.conf"))
	b.WriteString("\n`go test ./internal/archtest` holds the rules of the house that no compiler knows:\n\n")
	rules := parsed(t, "../archtest")
	for _, path := range slices.Sorted(maps.Keys(rules)) {
		for _, d := range rules[path].Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && slices.Contains([]string{"imports", "tables", "packageComments", "exported", "sizes", "names", "tracked"}, fn.Name.Name) {
				fmt.Fprintf(&b, "- `%s`: %s\n", fn.Name.Name, strings.TrimPrefix(strings.Join(strings.Fields(fn.Doc.Text()), " "), fn.Name.Name+" "))
			}
		}
	}
	b.WriteString("\nLimits of size (`internal/archtest/sizes.go`):\n\n| what | at most |\n|---|---|\n")
	for _, m := range regexp.MustCompile(`(?m)^\t([a-zA-Z]+)\s+= (\d+)`).FindAllStringSubmatch(read(t, "../archtest/sizes.go"), -1) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", m[1], m[2])
	}
	b.WriteString("\nWho may import whom, with a reason on every line: `internal/archtest/table.go`.\n")
	return b.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	out, err := filepath.Glob(pattern)
	if err != nil || len(out) == 0 {
		t.Fatalf("%s: %v, %v", pattern, out, err)
	}
	return out
}
