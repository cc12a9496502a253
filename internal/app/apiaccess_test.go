package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"yimen/internal/api"
	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/httpd"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/rehearsal"
)

// TestAPIGate asks every route of the API without a token, with each scope alone
// and with a person's session: only its own scope opens it.
func TestAPIGate(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	o := newOffice(a)
	holders := map[identity.TokenScope]*system{}
	for _, scope := range identity.TokenScopes() {
		holders[scope] = o.system(t, "only-"+strings.ReplaceAll(string(scope), ".", "-"), nil, scope)
	}
	asked := 0
	for _, r := range a.Router().Routes() {
		if !strings.HasPrefix(r.Pattern, api.Prefix) || !r.Access.ByToken() {
			continue
		}
		path := strings.NewReplacer("{id}", id.New(), "{local}", id.New(), "{number}", "0").Replace(r.Pattern)
		(&system{office: o}).do(r.Method, path, nil).problem(t, 401, "faults.sign_in")
		(&system{office: o, token: "ymt_" + strings.Repeat("a", 26)}).do(r.Method, path, nil).problem(t, 401, "faults.sign_in")
		for scope, s := range holders {
			asked++
			got := s.do(r.Method, path, map[string]any{})
			if own := r.Access.String() == "token:"+string(scope); own == (got.status == http.StatusForbidden) || got.status == http.StatusUnauthorized {
				t.Errorf("%s %s with %s: %d %s", r.Method, r.Pattern, scope, got.status, got.answer)
			}
		}
	}
	if asked < 200 {
		t.Errorf("only %d pairs of route and scope were asked", asked)
	}
	if _, _, err := a.Identity.IssueToken(t.Context(), installer, holders[identity.CasesRead].account, "坏范围", identity.Scopes{"cases.everything"}, a.Now().Add(time.Hour)); err == nil {
		t.Error("a scope that does not exist was issued")
	}
}

// TestAPISeesOwnWork: a system of another department finds nothing, by any way.
func TestAPISeesOwnWork(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		s := newStory(t, a)
		x, id := s.filed()
		police := s.office.system(t, "police-system", []post{{gov.RoleOfficer, "ga"}, {gov.RoleReviewer, "ga"}, {gov.RoleApprover, "ga"}})
		police.do("GET", "/api/v1/cases/"+id, nil).problem(t, 404, "cases.missing")
		police.do("GET", "/api/v1/cases/"+id+"/trace", nil).problem(t, 404, "cases.missing")
		police.do("GET", "/api/v1/cases/"+id+"/officials", nil).problem(t, 404, "cases.missing")
		police.do("GET", "/api/v1/cases/"+id+"/joint-steps", nil).problem(t, 404, "cases.missing")
		police.do("GET", "/api/v1/case-numbers/"+x.text(t, "number"), nil).problem(t, 404, "cases.missing")
		police.do("GET", "/api/v1/applications/"+x.text(t, "id"), nil).problem(t, 404, "applications.missing")
		police.do("POST", "/api/v1/cases/"+id+"/acceptance", map[string]any{"version": 1}).problem(t, 404, "cases.missing")
		police.do("POST", "/api/v1/applications/"+x.text(t, "id")+"/filing", map[string]any{"version": 1, "declared": true}).problem(t, 404, "applications.missing")
		police.do("POST", "/api/v1/applications", map[string]any{"guide": s.guide("food-business-licence"), "applicant": noodles, "answers": map[string]any{}}).
			problem(t, 403, "applications.denied")
		if list := police.do("GET", "/api/v1/cases", nil).wants(t, 200); len(at(list.json(t), "cases").([]any)) != 0 {
			t.Errorf("%s", list.answer)
		}
		for n := 1; n > 0; {
			var err error
			if n, err = a.Sequencer.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		last, more := "0", true
		for more {
			page := police.do("GET", "/api/v1/events?limit=500&after="+last, nil).wants(t, 200).json(t)
			for _, e := range at(page, "events").([]any) {
				if kind := fmt.Sprint(at(e, "type")); !strings.HasPrefix(kind, "catalogue.") && !strings.HasPrefix(kind, "body.") &&
					kind != "licence.imported" { // the town's people hold licences that the police issued
					t.Errorf("%v", e)
				}
			}
			last, more = fmt.Sprint(at(page, "next")), at(page, "more") == true
		}
		overseer := s.office.system(t, "overseer-system", []post{{gov.RoleSupervisor, "zs"}})
		overseer.do("GET", "/api/v1/cases/"+id, nil).wants(t, 200)
		overseer.do("GET", "/api/v1/cases/"+id+"?answers=masked", nil).problem(t, 403, "cases.denied")
		overseer.do("POST", "/api/v1/cases/"+id+"/acceptance", map[string]any{"version": 1}).problem(t, 403, "cases.denied")
	})
}

// TestAPIAnswersInClear: masked for everybody, in clear for a token that may and
// says why, and the look stands in the person's own chain.
func TestAPIAnswersInClear(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		s := newStory(t, a)
		x := s.drafted("remote-medical-record", sample, map[string]any{"file": true, "declared": true})
		if strings.Contains(string(x.answer), secret) || !strings.Contains(string(x.answer), "990000********003X") {
			t.Errorf("%s", x.answer)
		}
		id, application := x.text(t, "case"), x.text(t, "id")
		reader := s.office.system(t, "reader-system", []post{{gov.RoleOfficer, "yb"}}, identity.CasesRead, identity.ApplicationsRead)
		status := s.office.system(t, "status-system", []post{{gov.RoleOfficer, "yb"}}, identity.CasesRead)
		if c := status.do("GET", "/api/v1/cases/"+id, nil).wants(t, 200); strings.Contains(string(c.answer), `"answers"`) {
			t.Errorf("%s", c.answer)
		}
		status.do("GET", "/api/v1/cases/"+id+"?answers=masked", nil).problem(t, 403, "api.scope")
		if c := reader.do("GET", "/api/v1/cases/"+id+"?answers=masked", nil).wants(t, 200); strings.Contains(string(c.answer), secret) || len(at(c.json(t), "masked").([]any)) == 0 {
			t.Errorf("%s", c.answer)
		}
		before := s.looks(application)
		reader.do("GET", "/api/v1/cases/"+id+"?answers=clear&purpose=%E6%A0%B8%E5%AF%B9%E8%BA%AB%E4%BB%BD", nil).problem(t, 403, "api.scope")
		s.do("GET", "/api/v1/cases/"+id+"?answers=clear", nil).problem(t, 422, "fault.fields") // no purpose
		if n := s.looks(application); n != before {
			t.Errorf("%d looks that were refused are kept", n-before)
		}
		for i, path := range []string{"/api/v1/cases/" + id, "/api/v1/applications/" + application} {
			c := s.do("GET", path+"?answers=clear&purpose=%E6%A0%B8%E5%AF%B9%E8%BA%AB%E4%BB%BD", nil).wants(t, 200)
			if !strings.Contains(string(c.answer), secret) {
				t.Errorf("%s", c.answer)
			}
			if n := s.looks(application); n != before+i+1 {
				t.Errorf("%d looks, want %d", n-before, i+1)
			}
		}
		if strings.Contains(s.log.String(), secret) {
			t.Error("in the log")
		}
		holds(t, a)
	})
}

// looks counts the looks at the applicant of an application.
func (s *story) looks(application string) (n int) {
	s.t.Helper()
	x, err := s.Applications.Application(s.t.Context(), gov.Actor{Kind: gov.System}, application)
	if err != nil {
		s.t.Fatal(err)
	}
	lines, err := s.Book.Of(s.t.Context(), s.DB, journal.Subject{Kind: identity.KindParty, ID: x.Applicant})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, l := range lines {
		if l.Act == "look" && l.Channel == string(gov.API) {
			n++
		}
	}
	return n
}

// TestAPIVisitOfTwoPeople: a system is no official, and one official is not two (art. 34).
func TestAPIVisitOfTwoPeople(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	_, id := s.filed()
	s.act(s.system, id, "acceptance", nil).wants(t, 200)
	officials := s.do("GET", "/api/v1/cases/"+id+"/officials", nil).wants(t, 200)
	if strings.Contains(string(officials.answer), s.account) {
		t.Errorf("%s", officials.answer)
	}
	one, two := officials.text(t, "officials.0.id"), officials.text(t, "officials.1.id")
	for _, pair := range [][2]string{{s.account, two}, {one, s.account}, {one, one}, {one, "nobody"}, {"nobody", two}} {
		s.act(s.system, id, "site-visits", map[string]any{"on": apptest.Today(a).String(), "first": pair[0], "second": pair[1], "passed": true, "record": "核查"}).
			problem(t, 422, "fault.fields")
	}
}

// TestAPIBothIdentities: who filed and for whom stand in the journal.
func TestAPIBothIdentities(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	x, id := s.filed()
	app, err := a.Applications.Application(t.Context(), gov.Actor{Kind: gov.System}, x.text(t, "id"))
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range []journal.Subject{{Kind: "application", ID: app.ID}, {Kind: "case", ID: id}} {
		lines, err := a.Book.Of(t.Context(), a.DB, subject)
		if err != nil || len(lines) == 0 {
			t.Fatal(lines, err)
		}
		for _, l := range lines {
			if l.Account != s.account || l.OnBehalfOf != app.Applicant || l.Channel != "api" {
				t.Errorf("%s %s: by %s for %q through %s", subject.Kind, l.Act, l.Account, l.OnBehalfOf, l.Channel)
			}
		}
	}
}

// TestAPIUnpublishedCorrection: nothing outside the published list can be asked for (art. 31).
func TestAPIUnpublishedCorrection(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	_, id := s.filed()
	m := s.act(s.system, id, "correction", map[string]any{"defects": []any{
		map[string]any{"kind": "field", "key": "premises_area", "reason": "面积不符"}, map[string]any{"kind": "material", "key": "bank_statement", "reason": "想看一看"}}}).
		problem(t, 422, "fault.fields")
	if at(m, "errors.0.pointer") != "#/defects/1" || at(m, "errors.0.code") != "cases.defect_unpublished" {
		t.Errorf("%v", m)
	}
	s.act(s.system, id, "correction", map[string]any{"defects": []any{map[string]any{"kind": "field", "key": secret, "reason": "x"}}}).wants(t, 422)
	if c := s.do("GET", "/api/v1/cases/"+id, nil).wants(t, 200); c.text(t, "state") != "submitted" || c.text(t, "version") != "1" {
		t.Errorf("%s", c.answer)
	}
}

// TestAPIRate: an account that asks too often is told when to come back, the others are not.
func TestAPIRate(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		o := newOffice(a)
		first, second := o.system(t, "first-system", nil), o.system(t, "second-system", nil)
		nodes := []*api.API{rated(a, 5), rated(a, 5)} // two processes count together
		ask := func(s *system, n int) *call {
			return s.through(t, nodes[n%2], "GET", api.Prefix+"/departments")
		}
		granted := 0
		var last *call
		for i := 0; i < 40 && (last == nil || last.status == http.StatusOK); i++ {
			if last = ask(first, i); last.status == http.StatusOK {
				granted++
			}
		}
		if granted < 5 || granted > 10 { // ten if the minute turned meanwhile
			t.Fatalf("%d requests were granted, five a minute are", granted)
		}
		m := last.problem(t, 429, "api.limited")
		if wait := last.header.Get("Retry-After"); wait == "" || !strings.Contains(m["detail"].(string), wait) {
			t.Errorf("%s %v", wait, m)
		}
		ask(second, 0).wants(t, 200)
	})
}

func rated(a *app.App, perMinute int64) *api.API {
	return api.New(api.Deps{Applications: a.Applications, Cases: a.Cases, Joint: a.Joint, Catalogue: a.Catalogue, Identity: a.Identity, Licences: a.Licences,
		Supervision: a.Supervision, Once: a.Once, DB: a.DB, Now: a.Now, NewID: id.New, URL: a.URL, Log: a.Log, Rate: identity.Rate{Count: perMinute, Per: time.Minute}})
}

// through asks one node's route directly, as the gate would after finding the caller.
func (s *system) through(t *testing.T, node *api.API, method, path string) *call {
	t.Helper()
	for _, r := range node.Routes() {
		if r.Method == method && r.Pattern == path {
			actor, scopes, err := s.Identity.TokenActor(t.Context(), s.token)
			if err != nil {
				t.Fatal(err)
			}
			caller := api.Caller{Actor: actor}
			for _, x := range scopes {
				caller.Scopes = append(caller.Scopes, string(x))
			}
			w := httptest.NewRecorder()
			httpd.Wrap(httpd.Options{Handler: r.Handler, Log: s.Log}).ServeHTTP(w, httptest.NewRequest(method, path, nil).WithContext(api.With(context.Background(), caller)))
			return &call{method: method, path: path, status: w.Code, header: w.Header(), answer: w.Body.Bytes()}
		}
	}
	t.Fatal("no such route")
	return nil
}

// TestEveryFormAsSchema compiles the schema of every published form, and holds
// what the rehearsal answers against it: schema and form agree on the real catalogue.
func TestEveryFormAsSchema(t *testing.T) {
	dbtest.Calm(t)
	t.Parallel()
	a := apptest.SQLite(t, nil)
	s := newStory(t, a)
	items, answers := 0, 0
	for _, item := range everyItem(t, a) {
		g, err := a.Catalogue.GuideAt(t.Context(), item, "445103")
		if err != nil {
			t.Fatal(err)
		}
		told := s.do("GET", "/api/v1/guides/"+g.Local.ID, nil).wants(t, 200)
		whole := at(told.json(t), "answers_schema").(map[string]any)
		compiled(t, item, whole)
		given := form.Answers{}
		for _, x := range g.Form {
			given[x.Key] = rehearsal.Sample(x, 1)
		}
		given = g.Form.Normalise(given)
		for _, d := range g.Form.Validate(given, form.Facts{}) {
			delete(given, strings.SplitN(d.Path, ".", 2)[0]) // a sample that the form itself refuses
		}
		for _, rule := range []string{"required", "allOf", "dependentRequired"} {
			delete(whole, rule)
		}
		items++
		answers += len(given)
		if err := compiled(t, item, whole).Validate(decoded(t, given)); err != nil {
			t.Errorf("%s: %v", item, err)
		}
	}
	if items != 188 || answers < 1000 {
		t.Errorf("%d items, %d answers", items, answers)
	}
}

func compiled(t *testing.T, item string, schema any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("form.json", decoded(t, schema)); err != nil {
		t.Fatalf("%s: %v", item, err)
	}
	s, err := c.Compile("form.json")
	if err != nil {
		t.Fatalf("%s: %v", item, err)
	}
	return s
}

// decoded is v as JSON would bring it.
func decoded(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	curled = regexp.MustCompile(`"\$BASE/([^"?]*)`)
	acted  = regexp.MustCompile(`(?m)^act ([a-z-]+) '(\{.*\})'`)
)

// TestHowToCalls holds the addresses of the how-to against the routes, and the
// bodies of its acts against the schemas of the description.
func TestHowToCalls(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	text := read(t, filepath.Join(root, "docs", "howto", "department-system.md"))
	mux := http.NewServeMux()
	for _, r := range a.Router().Routes() {
		if strings.HasPrefix(r.Pattern, api.Prefix) {
			mux.HandleFunc(r.Method+" "+r.Pattern, func(http.ResponseWriter, *http.Request) {})
		}
	}
	found := 0
	reached := func(path string) {
		t.Helper()
		found++
		for _, method := range []string{"GET", "POST"} {
			if _, pattern := mux.Handler(httptest.NewRequest(method, api.Prefix+"/"+path, nil)); pattern != "" {
				return
			}
		}
		t.Errorf("the how-to calls %s, which is no address", path)
	}
	for _, m := range curled.FindAllStringSubmatch(text, -1) {
		reached(regexp.MustCompile(`\$\([^)]*\)|\$[0-9A-Z]+`).ReplaceAllString(m[1], "acceptance"))
	}
	for _, m := range acted.FindAllStringSubmatch(text, -1) {
		reached("cases/x/" + m[1])
		if !json.Valid([]byte(m[2])) {
			t.Errorf("%s: not JSON: %s", m[1], m[2])
		}
	}
	if found < 15 {
		t.Errorf("only %d calls were found", found)
	}
}
