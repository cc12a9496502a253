package app_test

import (
	"net/url"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/web/counter"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/portal"
)

// relay is a town in which somebody goes on with a draft at the other screen.
type relay struct {
	t     *testing.T
	app   *app.App
	site  *kittest.Site
	me    gov.Actor
	phone *kittest.Visitor
}

// relayed puts the pages of both before a town: the counter's and the applicant's.
func relayed(t *testing.T) *relay {
	t.Helper()
	a := apptest.SQLite(t, nil)
	routes := counter.New(counter.Deps{Applications: a.Applications, Cases: a.Cases, Licences: a.Licences, Identity: a.Identity,
		Catalogue: a.Catalogue, Now: a.Now, URL: a.URL}).Routes()
	routes = append(routes, portal.New(portal.Deps{Applications: a.Applications, Cases: a.Cases, Joint: a.Joint, Licences: a.Licences,
		Ratings: a.Ratings, Messages: a.Messages, Registers: a.Registers, Identity: a.Identity, Catalogue: a.Catalogue, Now: a.Now, URL: a.URL,
		Region: "445103"}).Routes()...)
	site, me := kittest.With(t, kit.Options{Now: a.Now}, routes...), apptest.As(t, a, "resident1", gov.Mobile)
	return &relay{t, a, site, me, site.As(me)}
}

// clerk is somebody of the town at a window.
func (r *relay) clerk(login string) *kittest.Visitor {
	r.t.Helper()
	return r.site.As(apptest.As(r.t, r.app, login, gov.Counter))
}

// leads is the address that an answer leads to.
func leads(t *testing.T, a *kittest.Answer) string {
	t.Helper()
	if a.Status != 303 {
		t.Fatalf("status %d, want a redirect: %s", a.Status, a.Doc.Text("main"))
	}
	return a.Header.Get("Location")
}

func filledIn(kv ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Add(kv[i], kv[i+1])
	}
	return v
}

// relayCode are the six digits that a page shows with its drawing for a camera.
func relayCode(t *testing.T, a *kittest.Answer) string {
	t.Helper()
	digits := strings.ReplaceAll(a.Wants(t, 200, "只能用一次").Doc.Text("p.fig"), " ", "")
	if len(digits) != 6 || a.Doc.Count("svg.qr") != 1 || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("code %q, or no drawing, or it may be kept", digits)
	}
	return digits
}

// scanned is the address behind the drawing, which a test cannot see.
func (r *relay) scanned(by gov.Actor, id string) string {
	r.t.Helper()
	h, err := r.app.Applications.HandOver(r.t.Context(), by, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.app.URL("/handover?code=" + h.Token)
}

func (r *relay) application(id string) *applications.Application {
	r.t.Helper()
	x, err := r.app.Applications.Application(r.t.Context(), gov.Actor{Kind: gov.System}, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return x
}

func (r *relay) draft(id string) (*applications.Application, *applications.Definition) {
	r.t.Helper()
	x := r.application(id)
	def, err := r.app.Applications.Definition(r.t.Context(), x)
	if err != nil {
		r.t.Fatal(err)
	}
	return x, def
}

// complete answers what is still open as this actor.
func (r *relay) complete(by gov.Actor, id string) {
	r.t.Helper()
	if _, err := r.app.Stage().Complete(r.t.Context(), by, r.application(id)); err != nil {
		r.t.Fatal(err)
	}
}

// kept holds that what was typed and handed in before is what was filed.
func (r *relay) kept(id string, typed map[string]string, paper string) {
	r.t.Helper()
	x := r.application(id)
	if x.State != applications.Filed {
		r.t.Errorf("the draft is %s", x.State)
	}
	for key, want := range typed {
		if got := x.Answers[key].Text; got != want {
			r.t.Errorf("%s was typed as %q and filed as %q", key, want, got)
		}
	}
	have, err := r.app.Applications.Attachments(r.t.Context(), gov.Actor{Kind: gov.System}, x)
	if err != nil {
		r.t.Fatal(err)
	}
	n := 0
	for _, a := range have {
		if a.Name == paper {
			n++
		}
	}
	if n != 1 {
		r.t.Errorf("%s is there %d times", paper, n)
	}
}

// A clerk begins a bundle and types what he was told; the applicant goes on with it
// on the phone, by the code or by the camera, and files it there. Nothing is typed
// twice, nobody else takes it over, and the counter has it no more.
func TestTheCounterBeginsAndThePhoneFinishes(t *testing.T) {
	t.Parallel()
	r := relayed(t)
	clerk := r.clerk("clerk1")
	draft := leads(t, clerk.Post("/counter/parties/"+r.me.Party+"/bundles/second-hand-house", filledIn("answer.loan", "否", "answer.gas", "否")))
	id := strings.TrimPrefix(draft, "/counter/drafts/")
	_, def := r.draft(id)
	group := draft + "/groups/" + groupOf(t, def, "seller_name")
	sends := clerk.Get(group).Wants(t, 200, "代 张示例 填写").Sends(group)
	sends.Set("seller_name", "卖方虚构")
	sends.Set("later", "1")
	clerk.Post(group, sends).Redirects(t, "/counter")
	slot := def.Slots[0].Key
	materials := draft + "/materials"
	clerk.Upload(materials, clerk.Get(materials).Sends(materials), "material."+slot, "窗口收的.png", rehearsal.Picture()).Redirects(t, materials)

	r.clerk("clerk3").Post(draft+"/handover", nil).Wants(t, 404)
	first := relayCode(t, clerk.Post(draft+"/handover", nil).Wants(t, 200, "转到申请人的手机上继续", "张示例"))
	clerk.Get(draft+"/handover").Wants(t, 303)
	stranger := r.site.As(apptest.As(t, r.app, "resident2", gov.Mobile))
	stranger.Post("/handover", filledIn("code", first)).Wants(t, 422, "属于别人的申请")
	r.phone.Post("/handover", filledIn("code", first)).Redirects(t, "/applications/"+id)
	r.phone.Post("/handover", filledIn("code", first)).Wants(t, 422, "接力码不对")

	asked := "/applications/" + id + "/pages/" + def.PageFor("seller_name")
	if got := r.phone.Get(asked).Wants(t, 200).Sends(asked).Get("seller_name"); got != "卖方虚构" {
		t.Errorf("the phone shows %q", got)
	}
	r.phone.Get("/applications/"+id+"/materials/"+slot).Wants(t, 200, "窗口收的.png")
	r.complete(r.me, id)
	declare := "/applications/" + id + "/declaration"
	declared := r.phone.Get(declare).Wants(t, 200, "交给哪些部门").Sends(declare)
	declared.Set("declared", "true")
	r.phone.Post(declare, declared).Redirects(t, "/applications/"+id+"/progress")
	r.kept(id, map[string]string{"seller_name": "卖方虚构"}, "窗口收的.png")
	clerk.Get("/counter").Wants(t, 200).Lacks(t, draft)
}

// A family begins on the phone and comes to the window with the code; the clerk goes
// on where they stopped and files for them; they follow it on the phone.
func TestThePhoneBeginsAndTheCounterFinishes(t *testing.T) {
	t.Parallel()
	r := relayed(t)
	start := "/bundles/second-hand-house/start"
	begun := leads(t, r.phone.Post(start, filledIn("answer.loan", "否", "answer.gas", "否", "settled", "1", "region", "445103100200")))
	id := strings.TrimPrefix(begun, "/applications/")
	_, def := r.draft(id)
	asked := begun + "/pages/" + def.PageFor("seller_name")
	sends := r.phone.Get(asked).Wants(t, 200).Sends(asked)
	sends.Set("seller_name", "卖方虚构")
	sends.Set("later", "1")
	r.phone.Post(asked, sends).Redirects(t, begun)
	slot := begun + "/materials/" + def.Slots[0].Key
	r.phone.Upload(slot, r.phone.Get(slot).Sends(slot), "material."+def.Slots[0].Key, "手机拍的.png", rehearsal.Picture()).Wants(t, 303)

	draft := "/counter/drafts/" + id
	clerk := r.clerk("clerk2")
	clerk.Get(draft).Wants(t, 404) // nobody's business before it is handed over
	digits := relayCode(t, r.phone.Post(begun+"/handover", nil))
	clerk.Post("/counter/search", filledIn("q", digits[:3]+" "+digits[3:])).Redirects(t, draft)
	clerk.Post("/counter/search", filledIn("q", digits)).Wants(t, 422, "接力码不对")
	r.clerk("clerk1").Get(draft).Wants(t, 404)
	again := r.clerk("clerk1") // they come back on another day, to another window
	again.Post("/counter/search", filledIn("q", r.scanned(r.me, id))).Redirects(t, draft)
	group := draft + "/groups/" + groupOf(t, def, "seller_name")
	if got := again.Get(group).Wants(t, 200, "代 张示例 填写").Sends(group).Get("seller_name"); got != "卖方虚构" {
		t.Errorf("the counter shows %q", got)
	}
	again.Get(draft+"/materials").Wants(t, 200, "手机拍的.png")
	atCounter, err := identity.AtCounter(apptest.As(t, r.app, "clerk1", gov.Counter), r.me.Party)
	if err != nil {
		t.Fatal(err)
	}
	r.complete(atCounter, id)
	filing := draft + "/filing"
	file := again.Get(filing).Wants(t, 200, "卖方虚构", "张示例 已看过以上内容").Sends(filing)
	file.Set("declared", "true")
	again.Post(filing, file).Redirects(t, "/counter/applications/"+id+"/progress")
	r.kept(id, map[string]string{"seller_name": "卖方虚构"}, "手机拍的.png")
	r.phone.Get("/applications/"+id+"/progress").Wants(t, 200, "每一项现在怎样", "等待前项办结")
	r.phone.Get("/cases").Wants(t, 200, "一件事，这里 4 项")
}

// A busy counter takes over one draft after the other; only wrong codes are counted, and
// after five not even the right one opens anything.
func TestOnlyWrongCodesAreCounted(t *testing.T) {
	atHeldTime(t, func(t *testing.T, a *app.App, _ *now.Instant) {
		me, clerk := apptest.As(t, a, "resident1", gov.Mobile), apptest.As(t, a, "clerk1", gov.Counter)
		g, err := a.Catalogue.GuideAt(t.Context(), "residence-permit", village)
		if err != nil {
			t.Fatal(err)
		}
		x, err := a.Applications.Start(t.Context(), me, g.Local.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		redeem := func() error {
			h, err := a.Applications.HandOver(t.Context(), me, x.ID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = a.Applications.Redeem(t.Context(), clerk, h.Code)
			return err
		}
		for range 7 {
			if err := redeem(); err != nil {
				t.Error("a right code:", err)
			}
		}
		for range 5 {
			if _, err := a.Applications.Redeem(t.Context(), clerk, "none"); !fault.Is(err, "applications.handover_wrong") {
				t.Error("a wrong code:", err)
			}
		}
		if err := redeem(); !fault.Is(err, "identity.too_many") {
			t.Error("after five wrong ones:", err)
		}
	})
}

// groupOf is the group of a draft's form in which a field stands.
func groupOf(t *testing.T, def *applications.Definition, key string) string {
	t.Helper()
	for _, g := range def.Groups {
		for _, p := range g.Pages {
			for _, f := range p.Fields {
				if f.Key == key {
					return g.ID
				}
			}
		}
	}
	t.Fatal("nothing asks for ", key)
	return ""
}
