package app

import (
	"context"
	"fmt"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/job"
	"yimen/internal/supervision"
	"yimen/seed"
)

// What supervision asks of the others, what it causes in them, and its jobs.

// buildSupervision makes the supervision context with the rules of the seed.
func (a *App) buildSupervision() error {
	rules, err := supervision.ParseRules(seed.Supervision)
	if err != nil {
		return err
	}
	x := supervising{a}
	a.Supervision = supervision.New(supervision.Deps{DB: a.DB, Book: a.Book, Sealer: a.Ring, Now: a.Now, Rules: rules,
		Calendar: a.Catalogue, Items: x, Corrections: x, Running: a.Cases, Bodies: x, Reactions: x})
	return nil
}

// supervising fills the ports of supervision.
type supervising struct{ *App }

// Type is the item's type in the catalogue's words.
func (a supervising) Type(ctx context.Context, localItem string) (string, error) {
	g, err := a.Catalogue.Guide(ctx, localItem)
	if err != nil {
		return "", err
	}
	return g.Version.Item.Type, nil
}

// Notices gives the paths of what was asked for, and those that could not be seen
// the first time: a field that is asked only because of an answer which an earlier
// notice had put right, and a material whose licence has fallen since the last notice.
func (a supervising) Notices(ctx context.Context, tx *db.Tx, c *cases.Case) (supervision.Notices, error) {
	all, err := a.Cases.Noticed(ctx, tx, c)
	if err != nil {
		return supervision.Notices{}, err
	}
	rules, err := a.Cases.Rules(ctx, c)
	if err != nil {
		return supervision.Notices{}, err
	}
	n := supervision.Notices{Later: map[string]bool{}}
	put := map[string]bool{} // fields that an earlier notice named
	for _, defects := range all {
		var paths []string
		for _, d := range defects {
			paths = append(paths, d.Path())
			if x, ok := rules.Form.Field(d.Key); ok && d.Kind == cases.FieldDefect && x.RequiredWhen != nil && put[x.RequiredWhen.Key] {
				n.Later[d.Path()] = true
			}
		}
		for _, d := range defects {
			put[d.Key] = put[d.Key] || d.Kind == cases.FieldDefect
		}
		n.Paths = append(n.Paths, paths)
	}
	return n, a.fellLater(ctx, tx, c, n)
}

// fellLater marks the materials whose licence still counted when the notice before the
// last was written. One that fell on its very day may have fallen after it.
func (a supervising) fellLater(ctx context.Context, tx *db.Tx, c *cases.Case, n supervision.Notices) error {
	days := c.NoticedOn()
	if len(days) < 2 {
		return nil
	}
	fell, err := a.Applications.FellOn(ctx, tx, c.Dossier())
	for slot, on := range fell {
		if !on.Before(days[len(days)-2]) {
			n.Later[cases.Defect{Kind: cases.MaterialDefect, Key: slot}.Path()] = true
		}
	}
	return err
}

func (a supervising) Body(ctx context.Context, r db.Reader, id string) (supervision.Body, error) {
	b, err := a.Identity.Body(ctx, r, id)
	return supervision.Body{ID: b.ID, Name: b.Name, Department: b.Department, Region: gov.Region(b.Region)}, err
}

func (a supervising) StaffAt(ctx context.Context, r db.Reader, body string) (map[string]string, error) {
	return bodies(a).StaffAt(ctx, r, body)
}

// The kinds of the jobs of supervision.
const (
	dailyCards  = "daily.cards"
	dailyOrders = "daily.orders"
	watchAgain  = "supervision.watch"
)

// superviseJobs: a midnight raises cards and escalates orders; a change of rules,
// and the first start, lets every running case be watched anew.
func (a *App) superviseJobs(w *job.Worker) {
	w.HandleInside(dailyCards, a.daily(dailyCards, a.Supervision.Tick))
	w.HandleInside(dailyOrders, a.daily(dailyOrders, a.Supervision.Escalate))
	w.HandleInside(watchAgain, func(ctx context.Context, tx *db.Tx, j job.Job) error {
		last, err := a.Supervision.Rewatch(ctx, tx, j.Payload)
		if err != nil || last == "" {
			return err
		}
		return job.Add(ctx, tx, job.Job{Kind: watchAgain, Key: j.Key + "+", Due: tx.Now(), Payload: last})
	})
}

// plantSupervision adds what a start needs: the midnights of today, and once in the
// life of an installation the watches of cases opened before there were any.
func plantSupervision(ctx context.Context, tx *db.Tx) error {
	for _, kind := range []string{dailyCards, dailyOrders} {
		if err := plant(ctx, tx, kind, clock.DateOf(tx.Now().Time())); err != nil {
			return err
		}
	}
	return job.Add(ctx, tx, job.Job{Kind: watchAgain, Key: "first"})
}

// RulesChanged: WHEN a rule of supervision changes THEN every running case is
// watched by it. Programs that hear of it late have heard by then.
func (a supervising) RulesChanged(ctx context.Context, tx *db.Tx) error {
	return job.Add(ctx, tx, job.Job{Kind: watchAgain, Key: fmt.Sprintf("rules.%d", tx.Now()), Due: tx.Now().Add(2 * supervision.Patience)})
}

// CardRaised: WHEN cards are raised THEN officer and department are told.
func (a supervising) CardRaised(ctx context.Context, tx *db.Tx, cards []supervision.Card) error {
	return a.tellCards(ctx, tx, cards)
}

// CardDecided: WHEN a card is upheld or withdrawn THEN officer and department are
// told.
func (a supervising) CardDecided(ctx context.Context, tx *db.Tx, actor gov.Actor, c *supervision.Card) error {
	return a.tellDecided(ctx, tx, actor, c)
}

// OrderIssued: WHEN an order is given THEN its addressee is told.
func (a supervising) OrderIssued(ctx context.Context, tx *db.Tx, actor gov.Actor, o *supervision.Order) error {
	return a.tellOrder(ctx, tx, actor, o)
}

// OrderEscalated: WHEN nobody answers an order in time THEN its addressee and the
// head of the body are told.
func (a supervising) OrderEscalated(ctx context.Context, tx *db.Tx, o *supervision.Order) error {
	return a.tellEscalated(ctx, tx, o)
}
