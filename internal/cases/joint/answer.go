package joint

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Confirm says that the department comes at the time. days is what the applicant is
// told where the step is a special procedure of its item.
func (s *Service) Confirm(ctx context.Context, actor gov.Actor, stepID, partID string, seen, days int64) (*Step, error) {
	return s.on(ctx, actor, stepID, partID, seen, ActConfirm, func(f *floor, p *Part) (said, error) {
		if err := p.agree(days).Err(); err != nil {
			return said{}, err
		}
		p.State, p.ProposedAt, p.Words, p.changed = Accepted, 0, "", true
		return said{Part: p.ID, Days: p.Days, At: f.At}, s.note(ctx, f, ActConfirm, "", p)
	})
}

// Propose says that the department would come at another time. It stays asked until
// the convener has moved the time or the department confirms after all. Its days
// are agreed here, so that a time it proposed itself needs no second answer.
func (s *Service) Propose(ctx context.Context, actor gov.Actor, stepID, partID string, seen int64, at now.Instant, days int64, words string) (*Step, error) {
	return s.on(ctx, actor, stepID, partID, seen, ActPropose, func(f *floor, p *Part) (said, error) {
		var faults fault.Fields
		ahead(&faults, at, f.tx.Now())
		limited(&faults, "words", words)
		if at == f.At {
			faults.Add("on", "joint.same_time")
		}
		faults = append(faults, p.agree(days)...)
		if err := faults.Err(); err != nil {
			return said{}, err
		}
		p.ProposedAt, p.Words, p.changed = at, strings.TrimSpace(words), true
		return said{Part: p.ID, ProposedAt: at, Days: p.Days, Words: p.Words}, nil
	})
}

// Decline says that the department does not come: it does by itself what its item
// wants.
func (s *Service) Decline(ctx context.Context, actor gov.Actor, stepID, partID string, seen int64, words string) (*Step, error) {
	var faults fault.Fields
	required(&faults, "words", words)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return s.on(ctx, actor, stepID, partID, seen, ActDecline, func(f *floor, p *Part) (said, error) {
		p.State, p.ProposedAt, p.Words, p.changed = Declined, 0, strings.TrimSpace(words), true
		if p.Body == f.Body && p.Case == f.Case {
			f.succeed()
		}
		if err := s.note(ctx, f, ActDecline, p.Words, p); err != nil {
			return said{}, err
		}
		_, err := s.resumeOne(ctx, f, p) // its clock may stand still since an earlier appointment
		return said{Part: p.ID, Words: p.Words}, err
	})
}

// Appoint makes the time stand: the applicant is told, once, and the clock stops in
// every case of which this is a special procedure that is not counted (art. 45).
func (s *Service) Appoint(ctx context.Context, actor gov.Actor, stepID string, seen int64) (*Step, error) {
	return s.on(ctx, actor, stepID, "", seen, ActAppoint, func(f *floor, _ *Part) (said, error) {
		if f.At <= f.tx.Now() {
			return said{}, fault.Conflict("joint.time_passed")
		}
		what := said{At: f.At, Place: f.Place}
		if err := s.note(ctx, f, ActAppoint, "", f.Comers()...); err != nil {
			return what, err
		}
		for _, p := range f.Comers() {
			begun, err := s.suspend(ctx, f, p)
			if err != nil {
				return what, err
			}
			if begun {
				what.Suspended = append(what.Suspended, p.Case)
			}
		}
		if err := s.meet(ctx, f); err != nil {
			return what, err
		}
		if f.ToldAt == 0 {
			f.ToldAt = f.tx.Now()
		}
		return what, nil
	})
}

// meet holds that the applicant has got another time, if he asked for one and it is
// another than the one he was told.
func (s *Service) meet(ctx context.Context, f *floor) error {
	if f.WishState != Asked {
		return nil
	}
	lines, err := s.d.Book.Of(ctx, f.tx, journal.Subject{Kind: SubjectKind, ID: f.ID})
	if err != nil {
		return err
	}
	for _, l := range slices.Backward(lines) {
		var told said
		if Act(l.Act) != ActAppoint {
			continue
		}
		if err := json.Unmarshal(l.Payload, &told); err != nil {
			return fault.Internal(err, "joint.unreadable")
		}
		if told.At != f.At {
			f.WishState = Moved
		}
		return nil
	}
	return nil
}

// Moving is another time or place.
type Moving struct {
	At     now.Instant
	Place  string
	Reason string
}

// Move sets another time or place, because a department proposed it or the
// applicant asked. Everybody is asked again, but for the convener and those who
// proposed this very time; clocks that stand still go on standing.
func (s *Service) Move(ctx context.Context, actor gov.Actor, stepID string, seen int64, in Moving) (*Step, error) {
	in.Place, in.Reason = strings.TrimSpace(in.Place), strings.TrimSpace(in.Reason)
	return s.on(ctx, actor, stepID, "", seen, ActMove, func(f *floor, _ *Part) (said, error) {
		var faults fault.Fields
		ahead(&faults, in.At, f.tx.Now())
		required(&faults, "place", in.Place)
		limited(&faults, "reason", in.Reason)
		if in.At == f.At && in.Place == f.Place {
			faults.Add("on", "joint.same_time")
		}
		if err := faults.Err(); err != nil {
			return said{}, err
		}
		if f.WishState == Kept && in.At != f.At {
			f.WishState = Asked // the time that was to stand does not
		}
		if f.WishState != Kept { // a time that still stands, stands for the reason given
			f.Reason = in.Reason
		}
		f.At, f.Day, f.Place = in.At, dayOf(in.At), in.Place
		for _, p := range f.Parts {
			if p.Case == f.Case || p.State != Invited && p.State != Accepted {
				continue
			}
			next := Invited
			if p.ProposedAt == in.At {
				next = Accepted
			}
			p.State, p.ProposedAt, p.changed = next, 0, true
		}
		concerned := []*Part{f.Of(f.Case)}
		if f.ToldAt != 0 { // every case told the applicant a time that no longer stands
			concerned = f.Members()
		}
		return said{At: in.At, Place: in.Place, Words: in.Reason}, s.note(ctx, f, ActMove, in.Reason, concerned...)
	})
}

// AskMove is the applicant's one request for another time, before it has come.
func (s *Service) AskMove(ctx context.Context, actor gov.Actor, caseID, stepID string, seen int64, words string) (*Step, error) {
	var faults fault.Fields
	required(&faults, "words", words)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if _, err := s.d.Cases.Case(ctx, actor, caseID); err != nil {
		return nil, err
	}
	return s.on(ctx, actor, stepID, "", seen, ActWish, func(f *floor, _ *Part) (said, error) {
		p := f.Of(caseID)
		switch {
		case p == nil || p.State == Declined || p.State == Left || actor.Kind != gov.Person:
			return said{}, fault.Missing("joint.missing")
		case f.WishState != NoWish:
			return said{}, fault.Conflict("joint.wished")
		case f.At <= f.tx.Now():
			return said{}, fault.Conflict("joint.time_passed")
		}
		f.Wish, f.WishState = strings.TrimSpace(words), Asked
		return said{Part: p.ID, Words: f.Wish}, nil
	})
}

// MayWish tells whether the applicant may still ask for another time.
func (s *Step) MayWish(at now.Instant) bool {
	return s.State == Appointed && s.WishState == NoWish && s.At > at
}

// Keep refuses the applicant's wish: the time stands.
func (s *Service) Keep(ctx context.Context, actor gov.Actor, stepID string, seen int64, reason string) (*Step, error) {
	var faults fault.Fields
	required(&faults, "reason", reason)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return s.on(ctx, actor, stepID, "", seen, ActKeep, func(f *floor, _ *Part) (said, error) {
		f.WishState, f.Reason = Kept, strings.TrimSpace(reason)
		return said{Words: f.Reason}, nil
	})
}
