package progress

import (
	"context"
	"errors"

	"yimen/internal/cases"
	"yimen/internal/catalogue/merge"
	"yimen/internal/clock"
	"yimen/internal/web/dossier"
	"yimen/internal/web/ui"
)

// Promise is the date on which the last member is due when each starts on its
// predecessors' due dates, and whether it is kept (domain.md §5).
type Promise struct {
	merge.Promise
	Expected    clock.Date // when the last one ends as things stand; or ended
	Provisional bool       // of Expected
	Over        bool       // nothing runs any more
	Delayed     []string   // names of members later than the promise counts on
}

// Known tells whether there is a promise to show.
func (p Promise) Known() bool { return !p.Due.IsZero() }

// Kept tells whether it is kept, as things stand.
func (p Promise) Kept() bool { return !p.Expected.After(p.Due) }

// Promised counts the promise from the filing, and what is expected now from what
// has happened since.
func Promised(cal *clock.Calendar, m *merge.Merged, all cases.Companions, today clock.Date) (Promise, error) {
	start := started(all)
	if start.IsZero() || len(all) != len(m.Members) { // a mandate that reaches some items only
		return Promise{}, nil
	}
	promise, err := m.Promise(cal, start)
	if err != nil {
		return Promise{}, err
	}
	p := Promise{Promise: promise, Over: true}
	e := expecting{cal: cal, merged: m, all: all, today: today, start: start, by: map[string]clock.Date{}}
	for _, x := range all {
		d, err := e.end(x)
		if err != nil {
			return p, err
		}
		p.Over = p.Over && !x.Open()
		if d.After(p.Expected) {
			p.Expected = d
		}
		if x.Open() && d.After(promise.Each[x.Item]) && d.After(promise.Due) {
			p.Delayed = append(p.Delayed, x.ItemName)
		}
	}
	p.Provisional = e.assumed
	return p, nil
}

// expecting works out when each member ends, those first that others wait for.
type expecting struct {
	cal          *clock.Calendar
	merged       *merge.Merged
	all          cases.Companions
	today, start clock.Date
	by           map[string]clock.Date
	assumed      bool
}

func (e *expecting) end(x cases.Companion) (clock.Date, error) {
	if d, known := e.by[x.ID]; known {
		return d, nil
	}
	d, err := e.reckon(x)
	e.by[x.ID] = d
	return d, err
}

func (e *expecting) reckon(x cases.Companion) (clock.Date, error) {
	from := e.start
	switch {
	case x.Ended == cases.ActCut:
		return clock.Date{}, nil
	case !x.DecidedOn.IsZero():
		return x.DecidedOn, nil
	case !x.Open():
		return clock.DateOf(x.Since.Time()), nil
	case !x.PromisedDue.IsZero():
		e.assumed = e.assumed || x.Case.Assumed(x.PromisedDue)
		return later(x.PromisedDue, e.today), nil
	}
	if x.State != cases.Waiting { // not accepted yet: as if it were today at the latest
		from = x.Case.SubmittedOn
		if x.State == cases.Correcting {
			from = e.today
		}
	}
	for _, id := range x.After {
		p, _ := e.all.Find(id)
		d, err := e.end(p)
		if err != nil {
			return d, err
		}
		from = later(from, d)
	}
	d, err := e.due(x.Item, from)
	return later(d, e.today), err
}

// due counts a member's promised days; into years whose holidays are not announced
// it counts Monday to Friday and says so (R12).
func (e *expecting) due(item string, from clock.Date) (clock.Date, error) {
	for i := range e.merged.Members {
		m := &e.merged.Members[i]
		if m.Item != item {
			continue
		}
		d, err := clock.Due(e.cal, from, m.Days, m.Unit)
		if unknown := (clock.UnknownYear{}); errors.As(err, &unknown) {
			e.assumed = true
			return clock.Due(e.cal.AssumingWeekdays(), from, m.Days, m.Unit)
		}
		return d, err
	}
	return from, nil
}

func later(a, b clock.Date) clock.Date {
	if b.After(a) {
		return b
	}
	return a
}

// Tone of the sentence about the promise.
func (p Promise) Tone() ui.Tone {
	switch {
	case !p.Kept():
		return ui.ToneWarn
	case p.Over:
		return ui.ToneOK
	}
	return ui.ToneNone
}

// Sentence says whether the promise is kept.
func (p Promise) Sentence(ctx context.Context) string {
	expected := dossier.Dated(ctx, p.Expected, p.Provisional)
	switch {
	case p.Over && p.Kept():
		return ui.T(ctx, "progress.was_kept", "date", expected)
	case p.Over:
		return ui.T(ctx, "progress.was_broken", "date", expected)
	case p.Kept():
		return ui.T(ctx, "progress.is_kept", "date", expected)
	}
	return ui.T(ctx, "progress.is_late", "date", expected, "names", Joined(ctx, p.Delayed))
}
