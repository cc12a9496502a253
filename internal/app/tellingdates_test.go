package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/messages"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
	"yimen/internal/web/wording"
)

// The proof that a notice was delivered starts the time to answer, and is told to
// somebody who has no account.
func TestAServedNoticeIsTold(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var texts []string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Text string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			http.Error(w, "bad", http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		texts = append(texts, in.Text)
	}))
	defer gateway.Close()
	a := apptest.SQLiteWith(t, nil, map[string]string{"sms-url": gateway.URL, "sms-token": "t"})
	clerk := apptest.As(t, a, "clerk1", gov.Counter)
	c := play(t, a.Stage(), walker(t, a, clerk), residenceItem, rehearsal.Goal{State: cases.Correcting})
	if !c.CorrectionDue.IsZero() {
		t.Fatal("the time to answer began without a proof")
	}
	c, err := a.Cases.RecordService(t.Context(), clerk, c.ID, c.Version(), cases.Serving{On: apptest.Today(a), How: "邮政特快专递"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Sending.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(texts, "\n"); !strings.Contains(all, "已送达") || !strings.Contains(all, lang.Date(lang.ZH, c.CorrectionDue)) {
		t.Error(all)
	}
}

// walker is somebody without an account, at the window.
func walker(t *testing.T, a *app.App, clerk gov.Actor) gov.Actor {
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
	return at
}

// A refused extension is told to who has the case, with the reason, and not to the
// applicant, who was never promised it.
func TestARefusedExtensionIsTold(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *app.App) {
		ctx, handler := t.Context(), apptest.Handler(t, a, "handler1")
		officer, approver := apptest.As(t, a, "scjg-officer", gov.Web), apptest.As(t, a, "scjg-approver", gov.Web)
		c := play(t, a.Stage(), handler, foodItem, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		c, err := a.Cases.AskExtension(ctx, officer, c.ID, c.Version(), 3, "需要补充现场核查")
		if err != nil {
			t.Fatal(err)
		}
		if c, err = a.Cases.DecideExtension(ctx, approver, c.ID, c.Version(), false, "材料已经齐全"); err != nil {
			t.Fatal(err)
		}
		tells(t, "who asked", told(t, a, officer, c), messages.ExtensionRefused)
		tells(t, "who refused", told(t, a, approver, c), messages.ExtensionAsked)
		tells(t, "the applicant", told(t, a, handler, c), messages.CaseAccepted)
		all, err := a.Messages.Inbox(ctx, officer, messages.Page{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if text := wording.Text(lang.ZH, all[0]); !strings.Contains(text, "材料已经齐全") || !strings.Contains(text, lang.Date(lang.ZH, c.PromisedDue)) {
			t.Error(text)
		}
	})
}

// A calendar that moves the date the applicant waits for is told to him, before and
// after; one that moves other dates of the case is not.
func TestAMovedDateIsTold(t *testing.T) {
	t.Parallel()
	atHeldTime(t, func(t *testing.T, a *app.App, _ *now.Instant) {
		handler := apptest.Handler(t, a, "handler1")
		c := play(t, a.Stage(), handler, foodItem, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		correcting := play(t, a.Stage(), handler, foodItem, rehearsal.Goal{State: cases.Correcting})
		announce(t, a, c.PromisedDue)
		after := caseOf(t, a, c.Application)
		tells(t, "accepted", told(t, a, handler, c), messages.CaseAccepted, messages.CaseMoved)
		all, err := a.Messages.Inbox(t.Context(), handler, messages.Page{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		text := wording.Text(lang.ZH, all[0])
		for _, d := range []clock.Date{c.PromisedDue, after.PromisedDue} {
			if !strings.Contains(text, lang.Date(lang.ZH, d)) {
				t.Errorf("%s is not in %s", d, text)
			}
		}
		announce(t, a, after.StatutoryDue)
		if again := caseOf(t, a, c.Application); again.StatutoryDue == after.StatutoryDue {
			t.Fatal("the statutory date did not move")
		}
		tells(t, "only the statutory date moved", told(t, a, handler, c), messages.CaseAccepted, messages.CaseMoved)
		tells(t, "correcting", told(t, a, handler, correcting), messages.CaseCorrection)
		announce(t, a, correcting.CorrectionDue)
		if after := caseOf(t, a, correcting.Application); after.CorrectionDue == correcting.CorrectionDue {
			t.Fatal("the time to answer did not move")
		}
		tells(t, "correcting", told(t, a, handler, correcting), messages.CaseCorrection, messages.CaseMoved)
	})
}

// announce makes a day off and lets the cases follow.
func announce(t *testing.T, a *app.App, day clock.Date) {
	t.Helper()
	text, err := set.CalendarText(altered(t, a, false, day))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Catalogue.Import(t.Context(), calendarKeeper, fstest.MapFS{"holidays.yaml": {Data: text}}, nil); err != nil {
		t.Fatal(err)
	}
	work(t, a)
}
