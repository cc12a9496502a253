package counter_test

import (
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/now"
)

// Beside every date at the counter and the outlet stands the way to its reason.
func TestWhyThisDate(t *testing.T) {
	h := open(t)
	c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
	clerk := h.as("clerk1")
	why := casePathOf(c) + "/dates"
	for _, page := range []string{"/counter", casePathOf(c), casePathOf(c) + "/receipt"} {
		if clerk.Get(page).Wants(t, 200).Doc.Count("main a[href="+why+"]") == 0 {
			t.Error("no way to the reason on", page)
		}
	}
	clerk.Get(why).Wants(t, 200, "为什么是这一天", "受理期限", "收到申请起算", "行政许可法第三十二条", c.Number.Grouped())
	h.as("outlet1").Get(why).Wants(t, 403) // is no clerk
	granted := h.bring("handler1", food, cases.Granted, cases.NoStep)
	outlet, at := h.as("outlet1"), "/outlet/cases/"+granted.ID
	if outlet.Get(at).Wants(t, 200).Doc.Count("main a[href="+at+"/dates]") == 0 || outlet.Get("/outlet").Doc.Count("main a[href="+at+"/dates]") == 0 {
		t.Error("no way to the reason at the outlet")
	}
	outlet.Get(at+"/dates").Wants(t, 200, "送达期限", "作出决定起算", "第四十四条")
}

// Who comes too late to accept is told that the law was faster, and what he typed
// is not lost.
func TestLateAcceptanceIsRefused(t *testing.T) {
	at := now.System()
	h := before(t, apptest.SQLite(t, func() now.Instant { return at }))
	for _, x := range []struct {
		below string
		kv    []string
	}{{"/acceptance", nil}, {"/decline", []string{"reason", "不属于本机关", "article", cases.DeclineArticles[0]}},
		{"/correction", []string{"defect", "field.premises_area", "field.premises_area", "写错了"}}} {
		at = now.System()
		c := h.bring("handler1", food, cases.Submitted, cases.NoStep)
		seen := of(c, x.kv...)
		at = now.FromTime(c.AcceptDue.AddDays(1).Time().Add(9 * time.Hour)) // the midnight's work has not been done yet
		clerk := h.as("clerk1")
		clerk.Post(casePathOf(c)+x.below, seen).Wants(t, 409, "已依法视为受理", "不能再受理、不予受理或者要求补正", "视为受理", "系统")
		got := h.again(c.ID)
		if !got.Deemed || got.State != cases.Accepted || got.AcceptedOn != c.SubmittedOn {
			t.Errorf("%s: %s deemed %v on %s", x.below, got.State, got.Deemed, got.AcceptedOn)
		}
		clerk.Get(casePathOf(c)).Wants(t, 200, "视为受理，承办中", "受理通知书").Lacks(t, casePathOf(c)+"/acceptance")
		clerk.Post(casePathOf(c)+x.below, seen).Wants(t, 409, "已依法视为受理")
	}
}

// A notice to a walk-in without an account counts from its delivery, unless he was
// at the window.
func TestServiceOfANotice(t *testing.T) {
	h := open(t)
	x := apptest.WalkIn(t, h.app, residence, "445103")
	c, err := h.app.Cases.ByApplication(t.Context(), gov.Actor{Kind: gov.System}, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := h.app.Cases.Rules(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	officer := apptest.As(t, h.app, "ga-officer", gov.Web)
	c, err = h.app.Cases.NotifyCorrection(t.Context(), officer, c.ID, c.Version(), []cases.Defect{{Kind: cases.FieldDefect, Key: rules.Form[0].Key, Reason: "看不清楚"}})
	if err != nil || !c.CorrectionDue.IsZero() {
		t.Fatal(c, err)
	}
	clerk := h.as("clerk1")
	clerk.Get(casePathOf(c)).Wants(t, 200, "补正告知书还没有登记送达", "登记告知书送达")
	clerk.Get(casePathOf(c)+"/service").Wants(t, 200, "怎样送达")
	clerk.Post(casePathOf(c)+"/service", of(c, "on", apptest.Today(h.app).String())).Wants(t, 422, "请写明怎样送达")
	clerk.Post(casePathOf(c)+"/service", of(c, "on", "昨天", "how", "本人签收")).Wants(t, 422, "本人签收")
	clerk.Post(casePathOf(c)+"/service", of(c, "on", apptest.Today(h.app).String(), "how", "本人签收")).Redirects(t, casePathOf(c))
	clerk.Get(casePathOf(c)).Wants(t, 200, "送达已登记").Lacks(t, "登记告知书送达")
	clerk.Get(casePathOf(c)+"/service").Redirects(t, casePathOf(c))
	h.as("city-clerk").Get(casePathOf(c)+"/dates").Wants(t, 200)
}

func casePathOf(c *cases.Case) string { return "/counter/cases/" + c.ID }
