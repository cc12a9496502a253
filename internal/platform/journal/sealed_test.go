package journal_test

import (
	"path/filepath"
	"strings"
	"testing"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/reseal"
)

// A payload may move to another key and be erased; nothing else of it changes, whoever asks the database.
func TestPayloadsMoveToAnotherKeyAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		path := filepath.Join(t.TempDir(), "keys.json")
		old, err := keys.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		subject := journal.Subject{Kind: "test", ID: "s1"}
		append2(t, d, journal.New(old), subject)
		ring, err := keys.Rotate(path)
		if err != nil {
			t.Fatal(err)
		}
		book := journal.New(ring)
		lines, err := book.Of(ctx, d, subject)
		if err != nil || len(lines) != 2 || string(lines[1].Payload) != "said 1" {
			t.Fatal(lines, err)
		}
		entry := lines[1].ID
		exec := func(sql string, args ...any) error {
			return d.Do(ctx, func(tx *db.Tx) error { return tx.Exec(ctx, sql, args...) })
		}
		anew := ring.Seal([]byte("said 1"), entry)
		for name, err := range map[string]error{
			"under the same key":  exec(`UPDATE journal_payload SET body = $2 WHERE entry = $1`, entry, old.Seal([]byte("said 1"), entry)),
			"clear text":          exec(`UPDATE journal_payload SET body = 'said 1' WHERE entry = $1`, entry),
			"emptied":             exec(`UPDATE journal_payload SET body = '' WHERE entry = $1`, entry),
			"with another salt":   exec(`UPDATE journal_payload SET body = $2, salt = 'ab' WHERE entry = $1`, entry, anew),
			"for another entry":   exec(`UPDATE journal_payload SET body = $2, entry = $3 WHERE entry = $1`, entry, anew, lines[0].ID+"x"),
			"erased but kept":     exec(`UPDATE journal_payload SET body = $2, erased_at = 1 WHERE entry = $1`, entry, anew),
			"erased but its salt": exec(`UPDATE journal_payload SET body = '', erased_at = 1 WHERE entry = $1`, entry),
			"deleted":             exec(`DELETE FROM journal_payload WHERE entry = $1`, entry),
		} {
			if err == nil || !strings.Contains(err.Error(), "payload") && !strings.Contains(err.Error(), "FOREIGN KEY") {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, done, err := reseal.Round(ctx, d, ring, journal.Sealed(), reseal.Mark{})
		if err != nil || done.Changed != 2 || !done.End || len(done.Unreadable) != 0 {
			t.Fatal(done, err)
		}
		if err := d.Do(ctx, func(tx *db.Tx) error { return book.Erase(ctx, tx, lines[0].ID) }); err != nil {
			t.Fatal(err)
		}
		if err := exec(`UPDATE journal_payload SET body = $2, salt = 'ab', erased_at = 0 WHERE entry = $1`, lines[0].ID, anew); err == nil {
			t.Error("an erased payload came back")
		}
		report, err := book.Verify(ctx, d, nil, func() {})
		if err != nil || len(report.Breaks) != 0 || report.Entries != 2 || report.Erased != 1 {
			t.Error(report, err)
		}
		// what says something else under the new key is seen, although the database took it
		third, err := keys.Rotate(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := exec(`UPDATE journal_payload SET body = $2 WHERE entry = $1`, entry, third.Seal([]byte("said other"), entry)); err != nil {
			t.Fatal(err)
		}
		report, err = journal.New(third).Verify(ctx, d, nil, func() {})
		if err != nil || len(report.Breaks) != 1 || report.Breaks[0].Entry != entry || !strings.Contains(report.Breaks[0].Reason, "does not give its hash") {
			t.Error(report, err)
		}
	})
}

// append2 writes two entries of one subject, with what was said.
func append2(t *testing.T, d *db.DB, book *journal.Book, s journal.Subject) {
	t.Helper()
	err := d.Do(t.Context(), func(tx *db.Tx) error {
		var head journal.Head
		for _, said := range []string{"said 0", "said 1"} {
			var err error
			head, err = book.Append(t.Context(), tx, journal.Entry{Subject: s, Prev: head, Act: "act",
				Actor: gov.Actor{Account: "a", Kind: gov.System, Channel: gov.API}, Payload: []byte(said)})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
