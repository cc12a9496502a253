package portal

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/licences"
	"yimen/internal/web/answers"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

type licenceLine struct {
	*licences.Licence
	Status status
}

func (p *Portal) licences(q *kit.Request) error {
	mine, err := p.d.Licences.Mine(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	lines := make([]licenceLine, len(mine))
	for i, l := range mine {
		lines[i] = licenceLine{l, licenceStatus(reading(q), l.Status(p.today()))}
	}
	return q.Render(ui.Page{
		Title: q.T("portal.my_licences"), Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_licences")}},
	}, licencesPage(lines, q.Actor.Narrowed()))
}

// licenceView is a licence in its holder's hand.
type licenceView struct {
	licenceLine
	Face []ui.Row
	Link string
}

func (p *Portal) licence(q *kit.Request) error {
	l, err := p.d.Licences.Licence(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	face, err := p.d.Licences.Face(q.Context(), q.Actor, l)
	if err != nil {
		return err
	}
	v := licenceView{licenceLine: licenceLine{l, licenceStatus(reading(q), l.Status(p.today()))}, Link: p.d.URL("/l/" + l.Token)}
	sheet := answers.Sheet{Locale: q.Locale, Regions: p.d.Catalogue, Mask: true}
	for _, x := range face {
		if x.Value.IsZero() {
			continue
		}
		v.Face = append(v.Face, faceRow(reading(q), p, sheet, x))
	}
	return q.Render(ui.Page{
		Title:  l.TypeName,
		Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_licences"), Href: "/licences"}, {Text: l.TypeName}},
	}, licencePage(v))
}

// faceRow writes a line of the frozen face. The face holds no types; the element's
// present one decides only how the words are set.
func faceRow(ctx context.Context, p *Portal, sheet answers.Sheet, x licences.FaceField) ui.Row {
	f := form.Field{Key: x.Key, Label: x.Label, Type: form.String, Class: x.Class}
	if e, err := p.d.Catalogue.Element(ctx, x.Key); err == nil {
		f.Type, f.Columns = e.Type, e.Columns
	}
	return ui.Row{Label: x.Label, Value: sheet.Text(ctx, f, f.Masked(x.Value))}
}

// licenceCheck is the public page behind a licence's QR code: whether it counts
// today, and nothing by which a person could be found.
func (p *Portal) licenceCheck(q *kit.Request) error {
	c, err := p.d.Licences.Check(q.Context(), q.PathValue("token"), p.today())
	if err != nil {
		return err
	}
	return q.Render(ui.Page{Title: q.T("portal.licence_check"), Layout: ui.LayoutTask}, licenceCheckPage(c, licenceStatus(reading(q), c.State)))
}

// statusPage is the public page behind a receipt's QR code.
func (p *Portal) statusPage(q *kit.Request) error {
	s, err := p.d.Cases.PublicStatus(q.Context(), q.PathValue("token"))
	if err != nil {
		return err
	}
	v := publicView{PublicStatus: s, Status: publicStatusOf(q, s), Due: dossier.Dated(reading(q), s.DueOn, s.Provisional),
		Why: publicPath(q.PathValue("token")) + "/dates"}
	return q.Render(ui.Page{Title: q.T("portal.public_status"), Layout: ui.LayoutTask}, publicStatusPage(v))
}

type publicView struct {
	cases.PublicStatus
	Status status
	Due    string
	Why    string // address of the reasons for its dates
}

// validity writes from when to when a licence holds.
func validity(ctx context.Context, from, to clock.Date) string {
	if to.IsZero() {
		return ui.T(ctx, "portal.valid_forever", "from", from)
	}
	return ui.T(ctx, "portal.valid_from_to", "from", from, "to", to)
}

// rows are the face with what every licence has.
func (v licenceView) rows(ctx context.Context) []ui.Row {
	rows := []ui.Row{
		{Label: ui.T(ctx, "portal.licence_number"), Value: v.Number, Num: true},
		{Label: ui.T(ctx, "portal.holder"), Value: v.HolderName},
	}
	rows = append(rows, v.Face...)
	return append(rows,
		ui.Row{Label: ui.T(ctx, "portal.validity"), Value: validity(ctx, v.ValidFrom, v.ValidTo)},
		ui.Row{Label: ui.T(ctx, "portal.issuer"), Value: v.IssuerName},
		ui.Row{Label: ui.T(ctx, "portal.issued_on"), Value: ui.Date(ctx, v.IssuedOn)},
		ui.Row{Label: ui.T(ctx, "portal.identifier"), Value: v.Identifier})
}
