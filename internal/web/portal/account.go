package portal

import (
	"context"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/now"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// accountView is the account page: who I am as it is known here, how far that was
// checked, for whom I act, and where I am signed in.
type accountView struct {
	Name       string
	Party      *identity.Party // nil for staff
	Clear      map[string]string
	Assurance  int
	Principals []identity.Mandate
	ActingFor  string
	Acting     string // name
	Sessions   []identity.Session
	Current    string // session id
}

func (p *Portal) account(q *kit.Request) error {
	return p.showAccount(q, nil)
}

func (p *Portal) showAccount(q *kit.Request, clear map[string]string) error {
	ctx, self := q.Context(), q.Actor
	self.OnBehalfOf = "" // the page is about the person who is signed in
	v := accountView{
		Name: q.Actor.Name, Clear: clear, Assurance: q.Actor.Assurance, ActingFor: q.Actor.OnBehalfOf,
		Current: q.Session.ID,
	}
	if v.ActingFor != "" {
		v.Acting = q.Session.Detail
	}
	var err error
	if v.Sessions, err = p.d.Identity.Sessions(ctx, q.Actor); err != nil {
		return err
	}
	if q.Actor.Kind == gov.Person {
		party, err := p.d.Identity.Party(ctx, p.d.Identity.DB, self, q.Actor.Party)
		if err != nil {
			return err
		}
		v.Party = &party
		if v.Principals, err = p.d.Identity.Principals(ctx, self); err != nil {
			return err
		}
	}
	return q.Render(ui.Page{
		Title: q.T("portal.account"), Crumbs: []ui.Link{home(q), {Text: q.T("portal.account")}},
	}, account(v))
}

// reveal shows one element of my own in clear. The look stands in the journal
// like anybody else's, so that a stolen session leaves a trace its owner sees.
// The answer is a page and no redirect: the value may stand in no address and no
// cookie, and asking again only looks again.
func (p *Portal) reveal(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	element := f.Text("element")
	if element != "id_number" && element != "phone" {
		return q.Redirect("/account")
	}
	self := q.Actor
	self.OnBehalfOf = ""
	value, err := p.d.Identity.Reveal(q.Context(), self, self.Party, element, lang.T(lang.ZH, "portal.look_own"))
	if err != nil {
		return err
	}
	return p.showAccount(q, map[string]string{element: value})
}

// act goes on for another party under a mandate, or for oneself again.
func (p *Portal) act(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	if _, err := p.d.Identity.ActAs(q.Context(), q.Actor, q.Session.ID, f.Text("principal")); err != nil {
		return err
	}
	if f.Text("principal") == "" {
		q.Flash(ui.ToneOK, "portal.acting_self")
	} else {
		q.Flash(ui.ToneOK, "portal.acting_other")
	}
	return q.Redirect(q.Back("/account"))
}

// endSession ends one of my sessions, on whatever device it is.
func (p *Portal) endSession(q *kit.Request) error {
	id := q.PathValue("session")
	if err := p.d.Identity.EndSession(q.Context(), q.Actor, id); err != nil {
		return err
	}
	if id == q.Session.ID {
		q.SignOut()
		return q.Redirect("/")
	}
	q.Flash(ui.ToneOK, "portal.session_ended")
	return q.Redirect("/account")
}

// browsers by a word of what they say of themselves; the first found counts,
// because each pretends to be those below it.
var browsers = []struct{ word, name string }{
	{"MicroMessenger", "微信"}, {"AlipayClient", "支付宝"}, {"Edg", "Edge"}, {"Firefox", "Firefox"},
	{"Chrome", "Chrome"}, {"Safari", "Safari"},
}

// deviceWord is a device as its owner recognises it.
func deviceWord(ctx context.Context, s identity.Session) string {
	kind := dossier.Channel(ctx, string(s.Channel))
	for _, b := range browsers {
		if strings.Contains(s.Device, b.word) {
			return kind + " · " + b.name
		}
	}
	return kind
}

// trace is who did what with my data (个人信息保护法 art. 44, 45).
func (p *Portal) trace(q *kit.Request) error {
	lines, err := p.d.Identity.Trace(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	shown := make([]traceLine, len(lines))
	for i, x := range lines {
		shown[i] = traceLine{
			At: x.At, What: actWord(q.Locale, x.Act), Who: x.Name, Where: dossier.Channel(reading(q), x.Channel),
		}
		if x.Account == q.Actor.Account {
			shown[i].Who = q.T("portal.trace_me")
		}
	}
	return q.Render(ui.Page{
		Title:  q.T("portal.trace"),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.account"), Href: "/account"}, {Text: q.T("portal.trace")}},
	}, tracePage(shown))
}

type traceLine struct {
	At               now.Instant
	What, Who, Where string
}

// actWord names an act on a party; one that has no name yet is told as it is kept.
func actWord(l lang.Locale, act string) string {
	if key := "portal.party_" + act; lang.Has(key) {
		return lang.T(l, key)
	}
	return act
}

func traceRows(ctx context.Context, lines []traceLine) [][]string {
	rows := make([][]string, len(lines))
	for i, x := range lines {
		rows[i] = []string{ui.DateTime(ctx, x.At), x.What, x.Who, x.Where}
	}
	return rows
}
