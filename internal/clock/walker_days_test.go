package clock_test

import (
	"strings"
	"time"
)

// row is one narrated date of a clock.
type row struct {
	Date      day
	Counted   bool
	Why       string
	Holiday   string
	Procedure string
	Assumed   bool
}

// days narrates every date from the start of a clock to the later of its due
// date (or its projected one) and its stop (or asof).
func (w *walker) days(clock string) []row {
	s, _ := w.tell()
	c := w.counting(clock, s)
	if c.start == none {
		return nil
	}
	if c.until != never {
		c, _ = w.projected(c)
	}
	last, due := w.due(c.usable())
	end := s.stop(clock)
	if end == none {
		end = w.asof
	}
	if due != never && c.until == never {
		end = max(end, due)
	}
	var rows []row
	for d := c.start; d <= end; d++ {
		r := w.why(c, last, due, d)
		r.Date, r.Counted = d, w.countable(c, last, due, d)
		rows = append(rows, r)
	}
	return rows
}

// why names the first reason that applies. A natural clock counts a rest day
// like any other, so for it only the first three are reasons. A make-up workday
// is one that would be a day of rest otherwise. Assumed rows are those whose
// reason is that a day of an unknown year is, or is not, a working day.
func (w *walker) why(c count, last, due, d day) row {
	procedures, out := c.out(d)
	holiday, off := w.off[d]
	weekend := d.weekday() == time.Saturday || d.weekday() == time.Sunday
	assumed := !w.years[d.year()]
	switch {
	case d == c.start:
		return row{Why: "first_day"}
	case out:
		return row{Why: "suspended", Procedure: strings.Join(procedures, "、")}
	case d > last && d <= due:
		return row{Why: "moved", Assumed: assumed}
	case c.unit == "natural":
		return row{Why: "counted"}
	case off && !w.makeup[d]:
		return row{Why: "holiday", Holiday: holiday}
	case weekend && !w.makeup[d]:
		return row{Why: "weekend", Assumed: assumed}
	case off || weekend:
		return row{Why: "makeup"}
	}
	return row{Why: "counted", Assumed: assumed}
}
