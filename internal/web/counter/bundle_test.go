package counter_test

import (
	"net/url"
	"strings"
	"testing"
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
