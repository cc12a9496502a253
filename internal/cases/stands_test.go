package cases

import (
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/platform/db"
	"yimen/internal/platform/now"
)

// next does one more act on a case at nine in the morning of a day, and gives the
// case as it then stands.
func (o *office) next(id, day string, act Act, change Change) *Case {
	o.t.Helper()
	o.at = now.FromTime(clock.MustDate(day).Time().Add(9 * time.Hour))
	o.in(func(tx *db.Tx) error {
		c, err := lock(o.t.Context(), tx, id)
		if err != nil {
			return err
		}
		if err := o.act(o.t.Context(), tx, c, program, act, change); err != nil {
			return err
		}
		return save(o.t.Context(), tx, c)
	})
	return o.read(id)
}

// recounts counts the entries of recounts in a case's journal.
func (o *office) recounts(id string) int { return o.entries()[id] }

// worked are two days of the national holiday turned into workdays after the fact:
// limits that ran over them end two days earlier.
func worked(t *testing.T) *clock.Calendar {
	return calendar(t, clock.Year{Year: 2026, Workdays: []clock.Date{clock.MustDate("2026-10-01"), clock.MustDate("2026-10-02")}})
}

// A notice that was in time is too late by the corrected calendar: it stays, is
// journaled once, and the applicant may answer it; his answer begins a new limit by
// the calendar in force.
func TestANoticeStands(t *testing.T) {
	offices(t, "2026-10-12", func(t *testing.T, o *office) {
		id := o.one(path{filed: "2026-09-28", asked: "2026-10-10"}) // the fifth working day
		o.change(2, worked(t))
		c := o.read(id)
		if c.Ledger.Kept != "换了日历" || o.recounts(id) != 1 || c.State != Correcting {
			t.Errorf("kept %q, %d entries, %s", c.Ledger.Kept, o.recounts(id), c.State)
		}
		o.change(3, worked(t))
		if n := o.recounts(id); n != 1 {
			t.Errorf("journaled %d times", n)
		}
		x, err := c.Explain(o.cal, today(o.at))
		if err != nil || !x.Kept {
			t.Errorf("the page does not say so: %v", err)
		}
		if _, ok := x.told(CorrectionLimit); !ok {
			t.Error("the time to answer is not explained")
		}
		c = o.next(id, "2026-10-13", ActResubmit, Change{Event: on("2026-10-13", clock.Resubmit)})
		if c.State != Submitted || c.SubmittedOn.String() != "2026-10-13" || c.AcceptDue.String() != "2026-10-20" {
			t.Errorf("%s, submitted on %s, to be answered by %s", c.State, c.SubmittedOn, c.AcceptDue)
		}
		c = o.next(id, "2026-10-14", ActAccept, Change{Step: Handle, Event: on("2026-10-14", clock.Accept)})
		if c.AcceptedOn.String() != "2026-10-14" || c.PromisedDue.String() != "2026-10-28" {
			t.Errorf("accepted on %s, promised %s", c.AcceptedOn, c.PromisedDue)
		}
		if x, err := c.Explain(o.cal, today(o.at)); err != nil || len(x.Limits) < 3 {
			t.Errorf("%d limits explained, %v", len(x.Limits), err)
		}
	})
}

// An acceptance on the last day stays the day of the acceptance, and the promise is
// counted from it.
func TestAnAcceptanceStands(t *testing.T) {
	offices(t, "2026-10-12", func(t *testing.T, o *office) {
		id := o.one(path{filed: "2026-09-28", accepted: "2026-10-10"})
		m := o.effect(worked(t))[id]
		if got := moves(m); got != "stays; " {
			t.Errorf("effect: %s", got)
		}
		o.change(2, worked(t))
		event := on("2026-10-13", clock.Suspend)
		event.Procedure, event.Planned = "听证", new(int)
		*event.Planned = 2
		c := o.next(id, "2026-10-13", ActSuspend, Change{Step: Handle, Event: event})
		if c.AcceptedOn.String() != "2026-10-10" || c.PromisedDue.String() != "2026-10-27" || c.AcceptDue.String() != "2026-10-10" {
			t.Errorf("accepted on %s, promised %s, accept limit %s", c.AcceptedOn, c.PromisedDue, c.AcceptDue)
		}
	})
}

// Silence had spoken; by the corrected calendar it would speak later than the next
// act. The acceptance stands, and so does the act.
func TestASilenceStands(t *testing.T) {
	offices(t, "2026-10-12", func(t *testing.T, o *office) {
		id := o.one(path{filed: "2026-09-28"})
		c := o.next(id, "2026-10-11", ActDeem, Change{Step: Handle, Deemed: true, Stage: &Stage{On: clock.MustDate("2026-10-11"), Days: 4}})
		if c.AcceptedOn.String() != "2026-09-28" {
			t.Fatalf("accepted on %s", c.AcceptedOn)
		}
		o.change(2, calendar(t, off("2026-09-29"), off("2026-09-30"), off("2026-10-08"), off("2026-10-09")))
		event := on("2026-10-12", clock.Suspend)
		event.Procedure, event.Planned = "听证", new(int)
		*event.Planned = 2
		c = o.next(id, "2026-10-12", ActSuspend, Change{Step: Handle, Event: event})
		if c.State != Suspended || c.AcceptedOn.String() != "2026-09-28" {
			t.Errorf("%s, accepted on %s", c.State, c.AcceptedOn)
		}
		end := on("2026-10-13", clock.Resume)
		end.Procedure = "听证"
		o.next(id, "2026-10-13", ActLift, Change{Step: Handle, Event: end})
		c = o.next(id, "2026-10-14", ActRefuse, Change{Event: on("2026-10-14", clock.Decide), DecidedOn: clock.MustDate("2026-10-14")})
		if c.State != Refused || c.DeliverDue.String() != "2026-10-28" {
			t.Errorf("%s, to be delivered by %s", c.State, c.DeliverDue)
		}
	})
}

// A granted extension stays granted, though the limit it came within had ended by
// the corrected calendar; a late act is refused as before.
func TestAnExtensionStands(t *testing.T) {
	offices(t, "2026-10-07", func(t *testing.T, o *office) {
		id := o.one(path{item: "working", filed: "2026-09-02", accepted: "2026-09-03"})
		before := o.read(id) // 20 working days: the last is 8 October
		if before.StatutoryDue.String() != "2026-10-08" {
			t.Fatal("statutory", before.StatutoryDue)
		}
		event := on("2026-10-08", clock.Extend)
		event.Days = 5
		o.next(id, "2026-10-08", ActAskExtend, Change{Step: Handle, Extension: ExtensionAsked})
		c := o.next(id, "2026-10-08", ActExtend, Change{Step: Handle, Event: event, Extension: Extended, Days: 5})
		if c.StatutoryDue.String() != "2026-10-14" {
			t.Fatal("extended to", c.StatutoryDue)
		}
		o.change(2, worked(t))
		c = o.read(id)
		if c.Ledger.Kept == "" || c.StatutoryDue.String() != "2026-10-12" { // two days worked more, and the five stand
			t.Errorf("kept %q, statutory %s", c.Ledger.Kept, c.StatutoryDue)
		}
		c = o.next(id, "2026-10-10", ActAdvance, Change{Step: Review, Stage: &Stage{On: clock.MustDate("2026-10-10"), Days: 1}})
		if c.StatutoryDue.String() != "2026-10-12" || c.Step != Review {
			t.Errorf("statutory %s at %s", c.StatutoryDue, c.Step)
		}
		x, err := c.Explain(o.cal, today(o.at))
		told, ok := x.told(clock.StatutoryClock)
		if err != nil || !ok || told.Extended != 5 || told.Due.String() != "2026-10-12" {
			t.Errorf("%+v, %v", told.Reading, err)
		}
		o.change(3, calendar(t)) // and back
		if c = o.read(id); c.Ledger.Kept != "" || c.StatutoryDue.String() != "2026-10-14" {
			t.Errorf("kept %q, statutory %s", c.Ledger.Kept, c.StatutoryDue)
		}
	})
}
