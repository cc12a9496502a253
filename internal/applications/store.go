package applications

import (
	"context"
	"encoding/json"
	"fmt"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

const columns = `id, number, token, item, item_name, local_item, body, region, applicant, applicant_kind,
	applicant_name, account, handler, clerk, channel, device, state, answers, sources, done, defects, bundle, supplied,
	started_at, saved_at, filed_at, expires_on, version, head`

// row is an application with its answers still sealed.
type row struct {
	Application
	answers, sources, done, defects, supplied string
}

func scan(s db.Scanner) (*row, error) {
	r := &row{}
	a := &r.Application
	err := s.Scan(&a.ID, &a.Number, &a.Token, &a.Item, &a.ItemName, &a.LocalItem, &a.Body, &a.Region, &a.Applicant,
		&a.ApplicantKind, &a.ApplicantName, &a.Account, &a.Handler, &a.Clerk, &a.Channel, &a.Device, &a.State,
		&r.answers, &r.sources, &r.done, &r.defects, &a.Bundle, &r.supplied, &a.StartedAt, &a.SavedAt, &a.FiledAt, &a.ExpiresOn,
		&a.Head.Version, &a.Head.Hash)
	a.loaded = a.Head.Version
	return r, err
}

func (s *Service) open(r *row) (*Application, error) {
	a := &r.Application
	if err := s.unseal(r.answers, aadAnswers(a.ID), &a.Answers); err != nil {
		return nil, err
	}
	if err := s.unseal(r.defects, aadDefects(a.ID), &a.Defects); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(r.sources), &a.Sources); err != nil {
		return nil, fmt.Errorf("application %s: sources: %w", a.ID, err)
	}
	if err := json.Unmarshal([]byte(r.done), &a.Done); err != nil {
		return nil, fmt.Errorf("application %s: done: %w", a.ID, err)
	}
	if r.supplied != "" {
		if err := s.unseal(r.supplied, aadSupplied(a.ID), &a.Supplied); err != nil {
			return nil, err
		}
	}
	if a.Answers == nil {
		a.Answers = form.Answers{}
	}
	return a, nil
}

// load reads a dossier: an application by id, or one member's part of it; or Missing.
func (s *Service) load(ctx context.Context, r db.Reader, dossier string) (*Application, error) {
	id, localItem := split(dossier)
	a, err := s.loaded(r.Row(ctx, `SELECT `+columns+` FROM application WHERE id = $1`, id))
	if err != nil {
		return nil, err
	}
	return s.partOf(ctx, r, a, localItem)
}

// lock reads an application that is about to change; who comes second waits here
// and finds the newer version.
func (s *Service) lock(ctx context.Context, tx *db.Tx, id string) (*Application, error) {
	return s.loaded(tx.Row(ctx, `SELECT `+columns+` FROM application WHERE id = $1 /*for update*/`, id))
}

func (s *Service) loaded(r db.Row) (*Application, error) {
	x, err := db.One(r, scan)
	if db.NoRows(err) {
		return nil, fault.Missing("applications.missing")
	}
	if err != nil {
		return nil, err
	}
	return s.open(x)
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, a *Application) error {
	sources, done, err := lists(a)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `INSERT INTO application (`+columns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,
		$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29)`,
		a.ID, string(a.Number), a.Token, a.Item, a.ItemName, a.LocalItem, a.Body, string(a.Region), a.Applicant,
		a.ApplicantKind, a.ApplicantName, a.Account, a.Handler, a.Clerk, string(a.Channel), a.Device, string(a.State),
		s.seal(a.Answers, aadAnswers(a.ID)), sources, done, s.seal(a.Defects, aadDefects(a.ID)),
		a.Bundle, s.supplied(a), int64(a.StartedAt), int64(a.SavedAt), int64(a.FiledAt), a.ExpiresOn, a.Head.Version, a.Head.Hash)
}

// save writes the row if it still stands where it was read.
func (s *Service) save(ctx context.Context, tx *db.Tx, a *Application) error {
	sources, done, err := lists(a)
	if err != nil {
		return err
	}
	return tx.ExecOne(ctx, fault.Conflict("applications.stale"), `UPDATE application SET number = $3, clerk = $4,
		state = $5, answers = $6, sources = $7, done = $8, defects = $9, saved_at = $10, filed_at = $11,
		expires_on = $12, version = $13, head = $14, applicant_name = $15, supplied = $16 WHERE id = $1 AND version = $2`,
		a.ID, a.loaded, string(a.Number), a.Clerk, string(a.State),
		s.seal(a.Answers, aadAnswers(a.ID)), sources, done, s.seal(a.Defects, aadDefects(a.ID)),
		int64(a.SavedAt), int64(a.FiledAt), a.ExpiresOn, a.Head.Version, a.Head.Hash, a.ApplicantName, s.supplied(a))
}

// supplied seals what a bundle's members received; ” before there is anything.
func (s *Service) supplied(a *Application) string {
	if len(a.Supplied) == 0 {
		return ""
	}
	return s.seal(a.Supplied, aadSupplied(a.ID))
}

func lists(a *Application) (sources, done string, err error) {
	if a.Sources == nil {
		a.Sources = map[string]Source{}
	}
	if a.Done == nil {
		a.Done = []string{}
	}
	b, err := json.Marshal(a.Sources)
	if err != nil {
		return "", "", err
	}
	d, err := json.Marshal(a.Done)
	return string(b), string(d), err
}

func (s *Service) seal(v any, where string) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own plain types
	}
	return s.d.Sealer.Seal(b, where)
}

func (s *Service) unseal(sealed, where string, v any) error {
	b, err := s.d.Sealer.Open(sealed, where)
	if err != nil {
		return fault.Internal(err, "applications.unreadable")
	}
	return json.Unmarshal(b, v)
}

// act moves the application and writes the journal; the caller saves the row.
func (s *Service) act(ctx context.Context, tx *db.Tx, a *Application, actor gov.Actor, act Act, payload any) error {
	from := a.State
	if act == ActStart {
		from = ""
	} else {
		to, err := Lifecycle.Next(a.State, act)
		if err != nil {
			return err
		}
		a.State = to
	}
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	a.Head, err = s.d.Book.Append(ctx, tx, journal.Entry{
		Subject: journal.Subject{Kind: SubjectKind, ID: a.ID}, Prev: a.Head, Act: string(act), Actor: actor,
		From: string(from), To: string(a.State), Payload: body,
	})
	return err
}

// ready asks whether the actor may edit the version he saw. seen 0 is for calls
// that carry no form.
func ready(actor gov.Actor, a *Application, seen int64, act Act) error {
	switch {
	case !MaySee(actor, a):
		return fault.Missing("applications.missing")
	case seen != 0 && seen != a.Head.Version:
		return fault.Conflict("applications.stale")
	case !Lifecycle.Allows(a.State, act):
		_, err := Lifecycle.Next(a.State, act)
		return err
	case act == ActCheck && !mayCheck(actor, a), act != ActCheck && !MayEdit(actor, a):
		return fault.Denied("applications.denied")
	}
	return nil
}

// verb is what every edit shares: load, may, do, save.
func (s *Service) verb(ctx context.Context, actor gov.Actor, id string, seen int64, act Act,
	do func(tx *db.Tx, a *Application, def *Definition) error) (*Application, error) {
	return s.verbAfter(ctx, actor, id, seen, act, func(*db.Tx, string) error { return nil }, do)
}

// verbAfter is verb for an act that concerns cases too: first locks those, because
// every act on a case locks the case before its application.
func (s *Service) verbAfter(ctx context.Context, actor gov.Actor, id string, seen int64, act Act, first func(tx *db.Tx, application string) error,
	do func(tx *db.Tx, a *Application, def *Definition) error) (*Application, error) {
	var done *Application
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		application, localItem := split(id)
		if err := first(tx, application); err != nil {
			return err
		}
		a, err := s.lock(ctx, tx, application)
		if err != nil {
			return err
		}
		view, err := s.partOf(ctx, tx, a, localItem) // may he is asked of what he sees
		if err != nil {
			return err
		}
		if err := ready(actor, view, seen, act); err != nil {
			return err
		}
		def, err := s.definition(ctx, a)
		if err != nil {
			return err
		}
		if err := do(tx, a, def); err != nil {
			return err
		}
		done = a
		return s.save(ctx, tx, a)
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// MovePartyIn renames a party in every application, because two parties turned
// out to be one; identity journals why.
func (s *Service) MovePartyIn(ctx context.Context, tx *db.Tx, from, into string) error {
	if err := tx.Exec(ctx, `UPDATE application SET applicant = $2 WHERE applicant = $1`, from, into); err != nil {
		return err
	}
	if err := tx.Exec(ctx, `UPDATE document SET party = $2 WHERE party = $1`, from, into); err != nil {
		return err
	}
	return tx.Exec(ctx, `UPDATE application SET handler = $2 WHERE handler = $1`, from, into)
}
