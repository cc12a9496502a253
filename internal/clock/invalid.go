package clock

import (
	"errors"
	"fmt"
	"time"
)

// What can be wrong with a scenario besides its dates.
var (
	ErrDo       = errors.New("clock: not an act")
	ErrNegative = errors.New("clock: negative number")
	ErrCalendar = errors.New("clock: no calendar")
	ErrNoClock  = errors.New("clock: the case has no such clock")
	ErrLong     = errors.New("clock: too many days to tell one by one")
)

// InputError is what makes a value no scenario, and where it stands in the form
// of the scenario file: "limits.accept.days", "events[3].at". Err is ErrDate,
// ErrDo, ErrUnit, ErrBudget, ErrNegative, ErrCutoff, ErrRange or ErrCalendar.
// An act that came at the wrong moment is no error: it is refused (R11).
type InputError struct {
	Path string
	Err  error
}

// Error says both; the words for people are the caller's.
func (e InputError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }

// Unwrap gives the reason to errors.Is.
func (e InputError) Unwrap() error { return e.Err }

// check finds what makes s no scenario, apart from its events, which are looked
// at one by one as they are played.
func (s *Scenario) check() error {
	switch {
	case s.Calendar == nil:
		return InputError{"calendar", ErrCalendar}
	case s.Cutoff < 0 || s.Cutoff >= 24*time.Hour:
		return InputError{"cutoff", ErrCutoff}
	case s.ExtendMax < 0:
		return InputError{"extend_max", ErrNegative}
	case s.AsOf.IsZero():
		return InputError{"asof", ErrDate}
	}
	for _, name := range Names {
		if field, err := s.Limits.Of(name).check(); err != nil {
			return InputError{"limits." + string(name) + field, err}
		}
	}
	return nil
}

func (l Limit) check() (field string, err error) {
	switch {
	case l == Limit{}:
		return "", nil
	case l.Days < 0:
		return ".days", ErrBudget
	case l.Days > maxDay:
		return ".days", ErrRange
	case l.Unit != Working && l.Unit != Natural:
		return ".unit", ErrUnit
	}
	return "", nil
}

// check finds what makes e no event; d is its date.
func (e *Event) check(i int, d Date) error {
	wrong := func(field string, err error) error {
		return InputError{fmt.Sprintf("events[%d].%s", i, field), err}
	}
	switch {
	case e.At.IsZero() || d.IsZero():
		return wrong("at", ErrDate)
	case !e.Do.known():
		return wrong("do", ErrDo)
	case e.Planned != nil && *e.Planned < 0:
		return wrong("planned", ErrNegative)
	case e.Planned != nil && *e.Planned > maxDay:
		return wrong("planned", ErrRange)
	}
	return nil
}

func (d Do) known() bool {
	switch d {
	case Submit, NotifyCorrection, Resubmit, Accept, Decline, Suspend, Resume, Extend, Decide, Deliver, Withdraw:
		return true
	}
	return false
}
