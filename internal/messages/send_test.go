package messages_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

func (w *world) outcome(channel messages.Channel) (what, reference, askedBy string) {
	w.t.Helper()
	err := w.db.Row(w.t.Context(), `SELECT outcome, reference, asked_by FROM message_sending WHERE channel = $1`, string(channel)).
		Scan(&what, &reference, &askedBy)
	if err != nil {
		w.t.Fatal(err)
	}
	return what, reference, askedBy
}

func TestSending(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.reach["ann"] = messages.Contact{Mail: "ann@example.org", Phone: "13000000001", Locale: "en"}
		w.reach["zhou"] = messages.Contact{Phone: "13000000002"}
		calm, urgent := accepted("ann"), accepted("ann")
		urgent.Urgent, urgent.Key = true, messages.CaseCorrection
		walkIn := urgent
		walkIn.Account, walkIn.Party = "", "zhou"
		w.tell(calm, urgent, walkIn)
		w.work(2)
		mails, texts := w.mail.Arrived(), w.phones.Arrived()
		if len(mails) != 2 || len(texts) != 2 {
			t.Fatalf("%d mails, %d texts", len(mails), len(texts))
		}
		for _, m := range mails {
			if m.To != "ann@example.org" || !strings.HasPrefix(m.Subject, "en case_") || m.Text != "食品经营许可/cases/1" || m.ID == "" {
				t.Errorf("%+v", m)
			}
		}
		to := map[string]string{}
		for _, m := range texts {
			to[m.To] = m.Text
		}
		if to["13000000001"] != "en case_correction" || to["13000000002"] != " case_correction" {
			t.Errorf("%v", to)
		}
		var rows, phones int
		err := w.db.Row(t.Context(), `SELECT count(*), (SELECT count(*) FROM message WHERE args LIKE '%1300%' OR link LIKE '%1300%' OR party LIKE '%1300%')
			FROM message_sending WHERE outcome = 'sent' AND reference <> ''`).Scan(&rows, &phones)
		if err != nil || rows != 4 || phones != 0 {
			t.Errorf("%d sendings noted, %d telephones kept, %v", rows, phones, err)
		}
		if got := w.inbox(person("zhou"), messages.Page{}); len(got) != 0 {
			t.Error("who has no account has no inbox")
		}
	})
}

func TestOnlyWhatIsWantedAndCan(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		ctx, ann := t.Context(), person("ann")
		if p, err := w.Preference(ctx, ann); err != nil || !p.Mail || !p.SMS {
			t.Errorf("who never chose: %+v, %v", p, err)
		}
		w.reach["ann"] = messages.Contact{Mail: "ann@example.org"}
		m := accepted("ann")
		m.Urgent = true
		w.tell(m)
		// the choice that counts is the one at the moment of sending
		for range 2 {
			if err := w.Prefer(ctx, ann, messages.Preference{SMS: true}); err != nil {
				t.Fatal(err)
			}
		}
		w.work(2)
		if what, _, _ := w.outcome(messages.ByMail); what != "unwanted" {
			t.Error(what)
		}
		if what, _, _ := w.outcome(messages.BySMS); what != "no_address" {
			t.Error(what)
		}
		if w.mail.Tries()+w.phones.Tries() != 0 {
			t.Error("a gateway was troubled")
		}
		if p, err := w.Preference(ctx, ann); err != nil || p.Mail || !p.SMS {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

func TestWhatFailsIsParkedAndSentAgain(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), staff("admin", gov.RoleAdministrator)
		w.reach["ann"] = messages.Contact{Mail: "ann@example.org"}
		w.mail.Refuse(true)
		w.tell(accepted("ann"))
		w.work(12)
		if w.mail.Tries() != 8 {
			t.Errorf("%d attempts", w.mail.Tries())
		}
		parked, err := w.Parked(ctx, admin, "", 10)
		if err != nil || len(parked) != 1 {
			t.Fatalf("%v, %v", parked, err)
		}
		p := parked[0]
		if p.Channel != messages.ByMail || p.Attempts != 8 || !strings.Contains(p.Reason, "550") || strings.Contains(p.Reason, "ann@") {
			t.Errorf("%+v", p)
		}
		var attempts, named int
		err = w.db.Row(ctx, `SELECT count(*), (SELECT count(*) FROM job_attempt WHERE error LIKE '%ann@%') FROM job_attempt`).Scan(&attempts, &named)
		if err != nil || attempts != 8 || named != 0 {
			t.Errorf("%d attempts recorded, %d name the address, %v", attempts, named, err)
		}
		for _, a := range []gov.Actor{person("ann"), staff("cai", gov.RoleOfficer), gov.Nobody(gov.Web)} {
			if _, err := w.Parked(ctx, a, "", 10); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s sees it: %v", a.Account, err)
			}
			if _, err := w.Resend(ctx, a, p.Job); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s sends it: %v", a.Account, err)
			}
		}
		w.mail.Refuse(false)
		if n, err := w.Resend(ctx, admin, p.Job, "no such job"); n != 1 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
		if n, err := w.Resend(ctx, admin, p.Job); n != 0 || err != nil {
			t.Errorf("twice: %d, %v", n, err)
		}
		if what, _, by := w.outcome(messages.ByMail); what != "again" || by != "admin" {
			t.Errorf("%s by %q", what, by)
		}
		w.work(1)
		if got := w.mail.Arrived(); len(got) != 1 || got[0].ID != p.Job {
			t.Errorf("%+v, wanted under the key %s", got, p.Job)
		}
		if what, reference, by := w.outcome(messages.ByMail); what != "sent" || reference == "" || by != "admin" {
			t.Errorf("%s %q by %q", what, reference, by)
		}
	})
}

// A crash between the gateway's word and ours: the second attempt is the same mail.
func TestTheSameMailAfterACrash(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.reach["ann"] = messages.Contact{Mail: "ann@example.org"}
		w.tell(accepted("ann"))
		w.work(1)
		if err := w.db.Do(t.Context(), forget); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Hour)
		w.work(1)
		if w.mail.Tries() != 2 || len(w.mail.Arrived()) != 1 {
			t.Errorf("%d tries, %d mails", w.mail.Tries(), len(w.mail.Arrived()))
		}
	})
}

// forget makes a finished job look as if the process had died before it noted it.
func forget(tx *db.Tx) error {
	return tx.Exec(context.Background(), `UPDATE job SET state = 'running', ended_at = 0`)
}
