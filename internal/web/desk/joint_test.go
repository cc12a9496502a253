package desk_test

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/web/kit/kittest"
)

// shop files a big catering shop, whose three cases are accepted.
func (h *house) shop() []*cases.Case {
	h.t.Helper()
	ctx, stage, handler := h.t.Context(), h.app.Stage(), apptest.Handler(h.t, h.app, "handler1")
	x, err := stage.FileBundle(ctx, handler, rehearsal.Choice{Bundle: "open-catering-shop", Region: "445103100200",
		Answers: map[string]string{"area300": "是", "tobacco": "是"}})
	if err != nil {
		h.t.Fatal(err)
	}
	all, err := h.app.Cases.Together(ctx, handler, x.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []*cases.Case
	for _, s := range all {
		c, err := stage.Bring(ctx, handler, s.Case, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		if err != nil {
			h.t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// officer is an officer at the body of a case, as a visitor.
func (h *house) officer(c *cases.Case) (gov.Actor, *kittest.Visitor) {
	h.t.Helper()
	who, err := h.app.Stage().Staff(h.t.Context(), gov.RoleOfficer, c.Body, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return who, h.site.As(who)
}

func (h *house) step(id string) *joint.Step {
	h.t.Helper()
	x, err := h.app.Joint.Step(h.t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return x
}

func values(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

func seen(version int64) string { return strconv.FormatInt(version, 10) }

// day is a date as its three inputs send it.
func day(d clock.Date, v url.Values) url.Values {
	parts := strings.Split(d.String(), "-")
	for i, name := range []string{"on.y", "on.m", "on.d"} {
		v.Set(name, parts[i])
	}
	return v
}

// Three departments, by their pages alone: called, answered, appointed, recorded,
// three opinions, one sheet.
func TestDepartmentsGoTogether(t *testing.T) {
	var ahead time.Duration
	h := before(t, apptest.SQLite(t, func() now.Instant { return now.System().Add(ahead) }))
	all := h.shop()
	_, first := h.officer(all[0])
	_, second := h.officer(all[1])
	_, third := h.officer(all[2])
	first.Get(path(all[0], "visits")).Wants(t, 200, "请别的部门一起办")
	first.Get(path(all[0], "joint")).Wants(t, 200, all[1].ItemName, all[2].BodyName, "联合踏勘", "专家评审会").Lacks(t, `value="`+all[0].ID+`"`)
	tomorrow := clock.DateOf(h.app.Now().Time()).AddDays(1)
	first.Post(path(all[0], "joint"), day(tomorrow, form(all[0], "kind", "site_visit", "time", "25:00", "place", ""))).
		Wants(t, 422, "请填写日期和时间", "请填写地点", "请至少选一个")
	called := first.Post(path(all[0], "joint"), day(tomorrow, form(all[0], "kind", "site_visit", "time", "９:30", "place", "示例路1号",
		"cases", all[1].ID, "cases", all[2].ID)))
	at := called.Header.Get("Location")
	id := at[strings.LastIndex(at, "/")+1:]
	called.Redirects(t, "/desk/joint/"+id)
	h.as("ga-officer").Get("/desk/joint/"+id).Wants(t, 404)
	second.Get("/desk/joint?tab=asked").Wants(t, 200, "联合踏勘", "09:30", "示例路1号", "待答复")
	answer := func(v *kittest.Visitor, c *cases.Case, kv ...string) *kittest.Answer {
		p := h.step(id).Of(c.ID)
		v.Get("/desk/joint/"+id+"/answer?part="+p.ID).Wants(t, 200, c.ItemName, "按这个时间参加")
		return v.Post("/desk/joint/"+id+"/answer", values(append(kv, "part", p.ID, "version", seen(p.Version))...))
	}
	answer(second, all[1], "verdict", "decline").Wants(t, 422, "请填写内容")
	answer(second, all[1], "verdict", "confirm").Redirects(t, "/desk/joint/"+id)
	answer(third, all[2], "verdict", "").Wants(t, 422, "请选择答复")
	answer(third, all[2], "verdict", "confirm").Redirects(t, "/desk/joint/"+id)
	first.Get("/desk/joint/"+id).Wants(t, 200, "确定时间并告知申请人", "待确定时间").Lacks(t, "晚于下面事项的承诺期限")
	first.Post("/desk/joint/"+id+"/appointment", values("version", "1")).Wants(t, 409, "待确定时间")
	first.Post("/desk/joint/"+id+"/appointment", values("version", seen(h.step(id).Version()))).Redirects(t, "/desk/joint/"+id)
	first.Get("/desk/joint/"+id+"/record").Wants(t, 200, "看到了什么")
	first.Get("/desk/joint/"+id+"/sheet").Redirects(t, "/desk/joint/"+id)
	ahead = 48 * time.Hour
	h.recorded(id, all)
	h.staysAway(all, &ahead)
}

// staysAway: who said that he comes and did not is absent, and of one that is called
// off nobody is; neither is a site visit.
func (h *house) staysAway(all []*cases.Case, ahead *time.Duration) {
	t, ctx := h.t, h.t.Context()
	t.Helper()
	caller, v := h.officer(all[0])
	other, _ := h.officer(all[1])
	counts := func(id string, times int) *kittest.Answer {
		t.Helper()
		a := v.Get("/desk/joint/" + id)
		if n := strings.Count(a.Body, "计为该事项的现场核查"); n != times {
			t.Errorf("%d site visits, not %d", n, times)
		}
		return a
	}
	appointed := func() *joint.Step {
		t.Helper()
		x, err := h.app.Joint.Call(ctx, caller, all[0].ID, h.again(all[0]).Version(), joint.Calling{Kind: joint.SiteVisit,
			At: h.app.Now().Add(time.Hour), Place: "示例路1号", Cases: []string{all[1].ID}})
		if err == nil {
			x, err = h.app.Joint.Confirm(ctx, other, x.ID, x.Parts[1].ID, x.Parts[1].Version, 0)
		}
		if err == nil {
			x, err = h.app.Joint.Appoint(ctx, caller, x.ID, x.Version())
		}
		if err != nil {
			t.Fatal(err)
		}
		counts(x.ID, 2).Lacks(t, "未到场")
		return x
	}
	off := appointed()
	if _, err := h.app.Joint.Cancel(ctx, caller, off.ID, off.Version(), "示例原因"); err != nil {
		t.Fatal(err)
	}
	counts(off.ID, 0).Lacks(t, "未到场")
	x := appointed()
	*ahead += 2 * time.Hour
	if _, err := h.app.Joint.Hold(ctx, caller, x.ID, x.Version(), joint.Record{On: x.Day, Words: "看过", Attended: []string{x.Parts[0].ID}}); err != nil {
		t.Fatal(err)
	}
	counts(x.ID, 1).Wants(t, 200, all[1].BodyName, "未到场")
}

// recorded writes the record and every opinion, and prints the sheet.
func (h *house) recorded(id string, all []*cases.Case) {
	t := h.t
	x := h.step(id)
	_, first := h.officer(all[0])
	first.Post("/desk/joint/"+id+"/record", day(x.Day, values("version", seen(x.Version())))).Wants(t, 422, "请填写记录", "请选择到场的部门")
	record := day(x.Day, values("version", seen(x.Version()), "record", "后厨与通道都看过"))
	for _, p := range x.Parts {
		record.Add("attended", p.ID)
	}
	first.Post("/desk/joint/"+id+"/record", record).Redirects(t, "/desk/joint/"+id)
	for i, c := range all {
		actor, v := h.officer(c)
		staff, err := h.app.Cases.Staff(t.Context(), actor, c)
		if err != nil {
			t.Fatal(err)
		}
		delete(staff, actor.Account)
		var others []string
		for account := range staff {
			others = append(others, account)
		}
		slices.Sort(others)
		p := h.step(id).Of(c.ID)
		v.Get("/desk/joint/"+id+"/opinion?part="+p.ID).Wants(t, 200, "另一名工作人员", "意见内容")
		v.Post("/desk/joint/"+id+"/opinion", values("part", p.ID, "version", seen(p.Version), "finding", "passed")).Wants(t, 422, "请填写内容")
		v.Post("/desk/joint/"+id+"/opinion", values("part", p.ID, "version", seen(p.Version), "finding", "passed", "words", "意见"+strconv.Itoa(i),
			"second", others[0])).Redirects(t, "/desk/joint/"+id)
	}
	first.Get("/desk/joint/"+id+"/sheet").Wants(t, 200, "联合踏勘记录", "后厨与通道都看过", "意见0", "意见1", "意见2", "签字")
	first.Get("/desk/joint/"+id).Wants(t, 200, "已结束", "符合", "打印记录").Lacks(t, "/cancellation")
	first.Get("/desk/joint?tab=ended").Wants(t, 200, "已结束", "联合踏勘")
	first.Get(path(all[0], "visits")).Wants(t, 200, "意见0", "联合踏勘")
	first.Cookie("yimen_lang", "en").Get("/desk/joint/"+id).Wants(t, 200, "joint site visit", "passed")
}

// A convener moves the time and calls it off; what was asked of others goes with it.
func TestAJointStepIsMovedAndCalledOff(t *testing.T) {
	h := open(t)
	all := h.shop()
	actor, first := h.officer(all[0])
	x, err := h.app.Joint.Call(t.Context(), actor, all[0].ID, h.again(all[0]).Version(), joint.Calling{Kind: joint.ExpertMeeting,
		At: h.app.Now().Add(48 * time.Hour), Place: "三楼会议室", Cases: []string{all[1].ID}})
	if err != nil {
		t.Fatal(err)
	}
	below := "/desk/joint/" + x.ID
	_, second := h.officer(all[1])
	second.Get(below+"/time").Redirects(t, below) // not the convener
	second.Post(below+"/cancellation", values("version", seen(x.Version()), "reason", "不去")).Wants(t, 403)
	first.Get(below+"/time").Wants(t, 200, "另定时间或地点", "参加部门要重新确认")
	first.Post(below+"/time", day(x.Day, values("version", seen(x.Version()), "time", "半夜", "place", "四楼"))).Wants(t, 422, "请填写日期和时间")
	first.Post(below+"/time", day(x.Day.AddDays(1), values("version", seen(x.Version()), "time", "15:00", "place", "四楼会议室"))).Redirects(t, below)
	first.Get(below).Wants(t, 200, "四楼会议室", "15:00")
	late := h.again(all[1]).PromisedDue.AddDays(1)
	first.Post(below+"/time", day(late, values("version", seen(h.step(x.ID).Version()), "time", "15:00", "place", "四楼会议室"))).Redirects(t, below)
	second.Get(below).Wants(t, 200, "晚于下面事项的承诺期限", all[1].ItemName+"：承诺最晚")
	first.Post(below+"/cancellation", values("version", seen(h.step(x.ID).Version()), "reason", "")).Wants(t, 422, "请填写原因")
	first.Post(below+"/cancellation", values("version", seen(h.step(x.ID).Version()), "reason", "专家另有安排")).Redirects(t, below)
	second.Get(below).Wants(t, 200, "已取消", "专家另有安排")
	h.inherited(all)
}

// inherited lets the convener's case end: the caller is nobody at the department that
// convenes from then on.
func (h *house) inherited(all []*cases.Case) {
	t, ctx := h.t, h.t.Context()
	t.Helper()
	caller, _ := h.officer(all[0])
	_, second := h.officer(all[1])
	x, err := h.app.Joint.Call(ctx, caller, all[0].ID, h.again(all[0]).Version(), joint.Calling{Kind: joint.SiteVisit,
		At: h.app.Now().Add(48 * time.Hour), Place: "示例路1号", Cases: []string{all[1].ID}})
	if err != nil {
		t.Fatal(err)
	}
	at := "/desk/joint/" + x.ID
	second.Get(at).Wants(t, 200, all[0].BodyName+" "+caller.Name)
	c := h.again(all[0])
	if _, err := h.app.Cases.Withdraw(ctx, apptest.Handler(t, h.app, "handler1"), c.ID, c.Version(), "不办了"); err != nil {
		t.Fatal(err)
	}
	second.Get(at).Wants(t, 200, "牵头部门", all[1].BodyName).Lacks(t, all[0].BodyName+" "+caller.Name, all[1].BodyName+" "+caller.Name)
}
