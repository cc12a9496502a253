package app

import (
	"context"
	"time"

	"yimen/internal/clock"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/job"
	"yimen/internal/platform/now"
	"yimen/internal/scores"
)

// sweepAge is how long bytes may wait for their row; far longer than an upload.
const sweepAge = 24 * time.Hour

// schedule says what runs when. A daily job re-plants itself for the next day in
// the transaction that does its work, so a day missed while the program was down
// is caught up once and none is done twice.
func (a *App) schedule() *job.Worker {
	w := &job.Worker{DB: a.DB, Now: a.Now, Log: a.Log, Workers: a.Config.Number("workers"),
		Except: []string{messages.MailJob, messages.SMSJob}}
	w.HandleInside("daily.drafts", a.daily("daily.drafts", a.Applications.Expire))
	w.HandleInside("daily.licences", a.daily("daily.licences", a.Licences.Expire))
	w.HandleInside("daily.silence", a.daily("daily.silence", a.Cases.SettleDue))
	w.HandleInside("daily.messages", a.daily("daily.messages", a.Messages.Expire))
	w.HandleInside(calendarRecount, a.recount)
	a.superviseJobs(w)
	w.HandleInside("daily.bodies", everyDay("daily.bodies", a.bodiesTurn))
	w.HandleInside("daily.joint", everyDay("daily.joint", a.RemindJoint))
	w.HandleOutside("daily.sweep", func(ctx context.Context, j job.Job) error {
		if _, err := a.Files.Sweep(ctx, sweepAge); err != nil {
			return err
		}
		if err := a.Identity.Sweep(ctx); err != nil {
			return err
		}
		if _, err := a.Once.Sweep(ctx, a.Now()); err != nil {
			return err
		}
		if err := a.DB.Optimize(ctx); err != nil {
			return err
		}
		return a.DB.Do(ctx, func(tx *db.Tx) error { return plant(ctx, tx, "daily.sweep", nextDay(tx.Now())) })
	})
	w.HandleOutside(keysReseal, a.reseal)
	w.HandleOutside(monthlyScores, a.scoreMonth)
	return w
}

// Plant makes sure the daily jobs of today stand, and the walk to the current key;
// called at every start.
func (a *App) Plant(ctx context.Context) error {
	return a.DB.Do(ctx, func(tx *db.Tx) error {
		for _, kind := range []string{"daily.bodies", "daily.drafts", "daily.joint", "daily.licences", "daily.messages", "daily.silence", "daily.sweep"} {
			if err := plant(ctx, tx, kind, clock.DateOf(tx.Now().Time())); err != nil {
				return err
			}
		}
		if err := plantMonth(ctx, tx, scores.MonthOf(tx.Now())); err != nil {
			return err
		}
		if err := plantSupervision(ctx, tx); err != nil {
			return err
		}
		return a.plantReseal(ctx)(tx)
	})
}

// plant adds the job of a day; the day is its key, so it stands once.
func plant(ctx context.Context, tx *db.Tx, kind string, day clock.Date) error {
	return job.Add(ctx, tx, job.Job{Kind: kind, Key: day.String(), Due: now.FromTime(day.Time())})
}

func nextDay(at now.Instant) clock.Date { return clock.DateOf(at.Time()).AddDays(1) }

// everyDay does the work in one go and plants tomorrow's.
func everyDay(kind string, work func(context.Context, *db.Tx) error) job.Inside {
	return func(ctx context.Context, tx *db.Tx, _ job.Job) error {
		if err := work(ctx, tx); err != nil {
			return err
		}
		return plant(ctx, tx, kind, nextDay(tx.Now()))
	}
}

// daily does the work in rounds, each in its own transaction through a job of
// its own, until a round finds nothing; then it plants tomorrow's.
func (a *App) daily(kind string, round func(context.Context, *db.Tx) (int, error)) job.Inside {
	return func(ctx context.Context, tx *db.Tx, j job.Job) error {
		n, err := round(ctx, tx)
		if err != nil {
			return err
		}
		if n > 0 {
			return job.Add(ctx, tx, job.Job{Kind: kind, Key: j.Key + "+", Due: tx.Now()})
		}
		return plant(ctx, tx, kind, nextDay(tx.Now()))
	}
}
