package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Inspect looks at the page as it stands on a phone and on a desk: axe-core must find nothing,
// nothing may stick out sideways, and a picture of each is kept for people to look at.
func (p *Page) Inspect(name string) {
	p.t.Helper()
	for _, width := range []int64{Phone, Desk} {
		p.at(width, func() {
			p.picture(name, width)
			if too := p.TooWide(); too != "" {
				p.t.Errorf("%s (%s) %s", name, p.URL(), too)
			}
			p.axe(fmt.Sprintf("%s at %d px", name, width))
		})
	}
}

// TooWide says what sticks out sideways on the page as it stands; "" is nothing.
func (p *Page) TooWide() string {
	p.t.Helper()
	return Eval[string](p, hands+".overflow()")
}

// Screenshot keeps a picture of the whole page, at the widths given or else at both.
func (p *Page) Screenshot(name string, widths ...int64) {
	p.t.Helper()
	if len(widths) == 0 {
		widths = []int64{Phone, Desk}
	}
	for _, width := range widths {
		p.at(width, func() { p.picture(name, width) })
	}
}

// Axe fails the test for every rule of WCAG 2.2 A and AA, and of axe's good practice, that the
// page breaks at its present width.
func (p *Page) Axe() {
	p.t.Helper()
	p.axe(p.URL())
}

// Media shows the page as for print, or with preferences such as prefers-color-scheme: dark.
// "" and no features are the screen as it was.
func (p *Page) Media(media string, features map[string]string) {
	p.t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: media}
	for name, value := range features {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: name, Value: value})
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, params); err != nil {
		p.fail("media %q: %v", media, err)
	}
}

// at does something with the window at another width and puts it back.
func (p *Page) at(width int64, do func()) {
	p.t.Helper()
	if err := p.do(resize(width)); err != nil {
		p.fail("making the window %d px wide: %v", width, err)
	}
	do()
	if err := p.do(resize(p.person.Width)); err != nil {
		p.fail("making the window %d px wide: %v", p.person.Width, err)
	}
}

func (p *Page) picture(name string, width int64) {
	p.t.Helper()
	image, err := run(p, chromedp.FullScreenshot(100))
	if err != nil {
		p.fail("taking a picture: %v", err)
	}
	dir, err := shots()
	if err != nil {
		p.t.Fatal(err)
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%d.png", plain(name), width))
	if err := os.WriteFile(file, image, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// violation is one rule of axe-core and the places that break it.
type violation struct {
	ID, Impact, Help, HelpURL string
	Nodes                     []struct {
		Target         []json.RawMessage
		HTML           string
		FailureSummary string
	}
}

func (v violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		var where []string
		for _, t := range n.Target {
			where = append(where, strings.Trim(string(t), `"`))
		}
		fmt.Fprintf(&b, "\n    %s\n      %s\n      %s", strings.Join(where, " "), n.HTML,
			strings.ReplaceAll(n.FailureSummary, "\n", "\n      "))
	}
	return b.String()
}

func (p *Page) axe(what string) {
	p.t.Helper()
	for _, v := range p.violations() {
		p.t.Errorf("axe: %s: %s", what, v)
	}
}

// violations runs axe-core. Its rules are named by tag, because target size (WCAG 2.2) is off
// unless asked for.
func (p *Page) violations() []violation {
	p.t.Helper()
	if p.person.NoScript {
		p.t.Fatal("harness: axe-core is a script: look at the page in a browser with scripts")
	}
	script, err := axe()
	if err != nil {
		p.t.Fatal(err)
	}
	if !Eval[bool](p, `"axe" in window`) { // a page is looked at twice
		if err := p.do(chromedp.Evaluate[chromedp.Void](script)); err != nil {
			p.fail("loading axe-core: %v", err)
		}
	}
	raw, err := run(p, chromedp.Evaluate[string](`axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
		resultTypes: ["violations"],
	}).then((r) => JSON.stringify(r.violations))`, awaited))
	if err != nil {
		p.fail("running axe-core: %v", err)
	}
	var found []violation
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		p.t.Fatalf("harness: axe-core's answer: %v", err)
	}
	return found
}

func awaited(e *runtime.EvaluateParams) {
	yes := true
	e.AwaitPromise = &yes
}

// axe is the source of axe-core, which npm has brought.
var axe = sync.OnceValues(func() (string, error) {
	root, err := checkout()
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(root, "e2e", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return "", fmt.Errorf("axe-core is not there: run `make install` (%w)", err)
	}
	return string(text), nil
})

// shots is the directory of the pictures; git ignores it.
func shots() (string, error) {
	root, err := checkout()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "e2e", "shots")
	return dir, os.MkdirAll(dir, 0o755)
}

// plain makes a file name of any words.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.", r) {
			return r
		}
		return '-'
	}, name)
}

// checkout is the directory of go.mod, above the test's working directory.
var checkout = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("%s is in no Go module", dir)
		}
	}
})
