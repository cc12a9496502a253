package app_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/seed"
)

// TestEveryBundle files every bundle in every combination of its situations on both
// databases and brings every case of it to the end. What one database files with
// every optional member the other files without any.
func TestEveryBundle(t *testing.T) {
	t.Parallel()
	for optional, open := range []func(testing.TB, now.Clock) *app.App{apptest.SQLite, apptest.Postgres} {
		t.Run([]string{"sqlite", "postgres"}[optional], func(t *testing.T) {
			t.Parallel()
			a := open(t, nil)
			person, handler := apptest.As(t, a, "resident1", gov.Web), apptest.Handler(t, a, "handler1")
			stage := a.Stage()
			all, err := a.Catalogue.Bundles(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, info := range apptest.Sample(all, 6) {
				b, err := a.Catalogue.Bundle(t.Context(), info.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, in := range situations(b, optional) {
					takeBundle(t, a, stage, in, person, handler)
				}
			}
		})
	}
}

// mostSituations are as many as a bundle can have with every combination filed: the
// largest of the set has 12.
const mostSituations = 16

// situations are all combinations of answers, every other one with every optional
// member that is offered then: the even ones when optional is 0, else the odd ones.
func situations(b set.Bundle, optional int) []rehearsal.Choice {
	all := []map[string]string{{}}
	for _, q := range b.Questions {
		var more []map[string]string
		for _, had := range all {
			for _, option := range q.Options {
				next := maps.Clone(had)
				next[q.ID] = option
				more = append(more, next)
			}
		}
		all = more
	}
	out := make([]rehearsal.Choice, len(all))
	for i, answers := range all {
		out[i] = rehearsal.Choice{Bundle: b.ID, Region: village, Answers: answers}
		for _, m := range b.Members {
			if i%2 == optional && m.Optional && (m.When == nil || answers[m.When.Question] == m.When.Equals) {
				out[i].Chosen = append(out[i].Chosen, m.Item)
			}
		}
	}
	return out
}

// Both databases file every combination of every bundle, and one or the other each
// with and without what is optional then.
func TestSituationsAreComplete(t *testing.T) {
	read, problems, err := set.Read(seed.Catalogue(), set.Known{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for _, b := range read.Bundles {
		combinations := 1
		for _, q := range b.Questions {
			combinations *= len(q.Options)
		}
		if combinations > mostSituations {
			t.Errorf("%s has %d combinations: file pairs of answers instead", b.ID, combinations)
		}
		with, without := map[string]bool{}, map[string]bool{}
		for optional := range 2 {
			seen := map[string]bool{}
			for _, in := range situations(b, optional) {
				offered, err := merge.Offered(b, in.Answers)
				if err != nil || len(in.Answers) != len(b.Questions) {
					t.Fatal(b.ID, in.Answers, err)
				}
				said := fmt.Sprint(in.Answers)
				seen[said] = true
				open := slices.ContainsFunc(offered, func(m set.Member) bool { return m.Optional })
				with[said] = with[said] || len(in.Chosen) > 0 || !open
				without[said] = without[said] || len(in.Chosen) == 0
			}
			if len(seen) != combinations {
				t.Errorf("%s: %d of %d combinations", b.ID, len(seen), combinations)
			}
		}
		for said := range with {
			if !with[said] || !without[said] {
				t.Errorf("%s %s: with what is optional %v, without %v", b.ID, said, with[said], without[said])
			}
		}
	}
}

const village = "445103100200"

func takeBundle(t *testing.T, a *app.App, stage *rehearsal.Stage, in rehearsal.Choice, person, handler gov.Actor) {
	t.Helper()
	ctx := t.Context()
	c, err := a.Catalogue.Compose(ctx, in.Bundle, in.Region, in.Answers, in.Chosen)
	if fault.Is(err, merge.NobodyLeft) {
		return
	}
	if err != nil {
		t.Errorf("%s %v: %v", in.Bundle, in.Answers, err)
		return
	}
	applicant := handler
	if c.Audience == set.ForPersons || slices.ContainsFunc(c.Members, func(m catalogue.Composed) bool { return m.Founds() }) {
		applicant = person
	}
	x, err := stage.FileBundle(ctx, applicant, in)
	if err != nil {
		t.Errorf("%s %v: %v", in.Bundle, in.Answers, err)
		return
	}
	ended, err := stage.BringBundle(ctx, applicant, x.ID, rehearsal.Goal{State: cases.Delivered})
	if err != nil {
		t.Errorf("%s %v: %v", in.Bundle, in.Answers, err)
		return
	}
	if len(ended) != len(c.Members) {
		t.Errorf("%s %v: %d cases for %d members", in.Bundle, in.Answers, len(ended), len(c.Members))
	}
}
