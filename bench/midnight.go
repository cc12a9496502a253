package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/pgtest"
	"yimen/internal/supervision"
)

// boardRows is how many journal rows lie in the database while the board is drawn.
const boardRows = 5_000_000

// crowdWatched adds open cases, due over a month, one in 49 red and one in 19
// yellow, of which none is due today: what supervision watches, without the cases.
const crowdWatched = `WITH RECURSIVE n(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2)
	INSERT INTO watch (cases, number, item, item_name, item_type, body, body_name, department, region, state, step, awaits, open,
	submitted_on, due_on, severity, next_on)
	SELECT 'town-' || CAST(i AS TEXT), CAST(i AS TEXT), 'item-' || CAST(i % 400 AS TEXT), '事项', '行政许可',
	'body-' || CAST(i % 40 AS TEXT) || '-' || CAST((i / 400) % 15 AS TEXT), '某局', 'department-' || CAST(i % 40 AS TEXT),
	CAST(445101000000 + ((i / 400) % 15) * 1000000 AS TEXT), 'accepted', 'handle', 'officer', TRUE, '2026-03-01',
	'2037-03-' || CAST(10 + i % 20 AS TEXT),
	CASE WHEN i % 49 = 0 THEN 'red' WHEN i % 19 = 0 THEN 'yellow' ELSE '' END, '2037-04-' || CAST(10 + i % 20 AS TEXT) FROM n`

// crowdDue adds cases of a real body that turn yellow today.
const crowdDue = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
	INSERT INTO watch (cases, number, item, item_name, item_type, body, body_name, department, region, state, step, awaits, open,
	submitted_on, due_on, yellow_on, next_on)
	SELECT 'due-' || $2 || '-' || CAST(i AS TEXT), CAST(i AS TEXT), 'item-1', '事项', '行政许可', $3, '某局', 'scjg', $4,
	'accepted', 'handle', 'officer', TRUE, '2026-03-01', $5, $5, $5 FROM n`

// night is an installation whose midnight is measured.
type night struct {
	*app.App
	body  identity.Body
	open  int
	round int
}

func nightOn(ctx context.Context, b *bench, engine string) (n *night, stop func(), err error) {
	options, halt := map[string]string{"data": scratch(b, "night-"+engine)}, func() {}
	if engine == "PostgreSQL" {
		server, err := pgtest.Launch(ctx, pgtest.Config{Durable: true})
		if err != nil {
			return nil, nil, err
		}
		options["db"], halt = server.URL, func() { server.Stop() }
	}
	a, err := openTown(ctx, options, nil)
	if err != nil {
		halt()
		return nil, nil, err
	}
	n = &night{App: a}
	all, err := a.Identity.Bodies(ctx, a.DB)
	if i := slices.IndexFunc(all, func(x identity.Body) bool { return x.Department == "scjg" }); i >= 0 {
		n.body = all[i]
	} else {
		err = errors.Join(err, errors.New("the demo town has no scjg"))
	}
	return n, func() { a.Close(); halt() }, err
}

// fill brings the number of open cases up to n, with the tallies added up as they
// are between two midnights.
func (n *night) fill(ctx context.Context, open int) error {
	if open > n.open {
		if err := n.do(ctx, crowdWatched, n.open+1, open); err != nil {
			return err
		}
		n.open = open
	}
	if err := n.fold(ctx); err != nil {
		return err
	}
	if n.DB.Dialect() == db.Postgres { // as its autovacuum would in a minute
		rows, err := n.DB.Query(ctx, `VACUUM (ANALYZE) watch, tally, tally_day, tally_delta`)
		if err != nil {
			return err
		}
		return rows.Close()
	}
	return n.do(ctx, `ANALYZE`)
}

func (n *night) fold(ctx context.Context) error {
	for {
		if left, err := n.Supervision.Fold(ctx); err != nil || left == 0 {
			return err
		}
	}
}

func (n *night) do(ctx context.Context, sql string, args ...any) error {
	return n.DB.Do(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, sql, args...) })
}

func (n *night) due(ctx context.Context, cards int) error {
	n.round++
	today := apptest.Today(n.App)
	return n.do(ctx, crowdDue, cards, fmt.Sprint(n.round), n.body.ID, n.body.Region, today.String())
}

// tick runs one round as the job does and tells how many cards it raised.
func (n *night) tick(ctx context.Context) (raised int, err error) {
	err = n.DB.Do(ctx, func(tx *db.Tx) error { raised, err = n.Supervision.Tick(ctx, tx); return err })
	return raised, err
}

// hundred is how long the cards of a hundred cases due at one midnight take: the
// median of some rounds, because one alone says little on a busy machine.
func (n *night) hundred(ctx context.Context) (time.Duration, error) {
	times := make([]time.Duration, 15)
	for i := range times {
		if err := n.due(ctx, 100); err != nil {
			return 0, err
		}
		began := time.Now()
		raised, err := n.tick(ctx)
		if err != nil || raised != 100 {
			return 0, fmt.Errorf("%d cards of a hundred: %w", raised, err)
		}
		times[i] = time.Since(began)
		if err := n.fold(ctx); err != nil {
			return 0, err
		}
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

func midnightPostgres(ctx context.Context, b *bench) ([]figure, error) {
	return midnight(ctx, b, "PostgreSQL")
}

func midnightSQLite(ctx context.Context, b *bench) ([]figure, error) {
	return midnight(ctx, b, "SQLite")
}

// midnight measures what supervision does when a day begins, and the board with
// all that in the database.
func midnight(ctx context.Context, b *bench, engine string) ([]figure, error) {
	n, stop, err := nightOn(ctx, b, engine)
	if err != nil {
		return nil, err
	}
	defer stop()
	var out []figure
	var first time.Duration
	for _, open := range []int{10_000, 100_000, b.open} {
		if err := n.fill(ctx, open); err != nil {
			return out, err
		}
		took, err := n.hundred(ctx)
		if err != nil {
			return out, err
		}
		f := figure{Name: fmt.Sprintf("tick, 100 due of %d open, %s", open, engine), Value: ms(took), Unit: "ms"}
		if first == 0 {
			first = took
		} else {
			f = f.against(ms(first))
			f.Target, f.Met = "≤ 1.5 × the first", ptr(f.Ratio <= 1.5)
		}
		out = append(out, f)
	}
	cards, err := n.cards(ctx, engine)
	out = append(out, cards...)
	if err != nil {
		return out, err
	}
	board, err := n.board(ctx, b, engine)
	return append(out, board...), err
}

// cards measures 10,000 cards due at one midnight.
func (n *night) cards(ctx context.Context, engine string) ([]figure, error) {
	const many = 10_000
	if err := n.due(ctx, many); err != nil {
		return nil, err
	}
	began, first, all := time.Now(), time.Duration(0), 0
	for {
		raised, err := n.tick(ctx)
		if err != nil {
			return nil, err
		}
		if raised == 0 {
			break
		}
		if all += raised; first == 0 {
			first = time.Since(began)
		}
	}
	took := time.Since(began)
	if all != many {
		return nil, fmt.Errorf("%d cards of %d", all, many)
	}
	name := fmt.Sprintf("%d cards at one midnight, %s", many, engine)
	return []figure{
		figure{Name: name + ", the first stands", Value: ms(first), Unit: "ms"}.atMost(1000, "ms"),
		figure{Name: name + ", all stand", Value: took.Seconds(), Unit: "s", Note: fmt.Sprintf("%.0f cards/s", many/took.Seconds())}.atMost(60, "s"),
	}, n.fold(ctx)
}

// board measures the live board with millions of journal rows in the database.
func (n *night) board(ctx context.Context, b *bench, engine string) ([]figure, error) {
	rows := boardRows * (b.open / 1000) / 1000
	if err := n.do(ctx, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO journal (id, format, subject_kind, subject, version, act, actor, actor_name, on_behalf_of, post, channel, device, at,
		from_state, to_state, payload_hash, previous_hash, algorithm, hash, position)
		SELECT 'many-' || CAST(i AS TEXT), 1, 'case', 'many-' || CAST(i / 5 AS TEXT), 1 + i % 5, 'advance', 'a' || CAST(i % 300 AS TEXT), '某', '', '',
		'web', '', 1760000000000000 + i, 'accepted', 'accepted', '', '', 'sha256', '', 1000000000 + i FROM n`, rows); err != nil {
		return nil, err
	}
	if n.DB.Dialect() == db.Postgres {
		r, err := n.DB.Query(ctx, `VACUUM (ANALYZE) journal`)
		if err != nil {
			return nil, err
		}
		if err := r.Close(); err != nil {
			return nil, err
		}
	}
	everywhere := gov.Actor{Account: "s", Kind: gov.Staff, Posts: []gov.Post{{Region: "440000000000", Role: gov.RoleSupervisor}}}
	times := make([]time.Duration, 31)
	for i := range times {
		began := time.Now()
		x, err := n.Supervision.Board(ctx, everywhere, supervision.Filter{})
		if err != nil || int(x.Total.Open) < n.open {
			return nil, fmt.Errorf("the board counts %d of %d: %w", x.Total.Open, n.open, err)
		}
		times[i] = time.Since(began)
	}
	slices.Sort(times)
	return []figure{figure{Name: fmt.Sprintf("live board, %d open, %d journal rows, %s", n.open, rows, engine), Value: ms(times[len(times)/2]),
		Unit: "ms", Note: "the whole installation"}.atMost(50, "ms")}, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

func ptr[T any](v T) *T { return &v }
