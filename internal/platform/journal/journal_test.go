package journal_test

import (
	"context"
	"fmt"
	"testing"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys/keystest"
)

// TestManyEntriesHoldAsOnesDo appends many acts at once, goes on from the heads
// one by one, and has everything verified.
func TestManyEntriesHoldAsOnesDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		book := journal.New(keystest.Ring(t))
		const n = 87
		entries := make([]journal.Entry, n)
		for i := range entries {
			entries[i] = journal.Entry{Subject: journal.Subject{Kind: "thing", ID: fmt.Sprintf("%03d", i)}, Act: "make",
				Actor: gov.Actor{Account: "a", Name: "甲"}, To: "made"}
			if i%3 > 0 {
				entries[i].Payload = []byte(fmt.Sprintf(`{"i":%d}`, i))
			}
		}
		wrote := 0
		watched := journal.Witness(ctx, func(context.Context, *db.Tx) error { wrote++; return nil })
		err := d.Do(ctx, func(tx *db.Tx) error {
			heads, err := book.AppendAll(watched, tx, entries)
			if err != nil {
				return err
			}
			for i, h := range heads {
				e := entries[i]
				e.Prev, e.Act, e.From = h, "turn", "made"
				if _, err := book.Append(ctx, tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		report, err := book.Verify(ctx, d, nil, func() {})
		if err != nil || len(report.Breaks) > 0 || report.Entries != 2*n || report.Subjects != n {
			t.Fatalf("%+v, %v", report, err)
		}
		if wrote != 1 {
			t.Errorf("the witness was asked %d times", wrote)
		}
		lines, err := book.Of(ctx, d, entries[1].Subject)
		if err != nil || len(lines) != 2 || string(lines[0].Payload) != `{"i":1}` {
			t.Errorf("%+v, %v", lines, err)
		}
		again := func(tx *db.Tx) error { _, err := book.AppendAll(ctx, tx, entries[:2]); return err }
		if err := d.Do(ctx, again); !db.IsUnique(err) {
			t.Errorf("two acts on one version both stand: %v", err)
		}
		if err := d.Do(ctx, func(tx *db.Tx) error { _, err := book.AppendAll(watched, tx, nil); return err }); err != nil || wrote != 1 {
			t.Errorf("nothing is no act: %v, %d", err, wrote)
		}
	})
}
