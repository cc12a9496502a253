package ui

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/now"
)

// Layout is the frame around a page.
type Layout uint8

// The layouts. LayoutTask leaves the search box out: one thing per page wants no
// second thing to do. LayoutStaff is wide, with the navigation of a workplace.
// LayoutLetter is for what is printed and filed: no header, no footer, one sheet.
const (
	LayoutPublic Layout = iota
	LayoutTask
	LayoutStaff
	LayoutLetter
)

// Page is what a handler says about its page; the rest of the frame comes from
// the View.
type Page struct {
	// Title is the page's own name, without the site's. Required.
	Title  string
	Layout Layout
	Crumbs []Link
	// Back is the local path of the back link on one-thing pages; "" for none.
	Back string
	// Form, when it carries faults, puts the summary on top and 错误： before the title.
	Form Form
	// Area names the workplace under the brand ("综合窗口"); Nav is its navigation.
	Area string
	Nav  []Link
	// Band is drawn full width above the main column (the home page's search).
	Band templ.Component
	// Query fills the search box again on the result page.
	Query string
	// Wide takes the wide column on a public page.
	Wide bool
	// Index lets search engines list the page; all others say noindex.
	Index bool
}

// Link is a named local address. Current marks the page one is on; Key is a
// keyboard shortcut (one character); Lang names the language of a text that is
// not in the page's own.
type Link struct {
	Text, Href string
	Current    bool
	Key, Lang  string
	Count      string
}

// User is who is signed in, as the header shows it.
type User struct {
	Name   string
	Detail string // the body of a clerk, the organisation of a handler
	Links  []Link
}

// Flash is a message that survives one redirect. Tone is ToneOK, ToneWarn or ToneNone.
type Flash struct {
	Tone Tone
	Text string
}

// Site is what is the same on every page of an installation.
type Site struct {
	Place      string // "潮州市潮安区政务服务"
	Search     string // path of the search page; "" hides the box
	SignIn     string // path of the sign-in page
	SignOut    string // path to POST for signing out
	Extend     string // path to POST for extending the session
	FooterNote string // e.g. that all names are invented, in the demo town
	Footer     []Link
}

// View is what a page needs to know of the visitor. kit puts it into ctx.
type View struct {
	Locale lang.Locale
	Large  bool
	// Keys is false when the visitor switched single-key shortcuts off (WCAG 2.1.4).
	Keys bool
	// Path is the local path with query, for links that come back here.
	Path  string
	User  *User
	Flash []Flash
	// Idle is how long the session lives without a request; 0 when nobody is signed in.
	Idle time.Duration
	Site Site
	// Slot replaces what depends on the visitor by Marker, for pages kept rendered.
	Slot bool
	Dev  bool
}

// Marker stands where a kept page has the visitor's part; a NUL cannot occur in HTML.
const Marker = "\x00visitor\x00"

type viewKey struct{}

// WithView puts v, and its locale, into ctx.
func WithView(ctx context.Context, v *View) context.Context {
	return lang.With(context.WithValue(ctx, viewKey{}, v), v.Locale)
}

// ViewOf is the View of ctx; a Chinese, anonymous one when there is none.
func ViewOf(ctx context.Context) *View {
	if v, ok := ctx.Value(viewKey{}).(*View); ok {
		return v
	}
	return &View{Locale: lang.ZH, Keys: true}
}

// T writes a sentence in the reader's language; args are name, value pairs.
func T(ctx context.Context, key string, args ...any) string {
	return lang.T(lang.From(ctx), key, args...)
}

// Date writes a legal date with its weekday: 2026年2月6日（周五）.
func Date(ctx context.Context, d clock.Date) string { return lang.Date(lang.From(ctx), d) }

// ShortDate leaves the year out.
func ShortDate(ctx context.Context, d clock.Date) string { return lang.ShortDate(lang.From(ctx), d) }

// DateTime writes an instant as day and time in Asia/Shanghai.
func DateTime(ctx context.Context, i now.Instant) string { return lang.DateTime(lang.From(ctx), i) }

// Money writes fen as yuan.
func Money(ctx context.Context, fen int64) string { return lang.Money(lang.From(ctx), fen) }

// Tone colours a part. It never stands alone: there is always a word, mostly an icon.
type Tone string

// The tones. OK is done or granted, Now is under way, Warn needs attention, Bad
// is refused, late or wrong. A locked task has no tone; a source that is down is Warn.
const (
	ToneNone Tone = ""
	ToneOK   Tone = "ok"
	ToneNow  Tone = "now"
	ToneWarn Tone = "warn"
	ToneBad  Tone = "bad"
)

// icon is the sign that goes with a tone, so that colour is never the only one.
func (t Tone) icon() string {
	switch t {
	case ToneOK:
		return "ok"
	case ToneNow:
		return "half"
	case ToneWarn:
		return "warn"
	case ToneBad:
		return "stop"
	default:
		return "todo"
	}
}
