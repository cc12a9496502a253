package goldtest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

// HTML compares a page or a fragment of one with testdata/<name>.golden.html.
func HTML(t testing.TB, name, body string) {
	t.Helper()
	File(t, filepath.Join("testdata", name+".golden.html"), Normal(body))
}

// Text compares any text with testdata/<name>.golden.txt, as it is.
func Text(t testing.TB, name, text string) {
	t.Helper()
	File(t, filepath.Join("testdata", name+".golden.txt"), text)
}

// File compares any text with the file at path, for golden files that people
// read where they stand: the schema beside its migrations, docs/reference.
func File(t testing.TB, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden file; run go test -update and read what it wrote: %v", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got); go test -update accepts it:\n%s", path, diff)
	}
}

var (
	assetHash = regexp.MustCompile(`-[0-9a-f]{10}(\.(?:css|js|svg))`)
	uuid      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	token     = regexp.MustCompile(`\b[a-km-np-z2-9]{26}\b`)
)

// Normal is the form in which pages are compared.
func Normal(body string) string {
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return "not HTML: " + err.Error()
	}
	var b strings.Builder
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		write(&b, c, 0)
	}
	text := assetHash.ReplaceAllString(b.String(), "-HASH$1")
	text = numbered(text, uuid, "UUID")
	return numbered(text, token, "TOKEN")
}

// numbered gives each different match its own number, so that equal stays equal.
func numbered(text string, what *regexp.Regexp, name string) string {
	seen := map[string]string{}
	return what.ReplaceAllStringFunc(text, func(m string) string {
		if seen[m] == "" {
			seen[m] = fmt.Sprintf("%s-%d", name, len(seen)+1)
		}
		return seen[m]
	})
}

func write(b *strings.Builder, n *html.Node, depth int) {
	indent := strings.Repeat(" ", depth)
	switch n.Type {
	case html.TextNode:
		if text := strings.Join(strings.Fields(n.Data), " "); text != "" {
			b.WriteString(indent + text + "\n")
		}
	case html.DoctypeNode:
		b.WriteString("<!doctype " + n.Data + ">\n")
	case html.ElementNode:
		if isSprite(n) {
			b.WriteString(indent + "<svg sprite>\n")
			return
		}
		attrs := make([]string, len(n.Attr))
		for i, a := range n.Attr {
			attrs[i] = fmt.Sprintf(" %s=%q", a.Key, strings.Join(strings.Fields(a.Val), " "))
		}
		slices.Sort(attrs)
		b.WriteString(indent + "<" + n.Data + strings.Join(attrs, "") + ">\n")
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(b, c, depth+1)
		}
	}
}

// isSprite spares every golden file the same drawn icons.
func isSprite(n *html.Node) bool {
	if n.Data != "svg" || n.FirstChild == nil {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			return c.Data == "symbol"
		}
	}
	return false
}
