package progress

import (
	"context"
	"errors"
	"slices"

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
	Short       bool       // not all was granted, as yet
	Delayed     []string   // names of members later than the promise
	// What Expected counts on: that corrections are answered today, that what is not
	// yet accepted is accepted today.
	Answer, Accept bool
}

// Known tells whether there is a promise to show.
func (p Promise) Known() bool { return !p.Due.IsZero() }

// Kept tells whether it is kept, as things stand.
func (p Promise) Kept() bool { return !p.Expected.After(p.Due) }

// Promised counts the promise from the filing, and what is expected now from what
// has happened since. There is none for who sees some of the cases only, by a mandate
// for some items or at the office of another region.
func Promised(cal *clock.Calendar, m *merge.Merged, all cases.Companions, today clock.Date) (Promise, error) {
	unseen := func(x cases.Companion) bool { return x.Case == nil }
	if len(all) == 0 || len(all) != len(m.Members) || slices.ContainsFunc(all, unseen) {
		return Promise{}, nil
	}
	start, err := filed(cal, all)
	if err != nil {
		return Promise{}, err
	}
	promise, err := m.Promise(cal, start)
	if err != nil {
		return Promise{}, err
	}
	p := Promise{Promise: promise, Over: true}
	e := expecting{cal: cal, merged: m, all: all, today: today, by: map[string]clock.Date{}}
	for _, x := range all {
		d, err := e.end(x)
		if err != nil {
			return p, err
		}
		p.Over, p.Short = p.Over && !x.Open(), p.Short || !x.Granted()
		p.Answer, p.Accept = p.Answer || x.State == cases.Correcting, p.Accept || x.State == cases.Submitted
		p.Expected = later(p.Expected, d)
		if x.Open() && d.After(promise.Due) {
			p.Delayed = append(p.Delayed, x.ItemName)
		}
	}
	p.Provisional = e.assumed
	return p, nil
}

// filed is the day on which the filing of all of it took effect (R1). A correction
// that is answered begins the limit of acceptance anew (R5), not the promise.
func filed(cal *clock.Calendar, all cases.Companions) (clock.Date, error) {
	return clock.EffectiveDate(cal.AssumingWeekdays(), all[0].Case.SubmittedAt.Time(), clock.DefaultCutoff)
}

// expecting works out when each member ends, those first that others wait for.
type expecting struct {
	cal     *clock.Calendar
	merged  *merge.Merged
	all     cases.Companions
	today   clock.Date
	by      map[string]clock.Date
	assumed bool
}

func (e *expecting) end(x cases.Companion) (clock.Date, error) {
	if d, known := e.by[x.ID]; known {
		return d, nil
	}
	d, err := e.reckon(x)
	d = e.notPast(x, d)
	e.by[x.ID] = d
	return d, err
}

// notPast: what has not ended by now does not end before today.
func (e *expecting) notPast(x cases.Companion, d clock.Date) clock.Date {
	if x.Open() {
		return later(d, e.today)
	}
	return d
}

// reckon: what has ended ended on its day; what was accepted is due on its own date;
// everything else has no such date yet, because the promised limit starts with the
// acceptance (clock.md R6), and counts its days from the day begun gives.
func (e *expecting) reckon(x cases.Companion) (clock.Date, error) {
	switch {
	case x.Ended == cases.ActCut:
		return clock.Date{}, nil
	case !x.DecidedOn.IsZero():
		return x.DecidedOn, nil
	case !x.Open():
		return clock.DateOf(x.Since.Time()), nil
	case !x.PromisedDue.IsZero():
		e.assumed = e.assumed || x.Case.Assumed(x.PromisedDue)
		return x.PromisedDue, nil
	}
	from, err := e.begun(x)
	if err != nil {
		return from, err
	}
	i := slices.IndexFunc(e.merged.Members, func(m merge.Member) bool { return m.Item == x.Item })
	if i < 0 {
		return from, nil
	}
	return e.due(from, e.merged.Members[i].Days, e.merged.Members[i].Unit)
}

// begun is the day from which the promised days of a member without a date count. One
// that waits begins when the last of its predecessors is expected, as the promise
// counts it (domain.md §5). One that is corrected or not accepted yet begins as if
// that were done today, on a day of rest the next working day (R1), and not before
// its filing counts. The last day for the acceptance would be the wrong one: who is
// silent until then has accepted from the day of filing (R5).
func (e *expecting) begun(x cases.Companion) (clock.Date, error) {
	if x.State != cases.Waiting {
		return e.due(later(x.Case.SubmittedOn, e.today), 0, clock.Working)
	}
	var from clock.Date
	for _, id := range x.After {
		p, _ := e.all.Find(id)
		d, err := e.end(p)
		if err != nil {
			return d, err
		}
		from = later(from, d)
	}
	return from, nil
}

// due counts days; into years whose holidays are not announced it counts Monday to
// Friday and says so (R12).
func (e *expecting) due(from clock.Date, days int, unit clock.Unit) (clock.Date, error) {
	d, err := clock.Due(e.cal, from, days, unit)
	if unknown := (clock.UnknownYear{}); errors.As(err, &unknown) {
		e.assumed = true
		return clock.Due(e.cal.AssumingWeekdays(), from, days, unit)
	}
	return d, err
}

func later(a, b clock.Date) clock.Date {
	if b.After(a) {
		return b
	}
	return a
}

// Tone of the sentence about the promise; what was kept without a grant of everything
// is nothing to be glad of.
func (p Promise) Tone() ui.Tone {
	switch {
	case !p.Kept():
		return ui.ToneWarn
	case p.Over && !p.Short:
		return ui.ToneOK
	}
	return ui.ToneNone
}

// Sentence says whether the promise is kept.
func (p Promise) Sentence(ctx context.Context) string {
	expected := dossier.Dated(ctx, p.Expected, p.Provisional)
	switch {
	case p.Over && p.Kept() && p.Short:
		return ui.T(ctx, "progress.was_in_time", "date", expected)
	case p.Over && p.Kept():
		return ui.T(ctx, "progress.was_kept", "date", expected)
	case p.Over:
		return ui.T(ctx, "progress.was_broken", "date", expected)
	case p.Kept():
		return ui.T(ctx, "progress.is_kept", "when", p.when(ctx), "date", expected)
	}
	return ui.T(ctx, "progress.is_late", "when", p.when(ctx), "date", expected, "names", Joined(ctx, p.Delayed))
}

// when says on what the expected date counts.
func (p Promise) when(ctx context.Context) string {
	switch {
	case p.Answer && p.Accept:
		return ui.T(ctx, "progress.if_both")
	case p.Answer:
		return ui.T(ctx, "progress.if_answered")
	case p.Accept:
		return ui.T(ctx, "progress.if_accepted")
	}
	return ui.T(ctx, "progress.as_it_is")
}
