package portal_test

import (
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/gov"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// An applicant sees one appointment on the page of each case that takes part, and
// may ask once for another time; others are told of nothing.
func TestAnAppointmentOfTheApplicant(t *testing.T) {
	var ahead time.Duration
	h := before(t, apptest.SQLite(t, func() now.Instant { return now.System().Add(ahead) }))
	ctx, stage, handler := t.Context(), h.app.Stage(), apptest.Handler(t, h.app, "handler1")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	filed, err := stage.FileBundle(ctx, handler, rehearsal.Choice{Bundle: "open-catering-shop", Region: "445103100200", Answers: map[string]string{"area300": "是", "tobacco": "否"}})
	must(err)
	all, err := h.app.Cases.Together(ctx, handler, filed.ID)
	must(err)
	var who []gov.Actor
	for i := range all {
		all[i].Case, err = stage.Bring(ctx, handler, all[i].Case, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		must(err)
		officer, err := stage.Staff(ctx, gov.RoleOfficer, all[i].Body, 0)
		must(err)
		who = append(who, officer)
	}
	x, err := h.app.Joint.Call(ctx, who[0], all[0].ID, all[0].Version(), joint.Calling{Kind: joint.SiteVisit, At: h.app.Now().Add(48 * time.Hour),
		Place: "示例路1号", Purpose: "内部说明", Cases: []string{all[1].ID}})
	must(err)
	mine := h.site.As(handler)
	at := "/cases/" + all[1].ID
	mine.Get(at).Wants(t, 200).Lacks(t, "示例路1号")
	mine.Get(at+"/appointments/"+x.ID).Wants(t, 404)
	x, err = h.app.Joint.Move(ctx, who[0], x.ID, x.Version(), joint.Moving{At: x.At.Add(time.Hour), Place: x.Place})
	must(err)
	mine.Get("/cases/"+all[0].ID).Wants(t, 200).Lacks(t, "联合踏勘")
	p := x.Of(all[1].ID)
	x, err = h.app.Joint.Confirm(ctx, who[1], x.ID, p.ID, p.Version, 0)
	must(err)
	x, err = h.app.Joint.Appoint(ctx, who[0], x.ID, x.Version())
	must(err)
	mine.Get(at).Wants(t, 200, "联合踏勘", "示例路1号", "查看安排、申请改期", all[0].BodyName)
	mine.Get(at+"/appointments/"+x.ID).Wants(t, 200, "谁来", "请准备", "申请改期").Lacks(t, "内部说明")
	mine.Get(at).Wants(t, 200, all[0].BodyName+" · "+who[0].Name).Lacks(t, all[1].BodyName+" · "+who[0].Name)
	h.as("resident1").Get(at+"/appointments/"+x.ID).Wants(t, 404)
	mine.Post(at+"/appointments/"+x.ID+"/wish", sent(x.Version(), "words", " ")).Wants(t, 422, "请填写内容")
	mine.Post(at+"/appointments/"+x.ID+"/wish", sent(1, "words", "没空")).Wants(t, 409)
	mine.Post(at+"/appointments/"+x.ID+"/wish", sent(x.Version(), "words", "那天没空")).Redirects(t, at+"/appointments/"+x.ID)
	mine.Get(at+"/appointments/"+x.ID).Wants(t, 200, "您已经申请改期").Lacks(t, "为什么、什么时间方便")
	h.undone(mine, x, who[0], all)
	h.missed(mine, who, all, func() { ahead += 48 * time.Hour })
	mine.Cookie("yimen_lang", "en").Get(at).Wants(t, 200, "joint site visit")
}

// undone moves what was appointed and calls it off: every case that takes part says so,
// and says nothing of what was called off before anybody was told.
func (h *town) undone(mine *kittest.Visitor, x *joint.Step, convener gov.Actor, all []cases.Sibling) {
	t, ctx := h.t, h.t.Context()
	t.Helper()
	step := func(do func(seen int64) (*joint.Step, error)) {
		t.Helper()
		stands, err := h.app.Joint.Step(ctx, convener, x.ID)
		if err == nil {
			x, err = do(stands.Version())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const moved, off = "联合踏勘 · 另定时间、地点", "联合踏勘 · 取消"
	each := func(wants ...string) *kittest.Answer {
		t.Helper()
		mine.Get("/cases/"+all[1].ID).Wants(t, 200, wants...)
		return mine.Get("/cases/"+all[0].ID).Wants(t, 200, wants...)
	}
	each().Lacks(t, moved, off)
	step(func(seen int64) (*joint.Step, error) {
		return h.app.Joint.Move(ctx, convener, x.ID, seen, joint.Moving{At: x.At.Add(time.Hour), Place: x.Place})
	})
	each(moved, all[0].BodyName+" · "+convener.Name).Lacks(t, off)
	cancel := func(seen int64) (*joint.Step, error) {
		return h.app.Joint.Cancel(ctx, convener, x.ID, seen, "示例原因")
	}
	step(cancel)
	each(moved, off)
	step(func(int64) (*joint.Step, error) {
		c := h.again(all[0].Case)
		return h.app.Joint.Call(ctx, convener, c.ID, c.Version(), joint.Calling{Kind: joint.ExpertMeeting,
			At: h.app.Now().Add(48 * time.Hour), Place: "示例路1号", Cases: []string{all[1].ID}})
	})
	step(cancel)
	each().Lacks(t, "专家评审会")
}

// missed: a department that said that it comes, and did not, is told to be missing; the
// end of the step is none of its case's.
func (h *town) missed(mine *kittest.Visitor, who []gov.Actor, all []cases.Sibling, pass func()) {
	t, ctx := h.t, h.t.Context()
	t.Helper()
	c := h.again(all[0].Case)
	x, err := h.app.Joint.Call(ctx, who[0], c.ID, c.Version(), joint.Calling{Kind: joint.ExpertMeeting, At: h.app.Now().Add(24 * time.Hour),
		Place: "示例路1号", Cases: []string{all[1].ID}})
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must()
	x, err = h.app.Joint.Confirm(ctx, who[1], x.ID, x.Parts[1].ID, x.Parts[1].Version, 0)
	must()
	x, err = h.app.Joint.Appoint(ctx, who[0], x.ID, x.Version())
	must()
	pass()
	x, err = h.app.Joint.Hold(ctx, who[0], x.ID, x.Version(), joint.Record{On: x.Day, Words: "开过会", Attended: []string{x.Parts[0].ID}})
	must()
	at := func(nth int) string { return "/cases/" + all[nth].ID + "/appointments/" + x.ID }
	mine.Get(at(0)).Wants(t, 200, "谁来", all[0].BodyName).Lacks(t, all[1].BodyName, "没有到场")
	mine.Get(at(1)).Wants(t, 200, all[1].BodyName+"没有到场")
	x, err = h.app.Joint.Opine(ctx, who[0], x.ID, x.Parts[0].ID, x.Parts[0].Version, joint.Finding{Passed: true, Words: "同意"})
	must()
	mine.Get("/cases/"+all[0].ID).Wants(t, 200, "专家评审会 · 结束")
	mine.Get("/cases/"+all[1].ID).Wants(t, 200, "专家评审会 · 确定时间并告知申请人").Lacks(t, "专家评审会 · 结束")
	mine.Get(at(1)).Wants(t, 200, all[1].BodyName+"没有到场")
}
