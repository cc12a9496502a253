package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/journal"
	"yimen/internal/rehearsal"
)

// inHand acts on an application at the version that stands there.
func (s *story) inHand(by *system, id, name string, body map[string]any) *call {
	s.t.Helper()
	seen := by.do("GET", "/api/v1/applications/"+id, nil).wants(s.t, 200)
	return by.do("POST", "/api/v1/applications/"+id+"/"+name, body, "If-Match", seen.header.Get("ETag"))
}

// offered is the id of the licence that could stand for the copy of the business licence.
func (s *story) offered(id string) (licence string, list *call) {
	s.t.Helper()
	list = s.do("GET", "/api/v1/applications/"+id+"/licence-offers", nil).wants(s.t, 200)
	for _, o := range at(list.json(s.t), "offers").([]any) {
		if at(o, "slot") == "biz" {
			return fmt.Sprint(at(o, "licence")), list
		}
	}
	s.t.Fatalf("nothing for the business licence: %s", list.answer)
	return "", nil
}

// biz is the slot of the business licence in an answer.
func biz(t *testing.T, x *call) any {
	t.Helper()
	slots := at(x.json(t), "slots").([]any)
	return slots[slices.IndexFunc(slots, func(slot any) bool { return at(slot, "key") == "biz" })]
}

// fetched files with a licence in the place of its copy, by consent that was taken
// back and given again; nothing of the licence's face is told.
func (s *story) fetched() (application, caseID, licence string) {
	t := s.t
	x := s.drafted("food-business-licence", noodles, nil)
	id := x.text(t, "id")
	licence, list := s.offered(id)
	list.record(t, "list-licence-offers", map[string]any{"id": id})
	if list.text(t, "unseen") != "false" || len(at(list.json(t), "offers.0.labels").([]any)) < 3 || strings.Contains(string(list.answer), "何负责") {
		t.Errorf("%s", list.answer)
	}
	consent := map[string]any{"slot": "biz", "licence": licence, "consent": true}
	x = s.inHand(s.system, id, "licences", consent).wants(t, 201)
	x = s.inHand(s.system, id, "consent-withdrawals", map[string]any{"fetched": at(biz(t, x), "licences.0.id")}).wants(t, 200).
		record(t, "withdraw-consent", map[string]any{"id": id})
	if left := at(biz(t, x), "licences").([]any); len(left) != 0 {
		t.Errorf("still there: %v", left)
	}
	x = s.inHand(s.system, id, "licences", consent).wants(t, 201).record(t, "fetch-licence", map[string]any{"id": id})
	if l := at(biz(t, x), "licences.0"); at(l, "licence") != licence || at(l, "state") != "valid" || at(l, "counts") != true {
		t.Errorf("%v", l)
	}
	s.papers(x, false)
	x = s.inHand(s.system, id, "filing", map[string]any{"declared": true}).wants(t, 200)
	return id, x.text(t, "case"), licence
}

// replaced: the licence falls after acceptance; the officer asks for another, the
// paper is brought, and the case goes on where it stood.
func (s *story) replaced(application, caseID, licence string) {
	t, by, reason := s.t, map[string]any{"id": caseID}, map[string]any{"reason": "营业执照已撤销，请换用有效的执照或者交副本。"}
	mayAsk := func(x *call) bool { return slices.Contains(at(x.json(t), "may").([]any), any("replacement")) }
	accepted := s.act(s.system, caseID, "acceptance", nil).wants(t, 200)
	if mayAsk(accepted) {
		t.Error("nothing fell, and it may be asked for")
	}
	s.act(s.system, caseID, "replacement", reason).problem(t, 409, "applications.nothing_fallen")
	apptest.Revoke(t, s.App, licence)
	if x := s.do("GET", "/api/v1/cases/"+caseID, nil).wants(t, 200); !mayAsk(x) {
		t.Errorf("it fell, and nobody may ask: %s", x.answer)
	}
	if x := s.do("GET", "/api/v1/applications/"+application, nil).wants(t, 200); at(biz(t, x), "licences.0.state") != "revoked" || at(biz(t, x), "licences.0.since") == nil {
		t.Errorf("%s", x.answer)
	}
	s.act(s.second, caseID, "replacement", reason).problem(t, 403, "cases.denied")
	s.act(s.system, caseID, "replacement", map[string]any{"reason": ""}).problem(t, 422, "fault.fields")
	asked := s.act(s.system, caseID, "replacement", reason).wants(t, 200).record(t, "ask-replacement", by)
	if asked.text(t, "state") != "accepted" || asked.text(t, "asked.0.key") != "biz" || at(asked.json(t), "asked.1") != nil || mayAsk(asked) ||
		asked.text(t, "promised_due") != accepted.text(t, "promised_due") {
		t.Errorf("%s", asked.answer)
	}
	s.act(s.system, caseID, "replacement", reason).problem(t, 409, "applications.replacement_open")
	if at(s.inHand(s.system, application, "amendment", map[string]any{}).problem(t, 422, "fault.fields"), "errors.0.field") != "material.biz" {
		t.Error("answered with nothing")
	}
	s.inHand(s.system, application, "amendment", map[string]any{"answers": map[string]any{"premises_area": "1"}}).problem(t, 422, "fault.fields")
	s.inHand(s.system, application, "amendment", map[string]any{"guides": []any{"another-case"}}).problem(t, 409, "applications.not_now") // nobody asks there
	seen := s.do("GET", "/api/v1/applications/"+application, nil).wants(t, 200)
	s.upload("/api/v1/applications/"+application+"/attachments", map[string]string{"slot": "biz"}, "执照.png", rehearsal.Picture(),
		"If-Match", seen.header.Get("ETag")).wants(t, 201)
	x := s.inHand(s.system, application, "amendment", map[string]any{}).wants(t, 200)
	if x.text(t, "state") != "filed" || len(at(biz(t, x), "licences").([]any)) != 0 {
		t.Errorf("%s", x.answer)
	}
	if x := s.do("GET", "/api/v1/cases/"+caseID, nil).wants(t, 200); x.text(t, "state") != "accepted" || at(x.json(t), "asked") != nil {
		t.Errorf("%s", x.answer)
	}
}

// corrected answers a correction notice: the field in the same message, and no other.
func (s *story) corrected() {
	t := s.t
	x, caseID := s.filed()
	application := x.text(t, "id")
	s.act(s.system, caseID, "correction", map[string]any{"defects": []any{map[string]any{"kind": "field", "key": "premises_area", "reason": "面积与图纸不符。"}}}).wants(t, 200)
	wrong := s.inHand(s.system, application, "amendment", map[string]any{"answers": map[string]any{"premises_area": "88", "employee_count": "9"}}).
		problem(t, 422, "fault.fields")
	if at(wrong, "errors.0.pointer") != "#/answers/employee_count" || at(wrong, "errors.0.code") != "applications.answer_unasked" {
		t.Errorf("%v", wrong)
	}
	x = s.inHand(s.system, application, "amendment", map[string]any{"answers": map[string]any{"premises_area": "88"}}).wants(t, 200).
		record(t, "amend-application", map[string]any{"id": application})
	if x.text(t, "state") != "filed" || x.text(t, "answers.premises_area") != "88" {
		t.Errorf("%s", x.answer)
	}
	if c := s.do("GET", "/api/v1/cases/"+caseID, nil).wants(t, 200); c.text(t, "state") != "submitted" {
		t.Errorf("%s", c.answer)
	}
}

// TestAPIConsent: a system files with somebody's licences only as a counter may: as a
// clerk, for whom it filed, with his consent, which stands in the journal under both.
func TestAPIConsent(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	x := s.drafted("food-business-licence", noodles, nil)
	id := x.text(t, "id")
	licence, _ := s.offered(id)
	consent := map[string]any{"slot": "biz", "licence": licence, "consent": true, "version": 2}
	send := func(by *system, body map[string]any) *call {
		return by.do("POST", "/api/v1/applications/"+id+"/licences", body)
	}
	with := func(member string, v any) map[string]any {
		out := map[string]any{member: v}
		for k, x := range consent {
			if k != member {
				out[k] = x
			}
		}
		return out
	}
	// a draft is in one system's hands: neither an officer's nor another clerk's knows of it
	officer := s.office.system(t, "officer-system", []post{{gov.RoleOfficer, "scjg"}})
	for _, by := range []*system{officer, s.office.system(t, "clerk-system", []post{{gov.RoleClerk, "zs"}})} {
		by.do("GET", "/api/v1/applications/"+id+"/licence-offers", nil).problem(t, 404, "applications.missing")
		send(by, consent).problem(t, 404, "applications.missing")
	}
	if m := send(s.system, with("consent", false)).problem(t, 422, "fault.fields"); at(m, "errors.0.pointer") != "#/consent" {
		t.Errorf("%v", m)
	}
	send(s.system, with("licence", secret)).problem(t, 404, "applications.licence_missing")
	send(s.system, with("slot", "no_such")).problem(t, 404, "applications.slot_missing")
	card, err := db.One(a.DB.Row(t.Context(), `SELECT id FROM licence WHERE type = 'id_card' ORDER BY id LIMIT 1`), db.Text)
	if err != nil {
		t.Fatal(err)
	}
	send(s.system, with("licence", card)).problem(t, 404, "applications.licence_missing") // a person's, for the company
	again := s.one(s.together(4, func() *call {
		return s.do("POST", "/api/v1/applications/"+id+"/licences", consent, "Idempotency-Key", "consent-0001")
	}), 201)
	send(s.system, with("version", at(again.json(t), "version"))).problem(t, 409, "applications.fetched_already")

	app, err := a.Applications.Application(t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := a.Book.Of(t.Context(), a.DB, journal.Subject{Kind: "application", ID: id})
	if err != nil {
		t.Fatal(err)
	}
	l := lines[len(lines)-1]
	if l.Act != "fetch" || l.Account != s.account || l.OnBehalfOf != app.Applicant || l.Channel != "api" || !strings.Contains(string(l.Payload), licence) {
		t.Errorf("%+v %s", l, l.Payload)
	}
	// filed, it is the officer's work: he sees what stands for the paper, and fetches nothing
	s.papers(again, false)
	s.inHand(s.system, id, "filing", map[string]any{"declared": true}).wants(t, 200)
	officer.do("GET", "/api/v1/applications/"+id, nil).wants(t, 200)
	officer.do("GET", "/api/v1/applications/"+id+"/licence-offers", nil).problem(t, 403, "identity.denied")
	send(officer, consent).problem(t, 403, "identity.denied")
	if list := s.do("GET", "/api/v1/applications/"+id+"/licence-offers", nil).wants(t, 200); len(at(list.json(t), "offers").([]any)) != 0 {
		t.Errorf("it is filed: %s", list.answer)
	}
	reader := s.office.system(t, "reading-system", everywhere, identity.ApplicationsRead)
	reader.do("GET", "/api/v1/applications/"+id+"/licence-offers", nil).wants(t, 403)
	holds(t, a)
}
