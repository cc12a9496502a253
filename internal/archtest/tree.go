package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"
)

// module is the path in go.mod.
const module = "yimen"

// tree is the source of the whole module, parsed.
type tree struct {
	fsys  fs.FS
	fset  *token.FileSet
	files []*file
}

// file is one Go source file.
type file struct {
	path      string // with slashes, from the module's root
	dir       string // the package's directory
	lines     int
	test      bool
	generated bool
	syntax    *ast.File
}

// load parses every Go file of the module. What is not ours (node_modules), not compiled
// (testdata), or made here (bin, var) is left out.
func load(fsys fs.FS) (*tree, error) {
	t := &tree{fsys: fsys, fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if passedOver(name, d.Name()) {
				return fs.SkipDir
			}
			return nil
		case path.Ext(name) != ".go":
			return nil
		}
		f, err := t.parse(name)
		if err == nil {
			t.files = append(t.files, f)
		}
		return err
	})
	return t, err
}

func passedOver(name, base string) bool {
	switch base {
	case "node_modules", "testdata":
		return true
	}
	return name == "bin" || name == "var" || name == "tools" || (strings.HasPrefix(base, ".") && name != ".")
}

func (t *tree) parse(name string) (*file, error) {
	text, err := fs.ReadFile(t.fsys, name)
	if err != nil {
		return nil, err
	}
	syntax, err := parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &file{
		path:      name,
		dir:       path.Dir(name),
		lines:     bytes.Count(text, []byte("\n")),
		test:      strings.HasSuffix(name, "_test.go"),
		generated: ast.IsGenerated(syntax),
		syntax:    syntax,
	}, nil
}

// at says where something stands, as an editor understands it.
func (t *tree) at(pos token.Pos) string {
	p := t.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// packages groups the files that the product or another package compiles in, by directory.
func (t *tree) packages() map[string][]*file {
	out := map[string][]*file{}
	for _, f := range t.files {
		if !f.test {
			out[f.dir] = append(out[f.dir], f)
		}
	}
	return out
}

// comment is the package comment of a directory, of doc.go before any other file. What a template
// says above its package clause is about the template.
func comment(files []*file) (text string, in *file) {
	for _, f := range files {
		if f.generated || f.syntax.Doc == nil || strings.TrimSpace(f.syntax.Doc.Text()) == "" {
			continue
		}
		if in == nil || path.Base(f.path) == "doc.go" {
			text, in = f.syntax.Doc.Text(), f
		}
	}
	return text, in
}

// unit is the part of the house a directory belongs to, as table.go names parts: a context, a web
// audience, a platform package, with everything inside it. A package of test builders
// (…/casestest) is a unit of its own, because the product must not reach it.
func unit(dir string) string {
	dir = strings.TrimPrefix(dir, "internal/")
	parts := strings.Split(dir, "/")
	depth := 1
	switch parts[0] {
	case "web", "gateway", "platform":
		depth = 2
	}
	for i, part := range parts {
		if builders(part) {
			depth = i + 1
		}
	}
	return strings.Join(parts[:min(depth, len(parts))], "/")
}

// builders says that a directory name is that of a package for tests.
func builders(name string) bool {
	return strings.HasSuffix(name, "test") && name != "test"
}

// forTests says that nothing of a unit is in the product.
func forTests(u string) bool {
	first, _, _ := strings.Cut(u, "/")
	return first == "e2e" || first == "bench" || builders(path.Base(u)) || u == "archtest"
}
