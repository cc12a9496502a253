package counter_test

import (
	"net/url"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/platform/journal"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// begin starts the residence permit for a walk-in and gives the draft's address.
func begin(t *testing.T, h *hall, clerk *kittest.Visitor) string {
	t.Helper()
	party := enter(t, h)
	page := clerk.Get(party+"/items?q=jzz").Wants(t, 200, "居住证申领", "潮安区公安局", "开始填写")
	items := page.Sends(party + "/items")["item"]
	for _, item := range items {
		if g, err := h.app.Catalogue.Guide(t.Context(), item); err == nil && g.Local.Item == residence {
			return at(t, clerk.Post(party+"/items", form("item", item)))
		}
	}
	t.Fatalf("no residence permit among %v", items)
	return ""
}

// filled is the form of a group as the page sends it, with answers typed in.
func filled(t *testing.T, clerk *kittest.Visitor, path string, kv ...string) url.Values {
	t.Helper()
	v := clerk.Get(path).Wants(t, 200).Sends(path)
	for i := 0; i+1 < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	return v
}

func TestWalkInApplicationFromDraftToReceipt(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk1")
	draft := begin(t, h, clerk)
	group := at(t, clerk.Get(draft))
	if !strings.HasSuffix(group, "/groups/applicant") {
		t.Fatalf("a new draft opens at its first group, not %s", group)
	}
	v := filled(t, clerk, group, "domicile_address", "示例省示例市示例路1号", "residence_region.0", "440000000000", "residence_region.1", "445100000000",
		"residence_region.2", "445103000000", "residence_address", "潮安区古巷镇示例大道二号三楼", "phone", "1")
	clerk.Post(group, v).Wants(t, 422, "手机号码")
	v = filled(t, clerk, group, "domicile_address", "示例省示例市示例路1号", "residence_region.0", "440000000000", "residence_region.1", "445100000000",
		"residence_region.2", "445103000000", "residence_address", "潮安区古巷镇示例大道二号三楼", "phone", "１３００００００００９")
	matter := at(t, clerk.Post(group, v))
	clerk.Post(group, v).Wants(t, 409, "潮安区古巷镇示例大道二号三楼") // sent again: somebody, himself, was faster, and no word is lost
	v = filled(t, clerk, matter)
	for name := range v {
		switch {
		case strings.HasSuffix(name, ".y"):
			v.Set(name, "2020")
		case strings.HasSuffix(name, ".m"), strings.HasSuffix(name, ".d"):
			v.Set(name, "5")
		}
	}
	for _, n := range clerk.Get(matter).Doc.Find("input") {
		if at := htmlcheck.Attributes(n); at["value"] == "稳定住所" {
			v.Set(at["name"], at["value"])
		}
	}
	agent := at(t, clerk.Post(matter, v))
	materials := at(t, clerk.Post(agent, filled(t, clerk, agent)))
	if materials != draft+"/materials" {
		t.Fatalf("after the last group come the materials, not %s", materials)
	}
	filing := draft + "/filing"
	clerk.Get(filing).Wants(t, 200, "提交之前还要补 3 处").Lacks(t, "name=\"declared\"")
	uploadAll(t, clerk, materials)
	clerk.Get(filing).Wants(t, 200, "周虚构 已看过以上内容")
	clerk.Post(filing, filled(t, clerk, filing)).Wants(t, 422, "声明")
	sent := filled(t, clerk, filing, "declared", "true")
	done := at(t, clerk.Post(filing, sent))
	clerk.Post(filing, sent).Redirects(t, done)
	clerk.Get(draft).Redirects(t, done)
	bothIdentities(t, h, done)
	clerk.Get(done+"/receipt").Wants(t, 200, "收件回执", "居住证申领", "周虚构", "五个工作日").Lacks(t, walkIn)
}

// uploadAll puts a picture into every slot; what is no picture is refused by name
// and what came before it is kept.
func uploadAll(t *testing.T, clerk *kittest.Visitor, materials string) {
	t.Helper()
	page := clerk.Get(materials).Wants(t, 200)
	var slots []string
	for _, n := range page.Doc.Find("input[type=file]") {
		slots = append(slots, htmlcheck.Attributes(n)["name"])
	}
	if len(slots) != 4 {
		t.Fatalf("slots %v", slots)
	}
	clerk.Upload(materials, page.Sends(materials), slots[0], "病毒.exe", []byte("MZ this is no picture")).Wants(t, 422, "病毒.exe", "没有收下")
	for _, slot := range slots[:3] {
		v := clerk.Get(materials).Sends(materials)
		clerk.Upload(materials, v, slot, "照片.png", rehearsal.Picture()).Redirects(t, materials)
		clerk.Get(materials).Wants(t, 200, "已收下 1 个文件")
	}
	page = clerk.Get(materials).Wants(t, 200, "还有 3 份待核对原件")
	stale := page.Sends(materials)
	var check, remove string
	for _, n := range page.Doc.Find("form") {
		if a := htmlcheck.Attributes(n)["action"]; strings.HasSuffix(a, "/original") {
			check = a
		}
	}
	for _, n := range page.Doc.Find("button[name=_act]") {
		remove = htmlcheck.Attributes(n)["value"]
		break
	}
	clerk.Post(check, nil).Redirects(t, materials)
	clerk.Get(materials).Wants(t, 200, "还有 2 份待核对原件", "已核对原件")
	v := clerk.Get(materials).Sends(materials)
	v.Set("_act", remove)
	clerk.Upload(materials, v, slots[3], "", nil).Redirects(t, materials)
	clerk.Upload(materials, stale, slots[0], "照片.png", rehearsal.Picture()).Wants(t, 409)
	v = clerk.Get(materials).Sends(materials)
	clerk.Upload(materials, v, slots[0], "照片.png", rehearsal.Picture()).Redirects(t, materials)
	v = clerk.Get(materials).Sends(materials)
	v.Set("on", "1")
	clerk.Upload(materials, v, slots[0], "第二页.png", rehearsal.Picture()).Redirects(t, strings.TrimSuffix(materials, "materials")+"filing")
}

// bothIdentities: every act on the application names the clerk and the applicant.
func bothIdentities(t *testing.T, h *hall, casePath string) {
	t.Helper()
	c := h.again(strings.TrimPrefix(casePath, "/counter/cases/"))
	if c.Channel != gov.Counter || c.Account != "" {
		t.Errorf("filed by %q over %s, want nobody's account, at the counter", c.Account, c.Channel)
	}
	lines, err := h.app.Book.Of(t.Context(), h.app.DB, journal.Subject{Kind: "application", ID: c.Application})
	if err != nil || len(lines) < 8 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	for _, l := range lines {
		if l.OnBehalfOf != c.Applicant && l.Act != "check_original" || l.Name != "王样例一" {
			t.Errorf("%s by %s for %q", l.Act, l.Name, l.OnBehalfOf)
		}
	}
}

func TestReshapeKeepsWhatWasTyped(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk1")
	group := at(t, clerk.Get(begin(t, h, clerk)))
	v := filled(t, clerk, group, "residence_address", "潮安区古巷镇示例大道二号三楼", "residence_region.0", "440000000000", "_act", "choose:residence_region")
	page := clerk.Post(group, v).Wants(t, 200, "潮州市")
	if got := page.Sends(group).Get("residence_address"); got != "潮安区古巷镇示例大道二号三楼" {
		t.Errorf("what was typed beside the region is gone: %q", got)
	}
	v = filled(t, clerk, group, "later", "1", "residence_address", "潮安区示例路3号")
	clerk.Post(group, v).Redirects(t, "/counter")
	if got := clerk.Get(group).Sends(group).Get("residence_address"); got != "潮安区示例路3号" {
		t.Errorf("saved for later: %q", got)
	}
	clerk.Get(strings.Replace(group, "/applicant", "/nothing", 1)).Wants(t, 404)
}

func TestDiscard(t *testing.T) {
	h := open(t)
	clerk := h.as("clerk1")
	draft := begin(t, h, clerk)
	h.as("clerk2").Post(draft+"/discard", form()).Wants(t, 404)
	clerk.Get(draft+"/discard").Wants(t, 200, "不能恢复")
	a := clerk.Post(draft+"/discard", form("version", "99"))
	a.Wants(t, 409)
	clerk.Post(draft+"/discard", filled(t, clerk, draft+"/discard")).Wants(t, 303)
	clerk.Get(draft).Wants(t, 404)
}

func TestItemsThatAreNotForThisPartyOrCounter(t *testing.T) {
	h := open(t)
	person := "/counter/parties/" + apptest.As(t, h.app, "resident1", gov.Web).Party
	firm := h.bring("handler1", food, cases.Submitted, cases.NoStep).Applicant
	clerk := h.as("clerk1")
	clerk.Get(person+"/items?q=spjyxk").Wants(t, 200, "不适用于这类申请人")
	clerk.Get("/counter/parties/"+firm+"/items?q=spjyxk").Wants(t, 200, "开始填写")
	clerk.Get(person+"/items?q="+"zzqqxx").Wants(t, 200, "没有找到")
	clerk.Get(person+"/items").Wants(t, 200)
	h.as("town-clerk").Get(person+"/items?q=jzz").Wants(t, 200, "不由本窗口受理")
	g, err := h.app.Catalogue.GuideAt(t.Context(), food, "445103")
	if err != nil {
		t.Fatal(err)
	}
	clerk.Post(person+"/items", form("item", g.Local.ID)).Wants(t, 403)
	clerk.Post(person+"/items", form("item", "nothing")).Wants(t, 404)
}
