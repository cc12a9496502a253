package counter

import (
	"context"
	"net/http"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/progress"
	"yimen/internal/web/ui"
)

func (s *Counter) progressRoutes() []kit.Route {
	const o = "/outlet/applications/{id}"
	return []kit.Route{
		route(http.MethodGet, "/counter/applications/{id}/progress", clerks, s.progress),
		route(http.MethodGet, o, outlet, s.handingAll),
		route(http.MethodPost, o+"/handover", outlet, s.handOverAll),
		route(http.MethodGet, o+"/slip", outlet, s.slipAll),
	}
}

func progressPath(application string) string {
	return "/counter/applications/" + application + "/progress"
}
func resultsPath(application string) string { return "/outlet/applications/" + application }

// together reads an application for a bundle with the state of all its cases.
func (s *Counter) together(q *kit.Request) (*applications.Application, cases.Companions, error) {
	all, err := s.Cases.Companions(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, nil, err
	}
	a, err := s.Applications.Application(q.Context(), q.Actor, q.PathValue("id"))
	if err == nil && a.Bundle == "" {
		err = fault.Missing("counter.no_bundle")
	}
	return a, all, err
}

// awaited says who is awaited to do what, of a case that waits for others of its bundle
// for which.
func (s *Counter) awaited(q *kit.Request, c *cases.Case) (string, error) {
	ctx := ui.WithView(q.Context(), q.View())
	if c.State != cases.Waiting {
		return dossier.Awaited(ctx, c.Awaits), nil
	}
	all, err := s.Cases.Companions(q.Context(), q.Actor, c.Application)
	return progress.WaitsFor(ctx, all, c.ID), err
}

// progress is the applicant's view of an application for a bundle, at the counter.
func (s *Counter) progress(q *kit.Request) error {
	a, all, err := s.together(q)
	if err != nil {
		return err
	}
	paths := progress.Paths{Case: casePath, Dates: func(id string) string { return casePath(id) + "/dates" }}
	x, err := progress.Reader{Catalogue: s.Catalogue}.Read(ui.WithView(q.Context(), q.View()), a, all, paths, s.today())
	if err != nil {
		return err
	}
	p := page(q, q.T("progress.title", "name", a.ItemName), "/counter")
	return q.Render(p, progressPage(a, x))
}

// handAllView is everything of an application that waits at this outlet, to be
// signed for once.
type handAllView struct {
	App     *applications.Application
	Ready   []handingView
	Later   []progress.Member // still running or waiting
	Version int64
	Form    ui.Form
}

// handAllView reads an application with those of its results that a page is about.
func (s *Counter) handAllView(q *kit.Request, about func(*cases.Case) bool) (*handAllView, error) {
	a, all, err := s.together(q)
	if err != nil {
		return nil, err
	}
	v := &handAllView{App: a, Version: all.Version()}
	var licences []string
	for _, x := range all {
		if c := x.Case; c != nil && about(c) {
			v.Ready = append(v.Ready, handingView{Case: c})
			licences = append(licences, c.Licence)
		}
	}
	issued, err := s.Licences.Several(q.Context(), s.Identity.DB, licences)
	if err != nil {
		return nil, err
	}
	for i := range v.Ready {
		h := &v.Ready[i]
		if l, ok := issued[h.Case.Licence]; ok {
			h.Licence = l
		}
		if h.Letters, err = s.Cases.Letters(q.Context(), q.Actor, h.ID); err != nil {
			return nil, err
		}
		if h.Deliveries, err = s.Cases.Deliveries(q.Context(), q.Actor, h.Case); err != nil {
			return nil, err
		}
	}
	for _, m := range progress.Read(ui.WithView(q.Context(), q.View()), all, progress.Paths{Case: outletPath, Dates: outletPath}) {
		if m.Open() {
			m.Href = ""
			v.Later = append(v.Later, m)
		}
	}
	return v, nil
}

// ready is handAllView of what can be signed for here now.
func (s *Counter) ready(q *kit.Request) (*handAllView, error) {
	return s.handAllView(q, func(c *cases.Case) bool { return cases.MayDoAmongAll(q.Actor, c, cases.ActDeliver) })
}

func (s *Counter) handingAll(q *kit.Request) error {
	v, err := s.ready(q)
	if err != nil {
		return err
	}
	v.Form = ui.Filled(map[string]string{"version": decimal(v.Version), "recipient": v.recipient()})
	return s.showHandingAll(q, v)
}

// recipient is filled in for a person; an organisation signs through somebody, who
// must be named.
func (v *handAllView) recipient() string {
	if v.App.ApplicantKind == "person" {
		return v.App.ApplicantName
	}
	return ""
}

func (s *Counter) showHandingAll(q *kit.Request, v *handAllView) error {
	p := page(q, v.App.ItemName, "/outlet")
	p.Crumbs = []ui.Link{{Text: q.T("counter.nav_hand"), Href: "/outlet"}, {Text: v.App.ItemName}}
	p.Form = v.Form
	return q.Render(p, handingAllPage(v))
}

// handOverAll records that somebody signed once for all results that are here.
func (s *Counter) handOverAll(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	err = s.Cases.DeliverAll(q.Context(), q.Actor, id, f.Version(), cases.Handing{Recipient: f.Text("recipient"), Document: f.Text("document")})
	faults, err := onForm(err)
	if err != nil {
		return kit.Conflict(err, resultsPath(id))
	}
	if len(faults) > 0 {
		v, err := s.ready(q)
		if err != nil {
			return err
		}
		v.Form = f.View(faults...)
		return s.showHandingAll(q, v)
	}
	q.Flash(ui.ToneOK, "counter.delivered")
	return q.Redirect(resultsPath(id) + "/slip")
}

// slipAll is what the recipient signs once, with every result on it that he received.
func (s *Counter) slipAll(q *kit.Request) error {
	v, err := s.handAllView(q, func(c *cases.Case) bool { return c.State == cases.Delivered })
	if err != nil {
		return err
	}
	if v.Ready = signedLast(v.Ready); len(v.Ready) == 0 {
		return fault.Missing("counter.no_delivery")
	}
	return q.Render(sheet(q.T("counter.slip")), slipAllPage(v))
}

// signedLast keeps what one recipient signed for at once, the newest time: what somebody
// else received before, or the post brought, is not his to sign for.
func signedLast(all []handingView) []handingView {
	var newest cases.Delivery
	for i := range all {
		if d := all[i].last(); d.Way == cases.Handed && d.At > newest.At {
			newest = d
		}
	}
	return slices.DeleteFunc(all, func(h handingView) bool { return newest.At == 0 || h.last() != newest })
}

func slipAllRows(ctx context.Context, v *handAllView, d cases.Delivery) []ui.Row {
	rows := []ui.Row{
		{Label: ui.T(ctx, "counter.col_applicant"), Value: v.App.ApplicantName},
		{Label: ui.T(ctx, "counter.hand_all_count"), Value: decimal(int64(len(v.Ready))), Num: true},
		{Label: ui.T(ctx, "counter.recipient"), Value: d.Recipient},
	}
	if d.Document != "" {
		rows = append(rows, ui.Row{Label: ui.T(ctx, "counter.document"), Value: d.Document, Num: true})
	}
	return append(rows, ui.Row{Label: ui.T(ctx, "counter.handed_by"), Value: d.Name + " " + ui.DateTime(ctx, d.At)})
}
