package applications

import (
	"context"
	"io"

	"yimen/internal/gov"
	"yimen/internal/platform/blob"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// Limits of an application's files; they are told before an upload.
const (
	MostBytes     = 20 << 20 // of one file
	MostFiles     = 20       // in one slot
	retainedAs    = "application"
	mostNameRunes = 120
)

// Attach adds a file to a slot. The bytes are read and stored before the
// transaction begins, because phones are slow.
func (s *Service) Attach(ctx context.Context, actor gov.Actor, appID string, seen int64, slot, name string, content io.Reader) (*Application, error) {
	a, err := s.load(ctx, s.d.DB, appID)
	if err != nil {
		return nil, err
	}
	if err := ready(actor, a, seen, ActAttach); err != nil {
		return nil, err
	}
	staged, err := s.d.Files.Stage(ctx, blob.Input{Owner: a.Applicant, Content: content, Limit: MostBytes,
		Types: blob.Attachments, Retention: retainedAs})
	if err != nil {
		return nil, err
	}
	a, err = s.verb(ctx, actor, appID, seen, ActAttach, func(tx *db.Tx, a *Application, def *Definition) error {
		return s.attachIn(ctx, tx, actor, a, def, slot, name, staged)
	})
	if err != nil {
		s.d.Files.Discard(ctx, staged)
	}
	return a, err
}

func (s *Service) attachIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def *Definition, slot, name string, staged blob.Staged) error {
	if _, ok := def.slot(slot); !ok {
		return fault.Missing("applications.slot_missing")
	}
	if !a.Attachable(slot) {
		return fault.Denied("applications.not_editable")
	}
	var n int
	err := tx.Row(ctx, `SELECT count(*) FROM attachment WHERE application = $1 AND material = $2 AND removed_at = 0`, a.ID, slot).Scan(&n)
	if err != nil {
		return err
	}
	if n >= MostFiles {
		return fault.Invalid("applications.too_many_files", "most", MostFiles)
	}
	if err := s.supersede(ctx, tx, actor, a, slot); err != nil {
		return err
	}
	b, err := s.d.Files.AddIn(ctx, tx, staged)
	if err != nil {
		return err
	}
	trust := Uploaded
	if m, _ := def.slot(slot); m.Source == "申请人自备" {
		trust = SelfMade
	}
	name = blob.FileName(name, b.Type)
	if r := []rune(name); len(r) > mostNameRunes {
		name = string(r[len(r)-mostNameRunes:])
	}
	err = tx.Exec(ctx, `INSERT INTO attachment (id, application, material, blob, name, mime, size, trust, added_at, added_by)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, id.New(), a.ID, slot, b.ID, name, b.Type, b.Size, string(trust), int64(tx.Now()), actor.Account)
	if err != nil {
		return err
	}
	s.touch(a, tx.Now())
	return s.act(ctx, tx, a, actor, ActAttach, edit{Slot: slot, File: name, Hash: b.Hash})
}

func (d *Definition) slot(key string) (Slot, bool) {
	for _, s := range d.Slots {
		if s.Key == key {
			return s, true
		}
	}
	return Slot{}, false
}

// Detach takes a file out of its slot.
func (s *Service) Detach(ctx context.Context, actor gov.Actor, appID string, seen int64, attachment string) (*Application, error) {
	return s.verb(ctx, actor, appID, seen, ActDetach, func(tx *db.Tx, a *Application, _ *Definition) error {
		x, err := attachmentOf(ctx, tx, a, attachment)
		if err != nil {
			return err
		}
		if !a.Attachable(x.Slot) {
			return fault.Denied("applications.not_editable")
		}
		if err := s.detachIn(ctx, tx, a, x); err != nil {
			return err
		}
		s.touch(a, tx.Now())
		return s.act(ctx, tx, a, actor, ActDetach, edit{Slot: x.Slot, File: x.Name})
	})
}

func (s *Service) detachIn(ctx context.Context, tx *db.Tx, a *Application, x Attachment) error {
	err := tx.ExecOne(ctx, fault.Missing("applications.file_missing"),
		`UPDATE attachment SET removed_at = $2 WHERE id = $1 AND removed_at = 0`, x.ID, int64(tx.Now()))
	if err != nil || a.State != Draft { // what was filed is kept, also after a correction replaced it
		return err
	}
	return s.d.Files.Release(ctx, tx, x.Blob)
}

// CheckOriginal records that a clerk compared the copy with its original: trust
// C becomes B (domain.md §8).
func (s *Service) CheckOriginal(ctx context.Context, actor gov.Actor, appID, attachment string) (*Application, error) {
	return s.verb(ctx, actor, appID, 0, ActCheck, func(tx *db.Tx, a *Application, _ *Definition) error {
		_, localItem := split(appID)
		view, err := s.partOf(ctx, tx, a, localItem)
		if err != nil {
			return err
		}
		x, err := attachmentOf(ctx, tx, view, attachment)
		if err != nil {
			return err
		}
		err = tx.ExecOne(ctx, fault.Conflict("applications.checked_already"), `UPDATE attachment SET trust = 'B', checked_at = $2,
			checked_by = $3 WHERE id = $1 AND checked_at = 0`, x.ID, int64(tx.Now()), actor.Account)
		if err != nil {
			return err
		}
		return s.act(ctx, tx, a, actor, ActCheck, edit{Slot: x.Slot, File: x.Name})
	})
}

const attachmentColumns = `id, application, material, blob, name, mime, size, trust, added_at, checked_at, checked_by, reused,
	COALESCE((SELECT d.expires_on FROM document d WHERE d.blob = attachment.blob), '')`

func scanAttachment(s db.Scanner) (x Attachment, err error) {
	err = s.Scan(&x.ID, &x.Application, &x.Slot, &x.Blob, &x.Name, &x.Type, &x.Size, &x.Trust, &x.AddedAt, &x.CheckedAt, &x.CheckedBy, &x.Reused, &x.ExpiresOn)
	return x, err
}

func attachmentOf(ctx context.Context, r db.Reader, a *Application, attachment string) (Attachment, error) {
	x, err := db.One(r.Row(ctx, `SELECT `+attachmentColumns+` FROM attachment WHERE id = $1 AND application = $2 AND removed_at = 0`,
		attachment, a.ID), scanAttachment)
	if db.NoRows(err) || err == nil && a.part != nil && len(a.part.papers([]Attachment{x})) == 0 {
		return x, fault.Missing("applications.file_missing")
	}
	return x, err
}

func attachments(ctx context.Context, r db.Reader, a *Application) ([]Attachment, error) {
	rows, err := r.Query(ctx, `SELECT `+attachmentColumns+` FROM attachment WHERE application = $1 AND removed_at = 0 ORDER BY id`, a.ID)
	all, err := db.All(rows, err, scanAttachment)
	if err != nil || a.part == nil {
		return all, err
	}
	return a.part.papers(all), nil
}

// papers are the files of a member's own materials.
func (m *Member) papers(all []Attachment) []Attachment {
	return ownSlots(m, all, func(x *Attachment) *string { return &x.Slot })
}

// ownSlots keeps of an application's things those in the places of a member's own
// materials, under the member's own slots; slot tells where a thing's is kept.
func ownSlots[T any](m *Member, all []T, slot func(*T) *string) (out []T) {
	for _, x := range all {
		at := slot(&x)
		for own, whole := range m.Papers {
			if whole == *at {
				*at = own
				out = append(out, x)
				break
			}
		}
	}
	return out
}

// Attachments lists the files of an application the actor may see.
func (s *Service) Attachments(ctx context.Context, actor gov.Actor, a *Application) ([]Attachment, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return attachments(ctx, s.d.DB, a)
}

// OpenFile gives the bytes of a file of an application the actor may see; the
// caller closes it.
func (s *Service) OpenFile(ctx context.Context, actor gov.Actor, appID, attachment string) (Attachment, io.ReadCloser, error) {
	a, err := s.Application(ctx, actor, appID)
	if err != nil {
		return Attachment{}, nil, err
	}
	x, err := attachmentOf(ctx, s.d.DB, a, attachment)
	if err != nil {
		return x, nil, err
	}
	b, err := s.d.Files.Get(ctx, s.d.DB, x.Blob)
	if err != nil {
		return x, nil, err
	}
	content, err := s.d.Files.Open(ctx, b)
	return x, content, err
}

// releaseAll gives up the bytes of a draft that will not be filed.
func (s *Service) releaseAll(ctx context.Context, tx *db.Tx, a *Application) error {
	all, err := attachments(ctx, tx, a)
	if err != nil {
		return err
	}
	for _, x := range all {
		if err := s.d.Files.Release(ctx, tx, x.Blob); err != nil {
			return err
		}
	}
	if err := forgetFetched(ctx, tx, a); err != nil {
		return err
	}
	return tx.Exec(ctx, `UPDATE attachment SET removed_at = $2 WHERE application = $1 AND removed_at = 0`, a.ID, int64(tx.Now()))
}
