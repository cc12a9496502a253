package portal

import (
	"github.com/a-h/templ"

	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Pages of words only: how things work here, whom to ask, and how far the site
// can be used by everybody. They are the same for all and kept rendered.

func (p *Portal) help(q *kit.Request) error { return p.words(q, "portal.help", helpPage) }

func (p *Portal) about(q *kit.Request) error { return p.words(q, "portal.contact", aboutPage) }

func (p *Portal) accessibility(q *kit.Request) error {
	return p.words(q, "portal.accessibility", accessibilityPage)
}

func (p *Portal) words(q *kit.Request, title string, body func() templ.Component) error {
	return q.Cached(q.URL.Path, "", func() (ui.Page, templ.Component, error) {
		page := ui.Page{Title: q.T(title), Crumbs: []ui.Link{home(q), {Text: q.T(title)}}, Index: true}
		return page, body(), nil
	})
}
