package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases/joint"
	"yimen/internal/gov"
	"yimen/internal/rehearsal"
)

// noodles are the organisation of the demo town that the systems file for.
var noodles = map[string]any{"kind": "organisation", "name": "小满面馆（虚构）", "credit_code": "91990000YMQ0000134", "evidence": "营业执照原件"}

// sample is a person nobody has seen before.
var sample = map[string]any{"kind": "person", "name": "何示例", "id_number": "99000019900307003X", "phone": "13000000009", "evidence": "居民身份证原件"}

// story is two systems taking cases through the API.
type story struct {
	*system
	second *system
	t      *testing.T
}

// guide is the local item that handles an item in the demo region.
func (s *story) guide(item string) string {
	s.t.Helper()
	return s.do("GET", "/api/v1/items/"+item+"/guides?region=445103", nil).wants(s.t, 200).text(s.t, "guides.0.id")
}

// known is what the applicants' parties have already; it is not sent again.
var known = []string{"company_name", "uscc", "legal_representative", "legal_rep_id_number", "registered_address", "business_address",
	"applicant_name", "id_type", "id_number", "birth_date", "gender"}

// answers fills in what the form of a guide requires and nobody knows yet.
func (s *story) answers(guide string) map[string]any {
	s.t.Helper()
	def, err := s.Applications.DefinitionOf(s.t.Context(), guide)
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]any{}
	for _, x := range def.Form {
		if v := rehearsal.Sample(x, 1); x.Required && !v.IsZero() && !slices.Contains(known, x.Key) {
			out[x.Key] = v
		}
	}
	delete(out, "delivery_way")
	if def.Form.Has("delivery_way") {
		out["delivery_way"] = "窗口领取"
	}
	return out
}

// drafted submits an application that stays a draft.
func (s *story) drafted(item string, applicant any, also map[string]any) *call {
	s.t.Helper()
	g := s.guide(item)
	body := map[string]any{"guide": g, "applicant": applicant, "answers": s.answers(g)}
	for k, v := range also {
		body[k] = v
	}
	return s.do("POST", "/api/v1/applications", body).wants(s.t, 201)
}

// attached puts a picture into every slot that needs one, and records the first.
func (s *story) attached(x *call) *call { return s.papers(x, true) }

func (s *story) papers(x *call, first bool) *call {
	s.t.Helper()
	for _, slot := range at(x.json(s.t), "slots").([]any) {
		if at(slot, "required") != true || len(at(slot, "licences").([]any)) > 0 {
			continue
		}
		key := fmt.Sprint(at(slot, "key"))
		x = s.upload("/api/v1/applications/"+x.text(s.t, "id")+"/attachments", map[string]string{"slot": key}, "照片.png", rehearsal.Picture(),
			"If-Match", x.header.Get("ETag")).wants(s.t, 201)
		if first {
			x.record(s.t, "attach-file", map[string]any{"id": x.text(s.t, "id"), "slot": key})
		}
		first = false
	}
	return x
}

// filed takes an application for a food business licence to its case.
func (s *story) filed() (application *call, caseID string) {
	s.t.Helper()
	x := s.attached(s.drafted("food-business-licence", noodles, nil))
	x = s.do("POST", "/api/v1/applications/"+x.text(s.t, "id")+"/filing", map[string]any{"declared": true}, "If-Match", x.header.Get("ETag")).wants(s.t, 200)
	return x, x.text(s.t, "case")
}

// act does an act on a case at the version that stands there.
func (s *story) act(by *system, caseID, name string, body map[string]any) *call {
	s.t.Helper()
	seen := by.do("GET", "/api/v1/cases/"+caseID, nil).wants(s.t, 200)
	if body == nil {
		body = map[string]any{}
	}
	return by.do("POST", "/api/v1/cases/"+caseID+"/"+name, body, "If-Match", seen.header.Get("ETag"))
}

// TestAPIStory plays every operation of the API on both databases and compares
// each with its example in openapi.json.
func TestAPIStory(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		o := newOffice(a)
		s := &story{system: o.system(t, "front-system", everywhere), t: t}
		s.second = o.system(t, "review-system", []post{{gov.RoleReviewer, "scjg"}})
		s.browse()
		caseID := s.file()
		s.follow(caseID)
		licence := s.grant(caseID)
		s.licence(licence)
		s.joint()
		s.others()
		s.time()
		s.corrected()
		s.replaced(s.fetched())
		s.immediate()
		s.events()
		s.registers()
		holds(t, a)
		if strings.Contains(o.log.String(), "99000019900307003X") || strings.Contains(o.log.String(), "何示例") {
			t.Error("personal data in the log")
		}
	})
}

func (s *story) browse() {
	t := s.t
	s.do("GET", "/api/v1/items?q=%E9%A3%9F%E5%93%81%E7%BB%8F%E8%90%A5%E8%AE%B8%E5%8F%AF&limit=2", nil).wants(t, 200).record(t, "list-items", map[string]any{"q": "食品经营许可", "limit": 2})
	s.do("GET", "/api/v1/items/food-business-licence", nil).wants(t, 200).record(t, "get-item", map[string]any{"id": "food-business-licence"})
	g := s.do("GET", "/api/v1/items/food-business-licence/guides?region=445103", nil).wants(t, 200).
		record(t, "list-guides", map[string]any{"id": "food-business-licence", "region": "445103"}).text(t, "guides.0.id")
	s.do("GET", "/api/v1/guides/"+g, nil).wants(t, 200).record(t, "get-guide", map[string]any{"local": g})
	s.do("GET", "/api/v1/departments", nil).wants(t, 200).record(t, "list-departments", nil)
	s.do("GET", "/api/v1/regions?parent=445103", nil).wants(t, 200).record(t, "list-regions", map[string]any{"parent": "445103"})
}

func (s *story) file() string {
	t := s.t
	x := s.drafted("food-business-licence", noodles, nil).record(t, "submit-application", nil)
	if x.text(t, "state") != "draft" || len(at(x.json(t), "missing").([]any)) == 0 {
		t.Fatalf("%s", x.answer)
	}
	x = s.attached(x)
	id := x.text(t, "id")
	filed := s.do("POST", "/api/v1/applications/"+id+"/filing", map[string]any{"declared": true}, "If-Match", x.header.Get("ETag")).wants(t, 200)
	filed.record(t, "file-application", map[string]any{"id": id})
	if _, err := gov.ParseCaseNumber(filed.text(t, "number")); err != nil || filed.text(t, "state") != "filed" {
		t.Fatalf("%v %s", err, filed.answer)
	}
	s.do("GET", "/api/v1/applications/"+id+"?answers=masked", nil).wants(t, 200).record(t, "get-application", map[string]any{"id": id, "answers": "masked"})
	return filed.text(t, "case")
}

func (s *story) follow(caseID string) {
	t := s.t
	c := s.do("GET", "/api/v1/cases/"+caseID+"?answers=masked", nil).wants(t, 200).record(t, "get-case", map[string]any{"id": caseID, "answers": "masked"})
	number := c.text(t, "number")
	s.do("GET", "/api/v1/case-numbers/"+number, nil).wants(t, 200).record(t, "get-case-by-number", map[string]any{"number": number})
	list := s.do("GET", "/api/v1/cases?state=submitted&awaits=clerk&limit=1", nil).wants(t, 200)
	list.record(t, "list-cases", map[string]any{"state": "submitted", "awaits": "clerk", "limit": 1})
	if list.text(t, "cases.0.id") != caseID {
		t.Fatalf("%s", list.answer)
	}
}

func (s *story) grant(caseID string) string {
	t, by := s.t, map[string]any{"id": caseID}
	s.act(s.system, caseID, "acceptance", nil).wants(t, 200).record(t, "accept-case", by)
	officials := s.do("GET", "/api/v1/cases/"+caseID+"/officials", nil).wants(t, 200).record(t, "list-officials", by)
	visit := map[string]any{"on": apptest.Today(s.App).String(), "first": officials.text(t, "officials.0.id"), "second": officials.text(t, "officials.1.id"),
		"passed": true, "record": "经营场所布局与图纸一致。"}
	s.act(s.system, caseID, "site-visits", visit).wants(t, 200).record(t, "record-site-visit", by)
	advice := map[string]any{"verdict": "advise_grant", "words": "材料齐全，建议准予。"}
	s.act(s.system, caseID, "opinions", advice).wants(t, 200).record(t, "give-opinion", by)
	s.act(s.second, caseID, "returns", map[string]any{"to": "handle", "reason": "请补充后厨照片的说明。"}).wants(t, 200).record(t, "return-case", by)
	s.act(s.system, caseID, "opinions", advice).wants(t, 200)
	s.act(s.second, caseID, "opinions", map[string]any{"verdict": "advise_grant"}).wants(t, 200)
	c := s.act(s.system, caseID, "decision", map[string]any{"grant": true, "words": "准予。"}).wants(t, 200).record(t, "decide-case", by)
	licence := c.text(t, "licence")
	s.act(s.system, caseID, "posting", map[string]any{"recipient": "钱经办", "parcel": "EX0000000001"}).wants(t, 200).record(t, "post-result", by)
	s.act(s.system, caseID, "delivery", map[string]any{"way": "posted", "recipient": "钱经办", "parcel": "EX0000000001"}).wants(t, 200).record(t, "deliver-result", by)
	s.do("GET", "/api/v1/cases/"+caseID+"/trace", nil).wants(t, 200).record(t, "get-case-trace", by)
	return licence
}

// joint: three departments look at one shop; each system that sees one of the cases
// reads when, where and with whom.
func (s *story) joint() {
	t := s.t
	g := &gathering{t: t, a: s.App}
	g.file(catering)
	at := "/api/v1/cases/" + g.cases[1].ID + "/joint-steps"
	if none := s.do("GET", at, nil).wants(t, 200); string(none.answer) == "" || strings.Contains(string(none.answer), "site_visit") {
		t.Errorf("%s", none.answer)
	}
	x := g.appointed(joint.SiteVisit)
	list := s.do("GET", at, nil).wants(t, 200).record(t, "list-joint-steps", map[string]any{"id": g.cases[1].ID})
	if list.text(t, "joint_steps.0.id") != x.ID || list.text(t, "joint_steps.0.state") != "appointed" || list.text(t, "joint_steps.0.parts.2.state") != "accepted" {
		t.Errorf("%s", list.answer)
	}
	s.second.do("GET", "/api/v1/cases/"+g.cases[2].ID+"/joint-steps", nil).problem(t, 404, "cases.missing")
}

func (s *story) licence(id string) {
	t := s.t
	l := s.do("GET", "/api/v1/licences/"+id, nil).wants(t, 200).record(t, "get-licence", map[string]any{"id": id})
	check := s.do("POST", "/api/v1/licences/check", map[string]any{"identifier": l.text(t, "identifier")}).wants(t, 200).record(t, "check-licence", nil)
	if check.text(t, "valid") != "true" {
		t.Fatalf("%s", check.answer)
	}
	page := l.text(t, "check_page")
	token := page[strings.LastIndex(page, "/")+1:]
	if s.do("POST", "/api/v1/licences/check", map[string]any{"token": token}).wants(t, 200).text(t, "state") != "valid" {
		t.Error("by token")
	}
	if got := s.do("POST", "/api/v1/licences/check", map[string]any{"token": token[:10]}).wants(t, 200); got.text(t, "valid") != "false" || got.text(t, "state") != "unknown" {
		t.Errorf("%s", got.answer)
	}
	s.do("POST", "/api/v1/licences/check", map[string]any{}).problem(t, 422, "fault.fields")
}

// registers: the owner's system feeds what it has; another's is told nothing.
func (s *story) registers() {
	t := s.t
	const at = "/api/v1/registers/organisations/entries"
	feed := map[string]any{"source": "登记系统", "records": []any{map[string]any{"as_of": "2026-03-01", "values": map[string]any{
		"uscc": "91990000YMQ0000134", "company_name": "小满面馆（虚构）", "legal_representative": "何负责", "registered_address": "潮安区古巷镇示例大道1号"}}}}
	fed := s.do("PUT", at, feed).wants(t, 200).record(t, "feed-register", map[string]any{"register": "organisations"})
	if again := s.do("PUT", at, feed, "Idempotency-Key", fed.headers["Idempotency-Key"]).wants(t, 200); again.text(t, "generation") != fed.text(t, "generation") {
		t.Errorf("fed twice: %s", again.answer)
	}
	s.do("PUT", "/api/v1/registers/population/entries", feed).problem(t, 403, "registers.denied")
	s.do("PUT", "/api/v1/registers/weather/entries", feed).problem(t, 422, "fault.fields")
	feed["records"] = []any{map[string]any{"values": map[string]any{"uscc": "91990000YMQ0000135", "company_name": "错一位"}}}
	bad := s.do("PUT", at, feed).problem(t, 422, "fault.fields")
	if said := fmt.Sprint(bad); !strings.Contains(said, "/records/0/values/uscc") {
		t.Error(said)
	}
}

func (s *story) others() {
	t := s.t
	_, id := s.filed()
	s.act(s.system, id, "decline", map[string]any{"reason": "不属于本机关职权范围。", "article": "行政许可法第三十二条第一款第二项", "where": "潮州市市场监督管理局"}).
		wants(t, 200).record(t, "decline-case", map[string]any{"id": id})
	x, id := s.filed()
	defects := map[string]any{"defects": []any{map[string]any{"kind": "field", "key": "premises_area", "reason": "面积与图纸不符。"},
		map[string]any{"kind": "material", "key": fmt.Sprint(at(x.json(t), "slots.0.key")), "reason": "照片不清晰。"}}}
	s.act(s.system, id, "correction", defects).wants(t, 200).record(t, "ask-correction", map[string]any{"id": id})
	s.act(s.system, id, "service", map[string]any{"on": apptest.Today(s.App).String(), "how": "邮寄，邮件号 EX0000000002"}).wants(t, 200).
		record(t, "serve-correction", map[string]any{"id": id})
	amending := s.do("GET", "/api/v1/applications/"+x.text(t, "id"), nil).wants(t, 200)
	if amending.text(t, "state") != "amending" || amending.text(t, "corrections.1.reason") != "照片不清晰。" {
		t.Errorf("%s", amending.answer)
	}
	s.act(s.system, id, "termination", map[string]any{"reason": "申请人已依法终止。"}).wants(t, 200).record(t, "terminate-case", map[string]any{"id": id})
	_, id = s.filed()
	accepted := s.act(s.system, id, "acceptance", nil).wants(t, 200)
	if slices.Contains(at(accepted.json(t), "may").([]any), any("suspensions")) {
		t.Errorf("the item publishes no special procedure: %s", accepted.answer)
	}
	second := s.do("GET", "/api/v1/cases/"+id+"/officials", nil).wants(t, 200)
	s.act(s.system, id, "site-visits", map[string]any{"on": apptest.Today(s.App).String(), "first": second.text(t, "officials.0.id"),
		"second": second.text(t, "officials.1.id"), "passed": false, "record": "与图纸不一致。"}).wants(t, 200)
	s.act(s.system, id, "opinions", map[string]any{"verdict": "advise_refuse", "words": "布局不符合要求。"}).wants(t, 200)
	s.act(s.second, id, "opinions", map[string]any{"verdict": "advise_refuse", "words": "同意。"}).wants(t, 200)
	refused := s.act(s.system, id, "decision", map[string]any{"grant": false, "reason": "布局不符合要求。", "article": "食品安全法第三十三条"}).wants(t, 200)
	if refused.text(t, "state") != "refused" {
		t.Errorf("%s", refused.answer)
	}
}

// time takes more of it: a special procedure whose days do not count, and the one
// extension.
func (s *story) time() {
	t := s.t
	x := s.papers(s.drafted("drainage-permit", noodles, nil), false)
	x = s.do("POST", "/api/v1/applications/"+x.text(t, "id")+"/filing", map[string]any{"declared": true}, "If-Match", x.header.Get("ETag")).wants(t, 200)
	id := x.text(t, "case")
	by := map[string]any{"id": id}
	accepted := s.act(s.system, id, "acceptance", nil).wants(t, 200)
	if !slices.Contains(at(accepted.json(t), "may").([]any), any("suspensions")) {
		t.Errorf("no special procedure is offered: %s", accepted.answer)
	}
	s.act(s.system, id, "suspensions", map[string]any{"procedure": "水质检测", "days": 11}).problem(t, 422, "fault.fields")
	s.act(s.system, id, "suspensions", map[string]any{"procedure": "现场核查", "days": 1}).problem(t, 422, "fault.fields")
	c := s.act(s.system, id, "suspensions", map[string]any{"procedure": "水质检测", "days": 10, "reason": "排水水质需要检测。"}).wants(t, 200).
		record(t, "suspend-case", by)
	if c.text(t, "state") != "suspended" || !slices.Contains(at(c.json(t), "may").([]any), any("resumptions")) {
		t.Errorf("%s", c.answer)
	}
	s.act(s.system, id, "extension-requests", map[string]any{"days": 5, "reason": "需要补充核实。"}).wants(t, 200).record(t, "ask-extension", by)
	s.act(s.system, id, "extension-requests", map[string]any{"days": 5, "reason": "再次申请。"}).problem(t, 409, "cases.extension_once")
	s.act(s.system, id, "extension-decision", map[string]any{"grant": false}).problem(t, 422, "fault.fields")
	s.act(s.system, id, "extension-decision", map[string]any{"grant": true, "words": "同意。"}).wants(t, 200).record(t, "decide-extension", by)
	read := s.do("GET", "/api/v1/cases/"+id+"/clock", nil).wants(t, 200).record(t, "get-case-clock", by)
	if promised := at(at(read.json(t), "clocks"), "promised"); at(promised, "state") != "suspended" || at(promised, "due") != nil ||
		fmt.Sprint(at(promised, "budget")) != "12" || at(promised, "projected_due") == nil || at(promised, "days") != nil {
		t.Errorf("%s", read.answer)
	}
	s.act(s.system, id, "resumptions", map[string]any{"procedure": "水质检测", "result": "合格，报告编号 示例-001。"}).wants(t, 200).record(t, "resume-case", by)
	read = s.do("GET", "/api/v1/cases/"+id+"/clock?days=true", nil).wants(t, 200)
	days := at(at(at(read.json(t), "clocks"), "promised"), "days").([]any)
	if at(days[0], "code") != "first_day" || at(days[0], "article") != "民法典第二百零一条" || len(days) < 12 {
		t.Errorf("%s", read.answer)
	}
}

// immediate are items done while the applicant waits, filed in one message.
func (s *story) immediate() {
	t, now := s.t, map[string]any{"file": true, "declared": true}
	x := s.drafted("remote-medical-record", sample, now)
	id := x.text(t, "case")
	s.act(s.system, id, "sitting", map[string]any{"words": "当场办结。"}).wants(t, 200).record(t, "sit-case", map[string]any{"id": id})
	x = s.drafted("mi-resident-fee", sample, now)
	id = x.text(t, "case")
	s.act(s.system, id, "acceptance", nil).wants(t, http.StatusOK)
	s.charge(id)
	s.act(s.system, id, "opinions", map[string]any{"verdict": "advise_grant"}).wants(t, 200)
	c := s.act(s.system, id, "decision", map[string]any{"grant": true}).wants(t, 200)
	if c.text(t, "step") != "produce" || c.text(t, "may.1") != "production" {
		t.Fatalf("%s", c.answer)
	}
	missing := s.act(s.system, id, "production", map[string]any{"unlimited": true}).problem(t, 422, "fault.fields")
	key := strings.TrimPrefix(fmt.Sprint(at(missing, "errors.0.field")), "face.")
	if at(missing, "errors.0.pointer") != "#/face/"+key {
		t.Errorf("%v", missing)
	}
	s.act(s.system, id, "production", map[string]any{"face": map[string]any{key: s.face(key)}, "valid_to": "2027-12-31"}).wants(t, 200).
		record(t, "produce-licence", map[string]any{"id": id})
}

// charge takes what the item publishes; the trace tells of it, with the standard.
func (s *story) charge(id string) {
	t := s.t
	s.act(s.system, id, "charges", map[string]any{"amount": 0, "for": "x"}).problem(t, 422, "fault.fields")
	c := s.act(s.system, id, "charges", map[string]any{"amount": 40000, "for": "居民医保年度个人缴费"}).wants(t, 200).
		record(t, "record-charge", map[string]any{"id": id})
	if !slices.Contains(at(c.json(t), "may").([]any), any("charges")) {
		t.Errorf("%s", c.answer)
	}
	trace := s.do("GET", "/api/v1/cases/"+id+"/trace", nil).wants(t, 200)
	if got := trace.text(t, "entries.2.act") + trace.text(t, "entries.2.charge.amount") + trace.text(t, "entries.2.charge.standard"); got != "charge40000按当年公布的个人缴费标准" {
		t.Errorf("%s: %s", got, trace.answer)
	}
}

// face is a value for an element of a licence's face.
func (s *story) face(key string) any {
	l, err := s.Catalogue.Element(s.t.Context(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	return rehearsal.Sample(formField(l), 1)
}

func (s *story) events() {
	t := s.t
	for { // positions are given after commit, by the sequencer
		n, err := s.Sequencer.Once(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	s.do("GET", "/api/v1/events?after=0&limit=500", nil).wants(t, 200)
	last, seen := "0", map[string]int{}
	for more := true; more; {
		page := s.do("GET", "/api/v1/events?limit=50&after="+last, nil).wants(t, 200).json(t)
		for _, e := range at(page, "events").([]any) {
			kind := fmt.Sprint(at(e, "type"))
			seen[kind]++
			if seen["case.accepted"] == 1 && kind == "case.accepted" {
				position := fmt.Sprint(at(e, "position"))
				var before int
				fmt.Sscan(position, &before)
				s.do("GET", fmt.Sprintf("/api/v1/events?limit=1&after=%d", before-1), nil).wants(t, 200).record(t, "list-events", map[string]any{"after": 1041, "limit": 1})
			}
		}
		more = at(page, "more") == true
		last = fmt.Sprint(at(page, "next"))
	}
	if seen["case.opened"] == 0 || seen["licence.issued"] == 0 || seen["application.filed"] == 0 || seen["party.raised"]+seen["mandate.granted"] > 0 {
		t.Errorf("%v", seen)
	}
}
