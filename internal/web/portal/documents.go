package portal

import (
	"bytes"
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/watermark"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// paperLine is a paper of the library: what was filed once and can be used again.
type paperLine struct {
	applications.Document
	Material string // what it was filed as
	On       clock.Date
	Trusted  string
	Tone     ui.Tone
	Old      bool // past the day its party named
}

// libraryView is the page of everything that is mine (材料库).
type libraryView struct {
	Papers   []paperLine
	Licences []licenceLine
	Hidden   bool // hidden ones are shown too
	Some     bool // a mandate shows a part
	More     string
}

func documentPath(id string) string { return "/documents/" + id }

func (p *Portal) documents(q *kit.Request) error {
	v := libraryView{Hidden: q.Param("hidden") == "1", Some: q.Actor.Narrowed()}
	papers, more, err := p.d.Applications.Documents(q.Context(), q.Actor, v.Hidden, q.Param("before"))
	if err != nil {
		return err
	}
	v.More, v.Papers = more, p.papers(q, papers)
	mine, err := p.d.Licences.Mine(q.Context(), q.Actor)
	if err != nil {
		return err
	}
	for _, l := range mine {
		v.Licences = append(v.Licences, licenceLine{l, licenceStatus(reading(q), l.Status(p.today()))})
	}
	return q.Render(ui.Page{
		Title: q.T("portal.my_documents"), Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_documents")}},
	}, documentsPage(v))
}

func (p *Portal) papers(q *kit.Request, all []applications.Document) []paperLine {
	out := make([]paperLine, len(all))
	names := map[string]string{}
	for i, d := range all {
		out[i] = paperLine{Document: d, On: clock.DateOf(d.FiledAt.Time()), Old: d.Expired(p.today())}
		out[i].Trusted, out[i].Tone = answers.TrustWord(q.Locale, d.Trust)
		key := d.LocalItem + "/" + d.Slot
		if _, ok := names[key]; !ok {
			names[key] = p.d.Applications.SlotName(q.Context(), d.LocalItem, d.Slot)
		}
		out[i].Material = names[key]
	}
	return out
}

// mostUsable is how many papers a material's page offers; the library has them all.
const mostUsable = 5

// usable are papers of the library for a slot, those filed for the same material
// first; none that is past its day or there already.
func (p *Portal) usable(q *kit.Request, a *applications.Application, slot applications.Slot) ([]paperLine, error) {
	if q.Actor.Concerned() != a.Applicant {
		return nil, nil
	}
	all, _, err := p.d.Applications.Documents(q.Context(), q.Actor, false, "")
	if err != nil || len(all) == 0 {
		return nil, err
	}
	have, err := p.d.Applications.Attachments(q.Context(), q.Actor, a)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d applications.Document) bool {
		return d.Expired(p.today()) || slices.ContainsFunc(have, func(x applications.Attachment) bool { return x.Slot == slot.Key && x.Blob == d.Blob })
	})
	slices.SortStableFunc(all, func(x, y applications.Document) int { return other(x, slot) - other(y, slot) })
	return p.papers(q, all[:min(len(all), mostUsable)]), nil
}

func other(d applications.Document, slot applications.Slot) int {
	if d.Slot == slot.Key {
		return 0
	}
	return 1
}

// reuse files a paper of the library again, in one press.
func (p *Portal) reuse(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	slot := q.PathValue("slot")
	back := "/applications/" + q.PathValue("id") + "/materials/" + escape(slot)
	if _, err := p.d.Applications.Reuse(q.Context(), q.Actor, q.PathValue("id"), f.Version(), slot, f.Text("document")); err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "portal.reused")
	return q.Redirect(back)
}

// documentView is one paper, shown with its watermark.
type documentView struct {
	paperLine
	Mark    string // what is written over it
	Image   bool
	Marked  bool // the file for saving carries a mark as well
	Version string
}

// document finds a paper of the visitor's library.
func (p *Portal) document(q *kit.Request) (paperLine, error) {
	d, err := p.d.Applications.Document(q.Context(), q.Actor, q.PathValue("document"))
	if err != nil {
		return paperLine{}, err
	}
	return p.papers(q, []applications.Document{d})[0], nil
}

func (p *Portal) documentPage(q *kit.Request) error {
	x, err := p.document(q)
	if err != nil {
		return err
	}
	return p.showDocument(q, x, ui.Form{})
}

func (p *Portal) showDocument(q *kit.Request, x paperLine, f ui.Form) error {
	purpose := q.Param("purpose")
	if purpose == "" {
		purpose = q.T("portal.copy_purpose_own")
	}
	v := documentView{paperLine: x, Image: strings.HasPrefix(x.Type, "image/"), Marked: watermark.Marks(x.Type),
		Mark: q.T("portal.copy_mark", "purpose", purpose, "on", p.today())}
	if f.Values == nil {
		f = expiryForm(x.ExpiresOn)
	}
	return q.Render(ui.Page{
		Title: x.Name, Crumbs: []ui.Link{home(q), {Text: q.T("portal.my_documents"), Href: "/documents"}, {Text: x.Name}}, Form: f,
	}, documentPageView(v, f))
}

func expiryForm(on clock.Date) ui.Form {
	f := ui.Form{Values: map[string][]string{}}
	if !on.IsZero() {
		f.Values["expires_on"] = []string{on.String()}
	}
	return f
}

// documentFile gives the bytes of a paper for its page; ?save=1 gives a copy that
// carries the number of the case and the day, where the type can be drawn on.
func (p *Portal) documentFile(q *kit.Request) error {
	x, err := p.document(q)
	if err != nil {
		return err
	}
	_, content, err := p.d.Applications.OpenFile(q.Context(), q.Actor, x.Application, x.ID)
	if err != nil {
		return err
	}
	defer content.Close()
	if watermark.Marks(x.Type) {
		marked, err := watermark.Picture(content, x.Type, string(x.Number)+" "+p.today().String())
		if err == nil {
			return q.File(kit.Download{Name: x.Name, Type: x.Type, Size: int64(len(marked)), Body: bytes.NewReader(marked), Inline: q.Param("save") != "1"})
		}
		return p.unmarked(q, x)
	}
	return q.File(kit.Download{Name: x.Name, Type: x.Type, Size: x.Size, Body: content, Inline: q.Param("save") != "1"})
}

// unmarked gives a picture that is too large to be drawn on as it is; its page says
// what it is for.
func (p *Portal) unmarked(q *kit.Request, x paperLine) error {
	_, content, err := p.d.Applications.OpenFile(q.Context(), q.Actor, x.Application, x.ID)
	if err != nil {
		return err
	}
	defer content.Close()
	return q.File(kit.Download{Name: x.Name, Type: x.Type, Size: x.Size, Body: content, Inline: q.Param("save") != "1"})
}

// documentExpiry keeps until when a paper holds; an empty day takes it away.
func (p *Portal) documentExpiry(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	x, err := p.document(q)
	if err != nil {
		return err
	}
	on := f.Date("expires_on")
	if len(f.Faults) > 0 {
		return p.showDocument(q, x, f.View())
	}
	if err := p.d.Applications.Expiry(q.Context(), q.Actor, x.ID, on); err != nil {
		return err
	}
	q.Flash(ui.ToneOK, "portal.expiry_kept")
	return q.Redirect(documentPath(x.ID))
}

// documentHiding takes a paper out of the library, or puts it back.
func (p *Portal) documentHiding(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	hide := f.Bool("hidden")
	if err := p.d.Applications.Hide(q.Context(), q.Actor, q.PathValue("document"), hide); err != nil {
		return err
	}
	if hide {
		q.Flash(ui.ToneOK, "portal.document_hidden")
	} else {
		q.Flash(ui.ToneOK, "portal.document_shown")
	}
	return q.Redirect("/documents")
}

// copyEarlier begins a draft as a copy of an application filed before.
func (p *Portal) copyEarlier(q *kit.Request) error {
	if _, err := q.Form(); err != nil {
		return err
	}
	c, err := p.d.Applications.StartFrom(q.Context(), q.Actor, q.PathValue("id"))
	if fault.KindOf(err) == fault.KindConflict {
		return kit.Conflict(err, "/cases")
	}
	if err != nil {
		return err
	}
	switch {
	case c.Found:
		q.Flash(ui.ToneNone, "portal.copied_before")
	case len(c.Open) > 0:
		q.Flash(ui.ToneOK, "portal.copied_open", "n", c.Taken, "papers", c.Papers, "open", len(c.Open))
	default:
		q.Flash(ui.ToneOK, "portal.copied", "n", c.Taken, "papers", c.Papers)
	}
	return q.Redirect(draftPath(c.Application))
}

func (x paperLine) size() string { return lang.Size(x.Size) }
