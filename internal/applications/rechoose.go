package applications

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Rechoose moves a draft of a bundle to another choice of its members, because the
// situation is another than was answered: what both choices ask stays as it was typed
// and handed in, what is asked no more goes, what is new is open. A consent ends whose
// licence would go to other departments than it named (个人信息保护法 art. 14, 23).
// Faults: applications.missing when localItem is no choice of the same bundle.
func (s *Service) Rechoose(ctx context.Context, actor gov.Actor, appID string, seen int64, localItem string) (*Application, error) {
	next, err := s.d.Items.Definition(ctx, localItem)
	if err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, appID, seen, ActRechoose, func(tx *db.Tx, a *Application, def *Definition) error {
		if a.Bundle == "" || next.Item != a.Bundle {
			return fault.Missing("applications.missing")
		}
		if next.LocalItem == a.LocalItem {
			return nil
		}
		was := a.LocalItem
		if err := s.reformIn(ctx, tx, actor, a, def, next); err != nil {
			return err
		}
		if err := s.clearSlots(ctx, tx, actor, a, def, next); err != nil {
			return err
		}
		s.touch(a, tx.Now())
		if err := s.act(ctx, tx, a, actor, ActRechoose, edit{Answers: a.Answers, From: was, To: a.LocalItem}); err != nil {
			return err
		}
		return tx.Exec(ctx, `UPDATE application SET local_item = $2, body = $3, region = $4 WHERE id = $1`, a.ID, a.LocalItem, a.Body, string(a.Region))
	})
}

// reformIn puts the answers under the other choice's form.
func (s *Service) reformIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def, next *Definition) error {
	party, err := s.d.People.Applicant(ctx, tx, actor)
	if err != nil {
		return err
	}
	kept, sources := form.Answers{}, map[string]Source{}
	for key, v := range a.Answers {
		if x, asked := next.Form.Field(key); asked && x.Type != form.File {
			kept[key] = v
			if from, known := a.Sources[key]; known {
				sources[key] = from
			}
		}
	}
	a.LocalItem, a.Body, a.Region = next.LocalItem, next.Body, next.Region
	a.Answers, a.Sources, a.Done = next.Form.Normalise(kept), sources, nil
	if err := s.prefill(ctx, tx, actor, a, next, party); err != nil { // what is new; it replaces nothing
		return err
	}
	a.copyPages(def, next, s.facts(ctx, tx.Now()))
	return nil
}

// clearSlots takes out what stands in slots that the other choice does not have, and
// ends the consents that named other recipients.
func (s *Service) clearSlots(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def, next *Definition) error {
	papers, err := attachments(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, x := range papers {
		if _, ok := next.slot(x.Slot); ok {
			continue
		}
		if err := s.detachIn(ctx, tx, a, x); err != nil {
			return err
		}
	}
	fetched, err := s.fetched(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, f := range fetched {
		if slices.Equal(def.Recipients(f.Slot), next.Recipients(f.Slot)) {
			continue
		}
		if err := s.takeBackIn(ctx, tx, actor, a, f); err != nil {
			return err
		}
	}
	return nil
}
