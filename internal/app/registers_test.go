package app_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/registers"
)

// guide is the local item of an item in the demo region.
func guide(t *testing.T, a *app.App, item string) string {
	t.Helper()
	all, err := a.Catalogue.LocalItems(t.Context(), item)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if strings.HasPrefix(l.Region, "445103") {
			return l.ID
		}
	}
	t.Fatal("nobody handles", item)
	return ""
}

// begin starts a draft of the handler's organisation.
func begin(t *testing.T, a *app.App, actor gov.Actor, item string) *applications.Application {
	t.Helper()
	x, err := a.Applications.Start(t.Context(), actor, guide(t, a, item), true)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

const food, disputedKey = "food-business-licence", "legal_representative"

// TestARegisterIsNotTyped: what 法人库 holds is shown with its source and cannot be
// overtyped; one press gives the owner a task, the answer is then typed, the
// department sees both, the owner's answer reaches who asked and the next form.
func TestARegisterIsNotTyped(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, handler := t.Context(), apptest.Handler(t, a, "handler1")
		x := begin(t, a, handler, food)
		src := x.Sources[disputedKey]
		if x.Answers[disputedKey].Text != "何负责" || src.Source != applications.SourceRegister || src.Detail != "法人库" || src.On.String() != "2026-01-20" || !x.Holds(disputedKey) {
			t.Fatalf("%+v %+v", x.Answers[disputedKey], src)
		}
		def, err := a.Applications.Definition(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		page := def.PageFor(disputedKey)
		typed := form.Answers{disputedKey: form.Plain("何实际")}
		x, err = a.Applications.Save(ctx, handler, x.ID, x.Version(), page, typed, true)
		if err != nil || x.Answers[disputedKey].Text != "何负责" {
			t.Fatal("a held value was overtyped", err)
		}
		x, err = a.Applications.Dispute(ctx, handler, x.ID, x.Version(), disputedKey)
		if err != nil || x.Holds(disputedKey) {
			t.Fatal(err)
		}
		if _, err := a.Applications.Dispute(ctx, handler, x.ID, x.Version(), disputedKey); !fault.Is(err, "applications.not_held") {
			t.Error("pressed twice:", err)
		}
		if x, err = a.Applications.Save(ctx, handler, x.ID, x.Version(), page, typed, true); err != nil || x.Answers[disputedKey].Text != "何实际" {
			t.Fatal(err)
		}
		owner := apptest.As(t, a, "scjg-officer", gov.Web)
		d, err := a.Registers.Dispute(ctx, owner, x.Sources[disputedKey].Dispute)
		if err != nil || d.Stated != "何负责" || d.Claimed != "何实际" || d.BodyName != "潮安区市场监督管理局" {
			t.Fatalf("%+v %v", d, err)
		}
		heardOf(t, a, owner, messages.DisputeOpened)
		if _, err = a.Registers.Answer(ctx, owner, d.ID, d.Version(), registers.Answer{Correct: true, Value: "何实际", Reason: "登记档案为准"}); err != nil {
			t.Fatal(err)
		}
		heardOf(t, a, handler, messages.DisputeCorrected)
		if next := begin(t, a, handler, food); next.Answers[disputedKey].Text != "何实际" || !next.Holds(disputedKey) {
			t.Errorf("%+v", next.Sources[disputedKey])
		}
		holds(t, a)
	})
}

func heardOf(t *testing.T, a *app.App, actor gov.Actor, key messages.Key) {
	t.Helper()
	inbox, err := a.Messages.Inbox(t.Context(), actor, messages.Page{Limit: 5})
	if err != nil || !slices.ContainsFunc(inbox, func(m messages.Received) bool { return m.Key == key }) {
		t.Errorf("%s was not told of %s: %v", actor.Name, key, err)
	}
}

// TestARegisterThatFailsIsNamed: taken down, unreadable, or its table gone: the draft
// starts, the register is named at its fields, and they are asked.
func TestARegisterThatFailsIsNamed(t *testing.T) {
	failures := map[string]func(ctx context.Context, a *app.App) error{
		"down": func(ctx context.Context, a *app.App) error {
			_, err := a.Registers.TakeDown(ctx, identity.System("test", gov.Import), registers.Population, "机房停电")
			return err
		},
		"unreadable": func(ctx context.Context, a *app.App) error {
			return a.DB.Do(ctx, func(tx *db.Tx) error {
				return tx.Exec(ctx, `UPDATE register_entry SET content = 'v1.nobody.AAAA.AAAA' WHERE register = 'population'`)
			})
		},
		"gone": func(ctx context.Context, a *app.App) error {
			return a.DB.Do(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, `ALTER TABLE register_entry RENAME TO register_entry_away`) })
		},
	}
	for name, fail := range failures {
		t.Run(name, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, a *app.App) {
				if err := fail(t.Context(), a); err != nil {
					t.Fatal(err)
				}
				x := begin(t, a, apptest.As(t, a, "resident1", gov.Web), "id-card-issue")
				if s := x.Sources["applicant_name"]; s.Source != applications.SourceLicence || s.Down != "人口库" || x.Answers["applicant_name"].IsZero() {
					t.Errorf("the next source fills the form, and the register is named: %+v", s)
				}
				for key, s := range x.Sources {
					if s.Source == applications.SourceRegister {
						t.Errorf("%s comes from a register that cannot be read: %+v", key, s)
					}
				}
			})
		})
	}
}

// TestADeclaredIdentityOpensNoRegister (architecture.md: registers need assurance 1).
func TestADeclaredIdentityOpensNoRegister(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		x := begin(t, a, apptest.As(t, a, "resident7", gov.Web), "residence-permit")
		for key, s := range x.Sources {
			if s.Source != applications.SourceDeclared {
				t.Errorf("%s from %+v", key, s)
			}
		}
	})
}

// TestAtTheCounterTheLookIsKept: a clerk sees the register of who stands there, and
// that stands in the person's own trace.
func TestAtTheCounterTheLookIsKept(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, clerk, resident := t.Context(), apptest.As(t, a, "clerk1", gov.Counter), apptest.As(t, a, "resident1", gov.Web)
		at, err := identity.AtCounter(clerk, resident.Party)
		if err != nil {
			t.Fatal(err)
		}
		x := begin(t, a, at, "residence-permit")
		if !slices.ContainsFunc([]string{"applicant_name", "ethnicity", "gender"}, x.Holds) {
			t.Fatalf("%+v", x.Sources)
		}
		lines, err := a.Identity.Trace(ctx, resident)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, l := range lines {
			if l.Account == clerk.Account && l.Act == "look" {
				found++
			}
		}
		if found != 2 { // the account's values, and the register's
			t.Errorf("%d looks in %+v", found, lines)
		}
	})
}

// TestTheNextApplicationOffersTheLast: what a register does not hold comes from what
// was filed before, and may be changed.
func TestTheNextApplicationOffersTheLast(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		handler := apptest.Handler(t, a, "handler1")
		was := apptest.Filed(t, a, handler, food, "445103")
		x := begin(t, a, handler, food)
		s := x.Sources["premises_area"]
		if s.Source != applications.SourceEarlier || s.Ref != was.ID || !x.Answers["premises_area"].Equal(was.Answers["premises_area"]) || !x.Editable("premises_area") {
			t.Errorf("%+v of %v", s, was.Answers["premises_area"])
		}
		if _, again := x.Sources["food_business_items"]; again {
			t.Error("what is about this one shop was taken over")
		}
	})
}
