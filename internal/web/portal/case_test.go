package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/licences"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// The page of a case says first what is expected of its applicant, in every state.
func TestCaseSaysWhatIsExpected(t *testing.T) {
	h := open(t)
	v := h.as("handler1")
	for _, x := range []struct {
		state cases.State
		step  cases.Step
		words []string
	}{
		{cases.Submitted, cases.NoStep, []string{"现在不用您做什么", "前告诉您是否受理", "已提交，待受理", "受理后 5 个工作日内", "撤回申请"}},
		{cases.Correcting, cases.NoStep, []string{"有一件事要您做", "前补正", "现在补正", "一次性告知补正", "补正告知书", "等您补正"}},
		{cases.Accepted, cases.Handle, []string{"正在办理，最晚", "可能上门核查", "承办中", "受理通知书", "撤回申请"}},
		{cases.Accepted, cases.Approve, []string{"承办完成", "审核完成", "现场核查", "待批准", "进行中"}},
		{cases.Granted, cases.NoStep, []string{"准予了", "统一出件窗口领取", "食品经营许可证", "请带有效身份证件"}},
		{cases.Refused, cases.NoStep, []string{"没有准予", "60 日内申请行政复议", "6 个月内提起行政诉讼", "不准予决定书"}},
		{cases.Delivered, cases.NoStep, []string{"已经办完", "看证照", "当面领取", "评价"}},
		{cases.Declined, cases.NoStep, []string{"没有受理", "不予受理决定书"}},
		{cases.Withdrawn, cases.NoStep, []string{"您已撤回申请"}},
		{cases.Terminated, cases.NoStep, []string{"已终止办理"}},
	} {
		c := h.bring("handler1", food, x.state, x.step)
		page := v.Get("/cases/"+c.ID).Wants(t, 200, append(x.words, c.Number.Grouped(), "小满面馆", "提交申请", "办理机关")...)
		for _, href := range having(page, "main a", "href", "/letters/") {
			letter := v.Get(href).Wants(t, 200, "小满面馆")
			if !strings.Contains(letter.Header.Get("Content-Security-Policy"), "default-src 'none'") || letter.Header.Get("Cache-Control") != "private, no-store" {
				t.Error("a letter may load things, or be kept:", letter.Header)
			}
			h.as("handler2").Get(href).Wants(t, 404)
		}
		if over := x.state == cases.Withdrawn || x.state == cases.Declined || x.state == cases.Terminated; over && strings.Contains(page.Body, "/withdrawal") {
			t.Error(x.state, "can be withdrawn")
		}
	}
	h.site.As(h.actor("handler1")).Cookie("yimen_lang", "en").Get("/cases").Wants(t, 200, "Things to do", "Under way", "Ended")
}

// What a stranger may not see is not there for him, on every page of a case and a draft.
func TestStrangersFindNothing(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Delivered, cases.NoStep)
	open := h.bring("handler1", food, cases.Correcting, cases.NoStep)
	_, draft := h.draft("handler1", food)
	letters, err := h.app.Cases.Letters(t.Context(), h.actor("handler1"), c.ID)
	if err != nil || len(letters) == 0 {
		t.Fatal(err)
	}
	paths := []string{
		"/cases/" + c.ID, "/cases/" + c.ID + "/filed", "/cases/" + c.ID + "/rating", "/cases/" + c.ID + "/withdrawal",
		"/cases/" + open.ID + "/correction", "/applications/" + c.Application + "/receipt", "/licences/" + c.Licence, "/letters/" + letters[0].ID,
		draft, draft + "/answers", draft + "/declaration", draft + "/pages/enterprise-company", draft + "/materials/layout", draft + "/discard",
	}
	for _, other := range []*kittest.Visitor{h.as("resident1"), h.as("handler2"), h.site.As(apptestPerson(h, "handler1"))} {
		for _, path := range paths {
			other.Get(path).Wants(t, 404).Lacks(t, "小满面馆", c.Number.Grouped())
		}
		for _, path := range []string{"/cases/" + open.ID + "/correction", "/cases/" + open.ID + "/withdrawal", "/cases/" + c.ID + "/rating",
			draft + "/declaration", draft + "/handover", draft + "/discard", draft + "/pages/enterprise-company"} {
			other.Post(path, sent(1, "declared", "true", "score", "1")).Wants(t, 404)
		}
		other.Get("/cases").Wants(t, 200).Lacks(t, c.ID, open.ID)
		other.Get("/licences").Wants(t, 200).Lacks(t, c.Licence)
	}
	for _, path := range paths {
		h.site.Anyone().Get(path).Redirects(t, "/sign-in?back="+url.QueryEscape(path))
	}
	if got := h.again(open); got.State != cases.Correcting {
		t.Error("a stranger acted:", got.State)
	}
}

func TestCorrection(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	_, err := h.app.Cases.NotifyCorrection(t.Context(), h.actor("clerk1"), c.ID, c.Version(), []cases.Defect{
		{Kind: cases.FieldDefect, Key: "premises_area", Reason: "与图纸不符"},
		{Kind: cases.MaterialDefect, Key: "layout", Reason: "看不清楚"},
	})
	if err != nil {
		t.Fatal(err)
	}
	v, path := h.as("handler1"), "/cases/"+c.ID+"/correction"
	area := "/applications/" + c.Application + "/pages/premises-size?return=correction"
	layout := "/applications/" + c.Application + "/materials/layout?return=correction"
	page := v.Get(path).Wants(t, 200, "请补正 2 处", "经营场所面积", "与图纸不符", "经营场所设备布局", "看不清楚", "还有 2 处没有处理", "待处理", "补正告知书")
	if links := having(page, "main a", "href", "/applications/"); len(links) != 2 || links[0] != area+"#f-premises_area" || links[1] != layout {
		t.Fatal("a defect does not lead to its place:", links)
	}
	v.Get(area).Wants(t, 200, "与图纸不符")
	locked := "/applications/" + c.Application + "/pages/enterprise-company"
	v.Get(locked).Wants(t, 200, "不在补正范围内").Lacks(t, "保存并继续")
	v.Post(locked, sent(h.now(c.Application).Version(), "company_name", "换名字")).Wants(t, 403)
	v.Get("/applications/"+c.Application+"/materials/biz").Wants(t, 200, "不在补正范围内")

	version := func() int64 { return h.now(c.Application).Version() }
	v.Post(path, sent(version())).Wants(t, 422, "还有 2 处没有处理。请逐处改好")
	v.Post(area, sent(version(), "premises_area", "很大", "return", "correction")).Wants(t, 422, "应为数字")
	v.Post(area, sent(version(), "premises_area", "120.5", "return", "correction")).Redirects(t, path)
	v.Get(path).Wants(t, 200, "已处理", "还有 1 处没有处理")
	v.Upload(layout, sent(version(), "return", "correction"), "material.layout", "清楚.png", pictureOf(1)).Redirects(t, layout)
	v.Upload(layout, sent(version(), "return", "correction", "go_on", "1"), "material.layout", "", nil).Redirects(t, path)
	v.Get(path).Wants(t, 200, "已处理").Lacks(t, "待处理")
	stale := version()
	v.Post(path, sent(stale-1)).Wants(t, 409)
	v.Post(path, sent(stale)).Redirects(t, "/cases/"+c.ID)
	v.Get("/cases/"+c.ID).Wants(t, 200, "补正已提交", "提交补正", "前告诉您是否受理")
	v.Get(path).Redirects(t, "/cases/"+c.ID)
	v.Post(path, sent(stale)).Wants(t, 409)
	if got := h.again(c); got.State != cases.Submitted || got.Corrections != 1 {
		t.Error(got.State, got.Corrections)
	}
	if got := h.now(c.Application).Answers["premises_area"].Text; got != "120.5" {
		t.Error("corrected to", got)
	}
}

// pictureOf is a picture unlike others.
func pictureOf(n byte) []byte { return append(rehearsal.Picture(), n) }

func TestWithdrawal(t *testing.T) {
	h := open(t)
	c := h.bring("resident1", residence, cases.Accepted, cases.Handle)
	v, path := h.as("resident1"), "/cases/"+c.ID+"/withdrawal"
	v.Get(path).Wants(t, 200, "要撤回这个申请吗", "不能恢复", "不撤回")
	v.Post(path, sent(c.Version(), "reason", strings.Repeat("长", 3000))).Wants(t, 422, "长长长")
	v.Post(path, sent(c.Version()-1, "reason", "我写了很久的一段撤回原因")).Wants(t, 409, "内容已经变了", "承办中", "我写了很久的一段撤回原因")
	v.Post(path, sent(c.Version(), "reason", "搬走了")).Redirects(t, "/cases/"+c.ID)
	v.Get("/cases/"+c.ID).Wants(t, 200, "申请已撤回", "您已撤回申请")
	v.Get(path).Redirects(t, "/cases/"+c.ID)
	done := h.bring("resident1", residence, cases.Delivered, cases.NoStep)
	v.Post("/cases/"+done.ID+"/withdrawal", sent(done.Version())).Wants(t, 409)
}

// Two taps, once.
func TestRating(t *testing.T) {
	h := open(t)
	c := h.bring("resident1", residence, cases.Delivered, cases.NoStep)
	v, path := h.as("resident1"), "/cases/"+c.ID+"/rating"
	page := v.Get(path).Wants(t, 200, "这件事办得怎么样", "非常满意", "非常不满意")
	if n := len(having(page, "main a", "href", path+"?score=")); n != 5 {
		t.Fatal(n, "choices")
	}
	v.Get(path+"?score=1").Wants(t, 200, "办得快", "提交评价").Lacks(t, "办得慢")
	v.Get(path+"?score=5").Wants(t, 200, "多要了材料").Lacks(t, "办得快")
	v.Get(path+"?score=99").Wants(t, 200, "非常满意")
	v.Post(path, words("score", "9")).Wants(t, 422, "请选择满意程度")
	v.Post(path, words("score", "1", "tags", "rude")).Wants(t, 422, "请从列出的评价里选择")
	v.Post(path, words("score", "2", "words", strings.Repeat("好", 501))).Wants(t, 422, "500")
	v.Post(path, words("score", "2", "tags", "fast", "words", "谢谢")).Redirects(t, "/cases/"+c.ID)
	v.Get("/cases/"+c.ID).Wants(t, 200, "谢谢，评价收到了", "我的评价", "满意")
	v.Post(path, words("score", "5")).Redirects(t, "/cases/"+c.ID)
	v.Get(path).Redirects(t, "/cases/"+c.ID)
	if rating, err := h.app.Ratings.Of(t.Context(), c.ID); err != nil || rating.Score != 2 {
		t.Error(rating, err)
	}
	running := h.bring("resident2", residence, cases.Submitted, cases.NoStep)
	h.as("resident2").Get("/cases/"+running.ID+"/rating").Redirects(t, "/cases/"+running.ID)
}

// What is behind the QR codes tells a stranger whether it counts, and of whom nothing.
func TestLicence(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Delivered, cases.NoStep)
	v := h.as("handler1")
	v.Get("/licences").Wants(t, 200, "食品经营许可证", "有效")
	page := v.Get("/licences/"+c.Licence).Wants(t, 200, "食品经营许可证", "小满面馆", "证照编号", "电子证照标识", "1.2.156.3005.2", "扫码核验真伪")
	if page.Doc.Count("svg.qr") != 1 {
		t.Error("no code on the licence")
	}
	l, err := h.app.Licences.Licence(t.Context(), h.actor("handler1"), c.Licence)
	if err != nil {
		t.Fatal(err)
	}
	anyone, check := h.site.Anyone(), "/l/"+l.Token
	anyone.Get(check).Wants(t, 200, "有效：这张食品经营许可证", "潮安区市场监督管理局", "有效期至").Lacks(t, "小满面馆", l.Number, l.Identifier, l.ID)
	_, err = h.app.Licences.Change(t.Context(), h.actor("scjg-approver"), l.ID, l.Version(), licences.StatusChange{Act: licences.ActSuspend, Ground: "限期整改", Article: "食品安全法第一百二十六条"})
	if err != nil {
		t.Fatal(err)
	}
	anyone.Get(check).Wants(t, 200, "暂扣", "现在不能使用").Lacks(t, "限期整改")
	v.Get("/licences/"+l.ID).Wants(t, 200, "暂扣", "限期整改")

	anyone.Get("/s/"+c.Token).Wants(t, 200, "已送达", c.Number.Grouped(), "潮安区市场监督管理局").Lacks(t, "小满面馆", c.ID, c.Application)
	anyone.Get("/s/"+l.Token).Wants(t, 404)
	anyone.Get("/l/"+c.Token).Wants(t, 404)
}

func TestFiled(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	page := h.as("handler1").Get("/cases/"+c.ID+"/filed").Wants(t, 200, "我交了什么", "法定代表人证件号码", "********", "营业执照").Lacks(t, "更改")
	if len(having(page, "main a", "href", "/applications/"+c.Application+"/files/")) == 0 {
		t.Error("the filed papers cannot be opened")
	}
	x := h.now(c.Application)
	page.Lacks(t, x.Answers["legal_rep_id_number"].Text, x.Answers["contact_phone"].Text)
}

// A long list goes on by key, without my things on its later pages.
func TestManyCases(t *testing.T) {
	h := open(t)
	for range 22 {
		h.bring("resident1", "unemployment-register", cases.Withdrawn, cases.NoStep)
	}
	v := h.as("resident1")
	page := v.Get("/cases").Wants(t, 200, "已办结", "更多")
	next := having(page, "nav a", "href", "/cases?before=")
	if len(next) != 1 {
		t.Fatal("no next page:", next)
	}
	second := v.Get(next[0]).Wants(t, 200, "回到开头").Lacks(t, "我要做的事")
	if n := second.Doc.Count("main tbody tr"); n != 2 {
		t.Error(n, "cases on the second page")
	}
	v.Get("/cases?before=%27%20OR%201=1--").Wants(t, 200)
}

// What is asked in the place of a fallen licence has words of its own, stands among my
// things, and sending it without having replaced it says what is missing.
func TestAReplacement(t *testing.T) {
	h := open(t)
	c, _ := apptest.Replacing(t, h.app, h.actor("handler1"))
	v, path := h.as("handler1"), "/cases/"+c.ID+"/correction"
	if links := having(v.Get("/cases").Wants(t, 200, "请更换证照", c.Number.Grouped()), "main a", "href", path); len(links) != 1 {
		t.Error("my things lead there", len(links), "times")
	}
	v.Get("/cases/"+c.ID).Wants(t, 200, "已不再有效", "去更换")
	slot := "/applications/" + c.Application + "/materials/biz?return=correction"
	page := v.Get(path).Wants(t, 200, "请更换 1 份证照", "营业执照已撤销，请换用有效的执照", "换好了，提交").Lacks(t, "补正", "没有处理的")
	if links := having(page, "main a", "href", "/applications/"); len(links) != 1 || links[0] != slot {
		t.Fatal("it does not lead to its place:", links)
	}
	h.as("handler2").Get(path).Wants(t, 404)
	version := func() int64 { return h.now(c.Application).Version() }
	v.Post(path, sent(version())).Wants(t, 422, "营业执照")
	v.Upload(slot, sent(version(), "return", "correction"), "material.biz", "新执照.png", pictureOf(1)).Redirects(t, slot)
	v.Post(path, sent(version())).Redirects(t, "/cases/"+c.ID)
	v.Get("/cases/"+c.ID).Wants(t, 200, "更换已提交").Lacks(t, "去更换")
	v.Get("/cases").Wants(t, 200).Lacks(t, "请更换证照")
}

// A licence that counts again wants nothing of its holder any more, on no page.
func TestAReplacementThatIsNeededNoMore(t *testing.T) {
	h := open(t)
	c, suspended := apptest.ReplacingAfter(t, h.app, h.actor("handler1"), licences.ActSuspend)
	v, path := h.as("handler1"), "/cases/"+c.ID
	v.Get(path).Wants(t, 200, "去更换")
	apptest.Change(t, h.app, suspended, licences.ActRestore)
	v.Get(path).Wants(t, 200, "要求更换证照", "证照恢复有效，不用更换", "现在不用您做什么").Lacks(t, "去更换", "已不再有效")
	v.Get(path+"/correction").Redirects(t, path)
	v.Get("/cases").Wants(t, 200).Lacks(t, "请更换证照")
}
