package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/ui"
)

// Every page a stranger may see is good HTML in both languages and in large text.
func TestPublicPages(t *testing.T) {
	h := open(t)
	for _, path := range []string{
		"/", "/search", "/search?q=%E5%BC%80%E9%A5%AD%E9%A6%86", "/themes", "/departments", "/departments/scjg", "/audiences/person",
		"/audiences/organisation", "/themes/" + url.PathEscape("准营准办") + "?audience=organisation", "/items/" + food,
		"/items/" + food + "/print", "/items/" + residence, "/items/" + h.local(food) + "/start", "/items/" + h.local(food) + "/start?fit=no",
		"/sign-in", "/sign-up?back=/cases", "/help", "/about", "/accessibility",
	} {
		h.site.Anyone().Get(path).Wants(t, 200)
		h.site.Anyone().Cookie("yimen_lang", "en").Cookie("yimen_size", "large").Get(path).Wants(t, 200)
	}
	for _, path := range []string{"/themes/none", "/departments/none", "/audiences/nobody", "/items/none", "/items/none/print",
		"/items/none/start", "/s/none", "/l/none", "/items/" + food + "?body=none", "/items/%00", "/themes/%ff"} {
		h.site.Anyone().Get(path).Wants(t, 404)
	}
}

func TestGoldenPages(t *testing.T) {
	h := open(t)
	goldtest.HTML(t, "home", h.site.Anyone().Get("/").Wants(t, 200, "您要办什么事", "个人的事", "企业的事", "按部门找").Body)
	goldtest.HTML(t, "search", h.site.Anyone().Get("/search?q=spjyxk").Wants(t, 200, "食品经营许可").Body)
	goldtest.HTML(t, "sign_up", h.site.Anyone().Get("/sign-up").Wants(t, 200).Body)
	goldtest.HTML(t, "start", h.site.Anyone().Get("/items/"+h.local(residence)+"/start").Wants(t, 200, "这些条件您都符合吗").Body)
	x, path := h.draft("resident5", residence)
	page := h.as("resident5").Get(path + "/pages/applicant-who")
	goldtest.HTML(t, "question", strings.ReplaceAll(page.Wants(t, 200, "申请人是谁").Body, x.ID, "ID"))
}

// My things stand on my front page and on nobody else's: the page is kept
// rendered for strangers and for staff.
func TestHomeKeepsWhatIsMine(t *testing.T) {
	h := open(t)
	stranger := h.site.Anyone()
	stranger.Get("/").Wants(t, 200).Lacks(t, "我要做的事")
	c := h.bring("resident1", residence, cases.Correcting, cases.NoStep)
	mine := h.as("resident1").Get("/").Wants(t, 200, "我要做的事 1", "待补正", "居住证申领", "张示例")
	if mine.Doc.Count("a[href=/cases/"+c.ID+"/correction]") != 1 {
		t.Error("the correction is not linked")
	}
	for _, other := range []*kittest.Visitor{stranger, h.as("clerk1")} {
		other.Get("/").Wants(t, 200).Lacks(t, "我要做的事", "待补正", "张示例", c.ID)
	}
	h.as("resident2").Get("/").Wants(t, 200, "现在没有要您做的事").Lacks(t, c.ID, "张示例")
	h.as("clerk1").Get("/items/"+food).Wants(t, 200, "王样例一")
	stranger.Get("/items/"+food).Wants(t, 200, "登录").Lacks(t, "王样例一")
}

// The first useful page is at most 60 KB over the wire, everything included (ux.md 28).
func TestHomeWeighsLittle(t *testing.T) {
	h := open(t)
	for _, path := range []string{"/", "/items/" + food} {
		r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		r.Header.Set("Accept-Encoding", "gzip")
		page := h.site.Anyone().Do(r)
		if page.Status != 200 || page.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: status %d, encoding %q", path, page.Status, page.Header.Get("Content-Encoding"))
		}
		weight := len(page.Body)
		for _, file := range []string{"yimen.css", "yimen.js", "icon.svg"} {
			weight += ui.Assets.WireSize(file)
		}
		if weight > 60<<10 {
			t.Errorf("%s weighs %d bytes", path, weight)
		}
	}
}

func TestSearch(t *testing.T) {
	h := open(t)
	anyone := h.site.Anyone()
	for _, query := range []string{"开饭馆", "spjyxk", "食品经营", "shipinjingying", "ＳＰＪＹＸＫ"} {
		page := anyone.Get("/search?q="+url.QueryEscape(query)).Wants(t, 200)
		if page.Doc.Count("main a[href=/items/"+food+"]") != 1 {
			t.Errorf("%q does not lead to the guide", query)
		}
	}
	page := anyone.Get("/search?q=" + url.QueryEscape("食品经营"))
	if page.Doc.Count("main mark") == 0 || !strings.Contains(page.Body, "<mark>食品经营</mark>许可") {
		t.Error("what was searched for is not marked, or spaces came between")
	}
	anyone.Get("/search?q="+url.QueryEscape("食品经营")+"&audience=person").Wants(t, 200).Lacks(t, "食品经营许可（新办）")
	anyone.Get("/search?q="+url.QueryEscape("魑魅魍魉")).Wants(t, 200, "没有找到“魑魅魍魉”", "少写几个字", "拼音", "12345", "按主题找")
	anyone.Get("/search?q="+url.QueryEscape(`<script>alert(1)</script>"'&`)).Wants(t, 200).Lacks(t, "<script>alert")
	anyone.Get("/search?q="+strings.Repeat("%E9%95%BF", 3000)).Wants(t, 200)
	anyone.Get("/search?q="+url.QueryEscape("证")+"&after=nonsense&audience=nobody").Wants(t, 200)
}

// A case number in the search box leads its owner to the case, and tells anybody
// else that a number alone shows nothing, whether there is such a case or not.
func TestSearchByNumber(t *testing.T) {
	h := open(t)
	c := h.bring("resident1", residence, cases.Submitted, cases.NoStep)
	find := "/search?q=" + url.QueryEscape(c.Number.Grouped())
	h.as("resident1").Get(find).Redirects(t, "/cases/"+c.ID)
	for _, other := range []*kittest.Visitor{h.site.Anyone(), h.as("resident2"), h.as("clerk1")} {
		other.Get(find).Wants(t, 200, "只凭编号看不到办理情况").Lacks(t, c.ID, "张示例", "居住证申领")
	}
}

func TestGuide(t *testing.T) {
	h := open(t)
	anyone := h.site.Anyone()
	page := anyone.Get("/items/"+food).Wants(t, 200, "食品经营许可（新办）", "由企业和其他单位办理", "不收费", "承诺 5 个工作日，法定 10 个工作日",
		"前出结果", "为什么是这一天", "有效期 5年", "窗口领取、邮寄送达、电子证照", "0 次", "加工场所与暴露垃圾场", "没有数量限制",
		"共 8 份，1 份填完表自动生成。", "要您准备的有 7 份，其中必要 5 份。", "经营场所设备布局和操作流程图", "自动生成", "交证照照片即可", "政府部门核发，食品安全法第三十五条",
		"怎么办下来", "现场核查", "《食品安全法》第三十五条", "潮安区市场监督管理局", "12345", "打印版指南")
	if page.Doc.Count("svg.dia") != 2 || page.Doc.Count("svg.dia[role=img][aria-label]") != 2 {
		t.Error("the flow is not drawn for both widths with a text alternative")
	}
	if href := page.Doc.Attr("a.btn.go", "href"); href != "/items/"+h.local(food)+"/start" {
		t.Error("start leads to", href)
	}
	anyone.Get("/items/"+food+"/print").Wants(t, 200, "潮安区市场监督管理局", "《食品安全法》第三十五条").Lacks(t, "开始办理")

	page = anyone.Get("/items/"+residence).Wants(t, 200, "潮安区公安局", "选择办理机关", "法定 15 日")
	other := ""
	for _, o := range page.Doc.Find("#body option") {
		if htmlcheck.Text(o) != "潮安区公安局" {
			other = o.Attr[0].Val
		}
	}
	elsewhere := anyone.Get("/items/"+residence+"?body="+other).Wants(t, 200)
	if a, b := page.Doc.Attr("a.btn.go", "href"), elsewhere.Doc.Attr("a.btn.go", "href"); a == b || b == "" {
		t.Error("another body does not lead to another start:", a, b)
	}
}
