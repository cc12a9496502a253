package portal

import (
	"slices"
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/ratings"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// ratingView asks once, at the end, with two taps: how was it, and send.
type ratingView struct {
	Name, By string
	Path     string        // of the case or, for a bundle, of its progress
	Score    ratings.Score // 0: not chosen yet
	Tags     []ui.Option
	Bundle   string    // of the one case that is rated apart
	Apart    []ui.Link // cases of a bundle that can be rated apart first
}

func (p *Portal) ratingPage(q *kit.Request) error {
	c, err := p.rateable(q)
	if err != nil || c == nil {
		return err
	}
	n, _ := strconv.Atoi(q.Param("score")) // anything else asks again
	return p.showRating(q, c, ratings.Score(n), ui.Form{})
}

// rateable reads the case; nil when it cannot be rated now and the visitor was
// sent back to it.
func (p *Portal) rateable(q *kit.Request) (*cases.Case, error) {
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if c.Rated || !cases.MayDo(q.Actor, c, cases.ActRate) {
		return nil, q.Redirect(casePath(c))
	}
	return c, nil
}

func (p *Portal) showRating(q *kit.Request, c *cases.Case, score ratings.Score, f ui.Form) error {
	return p.askRating(q, ratingView{Name: c.ItemName, By: c.BodyName, Path: casePath(c), Bundle: c.BundleName}, score, f)
}

// askRating asks for the score and, once it is chosen, for the remarks that go with it.
func (p *Portal) askRating(q *kit.Request, v ratingView, score ratings.Score, f ui.Form) error {
	if score >= ratings.Best && score <= ratings.Worst {
		v.Score = score
		for _, t := range ratings.Tags(score.Bad()) {
			v.Tags = append(v.Tags, ui.Option{Value: t, Label: q.T("ratings.tag_" + t)})
		}
	}
	back := v.Path
	if v.Score != 0 {
		back += "/rating"
	}
	return q.Render(ui.Page{Title: q.T("portal.rate"), Layout: ui.LayoutTask, Back: back, Form: f}, ratingPage(v, f))
}

// rateAllPage asks once for the whole bundle, which counts for each case that was
// not rated apart (domain.md §7).
func (p *Portal) rateAllPage(q *kit.Request) error {
	n, _ := strconv.Atoi(q.Param("score")) // anything else asks again
	return p.showRatingAll(q, ratings.Score(n), ui.Form{})
}

func (p *Portal) showRatingAll(q *kit.Request, score ratings.Score, f ui.Form) error {
	a, all, err := p.together(q)
	if err != nil {
		return err
	}
	open := slices.ContainsFunc(all, unfinished)
	some := rateable(q.Actor, all)
	if open || len(some) == 0 {
		return q.Redirect(progressPath(a.ID))
	}
	v := ratingView{Name: a.ItemName, By: q.T("portal.rating_counts", "n", len(some)), Path: progressPath(a.ID)}
	for _, x := range some {
		v.Apart = append(v.Apart, ui.Link{Text: x.ItemName, Href: casePath(x.Case) + "/rating"})
	}
	return p.askRating(q, v, score, f)
}

func (p *Portal) rateAll(q *kit.Request) error {
	f, a, all, err := p.postedTogether(q)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, unfinished) {
		return q.Redirect(progressPath(a.ID))
	}
	score, _ := strconv.Atoi(f.Text("score")) // out of range is the context's to refuse
	err = p.d.Ratings.GiveAll(q.Context(), q.Actor, a.ID, ratings.Rating{Score: ratings.Score(score), Tags: f.All("tags"), Words: f.Text("words")})
	if faults := fieldsOf(err); len(faults) > 0 {
		return p.showRatingAll(q, ratings.Score(score), f.View(faults...))
	}
	if err != nil {
		return kit.Conflict(err, progressPath(a.ID))
	}
	q.Flash(ui.ToneOK, "portal.rated")
	return q.Redirect(progressPath(a.ID))
}

func (p *Portal) rate(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	c, err := p.rateable(q)
	if err != nil || c == nil {
		return err
	}
	score, _ := strconv.Atoi(f.Text("score")) // out of range is the context's to refuse
	err = p.d.Ratings.Give(q.Context(), q.Actor, c.ID, ratings.Rating{Score: ratings.Score(score), Tags: f.All("tags"), Words: f.Text("words")})
	if faults := fieldsOf(err); len(faults) > 0 {
		return p.showRating(q, c, ratings.Score(score), f.View(faults...))
	}
	if err != nil {
		return kit.Conflict(err, casePath(c))
	}
	q.Flash(ui.ToneOK, "portal.rated")
	return q.Redirect(casePath(c))
}
