package counter

import (
	"yimen/internal/catalogue/form"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// dispute says for whoever stands at the counter that a held value is wrong; the
// group is kept as it is and comes back with an input there.
func (s *Counter) dispute(q *kit.Request, d *draft, g form.Group, f *kit.Form, key string) error {
	back := draftPath(d.ID) + "/groups/" + g.ID
	a, _, err := s.savePages(q, d, g, f, true)
	if err != nil {
		return kit.Conflict(err, back)
	}
	seen := d.Version()
	if a != nil {
		seen = a.Version()
	}
	if _, err := s.Applications.Dispute(q.Context(), d.Actor, d.ID, seen, key); err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "portal.dispute_opened")
	return q.Redirect(back + "#" + ui.FieldID(key))
}
