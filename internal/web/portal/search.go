package portal

import (
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yimen/internal/catalogue"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// searchView is the result page, also when there is nothing on it.
type searchView struct {
	Query  string
	Number bool // the query is a case number, which alone shows nothing
	Tabs   []ui.Link
	Items  []itemLine
	Total  int
	First  string
	Next   string
	Shelf  *shelves
}

// search finds items by official and everyday words, parts of words, pinyin and
// initials. A case number leads to the case, for whom it concerns.
func (p *Portal) search(q *kit.Request) error {
	v := searchView{Query: q.Param("q")}
	if n, err := gov.ParseCaseNumber(v.Query); err == nil {
		path, err := p.caseBehind(q, n)
		if err != nil || path != "" {
			return either(err, func() error { return q.Redirect(path) })
		}
		v.Number = true
	}
	if v.Query != "" && !v.Number {
		if err := p.find(q, &v); err != nil {
			return err
		}
	}
	var err error
	if v.Shelf, err = p.shelved(q.Context()); err != nil {
		return err
	}
	title := q.T("portal.search")
	if v.Query != "" {
		title = q.T("portal.search_for", "query", v.Query)
	}
	return q.Render(ui.Page{Title: title, Query: v.Query}, searchPage(v))
}

func either(err error, do func() error) error {
	if err != nil {
		return err
	}
	return do()
}

// caseBehind is the address of the case with this number if the visitor may see
// it; "" otherwise, whether there is one or not.
func (p *Portal) caseBehind(q *kit.Request, n gov.CaseNumber) (string, error) {
	if q.Actor.Kind != gov.Person {
		return "", nil
	}
	c, err := p.d.Cases.ByNumber(q.Context(), q.Actor, string(n))
	switch {
	case err == nil:
		return casePath(c), nil
	case fault.KindOf(err) == fault.KindMissing || fault.KindOf(err) == fault.KindDenied:
		return p.wholeBehind(q, n)
	default:
		return "", err
	}
}

// wholeBehind is the same of an application for a bundle, whose number is no case's.
func (p *Portal) wholeBehind(q *kit.Request, n gov.CaseNumber) (string, error) {
	id, err := p.d.Applications.Numbered(q.Context(), n)
	if err == nil {
		_, err = p.d.Cases.Companions(q.Context(), q.Actor, id)
	}
	if err != nil {
		return "", missingIsNone(err)
	}
	return progressPath(id), nil
}

func (p *Portal) find(q *kit.Request, v *searchView) error {
	found, err := p.d.Catalogue.Search(q.Context(), catalogue.SearchQuery{
		Text: v.Query, Audience: audiences[q.Param("audience")], After: q.Param("after"),
	})
	if err != nil {
		return err
	}
	if v.Items, err = p.foundLines(reading(q), found.Hits); err != nil {
		return err
	}
	for i, h := range found.Hits {
		for _, m := range h.Marks {
			v.Items[i].mark(m.From, m.To)
		}
		v.Items[i].rest()
	}
	v.Total = found.Total
	v.Tabs = audienceTabs(q, "/search", v.Query)
	values := url.Values{"q": {v.Query}}
	if a := q.Param("audience"); a != "" {
		values.Set("audience", a)
	}
	if q.Param("after") != "" {
		v.First = address("/search", values)
	}
	if found.Next != "" {
		values.Set("after", found.Next)
		v.Next = address("/search", values)
	}
	return nil
}

// foundLines are hits in their order, items and bundles alike.
func (p *Portal) foundLines(ctx context.Context, hits []catalogue.FoundEntry) ([]itemLine, error) {
	var items []catalogue.ItemInfo
	for _, h := range hits {
		if h.Item != nil {
			items = append(items, *h.Item)
		}
	}
	lines, err := p.itemLines(ctx, items)
	if err != nil {
		return nil, err
	}
	all, err := p.shelved(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]itemLine, len(hits))
	for i, h := range hits {
		if h.Bundle != nil {
			out[i] = all.bundleLine(ctx, *h.Bundle)
			continue
		}
		out[i], lines = lines[0], lines[1:]
	}
	return out, nil
}

// marked draws the name with what was searched for marked. It is no template,
// because a template leaves spaces between its parts, which Chinese has not.
func (x itemLine) marked() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		for _, m := range x.Marked {
			if text := templ.EscapeString(m.Text); m.Hit {
				b.WriteString("<mark>" + text + "</mark>")
			} else {
				b.WriteString(text)
			}
		}
		if x.Marked == nil {
			b.WriteString(templ.EscapeString(x.Name))
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

// done is how much of the name the pieces hold.
func (x *itemLine) done() int {
	n := 0
	for _, m := range x.Marked {
		n += len(m.Text)
	}
	return n
}

// mark cuts the name at a found stretch, given in bytes; marks come in order.
func (x *itemLine) mark(from, to int) {
	at := x.done()
	if from < at || to > len(x.Name) || from >= to {
		return
	}
	if from > at {
		x.Marked = append(x.Marked, piece{Text: x.Name[at:from]})
	}
	x.Marked = append(x.Marked, piece{Text: x.Name[from:to], Hit: true})
}

func (x *itemLine) rest() {
	if at := x.done(); x.Marked != nil && at < len(x.Name) {
		x.Marked = append(x.Marked, piece{Text: x.Name[at:]})
	}
}
