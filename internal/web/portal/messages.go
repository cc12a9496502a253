package portal

import (
	"context"
	"net/url"
	"strconv"

	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/messages"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
	"yimen/internal/web/wording"
)

const messageRows = 20 // on a page of the inbox

// messagesView is the inbox of whoever is signed in, resident or staff.
type messagesView struct {
	Lines  []messageLine
	Tabs   []ui.Link
	Unread string // how many, "" for none
	Only   bool   // the unread ones
	// UpTo is the newest message shown, so that marking all as read leaves alone what
	// came meanwhile; "" where there is nothing to mark.
	UpTo        string
	First, Next string
}

type messageLine struct {
	messages.Received
	Title, Text string
}

func (p *Portal) messages(q *kit.Request) error {
	only, before := q.Param("unread") != "", q.Param("before")
	all, err := p.d.Messages.Inbox(q.Context(), q.Actor, messages.Page{Unread: only, Before: before, Limit: messageRows + 1})
	if err != nil {
		return err
	}
	n, err := p.d.Messages.Unread(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	v := messagesView{Only: only, Unread: counted(n)}
	address := "/messages"
	if only {
		address += "?unread=1"
	}
	v.Tabs = []ui.Link{
		{Text: q.T("messages.all"), Href: "/messages", Current: !only},
		{Text: q.T("messages.unread"), Href: "/messages?unread=1", Current: only, Count: v.Unread},
	}
	if len(all) > messageRows {
		all = all[:messageRows]
		next := url.Values{"before": {all[messageRows-1].ID}}
		if only {
			next.Set("unread", "1")
		}
		v.Next = "/messages?" + next.Encode()
	}
	if before != "" {
		v.First = address
	} else if n > 0 && len(all) > 0 {
		v.UpTo = all[0].ID
	}
	for _, m := range all {
		v.Lines = append(v.Lines, messageLine{m, wording.Title(q.Locale, m), wording.Text(q.Locale, m)})
	}
	return q.Render(ui.Page{Title: q.T("messages.heading"), Crumbs: []ui.Link{home(q), {Text: q.T("messages.heading")}}}, messagesPage(v))
}

// counted is a number of unread messages as pages show it: nobody needs to know
// whether it is 120 or 130.
func counted(n int) string {
	switch {
	case n == 0:
		return ""
	case n >= messages.MostCounted:
		return strconv.Itoa(messages.MostCounted-1) + "+"
	}
	return strconv.Itoa(n)
}

// openMessage marks a message as read and leads to what it is about. A handler may
// have gone on for another party since: then he goes on for the one it concerns,
// because to anybody else the case is not there.
func (p *Portal) openMessage(q *kit.Request) error {
	m, err := p.d.Messages.Open(q.Context(), q.Actor, q.PathValue("message"))
	if err != nil {
		return err
	}
	if q.Actor.Kind == gov.Person && m.Party != "" && m.Party != q.Actor.Concerned() {
		if _, err := p.d.Identity.ActAs(q.Context(), q.Actor, q.Session.ID, m.Party); err != nil {
			return err
		}
		if m.Party == q.Actor.Party {
			q.Flash(ui.ToneOK, "portal.acting_self")
		} else {
			q.Flash(ui.ToneOK, "portal.acting_other")
		}
	}
	if m.Link == "" {
		return q.Redirect("/messages")
	}
	return q.Redirect(m.Link)
}

// readMessages marks everything up to the newest message of the page as read.
func (p *Portal) readMessages(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	if err := p.d.Messages.ReadUpTo(q.Context(), q.Actor, f.Text("upto")); err != nil {
		return err
	}
	q.Flash(ui.ToneOK, "messages.all_read")
	return q.Redirect("/messages")
}

// UserLinks are the account's links in the header of every page. A count that
// cannot be read is left out: the page itself matters more.
func (p *Portal) UserLinks(ctx context.Context, a gov.Actor, l lang.Locale) []ui.Link {
	links := links(a, l)
	if a.Kind != gov.Person && a.Kind != gov.Staff {
		return links
	}
	inbox := ui.Link{Text: lang.T(l, "messages.heading"), Href: "/messages"}
	if n, err := p.d.Messages.Unread(ctx, a); err == nil {
		inbox.Count = counted(n)
	}
	at := len(links) - 1 // before the account
	return append(links[:at:at], inbox, links[at])
}
