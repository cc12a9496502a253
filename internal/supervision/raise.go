package supervision

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// reaching is a case with the rungs it has reached.
type reaching struct {
	watched *Watched
	moments []Moment
}

// raiseReached raises the cards that do not stand yet. Their cases' rows of watch
// are locked by this transaction, and cards are raised under that lock only, so
// what is read here cannot change before the commit: no card is raised twice, and
// none is refused by the unique key.
func (s *Service) raiseReached(ctx context.Context, tx *db.Tx, cal *clock.Calendar, rules *Ruleset, all []reaching) error {
	if len(all) == 0 {
		return nil
	}
	there, err := standing(ctx, tx, all)
	if err != nil {
		return err
	}
	days := newPeriods(cal, rules, today(tx.Now()))
	var cards []Card
	for _, r := range all {
		for _, m := range r.moments {
			if there[key{r.watched.Case, m.Rung}] {
				continue
			}
			there[key{r.watched.Case, m.Rung}] = true
			c, err := s.newCard(tx, r.watched, m, days)
			if err != nil {
				return err
			}
			cards = append(cards, c)
		}
	}
	if len(cards) == 0 {
		return nil
	}
	if err := s.insertCards(ctx, tx, cards); err != nil {
		return err
	}
	return s.reactions.CardRaised(ctx, tx, cards)
}

// key names a card by what makes it unique.
type key struct{ cases, rung string }

// standing reads which cards the cases have.
func standing(ctx context.Context, tx *db.Tx, all []reaching) (map[key]bool, error) {
	ids := make([]string, len(all))
	for i, r := range all {
		ids[i] = r.watched.Case
	}
	rows, err := tx.Query(ctx, `SELECT cases, rung FROM card WHERE cases in_list($1)`, db.List(ids))
	found, err := db.All(rows, err, func(s db.Scanner) (k key, err error) {
		err = s.Scan(&k.cases, &k.rung)
		return k, err
	})
	out := make(map[key]bool, len(found))
	for _, k := range found {
		out[k] = true
	}
	return out, err
}

func (s *Service) newCard(tx *db.Tx, w *Watched, m Moment, days *periods) (Card, error) {
	rule := days.rules.Of(m.Code, w.ItemType, w.Item)
	c := Card{
		ID: id.New(), Case: w.Case, Rung: m.Rung, Rule: m.Code, Severity: m.Severity, Basis: rule.Basis, Number: w.Number,
		Item: w.Item, ItemName: w.ItemName, ItemType: w.ItemType, Body: w.Body, BodyName: w.BodyName, Department: w.Department,
		Region: w.Region, Officer: w.Officer, OfficerName: w.OfficerName, DueOn: m.Due, ReachedOn: m.On,
		RaisedAt: tx.Now(), RaisedOn: days.from, State: CardRaised, Facts: m.Facts,
	}
	if !c.Severity.Answered() {
		return c, nil
	}
	var err error
	if c.AnswerDue, err = days.due(AnswerDays, w); err != nil {
		return c, err
	}
	c.AppealDue, err = days.due(AppealDays, w)
	return c, err
}

// periods counts the days to answer and to appeal from one day, each rule once.
type periods struct {
	cal   *clock.Calendar
	rules *Ruleset
	from  clock.Date
	dues  map[int]clock.Date
}

func newPeriods(cal *clock.Calendar, rules *Ruleset, from clock.Date) *periods {
	return &periods{cal: cal, rules: rules, from: from, dues: map[int]clock.Date{}}
}

func (p *periods) due(code Code, w *Watched) (clock.Date, error) {
	n := p.rules.Of(code, w.ItemType, w.Item).Days
	if d, ok := p.dues[n]; ok {
		return d, nil
	}
	d, err := clock.Due(p.cal, p.from, n, clock.Working)
	if err != nil {
		return d, fault.Internal(err, "supervision.clock", "number", w.Number.Grouped())
	}
	p.dues[n] = d
	return d, nil
}
