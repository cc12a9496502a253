package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Code that treats several tables of one shape alike puts their names into its statements. That is
// allowed through a parameter or field called table, because then the names can be followed to
// the literals they come from.

// putIn visits the table names that a package gives to such parameters and fields, and returns
// the statements whose table comes from anything else.
func putIn(files []*file, visit func(token.Pos, string)) []token.Pos {
	followed := map[token.Pos]bool{}
	var cuts []token.Pos
	literals(files, func(pos token.Pos, text string) {
		if cut.MatchString(text) {
			cuts = append(cuts, pos)
		}
	})
	if len(cuts) == 0 {
		return nil
	}
	params, fields := tableParams(files), tableFields(files)
	give := func(e ast.Expr) {
		if name, ok := text(e); ok {
			visit(e.Pos(), name)
		}
	}
	for _, f := range files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if last, ok := rightmost(n.X).(*ast.BasicLit); ok && n.Op == token.ADD && isTable(n.Y) {
					followed[last.Pos()] = true
				}
			case *ast.CallExpr:
				if at, ok := params[called(n.Fun)]; ok && at < len(n.Args) {
					give(n.Args[at])
				}
			case *ast.CompositeLit:
				at, ok := fields[called(n.Type)]
				for i, e := range n.Elts {
					if kv, keyed := e.(*ast.KeyValueExpr); keyed && isTable(kv.Key) {
						give(kv.Value)
					} else if ok && !keyed && i == at {
						give(e)
					}
				}
			}
			return true
		})
	}
	return slices.DeleteFunc(cuts, func(p token.Pos) bool { return followed[p] })
}

func rightmost(e ast.Expr) ast.Expr {
	if b, ok := e.(*ast.BinaryExpr); ok {
		return rightmost(b.Y)
	}
	return e
}

func isTable(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return strings.EqualFold(e.Name, "table")
	case *ast.SelectorExpr:
		return isTable(e.Sel)
	}
	return false
}

// called is the name of a function or type of the same package, without type arguments.
func called(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return called(e.X)
	case *ast.IndexListExpr:
		return called(e.X)
	}
	return ""
}

// tableParams maps functions to the place of their parameter called table.
func tableParams(files []*file) map[string]int {
	out := map[string]int{}
	for _, f := range files {
		for _, d := range f.syntax.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				place(out, d.Name.Name, d.Type.Params)
			}
		}
	}
	return out
}

// tableFields maps struct types to the place of their field called table.
func tableFields(files []*file) map[string]int {
	out := map[string]int{}
	for _, f := range files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				if t, ok := s.Type.(*ast.StructType); ok {
					place(out, s.Name.Name, t.Fields)
				}
			}
			return true
		})
	}
	return out
}

func place(out map[string]int, name string, list *ast.FieldList) {
	at := 0
	for _, field := range list.List {
		for _, n := range field.Names {
			if isTable(n) {
				out[name] = at
			}
			at++
		}
		if len(field.Names) == 0 {
			at++
		}
	}
}
