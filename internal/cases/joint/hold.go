package joint

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

// Record is what was found together: one for all departments.
type Record struct {
	On       clock.Date
	Words    string
	Attended []string // parts whose departments were there
}

// Hold keeps the one record of the step, by an officer of any department that was
// there. Who came owes an opinion of its own.
func (s *Service) Hold(ctx context.Context, actor gov.Actor, stepID string, seen int64, in Record) (*Step, error) {
	in.Words = strings.TrimSpace(in.Words)
	return s.on(ctx, actor, stepID, "", seen, ActHold, func(f *floor, _ *Part) (said, error) {
		if f.tx.Now() < f.At {
			return said{}, fault.Conflict("joint.not_yet")
		}
		if err := in.validate(f.Step, dayOf(f.tx.Now())); err != nil {
			return said{}, err
		}
		for _, p := range f.Comers() {
			if slices.Contains(in.Attended, p.ID) {
				p.State, p.changed = Attended, true
			} else if _, err := s.resumeOne(ctx, f, p); err != nil { // who was not there has no procedure under way
				return said{}, err
			}
		}
		f.HeldOn, f.Record, f.RecordedName = in.On, in.Words, actor.Name
		came := slices.DeleteFunc(f.Comers(), func(p *Part) bool { return p.State != Attended })
		return said{HeldOn: in.On, Words: in.Words, Attended: in.Attended}, s.note(ctx, f, ActHold, "", came...)
	})
}

func (in Record) validate(x *Step, today clock.Date) error {
	var f fault.Fields
	if in.On.IsZero() || in.On.Before(x.Day) || in.On.After(today) {
		f.Add("on", "joint.held_on", "from", x.Day.String(), "to", today.String())
	}
	required(&f, "record", in.Words)
	comes := func(id string) bool { return slices.ContainsFunc(x.Comers(), func(p *Part) bool { return p.ID == id }) }
	if len(in.Attended) == 0 || slices.ContainsFunc(in.Attended, func(id string) bool { return !comes(id) }) {
		f.Add("attended", "joint.attended_required")
	}
	return f.Err()
}

// Finding is one department's opinion. Second is the account of the other official;
// a part whose item wants a site visit needs one (art. 34).
type Finding struct {
	Passed bool
	Words  string
	Second string
}

// Opine gives a department's own opinion, once. It does not stand in the way of
// another department that gives its own at the same moment. Where the item wants a
// site visit this is the site visit of the case; the last opinion ends the step.
func (s *Service) Opine(ctx context.Context, actor gov.Actor, stepID, partID string, seen int64, in Finding) (*Step, error) {
	in.Words = strings.TrimSpace(in.Words)
	return s.on(ctx, actor, stepID, partID, seen, ActOpine, func(f *floor, p *Part) (said, error) {
		staff, err := s.d.Bodies.StaffAt(ctx, f.tx, p.Body)
		if err != nil {
			return said{}, err
		}
		if err := in.validate(actor, p, staff); err != nil {
			return said{}, err
		}
		p.Opinion, p.Said, p.GivenAt, p.changed = Failed, in.Words, f.tx.Now(), true
		if in.Passed {
			p.Opinion = Passed
		}
		p.First, p.FirstName, p.Second, p.SecondName = actor.Account, actor.Name, in.Second, staff[in.Second]
		what := said{Part: p.ID, Opinion: p.Opinion, Words: p.Said, Names: []string{p.FirstName, p.SecondName}}
		return what, s.keepVisit(ctx, f, p, in)
	})
}

func (in Finding) validate(actor gov.Actor, p *Part, staff map[string]string) error {
	var f fault.Fields
	required(&f, "words", in.Words)
	switch {
	case in.Second == "" && !p.Visit:
	case in.Second == actor.Account:
		f.Add("second", "joint.two_officials")
	case staff[in.Second] == "":
		f.Add("second", "joint.second_required")
	}
	return f.Err()
}

// keepVisit writes the opinion into the journal of its case, as the site visit
// where that is still part of 承办.
func (s *Service) keepVisit(ctx context.Context, f *floor, p *Part, in Finding) error {
	c := f.cases[p.Case]
	if !p.Visit || !cases.MayDo(f.actor, c, cases.ActVisit) {
		return s.note(ctx, f, ActOpine, in.Words, p)
	}
	entry := f.entry(ActOpine)
	return s.d.Cases.VisitIn(ctx, f.tx, f.actor, c, cases.Visit{On: f.HeldOn, Second: in.Second, Passed: in.Passed, Record: in.Words, Joint: &entry})
}
