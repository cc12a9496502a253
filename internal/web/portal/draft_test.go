package portal_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/rehearsal"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit/kittest"
)

func TestStart(t *testing.T) {
	h := open(t)
	start := "/items/" + h.local(residence) + "/start"
	anyone := h.site.Anyone()
	anyone.Get(start).Wants(t, 200, "开始前，先看看条件", "离开常住户口所在地")
	anyone.Post(start, url.Values{}).Wants(t, 422, "错误：", "请选择您是否符合条件")
	anyone.Post(start, words("fit", "no")).Redirects(t, start+"?fit=no")
	anyone.Get(start+"?fit=no").Wants(t, 200, "现在还不能办这件事", "0768-", "也许您要办的是")
	anyone.Post(start, words("fit", "yes")).Redirects(t, "/sign-in?back="+url.QueryEscape(start+"?fit=yes"))
	anyone.Get(start+"?fit=yes").Redirects(t, "/sign-in?back="+url.QueryEscape(start+"?fit=yes"))

	v := h.as("resident1")
	begun := v.Post(start, words("fit", "unsure"))
	if begun.Status != http.StatusSeeOther || !strings.HasPrefix(begun.Header.Get("Location"), "/applications/") {
		t.Fatalf("status %d to %q", begun.Status, begun.Header.Get("Location"))
	}
	v.Get(start+"?fit=yes").Wants(t, 200, "您有一份没有填完的申请", "接着填", "另外新填一份")
	v.Post(start, words("fit", "yes", "here", "true")).Redirects(t, begun.Header.Get("Location"))
	second := v.Post(start, words("fit", "yes", "here", "true", "another", "true"))
	if second.Header.Get("Location") == begun.Header.Get("Location") {
		t.Error("another draft was asked for")
	}
	h.as("clerk1").Get(start).Wants(t, 200, "请用个人账户办理")
}

// An item for organisations is a dead end for a person, who is told how to act
// for one; and the other way round.
func TestStartAsSomebodyElse(t *testing.T) {
	h := open(t)
	start := "/items/" + h.local(food) + "/start"
	h.as("resident1").Post(start, words("fit", "yes")).Redirects(t, start+"?fit=yes")
	h.as("resident1").Get(start+"?fit=yes").Wants(t, 200, "请换个身份办理", "这件事由单位办理", "还没有被授权")
	h.site.As(apptestPerson(h, "handler1")).Get(start+"?fit=yes").Wants(t, 200, "这件事由单位办理", "小满面馆", "代表办事")
	h.as("handler1").Get("/items/"+h.local(residence)+"/start?fit=yes").Wants(t, 200, "这件事由个人办理", "换回本人")
	h.as("handler1").Get(start+"?fit=yes").Wants(t, 200, "准备好了", "开始填写")
	h.site.As(apptestPerson(h, "handler1")).Get("/items/"+h.local(company)+"/start?fit=yes").Wants(t, 200, "准备好了")
}

// apptestPerson is a handler who acts for himself.
func apptestPerson(h *town, login string) gov.Actor {
	a := h.actor(login)
	a.OnBehalfOf = ""
	return a
}

func TestQuestions(t *testing.T) {
	h := open(t)
	x, path := h.draft("handler1", food)
	v := h.as("handler1")
	v.Get(path).Wants(t, 200, "食品经营许可（新办）", "小满面馆", "请核对", "未开始", "暂不能办", "取一个接力码", "保留到").Lacks(t, "已保存")

	v.Get(path+"/pages/enterprise-company").Wants(t, 200, "是哪家企业（单位）？", "来自法人库", "有误")
	def, err := h.app.Applications.Definition(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	contact := def.PageFor("contact_name")
	who := path + "/pages/" + contact
	page := v.Post(who, sent(x.Version(), "contact_name", "", "contact_phone", "130")).Wants(t, 422, "错误：", "有 2 处", "请填写")
	if page.Doc.Attr("#f-contact_phone", "value") != "130" || page.Doc.Attr(".err-sum a", "href") != "#f-contact_name" {
		t.Error("what was typed is gone, or the summary leads elsewhere")
	}
	if h.now(x.ID).PageDone(contact) {
		t.Error("a page with faults is done")
	}
	v.Post(who, sent(x.Version(), "contact_name", "何经办", "contact_phone", "130", "later", "1")).Redirects(t, path)
	if got := h.now(x.ID).Answers["contact_name"].Text; got != "何经办" {
		t.Errorf("kept for later: %q", got)
	}
	v.Get(path).Wants(t, 200, "进行中", "还有 1 项要填")
	v.Get(path+"/pages/none").Wants(t, 404)
	if v.Get(path+"/pages/enterprise-company?return=https://evil.example").Doc.Count("input[name=return]") != 0 {
		t.Error("a page comes back to wherever it is told")
	}
}

// A page that saves itself while one types makes no conflict with itself, nor do
// several tabs of one person; another person's work does.
func TestSavingWhileTyping(t *testing.T) {
	h := open(t)
	x, path := h.draft("handler1", food)
	v := h.as("handler1")
	staff := path + "/pages/enterprise-staff"
	save := func(value string) *kittest.Answer {
		r := httptest.NewRequest(http.MethodPost, staff, strings.NewReader(sent(x.Version(), "employee_count", value).Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Save", "1")
		return v.Do(r)
	}
	if a := save("1"); a.Status != 200 || !strings.Contains(a.Body, "已保存") {
		t.Fatal(a.Status, a.Body)
	}
	if a := save("zwölf"); a.Status != 200 { // kept as typed until it is sent
		t.Fatal(a.Status, a.Body)
	}
	v.Post(staff, sent(x.Version(), "employee_count", "12")).Redirects(t, path+"/pages/premises-place")
	if got := h.now(x.ID).Answers["employee_count"].Text; got != "12" {
		t.Errorf("kept %q", got)
	}

	stale := h.now(x.ID).Version()
	owner, clerk := h.actor("handler1"), h.actor("clerk1")
	code, err := h.app.Applications.HandOver(t.Context(), owner, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.app.Applications.Redeem(t.Context(), clerk, code.Code); err != nil {
		t.Fatal(err)
	}
	v.Post(staff, sent(stale, "employee_count", "13")).Wants(t, 409, "内容已经变了", "看现在的情况")
	if got := h.now(x.ID).Answers["employee_count"].Text; got != "12" {
		t.Errorf("a stale page overwrote: %q", got)
	}
}

func TestTablesAndRegionsWithoutScript(t *testing.T) {
	h := open(t)
	x, path := h.draft("handler1", food)
	v := h.as("handler1")
	equipment := path + "/pages/matter-4"
	v.Get(equipment).Wants(t, 200, "主要设备设施", "再加一行")
	more := v.Post(equipment, sent(x.Version(), "food_equipment.0.name", "蒸柜", "_act", "add:food_equipment")).Wants(t, 200)
	if n := more.Doc.Count("ol.rows li"); n != 2 || !strings.Contains(more.Body, "蒸柜") {
		t.Errorf("%d rows, or the first is gone", n)
	}
	less := v.Post(equipment, sent(x.Version(), "food_equipment.0.name", "蒸柜", "food_equipment.1.name", "冰柜", "_act", "remove:food_equipment:0")).Wants(t, 200)
	if strings.Contains(less.Body, "蒸柜") || !strings.Contains(less.Body, "冰柜") {
		t.Error("the wrong row went")
	}
	v.Post(equipment, sent(x.Version(), "food_equipment.9999999.name", "x")).Wants(t, 422)

	y, path := h.draft("resident1", residence)
	r := h.as("resident1")
	address := path + "/pages/applicant-address"
	next := r.Post(address, sent(y.Version(), "residence_region.0", "440000000000", "_act", "choose:residence_region")).Wants(t, 200, "市（州）")
	if next.Doc.Count(`select[name=residence_region.1]`) != 1 {
		t.Error("no next level")
	}
	r.Post(address, sent(y.Version(), "domicile_address", "广东省潮州市示例村 1 号", "residence_address", "潮安区示例路 2 号",
		"residence_region.0", "440000000000", "residence_region.1", "445100000000", "residence_region.2", "445103000000"))
	if got := h.now(y.ID).Answers["residence_region"].Text; got != "445103" {
		t.Errorf("region %q", got)
	}
}

func TestUploads(t *testing.T) {
	h := open(t)
	x, path := h.draft("handler1", food)
	v := h.as("handler1")
	slot := path + "/materials/layout"
	v.Get(slot).Wants(t, 200, "经营场所设备布局和操作流程图", "每个不超过 20 MB，最多 20 个", "可以拍照")
	v.Upload(slot, sent(x.Version()), "material.layout", "", nil).Wants(t, 422, "请上传“经营场所设备布局和操作流程图”")
	v.Upload(slot, sent(x.Version()), "material.layout", "不是图.jpg", []byte("MZ\x90\x00not a picture")).Wants(t, 422, "不能接收这种文件")
	v.Upload(slot, sent(x.Version()), "material.layout", "空.jpg", []byte{}).Wants(t, 422)
	v.Upload(slot, sent(x.Version()), "material.none", "图.png", rehearsal.Picture()).Wants(t, 404)
	v.Upload(slot, sent(x.Version()), "material.layout", "../../布局<图>.png", rehearsal.Picture()).Redirects(t, slot)
	page := v.Get(slot).Wants(t, 200, "已收下 1 个文件", "布局图.png", "申请人自备", "去掉", "替换上面已有的文件")
	file := having(page, "main a", "href", path+"/files/")
	if len(file) != 1 {
		t.Fatal("the file is not linked:", file)
	}
	picture := v.Get(file[0])
	if picture.Status != 200 || picture.Header.Get("Content-Type") != "image/png" || picture.Body != string(rehearsal.Picture()) ||
		!strings.HasPrefix(picture.Header.Get("Content-Disposition"), "inline") {
		t.Error("the preview is not the file:", picture.Status, picture.Header)
	}
	h.as("handler2").Get(file[0]).Wants(t, 404)
	h.site.Anyone().Get(file[0]).Redirects(t, "/sign-in?back="+url.QueryEscape(file[0]))

	had := strings.TrimPrefix(file[0], path+"/files/")
	v.Upload(slot, sent(h.now(x.ID).Version(), "had", had, "replace", "true"), "material.layout", "新图.png", append(rehearsal.Picture(), 0)).Redirects(t, slot)
	page = v.Get(slot).Wants(t, 200, "新图.png").Lacks(t, "布局图.png")
	fresh := strings.TrimPrefix(having(page, "main a", "href", path+"/files/")[0], path+"/files/")
	v.Upload(slot, sent(h.now(x.ID).Version(), "_act", "remove:material.layout:"+fresh), "material.layout", "", nil).Redirects(t, slot)
	v.Get(slot).Wants(t, 200).Lacks(t, "新图.png")
	v.Upload(path+"/materials/poa", sent(h.now(x.ID).Version(), "go_on", "1"), "material.poa", "", nil).Redirects(t, path+"/materials/biz")
}

// fill answers every page and slot of a draft through the pages, as a person
// who does as told; it gives the answers page.
func (h *town) fill(v *kittest.Visitor, x *applications.Application, path string) {
	h.t.Helper()
	def, err := h.app.Applications.Definition(h.t.Context(), x)
	if err != nil {
		h.t.Fatal(err)
	}
	for range 60 {
		page := v.Get(path)
		next := having(page, "main p.row a", "href", path+"/")
		if len(next) == 0 {
			h.t.Fatal("nowhere to go on:", page.Doc.Text("main"))
		}
		switch at := next[0]; {
		case at == path+"/answers":
			return
		case strings.HasPrefix(at, path+"/materials/"):
			slot := strings.TrimPrefix(at, path+"/materials/")
			v.Upload(at, sent(h.now(x.ID).Version()), "material."+slot, slot+".png", rehearsal.Picture()).Redirects(h.t, at)
		default:
			values := h.sample(x, def, strings.TrimPrefix(at, path+"/pages/"))
			if a := v.Post(at, values); a.Status != http.StatusSeeOther {
				h.t.Fatal(at, a.Status, a.Doc.Text("main"))
			}
		}
	}
	h.t.Fatal("the form has no end")
}

// sample are the values of one page as a browser sends them.
func (h *town) sample(x *applications.Application, def *applications.Definition, page string) url.Values {
	now := h.now(x.ID)
	out := sent(now.Version())
	for _, g := range answers.Asked(def.Groups) {
		for _, p := range g.Pages {
			if p.ID != page {
				continue
			}
			for _, f := range p.Fields {
				v := now.Answers[f.Key]
				if v.IsZero() && def.Form.RequiredNow(f, now.Answers) {
					v = rehearsal.Sample(f, 1)
				}
				send(out, f, v)
			}
		}
	}
	return out
}

func send(out url.Values, f form.Field, v form.Value) {
	switch {
	case len(v.Rows) > 0:
		for i, row := range v.Rows {
			for column, text := range row {
				out.Set(f.Key+"."+strconv.Itoa(i)+"."+column, text)
			}
		}
	case f.Type == form.Date && v.Text != "":
		d, _ := clock.ParseDate(v.Text)
		y, m, day := d.Date()
		out.Set(f.Key+".y", strconv.Itoa(y))
		out.Set(f.Key+".m", strconv.Itoa(int(m)))
		out.Set(f.Key+".d", strconv.Itoa(day))
	case f.Type == form.Region && v.Text != "":
		r, _ := gov.ParseRegion(v.Text)
		var up []string
		for ; r != ""; r = r.Parent() {
			up = append([]string{string(r)}, up...)
		}
		for i, code := range up {
			out.Set(f.Key+"."+strconv.Itoa(i), code)
		}
	default:
		out.Set(f.Key, v.Text)
	}
}

// From the first question to the receipt, through the pages alone.
func TestFiling(t *testing.T) {
	for login, item := range map[string]string{"handler1": food, "resident1": residence} {
		t.Run(item, func(t *testing.T) {
			h := open(t)
			x, path := h.draft(login, item)
			v := h.as(login)
			v.Get(path+"/answers").Wants(t, 200, "处要填好，才能提交").Lacks(t, "都对，继续")
			v.Get(path+"/declaration").Redirects(t, path+"/answers")
			v.Post(path+"/declaration", sent(x.Version(), "declared", "true")).Redirects(t, path+"/answers")
			h.fill(v, x, path)
			check := v.Get(path+"/answers").Wants(t, 200, "核对全部答案", "都对，继续", "更改", "来自")
			change := having(check, "dd.act a", "href", path+"/pages/")
			if len(change) == 0 || !strings.Contains(change[0], "?return=answers#f-") {
				t.Fatal("no way to change an answer and come back:", change)
			}
			back, _, _ := strings.Cut(change[0], "#")
			def, err := h.app.Applications.Definition(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			again := h.sample(x, def, strings.TrimSuffix(strings.TrimPrefix(back, path+"/pages/"), "?return=answers"))
			again.Set("return", "answers")
			v.Post(back, again).Redirects(t, path+"/answers")

			v.Get(path+"/declaration").Wants(t, 200, "真实、合法、有效", "第七十八条")
			version := h.now(x.ID).Version()
			v.Post(path+"/declaration", sent(version)).Wants(t, 422, "错误：", "请阅读声明")
			v.Post(path+"/declaration", sent(version, "declared", "true")).Redirects(t, path+"/receipt")
			v.Post(path+"/declaration", sent(version, "declared", "true")).Redirects(t, path+"/receipt")
			filed := h.now(x.ID)
			receipt := v.Get(path+"/receipt").Wants(t, 200, "申请已提交", filed.Number.Grouped(), "扫码看进度", "最晚", "视为受理", "潮安区")
			if receipt.Doc.Count("svg.qr") != 1 {
				t.Error("no code on the receipt")
			}
			for _, gone := range []string{path, path + "/answers", path + "/declaration", path + "/pages/applicant-who", path + "/pages/enterprise-company"} {
				if a := v.Get(gone); a.Status != 404 {
					a.Redirects(t, path+"/receipt")
				}
			}
			v.Get("/cases").Wants(t, 200, "正在办", filed.Number.Grouped(), "已提交，待受理")
		})
	}
}

func TestHandover(t *testing.T) {
	h := open(t)
	_, path := h.draft("resident1", residence)
	v := h.as("resident1")
	page := v.Post(path+"/handover", url.Values{}).Wants(t, 200, "接力码", "前有效，只能用一次", "扫码")
	code := strings.ReplaceAll(page.Doc.Text("p.fig"), " ", "")
	if len(code) != 6 || page.Doc.Count("svg.qr") != 1 || page.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("code %q, or no QR, or it may be kept", code)
	}
	v.Get(path+"/handover").Redirects(t, path)
	h.as("resident2").Post("/handover", words("code", code)).Wants(t, 422, "属于别人的申请")
	h.as("resident2").Post(path+"/handover", url.Values{}).Wants(t, 404)
	again := h.as("resident1")
	if again.Get("/handover?code="+code).Doc.Attr("input[name=code]", "value") != code {
		t.Error("the scanned code is not filled in")
	}
	again.Post("/handover", words("code", "")).Wants(t, 422, "接力码不对")
	again.Post("/handover", words("code", code[:3]+" "+code[3:])).Redirects(t, path)
	again.Post("/handover", words("code", code)).Wants(t, 422, "接力码不对")
	page = v.Post(path+"/handover", url.Values{})
	x := strings.TrimPrefix(path, "/applications/")
	h.as("clerk1").Post("/handover", words("code", strings.ReplaceAll(page.Doc.Text("p.fig"), " ", ""))).Redirects(t, "/counter/drafts/"+x)
}

func TestDiscard(t *testing.T) {
	h := open(t)
	x, path := h.draft("resident1", residence)
	v := h.as("resident1")
	v.Get(path+"/discard").Wants(t, 200, "作废“居住证申领”的草稿？", "不能恢复")
	v.Post(path+"/discard", sent(x.Version()+1)).Wants(t, 409)
	v.Post(path+"/discard", sent(x.Version())).Redirects(t, "/cases")
	v.Get("/cases").Wants(t, 200, "草稿已作废", "还没有办件")
	v.Get(path).Wants(t, 404)
}
