package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
	"yimen/internal/rehearsal"
)

// The tests of this file set the clock to days of 2026, whose holidays are known:
// the Spring Festival is off from 15 to 23 February, with work on Saturday 14 and
// Saturday 28; Tomb-Sweeping Day is off from 4 to 6 April.

// travel is the demo town with the hands of its clock.
type travel struct {
	t  *testing.T
	a  *app.App
	at *now.Instant
	// again is the installation after its program was down: a new one on the same
	// data.
	again func() *app.App
}

// eachFrom runs f from that instant on, on both databases, on a town that was made before.
func eachFrom(t *testing.T, start string, f func(w *travel)) {
	t.Helper()
	made := instantOf(t, "2026-01-16 09:00")
	for name, copied := range map[string]func(testing.TB, now.Instant) map[string]string{"sqlite": apptest.Embedded, "postgres": apptest.Served} {
		t.Run(name, func(t *testing.T) {
			at, options := instantOf(t, start), copied(t, made)
			w := &travel{t: t, at: &at}
			w.again = func() *app.App { return apptest.Open(t, options, func() now.Instant { return at }) }
			w.a = w.again()
			f(w)
		})
	}
}

// instantOf reads a time of day in Asia/Shanghai.
func instantOf(t *testing.T, text string) now.Instant {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, clock.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return now.FromTime(at)
}

func (w *travel) to(text string) { w.t.Helper(); *w.at = instantOf(w.t, text) }

func (w *travel) ctx() context.Context { return w.t.Context() }

func (w *travel) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants an act to end with this fault.
func (w *travel) refused(err error, code string) {
	w.t.Helper()
	if e, ok := fault.As(err); !ok || e.Code != code && !(len(e.Fields) > 0 && e.Fields[0].Code == code) {
		w.t.Errorf("want %s, got %v", code, err)
	}
}

func (w *travel) bring(item string, goal rehearsal.Goal) *cases.Case {
	w.t.Helper()
	return play(w.t, w.a.Stage(), apptest.Handler(w.t, w.a, "handler1"), item, goal)
}

func (w *travel) read(c *cases.Case) *cases.Case {
	w.t.Helper()
	c, err := w.a.Cases.Case(w.ctx(), gov.Actor{Kind: gov.System}, c.ID)
	w.must(err)
	return c
}

// dated wants the dates of a case to be these; "" is none.
func (w *travel) dated(c *cases.Case, want map[string]string) {
	w.t.Helper()
	got := map[string]clock.Date{"submitted": c.SubmittedOn, "accept": c.AcceptDue, "accepted": c.AcceptedOn, "promised": c.PromisedDue,
		"statutory": c.StatutoryDue, "correction": c.CorrectionDue, "resume": c.ResumeDue, "deliver": c.DeliverDue}
	for name, day := range want {
		if d, ok := got[name]; !ok || d.String() != day {
			w.t.Errorf("%s: %s, want %s", name, d, day)
		}
	}
}

// letters lists the kinds of a case's letters; the last one's words come too.
func (w *travel) letters(c *cases.Case) (kinds []cases.LetterKind, last string) {
	w.t.Helper()
	handler := apptest.Handler(w.t, w.a, "handler1")
	all, err := w.a.Cases.Letters(w.ctx(), handler, c.ID)
	w.must(err)
	for _, l := range all {
		kinds = append(kinds, l.Kind)
	}
	if len(all) > 0 {
		html, err := w.a.Cases.LetterBytes(w.ctx(), handler, all[len(all)-1].ID)
		w.must(err)
		last = string(html)
	}
	return kinds, last
}

// midnights does what stands for now: the work of the midnights that passed.
func (w *travel) midnights() {
	w.t.Helper()
	w.must(w.a.Plant(w.ctx()))
	work(w.t, w.a)
}

const food5 = "food-business-licence" // promised 5, statutory 10 working days

// TestSilenceOverAMidnightWithTheServerDown: filed on a Friday evening before the
// festival; nobody answers; the program is down on the midnight after the last
// day. What was due is done at its next start, the acceptance takes effect on the
// day on which the limit began, and its notice is there.
func TestSilenceOverAMidnightWithTheServerDown(t *testing.T) {
	t.Parallel()
	eachFrom(t, "2026-02-13 09:00", func(w *travel) {
		w.midnights()
		w.to("2026-02-13 17:31")
		c := w.bring(food5, rehearsal.Goal{State: cases.Submitted})
		w.dated(c, map[string]string{"submitted": "2026-02-14", "accept": "2026-02-28", "accepted": ""})
		w.to("2026-02-28 23:59")
		w.midnights()
		if got := w.read(c); got.State != cases.Submitted {
			t.Fatal("accepted before the last day was over:", got.State)
		}
		apptest.Close(t, w.a)
		w.to("2026-03-03 08:00") // a Tuesday; down over the midnight and the two days after it
		w.a = w.again()
		w.midnights()
		got := w.read(c)
		if got.State != cases.Accepted || !got.Deemed || got.Step != cases.Handle {
			t.Fatal(got.State, got.Deemed, got.Step)
		}
		w.dated(got, map[string]string{"accepted": "2026-02-14", "promised": "2026-02-28", "statutory": "2026-03-06"})
		kinds, last := w.letters(got)
		if len(kinds) != 1 || kinds[0] != cases.AcceptanceLetter || !strings.Contains(last, "自2026年2月14日（周六）起视为受理") {
			t.Error(kinds, last)
		}
		clerk := apptest.As(t, w.a, "clerk1", gov.Counter)
		_, err := w.a.Cases.Accept(w.ctx(), clerk, c.ID, c.Version())
		w.refused(err, "cases.deemed")
		_, err = w.a.Cases.Decline(w.ctx(), clerk, c.ID, got.Version(), cases.Decline{Reason: "不属于本机关", Article: cases.DeclineArticles[0]})
		w.refused(err, "cases.deemed")
		again := w.read(c)
		if again.Version() != got.Version() {
			t.Error("a refused act left a trace")
		}
		w.midnights() // once more does nothing
		if w.read(c).Version() != got.Version() {
			t.Error("silence acted twice")
		}
		holds(t, w.a)
	})
}

// TestLateAcceptMeetsSilence: the clerk presses a minute after midnight, before
// the midnight's work: the law was faster, and the same act finds it done.
func TestLateAcceptMeetsSilence(t *testing.T) {
	t.Parallel()
	eachFrom(t, "2026-03-02 09:00", func(w *travel) {
		c := w.bring(food5, rehearsal.Goal{State: cases.Submitted})
		w.dated(c, map[string]string{"accept": "2026-03-09"})
		w.to("2026-03-09 23:59")
		inTime := w.bring(food5, rehearsal.Goal{State: cases.Submitted})
		clerk := apptest.As(t, w.a, "clerk1", gov.Counter)
		accepted, err := w.a.Cases.Accept(w.ctx(), clerk, inTime.ID, inTime.Version())
		w.must(err)
		w.dated(accepted, map[string]string{"accepted": "2026-03-09"})
		w.to("2026-03-10 00:01")
		_, err = w.a.Cases.Accept(w.ctx(), clerk, c.ID, c.Version())
		w.refused(err, "cases.deemed")
		got := w.read(c)
		w.dated(got, map[string]string{"accepted": "2026-03-02"})
		if !got.Deemed {
			t.Error("not deemed")
		}
	})
}

// TestLapseMovesOffAHoliday: 30 days from the notice end on the first day of the
// festival; the case lapses after the working day that follows it.
func TestLapseMovesOffAHoliday(t *testing.T) {
	t.Parallel()
	eachFrom(t, "2026-01-16 10:00", func(w *travel) {
		c := w.bring(food5, rehearsal.Goal{State: cases.Correcting})
		w.dated(c, map[string]string{"correction": "2026-02-24"}) // 16 January + 30 is Sunday, 15 February
		w.to("2026-02-24 23:58")
		w.midnights()
		if got := w.read(c); got.State != cases.Correcting {
			t.Fatal("lapsed before its last day was over:", got.State)
		}
		w.to("2026-02-25 00:05")
		w.midnights()
		got := w.read(c)
		if got.State != cases.Lapsed || !got.Ended() {
			t.Fatal(got.State)
		}
		kinds, last := w.letters(got)
		if kinds[len(kinds)-1] != cases.LapseLetter || !strings.Contains(last, "补正期限至2026年2月24日（周二）") {
			t.Error(kinds, last)
		}
		handler := apptest.Handler(t, w.a, "handler1")
		_, err := w.a.Applications.Amend(w.ctx(), handler, c.Application, 0)
		if fault.KindOf(err) != fault.KindConflict {
			t.Error("a lapsed case was answered:", err)
		}
		_, err = w.a.Cases.Withdraw(w.ctx(), handler, c.ID, got.Version(), "")
		w.refused(err, "cases.lapsed")
		again, err := w.a.Stage().File(w.ctx(), handler, food5, "445103")
		w.must(err)
		if again.ID == c.Application {
			t.Error("nobody can apply again")
		}
		holds(t, w.a)
	})
}

// TestSuspensionIsInNeitherLimit: the day on which a special procedure begins
// counts, the day on which it ends does not; both limits move by the same days.
func TestSuspensionIsInNeitherLimit(t *testing.T) {
	t.Parallel()
	eachFrom(t, "2026-03-02 09:00", func(w *travel) {
		c := w.bring("water-intake", rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		w.dated(c, map[string]string{"promised": "2026-03-16", "statutory": "2026-05-08"})
		officer := apptest.As(t, w.a, "officer", gov.Web)
		w.to("2026-03-04 10:00")
		suspend := func(procedure string, days int) {
			t.Helper()
			var err error
			c, err = w.a.Cases.Suspend(w.ctx(), officer, c.ID, c.Version(), cases.Suspension{Procedure: procedure, Days: days})
			w.must(err)
		}
		suspend("听证", 10)
		w.dated(c, map[string]string{"promised": "2026-03-30", "resume": "2026-03-18"}) // 2 used, 8 after the 18th
		w.to("2026-03-06 10:00")
		suspend("专家评审", 3) // ends before the other: nothing more is taken out
		w.dated(c, map[string]string{"promised": "2026-03-30", "resume": "2026-03-18"})
		w.to("2026-03-11 10:00")
		resume := func(procedure string) {
			t.Helper()
			var err error
			c, err = w.a.Cases.Resume(w.ctx(), officer, c.ID, c.Version(), procedure, "已结束")
			w.must(err)
		}
		resume("专家评审")
		if c.State != cases.Suspended {
			t.Fatal("the other one goes on:", c.State)
		}
		_, err := w.a.Cases.Advise(w.ctx(), officer, c.ID, c.Version(), cases.AdviseGrant, "齐全")
		w.refused(err, "cases.not_now")
		w.to("2026-03-13 17:00") // a Friday, earlier than told
		resume("听证")
		w.dated(c, map[string]string{"promised": "2026-03-25", "resume": ""}) // 8 working days from Monday, the 16th
		if c.State != cases.Accepted || c.StatutoryDue.String() != "2026-05-18" {
			t.Error(c.State, c.StatutoryDue)
		}
		_, last := w.letters(c)
		if !strings.Contains(last, "特别程序告知书") || !strings.Contains(last, "3个工作日") {
			t.Error(last)
		}
		holds(t, w.a)
	})
}

// TestOneExtensionAndNeverTooLate: a refused one does not use the right up, a
// granted one does; up to the statutory date, never after it.
func TestOneExtensionAndNeverTooLate(t *testing.T) {
	t.Parallel()
	eachFrom(t, "2026-03-02 09:00", func(w *travel) {
		officer, approver := apptest.As(t, w.a, "scjg-officer", gov.Web), apptest.As(t, w.a, "scjg-approver", gov.Web)
		c, late := w.bring(food5, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle}), w.bring(food5, rehearsal.Goal{State: cases.Accepted, Step: cases.Handle})
		w.dated(c, map[string]string{"promised": "2026-03-09", "statutory": "2026-03-16"})
		ask := func(c *cases.Case, days int) (*cases.Case, error) {
			return w.a.Cases.AskExtension(w.ctx(), officer, c.ID, c.Version(), days, "情况复杂")
		}
		decide := func(c *cases.Case, grant bool) (*cases.Case, error) {
			return w.a.Cases.DecideExtension(w.ctx(), approver, c.ID, c.Version(), grant, "意见")
		}
		_, err := ask(c, 11)
		w.refused(err, "cases.extension_days")
		c, err = ask(c, 10)
		w.must(err)
		c, err = decide(c, false)
		w.must(err)
		w.dated(c, map[string]string{"promised": "2026-03-09", "statutory": "2026-03-16"})
		w.to("2026-03-16 17:45") // after hours, on the statutory date
		c, err = ask(c, 10)
		w.must(err)
		c, err = decide(c, true)
		w.must(err)
		w.dated(c, map[string]string{"promised": "2026-03-23", "statutory": "2026-03-30"})
		_, err = ask(c, 1)
		w.refused(err, "cases.extension_once")

		late, err = ask(late, 5)
		w.must(err)
		w.to("2026-03-17 00:30") // the head comes too late
		_, err = decide(late, true)
		w.refused(err, "cases.extension_rule")
		w.dated(w.read(late), map[string]string{"promised": "2026-03-09", "statutory": "2026-03-16"})
		late, err = decide(w.read(late), false)
		w.must(err)
		_, err = ask(late, 5)
		w.refused(err, "cases.extension_rule")
		holds(t, w.a)
	})
}
