package portal

import (
	"context"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// insteadView is what stands on a material's page instead of asking for a paper:
// licences that could be fetched, licences that were, papers filed before.
type insteadView struct {
	Offers  []applications.Offer
	Unknown bool // there may be some, but nobody has seen the applicant
	Have    []fetchedLine
	Papers  []paperLine
	Purpose string // the item
	Bodies  string // who get it
}

// fetchedLine is a licence in the place of a paper.
type fetchedLine struct {
	applications.Fetched
	Status status
	Open   bool // the consent can be taken back
}

// Any: there is more on the page than a place for files.
func (v insteadView) Any() bool { return len(v.Offers) > 0 || len(v.Have) > 0 || v.Unknown }

func (p *Portal) instead(q *kit.Request, a *applications.Application, def *applications.Definition, slot applications.Slot) (insteadView, error) {
	v := insteadView{Purpose: def.ItemName, Bodies: strings.Join(def.Recipients(slot.Key), q.T("dates.comma"))}
	have, err := p.fetchedOf(q, a)
	if err != nil {
		return v, err
	}
	v.Have = have[slot.Key]
	if !a.Attachable(slot.Key) {
		return v, nil
	}
	offers, unknown, err := p.d.Applications.Offered(q.Context(), q.Actor, a, slot)
	if err != nil {
		return v, err
	}
	v.Offers, v.Unknown = offers[slot.Key], unknown
	v.Papers, err = p.usable(q, a, slot)
	return v, err
}

// fetchedOf are the licences in the place of papers, by slot.
func (p *Portal) fetchedOf(q *kit.Request, a *applications.Application) (map[string][]fetchedLine, error) {
	all, err := p.d.Applications.FetchedOf(q.Context(), q.Actor, a)
	out := map[string][]fetchedLine{}
	for _, f := range all {
		out[f.Slot] = append(out[f.Slot], fetchedLine{f, licenceStatus(reading(q), licences.State(f.Licence.State)), a.Attachable(f.Slot)})
	}
	return out, err
}

// fetch puts a licence in the place of a paper, with the consent that was ticked.
func (p *Portal) fetch(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	slot := q.PathValue("slot")
	a, err := p.d.Applications.Fetch(q.Context(), q.Actor, q.PathValue("id"), f.Version(), slot, f.Text("licence"), f.Bool("consent"))
	if e, ok := fault.As(err); ok && len(e.Fields) > 0 {
		a, def, err := p.draft(q)
		if err != nil {
			return err
		}
		return p.showMaterial(q, a, def, f.View(e.Fields...))
	}
	back := "/applications/" + q.PathValue("id") + "/materials/" + escape(slot)
	if err != nil {
		return kit.Conflict(err, back)
	}
	q.Flash(ui.ToneOK, "portal.fetched")
	to := returning(q)
	if to == toAnswers {
		return q.Redirect(draftPath(a) + "/answers")
	}
	return q.Redirect(bound(back, to))
}

// takeBack takes the consent back.
func (p *Portal) takeBack(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	a, err := p.d.Applications.TakeBack(q.Context(), q.Actor, q.PathValue("id"), f.Version(), q.PathValue("fetched"))
	if err != nil {
		return kit.Conflict(err, "/applications/"+q.PathValue("id"))
	}
	q.Flash(ui.ToneOK, "portal.taken_back")
	return q.Redirect(q.Back(draftPath(a)))
}

// fallen is a licence that a case stands on and that counts no more, as its page
// tells it.
type fallen struct {
	applications.Fallen
	Status status
}

func (p *Portal) fallenOf(q *kit.Request, dossier string) ([]fallen, error) {
	a, err := p.d.Applications.Application(q.Context(), q.Actor, dossier)
	if err != nil {
		return nil, err
	}
	all, err := p.d.Applications.Fallen(q.Context(), q.Actor, a)
	out := make([]fallen, len(all))
	for i, l := range all {
		out[i] = fallen{l, licenceStatus(reading(q), licences.State(l.State))}
	}
	return out, err
}

func (v insteadView) options(ctx context.Context) []ui.Option {
	out := make([]ui.Option, len(v.Offers))
	for i, o := range v.Offers {
		out[i] = ui.Option{Value: o.Licence.ID, Label: o.Licence.TypeName + " " + o.Licence.Number,
			Hint: validity(ctx, o.Licence.ValidFrom, o.Licence.ValidTo)}
	}
	return out
}

// papersOf tells how the licences stand that a case stands on, and whether one can
// begin again from it.
func (p *Portal) papersOf(q *kit.Request, v *caseView) error {
	a, err := p.d.Applications.Application(q.Context(), q.Actor, v.Application)
	if err != nil {
		return err
	}
	v.MayCopy = applications.MayCopy(q.Actor, a)
	if v.Ended() {
		return nil
	}
	v.Replace = v.Handled() && askedIn(a, v.Case) > 0
	v.Fallen, err = p.fallenOf(q, v.Dossier())
	return err
}
