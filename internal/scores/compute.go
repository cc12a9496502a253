package scores

import (
	"context"
	"encoding/json"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
)

// Report is what a computation did. Differences are to the stored figures: of a
// month that is signed they are all there is, because it does not change.
type Report struct {
	Month       Month
	State       State
	System      int64 // edition
	Total       Line
	Lines       int
	Hash        string
	New         bool // computed for the first time
	Changed     bool // the stored figures were replaced
	Differences []Difference
}

// Compute counts a month that is over and stores its scores, or stores them anew
// while nobody has signed them. The counting reads outside of a transaction: at the
// first midnight of a month nobody should wait for it.
func (s *Service) Compute(ctx context.Context, actor gov.Actor, m Month) (Report, error) {
	if !s.mayCompute(actor) {
		return Report{}, errDenied
	}
	if err := s.over(m); err != nil {
		return Report{}, err
	}
	system, err := s.inForce(ctx, actor, m)
	if err != nil {
		return Report{}, err
	}
	fresh, err := s.fresh(ctx, m, system)
	if err != nil {
		return Report{}, err
	}
	var out Report
	err = s.d.DB.Do(ctx, func(tx *db.Tx) (err error) {
		out, err = s.keep(ctx, tx, actor, m, system, fresh)
		return err
	})
	if db.IsUnique(err) {
		return out, fault.Conflict("scores.stale") // somebody computed the month at the same time
	}
	return out, err
}

// Due are the figures as they would be computed now, against the stored ones; it
// changes nothing.
func (s *Service) Due(ctx context.Context, actor gov.Actor, m Month) ([]Difference, error) {
	if !s.MaySign(actor) {
		return nil, errDenied
	}
	x, err := s.month(ctx, s.d.DB, m)
	if err != nil {
		return nil, err
	}
	system, err := s.system(ctx, s.d.DB, x.System)
	if err != nil {
		return nil, err
	}
	fresh, err := s.fresh(ctx, m, system)
	if err != nil {
		return nil, err
	}
	was, err := lines(ctx, s.d.DB, x.ID, everything, nil)
	return differences(was, fresh), err
}

func (s *Service) over(m Month) error {
	if m.First().IsZero() {
		return fault.Invalid("scores.month_wrong")
	}
	if _, until := m.Span(); until > s.d.Now() {
		return fault.Conflict("scores.month_running", "month", string(m))
	}
	return nil
}

// inForce is the edition a month is computed with: its own once it is signed, else
// the newest.
func (s *Service) inForce(ctx context.Context, actor gov.Actor, m Month) (*System, error) {
	x, err := s.month(ctx, s.d.DB, m)
	switch {
	case fault.KindOf(err) == fault.KindMissing:
	case err != nil:
		return nil, err
	case x.State != Computed:
		return s.system(ctx, s.d.DB, x.System)
	}
	return s.current(ctx, actor)
}

// fresh counts and computes a month.
func (s *Service) fresh(ctx context.Context, m Month, system *System) (sheet, error) {
	sums, given, err := s.counts(ctx, s.d.DB, m)
	if err != nil {
		return nil, err
	}
	out := compute(system, sums, given)
	return out, s.named(ctx, out)
}

// named gives the lines the names their bodies and items have now.
func (s *Service) named(ctx context.Context, lines sheet) error {
	var bodies, items []string
	for _, l := range lines {
		if l.Item == "" && l.Body != "" {
			bodies = append(bodies, l.Body)
		}
		if l.Body == "" && l.Item != "" {
			items = append(items, l.Item)
		}
	}
	places, err := s.d.Names.Bodies(ctx, bodies)
	if err != nil {
		return err
	}
	names, err := s.d.Names.Items(ctx, items)
	for i := range lines {
		l := &lines[i]
		p := places[l.Body]
		l.BodyName, l.Department, l.Region, l.ItemName = p.Name, p.Department, p.Region, names[l.Item]
	}
	return err
}

// said is the payload of a month's acts.
type said struct {
	System int64  `json:"system"`
	Closed int64  `json:"closed"`
	Score  Points `json:"score"`
	Hash   string `json:"hash"`
	On     string `json:"on,omitempty"`
	Name   string `json:"name,omitempty"`
}

func (s *Service) keep(ctx context.Context, tx *db.Tx, actor gov.Actor, m Month, system *System, fresh sheet) (Report, error) {
	out := Report{Month: m, State: Computed, System: system.Number, Total: fresh.total(), Lines: len(fresh), Hash: fresh.hash()}
	x, err := s.lock(ctx, tx, m)
	switch {
	case fault.KindOf(err) == fault.KindMissing:
		out.New, out.Changed = true, true
		x = &Info{ID: id.New(), Month: m}
	case err != nil:
		return out, err
	default:
		out.State = x.State
		was, err := lines(ctx, tx, x.ID, everything, nil)
		if err != nil {
			return out, err
		}
		out.Differences = differences(was, fresh)
		out.Changed = x.State == Computed && (x.Hash != out.Hash || x.System != system.ID)
	}
	if !out.Changed {
		return out, nil
	}
	return out, s.replace(ctx, tx, actor, x, system, fresh, out)
}

func (s *Service) replace(ctx context.Context, tx *db.Tx, actor gov.Actor, x *Info, system *System, fresh sheet, r Report) error {
	act := ActRecompute
	if r.New {
		act = ActCompute
		x.State = Computed
	} else if err := x.next(act); err != nil {
		return err
	}
	x.System, x.Hash, x.ComputedAt = system.ID, r.Hash, tx.Now()
	err := s.record(ctx, tx, actor, x, act, said{System: system.Number, Closed: r.Total.Closed, Score: r.Total.Score, Hash: r.Hash})
	if err != nil {
		return err
	}
	if r.New {
		err = insertMonth(ctx, tx, x)
	} else {
		err = saveMonth(ctx, tx, x)
	}
	if err != nil {
		return err
	}
	return writeLines(ctx, tx, x.ID, fresh)
}

// record writes the act into the journal and moves the row's head; x.was is the
// state before it.
func (s *Service) record(ctx context.Context, tx *db.Tx, actor gov.Actor, x *Info, act Act, what said) error {
	payload, err := json.Marshal(what)
	if err != nil {
		return err
	}
	x.head, err = s.d.Book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: SubjectKind, ID: x.ID}, Prev: x.head,
		Act: string(act), Actor: actor, From: string(x.was), To: string(x.State), Payload: payload})
	return err
}
