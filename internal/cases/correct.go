package cases

import (
	"context"
	"fmt"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// DefectKind says what a defect is pinned to.
type DefectKind string

// A defect is one of a field or of a material; nothing else can be asked for.
const (
	FieldDefect    DefectKind = "field"
	MaterialDefect DefectKind = "material"
)

// Defect is one thing to put right, tied to a published field or material.
type Defect struct {
	Kind   DefectKind `json:"kind"`
	Key    string     `json:"key"`
	Label  string     `json:"label"`
	Reason string     `json:"reason"`
}

// Path is the defect's form name: "field.phone", "material.layout".
func (d Defect) Path() string { return string(d.Kind) + "." + d.Key }

// Correction is a notice of defects and its answer.
type Correction struct {
	Seq        int64
	Defects    []Defect
	NotifiedAt now.Instant
	DueOn      clock.Date
	AnsweredAt now.Instant
}

// published checks every defect against the item's own fields and materials and
// gives it its published name (art. 31: nothing outside the list).
func published(rules *Rules, defects []Defect) ([]Defect, error) {
	var f fault.Fields
	if len(defects) == 0 {
		f.Add("defects", "cases.defects_required")
	}
	seen := map[string]bool{}
	out := make([]Defect, 0, len(defects))
	for _, d := range defects {
		label, ok := rules.label(d)
		switch {
		case !ok:
			f.Add(d.Path(), "cases.defect_unpublished", "key", d.Key)
		case seen[d.Path()]:
			f.Add(d.Path(), "cases.defect_twice", "label", label)
		case d.Reason == "":
			f.Add(d.Path(), "cases.defect_reason", "label", label)
		}
		limited(&f, d.Path(), d.Reason)
		seen[d.Path()] = true
		d.Label = label
		out = append(out, d)
	}
	return out, f.Err()
}

func (r *Rules) label(d Defect) (string, bool) {
	if d.Kind == FieldDefect {
		x, ok := r.Form.Field(d.Key)
		return x.Label, ok
	}
	if d.Kind == MaterialDefect {
		for _, m := range r.Materials {
			if m.Key == d.Key && !m.Generated {
				return m.Name, true
			}
		}
	}
	return "", false
}

// NotifyCorrection asks once, for everything (art. 32): one notice with all
// defects, a date, and the document 补正告知书.
func (s *Service) NotifyCorrection(ctx context.Context, actor gov.Actor, caseID string, seen int64, defects []Defect) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActNotify, func(tx *db.Tx, c *Case, rules *Rules) error {
		defects, err := published(rules, defects)
		if err != nil {
			return err
		}
		served := servedAt(c, actor, today(tx.Now()))
		change := Change{Event: at(tx.Now(), clock.NotifyCorrection), ServedOn: &served, Defects: defects, Corrected: true}
		d, because, err := s.foresee(ctx, c, change, today(tx.Now()), "")
		if err != nil {
			return err
		}
		change.Dates = d
		due := d.CorrectionDue
		change.Letter, err = s.issue(ctx, tx, c, Text{Kind: CorrectionLetter, Defects: defects, Due: due,
			Provisional: d.Provisional, Because: because})
		if err != nil {
			return err
		}
		if err := s.keepCorrection(ctx, tx, c, defects, due); err != nil {
			return err
		}
		if err := s.act(ctx, tx, c, actor, ActNotify, change); err != nil {
			return err
		}
		if err := s.reactions.CorrectionNotified(ctx, tx, actor, c, defects); err != nil {
			return err
		}
		return s.publish(ctx, tx, "case.correcting", c)
	})
}

// servedAt is the day on which a notice reaches its applicant by itself: an
// account has it at once, and so has who stands at the window. Any other waits
// for RecordService.
func servedAt(c *Case, actor gov.Actor, on clock.Date) clock.Date {
	if c.Account != "" || actor.Channel == gov.Counter {
		return on
	}
	return clock.Date{}
}

// Serving is the proof that a correction notice was delivered.
type Serving struct {
	On  clock.Date
	How string // signed for, posted with its number, by telephone …
}

// RecordService keeps the proof that the correction notice reached an applicant
// who has no account and was not at the window. The time to answer begins.
func (s *Service) RecordService(ctx context.Context, actor gov.Actor, caseID string, seen int64, in Serving) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActServe, func(tx *db.Tx, c *Case, _ *Rules) error {
		if !c.ServedOn.IsZero() {
			return fault.Conflict("cases.served", "on", c.ServedOn.String())
		}
		var f fault.Fields
		required(&f, "how", in.How)
		if first := c.notifiedOn(); in.On.IsZero() || in.On.Before(first) || in.On.After(today(tx.Now())) {
			f.Add("on", "cases.served_date", "from", first.String(), "to", today(tx.Now()).String())
		}
		if err := f.Err(); err != nil {
			return err
		}
		d, _, err := s.foresee(ctx, c, Change{ServedOn: &in.On}, today(tx.Now()))
		if err != nil {
			return err
		}
		err = tx.Exec(ctx, `UPDATE correction SET due_on = $3 WHERE cases = $1 AND seq = $2`, c.ID, c.Corrections, d.CorrectionDue)
		if err != nil {
			return err
		}
		return s.act(ctx, tx, c, actor, ActServe, Change{ServedOn: &in.On, Dates: d, Words: in.How})
	})
}

// NoticedOn are the days of its correction notices, the newest last.
func (c *Case) NoticedOn() (days []clock.Date) {
	for _, e := range c.Ledger.Events {
		if e.Do == clock.NotifyCorrection {
			days = append(days, clock.DateOf(e.At))
		}
	}
	return days
}

// notifiedOn is the day of the last correction notice.
func (c *Case) notifiedOn() (on clock.Date) {
	if days := c.NoticedOn(); len(days) > 0 {
		on = days[len(days)-1]
	}
	return on
}

func (s *Service) keepCorrection(ctx context.Context, tx *db.Tx, c *Case, defects []Defect, due clock.Date) error {
	cid := id.New()
	return tx.Exec(ctx, `INSERT INTO correction (id, cases, seq, defects, notified_at, due_on) VALUES ($1,$2,$3,$4,$5,$6)`,
		cid, c.ID, c.Corrections+1, s.seal(defects, "correction.defects:"+cid), int64(tx.Now()), due)
}

// AskReplacement asks for another licence, or the paper, in the place of each that
// has fallen since the application was filed. It is no notice of art. 32: what was
// handed in was complete, the case stays accepted and its limits run on. Nothing but
// the materials of the fallen licences can be asked for (art. 31); Conflict
// "applications.nothing_fallen" where there are none.
func (s *Service) AskReplacement(ctx context.Context, actor gov.Actor, caseID string, seen int64, reason string) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActAskReplace, func(tx *db.Tx, c *Case, _ *Rules) error {
		var f fault.Fields
		required(&f, "reason", reason)
		if err := f.Err(); err != nil {
			return err
		}
		defects, err := s.reactions.ReplacementAsked(ctx, tx, actor, c, reason)
		if err != nil {
			return err
		}
		return s.act(ctx, tx, c, actor, ActAskReplace, Change{Step: c.Step, Defects: defects, Reason: reason})
	})
}

// SpareReplacementIn writes into the journal of a locked case what of AskReplacement its
// applicant is asked for no more, because the licences count again. What is not needed
// for the decision is not asked for (art. 31); the limits ran on and run on.
func (s *Service) SpareReplacementIn(ctx context.Context, tx *db.Tx, c *Case, spared []Defect) error {
	return s.keepIn(ctx, tx, c, s.act(ctx, tx, c, program, ActSpareReplace, Change{Step: c.Step, Defects: spared}))
}

// asking are the states in which a case may have asked its applicant for something.
const asking = `state IN ('correcting','accepted','suspended')`

// LockAsked keeps others from the cases of an application that may have asked for
// something, in the order of their ids, until the transaction ends.
func (s *Service) LockAsked(ctx context.Context, tx *db.Tx, application string) error {
	rows, err := tx.Query(ctx, `SELECT id FROM cases WHERE application = $1 AND `+asking+` ORDER BY id /*for update*/`, application)
	_, err = db.All(rows, err, db.Text)
	return err
}

// AmendedIn follows an amended application: a case that awaited a correction is
// submitted again, and one whose fallen licence was replaced goes on. Of a bundle the
// cases of the named local items are meant, each for itself.
func (s *Service) AmendedIn(ctx context.Context, tx *db.Tx, actor gov.Actor, application string, localItems ...string) ([]*Case, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM cases WHERE application = $1 AND `+asking+`
		AND ($2 = 0 OR local_item in_list($3)) ORDER BY id /*for update*/`, application, len(localItems), db.List(localItems))
	found, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.Conflict("cases.not_correcting")
	}
	for _, c := range found {
		if err := s.ledger(ctx, c); err != nil {
			return nil, err
		}
		answer := s.resubmitIn
		if c.Handled() {
			answer = s.replaceIn
		}
		if err := answer(ctx, tx, actor, c); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (s *Service) replaceIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case) error {
	if err := s.act(ctx, tx, c, actor, ActReplace, Change{Step: c.Step}); err != nil {
		return err
	}
	return save(ctx, tx, c)
}

// resubmitIn: the limit of art. 32 starts anew.
func (s *Service) resubmitIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case) error {
	if overdue(c, today(tx.Now())) {
		return fault.Conflict("cases.lapsed", "number", c.Number.Grouped())
	}
	err := tx.Exec(ctx, `UPDATE correction SET answered_at = $3 WHERE cases = $1 AND seq = $2`, c.ID, c.Corrections, int64(tx.Now()))
	if err != nil {
		return err
	}
	if err := s.act(ctx, tx, c, actor, ActResubmit, Change{Event: at(tx.Now(), clock.Resubmit)}); err != nil {
		return err
	}
	if err := save(ctx, tx, c); err != nil {
		return err
	}
	return s.publish(ctx, tx, "case.resubmitted", c)
}

// Corrections lists a case's notices, oldest first.
func (s *Service) Corrections(ctx context.Context, actor gov.Actor, caseID string) ([]Correction, error) {
	c, err := load(ctx, s.db, caseID)
	if err != nil {
		return nil, err
	}
	if err := allow(actor, c, MaySeeForm(actor, c)); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT id, seq, defects, notified_at, due_on, answered_at FROM correction
		WHERE cases = $1 ORDER BY seq`, c.ID)
	return db.All(rows, err, func(r db.Scanner) (n Correction, err error) {
		var cid, sealed string
		if err := r.Scan(&cid, &n.Seq, &sealed, &n.NotifiedAt, &n.DueOn, &n.AnsweredAt); err != nil {
			return n, err
		}
		if err := s.unseal(sealed, "correction.defects:"+cid, &n.Defects); err != nil {
			return n, fmt.Errorf("correction %s: %w", cid, err)
		}
		return n, nil
	})
}
