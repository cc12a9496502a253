package oversight

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/now"
	"yimen/internal/supervision"
	"yimen/internal/web/dates"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// moment is an entry of the replay, to be put in the order of time.
type moment struct {
	at   now.Instant
	step ui.Step
}

// replayView is a case with everything that happened to it.
type replayView struct {
	*cases.Case
	Steps  []ui.Step
	Cards  []*supervision.Card
	Orders []*supervision.Order
	Actor  gov.Actor
	Today  clock.Date
}

// replay is the whole journal of a case as a timeline: who did what from which post
// and by which channel, which state it left, the dates that were in force then, and
// the letters, cards and orders between (全程留痕). What stands in the form is not
// for supervisors.
func (s *Oversight) replay(q *kit.Request) error {
	ctx := q.Context()
	c, err := s.cases.Case(ctx, q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	v := &replayView{Case: c, Actor: q.Actor, Today: s.today()}
	lines, err := s.cases.Trace(ctx, q.Actor, c)
	if err != nil {
		return err
	}
	posts, err := s.posts(ctx, lines)
	if err != nil {
		return err
	}
	if v.Cards, err = s.supervision.Cards(ctx, q.Actor, supervision.CardFilter{Case: c.ID}, "", supervision.MostRows); err != nil {
		return err
	}
	if v.Orders, err = s.supervision.Orders(ctx, q.Actor, supervision.OrderFilter{Case: c.ID}, "", supervision.MostRows); err != nil {
		return err
	}
	view := ui.WithView(ctx, q.View())
	var all []moment
	for _, l := range lines {
		all = append(all, moment{l.At, replayed(view, c, l, posts[l.Post])})
	}
	all = append(all, cardMoments(view, v.Cards)...)
	all = append(all, orderMoments(view, v.Orders)...)
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	for _, m := range all {
		v.Steps = append(v.Steps, m.step)
	}
	p := page(q, q.T("oversight.replay")+" "+c.Number.Grouped(), areaBoard)
	p.Crumbs = []ui.Link{{Text: q.T("oversight.cases"), Href: "/oversight/cases"}, {Text: c.Number.Grouped()}}
	return q.Render(p, replayPage(v))
}

// posts are the posts from which a case was acted on.
func (s *Oversight) posts(ctx context.Context, lines []cases.Line) (map[string]identity.Posted, error) {
	var ids []string
	for _, l := range lines {
		if l.Post != "" && !slices.Contains(ids, l.Post) {
			ids = append(ids, l.Post)
		}
	}
	return s.identity.PostedByID(ctx, ids)
}

// replayed is an entry of the case's journal.
func replayed(ctx context.Context, c *cases.Case, l cases.Line, post identity.Posted) ui.Step {
	title := dossier.Act(ctx, cases.Act(l.Act))
	if l.Erased {
		title += ui.T(ctx, "desk.erased")
	}
	name := l.Name
	if l.OnBehalfOf == c.Applicant && c.ApplicantName != name {
		name = ui.T(ctx, "desk.on_behalf", "agent", name, "name", c.ApplicantName)
	}
	parts := []string{ui.DateTime(ctx, l.At), name}
	if post.Role != "" {
		parts = append(parts, ui.T(ctx, "admin.role_"+string(post.Role)))
	}
	if post.Window != "" {
		parts = append(parts, post.Window)
	}
	if way := dossier.Channel(ctx, l.Channel); way != "" {
		parts = append(parts, way)
	}
	return ui.Step{Title: title, Text: strings.Join(parts, " · "), Done: true, Body: replayedBody(l, moved(ctx, l), inForce(ctx, l.Change.Dates))}
}

// moved says which state became which, "" when none did.
func moved(ctx context.Context, l cases.Line) string {
	if l.From == l.To || l.From == "" {
		return ""
	}
	return ui.T(ctx, "desk.moved", "from", dossier.State(ctx, cases.State(l.From)), "to", dossier.State(ctx, cases.State(l.To)))
}

// inForce are the dates that were set by an entry and held until the next that set
// them; none where it set none.
func inForce(ctx context.Context, d *cases.Dates) []string {
	if d == nil {
		return nil
	}
	var out []string
	for _, x := range []struct {
		name clock.Name
		on   clock.Date
	}{{clock.AcceptClock, d.AcceptDue}, {cases.CorrectionLimit, d.CorrectionDue}, {clock.PromisedClock, d.PromisedDue},
		{clock.StatutoryClock, d.StatutoryDue}, {cases.StepLimit, d.StepDue}, {clock.DeliverClock, d.DeliverDue}} {
		if !x.on.IsZero() {
			out = append(out, ui.T(ctx, "oversight.then_due", "name", ui.T(ctx, "dates.name_"+string(x.name)), "date", x.on))
		}
	}
	return out
}

// cardMoments are the acts on cards; the words stand on the card's own page.
func cardMoments(ctx context.Context, all []*supervision.Card) []moment {
	var out []moment
	for _, c := range all {
		what := severity(ctx, c.Severity) + " · " + rule(ctx, c.Rule)
		add := func(at now.Instant, act supervision.CardAct, name string) {
			if !at.IsZero() {
				out = append(out, moment{at, ui.Step{Title: ui.T(ctx, "supervision.act_"+string(act)), Done: true,
					Text: ui.DateTime(ctx, at) + " · " + name, Body: link(cardAddress(c.ID), what)}})
			}
		}
		add(c.RaisedAt, supervision.ActRaise, ui.T(ctx, "oversight.by_program"))
		add(c.AnsweredAt, supervision.ActAnswer, c.AnsweredName)
		add(c.AppealedAt, supervision.ActAppeal, c.AppealedName)
		decided := supervision.ActUphold
		if c.State == supervision.CardWithdrawn {
			decided = supervision.ActWithdraw
		}
		add(c.DecidedAt, decided, c.DecidedName)
	}
	return out
}

// orderMoments are the acts on orders.
func orderMoments(ctx context.Context, all []*supervision.Order) []moment {
	var out []moment
	for _, o := range all {
		add := func(at now.Instant, act supervision.OrderAct, name string) {
			if !at.IsZero() {
				out = append(out, moment{at, ui.Step{Title: ui.T(ctx, "supervision.order_act_"+string(act)), Done: true,
					Text: ui.DateTime(ctx, at) + " · " + name, Body: link(orderAddress(o.ID), o.Number)}})
			}
		}
		add(o.IssuedAt, supervision.ActIssue, o.IssuedName)
		add(o.EscalatedAt, supervision.ActEscalate, ui.T(ctx, "oversight.by_program"))
		add(o.AnsweredAt, supervision.ActReply, o.AnsweredName)
		add(o.ClosedAt, supervision.ActClose, o.ClosedName)
	}
	return out
}

// rows are where the case stands now.
func (v *replayView) rows(ctx context.Context) []ui.Row {
	_, status := dossier.Status(ctx, v.Case)
	out := []ui.Row{
		{Label: ui.T(ctx, "oversight.number"), Value: v.Number.Grouped(), Num: true},
		{Label: ui.T(ctx, "oversight.body"), Value: v.BodyName},
		{Label: ui.T(ctx, "oversight.state"), Value: status},
		{Label: ui.T(ctx, "desk.date_submitted"), Value: ui.DateTime(ctx, v.SubmittedAt)},
	}
	if !v.DueOn.IsZero() {
		day := dossier.Dated(ctx, v.DueOn, v.Assumed(v.DueOn))
		out = append(out, ui.Row{Label: ui.T(ctx, "oversight.due"), Body: dueWhy(v.ID, day, v.Number.Grouped())})
	}
	return out
}

// said is what an act did to the dates, in words, "" for one that only moved the
// case on.
func said(ctx context.Context, l cases.Line) string { return dates.Act(ctx, l) }
