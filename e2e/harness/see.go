package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// shortly is how long something that a script brings may take to show.
const shortly = 10 * time.Second

// URL is the address of the page that is shown, without the server's part.
func (p *Page) URL() string {
	p.t.Helper()
	where, err := run(p, chromedp.Location())
	if err != nil {
		p.t.Fatalf("harness: %v", err)
	}
	return strings.TrimPrefix(where, strings.TrimSuffix(p.person.Base, "/"))
}

// Title is the page's title.
func (p *Page) Title() string {
	p.t.Helper()
	title, err := run(p, chromedp.Title())
	if err != nil {
		p.t.Fatalf("harness: %v", err)
	}
	return title
}

// Status is what the server answered the page with.
func (p *Page) Status() int { return p.watch.lastStatus() }

// Text is what a person can read on the page, white space made single spaces.
func (p *Page) Text() string {
	p.t.Helper()
	text, err := p.text()
	if err != nil {
		p.fail("reading: %v", err)
	}
	return text
}

func (p *Page) text() (string, error) {
	text, err := run(p, chromedp.Evaluate[string](p.script("text")))
	return text, sentence(err)
}

// MustSee fails unless all the words come to be read on the page within some seconds.
func (p *Page) MustSee(words ...string) {
	p.t.Helper()
	for _, word := range words {
		if !p.await(func(text string) bool { return strings.Contains(text, word) }) {
			p.fail("「%s」 is not to be seen", word)
		}
	}
}

// MustNotSee fails when one of the words is on the page. It does not wait: first see something
// that shows the page is there.
func (p *Page) MustNotSee(words ...string) {
	p.t.Helper()
	text := p.Text()
	for _, word := range words {
		if strings.Contains(text, word) {
			p.fail("「%s」 is to be seen", word)
		}
	}
}

func (p *Page) await(good func(text string) bool) bool {
	for begin := time.Now(); time.Since(begin) < shortly; time.Sleep(50 * time.Millisecond) {
		// A page that is being exchanged cannot be read for a moment.
		if text, err := p.text(); err == nil && good(text) {
			return true
		}
	}
	return false
}

// Value is what the field with that label or name holds.
func (p *Page) Value(field string) string {
	p.t.Helper()
	var value string
	err := p.touch("field", []any{field}, func(el *element) error {
		raw, err := el.call(`function() { return this.value }`)
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &value)
	})
	if err != nil {
		p.fail("reading the field 「%s」: %v", field, err)
	}
	return value
}

// Focus says in words what has the keyboard's focus; "" is nothing.
func (p *Page) Focus() string { return Eval[string](p, hands+".focus()") }

// Eval asks the page something no method asks.
func Eval[T any](p *Page, script string) T {
	p.t.Helper()
	out, err := run(p, chromedp.Evaluate[T](script))
	if err != nil {
		p.fail("%s: %v", script, sentence(err))
	}
	return out
}

// Weight is how many bytes have come over the wire, headers included, since the browser was
// opened; a fresh browser has nothing in its cache.
func (p *Page) Weight() int {
	p.watch.mu.Lock()
	defer p.watch.mu.Unlock()
	return int(p.watch.bytes)
}

// Fetch asks the server for a path as this person, outside the page: for files that a browser
// would save. It returns the status, the content type and the bytes.
func (p *Page) Fetch(path string) (status int, kind string, body []byte) {
	p.t.Helper()
	target, err := p.base.Parse(path)
	if err != nil {
		p.t.Fatalf("harness: %q is no path: %v", path, err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	jar, err := chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{target.String()}})
	if err != nil {
		p.t.Fatal(err)
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range jar.Cookies {
		ask.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	answer, err := http.DefaultTransport.RoundTrip(ask) // no following: a redirect is an answer
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err = io.ReadAll(answer.Body); err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Content-Type"), body
}

// fail ends the test with what somebody who was not there needs to know.
func (p *Page) fail(format string, args ...any) {
	p.t.Helper()
	text, err := (&Page{t: p.t, ctx: p.ctx}).text()
	if err != nil {
		text = err.Error()
	}
	if runes := []rune(text); len(runes) > 1500 {
		text = string(runes[:1500]) + " …"
	}
	where, _ := run(p, chromedp.Location())
	title, _ := run(p, chromedp.Title())
	inside := ""
	if len(p.scope) > 0 {
		inside = " within 「" + strings.Join(p.scope, "」, 「") + "」"
	}
	p.t.Fatalf("%s%s\n  at     %s (%d) 「%s」\n  shows  %s\n  picture %s",
		fmt.Sprintf(format, args...), inside, where, p.Status(), title, text, p.lastPicture())
}

// lastPicture keeps what the page looked like when the test failed.
func (p *Page) lastPicture() string {
	image, err := run(p, chromedp.CaptureScreenshot())
	if err != nil {
		return "none: " + err.Error()
	}
	dir, err := shots()
	if err != nil {
		return "none: " + err.Error()
	}
	name := filepath.Join(dir, "failed-"+plain(p.t.Name())+".png")
	if err := os.WriteFile(name, image, 0o644); err != nil {
		return "none: " + err.Error()
	}
	return name
}

// sentence takes the Error that hands.js threw out of what the browser says about it.
func sentence(err error) error {
	var thrown *chromedp.ExceptionError
	if !errors.As(err, &thrown) || thrown.ExceptionDetails == nil || thrown.Exception == nil {
		return err
	}
	first, _, _ := strings.Cut(thrown.Exception.Description, "\n")
	return errors.New(strings.TrimPrefix(first, "Error: "))
}
