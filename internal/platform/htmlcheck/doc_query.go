package htmlcheck

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Doc is a parsed page.
type Doc struct{ root *html.Node }

// Parse reads HTML as a browser does; it never fails, a browser does not either.
func Parse(body string) *Doc {
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		root = &html.Node{Type: html.DocumentNode} // only a failing reader gives an error
	}
	return &Doc{root: root}
}

// Find gives the elements that match a selector: names, .class, #id, [attr],
// [attr=value], joined without space for "and", with spaces for "inside".
func (d *Doc) Find(selector string) []*html.Node {
	parts := strings.Fields(selector)
	var out []*html.Node
	walk(d.root, func(n *html.Node) {
		if matchesPath(n, parts) {
			out = append(out, n)
		}
	})
	return out
}

// Count is the number of elements that match.
func (d *Doc) Count(selector string) int { return len(d.Find(selector)) }

// Text is the visible text of the first match, spaces run together; "" for none.
func (d *Doc) Text(selector string) string {
	found := d.Find(selector)
	if len(found) == 0 {
		return ""
	}
	return Text(found[0])
}

// Attr is an attribute of the first match; "" for none.
func (d *Doc) Attr(selector, name string) string {
	found := d.Find(selector)
	if len(found) == 0 {
		return ""
	}
	v, _ := attr(found[0], name)
	return v
}

// Text is the text below a node, spaces run together.
func Text(n *html.Node) string {
	var b strings.Builder
	walk(n, func(x *html.Node) {
		if x.Type == html.TextNode && !isRaw(x.Parent) {
			b.WriteString(x.Data)
			b.WriteByte(' ')
		}
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// Reads tells whether some match says just that, but for what the elements below it say.
func (d *Doc) Reads(selector, text string) bool {
	return slices.ContainsFunc(d.Find(selector), func(n *html.Node) bool { return own(n) == text })
}

// own is the text of a node itself, spaces run together.
func own(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && !isRaw(n) {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func isRaw(n *html.Node) bool {
	return n != nil && (n.Data == "script" || n.Data == "style")
}

func walk(n *html.Node, visit func(*html.Node)) {
	visit(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func matchesPath(n *html.Node, parts []string) bool {
	if len(parts) == 0 || !matches(n, parts[len(parts)-1]) {
		return false
	}
	rest := parts[:len(parts)-1]
	for p := n.Parent; p != nil && len(rest) > 0; p = p.Parent {
		if matches(p, rest[len(rest)-1]) {
			rest = rest[:len(rest)-1]
		}
	}
	return len(rest) == 0
}

// matches tests one compound selector: form.big[method=post]#f.
func matches(n *html.Node, compound string) bool {
	if n.Type != html.ElementNode {
		return false
	}
	for compound != "" {
		end := 1 + strings.IndexAny(compound[1:], ".#[")
		if compound[0] == '[' {
			end = strings.IndexByte(compound, ']') + 1
		}
		if end <= 0 {
			end = len(compound)
		}
		if !matchesSimple(n, compound[:end]) {
			return false
		}
		compound = compound[end:]
	}
	return true
}

func matchesSimple(n *html.Node, s string) bool {
	switch s[0] {
	case '.':
		class, _ := attr(n, "class")
		for _, c := range strings.Fields(class) {
			if c == s[1:] {
				return true
			}
		}
		return false
	case '#':
		id, _ := attr(n, "id")
		return id == s[1:]
	case '[':
		name, want, valued := strings.Cut(strings.Trim(s, "[]"), "=")
		got, ok := attr(n, name)
		return ok && (!valued || got == strings.Trim(want, `"'`))
	default:
		return s == "*" || n.Data == s
	}
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}
