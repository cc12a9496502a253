package counter_test

import (
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/platform/journal"
)

// An ID number that belongs to nobody, born before 1900.
const walkIn = "990000189001010018"

func enter(t *testing.T, h *hall) string {
	t.Helper()
	return at(t, h.as("clerk1").Post("/counter/people/new", form("name", "周虚构", "id_type", "居民身份证", "id_number", walkIn,
		"phone", "13000000091", "evidence", "居民身份证原件")))
}

func TestWalkInIsEnteredOnceAndShownMasked(t *testing.T) {
	h := open(t)
	path := enter(t, h)
	if again := enter(t, h); again != path {
		t.Errorf("the same person twice: %s and %s", path, again)
	}
	h.as("clerk1").Get(path).Wants(t, 200, "周虚构", "已核验", "990000********0018", "130****0091").Lacks(t, walkIn, "13000000091")
	h.as("clerk2").Post("/counter/people/new", form("name", "周虚假", "id_type", "居民身份证", "id_number", walkIn, "evidence", "原件")).
		Wants(t, 422, "姓名与已登记的不一致")
	h.as("clerk1").Post("/counter/people/new", form("name", "周", "id_type", "学生证", "id_number", "1", "phone", "x")).
		Wants(t, 422, "请选择证件类型", "请写明查验了什么")
	h.as("clerk1").Get("/counter/parties/nobody").Wants(t, 404)
}

func TestALookIsKeptBeforeItIsShown(t *testing.T) {
	h := open(t)
	path := enter(t, h)
	clerk := h.as("clerk1")
	clerk.Post(path+"/looks", form("element", "id_number", "purpose", "")).Wants(t, 422, "请写明查看的用途").Lacks(t, walkIn)
	clerk.Post(path+"/looks", form("element", "password", "purpose", "核对证件")).Wants(t, 422, "请选择一项")
	clerk.Post(path+"/looks", form("element", "id_number", "purpose", "核对证件")).Wants(t, 200, walkIn, "已记入留痕")
	lines, err := h.app.Identity.History(t.Context(), h.app.DB, gov.Actor{Kind: gov.System}, journal.Subject{Kind: identity.KindParty, ID: strings.TrimPrefix(path, "/counter/parties/")})
	if err != nil {
		t.Fatal(err)
	}
	last := lines[len(lines)-1]
	if last.Act != "look" || last.OnBehalfOf == "" || last.Name != "王样例一" {
		t.Errorf("the last act is %s by %s for %q", last.Act, last.Name, last.OnBehalfOf)
	}
}

func TestOrganisationAndItsHandler(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk1")
	code, err := gov.ComposeCreditCode("92990000MA000777")
	if err != nil {
		t.Fatal(err)
	}
	in := form("name", "立冬小吃店（虚构）", "credit_code", string(code), "legal_name", "周虚构", "established.y", "2024", "established.m", "2", "established.d", "30", "evidence", "营业执照")
	clerk.Post("/counter/organisations/new", in).Wants(t, 422, "没有这一天")
	in.Set("established.d", "28")
	path := at(t, clerk.Post("/counter/organisations/new", in))
	clerk.Get(path).Wants(t, 200, "立冬小吃店（虚构）", string(code), "没有登记")
	clerk.Post("/counter/organisations/new", in).Wants(t, 422, "已登记")

	mandate := form("kind", "handler", "agent_name", "周虚构", "agent_id_number", walkIn, "evidence", "授权委托书")
	clerk.Get(path+"/mandates/new").Wants(t, 200, "经办人", "法定代表人").Lacks(t, "监护人")
	clerk.Post(path+"/mandates/new", mandate).Wants(t, 422, "没有找到姓名和证件号码都相符")
	enter(t, h)
	clerk.Post(path+"/mandates/new", mandate).Redirects(t, path)
	clerk.Post(path+"/mandates/new", mandate).Wants(t, 422, "相同的授权已经存在")
	page := clerk.Get(path).Wants(t, 200, "周虚构", "经办人", "授权委托书")
	action := ""
	for _, n := range page.Doc.Find("form") {
		if a := htmlcheck.Attributes(n)["action"]; strings.HasSuffix(a, "/end") {
			action = a
		}
	}
	id := strings.Split(action, "/")[5]
	clerk.Post(action, form("reason."+id, "")).Wants(t, 422, "请写明理由")
	clerk.Post(action, form("reason."+id, "离职，单位来函")).Redirects(t, path)
	clerk.Get(path).Wants(t, 200, "已结束")
	clerk.Post(action, form("reason."+id, "再一次")).Wants(t, 409)
}

func TestRaiseAtTheCounter(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk1")
	who := apptest.As(t, h.app, "resident7", gov.Web)
	path := "/counter/parties/" + who.Party
	clerk.Get(path).Wants(t, 200, "自行申报，未核验", "核验账户本人身份")
	clerk.Post(path+"/password", form("evidence", "身份证原件")).Wants(t, 422, "请先在窗口核验本人身份")
	clerk.Post(path+"/assurance", form("name", "孙试用", "id_type", "居民身份证", "id_number", walkIn, "evidence", "原件")).Wants(t, 422, "证件号码与账户申报的不一致")
	clerk.Post(path+"/assurance", form("name", "孙试用", "id_type", "居民身份证", "id_number", "990000198309201616", "evidence", "身份证原件，人证一致")).Redirects(t, path)
	clerk.Get(path).Wants(t, 200, "已核验", "重置账户密码")
	clerk.Get(path+"/assurance").Wants(t, 200)
	clerk.Post(path+"/assurance", form("name", "孙试用", "id_type", "居民身份证", "id_number", "990000198309201616", "evidence", "原件")).Wants(t, 422, "已有一个核验过的账户")
	clerk.Post(path+"/password", form("evidence", "")).Wants(t, 422, "请写明查验了什么")
	page := clerk.Post(path+"/password", form("evidence", "身份证原件")).Wants(t, 200, "只显示这一次")
	if _, err := h.app.Identity.SignIn(t.Context(), "resident7", page.Doc.Text(".code .num"), identity.Origin{Channel: gov.Web}); err != nil {
		t.Errorf("the temporary password opens the account: %v", err)
	}
}

func TestRegisterPages(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk1")
	goldtest.HTML(t, "person", clerk.Get("/counter/people/new").Body)
	goldtest.HTML(t, "organisation", clerk.Get("/counter/organisations/new").Body)
	goldtest.HTML(t, "outlet", h.as("outlet1").Get("/outlet").Body)
}
