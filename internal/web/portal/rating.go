package portal

import (
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/ratings"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// ratingView asks once, at the end, with two taps: how was it, and send.
type ratingView struct {
	*cases.Case
	Score ratings.Score // 0: not chosen yet
	Tags  []ui.Option
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
	v := ratingView{Case: c}
	if score >= ratings.Best && score <= ratings.Worst {
		v.Score = score
		for _, t := range ratings.Tags(score.Bad()) {
			v.Tags = append(v.Tags, ui.Option{Value: t, Label: q.T("ratings.tag_" + t)})
		}
	}
	back := casePath(c)
	if v.Score != 0 {
		back += "/rating"
	}
	return q.Render(ui.Page{Title: q.T("portal.rate"), Layout: ui.LayoutTask, Back: back, Form: f}, ratingPage(v, f))
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
