package dossier

import (
	"bytes"
	"context"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/licences"
	"yimen/internal/platform/watermark"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// Held is a licence in the place of a paper, as it stands now: its trust is A, and
// what stands on it comes from the store and not from a copy.
type Held struct {
	applications.Fetched
	Tone ui.Tone
	Word string
	Rows []ui.Row // of its face, sensitive lines masked unless they were asked for
}

// hold puts the fetched licences into their slots; it tells whether something on
// their faces is masked.
func (r Reader) hold(q *kit.Request, d *Dossier) error {
	all, err := r.Applications.FetchedOf(q.Context(), q.Actor, d.Application)
	if err != nil || len(all) == 0 {
		return err
	}
	faces, err := r.Applications.Faces(q.Context(), q.Actor, d.Application)
	if err != nil {
		return err
	}
	ctx := lang.With(q.Context(), q.Locale)
	for _, f := range all {
		h := Held{Fetched: f}
		h.Tone, h.Word = Licence(ctx, licences.State(f.Licence.State))
		for _, line := range faces[f.Licence.ID] {
			if line.Value.IsZero() {
				continue
			}
			h.Rows = append(h.Rows, r.faceRow(ctx, d, line))
			d.Hidden = d.Hidden || !d.Clear && line.Class.Encrypted()
		}
		for i := range d.Slots {
			if d.Slots[i].Key == f.Slot {
				d.Slots[i].Licences = append(d.Slots[i].Licences, h)
			}
		}
	}
	return nil
}

// faceRow writes a line of a face; the element's present type decides only how its
// words are set.
func (r Reader) faceRow(ctx context.Context, d *Dossier, line applications.FaceLine) ui.Row {
	f := form.Field{Key: line.Key, Label: line.Label, Type: form.String, Class: line.Class}
	if e, err := r.Catalogue.Element(ctx, line.Key); err == nil {
		f.Type, f.Columns = e.Type, e.Columns
	}
	sheet := answers.Sheet{Locale: d.sheet.Locale, Regions: r.Catalogue, Mask: !d.Clear}
	value := line.Value
	if !d.Clear {
		value = f.Masked(value)
	}
	return ui.Row{Label: line.Label, Value: sheet.Text(ctx, f, value)}
}

// Replaceable tells whether a licence fell for which no other has been asked yet.
func (d *Dossier) Replaceable() bool { return len(d.fallen()) > 0 && len(d.Application.Defects) == 0 }

// FallenNames names the licences that count no more.
func (d *Dossier) FallenNames() []string {
	var out []string
	for _, h := range d.fallen() {
		out = append(out, h.Licence.TypeName+" "+h.Licence.Number)
	}
	return out
}

// fallen tells whether a licence in the place of a paper counts no more.
func (d *Dossier) fallen() []Held {
	var out []Held
	for _, s := range d.Slots {
		for _, h := range s.Licences {
			if h.Licence.State != applications.LicenceValid {
				out = append(out, h)
			}
		}
	}
	return out
}

// mark is what stands over a paper that a department sees: of which case it is a
// copy, for what, since when.
func (d *Dossier) mark(ctx context.Context) string {
	if d.Application.Number == "" {
		return ""
	}
	return ui.T(ctx, "dossier.mark", "item", d.Application.ItemName, "number", d.Application.Number.Grouped(), "on", d.on)
}

// send answers with a paper. Over a picture of a filed application stand its number
// and the day; one that cannot be drawn on, and every other type, goes out as it is,
// and its page says what it is for.
func (r Reader) send(q *kit.Request, application string) error {
	a, err := r.Applications.Application(q.Context(), q.Actor, application)
	if err != nil {
		return err
	}
	paper, content, err := r.Applications.OpenFile(q.Context(), q.Actor, application, q.PathValue("file"))
	if err != nil {
		return err
	}
	defer func() { content.Close() }()
	d := kit.Download{Name: paper.Name, Type: paper.Type, Size: paper.Size, Inline: q.Param("save") != "1"}
	if !watermark.Marks(paper.Type) || a.Number == "" {
		d.Body = content
		return q.File(d)
	}
	body, err := watermark.Picture(content, paper.Type, string(a.Number)+" "+clock.DateOf(q.Now().Time()).String())
	if err == nil {
		d.Size, d.Body = int64(len(body)), bytes.NewReader(body)
		return q.File(d)
	}
	content.Close()
	if _, content, err = r.Applications.OpenFile(q.Context(), q.Actor, application, q.PathValue("file")); err != nil {
		return err
	}
	d.Body = content
	return q.File(d)
}

// held tells whether a licence stands in the place of some paper.
func (d *Dossier) held() bool {
	for _, s := range d.Slots {
		if len(s.Licences) > 0 {
			return true
		}
	}
	return false
}
