package portal_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/scores"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/portal"
	"yimen/seed"
)

// decidedMonths counts decisions of a month, as the test says.
type decidedMonths map[scores.Month][]scores.Counted

func (decidedMonths) Measures() []scores.Measure {
	return []scores.Measure{scores.Closed, scores.Decided, scores.InTime}
}

func (d decidedMonths) MonthFigures(_ context.Context, _ db.Reader, from, _ now.Instant) ([]scores.Counted, error) {
	return d[scores.MonthOf(from)], nil
}

type keptNames struct{}

func (keptNames) Bodies(_ context.Context, ids []string) (map[string]scores.Place, error) {
	out := map[string]scores.Place{}
	for _, id := range ids {
		out[id] = scores.Place{Name: map[string]string{"scjg": "潮安区市场监督管理局", "ga": "潮安区公安局", "by": "潮安区殡仪馆"}[id], Region: "445103000000"}
	}
	return out, nil
}

func (keptNames) Items(_ context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		out[id] = map[string]string{"food": "食品经营许可", "hukou": "出生登记", "ashes": "火化证明"}[id]
	}
	return out, nil
}

func decisions(body, item string, n, inTime int64) scores.Counted {
	return scores.Counted{Body: body, Item: item, Counts: map[scores.Measure]int64{scores.Closed: n, scores.Decided: n, scores.InTime: inTime}}
}

// publishedSite publishes the months of the calendar with the given counts.
func publishedSite(t *testing.T, counts decidedMonths) *kittest.Site {
	t.Helper()
	at := now.FromTime(time.Date(2026, 11, 2, 9, 30, 0, 0, time.FixedZone("", 8*3600)))
	clock := func() now.Instant { return at }
	system, err := scores.ReadSystem("indices.yaml", seed.Indices())
	if err != nil {
		t.Fatal(err)
	}
	s := scores.New(scores.Deps{DB: dbtest.SQLite(t, clock), Book: journal.New(keystest.Ring(t)), Events: "test", Now: clock,
		Sources: []scores.Source{counts}, Names: keptNames{}, Seed: system, Region: "445103000000"})
	boss := gov.Actor{Account: "s", Name: "陶监督", Kind: gov.Staff, Posts: []gov.Post{{Region: "445103000000", Role: gov.RoleSupervisor}}}
	for m := range counts {
		if _, err := s.Compute(t.Context(), boss, m); err != nil {
			t.Fatal(err)
		}
		x, err := s.Sign(t.Context(), boss, m, 1)
		if err == nil {
			_, err = s.Publish(t.Context(), boss, m, x.Version())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	pages := portal.New(portal.Deps{Scores: s, Now: clock})
	var routes []kit.Route
	for _, r := range pages.Routes() {
		if strings.HasPrefix(r.Pattern, "/performance") {
			routes = append(routes, r)
		}
	}
	return kittest.With(t, kit.Options{Now: clock}, routes...)
}

// Everybody reads which promises were kept, and nothing of a few cases.
func TestThePromiseKept(t *testing.T) {
	site := publishedSite(t, decidedMonths{
		"2026-08": {decisions("scjg", "food", 40, 38), decisions("ga", "hukou", 200, 200)},
		"2026-10": {decisions("scjg", "food", 60, 60), decisions("scjg", "company", 4, 0), decisions("ga", "hukou", 210, 207), decisions("by", "ashes", 3, 1)},
	})
	page := site.Anyone().Get("/performance").Wants(t, 200, "承诺兑现", "97.87%", "潮安区市场监督管理局", "不足 5 件", "2026年9月", "未公布").
		Lacks(t, "33.33%", "陶监督")
	goldtest.HTML(t, "performance", page.Body)
	if n := page.Doc.Count("svg.dia"); n != 2 || page.Doc.Count("details table") != 1 {
		t.Errorf("%d drawings", n)
	}
	for _, row := range page.Doc.Find("main section tr") {
		if text := htmlcheck.Text(row); strings.Contains(text, "殡仪馆") && strings.Contains(text, "3") && !strings.Contains(text, "不足") {
			t.Error("a small number shows:", text)
		}
	}
	site.Anyone().Get("/performance/items").Wants(t, 200, "食品经营许可", "出生登记", "98.00%")
	link := page.Doc.Attr(`a[href="/performance/bodies/ga"]`, "href")
	site.Anyone().Get(link).Wants(t, 200, "潮安区公安局", "出生登记", "410", "99.27%").Lacks(t, "食品经营许可")
	site.Anyone().Get("/performance/bodies/nobody").Wants(t, 404)
	site.Anyone().Cookie("yimen_lang", "en").Get("/performance").Wants(t, 200, "Promises kept", "August 2026", "fewer than 5")
}

func TestNothingIsPublishedYet(t *testing.T) {
	site := publishedSite(t, decidedMonths{})
	site.Anyone().Get("/performance").Wants(t, 200, "还没有公布")
	site.Anyone().Get("/performance/items").Wants(t, 200, "还没有公布")
	site.Anyone().Get("/performance/bodies/x").Wants(t, 404)
}
