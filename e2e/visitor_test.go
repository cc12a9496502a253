package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// password is everybody's in the demo town.
const password = "yimen-demo-2026"

// visitor reads pages and sends their forms as a browser without scripts would,
// but a hundred times a second: for the stories in which many things happen at
// once. An error means that the server did not answer; whatever it answered is
// no error.
type visitor struct {
	base   string
	client http.Client
}

func newVisitor(base string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // never without options
	}
	return &visitor{base: base, client: http.Client{
		Jar: jar,
		// No connection is kept: one that died with the server looks like a new one that failed.
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// arrive signs somebody of the demo town in.
func arrive(t testing.TB, base, login string) *visitor {
	t.Helper()
	v := newVisitor(base)
	got, err := v.post("/sign-in", url.Values{"login": {login}, "password": {password}})
	if err != nil || got.status != http.StatusSeeOther {
		t.Fatalf("%s cannot sign in: %v %v", login, got, err)
	}
	return v
}

// answer is what the server said.
type answer struct {
	status   int
	location string // of a redirect
	body     string
}

func (a answer) String() string {
	if a.location != "" {
		return fmt.Sprintf("%d to %s", a.status, a.location)
	}
	return fmt.Sprintf("%d %s", a.status, words(a.body))
}

func (v *visitor) send(r *http.Request) (answer, error) {
	got, err := v.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return answer{}, err // cut off in the middle: not an answer
	}
	return answer{got.StatusCode, got.Header.Get("Location"), string(body)}, nil
}

func (v *visitor) get(path string) (answer, error) {
	r, err := http.NewRequest(http.MethodGet, v.base+path, nil)
	if err != nil {
		return answer{}, err
	}
	return v.send(r)
}

func (v *visitor) post(path string, form url.Values) (answer, error) {
	r, err := http.NewRequest(http.MethodPost, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.send(r)
}

// must is get for a page that has to be there.
func (v *visitor) must(t testing.TB, path string) string {
	t.Helper()
	got, err := v.get(path)
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("%s: %v %v", path, got, err)
	}
	return got.body
}

// formOf gives the form that is sent to the path, filled as it stands on the page.
func formOf(page, path string) (url.Values, error) {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, err
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && strings.HasPrefix(attr(n, "action"), path) {
			return filled(n), nil
		}
	}
	return nil, fmt.Errorf("no form on the page is sent to %s: %s", path, words(page))
}

func filled(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" || has(n, "disabled") {
			continue
		}
		switch kind := attr(n, "type"); {
		case n.Data == "textarea":
			out.Add(name, text(n))
		case n.Data == "select":
			out.Add(name, selected(n))
		case n.Data == "input" && (kind == "radio" || kind == "checkbox"):
			if has(n, "checked") {
				out.Add(name, attr(n, "value"))
			}
		case n.Data == "input" && kind != "submit" && kind != "file":
			out.Add(name, attr(n, "value"))
		}
	}
	return out
}

func selected(list *html.Node) string {
	first, seen := "", false
	for n := range list.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" {
			continue
		}
		if has(n, "selected") {
			return attr(n, "value")
		}
		if !seen {
			first, seen = attr(n, "value"), true
		}
	}
	return first
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// words is what can be read on a page, for messages.
func words(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	out := strings.Join(strings.Fields(text(doc)), " ")
	if r := []rune(out); len(r) > 600 {
		out = string(r[:600]) + " …"
	}
	return out
}
