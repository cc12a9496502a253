package portal_test

import (
	"strings"
	"testing"

	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/scores"
	"yimen/internal/scores/scorestest"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/portal"
)

// publishedSite is the public pages over months that were published.
func publishedSite(t *testing.T, months map[scores.Month][]scores.Counted) *kittest.Site {
	t.Helper()
	w := scorestest.Open(t, dbtest.SQLite(t, scorestest.At))
	for m, rows := range months {
		w.Publish(m, rows...)
	}
	var routes []kit.Route
	for _, r := range portal.New(portal.Deps{Scores: w.Service, Now: scorestest.At}).Routes() {
		if strings.HasPrefix(r.Pattern, "/performance") {
			routes = append(routes, r)
		}
	}
	return kittest.With(t, kit.Options{Now: scorestest.At}, routes...)
}

// Everybody reads which promises were kept, and nothing of a few cases.
func TestThePromiseKept(t *testing.T) {
	site := publishedSite(t, map[scores.Month][]scores.Counted{
		"2026-08": {scorestest.Decided("scjg", "food", 40, 38), scorestest.Decided("ga", "hukou", 200, 200)},
		"2026-10": {scorestest.Decided("scjg", "food", 60, 60), scorestest.Decided("scjg", "company", 4, 0), scorestest.Decided("ga", "hukou", 210, 207), scorestest.Decided("by", "ashes", 3, 1)},
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
	site := publishedSite(t, nil)
	site.Anyone().Get("/performance").Wants(t, 200, "还没有公布")
	site.Anyone().Get("/performance/items").Wants(t, 200, "还没有公布")
	site.Anyone().Get("/performance/bodies/x").Wants(t, 404)
}
