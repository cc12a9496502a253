package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"yimen/internal/platform/fault"
)

// FileName is the embedded database inside the data directory.
const FileName = "yimen.db"

// sqliteEngine has one writer connection, whose transactions queue for it, and
// a pool of readers that cannot write.
type sqliteEngine struct {
	writer  *sql.DB
	turn    chan struct{} // holds one token: whose turn it is to write
	conn    *sql.Conn     // the writer's only connection, kept with its statements
	stmts   map[string]*sql.Stmt
	readers *sql.DB
	conns   int      // most readers
	read    sync.Map // sql text -> *sql.Stmt on readers
	lock    *dirLock
	bell    bell
}

func openSQLite(ctx context.Context, o Options) (_ *sqliteEngine, err error) {
	e := &sqliteEngine{turn: make(chan struct{}, 1), stmts: map[string]*sql.Stmt{}, conns: o.Conns}
	defer func() {
		if err != nil {
			e.close()
		}
	}()
	path := filepath.Join(o.Dir, FileName)
	if o.ReadOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, fault.Missing("db.no_database", "path", path).With(err)
		}
	} else if err := e.openWriter(ctx, o.Dir, path); err != nil {
		return nil, err
	}
	if e.readers, err = sql.Open("sqlite", dsn(path, "query_only(1)")); err != nil {
		return nil, err
	}
	e.readers.SetMaxOpenConns(o.Conns)
	e.readers.SetMaxIdleConns(o.Conns)
	return e, e.readers.PingContext(ctx)
}

func (e *sqliteEngine) openWriter(ctx context.Context, dir, path string) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if e.lock, err = lockDir(dir); err != nil {
		return err
	}
	if e.writer, err = sql.Open("sqlite", dsn(path, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)")); err != nil {
		return err
	}
	e.writer.SetMaxOpenConns(2) // the kept connection, and one for migrations
	if e.conn, err = e.writer.Conn(ctx); err != nil {
		return err
	}
	e.turn <- struct{}{}
	return e.optimize(ctx)
}

// statistics has SQLite look at every table, also those that this connection has not
// read yet (0x10000), and count anew (0x02) what was never counted or has grown or
// shrunk tenfold, from a sample of each index (0x10): milliseconds, however large.
// Without statistics the planner guesses; see "PRAGMA optimize" of its manual.
const statistics = "PRAGMA optimize=0x10012"

// optimize keeps the planner's statistics. A connection reads them when it opens, so
// the idle readers are let go, and those that follow read the new ones.
func (e *sqliteEngine) optimize(ctx context.Context) error {
	if e.conn == nil {
		return fault.Denied("db.read_only")
	}
	if err := e.wait(ctx); err != nil {
		return err
	}
	_, err := e.conn.ExecContext(ctx, statistics)
	e.turn <- struct{}{}
	if e.readers != nil {
		e.readers.SetMaxIdleConns(0)
		e.readers.SetMaxIdleConns(e.conns)
	}
	return busy(err)
}

// dsn builds the driver's address; the pragmas of dependencies.md, nothing else.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_time_format": {"sqlite"}, "_timezone": {"UTC"}}
	q.Add("_pragma", "busy_timeout(5000)")
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

func (e *sqliteEngine) query(ctx context.Context, text string, args []any) (*Rows, error) {
	st, ok := e.read.Load(text)
	if !ok {
		made, err := e.readers.PrepareContext(ctx, text)
		if err != nil {
			return nil, err
		}
		var had bool
		if st, had = e.read.LoadOrStore(text, made); had {
			made.Close()
		}
	}
	rows, err := st.(*sql.Stmt).QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	return &Rows{cursor: sqlCursor{rows}}, nil
}

func (e *sqliteEngine) begin(ctx context.Context) (session, error) {
	if e.conn == nil {
		return nil, fault.Denied("db.read_only")
	}
	if err := e.wait(ctx); err != nil {
		return nil, err
	}
	s := &sqliteSession{e: e}
	if err := s.run(ctx, "BEGIN IMMEDIATE"); err != nil {
		e.turn <- struct{}{}
		return nil, busy(err)
	}
	return s, nil
}

// wait takes the turn to write.
func (e *sqliteEngine) wait(ctx context.Context) error {
	select {
	case <-e.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sqliteSession is the writer's turn.
type sqliteSession struct {
	e    *sqliteEngine
	ring []string
}

const keptStatements = 400 // more texts than the program has; bulk inserts of odd sizes are not kept

func (s *sqliteSession) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := s.e.stmts[text]; st != nil {
		return st, nil
	}
	st, err := s.e.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("%w in: %s", err, text)
	}
	if len(s.e.stmts) >= keptStatements {
		for k, old := range s.e.stmts {
			old.Close()
			delete(s.e.stmts, k)
			break
		}
	}
	s.e.stmts[text] = st
	return st, nil
}

func (s *sqliteSession) query(ctx context.Context, text string, args []any) (*Rows, error) {
	st, err := s.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	return &Rows{cursor: sqlCursor{rows}}, nil
}

func (s *sqliteSession) exec(ctx context.Context, text string, args []any, one error) error {
	st, err := s.stmt(ctx, text)
	if err != nil {
		return err
	}
	res, err := st.ExecContext(ctx, args...)
	if err != nil || one == nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		return one
	}
	return err
}

func (s *sqliteSession) run(ctx context.Context, text string) error {
	return s.exec(ctx, text, nil, nil)
}

// notify is heard in this process only: an embedded database has no other.
func (s *sqliteSession) notify(_ context.Context, channel string) error {
	s.ring = append(s.ring, channel)
	return nil
}

func (s *sqliteSession) commit(ctx context.Context) error {
	// a caller that goes away now must not leave the writer inside a transaction
	if err := s.run(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return busy(err)
	}
	s.e.turn <- struct{}{}
	for _, c := range s.ring {
		s.e.bell.ring(c)
	}
	return nil
}

func (s *sqliteSession) rollback() {
	// SQLite may have rolled back by itself; then there is nothing left to do
	_ = s.run(context.Background(), "ROLLBACK")
	s.e.turn <- struct{}{}
}

func (e *sqliteEngine) migrate(ctx context.Context, dir fs.FS) error {
	if e.conn == nil {
		return fault.Denied("db.read_only")
	}
	<-e.turn
	defer func() { e.turn <- struct{}{} }()
	return migrate(ctx, e.writer, SQLite, dir)
}

func (e *sqliteEngine) listen(ctx context.Context, channel string, wake func()) error {
	defer e.bell.hear(channel, wake)()
	<-ctx.Done()
	return ctx.Err()
}

func (e *sqliteEngine) close() error {
	var errs []error
	if e.conn != nil {
		<-e.turn
		for _, st := range e.stmts {
			errs = append(errs, st.Close())
		}
		errs = append(errs, e.conn.Close())
	}
	if e.readers != nil {
		errs = append(errs, e.readers.Close())
	}
	if e.writer != nil {
		errs = append(errs, e.writer.Close())
	}
	if e.lock != nil {
		errs = append(errs, e.lock.release())
	}
	return errors.Join(errs...)
}

func busy(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) && se.Code()&0xff == lib.SQLITE_BUSY {
		return fault.Busy("db.busy").With(err)
	}
	return err
}
