package kit_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yimen/internal/gov"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
)

func ok(q *kit.Request) error { return q.NoContent() }

func staff(roles ...gov.Role) gov.Actor {
	a := gov.Actor{Account: "s", Name: "王样例", Kind: gov.Staff}
	for _, r := range roles {
		a.Posts = append(a.Posts, gov.Post{ID: "p", Body: "b", Region: "445103000000", Role: r})
	}
	return a
}

var (
	resident = gov.Actor{Account: "r", Party: "p", Name: "张示例", Kind: gov.Person}
	program  = gov.Actor{Account: "t", Name: "系统", Kind: gov.Service}
)

// Every kind of access against every kind of visitor, through the whole stack.
func TestAccess(t *testing.T) {
	site := kittest.New(t,
		kit.Route{Method: "GET", Pattern: "/public", Access: kit.Public(), Handler: ok},
		kit.Route{Method: "GET", Pattern: "/signed", Access: kit.SignedIn(), Handler: ok},
		kit.Route{Method: "GET", Pattern: "/clerk", Access: kit.Roles(gov.RoleClerk, gov.RoleOfficer), Handler: ok},
		kit.Route{Method: "GET", Pattern: "/api", Access: kit.Token("cases.read"), Handler: ok},
	)
	for name, c := range map[string]struct {
		visitor                     *kittest.Visitor
		public, signed, clerk, apis int
	}{
		"nobody":        {site.Anyone(), 204, 303, 303, 401},
		"resident":      {site.As(resident), 204, 204, 403, 401},
		"clerk":         {site.As(staff(gov.RoleClerk)), 204, 204, 204, 401},
		"editor":        {site.As(staff(gov.RoleEditor)), 204, 204, 403, 401},
		"program":       {site.Program(program, "cases.read"), 204, 303, 303, 204},
		"wrong session": {site.Anyone().Cookie("yimen_session", "x"), 204, 303, 303, 401},
	} {
		for path, want := range map[string]int{"/public": c.public, "/signed": c.signed, "/clerk": c.clerk, "/api": c.apis} {
			if got := c.visitor.Get(path); got.Status != want {
				t.Errorf("%s at %s: %d, want %d", name, path, got.Status, want)
			}
		}
	}
	a := site.Program(program, "cases.write").Get("/api").Wants(t, http.StatusForbidden)
	if a.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(a.Body, `"code":"faults.role"`) {
		t.Error(a.Header, a.Body)
	}
	if got := site.Anyone().Get("/api").Header.Get("WWW-Authenticate"); got != "Bearer" {
		t.Error(got)
	}
}

func TestAccessAndRequestAgree(t *testing.T) {
	for rule, want := range map[string]kit.Access{
		"public": kit.Public(), "signed-in": kit.SignedIn(), "clerk,officer": kit.Roles(gov.RoleClerk, gov.RoleOfficer),
		"token:a.b": kit.Token("a.b"), "undeclared": {},
	} {
		if want.String() != rule {
			t.Errorf("%s prints as %s", rule, want)
		}
	}
	if (kit.Access{}).Declared() || (kit.Access{}).Allows(resident, nil) {
		t.Error("the zero rule allows something")
	}
	if kit.Token("a").Allows(resident, []string{"a"}) || kit.SignedIn().Allows(program, nil) {
		t.Error("people are no programs, programs no people")
	}
}

func TestRegistrationRefusesMistakes(t *testing.T) {
	for name, r := range map[string]kit.Route{
		"no access":  {Method: "GET", Pattern: "/x", Handler: ok},
		"no method":  {Pattern: "/x", Access: kit.Public(), Handler: ok},
		"no pattern": {Method: "GET", Access: kit.Public(), Handler: ok},
		"no handler": {Method: "GET", Pattern: "/x", Access: kit.Public()},
		"taken":      {Method: "GET", Pattern: "/mode", Access: kit.Public(), Handler: ok},
	} {
		if !panics(func() { kittest.New(t, r) }) {
			t.Errorf("%s: registered", name)
		}
	}
	for name, f := range map[string]func(){
		"no roles": func() { kit.Roles() }, "unknown role": func() { kit.Roles("king") }, "no scope": func() { kit.Token("") },
		"no options": func() { kit.New(kit.Options{}) },
	} {
		if !panics(f) {
			t.Errorf("%s: taken", name)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

func TestNowhere(t *testing.T) {
	site := kittest.New(t, kit.Route{Method: "POST", Pattern: "/only/{id}", Access: kit.Public(), Handler: ok})
	v := site.As(resident)
	v.Get("/no/such").Wants(t, http.StatusNotFound, "没有找到", "张示例")
	if a := v.Get("/only/1").Wants(t, http.StatusMethodNotAllowed); a.Header.Get("Allow") != "POST" {
		t.Error(a.Header.Get("Allow"))
	}
	v.Cookie("yimen_lang", "en").Get("/no").Wants(t, http.StatusNotFound, "Page not found")
	r := httptest.NewRequest("GET", "/no", http.NoBody)
	r.Header.Set("Accept", "application/json")
	if a := v.Do(r); !strings.Contains(a.Body, `"code":"faults.page"`) {
		t.Error(a.Body)
	}
}

func TestCrossSite(t *testing.T) {
	called := false
	site := kittest.New(t, kit.Route{Method: "POST", Pattern: "/x", Access: kit.SignedIn(), Handler: func(q *kit.Request) error {
		called = true
		return q.NoContent()
	}})
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		r := httptest.NewRequest("POST", "/x", http.NoBody)
		r.Header.Set(header[0], header[1])
		site.As(resident).Do(r).Wants(t, http.StatusForbidden, "来自别的网站")
	}
	if called {
		t.Fatal("a foreign site reached the handler")
	}
	r := httptest.NewRequest("POST", "/x", http.NoBody)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	site.As(resident).Do(r).Wants(t, http.StatusNoContent)
}

func TestChannel(t *testing.T) {
	var got gov.Channel
	see := func(q *kit.Request) error {
		got = q.Actor.Channel
		if kit.ActorOf(q.Context()).Channel != got {
			t.Error("ActorOf differs")
		}
		return q.NoContent()
	}
	site := kittest.New(t,
		kit.Route{Method: "GET", Pattern: "/a", Access: kit.Public(), Handler: see},
		kit.Route{Method: "GET", Pattern: "/c", Access: kit.Public(), Handler: see, Channel: gov.Counter},
		kit.Route{Method: "GET", Pattern: "/api", Access: kit.Token("x"), Handler: see})
	phone := httptest.NewRequest("GET", "/a", http.NoBody)
	phone.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537")
	for want, visit := range map[gov.Channel]func(){
		gov.Web: func() { site.As(resident).Get("/a") }, gov.Mobile: func() { site.As(resident).Do(phone) },
		gov.Counter: func() { site.As(staff(gov.RoleClerk)).Get("/c") }, gov.API: func() { site.Program(program, "x").Get("/api") },
	} {
		if visit(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// What goes wrong under the programs' prefix is told to a program, also where no
// route of theirs was reached.
func TestPrograms(t *testing.T) {
	var seen []int
	site := kittest.With(t, kit.Options{Programs: kit.Programs{Prefix: "/api/", Refuse: func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
		seen = append(seen, status)
		w.WriteHeader(status)
	}}}, kit.Route{Method: "GET", Pattern: "/api/x", Access: kit.Token("cases.read"), Handler: ok})
	foreign := httptest.NewRequest(http.MethodPost, "/api/x", nil)
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	for _, status := range []int{
		site.Anyone().Get("/api/x").Status, site.Program(program, "other").Get("/api/x").Status, site.Anyone().Get("/api/y").Status,
		site.Anyone().Post("/api/x", nil).Status, site.Anyone().Do(foreign).Status,
	} {
		if len(seen) == 0 || seen[0] != status {
			t.Fatalf("%d, told as %v", status, seen)
		}
		seen = seen[1:]
	}
	site.Anyone().Get("/elsewhere").Wants(t, http.StatusNotFound, "没有找到")
	if len(seen) > 0 {
		t.Error("a page was answered as to a program")
	}
}
