package catalogue

import (
	"errors"
	"time"

	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
)

// Forecast says when an application would be done if it were filed now, under
// the published limits: taken in by the stage before the counted ones, then the
// promise from the day after (clock.md R1, R2, R6).
type Forecast struct {
	Submitted clock.Date // on which the submission takes effect (R1)
	Accepted  clock.Date // at the latest, when the materials are complete
	Result    clock.Date // the promise
	Statutory clock.Date // none where no law sets a limit
	// AcceptDays are the working days the published flow gives for taking it in.
	AcceptDays int
	// Provisional: a date runs into a year whose holidays are not announced, Monday
	// to Friday is assumed (R12).
	Provisional bool
}

// Forecast counts with the calendar in force for something filed at an instant.
// Errors: those of clock for limits no calendar can hold.
func (v *Version) Forecast(cal *clock.Calendar, at time.Time) (Forecast, error) {
	f, err := v.forecast(cal, at)
	var unknown clock.UnknownYear
	if !errors.As(err, &unknown) {
		return f, err
	}
	f, err = v.forecast(cal.AssumingWeekdays(), at)
	f.Provisional = true
	return f, err
}

func (v *Version) forecast(cal *clock.Calendar, at time.Time) (f Forecast, err error) {
	f.AcceptDays = v.acceptDays()
	if f.Submitted, err = clock.EffectiveDate(cal, at, clock.DefaultCutoff); err != nil {
		return f, err
	}
	if f.Accepted, err = clock.Due(cal, f.Submitted, f.AcceptDays, clock.Working); err != nil {
		return f, err
	}
	if f.Result, err = clock.Due(cal, f.Accepted, v.Item.CommitmentDays, v.Unit()); err != nil {
		return f, err
	}
	if v.Item.StatutoryLimit == set.LimitByLaw {
		f.Statutory, err = clock.Due(cal, f.Accepted, v.Item.StatutoryDays, v.Unit())
	}
	return f, err
}

// acceptDays sums the stages before the first counted one: receiving and accepting.
func (v *Version) acceptDays() int {
	n := 0
	for _, st := range v.Item.Stages {
		if st.Counted {
			break
		}
		n += st.Days
	}
	return n
}
