package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"yimen/internal/catalogue"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/db"
	"yimen/internal/platform/job"
	"yimen/internal/platform/now"
)

// calendarRecount is the chain of jobs in which the running cases follow a version
// of the calendar (clock R13).
const calendarRecount = "calendar.recount"

// recountStep is the payload of one of them; the round makes its key.
type recountStep struct {
	Calendar int64 `json:"calendar"`
	Round    int   `json:"round"`
}

// CalendarChanged: WHEN the statutory calendar changes THEN every running case is
// counted again, whichever way the change came in.
func (a catalogueReactions) CalendarChanged(ctx context.Context, tx *db.Tx, _ gov.Actor, c catalogue.CalendarChange) error {
	years := make([]string, len(c.Years))
	for i, y := range c.Years {
		years[i] = strconv.Itoa(y)
	}
	reason := lang.T(lang.ZH, "cases.recount_reason", "version", c.Version, "years", strings.Join(years, "、"))
	begun, err := a.Cases.BeginRecountIn(ctx, tx, c.Version, c.Since, reason)
	if err != nil || !begun {
		return err
	}
	return plantRecount(ctx, tx, recountStep{Calendar: c.Version}, tx.Now())
}

func plantRecount(ctx context.Context, tx *db.Tx, s recountStep, due now.Instant) error {
	payload, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return job.Add(ctx, tx, job.Job{Kind: calendarRecount, Key: fmt.Sprintf("%d.%d", s.Calendar, s.Round), Due: due, Payload: string(payload)})
}

// recount does one round and plants the next. Once all have followed, what the
// calendar has made due by silence is settled without waiting for midnight.
func (a *App) recount(ctx context.Context, tx *db.Tx, j job.Job) error {
	var s recountStep
	if err := json.Unmarshal([]byte(j.Payload), &s); err != nil {
		return err
	}
	r, err := a.Cases.RecountRound(ctx, tx, s.Calendar)
	if err != nil {
		return err
	}
	if r.Done() {
		settle := job.Job{Kind: "daily.silence", Key: "calendar." + strconv.FormatInt(s.Calendar, 10), Due: tx.Now()}
		if err := job.Add(ctx, tx, settle); err != nil {
			return err
		}
	}
	due, more := r.Next(tx.Now())
	if !more {
		return nil
	}
	s.Round++
	return plantRecount(ctx, tx, s, due)
}
