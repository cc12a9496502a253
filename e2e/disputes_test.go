package e2e

import (
	"testing"

	"yimen/e2e/harness"
)

// disputes: 人口库 fills in the form; what is wrong in it is disputed with one press,
// typed, answered by its owner, and nobody is held up.
func disputes(t *testing.T, s *harness.Server) {
	p := come(t, s, "resident1", harness.Desk)
	p.begin("id-card-issue")
	p.MustSee("申请人是谁？", "张示例", "来自人口库")
	p.look("disputes-00-all-held")
	p.Press("保存并继续") // nothing to type here
	p.MustSee("来自人口库，2026年1月15日", "汉族")
	p.look("disputes-01-held")
	p.Press("wrong:ethnicity")
	p.MustSee("已转给记载它的单位核对", "人口库记载为“汉族”", "潮安区公安局")
	p.look("disputes-02-disputed")
	p.Choose("民族", "畲族")
	p.Press("保存并继续")
	p.Open("/disputes")
	p.MustSee("我的异议", "汉族", "畲族", "潮安区公安局")
	p.look("disputes-03-mine")

	owner := come(t, s, "ga-officer", harness.Desk)
	owner.Open("/desk/disputes")
	owner.MustSee("人口库", "民族", "张示例")
	owner.look("disputes-04-list")
	owner.Follow("445103异")
	owner.MustSee("人口库的记载", "汉族", "畲族")
	owner.Press("提交答复")
	owner.MustSee("请选择核对结果")
	owner.look("disputes-05-unanswered")
	owner.Choose("核对结果是什么？", "记载无误，维持")
	owner.Fill("答复理由", "与户籍底册一致")
	owner.Press("提交答复")
	owner.MustSee("维持原记载", "与户籍底册一致")
	owner.look("disputes-06-answered")

	p.Open("/messages")
	p.MustSee("核对后未更改：人口库中的“民族”")
	p.Open("/disputes")
	p.MustSee("维持原记载", "与户籍底册一致")
	p.look("disputes-07-answer")
}
