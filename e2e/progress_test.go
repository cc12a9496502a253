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

// asked: the corrections of two departments stand on one page.
func asked(t *testing.T, s *harness.Server) {
	c := bring(t, s, "joint-utility", "resident2", "correcting")
	p := come(t, s, "resident2", harness.Phone)
	p.mine(c.number)
	p.Follow("全部")
	p.MustSee("要您补正", "现在补正")
	p.look("progress-10-asked")
	p.Follow("现在补正")
	p.MustSee("2 个事项等您答复", "一起提交给各部门")
	p.look("progress-11-corrections")
	p.Press("一起提交给各部门")
	p.MustSee("处需要改正")
	p.Check("没有处理的，我认为原来交的没有错，就这样提交")
	p.Press("一起提交给各部门")
	p.MustSee("补正已提交")
	p.look("progress-12-sent")
	p.Open("/messages")
	p.MustSee("请补正：")
	p.look("progress-13-message")
}
