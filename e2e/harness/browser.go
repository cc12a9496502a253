package harness

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take: a race-detecting server on a busy machine is slow, and
// a step that hangs is told apart from a slow one only by time.
const patience = 30 * time.Second

// Widths of the two devices every page is looked at on, in CSS pixels: a phone and a desk.
const (
	Phone = 390
	Desk  = 1280
)

// heights go with the widths; a page is captured whole, whatever its length.
var heights = map[int64]int64{Phone: 844, Desk: 900}

// Person says who sits at the browser.
type Person struct {
	// Base is the address of the server, http://127.0.0.1:port.
	Base string
	// Width is Phone or Desk; 0 is Phone, because most applicants have nothing else.
	Width int64
	// Language is what the browser asks for; "" is zh-CN.
	Language string
	// NoScript turns the page's scripts off.
	NoScript bool
}

// Page is a person's browser window. Its methods fail the test themselves.
type Page struct {
	t      testing.TB
	ctx    context.Context
	person Person
	base   *url.URL
	watch  *watch
	scope  []string
}

// Browse opens a window with a profile of its own; it is closed after the test.
func Browse(t testing.TB, who Person) *Page {
	t.Helper()
	base, err := url.Parse(who.Base)
	if err != nil || base.Host == "" {
		t.Fatalf("harness: %q is no address of a server", who.Base)
	}
	if who.Width == 0 {
		who.Width = Phone
	}
	if who.Language == "" {
		who.Language = "zh-CN"
	}
	hold(t)
	b, err := speaking(who.Language)
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(leave)
	p := &Page{t: t, ctx: ctx, person: who, base: base, watch: &watch{host: base.Host}}
	if err := p.prepare(); err != nil {
		t.Fatalf("harness: no window opens: %v", err)
	}
	t.Cleanup(func() {
		for _, complaint := range p.watch.complaints() {
			t.Errorf("the page %s", complaint)
		}
	})
	return p
}

func (p *Page) prepare() error {
	if err := chromedp.Listen(p.ctx, p.watch.event); err != nil {
		return err
	}
	p.watch.main = string(chromedp.FromContext(p.ctx).Target.TargetID)
	p.watch.dismiss = p.dismiss
	// Several windows are used at once, and each is in front for whoever uses it.
	_, err := chromedp.Call(p.ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	if err != nil {
		return err
	}
	if p.person.NoScript {
		_, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: true})
		if err != nil {
			return err
		}
	}
	return p.do(resize(p.person.Width))
}

// resize makes the window a phone's or a desk's.
func resize(width int64) chromedp.Action[chromedp.Void] {
	height, known := heights[width]
	if !known {
		height = heights[Desk]
	}
	return chromedp.EmulateViewport(width, height, chromedp.EmulateScale(1))
}

// do runs steps within the patience.
func (p *Page) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// run is do for a step that answers.
func run[T any](p *Page, a chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, a)
}
