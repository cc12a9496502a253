package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yimen/e2e/harness"
	"yimen/internal/gov"
	"yimen/internal/platform/dbtest"
	"yimen/internal/scores"
	"yimen/internal/scores/scorestest"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/oversight"
	"yimen/internal/web/portal"
)

// supervised takes whoever comes with a session for the supervisor.
type supervised struct{}

// Authenticate implements kit.Sessions.
func (supervised) Authenticate(context.Context, string) (gov.Actor, kit.SessionInfo, error) {
	return scorestest.Supervisor(scorestest.Region), kit.SessionInfo{ID: "any"}, nil
}

// A month of a whole year cannot be lived through in a browser, so these pages stand
// alone over months that are counted by the test.
func scoresSite(t *testing.T) *httptest.Server {
	t.Helper()
	w := scorestest.Open(t, dbtest.SQLite(t, scorestest.At))
	for i, m := range []scores.Month{"2025-12", "2026-01", "2026-02", "2026-04", "2026-06", "2026-07", "2026-08", "2026-09"} {
		n := int64(200 + i*17)
		w.Publish(m, scorestest.Decided("scjg", "food", n, n-int64(i%4)-2), scorestest.Decided("scjg", "company", 4, 0),
			scorestest.Decided("ga", "hukou", n, n-int64(i%3)), scorestest.Decided("by", "ashes", 3, 1))
	}
	w.Counted["2026-10"] = []scores.Counted{scorestest.Row("scjg", "food", 40), scorestest.Row("scjg", "company", 12), scorestest.Row("ga", "hukou", 30)}
	var routes []kit.Route
	for _, r := range append(oversight.New(oversight.Deps{Scores: w.Service, Now: scorestest.At}).Routes(),
		portal.New(portal.Deps{Scores: w.Service, Now: scorestest.At}).Routes()...) {
		if strings.HasPrefix(r.Pattern, "/oversight/scores") || strings.HasPrefix(r.Pattern, "/performance") {
			routes = append(routes, r)
		}
	}
	site := kittest.With(t, kit.Options{Now: scorestest.At, Sessions: supervised{}}, routes...)
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/oversight") {
			r.AddCookie(&http.Cookie{Name: "yimen_session", Value: "any"})
		}
		site.Handler().ServeHTTP(out, r)
	}))
	t.Cleanup(server.Close)
	return server
}

// A supervisor has a month computed, looks at who needs looking at, signs and
// publishes; then everybody reads it.
func TestAMonthIsSigned(t *testing.T) {
	t.Parallel()
	p := harness.Browse(t, harness.Person{Base: scoresSite(t).URL})
	p.Open("/oversight/scores")
	p.Inspect("scores-months")
	p.Choose("月份", "2026年10月")
	p.Press("计算")
	p.MustSee("2026年10月效能指标", "已计算", "罗定市2016年底：50.00%")
	p.Inspect("scores-month")
	p.Press("签发")
	p.MustSee("请先勾选确认")
	p.Inspect("scores-unchecked")
	p.Check("我已核对以上数字，同意签发")
	p.Press("签发")
	p.MustSee("已签发", "陶监督")
	p.Check("同意向社会公布")
	p.Press("公布")
	p.MustSee("已公布")
	p.Follow("与现在重算对比")
	p.MustSee("完全相同")
	p.Inspect("scores-difference")
	for name, path := range map[string]string{"items": "/oversight/scores/2026-10/items", "body": "/oversight/scores/2026-10/bodies/scjg", "indices": "/oversight/scores/indices", "edition": "/oversight/scores/indices/edition"} {
		p.Open(path)
		p.Inspect("scores-" + name)
	}
	p.Open("/oversight/scores/2026-10")
	p.Media("print", nil)
	p.Screenshot("scores-print", harness.Desk)
	p.Media("", nil)
}

func TestThePromiseKept(t *testing.T) {
	t.Parallel()
	base := scoresSite(t).URL
	p := harness.Browse(t, harness.Person{Base: base})
	p.Open("/performance")
	p.MustSee("承诺兑现", "不足 5 件")
	p.Inspect("performance")
	p.Press("看表格")
	p.MustSee("2026年3月", "未公布")
	p.Inspect("performance-table")
	p.Follow("各事项")
	p.Inspect("performance-items")
	p.Open("/performance")
	p.Follow("潮安区公安局")
	p.MustSee("出生登记")
	p.Inspect("performance-body")
	p.Media("", map[string]string{"prefers-color-scheme": "dark"})
	p.Inspect("performance-dark")
	p.Media("", nil)
	p.Follow("长辈版")
	p.Inspect("performance-large")
	p.Follow("English")
	p.MustSee("Promises kept")
	p.Axe()
}

// Weight moves from one index to another: the effect first, then the reason.
func TestWeightsAreSet(t *testing.T) {
	t.Parallel()
	p := harness.Browse(t, harness.Person{Base: scoresSite(t).URL})
	p.Open("/oversight/scores/indices")
	p.Follow("调整权重和目标")
	p.Fill("weight.in_time", "34")
	p.Press("看影响")
	p.MustSee("权重合计应为 100，现在是 109")
	p.Inspect("scores-edition-wrong")
	p.Fill("weight.early", "1")
	p.Press("看影响")
	p.MustSee("现行 → 调整后")
	p.Inspect("scores-edition-effect")
	p.Press("施行新的一版")
	p.MustSee("请写明为什么调整")
	p.Fill("理由", "按时办结更要紧")
	p.Press("施行新的一版")
	p.MustSee("第 2 版指标体系已施行", "按时办结更要紧")
	p.Inspect("scores-editions")
}

// Pages of scores fit a screen of 320 px, in large text too.
func TestScoresFit(t *testing.T) {
	t.Parallel()
	p := harness.Browse(t, harness.Person{Base: scoresSite(t).URL, Width: narrow})
	paths := []string{"/performance", "/performance/items", "/performance/bodies/ga", "/oversight/scores", "/oversight/scores/2026-09",
		"/oversight/scores/2026-09/items", "/oversight/scores/2026-09/bodies/scjg", "/oversight/scores/indices", "/oversight/scores/indices/edition", "/oversight/scores/2026-09/difference"}
	for _, large := range []bool{false, true} {
		if large {
			p.Open("/performance")
			p.Follow("长辈版")
		}
		for _, path := range paths {
			p.Visit(path)
			if too := p.TooWide(); too != "" {
				t.Errorf("%s %s", path, too)
			}
		}
	}
}
