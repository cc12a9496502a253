package htmlcheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// TB is the part of testing.TB that Page needs; the package is no test package.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Page reports every problem of a whole page to the test.
func Page(t TB, body string) {
	t.Helper()
	for _, p := range Problems(body) {
		t.Errorf("html: %s", p)
	}
}

// Problems lists what is wrong with a whole page.
func Problems(body string) []string {
	d := Parse(body)
	c := &checker{doc: d, ids: map[string]*html.Node{}}
	c.frame(body)
	walk(d.root, c.collectIDs)
	c.headings()
	walk(d.root, func(n *html.Node) {
		if n.Type == html.ElementNode {
			c.element(n)
		}
		if n.Type == html.TextNode && !isRaw(n.Parent) {
			c.words(n.Data)
		}
	})
	return c.problems
}

type checker struct {
	doc      *Doc
	ids      map[string]*html.Node
	problems []string
}

func (c *checker) say(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func (c *checker) frame(body string) {
	if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(body)), "<!doctype html>") {
		c.say("no <!doctype html>")
	}
	if c.doc.Attr("html", "lang") == "" {
		c.say("html has no lang")
	}
	if c.doc.Text("title") == "" {
		c.say("no title")
	}
	for _, name := range []string{"h1", "main"} {
		if n := c.doc.Count(name); n != 1 {
			c.say("%d %s elements, want one", n, name)
		}
	}
}

func (c *checker) collectIDs(n *html.Node) {
	if id, ok := attr(n, "id"); ok {
		if _, twice := c.ids[id]; twice {
			c.say("id %q stands twice", id)
		}
		if id == "" || strings.ContainsAny(id, " \t\n") {
			c.say("id %q is empty or has a space", id)
		}
		c.ids[id] = n
	}
}

// headings: a level may be skipped on the way up, never on the way down.
func (c *checker) headings() {
	level := 0
	walk(c.doc.root, func(n *html.Node) {
		if n.Type != html.ElementNode || len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' || hidden(n) {
			return
		}
		now := int(n.Data[1] - '0')
		if now > level+1 && level > 0 {
			c.say("h%d %q follows h%d", now, Text(n), level)
		}
		if Text(n) == "" {
			c.say("empty h%d", now)
		}
		level = now
	})
}

func hidden(n *html.Node) bool {
	for p := n; p != nil; p = p.Parent {
		if _, ok := attr(p, "hidden"); ok {
			return true
		}
	}
	return false
}

func (c *checker) element(n *html.Node) {
	c.attributes(n)
	switch n.Data {
	case "input", "select", "textarea":
		c.labelled(n)
	case "a":
		if _, ok := attr(n, "href"); ok && c.name(n) == "" {
			c.say("link without words: %s", describe(n))
		}
		c.notInside(n, "a", "button")
	case "button":
		if c.name(n) == "" {
			c.say("button without words: %s", describe(n))
		}
		c.notInside(n, "a", "button")
	case "form":
		c.notInside(n, "form")
	case "fieldset":
		if first := firstElement(n); first == nil || first.Data != "legend" || Text(first) == "" {
			c.say("fieldset without legend: %s", describe(n))
		}
	case "img":
		if _, ok := attr(n, "alt"); !ok {
			c.say("img without alt: %s", describe(n))
		}
	case "svg":
		c.picture(n)
	case "th":
		if _, ok := attr(n, "scope"); !ok {
			c.say("th without scope: %q", Text(n))
		}
	case "style":
		c.say("inline style element")
	case "script":
		if src, _ := attr(n, "src"); src == "" {
			c.say("inline script")
		}
	}
}

var outside = regexp.MustCompile(`^(?i)(https?:)?//`)

func (c *checker) attributes(n *html.Node) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			c.say("inline %s on %s", a.Key, describe(n))
		case a.Key == "for", a.Key == "aria-labelledby", a.Key == "aria-describedby", a.Key == "aria-controls", a.Key == "form" && n.Data != "form":
			for _, id := range strings.Fields(a.Val) {
				if c.ids[id] == nil {
					c.say("%s=%q on %s leads nowhere", a.Key, id, describe(n))
				}
			}
		case a.Key == "href" && len(a.Val) > 1 && a.Val[0] == '#':
			if c.ids[a.Val[1:]] == nil {
				c.say("link to %s leads nowhere", a.Val)
			}
		case (a.Key == "src" || a.Key == "href" && n.Data == "link") && outside.MatchString(a.Val):
			c.say("%s loads from elsewhere: %s", n.Data, a.Val)
		case a.Key == "aria-label", a.Key == "title", a.Key == "placeholder", a.Key == "alt":
			c.words(a.Val)
		case a.Key == "tabindex" && a.Val != "0" && a.Val != "-1":
			c.say("tabindex=%q on %s", a.Val, describe(n))
		}
	}
}

// labelled: a label around or for it, or an aria name. A placeholder is none.
func (c *checker) labelled(n *html.Node) {
	kind, _ := attr(n, "type")
	if n.Data == "input" && slices.Contains([]string{"hidden", "submit", "button", "reset", "image"}, kind) {
		return
	}
	if c.ariaName(n) != "" {
		return
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "label" && Text(p) != "" {
			return
		}
	}
	if id, ok := attr(n, "id"); ok {
		for _, l := range c.doc.Find("label") {
			if target, _ := attr(l, "for"); target == id && Text(l) != "" {
				return
			}
		}
	}
	c.say("input without label: %s", describe(n))
}

func (c *checker) ariaName(n *html.Node) string {
	if label, _ := attr(n, "aria-label"); strings.TrimSpace(label) != "" {
		return label
	}
	ids, _ := attr(n, "aria-labelledby")
	for _, id := range strings.Fields(ids) {
		if target := c.ids[id]; target != nil && Text(target) != "" {
			return Text(target)
		}
	}
	return ""
}

// name is what a link or button is called: its aria name, its text, or the text
// of a picture in it.
func (c *checker) name(n *html.Node) string {
	if s := c.ariaName(n); s != "" {
		return s
	}
	if s := Text(n); s != "" {
		return s
	}
	name := ""
	walk(n, func(x *html.Node) {
		if alt, ok := attr(x, "alt"); ok && alt != "" {
			name = alt
		}
	})
	return name
}

func (c *checker) notInside(n *html.Node, names ...string) {
	for p := n.Parent; p != nil; p = p.Parent {
		if slices.Contains(names, p.Data) {
			c.say("%s inside %s", describe(n), describe(p))
		}
	}
}

// picture: a drawing is either hidden from screen readers or has words. One with
// links in it is a group, for what is in an image cannot be reached.
func (c *checker) picture(n *html.Node) {
	if v, _ := attr(n, "aria-hidden"); v == "true" {
		return
	}
	whole := "img"
	walk(n, func(x *html.Node) {
		if x.Data == "a" {
			whole = "group"
		}
	})
	if role, _ := attr(n, "role"); role != whole || c.ariaName(n) == "" {
		c.say("svg without words: %s", describe(n))
	}
}

var (
	keyLike   = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+$`)
	fileLike  = regexp.MustCompile(`\.(pdf|jpe?g|png|webp|gif|docx?|xlsx?|zip|ofd|txt|csv|json|yaml|svg|html?|com|cn|org|test|example)$`)
	openPlace = regexp.MustCompile(`\{[a-z_]+\}`)
)

// words finds what only a missing sentence leaves on a page.
func (c *checker) words(text string) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r > 127 || strings.ContainsRune(" \t\n,;:()（）'\"/", r) }) {
		if keyLike.MatchString(w) && !fileLike.MatchString(w) {
			c.say("untranslated key %q", w)
		}
	}
	if p := openPlace.FindString(text); p != "" {
		c.say("place %s was not filled in %q", p, strings.TrimSpace(text))
	}
}

func firstElement(n *html.Node) *html.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

func describe(n *html.Node) string {
	var b strings.Builder
	b.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		if slices.Contains([]string{"id", "name", "class", "href", "type"}, a.Key) && a.Val != "" {
			fmt.Fprintf(&b, " %s=%q", a.Key, a.Val)
		}
	}
	return b.String() + ">"
}
