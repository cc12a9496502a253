package api

import (
	"context"
	"encoding/json"
	"net/http"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/identity"
)

// Suspension begins a special procedure that the item publishes; its time does not
// count in the limits (art. 45).
type Suspension struct {
	Seen
	Procedure string `json:"procedure" minLength:"1" maxLength:"200"`
	Days      int    `json:"days" minimum:"1"`
	Reason    string `json:"reason,omitempty" maxLength:"2000"`
}

// Resumption ends a special procedure with its result.
type Resumption struct {
	Seen
	Procedure string `json:"procedure" minLength:"1" maxLength:"200"`
	Result    string `json:"result,omitempty" maxLength:"2000"`
}

// ExtensionRequest asks the head for the one extension (art. 42).
type ExtensionRequest struct {
	Seen
	Days   int    `json:"days" minimum:"1"`
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// ExtensionDecision is the head's answer; a refusal gives its reasons.
type ExtensionDecision struct {
	Seen
	Grant bool   `json:"grant"`
	Words string `json:"words,omitempty" maxLength:"2000"`
}

// Serving is the proof that a correction notice was delivered.
type Serving struct {
	Seen
	On  string `json:"on" format:"date"`
	How string `json:"how" minLength:"1" maxLength:"2000"`
}

// Clock is every limit of the law at today's date, in the form of the clock's own
// answers; the calculator writes it.
type Clock struct {
	AcceptedOn *string                 `json:"accepted_on" format:"date"`
	Deemed     bool                    `json:"deemed"`
	Outcome    *string                 `json:"outcome"`
	Refused    []Refused               `json:"refused"`
	Clocks     map[string]ClockReading `json:"clocks"`

	told json.Marshaler
}

// MarshalJSON is the calculator's: one form for the command line and the API.
func (c Clock) MarshalJSON() ([]byte, error) { return c.told.MarshalJSON() }

// Refused is an act that left the clocks as they were.
type Refused struct {
	Index  int    `json:"index"`
	Reason string `json:"reason"`
}

// ClockReading is one clock.
type ClockReading struct {
	Start        *string    `json:"start" format:"date"`
	Due          *string    `json:"due" format:"date"`
	Stop         *string    `json:"stop" format:"date"`
	State        string     `json:"state" enum:"not_started,running,suspended,met,late,overdue"`
	Budget       int        `json:"budget"`
	Used         int        `json:"used"`
	Remaining    int        `json:"remaining"`
	Provisional  bool       `json:"provisional"`
	ProjectedDue *string    `json:"projected_due,omitempty" format:"date"`
	Days         []ClockDay `json:"days,omitempty"`
}

// ClockDay is one date of a clock and why it counted or not.
type ClockDay struct {
	Date      string `json:"date" format:"date"`
	Counted   bool   `json:"counted"`
	Why       string `json:"why"`
	Article   string `json:"article"`
	Code      string `json:"code" enum:"first_day,suspended,moved,holiday,weekend,makeup,counted"`
	Holiday   string `json:"holiday,omitempty"`
	Procedure string `json:"procedure,omitempty"`
	Assumed   bool   `json:"assumed,omitempty"`
}

type clockInput struct {
	ByID
	Days bool `query:"days"`
}

func (a *API) addTime() {
	add(a, operation{id: "get-case-clock", method: http.MethodGet, path: "/cases/{id}/clock", scope: identity.CasesRead, tag: tagCases,
		also: []int{http.StatusNotFound}}, a.getClock)
	addAct(a, desk("serve-correction", "service"), func(ctx context.Context, d doing[Serving]) error {
		_, err := a.d.Cases.RecordService(ctx, d.Actor, d.id, d.seen, cases.Serving{On: dateOf(d.body.On), How: d.body.How})
		return err
	}, a.showCase)
	addAct(a, desk("suspend-case", "suspensions"), func(ctx context.Context, d doing[Suspension]) error {
		_, err := a.d.Cases.Suspend(ctx, d.Actor, d.id, d.seen, cases.Suspension{Procedure: d.body.Procedure, Days: d.body.Days, Reason: d.body.Reason})
		return err
	}, a.showCase)
	addAct(a, desk("resume-case", "resumptions"), func(ctx context.Context, d doing[Resumption]) error {
		_, err := a.d.Cases.Resume(ctx, d.Actor, d.id, d.seen, d.body.Procedure, d.body.Result)
		return err
	}, a.showCase)
	addAct(a, desk("ask-extension", "extension-requests"), func(ctx context.Context, d doing[ExtensionRequest]) error {
		_, err := a.d.Cases.AskExtension(ctx, d.Actor, d.id, d.seen, d.body.Days, d.body.Reason)
		return err
	}, a.showCase)
	addAct(a, desk("decide-extension", "extension-decision"), func(ctx context.Context, d doing[ExtensionDecision]) error {
		_, err := a.d.Cases.DecideExtension(ctx, d.Actor, d.id, d.seen, d.body.Grant, d.body.Words)
		return err
	}, a.showCase)
}

func (a *API) getClock(ctx context.Context, c Caller, in *clockInput) (*output[Clock], error) {
	x, err := a.d.Cases.Case(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	told, err := a.d.Cases.Explain(ctx, c.Actor, x, clock.DateOf(a.d.Now().Time()))
	if err != nil {
		return nil, err
	}
	if in.Days {
		return &output[Clock]{Clock{told: told.Explanation}}, nil
	}
	return &output[Clock]{Clock{told: told.Answer}}, nil
}
