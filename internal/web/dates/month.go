package dates

import (
	"context"
	"strconv"

	"yimen/internal/clock"
	"yimen/internal/web/ui"
)

// month is one month of a clock as a wall calendar: weeks from Monday to Sunday,
// with nothing where a date lies outside the month or the clock.
type month struct {
	Year, Month int
	Weeks       [][7]*day
}

// day is a date of a clock and what became of it.
type day struct {
	clock.DayRow
	N     int // which day of the budget it used up, 0 for none
	Over  int // how many days past the due date, 0 for none
	Due   bool
	Stop  bool
	After bool // the clock had stopped: the day would have counted so
	Today bool
}

// told numbers what counted.
func (c *Clock) told() []day {
	out := make([]day, len(c.Days))
	n := 0
	for i, r := range c.Days {
		d := day{DayRow: r, Due: r.Date == c.due(), Stop: r.Date == c.Stop, Today: r.Date == c.Today,
			After: !c.Stop.IsZero() && r.Date.After(c.Stop)}
		if r.Counted {
			n++
			d.N, d.Over = n, max(0, n-c.Budget)
		}
		out[i] = d
	}
	return out
}

// months cuts the days, which follow one another, into months and weeks.
func (c *Clock) months() []*month {
	var out []*month
	var at *month
	all := c.told()
	for i := range all {
		y, m, _ := all[i].Date.Date()
		if at == nil || at.Year != y || at.Month != int(m) {
			at = &month{Year: y, Month: int(m)}
			out = append(out, at)
		}
		column := (int(all[i].Date.Weekday()) + 6) % 7 // Monday first
		if column == 0 || len(at.Weeks) == 0 {
			at.Weeks = append(at.Weeks, [7]*day{})
		}
		at.Weeks[len(at.Weeks)-1][column] = &all[i]
	}
	return out
}

func (m *month) title(ctx context.Context) string {
	return ui.T(ctx, "dates.month", "year", strconv.Itoa(m.Year), "month", ui.T(ctx, "dates.month_"+strconv.Itoa(m.Month)))
}

// number is the day of the month.
func (d *day) number() string {
	_, _, n := d.Date.Date()
	return strconv.Itoa(n)
}

// word is what became of the date, short enough for a square of the calendar.
func (d *day) word(ctx context.Context) string {
	switch {
	case d.Over > 0:
		return ui.T(ctx, "dates.day_over", "n", d.Over)
	case d.N > 0:
		return ui.T(ctx, "dates.day_nth", "n", d.N)
	case d.Why == clock.WhyHoliday && d.Holiday != "":
		return d.Holiday
	}
	return ui.T(ctx, "dates.day_"+string(d.Why))
}

// marks are what else the date is: the last day, the day it was done, today.
func (d *day) marks(ctx context.Context) []string {
	var out []string
	add := func(is bool, key string) {
		if is {
			out = append(out, ui.T(ctx, "dates.mark_"+key))
		}
	}
	add(d.Why == clock.WhyMakeup, "makeup")
	add(d.Due, "due")
	add(d.Stop, "stop")
	add(d.Today, "today")
	add(d.Assumed, "assumed")
	return out
}

// class colours a square; the words in it say the same.
func (d *day) class() string {
	out := "d"
	switch {
	case d.After:
		out += " after"
	case d.Over > 0:
		out += " over"
	case d.Counted:
		out += " counted"
	case d.Why == clock.WhySuspended:
		out += " held"
	case d.Why == clock.WhyFirstDay:
		out += " first"
	}
	if d.Due {
		out += " due"
	}
	if d.Today {
		out += " today"
	}
	return out
}

// counted says whether the date used up a day, and which.
func (d *day) counted(ctx context.Context) string {
	if d.N > 0 {
		return ui.T(ctx, "dates.day_nth", "n", d.N)
	}
	return ui.T(ctx, "dates.no")
}

// reason is why, with the article that says so.
func (c *Clock) reason(ctx context.Context, d *day) string {
	key := "dates.why_" + string(d.Why)
	if d.Why == clock.WhyCounted {
		key += "_" + string(c.Unit)
	}
	out := ui.T(ctx, key, "holiday", d.Holiday, "procedure", d.Procedure)
	if d.Assumed {
		out += ui.T(ctx, "dates.why_assumed", "year", strconv.Itoa(d.Date.Year()))
	}
	if d.After {
		out += ui.T(ctx, "dates.why_after", "date", c.Stop)
	}
	return out
}
