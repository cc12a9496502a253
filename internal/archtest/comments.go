package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// headings are what the comment of a context says, in this order; a reader of ten contexts finds
// the same thing in the same place.
var headings = []string{"Owns", "Does not own", "Words", "Tables", "Publishes", "Reacts to"}

// packageComments asks every package for a comment, in doc.go when the package has several files,
// and every context for the form.
func packageComments(t *tree) []string {
	var problems []string
	pkgs := t.packages()
	for _, dir := range sorted(pkgs) {
		text, in := comment(pkgs[dir])
		main := pkgs[dir][0].syntax.Name.Name == "main"
		switch {
		case in == nil:
			problems = append(problems, dir+" has no package comment: write doc.go: what it is for, what it owns and what it does not")
		case len(pkgs[dir]) > 1 && !main && path.Base(in.path) != "doc.go":
			problems = append(problems, in.path+": the comment of a package of several files stands in doc.go")
		case slices.Contains(groups["context"], unit(dir)) && strings.Count(dir, "/") == 1:
			problems = append(problems, form(in.path, text)...)
		}
	}
	return problems
}

func form(where, text string) []string {
	var problems []string
	last := -1
	for _, heading := range headings {
		at := strings.Index("\n"+text, "\n"+heading+":")
		switch {
		case at < 0:
			problems = append(problems, fmt.Sprintf("%s: the comment of a context has a line %q; it may say nothing, or none", where, heading+": …"))
			continue
		case at < last:
			problems = append(problems, fmt.Sprintf("%s: %q stands out of order; the order is %s", where, heading, strings.Join(headings, " / ")))
		case strings.TrimSpace(between(text, heading)) == "":
			problems = append(problems, fmt.Sprintf("%s: nothing stands behind %q", where, heading))
		}
		last = max(last, at)
	}
	return problems
}

func between(text, heading string) string {
	_, rest, _ := strings.Cut("\n"+text, "\n"+heading+":")
	rest, _, _ = strings.Cut(rest, "\n\n")
	return rest
}

// exported asks every exported name for a comment. One comment above a group of constants or
// variables serves the group; a method needs one when its type is exported too.
func exported(t *tree) []string {
	var problems []string
	lack := func(n ast.Node, name string) {
		problems = append(problems, fmt.Sprintf("%s: exported %s has no comment: say why it is there, its units, its errors, the article it follows", t.at(n.Pos()), name))
	}
	for _, f := range t.files {
		if f.test || f.generated {
			continue
		}
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && !said(d.Doc) && ast.IsExported(receiver(d)) {
					lack(d, d.Name.Name)
				}
			case *ast.GenDecl:
				lone(d, lack)
			}
		}
	}
	return problems
}

func lone(d *ast.GenDecl, lack func(ast.Node, string)) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && !said(s.Doc, s.Comment) && (len(d.Specs) > 1 || !said(d.Doc)) {
				lack(s, s.Name.Name)
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() && !said(d.Doc, s.Doc, s.Comment) {
					lack(s, name.Name)
				}
			}
		}
	}
}

func said(comments ...*ast.CommentGroup) bool {
	for _, c := range comments {
		if c != nil && strings.TrimSpace(c.Text()) != "" {
			return true
		}
	}
	return false
}

// receiver is the name of a method's type, and of a function one that counts as exported.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return "Function"
	}
	expr := d.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}
