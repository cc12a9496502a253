package portal_test

import (
	"testing"

	"yimen/internal/catalogue/form"
	"yimen/internal/registers"
)

// A value that a register holds is disputed by one press; what was typed on the page
// is kept, the field can be typed in, and the applicant follows what becomes of it.
// Only he takes it back.
func TestADispute(t *testing.T) {
	h := open(t)
	v := h.as("resident1")
	v.Get("/disputes").Wants(t, 200, "我的异议", "没有提出过")
	x, draft := h.draft("resident1", "id-card-issue")
	def, err := h.app.Applications.Definition(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	page := draft + "/pages/" + def.PageFor("ethnicity")
	shown := v.Get(page).Wants(t, 200, "汉族", "来自人口库")
	if shown.Doc.Count("select[name=ethnicity]") != 0 {
		t.Error("what is held can be typed over")
	}
	sends := shown.Sends(page)
	sends.Set("_act", "wrong:ethnicity")
	v.Post(page, sends).Redirects(t, page+"#f-ethnicity")
	open := v.Get(page).Wants(t, 200, "已转给记载它的单位核对", "人口库记载为“汉族”", "潮安区公安局")
	sends = open.Sends(page)
	if _, ok := sends["ethnicity"]; !ok {
		t.Fatal("the disputed field cannot be typed in")
	}
	sends.Set("ethnicity", "畲族")
	v.Post(page, sends).Wants(t, 303)

	list := v.Get("/disputes").Wants(t, 200, "汉族", "畲族", "潮安区公安局", "待答复", "人口库的记载")
	mine, err := h.app.Registers.Mine(t.Context(), h.actor("resident1"))
	if err != nil || len(mine) != 1 {
		t.Fatal(mine, err)
	}
	back := "/disputes/" + mine[0].ID + "/withdrawal"
	sends = list.Sends(back)
	h.as("resident2").Get("/disputes").Wants(t, 200).Lacks(t, "畲族")
	h.as("resident2").Post(back, sends).Wants(t, 404)
	v.Post(back, sent(99)).Wants(t, 409)
	v.Post(back, sends).Redirects(t, "/disputes")
	v.Get("/disputes").Wants(t, 200, "已撤回").Lacks(t, back)
	v.Post(back, sends).Wants(t, 409)
	v.Cookie("yimen_lang", "en").Get("/disputes").Wants(t, 200, "Withdrawn")
}

// The owner's answer and its reason stand beside what was disputed.
func TestADisputeIsAnswered(t *testing.T) {
	h := open(t)
	ctx, me := t.Context(), h.actor("resident1")
	x, _ := h.draft("resident1", "id-card-issue")
	x, err := h.app.Applications.Dispute(ctx, me, x.ID, x.Version(), "ethnicity")
	if err == nil {
		def, failed := h.app.Applications.Definition(ctx, x)
		if failed != nil {
			t.Fatal(failed)
		}
		x, err = h.app.Applications.Save(ctx, me, x.ID, x.Version(), def.PageFor("ethnicity"), form.Answers{"ethnicity": form.Plain("畲族")}, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	owner := h.actor("ga-officer")
	d, err := h.app.Registers.Dispute(ctx, owner, x.Sources["ethnicity"].Dispute)
	if err == nil {
		_, err = h.app.Registers.Answer(ctx, owner, d.ID, d.Version(), registers.Answer{Correct: true, Value: "畲族", Reason: "与户籍底册核对有误"})
	}
	if err != nil {
		t.Fatal(err)
	}
	h.as("resident1").Get("/disputes").Wants(t, 200, "已更正", "与户籍底册核对有误", "答复日期").Lacks(t, "/withdrawal")
}
