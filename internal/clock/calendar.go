package clock

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Year is one year of the State Council's holiday notice, the shape of
// holidays.yaml. Only exceptions are listed: every other Monday to Friday is a
// working day, every other weekend is not. A notice may list days of the year
// before or after its own (2018 lists 2018-12-30 to 2019-01-01 as one holiday).
type Year struct {
	Year     int
	Holidays []Holiday
	Workdays []Date // make-up workdays (调休), weekends on which one works
}

// Holiday is one holiday with all its days off, weekends among them included.
type Holiday struct {
	Name    string
	DaysOff []Date
}

// UnknownYear is the error for asking whether a day of a year is a working day
// when the calendar was not given that year: the notice for it is not out yet
// (R12). Year is the earliest such year that the question touched.
type UnknownYear struct{ Year int }

// Error names the year; the words for people are the caller's.
func (e UnknownYear) Error() string { return fmt.Sprintf("clock: no calendar for %d", e.Year) }

// What can be wrong with a calendar's years.
var (
	ErrYear       = errors.New("clock: not a year from 1 to 9999")
	ErrYearTwice  = errors.New("clock: year given twice")
	ErrDayOutside = errors.New("clock: day in none of the given years")
)

// Calendar says which dates are working days (行政许可法 art. 82). It is immutable
// and safe for use by several goroutines. Counting costs a step per year, not
// per day.
type Calendar struct {
	years    map[int]yearDays
	given    []int           // the years, ascending
	holidays map[Date]string // name of the holiday, for days off
	makeup   map[Date]bool
	assume   bool
}

// yearDays is one year, counted out beforehand.
type yearDays struct {
	first Date
	upTo  []int16 // upTo[i] = working days among the first i days; len = days + 1
	nth   []int16 // nth[k] = index of the k-th working day, k from 0
}

// NewCalendar builds a calendar. A day listed both as off and as a workday is a
// working day. Errors: ErrYear, ErrYearTwice, ErrDayOutside, each naming the
// year or day; the first one found.
func NewCalendar(years []Year) (*Calendar, error) {
	c := &Calendar{
		years:    make(map[int]yearDays, len(years)),
		holidays: make(map[Date]string),
		makeup:   make(map[Date]bool),
	}
	for _, y := range years {
		if y.Year < 1 || y.Year > 9999 {
			return nil, fmt.Errorf("%w: %d", ErrYear, y.Year)
		}
		if _, twice := c.years[y.Year]; twice {
			return nil, fmt.Errorf("%w: %d", ErrYearTwice, y.Year)
		}
		c.years[y.Year] = yearDays{}
	}
	for _, y := range years {
		if err := c.list(y); err != nil {
			return nil, err
		}
	}
	for year := range c.years {
		c.years[year] = count(year, c.rule)
	}
	c.given = slices.Sorted(maps.Keys(c.years))
	return c, nil
}

func (c *Calendar) list(y Year) error {
	for _, h := range y.Holidays {
		for _, d := range h.DaysOff {
			if !c.Known(d.Year()) {
				return fmt.Errorf("%w: %s %q", ErrDayOutside, h.Name, d)
			}
			c.holidays[d] = h.Name
		}
	}
	for _, d := range y.Workdays {
		if !c.Known(d.Year()) {
			return fmt.Errorf("%w: %q", ErrDayOutside, d)
		}
		c.makeup[d] = true
	}
	return nil
}

// AssumingWeekdays is the same calendar, which takes Monday to Friday as working
// days in years it was not given instead of failing (R12). What it says about
// those years is provisional.
func (c *Calendar) AssumingWeekdays() *Calendar {
	d := *c
	d.assume = true
	return &d
}

// Known reports whether the calendar was given the year.
func (c *Calendar) Known(year int) bool { _, ok := c.years[year]; return ok }

// Years lists the years that were given, ascending.
func (c *Calendar) Years() []int { return slices.Clone(c.given) }

// IsWorkday reports whether d is a working day, and whether the calendar was
// given its year; when not, workday is the assumption Monday to Friday. None is
// neither.
func (c *Calendar) IsWorkday(d Date) (workday, known bool) {
	if d.IsZero() {
		return false, false
	}
	return c.rule(d), c.Known(d.Year())
}

// DayKind is why a date counts or does not.
type DayKind string

// The kinds of day, for narrating a count.
const (
	PlainWeekday DayKind = "weekday"
	PlainWeekend DayKind = "weekend"
	MakeupDay    DayKind = "makeup"  // a weekend on which one works
	DayOff       DayKind = "holiday" // off by the notice, its weekends included
)

// Day is what the calendar knows of one date.
type Day struct {
	Date    Date
	Kind    DayKind
	Holiday string // its name, when Kind is DayOff
	Workday bool
	Known   bool // false: assumed
}

// Day tells about a date; the zero Day for none.
func (c *Calendar) Day(d Date) Day {
	if d.IsZero() {
		return Day{}
	}
	day := Day{Date: d, Workday: c.rule(d), Known: c.Known(d.Year())}
	name, off := c.holidays[d]
	switch {
	case c.makeup[d] && (off || weekend(d)):
		day.Kind = MakeupDay
	case off && !c.makeup[d]:
		day.Kind, day.Holiday = DayOff, name
	case weekend(d):
		day.Kind = PlainWeekend
	default:
		day.Kind = PlainWeekday
	}
	return day
}

// Workdays counts the working days after one date up to and including another;
// 0 when through is not later. The error is UnknownYear or ErrDate for none.
func (c *Calendar) Workdays(after, through Date) (int, error) {
	if after.IsZero() || through.IsZero() {
		return 0, ErrDate
	}
	n, unknown := c.tally(after, through)
	if unknown != 0 && !c.assume {
		return 0, UnknownYear{Year: unknown}
	}
	return n, nil
}

// NextWorkday is d itself if it is a working day, else the next one. Errors:
// UnknownYear, ErrDate for none, ErrRange past the year 9999.
func (c *Calendar) NextWorkday(d Date) (Date, error) {
	if d.IsZero() {
		return Date{}, ErrDate
	}
	next, unknown := c.ahead(d, 1)
	return next, c.verdict(next, unknown)
}

// verdict is the error, if any, for a date that was looked for ahead.
func (c *Calendar) verdict(found Date, unknown int) error {
	switch {
	case unknown != 0 && !c.assume:
		return UnknownYear{Year: unknown}
	case found.IsZero():
		return ErrRange
	}
	return nil
}

func (c *Calendar) rule(d Date) bool {
	if c.makeup[d] {
		return true
	}
	_, off := c.holidays[d]
	return !off && !weekend(d)
}

func weekend(d Date) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

func count(year int, workday func(Date) bool) yearDays {
	length := 365
	if leap(year) {
		length = 366
	}
	y := yearDays{first: Date{dayNumber(year, 1, 1)}, upTo: make([]int16, length+1)}
	for i := range length {
		y.upTo[i] = int16(len(y.nth))
		if workday(y.first.AddDays(i)) {
			y.nth = append(y.nth, int16(i))
		}
	}
	y.upTo[length] = int16(len(y.nth))
	return y
}

func (y yearDays) last() Date { return y.first.AddDays(len(y.upTo) - 2) }

// between counts the working days from first to last, both inside the year.
func (y yearDays) between(first, last Date) int {
	return int(y.upTo[last.Sub(y.first)+1] - y.upTo[first.Sub(y.first)])
}
