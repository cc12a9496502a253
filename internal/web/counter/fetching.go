package counter

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/gov"
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
	Bodies []string // who get it
	Offers []applications.Offer
	Have   []applications.Fetched
}

// fetchView is what licences stand for or could, on the page of a draft's materials or
// of an amendment.
type fetchView struct {
	At    string // address under which they are fetched and taken back
	Item  string // what for
	Slots []fetchedSlot
	Form  ui.Form
}

// fetchedSlots are the slots of an application that may be changed now and for which
// a licence stands, or could.
func (s *Counter) fetchedSlots(q *kit.Request, actor gov.Actor, a *applications.Application, def *applications.Definition) ([]fetchedSlot, error) {
	have, err := s.Applications.FetchedOf(q.Context(), q.Actor, a)
	if err != nil {
		return nil, err
	}
	offers, _, err := s.Applications.Offered(q.Context(), actor, a, def.Slots...)
	if err != nil {
		return nil, err
	}
	var out []fetchedSlot
	for _, slot := range def.Slots {
		if !a.Attachable(slot.Key) {
			continue
		}
		x := fetchedSlot{Slot: slot, Bodies: def.Recipients(slot.Key), Offers: offers[slot.Key]}
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
	return s.fetchFor(q, f, d.Actor, d.ID, draftPath(d.ID)+"/"+stepMaterials, func(faults fault.Fields) error { return s.showMaterials(q, d, faults) })
}

// fetchFor fetches for an application; again shows its page with what is wrong.
func (s *Counter) fetchFor(q *kit.Request, f *kit.Form, actor gov.Actor, app, back string, again func(fault.Fields) error) error {
	_, err := s.Applications.Fetch(q.Context(), actor, app, f.Version(), f.Text("slot"), f.Text("licence"), f.Bool("consent"))
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		for i, x := range e.Fields { // every licence on the page has a box of its own
			if x.Path == "consent" {
				e.Fields[i].Path = consentTo(f.Text("licence"))
			}
		}
		return again(e.Fields)
	}
	if err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "counter.fetched")
	return q.Redirect(back)
}

// consentTo names the box by which the applicant agrees to a licence.
func consentTo(licence string) string { return "consent." + licence }

// takeBack ends the consent again.
func (s *Counter) takeBack(q *kit.Request) error {
	f, d, done, err := s.posted(q)
	if err != nil || done {
		return err
	}
	return s.takeBackFor(q, f, d.Actor, d.ID, draftPath(d.ID)+"/"+stepMaterials)
}

func (s *Counter) takeBackFor(q *kit.Request, f *kit.Form, actor gov.Actor, app, back string) error {
	if _, err := s.Applications.TakeBack(q.Context(), actor, app, f.Version(), q.PathValue("fetched")); err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "counter.taken_back")
	return q.Redirect(back)
}

// licenceTag is the state of a licence in one word.
func licenceTag(ctx context.Context, l applications.Licence) (ui.Tone, string) {
	return dossier.Licence(ctx, licences.State(l.State))
}
