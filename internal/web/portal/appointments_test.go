package portal_test

import (
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/gov"
	"yimen/internal/rehearsal"
)

// An applicant sees one appointment on the page of each case that takes part, and
// may ask once for another time; others are told of nothing.
func TestAnAppointmentOfTheApplicant(t *testing.T) {
	h := open(t)
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
	mine.Cookie("yimen_lang", "en").Get(at).Wants(t, 200, "joint site visit")
}
