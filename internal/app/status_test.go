package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/htmlcheck"
	"yimen/internal/platform/httpd"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
)

// statusWord is what a case's status is called, from the one place that has the words.
func statusWord(c *cases.Case) string {
	word := lang.T(lang.ZH, "status.state_"+string(c.State))
	if c.State == cases.Accepted {
		word = lang.T(lang.ZH, "status.in_"+string(c.Step))
	}
	if c.State == cases.Accepted && c.Deemed {
		word = lang.T(lang.ZH, "status.deemed", "status", word)
	}
	return word
}

// statusWords are all there are, to find one that has no business on a page.
func statusWords() []string {
	var out []string
	for _, s := range append(cases.Lifecycle.States(), "waiting") {
		out = append(out, lang.T(lang.ZH, "status.state_"+string(s)))
	}
	for _, s := range []cases.Step{cases.Handle, cases.Review, cases.Approve, cases.Produce} {
		word := lang.T(lang.ZH, "status.in_"+string(s))
		out = append(out, word, lang.T(lang.ZH, "status.deemed", "status", word))
	}
	return append(out, lang.T(lang.ZH, "status.refused_delivered"), lang.T(lang.ZH, "status.deemed", "status", lang.T(lang.ZH, "status.state_accepted")))
}

// TestOneStatusWordOnEveryChannel: a case says the same of where it stands to its applicant, at the counter and at the
// desk (ux.md 23); the public page behind the receipt says the same without the department's step.
func TestOneStatusWordOnEveryChannel(t *testing.T) {
	t.Parallel()
	at := now.System()
	a := apptest.SQLite(t, func() now.Instant { return at })
	stage := a.Stage()
	cookies := map[string]string{}
	stage.Until = func(day clock.Date) { // past the end of every session
		at = now.FromTime(day.Time()).Add(9 * time.Hour)
		clear(cookies)
	}
	seen := map[cases.State]bool{}
	site := httpd.Wrap(httpd.Options{Handler: a.Router(), Log: a.Log})
	handler := apptest.Handler(t, a, "handler1")
	for _, goal := range append(rehearsal.Goals(), rehearsal.TimedGoals()...) {
		x := apptest.Filed(t, a, handler, "drainage-permit", "445103") // it has a special procedure
		c, err := a.Cases.ByApplication(t.Context(), handler, x.ID)
		if err == nil && goal.Step == cases.Produce {
			continue // this item asks for nothing at 制证
		}
		if err == nil {
			c, err = stage.Bring(t.Context(), handler, c, goal)
		}
		if err != nil {
			t.Fatal(goal, err)
		}
		seen[c.State] = true
		word := statusWord(c)
		for who, path := range map[string]string{"handler1": "/cases/" + c.ID, "clerk1": "/counter/cases/" + c.ID, "officer": "/desk/cases/" + c.ID} {
			if cookies[who] == "" {
				cookies[who] = cookieOf(t, a, who)
			}
			only(t, site, cookies[who], path, goal.String(), word)
		}
		public := lang.T(lang.ZH, "status.state_"+string(c.State))
		if c.State == cases.Accepted && c.Deemed {
			public = lang.T(lang.ZH, "status.deemed", "status", public)
		}
		only(t, site, "", "/s/"+c.Token, goal.String(), public)
	}
	for _, s := range cases.Lifecycle.States() {
		if !seen[s] && s != cases.Waiting { // only in a bundle, see bundles_test.go
			t.Errorf("no case came to %s", s)
		}
	}
}

// TestADeliveredRefusalIsCalledOne: handing a decision over does not make it a good one, on any channel.
func TestADeliveredRefusalIsCalledOne(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		site := httpd.Wrap(httpd.Options{Handler: a.Router(), Log: a.Log})
		handler, outlet := apptest.Handler(t, a, "handler1"), apptest.As(t, a, "outlet1", gov.Web)
		x := apptest.Filed(t, a, handler, "drainage-permit", "445103")
		c, err := a.Cases.ByApplication(t.Context(), handler, x.ID)
		if err == nil {
			c, err = a.Stage().Bring(t.Context(), handler, c, rehearsal.Goal{State: cases.Refused})
		}
		if err == nil {
			c, err = a.Cases.Deliver(t.Context(), outlet, c.ID, c.Version(), cases.Handing{Way: cases.Handed, Recipient: "钱经办"})
		}
		if err != nil {
			t.Fatal(err)
		}
		word := lang.T(lang.ZH, "status.refused_delivered")
		for who, path := range map[string]string{"handler1": "/cases/" + c.ID, "clerk1": "/counter/cases/" + c.ID, "officer": "/desk/cases/" + c.ID} {
			only(t, site, cookieOf(t, a, who), path, who, word)
		}
		only(t, site, "", "/s/"+c.Token, "public", word)
		only(t, site, cookieOf(t, a, "handler1"), "/cases", "own cases", word)
	})
}

// only holds that of all status words the page's head shows this one and no other.
func only(t *testing.T, site http.Handler, cookie, path, goal, word string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-yimen_session", Value: cookie})
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("%s: %s: status %d", goal, path, w.Code)
		return
	}
	var shown []string
	for _, n := range htmlcheck.Parse(w.Body.String()).Find("main .tag") {
		if text := htmlcheck.Text(n); slices.Contains(statusWords(), text) && !slices.Contains(shown, text) {
			shown = append(shown, text)
		}
	}
	if !slices.Equal(shown, []string{word}) {
		t.Errorf("%s: %s says %q, want %q", goal, path, shown, word)
	}
}

// cookieOf signs somebody in; a handler goes on for his organisation.
func cookieOf(t *testing.T, a *app.App, login string) string {
	t.Helper()
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	in, err := a.Identity.SignIn(t.Context(), login, town.Password, identity.Origin{Channel: gov.Web})
	if err != nil {
		t.Fatal(login, err)
	}
	if all, err := a.Identity.Principals(t.Context(), in.Actor); err == nil && len(all) > 0 {
		if _, err := a.Identity.ActAs(t.Context(), in.Actor, in.Session.ID, all[0].Principal); err != nil {
			t.Fatal(err)
		}
	}
	return in.Token
}
