package counter

import (
	"yimen/internal/applications"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// materialView is the page of all slots: the clerk scans or drops files into
// each, and states which copies he compared with their originals.
type materialView struct {
	*draft
	Form     ui.Form
	Slots    []materialSlot
	Limits   string
	Links    []ui.Link
	Fetching fetchView
}

// materialSlot is one slot with the copies that still wait for their original.
type materialSlot struct {
	ui.Field
	Unchecked []applications.Attachment
}

func (s *Counter) materials(q *kit.Request) error {
	d, done, err := s.inHand(q)
	if err != nil || done {
		return err
	}
	return s.showMaterials(q, d, nil)
}

func (s *Counter) showMaterials(q *kit.Request, d *draft, faults fault.Fields) error {
	have, err := s.Applications.Attachments(q.Context(), q.Actor, d.Application)
	if err != nil {
		return err
	}
	v := &materialView{draft: d, Form: hidden(d.Version()).With(faults), Links: d.links(q, stepMaterials), Limits: answers.FileLimits(q.Locale)}
	href := func(x applications.Attachment) string { return draftPath(d.ID) + "/files/" + x.ID }
	for _, slot := range d.Def.Slots {
		m := materialSlot{Field: answers.Slot(q.Locale, slot, have, href)}
		m.Hint = answers.SlotForms(q.Locale, slot) // the limits stand once on top
		for _, x := range have {
			if x.Slot == slot.Key && x.CheckedAt.IsZero() && applications.MayCheck(d.Actor, d.Application) {
				m.Unchecked = append(m.Unchecked, x)
			}
		}
		v.Slots = append(v.Slots, m)
	}
	v.Fetching = fetchView{At: draftPath(d.ID) + "/licences", Item: d.Def.ItemName, Form: v.Form}
	if v.Fetching.Slots, err = s.fetchedSlots(q, d.Actor, d.Application, d.Def); err != nil {
		return err
	}
	return q.Render(s.draftFrame(q, d, v.Form), materialPage(v))
}

// takeMaterials keeps the files that came, takes one out, or goes on.
func (s *Counter) takeMaterials(q *kit.Request) error {
	d, done, err := s.inHand(q)
	if err != nil || done {
		return err
	}
	back := draftPath(d.ID) + "/" + stepMaterials
	taken, err := answers.Take(q, s.Applications, d.Actor, d.ID)
	if err != nil {
		return kit.Conflict(err, back)
	}
	if taken.Application != nil {
		d.Application = taken.Application
	}
	if len(taken.Faults) > 0 {
		return s.showMaterials(q, d, taken.Faults)
	}
	if out, err := answers.Detach(q.Context(), taken.Form, s.Applications, d.Actor, d.ID); err != nil || out {
		if err != nil {
			return kit.Conflict(err, back)
		}
		return q.Redirect(back)
	}
	taken.Tell(q)
	switch {
	case taken.Form.Has("stay") || taken.Kept > 0 && !taken.Form.Has("on"):
		return q.Redirect(back)
	default:
		return q.Redirect(d.next(stepMaterials))
	}
}

// draftFile shows a file of a draft.
func (s *Counter) draftFile(q *kit.Request) error { return s.dossiers.File(q, q.PathValue("id")) }

// draftOriginal records that the clerk compared a copy with its original.
func (s *Counter) draftOriginal(q *kit.Request) error {
	return s.dossiers.Compare(q, q.PathValue("id"), draftPath(q.PathValue("id"))+"/"+stepMaterials)
}
