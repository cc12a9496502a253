package applications

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Examine finds everything that keeps the application from being filed: every
// defect of every page and every empty slot, all at once. Paths of slots are
// "material.KEY".
func (s *Service) Examine(ctx context.Context, actor gov.Actor, a *Application) (fault.Fields, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	def, err := s.definition(ctx, a)
	if err != nil {
		return nil, err
	}
	defects, _, err := s.examine(ctx, s.d.DB, a, def, s.d.Now())
	return defects, err
}

// examine also gives what stands in the slots without having been brought anew.
func (s *Service) examine(ctx context.Context, r db.Reader, a *Application, def *Definition, at now.Instant) (fault.Fields, Had, error) {
	all, err := attachments(ctx, r, a)
	if err != nil {
		return nil, Had{}, err
	}
	has := map[string][]string{}
	for _, x := range all {
		has[x.Slot] = append(has[x.Slot], x.ID)
	}
	answers := withFiles(a.Answers, def, has)
	filled, fallen, err := s.standing(ctx, r, a)
	if err != nil {
		return nil, Had{}, err
	}
	facts := s.facts(ctx, at)
	facts.File = func(string) bool { return true } // withFiles took them from the application itself
	var out fault.Fields
	for _, f := range def.validate(answers, facts) {
		if x, ok := def.Form.Field(f.Path); ok && x.Type == form.File {
			continue // its slot says so
		}
		out = append(out, f)
	}
	for _, slot := range def.Slots {
		if slot.Required && len(has[slot.Key]) == 0 && !filled[slot.Key] {
			out.Add("material."+slot.Key, "applications.file_required", "name", slot.Name)
		}
	}
	return append(append(out, fallen...), expired(a, all, today(at))...), had(filled, all), nil
}

// withFiles answers file fields with the attachments of their slots.
func withFiles(given form.Answers, def *Definition, has map[string][]string) form.Answers {
	answers := given.Clone()
	for _, slot := range def.Slots {
		for _, key := range slot.Fields {
			if ids := has[slot.Key]; len(ids) > 0 {
				answers[key] = form.Value{Files: ids}
			}
		}
	}
	return answers
}

// File files the application: complete, declared, once. Filing what is filed
// already gives the same receipt, so a double click is harmless.
func (s *Service) File(ctx context.Context, actor gov.Actor, appID string, seen int64, declared bool) (*Application, error) {
	a, err := s.Application(ctx, actor, appID)
	if err != nil {
		return nil, err
	}
	if a.Number != "" {
		return a, nil
	}
	if !declared {
		var f fault.Fields
		f.Add("declared", "applications.declare")
		return nil, f.Err()
	}
	numbers, err := s.numbers(ctx, a)
	if err != nil {
		return nil, err
	}
	filed, err := s.verb(ctx, actor, appID, seen, ActFile, func(tx *db.Tx, a *Application, def *Definition) error {
		return s.fileIn(ctx, tx, actor, a, def, numbers)
	})
	if fault.KindOf(err) == fault.KindConflict { // another click of the same hand was faster
		if again, e := s.Application(ctx, actor, appID); e == nil && again.Number != "" {
			return again, nil
		}
	}
	return filed, err
}

// numbers takes the number of the application, which for one item is also that of
// its case, and for a bundle one more for each member's.
func (s *Service) numbers(ctx context.Context, a *Application) ([]gov.CaseNumber, error) {
	def, err := s.definition(ctx, a)
	if err != nil {
		return nil, err
	}
	regions := []gov.Region{a.Region}
	for _, m := range def.Members {
		regions = append(regions, m.Region)
	}
	out := make([]gov.CaseNumber, len(regions))
	for i, r := range regions {
		if out[i], err = s.number(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// number takes the next case number of the county and day (domain.md: region 6,
// date 8, serial 6, check digit).
func (s *Service) number(ctx context.Context, region gov.Region) (gov.CaseNumber, error) {
	day := today(s.d.Now())
	n, err := s.d.Numbers.Take(ctx, fmt.Sprintf("case/%s/%s", region.County(), day))
	if err != nil {
		return "", err
	}
	number, err := gov.ComposeCaseNumber(region, day.String(), int(n))
	if err != nil {
		return "", fault.Internal(err, "applications.number")
	}
	return number, nil
}

func (s *Service) fileIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def *Definition, numbers []gov.CaseNumber) error {
	defects, had, err := s.examine(ctx, tx, a, def, tx.Now())
	if err != nil {
		return err
	}
	if err := defects.Err(); err != nil {
		return err
	}
	a.Number, a.FiledAt, a.SavedAt = numbers[0], tx.Now(), tx.Now()
	if err := s.act(ctx, tx, a, actor, ActFile, edit{Number: string(a.Number), Answers: a.Answers}); err != nil {
		return err
	}
	if err := s.d.Reactions.Filed(ctx, tx, actor, Filing{a, def, numbers[1:], had}); err != nil {
		return err
	}
	return s.publish(ctx, tx, "application.filed", a)
}

func (s *Service) publish(ctx context.Context, tx *db.Tx, kind string, a *Application) error {
	return s.d.Events.Publish(ctx, tx, event.Fact{Type: kind, Subject: a.ID, Data: struct {
		Number string `json:"number"`
		Item   string `json:"item"`
		Body   string `json:"body"`
		Region string `json:"region"`
	}{string(a.Number), a.Item, a.Body, string(a.Region)}})
}

// OpenAmendmentIn lets the applicant edit what a correction names, in the
// correction's transaction. In a bundle the corrections of several departments
// stand side by side, and each is answered for itself.
func (s *Service) OpenAmendmentIn(ctx context.Context, tx *db.Tx, actor gov.Actor, dossier string, defects []Defect) error {
	application, localItem := split(dossier)
	a, err := s.lock(ctx, tx, application)
	if err != nil {
		return err
	}
	def, err := s.definition(ctx, a)
	if err != nil {
		return err
	}
	if m, ok := def.Member(localItem); ok {
		if defects, err = m.merged(defects); err != nil {
			return err
		}
	}
	opened := def.answerable(defects)
	a.Defects = append(without(a.Defects, localItem), opened...)
	if err := s.act(ctx, tx, a, actor, ActOpen, edit{Defects: opened}); err != nil {
		return err
	}
	return s.save(ctx, tx, a)
}

// without are the defects of the other members.
func without(all []Defect, members ...string) []Defect {
	return slices.DeleteFunc(slices.Clone(all), func(d Defect) bool { return slices.Contains(members, d.Member) })
}

// answerable pins a defect of a file field to the slot that answers it, which may
// be a material with another key; all others stay where they are.
func (d *Definition) answerable(defects []Defect) []Defect {
	out := slices.Clone(defects)
	for i, x := range out {
		for _, slot := range d.Slots {
			if x.Kind == "field" && slices.Contains(slot.Fields, x.Key) {
				out[i].Kind, out[i].Key = "material", slot.Key
			}
		}
	}
	return out
}

// Amend sends the answer to a correction: everything must be complete again, and
// the case is resubmitted in the same transaction. Of a bundle in which several
// departments have asked, the answers to the named members are sent (their local
// items; none: to all); what the others asked for may still be open.
func (s *Service) Amend(ctx context.Context, actor gov.Actor, appID string, seen int64, members ...string) (*Application, error) {
	return s.AmendWith(ctx, actor, appID, seen, nil, members...)
}

// AmendWith is Amend for a program that sends the named fields put right in the same
// message. Anything else it sends is refused, not dropped: a field with
// applications.answer_unasked.
func (s *Service) AmendWith(ctx context.Context, actor gov.Actor, appID string, seen int64, given form.Answers, members ...string) (*Application, error) {
	cases := func(tx *db.Tx, application string) error { return s.d.Reactions.Amending(ctx, tx, application) }
	return s.verbAfter(ctx, actor, appID, seen, ActAmend, cases, func(tx *db.Tx, a *Application, def *Definition) error {
		if len(members) == 0 {
			members = a.asking()
		}
		left := without(a.Defects, members...)
		if len(left) == len(a.Defects) {
			return fault.Conflict("applications.not_now", "state", string(a.State), "act", string(ActAmend))
		}
		if err := s.correctIn(ctx, tx, actor, a, def, given); err != nil {
			return err
		}
		defects, _, err := s.examine(ctx, tx, a, def, tx.Now())
		if err != nil {
			return err
		}
		if err := elsewhere(defects, onlyOpen(left, a.Defects, members)).Err(); err != nil {
			return err
		}
		a.Defects = left
		act := ActAmend
		if len(left) > 0 {
			act = ActAnswer
		}
		said := edit{Answers: a.Answers}
		if def.Bundle() {
			said.Members = members
		}
		if err := s.act(ctx, tx, a, actor, act, said); err != nil {
			return err
		}
		if err := s.d.Reactions.Amended(ctx, tx, actor, a, said.Members); err != nil {
			return err
		}
		return s.publish(ctx, tx, "application.amended", a)
	})
}

// correctIn takes answers to what the corrections name.
func (s *Service) correctIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def *Definition, given form.Answers) error {
	if len(given) == 0 {
		return nil
	}
	var f fault.Fields
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if x, ok := def.Form.Field(key); !ok || x.Type == form.File || !a.Editable(key) {
			f.Add(key, "applications.answer_unasked")
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	kept := def.normalised(given)
	a.take(kept)
	if err := s.claim(ctx, tx, actor, a, kept); err != nil {
		return err
	}
	s.touch(a, tx.Now())
	return s.act(ctx, tx, a, actor, ActSave, edit{Answers: kept})
}

// asking are the members whose departments wait for an answer; one item asks
// under no name.
func (a *Application) asking() (out []string) {
	for _, d := range a.Defects {
		if !slices.Contains(out, d.Member) {
			out = append(out, d.Member)
		}
	}
	return out
}

// onlyOpen are those left of which the members answered now did not ask as well: what
// is sent to one department must be right although another asked for it too.
func onlyOpen(left, all []Defect, members []string) []Defect {
	return slices.DeleteFunc(slices.Clone(left), func(d Defect) bool {
		return slices.ContainsFunc(all, func(x Defect) bool {
			return slices.Contains(members, x.Member) && x.Kind == d.Kind && x.Key == d.Key
		})
	})
}

// elsewhere are the faults that do not lie in what is still open.
func elsewhere(all fault.Fields, open []Defect) fault.Fields {
	return slices.DeleteFunc(all, func(f fault.Field) bool {
		return slices.ContainsFunc(open, func(d Defect) bool { return f.Path == d.Key || f.Path == "material."+d.Key })
	})
}

// CloseAmendmentIn ends an open amendment because the case ended; in a bundle
// that of the case's member, and the others stay open.
func (s *Service) CloseAmendmentIn(ctx context.Context, tx *db.Tx, actor gov.Actor, dossier string) error {
	application, localItem := split(dossier)
	a, err := s.lock(ctx, tx, application)
	if err != nil || a.State != Amending {
		return err
	}
	left := without(a.Defects, localItem)
	if localItem != "" && len(left) == len(a.Defects) {
		return nil
	}
	return s.release(ctx, tx, actor, a, left)
}

// release leaves only so much of an amendment open; with nothing left it is closed.
func (s *Service) release(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, left []Defect) error {
	act := ActRelease
	if len(left) == 0 {
		left, act = nil, ActClose
	}
	a.Defects = left
	if err := s.act(ctx, tx, a, actor, act, edit{}); err != nil {
		return err
	}
	return s.save(ctx, tx, a)
}
