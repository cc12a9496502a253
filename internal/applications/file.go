package applications

import (
	"context"
	"fmt"
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
	def, err := s.d.Items.Definition(ctx, a.LocalItem)
	if err != nil {
		return nil, err
	}
	return s.examine(ctx, s.d.DB, a, def, s.d.Now())
}

func (s *Service) examine(ctx context.Context, r db.Reader, a *Application, def *Definition, at now.Instant) (fault.Fields, error) {
	all, err := attachments(ctx, r, a)
	if err != nil {
		return nil, err
	}
	has := map[string][]string{}
	for _, x := range all {
		has[x.Slot] = append(has[x.Slot], x.ID)
	}
	answers := withFiles(a.Answers, def, has)
	filled, fallen, err := s.standing(ctx, r, a)
	if err != nil {
		return nil, err
	}
	facts := s.facts(ctx, at)
	facts.File = func(string) bool { return true } // withFiles took them from the application itself
	var out fault.Fields
	for _, f := range def.Form.Validate(answers, facts) {
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
	return append(append(out, fallen...), expired(a, all, today(at))...), nil
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
	number, err := s.number(ctx, a)
	if err != nil {
		return nil, err
	}
	filed, err := s.verb(ctx, actor, appID, seen, ActFile, func(tx *db.Tx, a *Application, def *Definition) error {
		return s.fileIn(ctx, tx, actor, a, def, number)
	})
	if fault.KindOf(err) == fault.KindConflict { // another click of the same hand was faster
		if again, e := s.Application(ctx, actor, appID); e == nil && again.Number != "" {
			return again, nil
		}
	}
	return filed, err
}

// number takes the next case number of the county and day (domain.md: region 6,
// date 8, serial 6, check digit).
func (s *Service) number(ctx context.Context, a *Application) (gov.CaseNumber, error) {
	day := today(s.d.Now())
	n, err := s.d.Numbers.Take(ctx, fmt.Sprintf("case/%s/%s", a.Region.County(), day))
	if err != nil {
		return "", err
	}
	number, err := gov.ComposeCaseNumber(a.Region, day.String(), int(n))
	if err != nil {
		return "", fault.Internal(err, "applications.number")
	}
	return number, nil
}

func (s *Service) fileIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def *Definition, number gov.CaseNumber) error {
	defects, err := s.examine(ctx, tx, a, def, tx.Now())
	if err != nil {
		return err
	}
	if err := defects.Err(); err != nil {
		return err
	}
	a.Number, a.FiledAt, a.SavedAt = number, tx.Now(), tx.Now()
	if err := s.act(ctx, tx, a, actor, ActFile, edit{Number: string(number), Answers: a.Answers}); err != nil {
		return err
	}
	if err := s.d.Reactions.Filed(ctx, tx, actor, Filing{a, def}); err != nil {
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
// correction's transaction.
func (s *Service) OpenAmendmentIn(ctx context.Context, tx *db.Tx, actor gov.Actor, appID string, defects []Defect) error {
	a, err := s.lock(ctx, tx, appID)
	if err != nil {
		return err
	}
	def, err := s.d.Items.Definition(ctx, a.LocalItem)
	if err != nil {
		return err
	}
	a.Defects = def.answerable(defects)
	if err := s.act(ctx, tx, a, actor, ActOpen, edit{Defects: a.Defects}); err != nil {
		return err
	}
	return s.save(ctx, tx, a)
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
// the case is resubmitted in the same transaction.
func (s *Service) Amend(ctx context.Context, actor gov.Actor, appID string, seen int64) (*Application, error) {
	return s.verb(ctx, actor, appID, seen, ActAmend, func(tx *db.Tx, a *Application, def *Definition) error {
		defects, err := s.examine(ctx, tx, a, def, tx.Now())
		if err != nil {
			return err
		}
		if err := defects.Err(); err != nil {
			return err
		}
		a.Defects = nil
		if err := s.act(ctx, tx, a, actor, ActAmend, edit{Answers: a.Answers}); err != nil {
			return err
		}
		if err := s.d.Reactions.Amended(ctx, tx, actor, a); err != nil {
			return err
		}
		return s.publish(ctx, tx, "application.amended", a)
	})
}

// CloseAmendmentIn ends an open amendment because the case ended.
func (s *Service) CloseAmendmentIn(ctx context.Context, tx *db.Tx, actor gov.Actor, appID string) error {
	a, err := s.lock(ctx, tx, appID)
	if err != nil || a.State != Amending {
		return err
	}
	a.Defects = nil
	if err := s.act(ctx, tx, a, actor, ActClose, edit{}); err != nil {
		return err
	}
	return s.save(ctx, tx, a)
}
