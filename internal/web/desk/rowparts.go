package desk

import (
	"context"

	"github.com/a-h/templ"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/web/dossier"
	"yimen/internal/web/ui"
)

// rowParts are what the rows of one list have in common.
type rowParts struct {
	keep     string // the search, for links that come back to it
	today    clock.Date
	statuses ui.Once[statusKey]
	lefts    ui.Once[cases.Left]
	steps    ui.Once[stepKey]
}

// statusKey is all that dossier.Status looks at.
type statusKey struct {
	state   cases.State
	step    cases.Step
	deemed  bool
	refused bool
}

type stepKey struct {
	step cases.Step
	due  clock.Date
}

func newRowParts(keep string, today clock.Date) *rowParts {
	return &rowParts{keep: keep, today: today, statuses: ui.Once[statusKey]{}, lefts: ui.Once[cases.Left]{}, steps: ui.Once[stepKey]{}}
}

func (p *rowParts) status(ctx context.Context, r row) templ.Component {
	return p.statuses.Of(statusKey{r.State, r.Step, r.Deemed, r.Refused}, func() templ.Component {
		tone, word := dossier.Status(ctx, r.Case)
		return ui.Tag(tone, word)
	})
}

func (p *rowParts) timeLeft(r row) templ.Component {
	if !r.HasLeft {
		return templ.NopComponent
	}
	return p.lefts.Of(r.Left, func() templ.Component { return timeLeft(r) })
}

func (p *rowParts) stepDue(r row) templ.Component {
	return p.steps.Of(stepKey{r.Step, r.StepDue}, func() templ.Component { return stepDue(r.Case, p.today.After(r.StepDue)) })
}
