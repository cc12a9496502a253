package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/supervision"
	"yimen/internal/web/wording"
)

// told gives what lies in somebody's inbox about a case, the oldest first.
func told(t *testing.T, a *app.App, who gov.Actor, c *cases.Case) []messages.Key {
	t.Helper()
	return about(t, a, who, "/cases/"+c.ID)
}

// about gives what leads there; every message has all its words.
func about(t *testing.T, a *app.App, who gov.Actor, there string) []messages.Key {
	t.Helper()
	all, err := a.Messages.Inbox(t.Context(), who, messages.Page{Limit: messages.MostOnPage})
	if err != nil {
		t.Fatal(err)
	}
	var out []messages.Key
	for _, m := range slices.Backward(all) {
		if !strings.Contains(m.Link, there) {
			continue
		}
		out = append(out, m.Key)
		for _, l := range lang.Locales() {
			for _, text := range []string{wording.Title(l, m), wording.Text(l, m)} {
				if strings.ContainsAny(text, "{}") || strings.Contains(text, "messages.") {
					t.Errorf("%s: %s", m.Key, text)
				}
			}
		}
	}
	return out
}

func tells(t *testing.T, what string, got []messages.Key, want ...messages.Key) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

const residenceItem = "residence-permit" // of persons

// What an applicant hears on every way a case can take.
func TestApplicantsAreTold(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		handler, resident := apptest.Handler(t, a, "handler1"), apptest.As(t, a, "resident1", gov.Web)
		for _, x := range []struct {
			goal rehearsal.Goal
			want []messages.Key
		}{
			{rehearsal.Goal{State: cases.Submitted}, nil},
			{rehearsal.Goal{State: cases.Correcting}, []messages.Key{messages.CaseCorrection}},
			{rehearsal.Goal{State: cases.Declined}, []messages.Key{messages.CaseDeclined}},
			{rehearsal.Goal{State: cases.Accepted, Step: cases.Approve}, []messages.Key{messages.CaseAccepted}},
			{rehearsal.Goal{State: cases.Refused}, []messages.Key{messages.CaseAccepted, messages.CaseRefused}},
			{rehearsal.Goal{State: cases.Withdrawn}, nil},
			{rehearsal.Goal{State: cases.Terminated}, []messages.Key{messages.CaseTerminated}},
		} {
			c := play(t, a.Stage(), handler, foodItem, x.goal)
			tells(t, x.goal.String(), told(t, a, handler, c), x.want...)
			if n := len(told(t, a, resident, c)); n != 0 {
				t.Errorf("%s: a stranger was told %d times", x.goal, n)
			}
		}
		c := play(t, a.Stage(), handler, foodItem, rehearsal.Goal{State: cases.Delivered})
		result := messages.CaseGranted
		if c.DeliveryWay == "窗口领取" {
			result = messages.CaseReady
		}
		tells(t, "delivered", told(t, a, handler, c), messages.CaseAccepted, result, messages.CaseDelivered)
		mine := play(t, a.Stage(), resident, residenceItem, rehearsal.Goal{State: cases.Correcting})
		tells(t, "a person's", told(t, a, resident, mine), messages.CaseCorrection)
	})
}

// A special procedure is told with the time it takes (art. 45), and its end with
// the date that then holds.
func TestASpecialProcedureIsTold(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, resident := t.Context(), apptest.As(t, a, "resident1", gov.Web)
		c := play(t, a.Stage(), resident, "water-intake", rehearsal.Goal{State: cases.Suspended, Step: cases.Handle})
		tells(t, "suspended", told(t, a, resident, c), messages.CaseAccepted, messages.CaseSuspended)
		all, err := a.Messages.Inbox(ctx, resident, messages.Page{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		procedure := c.Ledger.Events[len(c.Ledger.Events)-1]
		if text := wording.Text(lang.ZH, all[0]); !strings.Contains(text, procedure.Procedure) ||
			!strings.Contains(text, strconv.Itoa(*procedure.Planned)+" 个工作日") || procedure.Procedure == "" {
			t.Error(text)
		}
		officer, err := a.Stage().Staff(ctx, gov.RoleOfficer, c.Body, 0)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = a.Cases.Resume(ctx, officer, c.ID, c.Version(), procedure.Procedure, "通过"); err != nil {
			t.Fatal(err)
		}
		tells(t, "resumed", told(t, a, resident, c), messages.CaseAccepted, messages.CaseSuspended, messages.CaseResumed)
	})
}

// What silence does by itself is told as well: nobody else would.
func TestSilenceIsTold(t *testing.T) {
	t.Parallel()
	var at atomic.Int64
	at.Store(int64(now.System()))
	hand := func() now.Instant { return now.Instant(at.Load()) }
	for name, open := range map[string]func() *app.App{
		"sqlite":   func() *app.App { return apptest.SQLite(t, hand) },
		"postgres": func() *app.App { return apptest.Postgres(t, hand) },
	} {
		t.Run(name, func(t *testing.T) {
			a := open()
			resident := apptest.As(t, a, "resident1", gov.Web)
			filed := play(t, a.Stage(), resident, residenceItem, rehearsal.Goal{State: cases.Submitted})
			correcting := play(t, a.Stage(), resident, residenceItem, rehearsal.Goal{State: cases.Correcting})
			at.Add(int64(60 * 24 * time.Hour / time.Microsecond))
			for _, c := range []*cases.Case{filed, correcting} {
				if err := a.Cases.Settle(t.Context(), c.ID); err != nil {
					t.Fatal(err)
				}
			}
			tells(t, "deemed", told(t, a, resident, filed), messages.CaseDeemed)
			tells(t, "lapsed", told(t, a, resident, correcting), messages.CaseCorrection, messages.CaseLapsed)
		})
	}
}

// An extension goes past the head of the body, and then to the applicant with its
// reason and the new date.
func TestAnExtensionIsTold(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, handler := t.Context(), apptest.Handler(t, a, "handler1")
		officer, approver := apptest.As(t, a, "scjg-officer", gov.Web), apptest.As(t, a, "scjg-approver", gov.Web)
		c := play(t, a.Stage(), handler, foodItem, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		c, err := a.Cases.AskExtension(ctx, officer, c.ID, c.Version(), 3, "需要补充现场核查")
		if err != nil {
			t.Fatal(err)
		}
		tells(t, "the head", told(t, a, approver, c), messages.ExtensionAsked)
		tells(t, "who asked", told(t, a, officer, c))
		tells(t, "the applicant, not yet", told(t, a, handler, c), messages.CaseAccepted)
		if c, err = a.Cases.DecideExtension(ctx, approver, c.ID, c.Version(), true, "同意"); err != nil {
			t.Fatal(err)
		}
		tells(t, "the applicant", told(t, a, handler, c), messages.CaseAccepted, messages.CaseExtended)
		all, err := a.Messages.Inbox(ctx, handler, messages.Page{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		text := wording.Text(lang.ZH, all[0])
		for _, want := range []string{"延长 3 日", "需要补充现场核查", lang.Date(lang.ZH, c.PromisedDue)} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in %s", want, text)
			}
		}
	})
}

// A card goes to the officer and the head; a reminder to the officer alone. An
// order goes to its addressee.
func TestStaffAreToldOfCardsAndOrders(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, handler := t.Context(), apptest.Handler(t, a, "handler1")
		supervisor := apptest.As(t, a, "supervisor", gov.Web)
		officer, approver := apptest.As(t, a, "scjg-officer", gov.Web), apptest.As(t, a, "scjg-approver", gov.Web)
		c := play(t, a.Stage(), handler, foodItem, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		const cards, orders = "/oversight/cards/", "/oversight/orders/"
		breach := supervision.Breach{Rule: supervision.Unpublished, Case: c.ID, Actor: officer}
		if err := a.DB.Do(ctx, func(tx *db.Tx) error { return a.Supervision.RaiseIn(ctx, tx, breach) }); err != nil {
			t.Fatal(err)
		}
		tells(t, "the officer", about(t, a, officer, cards), messages.CardRed)
		tells(t, "the head", about(t, a, approver, cards), messages.CardRed)
		o, err := a.Supervision.Issue(ctx, supervisor, supervision.Issuing{Case: c.ID, Subject: "请尽快核查"})
		if err != nil {
			t.Fatal(err)
		}
		tells(t, "the head", about(t, a, approver, orders+o.ID), messages.OrderIssued)
		tells(t, "the supervisor himself", about(t, a, supervisor, orders))
		all, err := a.Supervision.Cards(ctx, supervisor, supervision.CardFilter{}, "", 10)
		if err != nil || len(all) == 0 {
			t.Fatal("no card:", err)
		}
		card, err := a.Supervision.Card(ctx, officer, all[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if card, err = a.Supervision.Answer(ctx, officer, card.ID, card.Version(), "已改正"); err != nil {
			t.Fatal(err)
		}
		if _, err = a.Supervision.WithdrawCard(ctx, supervisor, card.ID, card.Version(), "查无此事"); err != nil {
			t.Fatal(err)
		}
		tells(t, "who answered", about(t, a, officer, cards+card.ID), messages.CardRed, messages.CardWithdrawn)
	})
}

// A walk-in who has no account gets an SMS, an account what it wants; what is sent
// names nobody.
func TestSendingThroughTheGateway(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var texts []string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ To, Text string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("Idempotency-Key") == "" {
			http.Error(w, "bad", http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		texts = append(texts, in.Text)
	}))
	defer gateway.Close()
	options := map[string]string{"sms-url": gateway.URL, "sms-token": "t"}
	for name, open := range map[string]func(t *testing.T) *app.App{
		"sqlite":   func(t *testing.T) *app.App { return apptest.SQLiteWith(t, nil, options) },
		"postgres": func(t *testing.T) *app.App { return apptest.PostgresWith(t, nil, options) },
	} {
		t.Run(name, func(t *testing.T) {
			texts = nil
			a := open(t)
			handler, clerk := apptest.Handler(t, a, "handler1"), apptest.As(t, a, "clerk1", gov.Counter)
			c := play(t, a.Stage(), handler, foodItem, rehearsal.Goal{State: cases.Correcting})
			if n, err := a.Jobs.Once(t.Context()); err != nil || len(texts) != 0 {
				t.Fatalf("the worker of midnights sent %d of %d jobs, %v", len(texts), n, err)
			}
			if n, err := a.Sending.Once(t.Context()); err != nil || n != 1 || len(texts) != 1 {
				t.Fatalf("%d jobs, %d texts, %v", n, len(texts), err)
			}
			if !strings.Contains(texts[0], string(c.Number)[len(c.Number)-4:]) || strings.Contains(texts[0], c.ApplicantName) ||
				strings.Contains(texts[0], c.ItemName) || strings.Contains(texts[0], string(c.Number)) {
				t.Error(texts[0])
			}
			walkIn := walkedIn(t, a, clerk)
			if n, err := a.Sending.Once(t.Context()); err != nil || n != 1 || len(texts) != 2 {
				t.Fatalf("a walk-in: %d jobs, %d texts, %v", n, len(texts), err)
			}
			if strings.Contains(texts[1], walkIn.ApplicantName) || strings.Contains(texts[1], walkIn.ItemName) {
				t.Error(texts[1])
			}
		})
	}
}

// walkedIn declines the case of somebody who has no account.
func walkedIn(t *testing.T, a *app.App, clerk gov.Actor) *cases.Case {
	t.Helper()
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
	return play(t, a.Stage(), at, residenceItem, rehearsal.Goal{State: cases.Declined})
}
