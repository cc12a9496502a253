package app_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
	"yimen/internal/rehearsal"
)

// Items of the two mandates, both of companies.
const (
	foodItem  = "food-business-licence"
	hotelItem = "hotel-special-licence"
)

// affairs are what a company has of one item.
type affairs struct {
	handler gov.Actor
	draft   *applications.Application
	ended   *cases.Case
	licence *licences.Licence
	letter  string
	file    string
}

func affairsOf(t *testing.T, a *app.App, handler gov.Actor, item string) affairs {
	t.Helper()
	ctx := t.Context()
	x := apptest.Filed(t, a, handler, item, "445103")
	c, err := a.Cases.ByApplication(ctx, handler, x.ID)
	if err == nil {
		c, err = a.Stage().Bring(ctx, handler, c, rehearsal.Goal{State: cases.Delivered})
	}
	if err != nil {
		t.Fatal(err)
	}
	out := affairs{handler: handler, ended: c}
	if out.licence, err = a.Licences.Licence(ctx, handler, c.Licence); err != nil {
		t.Fatal(err)
	}
	letters, err := a.Cases.Letters(ctx, handler, c.ID)
	if err != nil || len(letters) == 0 {
		t.Fatal(letters, err)
	}
	files, err := a.Applications.Attachments(ctx, handler, x)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	out.letter, out.file = letters[0].ID, files[0].ID
	g, err := a.Catalogue.GuideAt(ctx, item, "445103")
	if err == nil {
		out.draft, err = a.Applications.Start(ctx, handler, g.Local.ID, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// agent lets a resident act for the handler's company in some items, and gives him as a page would see him, with his
// session's cookie.
func agent(t *testing.T, a *app.App, login string, handler gov.Actor, items ...string) (gov.Actor, string) {
	t.Helper()
	ctx, clerk := t.Context(), apptest.As(t, a, "clerk1", gov.Counter)
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.Identity.SignIn(ctx, login, town.Password, identity.Origin{Channel: gov.Web})
	if err != nil {
		t.Fatal(err)
	}
	grants := [][]string{items}
	if len(items) == 2 { // two mandates are worth what each is worth
		grants = [][]string{items[:1], items[1:]}
	}
	for _, scope := range grants {
		_, err := a.Identity.GrantMandate(ctx, clerk, identity.MandateInput{Kind: identity.Agent, Principal: handler.OnBehalfOf,
			Agent: in.Actor.Party, Scope: scope, Evidence: "授权委托书"})
		if err != nil {
			t.Fatal(err)
		}
	}
	asked, err := a.Identity.ActAs(ctx, in.Actor, in.Session.ID, handler.OnBehalfOf)
	if err != nil {
		t.Fatal(err)
	}
	actor, _, err := a.Identity.Authenticate(ctx, in.Token)
	if err != nil || actor.OnBehalfOf != handler.OnBehalfOf || !slices.Equal(actor.Items, asked.Items) || (actor.Items == nil) != (asked.Items == nil) {
		t.Fatalf("%+v and %+v differ, %v", actor, asked, err)
	}
	return actor, in.Token
}

// TestAMandateNarrowsReading: who may act for a company in one item sees of the others neither lists, details, counts
// nor papers, and cannot begin them; with every item he sees what the handler sees.
func TestAMandateNarrowsReading(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		handler := apptest.Handler(t, a, "handler1")
		all := map[string]affairs{foodItem: affairsOf(t, a, handler, foodItem), hotelItem: affairsOf(t, a, handler, hotelItem)}
		open := apptest.Filed(t, a, handler, hotelItem, "445103") // a case that is not ended
		for _, x := range []struct {
			login string
			items []string // nil: all
			sees  []string
		}{
			{"resident2", []string{foodItem}, []string{foodItem}}, {"resident3", []string{hotelItem}, []string{hotelItem}},
			{"resident4", nil, []string{foodItem, hotelItem}}, {"resident5", []string{foodItem, hotelItem}, []string{foodItem, hotelItem}},
			{"resident6", []string{"no-such-item"}, nil},
		} {
			actor, token := agent(t, a, x.login, handler, x.items...)
			for item, of := range all {
				sees := slices.Contains(x.sees, item)
				details(t, a, actor, of, sees)
				pages(t, a, token, of, sees)
			}
			listed(t, a, actor, x.sees)
			_, err := a.Cases.ByApplication(t.Context(), actor, open.ID)
			if slices.Contains(x.sees, hotelItem) != (err == nil) {
				t.Errorf("%s with %v: the open case: %v", x.login, x.items, err)
			}
		}
		holds(t, a)
	})
}

// details asks for every paper of the affairs by its id.
func details(t *testing.T, a *app.App, actor gov.Actor, of affairs, sees bool) {
	t.Helper()
	ctx := t.Context()
	asked := map[string]error{}
	note := func(what string, err error) { asked[what] = err }
	c, err := a.Cases.Case(ctx, actor, of.ended.ID)
	note("case", err)
	_, err = a.Cases.ByNumber(ctx, actor, string(of.ended.Number))
	note("number", err)
	_, err = a.Cases.Letters(ctx, actor, of.ended.ID)
	note("letters", err)
	_, err = a.Cases.LetterBytes(ctx, actor, of.letter)
	note("letter", err)
	_, err = a.Cases.Trace(ctx, actor, of.ended)
	note("trace", err)
	_, err = a.Cases.Deliveries(ctx, actor, of.ended)
	note("deliveries", err)
	_, err = a.Applications.Application(ctx, actor, of.ended.Application)
	note("application", err)
	_, file, err := a.Applications.OpenFile(ctx, actor, of.ended.Application, of.file)
	if note("file", err); err == nil {
		_, err = io.Copy(io.Discard, file)
		if err = errors.Join(err, file.Close()); err != nil {
			t.Error(err)
		}
	}
	_, err = a.Applications.Application(ctx, actor, of.draft.ID)
	note("draft", err)
	_, err = a.Licences.Licence(ctx, actor, of.licence.ID)
	note("licence", err)
	_, err = a.Licences.Face(ctx, actor, of.licence)
	note("face", err)
	_, err = a.Licences.Changes(ctx, actor, of.licence)
	note("changes", err)
	code, err := a.Applications.HandOver(ctx, of.handler, of.draft.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Applications.Redeem(ctx, actor, code.Code)
	note("handover", err)
	_, err = a.Applications.Start(ctx, actor, of.draft.LocalItem, false)
	note("start", err)
	for what, err := range asked {
		switch kind := fault.KindOf(err); {
		case sees && err != nil:
			t.Errorf("%s of %s: %v, and the mandate reaches it", what, of.draft.Item, err)
		case !sees && (err == nil || kind != fault.KindMissing && kind != fault.KindDenied):
			t.Errorf("%s of %s: %v, and the mandate does not reach it", what, of.draft.Item, err)
		}
	}
	if sees && c.Number != of.ended.Number {
		t.Error("another case")
	}
	if !sees && !fault.Is(asked["start"], "identity.out_of_scope") {
		t.Errorf("beginning it: %v", asked["start"])
	}
}

// listed holds every list and count against the items.
func listed(t *testing.T, a *app.App, actor gov.Actor, items []string) {
	t.Helper()
	ctx := t.Context()
	only := func(what string, found []string, err error) {
		if found = slices.Compact(slices.Sorted(slices.Values(found))); err != nil || !slices.Equal(found, items) {
			t.Errorf("%s shows items %v, want %v (%v)", what, found, items, err)
		}
	}
	itemsOf := func(list []*cases.Case) (out []string) {
		for _, c := range list {
			out = append(out, c.Item)
		}
		return out
	}
	mine, err := a.Cases.Mine(ctx, actor, "", 0)
	only("Mine", itemsOf(mine), err)
	list, err := a.Cases.List(ctx, actor, cases.Filter{}, cases.Page{})
	only("List", itemsOf(list), err)
	ended, err := a.Cases.Ended(ctx, actor, cases.Filter{}, "", 0)
	only("Ended", itemsOf(ended), err)
	if n, err := a.Cases.Count(ctx, actor, cases.Filter{}); err != nil || n != int64(len(list)) || len(list) != len(mine) {
		t.Errorf("%d counted, %d listed, %d mine: %v", n, len(list), len(mine), err)
	}
	counts, err := a.Cases.Counts(ctx, actor, cases.Filter{})
	total := int64(0)
	for _, n := range counts {
		total += n
	}
	if err != nil || total != int64(len(list)-len(ended)) {
		t.Errorf("%d under way counted, %d listed: %v", total, len(list)-len(ended), err)
	}
	for _, item := range []string{foodItem, hotelItem} {
		n, err := a.Cases.Count(ctx, actor, cases.Filter{Item: item})
		if err != nil || (n > 0) != slices.Contains(items, item) {
			t.Errorf("a search for %s counts %d: %v", item, n, err)
		}
	}
	drafts, err := a.Applications.Drafts(ctx, actor)
	var of []string
	for _, x := range drafts {
		of = append(of, x.Item)
	}
	only("Drafts", of, err)
	held, err := a.Licences.Mine(ctx, actor)
	of = nil
	for _, l := range held {
		of = append(of, l.Item)
	}
	of = slices.DeleteFunc(of, func(item string) bool { return item == "" }) // the organisation's licence from before Yimen
	only("licences", of, err)
}

// pages asks for the same through the whole program, with the cookie.
func pages(t *testing.T, a *app.App, token string, of affairs, sees bool) {
	t.Helper()
	handler := httpd.Wrap(httpd.Options{Handler: a.Router(), Log: a.Log})
	get := func(path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		r.AddCookie(&http.Cookie{Name: "__Host-yimen_session", Value: token})
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	want := http.StatusNotFound
	if sees {
		want = http.StatusOK
	}
	for _, path := range []string{"/cases/" + of.ended.ID, "/applications/" + of.ended.Application + "/receipt", "/letters/" + of.letter, "/licences/" + of.licence.ID,
		"/applications/" + of.ended.Application + "/files/" + of.file, "/applications/" + of.draft.ID} {
		if w := get(path); w.Code != want {
			t.Errorf("%s of %s: status %d, want %d", path, of.draft.Item, w.Code, want)
		}
	}
	for path, sign := range map[string]string{"/cases": of.ended.ID, "/licences": of.licence.ID, "/": of.draft.ID} {
		if w := get(path); w.Code != http.StatusOK || path != "/" && strings.Contains(w.Body.String(), sign) != sees || strings.Contains(w.Body.String(), sign) && !sees {
			t.Errorf("%s: status %d, shows %s of %s: %v", path, w.Code, sign, of.draft.Item, !sees)
		}
	}
	beyond := strings.Contains(get("/items/"+of.draft.LocalItem+"/start?fit=yes").Body.String(), "授权不包括这件事")
	if beyond == sees {
		t.Errorf("the page before %s says that the mandate does not reach it: %v", of.draft.Item, beyond)
	}
}
