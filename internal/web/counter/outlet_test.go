package counter_test

import (
	"slices"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/rehearsal"
)

func TestOutletHandsOverAndPrintsTheSlip(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Granted, cases.NoStep)
	clerk := h.as("outlet1")
	clerk.Get("/outlet").Wants(t, 200, c.ApplicantName, c.Number.Grouped(), "剩")
	for _, q := range []string{string(c.Number), c.Token, "https://yimen.example/s/" + c.Token} {
		clerk.Post("/outlet/search", form("q", q)).Redirects(t, "/outlet/cases/"+c.ID)
	}
	clerk.Post("/outlet/search", form("q", "小满")).Wants(t, 200, c.ApplicantName)
	clerk.Post("/outlet/search", form("q", "没有这个人")).Wants(t, 422, "没有找到等待领取的结果")
	clerk.Post("/outlet/search", form("q", "")).Redirects(t, "/outlet")
	path := "/outlet/cases/" + c.ID
	page := clerk.Get(path).Wants(t, 200, "食品经营许可证", "当面交付", "还没有交付").Lacks(t, "/counter/parties/")
	clerk.Get(path+"/slip").Wants(t, 404)
	v := page.Sends(path + "/handover")
	v.Set("recipient", "")
	clerk.Post(path+"/handover", v).Wants(t, 422, "请写明领取人")
	v.Set("recipient", "钱经办")
	v.Set("document", "居民身份证 990000199005154018")
	clerk.Post(path+"/handover", v).Redirects(t, path+"/slip")
	clerk.Get(path+"/slip").Wants(t, 200, "签收单", h.result(c.ID), "钱经办", "居民身份证 **************4018", "领取人签名").Lacks(t, "990000199005154018")
	clerk.Post(path+"/handover", v).Wants(t, 409, "送达")
	clerk.Get(path).Wants(t, 200, "已送达").Lacks(t, "交付并打印签收单")
	clerk.Get("/outlet").Wants(t, 200, "没有等待领取的结果")
	if h.again(c.ID).State != cases.Delivered {
		t.Error("not delivered")
	}
}

func TestOutletPostsAndNotesTheArrival(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Refused, cases.NoStep)
	clerk := h.as("outlet1")
	path := "/outlet/cases/" + c.ID
	page := clerk.Get(path).Wants(t, 200, "不准予", "登记寄出").Lacks(t, "登记签收")
	v := page.Sends(path + "/posting")
	v.Set("parcel", "")
	faulty := clerk.Post(path+"/posting", v).Wants(t, 422, "请填写邮件号码")
	if faulty.Doc.Count("#f-parcel") != 1 {
		t.Error("the summary's link leads to the parcel's input")
	}
	v.Set("parcel", "EX000000001CN")
	v.Set("addressee", "")
	clerk.Post(path+"/posting", v).Wants(t, 422, "请写明领取人")
	v.Set("addressee", "小满面馆（虚构）")
	clerk.Post(path+"/posting", v).Redirects(t, path)
	if h.again(c.ID).State != cases.Refused {
		t.Error("in the post is not delivered")
	}
	page = clerk.Get(path).Wants(t, 200, "EX000000001CN", "登记签收").Lacks(t, path+"/posting")
	v = page.Sends(path + "/arrival")
	if v.Get("parcel") != "EX000000001CN" {
		t.Errorf("the parcel is known: %q", v.Get("parcel"))
	}
	clerk.Post(path+"/arrival", v).Redirects(t, path+"/slip")
	clerk.Get(path+"/slip").Wants(t, 200, "邮寄", "EX000000001CN", h.result(c.ID))
	if h.again(c.ID).State != cases.Delivered {
		t.Error("not delivered")
	}
}

// result is what a slip must name: the licence with its number, or the letter of the
// refusal with its reference.
func (h *hall) result(id string) string {
	h.t.Helper()
	c := h.again(id)
	if c.Licence != "" {
		l, err := h.app.Licences.Licence(h.t.Context(), gov.Actor{Kind: gov.System}, c.Licence)
		if err != nil || l.Number == "" {
			h.t.Fatal(err)
		}
		return l.TypeName + " " + l.Number
	}
	letters, err := h.app.Cases.Letters(h.t.Context(), gov.Actor{Kind: gov.System}, id)
	i := slices.IndexFunc(letters, func(l cases.Letter) bool { return l.Kind == cases.RefusalLetter })
	if err != nil || i < 0 {
		h.t.Fatal("no letter of a refusal", err)
	}
	return "《不准予决定书》" + letters[i].Reference
}

// Of a bundle refused in the middle the one slip names the licence that was granted
// and the letter of the refusal, whose service the signature proves.
func TestTheSlipOfABundleNamesARefusal(t *testing.T) {
	h := open(t)
	who, id := h.filed("resident1", rehearsal.Choice{Bundle: flat, Answers: map[string]string{"loan": "否", "gas": "是"}})
	var want []string
	for _, step := range []struct {
		item string
		to   cases.State
	}{{"deed-tax", cases.Granted}, {"realestate-transfer", cases.Refused}} {
		c, err := h.app.Stage().Bring(t.Context(), who, h.member(who, id, step.item), rehearsal.Goal{State: step.to})
		if err != nil {
			t.Fatal(step.item, err)
		}
		want = append(want, c.ItemName+" "+h.result(c.ID))
	}
	clerk, path := h.as("outlet1"), "/outlet/applications/"+id
	sends := clerk.Get(path).Sends(path + "/handover")
	clerk.Post(path+"/handover", sends).Redirects(t, path+"/slip")
	lines := clerk.Get(path + "/slip").Doc.Find("ol.numbered li")
	if len(lines) != len(want) {
		t.Fatalf("%d results on the slip, not %d", len(lines), len(want))
	}
	for i, n := range lines {
		if text := htmlcheck.Text(n); !strings.HasPrefix(text, want[i]) {
			t.Errorf("%q, not %q", text, want[i])
		}
	}
}

func TestOutletOfOtherPlacesSeesNothing(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Granted, cases.NoStep)
	stranger := h.as("town-clerk")
	stranger.Get("/outlet").Wants(t, 200).Lacks(t, c.ID)
	stranger.Get("/outlet/cases/"+c.ID).Wants(t, 404)
	stranger.Post("/outlet/search", form("q", string(c.Number))).Wants(t, 422, "没有找到")
	for _, path := range []string{"/handover", "/posting", "/arrival"} {
		stranger.Post("/outlet/cases/"+c.ID+path, of(c, "recipient", "x", "addressee", "x", "parcel", "y")).Wants(t, 404)
	}
	letters, err := h.app.Cases.Letters(t.Context(), apptest.As(t, h.app, "outlet1", gov.Counter), c.ID)
	if err != nil || len(letters) == 0 {
		t.Fatal(err)
	}
	path := "/outlet/cases/" + c.ID + "/letters/" + letters[0].ID
	h.as("outlet1").Get(path).Wants(t, 200, "受理通知书")
	h.as("outlet1").Get(path+"/document").Wants(t, 200, c.ApplicantName)
	stranger.Get(path+"/document").Wants(t, 404)
	if strings.Contains(stranger.Get(path).Body, c.ApplicantName) {
		t.Error("a stranger reads a letter")
	}
}
