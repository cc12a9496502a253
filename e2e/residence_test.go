package e2e

import (
	"testing"

	"yimen/e2e/harness"
)

var residenceAnswers = answers{
	"applicant-who": func(p *person) {
		p.MustSee("来自人口库", "欧阳示范")
	},
	"applicant-address": func(p *person) {
		for _, choice := range []string{"广东省", "潮州市", "潮安区"} {
			p.deeper("residence_region", choice)
		}
		p.Fill("现居住地址", "古巷镇枫洋一村示例路6号")
	},
	"matter-1": func(p *person) {
		p.Choose("居住事由", "稳定就业")
		p.Fill("live_since.y", "2026")
		p.Fill("live_since.m", "2")
		p.Fill("live_since.d", "30") // a day that does not exist
		p.Press("保存并继续")
		p.MustSee("处需要改正")
		p.look("residence-02-no-such-day")
		p.Fill("live_since.m", "3")
	},
}

// deeper chooses at the deepest level of a region that is there; the level below
// comes by itself, and without script by a button.
func (p *person) deeper(name, choice string) {
	p.t.Helper()
	p.waitFor("the whole page", `document.readyState === "complete"`)
	level := harness.Eval[string](p.Page, `[...document.querySelectorAll('select[name^="`+name+`."]')].pop().name`)
	p.Choose(level, choice)
	if p.plain {
		p.Press("选好了，列出下一级")
	}
	p.waitFor("the level below "+choice, `(() => { const last = [...document.querySelectorAll('select[name^="`+name+`."]')].pop(); return !!last && (last.name !== "`+level+`" || "last" in last.dataset); })()`)
}

// residence is 居住证申领 by a resident for himself; its validity is not simply
// years, so 制证 enters the dates before the grant is final.
func residence(t *testing.T, s *harness.Server) {
	p := sit(t, s, harness.Phone)
	p.Open("/search?q=居住证")
	p.Follow("居住证申领")
	p.look("residence-01-guide")
	p.Open("/sign-in")
	p.signIn("resident5")
	p.begin("residence-permit")
	p.fillIn(residenceAnswers, "residence-03-")
	p.MustSee("欧阳示范", "广东省潮州市潮安区", "枫洋一村", "2026年3月30日")
	p.look("residence-04-check")
	number := p.file()

	staff := come(t, s, "clerk2", harness.Desk)
	staff.take(number)
	staff.Press("受理并打印通知书")
	for _, step := range []struct{ who, button string }{{"ga-officer", "提交审核"}, {"ga-reviewer", "提交批准"}} {
		staff.change(step.who)
		staff.open(number)
		staff.Choose("结论", "建议准予")
		staff.Fill("说明", "住所和就业证明一致。")
		staff.Press(step.button)
		staff.MustSee("意见已提交")
	}
	staff.change("ga-approver")
	staff.open(number)
	staff.Press("准予")
	staff.MustSee("已批准，请制证")
	staff.change("ga-officer")
	staff.open(number)
	staff.Follow("录入并制证")
	staff.look("residence-10-production")
	staff.Fill("valid_to.y", "2027")
	staff.Fill("valid_to.m", "11")
	staff.Fill("valid_to.d", "21")
	staff.Press("核对无误，制证")
	staff.MustSee("证照已生效")
	staff.look("residence-11-produced")

	p.mine(number)
	p.MustSee("准予了")
	p.look("residence-12-granted")
	p.Open("/licences")
	p.Follow("居住证")
	p.MustSee("欧阳示范", "2027年11月21日")
	p.look("residence-13-licence")
}
