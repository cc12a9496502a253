package portal

import (
	"yimen/internal/applications"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// discardPage asks before a draft goes for good.
func (p *Portal) discardPage(q *kit.Request) error {
	a, _, err := p.draft(q)
	if err != nil {
		return err
	}
	if a.State != applications.Draft {
		return q.Redirect(draftPath(a))
	}
	return q.Render(ui.Page{Title: q.T("portal.discard"), Layout: ui.LayoutTask, Back: draftPath(a)}, discardPage(a))
}

func (p *Portal) discard(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	if err := p.d.Applications.Discard(q.Context(), q.Actor, id, f.Version()); err != nil {
		return kit.Conflict(err, "/applications/"+id+"/discard")
	}
	q.Flash(ui.ToneOK, "portal.discarded")
	return q.Redirect("/cases")
}
