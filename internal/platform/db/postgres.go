package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"yimen/internal/platform/fault"
)

// postgresEngine uses pgx itself and not database/sql: only so can BEGIN, reads
// and writes share a round trip.
type postgresEngine struct {
	// Transactions and reads outside them have pools of their own: a transaction
	// may read something through the *DB (a cache that missed), and must never
	// wait for a connection that other transactions hold while they wait too.
	pool     *pgxpool.Pool
	readers  *pgxpool.Pool
	readOnly bool
}

func openPostgres(ctx context.Context, o Options) (*postgresEngine, error) {
	cfg, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		// pgx quotes the address, password included, in its message
		return nil, fault.Invalid("db.bad_url")
	}
	cfg.MaxConns = int32(max(1, o.Conns/2))
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "yimen"
	e := &postgresEngine{readOnly: o.ReadOnly}
	if e.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, fault.Busy("db.unreachable").With(err)
	}
	if e.readers, err = pgxpool.NewWithConfig(ctx, cfg.Copy()); err == nil {
		err = e.readers.Ping(ctx)
	}
	if err != nil {
		e.close()
		return nil, fault.Busy("db.unreachable").With(err)
	}
	return e, nil
}

func (e *postgresEngine) query(ctx context.Context, text string, args []any) (*Rows, error) {
	rows, err := e.readers.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	return &Rows{cursor: pgxCursor{rows}}, nil
}

func (e *postgresEngine) begin(ctx context.Context) (session, error) {
	if e.readOnly {
		return nil, fault.Denied("db.read_only")
	}
	c, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	s := &postgresSession{conn: c}
	s.queue("begin", nil, nil)
	return s, nil
}

// postgresSession collects statements until their results are needed.
type postgresSession struct {
	conn  *pgxpool.Conn
	wait  []waiting
	begun bool
}

// waiting is a statement that has not been sent.
type waiting struct {
	sql  string
	args []any
	one  error
}

func (s *postgresSession) queue(text string, args []any, one error) {
	if one != nil {
		text = exactlyOne(text)
	}
	s.wait = append(s.wait, waiting{text, args, one})
}

// exactlyOne makes the server itself refuse when not exactly one row was
// touched, by dividing by zero: so COMMIT can travel in the same round trip and
// still not happen.
func exactlyOne(text string) string {
	return "WITH touched AS (" + strings.TrimRight(strings.TrimSpace(text), ";") +
		" RETURNING 1) SELECT 1 / (CASE WHEN count(*) = 1 THEN 1 ELSE 0 END) FROM touched"
}

const divisionByZero = "22012"

// send ships what waits, and last the statement that wants rows, if any.
func (s *postgresSession) send(ctx context.Context, text string, args []any) (*Rows, error) {
	b := &pgx.Batch{}
	for _, w := range s.wait {
		b.Queue(w.sql, w.args...)
	}
	if text != "" {
		b.Queue(text, args...)
	}
	wait := s.wait
	s.wait, s.begun = nil, true
	res := s.conn.SendBatch(ctx, b)
	for _, w := range wait {
		if _, err := res.Exec(); err != nil {
			res.Close()
			return nil, w.explain(err)
		}
	}
	if text == "" {
		return nil, res.Close()
	}
	rows, err := res.Query()
	if err != nil {
		res.Close()
		return nil, err
	}
	return &Rows{cursor: pgxCursor{rows}, after: res.Close}, nil
}

func (w waiting) explain(err error) error {
	var pe *pgconn.PgError
	if w.one != nil && errors.As(err, &pe) && pe.Code == divisionByZero {
		return w.one
	}
	if errors.As(err, &pe) && pe.Code == "42601" {
		return fmt.Errorf("%w in: %s", err, w.sql)
	}
	return err
}

func (s *postgresSession) query(ctx context.Context, text string, args []any) (*Rows, error) {
	return s.send(ctx, text, args)
}

func (s *postgresSession) exec(_ context.Context, text string, args []any, one error) error {
	s.queue(text, args, one)
	return nil
}

func (s *postgresSession) notify(_ context.Context, channel string) error {
	s.queue("SELECT pg_notify($1, '')", []any{channel}, nil)
	return nil
}

func (s *postgresSession) commit(ctx context.Context) error {
	if !s.begun && len(s.wait) == 1 { // nothing but BEGIN: nothing to say to the server
		s.conn.Release()
		return nil
	}
	s.queue("commit", nil, nil)
	if _, err := s.send(ctx, "", nil); err != nil {
		return err // Do rolls back and releases
	}
	s.conn.Release()
	return nil
}

func (s *postgresSession) rollback() {
	if s.begun {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if _, err := s.conn.Exec(ctx, "rollback"); err != nil {
			s.conn.Conn().Close(ctx) // the pool makes a new one; a half-done transaction must not be reused
		}
	}
	s.conn.Release()
}

func (e *postgresEngine) migrate(ctx context.Context, dir fs.FS) error {
	conn := stdlib.OpenDBFromPool(e.pool)
	defer conn.Close()
	return migrate(ctx, conn, Postgres, dir)
}

func (e *postgresEngine) listen(ctx context.Context, channel string, wake func()) error {
	c, err := e.readers.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	defer c.Conn().Close(context.Background()) // a listening connection must not return to the pool
	if _, err := c.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	for {
		if _, err := c.Conn().WaitForNotification(ctx); err != nil {
			return err
		}
		wake()
	}
}

// optimize leaves the statistics to the server's autovacuum.
func (e *postgresEngine) optimize(context.Context) error { return nil }

func (e *postgresEngine) close() error {
	e.pool.Close()
	if e.readers != nil {
		e.readers.Close()
	}
	return nil
}
