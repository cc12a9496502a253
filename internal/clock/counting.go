package clock

import "slices"

// Counting over a calendar, in steps of a year and never of a day. A year whose
// notice is not out counts Monday to Friday; the functions name the earliest such
// year that they asked about, 0 for none, and the caller decides whether that is
// an error or makes its answer provisional (R12). So one path serves both.

// tally counts the working days after one date up to and including another.
func (c *Calendar) tally(after, through Date) (n, unknown int) {
	for from := after.AddDays(1); !from.IsZero() && !from.After(through); {
		year := from.Year()
		y, known := c.years[year]
		last := c.stretch(year, known)
		stop := last
		if stop.After(through) {
			stop = through
		}
		if known {
			n += y.between(from, stop)
		} else {
			n += weekdays(stop) - weekdays(from) + oneIf(!weekend(from))
			unknown = earlier(unknown, year)
		}
		from = last.AddDays(1)
	}
	return n, unknown
}

// ahead is the n-th working day (n ≥ 1) counted from a date that may itself be
// one; none past the year 9999.
func (c *Calendar) ahead(from Date, n int) (found Date, unknown int) {
	for !from.IsZero() {
		year := from.Year()
		y, known := c.years[year]
		if known {
			before := int(y.upTo[from.Sub(y.first)])
			if k := before + n - 1; k < len(y.nth) {
				return y.first.AddDays(int(y.nth[k])), unknown
			}
			n -= len(y.nth) - before
			from = y.last().AddDays(1)
			continue
		}
		unknown = earlier(unknown, year)
		last := c.stretch(year, false)
		before := weekdays(from) - oneIf(!weekend(from))
		if d := weekday(before + n); !d.After(last) {
			return d, unknown
		}
		n -= weekdays(last) - before
		from = last.AddDays(1)
	}
	return Date{}, unknown
}

// stretch is the last date that can be counted together with the dates of a year:
// of a year with a notice its end, of one without the end of those that follow it
// without one.
func (c *Calendar) stretch(year int, known bool) Date {
	if known {
		return endOf(year)
	}
	next, _ := slices.BinarySearch(c.given, year)
	if next == len(c.given) {
		return Date{maxDay}
	}
	return endOf(c.given[next] - 1)
}

// unknown is the earliest year without a notice among those of the dates from
// first to last, 0 for none.
func (c *Calendar) unknown(first, last Date) int {
	for year := first.Year(); year <= last.Year(); year++ {
		if !c.Known(year) {
			return year
		}
	}
	return 0
}

// earlier is the earlier of two years, of which 0 is none.
func earlier(a, b int) int {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func endOf(year int) Date { return Date{dayNumber(year, 12, 31)} }

// weekdays is how many days from Monday to Friday there are from 0001-01-01, a
// Monday, up to and including d.
func weekdays(d Date) int { return int(d.day)/7*5 + min(int(d.day)%7, 5) }

// weekday is the n-th day from Monday to Friday, n ≥ 1, counted likewise.
func weekday(n int) Date { return Date{int32((n-1)/5*7 + (n-1)%5 + 1)} }

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
