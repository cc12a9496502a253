package cases

import (
	"context"
	"maps"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Decision is 批准: grant, or refuse with reason, article and remedies (art. 38).
type Decision struct {
	Grant   bool
	Words   string
	Reason  string
	Article string
}

func (d Decision) validate() error {
	var f fault.Fields
	limited(&f, "words", d.Words)
	if !d.Grant {
		required(&f, "reason", d.Reason)
		required(&f, "article", d.Article)
	}
	return f.Err()
}

// Decide is the head's decision. A grant whose licence needs more than the form
// holds goes to 制证 first and is final only then.
func (s *Service) Decide(ctx context.Context, actor gov.Actor, caseID string, seen int64, d Decision) (*Case, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	act := ActGrant
	if !d.Grant {
		act = ActRefuse
	}
	return s.verb(ctx, actor, caseID, seen, act, func(tx *db.Tx, c *Case, rules *Rules) error {
		return s.decideIn(ctx, tx, actor, c, rules, d)
	})
}

func (s *Service) decideIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, rules *Rules, d Decision) error {
	if c.Step != Approve {
		return fault.Conflict("cases.not_now", "state", string(c.State), "act", string(ActGrant))
	}
	if !d.Grant {
		return s.refuseIn(ctx, tx, actor, c, d)
	}
	if err := s.keepOpinion(ctx, tx, actor, c, VerdictGrant, d.Words); err != nil {
		return err
	}
	if rules.Licence == nil {
		return s.grantIn(ctx, tx, actor, c, rules, Production{}, d.Words)
	}
	answers, err := s.answers.Answers(ctx, tx, c.Dossier())
	if err != nil {
		return err
	}
	if _, computed := catalogue.ParseValidity(rules.Licence.Validity).Until(today(tx.Now())); computed && len(unset(rules.Licence, answers)) == 0 {
		return s.grantIn(ctx, tx, actor, c, rules, Production{}, d.Words)
	}
	return s.act(ctx, tx, c, actor, ActAdvance, Change{Step: Produce, Stage: rules.stage(c.Step, Produce, today(tx.Now())), Verdict: VerdictGrant, Words: d.Words})
}

func (s *Service) refuseIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, d Decision) error {
	if err := s.keepOpinion(ctx, tx, actor, c, VerdictNo, d.Reason); err != nil {
		return err
	}
	letter, err := s.issue(ctx, tx, c, Text{Kind: RefusalLetter, Reason: d.Reason, Article: d.Article, Remedies: true})
	if err != nil {
		return err
	}
	change := decision(tx)
	change.Reason, change.Article, change.Letter, change.Verdict = d.Reason, d.Article, letter, VerdictNo
	if err := s.act(ctx, tx, c, actor, ActRefuse, change); err != nil {
		return err
	}
	return s.publish(ctx, tx, "case.refused", c)
}

// decision dates the decision and the limit for handing it over (art. 44).
func decision(tx *db.Tx) Change {
	return Change{Event: at(tx.Now(), clock.Decide), DecidedOn: today(tx.Now()), DecidedAt: tx.Now()}
}

// Production is what 制证 enters: face elements the form does not hold, and the
// dates where the published validity is neither years nor 长期.
type Production struct {
	Face      form.Answers
	ValidFrom clock.Date
	ValidTo   clock.Date
	Unlimited bool // no end date (长期)
}

// Produce enters what the licence still needs, checked by the elements' own
// rules, and makes the grant final.
func (s *Service) Produce(ctx context.Context, actor gov.Actor, caseID string, seen int64, p Production) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActGrant, func(tx *db.Tx, c *Case, rules *Rules) error {
		if c.Step != Produce {
			return fault.Conflict("cases.not_now", "state", string(c.State), "act", string(ActGrant))
		}
		return s.grantIn(ctx, tx, actor, c, rules, p, "")
	})
}

// grantIn makes the grant final: the licence is issued in the same transaction,
// and an electronic one is delivered by it.
func (s *Service) grantIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, rules *Rules, p Production, words string) error {
	change := decision(tx)
	var err error
	change.Words, change.Verdict = words, VerdictGrant
	if rules.Licence == nil {
		change.Letter, err = s.issue(ctx, tx, c, Text{Kind: ResultLetter, ResultName: rules.ResultName, Accepted: c.AcceptedOn})
	} else {
		var g Grant
		if g, change.Face, err = s.face(ctx, tx, c, rules.Licence, p); err == nil {
			c.DecidedOn = change.DecidedOn // the licence bears the date of the decision
			change.Licence, err = s.reactions.Issue(ctx, tx, actor, c, g)
		}
	}
	if err != nil {
		return err
	}
	if err := s.act(ctx, tx, c, actor, ActGrant, change); err != nil {
		return err
	}
	if err := s.publish(ctx, tx, "case.granted", c); err != nil {
		return err
	}
	if c.Paperless() {
		return s.deliverElectronic(ctx, tx, c)
	}
	return nil
}

// face puts the licence's face together and refuses what is missing or wrong. It
// gives apart what was entered, for the journal.
func (s *Service) face(ctx context.Context, tx *db.Tx, c *Case, rule *LicenceRule, p Production) (Grant, form.Answers, error) {
	answers, err := s.answers.Answers(ctx, tx, c.Dossier())
	if err != nil {
		return Grant{}, nil, err
	}
	g := Grant{Rule: rule, Face: form.Answers{}, ValidFrom: today(tx.Now())}
	var asked form.Form
	for _, x := range rule.Face {
		if v := answers[x.Key]; !v.IsZero() {
			g.Face[x.Key] = v
			continue
		}
		x.Required, x.RequiredWhen = true, nil
		asked = append(asked, x)
	}
	entered := asked.Normalise(p.Face)
	fields := asked.Validate(entered, form.Facts{Today: today(tx.Now())}, asked.Keys()...)
	for i := range fields {
		fields[i].Path = "face." + fields[i].Path
	}
	maps.Copy(g.Face, entered)
	fields = append(fields, g.dates(rule, p)...)
	return g, entered, fields.Err()
}

// dates takes the validity from the published rule where it is one, else from
// what 制证 entered.
func (g *Grant) dates(rule *LicenceRule, p Production) (f fault.Fields) {
	to, computed := catalogue.ParseValidity(rule.Validity).Until(g.ValidFrom)
	if computed {
		g.ValidTo = to
		return nil
	}
	if !p.ValidFrom.IsZero() {
		g.ValidFrom = p.ValidFrom
	}
	switch {
	case p.Unlimited:
	case p.ValidTo.IsZero():
		f.Add("valid_to", "cases.validity_required")
	case !p.ValidTo.After(g.ValidFrom):
		f.Add("valid_to", "cases.validity_order")
	}
	g.ValidTo = p.ValidTo
	return f
}

// NeedsProduction tells what 制证 must enter for a case at that step.
func (s *Service) NeedsProduction(ctx context.Context, c *Case) (fields form.Form, dates bool, err error) {
	rules, err := s.items.Rules(ctx, c.LocalItem)
	if err != nil || rules.Licence == nil {
		return nil, false, err
	}
	answers, err := s.answers.Answers(ctx, s.db, c.Dossier())
	if err != nil {
		return nil, false, err
	}
	for _, key := range unset(rules.Licence, answers) {
		x, _ := rules.Licence.Face.Field(key)
		x.Required = true
		fields = append(fields, x)
	}
	_, computed := catalogue.ParseValidity(rules.Licence.Validity).Until(c.AcceptedOn)
	return fields, !computed, nil
}
