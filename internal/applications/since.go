package applications

import (
	"context"
	"encoding/json"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// OwnSince tells whether all that happened after the version seen was the actor's
// own filling in, and gives the version to go on with. A page that saves itself,
// and pages in several tabs, must not make a conflict of one person with himself.
func (s *Service) OwnSince(ctx context.Context, actor gov.Actor, appID string, seen int64) (own bool, version int64, err error) {
	a, err := s.Application(ctx, actor, appID)
	if err != nil || seen <= 0 {
		return false, 0, err
	}
	lines, err := s.d.Book.Of(ctx, s.d.DB, journal.Subject{Kind: SubjectKind, ID: a.ID})
	if err != nil {
		return false, 0, err
	}
	for _, l := range lines {
		if l.Version > seen && (l.Account != actor.Account || !slices.Contains(filling, Act(l.Act))) {
			return false, a.Version(), nil
		}
	}
	return true, a.Version(), nil
}

// filling are the acts of somebody who fills in a form.
var filling = []Act{ActSave, ActAttach, ActDetach, ActHand, ActDispute, ActFetch, ActTakeBack, ActReuse, ActRechoose}

// Answered tells which defects of the open amendment have been worked on since it
// was opened, by Defect.Kind and Defect.Key. Whether they are right now is for
// Examine and, in the end, the clerk.
func (s *Service) Answered(ctx context.Context, actor gov.Actor, a *Application) (map[Defect]bool, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	lines, err := s.d.Book.Of(ctx, s.d.DB, journal.Subject{Kind: SubjectKind, ID: a.ID})
	if err != nil {
		return nil, err
	}
	fields, slots := map[string]bool{}, map[string]bool{}
	for _, l := range lines {
		if (Act(l.Act) != ActOpen && !slices.Contains(filling, Act(l.Act))) || l.Erased {
			continue
		}
		var said edit
		if err := json.Unmarshal(l.Payload, &said); err != nil {
			return nil, fault.Internal(err, "applications.unreadable")
		}
		for _, d := range said.Defects { // asked for from here on
			delete(fields, d.Key)
			delete(slots, d.Key)
		}
		for key := range said.Answers {
			fields[key] = true
		}
		slots[said.Slot] = true
	}
	out := map[Defect]bool{}
	for _, d := range a.Defects {
		out[d] = d.Kind == "material" && slots[d.Key] || d.Kind == "field" && (fields[d.Key] || slots[d.Key])
	}
	return out, nil
}
