package applications

import (
	"context"
	"strconv"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

func limit(n int) string { return strconv.Itoa(n) }

// Reuse files a paper of the party's library again, in one press: the same bytes
// with one more reference, with the trust that it has (a checked copy stays checked).
// Faults: applications.file_missing for what is not the party's;
// applications.paper_expired; applications.reused_already.
func (s *Service) Reuse(ctx context.Context, actor gov.Actor, appID string, seen int64, slot, attachment string) (*Application, error) {
	return s.verb(ctx, actor, appID, seen, ActReuse, func(tx *db.Tx, a *Application, def *Definition) error {
		if _, ok := def.slot(slot); !ok {
			return fault.Missing("applications.slot_missing")
		}
		if !a.Attachable(slot) {
			return fault.Denied("applications.not_editable")
		}
		if actor.Concerned() != a.Applicant {
			return fault.Missing("applications.file_missing")
		}
		doc, err := s.paper(ctx, tx, actor, attachment)
		if err != nil {
			return err
		}
		if doc.Expired(today(tx.Now())) {
			return fault.Conflict("applications.paper_expired", "name", doc.Name, "on", doc.ExpiresOn)
		}
		have, err := attachments(ctx, tx, a)
		if err != nil {
			return err
		}
		n := 0
		for _, x := range have {
			if x.Slot != slot {
				continue
			}
			if n++; x.Blob == doc.Blob {
				return fault.Conflict("applications.reused_already", "name", doc.Name)
			}
		}
		if n >= MostFiles {
			return fault.Invalid("applications.too_many_files", "most", MostFiles)
		}
		if err := s.supersede(ctx, tx, actor, a, slot); err != nil {
			return err
		}
		if err := s.reuseIn(ctx, tx, actor, a, slot, doc.Attachment); err != nil {
			return err
		}
		s.touch(a, tx.Now())
		return s.act(ctx, tx, a, actor, ActReuse, edit{Slot: slot, File: doc.Name, From: doc.ID})
	})
}

func (s *Service) reuseIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, slot string, from Attachment) error {
	if err := s.d.Files.Retain(ctx, tx, from.Blob); err != nil {
		return err
	}
	return tx.Exec(ctx, `INSERT INTO attachment (id, application, material, blob, name, mime, size, trust, added_at, added_by, checked_at,
		checked_by, reused) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`, id.New(), a.ID, slot, from.Blob, from.Name, from.Type,
		from.Size, string(from.Trust), int64(tx.Now()), actor.Account, int64(from.CheckedAt), from.CheckedBy, from.ID)
}
