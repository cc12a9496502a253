package kit

import (
	"net/http"

	"yimen/internal/platform/fault"
	"yimen/internal/web/ui"
)

// gallery shows every part in every state, in dev mode only. Its own form is
// real: rows are added, regions chosen, faults shown.
func gallery(q *Request) error {
	form := ui.GalleryForm()
	if q.Method == http.MethodPost {
		f, err := q.Form()
		if err != nil {
			return err
		}
		if f.Reshape() {
			form = f.View()
		} else {
			form = f.View(fault.Field{Path: "area", Code: "faults.whole_number"})
		}
	} else if q.Param("faults") == "1" {
		form = form.With(ui.GalleryFaults())
	}
	form = form.Labelled(ui.GalleryFields()...)
	page := ui.Page{Title: q.T("common.gallery"), Form: form, Crumbs: []ui.Link{
		{Text: q.T("common.home"), Href: "/"}, {Text: q.T("common.gallery"), Current: true},
	}}
	return q.Render(page, ui.Gallery(form))
}
