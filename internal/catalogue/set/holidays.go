package set

import (
	"io/fs"
	"strconv"

	"yimen/internal/clock"
)

// ReadCalendar reads one file of the shape of holidays.yaml by itself, whatever
// its name: next year's notice, or a corrected year. It finds every problem; with
// one the years must not be used.
func ReadCalendar(fsys fs.FS, name string) ([]CalendarYear, Problems) {
	r := newReader(fsys, Known{})
	r.years(name)
	if len(r.set.Years) == 0 && len(r.problems) == 0 {
		code := "empty_list"
		if !r.set.present[Holidays] {
			code = "no_files"
		}
		r.note(name, 0, "years", code, "key", "years")
	}
	return r.set.Years, r.all()
}

// holidays reads the State Council's notices of a set.
func (r *reader) holidays() { r.years(string(Holidays) + ".yaml") }

// The years that a notice can be of.
const firstYear, lastYear = 1900, 9999

// listedDay is a day that a notice lists, with where it stands.
type listedDay struct {
	at node
	on clock.Date
}

// years reads the notices. A holiday over New Year may stand in either year, so a
// day must lie in one of the file's years, not in its notice's own (clock.md,
// scenario format); what is outside them nobody has announced.
func (r *reader) years(file string) {
	root, ok := r.fileAt(Holidays, file, "years")
	if !ok {
		return
	}
	var days []listedDay
	given, unread := map[int]bool{}, false
	for _, n := range root.entries(Holidays, "years") {
		o, ok := n.object("year", "notices", "holidays", "workdays", "counts", "differences", "note")
		if !ok {
			continue
		}
		o.entry = ""
		year := CalendarYear{Year: o.integer("year", firstYear, lastYear)}
		o.entry = strconv.Itoa(year.Year)
		o.at("year").once(string(Holidays), o.entry)
		if year.Year < firstYear || year.Year > lastYear {
			unread = true
		}
		given[year.Year] = true
		year.Notices = o.textsOr("notices")
		year.Holidays = o.daysOff(&days)
		year.Workdays = o.workdays(&days)
		r.set.Years = append(r.set.Years, year)
	}
	if unread { // a year that cannot be read may be that of any day
		return
	}
	for _, d := range days {
		if !given[d.on.Year()] {
			d.at.fail("outside_year", "value", d.on.String())
		}
	}
}

func (o object) daysOff(days *[]listedDay) []Holiday {
	var out []Holiday
	seen := map[clock.Date]bool{}
	for _, n := range o.list("holidays", 0) {
		h, ok := n.object("name", "days_off", "note")
		if !ok {
			continue
		}
		holiday := Holiday{Name: h.text("name")}
		for _, d := range h.list("days_off", 1) {
			if on := d.dayOf(seen, days); !on.IsZero() {
				holiday.DaysOff = append(holiday.DaysOff, on)
			}
		}
		out = append(out, holiday)
	}
	return out
}

func (o object) workdays(days *[]listedDay) []MakeupWorkday {
	var out []MakeupWorkday
	seen := map[clock.Date]bool{}
	for _, n := range o.list("workdays", 0) {
		w, ok := n.object("date", "for", "note")
		if !ok {
			continue
		}
		day := MakeupWorkday{For: w.textOr("for")}
		if d, ok := w.need("date"); ok {
			day.Date = d.dayOf(seen, days)
		}
		out = append(out, day)
	}
	return out
}

// dayOf reads a date that the notice has not listed in the same sense before.
func (n node) dayOf(seen map[clock.Date]bool, days *[]listedDay) clock.Date {
	d := n.date()
	switch {
	case d.IsZero():
		return d
	case seen[d]:
		n.fail("duplicate", "value", d.String())
	}
	seen[d] = true
	*days = append(*days, listedDay{n, d})
	return d
}
