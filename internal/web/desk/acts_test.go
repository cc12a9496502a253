package desk_test

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	catform "yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/licences"
	"yimen/internal/rehearsal"
)

func TestRefusalNeedsReasonAndArticle(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Approve)
	approver := h.as("scjg-approver")
	approver.Get(path(c, "refusal")).Wants(t, 200, "不准予", "食品安全法第三十五条", "60 日内申请行政复议", "其他条款")
	page := approver.Post(path(c, "refusal"), form(c, "article", "other")).Wants(t, 422, "错误：", "有 2 处")
	if page.Doc.Attr(".err-sum a", "href") != "#f-reason" {
		t.Error("the summary leads nowhere")
	}
	approver.Post(path(c, "refusal"), form(c, "reason", "面积不足", "article", "other", "article_other", "")).Wants(t, 422, "面积不足")
	approver.Post(path(c, "refusal"), form(c, "reason", strings.Repeat("长", 2001), "article", "食品安全法第三十五条")).Wants(t, 422, "2000")
	approver.Post(path(c, "refusal"), form(c, "reason", "面积不足", "article", "other", "article_other", "食品经营许可和备案管理办法第十二条")).Redirects(t, path(c))
	if c = h.again(c); c.State != cases.Refused {
		t.Fatal(c.State)
	}
	letters := approver.Get(path(c, "letters")).Wants(t, 200, "不准予决定书")
	for _, a := range letters.Doc.Find("main .list a") {
		href := ""
		for _, x := range a.Attr {
			if x.Key == "href" {
				href = x.Val
			}
		}
		letter := approver.Get(href).Wants(t, 200)
		if strings.Contains(letter.Body, "面积不足") && strings.Contains(letter.Body, "第十二条") {
			return
		}
	}
	t.Error("no letter gives the reason and the article")
}

func TestReturnGoesBackWithAReason(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Approve)
	approver := h.as("scjg-approver")
	approver.Get(path(c, "return")).Wants(t, 200, "退回到", "承办", "审核").Lacks(t, `value="produce"`)
	approver.Post(path(c, "return"), form(c, "to", "handle")).Wants(t, 422)
	approver.Post(path(c, "return"), form(c, "to", "approve", "reason", "再看")).Wants(t, 422)
	approver.Post(path(c, "return"), form(c, "to", "handle", "reason", "面积与图纸不符")).Redirects(t, path(c))
	if c = h.again(c); c.Step != cases.Handle {
		t.Fatal(c.Step)
	}
	h.as("scjg-officer").Get(path(c)).Wants(t, 200, "面积与图纸不符", "退回后作废", "承办意见")
	h.as("scjg-reviewer").Get(path(c, "return")).Redirects(t, path(c)+"?body="+c.Body+"&tab=mine")
}

func TestReceivingByTheDepartment(t *testing.T) {
	h := open(t)
	officer := h.as("scjg-officer")

	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	officer.Get(path(c, "decline")).Wants(t, 200, "不予受理", "行政许可法第三十二条")
	officer.Post(path(c, "decline"), form(c)).Wants(t, 422, "有 2 处")
	officer.Post(path(c, "decline"), form(c, "reason", "属于乡镇", "article", "行政许可法第三十二条第一款第二项", "where", "古巷镇人民政府")).Redirects(t, path(c))
	if got := h.again(c); got.State != cases.Declined {
		t.Fatal(got.State)
	}

	c = h.bring("handler2", food, cases.Submitted, cases.NoStep)
	page := officer.Get(path(c, "correction")).Wants(t, 200, "一次告知", "经营场所面积")
	if page.Doc.Count(`input[name="field.premises_area"]`) == 0 || page.Doc.Count(`input[name="material.no-such"]`) > 0 {
		t.Error("the picker does not offer the item's own fields")
	}
	officer.Post(path(c, "correction"), form(c)).Wants(t, 422)
	officer.Post(path(c, "correction"), form(c, "defect", "field.premises_area")).Wants(t, 422, "经营场所面积")
	officer.Post(path(c, "correction"), form(c, "defect", "field.premises_area", "field.premises_area", "与图纸不符", "field.evil", "x")).Redirects(t, path(c))
	if got := h.again(c); got.State != cases.Correcting {
		t.Fatal(got.State)
	}
	officer.Get(path(c, "letters")).Wants(t, 200, "第 1 次补正", "与图纸不符", "补正告知书")
	officer.Get(path(c)).Wants(t, 200, "申请人正在补正", "待补正")
	officer.Get(path(c, "correction")).Redirects(t, path(c)+"?body="+c.Body+"&tab=mine")

	officer.Get(path(c, "termination")).Wants(t, 200, "不能恢复")
	c = h.again(c)
	officer.Post(path(c, "termination"), form(c)).Wants(t, 422)
	officer.Post(path(c, "termination"), form(c, "reason", "营业执照已注销")).Redirects(t, path(c))
	if got := h.again(c); got.State != cases.Terminated {
		t.Fatal(got.State)
	}
}

func TestStaleFormShowsWhatHappened(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Review)
	old := form(c, "verdict", "advise_grant", "words", "写了很久的一段审核意见，不能丢")
	h.as("scjg-approver").Get(path(c))
	reviewer := h.as("scjg-reviewer")
	reviewer.Post(path(c, "return"), form(c, "to", "handle", "reason", "请补充核查")).Redirects(t, path(c))
	page := reviewer.Post(path(c, "advice"), old).Wants(t, 409, "内容已经变了", "退回", "郑审核", "写了很久的一段审核意见")
	if page.Doc.Attr("main a.btn", "href") != path(c) {
		t.Error("no way to the present state:", page.Doc.Attr("main a.btn", "href"))
	}
	reviewer.Post(path(c, "advice"), url.Values{"version": {"nonsense"}, "verdict": {"advise_grant"}})
	if got := h.again(c); got.Step != cases.Handle {
		t.Error("a form without its version acted:", got.Step)
	}
}

func TestProduction(t *testing.T) {
	h := open(t)
	c := h.bring("resident1", company, cases.Accepted, cases.Produce)
	officer := h.as("scjg-officer")
	officer.Get(path(c)).Wants(t, 200, "录入并制证")
	page := officer.Get(path(c, "production")).Wants(t, 200, "统一社会信用代码", "长期或营业期限", "有效期至", "长期有效")
	if page.Doc.Count(`input[name="face.uscc"]`) == 0 {
		t.Fatal("the face's own inputs are not there")
	}
	values := func(kv ...string) url.Values {
		return form(c, append([]string{"face.establishment_date.y", "2026", "face.establishment_date.m", "2", "face.establishment_date.d", "6"}, kv...)...)
	}
	bad := officer.Post(path(c, "production"), values("face.uscc", "91990000", "valid_to.y", "1999", "valid_to.m", "1", "valid_to.d", "1"))
	bad.Wants(t, 422, "错误：")
	if bad.Doc.Attr("#f-face\\.uscc", "aria-invalid") != "true" && !strings.Contains(bad.Body, `id="f-face.uscc-fault"`) {
		t.Error("the fault is not beside its input")
	}
	officer.Post(path(c, "production"), values("face.uscc", "91990000", "unlimited", "true", "valid_to.y", "20x6")).Wants(t, 422)
	code, err := gov.ComposeCreditCode("91990000MA000009")
	if err != nil {
		t.Fatal(err)
	}
	officer.Post(path(c, "production"), values("face.uscc", string(code), "unlimited", "true")).Redirects(t, path(c))
	if c = h.again(c); c.Licence == "" || (c.State != cases.Granted && c.State != cases.Delivered) {
		t.Fatalf("%s %q", c.State, c.Licence)
	}
	officer.Get("/desk/licences/"+c.Licence).Wants(t, 200, string(code), "长期有效", "有效")
}

func TestSitting(t *testing.T) {
	h := open(t)
	c := h.bring("resident2", register, cases.Submitted, cases.NoStep)
	duty := h.as("duty")
	duty.Get(path(c)).Wants(t, 200, "当场办结")
	duty.Get(path(c, "sitting")).Wants(t, 200, "即办件", "当场准予")
	duty.Post(path(c, "sitting"), form(c)).Wants(t, 422)
	duty.Post(path(c, "sitting"), form(c, "face.employment_status", "登记失业")).Redirects(t, path(c))
	if got := h.again(c); got.State != cases.Granted && got.State != cases.Delivered {
		t.Fatal(got.State)
	}
	other := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	if page := duty.Get(path(other)); page.Doc.Count(`a[href="`+path(other)+`/sitting?tab=mine"]`) != 0 {
		t.Error("a sitting is offered for a case that is not immediate")
	}
	duty.Post(path(other, "sitting"), form(other)).Wants(t, 409)
}

func TestBatchTellsEachResult(t *testing.T) {
	h := open(t)
	ready := h.bring("handler1", food, cases.Accepted, cases.Review)
	stale := h.bring("handler2", food, cases.Accepted, cases.Review)
	foreign := h.bring("resident1", "residence-permit", cases.Submitted, cases.NoStep)
	reviewer := h.as("scjg-reviewer")
	pick := func(c *cases.Case, seen int64) string { return c.ID + "." + strconv.FormatInt(seen, 10) }
	query := url.Values{"case": {pick(ready, ready.Version()), pick(stale, stale.Version()-1), pick(foreign, 1), "nonsense"}}
	page := reviewer.Get("/desk/batch?"+query.Encode()).Wants(t, 200, "下面 2 件", ready.ApplicantName, stale.ApplicantName)
	if n := page.Doc.Count("tbody tr"); n != 2 {
		t.Errorf("%d cases in the batch, one of them a stranger's", n)
	}
	reviewer.Post("/desk/batch", query).Wants(t, 200, "共 2 件，办成 1 件", "已建议准予")
	if h.again(ready).Step != cases.Approve || h.again(stale).Step != cases.Review {
		t.Error(h.again(ready).Step, h.again(stale).Step)
	}
	reviewer.Get("/desk/batch?keep=tab%3Dmine").Redirects(t, "/desk/cases?tab=mine")
}

func TestPapersAndLooks(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Handle)
	officer := h.as("scjg-officer")
	page := officer.Get(path(c)).Wants(t, 200, "显示敏感信息的明文", "待核原件")
	src := page.Doc.Attr(".preview img", "src")
	file := officer.Get(src)
	if file.Status != 200 || file.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "inline") {
		t.Errorf("%d %s %s", file.Status, file.Header.Get("Content-Type"), file.Header.Get("Content-Disposition"))
	}
	if saved := officer.Get(src + "?save=1"); !strings.HasPrefix(saved.Header.Get("Content-Disposition"), "attachment") {
		t.Error(saved.Header.Get("Content-Disposition"))
	}
	h.as("ga-officer").Get(src).Wants(t, 404)
	h.as("supervisor").Get(src).Wants(t, 403)
	h.site.Anyone().Get(src)
	officer.Post(src+"/original", url.Values{}).Redirects(t, path(c))
	officer.Get(path(c)).Wants(t, 200, "已核原件", "复印件与原件一致")
	officer.Post(src+"/original", url.Values{}).Wants(t, 409)

	answers, err := h.app.Applications.Answers(t.Context(), h.app.DB, c.Application)
	if err != nil {
		t.Fatal(err)
	}
	phone := ""
	for key, v := range answers {
		if strings.HasSuffix(key, "phone") && v.Text != "" {
			phone = v.Text
		}
	}
	if phone == "" {
		t.Fatal("nothing sensitive was filed")
	}
	page.Lacks(t, phone)
	officer.Post(path(c, "looks"), url.Values{}).Wants(t, 422).Lacks(t, phone)
	officer.Post(path(c, "looks"), url.Values{"purpose": {"核对联系电话"}}).Wants(t, 200, phone, "本次查看已记入留痕")
	looks, err := h.app.Identity.Looks(t.Context(), apptest.As(t, h.app, "auditor", gov.Web), "")
	if err != nil || len(looks) == 0 || looks[0].Purpose != "核对联系电话" || looks[0].Name != "孙承办" {
		t.Errorf("%+v %v", looks, err)
	}
	h.as("ga-officer").Post(path(c, "looks"), url.Values{"purpose": {"好奇"}}).Wants(t, 404)
}

func TestForeignBodyIsMissingEverywhere(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Approve)
	stranger := h.as("ga-approver")
	officer := h.as("ga-officer")
	for _, below := range []string{"", "visits", "letters", "dates", "trace"} {
		stranger.Get(strings.TrimSuffix(path(c, below), "/")).Wants(t, 404)
	}
	for _, below := range []string{"decline", "correction", "termination", "production"} {
		officer.Get(path(c, below)).Wants(t, 404)
		officer.Post(path(c, below), form(c, "reason", "x", "article", "x")).Wants(t, 404)
	}
	for _, below := range []string{"refusal", "return"} {
		stranger.Get(path(c, below)).Wants(t, 404)
	}
	stranger.Post(path(c, "grant"), form(c)).Wants(t, 404)
	if got := h.again(c); got.Version() != c.Version() {
		t.Error("a stranger changed the case")
	}
	supervisor := h.as("supervisor")
	supervisor.Get(path(c)).Redirects(t, path(c)+"/dates?tab=all")
	supervisor.Get(path(c, "dates")).Wants(t, 200, "承诺办结").Lacks(t, "申请表")
	supervisor.Get(path(c, "trace")).Wants(t, 200, "受理").Lacks(t, "齐全")
	supervisor.Post(path(c, "grant"), form(c)).Wants(t, 403)
}

func TestPresence(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Handle)
	h.as("scjg-officer2").Get(path(c)).Wants(t, 200).Lacks(t, "也打开了这件")
	h.as("scjg-officer").Get(path(c)).Wants(t, 200, "吴承办也打开了这件")
	a := h.as("scjg-officer2").Post(path(c, "presence"), url.Values{})
	if a.Status != 200 || a.Body != "孙承办也打开了这件" {
		t.Error(a.Status, a.Body)
	}
}

func TestLicenceStatus(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Granted, cases.NoStep)
	approver := h.as("scjg-approver")
	here := "/desk/licences/" + c.Licence
	list := approver.Get("/desk/licences").Wants(t, 200, "食品经营许可证", c.ApplicantName, "有效")
	if list.Doc.Attr("tbody a", "href") != here {
		t.Error(list.Doc.Attr("tbody a", "href"))
	}
	approver.Get(here).Wants(t, 200, "证面", "暂扣", "撤销", "注销", "颁发", "查看办件")
	approver.Get(here+"/status?act=suspend").Wants(t, 200, "暂扣期间证照无效", "行政处罚法第九条第三项")
	read := func() *licences.Licence {
		l, err := h.app.Licences.Licence(t.Context(), gov.Actor{Kind: gov.System}, c.Licence)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	values := func(kv ...string) url.Values {
		v := url.Values{"version": {strconv.FormatInt(read().Version(), 10)}}
		for i := 0; i+1 < len(kv); i += 2 {
			v.Add(kv[i], kv[i+1])
		}
		return v
	}
	approver.Post(here+"/status", values("act", "suspend")).Wants(t, 422, "有 3 处")
	approver.Post(here+"/status", values("act", "suspend", "ground", "卫生不合格", "article", "行政处罚法第九条第三项")).Wants(t, 422, "请勾选确认")
	if read().State != licences.Valid {
		t.Fatal("changed without confirmation")
	}
	old := values("act", "suspend", "ground", "卫生不合格", "article", "行政处罚法第九条第三项", "sure", "true")
	approver.Post(here+"/status", old).Redirects(t, here)
	approver.Get(here).Wants(t, 200, "暂扣", "卫生不合格", "恢复", "行政处罚法第九条第三项").Lacks(t, "act=suspend")
	approver.Post(here+"/status", old).Wants(t, 409)
	approver.Get(here+"/status?act=expire").Redirects(t, here)
	approver.Get(here+"/status?act=nonsense").Redirects(t, here)
	approver.Post(here+"/status", values("act", "restore", "ground", "整改合格", "article", "other", "sure", "true")).Redirects(t, here)
	if read().State != licences.Valid {
		t.Error(read().State)
	}
	h.as("ga-approver").Get(here).Wants(t, 404)
	h.as("ga-approver").Get(here+"/status?act=suspend").Wants(t, 404)
	h.as("ga-approver").Get("/desk/licences?body="+c.Body).Wants(t, 200).Lacks(t, "食品经营许可证")
	h.as("scjg-officer").Get(here).Wants(t, 200).Lacks(t, "变更状态")
	h.as("supervisor").Get("/desk/licences?body="+c.Body).Wants(t, 200, "食品经营许可证")
}

func TestWhatACorrectionChangedIsMarked(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	officer, ctx := h.as("scjg-officer"), t.Context()
	officer.Post(path(c, "correction"), form(c, "field.premises_area", "与图纸不符", "material.layout", "看不清")).Redirects(t, path(c))
	handler := apptest.Handler(t, h.app, "handler1")
	x, err := h.app.Applications.Application(ctx, handler, c.Application)
	if err != nil {
		t.Fatal(err)
	}
	def, err := h.app.Applications.Definition(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	x, err = h.app.Applications.Save(ctx, handler, x.ID, x.Version(), def.PageFor("premises_area"), answers(x.Answers, "premises_area", "326.5"), false)
	if err != nil {
		t.Fatal(err)
	}
	officer.Get(path(c)).Wants(t, 200, "86.5", "申请人正在补正").Lacks(t, "326.5") // what is being typed is the applicant's own business
	x, err = h.app.Applications.Attach(ctx, handler, x.ID, x.Version(), "layout", "新布局图.png", bytes.NewReader(rehearsal.Picture()))
	if err == nil {
		_, err = h.app.Applications.Amend(ctx, handler, x.ID, x.Version())
	}
	if err != nil {
		t.Fatal(err)
	}
	page := officer.Get(path(c)).Wants(t, 200, "只看改动（1 处）", "后来新交", "新布局图.png")
	if diff := page.Doc.Text(".diff"); !strings.Contains(diff, "86.5") || !strings.Contains(diff, "326.5") {
		t.Errorf("the change is not marked: %q", diff)
	}
	only := officer.Get(path(c)+"?changes=1").Wants(t, 200, "看全部", "326.5")
	if n := only.Doc.Count("main .diff"); n != 1 {
		t.Errorf("%d changes", n)
	}
	only.Lacks(t, "联系人姓名")
}

// answers are the given ones with one of them changed.
func answers(a catform.Answers, key, text string) catform.Answers {
	out := a.Clone()
	out[key] = catform.Plain(text)
	return out
}

// The officer sees which licence fell and asks once for another; nobody else may, and
// where nothing fell there is nothing to ask.
func TestAFallenLicenceIsAskedFor(t *testing.T) {
	h := open(t)
	c, biz := apptest.Fetching(t, h.app, apptest.Handler(t, h.app, "handler1"))
	officer, ask := h.as("scjg-officer"), "replacement"
	c, err := h.app.Stage().Bring(t.Context(), apptest.Handler(t, h.app, "handler1"), c, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
	if err != nil {
		t.Fatal(err)
	}
	officer.Get(path(c)).Wants(t, 200).Lacks(t, "要求更换证照")
	officer.Get(path(c, ask)).Redirects(t, path(c)+"?body="+c.Body+"&tab=mine")
	apptest.Revoke(t, h.app, biz)
	officer.Get(path(c)).Wants(t, 200, "现在是“撤销”状态", "要求更换证照")
	officer.Get(path(c, ask)).Wants(t, 200, "营业执照", "给申请人的说明")
	officer.Post(path(c, ask), form(c, "reason", " ")).Wants(t, 422)
	h.as("ga-officer").Post(path(c, ask), form(c, "reason", "请更换")).Wants(t, 404)
	h.as("scjg-approver").Post(path(c, ask), form(c, "reason", "请更换")).Wants(t, 403)
	officer.Post(path(c, ask), form(c, "reason", "请更换")).Redirects(t, path(c))
	officer.Get(path(c)).Wants(t, 200, "已请申请人更换").Lacks(t, `href="`+path(c, ask)+`"`)
	officer.Post(path(c, ask), form(h.again(c), "reason", "再要一次")).Wants(t, 409, "已经要求申请人更换")
}
