package licences

import (
	"context"
	"encoding/json"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

const columns = `id, identifier, number, token, type, type_name, cases, item, holder, holder_kind, holder_name,
	issuer, issuer_name, region, issued_on, valid_from, valid_to, state, ground, version, head, changed_on`

func scan(s db.Scanner) (*Licence, error) {
	l := &Licence{}
	err := s.Scan(&l.ID, &l.Identifier, &l.Number, &l.Token, &l.Type, &l.TypeName, &l.Case, &l.Item, &l.Holder,
		&l.HolderKind, &l.HolderName, &l.Issuer, &l.IssuerName, &l.Region, &l.IssuedOn, &l.ValidFrom, &l.ValidTo,
		&l.State, &l.Ground, &l.Head.Version, &l.Head.Hash, &l.ChangedOn)
	l.loaded = l.Head.Version
	return l, err
}

func load(ctx context.Context, r db.Reader, where string, args ...any) (*Licence, error) {
	l, err := db.One(r.Row(ctx, `SELECT `+columns+` FROM licence WHERE `+where, args...), scan)
	if db.NoRows(err) {
		return nil, fault.Missing("licences.missing")
	}
	return l, err
}

func insert(ctx context.Context, tx *db.Tx, l *Licence, face, faceHash string) error {
	return tx.Exec(ctx, `INSERT INTO licence (`+columns+`, face, face_hash, template)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25)`,
		l.ID, l.Identifier, l.Number, l.Token, l.Type, l.TypeName, l.Case, l.Item, l.Holder, l.HolderKind,
		l.HolderName, l.Issuer, l.IssuerName, string(l.Region), l.IssuedOn, l.ValidFrom, l.ValidTo,
		string(l.State), l.Ground, l.Head.Version, l.Head.Hash, l.ChangedOn, face, faceHash, template)
}

func save(ctx context.Context, tx *db.Tx, l *Licence) error {
	return tx.ExecOne(ctx, fault.Conflict("licences.stale", "number", l.Number),
		`UPDATE licence SET state = $3, ground = $4, version = $5, head = $6, changed_on = $7 WHERE id = $1 AND version = $2`,
		l.ID, l.loaded, string(l.State), l.Ground, l.Head.Version, l.Head.Hash, l.ChangedOn)
}

// Licence reads a licence the actor may see.
func (s *Service) Licence(ctx context.Context, actor gov.Actor, id string) (*Licence, error) {
	l, err := load(ctx, s.db, `id = $1`, id)
	if err != nil {
		return nil, err
	}
	if !MaySee(actor, l) {
		return nil, fault.Missing("licences.missing")
	}
	return l, nil
}

// Face opens the frozen face for the holder and for those who serve.
func (s *Service) Face(ctx context.Context, actor gov.Actor, l *Licence) ([]FaceField, error) {
	if !mayFace(actor, l) {
		return nil, fault.Denied("licences.denied")
	}
	var sealed, want string
	if err := s.db.Row(ctx, `SELECT face, face_hash FROM licence WHERE id = $1`, l.ID).Scan(&sealed, &want); err != nil {
		return nil, err
	}
	return s.unseal(l.ID, sealed, want)
}

// unseal opens a face and refuses one that is not what was frozen.
func (s *Service) unseal(id, sealed, want string) ([]FaceField, error) {
	b, err := s.sealer.Open(sealed, aadFace(id))
	if err != nil {
		return nil, fault.Internal(err, "licences.unreadable")
	}
	if hash(b) != want {
		return nil, fault.Internal(nil, "licences.face_changed")
	}
	var face []FaceField
	return face, json.Unmarshal(b, &face)
}

// Mine lists the licences of whom the actor acts for, newest first.
func (s *Service) Mine(ctx context.Context, actor gov.Actor) ([]*Licence, error) {
	if actor.Kind != gov.Person || actor.Concerned() == "" {
		return nil, nil
	}
	where, args := `holder = $1`, []any{actor.Concerned()}
	if actor.Narrowed() {
		where, args = where+` AND item in_list($2)`, append(args, db.List(actor.Items))
	}
	rows, err := s.db.Query(ctx, `SELECT `+columns+` FROM licence WHERE `+where+` ORDER BY id DESC LIMIT 200`, args...)
	return db.All(rows, err, scan)
}

// Issued lists what a body has issued, newest first, before the given id, to
// those who serve or supervise there. number narrows to one licence.
func (s *Service) Issued(ctx context.Context, actor gov.Actor, body, number, before string) ([]*Licence, error) {
	if before == "" {
		before = "~"
	}
	where, args := `issuer = $1 AND id < $2`, []any{body, before}
	if number != "" {
		where, args = where+` AND number = $3`, append(args, number)
	}
	rows, err := s.db.Query(ctx, `SELECT `+columns+` FROM licence WHERE `+where+` ORDER BY id DESC LIMIT 100`, args...)
	all, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, l := range all {
		if MaySee(actor, l) {
			out = append(out, l)
		}
	}
	return out, nil
}

// Check is what the public page behind the QR code says: valid or not, of what
// type, until when. No holder, no number that could be searched for.
type Check struct {
	TypeName   string
	IssuerName string
	State      State
	ValidTo    clock.Date
	On         clock.Date
}

// Check reads a licence by its token, for anybody.
func (s *Service) Check(ctx context.Context, token string, on clock.Date) (Check, error) {
	return s.check(ctx, `token = $1`, token, on)
}

// CheckIdentifier reads a licence by the identifier on its face (GB/T 36904), for
// programs that hold no QR code. Identifiers can be guessed where tokens cannot,
// so the answer says as little, and who asks is counted by the caller. Missing
// also for text that is no identifier.
func (s *Service) CheckIdentifier(ctx context.Context, identifier string, on clock.Date) (Check, error) {
	parsed, err := gov.ParseLicenceID(identifier)
	if err != nil {
		return Check{}, fault.Missing("licences.missing")
	}
	return s.check(ctx, `identifier = $1`, parsed.String(), on)
}

func (s *Service) check(ctx context.Context, where, arg string, on clock.Date) (Check, error) {
	l, err := load(ctx, s.db, where, arg)
	if err != nil {
		return Check{}, err
	}
	return Check{TypeName: l.TypeName, IssuerName: l.IssuerName, State: l.Status(on), ValidTo: l.ValidTo, On: on}, nil
}

// Trace gives the licence's journal to those who see it.
func (s *Service) Trace(ctx context.Context, actor gov.Actor, l *Licence) ([]journal.Line, error) {
	if !MaySee(actor, l) {
		return nil, fault.Missing("licences.missing")
	}
	return s.book.Of(ctx, s.db, journal.Subject{Kind: SubjectKind, ID: l.ID})
}

// MoveHolderIn renames a holder, because two parties turned out to be one;
// identity journals why.
func (s *Service) MoveHolderIn(ctx context.Context, tx *db.Tx, from, into string) error {
	return tx.Exec(ctx, `UPDATE licence SET holder = $2 WHERE holder = $1`, from, into)
}
