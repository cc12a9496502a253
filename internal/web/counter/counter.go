package counter

import (
	"slices"
	"strconv"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/letters"
	"yimen/internal/web/ui"
)

// Deps is what the pages work with. Every field is needed.
type Deps struct {
	Applications *applications.Service
	Cases        *cases.Service
	Licences     *licences.Service
	Identity     *identity.Service
	Catalogue    *catalogue.Service
	Now          now.Clock
	// URL makes a public address of a path, for QR codes on receipts.
	URL func(path string) string
}

// Counter is the hall's pages.
type Counter struct {
	Deps
	dossiers dossier.Reader
}

// New makes the pages.
func New(d Deps) *Counter {
	return &Counter{Deps: d, dossiers: dossier.Reader{Applications: d.Applications, Catalogue: d.Catalogue}}
}

// Routes lists the pages. Who may do what to which case or person is asked of
// the contexts; the role here only says whose workplace it is.
func (s *Counter) Routes() []kit.Route {
	return slices.Concat(s.startRoutes(), s.partyRoutes(), s.draftRoutes(), s.bundleRoutes(), s.intakeRoutes(), s.outletRoutes(), s.progressRoutes())
}

// clerks is the gate of every counter page, outlet that of every outlet page.
var (
	clerks = kit.Roles(gov.RoleClerk)
	outlet = kit.Roles(gov.RoleOutlet)
)

// route is a page of the hall: whatever is done on it was done at a counter.
func route(method, pattern string, access kit.Access, h kit.Handler) kit.Route {
	return kit.Route{Method: method, Pattern: pattern, Access: access, Handler: h, Channel: gov.Counter}
}

func (s *Counter) today() clock.Date { return clock.DateOf(s.Now().Time()) }

// page is the frame of every page here; path is the workplace it belongs to.
func page(q *kit.Request, title, path string) ui.Page {
	p := ui.Page{Title: title, Layout: ui.LayoutStaff, Area: q.T("counter.area")}
	if q.Actor.Has(gov.RoleClerk) {
		p.Nav = append(p.Nav, ui.Link{Text: q.T("counter.nav_take"), Href: "/counter", Current: path == "/counter", Key: "g"})
	}
	if q.Actor.Has(gov.RoleOutlet) {
		p.Nav = append(p.Nav, ui.Link{Text: q.T("counter.nav_hand"), Href: "/outlet", Current: path == "/outlet", Key: "o"})
	}
	return p
}

// sheet is a page for paper: no header, one narrow or full sheet.
func sheet(title string) ui.Page { return ui.Page{Title: title, Layout: ui.LayoutLetter} }

// onForm turns a fault the clerk can put right into faults of the form it came
// from; one that names no field stands on top of the page. All else is passed on.
func onForm(err error) (fault.Fields, error) {
	e, ok := fault.As(err)
	switch {
	case err == nil:
		return nil, nil
	case !ok || e.Kind != fault.KindInvalid && e.Kind != fault.KindConflict && e.Kind != fault.KindDenied:
		return nil, err
	case len(e.Fields) > 0:
		return e.Fields, nil
	case e.Kind == fault.KindInvalid:
		return fault.Fields{{Code: e.Code, Args: e.Args}}, nil
	default:
		return nil, err
	}
}

// orNote is onForm for forms whose conflicts and refusals are also told in place:
// that somebody is known under another name is not a page of its own.
func orNote(err error) (fault.Fields, error) {
	f, err := onForm(err)
	if e, ok := fault.As(err); ok && (e.Kind == fault.KindConflict || e.Kind == fault.KindDenied) {
		return fault.Fields{{Code: e.Code, Args: e.Args}}, nil
	}
	return f, err
}

// changed makes a conflict show what colleagues did since the clerk looked: one
// line for each act, beside what the clerk wanted.
func (s *Counter) changed(q *kit.Request, err error, caseID string, seen int64, wanted cases.Act) error {
	reload := casePath(caseID)
	if fault.KindOf(err) != fault.KindConflict {
		return err
	}
	c, missing := s.Cases.Case(q.Context(), q.Actor, caseID)
	if missing != nil {
		return kit.Conflict(err, reload)
	}
	lines, failed := s.Cases.Trace(q.Context(), q.Actor, c)
	if failed != nil {
		return kit.Conflict(err, reload)
	}
	var rows []kit.Both
	for _, l := range lines {
		if seen > 0 && l.Version > seen {
			rows = append(rows, kit.Both{Label: q.T("counter.since", "at", l.At, "name", l.Name),
				Mine: q.T("status.act_" + string(wanted)), Theirs: q.T("status.act_" + l.Act)})
		}
	}
	return kit.Conflict(err, reload, rows...)
}

func casePath(id string) string   { return "/counter/cases/" + id }
func partyPath(id string) string  { return "/counter/parties/" + id }
func draftPath(id string) string  { return "/counter/drafts/" + id }
func outletPath(id string) string { return "/outlet/cases/" + id }

// statusURL is where the QR code of a case's receipt leads; of a bundle's to how far
// all of it is.
func (s *Counter) statusURL(c *cases.Case, a *applications.Application) string {
	if c.Bundle != "" {
		return s.URL(letters.StatusPath + a.Token + "/progress")
	}
	return s.URL(letters.StatusPath + c.Token)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// hidden carries the version a form has seen.
func hidden(version int64) ui.Form { return ui.Filled(map[string]string{"version": decimal(version)}) }

// onMissing keeps a Missing fault for itself and passes all else on.
func onMissing(err error) (missing bool, other error) {
	if fault.KindOf(err) == fault.KindMissing {
		return true, nil
	}
	return false, err
}
