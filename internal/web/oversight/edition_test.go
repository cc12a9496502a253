package oversight_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/scores"
	"yimen/internal/scores/scorestest"
)

const editionPath = "/oversight/scores/indices/edition"

// set is what the form of the page would send, with these inputs changed.
func set(t *testing.T, h *scored, changed map[string]string) url.Values {
	t.Helper()
	x, err := h.InForce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := url.Values{"version": {strconv.FormatInt(x.Number+1, 10)}}
	for _, i := range x.Indices {
		in := i.Setting()
		for name, v := range map[string]string{scores.InWeight: in.Weight, scores.InTarget: in.Target, scores.InZero: in.Zero, scores.InFull: in.Full} {
			out.Set(name+i.Code, v)
		}
	}
	for name, v := range changed {
		out.Set(name, v)
	}
	return out
}

// A supervisor moves weight from one index to another: he sees what it would make of
// the last month, says why, and the months to come are computed with it.
func TestWeightsAreSet(t *testing.T) {
	h := openScores(t)
	boss := h.supervisor(scorestest.Region)
	boss.Post("/oversight/scores", url.Values{"month": {"2026-10"}}).Redirects(t, octoberPath)
	before, err := h.Items(t.Context(), scorestest.Supervisor(scorestest.Region), "2026-10")
	if err != nil {
		t.Fatal(err)
	}
	boss.Get("/oversight/scores/indices").Wants(t, 200, "调整权重和目标", "历次调整", "平台起步值")
	boss.Get(editionPath).Wants(t, 200, "权重合计 100", "按承诺办结率").Lacks(t, "施行新的一版")
	send := set(t, h, map[string]string{"weight.in_time": "34", "weight.early": "1", "target.in_time": "99.5"})
	look := boss.Get(editionPath+"?"+send.Encode()).Wants(t, 200, "2026年10月的得分", "→", "施行新的一版", "潮安区市场监督管理局")
	sent := look.Sends(editionPath)
	boss.Post(editionPath, sent).Wants(t, 422, "请写明为什么调整")
	sent.Set("reason", "按时办结更要紧")
	boss.Post(editionPath, sent).Redirects(t, "/oversight/scores/indices")
	boss.Get("/oversight/scores/indices").Wants(t, 200, "第 2 版", "按时办结更要紧", "陶监督", "99.50%")
	boss.Get("/oversight/scores/indices?edition=1").Wants(t, 200, "第 1 版", "98.00%")
	boss.Post(editionPath, sent).Wants(t, 409, "之后又变了")
	again, err := h.Items(t.Context(), scorestest.Supervisor(scorestest.Region), "2026-10")
	if err != nil || again.Total.Score != before.Total.Score {
		t.Errorf("a month that is computed has changed: %v → %v, %v", before.Total.Score, again.Total.Score, err)
	}
}

// What is not in order is said at its input, and nothing is adopted.
func TestSettingsAreChecked(t *testing.T) {
	h := openScores(t)
	boss := h.supervisor(scorestest.Region)
	for _, x := range []struct {
		changed map[string]string
		want    string
	}{
		{map[string]string{"weight.in_time": "26"}, "权重合计应为 100，现在是 101"},
		{map[string]string{"weight.in_time": "-1"}, "0 到 100 的整数"},
		{map[string]string{"weight.in_time": "9999999999999999999999"}, "0 到 100 的整数"},
		{map[string]string{"target.in_time": "98.123"}, "小数位太多"},
		{map[string]string{"target.in_time": "<script>alert(1)</script>"}, "不带单位的数"},
		{map[string]string{"zero.in_time": "100", "full.in_time": "90"}, "计分区间与方向不符"},
		{map[string]string{"full.corrections": "1", "zero.corrections": "1"}, "计分区间与方向不符"},
		{map[string]string{"weight.in_time": ""}, "0 到 100 的整数"},
		{nil, "与现行的一版相同"},
	} {
		send := set(t, h, x.changed)
		send.Set("reason", "试")
		page := boss.Post(editionPath, send).Wants(t, 422, x.want)
		if strings.Contains(page.Body, "<script>alert") {
			t.Error("what was typed is markup")
		}
		if x.changed != nil && x.changed["weight.in_time"] != "" {
			boss.Get(editionPath+"?"+send.Encode()).Wants(t, 422, x.want).Lacks(t, "施行新的一版")
		}
	}
	long := set(t, h, map[string]string{"weight.in_time": "34", "weight.early": "1", "reason": strings.Repeat("长", 501)})
	boss.Post(editionPath, long).Wants(t, 422, "最多 500 个字")
	boss.Get("/oversight/scores/indices?edition=99").Wants(t, 404)
	boss.Get("/oversight/scores/indices?edition=x").Wants(t, 404)
	if all, err := h.Editions(t.Context(), scorestest.Supervisor(scorestest.Region)); err != nil || len(all) != 0 {
		t.Errorf("%d editions, %v", len(all), err)
	}
}

// Who supervises a part of the installation, or nothing, sets nothing.
func TestWhoSetsWeights(t *testing.T) {
	h := openScores(t)
	part := h.supervisor("445103001000")
	part.Get("/oversight/scores/indices").Wants(t, 200).Lacks(t, "调整权重和目标")
	part.Get(editionPath).Wants(t, 403)
	send := set(t, h, map[string]string{"weight.in_time": "34", "weight.early": "1", "reason": "试"})
	part.Post(editionPath, send).Wants(t, 403)
	if x, err := h.InForce(t.Context()); err != nil || x.Number != 0 {
		t.Errorf("edition %d, %v", x.Number, err)
	}
}
