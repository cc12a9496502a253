package db

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Options say which database to open and how.
type Options struct {
	Dir      string    // embedded: the directory that holds yimen.db
	URL      string    // PostgreSQL: postgres://…; wins over Dir
	ReadOnly bool      // no writer, no lock: may run beside a server
	Now      now.Clock // the clock of transactions; now.System if nil
	Conns    int       // most connections (PostgreSQL) or readers (SQLite); 0 means 16
	Trace    Trace     // sees every statement sent; nil in production
}

// Trace is told each statement with its arguments, in order, per connection use;
// the benchmark records one run with it.
type Trace func(sql string, args []any)

// DB is an open database. It reads; to write, Do.
type DB struct {
	engine
	now   now.Clock
	texts texts
	trace Trace
}

// engine is one of the two databases.
type engine interface {
	query(ctx context.Context, sql string, args []any) (*Rows, error)
	begin(ctx context.Context) (session, error)
	migrate(ctx context.Context, dir fs.FS) error
	listen(ctx context.Context, channel string, wake func()) error
	optimize(ctx context.Context) error
	close() error
}

// session is one transaction on one connection.
type session interface {
	query(ctx context.Context, sql string, args []any) (*Rows, error)
	exec(ctx context.Context, sql string, args []any, one error) error
	commit(ctx context.Context) error
	rollback()
}

// Open connects. An embedded database is created when it is not there; that a
// second process would write beside the first is refused with the remedy.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Now == nil {
		o.Now = now.System
	}
	if o.Conns <= 0 {
		o.Conns = 16
	}
	d := &DB{now: o.Now, trace: o.Trace}
	var err error
	if o.URL != "" {
		d.texts.dialect = Postgres
		d.engine, err = openPostgres(ctx, o)
	} else {
		d.texts.dialect = SQLite
		d.engine, err = openSQLite(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Dialect names the engine, for the few places that must tell a person.
func (d *DB) Dialect() Dialect { return d.texts.dialect }

// Text is the SQL as this engine gets it, for a measurement that sends it itself.
func (d *DB) Text(sql string) string { return d.texts.of(sql) }

// Close gives the connections back; running transactions end first.
func (d *DB) Close() error { return d.engine.close() }

// Migrate brings the schema to the newest version found in dir.
func (d *DB) Migrate(ctx context.Context, dir fs.FS) error {
	return d.engine.migrate(ctx, dir)
}

// Optimize keeps what the planner knows of the tables' sizes; to be called about once
// a day. An embedded database does it at every opening too; PostgreSQL does it by
// itself, and here nothing happens.
func (d *DB) Optimize(ctx context.Context) error { return d.engine.optimize(ctx) }

// Listen calls wake whenever a transaction anywhere has Notified channel, until
// ctx ends. On SQLite there is one process, so only its own are heard.
func (d *DB) Listen(ctx context.Context, channel string, wake func()) error {
	return d.engine.listen(ctx, channel, wake)
}

// Query reads outside a transaction.
func (d *DB) Query(ctx context.Context, sql string, args ...any) (*Rows, error) {
	if d.trace != nil {
		d.trace(sql, args)
	}
	return d.engine.query(ctx, d.texts.of(sql), args)
}

// Row reads at most one row outside a transaction.
func (d *DB) Row(ctx context.Context, sql string, args ...any) Row {
	rows, err := d.Query(ctx, sql, args...)
	return Row{rows, err}
}

const attempts = 4 // of a transaction that lost a deadlock; each is a fresh start

// Do runs one transaction: commits when do returns nil, else leaves no trace.
// When the database itself calls the transaction off (deadlock, serialisation)
// do runs again, so it must not change anything outside the transaction; what
// should follow a success goes into Tx.AfterCommit.
func (d *DB) Do(ctx context.Context, do func(tx *Tx) error) error {
	var err error
	for range attempts {
		if err = d.once(ctx, do); !calledOff(err) {
			return err
		}
	}
	return fault.Busy("db.busy").With(err)
}

func (d *DB) once(ctx context.Context, do func(tx *Tx) error) (err error) {
	s, err := d.engine.begin(ctx)
	if err != nil {
		return err
	}
	tx := &Tx{db: d, s: s, now: d.now()}
	done := false
	defer func() {
		if !done { // also when do panics: the connection must not go back half used
			s.rollback()
		}
	}()
	if d.trace != nil {
		d.trace("BEGIN", nil)
	}
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.finish(); err != nil {
		return err
	}
	if err := s.commit(ctx); err != nil {
		return err
	}
	done = true
	if d.trace != nil {
		d.trace("COMMIT", nil)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// Tx is a transaction. It is handed down, never kept.
type Tx struct {
	db     *DB
	s      session
	now    now.Instant
	before []last
	after  []func()
}

// last is what a transaction ends with.
type last struct {
	key any
	f   func(*Tx) error
}

// Now is the instant of the transaction: everything in it happened then.
func (t *Tx) Now() now.Instant { return t.now }

// BeforeCommit runs f as the last thing of the transaction, when all else is
// written, once however often it is given under this key; an error of f calls the
// whole transaction off.
func (t *Tx) BeforeCommit(key any, f func(*Tx) error) {
	if !slices.ContainsFunc(t.before, func(l last) bool { return l.key == key }) {
		t.before = append(t.before, last{key, f})
	}
}

func (t *Tx) finish() error {
	for _, l := range t.before {
		if err := l.f(t); err != nil {
			return err
		}
	}
	return nil
}

// AfterCommit runs f once the transaction stands, and not if it does not.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// Query reads inside the transaction and sees its own writes.
func (t *Tx) Query(ctx context.Context, sql string, args ...any) (*Rows, error) {
	if t.db.trace != nil {
		t.db.trace(sql, args)
	}
	return t.s.query(ctx, t.db.texts.of(sql), args)
}

// Row reads at most one row inside the transaction.
func (t *Tx) Row(ctx context.Context, sql string, args ...any) Row {
	rows, err := t.Query(ctx, sql, args...)
	return Row{rows, err}
}

// Exec writes. On PostgreSQL the statement may be queued and its error surface
// at the next read or from Do.
func (t *Tx) Exec(ctx context.Context, sql string, args ...any) error {
	return t.exec(ctx, sql, args, nil)
}

// ExecOne writes and insists that exactly one row was touched; otherwise orElse
// is the error, at the latest from Do. It is how an optimistic lock is closed.
func (t *Tx) ExecOne(ctx context.Context, orElse error, sql string, args ...any) error {
	if orElse == nil {
		return errors.New("db: ExecOne needs the error to give")
	}
	return t.exec(ctx, sql, args, orElse)
}

func (t *Tx) exec(ctx context.Context, sql string, args []any, one error) error {
	if t.db.trace != nil {
		t.db.trace(sql, args)
	}
	return t.s.exec(ctx, t.db.texts.of(sql), args, one)
}

// Notify wakes whoever Listens on channel, after the commit.
func (t *Tx) Notify(ctx context.Context, channel string) error {
	if n, ok := t.s.(interface {
		notify(context.Context, string) error
	}); ok {
		return n.notify(ctx, channel)
	}
	return nil
}
