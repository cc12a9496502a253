package counter_test

import (
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/rehearsal"
)

func TestAcceptIssuesALetterToPrint(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	clerk := h.as("clerk1")
	page := clerk.Get("/counter/cases/"+c.ID).Wants(t, 200, "受理并打印通知书", "一次告知补正", "不予受理", c.ApplicantName, "申请表", "材料")
	if c.Number == "" || strings.Contains(page.Body, "13000000001") {
		t.Error("telephones are masked on the intake page")
	}
	letter := at(t, clerk.Post("/counter/cases/"+c.ID+"/acceptance", of(c)))
	clerk.Get(letter).Wants(t, 200, "受理通知书", "已受理", "打印", "下一位")
	document := clerk.Get(letter + "/document")
	document.Wants(t, 200, "受理通知书", c.ApplicantName, c.Number.Grouped(), "第三十二条第一款第五项")
	if csp := document.Header.Get("Content-Security-Policy"); strings.Contains(csp, "script") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("a letter runs nothing: %s", csp)
	}
	if again := clerk.Get(letter + "/document"); again.Body != document.Body {
		t.Error("a reprint shows the same bytes")
	}
	clerk.Get("/counter/cases/"+c.ID+"/letters/nothing").Wants(t, 404)
	other := h.bring("handler2", food, cases.Submitted, cases.NoStep)
	clerk.Get("/counter/cases/"+other.ID+"/letters/"+letter[strings.LastIndex(letter, "/")+1:]).Wants(t, 404)
	clerk.Get("/counter/cases/"+c.ID).Wants(t, 200, "承办中", "受理通知书").Lacks(t, "受理并打印通知书")
	if h.again(c.ID).State != cases.Accepted {
		t.Error("not accepted")
	}
}

func TestTwoClerksOneWinsTheOtherIsTold(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	h.as("clerk1").Get("/counter/cases/" + c.ID)
	h.as("clerk2").Get("/counter/cases/"+c.ID).Wants(t, 200, "王样例一 也打开着这个办件")
	h.as("clerk1").Post("/counter/cases/"+c.ID+"/acceptance", of(c)).Wants(t, 303)
	page := h.as("clerk2").Post("/counter/cases/"+c.ID+"/decline", of(c, "reason", "经营场所不在本区，请到湘桥区办理", "article", "食品安全法第三十五条"))
	page.Wants(t, 409, "王样例一", "受理", "不予受理", "经营场所不在本区，请到湘桥区办理", "看现在的情况")
	h.as("clerk2").Get("/counter/cases/"+c.ID+"/decline").Wants(t, 409)
	if now := h.again(c.ID); now.State != cases.Accepted || now.Version() != c.Version()+1 {
		t.Errorf("%s at version %d", now.State, now.Version())
	}
}

func TestDecline(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	clerk := h.as("clerk1")
	path := "/counter/cases/" + c.ID + "/decline"
	clerk.Get(path).Wants(t, 200, "食品安全法第三十五条", "其他条款", "行政复议")
	clerk.Post(path, of(c)).Wants(t, 422, "请写明理由", "请写明依据")
	clerk.Post(path, of(c, "reason", "不在本区", "article", "other")).Wants(t, 422, "请写明依据")
	clerk.Post(path, of(c, "reason", strings.Repeat("长", 2001), "article", "x")).Wants(t, 422, "2000")
	letter := at(t, clerk.Post(path, of(c, "reason", "经营场所不在本区", "article", "other", "article_typed", "行政许可法第三十二条第一款第二项", "where", "湘桥区政务服务中心")))
	clerk.Get(letter+"/document").Wants(t, 200, "不予受理决定书", "经营场所不在本区", "行政许可法第三十二条第一款第二项", "湘桥区政务服务中心", "六十日内", "六个月内")
	if h.again(c.ID).State != cases.Declined {
		t.Error("not declined")
	}
}

func TestCorrectionAndItsAnswerAtTheCounter(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	clerk := h.as("clerk1")
	path := "/counter/cases/" + c.ID
	clerk.Get(path+"/correction").Wants(t, 200, "联系人手机号码", "经营场所设备布局和操作流程图")
	clerk.Post(path+"/correction", of(c)).Wants(t, 422, "请至少选一处")
	clerk.Post(path+"/correction", of(c, "defect", "field.contact_phone")).Wants(t, 422, "请写明“联系人手机号码”")
	clerk.Post(path+"/correction", of(c, "defect", "field.favourite_colour", "field.favourite_colour", "蓝色")).Wants(t, 422, "请至少选一处")
	letter := at(t, clerk.Post(path+"/correction", of(c, "defect", "field.contact_phone", "defect", "material.layout",
		"field.contact_phone", "空号，请核对", "material.layout", "未标明生进熟出的流向")))
	clerk.Get(letter+"/document").Wants(t, 200, "补正告知书", "共 2 项", "空号，请核对", "未标明生进熟出的流向", "第三十二条第一款第四项")
	clerk.Get(path).Wants(t, 200, "待补正", "代申请人补正", "第 1 次补正告知").Lacks(t, "受理并打印通知书")

	page := clerk.Get(path+"/amendment").Wants(t, 200, "空号，请核对", "未标明生进熟出的流向", "联系人手机号码").Lacks(t, "name=\"company_name\"")
	v := page.Sends(path + "/amendment")
	v.Set("contact_phone", "12")
	clerk.Post(path+"/amendment", v).Wants(t, 422, "手机号码")
	files := page.Sends(path + "/amendment/materials")
	clerk.Upload(path+"/amendment/materials", files, "material.layout", "x.html", []byte("<html><script>alert(1)</script></html>")).Wants(t, 422, "没有收下")
	clerk.Upload(path+"/amendment/materials", files, "material.biz", "照片.png", rehearsal.Picture()).Wants(t, 403) // not named by the notice
	clerk.Upload(path+"/amendment/materials", files, "material.layout", "新布局图.png", rehearsal.Picture()).Redirects(t, path+"/amendment")
	v = clerk.Get(path+"/amendment").Wants(t, 200, "新布局图.png").Sends(path + "/amendment")
	v.Set("contact_phone", "13000000092")
	v.Set("company_name", "换了名字的店")
	clerk.Post(path+"/amendment", v).Redirects(t, path)
	clerk.Get(path).Wants(t, 200, "待受理", "130****0092", "后来新交", "受理并打印通知书").Lacks(t, "换了名字的店")
	clerk.Get(path+"/amendment").Wants(t, 409)
	h.as("clerk2").Post(path+"/amendment", v).Wants(t, 409)
}

func TestIntakeOfOtherPlacesIsMissing(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	stranger := h.as("town-clerk")
	for _, path := range []string{"", "/decline", "/correction", "/amendment", "/receipt", "/files/x", "/letters/x", "/letters/x/document"} {
		stranger.Get("/counter/cases/"+c.ID+path).Wants(t, 404)
	}
	for _, path := range []string{"/acceptance", "/decline", "/correction", "/amendment", "/looks"} {
		stranger.Post("/counter/cases/"+c.ID+path, of(c, "reason", "x", "article", "x", "purpose", "核对证件")).Wants(t, 404)
	}
	h.as("city-clerk").Get("/counter/cases/"+c.ID).Wants(t, 200) // the city contains the county
	if now := h.again(c.ID); now.Version() != c.Version() {
		t.Error("a refused act changed the case")
	}
}

func TestOriginalsAndFiles(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	clerk := h.as("clerk1")
	path := "/counter/cases/" + c.ID
	page := clerk.Get(path)
	check := ""
	for _, n := range page.Doc.Find("form") {
		if a := htmlcheck.Attributes(n)["action"]; strings.HasSuffix(a, "/original") && check == "" {
			check = a
		}
	}
	file := strings.TrimSuffix(check, "/original")
	if got := clerk.Get(file); got.Status != 200 || got.Header.Get("Content-Type") != "image/png" {
		t.Errorf("status %d, %s", got.Status, got.Header.Get("Content-Type"))
	}
	clerk.Post(check, form("back", "https://evil.example/")).Redirects(t, path)
	clerk.Get(path).Wants(t, 200, "已核原件")
	clerk.Post(check, nil).Wants(t, 409)
	clerk.Post(path+"/looks", form("purpose", "")).Wants(t, 422, "请写明查看的用途")
	clerk.Post(path+"/looks", form("purpose", "与身份证原件核对")).Wants(t, 200, "明文")
}

func TestSittingIsOfferedToWhoMay(t *testing.T) {
	h := open(t)
	c := h.bring("resident1", "unemployment-register", cases.Submitted, cases.NoStep)
	h.as("clerk1").Get("/counter/cases/"+c.ID).Wants(t, 200).Lacks(t, "当场办结")
	both := apptest.As(t, h.app, "clerk1", gov.Counter)
	for _, role := range []gov.Role{gov.RoleOfficer, gov.RoleApprover} {
		both.Posts = append(both.Posts, gov.Post{ID: "p-" + string(role), Body: c.Body, Department: c.Department, Region: string(c.Region), Role: role})
	}
	h.site.As(both).Get("/counter/cases/"+c.ID).Wants(t, 200, "当场办结")
}

// A licence that fell after acceptance is replaced at the counter as on the phone: by
// the paper, and by nothing but what was asked for; the case goes on where it stood.
func TestAReplacementAtTheCounter(t *testing.T) {
	h := open(t)
	c, _ := apptest.Replacing(t, h.app, apptest.Handler(t, h.app, "handler1"))
	clerk, path := h.as("clerk1"), "/counter/cases/"+c.ID
	clerk.Get(path).Wants(t, 200, "代申请人更换证照").Lacks(t, "代申请人补正")
	page := clerk.Get(path+"/amendment").Wants(t, 200, "营业执照已撤销，请换用有效的执照", "更换不再有效的证照", "撤销").Lacks(t, "name=\"premises_area\"")
	clerk.Post(path+"/amendment", page.Sends(path+"/amendment")).Wants(t, 422, "营业执照")
	files := page.Sends(path + "/amendment/materials")
	clerk.Upload(path+"/amendment/materials", files, "material.layout", "布局.png", rehearsal.Picture()).Wants(t, 403)
	clerk.Upload(path+"/amendment/materials", files, "material.biz", "新执照.png", rehearsal.Picture()).Redirects(t, path+"/amendment")
	page = clerk.Get(path+"/amendment").Wants(t, 200, "新执照.png").Lacks(t, "撤回")
	clerk.Post(path+"/amendment", page.Sends(path+"/amendment")).Redirects(t, path)
	clerk.Get(path).Wants(t, 200, "更换已提交").Lacks(t, "代申请人更换证照")
	if got := h.again(c.ID); got.State != cases.Accepted || got.Step != cases.Approve || got.PromisedDue != c.PromisedDue {
		t.Errorf("%+v", got)
	}
}

// Another licence of the same kind takes the fallen one's place with the consent that
// the clerk records; without it nothing is fetched.
func TestALicenceInThePlaceOfAFallenOneAtTheCounter(t *testing.T) {
	h := open(t)
	c, fallen := apptest.Replacing(t, h.app, apptest.Handler(t, h.app, "handler1"))
	fresh := apptest.Another(t, h.app, fallen)
	clerk, path := h.as("clerk1"), "/counter/cases/"+c.ID+"/amendment"
	page := clerk.Get(path).Wants(t, 200, "申请人同意", fresh)
	sends := page.Sends(path + "/licences")
	clerk.Post(path+"/licences", sends).Wants(t, 422, "同意")
	sends.Set("consent", "true")
	clerk.Post(path+"/licences", sends).Redirects(t, path)
	h.as("town-clerk").Post(path+"/licences", sends).Wants(t, 404)
	page = clerk.Get(path).Wants(t, 200, "已调取证照", fresh).Lacks(t, `name="consent"`)
	clerk.Post(path, page.Sends(path)).Redirects(t, "/counter/cases/"+c.ID)
}
