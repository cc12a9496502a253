package oversight_test

import (
	"net/url"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/supervision"
)

// setRule is what the form of a rule sends.
func setRule(code supervision.Code, version int64, kv ...string) url.Values {
	v := form(version, append([]string{"code", string(code)}, kv...)...)
	return v
}

// A supervisor changes when a yellow card is raised, for all items and for one; the
// page says who did it and why, and takes it back.
func TestARuleIsSetNarrowedAndTakenBack(t *testing.T) {
	h := open(t)
	boss := h.as("supervisor")
	boss.Get("/oversight/rules").Wants(t, 200, "规则", "黄牌", "红牌")
	page := boss.Get("/oversight/rules/rule?code=yellow").Wants(t, 200, "这条规则")
	sent := page.Sends("/oversight/rules")
	boss.Post("/oversight/rules", sent).Wants(t, 422) // without a reason
	sent.Set("days", "3")
	sent.Set("reason", "试行期从严")
	boss.Post("/oversight/rules", sent).Redirects(t, "/oversight/rules")
	boss.Get("/oversight/rules/rule?code=yellow").Wants(t, 200, "试行期从严", "剩 3 天")
	boss.Post("/oversight/rules", sent).Wants(t, 409, "陶监督", "剩 3 天")

	boss.Get("/oversight/rules/rule?code=yellow&department=scjg").Wants(t, 200, "食品经营许可")
	narrow := boss.Get("/oversight/rules/rule?code=yellow&item="+food).Wants(t, 200, "食品经营许可").Sends("/oversight/rules")
	narrow.Set("days", "2")
	narrow.Set("reason", "本事项另定")
	boss.Post("/oversight/rules", narrow).Redirects(t, "/oversight/rules")
	boss.Get("/oversight/rules").Wants(t, 200, "食品经营许可")
	back := boss.Get("/oversight/rules/rule?code=yellow&item=" + food).Sends("/oversight/rules")
	back.Set("drop", "true")
	back.Set("reason", "不再另定")
	boss.Post("/oversight/rules", back).Redirects(t, "/oversight/rules")
	boss.Get("/oversight/rules/rule?code=yellow&item="+food).Wants(t, 200, "不再另定")
}

// Whatever is typed into a rule is refused in words or kept as text.
func TestRulesRefuseNonsense(t *testing.T) {
	h := open(t)
	boss := h.as("supervisor")
	for _, path := range []string{"/oversight/rules/rule", "/oversight/rules/rule?code=nonsense", "/oversight/rules/rule?code=yellow&item=nothing",
		"/oversight/rules/rule?code=yellow&type=nothing", "/oversight/rules/rule?code=yellow&item=" + food + "&type=%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF"} {
		boss.Get(path).Wants(t, 404)
	}
	for _, x := range []url.Values{
		setRule(supervision.Yellow, 1, "severity", "yellow", "days", "-1", "percent", "20", "least", "2", "basis", "依据", "reason", "试"),
		setRule(supervision.Yellow, 1, "severity", "yellow", "days", "99999999999999999999", "percent", "20", "least", "2", "basis", "依据", "reason", "试"),
		setRule(supervision.Yellow, 1, "severity", "purple", "days", "1", "percent", "20", "least", "2", "basis", "依据", "reason", "试"),
		setRule(supervision.Yellow, 1, "severity", "yellow", "days", "1", "percent", "2000", "least", "2", "basis", "依据", "reason", "试"),
		setRule(supervision.Yellow, 1, "severity", "yellow", "days", "1", "percent", "20", "least", "2", "basis", "", "reason", "试"),
		setRule(supervision.Yellow, 1, "severity", "yellow", "days", "一", "percent", "20", "least", "2", "basis", "依据", "reason", "<script>alert(1)</script>"),
	} {
		if page := boss.Post("/oversight/rules", x).Wants(t, 422); strings.Contains(page.Body, "<script>alert") {
			t.Error("what was typed is markup")
		}
	}
}

// Who is supervised reads the rules he is held to, and changes none.
func TestRulesAreReadByThoseTheyBind(t *testing.T) {
	h := open(t)
	officer := h.as("scjg-officer")
	officer.Get("/oversight/rules").Wants(t, 200, "黄牌")
	officer.Get("/oversight/rules/rule?code=yellow").Wants(t, 200).Lacks(t, `name="reason"`)
	officer.Post("/oversight/rules", setRule(supervision.Yellow, 1, "severity", "yellow", "days", "1", "reason", "试")).Wants(t, 403)
	for _, login := range []string{"resident1", "clerk1"} {
		h.as(login).Get("/oversight/rules").Wants(t, 403)
		h.as(login).Get("/oversight/trends").Wants(t, 403)
	}
}

// Every drawing, one for desks and one for phones, has its table, by day and by month,
// and counts what happened; of the share of what was decided in time, nothing having
// been decided, there is none.
func TestTrendsAreDrawnAndTold(t *testing.T) {
	h := open(t)
	h.bring("handler1", cases.Handle)
	h.wait(40)
	h.bring("handler2", cases.Handle)
	boss := h.as("supervisor")
	days := boss.Get("/oversight/trends").Wants(t, 200, "趋势", "这段时间没有可画的数字")
	if drawn, told := len(days.Doc.Find("main svg")), len(days.Doc.Find("main table")); drawn != 6 || told != 3 {
		t.Errorf("%d drawings, %d tables", drawn, told)
	}
	boss.Get("/oversight/trends?span=months").Wants(t, 200)
	boss.Get("/oversight/trends?span=months&department=scjg").Wants(t, 200)
	for _, nonsense := range []string{"?span=%3Cscript%3E", "?department=nothing", "?department=%27%20OR%201=1--", "?span=" + strings.Repeat("x", 5000)} {
		if page := boss.Get("/oversight/trends"+nonsense).Wants(t, 200); strings.Contains(page.Body, "<script>x") {
			t.Error(nonsense)
		}
	}
	h.as("scjg-officer").Get("/oversight/trends").Wants(t, 200)
}
