package oversight_test

import (
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"yimen/internal/gov"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/goldtest"
	"yimen/internal/scores"
	"yimen/internal/scores/scorestest"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/oversight"
)

// scored is the pages over months that the test counts, in November 2026.
type scored struct {
	*kittest.Site
	*scorestest.Town
}

func openScores(t *testing.T) *scored {
	t.Helper()
	h := &scored{Town: scorestest.Open(t, dbtest.SQLite(t, scorestest.At))}
	h.Counted["2026-10"] = []scores.Counted{scorestest.Row("scjg", "food", 40), scorestest.Row("scjg", "company", 12), scorestest.Row("formula", "hukou", 30)}
	var routes []kit.Route
	for _, r := range oversight.New(oversight.Deps{Scores: h.Service, Now: scorestest.At}).Routes() {
		if strings.HasPrefix(r.Pattern, "/oversight/scores") {
			routes = append(routes, r)
		}
	}
	h.Site = kittest.With(t, kit.Options{Now: scorestest.At}, routes...)
	return h
}

func (h *scored) supervisor(region string) *kittest.Visitor {
	return h.As(scorestest.Supervisor(region))
}

const octoberPath = "/oversight/scores/2026-10"

// A supervisor computes a month, reads it, signs it, publishes it.
func TestAMonthIsSignedAndPublished(t *testing.T) {
	h := openScores(t)
	boss := h.supervisor(scorestest.Region)
	boss.Get("/oversight/scores").Wants(t, 200, "还没有算出任何月份", "2026年10月", "计算").Lacks(t, "2026年11月")
	boss.Post("/oversight/scores", url.Values{"month": {"2026-11"}}).Wants(t, 422, "还没有结束")
	boss.Post("/oversight/scores", url.Values{"month": {"十月"}}).Wants(t, 422, "请写明年份和月份")
	boss.Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Redirects(t, octoberPath)
	page := boss.Get(octoberPath).Wants(t, 200, "2026年10月效能指标", "已计算", "82", "潮安区市场监督管理局", "罗定市2016年底：50.00%", "未达目标", "尚未签发")
	goldtest.HTML(t, "score-month", page.Body)
	boss.Get("/oversight/scores").Wants(t, 200, "2026年10月", "已计算", "未签发")

	boss.Post(octoberPath+"/signature", page.Sends(octoberPath+"/signature")).Wants(t, 422, "请先勾选确认")
	sent := page.Sends(octoberPath + "/signature")
	sent.Set("checked", "true")
	h.Counted["2026-10"][0].Counts[scores.Closed]++
	boss.Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Redirects(t, octoberPath)
	boss.Post(octoberPath+"/signature", sent).Wants(t, 409, "您看到的数字之后又变了")
	page = boss.Get(octoberPath).Wants(t, 200, "83")
	sent.Set("version", page.Doc.Attr(`input[name="version"]`, "value"))
	boss.Post(octoberPath+"/signature", sent).Redirects(t, octoberPath)
	boss.Post(octoberPath+"/signature", sent).Wants(t, 409)
	boss.Get(octoberPath).Wants(t, 200, "已签发", "陶监督，2026年11月2日（周一）签发", "公布后，任何人都能")

	h.Counted["2026-10"][0].Counts[scores.Closed]++
	boss.Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Redirects(t, octoberPath)
	boss.Get(octoberPath).Wants(t, 200, "没有改动", "83").Lacks(t, "84")
	boss.Get(octoberPath+"/difference").Wants(t, 200, "食品经营许可", "件均补正次数", "20 ÷ 83", "20 ÷ 84")

	page = boss.Get(octoberPath)
	publish := page.Sends(octoberPath + "/publication")
	boss.Post(octoberPath+"/publication", publish).Wants(t, 422)
	publish.Set("checked", "true")
	boss.Post(octoberPath+"/publication", publish).Redirects(t, octoberPath)
	boss.Get(octoberPath).Wants(t, 200, "已公布").Lacks(t, "公布后，任何人都能")
}

func TestTheDrillDown(t *testing.T) {
	h := openScores(t)
	boss := h.supervisor(scorestest.Region)
	boss.Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Redirects(t, octoberPath)
	boss.Get(octoberPath+"/items").Wants(t, 200, "出生登记", "食品经营许可").Lacks(t, "签发后")
	body := boss.Get(octoberPath+"/bodies/scjg").Wants(t, 200, "潮安区市场监督管理局", "企业设立登记", "52").Lacks(t, "出生登记")
	goldtest.HTML(t, "score-body", body.Body)
	boss.Get(octoberPath+"/bodies/nobody").Wants(t, 404)
	boss.Get("/oversight/scores/2026-08").Wants(t, 404)
	boss.Get("/oversight/scores/2026-13").Wants(t, 404)
	boss.Get("/oversight/scores/x/export").Wants(t, 404)
	boss.Get("/oversight/scores?before=nonsense").Wants(t, 200, "2026年10月")
	boss.Get("/oversight/scores?before=2026-10").Wants(t, 200, "还没有算出任何月份")
	boss.Get("/oversight/scores/indices").Wants(t, 200, "不晚于承诺期限的决定数", "90.00% 得 0 分", "行政审批网上全流程办理率不低于 50%")
	english := boss.Cookie("yimen_lang", "en")
	english.Get(octoberPath).Wants(t, 200, "Scores of October 2026", "Decided within the promise")
	english.Get("/oversight/scores/indices").Wants(t, 200, "Index system", "decisions no later than promised")
	english.Get(octoberPath+"/difference").Wants(t, 200, "Exactly the same")
}

func TestAnEmptyMonthHasItsPage(t *testing.T) {
	h := openScores(t)
	boss := h.supervisor(scorestest.Region)
	boss.Post("/oversight/scores", url.Values{"month": {"2026-09"}}).Redirects(t, "/oversight/scores/2026-09")
	boss.Get("/oversight/scores/2026-09").Wants(t, 200, "这个月没有办结的办件", "无办件")
}

// The export has both counts of every index, and no name that a spreadsheet runs.
func TestTheExportOfAMonth(t *testing.T) {
	h := openScores(t)
	boss := h.supervisor(scorestest.Region)
	boss.Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Redirects(t, octoberPath)
	a := boss.Get(octoberPath+"/export").Wants(t, 200)
	if !strings.HasPrefix(a.Body, "\uFEFF月份,单位,事项,办结,得分,按承诺办结率,") || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%.80q %s", a.Body, a.Header.Get("Content-Type"))
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 1+1+3+2+3 { // head, all, items, bodies, items at bodies
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if total := rows[1]; total[3] != "82" || total[6] != "73" || total[7] != "76" || total[5] != "96.05" {
		t.Errorf("%v", total)
	}
	if !strings.Contains(a.Body, "'=潮安区某局") {
		t.Error("a name is a formula")
	}
}

// Who supervises a part reads it and signs nothing; who supervises nothing reads nothing.
func TestWhoReadsScores(t *testing.T) {
	h := openScores(t)
	h.supervisor(scorestest.Region).Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Redirects(t, octoberPath)
	town := h.supervisor("445103100000")
	town.Get("/oversight/scores").Wants(t, 200, "2026年10月").Lacks(t, "计算</button>")
	town.Get(octoberPath).Wants(t, 200, "82").Lacks(t, "潮安区市场监督管理局", "name=\"checked\"")
	town.Get(octoberPath+"/difference").Wants(t, 403)
	town.Post(octoberPath+"/signature", url.Values{"checked": {"true"}, "version": {"1"}}).Wants(t, 403)
	town.Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Wants(t, 403)
	officer := h.As(gov.Actor{Name: "韩承办", Kind: gov.Staff, Posts: []gov.Post{{ID: "p", Body: "scjg", Region: scorestest.Region, Role: gov.RoleOfficer}}})
	officer.Get(octoberPath).Wants(t, 403)
	h.Anyone().Get(octoberPath).Wants(t, 303)
}
