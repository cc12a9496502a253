package desk

import (
	"context"
	"slices"
	"strconv"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// licenceRows is how many licences the context lists at once.
const licenceRows = 100

// shelf is the page of a body's licences.
type shelf struct {
	Body   string
	Bodies []ui.Option
	Number string
	List   []*licences.Licence
	Next   string
	Form   ui.Form
}

// licenceList lists what a body has issued, newest first.
func (s *Desk) licenceList(q *kit.Request) error {
	x := shelf{Body: q.Param("body"), Number: q.Param("number")}
	var err error
	if x.Bodies, err = s.shelves(q); err != nil {
		return err
	}
	if !slices.ContainsFunc(x.Bodies, func(o ui.Option) bool { return o.Value == x.Body }) {
		x.Body = ""
		if len(x.Bodies) > 0 {
			x.Body = x.Bodies[0].Value
		}
	}
	if x.Body != "" {
		if x.List, err = s.licences.Issued(q.Context(), q.Actor, x.Body, x.Number, q.Param("before")); err != nil {
			return err
		}
	}
	if len(x.List) == licenceRows {
		x.Next = "/desk/licences?body=" + x.Body + "&before=" + x.List[len(x.List)-1].ID
	}
	x.Form = ui.Filled(map[string]string{"body": x.Body, "number": x.Number})
	return q.Render(s.page(q, q.T("desk.licences"), areaLicences), licenceListPage(x, s.today()))
}

// shelves are the bodies whose licences the actor sees: his own, or for a
// supervisor those of the region.
func (s *Desk) shelves(q *kit.Request) ([]ui.Option, error) {
	out, err := s.bodyOptions(q, bodies(q.Actor))
	if err != nil {
		return nil, err
	}
	for _, region := range q.Actor.Regions(gov.RoleSupervisor) {
		all, err := s.identity.BodiesWithin(q.Context(), string(region))
		if err != nil {
			return nil, err
		}
		for _, b := range all {
			if !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == b.ID }) {
				out = append(out, ui.Option{Value: b.ID, Label: b.Name})
			}
		}
	}
	return out, nil
}

// held is a licence on the screen.
type held struct {
	*licences.Licence
	State licences.State // today
	Face  []ui.Row       // nil for who may not read it
	Acts  []licences.Act // changes of status the actor may make
	Trace []ui.Step
	Cased bool // the actor may open its case
}

// licence shows an issued licence with its frozen face and its trace.
func (s *Desk) licence(q *kit.Request) error {
	l, err := s.licences.Licence(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	h := held{Licence: l, State: l.Status(s.today())}
	face, err := s.licences.Face(q.Context(), q.Actor, l)
	if err != nil && fault.KindOf(err) != fault.KindDenied {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	h.Face = faceRows(ctx, face)
	for _, a := range changes {
		if licences.MayChange(q.Actor, l, a) {
			h.Acts = append(h.Acts, a)
		}
	}
	if h.Trace, err = s.licenceTrace(ctx, q, l); err != nil {
		return err
	}
	_, err = s.cases.Case(q.Context(), q.Actor, l.Case)
	h.Cased = err == nil
	return q.Render(s.page(q, l.TypeName+" "+l.Number, areaLicences), licencePage(h))
}

// faceRows are the frozen lines in the words they were issued with; sensitive
// values are masked, the case shows them against a purpose.
func faceRows(ctx context.Context, face []licences.FaceField) []ui.Row {
	var out []ui.Row
	for _, x := range face {
		field := form.Field{Key: x.Key, Label: x.Label, Class: x.Class}
		if len(x.Value.Rows) > 0 {
			field.Type = form.Table
		}
		v := field.Masked(x.Value)
		r := ui.Row{Label: x.Label, Value: v.Text}
		if n := len(v.Rows); n > 0 {
			r.Value = ui.T(ctx, "desk.face_rows", "n", n)
		}
		out = append(out, r)
	}
	return out
}

func (s *Desk) licenceTrace(ctx context.Context, q *kit.Request, l *licences.Licence) ([]ui.Step, error) {
	changes, err := s.licences.Changes(q.Context(), q.Actor, l)
	if err != nil {
		return nil, err
	}
	out := make([]ui.Step, len(changes))
	for i, c := range changes {
		out[i] = ui.Step{Title: ui.T(ctx, "desk.licence_act_"+string(c.Act)), Text: ui.DateTime(ctx, c.At) + " · " + c.Name, Done: true, Body: ground(c)}
	}
	return out, nil
}

// changes are the changes of status that a person makes.
var changes = []licences.Act{licences.ActSuspend, licences.ActRestore, licences.ActRevoke, licences.ActCancel}

// statusPage asks for one change of status: its ground, its article, and a clear
// confirmation of what follows.
func (s *Desk) statusPage(q *kit.Request) error {
	l, err := s.licences.Licence(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	act := licences.Act(q.Param("act"))
	if !licences.MayChange(q.Actor, l, act) {
		return q.Redirect("/desk/licences/" + l.ID)
	}
	return s.showStatus(q, l, ui.Filled(map[string]string{"version": strconv.FormatInt(l.Version(), 10), "act": string(act)}))
}

func (s *Desk) showStatus(q *kit.Request, l *licences.Licence, f ui.Form) error {
	ctx := ui.WithView(q.Context(), q.View())
	act := licences.Act(f.Value("act"))
	if !slices.Contains(changes, act) {
		return q.Redirect("/desk/licences/" + l.ID)
	}
	var articles []string
	for _, r := range licences.Lifecycle.Rows {
		if r.From == l.State && r.Act == act && r.Article != "" {
			articles = append(articles, r.Article)
		}
	}
	fields := []ui.Field{
		{Kind: ui.KindArea, Name: "ground", Label: q.T("desk.ground"), Hint: q.T("desk.ground_hint"), Width: ui.WidthFull, Lines: 4},
		articleField(ctx, articles), otherArticleField(ctx),
		{Kind: ui.KindChecks, Name: "sure", Label: q.T("desk.sure"), Options: []ui.Option{{Value: "true", Label: q.T("desk.sure_" + string(act))}}},
	}
	p := s.page(q, q.T("desk.licence_act_"+string(act)), areaLicences)
	p.Back, p.Form = "/desk/licences/"+l.ID, f.Labelled(fields...)
	return q.Render(p, statusPage(l, p.Form, act, fields))
}

// changeStatus changes the status of a licence; each change has a ground.
func (s *Desk) changeStatus(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	l, err := s.licences.Licence(q.Context(), q.Actor, id)
	if err != nil {
		return err
	}
	if !f.Bool("sure") {
		f.Faults.Add("sure", "desk.not_sure")
	}
	in := licences.StatusChange{Act: licences.Act(f.Text("act")), Ground: f.Text("ground"), Article: article(f)}
	if err := in.Validate(); err != nil || len(f.Faults) > 0 {
		return s.showStatus(q, l, f.View(fieldsOf(err)...))
	}
	l, err = s.licences.Change(q.Context(), q.Actor, id, f.Version(), in)
	if err != nil {
		return s.licenceConflict(q, err, id)
	}
	q.Flash(ui.ToneOK, "desk.done_status", "number", l.Number)
	return q.Redirect("/desk/licences/" + id)
}

func (s *Desk) licenceConflict(q *kit.Request, err error, id string) error {
	l, readErr := s.licences.Licence(q.Context(), q.Actor, id)
	if readErr != nil {
		return err
	}
	_, word := dossier.Licence(ui.WithView(q.Context(), q.View()), l.Status(s.today()))
	return kit.Conflict(err, "/desk/licences/"+id, kit.Both{Label: q.T("desk.now"), Theirs: word})
}

// fieldsOf are the faults of an error, nil for none.
func fieldsOf(err error) fault.Fields {
	if e, ok := fault.As(err); ok {
		return e.Fields
	}
	return nil
}
