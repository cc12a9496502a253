package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
)

// ErrNoRows is what Row.Scan and One say when nothing matched; a context turns
// it into its own Missing.
var ErrNoRows = sql.ErrNoRows

// Scanner is the half of a row that a scan function needs.
type Scanner interface{ Scan(dest ...any) error }

// Reader is what a query needs: outside a transaction a *DB, inside one its *Tx.
type Reader interface {
	Query(ctx context.Context, sql string, args ...any) (*Rows, error)
	Row(ctx context.Context, sql string, args ...any) Row
}

// cursor is what both drivers' rows can do.
type cursor interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Rows is an open result. Close it, or hand it to All, which does.
type Rows struct {
	cursor
	after func() error // what must follow on the connection once the rows are read
}

// Close ends the reading; it may be called twice.
func (r *Rows) Close() error {
	r.cursor.Close()
	err := r.cursor.Err()
	if r.after != nil {
		after := r.after
		r.after = nil
		if e := after(); err == nil {
			err = e
		}
	}
	return err
}

type sqlCursor struct{ *sql.Rows }

func (c sqlCursor) Close() { c.Rows.Close() }

type pgxCursor struct{ pgx.Rows }

// Row is a result of at most one row, not yet read.
type Row struct {
	rows *Rows
	err  error
}

// Scan reads the row; ErrNoRows when there is none.
func (r Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		if err := r.rows.Close(); err != nil {
			return err
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		r.rows.Close()
		return err
	}
	return r.rows.Close()
}

// All reads every row with scan and closes rows. It takes Query's two results,
// so that a list is one expression.
func All[T any](rows *Rows, err error, scan func(Scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			rows.Close()
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Close()
}

// One reads one row with scan, or ErrNoRows.
func One[T any](row Row, scan func(Scanner) (T, error)) (T, error) { return scan(row) }

// Text is the scan function of a single text column.
func Text(s Scanner) (string, error) {
	var v string
	err := s.Scan(&v)
	return v, err
}

// NoRows tells whether err means that nothing matched.
func NoRows(err error) bool { return errors.Is(err, ErrNoRows) || errors.Is(err, pgx.ErrNoRows) }
