package counter_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	answers "yimen/internal/catalogue/form"
	"yimen/internal/gov"
)

const (
	flat    = "second-hand-house"
	shop    = "open-catering-shop"
	newborn = "newborn"
)

// The counter asks the situation questions on one page, shows what they come to,
// and begins the draft for who stands at the window.
func TestBundleAtTheCounter(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk1")
	party := enter(t, h)
	found := clerk.Get(party+"/items?q="+url.QueryEscape("二手房")).Wants(t, 200, "高效办成一件事", "二手房转移登记", "共需填写 30 项，单独办理需 63 项。")
	path := party + "/bundles/" + flat
	if found.Doc.Count("a[href="+path+"]") != 1 {
		t.Fatal("the bundle is not linked")
	}
	clerk.Get(path).Wants(t, 200, "买方是否贷款购房", "房屋是否开通管道燃气", "看看要办哪几项").Lacks(t, "开始填写")
	clerk.Get(path+"?sent=1").Wants(t, 422, "请选择一个回答", "有 2 处")
	clerk.Get(path+"?sent=1&"+said("answer.loan", "是")).Wants(t, 422, "有 1 处").Lacks(t, "开始填写")
	asked := path + "?sent=1&" + said("answer.loan", "否", "answer.gas", "是")
	page := clerk.Get(asked).Wants(t, 200, "您要办的是这几项", "契税", "燃气", "开始填写", "前全部有结果").Lacks(t, "抵押")
	draft := at(t, clerk.Post(path, page.Sends(path)))
	if !strings.HasPrefix(draft, "/counter/drafts/") {
		t.Fatal(draft)
	}
	clerk.Post(path, page.Sends(path)).Redirects(t, draft) // pressed twice
	clerk.Get(at(t, clerk.Get(draft))).Wants(t, 200, "代 周虚构 填写", "契税", "转到手机继续")
	clerk.Get(draft+"/filing").Wants(t, 200, "交给哪些部门", "提交之前还要补")
	clerk.Get(asked).Wants(t, 200, "另外新填一份")

	clerk.Get(path+"?sent=1&"+said("answer.loan", "也许")).Redirects(t, path)
	clerk.Post(path, form("answer.loan", "否")).Wants(t, 422, "请选择一个回答")
	clerk.Get(party+"/bundles/none").Wants(t, 404)
	shopPath := party + "/bundles/" + shop
	wrong := form("answer.area300", "否", "answer.tobacco", "否")
	clerk.Get(shopPath+"?sent=1&"+wrong.Encode()).Wants(t, 200, "不适用于这类申请人").Lacks(t, "开始填写")
	clerk.Post(shopPath, wrong).Wants(t, 200, "不适用于这类申请人")
	clerk.Get(party+"/bundles/"+newborn+"?sent=1&"+said("answer.mi", "是")).Wants(t, 200, "还要一起办哪些", "生育医疗费用")
}

// said is the query of answers.
func said(kv ...string) string { return form(kv...).Encode() }

var digits = regexp.MustCompile(`\d{3} \d{3}`)

// A clerk begins a bundle, the applicant goes on with it on the phone by the six
// digits, and a clerk finishes it: nothing is typed twice.
func TestBundleGoesToThePhoneAndBack(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	clerk := h.as("clerk1")
	resident := apptest.As(t, h.app, "resident1", gov.Mobile)
	path := "/counter/parties/" + resident.Party + "/bundles/" + flat
	draft := at(t, clerk.Post(path, form("answer.loan", "否", "answer.gas", "否")))
	id := strings.TrimPrefix(draft, "/counter/drafts/")

	shown := clerk.Post(draft+"/handover", nil).Wants(t, 200, "转到申请人的手机上继续", "张示例")
	code := digits.FindString(shown.Doc.Text("main"))
	if other := apptest.As(t, h.app, "resident2", gov.Mobile); code != "" {
		if _, err := h.app.Applications.Redeem(ctx, other, code); err == nil {
			t.Fatal("somebody else took the draft over")
		}
	}
	x, err := h.app.Applications.Redeem(ctx, resident, code)
	if err != nil || x.ID != id || x.Bundle != flat {
		t.Fatalf("redeemed %q: %v", code, err)
	}
	def, err := h.app.Applications.Definition(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	if x, err = h.app.Applications.Save(ctx, resident, id, x.Version(), def.PageFor("seller_name"), answers.Answers{"seller_name": {Text: "卖方虚构"}}, true); err != nil {
		t.Fatal(err)
	}
	back, err := h.app.Applications.HandOver(ctx, resident, id)
	if err != nil {
		t.Fatal(err)
	}
	second := h.as("clerk2")
	second.Post("/counter/search", form("q", back.Code)).Redirects(t, draft)
	if got := x.Answers["seller_name"].Text; got != "卖方虚构" {
		t.Errorf("kept %q", got)
	}
	second.Get(draft+"/filing").Wants(t, 200, "卖方虚构")
	h.as("clerk3").Get(draft+"/filing").Wants(t, 404)
	h.as("clerk3").Post(draft+"/handover", nil).Wants(t, 404)
	second.Get(draft+"/handover").Wants(t, 303)
}
