package app_test

import (
	"slices"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/rehearsal"
)

// reader is a department's officer and its system, before one case of a bundle.
type reader struct {
	*together
	officer gov.Actor
	system  *system
	item    string
	paper   string // of the case's own, '' for none
}

// department serves at one body of the bundle and nowhere else.
func (b *together) department(o *office, item string) *reader {
	b.t.Helper()
	own := b.of(item)
	r := &reader{together: b, officer: officerAt(b.t, b.a, own.Body), system: o.system(b.t, "of-"+item, nil), item: item}
	_, err := b.a.Identity.AddPost(b.t.Context(), installer, identity.PostInput{Account: r.system.account, Body: own.Body, Role: gov.RoleOfficer})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// reads holds that the department sees its case and the others of the bundle, and
// the part of the application when and only when it is its business.
func (r *reader) reads(may bool) {
	r.t.Helper()
	ctx, a, own := r.t.Context(), r.a, r.of(r.item)
	c, err := a.Cases.Case(ctx, r.officer, own.ID)
	if err != nil || cases.MaySeeForm(r.officer, c) != may {
		r.t.Errorf("%s: %v, reads the form: not %v", r.item, err, may)
	}
	if all, err := a.Cases.Companions(ctx, r.officer, r.id); err != nil || len(all) != len(r.all()) {
		r.t.Error(r.item, len(all), err)
	}
	for what, ask := range map[string]func() error{
		"the part": func() error { _, err := a.Applications.Application(ctx, r.officer, c.Dossier()); return err },
		"a look":   func() error { _, err := a.Applications.Look(ctx, r.officer, c.Dossier(), "核对身份"); return err },
	} {
		if err := ask(); may && err != nil || !may && fault.KindOf(err) != fault.KindMissing {
			r.t.Errorf("%s reads %s: %v", r.item, what, err)
		}
	}
	if r.paper != "" {
		if _, content, err := a.Applications.OpenFile(ctx, r.officer, c.Dossier(), r.paper); may && err == nil {
			content.Close()
		} else if may || fault.KindOf(err) != fault.KindMissing {
			r.t.Errorf("%s opens a paper: %v", r.item, err)
		}
	}
	if _, err := a.Applications.Application(ctx, r.officer, r.id); fault.KindOf(err) != fault.KindMissing {
		r.t.Errorf("%s reads the whole: %v", r.item, err)
	}
	r.asks(may, c)
}

// asks is reads over the API.
func (r *reader) asks(may bool, c *cases.Case) {
	r.t.Helper()
	at := "/api/v1/cases/" + c.ID
	if got := r.system.do("GET", at, nil).wants(r.t, 200); got.text(r.t, "state") != string(c.State) {
		r.t.Errorf("%s", got.answer)
	}
	r.system.do("GET", "/api/v1/applications/"+r.id, nil).problem(r.t, 404, "applications.missing")
	for _, look := range []string{"?answers=masked", "?answers=clear&purpose=check"} {
		answer := r.system.do("GET", at+look, nil)
		if may {
			answer.wants(r.t, 200)
			continue
		}
		answer.problem(r.t, 403, "cases.denied")
	}
}

// listed holds where the officer's lists and counts have the case.
func (r *reader) listed(waiting, ended bool) {
	r.t.Helper()
	ctx, own := r.t.Context(), r.of(r.item)
	has := func(list []*cases.Case, err error) bool {
		if err != nil {
			r.t.Fatal(err)
		}
		return slices.ContainsFunc(list, func(c *cases.Case) bool { return c.ID == own.ID })
	}
	f := cases.Filter{Number: string(own.Number), State: cases.Waiting}
	n, err := r.a.Cases.Count(ctx, r.officer, f)
	if (n == 1) != waiting || err != nil || has(r.a.Cases.List(ctx, r.officer, f, cases.Page{})) != waiting {
		r.t.Errorf("%s: %d counted as waiting, %v", r.item, n, err)
	}
	if has(r.a.Cases.Ended(ctx, r.officer, cases.Filter{}, "", 0)) != ended {
		r.t.Errorf("%s under the ended: not %v", r.item, ended)
	}
}

// Until its case begins a department of a bundle knows that it waits and for what;
// what was filed it reads from then on, and never of a case that was cut off before.
func TestUntilItBegins(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		b, o := fileBundle(t, a, apptest.As(t, a, "resident1", gov.Web), "second-hand-house", flat), newOffice(a)
		transfer, gas := b.department(o, "realestate-transfer"), b.department(o, "gas-transfer")
		clerk := apptest.As(t, a, "clerk1", gov.Counter)
		for _, r := range []*reader{transfer, gas} {
			part, err := a.Applications.Application(t.Context(), clerk, r.of(r.item).Case.Dossier()) // the counter's as before
			if err != nil {
				t.Fatal(err)
			}
			papers, err := a.Applications.Attachments(t.Context(), clerk, part)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range papers[:min(1, len(papers))] {
				r.paper = p.ID
			}
			r.reads(false)
			r.listed(true, false)
		}
		if transfer.paper == "" && gas.paper == "" {
			t.Fatal("nobody has a paper to read")
		}
		b.bring("deed-tax", rehearsal.Goal{State: cases.Granted})
		transfer.reads(true)
		transfer.listed(false, false)
		gas.reads(false)
		b.bring("realestate-transfer", rehearsal.Goal{State: cases.Refused})
		b.states(map[string]cases.State{"gas-transfer": cases.Terminated})
		gas.reads(false)
		gas.listed(false, true)
	})
}
