package cases

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Verdict is what a step concluded.
type Verdict string

// 承办 and 审核 advise, 批准 decides; either may go back.
const (
	AdviseGrant  Verdict = "advise_grant"
	AdviseRefuse Verdict = "advise_refuse"
	VerdictGrant Verdict = "grant"
	VerdictNo    Verdict = "refuse"
	VerdictBack  Verdict = "return"
)

// Opinion is a step's conclusion with its words.
type Opinion struct {
	Step    Step
	Verdict Verdict
	Words   string
	Account string
	Name    string
	At      now.Instant
	Void    bool // the case went back before this step again
}

// Advise ends 承办 or 审核 with advice and passes the case on.
func (s *Service) Advise(ctx context.Context, actor gov.Actor, caseID string, seen int64, v Verdict, words string) (*Case, error) {
	if err := checkAdvice(v, words); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActAdvance, func(tx *db.Tx, c *Case, rules *Rules) error {
		return s.adviseIn(ctx, tx, actor, c, rules, v, words)
	})
}

func checkAdvice(v Verdict, words string) error {
	var f fault.Fields
	if v != AdviseGrant && v != AdviseRefuse {
		f.Add("verdict", "cases.verdict_required")
	}
	if v == AdviseRefuse {
		required(&f, "words", words)
	}
	limited(&f, "words", words)
	return f.Err()
}

func (s *Service) adviseIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, rules *Rules, v Verdict, words string) error {
	if c.Step != Handle && c.Step != Review {
		return fault.Conflict("cases.not_now", "state", string(c.State), "act", string(ActAdvance))
	}
	if err := separate(actor, c); err != nil {
		return err
	}
	if c.Step == Handle && rules.SiteVisit && v == AdviseGrant {
		if err := s.visited(ctx, tx, c); err != nil {
			return err
		}
	}
	change := Change{Step: rules.next(c.Step), Verdict: v, Words: words}
	if change.Step == NoStep {
		change.Step = Approve
	}
	change.Stage = rules.stage(c.Step, change.Step, today(tx.Now()))
	if c.Step == Handle {
		change.Officer = actor.Account
	} else {
		change.Reviewer = actor.Account
	}
	if err := s.keepOpinion(ctx, tx, actor, c, v, words); err != nil {
		return err
	}
	return s.act(ctx, tx, c, actor, ActAdvance, change)
}

func (s *Service) keepOpinion(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, v Verdict, words string) error {
	oid := id.New()
	return tx.Exec(ctx, `INSERT INTO opinion (id, cases, step, verdict, words, account, name, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		oid, c.ID, string(c.Step), string(v), s.seal(words, "opinion.words:"+oid), actor.Account, actor.Name, int64(tx.Now()))
}

// Return sends the case to an earlier step with a reason; what the steps in
// between concluded is void.
func (s *Service) Return(ctx context.Context, actor gov.Actor, caseID string, seen int64, to Step, reason string) (*Case, error) {
	var f fault.Fields
	required(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActReturn, func(tx *db.Tx, c *Case, rules *Rules) error {
		if !rules.has(to) || order[to] >= order[c.Step] {
			var f fault.Fields
			f.Add("to", "cases.not_earlier")
			return f.Err()
		}
		if err := s.keepOpinion(ctx, tx, actor, c, VerdictBack, reason); err != nil {
			return err
		}
		void := []Step{}
		for _, st := range rules.Steps {
			if order[st.Step] >= order[to] {
				void = append(void, st.Step)
			}
		}
		err := tx.Exec(ctx, `UPDATE opinion SET void = TRUE WHERE cases = $1 AND verdict <> 'return' AND step in_list($2)`,
			c.ID, db.List(void))
		if err != nil {
			return err
		}
		return s.act(ctx, tx, c, actor, ActReturn, Change{Step: to, Stage: rules.stage(c.Step, to, today(tx.Now())),
			Reason: reason, Returned: true, Verdict: VerdictBack})
	})
}

// Visit is the record of a 现场核查. Art. 34 wants two officials; both serve at
// the body, and the one who writes is one of them. A department's system is no
// official: it names both.
type Visit struct {
	On     clock.Date
	First  string // account, of a record that a department's system writes
	Second string // account of the other official
	Passed bool
	Record string
	Joint  *Joint // the step that departments took together, nil for a visit of one
}

// RecordVisit keeps the record of a site visit during 承办.
func (s *Service) RecordVisit(ctx context.Context, actor gov.Actor, caseID string, seen int64, in Visit) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActVisit, func(tx *db.Tx, c *Case, _ *Rules) error {
		return s.visitIn(ctx, tx, actor, c, in)
	})
}

func (s *Service) visitIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, in Visit) error {
	staff, err := s.bodies.StaffAt(ctx, tx, c.Body)
	if err != nil {
		return err
	}
	if actor.Kind != gov.Service {
		in.First = actor.Account
	}
	if err := in.validate(actor, c, staff, today(tx.Now())); err != nil {
		return err
	}
	if actor.Kind != gov.Service { // a name on the act and on the record must agree
		staff[actor.Account] = actor.Name
	}
	vid := id.New()
	err = tx.Exec(ctx, `INSERT INTO site_visit (id, cases, visited_on, first, first_name, second, second_name, passed, record, at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, vid, c.ID, in.On, in.First, staff[in.First],
		in.Second, staff[in.Second], in.Passed, s.seal(in.Record, "site_visit.record:"+vid), int64(tx.Now()))
	if err != nil {
		return err
	}
	change := Change{Step: c.Step, Words: in.Record, Passed: in.Passed, Names: []string{staff[in.First], staff[in.Second]}, Joint: in.Joint}
	return s.act(ctx, tx, c, actor, ActVisit, change)
}

func (v Visit) validate(actor gov.Actor, c *Case, staff map[string]string, today clock.Date) error {
	var f fault.Fields
	switch {
	case v.On.IsZero():
		f.Add("on", "cases.visit_date_required")
	case v.On.After(today) || v.On.Before(c.AcceptedOn):
		f.Add("on", "cases.visit_date", "from", c.AcceptedOn.String(), "to", today.String())
	}
	if actor.Kind == gov.Service && staff[v.First] == "" {
		f.Add("first", "cases.visit_first_required")
	}
	switch {
	case v.Second == actor.Account, v.Second == v.First:
		f.Add("second", "cases.visit_two")
	case staff[v.Second] == "":
		f.Add("second", "cases.visit_second_required")
	}
	required(&f, "record", v.Record)
	return f.Err()
}

// visited holds that a favourable opinion rests on a visit that passed.
func (s *Service) visited(ctx context.Context, tx *db.Tx, c *Case) error {
	var passed bool
	err := tx.Row(ctx, `SELECT passed FROM site_visit WHERE cases = $1 ORDER BY id DESC LIMIT 1`, c.ID).Scan(&passed)
	if db.NoRows(err) || (err == nil && !passed) {
		return fault.Invalid("cases.visit_required")
	}
	return err
}

// TerminationArticle is the ground of an end without a decision. Art. 70 is about
// licences that stand; a case is ended by its analogy.
const TerminationArticle = "参照行政许可法第七十条第二、三项"

// Terminate ends the case because its applicant is no more (art. 70), with a
// dated document.
func (s *Service) Terminate(ctx context.Context, actor gov.Actor, caseID string, seen int64, reason string) (*Case, error) {
	var f fault.Fields
	required(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActTerminate, func(tx *db.Tx, c *Case, _ *Rules) error {
		change := Change{Event: at(tx.Now(), clock.Withdraw), Reason: reason}
		var err error
		change.Letter, err = s.issue(ctx, tx, c, Text{Kind: TerminationLetter, Reason: reason, Article: TerminationArticle, Remedies: true})
		if err != nil {
			return err
		}
		if err := s.act(ctx, tx, c, actor, ActTerminate, change); err != nil {
			return err
		}
		return s.closed(ctx, tx, actor, c, "case.terminated")
	})
}

// Withdraw ends the case because its applicant wants it ended, before a decision.
func (s *Service) Withdraw(ctx context.Context, actor gov.Actor, caseID string, seen int64, reason string) (*Case, error) {
	var f fault.Fields
	limited(&f, "reason", reason)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, ActWithdraw, func(tx *db.Tx, c *Case, _ *Rules) error {
		if err := s.act(ctx, tx, c, actor, ActWithdraw, Change{Event: at(tx.Now(), clock.Withdraw), Reason: reason}); err != nil {
			return err
		}
		return s.closed(ctx, tx, actor, c, "case.withdrawn")
	})
}

// mostCharged bounds one charge: a hundred million yuan.
const mostCharged = 100_000_000_00

// RecordCharge keeps that fen were taken for the case, and what for. What the guide
// under which it was filed calls free is free (行政许可法 art. 58); what it charges, it
// charges by the published standard (art. 59), which is kept beside the amount.
func (s *Service) RecordCharge(ctx context.Context, actor gov.Actor, caseID string, seen, fen int64, what string) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActCharge, func(tx *db.Tx, c *Case, rules *Rules) error {
		if err := rules.Fee.check(fen, what); err != nil {
			return err
		}
		return s.act(ctx, tx, c, actor, ActCharge, Change{Step: c.Step, Article: rules.Fee.Basis,
			Charge: &Charge{Fen: fen, For: what, Standard: rules.Fee.Standard}})
	})
}

func (r FeeRule) check(fen int64, what string) error {
	var f fault.Fields
	switch {
	case fen < 1 || fen > mostCharged:
		f.Add("amount", "cases.charge_amount")
	case !r.Charged:
		f.Add("amount", "cases.charge_free", "standard", r.Standard, "fen", fen)
	}
	required(&f, "for", what)
	return f.Err()
}

// unset lists the face elements that the form does not give.
func unset(rule *LicenceRule, answers form.Answers) []string {
	var out []string
	for _, key := range rule.Face.Keys() {
		if answers[key].IsZero() && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}
