package portal

import (
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/progress"
	"yimen/internal/web/ui"
)

func (p *Portal) progressRoutes() []kit.Route {
	person := kit.Roles(gov.RoleResident)
	const at = "/applications/{id}/progress"
	return []kit.Route{
		{Method: "GET", Pattern: at, Access: person, Handler: p.progress},
		{Method: "GET", Pattern: at + "/correction", Access: person, Handler: p.corrections},
		{Method: "POST", Pattern: at + "/correction", Access: person, Handler: p.amendSeveral},
		{Method: "GET", Pattern: at + "/withdrawal", Access: person, Handler: p.withdrawAllPage},
		{Method: "POST", Pattern: at + "/withdrawal", Access: person, Handler: p.withdrawAll},
		{Method: "GET", Pattern: at + "/rating", Access: person, Handler: p.rateAllPage},
		{Method: "POST", Pattern: at + "/rating", Access: person, Handler: p.rateAll},
	}
}

func progressPath(application string) string { return "/applications/" + application + "/progress" }

// progressView is an application for a bundle as its applicant follows it.
type progressView struct {
	*progress.Progress
	App      *applications.Application
	Link     string // of the QR code
	Asked    int    // to be corrected
	Replace  int    // fallen licences to be replaced
	Due      string // the earliest last day to answer, '' while none is known
	Fetch    int    // results to be fetched at the outlet
	Over     bool
	MayUndo  bool
	MayRate  bool
	Others   bool // the mandate reaches some of its items only
	Concerns cases.Companions
}

// together reads an application for a bundle with the cases that the visitor may
// see of it. One for an item, or a draft, has no such pages.
func (p *Portal) together(q *kit.Request) (*applications.Application, cases.Companions, error) {
	all, err := p.d.Cases.Companions(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, nil, err
	}
	if q.Actor.Kind != gov.Person { // staff have their own pages
		return nil, nil, fault.Missing("cases.missing")
	}
	a, err := p.d.Applications.Application(q.Context(), q.Actor, q.PathValue("id"))
	if err == nil && a.Bundle == "" {
		err = fault.Missing("portal.no_bundle")
	}
	return a, all, err
}

// postedTogether reads what was sent about all of them.
func (p *Portal) postedTogether(q *kit.Request) (*kit.Form, *applications.Application, cases.Companions, error) {
	f, err := q.Form()
	if err != nil {
		return nil, nil, nil, err
	}
	a, all, err := p.together(q)
	return f, a, all, err
}

func (p *Portal) progress(q *kit.Request) error {
	a, all, err := p.together(q)
	if err != nil {
		return err
	}
	v, err := p.progressView(q, a, all)
	if err != nil {
		return err
	}
	return q.Render(ui.Page{
		Title:  q.T("progress.title", "name", a.ItemName),
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases"), Href: "/cases"}, {Text: a.ItemName}},
	}, progressPage(v))
}

func (p *Portal) progressView(q *kit.Request, a *applications.Application, all cases.Companions) (*progressView, error) {
	ctx := reading(q)
	paths := progress.Paths{Case: func(id string) string { return "/cases/" + id }, Dates: func(id string) string { return "/cases/" + id + "/dates" }, Mine: true}
	x, err := progress.Reader{Catalogue: p.d.Catalogue}.Read(ctx, a, all, paths, p.today())
	if err != nil {
		return nil, err
	}
	v := &progressView{Progress: x, App: a, Concerns: all, Over: true, Others: len(all) < x.Of,
		MayUndo: mayWithdraw(q.Actor, all), MayRate: len(rateable(q.Actor, all)) > 0}
	if !v.Others { // who may see some of them only is not handed the key to all
		v.Link = p.d.URL(publicPath(a.Token) + "/progress")
	}
	v.Due = earliest(ctx, all)
	for _, m := range all {
		n := askedIn(a, m.Case)
		if m.Case.Handled() {
			v.Replace += n
		} else {
			v.Asked += n
		}
		v.Over = v.Over && !m.Open()
		if m.Case.ToFetch() {
			v.Fetch++
		}
	}
	v.MayRate = v.MayRate && !slices.ContainsFunc(all, unfinished)
	return v, nil
}

// answer is the key of the words on the button that leads to what is asked.
func (v *progressView) answer() string {
	if v.Asked > 0 {
		return "progress.answer"
	}
	return "portal.replace_now"
}

// askedIn counts what is asked of the applicant in a case.
func askedIn(a *applications.Application, c *cases.Case) (n int) {
	for _, d := range a.Defects {
		if asks(c, d) {
			n++
		}
	}
	return n
}

// publicProgress is the page behind the QR code of a bundle's receipt: how far each
// member is, for whoever has the receipt, and nothing of a person.
func (p *Portal) publicProgress(q *kit.Request) error {
	application, err := p.d.Applications.Holding(q.Context(), q.PathValue("token"))
	if err != nil {
		return err
	}
	name, all, err := p.d.Cases.PublicCompanions(q.Context(), application)
	if err != nil {
		return err
	}
	ctx := reading(q)
	members := progress.Read(ctx, all, progress.Paths{})
	return q.Render(ui.Page{Title: q.T("progress.title", "name", name)}, publicProgressPage(name, progress.Draw(ctx, name, members), members))
}

// unfinished is a case whose result is still to come or to be fetched: the whole is
// rated once, when nothing is.
func unfinished(x cases.Companion) bool { return x.Open() || x.Awaits == cases.Outlet }

// mayWithdraw tells whether several cases could be taken back at once.
func mayWithdraw(actor gov.Actor, all cases.Companions) bool {
	n := 0
	for _, x := range all {
		if cases.MayDo(actor, x.Case, cases.ActWithdraw) || cases.MayDo(actor, x.Case, cases.ActForgo) {
			n++
		}
	}
	return n > 1
}

// rateable are the cases that a rating of the whole would count for.
func rateable(actor gov.Actor, all cases.Companions) (out cases.Companions) {
	for _, x := range all {
		if cases.MayDoAmongAll(actor, x.Case, cases.ActRate) {
			out = append(out, x)
		}
	}
	return out
}

// withdrawAllPage asks before everything that is not decided is taken back.
func (p *Portal) withdrawAllPage(q *kit.Request) error {
	a, all, err := p.together(q)
	if err != nil {
		return err
	}
	if !mayWithdraw(q.Actor, all) {
		return q.Redirect(progressPath(a.ID))
	}
	return p.showWithdrawAll(q, a, all, ui.Form{})
}

// withdrawing says what a withdrawal would end and what it leaves.
type withdrawing struct {
	Name    string
	Action  string // where the form goes
	Back    string
	Number  gov.CaseNumber
	Version int64
	Ends    []string
	Stays   []string // decided already, or going on
	All     bool
}

func (p *Portal) showWithdrawAll(q *kit.Request, a *applications.Application, all cases.Companions, f ui.Form) error {
	w := withdrawing{Name: a.ItemName, Action: progressPath(a.ID) + "/withdrawal", Back: progressPath(a.ID), Number: a.Number, Version: all.Version(), All: true}
	for _, x := range all {
		if x.Open() {
			w.Ends = append(w.Ends, x.ItemName)
		} else {
			w.Stays = append(w.Stays, x.ItemName)
		}
	}
	return q.Render(ui.Page{Title: q.T("progress.withdraw_all"), Layout: ui.LayoutTask, Back: w.Back, Form: f}, withdrawingPage(w, f))
}

func (p *Portal) withdrawAll(q *kit.Request) error {
	f, a, all, err := p.postedTogether(q)
	if err != nil {
		return err
	}
	if err := p.d.Cases.WithdrawAll(q.Context(), q.Actor, a.ID, f.Version(), f.Text("reason")); err != nil {
		if faults := fieldsOf(err); len(faults) > 0 {
			return p.showWithdrawAll(q, a, all, f.View(faults...))
		}
		return kit.Conflict(err, progressPath(a.ID))
	}
	q.Flash(ui.ToneOK, "portal.withdrawn")
	return q.Redirect(progressPath(a.ID))
}
