package apptest

import (
	"testing"

	"yimen/internal/app"
	"yimen/internal/applications"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
)

// Complete answers every required question that is open and puts a file in every
// required slot.
func Complete(t testing.TB, a *app.App, actor gov.Actor, x *applications.Application) *applications.Application {
	t.Helper()
	x, err := a.Stage().Complete(t.Context(), actor, x)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Filed starts, completes and files an application for the item at the region.
func Filed(t testing.TB, a *app.App, actor gov.Actor, item, region string) *applications.Application {
	t.Helper()
	x, err := a.Stage().File(t.Context(), actor, item, region)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// WalkIn files for somebody who has no account and stands at the counter.
func WalkIn(t testing.TB, a *app.App, item, region string) *applications.Application {
	t.Helper()
	clerk := As(t, a, "clerk1", gov.Counter)
	number, err := gov.ComposeIDNumber("99000018900101002")
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.Identity.CreateWalkIn(t.Context(), clerk, identity.WalkIn{Evidence: "居民身份证原件",
		PersonInput: identity.PersonInput{Name: "周虚构", IDNumber: string(number), Phone: "13000090009"}})
	if err != nil {
		t.Fatal(err)
	}
	at, err := identity.AtCounter(clerk, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return Filed(t, a, at, item, region)
}

// Today is the legal date of the app's clock.
func Today(a *app.App) clock.Date { return clock.DateOf(a.Now().Time()) }
