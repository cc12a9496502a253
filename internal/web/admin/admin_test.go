package admin_test

import (
	"io/fs"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/registers"
	"yimen/internal/web/admin"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/seed"
)

type house struct {
	t    *testing.T
	app  *app.App
	site *kittest.Site
}

func open(t *testing.T) *house {
	t.Helper()
	a := apptest.SQLite(t, nil)
	pages := admin.New(admin.Deps{Identity: a.Identity, Catalogue: a.Catalogue, Cases: a.Cases, Messages: a.Messages, Registers: a.Registers, Now: a.Now, Settings: []admin.Setting{
		{Name: "workers", Env: "YIMEN_WORKERS", Value: "2", Help: "jobs"}, {Name: "db", Env: "YIMEN_DB", Secret: true, Set: true}}})
	return &house{t: t, app: a, site: kittest.With(t, kit.Options{Now: a.Now}, pages.Routes()...)}
}

func (h *house) as(login string) *kittest.Visitor {
	h.t.Helper()
	return h.site.As(apptest.As(h.t, h.app, login, gov.Web))
}

// account reads an account as the program itself.
func (h *house) account(login string) identity.Account {
	h.t.Helper()
	a, err := h.app.Identity.AccountByLogin(h.t.Context(), identity.System("test", gov.Import), login)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

// on is the form of an account's page.
func (h *house) on(login string, kv ...string) url.Values {
	v := url.Values{"version": {strconv.FormatInt(h.account(login).Version(), 10)}}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

func TestDoors(t *testing.T) {
	h := open(t)
	h.as("admin").Get("/admin").Redirects(t, "/admin/accounts")
	h.as("security").Get("/admin").Redirects(t, "/admin/accounts")
	h.as("editor").Get("/admin").Redirects(t, "/admin/catalogue")
	h.as("auditor").Get("/admin").Redirects(t, "/admin/journal")
	h.as("clerk1").Get("/admin").Wants(t, 403)
	h.as("admin").Get("/admin/settings").Wants(t, 200, "同时处理的后台任务数", "已设置（不显示）", "YIMEN_DB")
	h.as("admin").Cookie("yimen_lang", "en").Get("/admin/settings").Wants(t, 200, "Jobs at a time")
	h.registersTold()
	h.as("admin").Get("/admin/settings").Wants(t, 200, "消息只在站内，不向外发送").Lacks(t, "没有发出去")
	h.as("admin").Get("/admin/messages").Wants(t, 200, "没有停住的邮件和短信")
}

func TestBodies(t *testing.T) {
	h := open(t)
	keeper := h.as("admin")
	keeper.Get("/admin/bodies").Wants(t, 200, "潮安区市场监督管理局", "古巷镇人民政府").Lacks(t, "潮州市公安局")
	page := keeper.Get("/admin/bodies/new").Wants(t, 200, "统一社会信用代码")
	if page.Doc.Count(`select[name="region.0"]`) != 1 || page.Doc.Count(`select[name="region.1"]`) != 1 {
		t.Error("the cascade does not offer the towns of the keeper's region")
	}
	keeper.Post("/admin/bodies", url.Values{"name": {"古"}, "region.0": {"445103000000"}}).Wants(t, 422, "错误：")
	keeper.Post("/admin/bodies", url.Values{"_act": {"choose:region"}, "region.0": {"445103000000"}, "region.1": {"445103100000"}}).Wants(t, 200, "枫洋一村")
	taken := url.Values{"department": {"scjg"}, "name": {"又一个市监局"}, "region.0": {"445103000000"}}
	if a := keeper.Post("/admin/bodies", taken).Wants(t, 422, "已有该部门的机构"); a.Doc.Attr(`input[name="name"]`, "value") != "又一个市监局" {
		t.Error("what was typed is gone")
	}
	keeper.Post("/admin/bodies", url.Values{"department": {"scjg"}, "name": {"外地的局"}, "region.0": {"440100000000"}}).Wants(t, 403)

	made := keeper.Post("/admin/bodies", url.Values{"department": {"scjg"}, "name": {"古巷镇市场监督管理所"}, "region.0": {"445103000000"}, "region.1": {"445103100000"}})
	here := made.Header.Get("Location")
	keeper.Get(here).Wants(t, 200, "已新增", "古巷镇市场监督管理所", "在用", "还没有人在这里任职")
	h.as("security").Get(here).Wants(t, 200).Lacks(t, `name="short_name"`)
	h.as("security").Post(here, url.Values{}).Wants(t, 403)

	form := func(kv ...string) url.Values {
		v := url.Values{"version": {keeper.Get(here).Doc.Attr(`input[name="version"]`, "value")}}
		for i := 0; i+1 < len(kv); i += 2 {
			v.Set(kv[i], kv[i+1])
		}
		return v
	}
	old := form("name", "古巷市监所", "credit_code", "")
	keeper.Post(here, form("name", "古巷市监所", "credit_code", "错误的代码")).Wants(t, 422)
	keeper.Post(here, old).Redirects(t, here)
	keeper.Post(here, form("name", "")).Wants(t, 422)
	old.Set("name", "晚来的名字")
	keeper.Post(here, old).Wants(t, 409, "晚来的名字", "古巷市监所")

	keeper.Get(here+"/end").Wants(t, 200, "最后一天")
	keeper.Post(here+"/end", form()).Wants(t, 422, "有 2 处")
	keeper.Post(here+"/end", form("last", apptest.Today(h.app).String(), "reason", "机构改革")).Redirects(t, here)
	keeper.Get("/admin/bodies/00000000-0000-7000-8000-000000000000").Wants(t, 404)
	h.as("city-officer").Get(here).Wants(t, 403)
}

func TestAccountsAndPosts(t *testing.T) {
	h := open(t)
	keeper := h.as("admin")
	keeper.Get("/admin/accounts").Wants(t, 200, "scjg-officer", "工作人员").Lacks(t, "resident1")
	keeper.Get("/admin/accounts?login=scjg-officer").Redirects(t, "/admin/accounts/"+h.account("scjg-officer").ID)
	keeper.Get("/admin/accounts?login=resident1").Wants(t, 422, "没有找到")
	keeper.Get("/admin/accounts?login=city-officer").Wants(t, 422)

	keeper.Post("/admin/accounts", url.Values{"kind": {"staff"}, "name": {"新"}, "login": {"9"}, "region": {"445103000000"}}).Wants(t, 422, "错误：")
	page := keeper.Post("/admin/accounts", url.Values{"kind": {"staff"}, "name": {"新承办"}, "login": {"new-officer"}, "region": {"445103000000"}})
	page.Wants(t, 200, "临时密码", "只显示这一次", "新承办")
	secret := page.Doc.Text(".code .num")
	if _, err := h.app.Identity.SignIn(t.Context(), "new-officer", secret, identity.Origin{Channel: gov.Web}); err != nil {
		t.Errorf("the temporary password does not open the account: %v", err)
	}
	here := "/admin/accounts/" + h.account("new-officer").ID
	keeper.Get(here).Wants(t, 200, "须更改临时密码").Lacks(t, secret)
	keeper.Post("/admin/accounts", url.Values{"kind": {"staff"}, "name": {"又一个"}, "login": {"new-officer"}, "region": {"445103000000"}}).Wants(t, 422)

	body, err := h.app.Identity.BodyAt(t.Context(), h.app.DB, "scjg", "445103000000")
	if err != nil {
		t.Fatal(err)
	}
	keeper.Post(here+"/posts", h.on("new-officer")).Wants(t, 422, "有 2 处")
	keeper.Post(here+"/posts", h.on("new-officer", "role", "officer", "body", body.ID, "from", "2026-02-30")).Wants(t, 422)
	keeper.Post(here+"/posts", h.on("new-officer", "role", "auditor", "body", body.ID)).Wants(t, 403)
	keeper.Post(here+"/posts", h.on("new-officer", "role", "officer", "body", body.ID)).Redirects(t, here)
	keeper.Get(here).Wants(t, 200, "承办", "潮安区市场监督管理局", "代理人")
	post := ""
	for _, href := range hrefs(keeper.Get(here)) {
		if strings.HasSuffix(href, "/deputy") {
			post = href
		}
	}
	keeper.Get(post).Wants(t, 200, "代理人的登录名")
	keeper.Post(post, url.Values{"login": {"nobody-here"}}).Wants(t, 422)
	keeper.Post(post, url.Values{"login": {"scjg-officer2"}}).Wants(t, 422, "有 2 处")
	keeper.Post(post, url.Values{"login": {"scjg-officer2"}, "from": {"2026-02-06"}, "to": {"2099-02-06"}}).Redirects(t, here)
	keeper.Get(here).Wants(t, 200, "吴承办")
	end := strings.TrimSuffix(post, "/deputy") + "/end"
	h.as("security").Post(end, url.Values{}).Wants(t, 403)
	keeper.Get(end).Wants(t, 200, "不填则立即收回")
	keeper.Post(end, url.Values{"last": {"2026-02-30"}}).Wants(t, 422)
	keeper.Post(end, url.Values{"last": {"1999-01-01"}}).Wants(t, 422)
	keeper.Post(end, url.Values{}).Redirects(t, here)
	keeper.Get(here).Wants(t, 200, "收回")
	keeper.Post(end, url.Values{}).Wants(t, 422, "已经结束")
	keeper.Get(end).Redirects(t, here)

	self := "/admin/accounts/" + h.account("admin").ID
	keeper.Get(self).Wants(t, 200).Lacks(t, "授予岗位", "停用、恢复或注销")
	keeper.Post(self+"/posts", h.on("admin", "role", "officer", "body", body.ID)).Wants(t, 403)
	keeper.Get("/admin/accounts/"+h.account("city-officer").ID).Wants(t, 404)
}

// hrefs are the links of an answer.
func hrefs(a *kittest.Answer) []string {
	var out []string
	for _, n := range a.Doc.Find("a") {
		for _, x := range n.Attr {
			if x.Key == "href" {
				out = append(out, x.Val)
			}
		}
	}
	return out
}

func TestSecurityKeepsAccounts(t *testing.T) {
	h := open(t)
	guard, keeper := h.as("security"), h.as("admin")
	here := "/admin/accounts/" + h.account("scjg-officer").ID
	keeper.Get(here).Wants(t, 200, "重置密码").Lacks(t, "停用、恢复或注销")
	keeper.Post(here+"/password", h.on("scjg-officer")).Wants(t, 422, "怎样确认是本人")
	old := h.on("scjg-officer", "evidence", "当面核对工作证")
	keeper.Post(here+"/password", old).Wants(t, 200, "临时密码")
	keeper.Post(here+"/password", old).Wants(t, 409)
	guard.Post(here+"/password", h.on("scjg-officer", "evidence", "电话里说是本人")).Wants(t, 403)

	for range 5 {
		h.app.Identity.SignIn(t.Context(), "scjg-officer2", "wrong-password", identity.Origin{Channel: gov.Web})
	}
	other := "/admin/accounts/" + h.account("scjg-officer2").ID
	guard.Get(other).Wants(t, 200, "密码错误过多", "解锁")
	guard.Post(other+"/lock", h.on("scjg-officer2")).Redirects(t, other)
	guard.Get(other).Wants(t, 200, "已解锁").Lacks(t, "密码错误过多，已锁定")

	guard.Post(other+"/state", h.on("scjg-officer2", "act", "suspend")).Wants(t, 422, "原因")
	guard.Post(other+"/state", h.on("scjg-officer2", "act", "nonsense", "reason", "离岗审计")).Wants(t, 422)
	guard.Post(other+"/state", h.on("scjg-officer2", "act", "suspend", "reason", "离岗审计")).Redirects(t, other)
	guard.Get(other).Wants(t, 200, "已停用", "恢复")
	guard.Post(other+"/state", h.on("scjg-officer2", "act", "resume", "reason", "审计结束")).Redirects(t, other)
	keeper.Post(other+"/state", h.on("scjg-officer2", "act", "close", "reason", "越权")).Wants(t, 403)
}

func TestTokens(t *testing.T) {
	h := open(t)
	guard := h.as("security")
	guard.Get("/admin/accounts/new?kind=service").Wants(t, 200, "部门系统没有密码")
	made := guard.Post("/admin/accounts", url.Values{"kind": {"service"}, "name": {"市监审批系统"}, "login": {"scjg-system"}, "region": {"445103000000"}})
	here := made.Header.Get("Location")
	guard.Get(here).Wants(t, 200, "发放令牌", "还没有令牌")
	guard.Post(here+"/tokens", h.on("scjg-system")).Wants(t, 422, "有 3 处")
	until := apptest.Today(h.app).AddDays(30).String()
	page := guard.Post(here+"/tokens", h.on("scjg-system", "token_name", "正式环境", "scopes", "cases.read", "scopes", "cases.act", "until", until)).Wants(t, 200, "令牌", "只显示这一次")
	secret := page.Doc.Text(".code .num")
	actor, scopes, err := h.app.Identity.TokenActor(t.Context(), secret)
	if err != nil || actor.Name != "市监审批系统" || len(scopes) != 2 {
		t.Fatal(actor, scopes, err)
	}
	shown := guard.Get(here).Wants(t, 200, "正式环境", "办理办件").Lacks(t, secret)
	revoke := ""
	for _, n := range shown.Doc.Find("form") {
		for _, x := range n.Attr {
			if x.Key == "action" && strings.HasSuffix(x.Val, "/revocation") {
				revoke = x.Val
			}
		}
	}
	h.as("admin").Post(revoke, h.on("scjg-system")).Wants(t, 403)
	guard.Post(revoke, h.on("scjg-system")).Redirects(t, here)
	if _, _, err := h.app.Identity.TokenActor(t.Context(), secret); err == nil {
		t.Error("a revoked token opens")
	}
	guard.Get(here).Wants(t, 200, "作废")
}

// seeded is one file of the real set.
func seeded(t *testing.T, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(seed.Catalogue(), name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCatalogue(t *testing.T) {
	h := open(t)
	editor := h.as("editor")
	editor.Get("/admin/catalogue").Wants(t, 200, "事项目录", "188", "导入目录包")
	editor.Get("/admin/catalogue/items").Wants(t, 200, "企业设立登记", "更多")
	editor.Get("/admin/catalogue/items?q="+url.QueryEscape("食品")).Wants(t, 200, "食品经营许可（新办）").Lacks(t, "企业设立登记")
	editor.Get("/admin/catalogue/items?department=ga").Wants(t, 200, "居住证").Lacks(t, "食品经营许可（新办）")
	page := editor.Get("/admin/catalogue/items/food-business-licence").Wants(t, 200, "食品安全法第三十五条", "第 1 版", "潮安区市场监督管理局", "承办 → 审核 → 批准")
	for _, href := range hrefs(page) {
		if strings.Contains(href, "/bodies/") {
			editor.Get(href).Wants(t, 200, "历次版本", "潮安区市场监督管理局")
		}
	}
	editor.Get("/admin/catalogue/items/no-such-item").Wants(t, 404)
	editor.Get("/admin/catalogue/synonyms").Wants(t, 200, "搜索用词", "食品经营许可")
	h.as("admin").Get("/admin/catalogue").Wants(t, 403)
}

func TestImportByUpload(t *testing.T) {
	h := open(t)
	editor := h.as("editor")
	items := string(seeded(t, "items.yaml"))
	const path = "/admin/catalogue/import"
	editor.Get(path).Wants(t, 200, "有任何错误都不会导入")
	editor.Upload(path, nil, "files", "items.yaml", []byte(items)).Redirects(t, "/admin/catalogue")
	editor.Get("/admin/catalogue").Wants(t, 200, "没有变化")

	broken := strings.Replace(items, "department: scjg", "department: nowhere", 1)
	broken = strings.Replace(broken, "commitment_days: 1\n", "commitment_days: many\n", 1)
	refused := editor.Upload(path, nil, "files", "items.yaml", []byte(broken)).Wants(t, 422, "没有导入任何内容", "nowhere", "items.yaml", "company-register")
	if n := refused.Doc.Count("tbody tr"); n < 2 {
		t.Errorf("%d problems listed, want every one", n)
	}
	editor.Upload(path, nil, "files", "items.yaml", []byte("\xff\xfe items")).Wants(t, 422)
	editor.Upload(path, nil, "files", "notes.txt", []byte("x")).Wants(t, 422)
	editor.Upload(path, nil, "files", "", nil).Wants(t, 422, "请选择文件")

	changed := strings.Replace(items, "name: 企业设立登记\n", "name: 企业设立登记（改）\n", 1)
	done := editor.Upload(path, nil, "files", "items.yaml", []byte(changed))
	editor.Get(done.Header.Get("Location")).Wants(t, 200, "导入报告", "已导入", "更改")
	editor.Get("/admin/catalogue/items/company-register").Wants(t, 200, "第 2 版", "看最近一次更改")
	difference := editor.Get("/admin/catalogue/items/company-register/difference").Wants(t, 200, "名称", "企业设立登记（改）")
	if n := difference.Doc.Count("tbody tr"); n != 1 {
		t.Errorf("%d differences, want the name alone", n)
	}
	editor.Get("/admin/catalogue/items/company-register/difference?from=1&to=1").Wants(t, 200, "没有差异")
	editor.Get("/admin/catalogue/items/company-register/difference?from=1&to=99").Wants(t, 404)
	editor.Get("/admin/catalogue/acts/999").Wants(t, 404)
	h.as("clerk1").Upload(path, nil, "files", "items.yaml", []byte(items)).Wants(t, 403)

	words := "synonyms:\n- {words: [开饭店], items: [food-business-licence]}\n"
	editor.Upload("/admin/catalogue/synonyms", nil, "files", "synonyms.yaml", []byte("{")).Wants(t, 422)
	if a := editor.Upload("/admin/catalogue/synonyms", nil, "files", "synonyms.yaml", []byte(words)); a.Status == 303 {
		editor.Get("/admin/catalogue/synonyms").Wants(t, 200, "开饭店", "食品经营许可（新办）")
	} else {
		t.Errorf("status %d: %s", a.Status, a.Doc.Text("main"))
	}
}

func TestJournal(t *testing.T) {
	h := open(t)
	auditor := h.as("auditor")
	handler := apptest.Handler(t, h.app, "handler1")
	x, err := h.app.Stage().File(t.Context(), handler, "food-business-licence", "445103")
	if err != nil {
		t.Fatal(err)
	}
	officer := apptest.As(t, h.app, "scjg-officer", gov.Web)
	clear, err := h.app.Applications.Look(t.Context(), officer, x.ID, "核对身份证号码")
	if err != nil || len(clear) == 0 {
		t.Fatal(clear, err)
	}
	auditor.Get("/admin/journal").Wants(t, 200, "按对象")
	page := auditor.Get("/admin/journal?kind=case&id="+url.QueryEscape(x.Number.Grouped())).Wants(t, 200, "提交申请", "钱经办", "内容不对审计开放")
	page.Lacks(t, "submitted_on")
	auditor.Get("/admin/journal?kind=application&id="+x.ID).Wants(t, 200, "内容不对审计开放").Lacks(t, "premises_area")
	auditor.Get("/admin/journal?kind=account&id=scjg-officer").Wants(t, 200, "建立", "登录", "login")
	auditor.Get("/admin/journal?kind=catalogue").Wants(t, 200, "导入")
	auditor.Get("/admin/journal?kind=case&id=nonsense").Wants(t, 200, "没有找到留痕")
	auditor.Get("/admin/journal?kind=nonsense&id=x").Wants(t, 422)
	auditor.Get("/admin/journal/actors?login=scjg-officer").Wants(t, 200, "登录", "查看敏感信息")
	auditor.Get("/admin/journal/actors?login=nobody").Wants(t, 200, "没有找到留痕")
	looks := auditor.Get("/admin/journal/looks").Wants(t, 200, "核对身份证号码", "孙承办")
	for key, v := range clear {
		if v.Text != "" {
			looks.Lacks(t, v.Text)
			if !strings.Contains(looks.Body, key) {
				t.Errorf("the look at %s is not told", key)
			}
		}
	}
	for _, login := range []string{"admin", "security", "editor", "scjg-officer"} {
		h.as(login).Get("/admin/journal").Wants(t, 403)
		h.as(login).Get("/admin/journal/looks").Wants(t, 403)
	}
}

// chinese finds words that were not translated. Data (names of bodies, items and
// people, laws) stands in Chinese in every language, so only the frame is read.
var chinese = regexp.MustCompile(`\p{Han}+`)

func TestEnglishFrames(t *testing.T) {
	h := open(t)
	here := "/admin/accounts/" + h.account("scjg-officer").ID
	body, err := h.app.Identity.BodyAt(t.Context(), h.app.DB, "scjg", "445103000000")
	if err != nil {
		t.Fatal(err)
	}
	for login, paths := range map[string][]string{
		"admin":    {"/admin/accounts", "/admin/accounts/new", here, "/admin/bodies", "/admin/bodies/new", "/admin/bodies/" + body.ID, "/admin/bodies/" + body.ID + "/end", "/admin/settings", "/admin/messages"},
		"security": {"/admin/accounts/new?kind=service", here},
		"editor":   {"/admin/catalogue", "/admin/catalogue/items", "/admin/catalogue/items/food-business-licence", "/admin/catalogue/import", "/admin/catalogue/synonyms"},
		"auditor":  {"/admin/journal", "/admin/journal?kind=catalogue", "/admin/journal/looks", "/admin/journal/actors"},
	} {
		v := h.as(login).Cookie("yimen_lang", "en")
		for _, path := range paths {
			page := v.Get(path).Wants(t, 200)
			for _, frame := range []string{"main label", "thead th", "main h2", "main button", "main summary", ".nav"} {
				for _, n := range page.Doc.Find(frame) {
					if text := htmlcheck.Text(n); chinese.MatchString(text) {
						t.Errorf("%s: %s says %q in English", path, frame, text)
					}
				}
			}
		}
	}
}

// registersTold: the settings tell how each base register stands, one that was fed and
// one taken out of use.
func (h *house) registersTold() {
	h.t.Helper()
	t, ctx, operator := h.t, h.t.Context(), identity.System("operator", gov.Import)
	told := func(words ...string) {
		t.Helper()
		h.as("admin").Get("/admin/settings").Wants(t, 200, append(words, "人口库", "法人库")...)
	}
	told("潮安区公安局", "第 1 次", "来源：seed/demo/town.yaml", "正常")
	if _, err := h.app.Registers.TakeDown(ctx, operator, registers.Population, "上级平台维护"); err != nil {
		t.Fatal(err)
	}
	told("已停用", "上级平台维护")
}
