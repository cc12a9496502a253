package ui

import (
	"github.com/a-h/templ"
)

// Classes is the class attribute of an element: those of the names that are not "".
// templ's own class list takes much else and costs several times more for each
// element; tables have thousands of them.
func Classes(names ...string) templ.OrderedAttributes {
	all := names[0]
	for _, n := range names[1:] {
		if all != "" && n != "" {
			all += " "
		}
		all += n
	}
	return templ.OrderedAttributes{{Key: "class", Value: all}}
}

// When is a name where it holds, else "".
func When(name string, holds bool) string {
	if holds {
		return name
	}
	return ""
}
