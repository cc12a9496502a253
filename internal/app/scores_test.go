package app_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
	"yimen/internal/ratings"
	"yimen/internal/rehearsal"
	"yimen/internal/scores"
	"yimen/internal/supervision"
)

// townMonth plays random cases through a month and some days around it, with the clock
// in its hands.
type townMonth struct {
	t     *testing.T
	a     *app.App
	stage *rehearsal.Stage
	rand  *rand.Rand
	at    *now.Instant
	open  []*filed
	known map[string]gov.Actor // signing in takes time, on purpose
}

// as signs somebody in once.
func (w *townMonth) as(login string, channel gov.Channel) gov.Actor {
	actor, ok := w.known[login]
	if !ok {
		if login == "handler1" {
			actor = apptest.Handler(w.t, w.a, login)
		} else {
			actor = apptest.As(w.t, w.a, login, channel)
		}
		w.known[login] = actor
	}
	actor.Channel = channel
	return actor
}

// filed is a case with who may do what an applicant does.
type filed struct {
	id, application string
	applicant       gov.Actor // at the counter: the clerk, on behalf
	person          gov.Actor
}

// TestScoresAreARecount: what a month's scores say is what somebody counts who
// reads the journal line by line, and what the documented statements count, on
// both databases, after random histories.
func TestScoresAreARecount(t *testing.T) {
	t.Parallel()
	statements := documented(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	at := now.System()
	hands := func() now.Instant { return at }
	for name, open := range map[string]func() *app.App{
		"sqlite": func() *app.App { return apptest.SQLite(t, hands) }, "postgres": func() *app.App { return apptest.Postgres(t, hands) },
	} {
		t.Run(name, func(t *testing.T) {
			at = now.System()
			m := scores.MonthOf(at).Add(1) // the town is as old as the template it was copied from
			from, until := m.Span()
			at = from.Add(-3 * 24 * time.Hour)
			if at < now.System() {
				at = now.System()
			}
			a := open()
			w := &townMonth{t: t, a: a, stage: a.Stage(), rand: rand.New(rand.NewPCG(seed, 1)), at: &at,
				known: map[string]gov.Actor{}}
			w.play(until.Add(2 * 24 * time.Hour))
			for _, month := range []scores.Month{m.Add(-1), m} {
				report, err := a.Scores.Compute(t.Context(), identity.System("test", gov.API), month)
				if err != nil {
					t.Fatal(err)
				}
				lines := w.stored(month)
				if month == m && (report.Total.Closed < 6 || len(lines) < 8) {
					t.Fatalf("hardly anything happened: %+v", report)
				}
				w.compare(month, lines, w.recount(month))
				w.compareStatements(month, lines, statements)
			}
			holds(t, a)
		})
	}
}

func (w *townMonth) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// play does a random thing every few hours until the end.
func (w *townMonth) play(end now.Instant) {
	ctx := w.t.Context()
	w.must(w.a.Plant(ctx))
	for *w.at < end {
		*w.at = w.at.Add(time.Duration(w.rand.IntN(10*60)) * time.Minute)
		work(w.t, w.a) // what the midnights do: silence, lapses
		if w.rand.IntN(10) == 0 {
			w.withdrawCard()
		}
		if len(w.open) == 0 || w.rand.IntN(4) == 0 {
			w.file()
			continue
		}
		w.act(w.open[w.rand.IntN(len(w.open))])
	}
	w.t.Logf("%d cases are left open", len(w.open))
}

// withdrawCard takes back a card that should not have been raised.
func (w *townMonth) withdrawCard() {
	ctx, supervisor := w.t.Context(), w.as("supervisor", gov.Web)
	all, err := w.a.Supervision.Cards(ctx, supervisor, supervision.CardFilter{State: supervision.CardRaised}, "", 20)
	w.must(err)
	if len(all) > 0 {
		c := all[w.rand.IntN(len(all))]
		_, err = w.a.Supervision.WithdrawCard(ctx, supervisor, c.ID, c.Version(), "系统数据有误")
		w.must(err)
	}
}

// subjects are items with who applies: immediate ones and slower ones, of several
// bodies.
var subjects = []struct{ item, login string }{
	{"food-business-licence", "handler1"}, {"hygiene-licence", "handler1"}, {"individual-register", "resident1"},
	{"driver-licence-renew", "resident2"}, {"si-card-loss", "resident2"}, {"no-crime-record", "resident1"}, {"hukou-birth", "resident1"},
}

func (w *townMonth) file() {
	ctx, s := w.t.Context(), subjects[w.rand.IntN(len(subjects))]
	person := w.as(s.login, []gov.Channel{gov.Web, gov.Mobile}[w.rand.IntN(2)])
	f := &filed{applicant: person, person: person}
	if w.rand.IntN(3) == 0 {
		var err error
		f.applicant, err = identity.AtCounter(w.as("clerk1", gov.Counter), person.Concerned())
		w.must(err)
	}
	g, err := w.a.Catalogue.GuideAt(ctx, s.item, "445103")
	w.must(err)
	x, err := w.a.Applications.Start(ctx, f.applicant, g.Local.ID, true)
	w.must(err)
	x, err = w.stage.FetchedBy(ctx, f.applicant, x, []string{"窗口领取", "邮寄送达", "电子证照"}[w.rand.IntN(3)])
	w.must(err)
	x, err = w.stage.Complete(ctx, f.applicant, x)
	w.must(err)
	x, err = w.a.Applications.File(ctx, f.applicant, x.ID, x.Version(), true)
	w.must(err)
	c, err := w.a.Cases.ByApplication(ctx, f.person, x.ID)
	w.must(err)
	f.id, f.application = c.ID, x.ID
	w.open = append(w.open, f)
}

// act does something that may follow to a case; what is refused by the clock is
// left.
func (w *townMonth) act(f *filed) {
	ctx := w.t.Context()
	c, err := w.a.Cases.Case(ctx, gov.Actor{Kind: gov.System}, f.id)
	w.must(err)
	switch n := w.rand.IntN(10); {
	case c.Ended(): // rated or not, nothing follows any more: the others shall be met more often
		w.open = slices.DeleteFunc(w.open, func(o *filed) bool { return o == f })
		if c.State != cases.Lapsed && c.State != cases.Terminated && n < 6 {
			w.must(w.a.Ratings.Give(ctx, f.person, c.ID, ratings.Rating{Score: ratings.Score(1 + w.rand.IntN(5))}))
		}
	case n == 0 && f.person.Kind == gov.Person && cases.MayDo(f.person, c, cases.ActWithdraw):
		_, err = w.a.Cases.Withdraw(ctx, f.person, c.ID, c.Version(), "不再办理")
	case c.State == cases.Submitted:
		goal := rehearsal.Goal{State: []cases.State{cases.Correcting, cases.Declined}[w.rand.IntN(2)]}
		if n > 2 {
			goal = rehearsal.Goal{State: cases.Accepted, Step: cases.Handle}
		}
		_, err = w.stage.Bring(ctx, f.person, c, goal)
	case c.State == cases.Correcting:
		if n > 3 {
			err = w.answer(f)
		}
	case c.State == cases.Accepted:
		_, err = w.stage.Step(ctx, c, n == 1)
	default:
		err = w.handOver(c)
	}
	if err != nil {
		w.t.Fatalf("%s in %s: %v", c.Item, c.State, err)
	}
}

// answer amends the application as it is and sends it.
func (w *townMonth) answer(f *filed) error {
	ctx, actor := w.t.Context(), f.applicant
	if w.rand.IntN(4) == 0 { // filed online, and yet brought to the counter; or the other way round
		actor = f.person
	}
	x, err := w.a.Applications.Application(ctx, actor, f.application)
	if err != nil {
		return err
	}
	_, err = w.a.Applications.Amend(ctx, actor, x.ID, x.Version())
	return err
}

func (w *townMonth) handOver(c *cases.Case) error {
	outlet, err := w.stage.Staff(w.t.Context(), gov.RoleOutlet, c.Body, 0)
	if err != nil {
		return err
	}
	h := cases.Handing{Way: cases.Handed, Recipient: c.ApplicantName}
	if w.rand.IntN(2) == 0 {
		h = cases.Handing{Way: cases.Posted, Recipient: c.ApplicantName, Parcel: "EX990000001CN"}
	}
	_, err = w.a.Cases.Deliver(w.t.Context(), outlet, c.ID, c.Version(), h)
	return err
}

// place is a line of the scores.
type place struct{ body, item string }

// counts are numerator and denominator by index.
type counts map[string][2]int64

// stored reads the lines the program keeps.
func (w *townMonth) stored(m scores.Month) map[place]scores.Line {
	out := map[place]scores.Line{}
	w.must(w.a.Scores.Export(w.t.Context(), gov.Actor{Kind: gov.System}, m, func(l scores.Line) error {
		out[place{l.Body, l.Item}] = l
		return nil
	}))
	return out
}

// life is a case as its journal tells it.
type life struct {
	place
	opened                         gov.Channel
	closed, finished, decided      now.Instant
	acceptedOn, promised, decision clock.Date
	notices                        int64
	days                           map[clock.Date]bool // on which the applicant came
}

// recount reads every journal line of cases and ratings, and nothing else but which
// body and item a case is of.
func (w *townMonth) recount(m scores.Month) map[place]counts {
	from, until := m.Span()
	within := func(i now.Instant) bool { return i >= from && i < until }
	sums := map[place]map[scores.Measure]int64{}
	add := func(p place, measure scores.Measure, n int64) {
		for _, q := range []place{p, {p.body, ""}, {"", p.item}, {}} {
			if sums[q] == nil {
				sums[q] = map[scores.Measure]int64{}
			}
			sums[q][measure] += n
		}
	}
	inUse, online := map[place]bool{}, map[place]bool{}
	places := map[string]place{}
	for _, id := range w.ids("cases") {
		l := w.life(id)
		places[id] = l.place
		l.count(within, add)
		if within(l.finished) {
			inUse[l.place] = true
			online[l.place] = online[l.place] || l.online() && len(l.days) == 0
		}
	}
	for p := range inUse {
		add(p, scores.Items, 1)
		if online[p] {
			add(p, scores.ItemsOnline, 1)
		}
	}
	w.recountRatings(within, add)
	w.recountCards(places, within, add)
	system, err := w.a.Scores.InForce(w.t.Context())
	w.must(err)
	out := map[place]counts{}
	for p, sum := range sums {
		out[p] = counts{}
		for _, x := range system.Indices {
			if sum[x.Denominator] > 0 {
				out[p][x.Code] = [2]int64{sum[x.Numerator], sum[x.Denominator]}
			}
		}
		if len(out[p]) == 0 {
			delete(out, p)
		}
	}
	return out
}

func (l *life) online() bool { return l.opened == gov.Web || l.opened == gov.Mobile }

func (l *life) count(within func(now.Instant) bool, add func(place, scores.Measure, int64)) {
	if within(l.closed) {
		add(l.place, scores.Closed, 1)
		add(l.place, scores.Corrections, l.notices)
		if l.online() {
			add(l.place, scores.Online, 1)
		}
	}
	if within(l.decided) {
		add(l.place, scores.Decided, 1)
		if !l.decision.After(l.promised) {
			add(l.place, scores.InTime, 1)
		}
		if l.promised.After(l.acceptedOn) {
			add(l.place, scores.WithDays, 1)
			if l.decision.Before(l.promised) {
				add(l.place, scores.Early, 1)
			}
		}
	}
	if !within(l.finished) {
		return
	}
	add(l.place, scores.Finished, 1)
	add(l.place, scores.Visits, int64(len(l.days)))
	if l.online() {
		add(l.place, scores.FinishedOnline, 1)
		if len(l.days) <= 1 {
			add(l.place, scores.CameOnce, 1)
		}
		if len(l.days) == 0 {
			add(l.place, scores.NeverCame, 1)
		}
	}
}

// life folds a case's journal.
func (w *townMonth) life(id string) *life {
	l := &life{days: map[clock.Date]bool{}}
	w.must(w.a.DB.Row(w.t.Context(), `SELECT body, item FROM cases WHERE id = $1`, id).Scan(&l.body, &l.item))
	lines, err := w.a.Book.Of(w.t.Context(), w.a.DB, journal.Subject{Kind: cases.SubjectKind, ID: id})
	w.must(err)
	for _, line := range lines {
		var what cases.Change
		w.must(json.Unmarshal(line.Payload, &what))
		if what.Dates != nil {
			l.promised, l.acceptedOn = what.Dates.PromisedDue, what.Dates.AcceptedOn
		}
		day := clock.DateOf(line.At.Time())
		window := line.Channel == string(gov.Counter) || line.Channel == string(gov.Kiosk)
		switch cases.Act(line.Act) {
		case cases.ActOpen:
			l.opened = gov.Channel(line.Channel)
		case cases.ActNotify:
			l.notices++
		case cases.ActGrant, cases.ActRefuse:
			l.closed, l.decided, l.decision = line.At, line.At, day
		case cases.ActDecline, cases.ActWithdraw, cases.ActLapse, cases.ActTerminate:
			l.closed, l.finished = line.At, line.At
		case cases.ActDeliver:
			l.finished = line.At
		}
		switch cases.Act(line.Act) {
		case cases.ActOpen, cases.ActResubmit, cases.ActWithdraw:
			if window {
				l.days[day] = true
			}
		case cases.ActDeliver:
			if what.Way == cases.Handed {
				l.days[day] = true
			}
		}
	}
	return l
}

func (w *townMonth) recountRatings(within func(now.Instant) bool, add func(place, scores.Measure, int64)) {
	for _, id := range w.ids("rating") {
		lines, err := w.a.Book.Of(w.t.Context(), w.a.DB, journal.Subject{Kind: ratings.SubjectKind, ID: id})
		w.must(err)
		var p place
		w.must(w.a.DB.Row(w.t.Context(), `SELECT body, item FROM rating WHERE id = $1`, id).Scan(&p.body, &p.item))
		var what struct{ Score ratings.Score }
		w.must(json.Unmarshal(lines[0].Payload, &what))
		if within(lines[0].At) {
			add(p, scores.Rated, 1)
			if !what.Score.Bad() {
				add(p, scores.Good, 1)
			}
		}
	}
}

func (w *townMonth) recountCards(of map[string]place, within func(now.Instant) bool, add func(place, scores.Measure, int64)) {
	for _, id := range w.ids("card") {
		lines, err := w.a.Book.Of(w.t.Context(), w.a.DB, journal.Subject{Kind: supervision.CardKind, ID: id})
		w.must(err)
		var what struct {
			Case     string
			Severity supervision.Severity
		}
		w.must(json.Unmarshal(lines[0].Payload, &what))
		if !within(lines[0].At) || lines[len(lines)-1].To == string(supervision.CardWithdrawn) {
			continue
		}
		switch what.Severity {
		case supervision.YellowSeverity:
			add(of[what.Case], scores.Yellow, 1)
		case supervision.RedSeverity, supervision.SeriousSeverity:
			add(of[what.Case], scores.Red, 1)
		}
	}
}

func (w *townMonth) ids(table string) []string {
	rows, err := w.a.DB.Query(w.t.Context(), `SELECT id FROM `+table)
	all, err := db.All(rows, err, db.Text)
	w.must(err)
	return all
}

func (w *townMonth) compare(m scores.Month, lines map[place]scores.Line, want map[place]counts) {
	got := map[place]counts{}
	for p, l := range lines {
		got[p] = counts{}
		for _, f := range l.Figures {
			got[p][f.Code] = [2]int64{f.Numerator, f.Denominator}
			exact := new(big.Rat).SetFrac64(f.Numerator*10000, f.Denominator)
			if off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(int64(f.Value))); off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
				w.t.Errorf("%s %v %s: %d/%d is written %d", m, p, f.Code, f.Numerator, f.Denominator, f.Value)
			}
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(place{})); diff != "" {
		w.t.Errorf("%s differs from a recount of the journal (-recount +scores):\n%s", m, diff)
	}
}

// compareStatements runs the text of the page and adds its rows up.
func (w *townMonth) compareStatements(m scores.Month, lines map[place]scores.Line, statements map[string]string) {
	from, until := m.Span()
	sums := map[place]map[scores.Measure]int64{}
	for _, g := range scoreGroups() {
		rows, err := w.a.DB.Query(w.t.Context(), statements[g.title], int64(from), int64(until))
		_, err = db.All(rows, err, func(r db.Scanner) (n int, err error) {
			var p place
			got := make([]int64, len(g.measures))
			into := []any{&p.body, &p.item}
			for i := range got {
				into = append(into, &got[i])
			}
			err = r.Scan(into...)
			for _, q := range []place{p, {p.body, ""}, {"", p.item}, {}} {
				if sums[q] == nil {
					sums[q] = map[scores.Measure]int64{}
				}
				for i, measure := range g.measures {
					sums[q][measure] += got[i]
				}
			}
			return 0, err
		})
		w.must(err)
	}
	system, err := w.a.Scores.InForce(w.t.Context())
	w.must(err)
	for p, sum := range sums {
		l := lines[p]
		for _, x := range system.Indices {
			f, _ := l.Figure(x.Code)
			if n, d := sum[x.Numerator], sum[x.Denominator]; d > 0 && (n != f.Numerator || d != f.Denominator) || d == 0 && f.Denominator != 0 {
				w.t.Errorf("%s %v %s: the statement gives %d/%d, the scores say %d/%d", m, p, x.Code, n, d, f.Numerator, f.Denominator)
			}
		}
	}
	for p := range lines {
		if sums[p] == nil {
			w.t.Errorf("%s: the statements have no line for %v", m, p)
		}
	}
}

// The month's job computes what is over, plants the next, and catches up after the
// program was down for months.
func TestTheMonthIsComputedAtItsEnd(t *testing.T) {
	t.Parallel()
	at := now.System()
	hands := func() now.Instant { return at }
	for name, open := range map[string]func() *app.App{
		"sqlite": func() *app.App { return apptest.SQLite(t, hands) }, "postgres": func() *app.App { return apptest.Postgres(t, hands) },
	} {
		t.Run(name, func(t *testing.T) {
			at = now.System()
			a, first := open(), scores.MonthOf(at)
			if err := a.Plant(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, until := first.Span()
			for _, step := range []struct {
				at   now.Instant
				want []scores.Month
			}{{at, nil}, {until - 1, nil}, {until, []scores.Month{first}}, {until.Add(24 * time.Hour), []scores.Month{first}},
				{until.Add(70 * 24 * time.Hour), []scores.Month{first.Add(2), first.Add(1), first}}} {
				at = step.at
				work(t, a)
				all, err := a.Scores.Months(t.Context(), gov.Actor{Kind: gov.System}, "", 10)
				if err != nil {
					t.Fatal(err)
				}
				var got []scores.Month
				for _, x := range all {
					got = append(got, x.Month)
				}
				if !slices.Equal(got, step.want) {
					t.Errorf("at %s there are %v, want %v", step.at.Time(), got, step.want)
				}
			}
			if fmt.Sprint(apptest.Rows(t, a.DB, "score_system")) != "1" {
				t.Error("every month has made an edition")
			}
			holds(t, a)
		})
	}
}
