package harness

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed hands.js
var source string

// hands is the page side as one expression.
var hands = "(" + strings.TrimSpace(source) + "\n)"

// Within narrows the steps of the returned page to the smallest row, list item, section or
// fieldset whose text contains the words.
func (p *Page) Within(words string) *Page {
	inner := *p
	inner.scope = append(append([]string{}, p.scope...), words)
	return &inner
}

// Open goes to a path of the server (or a full address on it) and fails unless the answer is a
// page that was meant to be shown.
func (p *Page) Open(path string) {
	p.t.Helper()
	if status := p.Visit(path); status >= 400 {
		p.fail("opening %s was answered with %d", path, status)
	}
}

// Visit goes to a path, whatever the answer, and returns its status: for pages that must refuse.
func (p *Page) Visit(path string) int {
	p.t.Helper()
	target, err := p.base.Parse(path)
	if err != nil {
		p.t.Fatalf("harness: %q is no path: %v", path, err)
	}
	if err := p.do(chromedp.Navigate(target.String())); err != nil {
		p.fail("opening %s: %v", path, err)
	}
	return p.watch.lastStatus()
}

// Back is the browser's own back button; the page is shown again or asked for again, as it says.
func (p *Page) Back() {
	p.t.Helper()
	before, _ := p.watch.navigations()
	if err := p.do(chromedp.Evaluate[chromedp.Void]("history.back()")); err != nil {
		p.fail("going back: %v", err)
	}
	if err := p.settle(before, patience, nil); err != nil {
		p.fail("going back: %v", err)
	}
}

// Reload asks for the page again.
func (p *Page) Reload() {
	p.t.Helper()
	if err := p.do(chromedp.Reload()); err != nil {
		p.fail("reloading: %v", err)
	}
}

// Fill types a value into the field with that label or name, in place of what was there.
func (p *Page) Fill(field, value string) {
	p.t.Helper()
	err := p.touch("field", []any{field}, func(el *element) error {
		if err := el.click(); err != nil {
			return err
		}
		typed, err := el.call(`function(v) {
			if (this.tagName === "SELECT" || this.type === "file") throw new Error("it is not for typing: use Choose or Upload");
			if (this.readOnly) throw new Error("it is read-only");
			// A date or colour control has no text to type into; it takes its value whole.
			if (["date","time","month","week","datetime-local","range","color"].includes(this.type)) {
				this.value = v;
				this.dispatchEvent(new Event("input", {bubbles: true}));
				this.dispatchEvent(new Event("change", {bubbles: true}));
				return true;
			}
			this.select();
			return false;
		}`, value)
		if err != nil {
			return err
		}
		if string(typed) != "true" {
			if err := p.replaceSelection(value); err != nil {
				return err
			}
		}
		return el.holds(value)
	})
	if err != nil {
		p.fail("filling 「%s」 with 「%s」: %v", field, value, err)
	}
}

func (p *Page) replaceSelection(value string) error {
	if value == "" {
		return p.do(chromedp.KeyEvent("\b"))
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: value})
	return err
}

// Choose gives the answer to a question: a radio button or check box of the group with that
// legend or name, or an option of the select with that label or name.
func (p *Page) Choose(question, answer string) {
	p.t.Helper()
	err := p.touch("option", []any{question, answer}, (*element).choose)
	if err != nil {
		p.fail("choosing 「%s」 for 「%s」: %v", answer, question, err)
	}
}

// Check ticks the box with that label, Uncheck unticks it; one that is so already is left alone.
func (p *Page) Check(label string) {
	p.t.Helper()
	p.tick(label, true)
}

// Uncheck unticks the box with that label; see Check.
func (p *Page) Uncheck(label string) {
	p.t.Helper()
	p.tick(label, false)
}

func (p *Page) tick(label string, on bool) {
	p.t.Helper()
	err := p.touch("box", []any{label}, func(el *element) error {
		is, err := el.call(`function() { return this.checked }`)
		if err != nil || (string(is) == "true") == on {
			return err
		}
		return el.tick(on)
	})
	if err != nil {
		p.fail("setting 「%s」 to %v: %v", label, on, err)
	}
}

// Upload puts files into the file field with that label or name.
func (p *Page) Upload(field string, files ...string) {
	p.t.Helper()
	var paths []string
	for _, file := range files {
		path, err := filepath.Abs(file)
		if err != nil {
			p.t.Fatal(err)
		}
		paths = append(paths, path)
	}
	err := p.touch("field", []any{field}, func(el *element) error {
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		defer cancel()
		_, err := chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, ObjectID: el.id})
		return err
	})
	if err != nil {
		p.fail("uploading %s to 「%s」: %v", strings.Join(files, ", "), field, err)
	}
}

// Press presses the button with those words and waits for the page it leads to, if it leads to one.
func (p *Page) Press(words string) {
	p.t.Helper()
	if err := p.touch("button", []any{words}, (*element).press); err != nil {
		p.fail("pressing 「%s」: %v", words, err)
	}
}

// Follow follows the link with those words.
func (p *Page) Follow(words string) {
	p.t.Helper()
	if err := p.touch("link", []any{words}, (*element).press); err != nil {
		p.fail("following 「%s」: %v", words, err)
	}
}

// Key sends keys to what has the focus (kb.Enter, kb.Tab, letters) and waits for a page that they
// may lead to; the tabulator leads to none.
func (p *Page) Key(keys string) {
	p.t.Helper()
	before, _ := p.watch.navigations()
	if err := p.do(chromedp.KeyEvent(keys)); err != nil {
		p.fail("pressing the key %q: %v", keys, err)
	}
	if keys == kb.Tab {
		return
	}
	if err := p.settle(before, 300*time.Millisecond, nil); err != nil {
		p.fail("after the key %q: %v", keys, err)
	}
}

// element is something on the page, held by the browser.
type element struct {
	p  *Page
	id runtime.RemoteObjectID
}

// touch finds an element and does something with it.
func (p *Page) touch(finder string, args []any, act func(*element) error) error {
	p.t.Helper()
	ref, err := run(p, chromedp.Evaluate[*runtime.RemoteObject](p.script(finder, args...)))
	if err != nil {
		return sentence(err)
	}
	return act(&element{p: p, id: ref.ObjectID})
}

// script is a call of a function of hands.js whose first argument is the scope.
func (p *Page) script(name string, args ...any) string {
	scope := p.scope
	if scope == nil {
		scope = []string{}
	}
	var list []string
	for _, a := range append([]any{scope}, args...) {
		text, err := json.Marshal(a)
		if err != nil {
			panic(err) // strings and lists of strings only
		}
		list = append(list, string(text))
	}
	return hands + "." + name + "(" + strings.Join(list, ", ") + ")"
}

// call runs a function on the element and returns its answer as JSON.
func (el *element) call(function string, args ...any) ([]byte, error) {
	out, err := run(el.p, chromedp.CallFunctionOn[[]byte](function,
		func(c *runtime.CallFunctionOnParams) { c.ObjectID = el.id }, args...))
	return out, sentence(err)
}

// onHand is call for a function of hands.js that takes an element.
func (el *element) onHand(name string) ([]byte, error) {
	return el.call("function() { return " + hands + "." + name + "(this) }")
}

// click touches the element where it is visible.
func (el *element) click() error {
	at, err := el.onHand("aim")
	if err != nil {
		return err
	}
	var spot struct{ X, Y float64 }
	if err := json.Unmarshal(at, &spot); err != nil {
		return err
	}
	return el.p.do(chromedp.MouseClickXY(spot.X, spot.Y))
}

// choose selects an option or ticks a box. A choice whose script sends its form at once, as a
// region's does for its next level, is over when the page that follows is there.
func (el *element) choose() error {
	before, _ := el.p.watch.navigations()
	done, err := el.call(`function() {
		if (this.tagName !== "OPTION") return this.checked ? "done" : "";
		const s = this.closest("select");
		if (s.disabled || this.disabled) throw new Error("it is disabled");
		// The list a browser unfolds is the system's and cannot be pressed from here.
		s.focus();
		this.selected = true;
		let sends = false;
		const note = (ev) => { sends = !ev.defaultPrevented; };
		addEventListener("submit", note);
		s.dispatchEvent(new Event("input", {bubbles: true}));
		s.dispatchEvent(new Event("change", {bubbles: true}));
		removeEventListener("submit", note);
		return sends ? "sent" : "done";
	}`)
	switch {
	case err != nil:
		return err
	case string(done) == `"sent"`:
		return el.p.settle(before, patience, nil)
	case string(done) == `"done"`:
		return nil
	}
	return el.tick(true)
}

// press clicks and waits for what follows. A form whose script sends it by itself stays on the
// page; hands.js notes that.
func (el *element) press() error {
	leads, err := el.onHand("leads")
	if err != nil {
		return err
	}
	before, _ := el.p.watch.navigations()
	if err := el.click(); err != nil {
		return err
	}
	if string(leads) != "true" {
		return el.p.settle(before, 100*time.Millisecond, nil)
	}
	return el.p.settle(before, patience, func() bool {
		stays, err := run(el.p, chromedp.Evaluate[bool](`window.__stays === true`))
		return err == nil && stays
	})
}

// settle waits until the navigation after the first `before` ones has loaded. When none begins
// within the grace, or stays says that none will, the page is as it is.
func (p *Page) settle(before int, grace time.Duration, stays func() bool) error {
	begin := time.Now()
	for {
		begun, over := p.watch.navigations()
		switch {
		case begun > before && over:
			return nil
		case begun == before && stays != nil && stays():
			return nil
		case begun == before && time.Since(begin) > grace:
			if grace < patience {
				return nil
			}
			return fmt.Errorf("no page came within %s", patience)
		case time.Since(begin) > patience:
			return fmt.Errorf("the page has not loaded after %s", patience)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (el *element) tick(on bool) error {
	if err := el.click(); err != nil {
		return err
	}
	is, err := el.call(`function() { return this.checked }`)
	if err != nil {
		return err
	}
	if (string(is) == "true") != on {
		return fmt.Errorf("it was pressed and is %s", map[bool]string{true: "still not ticked", false: "still ticked"}[on])
	}
	return nil
}

func (el *element) holds(value string) error {
	raw, err := el.call(`function() { return this.value }`)
	if err != nil {
		return err
	}
	var now string
	if err := json.Unmarshal(raw, &now); err != nil {
		return err
	}
	if now != strings.ReplaceAll(value, "\r\n", "\n") {
		return fmt.Errorf("it now holds 「%s」", now)
	}
	return nil
}
