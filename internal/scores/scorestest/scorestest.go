package scorestest

import (
	"context"
	"testing"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/scores"
	"yimen/seed"
)

// Region is that of the installation.
const Region = "445103000000"

// At is the instant the clock shows: 2026-11-02 09:30 in Asia/Shanghai, so that
// 2026-10 is the last month that is over.
func At() now.Instant { return now.FromTime(time.Date(2026, 11, 2, 1, 30, 0, 0, time.UTC)) }

// Town is a place where the test says what was counted.
type Town struct {
	*scores.Service
	Counted map[scores.Month][]scores.Counted
	t       testing.TB
}

// Open makes the scores of a place over an empty database; nothing is counted yet.
func Open(t testing.TB, d *db.DB) *Town {
	t.Helper()
	system, err := scores.ReadSystem("indices.yaml", seed.Indices())
	if err != nil {
		t.Fatal(err)
	}
	w := &Town{Counted: map[scores.Month][]scores.Counted{}, t: t}
	w.Service = scores.New(scores.Deps{DB: d, Book: journal.New(keystest.Ring(t)), Events: "test", Now: At, Sources: []scores.Source{w},
		Names: names{}, Seed: system, Region: Region})
	return w
}

// Measures implements scores.Source: all of them.
func (*Town) Measures() []scores.Measure { return scores.Measures() }

// MonthFigures implements scores.Source.
func (w *Town) MonthFigures(_ context.Context, _ db.Reader, from, _ now.Instant) ([]scores.Counted, error) {
	return w.Counted[scores.MonthOf(from)], nil
}

// Supervisor supervises a region.
func Supervisor(region string) gov.Actor {
	return gov.Actor{Account: "account-of-陶监督", Name: "陶监督", Kind: gov.Staff, Channel: gov.Web,
		Posts: []gov.Post{{ID: "p", Body: "zs", Department: "zs", Region: region, Role: gov.RoleSupervisor}}}
}

// Publish computes, signs and publishes a month with these counts.
func (w *Town) Publish(m scores.Month, rows ...scores.Counted) {
	w.t.Helper()
	ctx, boss := w.t.Context(), Supervisor(Region)
	w.Counted[m] = rows
	if _, err := w.Compute(ctx, boss, m); err != nil {
		w.t.Fatal(err)
	}
	x, err := w.Sign(ctx, boss, m, 1)
	if err == nil {
		_, err = w.Service.Publish(ctx, boss, m, x.Version())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// Row is n cases of an item at a body, in the middle of everything: some late, some
// corrected, some filed online, a yellow card.
func Row(body, item string, n int64) scores.Counted {
	return scores.Counted{Body: body, Item: item, Counts: map[scores.Measure]int64{
		scores.Closed: n, scores.Decided: n - 2, scores.InTime: n - 3, scores.WithDays: n / 2, scores.Early: n / 3, scores.Corrections: n / 4, scores.Online: n / 2,
		scores.Finished: n, scores.FinishedOnline: n / 2, scores.Visits: n, scores.CameOnce: n / 2, scores.NeverCame: n / 5, scores.Items: 1, scores.ItemsOnline: 1,
		scores.Rated: n / 2, scores.Good: n / 2, scores.Yellow: 1}}
}

// Decided is n decisions of an item at a body, so many of them in time.
func Decided(body, item string, n, inTime int64) scores.Counted {
	return scores.Counted{Body: body, Item: item, Counts: map[scores.Measure]int64{scores.Closed: n, scores.Decided: n, scores.InTime: inTime}}
}

// names are those of the bodies and items that tests name; one is hostile to
// spreadsheets.
type names struct{}

var (
	bodies = map[string]string{"scjg": "潮安区市场监督管理局", "ga": "潮安区公安局", "by": "潮安区殡仪馆", "formula": "=潮安区某局"}
	items  = map[string]string{"food": "食品经营许可", "company": "企业设立登记", "hukou": "出生登记", "ashes": "火化证明"}
)

func (names) Bodies(_ context.Context, ids []string) (map[string]scores.Place, error) {
	out := map[string]scores.Place{}
	for _, id := range ids {
		out[id] = scores.Place{Name: bodies[id], Department: id, Region: Region}
	}
	return out, nil
}

func (names) Items(_ context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		out[id] = items[id]
	}
	return out, nil
}
