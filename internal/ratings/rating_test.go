package ratings_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/internal/ratings"
)

// cases stands for the context that knows whose case it is and whether it can be rated now.
type cases struct{ refuse error }

func (c *cases) GivenAll(ctx context.Context, tx *db.Tx, actor gov.Actor, application string) ([]ratings.Rated, error) {
	var out []ratings.Rated
	for _, id := range strings.Split(application, ",") {
		one, err := c.Given(ctx, tx, actor, id)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (c *cases) Given(_ context.Context, _ *db.Tx, _ gov.Actor, caseID string) (ratings.Rated, error) {
	return ratings.Rated{Case: caseID, Number: "4451032026030200000012", Item: "food-business-licence", Body: "b1",
		Region: "445103000000", Party: "p1"}, c.refuse
}

// box is the context on a fresh database.
type box struct {
	*ratings.Service
	db    *db.DB
	cases *cases
}

func each(t *testing.T, f func(t *testing.T, b *box)) {
	t.Helper()
	at := now.FromTime(clock.MustDate("2026-03-02").Time().Add(10 * time.Hour))
	dbtest.EachAt(t, func() now.Instant { return at }, func(t *testing.T, d *db.DB) {
		ring := keystest.Ring(t)
		b := &box{db: d, cases: &cases{}}
		book := journal.New(ring)
		b.Service = ratings.New(ratings.Deps{DB: d, Book: book, Events: event.Source("test"), Sealer: ring, Reactions: b.cases})
		f(t, b)
		report, err := book.Verify(t.Context(), d, []journal.Noun{{Kind: ratings.SubjectKind, Table: "rating"}}, func() {})
		if err != nil || len(report.Breaks) > 0 {
			t.Error(report.Breaks, err)
		}
	})
}

func (b *box) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := b.db.Row(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

var rater = gov.Actor{Account: "a1", Party: "p1", Name: "张示例", Kind: gov.Person, Channel: gov.Mobile, Device: "d1"}

// What a rating may say: a score of the scale, remarks that go with it, a few words.
func TestWhatARatingMaySay(t *testing.T) {
	each(t, func(t *testing.T, b *box) {
		good, bad := ratings.Tags(false), ratings.Tags(true)
		for name, x := range map[string]struct {
			in   ratings.Rating
			path string // '' when it is taken
		}{
			"best":                       {ratings.Rating{Score: ratings.Best}, ""},
			"worst":                      {ratings.Rating{Score: ratings.Worst}, ""},
			"no score":                   {ratings.Rating{}, "score"},
			"below the scale":            {ratings.Rating{Score: -1}, "score"},
			"above the scale":            {ratings.Rating{Score: 6}, "score"},
			"every good remark":          {ratings.Rating{Score: 3, Tags: good}, ""},
			"every bad remark":           {ratings.Rating{Score: 4, Tags: bad}, ""},
			"a bad remark on a good one": {ratings.Rating{Score: 1, Tags: bad[:1]}, "tags"},
			"a good remark on a bad one": {ratings.Rating{Score: 5, Tags: good[:1]}, "tags"},
			"an invented remark":         {ratings.Rating{Score: 1, Tags: []string{good[0], "<script>"}}, "tags"},
			"500 characters":             {ratings.Rating{Score: 2, Words: strings.Repeat("好", 500)}, ""},
			"501 characters":             {ratings.Rating{Score: 2, Words: strings.Repeat("好", 501)}, "words"},
		} {
			before := b.count(t, `SELECT count(*) FROM rating`)
			err := b.Give(t.Context(), rater, "case "+name, x.in)
			e, _ := fault.As(err)
			switch {
			case x.path == "" && err != nil:
				t.Errorf("%s: %v", name, err)
			case x.path != "" && (e == nil || len(e.Fields) != 1 || e.Fields[0].Path != x.path):
				t.Errorf("%s: %v, want a fault at %s", name, err, x.path)
			}
			if kept := b.count(t, `SELECT count(*) FROM rating`) - before; (kept == 1) != (x.path == "") {
				t.Errorf("%s: %d kept", name, kept)
			}
		}
		for score := ratings.Best; score <= ratings.Worst; score++ {
			if score.Bad() != (score >= 4) {
				t.Errorf("%d is bad: %v", score, score.Bad())
			}
		}
		err := b.db.Do(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), `UPDATE rating SET score = 6`) })
		if err == nil {
			t.Error("the database takes a score beyond the scale")
		}
	})
}

// A case is rated once, also when its applicant presses from several screens at once.
func TestOnce(t *testing.T) {
	each(t, func(t *testing.T, b *box) {
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() { errs[i] = b.Give(t.Context(), rater, "c1", ratings.Rating{Score: ratings.Score(i%5 + 1)}) })
		}
		all.Wait()
		stood := 0
		for _, err := range errs {
			if err == nil {
				stood++
			} else if !fault.Is(err, "cases.rated_already") || fault.KindOf(err) != fault.KindConflict {
				t.Error(err)
			}
		}
		if stood != 1 || b.count(t, `SELECT count(*) FROM rating`) != 1 || b.count(t, `SELECT count(*) FROM event WHERE type = 'rating.given'`) != 1 {
			t.Errorf("%d stand", stood)
		}
		if err := b.Give(t.Context(), rater, "c2", ratings.Rating{Score: 1}); err != nil {
			t.Error("another case", err)
		}
	})
}

// Whether the case is the actor's and can be rated now is not for this context to say: what the other refuses leaves
// nothing behind.
func TestRefusedElsewhere(t *testing.T) {
	each(t, func(t *testing.T, b *box) {
		b.cases.refuse = fault.Missing("cases.missing")
		if err := b.Give(t.Context(), rater, "c1", ratings.Rating{Score: 1}); !fault.Is(err, "cases.missing") {
			t.Error(err)
		}
		for _, table := range []string{"rating", "journal", "event"} {
			if n := b.count(t, `SELECT count(*) FROM `+table); n != 0 {
				t.Errorf("%d rows of %s", n, table)
			}
		}
	})
}

// What was written is read back as it was, lies sealed, and follows its party.
func TestKept(t *testing.T) {
	each(t, func(t *testing.T, b *box) {
		ctx := t.Context()
		if none, err := b.Of(ctx, "c1"); none != nil || err != nil {
			t.Error(none, err)
		}
		words := "号码 990000189901010017 请别念出来\n谢谢 <b>"
		if err := b.Give(ctx, rater, "c1", ratings.Rating{Score: 2, Tags: []string{"kind", "easy"}, Words: words}); err != nil {
			t.Fatal(err)
		}
		got, err := b.Of(ctx, "c1")
		if err != nil || got.Score != 2 || got.Words != words || len(got.Tags) != 2 || got.Case != "c1" || got.At == 0 {
			t.Errorf("%+v %v", got, err)
		}
		for name, sql := range map[string]string{"the row": `SELECT words FROM rating`, "the journal": `SELECT body FROM journal_payload`, "the fact": `SELECT data FROM event`} {
			var stored string
			if err := b.db.Row(ctx, sql).Scan(&stored); err != nil || stored == "" || strings.Contains(stored, "990000189901010017") {
				t.Errorf("%s: %q %v", name, stored, err)
			}
		}
		var channel, device, account, item string
		if err := b.db.Row(ctx, `SELECT channel, device, account, item FROM rating`).Scan(&channel, &device, &account, &item); err != nil ||
			channel != "mobile" || device != "d1" || account != "a1" || item != "food-business-licence" {
			t.Error(channel, device, account, item, err)
		}
		if err := b.db.Do(ctx, func(tx *db.Tx) error { return b.MovePartyIn(ctx, tx, "p1", "p2") }); err != nil {
			t.Fatal(err)
		}
		if b.count(t, `SELECT count(*) FROM rating WHERE party = 'p2'`) != 1 {
			t.Error("the rating does not follow its party")
		}
		// a ciphertext put into another row does not open there
		if err := b.Give(ctx, rater, "c2", ratings.Rating{Score: 1, Words: "另一条"}); err != nil {
			t.Fatal(err)
		}
		err = b.db.Do(ctx, func(tx *db.Tx) error {
			return tx.Exec(ctx, `UPDATE rating SET words = (SELECT words FROM rating WHERE cases = 'c1') WHERE cases = 'c2'`)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Of(ctx, "c2"); !fault.Is(err, "ratings.unreadable") {
			t.Error("somebody else's words are shown", err)
		}
	})
}

// A bundle is rated once, which counts for each of its cases, or for none.
func TestABundleIsRatedOnce(t *testing.T) {
	each(t, func(t *testing.T, b *box) {
		if err := b.GiveAll(t.Context(), rater, "c1,c2,c3", ratings.Rating{Score: 9}); fault.KindOf(err) != fault.KindInvalid {
			t.Error("a score beyond the scale:", err)
		}
		if err := b.Give(t.Context(), rater, "c2", ratings.Rating{Score: 4, Tags: []string{"slow"}}); err != nil {
			t.Fatal(err)
		}
		if err := b.GiveAll(t.Context(), rater, "c1,c2,c3", ratings.Rating{Score: 1}); !fault.Is(err, "cases.rated_already") {
			t.Error("one of them twice:", err)
		}
		if n := b.count(t, `SELECT count(*) FROM rating`); n != 1 {
			t.Error(n, "ratings are left of a bundle that could not be rated")
		}
		if err := b.GiveAll(t.Context(), rater, "c1,c3", ratings.Rating{Score: 1, Words: "快"}); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[string]ratings.Score{"c1": 1, "c2": 4, "c3": 1} {
			if r, err := b.Of(t.Context(), id); err != nil || r.Score != want {
				t.Error(id, r, err)
			}
		}
	})
}
