package portal

import (
	"sync/atomic"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/messages"
	"yimen/internal/platform/now"
	"yimen/internal/ratings"
	"yimen/internal/registers"
	"yimen/internal/scores"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Deps is what the pages work with, put together by app.
type Deps struct {
	Applications *applications.Service
	Cases        *cases.Service
	Joint        *joint.Service
	Licences     *licences.Service
	Registers    *registers.Service
	Ratings      *ratings.Service
	Messages     *messages.Service
	Identity     *identity.Service
	Catalogue    *catalogue.Service
	Scores       *scores.Service
	Now          now.Clock
	// URL makes a public address of a path, for QR codes.
	URL func(path string) string
	// Region is the region whose bodies a visitor is shown first, as many digits as
	// it has; "" for any.
	Region string
}

// Portal is the residents' pages.
type Portal struct {
	d       Deps
	shelves atomic.Pointer[shelves]
}

// New makes the pages.
func New(d Deps) *Portal {
	if r, err := gov.ParseRegion(d.Region); err == nil {
		d.Region = string(r)
	}
	return &Portal{d: d}
}

// Site is what stands on every page of the installation called place.
func Site(l lang.Locale, place string) ui.Site {
	return ui.Site{Place: place, Search: "/search", SignIn: "/sign-in", SignOut: "/sign-out", Footer: footer(l)}
}

// links are the account's links but for the inbox; the account itself comes last.
func links(a gov.Actor, l lang.Locale) []ui.Link {
	account := ui.Link{Text: lang.T(l, "portal.account"), Href: "/account"}
	if a.Kind != gov.Person {
		if work := landing(a); work != "/" {
			return []ui.Link{{Text: lang.T(l, "common.workplace"), Href: work}, account}
		}
		return []ui.Link{account}
	}
	return []ui.Link{
		{Text: lang.T(l, "portal.my_cases"), Href: "/cases"},
		{Text: lang.T(l, "portal.my_licences"), Href: "/licences"},
		{Text: lang.T(l, "portal.my_documents"), Href: "/documents"},
		account,
	}
}

func footer(l lang.Locale) []ui.Link {
	return []ui.Link{
		{Text: lang.T(l, "portal.help"), Href: "/help"},
		{Text: lang.T(l, "portal.departments"), Href: "/departments"},
		{Text: lang.T(l, "portal.performance"), Href: performancePath},
		{Text: lang.T(l, "portal.contact"), Href: "/about"},
		{Text: lang.T(l, "portal.accessibility"), Href: "/accessibility"},
	}
}

func (p *Portal) today() clock.Date { return clock.DateOf(p.d.Now().Time()) }

// home is the first crumb.
func home(q *kit.Request) ui.Link { return ui.Link{Text: q.T("common.home"), Href: "/"} }

// sheet is a draft's questions before the one who answers them.
func (p *Portal) sheet(q *kit.Request, a *applications.Application, def *applications.Definition) answers.Sheet {
	return answers.Sheet{
		Locale: q.Locale, Regions: p.d.Catalogue, Form: def.Form, Answers: a.Answers,
		Sources: a.Sources, Editable: a.Editable, Own: true, Disputable: a.State == applications.Draft,
	}
}

// draft reads an application the visitor may see with its definition.
func (p *Portal) draft(q *kit.Request) (*applications.Application, *applications.Definition, error) {
	a, err := p.d.Applications.Application(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, nil, err
	}
	def, err := p.d.Applications.Definition(q.Context(), a)
	return a, def, err
}

// pagesOf are the pages of a form in their order, without those that only hold files.
func pagesOf(def *applications.Definition) []form.Page {
	var out []form.Page
	for _, g := range answers.Asked(def.Groups) {
		out = append(out, g.Pages...)
	}
	return out
}
