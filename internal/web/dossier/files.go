package dossier

import (
	"strings"

	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// File answers with the bytes of a paper; ?save=1 offers it for saving instead of
// showing it. Whoever may see the application may see its papers.
func (r Reader) File(q *kit.Request, application string) error {
	return r.send(q, application)
}

// Compare records that the copy is the same as its original, and goes back to
// the page that lists the papers.
func (r Reader) Compare(q *kit.Request, application, back string) error {
	if _, err := q.Form(); err != nil {
		return err
	}
	if _, err := r.Applications.CheckOriginal(q.Context(), q.Actor, application, q.PathValue("file")); err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "dossier.compared")
	return q.Redirect(q.Back(back))
}

// Look reads the dossier with its sensitive answers in clear. A purpose that is
// missing comes back in the form, with the dossier still masked.
func (r Reader) Look(q *kit.Request, application string) (*Dossier, ui.Form, error) {
	f, err := q.Form()
	if err != nil {
		return nil, ui.Form{}, err
	}
	var faults fault.Fields
	_, err = r.Applications.Look(q.Context(), q.Actor, application, f.Text("purpose"))
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		faults, err = e.Fields, nil
	}
	if err != nil {
		return nil, ui.Form{}, err
	}
	d, err := r.read(q, application, len(faults) == 0)
	return d, f.View(faults...), err
}

// previewed tells how a paper is shown: "image", "pdf", or "" for saving only.
func previewed(mime string) string {
	switch {
	case strings.HasPrefix(mime, "image/"):
		return "image"
	case mime == "application/pdf":
		return "pdf"
	default:
		return ""
	}
}
