package cases

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/event"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
)

// office is a service with a calendar and a clock that the test holds.
type office struct {
	*Service
	t   *testing.T
	cal *clock.Calendar
	at  now.Instant
	n   int

	since clock.Date // given to a recount
}

func (o *office) Calendar(context.Context) (*clock.Calendar, error)              { return o.cal, nil }
func (o *office) CalendarIn(context.Context, db.Reader) (*clock.Calendar, error) { return o.cal, nil }

// Rules are two: "natural" counts its limits in natural days.
func (o *office) Rules(_ context.Context, localItem string) (*Rules, error) {
	r := &Rules{Item: "i", ItemName: "某许可", Department: "scjg", Permit: true, Promised: Limit{10, clock.Working}, Statutory: &Limit{20, clock.Working}}
	if localItem == "natural" {
		r.Promised, r.Statutory = Limit{10, clock.Natural}, &Limit{20, clock.Natural}
	}
	return r, nil
}

func (o *office) ReplacementAsked(context.Context, *db.Tx, gov.Actor, *Case, string) ([]Defect, error) {
	return nil, nil
}

func (o *office) CorrectionNotified(context.Context, *db.Tx, gov.Actor, *Case, []Defect) error {
	return nil
}
func (o *office) Issue(context.Context, *db.Tx, gov.Actor, *Case, Grant) (string, error) {
	return "", nil
}
func (o *office) Acted(context.Context, *db.Tx, gov.Actor, *Case, Act, Change) error { return nil }
func (o *office) Closed(context.Context, *db.Tx, gov.Actor, *Case) error             { return nil }

// offices runs f on both databases; the clock stands at a day's noon.
func offices(t *testing.T, day string, f func(t *testing.T, o *office)) {
	t.Helper()
	o := &office{}
	dbtest.EachAt(t, func() now.Instant { return o.at }, func(t *testing.T, d *db.DB) {
		*o = office{t: t, at: now.FromTime(clock.MustDate(day).Time().Add(12 * time.Hour)), cal: calendar(t)}
		ring := keystest.Ring(t)
		o.Service = New(Deps{DB: d, Book: journal.New(ring), Events: event.Source("test"), Sealer: ring, Items: o, Calendar: o, Reactions: o})
		f(t, o)
	})
}

// calendar is 2026 with a national day from 1 to 7 October and one make-up
// Saturday; 2027 is not announced. More days may be off, and more years known.
func calendar(t *testing.T, more ...clock.Year) *clock.Calendar {
	t.Helper()
	days := func(texts ...string) (out []clock.Date) {
		for _, x := range texts {
			out = append(out, clock.MustDate(x))
		}
		return out
	}
	y := clock.Year{Year: 2026, Holidays: []clock.Holiday{{Name: "国庆节", DaysOff: days("2026-10-01", "2026-10-02", "2026-10-03",
		"2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07")}}, Workdays: days("2026-10-10")}
	for _, m := range more {
		if m.Year == 2026 {
			y.Holidays, y.Workdays = append(y.Holidays, m.Holidays...), append(y.Workdays, m.Workdays...)
		}
	}
	years := []clock.Year{y}
	for _, m := range more {
		if m.Year != 2026 {
			years = append(years, m)
		}
	}
	c, err := clock.NewCalendar(years)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// off is a day off more.
func off(day string) clock.Year {
	d := clock.MustDate(day)
	return clock.Year{Year: d.Year(), Holidays: []clock.Holiday{{Name: "临时放假", DaysOff: []clock.Date{d}}}}
}

// on is an event at nine in the morning of a day.
func on(day string, do clock.Do) *clock.Event {
	return &clock.Event{At: clock.MustDate(day).Time().Add(9 * time.Hour), Do: do}
}

// path is what has happened to a case: days of acts, "" for not yet.
type path struct {
	item                                              string
	filed, asked, accepted, suspended, until, decided string
	planned                                           int
}

// acts are those of a path, in order, after the opening.
func (p path) acts() []Act {
	var out []Act
	for _, x := range []struct {
		day string
		act Act
	}{{p.asked, ActNotify}, {p.accepted, ActAccept}, {p.suspended, ActSuspend}, {p.until, ActLift}, {p.decided, ActRefuse}} {
		if x.day != "" {
			out = append(out, x.act)
		}
	}
	return out
}

// change is what an act of the path says.
func (p path) change(act Act) Change {
	switch act {
	case ActNotify:
		served := clock.MustDate(p.asked)
		return Change{Event: on(p.asked, clock.NotifyCorrection), ServedOn: &served}
	case ActAccept:
		e := on(p.accepted, clock.Accept)
		return Change{Step: Handle, Event: e, AcceptedAt: now.FromTime(e.At), Stage: &Stage{On: clock.MustDate(p.accepted), Days: 4}}
	case ActSuspend:
		e := on(p.suspended, clock.Suspend)
		e.Procedure, e.Planned = "听证", &p.planned
		return Change{Step: Handle, Event: e}
	case ActLift:
		e := on(p.until, clock.Resume)
		e.Procedure = "听证"
		return Change{Step: Handle, Event: e}
	}
	e := on(p.decided, clock.Decide)
	return Change{Event: e, DecidedOn: clock.MustDate(p.decided), DecidedAt: now.FromTime(e.At)}
}

// open makes a case that has come along a path. Its dates are counted at the end,
// as the path lies in the past.
func (o *office) open(tx *db.Tx, p path) *Case {
	o.t.Helper()
	o.n++
	if p.item == "" {
		p.item = "working"
	}
	rules, _ := o.Rules(o.t.Context(), p.item)
	limits, filed := rules.limits(), on(p.filed, clock.Submit)
	c := &Case{ID: fmt.Sprintf("%08d-0000-7000-8000-000000000000", o.n), Number: gov.CaseNumber(fmt.Sprintf("N%d", o.n)), Token: fmt.Sprintf("t%d", o.n),
		ItemName: rules.ItemName, LocalItem: p.item, Body: "b", BodyName: "某局", Region: "445103000000", State: Submitted, SubmittedAt: now.FromTime(filed.At)}
	acts, change := p.acts(), Change{Limits: &limits, Event: filed}
	for i, act := range append([]Act{ActOpen}, acts...) {
		if i > 0 {
			change = p.change(act)
		}
		change.Dates = &Dates{}
		if i == len(acts) {
			then := *c
			then.Step = change.Step
			then.apply(change)
			d, err := then.Reckon(o.cal, today(tx.Now()))
			if err != nil {
				o.t.Fatalf("%s of %s: %v", act, c.ID, err)
			}
			change.Dates = &d
		}
		if err := o.act(o.t.Context(), tx, c, program, act, change); err != nil {
			o.t.Fatalf("%s of %s: %v", act, c.ID, err)
		}
	}
	if err := insert(o.t.Context(), tx, c); err != nil {
		o.t.Fatal(err)
	}
	return c
}

// one opens a single case in a transaction of its own.
func (o *office) one(p path) string {
	o.t.Helper()
	var c *Case
	o.in(func(tx *db.Tx) error { c = o.open(tx, p); return nil })
	return c.ID
}

func (o *office) in(f func(*db.Tx) error) {
	o.t.Helper()
	if err := o.db.Do(o.t.Context(), f); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) read(id string) *Case {
	o.t.Helper()
	c, err := load(o.t.Context(), o.db, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// effect is what a calendar would move, by case; every running case is looked at.
func (o *office) effect(cal *clock.Calendar) map[string]Moved {
	return o.effectSince(cal, clock.Date{})
}

func (o *office) effectSince(cal *clock.Calendar, since clock.Date) map[string]Moved {
	o.t.Helper()
	out := map[string]Moved{}
	for m, err := range o.Effect(o.t.Context(), cal, since, today(o.at)) {
		if err != nil {
			o.t.Fatal(err)
		}
		out[m.ID] = m
	}
	return out
}

// change puts another calendar in force and lets the cases follow it.
func (o *office) change(version int64, cal *clock.Calendar) *Recounting {
	o.t.Helper()
	o.cal = cal
	o.in(func(tx *db.Tx) error {
		_, err := o.BeginRecountIn(o.t.Context(), tx, version, o.since, "换了日历")
		return err
	})
	r, err := o.RecountAll(o.t.Context(), version, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func short(d clock.Date) string {
	if d.IsZero() {
		return "none"
	}
	return d.String()[5:]
}

// moves writes the moves of a case in short.
func moves(m Moved) string {
	text := ""
	for _, x := range m.Moves() {
		text += fmt.Sprintf("%s %s→%s; ", x.Name, short(x.Before), short(x.After))
	}
	if m.Before.Provisional != m.After.Provisional {
		text += fmt.Sprintf("provisional %v→%v; ", m.Before.Provisional, m.After.Provisional)
	}
	if m.Stays {
		text += "stays; "
	}
	return text
}

// Before → after of each kind of case, counted by hand: 8 October 2026, a Thursday,
// turns into a day off.
func TestEffectOfOneDayOff(t *testing.T) {
	offices(t, "2026-09-28", func(t *testing.T, o *office) {
		for name, c := range map[string]struct {
			path path
			want string
		}{
			// five working days after 28 September: 29, 30, 8, 9, 10 October
			"submitted": {path{filed: "2026-09-28"}, "accept_due 10-10→10-12; "},
			// thirty natural days after 8 September end on 8 October
			"correcting": {path{filed: "2026-09-07", asked: "2026-09-08"}, "correction_due 10-08→10-09; "},
			"accepted": {path{filed: "2026-09-21", accepted: "2026-09-24"},
				"promised_due 10-14→10-15; statutory_due 10-28→10-29; "}, // the step's 25, 28, 29, 30 are before it
			// ten natural days after 28 September end on 8 October, twenty on Sunday the 18th
			"natural": {path{item: "natural", filed: "2026-09-28", accepted: "2026-09-28"},
				"accept_due 10-10→10-12; step_due 10-08→10-09; promised_due 10-08→10-09; "},
			"natural elsewhere": {path{item: "natural", filed: "2026-09-10", accepted: "2026-09-10"}, ""},
			"before it":         {path{filed: "2026-09-01", accepted: "2026-09-02", decided: "2026-09-14"}, ""},
			// planned four working days from 25 September: 28, 29, 30, 8
			"suspended": {path{filed: "2026-09-21", accepted: "2026-09-24", suspended: "2026-09-25", planned: 4},
				"step_due 10-12→10-13; resume_due 10-08→10-09; promised_due 10-20→10-21; statutory_due 11-03→11-04; "},
			"suspended and resumed": {path{filed: "2026-09-14", accepted: "2026-09-15", suspended: "2026-09-16", planned: 9, until: "2026-09-25"},
				"promised_due 10-14→10-15; statutory_due 10-28→10-29; "},
			"decided": {path{filed: "2026-09-14", accepted: "2026-09-15", decided: "2026-09-24"}, "statutory_due 10-19→10-20; deliver_due 10-14→10-15; "},
		} {
			id := o.one(c.path)
			m := o.effect(calendar(t, off("2026-10-08")))[id]
			if got := moves(m); got != c.want {
				t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
			}
		}
	})
}

// Days that a year without a notice takes for granted are provisional, and firm
// once the notice is out.
func TestNextYearIsAnnounced(t *testing.T) {
	offices(t, "2026-12-25", func(t *testing.T, o *office) {
		near := o.one(path{filed: "2026-12-21"})                        // 22, 23, 24, 25, 28 December
		far := o.one(path{filed: "2026-12-21", accepted: "2026-12-22"}) // into January
		filed := o.one(path{filed: "2026-12-25"})                       // 28 to 31 December, 1 January as it seems
		if c := o.read(far); !c.Provisional || c.PromisedDue.String() != "2027-01-05" {
			t.Errorf("before: %s, provisional %v", c.PromisedDue, c.Provisional)
		}
		if c := o.read(near); c.Provisional {
			t.Error("a case that ends in 2026 is provisional")
		}
		if all, loose, err := o.Running(t.Context()); err != nil || all != 3 || loose != 2 {
			t.Errorf("%d running, %d provisional, %v", all, loose, err)
		}
		next := off("2027-01-01")
		r := o.change(2, calendar(t, next))
		if r.Looked != 3 || r.Moved != 2 || !r.Done() {
			t.Errorf("recount %+v", r)
		}
		for id, want := range map[string]string{far: "2027-01-06", filed: "2027-01-04"} {
			if c := o.read(id); c.Provisional || c.DueOn.String() != want {
				t.Errorf("due %s, provisional %v, want %s", c.DueOn, c.Provisional, want)
			}
		}
		if c := o.read(filed); c.NextOn != c.AcceptDue.AddDays(1) {
			t.Errorf("silence speaks on %s, the limit ends on %s", c.NextOn, c.AcceptDue)
		}
		if all, loose, err := o.Running(t.Context()); err != nil || all != 3 || loose != 0 {
			t.Errorf("afterwards %d running, %d provisional, %v", all, loose, err)
		}
	})
}

// A case that silence accepted stays accepted; one that was asked to correct in
// time stays so, though the new calendar would have let silence speak first.
func TestWhatIsDoneStays(t *testing.T) {
	offices(t, "2026-10-12", func(t *testing.T, o *office) {
		asked := o.one(path{filed: "2026-09-28", asked: "2026-10-10"}) // the fifth working day
		before := o.read(asked).Dates()
		work := clock.Year{Year: 2026, Workdays: []clock.Date{clock.MustDate("2026-10-01"), clock.MustDate("2026-10-02")}}
		m := o.effect(calendar(t, work))[asked]
		if !m.Stays || m.After != m.Before {
			t.Errorf("effect: %s", moves(m))
		}
		r := o.change(2, calendar(t, work))
		if c := o.read(asked); r.Moved != 0 || c.Dates() != before || c.State != Correcting {
			t.Errorf("moved %d, %s, %+v", r.Moved, c.State, c.Dates())
		}
		var toll Toll
		toll.Add(m)
		if toll != (Toll{Stays: 1}) {
			t.Errorf("toll %+v", toll)
		}
	})
}

// Looking only at cases that reach the first day that differs finds every case that
// moves: random cases, random calendars.
func TestSinceMissesNothing(t *testing.T) {
	offices(t, "2026-12-28", func(t *testing.T, o *office) {
		random := rand.New(rand.NewPCG(2026, 12))
		day := func(from, to string) clock.Date {
			first, last := clock.MustDate(from), clock.MustDate(to)
			return first.AddDays(random.IntN(last.Sub(first) + 1))
		}
		o.in(func(tx *db.Tx) error {
			for range 200 {
				filed := day("2026-09-01", "2026-12-20")
				p := path{filed: filed.String(), accepted: filed.AddDays(random.IntN(4)).String(), item: []string{"working", "natural"}[random.IntN(2)]}
				if random.IntN(2) == 0 {
					p.suspended, p.planned = filed.AddDays(4+random.IntN(3)).String(), random.IntN(30)
				} else if random.IntN(2) == 0 {
					p.decided = filed.AddDays(4 + random.IntN(8)).String()
				}
				o.open(tx, p)
			}
			return nil
		})
		found := 0
		for range 60 {
			since := day("2026-09-01", "2027-01-20")
			more := []clock.Year{off(since.String()), off(since.AddDays(random.IntN(20)).String())}
			if random.IntN(2) == 0 {
				more[1].Holidays[0].DaysOff[0] = since
			}
			cal := calendar(t, merged(more)...)
			first := since
			if cal.Known(2027) && since.Year() == 2027 {
				first = clock.MustDate("2027-01-01") // the whole year is known from then on
			}
			all, some := o.effect(cal), o.effectSince(cal, first)
			if diff := cmp.Diff(keysOf(all), keysOf(some)); diff != "" {
				t.Fatalf("from %s (-all +some): %s", first, diff)
			}
			found += len(all)
		}
		if found < 500 {
			t.Errorf("only %d moves were compared", found)
		}
	})
}

// merged puts days of one year into one entry.
func merged(years []clock.Year) []clock.Year {
	var out []clock.Year
	for _, y := range years {
		i := slices.IndexFunc(out, func(x clock.Year) bool { return x.Year == y.Year })
		if i < 0 || y.Year == 2026 {
			out = append(out, y)
			continue
		}
		out[i].Holidays = append(out[i].Holidays, y.Holidays...)
	}
	return out
}

// The days that pass move nothing: a procedure that takes longer than told is not
// the calendar's doing.
func TestTimeAloneMovesNothing(t *testing.T) {
	offices(t, "2026-09-28", func(t *testing.T, o *office) {
		o.one(path{filed: "2026-09-21", accepted: "2026-09-24", suspended: "2026-09-25", planned: 2})
		o.one(path{filed: "2026-09-01", accepted: "2026-09-02"})
		o.one(path{filed: "2026-09-28"})
		o.at = now.FromTime(clock.MustDate("2026-11-20").Time())
		for id, m := range o.effect(o.cal) {
			t.Errorf("%s: %s", id, moves(m))
		}
	})
}

// many opens n cases of all kinds, as many as possible in a transaction.
func (o *office) many(n int) {
	kinds := []path{
		{filed: "2026-09-28"}, {filed: "2026-09-07", asked: "2026-09-08"}, {filed: "2026-09-21", accepted: "2026-09-24"},
		{item: "natural", filed: "2026-09-28", accepted: "2026-09-28"}, {item: "natural", filed: "2026-09-10", accepted: "2026-09-10"},
		{filed: "2026-09-21", accepted: "2026-09-24", suspended: "2026-09-25", planned: 4},
		{filed: "2026-09-14", accepted: "2026-09-15", decided: "2026-09-24"}, {filed: "2026-09-01", accepted: "2026-09-02", decided: "2026-09-14"},
		{filed: "2026-09-21", accepted: "2026-09-24", suspended: "2026-09-25", planned: 80}, // into 2027
	}
	for done := 0; done < n; {
		o.in(func(tx *db.Tx) error {
			for range min(1000, n-done) {
				o.open(tx, kinds[o.n%len(kinds)])
				done++
			}
			return nil
		})
	}
}

// TestManyFollowAsShown changes the calendar under running cases of all kinds, more than
// one round of them: what was shown is what happens, to each with its entry in the
// journal, and the journal holds. Ten thousand follow in internal/app.
func TestManyFollowAsShown(t *testing.T) {
	const cases = 2*countedAtOnce + 200
	offices(t, "2026-09-28", func(t *testing.T, o *office) {
		o.many(cases)
		next := calendar(t, off("2026-10-08"), off("2027-01-01"))
		shown := o.effect(next)
		var toll Toll
		for _, m := range shown {
			toll.Add(m)
		}
		if toll.Moved < cases*7/9-10 || toll.Stays != 0 || toll.Earlier != 0 || toll.Firm < cases/9-1 {
			t.Errorf("toll %+v", toll)
		}
		r := o.change(2, next)
		if r.Looked != cases || r.Moved != int64(toll.Moved) {
			t.Errorf("looked at %d, moved %d, shown %d", r.Looked, r.Moved, toll.Moved)
		}
		entries := o.entries()
		if diff := cmp.Diff(keysOf(shown), entries); diff != "" {
			t.Errorf("journaled are others than shown (-shown +journaled): %.500s", diff)
		}
		rows, err := o.db.Query(t.Context(), `SELECT `+columns+` FROM cases`)
		all, err := db.All(rows, err, scan)
		if err != nil || len(all) != cases {
			t.Fatalf("%d cases, %v", len(all), err)
		}
		for _, c := range all {
			if m, moved := shown[c.ID]; moved && c.Dates() != m.After {
				t.Fatalf("%s: shown %+v, is %+v", c.ID, m.After, c.Dates())
			}
		}
		if left := o.effect(next); len(left) != 0 {
			t.Errorf("%d cases would still move", len(left))
		}
		if again := o.change(3, next); again.Moved != 0 || again.Looked != cases {
			t.Errorf("the second time: %+v", again)
		}
		report, err := o.book.Verify(t.Context(), o.db, []journal.Noun{{Kind: SubjectKind, Table: "cases", State: "state"}}, func() {})
		if err != nil || len(report.Breaks) > 0 {
			t.Errorf("verify: %v, %v", report.Breaks, err)
		}
	})
}

func keysOf(m map[string]Moved) map[string]int {
	out := make(map[string]int, len(m))
	for k := range m {
		out[k] = 1
	}
	return out
}

// entries counts the journal's entries of a recount by case.
func (o *office) entries() map[string]int {
	rows, err := o.db.Query(o.t.Context(), `SELECT subject FROM journal WHERE subject_kind = $1 AND act = $2`, SubjectKind, string(ActRecount))
	list, err := db.All(rows, err, db.Text)
	if err != nil {
		o.t.Fatal(err)
	}
	out := map[string]int{}
	for _, id := range list {
		out[id]++
	}
	return out
}

// An act that was being done on the old calendar is found by the second pass, which
// does not begin before every process has heard of the new one.
func TestSecondPass(t *testing.T) {
	offices(t, "2026-09-28", func(t *testing.T, o *office) {
		o.one(path{filed: "2026-09-28"})
		old, next := o.cal, calendar(t, off("2026-10-08"))
		r := o.change(2, next)
		if due, more := r.Next(o.at); !more || due != r.EndedAt.Add(time.Minute) {
			t.Errorf("the check is due at %v, %v", due, more)
		}
		o.cal = old
		late := o.one(path{filed: "2026-09-28"})
		o.cal = next
		round := func() *Recounting {
			var r *Recounting
			o.in(func(tx *db.Tx) (err error) { r, err = o.RecountRound(t.Context(), tx, 2); return err })
			return r
		}
		if r := round(); r.Moved != 1 || r.CheckedAt != 0 {
			t.Errorf("too early, and yet %+v", r)
		}
		o.at = o.at.Add(time.Minute)
		if r := round(); r.Moved != 2 || r.Looked != 1 || r.CheckedAt != 0 {
			t.Errorf("the check: %+v", r)
		}
		if r := round(); r.CheckedAt == 0 {
			t.Errorf("no end: %+v", r)
		}
		if c := o.read(late); c.AcceptDue.String() != "2026-10-12" {
			t.Errorf("due %s", c.AcceptDue)
		}
		all, err := o.Recounts(t.Context())
		if err != nil || all[2] == nil || all[2].Running != 1 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

func (o *office) Follow(context.Context, *db.Tx, gov.Actor, *Case, Act) (string, error) {
	return "", nil
}
