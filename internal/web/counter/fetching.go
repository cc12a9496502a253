package counter

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// fetchedSlot is a material that licences stand for or could: the clerk fetches with
// the consent of who stands at the window, and both are kept.
type fetchedSlot struct {
	applications.Slot
	Offers []applications.Offer
	Have   []applications.Fetched
}

func (s *Counter) fetchedSlots(q *kit.Request, d *draft) ([]fetchedSlot, error) {
	have, err := s.Applications.FetchedOf(q.Context(), q.Actor, d.Application)
	if err != nil {
		return nil, err
	}
	offers, _, err := s.Applications.Offered(q.Context(), d.Actor, d.Application, d.Def.Slots...)
	if err != nil {
		return nil, err
	}
	var out []fetchedSlot
	for _, slot := range d.Def.Slots {
		x := fetchedSlot{Slot: slot, Offers: offers[slot.Key]}
		for _, f := range have {
			if f.Slot == slot.Key {
				x.Have = append(x.Have, f)
			}
		}
		if len(x.Offers)+len(x.Have) > 0 {
			out = append(out, x)
		}
	}
	return out, nil
}

// fetch records the consent of who stands at the window and puts the licence in the
// place of the paper.
func (s *Counter) fetch(q *kit.Request) error {
	f, d, done, err := s.posted(q)
	if err != nil || done {
		return err
	}
	_, err = s.Applications.Fetch(q.Context(), d.Actor, d.ID, f.Version(), f.Text("slot"), f.Text("licence"), f.Bool("consent"))
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		return s.showMaterials(q, d, e.Fields)
	}
	back := draftPath(d.ID) + "/" + stepMaterials
	if err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "counter.fetched")
	return q.Redirect(back)
}

// takeBack ends the consent again.
func (s *Counter) takeBack(q *kit.Request) error {
	f, d, done, err := s.posted(q)
	if err != nil || done {
		return err
	}
	back := draftPath(d.ID) + "/" + stepMaterials
	if _, err := s.Applications.TakeBack(q.Context(), d.Actor, d.ID, f.Version(), q.PathValue("fetched")); err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "counter.taken_back")
	return q.Redirect(back)
}

// licenceTag is the state of a licence in one word.
func licenceTag(ctx context.Context, l applications.Licence) (ui.Tone, string) {
	return dossier.Licence(ctx, licences.State(l.State))
}
