package supervision

import (
	"context"
	"fmt"
	"testing"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/seed"
)

// town puts n open cases there: forty departments' worth of items at fifteen
// regions, due over a month, one in 49 red, one in 19 yellow. None is due at
// the midnight of the benchmark.
const town = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
	INSERT INTO watch (cases, number, item, item_name, item_type, body, body_name, department, region, state, step, awaits, open,
	submitted_on, due_on, severity, next_on)
	SELECT 'town-' || CAST(i AS TEXT), CAST(i AS TEXT), 'item-' || CAST(i % 400 AS TEXT), '事项', '行政许可',
	'body-' || CAST(i % 40 AS TEXT) || '-' || CAST((i / 400) % 15 AS TEXT), '某局', 'department-' || CAST(i % 40 AS TEXT),
	CAST(445101000000 + ((i / 400) % 15) * 1000000 AS TEXT), 'accepted', 'handle', 'officer', TRUE, '2026-03-01',
	'2026-03-' || CAST(10 + i % 20 AS TEXT),
	CASE WHEN i % 49 = 0 THEN 'red' WHEN i % 19 = 0 THEN 'yellow' ELSE '' END, '2026-04-' || CAST(10 + i % 20 AS TEXT) FROM n`

func crowded(b *testing.B, d *db.DB, n int) *kit {
	at := instant("2026-03-02", 9)
	k := &kit{d: d, at: &at, cal: calendar2026(b), ring: keystest.Ring(b), heard: &heard{}}
	rules, err := ParseRules(seed.Supervision)
	if err != nil {
		b.Fatal(err)
	}
	k.s = New(Deps{DB: d, Book: journal.New(k.ring), Sealer: k.ring, Now: func() now.Instant { return at }, Rules: rules,
		Calendar: years{k.cal}, Items: k.heard, Corrections: k.heard, Running: k.heard, Bodies: k.heard, Reactions: k.heard})
	if err := d.Do(b.Context(), func(tx *db.Tx) error { return tx.Exec(b.Context(), town, n) }); err != nil {
		b.Fatal(err)
	}
	for {
		n, err := k.s.Fold(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	if d.Dialect() == db.Postgres { // as its autovacuum would in a minute
		rows, err := d.Query(b.Context(), `VACUUM (ANALYZE) watch, tally, tally_day, tally_delta`)
		if err == nil {
			err = rows.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	return k
}

func onBoth(b *testing.B, sizes []int, run func(b *testing.B, k *kit)) {
	monday := func() now.Instant { return instant("2026-03-02", 9) }
	for _, n := range sizes {
		b.Run(fmt.Sprintf("sqlite/%d", n), func(b *testing.B) { run(b, crowded(b, dbtest.SQLite(b, monday), n)) })
		b.Run(fmt.Sprintf("postgres/%d", n), func(b *testing.B) { run(b, crowded(b, dbtest.Postgres(b, monday), n)) })
	}
}

// BenchmarkTick: a hundred cases due each time, among ever more open ones.
func BenchmarkTick(b *testing.B) {
	onBoth(b, []int{10_000, 100_000, 1_000_000}, func(b *testing.B, k *kit) {
		ctx := b.Context()
		for round := 0; b.Loop(); round++ {
			b.StopTimer()
			due(b, k, round)
			b.StartTimer()
			n := 0
			if err := k.d.Do(ctx, func(tx *db.Tx) (err error) { n, err = k.s.Tick(ctx, tx); return err }); err != nil || n != 100 {
				b.Fatalf("%d were due, %v", n, err)
			}
		}
	})
}

// due makes a hundred more cases that reach yellow long ago.
func due(b *testing.B, k *kit, round int) {
	err := k.d.Do(b.Context(), func(tx *db.Tx) error {
		for i := range 100 {
			w := Watched{Case: fmt.Sprintf("due-%d-%d", round, i), Number: "1", Item: "item-1", Body: "body-1-1", Region: "445102000000",
				State: "accepted", Step: "handle", Awaits: "officer", Open: true, DueOn: today(*k.at), YellowOn: today(*k.at), NextOn: today(*k.at)}
			if err := keep(b.Context(), tx, &w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkBoard: the whole installation's board, and the first page behind a number.
func BenchmarkBoard(b *testing.B) {
	province := gov.Actor{Account: "s", Kind: gov.Staff, Posts: []gov.Post{{Region: "440000000000", Role: gov.RoleSupervisor}}}
	onBoth(b, []int{1_000_000}, func(b *testing.B, k *kit) {
		for _, x := range []struct {
			name string
			run  func(ctx context.Context) (int, error)
		}{
			{"board", func(ctx context.Context) (int, error) {
				x, err := k.s.Board(ctx, province, Filter{})
				return int(x.Total.Open), err
			}},
			{"list", func(ctx context.Context) (int, error) {
				x, err := k.s.List(ctx, province, Filter{}, Page{Limit: 100})
				return len(x), err
			}},
			{"red", func(ctx context.Context) (int, error) {
				x, err := k.s.List(ctx, province, Filter{Column: InRed}, Page{Limit: 100})
				return len(x), err
			}},
			{"department", func(ctx context.Context) (int, error) {
				x, err := k.s.List(ctx, province, Filter{Department: "department-7", Column: InYellow}, Page{Limit: 100})
				return len(x), err
			}},
		} {
			b.Run(x.name, func(b *testing.B) {
				for b.Loop() {
					if n, err := x.run(b.Context()); err != nil || n == 0 {
						b.Fatalf("%d, %v", n, err)
					}
				}
			})
		}
	})
}
