package app_test

import (
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
	"yimen/internal/rehearsal"
)

// TestEveryBundle files every bundle with combinations of its situations and
// brings every case of it to the end.
func TestEveryBundle(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		person := apptest.As(t, a, "resident1", gov.Web)
		handler := apptest.Handler(t, a, "handler1")
		stage := a.Stage()
		all, err := a.Catalogue.Bundles(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, info := range all {
			b, err := a.Catalogue.Bundle(t.Context(), info.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, in := range situations(b) {
				takeBundle(t, a, stage, in, person, handler)
			}
		}
	})
}

// situations are choices in which every pair of answers occurs, once with every
// optional member and once without any.
func situations(b set.Bundle) []rehearsal.Choice {
	var optional []string
	for _, m := range b.Members {
		if m.Optional {
			optional = append(optional, m.Item)
		}
	}
	most := 1
	for _, q := range b.Questions {
		most = max(most, len(q.Options))
	}
	var out []rehearsal.Choice
	for i := range most * most {
		answers := map[string]string{}
		for n, q := range b.Questions {
			at := i % most
			if n%2 == 1 {
				at = i / most
			}
			if n >= 2 {
				at = i + n*(i/most)
			}
			answers[q.ID] = q.Options[at%len(q.Options)]
		}
		in := rehearsal.Choice{Bundle: b.ID, Region: village, Answers: answers}
		if i%2 == 0 {
			in.Chosen = slices.DeleteFunc(slices.Clone(optional), func(item string) bool { return !offered(b, item, answers) })
		}
		if !slices.ContainsFunc(out, func(o rehearsal.Choice) bool { return sameChoice(o, in) }) {
			out = append(out, in)
		}
	}
	return out
}

const village = "445103100200"

func offered(b set.Bundle, item string, answers map[string]string) bool {
	return slices.ContainsFunc(b.Members, func(m set.Member) bool {
		return m.Item == item && (m.When == nil || answers[m.When.Question] == m.When.Equals)
	})
}

func sameChoice(a, b rehearsal.Choice) bool {
	if !slices.Equal(a.Chosen, b.Chosen) {
		return false
	}
	for k, v := range a.Answers {
		if b.Answers[k] != v {
			return false
		}
	}
	return true
}

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
