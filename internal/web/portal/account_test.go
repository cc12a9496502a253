package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/gov"
)

func (h *town) password() string {
	h.t.Helper()
	town, err := app.ReadTown()
	if err != nil {
		h.t.Fatal(err)
	}
	return town.Password
}

func TestSignIn(t *testing.T) {
	h := open(t)
	someone := h.door.Anyone()
	someone.Get("/cases").Redirects(t, "/sign-in?back=%2Fcases")
	someone.Get("/sign-in?back=/cases").Wants(t, 200, "登录名").Lacks(t, "autofocus")
	someone.Post("/sign-in", words("back", "/cases")).Wants(t, 422, "错误：", "请填写登录名", "请填写密码")
	wrong := someone.Post("/sign-in", words("login", "resident1", "password", "wrong-password", "back", "/cases")).Wants(t, 422, "登录名或密码不正确")
	if wrong.Doc.Attr(`input[name=login]`, "value") != "resident1" || wrong.Doc.Attr(`input[name=back]`, "value") != "/cases" {
		t.Error("what was typed is gone, or the way back")
	}
	wrong.Lacks(t, "wrong-password")
	someone.Post("/sign-in", words("login", "nobody-here", "password", "wrong-password")).Wants(t, 422, "登录名或密码不正确")
	someone.Post("/sign-in", words("login", "resident1", "password", h.password(), "back", "/cases")).Redirects(t, "/cases")
	someone.Get("/cases").Wants(t, 200, "我的办件", "张示例")
	someone.Get("/sign-in").Redirects(t, "/")

	for _, evil := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		h.door.Anyone().Post("/sign-in", words("login", "resident1", "password", h.password(), "back", evil)).Redirects(t, "/")
	}
}

// Staff and residents sign in on one page; staff begin at their workplace.
func TestStaffLandAtTheirWork(t *testing.T) {
	h := open(t)
	for login, path := range map[string]string{"clerk1": "/counter", "scjg-officer": "/desk", "scjg-approver": "/desk",
		"outlet1": "/outlet", "admin": "/admin", "editor": "/admin", "resident1": "/"} {
		h.door.Anyone().Post("/sign-in", words("login", login, "password", h.password())).Redirects(t, path)
	}
}

// Signing out ends the session itself: a copied cookie opens nothing afterwards.
func TestSignOut(t *testing.T) {
	h := open(t)
	v := h.door.Anyone()
	in := v.Post("/sign-in", words("login", "resident1", "password", h.password()))
	_, token, _ := strings.Cut(in.Header.Get("Set-Cookie"), "yimen_session=")
	token, _, _ = strings.Cut(token, ";")
	copied := h.door.Anyone().Cookie("yimen_session", token)
	copied.Get("/account").Wants(t, 200, "张示例")
	v.Post("/sign-out", url.Values{}).Redirects(t, "/")
	v.Get("/").Wants(t, 200, "已退出")
	copied.Get("/account").Redirects(t, "/sign-in?back=%2Faccount")
}

func TestSignUp(t *testing.T) {
	h := open(t)
	v := h.door.Anyone()
	number, err := gov.ComposeIDNumber("99000019900101050")
	if err != nil {
		t.Fatal(err)
	}
	wrong := string(number[:16]) + "9" + string(number[17:])
	bad := v.Post("/sign-up", words("name", "周", "id_type", "居民身份证", "id_number", wrong, "phone", "1300", "login", "A", "password", "12345"))
	bad.Wants(t, 422, "错误：", "有 5 处需要改正", "应为 2 至 50 个字", "末位校验不符", "11位数字", "至少 8 位").Lacks(t, "12345\"")
	if bad.Doc.Attr("input[name=id_number]", "value") != wrong {
		t.Error("the number that was typed is gone")
	}
	good := words("name", "周虚构", "id_type", "居民身份证", "id_number", strings.ToLower(string(number)), "phone", "１３０ ００００ ０９０９", "login", "zhou.xugou", "password", "long enough to keep", "back", "/cases")
	v.Post("/sign-up", good).Redirects(t, "/cases")
	v.Get("/account").Wants(t, 200, "周虚构", "未核实", "怎样核实", "任一综合窗口", number.Masked(), "130****0909", "账户已注册").Lacks(t, string(number), "13000000909")
	h.door.Anyone().Post("/sign-up", good).Wants(t, 422, "已有人使用")
}

// Sensitive data is masked; a look of my own stands in the trace like any other.
func TestLookAtMyOwn(t *testing.T) {
	h := open(t)
	v := h.as("resident1")
	page := v.Get("/account").Wants(t, 200, "张示例", "已核实", "990000********")
	clear := v.Post("/account/looks", words("element", "id_number")).Wants(t, 200)
	masked := page.Doc.Text("dd.num")
	shown := clear.Doc.Text("dd.num")
	if len(shown) != 18 || strings.Contains(shown, "*") || shown[:6] != masked[:6] {
		t.Errorf("shown %q for %q", shown, masked)
	}
	if clear.Header.Get("Cache-Control") != "no-store" {
		t.Error("a page with a number in clear may be kept")
	}
	v.Get("/account/trace").Wants(t, 200, "谁用过我的信息", "查看敏感信息", "我本人", "核实身份")
	v.Get("/account").Lacks(t, shown)
	v.Post("/account/looks", words("element", "password")).Redirects(t, "/account")
	h.as("clerk1").Get("/account").Wants(t, 200, "登录的设备").Lacks(t, "我的资料")
	h.as("clerk1").Get("/account/trace").Wants(t, 403)
}

func TestDetails(t *testing.T) {
	h := open(t)
	v := h.as("resident1")
	v.Get("/account/details").Wants(t, 200, "新手机号码").Lacks(t, "name=\"id_number\"")
	v.Post("/account/details", words("phone", "12")).Wants(t, 422, "11位数字")
	v.Post("/account/details", words("phone", "13000000777")).Redirects(t, "/account")
	v.Get("/account").Wants(t, 200, "130****0777", "资料已保存")
}

func TestPasswordAndSessions(t *testing.T) {
	h := open(t)
	one, two := h.door.Anyone(), h.door.Anyone()
	one.Post("/sign-in", words("login", "resident1", "password", h.password()))
	two.Post("/sign-in", words("login", "resident1", "password", h.password()))
	page := one.Get("/account").Wants(t, 200, "这台设备")
	ends := having(page, "form", "action", "/account/sessions/")
	if len(ends) != 1 {
		t.Fatal("not exactly the other session can be ended:", ends)
	}
	end := ends[0]
	h.as("resident2").Post(end, url.Values{}).Wants(t, 404)
	one.Post(end, url.Values{}).Redirects(t, "/account")
	two.Get("/account").Redirects(t, "/sign-in?back=%2Faccount")

	two.Post("/sign-in", words("login", "resident1", "password", h.password()))
	one.Post("/account/password", words("old", "not the old one", "new", "a fresh and long one")).Wants(t, 422, "原密码不正确").Lacks(t, "a fresh and long one")
	one.Post("/account/password", words("old", h.password(), "new", "short")).Wants(t, 422, "至少 8 位")
	one.Post("/account/password", words("old", h.password(), "new", "a fresh and long one")).Redirects(t, "/account")
	one.Get("/account").Wants(t, 200, "密码已修改")
	two.Get("/account").Redirects(t, "/sign-in?back=%2Faccount")
	two.Post("/sign-in", words("login", "resident1", "password", "a fresh and long one")).Redirects(t, "/")
}

// A handler switches between himself and his organisation; nobody switches to a
// party that did not authorise him.
func TestActingForSomebody(t *testing.T) {
	h := open(t)
	v := h.door.Anyone()
	v.Post("/sign-in", words("login", "handler1", "password", h.password()))
	page := v.Get("/account").Wants(t, 200, "小满面馆", "经办人", "代表办事")
	principal := page.Doc.Attr(`form[action=/account/acting] input[name=principal]`, "value")
	v.Post("/account/acting", words("principal", principal, "back", "/cases")).Redirects(t, "/cases")
	v.Get("/account").Wants(t, 200, "您正在代表小满面馆", "换回本人", "正在代表")
	v.Post("/account/acting", words("principal", "")).Redirects(t, "/account")
	v.Get("/account").Wants(t, 200, "代表办事").Lacks(t, "您正在代表")

	stranger := h.door.Anyone()
	stranger.Post("/sign-in", words("login", "resident1", "password", h.password()))
	stranger.Post("/account/acting", words("principal", principal)).Wants(t, 403)
	stranger.Get("/account").Lacks(t, "小满面馆")
}

// A temporary password leads to a new one before anything else.
func TestTemporaryPassword(t *testing.T) {
	h := open(t)
	clerk, resident := h.actor("clerk1"), h.actor("resident1")
	temporary, err := h.app.Identity.ResetPassword(t.Context(), clerk, resident.Account, "居民身份证原件")
	if err != nil {
		t.Fatal(err)
	}
	v := h.door.Anyone()
	v.Post("/sign-in", words("login", "resident1", "password", temporary, "back", "/cases")).Redirects(t, "/account/password?back=%2Fcases")
	v.Post("/account/password", words("old", temporary, "new", "a fresh and long one", "back", "/cases")).Redirects(t, "/cases")
	v.Get("/cases").Wants(t, 200, "张示例")
}
