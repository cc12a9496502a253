package e2e

import (
	"strings"
	"testing"

	"yimen/e2e/harness"
)

// correction: the clerk names two defects at once, the resident answers exactly
// those and nothing else, and the clerk sees what changed.
func correction(t *testing.T, s *harness.Server) {
	c := bring(t, s, "residence-permit", "resident2", "submitted")
	clerk := come(t, s, "clerk1", harness.Desk)
	clerk.take(c.number)
	clerk.Follow("一次告知补正")
	clerk.look("correction-01-picking")
	clerk.Press("告知并打印")
	clerk.MustSee("处需要改正")
	clerk.Check("现居住地址")
	clerk.Fill("现居住地址：要补正的内容", "请写到门牌号")
	clerk.Check("居住地住址、就业或就读证明（三选一）")
	clerk.Fill("居住地住址、就业或就读证明（三选一）：要补正的内容", "照片不清楚，请重新拍照")
	clerk.look("correction-02-picked")
	clerk.Press("告知并打印")
	clerk.MustSee("补正告知书已发出")
	clerk.look("correction-03-letter")

	p := come(t, s, "resident2", harness.Phone)
	p.look("correction-10-home")
	p.mine(c.number)
	p.MustSee("有一件事要您做")
	p.look("correction-11-case")
	p.Follow("现在补正")
	p.MustSee("请补正 2 处", "请写到门牌号", "照片不清楚，请重新拍照", "待处理")
	p.look("correction-12-list")
	correctionAnswered(p)
	p.Press("补正好了，提交")
	p.MustSee("补正已提交")
	p.look("correction-15-sent")

	clerk.take(c.number)
	clerk.MustSee("后来新交", "古巷镇示例路8号501房")
	clerk.look("correction-20-difference")
	clerk.Follow("只看改动")
	clerk.look("correction-21-changes")
	clerk.Press("受理并打印通知书")
	clerk.MustSee("已受理")
}

func correctionAnswered(p *person) {
	list := p.URL()
	p.Press("补正好了，提交")
	p.MustSee("处需要改正")
	p.Open(list)
	p.Follow("现居住地址")
	p.MustSee("请写到门牌号")
	p.look("correction-13-field")
	application, _, _ := strings.Cut(p.URL(), "?")
	p.Fill("现居住地址", "古巷镇示例路8号501房")
	p.Press("保存并继续")
	p.MustSee("已处理")
	p.Follow("居住地住址、就业或就读证明（三选一）")
	p.MustSee("照片不清楚，请重新拍照")
	p.Upload("material.living_proof", photo(p.t, "新拍的证明.jpg"))
	p.Check("替换上面已有的文件")
	p.Press("上传")
	p.MustSee("已收下 1 个文件", "新拍的证明.jpg")
	p.look("correction-14-material")
	// What was not named stays as it was filed.
	p.Open(pageID.ReplaceAllString(application, "/pages/applicant-who"))
	p.MustSee("这一页不在补正范围内，不能改")
	p.MustNotSee("保存并继续")
	p.Open(list)
	p.MustNotSee("待处理")
}
