package htmlcheck

import "golang.org/x/net/html"

// Attributes are an element's attributes by name, for tests that fill a form in;
// one without a value is there with "".
func Attributes(n *html.Node) map[string]string {
	out := make(map[string]string, len(n.Attr))
	for _, a := range n.Attr {
		out[a.Key] = a.Val
	}
	return out
}
