package cases

import (
	"context"
	"errors"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/serial"
)

// verb is what every act by a person shares: load, may the actor, is this the
// version he saw, do, save.
func (s *Service) verb(ctx context.Context, actor gov.Actor, caseID string, seen int64, act Act,
	do func(tx *db.Tx, c *Case, rules *Rules) error) (*Case, error) {
	done, err := s.attempt(ctx, actor, caseID, seen, act, do)
	if errors.Is(err, errDue) { // silence or lapse came first: it is done, and then the act is judged
		if err = s.Settle(ctx, caseID); err != nil {
			return nil, err
		}
		done, err = s.attempt(ctx, actor, caseID, seen, act, do)
	}
	return done, err
}

func (s *Service) attempt(ctx context.Context, actor gov.Actor, caseID string, seen int64, act Act,
	do func(tx *db.Tx, c *Case, rules *Rules) error) (done *Case, err error) {
	err = s.db.Do(ctx, func(tx *db.Tx) error {
		c, err := lock(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := s.ready(actor, c, seen, act); err != nil {
			return err
		}
		if overdue(c, today(tx.Now())) {
			return errDue
		}
		if err := s.ledger(ctx, c); err != nil {
			return err
		}
		rules, err := s.items.Rules(ctx, c.LocalItem)
		if err != nil {
			return err
		}
		if err := do(tx, c, rules); err != nil {
			return err
		}
		done = c
		return save(ctx, tx, c)
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// ready asks in the order in which the answers help: may the actor at all, is it
// still the case he saw, does the state allow it.
func (s *Service) ready(actor gov.Actor, c *Case, seen int64, act Act) error {
	if !MaySee(actor, c) {
		return fault.Missing("cases.missing")
	}
	if err := overtaken(c, act); err != nil {
		return err
	}
	if err := check(c, seen); err != nil {
		return err
	}
	if !Lifecycle.Allows(c.State, act) {
		_, err := Lifecycle.Next(c.State, act)
		return err
	}
	return allow(actor, c, MayDo(actor, c, act))
}

// overtaken says that the law was faster than the act: silence accepted the case,
// or the time to correct ran out. That helps more than "somebody else was".
func overtaken(c *Case, act Act) error {
	switch act {
	case ActAccept, ActDecline, ActNotify:
		if c.Deemed {
			return fault.Conflict("cases.deemed", "number", c.Number.Grouped())
		}
	case ActResubmit, ActServe, ActWithdraw, ActTerminate:
		if c.State == Lapsed {
			return fault.Conflict("cases.lapsed", "number", c.Number.Grouped())
		}
	}
	return nil
}

// Accept takes the case on (受理): the promise and the statutory limit start, the
// first step of the department is awaited, 受理通知书 is issued (art. 32).
func (s *Service) Accept(ctx context.Context, actor gov.Actor, caseID string, seen int64) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActAccept, func(tx *db.Tx, c *Case, rules *Rules) error {
		return s.acceptIn(ctx, tx, actor, c, rules)
	})
}

func (s *Service) acceptIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, rules *Rules) error {
	return s.takeOn(ctx, tx, actor, c, rules, ActAccept, Change{Event: at(tx.Now(), clock.Accept)})
}

// takeOn is what acceptance causes, given or by silence: order, first stage,
// letter.
func (s *Service) takeOn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, rules *Rules, act Act, change Change) (err error) {
	change.Step, change.AcceptedAt = rules.first(), tx.Now()
	if rules.Limited { // first accepted, first served: the order is total and never changes (art. 57)
		if change.AcceptanceSeq, err = serial.Next(ctx, tx, "acceptance/"+c.Body+"/"+c.Item); err != nil {
			return err
		}
	}
	change.Stage = rules.stage(NoStep, change.Step, today(tx.Now()))
	d, because, err := s.foresee(ctx, c, change, today(tx.Now()), clock.PromisedClock, clock.StatutoryClock)
	if err != nil {
		return err
	}
	change.Dates = d
	change.Letter, err = s.issue(ctx, tx, c, Text{Kind: AcceptanceLetter, Accepted: d.AcceptedOn, Due: d.PromisedDue,
		Statutory: d.StatutoryDue, Provisional: d.Provisional, Deemed: change.Deemed, Because: because})
	if err != nil {
		return err
	}
	if err := s.act(ctx, tx, c, actor, act, change); err != nil {
		return err
	}
	return s.publish(ctx, tx, "case.accepted", c)
}

// stage is the stage that begins with a step, nil where a step goes on with the
// stage of the one before: a stage's days are shared by its steps.
func (r *Rules) stage(from, to Step, on clock.Date) *Stage {
	name, days := r.published(to)
	if before, _ := r.published(from); from != NoStep && order[to] > order[from] && before == name && name != "" {
		return nil
	}
	return &Stage{On: on, Days: days}
}

// published is the guide's stage of a step, with all its days.
func (r *Rules) published(step Step) (name string, days int64) {
	for _, st := range r.Steps {
		if st.Step == step {
			name = st.Stage
			break
		}
	}
	for _, st := range r.Steps {
		if st.Stage == name && name != "" {
			days += int64(st.Days)
		}
	}
	return name, days
}

func (r *Rules) first() Step {
	if len(r.Steps) == 0 {
		return Approve
	}
	return r.Steps[0].Step
}

// next is the step after the given one, NoStep after the last.
func (r *Rules) next(step Step) Step {
	for i, st := range r.Steps {
		if st.Step == step && i+1 < len(r.Steps) {
			return r.Steps[i+1].Step
		}
	}
	return NoStep
}

// has tells whether the item has the step.
func (r *Rules) has(step Step) bool {
	for _, st := range r.Steps {
		if st.Step == step {
			return true
		}
	}
	return false
}

// DeclineArticles are the two grounds of 不予受理 in art. 32: no licence is needed
// at all, or another body grants it. An item's own basis may be another.
var DeclineArticles = []string{"行政许可法第三十二条第一款第一项", "行政许可法第三十二条第一款第二项"}

// Decline is an answer of "not here": reason, where to go, remedies. A reason is
// required by law, and so is the right place where there is one.
type Decline struct {
	Reason    string
	Article   string
	WhereToGo string
}

const mostWords = 2000 // characters of a reason or an opinion

func (d Decline) validate() error {
	var f fault.Fields
	required(&f, "reason", d.Reason)
	required(&f, "article", d.Article)
	if d.Article == DeclineArticles[1] { // not ours: then whose
		required(&f, "where", d.WhereToGo)
	}
	limited(&f, "where", d.WhereToGo)
	return f.Err()
}

func required(f *fault.Fields, path, v string) {
	if v == "" {
		f.Add(path, "cases."+path+"_required")
		return
	}
	limited(f, path, v)
}

func limited(f *fault.Fields, path, v string) {
	if len([]rune(v)) > mostWords {
		f.Add(path, "cases.too_long", "most", mostWords)
	}
}

// Decline ends the case before it began (不予受理), with a dated document.
func (s *Service) Decline(ctx context.Context, actor gov.Actor, caseID string, seen int64, in Decline) (*Case, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActDecline, func(tx *db.Tx, c *Case, _ *Rules) error {
		letter, err := s.issue(ctx, tx, c, Text{Kind: DeclineLetter, Reason: in.Reason, Article: in.Article,
			WhereToGo: in.WhereToGo, Remedies: true})
		if err != nil {
			return err
		}
		change := Change{Event: at(tx.Now(), clock.Decline), Reason: in.Reason, Article: in.Article, Words: in.WhereToGo, Letter: letter}
		if err := s.act(ctx, tx, c, actor, ActDecline, change); err != nil {
			return err
		}
		return s.closed(ctx, tx, actor, c, "case.declined")
	})
}

func (s *Service) closed(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, kind string) error {
	if err := s.reactions.Closed(ctx, tx, actor, c); err != nil {
		return err
	}
	return s.publish(ctx, tx, kind, c)
}
