package admin

import (
	"context"
	"strconv"
	"strings"
	"time"

	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/web/ui"
)

// A year drawn as twelve small months. What is off or made up is told by a word in
// its cell and again in a list; colour only repeats it.

// yearView is an announced year.
type yearView struct {
	Year     int
	Version  int64
	Notices  []string // addresses or numbers of the State Council's notices
	Workdays int
	Off      int // days that the notice lists as off
	Makeups  int
	Holidays [][]string // name, days off, make-up days
	Months   []monthView
}

type monthView struct {
	Name  string
	Weeks [][]dayView // seven each, from Monday
}

// dayView is a cell; Number 0 is none.
type dayView struct {
	Number int
	Class  string // how it looks
	Mark   string // the short word: 休, 班
	Words  string // what it means, in full
}

func drawYear(ctx context.Context, cal *clock.Calendar, y *catalogue.Year) *yearView {
	v := &yearView{Year: y.Year, Version: y.Version, Notices: y.Notices, Holidays: holidayRows(ctx, y)}
	for m := time.January; m <= time.December; m++ {
		first, err := clock.NewDate(y.Year, m, 1)
		if err != nil {
			continue // no such year was let in
		}
		month := monthView{Name: ui.T(ctx, "calendar.month_"+strconv.Itoa(int(m)))}
		week := make([]dayView, (int(first.Weekday())+6)%7, 7)
		for d := first; d.Year() == y.Year && monthOf(d) == m; d = d.AddDays(1) {
			day := cal.Day(d)
			v.count(day)
			if week = append(week, drawDay(ctx, day)); len(week) == 7 {
				month.Weeks, week = append(month.Weeks, week), make([]dayView, 0, 7)
			}
		}
		if len(week) > 0 {
			month.Weeks = append(month.Weeks, append(week, make([]dayView, 7-len(week))...))
		}
		v.Months = append(v.Months, month)
	}
	return v
}

func monthOf(d clock.Date) time.Month { _, m, _ := d.Date(); return m }

func (v *yearView) count(d clock.Day) {
	if d.Workday {
		v.Workdays++
	}
	switch d.Kind {
	case clock.DayOff:
		v.Off++
	case clock.MakeupDay:
		v.Makeups++
	}
}

func drawDay(ctx context.Context, d clock.Day) dayView {
	_, _, n := d.Date.Date()
	v := dayView{Number: n}
	switch d.Kind {
	case clock.DayOff:
		v.Class, v.Mark, v.Words = "off", ui.T(ctx, "calendar.mark_off"), ui.T(ctx, "calendar.day_off", "name", d.Holiday)
	case clock.MakeupDay:
		v.Class, v.Mark, v.Words = "makeup", ui.T(ctx, "calendar.mark_work"), ui.T(ctx, "calendar.day_makeup")
	case clock.PlainWeekend:
		v.Class = "rest"
	}
	return v
}

// holidayRows tells each holiday in words, as the notice does.
func holidayRows(ctx context.Context, y *catalogue.Year) [][]string {
	makeups := map[string][]clock.Date{}
	var others []clock.Date
	for _, w := range y.Workdays {
		makeups[w.For] = append(makeups[w.For], w.Date)
	}
	var rows [][]string
	for _, h := range y.Holidays {
		rows = append(rows, []string{h.Name, ranges(ctx, h.DaysOff), ranges(ctx, makeups[h.Name])})
		delete(makeups, h.Name)
	}
	for _, w := range y.Workdays { // for a holiday that the year does not name
		if _, left := makeups[w.For]; left {
			others = append(others, w.Date)
		}
	}
	if len(others) > 0 {
		rows = append(rows, []string{ui.T(ctx, "calendar.other"), "", ranges(ctx, others)})
	}
	return rows
}

// ranges writes days in short, those that follow one another as from–to.
func ranges(ctx context.Context, days []clock.Date) string {
	var parts []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j].AddDays(1) {
			j++
		}
		part := ui.ShortDate(ctx, days[i])
		if j > i {
			part = ui.T(ctx, "calendar.range", "from", part, "to", ui.ShortDate(ctx, days[j]), "n", j-i+1)
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ui.T(ctx, "calendar.and"))
}

// yearsWords lists years: 2026、2027.
func yearsWords(ctx context.Context, years []int) string {
	words := make([]string, len(years))
	for i, y := range years {
		words[i] = strconv.Itoa(y)
	}
	return strings.Join(words, ui.T(ctx, "calendar.and"))
}
