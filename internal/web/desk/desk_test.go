package desk_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/rehearsal"
	"yimen/internal/web/desk"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
)

// house is the demo town with the desk's pages before it.
type house struct {
	t    *testing.T
	app  *app.App
	site *kittest.Site
}

func open(t *testing.T) *house {
	t.Helper()
	return before(t, apptest.SQLite(t, nil))
}

// before puts the desk's pages before a town.
func before(t *testing.T, a *app.App) *house {
	t.Helper()
	pages := desk.New(desk.Deps{Applications: a.Applications, Cases: a.Cases, Joint: a.Joint, Licences: a.Licences, Identity: a.Identity,
		Catalogue: a.Catalogue, Supervision: a.Supervision, Registers: a.Registers, Now: a.Now})
	return &house{t: t, app: a, site: kittest.With(t, kit.Options{Now: a.Now}, pages.Routes()...)}
}

// as is somebody of the town at the desk.
func (h *house) as(login string) *kittest.Visitor {
	h.t.Helper()
	return h.site.As(apptest.As(h.t, h.app, login, gov.Web))
}

// food and other items of the real catalogue that the tests play with.
const (
	food     = "food-business-licence"
	company  = "company-register"
	register = "unemployment-register"
)

// bring files an application and plays it to a goal.
func (h *house) bring(login, item string, state cases.State, step cases.Step) *cases.Case {
	h.t.Helper()
	var applicant gov.Actor
	if strings.HasPrefix(login, "handler") {
		applicant = apptest.Handler(h.t, h.app, login)
	} else {
		applicant = apptest.As(h.t, h.app, login, gov.Web)
	}
	stage := h.app.Stage()
	x, err := stage.File(h.t.Context(), applicant, item, "445103")
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := h.app.Cases.ByApplication(h.t.Context(), applicant, x.ID)
	if err == nil {
		c, err = stage.Bring(h.t.Context(), applicant, c, rehearsal.Goal{State: state, Step: step})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// again reads the case as the program sees it.
func (h *house) again(c *cases.Case) *cases.Case {
	h.t.Helper()
	c, err := h.app.Cases.Case(h.t.Context(), gov.Actor{Kind: gov.System}, c.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func path(c *cases.Case, below ...string) string {
	return strings.Join(append([]string{"/desk/cases/" + c.ID}, below...), "/")
}

// form is a form's values with the version of the case.
func form(c *cases.Case, kv ...string) url.Values {
	v := url.Values{"version": {strconv.FormatInt(c.Version(), 10)}}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

func TestWorkListShowsWhatWaitsForMe(t *testing.T) {
	h := open(t)
	waiting := h.bring("handler1", food, cases.Accepted, cases.Handle)
	h.bring("handler2", food, cases.Accepted, cases.Review)
	officer := h.as("scjg-officer")
	officer.Get("/desk").Redirects(t, "/desk/cases")
	page := officer.Get("/desk/cases").Wants(t, 200, "等我办理 1", "待审核 1", "全部在办 2", waiting.ApplicantName, "剩")
	if n := page.Doc.Count("tbody tr"); n != 1 {
		t.Errorf("%d rows, want the one that waits for an officer", n)
	}
	officer.Get("/desk/cases?tab=reviewer").Wants(t, 200, "霜降烘焙").Lacks(t, waiting.ID)
	h.as("scjg-reviewer").Get("/desk/cases").Wants(t, 200, "等我办理 1", "霜降烘焙")
	h.as("ga-officer").Get("/desk/cases?tab=all").Wants(t, 200, "没有办件").Lacks(t, waiting.ID)
	h.as("supervisor").Get("/desk/cases").Wants(t, 200, "全部在办 2", waiting.ApplicantName).Lacks(t, "等我办理")
	officer.Cookie("yimen_lang", "en").Get("/desk/cases").Wants(t, 200, "Waiting for me", "left")
}

func TestWorkListFilters(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Handle)
	ended := h.bring("handler2", food, cases.Declined, cases.NoStep)
	officer := h.as("scjg-officer")
	for query, found := range map[string]bool{
		"q=" + url.QueryEscape("小满"):               true,
		"q=" + url.QueryEscape("大寒"):               false,
		"q=" + url.QueryEscape(c.Number.Grouped()): true,
		"item=" + food:                                  true,
		"item=" + company:                               false,
		"from=" + c.SubmittedOn.String():                true,
		"from=" + c.SubmittedOn.AddDays(1).String():     false,
		"to=" + c.SubmittedOn.AddDays(-1).String():      false,
		"officer=nobody":                                false,
		"q=" + url.QueryEscape(`'; DROP TABLE cases--`): false,
	} {
		page := officer.Get("/desk/cases?tab=all&" + query)
		if has := strings.Contains(page.Body, "/desk/cases/"+c.ID); page.Status != 200 || has != found {
			t.Errorf("%s: status %d, found %v", query, page.Status, has)
		}
	}
	officer.Get("/desk/cases?from=2026-13-77").Wants(t, 422, "日期只用数字")
	officer.Get("/desk/cases?tab=ended").Wants(t, 200, "不予受理", ended.ApplicantName).Lacks(t, c.ID)
	officer.Get("/desk/cases?tab=nonsense&after=nonsense").Wants(t, 200)
	after := c.DueOn.String() + "_" + c.ID
	officer.Get("/desk/cases?after="+after).Wants(t, 200, "回到开头").Lacks(t, "/desk/cases/"+c.ID+"?")
}

func TestTheDepartmentsWay(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	officer, approver := h.as("scjg-officer"), h.as("scjg-approver")
	officer.Get(path(c)).Wants(t, 200, "收件审查", "要求补正", "不予受理", "小满面馆", "申请表", "材料")
	officer.Post(path(c, "acceptance"), form(c)).Redirects(t, path(c))
	officer.Get(path(c)).Wants(t, 200, "已受理，受理通知书已生成", "承办意见", "须有两名工作人员的现场核查")

	c = h.again(c)
	officer.Post(path(c, "advice"), form(c, "verdict", "advise_grant", "words", "齐全")).Wants(t, 422, "现场核查")
	officer.Post(path(c, "advice"), form(c, "words", "齐全")).Wants(t, 422, "有 1 处")
	officer.Post(path(c, "advice"), form(c, "verdict", "advise_refuse")).Wants(t, 422)

	second := apptest.As(t, h.app, "scjg-officer2", gov.Web).Account
	self := apptest.As(t, h.app, "scjg-officer", gov.Web).Account
	today := apptest.Today(h.app).String()
	officer.Get(path(c, "visits")).Wants(t, 200, "还没有现场核查记录", "吴承办").Lacks(t, self)
	officer.Post(path(c, "visits"), form(c, "on", today, "second", self, "passed", "true", "record", "符合")).Wants(t, 422)
	officer.Post(path(c, "visits"), form(c, "on", "2099-01-01", "second", second, "passed", "true", "record", "符合")).Wants(t, 422)
	officer.Post(path(c, "visits"), form(c, "on", today, "second", second, "passed", "true")).Wants(t, 422)
	officer.Post(path(c, "visits"), form(c, "on", today, "second", second, "passed", "true", "record", "布局符合")).Redirects(t, path(c))
	officer.Get(path(c, "visits")).Wants(t, 200, "孙承办、吴承办", "布局符合", "符合")

	c = h.again(c)
	officer.Post(path(c, "advice"), form(c, "verdict", "advise_grant", "words", "齐全")).Redirects(t, path(c))
	c = h.again(c)
	h.as("scjg-reviewer").Post(path(c, "advice"), form(c, "verdict", "advise_grant", "words", "同意")).Redirects(t, path(c))
	c = h.again(c)
	approver.Get(path(c)).Wants(t, 200, "决定", "齐全", "同意", "建议准予").Reads(t, "准予", "不准予")
	approver.Post(path(c, "grant"), form(c)).Redirects(t, path(c))
	if c = h.again(c); c.State != cases.Granted || c.Licence == "" {
		t.Fatalf("%s %s", c.State, c.Licence)
	}
	approver.Get(path(c)).Wants(t, 200, "待送达", "查看证照")
	approver.Get(path(c, "trace")).Wants(t, 200, "提交申请", "受理", "现场核查", "孙承办").Reads(t, "建议准予", "准予")
	approver.Get(path(c, "dates")).Wants(t, 200, "承诺办结", "受理起算，当天不计，数满 5 个工作日", "工作日", "行政许可法第四十四条")
	letters := approver.Get(path(c, "letters")).Wants(t, 200, "受理通知书")
	approver.Get(letters.Doc.Attr("main .list a", "href")).Wants(t, 200)
	for _, tab := range []string{"", "visits", "letters", "dates", "trace"} {
		approver.Cookie("yimen_lang", "en").Get(path(c) + "/" + tab)
	}
}

var (
	ids      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	texts    = regexp.MustCompile(`>[^<]+<|width="[0-9]+"`)
	numbers  = regexp.MustCompile(`[0-9]+`)
	weekdays = regexp.MustCompile(`周[一二三四五六日]`)
)

// settled is a page's body without what differs from day to day.
func settled(a *kittest.Answer) string {
	_, body, _ := strings.Cut(a.Body, "<main")
	body, _, _ = strings.Cut(body, "</main>")
	body = ids.ReplaceAllString("<main"+body+"</main>", "ID")
	return texts.ReplaceAllStringFunc(body, func(text string) string {
		return weekdays.ReplaceAllString(numbers.ReplaceAllString(text, "0"), "周某")
	})
}

func TestGoldens(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Accepted, cases.Approve)
	approver := h.as("scjg-approver")
	goldtest.HTML(t, "case", settled(approver.Get(path(c))))
	goldtest.HTML(t, "refusal", settled(approver.Get(path(c, "refusal"))))
	goldtest.HTML(t, "list", settled(approver.Get("/desk/cases")))
}

// chinese finds words that were not translated; data stands in Chinese in every
// language, so only the frame is read.
var chinese = regexp.MustCompile(`\p{Han}+`)

func TestEnglishFrames(t *testing.T) {
	h := open(t)
	submitted, handled := h.bring("handler1", food, cases.Submitted, cases.NoStep), h.bring("handler2", food, cases.Accepted, cases.Handle)
	decided, produced := h.bring("handler1", food, cases.Accepted, cases.Approve), h.bring("resident1", company, cases.Accepted, cases.Produce)
	granted := h.bring("handler2", food, cases.Granted, cases.NoStep)
	for login, paths := range map[string][]string{
		"scjg-officer": {"/desk/cases", path(submitted), path(submitted, "decline"), path(submitted, "termination"), path(handled),
			path(handled, "visits"), path(handled, "letters"), path(handled, "dates"), path(handled, "trace"), path(produced)},
		"scjg-approver": {path(decided), path(decided, "refusal"), path(decided, "return"), "/desk/licences", "/desk/licences/" + granted.Licence,
			"/desk/licences/" + granted.Licence + "/status?act=revoke"},
	} {
		v := h.as(login).Cookie("yimen_lang", "en")
		for _, at := range paths {
			page := v.Get(at).Wants(t, 200)
			for _, frame := range []string{"main legend", "main h2", ".card button", "main summary", ".tabs", ".nav"} {
				for _, n := range page.Doc.Find(frame) {
					if text := htmlcheck.Text(n); chinese.MatchString(text) {
						t.Errorf("%s: %s says %q in English", at, frame, text)
					}
				}
			}
		}
	}
}
