package app_test

import (
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
)

// What a work list shows, its count tells and a detail page opens must be the
// same cases for everybody: the rule stands twice, as a predicate and as SQL.
func TestListsShowWhatDetailsOpen(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, handler, person := t.Context(), apptest.Handler(t, a, "handler1"), apptest.As(t, a, "resident1", gov.Web)
		var all []string
		for _, x := range []struct {
			by           gov.Actor
			item, region string
		}{
			{handler, "food-business-licence", "445103"}, {person, "residence-permit", "445103100200"}, {person, "no-crime-record", "445103100000"},
			{person, "residence-permit", "445103"}, {handler, "drug-retail-licence", "445100"}, {person, "passport-first", "445103"},
		} {
			c, err := a.Cases.ByApplication(ctx, x.by, apptest.Filed(t, a, x.by, x.item, x.region).ID)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, c.ID)
		}
		shown := 0
		for _, actor := range everybody(t, a, handler) {
			shown += compare(t, a, actor, all)
		}
		if shown < 3*len(all) {
			t.Errorf("only %d pairs of a person and a case were seen: the test sees too little", shown)
		}
	})
}

// compare holds the actor's list and count against every case, and tells how
// many he sees.
func compare(t *testing.T, a *app.App, actor gov.Actor, all []string) int {
	t.Helper()
	list, err := a.Cases.List(t.Context(), actor, cases.Filter{}, cases.Page{})
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, c := range list {
		listed[c.ID] = true
	}
	if n, err := a.Cases.Count(t.Context(), actor, cases.Filter{}); err != nil || n != int64(len(list)) {
		t.Errorf("%s: counts %d, lists %d, %v", actor.Name, n, len(list), err)
	}
	for _, id := range all {
		_, err := a.Cases.Case(t.Context(), actor, id)
		switch {
		case err == nil && !listed[id]:
			t.Errorf("%s opens a case that his list does not show", actor.Name)
		case err != nil && fault.KindOf(err) != fault.KindMissing:
			t.Errorf("%s: a case that is not his is %v, not missing", actor.Name, err)
		case err != nil && listed[id]:
			t.Errorf("%s is shown a case that he cannot open", actor.Name)
		}
	}
	return len(list)
}

// everybody is the whole town, and nobody.
func everybody(t *testing.T, a *app.App, handler gov.Actor) []gov.Actor {
	t.Helper()
	town, err := app.ReadTown()
	if err != nil {
		t.Fatal(err)
	}
	out := []gov.Actor{handler, gov.Nobody(gov.Web)}
	for _, s := range town.Staff {
		out = append(out, apptest.As(t, a, s.Login, gov.Web))
	}
	for _, p := range town.People {
		out = append(out, apptest.As(t, a, p.Login, gov.Web))
	}
	return out
}
