package apptest

import (
	"testing"

	"yimen/internal/app"
	"yimen/internal/applications"
	"yimen/internal/clock"
	"yimen/internal/gov"
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

// Today is the legal date of the app's clock.
func Today(a *app.App) clock.Date { return clock.DateOf(a.Now().Time()) }
