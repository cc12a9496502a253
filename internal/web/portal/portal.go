package portal

import (
	"context"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/platform/now"
	"yimen/internal/ratings"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Deps is what the pages work with, put together by app.
type Deps struct {
	Applications *applications.Service
	Cases        *cases.Service
	Licences     *licences.Service
	Ratings      *ratings.Service
	Identity     *identity.Service
	Catalogue    *catalogue.Service
	Now          now.Clock
	// PublicURL is how people reach us, "https://host" without a slash at the end;
	// it stands in QR codes. Asked each time, because a test or a demo learns its
	// address only when it listens.
	PublicURL func() string
	// Landing is the workplace of staff after signing in; "" sends them home.
	Landing func(gov.Actor) string
	// Region is the region whose bodies a visitor is shown first, 12 digits; "" for
	// the first one that handles the item.
	Region string
}

// Portal is the residents' pages.
type Portal struct{ d Deps }

// New makes the pages.
func New(d Deps) *Portal {
	d.PublicURL = trimmed(d.PublicURL)
	return &Portal{d}
}

func trimmed(url func() string) func() string {
	return func() string {
		if url == nil {
			return ""
		}
		return strings.TrimRight(url(), "/")
	}
}

// Links are the account's links in the header of every page, for kit.Options.
func Links(a gov.Actor, l lang.Locale) []ui.Link {
	account := ui.Link{Text: lang.T(l, "portal.account"), Href: "/account"}
	if a.Kind != gov.Person {
		return []ui.Link{account}
	}
	return []ui.Link{
		{Text: lang.T(l, "portal.my_cases"), Href: "/cases"},
		{Text: lang.T(l, "portal.my_licences"), Href: "/licences"},
		account,
	}
}

// Footer are the links at the foot of every page.
func Footer(l lang.Locale) []ui.Link {
	return []ui.Link{
		{Text: lang.T(l, "portal.help"), Href: "/help"},
		{Text: lang.T(l, "portal.departments"), Href: "/departments"},
		{Text: lang.T(l, "portal.contact"), Href: "/about"},
		{Text: lang.T(l, "portal.accessibility"), Href: "/accessibility"},
	}
}

func (p *Portal) today() clock.Date { return clock.DateOf(p.d.Now().Time()) }

// home is the first crumb.
func home(q *kit.Request) ui.Link { return ui.Link{Text: q.T("common.home"), Href: "/"} }

// regions is the catalogue as web/answers asks for places.
type regions struct{ *catalogue.Service }

func (r regions) Under(ctx context.Context, code string) ([]answers.Place, error) {
	list, err := r.Children(ctx, code)
	return places(list), err
}

func (r regions) Path(ctx context.Context, code string) ([]answers.Place, error) {
	list, err := r.Service.Path(ctx, code)
	return places(list), err
}

func places(list []catalogue.Region) []answers.Place {
	out := make([]answers.Place, len(list))
	for i, r := range list {
		out[i] = answers.Place{Code: r.Code, Name: r.Name}
	}
	return out
}

// sheet is a draft's questions before the one who answers them.
func (p *Portal) sheet(q *kit.Request, a *applications.Application, def *applications.Definition) answers.Sheet {
	return answers.Sheet{
		Locale: q.Locale, Regions: regions{p.d.Catalogue}, Form: def.Form, Answers: a.Answers,
		Sources: a.Sources, Editable: a.Editable, Own: true,
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
