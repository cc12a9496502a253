package portal

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// thing is something I am to do: its state in a word, where to do it, until when.
type thing struct {
	Status status
	Title  string
	Href   string
	Note   string
	Why    string // address of the reasons for the date in Note, "" where there is none
}

const (
	mostThings = 50
	recent     = 20 // newest cases looked through for what can still be rated
	caseRows   = 20 // on a page of my cases
)

// things lists what is expected of the visitor, in the order in which it hurts to
// miss: corrections with their last day, results to fetch, drafts, ratings.
func (p *Portal) things(q *kit.Request) ([]thing, error) {
	awaited, err := p.d.Cases.List(q.Context(), q.Actor, cases.Filter{Awaits: []cases.Awaits{cases.Applicant, cases.Outlet}}, cases.Page{Limit: mostThings})
	if err != nil {
		return nil, err
	}
	drafts, err := p.d.Applications.Drafts(q.Context(), q.Actor)
	if err != nil {
		return nil, err
	}
	toRate, err := p.toRate(q, awaited)
	if err != nil {
		return nil, err
	}
	var out []thing
	once := map[string]bool{} // of a bundle's cases one line
	for _, c := range awaited {
		if c.Awaits == cases.Applicant && !once[c.Application] {
			once[c.Application] = true
			out = append(out, correctionThing(q, c))
		}
	}
	replace, err := p.toReplace(q, once)
	if err != nil {
		return nil, err
	}
	out = append(out, replace...)
	for _, c := range awaited {
		if c.ToFetch() {
			out = append(out, thing{Status: status{q.T("portal.todo_fetch"), ui.ToneOK}, Title: c.ItemName, Href: casePath(c), Note: c.Number.Grouped()})
		}
	}
	for _, a := range drafts {
		out = append(out, draftThing(q, a))
	}
	return append(out, toRate...), nil
}

// toReplace asks for another licence in the place of each that fell, but for
// applications that have a line already. The cases go on: nobody is awaited by a day.
func (p *Portal) toReplace(q *kit.Request, listed map[string]bool) (out []thing, err error) {
	amending, err := p.d.Applications.Amending(q.Context(), q.Actor)
	if err != nil {
		return nil, err
	}
	at := map[string]*applications.Application{}
	var ids []string
	for _, a := range amending {
		if !listed[a.ID] {
			at[a.ID], ids = a, append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	undecided, err := p.d.Cases.UndecidedOf(q.Context(), p.d.Identity.DB, ids)
	for _, c := range undecided {
		if a := at[c.Application]; a != nil && askedIn(a, c) > 0 && cases.MaySee(q.Actor, c) {
			delete(at, c.Application) // of a bundle's cases one line
			out = append(out, thing{Status: status{q.T("portal.todo_replace"), ui.ToneWarn}, Title: a.ItemName, Href: casePath(c) + "/correction",
				Note: q.T("portal.todo_replace_text", "number", c.Number.Grouped())})
		}
	}
	return out, err
}

// toRate asks for a rating of each of the newest cases that ended, and of a bundle for
// one when all of it has and every result is handed out (domain.md §7).
func (p *Portal) toRate(q *kit.Request, awaited []*cases.Case) (out []thing, err error) {
	newest, err := p.d.Cases.Mine(q.Context(), q.Actor, "", recent)
	if err != nil {
		return nil, err
	}
	newest = slices.DeleteFunc(newest, func(c *cases.Case) bool { return c.Rated || !cases.MayDo(q.Actor, c, cases.ActRate) })
	var bundles []string
	for _, c := range newest {
		if c.Bundle != "" && !slices.Contains(bundles, c.Application) {
			bundles = append(bundles, c.Application)
		}
	}
	waits := map[string]bool{} // no line: the bundle goes on, or has one already
	for _, c := range awaited {
		waits[c.Application] = true
	}
	if len(bundles) > 0 {
		undecided, err := p.d.Cases.UndecidedOf(q.Context(), p.d.Identity.DB, bundles)
		if err != nil {
			return nil, err
		}
		for _, c := range undecided {
			waits[c.Application] = true
		}
	}
	ask := status{q.T("portal.todo_rate"), ui.ToneNone}
	for _, c := range newest {
		switch {
		case c.Bundle == "":
			out = append(out, thing{Status: ask, Title: c.ItemName, Href: casePath(c) + "/rating", Note: c.Number.Grouped()})
		case !waits[c.Application]:
			waits[c.Application] = true
			out = append(out, thing{Status: ask, Title: c.BundleName, Href: progressPath(c.Application) + "/rating", Note: q.T("portal.rating_once")})
		}
	}
	return out, nil
}

func correctionThing(q *kit.Request, c *cases.Case) thing {
	t := thing{Status: statusOf(reading(q), c), Title: c.ItemName, Href: casePath(c) + "/correction"}
	if c.Bundle != "" {
		t.Title = c.BundleName
	}
	if !c.CorrectionDue.IsZero() {
		t.Note, t.Why = q.T("portal.todo_correct", "date", dossier.Dated(reading(q), c.CorrectionDue, c.Assumed(c.CorrectionDue))), datesPath(c)
	}
	return t
}

func draftThing(q *kit.Request, a *applications.Application) thing {
	note := q.T("portal.draft_kept", "until", lang.ShortDate(q.Locale, a.ExpiresOn))
	if a.ApplicantKind == "organisation" {
		note = a.ApplicantName + " · " + note
	}
	return thing{Status: status{q.T("portal.todo_draft"), ui.ToneNow}, Title: a.ItemName, Href: draftPath(a), Note: note}
}

// casesView is my affairs: what is expected of me first.
type casesView struct {
	Things      []thing
	Open        []caseLine
	Ended       []caseLine
	First, Next string
	Later       bool // not the first page: my things are on that
	Narrowed    bool // the mandate reaches some items only
}

type caseLine struct {
	*cases.Case
	Status status
	Due    string
	Lead   string // of the first case of a bundle on the page: how far the bundle is
}

// gathered keeps the cases of a bundle beside each other, at the place of the first,
// and heads them with their bundle.
func gathered(ctx context.Context, lines []caseLine) []caseLine {
	var out []caseLine
	done := map[string]bool{}
	for _, l := range lines {
		if l.Bundle == "" {
			out = append(out, l)
			continue
		}
		if done[l.Application] {
			continue
		}
		done[l.Application] = true
		at := len(out)
		for _, x := range lines {
			if x.Application == l.Application {
				out = append(out, x)
			}
		}
		slices.SortStableFunc(out[at:], func(a, b caseLine) int { return strings.Compare(a.ID, b.ID) })
		out[at].Lead = ui.T(ctx, "progress.rows", "n", len(out)-at)
	}
	return out
}

func (p *Portal) cases(q *kit.Request) error {
	before := q.Param("before")
	v := casesView{Later: before != "", Narrowed: q.Actor.Narrowed()}
	if !v.Later {
		things, err := p.things(q)
		if err != nil {
			return err
		}
		v.Things = things
	} else {
		v.First = "/cases"
	}
	mine, err := p.d.Cases.Mine(q.Context(), q.Actor, before, caseRows+1)
	if err != nil {
		return err
	}
	if len(mine) > caseRows {
		mine = mine[:caseRows]
		v.Next = "/cases?before=" + url.QueryEscape(mine[caseRows-1].ID)
	}
	for _, c := range mine {
		line := caseLine{Case: c, Status: statusOf(reading(q), c), Due: dueOf(reading(q), c)}
		if c.Ended() {
			v.Ended = append(v.Ended, line)
		} else {
			v.Open = append(v.Open, line)
		}
	}
	slices.SortStableFunc(v.Open, func(a, b caseLine) int { return boolFirst(a.Awaits == cases.Applicant, b.Awaits == cases.Applicant) })
	v.Open, v.Ended = gathered(reading(q), v.Open), gathered(reading(q), v.Ended)
	return q.Render(ui.Page{
		Title: q.T("portal.my_cases"), Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_cases")}},
	}, casesPage(v))
}

func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// dueOf is the date that counts now, or the day on which it ended.
func dueOf(ctx context.Context, c *cases.Case) string {
	switch {
	case !c.DueOn.IsZero():
		return dossier.Dated(ctx, c.DueOn, c.Assumed(c.DueOn))
	case !c.DeliveredOn.IsZero():
		return ui.Date(ctx, c.DeliveredOn)
	case !c.EndedAt.IsZero():
		return ui.Date(ctx, clock.DateOf(c.EndedAt.Time()))
	default:
		return ""
	}
}
