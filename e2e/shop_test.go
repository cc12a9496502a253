package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// shopOpened takes the catering shop that was filed on p's page to its end: accepted at
// one counter, looked at, reviewed and decided by three departments side by side,
// followed on one page, fetched at one outlet, rated once.
func shopOpened(t *testing.T, s *harness.Server, p *person) {
	at := p.URL()
	var numbers []string
	if err := json.Unmarshal([]byte(harness.Eval[string](p.Page, `JSON.stringify([...document.querySelectorAll("main tbody .num")].map((n) => n.innerText.trim()))`)), &numbers); err != nil || len(numbers) != 3 {
		t.Fatal(numbers, err)
	}
	counter := come(t, s, "clerk1", harness.Desk)
	for _, n := range numbers {
		counter.take(n)
		counter.Press("受理并打印通知书")
		counter.MustSee("已受理")
	}
	p.Open(at)
	p.MustSee("承办中", "现在不用您做什么")
	shopDecided(t, s, numbers)
	p.Open(at)
	p.MustSee("全部事项都有了结果", "3 项结果在统一出件窗口", "已在")
	p.look("shop-01-decided")
	if drawn := harness.Eval[int](p.Page, `document.querySelectorAll("main figure svg.only-narrow a").length`); drawn != 3 {
		t.Errorf("%d members are drawn", drawn)
	}
	counter.change("outlet1")
	counter.Fill("q", numbers[0])
	counter.Press("查找")
	counter.Follow("的结果一次交付")
	counter.MustSee("可以交付的结果")
	counter.look("shop-02-outlet")
	counter.Fill("领取人", "钱经办")
	counter.Press("签收全部 3 项")
	counter.MustSee("签收单", "领取人签名", "钱经办")
	counter.look("shop-03-slip")
	p.Open(at)
	p.MustNotSee("统一出件窗口")
	p.Follow("评价这件事")
	p.look("shop-04-rating")
	p.Follow("非常满意")
	p.Check("办得快")
	p.Press("提交评价")
	p.MustNotSee("评价这件事")
	p.look("shop-05-rated")
}

// shopDecided: the officers of the three departments, one after the other at one desk.
func shopDecided(t *testing.T, s *harness.Server, numbers []string) {
	desk := come(t, s, "officer", harness.Desk)
	for _, n := range numbers {
		desk.open(n)
		desk.MustSee("一件事：", "本件")
		desk.Follow("现场核查")
		desk.Choose("第二名核查人", "杨承办")
		desk.Choose("核查结果", "符合")
		desk.Fill("核查情况", "与申请材料一致。")
		desk.Press("保存核查记录")
		desk.Follow("表单与材料")
		desk.Choose("结论", "建议准予")
		desk.Fill("说明", "符合条件。")
		desk.Press("提交审核")
	}
	desk.change("reviewer")
	for _, n := range numbers {
		desk.open(n)
		desk.Choose("结论", "建议准予")
		desk.Press("提交批准")
	}
	desk.change("approver")
	var unmade []string // whose licence needs what no form asked for
	for _, n := range numbers {
		desk.open(n)
		desk.Press("准予")
		if strings.Contains(desk.Text(), "已批准，请制证") {
			unmade = append(unmade, n)
		} else {
			desk.MustSee("已准予")
		}
	}
	desk.change("officer")
	for _, n := range unmade {
		desk.open(n)
		desk.Follow("录入并制证")
		desk.anything(map[string]string{"valid_from.y": "-", "valid_from.m": "-", "valid_from.d": "-", "valid_to.y": "2030"})
		desk.Press("核对无误，制证")
		desk.MustSee("证照已生效")
	}
}
