package supervision

import (
	"context"
	"encoding/json"
	"slices"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Watched is the row kept on a case: what lists and boards show, sort and count
// by. Dates on which a rung is reached are none where it is not in sight.
type Watched struct {
	Case        string
	Number      gov.CaseNumber
	Item        string
	ItemName    string
	ItemType    string
	Body        string
	BodyName    string
	Department  string
	Region      gov.Region
	Officer     string // account that did 承办; '' while nobody has
	OfficerName string
	State       cases.State
	Step        cases.Step
	Awaits      cases.Awaits
	Open        bool // somebody is awaited
	SubmittedOn clock.Date
	DueOn       clock.Date // the date that counts for whoever is awaited
	Provisional bool

	AcceptOn   clock.Date
	BlueOn     clock.Date
	YellowOn   clock.Date
	RedOn      clock.Date
	SeriousOn  clock.Date
	StepOn     clock.Date
	DeliverOn  clock.Date
	Procedures []Overrun

	Severity Severity   // of the gravest rung reached by a clock that runs
	NextOn   clock.Date // the next rung, none when there is none
}

// Overrun is a special procedure that goes on, with the first day on which it will
// have taken longer than told.
type Overrun struct {
	Name string     `json:"name"`
	On   clock.Date `json:"on"`
}

// watched is the row of a case with its ladder on a day.
func watched(c *cases.Case, itemType string, ladder []Moment, on clock.Date) *Watched {
	w := &Watched{
		Case: c.ID, Number: c.Number, Item: c.Item, ItemName: c.ItemName, ItemType: itemType, Body: c.Body, BodyName: c.BodyName,
		Department: c.Department, Region: c.Region, Officer: c.Officer, State: c.State, Step: c.Step, Awaits: c.Awaits,
		Open: !c.Ended(), SubmittedOn: c.SubmittedOn, DueOn: c.DueOn, Provisional: c.Provisional,
		Severity: severityOn(ladder, on), NextOn: nextAfter(ladder, on),
	}
	for _, m := range ladder {
		if !m.Lit { // of a clock that has stopped: behind it
			continue
		}
		switch m.Code {
		case Accept:
			w.AcceptOn = m.On
		case Blue:
			w.BlueOn = m.On
		case Yellow:
			w.YellowOn = m.On
		case Red:
			w.RedOn = m.On
		case Serious:
			w.SeriousOn = m.On
		case StepLate:
			w.StepOn = m.On
		case Deliver:
			w.DeliverOn = m.On
		case Procedure:
			w.Procedures = append(w.Procedures, Overrun{m.Rung[len(Procedure)+1:], m.On})
		}
	}
	if !w.Open {
		w.Severity = NoSeverity
	}
	return w
}

// moments reads the ladder back out of the row, for a midnight at which nobody has
// the case at hand.
func (w *Watched) moments(rules *Ruleset) []Moment {
	var all []Moment
	add := func(code Code, part string, on, due clock.Date) {
		if !on.IsZero() {
			all = append(all, Moment{Rung: rung(code, part), Code: code, On: on, Due: due, Lit: code != Accept,
				Severity: rules.Of(code, w.ItemType, w.Item).Severity})
		}
	}
	add(Blue, "", w.BlueOn, w.DueOn)
	add(Yellow, "", w.YellowOn, w.DueOn)
	add(Red, "", w.RedOn, w.RedOn.AddDays(-1))
	add(Serious, "", w.SeriousOn, w.SeriousOn.AddDays(-1))
	add(Accept, "", w.AcceptOn, w.AcceptOn.AddDays(-1))
	add(Deliver, "", w.DeliverOn, w.DeliverOn.AddDays(-1))
	add(StepLate, string(w.Step), w.StepOn, w.StepOn.AddDays(-1))
	for _, p := range w.Procedures {
		add(Procedure, p.Name, p.On, p.On.AddDays(-1))
	}
	return all
}

// WatchIn keeps the watch on a case in step with it; it is called for every act,
// in the act's transaction. On the way of a case that is in time it only writes.
// Rungs that are reached already raise their cards here and now: an acceptance by
// silence is back-dated, a server may have been down over a midnight.
func (s *Service) WatchIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case) error {
	return s.watchAll(ctx, tx, actor, []*cases.Case{c})
}

func (s *Service) watchAll(ctx context.Context, tx *db.Tx, actor gov.Actor, all []*cases.Case) error {
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return err
	}
	rules, err := s.Rules(ctx)
	if err != nil {
		return err
	}
	cal = cal.AssumingWeekdays()
	on := today(tx.Now())
	var reached []reaching
	for _, c := range all {
		itemType, err := s.items.Type(ctx, c.LocalItem)
		if err != nil {
			return err
		}
		ladder, err := Ladder(c, cal, on, rules, itemType)
		if err != nil {
			return err
		}
		w := watched(c, itemType, ladder, on)
		if actor.Account == c.Officer {
			w.OfficerName = actor.Name
		}
		if err := keep(ctx, tx, w); err != nil {
			return err
		}
		if past := reachedOn(ladder, on); len(past) > 0 {
			reached = append(reached, reaching{w, past})
		}
	}
	return s.raiseReached(ctx, tx, cal, rules, reached)
}

// reachedOn are the moments up to a day.
func reachedOn(all []Moment, on clock.Date) []Moment {
	return slices.DeleteFunc(slices.Clone(all), func(m Moment) bool { return m.On.After(on) })
}

const watchColumns = `cases, number, item, item_name, item_type, body, body_name, department, region, officer, officer_name,
	state, step, awaits, open, submitted_on, due_on, provisional, accept_on, blue_on, yellow_on, red_on, serious_on,
	step_on, deliver_on, procedures, severity, next_on`

// keep writes the row. Whoever did 承办 keeps his name until somebody else does it.
func keep(ctx context.Context, tx *db.Tx, w *Watched) error {
	procedures := "[]"
	if len(w.Procedures) > 0 {
		procedures = string(encode(w.Procedures))
	}
	return tx.Exec(ctx, `INSERT INTO watch (`+watchColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,
		$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28)
		ON CONFLICT (cases) DO UPDATE SET officer_name = CASE WHEN excluded.officer = watch.officer AND excluded.officer_name = ''
			THEN watch.officer_name ELSE excluded.officer_name END,
		officer = excluded.officer, state = excluded.state, step = excluded.step, awaits = excluded.awaits, open = excluded.open,
		submitted_on = excluded.submitted_on, due_on = excluded.due_on, provisional = excluded.provisional,
		accept_on = excluded.accept_on, blue_on = excluded.blue_on, yellow_on = excluded.yellow_on, red_on = excluded.red_on,
		serious_on = excluded.serious_on, step_on = excluded.step_on, deliver_on = excluded.deliver_on,
		procedures = excluded.procedures, severity = excluded.severity, next_on = excluded.next_on, item_type = excluded.item_type, turn = watch.turn + 1`,
		w.Case, string(w.Number), w.Item, w.ItemName, w.ItemType, w.Body, w.BodyName, w.Department, string(w.Region), w.Officer,
		w.OfficerName, string(w.State), string(w.Step), string(w.Awaits), w.Open, w.SubmittedOn, w.DueOn, w.Provisional,
		w.AcceptOn, w.BlueOn, w.YellowOn, w.RedOn, w.SeriousOn, w.StepOn, w.DeliverOn, procedures,
		string(w.Severity), w.NextOn)
}

func scanWatched(s db.Scanner) (*Watched, error) {
	w := &Watched{}
	var procedures string
	err := s.Scan(&w.Case, &w.Number, &w.Item, &w.ItemName, &w.ItemType, &w.Body, &w.BodyName, &w.Department, &w.Region,
		&w.Officer, &w.OfficerName, &w.State, &w.Step, &w.Awaits, &w.Open, &w.SubmittedOn, &w.DueOn, &w.Provisional,
		&w.AcceptOn, &w.BlueOn, &w.YellowOn, &w.RedOn, &w.SeriousOn, &w.StepOn, &w.DeliverOn, &procedures,
		&w.Severity, &w.NextOn)
	if err != nil || procedures == "[]" {
		return w, err
	}
	return w, json.Unmarshal([]byte(procedures), &w.Procedures)
}

// Rewatch keeps the watches of running cases anew, a page after one id: rules have
// changed, or cases were opened before there was a watch. It gives the last id it
// looked at, ” at the end; doing it twice changes nothing.
func (s *Service) Rewatch(ctx context.Context, tx *db.Tx, after string) (last string, err error) {
	page, err := s.running.RunningPage(ctx, tx, after)
	if err != nil || len(page) == 0 {
		return "", err
	}
	return page[len(page)-1].ID, s.watchAll(ctx, tx, program, page)
}
