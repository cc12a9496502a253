package portal

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// appointment is a joint step as the applicant sees it: when, where, who comes, and
// the one request for another time.
type appointment struct {
	*joint.Step
	Case   *cases.Case
	Title  string
	When   string // '' while the departments settle another time
	Said   string // how it stands, '' while it is simply to come
	Tone   ui.Tone
	MayAsk bool
	Form   ui.Form
}

func (p *Portal) appointmentRoutes() []kit.Route {
	const a = "/cases/{id}/appointments/{joint}"
	return []kit.Route{
		{Method: "GET", Pattern: a, Access: kit.Roles(gov.RoleResident), Handler: p.appointmentPage},
		{Method: "POST", Pattern: a + "/wish", Access: kit.Roles(gov.RoleResident), Handler: p.askAnotherTime},
	}
}

// appointments are those of a case, the last one first.
func (p *Portal) appointments(q *kit.Request, c *cases.Case) ([]appointment, error) {
	if c.Bundle == "" {
		return nil, nil
	}
	all, err := p.d.Joint.Of(q.Context(), q.Actor, c.ID)
	out := make([]appointment, 0, len(all))
	for _, x := range all {
		out = append([]appointment{p.appointment(q, c, x)}, out...)
	}
	return out, err
}

func (p *Portal) appointment(q *kit.Request, c *cases.Case, x *joint.Step) appointment {
	ctx := reading(q)
	v := appointment{Step: x, Case: c, Title: ui.T(ctx, "joint.kind_"+string(x.Kind)), MayAsk: x.MayWish(p.d.Now()), Tone: ui.ToneNow}
	if x.At != 0 {
		v.When = lang.Date(lang.From(ctx), clock.DateOf(x.At.Time())) + " " + joint.TimeOfDay(x.At)
	}
	if v.Said, v.Tone = appointmentSaid(ctx, x); x.Absent(x.Of(c.ID)) {
		v.Said, v.Tone = ui.T(ctx, "joint.mine_absent", "body", c.BodyName), ui.ToneWarn
	}
	return v
}

// appointmentSaid is how it stands, in a sentence.
func appointmentSaid(ctx context.Context, x *joint.Step) (string, ui.Tone) {
	switch {
	case x.State == joint.Cancelled:
		return ui.T(ctx, "joint.mine_cancelled", "reason", x.Reason), ui.ToneWarn
	case x.State == joint.Closed:
		return ui.T(ctx, "joint.mine_closed"), ui.ToneOK
	case x.State == joint.Held:
		return ui.T(ctx, "joint.mine_held"), ui.ToneNow
	case x.State == joint.Called:
		return ui.T(ctx, "joint.mine_asking"), ui.ToneWarn
	case x.WishState == joint.Asked:
		return ui.T(ctx, "joint.mine_wished", "body", x.BodyName), ui.ToneNow
	case x.WishState == joint.Kept:
		return ui.T(ctx, "joint.mine_kept", "body", x.BodyName, "reason", x.Reason), ui.ToneNow
	case x.WishState == joint.Moved:
		return ui.T(ctx, "joint.mine_moved"), ui.ToneOK
	}
	return "", ui.ToneNow
}

// who names the departments that come, each once.
func (v appointment) who(ctx context.Context) string {
	var names []string
	seen := map[string]bool{}
	for _, p := range v.Comers() {
		if !seen[p.Body] {
			seen[p.Body] = true
			names = append(names, p.BodyName)
		}
	}
	return strings.Join(names, ui.T(ctx, "dates.comma"))
}

func (v appointment) path() string { return casePath(v.Case) + "/appointments/" + v.ID }

// appointmentFor reads what the address names.
func (p *Portal) appointmentFor(q *kit.Request) (appointment, error) {
	c, err := p.d.Cases.Case(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return appointment{}, err
	}
	all, err := p.appointments(q, c)
	for _, v := range all {
		if v.ID == q.PathValue("joint") {
			return v, err
		}
	}
	if err == nil {
		err = fault.Missing("joint.missing")
	}
	return appointment{}, err
}

func (p *Portal) appointmentPage(q *kit.Request) error {
	v, err := p.appointmentFor(q)
	if err != nil {
		return err
	}
	return p.showAppointment(q, v, ui.Filled(map[string]string{"version": strconv.FormatInt(v.Version(), 10)}))
}

func (p *Portal) showAppointment(q *kit.Request, v appointment, f ui.Form) error {
	v.Form = f.Labelled(wishField(reading(q)))
	return q.Render(ui.Page{Title: v.Title, Back: casePath(v.Case), Form: v.Form}, appointmentView(v))
}

func wishField(ctx context.Context) ui.Field {
	return ui.Field{Kind: ui.KindArea, Name: "words", Label: ui.T(ctx, "joint.mine_wish_words"), Lines: 3}
}

// askAnotherTime is the one request to move the appointment.
func (p *Portal) askAnotherTime(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	v, err := p.appointmentFor(q)
	if err != nil {
		return err
	}
	if _, err = p.d.Joint.AskMove(q.Context(), q.Actor, v.Case.ID, v.ID, f.Version(), f.Text("words")); err == nil {
		q.Flash(ui.ToneOK, "joint.mine_done")
		return q.Redirect(v.path())
	}
	if faults := fieldsOf(err); len(faults) > 0 {
		return p.showAppointment(q, v, f.View(faults...))
	}
	return kit.Conflict(err, v.path(), kit.Both{Label: q.T("joint.when"), Theirs: v.When})
}

// rows are the appointment as a list of names and values.
func (v appointment) rows(ctx context.Context) []ui.Row {
	var rows []ui.Row
	if v.When != "" {
		rows = append(rows, ui.Row{Label: ui.T(ctx, "joint.when"), Value: v.When}, ui.Row{Label: ui.T(ctx, "joint.where"), Value: v.Place})
	}
	rows = append(rows, ui.Row{Label: ui.T(ctx, "joint.who_comes"), Value: v.who(ctx)})
	if v.State == joint.Appointed {
		rows = append(rows, ui.Row{Label: ui.T(ctx, "joint.mine_prepare"), Value: ui.T(ctx, "joint.mine_prepare_text")})
	}
	return rows
}
