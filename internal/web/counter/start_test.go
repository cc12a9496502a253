package counter_test

import (
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/now"
)

// What arrives after hours counts as received on that evening, although its limits begin on the next working day, and
// not on the days after it.
func TestTodayIsTheDayOfReceipt(t *testing.T) {
	evening := now.FromTime(clock.DateOf(time.Now()).AddDays(1).Time().Add(20 * time.Hour))
	at := evening
	held := func() now.Instant { return at }
	for name, open := range map[string]func() *app.App{
		"sqlite": func() *app.App { return apptest.SQLite(t, held) }, "postgres": func() *app.App { return apptest.Postgres(t, held) },
	} {
		t.Run(name, func(t *testing.T) {
			at = evening
			h := before(t, open())
			received := func() string {
				t.Helper()
				return h.as("clerk1").Get("/counter").Wants(t, 200, "今日收件").Doc.Text(".figs dd")
			}
			if got := received(); got != "0 件" {
				t.Fatalf("before anything came: %q", got)
			}
			x := apptest.Filed(t, h.app, apptest.Handler(t, h.app, "handler1"), food, "445103")
			c, err := h.app.Cases.ByApplication(t.Context(), gov.Actor{Kind: gov.System}, x.ID)
			if err != nil || !c.SubmittedOn.After(apptest.Today(h.app)) {
				t.Fatalf("limits of an evening's filing begin on %s, %v", c.SubmittedOn, err)
			}
			if got := received(); got != "1 件" {
				t.Errorf("on the evening: %q", got)
			}
			at = now.FromTime(c.SubmittedOn.Time().Add(10 * time.Hour))
			if got := received(); got != "0 件" {
				t.Errorf("on the day its limits begin: %q", got)
			}
			at = evening.Add(-21 * time.Hour)
			if got := received(); got != "0 件" {
				t.Errorf("on the day before: %q", got)
			}
		})
	}
}
