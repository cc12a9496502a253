package counter

import (
	"slices"

	"yimen/internal/cases"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// declineView is a case on its way to 不予受理: the reason, the article of the
// law on licences, the item's own basis or typed, and where to go instead (art. 32 (1) no. 1, 2).
type declineView struct {
	*cases.Case
	Form   ui.Form
	Fields []ui.Field
}

// otherArticle is the choice of an article that the item's basis does not list.
const otherArticle = "other"

func (s *Counter) declinePage(q *kit.Request) error {
	c, err := s.receivable(q, cases.ActDecline)
	if err != nil {
		return err
	}
	return s.showDecline(q, c, hidden(c.Version()))
}

// receivable reads a case for a page that ends in an act on its submission; the
// page is not shown to who could not act, or when it is too late.
func (s *Counter) receivable(q *kit.Request, act cases.Act) (*cases.Case, error) {
	c, err := s.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if _, err := cases.Lifecycle.Next(c.State, act); err != nil {
		return nil, s.changed(q, err, c.ID, 0, act)
	}
	if !cases.MayDo(q.Actor, c, act) {
		return nil, denied(c)
	}
	return c, nil
}

func (s *Counter) showDecline(q *kit.Request, c *cases.Case, f ui.Form) error {
	rules, err := s.Cases.Rules(q.Context(), c)
	if err != nil {
		return err
	}
	articles := ui.Options(slices.Concat(cases.DeclineArticles, rules.LegalBasis))
	articles = append(articles, ui.Option{Value: otherArticle, Label: q.T("counter.other_article")})
	v := &declineView{Case: c, Form: f, Fields: []ui.Field{
		{Kind: ui.KindArea, Name: "reason", Label: q.T("counter.decline_reason"), Hint: q.T("counter.decline_reason_hint"), Lines: 4, Width: ui.WidthFull},
		{Kind: ui.KindRadios, Name: "article", Label: q.T("counter.decline_article"), Options: articles},
		{Name: "article_typed", Label: q.T("counter.article_typed"), Hint: q.T("counter.article_typed_hint"), Optional: true, Width: ui.WidthFull, Max: 200, Complete: "off"},
		{Kind: ui.KindArea, Name: "where", Label: q.T("counter.where"), Hint: q.T("counter.where_hint"), Optional: true, Lines: 2, Width: ui.WidthFull},
	}}
	p := page(q, q.T("counter.decline"), "/counter")
	p.Back, p.Form = casePath(c.ID), f
	return q.Render(p, declinePageView(v))
}

func (s *Counter) decline(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	c, err := s.Cases.Decline(q.Context(), q.Actor, id, f.Version(), cases.Decline{
		Reason: f.Text("reason"), Article: article(f), WhereToGo: f.Text("where")})
	faults, err := onForm(err)
	if err != nil {
		return s.changed(q, err, id, f.Version(), cases.ActDecline)
	}
	if len(faults) > 0 {
		if c, err = s.receivable(q, cases.ActDecline); err != nil {
			return err
		}
		return s.showDecline(q, c, f.View(faults...))
	}
	q.Flash(ui.ToneOK, "counter.declined")
	return s.toLetter(q, c.ID)
}

// article is the chosen one, or what was typed beside "another".
func article(f *kit.Form) string {
	if typed := f.Text("article_typed"); typed != "" && (f.Text("article") == otherArticle || f.Text("article") == "") {
		return typed
	}
	if f.Text("article") == otherArticle {
		return ""
	}
	return f.Text("article")
}
