package app_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/api"
	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/messages"
	"yimen/internal/platform/httpd"
	"yimen/internal/rehearsal"
	"yimen/internal/supervision"
	"yimen/internal/web/kit"
)

//go:embed testdata/access.txt
var accessTable string

// decision is a line of the table.
type decision struct {
	method, pattern, object string
	who                     []string
}

func decisions(t *testing.T) map[string]decision {
	t.Helper()
	out := map[string]decision{}
	for n, line := range strings.Split(accessTable, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) < 4 {
			t.Fatalf("testdata/access.txt:%d: %q", n+1, line)
		}
		d := decision{f[0], f[1], f[2], f[3:]}
		if _, twice := out[d.key()]; twice {
			t.Errorf("testdata/access.txt:%d: %s stands twice", n+1, d.key())
		}
		if named := strings.Contains(strings.ReplaceAll(d.pattern, "{$}", ""), "{"); named == (d.object == "-") {
			t.Errorf("testdata/access.txt:%d: say what %s names", n+1, d.pattern)
		}
		for _, w := range d.who {
			role := gov.Role(w)
			if w != "everyone" && w != "signed-in" && w != "person" && !strings.HasPrefix(w, "token:") && (!role.Valid() || !role.Posted()) {
				t.Errorf("testdata/access.txt:%d: nobody is %q", n+1, w)
			}
		}
		out[d.key()] = d
	}
	return out
}

func (d decision) key() string { return d.method + " " + d.pattern }

// visitor is one who calls: by the cookie of a real session or by a real token.
type visitor struct {
	name           string
	roles          []string // as the table names them
	scopes         identity.Scopes
	cookie, bearer string
	stranger       bool // to every object of the stage
}

// admitted is what the table says of the outer gate.
func (d decision) admits(v *visitor) bool {
	for _, w := range d.who {
		scope, isToken := strings.CutPrefix(w, "token:")
		switch {
		case w == "everyone":
			return true
		case w == "signed-in" && v.cookie != "":
			return true
		case isToken && v.bearer != "" && v.scopes.Has(identity.TokenScope(scope)):
			return true
		case slices.Contains(v.roles, w):
			return true
		}
	}
	return false
}

// stage is the demo town with one of everything that can be named in an address.
type stage struct {
	a        *app.App
	handler  http.Handler
	visitors []*visitor
	names    map[string]map[string]string // object → placeholder → value
	nth      int
}

// TestMatrix walks every route as everybody and compares with the table: who
// passes the gate, and that strangers are told of nothing.
func TestMatrix(t *testing.T) {
	t.Parallel()
	decided := decisions(t)
	s := setStage(t)
	routes := slices.Clone(s.a.Router().Routes())
	walked := map[string]bool{}
	// what changes or ends a session comes last
	late := map[string]int{"/account/acting": 1, "/sign-out": 2}
	slices.SortStableFunc(routes, func(a, b kit.Route) int { return late[a.Pattern] - late[b.Pattern] })
	for _, r := range routes {
		key := r.Method + " " + r.Pattern
		d, ok := decided[key]
		if walked[key] = true; !ok {
			t.Errorf("nobody decided who may call %s: write a line into testdata/access.txt", key)
			continue
		}
		for _, v := range apptest.Sample(s.visitors, 3) {
			s.try(t, d, v)
		}
	}
	for key := range decided {
		if !walked[key] {
			t.Errorf("testdata/access.txt decides about %s, which is no route", key)
		}
	}
	holds(t, s.a)
}

func (s *stage) try(t *testing.T, d decision, v *visitor) {
	t.Helper()
	w := s.call(t, d, v, s.names[d.object])
	status, answer := w.Code, w.Body.String()
	refused := gateRefused(w, answer)
	what := fmt.Sprintf("%s as %s: status %d", d.key(), v.name, status)
	switch {
	case d.admits(v) && refused:
		t.Errorf("%s: shut out, and the table lets him in", what)
	case !d.admits(v) && !refused:
		t.Errorf("%s: let in, and the table shuts him out", what)
	case status >= http.StatusInternalServerError:
		t.Errorf("%s: %s", what, answer[:min(len(answer), 300)])
	case refused:
	case v.stranger && guarded(d.object) && status != http.StatusNotFound && !s.saysNothing(t, d, v, w):
		t.Errorf("%s: a stranger is told of a %s that is not his", what, d.object)
	case !v.stranger && d.method == http.MethodGet && guarded(d.object) && status == http.StatusNotFound && s.concerns(d, v):
		t.Errorf("%s: it is his, and he is told there is nothing", what)
	}
}

// guarded objects exist only for those they concern.
func guarded(object string) bool {
	return slices.Contains([]string{"case", "application", "whole", "draft", "licence", "card", "order", "letter", "message", "body", "account", "document", "dispute", "joint", "appointment"}, object)
}

// concerns tells whether the stage's object is this visitor's own: a case of the
// department is not a draft of the clerk.
func (s *stage) concerns(d decision, v *visitor) bool {
	switch d.object {
	case "case": // a slip is of what was handed out
		return d.pattern != "/outlet/cases/{id}/slip"
	case "letter":
		return v.name == "handler" || v.name == "officer"
	case "document":
		return v.name == "handler"
	case "application", "whole", "licence":
		if strings.HasPrefix(d.pattern, "/outlet") {
			return false // nothing of it is there to be fetched
		}
		return v.name != "supervisor" || strings.HasPrefix(d.pattern, "/desk")
	default:
		return true
	}
}

// saysNothing tells whether the answer is word for word that to an invented
// object, because it was given before anything was looked for. Of a case even
// that is not enough: it is always missing.
func (s *stage) saysNothing(t *testing.T, d decision, v *visitor, got *httptest.ResponseRecorder) bool {
	t.Helper()
	if d.object == "case" {
		return false
	}
	invented := map[string]string{}
	real, none := []string{}, []string{}
	for name, value := range s.names[d.object] {
		invented[name] = "00000000-0000-7000-8000-000000000000"
		real, none = append(real, value, "X"), append(none, invented[name], "X")
	}
	w := s.call(t, d, v, invented)
	plain := func(w *httptest.ResponseRecorder, ids []string) string {
		return strings.NewReplacer(ids...).Replace(w.Header().Get("Location") + w.Body.String())
	}
	return w.Code == got.Code && plain(w, none) == plain(got, real)
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// call makes the request with these names in the address.
func (s *stage) call(t *testing.T, d decision, v *visitor, names map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	path := placeholder.ReplaceAllStringFunc(strings.ReplaceAll(d.pattern, "{$}", ""), func(p string) string {
		value := names[strings.Trim(p, "{}")]
		if value == "" {
			t.Fatalf("%s: the stage has no %s of a %s", d.key(), p, d.object)
		}
		return value
	})
	r := s.request(t, d, v, path)
	if v.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-yimen_session", Value: v.cookie})
	}
	if v.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// operations are the examples of the API by the end of the address; strangers
// send them, so that nothing but the object stands in their way.
var operations = map[string]string{"acceptance": "accept-case", "correction": "ask-correction", "decision": "decide-case",
	"decline": "decline-case", "delivery": "deliver-result", "opinions": "give-opinion", "posting": "post-result",
	"production": "produce-licence", "returns": "return-case", "site-visits": "record-site-visit", "sitting": "sit-case",
	"termination": "terminate-case", "filing": "file-application", "service": "serve-correction", "suspensions": "suspend-case",
	"resumptions": "resume-case", "charges": "record-charge", "extension-requests": "ask-extension", "extension-decision": "decide-extension",
	"replacement": "ask-replacement", "licences": "fetch-licence", "consent-withdrawals": "withdraw-consent", "amendment": "amend-application"}

// request is an empty one, or as good as a stranger can make it.
func (s *stage) request(t *testing.T, d decision, v *visitor, path string) *http.Request {
	t.Helper()
	program := strings.HasPrefix(path, "/api/")
	var r *http.Request
	end := path[strings.LastIndex(path, "/")+1:]
	switch {
	case d.method == http.MethodGet:
		return httptest.NewRequest(d.method, path, http.NoBody)
	case v.stranger && (end == "attachments" || strings.Contains(path, "/materials/")):
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		for name, value := range map[string]string{"slot": s.names["application"]["slot"], "version": "1"} {
			_ = m.WriteField(name, value) // a bytes.Buffer does not fail
		}
		if part, err := m.CreateFormFile("file", "照片.png"); err == nil {
			_, _ = part.Write(rehearsal.Picture())
		}
		_ = m.Close()
		r = httptest.NewRequest(d.method, path, &body)
		r.Header.Set("Content-Type", m.FormDataContentType())
	case program:
		body := []byte("{}")
		if x, ok := api.ReadExample(operations[end]); ok && v.stranger {
			var err error
			if body, err = json.Marshal(x.Body); err != nil {
				t.Fatal(err)
			}
		}
		r = httptest.NewRequest(d.method, path, bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if v.stranger {
			r.Header.Set("If-Match", `"1"`)
		}
	default:
		r = httptest.NewRequest(d.method, path, http.NoBody)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if program {
		s.nth++
		r.Header.Set("Idempotency-Key", "matrix-"+strconv.Itoa(s.nth))
	}
	return r
}

// gateRefused knows the gate's own answers from those of the pages behind it.
func gateRefused(w *httptest.ResponseRecorder, answer string) bool {
	switch w.Code {
	case http.StatusUnauthorized:
		return true
	case http.StatusSeeOther:
		return strings.HasPrefix(w.Header().Get("Location"), "/sign-in")
	case http.StatusForbidden:
		return strings.Contains(answer, lang.T(lang.ZH, "faults.role")) || strings.Contains(answer, `"faults.role"`)
	default:
		return false
	}
}

// setStage makes the visitors and one of every object, by the real acts.
func setStage(t *testing.T) *stage {
	t.Helper()
	a := apptest.SQLite(t, nil)
	s := &stage{a: a, names: map[string]map[string]string{}}
	s.handler = httpd.Wrap(httpd.Options{Handler: a.Router(), Log: a.Log})
	s.people(t)
	s.objects(t)
	s.programs(t) // after the objects: a program that holds a post is no colleague in a play
	return s
}

// people are one of every kind, and of every kind one to whom the stage's objects
// are strange: an officer of another department, a clerk of one town of the
// county, another resident.
func (s *stage) people(t *testing.T) {
	t.Helper()
	s.visitors = append(s.visitors, &visitor{name: "anonymous", stranger: true})
	add := func(name, login string, stranger bool, roles ...string) {
		s.visitors = append(s.visitors, &visitor{name: name, roles: roles, stranger: stranger, cookie: s.session(t, login)})
	}
	add("resident", "resident1", true, "person")
	add("handler", "handler1", false, "person")
	add("another handler", "handler2", true, "person")
	// the objects are of 食品经营许可, and this one's mandate from the same company does not reach it
	s.mandate(t, "handler1", "resident2", "drug-retail-licence")
	add("handler of other items", "resident2", true, "person")
	for _, h := range []string{"handler", "another handler", "handler of other items"} {
		s.actAs(t, h)
	}
	for login, role := range map[string]gov.Role{"clerk1": gov.RoleClerk, "outlet1": gov.RoleOutlet, "scjg-officer": gov.RoleOfficer,
		"scjg-reviewer": gov.RoleReviewer, "scjg-approver": gov.RoleApprover, "supervisor": gov.RoleSupervisor,
		"admin": gov.RoleAdministrator, "security": gov.RoleSecurity} {
		add(string(role), login, false, string(role))
	}
	add("editor", "editor", true, string(gov.RoleEditor))
	add("auditor", "auditor", true, string(gov.RoleAuditor))
	for _, role := range []gov.Role{gov.RoleClerk, gov.RoleOutlet, gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover,
		gov.RoleSupervisor, gov.RoleAdministrator, gov.RoleSecurity} {
		add("foreign "+string(role), s.foreigner(t, role), true, string(role))
	}
}

// session signs somebody in and gives the cookie's value.
func (s *stage) session(t *testing.T, login string) string {
	t.Helper()
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.a.Identity.SignIn(t.Context(), login, town.Password, identity.Origin{Channel: gov.Web})
	if err != nil {
		t.Fatalf("%s: %v", login, err)
	}
	return in.Token
}

// mandate lets somebody act for a handler's organisation in some items.
func (s *stage) mandate(t *testing.T, of, agent string, items ...string) {
	t.Helper()
	_, err := s.a.Identity.GrantMandate(t.Context(), apptest.As(t, s.a, "clerk1", gov.Counter), identity.MandateInput{Kind: identity.Agent,
		Principal: apptest.Handler(t, s.a, of).OnBehalfOf, Agent: apptest.As(t, s.a, agent, gov.Web).Party, Scope: items, Evidence: "授权委托书"})
	if err != nil {
		t.Fatal(err)
	}
}

// actAs lets a handler's session act for his organisation.
func (s *stage) actAs(t *testing.T, name string) {
	t.Helper()
	for _, v := range s.visitors {
		if v.name != name {
			continue
		}
		actor, session, err := s.a.Identity.Authenticate(t.Context(), v.cookie)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.a.Identity.Principals(t.Context(), actor)
		if err != nil || len(all) == 0 {
			t.Fatal(name, "acts for nobody:", err)
		}
		if _, err := s.a.Identity.ActAs(t.Context(), actor, session.ID, all[0].Principal); err != nil {
			t.Fatal(err)
		}
	}
}

var program = identity.System("matrix", gov.Import)

// foreigner makes a member of staff with the role at a town of the county: below
// the stage's bodies, so none of them is his.
func (s *stage) foreigner(t *testing.T, role gov.Role) string {
	t.Helper()
	ctx, login := t.Context(), "foreign-"+string(role)
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.a.Identity.BodyAt(ctx, s.a.DB, "zjj", "445103100000")
	if err != nil {
		t.Fatal(err)
	}
	account, _, err := s.a.Identity.CreateStaff(ctx, program, identity.StaffInput{Name: "外人", Login: login, Region: body.Region, Password: town.Password})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.a.Identity.AddPost(ctx, program, identity.PostInput{Account: account.ID, Body: body.ID, Role: role}); err != nil {
		t.Fatal(err)
	}
	return login
}

// programs are department systems: of the stage's department, of another, and one
// whose token opens little.
func (s *stage) programs(t *testing.T) {
	t.Helper()
	for _, p := range []struct {
		name, department string
		scopes           identity.Scopes
		stranger         bool
	}{
		{"program", "scjg", identity.TokenScopes(), false},
		{"foreign program", "ga", identity.TokenScopes(), true},
		{"program of little scope", "scjg", identity.Scopes{identity.CatalogueRead}, true},
	} {
		ctx := t.Context()
		body, err := s.a.Identity.BodyAt(ctx, s.a.DB, p.department, "445103000000")
		if err != nil {
			t.Fatal(err)
		}
		account, err := s.a.Identity.CreateService(ctx, program, identity.StaffInput{Name: p.name, Login: strings.ReplaceAll(p.name, " ", "-"), Region: body.Region})
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover} {
			if _, err := s.a.Identity.AddPost(ctx, program, identity.PostInput{Account: account.ID, Body: body.ID, Role: role}); err != nil {
				t.Fatal(err)
			}
		}
		_, secret, err := s.a.Identity.IssueToken(ctx, program, account.ID, "矩阵", p.scopes, s.a.Now().Add(24*3600*1e9))
		if err != nil {
			t.Fatal(err)
		}
		s.visitors = append(s.visitors, &visitor{name: p.name, bearer: secret, scopes: p.scopes, stranger: p.stranger})
	}
}

// objects puts a case, its application, letter, message and licence, a clerk's draft, a
// body and an account on the stage; all are of the county and its departments.
func (s *stage) objects(t *testing.T) {
	t.Helper()
	ctx, play1, handler := t.Context(), s.a.Stage(), apptest.Handler(t, s.a, "handler1")
	food := "food-business-licence"
	c := play(t, play1, handler, food, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
	granted := play(t, play1, handler, food, rehearsal.Goal{State: cases.Granted})
	letters, err := s.a.Cases.Letters(ctx, handler, c.ID)
	if err != nil || len(letters) == 0 {
		t.Fatal("no letter on the stage:", err)
	}
	x, err := s.a.Applications.Application(ctx, handler, c.Application)
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.a.Applications.Attachments(ctx, handler, x)
	if err != nil || len(files) == 0 {
		t.Fatal("no file on the stage:", err)
	}
	def, err := s.a.Applications.Definition(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	group, slot := def.Groups[0], def.Slots[0].Key
	s.names["case"] = map[string]string{"id": c.ID, "file": files[0].ID, "letter": letters[0].ID, "number": string(c.Number), "fetched": "no-such-licence"}
	s.names["application"] = map[string]string{"id": x.ID, "file": files[0].ID, "page": group.Pages[0].ID, "slot": slot, "fetched": "no-such-licence"}
	whole, err := play1.FileBundle(ctx, handler, rehearsal.Choice{Bundle: "open-catering-shop", Region: "445103",
		Answers: map[string]string{"area300": "否", "tobacco": "否"}})
	if err != nil {
		t.Fatal(err)
	}
	s.names["whole"] = map[string]string{"id": whole.ID}
	s.names["document"] = map[string]string{"document": files[0].ID}
	s.names["letter"] = map[string]string{"letter": letters[0].ID}
	s.names["licence"] = map[string]string{"id": granted.Licence}
	s.watched(t, c)
	s.disputed(t, handler, c.LocalItem)
	s.gathered(t, handler)
	s.names["draft"] = s.draft(t, group.ID)
	s.names["month"] = map[string]string{"month": "2026-01", "body": c.Body}
	s.names["own"] = map[string]string{"session": "no-such-session"}
	s.names["public"] = map[string]string{"theme": "市场准入", "department": "scjg", "audience": "person", "item": food, "local": c.LocalItem,
		"token": c.Token, "id": food, "body": c.Body, "number": "1", "file": "board.csv", "bundle": "newborn", "register": "population"}
	s.names["party"] = map[string]string{"id": c.Applicant, "mandate": "no-such-mandate", "bundle": "open-catering-shop"}
	s.names["body"] = map[string]string{"id": c.Body}
	account, err := s.a.Identity.AccountByLogin(ctx, program, "scjg-officer2")
	if err != nil {
		t.Fatal(err)
	}
	posts, err := s.a.Identity.PostsOf(ctx, program, account.ID)
	if err != nil || len(posts) == 0 {
		t.Fatal(err)
	}
	told, err := s.a.Messages.Inbox(ctx, handler, messages.Page{Limit: 1})
	if err != nil || len(told) == 0 {
		t.Fatal("no message on the stage:", err)
	}
	s.names["message"] = map[string]string{"message": told[0].ID}
	s.names["account"] = map[string]string{"id": account.ID, "post": posts[0].ID, "token": "no-such-token"}
}

// watched are a card on the case and an order about it.
func (s *stage) watched(t *testing.T, c *cases.Case) {
	t.Helper()
	ctx, supervisor := t.Context(), apptest.As(t, s.a, "supervisor", gov.Web)
	if err := s.a.Supervision.Raise(ctx, supervision.Breach{Case: c.ID, Rule: supervision.Unpublished}); err != nil {
		t.Fatal(err)
	}
	cards, err := s.a.Supervision.Cards(ctx, supervisor, supervision.CardFilter{Case: c.ID, Rule: supervision.Unpublished}, "", 1)
	if err != nil || len(cards) == 0 {
		t.Fatal("no card on the stage:", err)
	}
	o, err := s.a.Supervision.Issue(ctx, supervisor, supervision.Issuing{Card: cards[0].ID, Subject: "请说明"})
	if err != nil {
		t.Fatal(err)
	}
	s.names["card"], s.names["order"] = map[string]string{"card": cards[0].ID}, map[string]string{"order": o.ID}
}

// gathered is a joint site visit of three departments, and its appointment.
func (s *stage) gathered(t *testing.T, handler gov.Actor) {
	t.Helper()
	g := &gathering{t: t, a: s.a}
	g.file(catering)
	x := g.appointed(joint.SiteVisit)
	s.names["joint"] = map[string]string{"joint": x.ID}
	s.names["appointment"] = map[string]string{"id": g.cases[0].ID, "joint": x.ID}
}

// disputed is a value of 法人库 that the handler says is wrong.
func (s *stage) disputed(t *testing.T, handler gov.Actor, local string) {
	t.Helper()
	x, err := s.a.Applications.Start(t.Context(), handler, local, true)
	if err == nil {
		x, err = s.a.Applications.Dispute(t.Context(), handler, x.ID, 0, "legal_representative")
	}
	if err != nil {
		t.Fatal(err)
	}
	s.names["dispute"] = map[string]string{"dispute": x.Sources["legal_representative"].Dispute}
}

// draft is a walk-in's, in the hands of clerk1.
func (s *stage) draft(t *testing.T, group string) map[string]string {
	t.Helper()
	ctx, clerk := t.Context(), apptest.As(t, s.a, "clerk1", gov.Counter)
	found, _, err := s.a.Identity.FindParty(ctx, clerk, "小满面馆")
	if err != nil || len(found) == 0 {
		t.Fatal("the walk-in is not known:", err)
	}
	at, err := identity.AtCounter(clerk, found[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.a.Catalogue.GuideAt(ctx, "food-business-licence", "445103")
	if err != nil {
		t.Fatal(err)
	}
	x, err := s.a.Applications.Start(ctx, at, g.Local.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	def, err := s.a.Applications.Definition(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	if x, err = s.a.Applications.Attach(ctx, at, x.ID, x.Version(), def.Slots[0].Key, "照片.png", bytes.NewReader(rehearsal.Picture())); err != nil {
		t.Fatal(err)
	}
	files, err := s.a.Applications.Attachments(ctx, at, x)
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	return map[string]string{"id": x.ID, "group": group, "file": files[0].ID, "fetched": "no-such-licence"}
}
