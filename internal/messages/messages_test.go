package messages_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/messages/messagestest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/job"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
)

// world is the context with everything around it held by the test.
type world struct {
	*messages.Service
	t       *testing.T
	db      *db.DB
	at      *atomic.Int64
	mail    *messagestest.Mailbox
	phones  *messagestest.Phones
	worker  *job.Worker
	holders map[string][]string // body/role → accounts
	reach   map[string]messages.Contact
	asked   int // how often holders were asked for
}

func (w *world) Holders(_ context.Context, _ db.Reader, body string, role gov.Role) ([]string, error) {
	w.asked++
	return w.holders[body+"/"+string(role)], nil
}

func (w *world) Contact(_ context.Context, _ db.Reader, account, party string) (messages.Contact, error) {
	if account == "" {
		account = party
	}
	return w.reach[account], nil
}

func (*world) Mail(locale string, m messages.Received) (subject, text string) {
	return locale + " " + string(m.Key), fmt.Sprint(m.Args["item"], m.Link)
}

func (*world) SMS(locale string, m messages.Received) string { return locale + " " + string(m.Key) }

func (w *world) now() now.Instant     { return now.Instant(w.at.Load()) }
func (w *world) pass(d time.Duration) { w.at.Add(int64(d / time.Microsecond)) }

func each(t *testing.T, sends bool, f func(t *testing.T, w *world)) {
	t.Helper()
	var at atomic.Int64
	clock := func() now.Instant { return now.Instant(at.Load()) }
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		at.Store(int64(now.FromTime(time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC))))
		w := &world{t: t, db: d, at: &at, mail: &messagestest.Mailbox{}, phones: &messagestest.Phones{},
			holders: map[string][]string{}, reach: map[string]messages.Contact{}}
		deps := messages.Deps{DB: d, Sealer: keystest.Ring(t), Staff: w, Contacts: w, Words: w}
		if sends {
			deps.Mail, deps.SMS = w.mail, w.phones
		}
		w.Service = messages.New(deps)
		w.worker = &job.Worker{DB: d, Now: w.now, Log: slog.New(slog.DiscardHandler)}
		w.worker.HandleOutside(messages.MailJob, w.SendMail)
		w.worker.HandleOutside(messages.SMSJob, w.SendSMS)
		f(t, w)
	})
}

func person(account string) gov.Actor { return gov.Actor{Account: account, Kind: gov.Person} }

func staff(account string, roles ...gov.Role) gov.Actor {
	a := gov.Actor{Account: account, Kind: gov.Staff}
	for _, r := range roles {
		a.Posts = append(a.Posts, gov.Post{Body: "b", Region: "445103000000", Role: r})
	}
	return a
}

func (w *world) tell(all ...messages.Message) {
	w.t.Helper()
	if err := w.db.Do(w.t.Context(), func(tx *db.Tx) error { return w.TellIn(w.t.Context(), tx, all...) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) inbox(a gov.Actor, p messages.Page) []messages.Received {
	w.t.Helper()
	if p.Limit == 0 {
		p.Limit = 50
	}
	all, err := w.Inbox(w.t.Context(), a, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *world) unread(a gov.Actor) int {
	w.t.Helper()
	n, err := w.Unread(w.t.Context(), a)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// work lets every due job be tried, also those that fail and wait.
func (w *world) work(rounds int) {
	w.t.Helper()
	for range rounds {
		if _, err := w.worker.Once(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		w.pass(2 * time.Hour)
	}
}

func accepted(account string) messages.Message {
	return messages.Message{Account: account, Party: "p-" + account, Key: messages.CaseAccepted, Link: "/cases/1",
		Args: messages.Args{"item": "食品经营许可", "due": clock.MustDate("2026-03-20")}}
}

func TestArgumentsComeBackAsTheyWere(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		want := messages.Args{"item": "𠮷 {due} <b>", "n": int64(3), "none": clock.Date{}, "empty": "",
			"due": messages.Date(clock.MustDate("2026-03-20"), false), "later": messages.Date(clock.MustDate("2027-03-20"), true)}
		m := accepted("ann")
		m.Args = want
		w.tell(m)
		got := w.inbox(person("ann"), messages.Page{})[0]
		if diff := cmp.Diff(want, got.Args, cmp.Comparer(func(a, b clock.Date) bool { return a == b }),
			cmp.Comparer(func(a, b messages.Provisional) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
		var kept string
		if err := w.db.Row(t.Context(), `SELECT args FROM message`).Scan(&kept); err != nil || strings.Contains(kept, "2026") || !strings.HasPrefix(kept, "v1.") {
			t.Errorf("in the row lies %q, %v", kept, err)
		}
	})
}

func TestAnInboxIsItsOwnersAlone(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.tell(accepted("ann"), accepted("ann"), accepted("ben"))
		mine := w.inbox(person("ann"), messages.Page{})
		if len(mine) != 2 || w.unread(person("ann")) != 2 || w.unread(person("ben")) != 1 || w.unread(person("eve")) != 0 {
			t.Fatalf("%v", mine)
		}
		if _, err := w.Open(ctx, person("eve"), mine[0].ID); fault.KindOf(err) != fault.KindMissing {
			t.Errorf("another's message: %v", err)
		}
		for _, no := range []string{"", "~", "\x00", "\xff", "' OR 1=1"} {
			if _, err := w.Open(ctx, person("ann"), no); fault.KindOf(err) != fault.KindMissing {
				t.Errorf("%q is a message: %v", no, err)
			}
			if err := w.ReadUpTo(ctx, person("ann"), no); fault.KindOf(err) != fault.KindMissing {
				t.Errorf("%q is a message: %v", no, err)
			}
			if got := w.inbox(person("ann"), messages.Page{Before: no}); len(got) != 2 {
				t.Errorf("before %q: %d", no, len(got))
			}
		}
		if err := w.ReadUpTo(ctx, person("eve"), mine[0].ID); err != nil || w.unread(person("ann")) != 2 {
			t.Errorf("another's mark: %v", err)
		}
		for name, a := range map[string]gov.Actor{"nobody": gov.Nobody(gov.Web), "a program": {Account: "s", Kind: gov.Service}} {
			if _, err := w.Inbox(ctx, a, messages.Page{Limit: 1}); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s reads: %v", name, err)
			}
			if _, err := w.Unread(ctx, a); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s counts: %v", name, err)
			}
			if err := w.Prefer(ctx, a, messages.Preference{}); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s chooses: %v", name, err)
			}
		}
	})
}

func TestReading(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		ctx, ann := t.Context(), person("ann")
		for range 5 {
			w.tell(accepted("ann"))
			w.pass(time.Second)
		}
		all := w.inbox(ann, messages.Page{})
		opened, err := w.Open(ctx, ann, all[1].ID)
		if err != nil || opened.Link != "/cases/1" || opened.ReadAt.IsZero() {
			t.Fatalf("%+v, %v", opened, err)
		}
		w.pass(time.Hour)
		if again, err := w.Open(ctx, ann, all[1].ID); err != nil || again.ReadAt != opened.ReadAt {
			t.Errorf("opened twice: %v, %v", again.ReadAt, err)
		}
		if got := w.inbox(ann, messages.Page{Unread: true}); len(got) != 4 || got[0].ID != all[0].ID {
			t.Errorf("%d unread", len(got))
		}
		// paged by key: three pages of two, none twice, the newest first
		var seen []string
		before := ""
		for {
			page := w.inbox(ann, messages.Page{Before: before, Limit: 2})
			if len(page) == 0 {
				break
			}
			for _, m := range page {
				seen = append(seen, m.ID)
			}
			before = page[len(page)-1].ID
		}
		var want []string
		for _, m := range all {
			want = append(want, m.ID)
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Error(diff)
		}
		w.tell(accepted("ann")) // comes while the page is read
		if err := w.ReadUpTo(ctx, ann, all[0].ID); err != nil || w.unread(ann) != 1 {
			t.Errorf("%v, %d unread", err, w.unread(ann))
		}
	})
}

func TestTheCountEnds(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		many := make([]messages.Message, messages.MostCounted+20)
		for i := range many {
			many[i] = accepted("ann")
		}
		w.tell(many...)
		if n := w.unread(person("ann")); n != messages.MostCounted {
			t.Errorf("counted %d", n)
		}
	})
}

func TestEverybodyWithTheRole(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		w.holders["b1/approver"] = []string{"cai", "dong", "cai"} // a deputy who holds the post himself too
		w.holders["b2/approver"] = []string{"eve"}
		m := messages.Message{Body: "b1", Role: gov.RoleApprover, Except: "dong", Key: messages.ExtensionAsked, Link: "/desk/cases/1"}
		w.tell(m, m, m)
		if n := w.unread(staff("cai")); n != 3 {
			t.Errorf("%d for who holds it", n)
		}
		if w.unread(staff("dong"))+w.unread(staff("eve")) != 0 {
			t.Error("who caused it, or serves elsewhere, was told")
		}
		if w.asked != 1 {
			t.Errorf("holders were asked for %d times", w.asked)
		}
	})
}

func TestMistakesOfTheProgramStopTheAct(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		for name, change := range map[string]func(*messages.Message){
			"nobody":         func(m *messages.Message) { m.Account, m.Party = "", "" },
			"two receivers":  func(m *messages.Message) { m.Body, m.Role = "b", gov.RoleOfficer },
			"unknown key":    func(m *messages.Message) { m.Key = "case_eaten" },
			"a link outside": func(m *messages.Message) { m.Link = "//evil.example/cases/1" },
			"not a path":     func(m *messages.Message) { m.Link = "https://evil.example" },
			"a strange kind": func(m *messages.Message) { m.Args = messages.Args{"x": 1.5} },
		} {
			m := accepted("ann")
			change(&m)
			err := w.db.Do(t.Context(), func(tx *db.Tx) error { return w.TellIn(t.Context(), tx, accepted("ann"), m) })
			if fault.KindOf(err) != fault.KindInternal {
				t.Errorf("%s: %v", name, err)
			}
		}
		if w.unread(person("ann")) != 0 {
			t.Error("something was told all the same")
		}
	})
}

func TestNothingIsSentWithoutAGateway(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		m := accepted("ann")
		m.Urgent = true
		walkIn := m
		walkIn.Account, walkIn.Party = "", "zhou"
		w.tell(m, walkIn)
		var jobs, rows int
		if err := w.db.Row(t.Context(), `SELECT (SELECT count(*) FROM job), (SELECT count(*) FROM message)`).Scan(&jobs, &rows); err != nil || jobs != 0 || rows != 1 {
			t.Errorf("%d jobs, %d messages, %v", jobs, rows, err)
		}
		if w.Sends(messages.ByMail) || w.Sends(messages.BySMS) || w.unread(person("ann")) != 1 {
			t.Error("the inbox works alone")
		}
	})
}

func TestAMovedPartyKeepsItsMessages(t *testing.T) {
	each(t, false, func(t *testing.T, w *world) {
		w.tell(accepted("ann"))
		if err := w.db.Do(t.Context(), func(tx *db.Tx) error { return w.MovePartyIn(t.Context(), tx, "p-ann", "p-seen") }); err != nil {
			t.Fatal(err)
		}
		if got := w.inbox(person("ann"), messages.Page{}); got[0].Party != "p-seen" {
			t.Error(got[0].Party)
		}
	})
}

func TestMessagesAreNotKeptForEver(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.reach["ann"] = messages.Contact{Mail: "ann@example.org"}
		w.tell(accepted("ann"))
		w.work(1)
		w.pass(messages.Kept)
		w.tell(accepted("ann"))
		expire := func() (n int) {
			err := w.db.Do(ctx, func(tx *db.Tx) (err error) { n, err = w.Expire(ctx, tx); return err })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if expire() != 1 || expire() != 0 || len(w.inbox(person("ann"), messages.Page{})) != 1 {
			t.Error("exactly the old one goes")
		}
	})
}

// A message told in a transaction that fails was never told.
func TestToldWithTheActOrNotAtAll(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		broken := errors.New("the act failed")
		err := w.db.Do(t.Context(), func(tx *db.Tx) error {
			if err := w.TellIn(t.Context(), tx, accepted("ann")); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) || w.unread(person("ann")) != 0 {
			t.Errorf("%v", err)
		}
		if n, err := w.worker.Once(t.Context()); n != 0 || err != nil {
			t.Errorf("%d jobs, %v", n, err)
		}
	})
}

// What is told again of the same thing takes the place of what was told before, in
// its own inbox only.
func TestOneMessageForOneThing(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.reach["ann"] = messages.Contact{Mail: "ann@example.org", Phone: "13000000001"}
		told := func(account, same string, n int64) messages.Message {
			return messages.Message{Account: account, Party: "p-" + account, Key: messages.BundleCorrectionUndated, Urgent: true, Same: same,
				Link: "/applications/1/progress/correction", Args: messages.Args{"bundle": "开办餐饮店", "n": n, "bodies": "b", "tail": "1"}}
		}
		w.tell(told("ann", "correction/1/2026-03-02", 1), told("ben", "correction/1/2026-03-02", 1))
		if err := w.ReadUpTo(t.Context(), person("ann"), w.inbox(person("ann"), messages.Page{})[0].ID); err != nil {
			t.Fatal(err)
		}
		w.tell(told("ann", "correction/1/2026-03-02", 3), told("ann", "correction/1/2026-03-03", 4), accepted("ann"), accepted("ann"))
		got := w.inbox(person("ann"), messages.Page{})
		if len(got) != 4 || w.unread(person("ann")) != 4 || got[3].Args["n"] != int64(3) {
			t.Errorf("%d messages: %v", len(got), got)
		}
		if ben := w.inbox(person("ben"), messages.Page{}); len(ben) != 1 || ben[0].Args["n"] != int64(1) {
			t.Error("another inbox:", ben)
		}
		w.work(2)                                         // the job of the replaced one finds nothing to send
		w.tell(told("ann", "correction/1/2026-03-03", 5)) // what was sent already is replaced too
		if got := w.inbox(person("ann"), messages.Page{}); len(got) != 4 || got[0].Args["n"] != int64(5) {
			t.Error(got)
		}
	})
}
