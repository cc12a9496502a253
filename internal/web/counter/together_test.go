package counter_test

import (
	"slices"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/rehearsal"
)

// filed is a bundle filed by a person who comes to the window later.
func (h *hall) filed(login string, in rehearsal.Choice) (gov.Actor, string) {
	h.t.Helper()
	who := apptest.As(h.t, h.app, login, gov.Web)
	if strings.HasPrefix(login, "handler") {
		who = apptest.Handler(h.t, h.app, login)
	}
	in.Region = "445103100200"
	x, err := h.app.Stage().FileBundle(h.t.Context(), who, in)
	if err != nil {
		h.t.Fatal(err)
	}
	return who, x.ID
}

func (h *hall) companions(who gov.Actor, application string) cases.Companions {
	h.t.Helper()
	all, err := h.app.Cases.Companions(h.t.Context(), who, application)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// member is the case of a bundle's item.
func (h *hall) member(who gov.Actor, application, item string) *cases.Case {
	h.t.Helper()
	all := h.companions(who, application)
	i := slices.IndexFunc(all, func(x cases.Companion) bool { return x.Item == item })
	if i < 0 {
		h.t.Fatal("no case for ", item)
	}
	return all[i].Case
}

// digging asks two departments for a road and a green before power and water.
var digging = rehearsal.Choice{Bundle: "joint-utility", Answers: map[string]string{"dig": "是", "green": "是"}}

// The counter shows the same progress as the applicant has, and of one place only.
func TestProgressAtTheCounter(t *testing.T) {
	h := open(t)
	who, id := h.filed("resident1", digging)
	path := "/counter/applications/" + id + "/progress"
	page := h.as("clerk1").Get(path).Wants(t, 200, "每一项现在怎样", "等待前项办结", "承诺最晚", who.Name)
	all := h.companions(who, id)
	lines := page.Doc.Find("main tbody tr")
	if len(lines) != len(all) || page.Doc.Count("svg.states") != 2 {
		t.Errorf("%d lines, %d drawings for %d cases", len(lines), page.Doc.Count("svg.states"), len(all))
	}
	for i, n := range lines {
		if text := htmlcheck.Text(n); !strings.Contains(text, all[i].ItemName) || !strings.Contains(text, all[i].BodyName) {
			t.Error(text)
		}
	}
	h.as("clerk1").Get("/counter/cases/"+all[0].ID).Wants(t, 200, "全部进度")
	h.as("town-clerk").Get(path).Wants(t, 404)
	h.as("outlet1").Get(path).Wants(t, 403)
	whole, err := h.app.Applications.Application(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{whole.Number.Grouped(), h.app.URL("/s/" + whole.Token + "/progress")} { // on its receipt
		h.as("clerk1").Post("/counter/search", form("q", typed)).Redirects(t, path)
		h.as("outlet1").Post("/outlet/search", form("q", typed)).Redirects(t, "/outlet/applications/"+id)
		if got := h.as("town-clerk").Post("/counter/search", form("q", typed)); got.Status == 303 {
			t.Error("a stranger is led to it:", got.Header.Get("Location"))
		}
	}
	single := h.bring("resident2", residence, cases.Submitted, cases.NoStep)
	h.as("clerk1").Get("/counter/applications/"+single.Application+"/progress").Wants(t, 404)
}

// Two departments ask for corrections of one bundle: the clerk answers for the one
// who stands before him, first one department, then the other; every reason says who
// asks, and nothing but what was asked can be changed.
func TestBundlesCorrectionsAtTheCounter(t *testing.T) {
	h := open(t)
	who, id := h.filed("resident1", digging)
	for _, item := range []string{"road-occupy", "green-occupy"} {
		c := h.member(who, id, item)
		if _, err := h.app.Stage().Bring(t.Context(), who, c, rehearsal.Goal{State: cases.Correcting}); err != nil {
			t.Fatal(err)
		}
	}
	road, green := h.member(who, id, "road-occupy"), h.member(who, id, "green-occupy")
	clerk := h.as("clerk1")
	path := "/counter/cases/" + road.ID
	clerk.Get(path).Wants(t, 200, "代申请人补正", "待补正")
	clerk.Get("/counter/applications/"+id+"/progress").Wants(t, 200, "等申请人补正").Lacks(t, "等您补正")
	page := clerk.Get(path+"/amendment").Wants(t, 200, "与证件不一致", road.BodyName+" · ", green.BodyName+" · ")
	if n := page.Doc.Count("button[name=member]"); n != 3 { // together, and each by itself
		t.Errorf("%d ways to send", n)
	}
	key := h.asked(id)
	sends := page.Sends(path + "/amendment")
	if !sends.Has(key) {
		t.Fatalf("%s cannot be put right: %v", key, sends)
	}
	sends.Set(key, "")
	sends.Set("member", road.LocalItem)
	clerk.Post(path+"/amendment", sends).Wants(t, 422)
	sends.Set(key, "改正后的示例")
	sends.Set("power_account_no", "12345")
	h.as("town-clerk").Post(path+"/amendment", sends).Wants(t, 404)
	clerk.Post(path+"/amendment", sends).Redirects(t, path)
	if a, b := h.again(road.ID).State, h.again(green.ID).State; a != cases.Submitted || b != cases.Correcting {
		t.Fatalf("one was answered: %s, %s", a, b)
	}
	clerk.Get(path+"/amendment").Wants(t, 409) // this one asks no more
	other := "/counter/cases/" + green.ID
	page = clerk.Get(other+"/amendment").Wants(t, 200, green.BodyName+" · ")
	if n, typed := page.Doc.Count("button[name=member]"), page.Sends(other+"/amendment").Get(key); n != 1 || typed != "改正后的示例" {
		t.Errorf("%d ways to send %q", n, typed)
	}
	clerk.Post(other+"/amendment", sends).Wants(t, 409) // the page of before
	sends = page.Sends(other + "/amendment")
	clerk.Post(other+"/amendment", sends).Redirects(t, other)
	if s := h.again(green.ID).State; s != cases.Submitted {
		t.Error(s)
	}
	x := h.application(id)
	if x.State != applications.Filed || x.Answers[key].Text != "改正后的示例" || x.Answers["power_account_no"].Text == "12345" {
		t.Errorf("%s: %q %q", x.State, x.Answers[key].Text, x.Answers["power_account_no"].Text)
	}
}

func (h *hall) application(id string) *applications.Application {
	h.t.Helper()
	x, err := h.app.Applications.Application(h.t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return x
}

// asked is the field that the notices name.
func (h *hall) asked(id string) string {
	h.t.Helper()
	for _, d := range h.application(id).Defects {
		return d.Key
	}
	h.t.Fatal("nothing is asked")
	return ""
}

// One outlet hands out everything that is ready against one signature; what still
// runs is named, and comes later.
func TestOneOutletForABundle(t *testing.T) {
	h := open(t)
	who, id := h.filed("resident1", rehearsal.Choice{Bundle: flat, Answers: map[string]string{"loan": "否", "gas": "是"}})
	bring := func(item string) {
		t.Helper()
		if _, err := h.app.Stage().Bring(t.Context(), who, h.member(who, id, item), rehearsal.Goal{State: cases.Granted}); err != nil {
			t.Fatal(item, err)
		}
	}
	bring("deed-tax")
	bring("realestate-transfer")
	waiting := func() (out cases.Companions) {
		for _, x := range h.companions(who, id) {
			if x.Awaits == cases.Outlet {
				out = append(out, x)
			}
		}
		return out
	}
	ready := waiting()
	if len(ready) == 0 {
		t.Fatal("no result to hand out")
	}
	clerk, path := h.as("outlet1"), "/outlet/applications/"+id
	clerk.Get("/outlet/cases/"+ready[0].ID).Wants(t, 200, "二手房")
	page := clerk.Get(path).Wants(t, 200, "当面交付", ready[0].ItemName, "用气过户", who.Name)
	clerk.Get(path+"/slip").Wants(t, 404)
	sends := page.Sends(path + "/handover")
	if sends.Get("recipient") != who.Name {
		t.Errorf("the recipient is %q", sends.Get("recipient"))
	}
	sends.Set("recipient", " ")
	clerk.Post(path+"/handover", sends).Wants(t, 422, "请写明领取人")
	h.as("clerk1").Post(path+"/handover", sends).Wants(t, 403)
	h.as("town-clerk").Get(path).Wants(t, 404)
	h.as("town-clerk").Post(path+"/handover", sends).Wants(t, 404)
	sends.Set("recipient", "张示例")
	sends.Set("document", "居民身份证 990000198803121013")
	clerk.Post(path+"/handover", sends).Redirects(t, path+"/slip")
	slip := clerk.Get(path+"/slip").Wants(t, 200, "签收单", "张示例", "领取人签名", ready[0].ItemName).Lacks(t, "990000198803121013", "用气过户")
	if n := slip.Doc.Count("ol.numbered li"); n != len(ready) {
		t.Errorf("%d results on the slip, %d were ready", n, len(ready))
	}
	clerk.Post(path+"/handover", sends).Wants(t, 409)
	if left := waiting(); len(left) != 0 {
		t.Errorf("%d are left", len(left))
	}
	for _, x := range ready {
		if c := h.again(x.ID); c.State != cases.Delivered {
			t.Errorf("%s is %s", c.ItemName, c.State)
		}
	}
	bring("gas-transfer") // what comes later has a slip of its own signature
	later := waiting()
	if len(later) == 0 {
		t.Fatal("nothing came later")
	}
	sends = clerk.Get(path).Wants(t, 200, later[0].ItemName).Sends(path + "/handover")
	sends.Set("recipient", "乙示例")
	clerk.Post(path+"/handover", sends).Redirects(t, path+"/slip")
	slip = clerk.Get(path+"/slip").Wants(t, 200, "乙示例", later[0].Number.Grouped()).Lacks(t, ready[0].Number.Grouped())
	if n := slip.Doc.Count("ol.numbered li"); n != len(later) {
		t.Errorf("%d results on the second slip, %d came later", n, len(later))
	}
}

// What is in the post is not at the outlet: it is neither listed for the one signature
// nor signed for with it, and no slip names it (行政许可法 art. 38, 44).
func TestWhatIsPostedIsNotHandedOut(t *testing.T) {
	h := open(t)
	who, id := h.filed("handler1", rehearsal.Choice{Bundle: shop, Answers: map[string]string{"area300": "否", "tobacco": "是"}, Way: cases.ByPost})
	var sent []*cases.Case
	for _, x := range h.companions(who, id) {
		c, err := h.app.Stage().Bring(t.Context(), who, h.member(who, id, x.Item), rehearsal.Goal{State: cases.Granted})
		if err != nil {
			t.Fatal(x.Item, err)
		}
		if c.DeliveryWay == cases.ByPost {
			sent = append(sent, c)
		}
	}
	if len(sent) < 2 {
		t.Fatal(len(sent), "are to be sent")
	}
	clerk, path, first, parcel := h.as("outlet1"), "/outlet/applications/"+id, sent[0], "/outlet/cases/"+sent[0].ID
	before := clerk.Get(path).Wants(t, 200, first.ItemName, sent[1].ItemName, "申请人选择 邮寄送达").Sends(path + "/handover")
	before.Set("recipient", "甲示例")
	clerk.Get("/outlet").Lacks(t, "已寄出")
	post := clerk.Get(parcel).Sends(parcel + "/posting")
	post.Set("parcel", "EX990000001CN")
	clerk.Post(parcel+"/posting", post).Redirects(t, parcel)
	clerk.Get("/outlet").Wants(t, 200, first.Number.Grouped(), "已寄出，等签收")
	clerk.Post(path+"/handover", before).Wants(t, 409)
	sends := clerk.Get(path).Wants(t, 200, sent[1].ItemName).Lacks(t, first.Number.Grouped()).Sends(path + "/handover")
	sends.Set("recipient", "甲示例")
	clerk.Post(path+"/handover", sends).Redirects(t, path+"/slip")
	clerk.Get(path+"/slip").Wants(t, 200, sent[1].Number.Grouped(), "甲示例").Lacks(t, first.Number.Grouped())
	if a, b := h.again(first.ID), h.again(sent[1].ID); a.State != cases.Granted || b.State != cases.Delivered {
		t.Fatal(a.State, b.State)
	}
	arrived := clerk.Get(parcel).Sends(parcel + "/arrival")
	clerk.Post(parcel+"/arrival", arrived).Redirects(t, parcel+"/slip")
	clerk.Get(path+"/slip").Wants(t, 200, sent[1].Number.Grouped()).Lacks(t, first.Number.Grouped())
}

// What waits for another of its bundle stands in a group of its own on the party's
// page, and its page and receipt say what it waits for.
func TestWhatWaitsAtTheCounter(t *testing.T) {
	h := open(t)
	who, id := h.filed("resident1", digging)
	road, power := h.member(who, id, "road-occupy"), h.member(who, id, "power-new")
	clerk := h.as("clerk1")
	group := func(name string) (text string) {
		for _, n := range clerk.Get("/counter/parties/"+who.Party).Wants(t, 200).Doc.Find("section[aria-labelledby=" + name + "]") {
			text += htmlcheck.Text(n)
		}
		return text
	}
	if text := group("waiting"); !strings.Contains(text, "等待前项 ") || !strings.Contains(text, power.Number.Grouped()) || strings.Contains(text, road.Number.Grouped()) {
		t.Error("waiting:", text)
	}
	if text := group("ended"); text != "" {
		t.Error("ended:", text)
	}
	for _, below := range []string{"", "/receipt"} {
		page := clerk.Get("/counter/cases/"+power.ID+below).Wants(t, 200, "等“"+road.ItemName, "”办成")
		page.Lacks(t, "为什么是这一天", "已结束")
	}
	clerk.Get("/counter/cases/"+road.ID).Wants(t, 200, "待受理", "为什么是这一天")
	if _, err := h.app.Stage().Bring(t.Context(), who, road, rehearsal.Goal{State: cases.Refused}); err != nil {
		t.Fatal(err)
	}
	if text := group("ended"); !strings.Contains(text, power.Number.Grouped()) || group("waiting") != "" {
		t.Error("after the cut:", text, group("waiting"))
	}
}
