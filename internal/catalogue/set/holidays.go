package set

import (
	"strconv"

	"yimen/internal/clock"
)

// holidays reads the State Council's notices. A day is listed under its own
// year: a holiday over New Year stands in both (clock.md, scenario format).
func (r *reader) holidays() {
	root, ok := r.file(Holidays, "years")
	if !ok {
		return
	}
	for _, n := range root.entries(Holidays, "years") {
		o, ok := n.object("year", "notices", "holidays", "workdays", "counts", "differences", "note")
		if !ok {
			continue
		}
		o.entry = ""
		year := CalendarYear{Year: o.integer("year", 1900, 9999)}
		o.entry = strconv.Itoa(year.Year)
		o.at("year").once(string(Holidays), o.entry)
		year.Notices = o.textsOr("notices")
		year.Holidays = o.daysOff(year.Year)
		year.Workdays = o.workdays(year.Year)
		r.set.Years = append(r.set.Years, year)
	}
}

func (o object) daysOff(year int) []Holiday {
	var out []Holiday
	seen := map[clock.Date]bool{}
	for _, n := range o.list("holidays", 0) {
		h, ok := n.object("name", "days_off", "note")
		if !ok {
			continue
		}
		holiday := Holiday{Name: h.text("name")}
		for _, d := range h.list("days_off", 1) {
			holiday.DaysOff = append(holiday.DaysOff, d.dayOf(year, seen))
		}
		out = append(out, holiday)
	}
	return out
}

func (o object) workdays(year int) []MakeupWorkday {
	var out []MakeupWorkday
	seen := map[clock.Date]bool{}
	for _, n := range o.list("workdays", 0) {
		w, ok := n.object("date", "for", "note")
		if !ok {
			continue
		}
		day := MakeupWorkday{For: w.textOr("for")}
		if d, ok := w.need("date"); ok {
			day.Date = d.dayOf(year, seen)
		}
		out = append(out, day)
	}
	return out
}

// dayOf reads a date of the year that was not listed before.
func (n node) dayOf(year int, seen map[clock.Date]bool) clock.Date {
	d := n.date()
	switch {
	case d.IsZero():
		return d
	case d.Year() != year && year != 0:
		n.fail("outside_year", "value", d.String(), "year", year)
	case seen[d]:
		n.fail("duplicate", "value", d.String())
	}
	seen[d] = true
	return d
}
