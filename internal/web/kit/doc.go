// Package kit turns a request into a page: who asks, may they, how they read,
// what they sent, and the answer. The three audiences (portal, counter, desk …)
// build on it and on web/ui and on nothing of each other.
//
// Owns: routes and their declared access, cookies, the session's way from cookie
// to actor, cross-site protection, reading forms and uploads, flash messages,
// problem pages, pages kept rendered.
//
// Does not own: accounts and sessions (see identity), what an actor may do to a
// case (see cases), components and style (see web/ui), sentences (see lang).
//
// Words: kit, request, route, access, form, act (of a button), flash.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// # A page
//
// A page is three files with one name in the folder of its audience, and its
// sentences in lang: acceptance.go, acceptance.templ, acceptance_test.go,
// lang/zh/desk.json and lang/en/desk.json. A handler is a method that returns an
// error; the error becomes the right page by its kind (see httpd.Status).
//
//	// acceptance.go
//	func (s *Desk) Routes() []kit.Route {
//		clerks := kit.Roles(gov.RoleClerk, gov.RoleOfficer)
//		return []kit.Route{
//			{Method: "GET", Pattern: "/desk/cases/{id}/accept", Access: clerks, Handler: s.acceptance},
//			{Method: "POST", Pattern: "/desk/cases/{id}/accept", Access: clerks, Handler: s.accept},
//		}
//	}
//
//	func (s *Desk) acceptance(q *kit.Request) error {
//		c, err := s.cases.Case(q.Context(), q.Actor, q.PathValue("id")) // Missing → 404, Denied → 403
//		if err != nil {
//			return err
//		}
//		form := ui.Filled(map[string]string{"version": strconv.FormatInt(c.Version, 10)})
//		return s.acceptancePage(q, c, form)
//	}
//
//	func (s *Desk) acceptancePage(q *kit.Request, c cases.View, form ui.Form) error {
//		return q.Render(ui.Page{
//			Title:  q.T("desk.acceptance"),
//			Layout: ui.LayoutStaff,
//			Area:   q.T("desk.area"),
//			Nav:    nav(q, "work"),
//			Form:   form, // faults in it: summary on top, 错误： in the title, status 422
//		}, acceptancePage(c, form))
//	}
//
//	// accept reads, acts, and redirects; a fault shows the page again with what was typed.
//	func (s *Desk) accept(q *kit.Request) error {
//		f, err := q.Form()
//		if err != nil {
//			return err
//		}
//		id := q.PathValue("id")
//		in := cases.AcceptInput{Version: f.Version(), Opinion: f.Text("opinion"), On: f.Date("on")}
//		if faults := append(f.Faults, in.Validate()...); len(faults) > 0 {
//			c, err := s.cases.Case(q.Context(), q.Actor, id)
//			if err != nil {
//				return err
//			}
//			return s.acceptancePage(q, c, f.View(in.Validate()...))
//		}
//		if err := s.cases.Accept(q.Context(), q.Actor, id, in); err != nil {
//			return kit.Conflict(err, "/desk/cases/"+id) // a conflict shows both sides, all else passes
//		}
//		q.Flash(ui.ToneOK, "desk.accepted")
//		return q.Redirect("/desk/cases/" + id)
//	}
//
//	// acceptance.templ
//	templ acceptancePage(c cases.View, form ui.Form) {
//		<div class="read stack-l">
//			<h1>{ ui.T(ctx, "desk.acceptance") }</h1>
//			@ui.PostForm(ui.Post{Action: "/desk/cases/" + c.ID + "/accept"}) {
//				@ui.Input(form, ui.Field{Kind: ui.KindHidden, Name: "version"})
//				@ui.Input(form, ui.Field{Kind: ui.KindDate, Name: "on", Label: ui.T(ctx, "desk.accept_on")})
//				@ui.Input(form, ui.Field{Kind: ui.KindArea, Name: "opinion", Label: ui.T(ctx, "desk.opinion"), Optional: true})
//				<p class="row">@ui.Do(ui.Button{Text: ui.T(ctx, "desk.accept")})</p>
//			}
//		</div>
//	}
//
//	// acceptance_test.go
//	func TestAcceptance(t *testing.T) {
//		site := kittest.New(t, desk.New(...).Routes()...)
//		clerk := site.As(gov.Actor{Account: "a", Name: "王样例", Kind: gov.Staff, Posts: ...})
//		page := clerk.Get("/desk/cases/" + id + "/accept") // checks the HTML too (htmlcheck)
//		page.Wants(t, 200, "收件")
//		goldtest.HTML(t, "acceptance", page.Body)
//		clerk.Post("/desk/cases/"+id+"/accept", url.Values{"version": {"1"}}).Redirects(t, "/desk/cases/"+id)
//	}
//
// After editing a .templ: go tool -modfile=tools/go.mod templ generate -path internal/web/desk
// (the generated file is committed).
//
// # Rules a page keeps
//
//   - One h1. A field with Heading makes its label the h1 of a one-thing page.
//   - A POST answers with Redirect, or with the form again; never with a page.
//   - Text is ui.T(ctx, key) in templates and q.T(key) in handlers; data is data.
//   - Local addresses only; style and script only from ui (the policy allows no inline ones).
//   - A button beside a field (row more, row less, next level of a region) sends
//     the form with ui.Act: call f.Reshape() first and show the page again when it
//     says so.
//   - Lists end with ui.Pager by key; tables are ui.Table, which become cards on phones.
//   - Public pages that are the same for everybody go through q.Cached.
package kit
