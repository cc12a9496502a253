package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"yimen/e2e/harness"
	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/rehearsal"
)

const (
	pairs = 6 // bundles that wait for two decisions each
	cuts  = 2 // how often the server is killed while the second ones are made
)

// pair is a bundle in which two members are to be decided and two others wait for both.
type pair struct {
	application   string
	first, second string   // cases
	waiting       []string // cases
	told, done    bool     // the second decision was acknowledged, is there
}

// severed: the server is killed between the decisions of two members of a bundle, and
// again and again while the second is made. A decision that was acknowledged stands, one
// that was not is there whole or not at all, and what waits for both opens exactly once
// and goes to its end. The server is down when it begins and when it ends.
func severed(t *testing.T, s *harness.Server) {
	var all []*pair
	withTown(t, s, "filed", func(t *testing.T, a *app.App) { all = filedPairs(t, a) })
	s.Restart()
	approver := arrive(t, s.URL, "approver")
	for _, p := range all {
		page := "/desk/cases/" + p.first
		if got, err := approver.post(page+"/grant", pressed(t, approver, page, page+"/grant")); err != nil || got.status != http.StatusSeeOther {
			t.Fatal(got, err)
		}
	}
	s.Kill9()
	verified(t, s)
	withTown(t, s, "between", func(t *testing.T, a *app.App) {
		for _, p := range all {
			p.stands(t, a, false)
		}
	})
	granted := 0
	for round := 0; granted < len(all); round++ {
		if round > cuts+5 {
			t.Fatalf("%d of %d decided after %d rounds", granted, len(all), round)
		}
		s.Restart()
		decide(t, s, all, round < cuts)
		verified(t, s)
		withTown(t, s, fmt.Sprintf("round %d", round), func(t *testing.T, a *app.App) { granted = countGranted(t, a, all) })
	}
	withTown(t, s, "end", func(t *testing.T, a *app.App) { broughtHome(t, a, all) })
	verified(t, s)
}

// withTown looks at the rows themselves, with the server gone.
func withTown(t *testing.T, s *harness.Server, name string, look func(t *testing.T, a *app.App)) {
	t.Helper()
	if !t.Run(name, func(t *testing.T) {
		look(t, apptest.Open(t, map[string]string{"data": s.Dir, "db": s.Database}, nil))
	}) {
		t.FailNow()
	}
}

func filedPairs(t *testing.T, a *app.App) []*pair {
	t.Helper()
	ctx, applicant := t.Context(), apptest.As(t, a, "resident4", gov.Web)
	var out []*pair
	for range pairs {
		x, err := a.Stage().FileBundle(ctx, applicant, rehearsal.Choice{Bundle: "joint-utility", Region: "445103100200",
			Answers: map[string]string{"dig": "是", "green": "是"}})
		if err != nil {
			t.Fatal(err)
		}
		all, err := a.Cases.Together(ctx, applicant, x.ID)
		if err != nil {
			t.Fatal(err)
		}
		p := &pair{application: x.ID}
		for _, c := range all {
			if c.State == cases.Waiting {
				p.waiting = append(p.waiting, c.ID)
				continue
			}
			last := cases.Approve
			if p.first, p.second = c.ID, p.first; c.Item == "road-occupy" { // its licence is made by hand
				last = cases.Produce
			}
			if _, err := a.Stage().Bring(ctx, applicant, c.Case, rehearsal.Goal{State: cases.Accepted, Step: last}); err != nil {
				t.Fatal(err)
			}
		}
		if p.first == "" || p.second == "" || len(p.waiting) != 2 {
			t.Fatalf("%+v", p)
		}
		out = append(out, p)
	}
	return out
}

// pressed is the form that a page sends to an address, as it stands there.
func pressed(t *testing.T, v *visitor, page, action string) url.Values {
	t.Helper()
	form, err := formOf(v.must(t, page), action)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// decide makes every second decision that is open at one time, and kills the server
// when the first, or only when each of them, has been answered.
func decide(t *testing.T, s *harness.Server, all []*pair, middle bool) {
	t.Helper()
	officer := arrive(t, s.URL, "officer")
	var every sync.WaitGroup
	start, answered := make(chan struct{}), make(chan bool, len(all))
	for _, p := range all {
		if p.done {
			continue
		}
		action := "/desk/cases/" + p.second + "/production"
		form := pressed(t, officer, action, action)
		form["valid_to.y"], form["valid_to.m"], form["valid_to.d"] = []string{"2030"}, []string{"1"}, []string{"1"}
		every.Go(func() {
			<-start
			got, err := officer.post(action, form)
			p.told = err == nil && got.status == http.StatusSeeOther
			answered <- true
			if err == nil && !p.told {
				t.Errorf("%s: %v", p.second, got)
			}
		})
	}
	close(start)
	if middle {
		<-answered
	} else {
		every.Wait()
	}
	s.Kill9()
	every.Wait()
}

// countGranted looks at every bundle and gives how many have both decisions.
func countGranted(t *testing.T, a *app.App, all []*pair) (n int) {
	t.Helper()
	for _, p := range all {
		c, err := a.Cases.Case(t.Context(), gov.Actor{Kind: gov.System}, p.second)
		if err != nil {
			t.Fatal(err)
		}
		p.done = c.State == cases.Granted
		if p.told && !p.done {
			t.Errorf("%s was acknowledged and is %s", c.Number, c.State)
		}
		p.stands(t, a, p.done)
		if p.done {
			n++
		}
	}
	t.Logf("%d of %d have both decisions", n, len(all))
	return n
}

// stands holds that each decision is whole, and that what waits for both is open
// exactly when both are there.
func (p *pair) stands(t *testing.T, a *app.App, both bool) {
	t.Helper()
	for id, decided := range map[string]bool{p.first: true, p.second: both} {
		c, err := a.Cases.Case(t.Context(), gov.Actor{Kind: gov.System}, id)
		if err != nil {
			t.Fatal(err)
		}
		want := map[bool]int{true: 1}[decided]
		results := rows(t, a, `SELECT id FROM licence WHERE cases = $1`, id) + rows(t, a, `SELECT id FROM letter WHERE cases = $1 AND kind = 'result'`, id)
		if grants := acted(t, a, id, "grant"); (c.State == cases.Granted) != decided || grants != want || results != want {
			t.Errorf("%s is %s with %d grants and %d results", c.Number, c.State, grants, results)
		}
	}
	for _, id := range p.waiting {
		c, err := a.Cases.Case(t.Context(), gov.Actor{Kind: gov.System}, id)
		if err != nil {
			t.Fatal(err)
		}
		state, begun := cases.Waiting, 0
		if both {
			state, begun = cases.Submitted, 1
		}
		if c.State != state || acted(t, a, id, "begin") != begun {
			t.Errorf("%s is %s and was begun %d times; both decided: %v", c.Number, c.State, acted(t, a, id, "begin"), both)
		}
	}
}

func acted(t *testing.T, a *app.App, id, act string) int {
	t.Helper()
	return rows(t, a, `SELECT act FROM journal WHERE subject_kind = 'case' AND subject = $1 AND act = $2`, id, act)
}

func rows(t *testing.T, a *app.App, sql string, args ...any) int {
	t.Helper()
	found, err := a.DB.Query(t.Context(), sql, args...)
	all, err := db.All(found, err, db.Text)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// broughtHome takes every bundle to its end, with one of everything.
func broughtHome(t *testing.T, a *app.App, all []*pair) {
	t.Helper()
	applicant := apptest.As(t, a, "resident4", gov.Web)
	for _, p := range all {
		ended, err := a.Stage().BringBundle(t.Context(), applicant, p.application, rehearsal.Goal{State: cases.Delivered})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range ended {
			if c.State != cases.Delivered {
				t.Errorf("%s is %s", c.Number, c.State)
			}
		}
	}
	nothingTwice(t, a)
}
