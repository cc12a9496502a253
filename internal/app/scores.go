package app

import (
	"context"
	"fmt"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/job"
	"yimen/internal/platform/now"
	"yimen/internal/ratings"
	"yimen/internal/scores"
	"yimen/internal/supervision"
	"yimen/seed"
)

// What scores ask of the contexts that count, and the month's job.

// buildScores makes the scores context, with every context that counts.
func (a *App) buildScores(events event.Source) error {
	system, err := scores.ReadSystem("seed/indices.yaml", seed.Indices())
	if err != nil {
		return err
	}
	region, err := gov.ParseRegion(a.Config.Text("region"))
	if err != nil {
		return fmt.Errorf("option region: %w", err)
	}
	a.Scores = scores.New(scores.Deps{DB: a.DB, Book: a.Book, Events: events, Now: a.Now, Names: scoreNames{a}, Seed: system,
		Region: region, Sources: []scores.Source{closedCases{a}, finishedCases{a}, givenRatings{a}, raisedCards{a}}})
	return nil
}

// closedCases counts decisions, corrections and online filing.
type closedCases struct{ *App }

func (closedCases) Measures() []scores.Measure {
	return []scores.Measure{scores.Closed, scores.Decided, scores.InTime, scores.WithDays, scores.Early, scores.Corrections, scores.Online}
}

func (a closedCases) MonthFigures(ctx context.Context, r db.Reader, from, until now.Instant) ([]scores.Counted, error) {
	rows, err := a.Cases.MonthClosed(ctx, r, from, until)
	return each(rows, err, func(f cases.ClosedFigures) scores.Counted {
		return scores.Counted{Body: f.Body, Item: f.Item, Counts: map[scores.Measure]int64{scores.Closed: f.Closed, scores.Decided: f.Decided,
			scores.InTime: f.InTime, scores.WithDays: f.WithDays, scores.Early: f.Early, scores.Corrections: f.Corrections, scores.Online: f.Online}}
	})
}

// finishedCases counts visits, and who needed none.
type finishedCases struct{ *App }

func (finishedCases) Measures() []scores.Measure {
	return []scores.Measure{scores.Finished, scores.FinishedOnline, scores.Visits, scores.CameOnce, scores.NeverCame, scores.Items, scores.ItemsOnline}
}

func (a finishedCases) MonthFigures(ctx context.Context, r db.Reader, from, until now.Instant) ([]scores.Counted, error) {
	rows, err := a.Cases.MonthFinished(ctx, r, from, until)
	return each(rows, err, func(f cases.FinishedFigures) scores.Counted {
		return scores.Counted{Body: f.Body, Item: f.Item, Counts: map[scores.Measure]int64{scores.Finished: f.Finished, scores.FinishedOnline: f.Online,
			scores.Visits: f.Visits, scores.CameOnce: f.CameOnce, scores.NeverCame: f.NeverCame, scores.Items: f.Items, scores.ItemsOnline: f.ItemsOnline}}
	})
}

// givenRatings counts what applicants said.
type givenRatings struct{ *App }

func (givenRatings) Measures() []scores.Measure { return []scores.Measure{scores.Rated, scores.Good} }

func (a givenRatings) MonthFigures(ctx context.Context, r db.Reader, from, until now.Instant) ([]scores.Counted, error) {
	rows, err := a.Ratings.MonthFigures(ctx, r, from, until)
	return each(rows, err, func(f ratings.Figures) scores.Counted {
		return scores.Counted{Body: f.Body, Item: f.Item, Counts: map[scores.Measure]int64{scores.Rated: f.Rated, scores.Good: f.Good}}
	})
}

// raisedCards counts cards that still stand.
type raisedCards struct{ *App }

func (raisedCards) Measures() []scores.Measure { return []scores.Measure{scores.Yellow, scores.Red} }

func (a raisedCards) MonthFigures(ctx context.Context, r db.Reader, from, until now.Instant) ([]scores.Counted, error) {
	rows, err := a.Supervision.MonthFigures(ctx, r, from, until)
	return each(rows, err, func(f supervision.Figures) scores.Counted {
		return scores.Counted{Body: f.Body, Item: f.Item, Counts: map[scores.Measure]int64{scores.Yellow: f.Yellow, scores.Red: f.Red}}
	})
}

func each[T any](rows []T, err error, count func(T) scores.Counted) ([]scores.Counted, error) {
	out := make([]scores.Counted, len(rows))
	for i, row := range rows {
		out[i] = count(row)
	}
	return out, err
}

// scoreNames gives lines their names.
type scoreNames struct{ *App }

func (a scoreNames) Bodies(ctx context.Context, ids []string) (map[string]scores.Place, error) {
	all, err := a.Identity.BodiesByID(ctx, a.DB, ids)
	out := make(map[string]scores.Place, len(all))
	for id, b := range all {
		out[id] = scores.Place{Name: b.Name, Department: b.Department, Region: b.Region}
	}
	return out, err
}

func (a scoreNames) Items(ctx context.Context, ids []string) (map[string]string, error) {
	all, err := a.Catalogue.ItemsByID(ctx, ids)
	out := make(map[string]string, len(all))
	for id, x := range all {
		out[id] = x.Name
	}
	return out, err
}

const monthlyScores = "monthly.scores"

// scoreMonth computes the month that its job names, and plants the next one's. A
// month missed while the program was down is computed when it comes back, and then
// the next.
func (a *App) scoreMonth(ctx context.Context, j job.Job) error {
	m, err := scores.ParseMonth(j.Key)
	if err != nil {
		return err
	}
	if _, err := a.Scores.Compute(ctx, identity.System("系统", gov.API), m); err != nil && !fault.Is(err, "scores.stale") {
		return err
	}
	return a.DB.Do(ctx, func(tx *db.Tx) error { return plantMonth(ctx, tx, m.Add(1)) })
}

// plantMonth adds the job that computes a month at the first midnight after it.
func plantMonth(ctx context.Context, tx *db.Tx, m scores.Month) error {
	_, until := m.Span()
	return job.Add(ctx, tx, job.Job{Kind: monthlyScores, Key: string(m), Due: until})
}
