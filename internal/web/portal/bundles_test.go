package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yimen/internal/gov"
	"yimen/internal/web/kit/kittest"
)

// Bundles of the real catalogue that the tests play with.
const (
	shop    = "open-catering-shop" // for organisations; two questions, one optional member
	newborn = "newborn"            // for persons; nine members, two of them optional
	flat    = "second-hand-house"  // for both; two questions, none optional
	nothing = "disability-service" // can be left with no member
)

// Every public page of a bundle is good HTML in both languages and in large text.
func TestBundlePages(t *testing.T) {
	h := open(t)
	shopStart := "/bundles/" + shop + "/start"
	for _, path := range []string{"/bundles", "/bundles?audience=person", "/bundles/" + shop, "/bundles/" + newborn + "/print", "/bundles/" + flat,
		shopStart, shopStart + "?" + said("answer.area300", "是", "answer.tobacco", "否"),
		shopStart + "?" + said("answer.area300", "是", "answer.tobacco", "是", "settled", "1", "with", "signboard-record")} {
		h.site.Anyone().Get(path).Wants(t, 200)
		h.site.Anyone().Cookie("yimen_lang", "en").Cookie("yimen_size", "large").Get(path).Wants(t, 200)
	}
	for _, path := range []string{"/bundles/none", "/bundles/none/print", "/bundles/none/start", "/bundles?audience=dogs", "/bundles/" + shop + "?region=1",
		"/bundles/%00", "/bundles/" + shop + "?region=%27%3B+DROP"} {
		h.site.Anyone().Get(path).Wants(t, 404)
	}
}

// said is the query of an address with these answers.
func said(kv ...string) string { return words(kv...).Encode() }

func TestBundleGuide(t *testing.T) {
	h := open(t)
	page := h.site.Anyone().Get("/bundles/"+shop).Wants(t, 200, "开办餐饮店", "把 4 个部门的 4 个事项合成一件办", "由企业和其他单位办理", "牵头部门：市场监督管理局",
		"共需填写 34 项，单独办理需 60 项。", "19 种", "13 种", "16 个工作日", "5 个工作日", "前全部有结果", "食品经营许可", "可选", "同时零售烟草制品",
		"分别办要交 19 份，一起办每种只交一次，共 13 种", "用于", "有营业执照的不用交", "先回答 2 个问题", "打印版指南")
	if page.Doc.Count("svg.dia") != 2 || page.Doc.Count("main a[href=/items/"+food+"]") != 1 {
		t.Error("the members are not drawn, or not linked")
	}
	if href := page.Doc.Attr("a.btn.go", "href"); href != "/bundles/"+shop+"/start" {
		t.Error("start leads to", href)
	}
	h.site.Anyone().Get("/bundles/"+newborn).Wants(t, 200, "由个人办理", "不用您交的", "出生医学证明", "办好后，给", "共需填写 40 项，单独办理需 105 项。")
	h.site.Anyone().Get("/bundles/"+newborn+"/print").Wants(t, 200, "共需填写 40 项").Lacks(t, "开始办理")
	h.as("clerk1").Get("/bundles/"+shop).Wants(t, 200, "王样例一")
}

// A bundle is found where people look: the front page, the list, the search, the
// shelf of its theme and of its lead department.
func TestBundlesAreFound(t *testing.T) {
	h := open(t)
	anyone := h.site.Anyone()
	if n := anyone.Get("/").Wants(t, 200, "高效办成一件事", "全部 46 件").Doc.Count("a.tile"); n != 4 {
		t.Errorf("%d tiles", n)
	}
	for _, path := range []string{"/bundles", "/bundles?audience=person", "/search?q=" + url.QueryEscape("新生儿"), "/search?q=xse", "/themes/" + url.PathEscape("生育收养"), "/departments/wj"} {
		if anyone.Get(path).Wants(t, 200, "共需填写 40 项").Doc.Count("main a[href=/bundles/"+newborn+"]") != 1 {
			t.Errorf("%s does not lead to the bundle", path)
		}
	}
	anyone.Get("/bundles?audience=organisation").Wants(t, 200, "开办餐饮店").Lacks(t, "新生儿")
}

// situation answers the questions of a bundle one page after the other and gives the
// address of the result.
func situation(t *testing.T, v *kittest.Visitor, bundle string, kv ...string) string {
	t.Helper()
	path := "/bundles/" + bundle + "/start"
	query := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		page := v.Get(address(path, query)).Wants(t, 200)
		sends := page.Sends(path)
		sends.Set("answer."+kv[i], kv[i+1])
		query = sends
		query.Del("_none")
	}
	return address(path, query)
}

func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func TestBundleStart(t *testing.T) {
	h := open(t)
	anyone := h.site.Anyone()
	path := "/bundles/" + shop + "/start"
	first := anyone.Get(path).Wants(t, 200, "经营场所建筑面积是否超过300平方米").Lacks(t, "烟草制品")
	if first.Doc.Count("h1") != 1 || first.Doc.Attr("form[method=get]", "action") != path {
		t.Error("the question is not the page")
	}
	anyone.Get(path+"?asked=area300").Wants(t, 422, "错误：", "请选择一个回答")
	second := situation(t, anyone, shop, "area300", "否")
	anyone.Get(second).Wants(t, 200, "是否同时零售烟草制品")
	optional := situation(t, anyone, shop, "area300", "否", "tobacco", "是")
	page := anyone.Get(optional).Wants(t, 200, "还要一起办哪些", "户外招牌", "多填", "可以都不选")
	if page.Doc.Count("input[type=checkbox]") != 1 {
		t.Error("one optional member is offered")
	}
	q := page.Sends(path)
	anyone.Get(address(path, q)).Wants(t, 200, "您要办的是这几项", "食品经营许可", "烟草专卖零售许可", "开始办理", "下一步登录", "您的情况").Lacks(t, "户外招牌", "消防")
	q.Set("with", "signboard-record")
	result := address(path, q)
	page = anyone.Get(result).Wants(t, 200, "户外招牌", "共需填写")
	sends := page.Sends(path)
	back := page.Doc.Attr("a.back", "href")
	anyone.Get(back).Wants(t, 200, "还要一起办哪些")
	there := anyone.Post(path, sends).Header.Get("Location")
	if !strings.HasPrefix(there, "/sign-in?back=") {
		t.Fatal("not signed in, sent to", there)
	}
	if u, err := url.Parse(there); err != nil || !strings.Contains(u.Query().Get("back"), "signboard-record") {
		t.Error("what was chosen is lost on the way:", there)
	}

	v := h.as("handler1")
	v.Get(result).Wants(t, 200, "钱经办", "开始办理")
	begun := v.Post(path, sends)
	draft := begun.Header.Get("Location")
	if begun.Status != http.StatusSeeOther || !strings.HasPrefix(draft, "/applications/") {
		t.Fatal(begun.Status, draft)
	}
	v.Post(path, sends).Redirects(t, draft) // pressed twice
	v.Get(result).Wants(t, 200, "您有一份没有填完的申请", "接着填", "另外新填一份")
	other := v.Get(address(path, words("answer.area300", "是", "answer.tobacco", "否", "settled", "1"))).Wants(t, 200, "消防", "您有一份没有填完的申请").Sends(path)
	if again := v.Post(path, other).Header.Get("Location"); again == draft || !strings.HasPrefix(again, "/applications/") {
		t.Error("another choice on purpose is another draft:", again)
	}
	fuller := h.now(strings.Split(draft, "/")[2])
	v.Post(draft+"/pages/enterprise-staff", sent(fuller.Version(), "employee_count", "8")).Redirects(t, draft+"/pages/premises-place")
	changed := v.Get(address(path, words("answer.area300", "是", "answer.tobacco", "是", "settled", "1"))).Wants(t, 200, "按新情况接着填", "另外新填一份").Sends(draft + "/choice")
	h.as("handler2").Post(draft+"/choice", changed).Wants(t, 404)
	v.Post(draft+"/choice", changed).Redirects(t, draft)
	now := h.now(fuller.ID)
	if now.LocalItem == fuller.LocalItem || now.Answers["employee_count"].Text != "8" {
		t.Errorf("what was filled in is lost: %+v", now.Answers)
	}
	v.Get(draft).Wants(t, 200, "已按新情况调整")
	v.Post(draft+"/choice", changed).Wants(t, 409)
	other.Del("another")
	other.Set("answer.tobacco", "是")
	other.Set("with", "signboard-record")
	if where := v.Post(path, other).Header.Get("Location"); !strings.HasPrefix(where, path+"?") {
		t.Error("an unasked second draft:", where)
	}
}

// Wrong people are told how to do it instead.
func TestBundleStartAsSomebodyElse(t *testing.T) {
	h := open(t)
	organisation := "/bundles/" + shop + "/start?" + said("answer.area300", "否", "answer.tobacco", "否", "settled", "1")
	h.as("resident1").Get(organisation).Wants(t, 200, "请换个身份办理", "这件事由单位办理", "还没有被授权").Lacks(t, "btn go")
	h.site.As(apptestPerson(h, "handler1")).Get(organisation).Wants(t, 200, "这件事由单位办理", "小满面馆", "代表办事")
	person := "/bundles/" + newborn + "/start?" + said("answer.mi", "否", "settled", "1")
	h.as("handler1").Get(person).Wants(t, 200, "这件事由个人办理", "换回本人")
	h.as("resident1").Get(person).Wants(t, 200, "开始办理")
	h.as("clerk1").Get(person).Wants(t, 200, "请在综合窗口收件")
	for _, who := range []gov.Actor{h.actor("resident1"), h.actor("clerk1")} {
		sends := words("answer.area300", "否", "answer.tobacco", "否", "settled", "1")
		if to := h.site.As(who).Post("/bundles/"+shop+"/start", sends).Header.Get("Location"); !strings.HasPrefix(to, "/bundles/"+shop+"/start?") {
			t.Error("begun, or sent to", to)
		}
	}
}

func TestBundleAnswersThatDoNotFit(t *testing.T) {
	h := open(t)
	v := h.as("handler1")
	path := "/bundles/" + shop + "/start"
	for _, x := range []string{said("answer.area300", "也许"), said("answer.none", "是"), said("answer.area300", "是", "answer.tobacco", "否", "with", "none"),
		said("answer.area300", "是", "region", "xx"), said("answer.area300", strings.Repeat("长", 5000)), "answer.area300=%ff%00"} {
		v.Get(path+"?"+x).Wants(t, 422, "这些回答用不了", "重新回答")
	}
	v.Post(path, words("answer.area300", "<script>alert(1)</script>")).Wants(t, 422, "这些回答用不了").Lacks(t, "<script>alert")
	v.Post(path, words("answer.area300", "是")).Redirects(t, path+"?"+said("answer.area300", "是")) // the rest is asked first
	// what another answer took away is not kept
	v.Get(path+"?"+said("answer.area300", "是", "answer.tobacco", "否", "with", "signboard-record", "with", "signboard-record", "settled", "1")).Wants(t, 200, "户外招牌")
	h.as("resident1").Get("/bundles/"+newborn+"/start?"+said("answer.mi", "否", "with", "maternity-reimburse", "settled", "1")).Wants(t, 200, "您要办的是这几项").Lacks(t, "生育医疗费用")

	disabled := "/bundles/" + nothing + "/start"
	nobody := said("answer.card", "有效", "answer.lowincome", "否", "answer.level", "三级或四级", "settled", "1")
	h.as("resident1").Get(disabled+"?"+nobody).Wants(t, 200, "按您的回答，没有要办的事项", "重新回答", "12345", "更改").Lacks(t, "btn go")
	h.as("resident1").Post(disabled, words("answer.card", "有效", "answer.lowincome", "否", "answer.level", "三级或四级", "settled", "1")).Redirects(t, disabled+"?"+nobody)
}
