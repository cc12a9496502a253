package oversight_test

import (
	"archive/zip"
	"encoding/csv"
	"encoding/xml"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/oversight"
)

// food is an item of the real catalogue that the tests play with.
const food = "food-business-licence"

// house is the demo town with the supervisor's pages before it, and a clock that
// the test moves.
type house struct {
	t    *testing.T
	app  *app.App
	site *kittest.Site
	at   now.Instant
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, at: now.System()}
	h.app = apptest.SQLite(t, func() now.Instant { return h.at })
	pages := oversight.New(oversight.Deps{Supervision: h.app.Supervision, Applications: h.app.Applications, Cases: h.app.Cases, Catalogue: h.app.Catalogue,
		Identity: h.app.Identity, Now: h.app.Now})
	h.site = kittest.With(t, kit.Options{Now: h.app.Now}, pages.Routes()...)
	return h
}

// as is somebody of the town before these pages.
func (h *house) as(login string) *kittest.Visitor {
	h.t.Helper()
	return h.site.As(apptest.As(h.t, h.app, login, gov.Web))
}

// bring files an application and plays it to a step of the department.
func (h *house) bring(handler string, step cases.Step) *cases.Case {
	h.t.Helper()
	stage, applicant := h.app.Stage(), apptest.Handler(h.t, h.app, handler)
	x, err := stage.File(h.t.Context(), applicant, food, "445103")
	if err != nil {
		h.t.Fatal(err)
	}
	c, err := h.app.Cases.ByApplication(h.t.Context(), applicant, x.ID)
	if err == nil {
		c, err = stage.Bring(h.t.Context(), applicant, c, rehearsal.Goal{State: cases.Accepted, Step: step})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// wait lets days pass and does what midnights do.
func (h *house) wait(days int) {
	h.t.Helper()
	h.at = h.at.Add(time.Duration(days) * 24 * time.Hour)
	for _, round := range []func(*db.Tx) (int, error){
		func(tx *db.Tx) (int, error) { return h.app.Supervision.Tick(h.t.Context(), tx) },
		func(tx *db.Tx) (int, error) { return h.app.Supervision.Escalate(h.t.Context(), tx) },
	} {
		for n := 1; n > 0; {
			if err := h.app.DB.Do(h.t.Context(), func(tx *db.Tx) (err error) { n, err = round(tx); return err }); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

// cards are the cards of a case, the newest first.
func (h *house) cards(c *cases.Case) []*supervision.Card {
	h.t.Helper()
	all, err := h.app.Supervision.Cards(h.t.Context(), gov.Actor{Kind: gov.System}, supervision.CardFilter{Case: c.ID}, "", 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// red is the red card of a case that is late.
func (h *house) red(c *cases.Case) *supervision.Card {
	h.t.Helper()
	for _, x := range h.cards(c) {
		if x.Severity == supervision.RedSeverity {
			return x
		}
	}
	h.t.Fatalf("no red card on %s", c.Number)
	return nil
}

func form(version int64, kv ...string) url.Values {
	v := url.Values{"version": {strconv.FormatInt(version, 10)}}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

func TestEveryNumberOfTheBoardIsItsList(t *testing.T) {
	h := open(t)
	late := h.bring("handler1", cases.Handle)
	h.wait(40)
	fresh := h.bring("handler2", cases.Review)
	supervisor := h.as("supervisor")
	board := supervisor.Get("/oversight").Wants(t, 200, "今天的效能", "各部门", "各事项", "市场监督管理局", "待答复的红黄牌")
	numbers := map[string]string{} // of the board, by where they lead
	values := board.Doc.Find("main dd.fig")
	for i, a := range board.Doc.Find("main .figs a") {
		numbers[htmlcheck.Attributes(a)["href"]] = htmlcheck.Text(values[i])
	}
	for _, a := range board.Doc.Find("main a.num") {
		numbers[htmlcheck.Attributes(a)["href"]] = htmlcheck.Text(a)
	}
	for href, number := range numbers {
		want, err := strconv.Atoi(regexp.MustCompile(`[0-9]+`).FindString(number))
		if err != nil {
			t.Fatalf("%q is no number", number)
		}
		list := supervisor.Get(href)
		if got := list.Doc.Count("main tbody tr"); list.Status != 200 || got != want {
			t.Errorf("%s: %d rows, the board says %d", href, got, want)
		}
		if got := len(h.exported(supervisor, strings.Replace(href, "/oversight/cases", "/oversight/exports/cases.csv", 1))) - 1; got != want {
			t.Errorf("%s: %d rows exported, the board says %d", href, got, want)
		}
	}
	if len(numbers) < 8 {
		t.Errorf("only %d numbers lead anywhere", len(numbers))
	}
	supervisor.Get("/oversight/cases?column=serious").Wants(t, 200, late.Number.Grouped()).Lacks(t, fresh.Number.Grouped())
	supervisor.Get("/oversight?department=scjg").Wants(t, 200, "今天的效能：", "看全部部门").Lacks(t, "各部门")
	h.as("scjg-approver").Get("/oversight").Wants(t, 200, "在办").Lacks(t, "各部门")
	h.as("ga-approver").Get("/oversight").Wants(t, 200, "没有在办的办件")
	h.as("ga-approver").Get("/oversight/cases").Wants(t, 200, "没有这样的在办办件").Lacks(t, late.Number.Grouped())
	supervisor.Get("/oversight/cases?column=nonsense").Wants(t, 404)
	supervisor.Get("/oversight/cases?after=nonsense").Wants(t, 200, late.Number.Grouped())
	supervisor.Get("/oversight/cases?after="+url.QueryEscape("2099-01-01_z")).Wants(t, 200, "回到开头")
}

func TestTheBoardRefreshesOnlyOnRequestAndNotForever(t *testing.T) {
	h := open(t)
	supervisor := h.as("supervisor")
	for address, want := range map[string]string{"/oversight": "", "/oversight?refresh=60": "60; url=/oversight?refresh=59",
		"/oversight?refresh=1": "60; url=/oversight", "/oversight?refresh=999999": "60; url=/oversight?refresh=59",
		"/oversight?refresh=-1": "", "/oversight?refresh=x": ""} {
		if got := supervisor.Get(address).Header.Get("Refresh"); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestACardFromBirthToClosedAppeal(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", cases.Handle)
	for len(h.cards(c)) == 0 || h.cards(c)[0].Severity != supervision.RedSeverity {
		h.wait(1)
	}
	card := h.red(c)
	at := "/oversight/cards/" + card.ID
	officer, supervisor := h.as("scjg-officer"), h.as("supervisor")
	officer.Get("/oversight/cards?tab=asked").Wants(t, 200, "红牌", "超过承诺期限", c.Number.Grouped())
	officer.Get(at).Wants(t, 200, "优化营商环境条例第三十六条", "为什么是这一天", "原因和整改措施", "不晚于").Lacks(t, "审查申诉")
	h.as("ga-officer").Get(at).Wants(t, 404)
	h.as("ga-officer").Post(at+"/answer", form(card.Version(), "answer", "无关")).Wants(t, 404)
	officer.Post(at+"/appeal", form(card.Version(), "appeal", "还没有答复")).Wants(t, 409)
	officer.Post(at+"/answer", form(card.Version(), "answer", " ")).Wants(t, 422, "请写明答复")
	officer.Post(at+"/answer", form(card.Version(), "answer", "材料流转停在内部会签，今天办完")).Redirects(t, at)
	h.as("scjg-approver").Post(at+"/answer", form(card.Version(), "answer", strings.Repeat("另一份答复", 8))).Wants(t, 409, "孙承办 · 答复", "另一份答复")

	card = h.red(c)
	officer.Get(at).Wants(t, 200, "材料流转停在内部会签，今天办完", "申诉理由")
	officer.Post(at+"/appeal", form(card.Version(), "appeal", strings.Repeat("长", 20000))).Wants(t, 422, "不能超过")
	officer.Post(at+"/appeal", form(card.Version(), "appeal", "系统故障两天")).Redirects(t, at)
	card = h.red(c)
	supervisor.Get("/oversight/cards?tab=appealed").Wants(t, 200, c.Number.Grouped(), "申诉中")
	supervisor.Get(at).Wants(t, 200, "系统故障两天", "维持这张牌", "撤销这张牌")
	supervisor.Post(at+"/decision", form(card.Version(), "verdict", "uphold")).Wants(t, 422, "请写明理由", "系统故障两天")
	supervisor.Post(at+"/decision", form(card.Version(), "verdict", "burn", "reason", "x")).Wants(t, 422)
	officer.Post(at+"/decision", form(card.Version(), "verdict", "withdraw", "reason", "x")).Wants(t, 403)
	supervisor.Post(at+"/decision", form(card.Version(), "verdict", "withdraw", "reason", "故障属实")).Redirects(t, at)
	officer.Get(at).Wants(t, 200, "故障属实", "已撤销", "陶监督")
	if got := h.red(c).State; got != supervision.CardWithdrawn {
		t.Errorf("the card is %s", got)
	}
	supervisor.Get("/oversight/cards?state=withdrawn&severity=red&department=scjg&item="+food).Wants(t, 200, c.Number.Grouped())
	supervisor.Get("/oversight/cards?from=2026-13-01").Wants(t, 422, "日期只用数字")
	supervisor.Get("/oversight/cards?from=2099-01-01").Wants(t, 200, "没有这样的牌")
}

func TestAnAppealThatComesTooLate(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", cases.Handle)
	h.wait(60)
	card := h.red(c)
	at := "/oversight/cards/" + card.ID
	officer := h.as("scjg-officer")
	officer.Post(at+"/answer", form(card.Version(), "answer", "已经办理")).Redirects(t, at)
	h.wait(20)
	card = h.red(c)
	officer.Get(at).Wants(t, 200, "申诉期限到").Lacks(t, "申诉理由")
	officer.Post(at+"/appeal", form(card.Version(), "appeal", "晚了")).Wants(t, 409, "已经过了")
	h.as("supervisor").Post(at+"/decision", form(card.Version(), "verdict", "withdraw", "reason", "误发")).Redirects(t, at)
}

func TestAnOrderIsGivenAnsweredReturnedAndClosed(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", cases.Handle)
	h.wait(40)
	card := h.red(c)
	supervisor, officer := h.as("supervisor"), h.as("scjg-officer")
	supervisor.Get("/oversight/orders").Wants(t, 200, "没有这样的督办", "下达督办")
	supervisor.Get("/oversight/orders/new").Wants(t, 200, "督办哪个单位", "潮安区市场监督管理局").Lacks(t, "潮州市公安局")
	supervisor.Get("/oversight/orders/new?body=nonsense").Wants(t, 404)
	supervisor.Get("/oversight/orders/new?case="+c.ID).Wants(t, 200, "督办单位：潮安区市场监督管理局", "孙承办")
	officer.Get("/oversight/orders/new").Wants(t, 403)
	page := supervisor.Get("/oversight/orders/new?card="+card.ID).Wants(t, 200, "督办内容", "孙承办")
	sent := page.Sends("/oversight/orders")
	supervisor.Post("/oversight/orders", sent).Wants(t, 422, "请写明要督办什么")
	sent.Set("subject", "请说明为何超过承诺期限")
	sent.Set("due_on.y", "1999")
	sent.Set("due_on.m", "1")
	sent.Set("due_on.d", "1")
	supervisor.Post("/oversight/orders", sent).Wants(t, 422, "期限应在", "请说明为何超过承诺期限")
	sent.Set("due_on.d", "x")
	supervisor.Post("/oversight/orders", sent).Wants(t, 422, "日期只用数字")
	for _, name := range []string{"due_on.y", "due_on.m", "due_on.d"} {
		sent.Del(name)
	}
	given := supervisor.Post("/oversight/orders", sent)
	at := given.Header.Get("Location")
	if !strings.HasPrefix(at, "/oversight/orders/") {
		t.Fatalf("%d %s", given.Status, at)
	}
	id := strings.TrimPrefix(at, "/oversight/orders/")
	version := func() int64 {
		o, err := h.app.Supervision.Order(t.Context(), gov.Actor{Kind: gov.System}, id)
		if err != nil {
			t.Fatal(err)
		}
		return o.Version()
	}
	officer.Get("/oversight/orders?tab=issued").Wants(t, 200, "请说明为何超过承诺期限", "待答复")
	officer.Get(at).Wants(t, 200, "答复督办", "看这张牌")
	h.as("ga-officer").Get(at).Wants(t, 404)
	h.wait(20)
	officer.Get(at).Wants(t, 200, "逾期未答复", "已升级到单位负责人", "系统")
	first := version()
	officer.Post(at+"/reply", form(first, "answer", "")).Wants(t, 422, "请写明答复")
	officer.Post(at+"/reply", form(first, "answer", "已经办结")).Redirects(t, at)
	officer.Post(at+"/reply", form(first, "answer", "又一份")).Wants(t, 409, "孙承办 · 答复")
	supervisor.Get(at).Wants(t, 200, "已经办结", "退回，要求再次答复")
	supervisor.Post(at+"/return", form(version(), "due_on.y", "2026", "due_on.m", "13", "due_on.d", "1", "reason", "不清楚")).Wants(t, 422)
	supervisor.Post(at+"/return", form(version())).Wants(t, 422, "请写明理由")
	supervisor.Post(at+"/return", form(version(), "reason", "没有写原因")).Redirects(t, at)
	officer.Post(at+"/reply", form(version(), "answer", "会签耽误了两天")).Redirects(t, at)
	supervisor.Get(at).Wants(t, 200, "已经办结", "没有写原因", "会签耽误了两天")
	supervisor.Post(at+"/closing", form(version())).Redirects(t, at)
	officer.Get(at).Wants(t, 200, "已办结").Lacks(t, "提交答复")
}

func TestTheReplayOfACase(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", cases.Review)
	h.wait(60)
	page := h.as("supervisor").Get("/oversight/cases/"+c.ID).Wants(t, 200, "办件全过程", "提交申请", "受理", "发牌", "承办", "承诺办结：", "红牌")
	page.Lacks(t, "齐全") // opinions are the department's own words
	h.as("scjg-officer").Get("/oversight/cases/"+c.ID).Wants(t, 200, "提交申请")
	h.as("ga-officer").Get("/oversight/cases/"+c.ID).Wants(t, 404)
	goldtest.HTML(t, "replay", settled(page))
}

// exported are the rows of a list as it went out, with its headings.
func (h *house) exported(v *kittest.Visitor, address string) [][]string {
	h.t.Helper()
	a := v.Get(address)
	if a.Status != 200 || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") {
		h.t.Fatalf("%s: %d %s", address, a.Status, a.Header)
	}
	if strings.Contains(address, ".xlsx") {
		return h.workbook(a.Body)
	}
	body, ok := strings.CutPrefix(a.Body, "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || !ok {
		h.t.Fatal(address, ok, err)
	}
	return rows
}

// workbook reads the rows of the first sheet, as far as it is written by rows of
// inline strings.
func (h *house) workbook(text string) [][]string {
	h.t.Helper()
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		h.t.Fatal(err)
	}
	f, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	var sheet struct {
		Rows []struct {
			Cells []struct {
				Text   string `xml:"is>t"`
				Number string `xml:"v"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := xml.NewDecoder(f).Decode(&sheet); err != nil {
		h.t.Fatal(err)
	}
	var out [][]string
	for _, r := range sheet.Rows {
		var row []string
		for _, c := range r.Cells {
			row = append(row, c.Text+c.Number)
		}
		out = append(out, row)
	}
	return out
}

func TestExportsAreTheListsInBothFormats(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", cases.Handle)
	h.wait(40)
	supervisor, account := h.as("supervisor"), apptest.As(t, h.app, "supervisor", gov.Web)
	if _, err := h.app.Supervision.Issue(t.Context(), account, supervision.Issuing{Case: c.ID, Subject: "=HYPERLINK(1)"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"board": "潮安", "cases": c.Number.Grouped(), "cards": c.Number.Grouped(), "orders": "HYPERLINK"} {
		text, book := h.exported(supervisor, "/oversight/exports/"+name+".csv"), h.exported(supervisor, "/oversight/exports/"+name+".xlsx")
		if len(text) < 2 || len(text) != len(book) || !slices.Equal(text[0], book[0]) {
			t.Errorf("%s: %d rows of CSV, %d of XLSX: %q %q", name, len(text), len(book), text[0], book[0])
		}
		if name != "board" && !strings.Contains(strings.Join(text[1], "|"), want) {
			t.Errorf("%s: no %s in %q", name, want, text[1])
		}
		for _, cell := range slices.Concat(text...) {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("%s: %q would be calculated", name, cell)
			}
		}
		stranger := h.exported(h.as("ga-officer"), "/oversight/exports/"+name+".csv")
		if len(stranger) != 1 {
			t.Errorf("%s: a stranger gets %q", name, stranger[1:])
		}
	}
	if all, late := h.exported(supervisor, "/oversight/exports/cards.csv"), h.exported(supervisor, "/oversight/exports/cards.csv?severity=red"); len(late) >= len(all) {
		t.Error("the filter does not narrow the export")
	}
	for _, wrong := range []string{"cases.pdf", "cases", "accounts.csv", "cases.csv.xlsx", "..csv"} {
		supervisor.Get("/oversight/exports/"+wrong).Wants(t, 404)
	}
	supervisor.Get("/oversight/exports/cards.csv?from=x").Wants(t, 422)
	lines, err := h.app.Identity.History(t.Context(), h.app.DB, account, journal.Subject{Kind: "account", ID: account.Account})
	if err != nil {
		t.Fatal(err)
	}
	exports := 0
	for _, l := range lines {
		if l.Act == "export" {
			exports++
		}
	}
	if exports != 10 {
		t.Errorf("%d exports are in the journal, want 10", exports)
	}
}

var (
	ids      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	texts    = regexp.MustCompile(`>[^<]+<`)
	numbers  = regexp.MustCompile(`[0-9][0-9A-Z]*`)
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
	c := h.bring("handler1", cases.Handle)
	h.wait(60)
	supervisor := h.as("supervisor")
	goldtest.HTML(t, "board", settled(supervisor.Get("/oversight")))
	goldtest.HTML(t, "cases", settled(supervisor.Get("/oversight/cases")))
	goldtest.HTML(t, "cards", settled(supervisor.Get("/oversight/cards")))
	goldtest.HTML(t, "card", settled(h.as("scjg-officer").Get("/oversight/cards/"+h.red(c).ID)))
	goldtest.HTML(t, "issue", settled(supervisor.Get("/oversight/orders/new?card="+h.red(c).ID)))
}

// chinese finds words that were not translated; data stands in Chinese in every
// language, so only the frame is read.
var chinese = regexp.MustCompile(`\p{Han}+`)

func TestEnglishFrames(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", cases.Handle)
	h.wait(60)
	card := h.red(c)
	for login, paths := range map[string][]string{
		"supervisor": {"/oversight", "/oversight/cases", "/oversight/cards", "/oversight/cards/" + card.ID, "/oversight/orders",
			"/oversight/orders/new", "/oversight/orders/new?card=" + card.ID, "/oversight/cases/" + c.ID},
		"scjg-officer": {"/oversight", "/oversight/cards/" + card.ID},
	} {
		v := h.as(login).Cookie("yimen_lang", "en")
		for _, at := range paths {
			page := v.Get(at).Wants(t, 200)
			for _, frame := range []string{"main legend", "main h2", "main label", "main th[scope=col]", "main button", "main summary", ".tabs", ".nav", "main dt"} {
				for _, n := range page.Doc.Find(frame) {
					if text := htmlcheck.Text(n); chinese.MatchString(text) {
						t.Errorf("%s: %s says %q in English", at, frame, text)
					}
				}
			}
		}
	}
}
