package archtest

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// edge is one line of the table: from may import to, because.
type edge struct {
	// from is a unit, a group of them, all below a prefix (platform/*), or * for everybody.
	from string
	// to is the same, or an import path outside the module, which stands for all below it.
	to string
	// why is the reason, for the person who wants to add the next line.
	why string
}

// use is one import that needs a line in the table.
type use struct {
	from, to string
	test     bool
	pos      token.Pos
}

// uses collects the imports that are subject to the table: of other units, of other modules, and
// of what the standard library has but only some may touch (fenced).
func (t *tree) uses() []use {
	var out []use
	for _, f := range t.files {
		from := unit(f.dir)
		test := f.test || forTests(from)
		for _, spec := range f.syntax.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // the parser has refused such a file
			}
			if inner, ok := strings.CutPrefix(target, module+"/"); ok {
				target = unit(inner)
			} else if standard(target) && (test || !slices.Contains(fenced, target)) {
				continue
			}
			if target != from {
				out = append(out, use{from, target, test, spec.Pos()})
			}
		}
	}
	return out
}

// standard says that an import path belongs to Go itself.
func standard(target string) bool {
	first, _, _ := strings.Cut(target, "/")
	return !strings.Contains(first, ".")
}

// imports holds every import against the table and the table against the imports.
func imports(t *tree, table, testTable []edge) []string {
	var problems []string
	needed := map[edge]bool{}
	for _, u := range t.uses() {
		lines := matching(table, u)
		if u.test {
			lines = append(lines, matching(testTable, u)...)
		}
		// A test may use what its unit uses; that does not make the unit's line needed.
		for _, e := range lines {
			if u.test == slices.Contains(testTable, e) {
				needed[e] = true
			}
		}
		if len(lines) == 0 {
			problems = append(problems, fmt.Sprintf("%s: %s imports %s, and no line of archtest/table.go allows it: %s",
				t.at(u.pos), u.from, u.to, advice(u)))
		}
	}
	for _, e := range slices.Concat(table, testTable) {
		if !needed[e] {
			problems = append(problems, fmt.Sprintf("archtest/table.go: %s → %s (%s): nobody imports that; remove the line", e.from, e.to, e.why))
		}
		if e.why == "" {
			problems = append(problems, fmt.Sprintf("archtest/table.go: %s → %s has no reason", e.from, e.to))
		}
	}
	return problems
}

func matching(table []edge, u use) []edge {
	var out []edge
	for _, e := range table {
		if covers(e.from, u.from) && covers(e.to, u.to) {
			out = append(out, e)
		}
	}
	return out
}

// covers says that a pattern of the table stands for a unit or import path.
func covers(pattern, name string) bool {
	if pattern == "*" || pattern == name || slices.Contains(groups[pattern], name) {
		return true
	}
	if prefix, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(name, prefix+"/")
	}
	return strings.Contains(pattern, ".") && strings.HasPrefix(name, pattern+"/")
}

// kind is the sort of unit an advice speaks about.
func kind(u string) string {
	first, _, nested := strings.Cut(u, "/")
	switch {
	case slices.Contains(groups["context"], u):
		return "context"
	case slices.Contains(groups["audience"], u):
		return "audience"
	case !standard(u) || slices.Contains(fenced, u):
		return "outside"
	case forTests(u):
		return "tests"
	case nested:
		return first
	}
	return u
}

// advice says where such code belongs; the words are those of MAP.md.
func advice(u use) string {
	from, to := kind(u.from), kind(u.to)
	if a, ok := advices[from+" → "+to]; ok {
		return a
	}
	if a, ok := advices["* → "+to]; ok {
		return a
	}
	if a, ok := advices[from+" → *"]; ok {
		return a
	}
	return "if it is right, add one line with its reason"
}

var advices = map[string]string{
	"context → context":   "what one context causes in another stands in internal/app/reactions.go; the little it needs to know of it is a port (ports.go) that app fills",
	"context → audience":  "a context does not know its pages; what a person sees or presses belongs to web/<who>/<page>",
	"context → web":       "a context does not know its pages; a sentence is a key of lang, a form is read in web/<who>/<page>",
	"context → api":       "a context does not know who calls it; a program outside is served by api/",
	"context → app":       "app connects contexts, not the other way round: take what is needed as a parameter or a port",
	"context → gateway":   "outside systems are reached through a port of the context (ports.go), which a gateway fills and app connects",
	"context → outside":   "rules stand on the kernel: SQL through platform/db, HTTP in web/ and api/, files in platform/blob, and a library behind one platform package",
	"context → platform":  "that platform package is for the floors above or for tests; add a line only if a rule cannot do without",
	"audience → audience": "audiences share parts through web/ui and behaviour through web/kit; a rule that both need is the context's",
	"audience → platform": "pages read requests and answer through web/kit",
	"audience → outside":  "pages read requests and answer through web/kit",
	"api → outside":       "the API's plumbing stands in api; a library with its own opinions needs a line and its reason",
	"platform → context":  "platform knows no government word: what has one belongs to the context that owns the noun",
	"platform → gov":      "platform knows no government word: take a plain string, or move the code up into a context",
	"platform → clock":    "platform knows no government word: take a plain date, or move the code up into a context",
	"platform → *":        "platform imports platform only; what knows more belongs above it",
	"gov → *":             "gov has no I/O and stands on the standard library alone",
	"clock → *":           "clock has no I/O and stands on the standard library alone",
	"cmd → *":             "cmd parses and starts; what connects parts belongs to internal/app",
	"* → tests":           "a package for tests must not be in the product",
	"* → app":             "app is the roof: only cmd stands on it",
}
