package portal

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// guideView is what art. 30 wants published of an item, at one body.
type guideView struct {
	*catalogue.Version
	Local    *catalogue.LocalItem // nil where nobody handles the item here
	Body     identity.Body
	Places   []ui.Option // of the bodies that handle it; one or none needs no choice
	Forecast catalogue.Forecast
	Flow     ui.Flow
	Print    bool
}

// guide is the public face of an item. Of several bodies that handle it, the one
// asked for, else that of the installation's region.
func (p *Portal) guide(q *kit.Request) error { return p.showGuide(q, false) }

// guidePrint is the same on paper: everything open, nothing to press.
func (p *Portal) guidePrint(q *kit.Request) error { return p.showGuide(q, true) }

// guideTag says which state of the world a guide tells of. It tells dates that
// follow from when it is read; until that moves on, at the cut-off of a working day,
// it stays the same.
func (p *Portal) guideTag(ctx context.Context) (string, *clock.Calendar, error) {
	edition, err := p.d.Catalogue.Edition(ctx)
	if err != nil {
		return "", nil, err
	}
	cal, err := p.d.Catalogue.Calendar(ctx)
	if err != nil {
		return "", nil, err
	}
	day, err := clock.EffectiveDate(cal.AssumingWeekdays(), p.d.Now().Time(), clock.DefaultCutoff)
	return edition + "/" + day.String(), cal, err
}

func (p *Portal) showGuide(q *kit.Request, print bool) error {
	ctx, item := reading(q), q.PathValue("item")
	tag, cal, err := p.guideTag(ctx)
	if err != nil {
		return err
	}
	return q.Cached(q.CacheAddress("body"), tag, func() (ui.Page, templ.Component, error) {
		v, err := p.guideView(ctx, item, q.Param("body"), cal)
		if err != nil {
			return ui.Page{}, nil, err
		}
		v.Print = print
		page := ui.Page{Title: v.Item.Name, Index: !print, Crumbs: v.crumbs(q)}
		if print {
			page.Layout, page.Crumbs = ui.LayoutLetter, nil
		}
		return page, guidePage(v), nil
	})
}

func (p *Portal) guideView(ctx context.Context, item, body string, cal *clock.Calendar) (*guideView, error) {
	locals, err := p.d.Catalogue.LocalItems(ctx, item)
	if err != nil {
		return nil, err
	}
	v := &guideView{}
	if len(locals) == 0 {
		// nobody handles it yet; what is published of it may still be read
		if v.Version, err = p.d.Catalogue.Current(ctx, item); err != nil {
			return nil, err
		}
		info, err := p.d.Catalogue.Item(ctx, item)
		if err != nil {
			return nil, err
		}
		if len(info.Lacks) > 0 {
			return nil, fault.Missing("catalogue.no_item")
		}
	} else if err := p.atBody(ctx, v, item, body, locals); err != nil {
		return nil, err
	}
	v.Forecast, err = v.Version.Forecast(cal, p.d.Now().Time())
	v.Flow = stageFlow(ctx, v.Version)
	return v, err
}

func (p *Portal) atBody(ctx context.Context, v *guideView, item, body string, locals []catalogue.LocalItem) error {
	var g *catalogue.Guide
	var err error
	at := slices.IndexFunc(locals, func(l catalogue.LocalItem) bool { return l.Body == body })
	switch {
	case at >= 0:
		g, err = p.d.Catalogue.Guide(ctx, locals[at].ID)
	case body != "":
		return fault.Missing("portal.not_there")
	default:
		g, err = p.d.Catalogue.GuideAt(ctx, item, p.d.Region)
	}
	if err != nil {
		return err
	}
	v.Version, v.Local = g.Version, &g.Local
	ids := make([]string, len(locals))
	for i, l := range locals {
		ids[i] = l.Body
	}
	bodies, err := p.d.Identity.BodiesByID(ctx, p.d.Identity.DB, ids)
	if err != nil {
		return err
	}
	v.Body = bodies[v.Local.Body]
	for _, l := range locals {
		v.Places = append(v.Places, ui.Option{Value: l.Body, Label: bodies[l.Body].Name})
	}
	return nil
}

func (v *guideView) crumbs(q *kit.Request) []ui.Link {
	out := []ui.Link{home(q)}
	if len(v.Item.Themes) > 0 {
		out = append(out, ui.Link{Text: v.Item.Themes[0], Href: themeHref(v.Item.Themes[0])})
	}
	return append(out, ui.Link{Text: v.Item.Name})
}

// stageFlow draws the published stages; a stage that may end in a correction
// leads back to the applicant.
func stageFlow(ctx context.Context, v *catalogue.Version) ui.Flow {
	f := ui.Flow{Title: ui.T(ctx, "portal.flow_title", "item", v.Item.Name)}
	l := lang.From(ctx)
	for i, st := range v.Item.Stages {
		n := ui.FlowNode{ID: strconv.Itoa(i), Title: st.Name, Sub: st.Actor}
		switch {
		case i == 0:
			n.Tone = ui.ToneNow
		case i == len(v.Item.Stages)-1:
			n.Tone = ui.ToneOK
		}
		if st.Days > 0 {
			unit := clock.Working
			if st.Counted {
				unit = v.Unit()
			}
			n.End = dossier.Days(l, st.Days, unit)
		}
		f.Nodes = append(f.Nodes, n)
		if i > 0 {
			f.Edges = append(f.Edges, ui.FlowEdge{From: strconv.Itoa(i - 1), To: n.ID})
		}
		if i > 0 && slices.ContainsFunc(st.Outcomes, func(o string) bool { return strings.Contains(o, "补正") }) {
			f.Edges = append(f.Edges, ui.FlowEdge{From: n.ID, To: "0", Label: ui.T(ctx, "portal.flow_back")})
		}
	}
	return f
}

// who says for whom the item is.
func (v *guideView) who() string {
	switch v.Item.Audience {
	case set.ForPersons:
		return "portal.for_persons"
	case set.ForOrganisations:
		if v.Founds() {
			return "portal.for_founders"
		}
		return "portal.for_organisations"
	default:
		return "portal.for_both"
	}
}

// limits says the promise and the law's limit.
func (v *guideView) limits(ctx context.Context) string {
	l := lang.From(ctx)
	promise := ui.T(ctx, "portal.at_once")
	if v.Item.CommitmentDays > 0 {
		promise = ui.T(ctx, "portal.promised", "days", dossier.Days(l, v.Item.CommitmentDays, v.Unit()))
	}
	switch v.Item.StatutoryLimit {
	case set.LimitByLaw:
		return ui.T(ctx, "portal.limits_law", "promise", promise, "days", dossier.Days(l, v.Item.StatutoryDays, v.Unit()))
	case set.LimitAtOnce:
		return ui.T(ctx, "portal.limits_at_once", "promise", promise)
	default:
		return ui.T(ctx, "portal.limits_none", "promise", promise)
	}
}

// counts are how many materials there are and how many the applicant prepares.
func (v *guideView) counts() (all, made, asked, necessary int) {
	for _, m := range v.Materials {
		switch {
		case m.Generated:
			made++
		case m.Necessity == set.Necessary:
			asked, necessary = asked+1, necessary+1
		default:
			asked++
		}
	}
	return len(v.Materials), made, asked, necessary
}

// The item may say where, when and whom; else the body's own.
func (v *guideView) place() string   { return first(v.Item.Place, v.Body.Address) }
func (v *guideView) hours() string   { return first(v.Item.Hours, v.Body.Hours) }
func (v *guideView) consult() string { return first(v.Item.Consult, v.Body.Phone) }
func (v *guideView) complain() string {
	return first(v.Item.Complain, v.Body.Complain)
}

func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func (v *guideView) startHref() string {
	if v.Local == nil {
		return ""
	}
	return "/items/" + v.Local.ID + "/start"
}

func (v *guideView) printHref() string {
	href := "/items/" + escape(v.Item.ID) + "/print"
	if v.Local != nil && len(v.Places) > 1 {
		href += "?body=" + v.Local.Body
	}
	return href
}

// code is the local item's code, else that of the base item.
func (v *guideView) code() string {
	if v.Local != nil && v.Local.Code != "" {
		return v.Local.Code
	}
	return v.Item.Code
}

func joined(ctx context.Context, list []string) string {
	return strings.Join(list, ui.T(ctx, "portal.and"))
}

// daysOf is days with the unit as the catalogue writes it.
func daysOf(l lang.Locale, n int, unit string) string {
	u, err := clock.ParseUnit(unit)
	if err != nil {
		u = clock.Working
	}
	return dossier.Days(l, n, u)
}

// resultText is a result with how long it holds.
func resultText(ctx context.Context, r set.Result) string {
	if r.Validity == "" || r.Validity == "无" {
		return r.Name
	}
	return r.Name + ui.T(ctx, "portal.valid_for", "validity", r.Validity)
}

// materialForm is in what form and how often a material is handed in.
func materialForm(ctx context.Context, m catalogue.Material) string {
	text := joined(ctx, m.Forms)
	if m.Copies > 0 {
		text += ui.T(ctx, "portal.comma") + ui.T(ctx, "portal.copies", "n", m.Copies)
	}
	return text
}

// materialSource is who gives out a material and by which law it is asked for.
func materialSource(ctx context.Context, m catalogue.Material) string {
	if m.LegalBasis == "" {
		return m.Source
	}
	return m.Source + ui.T(ctx, "portal.comma") + m.LegalBasis
}

// procedureText says how long a special procedure may take and whether the limit
// counts it.
func procedureText(ctx context.Context, x set.Procedure) string {
	counted := ui.T(ctx, "portal.procedure_not_counted")
	if x.Counted {
		counted = ui.T(ctx, "portal.procedure_counted")
	}
	if x.MaxDays == 0 {
		return counted
	}
	return ui.T(ctx, "portal.procedure_days", "days", daysOf(lang.From(ctx), x.MaxDays, x.DayUnit)) + counted
}
