package cases

import (
	"encoding/json"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/platform/now"
)

// Change is the payload of an act: what it set in the row, and what was said.
// Zero means untouched, so folding the payloads of a case's journal over an
// empty case gives its row; a test does just that.
type Change struct {
	Step Step `json:"step,omitempty"` // always the step after the act

	Limits *clock.Limits `json:"limits,omitempty"` // set when the case opens
	Event  *clock.Event  `json:"event,omitempty"`  // what the clocks hear of it
	Dates  *Dates        `json:"dates,omitempty"`  // all of them, whenever one may have moved
	Stage  *Stage        `json:"stage,omitempty"`  // a stage of the department begins
	Kept   *string       `json:"kept,omitempty"`   // the calendar contradicts what was done, or, '', no longer does

	ServedOn    *clock.Date `json:"served_on,omitempty"` // of a correction notice; zero: not yet
	DecidedOn   clock.Date  `json:"decided_on,omitzero"`
	DeliveredOn clock.Date  `json:"delivered_on,omitzero"`

	AcceptedAt    now.Instant `json:"accepted_at,omitempty"`
	DecidedAt     now.Instant `json:"decided_at,omitempty"`
	AcceptanceSeq int64       `json:"acceptance_seq,omitempty"`
	Deemed        bool        `json:"deemed,omitempty"`
	Extension     Extension   `json:"extension,omitempty"`
	Officer       string      `json:"officer,omitempty"`
	Reviewer      string      `json:"reviewer,omitempty"`
	Licence       string      `json:"licence,omitempty"`
	DeliveryWay   string      `json:"delivery_way,omitempty"`
	ApplicantName string      `json:"applicant_name,omitempty"`
	Corrected     bool        `json:"corrected,omitempty"` // one more correction notice
	Returned      bool        `json:"returned,omitempty"`  // one more return to an earlier step
	Rated         bool        `json:"rated,omitempty"`

	After  []string `json:"after,omitempty"`  // cases that have to be granted first
	Holder string   `json:"holder,omitempty"` // whose the result will be
	Cause  *Cause   `json:"cause,omitempty"`  // the case of the same bundle that caused it
	Joint  *Joint   `json:"joint,omitempty"`  // of a step that departments take together
	Whole  bool     `json:"whole,omitempty"`  // done to all cases of the application at once

	Charge *Charge `json:"charge,omitempty"` // money taken

	Days    int          `json:"days,omitempty"`   // asked for or granted
	Letter  string       `json:"letter,omitempty"` // reference (文号) of the letter issued with it
	Former  *Dates       `json:"-"`                // of a recount: the dates before it, which the journal has in its earlier entries
	Reason  string       `json:"reason,omitempty"`
	Article string       `json:"article,omitempty"`
	Words   string       `json:"words,omitempty"`
	Defects []Defect     `json:"defects,omitempty"`
	Face    form.Answers `json:"face,omitempty"` // licence face values entered by 制证
	Verdict Verdict      `json:"verdict,omitempty"`
	Names   []string     `json:"names,omitempty"` // the two officials of a site visit
	Passed  bool         `json:"passed,omitempty"`
	Way     Way          `json:"way,omitempty"`
	Parcel  string       `json:"parcel,omitempty"` // posting number
	Who     string       `json:"who,omitempty"`    // who received it
}

// Stage is the beginning of a stage inside the department; without days it has
// no limit of its own.
type Stage struct {
	On   clock.Date `json:"on,omitzero"`
	Days int64      `json:"days,omitempty"`
}

// Charge is money taken for a case, in fen: what for, and by which published standard.
type Charge struct {
	Fen      int64  `json:"fen"`
	For      string `json:"for"`
	Standard string `json:"standard"`
}

func (ch Change) bytes() []byte {
	b, err := json.Marshal(ch)
	if err != nil {
		panic(err) // strings, dates and numbers always marshal
	}
	return b
}

// apply sets in the row what the change says.
func (c *Case) apply(ch Change) {
	if ch.Limits != nil {
		c.Ledger = Ledger{Limits: *ch.Limits, ExtendMax: clock.DefaultExtendMax}
	}
	if ch.Event != nil {
		c.Ledger.Events = append(c.Ledger.Events, *ch.Event)
	}
	if ch.Kept != nil {
		c.Ledger.Kept = *ch.Kept
	}
	if ch.ServedOn != nil {
		c.ServedOn = *ch.ServedOn
	}
	if ch.Stage != nil {
		c.StepOn, c.StepDays = ch.Stage.On, ch.Stage.Days
	}
	if ch.Dates != nil {
		c.setDates(*ch.Dates)
	}
	setDate(&c.DecidedOn, ch.DecidedOn)
	setDate(&c.DeliveredOn, ch.DeliveredOn)
	set(&c.AcceptedAt, ch.AcceptedAt)
	set(&c.DecidedAt, ch.DecidedAt)
	set(&c.AcceptanceSeq, ch.AcceptanceSeq)
	set(&c.Officer, ch.Officer)
	set(&c.Reviewer, ch.Reviewer)
	set(&c.Licence, ch.Licence)
	set(&c.DeliveryWay, ch.DeliveryWay)
	set(&c.ApplicantName, ch.ApplicantName)
	set(&c.Holder, ch.Holder)
	c.Deemed = c.Deemed || ch.Deemed
	set(&c.Extension, ch.Extension)
	c.Rated = c.Rated || ch.Rated
	c.Posted = c.Posted || ch.Way == Posted
	if ch.Corrected {
		c.Corrections++
	}
	if ch.Returned {
		c.Returns++
	}
}

func set[T comparable](at *T, v T) {
	var zero T
	if v != zero {
		*at = v
	}
}

func setDate(at *clock.Date, d clock.Date) {
	if !d.IsZero() {
		*at = d
	}
}
