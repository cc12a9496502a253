package dates

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/web/ui"
)

// Account is why the dates of one case are what they are, for a screen.
type Account struct {
	Clocks []*Clock
	// Unknown are the years whose holiday notice is not out and that a date runs
	// into, ascending.
	Unknown  []int
	Deemed   bool       // accepted by silence
	Kept     bool       // the calendar was corrected after the fact; what was done stays
	Accepted clock.Date // from when
}

// Clock is one limit of the case, told on a day.
type Clock struct {
	cases.Told
	Sum    clock.Sum
	Permit bool // 行政许可法 applies by itself, not by analogy
	Today  clock.Date
}

// Read puts an explanation into the order in which a case meets its limits.
func Read(x cases.Explanation, today clock.Date) *Account {
	a := &Account{Deemed: x.Answer.Deemed, Accepted: x.Answer.AcceptedOn, Kept: x.Kept}
	for _, l := range x.Limits {
		a.Clocks = append(a.Clocks, &Clock{Told: l, Permit: x.Permit, Today: today,
			Sum: clock.Summarise(l.Reading, l.Unit, l.Days)})
		for _, d := range l.Days {
			if y := d.Date.Year(); d.Assumed && !slices.Contains(a.Unknown, y) {
				a.Unknown = append(a.Unknown, y)
			}
		}
	}
	slices.Sort(a.Unknown)
	return a
}

// due is the date that the clock runs to; while a special procedure goes on, the
// one to expect.
func (c *Clock) due() clock.Date {
	if c.Due.IsZero() {
		return c.ProjectedDue
	}
	return c.Due
}

// name is what the limit is called.
func (c *Clock) name(ctx context.Context) string { return ui.T(ctx, "dates.name_"+string(c.Name)) }

func days(ctx context.Context, n int, unit clock.Unit) string {
	return ui.T(ctx, "status.unit_"+string(unit), "n", n)
}

// state is where the clock stands: the tone, and the word that says the same.
func (c *Clock) state(ctx context.Context) (ui.Tone, string) {
	tone := ui.ToneNow
	switch c.State {
	case clock.Met:
		tone = ui.ToneOK
	case clock.Late, clock.Overdue:
		tone = ui.ToneBad
	case clock.Suspended:
		tone = ui.ToneWarn
	case clock.Running, clock.NotStarted:
	}
	return tone, ui.T(ctx, "dates.state_"+string(c.State))
}

// sentence is the limit in one breath: from when, how many days, what did not
// count, until when.
func (c *Clock) sentence(ctx context.Context) string {
	key := "dates.sum"
	switch {
	case c.due().IsZero():
		key = "dates.sum_open"
	case c.State == clock.Suspended:
		key = "dates.sum_expected"
	case c.Budget == 0:
		key = "dates.sum_same_day"
	}
	out := ui.T(ctx, key, "start", c.Start, "begin", lang.Key("dates.begin_"+string(c.Name)),
		"days", days(ctx, c.Budget, c.Unit), "due", c.due())
	for _, part := range []struct {
		key  string
		n    int
		what string
	}{
		{"extended", c.Extended, ""},
		{"weekends", c.Sum.Weekends, ""},
		{"holidays", c.Sum.Holidays, c.names(ctx, clock.WhyHoliday)},
		{"suspended", c.Sum.Suspended, c.names(ctx, clock.WhySuspended)},
		{"moved", c.Sum.Moved, ""},
		{"makeups", c.Sum.Makeups, ""},
	} {
		if part.n > 0 {
			out += ui.T(ctx, "dates.sum_"+part.key, "n", part.n, "what", part.what, "days", days(ctx, part.n, c.Unit))
		}
	}
	return out + ui.T(ctx, "dates.stop") + c.evening(ctx)
}

// evening says why a filing counts from a later day than it came in (clock R1).
func (c *Clock) evening(ctx context.Context) string {
	if c.Received.IsZero() || clock.DateOf(c.Received.Time()) == c.Start {
		return ""
	}
	return ui.T(ctx, "dates.evening", "at", c.Received, "start", c.Start)
}

// names lists the holidays or procedures up to the due date, each once.
func (c *Clock) names(ctx context.Context, why clock.Why) string {
	var all []string
	for _, d := range c.Days {
		if d.Why != why || d.Date.After(c.due()) {
			continue
		}
		for _, name := range strings.Split(d.Holiday+d.Procedure, listed) {
			if name != "" && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return strings.Join(all, ui.T(ctx, "dates.comma"))
}

// listed stands between the procedures of a day in clock.DayRow.
const listed = "、"

// progress says how much of the budget is used up and what came of it.
func (c *Clock) progress(ctx context.Context) string {
	used, left := days(ctx, c.Used, c.Unit), days(ctx, max(c.Remaining, -c.Remaining), c.Unit)
	return ui.T(ctx, "dates."+c.stage(), "used", used, "left", left, "stop", c.Stop, "start", c.Start, "due", c.due())
}

// stage names the sentence of progress.
func (c *Clock) stage() string {
	rest := "" // late, and only days of rest lie between: no day was used up
	if c.Remaining == 0 {
		rest = "_rest"
	}
	switch c.State {
	case clock.Met:
		return "met"
	case clock.Late:
		return "late" + rest
	case clock.Overdue:
		return "overdue" + rest
	case clock.Suspended:
		if c.Remaining < 0 {
			return "held_over"
		}
		return "held"
	case clock.Running, clock.NotStarted:
	}
	switch {
	case c.Start.After(c.Today):
		return "not_yet"
	case c.Today == c.due():
		return "last_day"
	case c.Remaining <= 0:
		return "counted_out"
	}
	return "left"
}

// law is where the limit itself comes from.
func (c *Clock) law(ctx context.Context) string {
	key := "dates.law"
	if !c.Permit && (c.Name == clock.AcceptClock || c.Name == clock.StatutoryClock || c.Name == clock.DeliverClock) {
		key = "dates.by_analogy"
	}
	return ui.T(ctx, key, "law", ui.T(ctx, "dates.law_"+string(c.Name)))
}

// ordered puts the limit that counts now first.
func (a *Account) ordered() []*Clock {
	out := slices.Clone(a.Clocks)
	slices.SortStableFunc(out, func(x, y *Clock) int {
		switch {
		case x.Counts == y.Counts:
			return 0
		case x.Counts:
			return -1
		}
		return 1
	})
	return out
}

// years lists the years whose notice is not out.
func (a *Account) years(ctx context.Context) string {
	all := make([]string, len(a.Unknown))
	for i, y := range a.Unknown {
		all[i] = strconv.Itoa(y)
	}
	return strings.Join(all, ui.T(ctx, "dates.comma"))
}
