package clock

import (
	"errors"
	"time"
)

// Unit is the unit in which a limit counts.
type Unit string

// The units: 工作日 is the rule of 行政许可法 art. 82, 自然日 stands where another
// law or a promise says so.
const (
	Working Unit = "working"
	Natural Unit = "natural"
)

// What can be wrong with a question about a due date.
var (
	ErrUnit   = errors.New("clock: not a unit of days")
	ErrBudget = errors.New("clock: negative number of days")
	ErrRange  = errors.New("clock: date past the year 9999")
	ErrCutoff = errors.New("clock: not a time of day")
)

// ParseUnit reads the unit as the code or as the catalogue writes it.
func ParseUnit(text string) (Unit, error) {
	switch text {
	case string(Working), "工作日":
		return Working, nil
	case string(Natural), "自然日":
		return Natural, nil
	default:
		return "", ErrUnit
	}
}

// Deadline is a due date with what it rests on. It stores the budget and the
// start, never just a target, so that it can be counted again when the calendar
// changes (R13).
type Deadline struct {
	Start  Date // the day that is not counted (民法典 art. 201)
	Budget int
	Unit   Unit
	Last   Date // the last budgeted day
	Due    Date // Last, moved off a non-working day (民法典 art. 203)
	// Provisional: a day was asked about in a year whose notice is not out and
	// Monday to Friday was assumed (R12).
	Provisional bool
}

// Due is the date on which a limit of n days from start ends (R2–R4): the first
// day is not counted; a working clock counts working days; a natural clock counts
// every date and its end moves to the next working day; 0 days are due on the
// start date itself, moved likewise. Errors: UnknownYear, ErrDate for no start,
// ErrBudget, ErrUnit, ErrRange.
func Due(cal *Calendar, start Date, n int, unit Unit) (Date, error) {
	d, err := Reckon(cal, start, n, unit)
	return d.Due, err
}

// Reckon is Due with its reasons; errors as there.
func Reckon(cal *Calendar, start Date, n int, unit Unit) (Deadline, error) {
	switch {
	case start.IsZero():
		return Deadline{}, ErrDate
	case n < 0:
		return Deadline{}, ErrBudget
	case unit != Working && unit != Natural:
		return Deadline{}, ErrUnit
	case n > maxDay:
		return Deadline{}, ErrRange
	}
	d := Deadline{Start: start, Budget: n, Unit: unit}
	if unit == Working && n > 0 {
		return d.working(cal)
	}
	return d.natural(cal)
}

func (d Deadline) working(cal *Calendar) (Deadline, error) {
	due, unknown := cal.ahead(d.Start.AddDays(1), d.Budget)
	if err := cal.verdict(due, unknown); err != nil {
		return Deadline{}, err
	}
	d.Last, d.Due, d.Provisional = due, due, unknown != 0
	return d, nil
}

// natural asks the calendar about the last budgeted date and those to which the
// due date moves, and about nothing before them (R12).
func (d Deadline) natural(cal *Calendar) (Deadline, error) {
	last := d.Start.AddDays(d.Budget)
	if last.IsZero() {
		return Deadline{}, ErrRange
	}
	due, unknown := cal.ahead(last, 1)
	if err := cal.verdict(due, unknown); err != nil {
		return Deadline{}, err
	}
	d.Last, d.Due, d.Provisional = last, due, unknown != 0
	return d, nil
}

// DefaultCutoff is 17:30, the end of the day for what is handed in (R1).
const DefaultCutoff = 17*time.Hour + 30*time.Minute

// ParseCutoff reads 'HH:MM' into the time since midnight.
func ParseCutoff(text string) (time.Duration, error) {
	if len(text) != len("15:04") || text[2] != ':' {
		return 0, ErrCutoff
	}
	hour, okH := number(text[:2])
	minute, okM := number(text[3:])
	if !okH || !okM || hour > 23 || minute > 59 {
		return 0, ErrCutoff
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute, nil
}

// EffectiveDate is the date on which a submission or resubmission takes effect
// (R1): its own date if that is a working day and it came not later than cutoff
// (exactly at cutoff is in time), else the next working day. Every other act
// takes effect on DateOf its instant. Errors: UnknownYear, ErrDate, ErrRange.
func EffectiveDate(cal *Calendar, instant time.Time, cutoff time.Duration) (Date, error) {
	if DateOf(instant).IsZero() {
		return Date{}, ErrDate
	}
	effective, unknown := effective(cal, instant, cutoff)
	if err := cal.verdict(effective, unknown); err != nil {
		return Date{}, err
	}
	return effective, nil
}

// effective asks the calendar from the date of the act to its effective date.
func effective(cal *Calendar, instant time.Time, cutoff time.Duration) (found Date, unknown int) {
	d, sinceMidnight := local(instant)
	found, unknown = cal.ahead(d, 1)
	if found == d && sinceMidnight > cutoff {
		next, more := cal.ahead(d.AddDays(1), 1)
		return next, earlier(unknown, more)
	}
	return found, unknown
}
