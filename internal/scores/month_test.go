package scores_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/scores"
)

const region = "445103000000"

// counted is a source that says what the test tells it.
type counted struct {
	measures []scores.Measure
	rows     map[scores.Month][]scores.Counted
}

func (c *counted) Measures() []scores.Measure { return c.measures }

func (c *counted) MonthFigures(_ context.Context, _ db.Reader, from, _ now.Instant) ([]scores.Counted, error) {
	return c.rows[scores.MonthOf(from)], nil
}

type register struct{}

func (register) Bodies(_ context.Context, ids []string) (map[string]scores.Place, error) {
	out := map[string]scores.Place{}
	for _, id := range ids {
		out[id] = scores.Place{Name: "某某区" + id, Department: id, Region: region}
		if id == "far" {
			out[id] = scores.Place{Name: "别处的局", Department: id, Region: "440100000000"}
		}
	}
	return out, nil
}

func (register) Items(_ context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range ids {
		out[id] = "事项" + id
	}
	return out, nil
}

type world struct {
	*scores.Service
	db     *db.DB
	book   *journal.Book
	source *counted
	at     now.Instant
}

// open holds the clock at the first midnight of 2026-11.
func open(t *testing.T, d *db.DB) *world {
	w := &world{db: d, book: journal.New(keystest.Ring(t)), at: now.FromTime(time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC)),
		source: &counted{measures: []scores.Measure{scores.Closed, scores.Decided, scores.InTime, scores.Corrections, scores.Rated, scores.Good},
			rows: map[scores.Month][]scores.Counted{}}}
	w.Service = scores.New(scores.Deps{DB: d, Book: w.book, Events: "test", Now: func() now.Instant { return w.at },
		Sources: []scores.Source{w.source}, Names: register{}, Seed: seeded(t), Region: region})
	return w
}

func row(body, item string, decided, inTime int64) scores.Counted {
	return scores.Counted{Body: body, Item: item, Counts: map[scores.Measure]int64{scores.Closed: decided, scores.Decided: decided,
		scores.InTime: inTime, scores.Rated: decided, scores.Good: inTime}}
}

func supervisor(at string) gov.Actor {
	return gov.Actor{Account: "s", Name: "陶监督", Kind: gov.Staff, Channel: gov.Web,
		Posts: []gov.Post{{ID: "p", Body: "zs", Region: at, Role: gov.RoleSupervisor}}}
}

var program = gov.Actor{Account: "system", Name: "系统", Kind: gov.System, Channel: gov.API}

const october = scores.Month("2026-10")

func TestAMonthFromComputationToPublication(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w, boss := t.Context(), open(t, d), supervisor(region)
		w.source.rows[october] = []scores.Counted{row("a", "x", 10, 9), row("a", "y", 30, 30), row("b", "x", 1, 0)}
		r, err := w.Compute(ctx, program, october)
		if err != nil || !r.New || r.State != scores.Computed || r.System != 1 || r.Lines != 8 {
			t.Fatalf("%+v, %v", r, err)
		}
		again, err := w.Compute(ctx, program, october)
		if err != nil || again.Changed || again.New || len(again.Differences) > 0 || again.Hash != r.Hash {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		v, err := w.Bodies(ctx, boss, october)
		if err != nil || len(v.Lines) != 2 || v.Total.Closed != 41 || v.Edition.Number != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
		want := []scores.Figure{{Code: "in_time", Numerator: 39, Denominator: 41, Value: 9512, Points: 5120},
			{Code: "corrections", Denominator: 41, Points: scores.Full}, {Code: "good_ratings", Numerator: 39, Denominator: 41, Value: 9512, Points: 7560}}
		if diff := cmp.Diff(want, v.Total.Figures); diff != "" {
			t.Error(diff)
		}
		// 25×51.20 + 10×100.00 + 15×75.60 over 50: nobody counts cards and visits here
		if v.Total.Weighed != 50 || v.Total.Score != 6828 {
			t.Errorf("%s points over %d", v.Total.Score, v.Total.Weighed)
		}
		w.source.rows[october][2] = row("b", "x", 1, 1)
		if r, err = w.Compute(ctx, program, october); err != nil || !r.Changed || len(r.Differences) != 8 {
			t.Fatalf("%+v, %v", r, err)
		}
		w.frozen(t, boss)
		w.holds(t)
	})
}

// frozen signs and publishes, and then nothing moves any more.
func (w *world) frozen(t *testing.T, boss gov.Actor) {
	t.Helper()
	ctx := t.Context()
	months, err := w.Months(ctx, boss, "", 10)
	if err != nil || len(months) != 1 || months[0].Total.Closed != 41 {
		t.Fatalf("%+v, %v", months, err)
	}
	seen := months[0].Version()
	refused := func(code string, err error) {
		t.Helper()
		if !fault.Is(err, code) {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	_, err = w.Sign(ctx, boss, october, seen-1)
	refused("scores.stale", err)
	_, err = w.Publish(ctx, boss, october, seen)
	refused("scores.not_now", err)
	for _, nobody := range []gov.Actor{program, {}, gov.Nobody(gov.Web), supervisor("445103100000"), {Account: "x", Kind: gov.Person}} {
		_, err = w.Sign(ctx, nobody, october, seen)
		refused("scores.denied", err)
	}
	x, err := w.Sign(ctx, boss, october, seen)
	if err != nil || x.SignedName != "陶监督" || x.SignedOn.IsZero() || x.State != scores.Signed {
		t.Fatalf("%+v, %v", x, err)
	}
	before, err := w.Bodies(ctx, boss, october)
	if err != nil {
		t.Fatal(err)
	}
	w.source.rows[october] = append(w.source.rows[october], row("b", "z", 5, 5))
	r, err := w.Compute(ctx, program, october)
	if err != nil || r.Changed || r.State != scores.Signed || len(r.Differences) == 0 {
		t.Errorf("a signed month: %+v, %v", r, err)
	}
	if k, err := w.KeptBodies(ctx); err != nil || len(k.Months) > 0 {
		t.Errorf("not published, and yet shown: %+v, %v", k, err)
	}
	if _, err = w.Publish(ctx, boss, october, x.Version()); err != nil {
		t.Fatal(err)
	}
	late, err := w.Due(ctx, boss, october)
	if err != nil || len(late) != len(r.Differences) || late[0].Code != "corrections" || late[0].Was.Denominator != 41 || late[0].Is.Denominator != 46 {
		t.Errorf("%+v, %v", late, err)
	}
	after, err := w.Bodies(ctx, boss, october)
	if err != nil || !cmp.Equal(before.Lines, after.Lines) || !cmp.Equal(before.Total, after.Total) {
		t.Errorf("the published figures moved: %v\n%s", err, cmp.Diff(before.Total, after.Total))
	}
}

// holds verifies the journal, and that every act stands in it.
func (w *world) holds(t *testing.T) {
	t.Helper()
	report, err := w.book.Verify(t.Context(), w.db, scores.Nouns(), func() {})
	if err != nil || len(report.Breaks) > 0 {
		t.Fatalf("%v, %v", report.Breaks, err)
	}
	rows, err := w.db.Query(t.Context(), `SELECT act FROM journal WHERE subject_kind = 'score' ORDER BY version`)
	acts, err := db.All(rows, err, db.Text)
	if err != nil || strings.Join(acts, " ") != "compute recompute sign publish" {
		t.Errorf("%v, %v", acts, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w, boss := t.Context(), open(t, d), supervisor(region)
		for _, c := range []struct {
			code  string
			month scores.Month
			actor gov.Actor
		}{{"scores.month_running", "2026-11", boss}, {"scores.month_running", "2099-01", program}, {"scores.month_wrong", "", boss},
			{"scores.month_wrong", "x", boss}, {"scores.denied", october, supervisor("445103100000")}, {"scores.denied", october, gov.Actor{}}} {
			if _, err := w.Compute(ctx, c.actor, c.month); !fault.Is(err, c.code) {
				t.Errorf("%s by %s: %v, want %s", c.month, c.actor.Name, err, c.code)
			}
		}
		if _, err := w.Bodies(ctx, boss, october); !fault.Is(err, "scores.missing") {
			t.Error(err)
		}
		if _, err := w.Months(ctx, gov.Nobody(gov.Web), "", 1); !fault.Is(err, "scores.denied") {
			t.Error(err)
		}
	})
}

// Each supervisor sees the bodies of his regions.
func TestASupervisorSeesHisRegions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), open(t, d)
		w.source.rows[october] = []scores.Counted{row("a", "x", 10, 9), row("far", "x", 7, 7)}
		if _, err := w.Compute(ctx, program, october); err != nil {
			t.Fatal(err)
		}
		v, err := w.Bodies(ctx, supervisor(region), october)
		if err != nil || len(v.Lines) != 1 || v.Lines[0].Body != "a" || v.Total.Closed != 17 {
			t.Errorf("%+v, %v", v, err)
		}
		if _, err := w.Body(ctx, supervisor(region), october, "far"); !fault.Is(err, "scores.missing") {
			t.Error(err)
		}
		one, err := w.Body(ctx, supervisor(region), october, "a")
		if err != nil || len(one.Lines) != 1 || one.Lines[0].ItemName != "事项x" || one.Total.BodyName != "某某区a" {
			t.Errorf("%+v, %v", one, err)
		}
		items, err := w.Items(ctx, supervisor(region), october)
		if err != nil || len(items.Lines) != 1 || items.Lines[0].Closed != 17 || items.Total.Closed != 17 {
			t.Errorf("%+v, %v", items, err)
		}
		var seen []string
		err = w.Export(ctx, supervisor(region), october, func(l scores.Line) error { seen = append(seen, l.Body+"/"+l.Item); return nil })
		if want := []string{"/", "/x", "a/", "a/x"}; err != nil || !cmp.Equal(seen, want) {
			t.Errorf("%v, %v", seen, err)
		}
	})
}

func TestAnExportIsWholeWhateverItsLength(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		for i := range 700 {
			w.source.rows[october] = append(w.source.rows[october], row("a", fmt.Sprintf("i%03d", i), 1, 1))
		}
		if _, err := w.Compute(t.Context(), program, october); err != nil {
			t.Fatal(err)
		}
		n, figures, last := 0, 0, ""
		err := w.Export(t.Context(), program, october, func(l scores.Line) error {
			if here := l.Body + "\x00" + l.Item; n > 0 && here <= last {
				t.Errorf("%q after %q", here, last)
			} else {
				last = here
			}
			n, figures = n+1, figures+len(l.Figures)
			return nil
		})
		if err != nil || n != 1402 || figures != 3*1402 {
			t.Errorf("%d lines, %d figures, %v", n, figures, err)
		}
	})
}

// A month keeps the edition it was signed with; the next one takes the newest.
func TestEditions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w, boss := t.Context(), open(t, d), supervisor(region)
		w.source.rows[october] = []scores.Counted{row("a", "x", 10, 9)}
		r, err := w.Compute(ctx, program, october)
		if err != nil {
			t.Fatal(err)
		}
		own := *seeded(t)
		own.Indices = append([]scores.Index(nil), own.Indices...)
		own.Indices[0].Band.Zero = 8000
		if _, err := w.Adopt(ctx, program, &own); !fault.Is(err, "scores.denied") {
			t.Error(err)
		}
		two, err := w.Adopt(ctx, boss, &own)
		if err != nil || two.Number != 2 || two.Origin != scores.FromSupervisor {
			t.Fatalf("%+v, %v", two, err)
		}
		if same, err := w.Adopt(ctx, boss, &own); err != nil || same.Number != 2 {
			t.Errorf("the same system again is edition %+v, %v", same, err)
		}
		redone, err := w.Compute(ctx, program, october)
		if err != nil || redone.System != 2 || !redone.Changed || redone.Total.Score <= r.Total.Score {
			t.Errorf("%+v, %v", redone, err)
		}
		x, err := w.Months(ctx, boss, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Sign(ctx, boss, october, x[0].Version()); err != nil {
			t.Fatal(err)
		}
		own.Indices[0].Band.Zero = 5000
		if three, err := w.Adopt(ctx, boss, &own); err != nil || three.Number != 3 {
			t.Fatal(three, err)
		}
		if late, err := w.Compute(ctx, program, october); err != nil || late.System != 2 || len(late.Differences) > 0 {
			t.Errorf("%+v, %v", late, err)
		}
		if in, err := w.InForce(ctx); err != nil || in.Number != 3 {
			t.Error(in, err)
		}
	})
}

func TestTheLifecycleIsThatOfTheTable(t *testing.T) {
	if err := scores.Lifecycle.Check(); err != nil {
		t.Error(err)
	}
	for name, s := range map[string]dbtest.Schema{"sqlite": dbtest.ReadSchema(t, dbtest.SQLite(t, nil)), "postgres": dbtest.ReadSchema(t, dbtest.Postgres(t, nil))} {
		var states []string
		for _, x := range s.Table("score_month").Allowed("state") {
			states = append(states, "'"+x+"'")
		}
		if got := strings.Join(states, ","); got != scores.Lifecycle.SQLValues() {
			t.Errorf("%s lets in %s, the lifecycle has %s", name, got, scores.Lifecycle.SQLValues())
		}
	}
}
