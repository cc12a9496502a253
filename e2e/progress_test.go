package e2e

import (
	"regexp"
	"testing"

	"yimen/e2e/harness"
)

var publicProgress = regexp.MustCompile(`/s/[a-z0-9]{26}/progress`)

// progress: one application, several departments. A family follows the transfer of a
// flat; two departments ask for corrections of one connection and get one answer
// each from one page; a department sees the others and nothing of theirs.
func progress(t *testing.T, s *harness.Server) {
	c := bring(t, s, "second-hand-house", "resident1", "granted")
	p := come(t, s, "resident1", harness.Phone)
	p.mine(c.number)
	p.Follow("全部")
	p.MustSee("先后与状态", "每一项现在怎样", "等待前项办结", "承诺最晚", "能够按承诺办结", "申请编号")
	p.look("progress-01-running")
	stranger := sit(t, s, harness.Phone)
	stranger.Open(publicProgress.FindString(p.Text())) // also behind the QR code
	stranger.MustSee("先后与状态", "每一项现在怎样", "等待前项办结")
	stranger.MustNotSee("张示例", "全部撤回")
	stranger.look("progress-05-public")
	p.tab("不动产") // the boxes of the drawing are links
	at := p.URL()
	p.Follow("全部撤回")
	p.MustSee("要撤回全部事项吗", "撤回会结束下面")
	p.look("progress-02-withdrawing")
	p.Follow("不撤回")

	p.Open("/cases")
	p.MustSee("一件事，这里")
	p.look("progress-03-cases")
	p.Open(at)
	clerk := come(t, s, "clerk1", harness.Desk)
	clerk.take(c.number)
	clerk.Follow("全部进度")
	clerk.MustSee("每一项现在怎样", "等待前项办结")
	clerk.look("progress-04-counter")
	asked(t, s)
}

// asked: what two departments ask for stands on one page. Something is typed for the
// one, a paper is uploaded for the other, the rest stays as it was filed.
func asked(t *testing.T, s *harness.Server) {
	c := bring(t, s, "rural-house", "resident2", "submitted")
	clerk := come(t, s, "clerk1", harness.Desk)
	clerk.take(c.number)
	clerk.notify("建房类型", "农村宅基地使用承诺书")
	clerk.take(c.number)
	clerk.Follow("全部进度")
	clerk.Follow("乡村建设规划许可")
	clerk.notify("建设规模及内容")

	p := come(t, s, "resident2", harness.Phone)
	p.mine(c.number)
	p.Follow("全部")
	p.MustSee("要您补正", "现在补正")
	p.look("progress-10-asked")
	p.Follow("现在补正")
	p.MustSee("2 个事项等您答复", "一起提交给各部门")
	p.look("progress-11-corrections")
	bodies := harness.Eval[[]string](p.Page, `[...new Set([...document.querySelectorAll("main .sec h2")].map((h) => h.innerText))]`)
	if len(bodies) != 2 {
		t.Errorf("asked by %q", bodies)
	}
	p.Follow("建设规模及内容")
	p.Fill("建设规模及内容", "新建两层住宅一幢，改为坡屋顶，建筑面积和层数不变")
	p.Press("保存并继续")
	p.MustSee("已处理")
	p.Follow("农村宅基地使用承诺书")
	p.Upload("material.homestead_commit", photo(t, "重新签名的承诺书.jpg"))
	p.Check("替换上面已有的文件")
	p.Press("上传")
	p.MustSee("已收下 1 个文件", "重新签名的承诺书.jpg")
	p.mine(c.number)
	p.Follow("全部")
	p.Follow("现在补正")
	p.Press("一起提交给各部门")
	p.MustSee("处需要改正", "1 处")
	p.Check("没有处理的，我认为原来交的没有错，就这样提交")
	p.Press("一起提交给各部门")
	p.MustSee("补正已提交")
	p.look("progress-12-sent")
	p.Open("/messages")
	p.MustSee("请补正：")
	p.look("progress-13-message")

	clerk.take(c.number)
	clerk.MustSee("后来新交", "重新签名的承诺书.jpg")
	clerk.MustNotSee("改为坡屋顶") // that was for the other department
	clerk.Follow("全部进度")
	clerk.Follow("乡村建设规划许可")
	clerk.MustSee("只看改动（1 处）", "改为坡屋顶")
}

// notify asks on the open case for what is named.
func (p *person) notify(what ...string) {
	p.t.Helper()
	p.Follow("一次告知补正")
	for _, label := range what {
		p.Check(label)
		p.Fill(label+"：要补正的内容", "请核对后更正")
	}
	p.Press("告知并打印")
	p.MustSee("补正告知书已发出")
}
