// Package serial gives numbers that people read: unique, rising, never waiting.
//
// Each process leases a block of a named series in a transaction of its own and
// hands its numbers out from memory, so that filing does not queue for a
// counter. What a process has not used when it stops is lost: numbers may skip,
// they never repeat. A series without gaps (文号) is counted in the transaction
// that uses the number, see Next.
//
// Tables: serial
package serial

import (
	"context"
	"sync"

	"yimen/internal/platform/db"
)

const block = 50

// Lease hands out numbers from leased blocks.
type Lease struct {
	db   *db.DB
	mu   sync.Mutex
	open map[string]*span
}

type span struct {
	mu         sync.Mutex
	next, last int64
}

// NewLease makes a lease on d's series.
func NewLease(d *db.DB) *Lease { return &Lease{db: d, open: map[string]*span{}} }

// Take gives the next number of the series, from 1. It must not be called inside
// a transaction: it may need one itself.
func (l *Lease) Take(ctx context.Context, series string) (int64, error) {
	s := l.span(series)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next > s.last {
		last, err := l.reserve(ctx, series)
		if err != nil {
			return 0, err
		}
		s.next, s.last = last-block+1, last
	}
	n := s.next
	s.next++
	return n, nil
}

const mostSeries = 1000 // one a region and day; old days are dropped

func (l *Lease) span(series string) *span {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.open[series]
	if s == nil {
		if len(l.open) >= mostSeries {
			clear(l.open)
		}
		s = &span{next: 1}
		l.open[series] = s
	}
	return s
}

func (l *Lease) reserve(ctx context.Context, series string) (last int64, err error) {
	err = l.db.Do(ctx, func(tx *db.Tx) error {
		return tx.Row(ctx, `INSERT INTO serial (name, next) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET next = serial.next + $2 RETURNING next`, series, block).Scan(&last)
	})
	return last, err
}

// Next counts a series without gaps inside the caller's transaction; the second
// of two transactions waits for the first.
func Next(ctx context.Context, tx *db.Tx, series string) (n int64, err error) {
	err = tx.Row(ctx, `INSERT INTO serial (name, next) VALUES ($1, 1)
		ON CONFLICT (name) DO UPDATE SET next = serial.next + 1 RETURNING next`, series).Scan(&n)
	return n, err
}
