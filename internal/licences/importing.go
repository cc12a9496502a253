package licences

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/serial"
)

// Importing is a licence that was issued before this program came, by one of its
// bodies, on paper or in another system.
type Importing struct {
	Issuing
	Number     string // as on its face; '' and it gets one of ours
	Identifier string // GB/T 36904; '' and it gets one
}

const mostNumber = 100

// validate finds what a licence cannot be taken in with. Paths are the columns of
// the file that `yimen licences import` reads.
func (in Importing) validate(today clock.Date) error {
	var f fault.Fields
	if in.IssuedOn.IsZero() || in.IssuedOn.After(today) {
		f.Add("issued_on", "licences.issued_on_wrong")
	}
	if !in.ValidTo.IsZero() && in.ValidTo.Before(in.ValidFrom) {
		f.Add("valid_to", "licences.valid_to_wrong")
	}
	if _, err := gov.ParseIDNumber(in.Number); err == nil { // it would lie in clear in every list
		f.Add("number", "licences.number_personal")
	}
	if utf8.RuneCountInString(in.Number) > mostNumber {
		f.Add("number", "licences.too_long", "most", mostNumber)
	}
	if in.Identifier != "" {
		if _, err := gov.ParseLicenceID(in.Identifier); err != nil {
			f.Add("identifier", "licences.identifier_wrong")
		}
	}
	return f.Err()
}

// ImportIn takes a licence in that was issued elsewhere; it counts from then on as
// every other. The same number of the same type and holder again is left alone
// (added is false), of another holder refused: licences.number_taken. Only the
// program's operator does this, who gives the actor.
func (s *Service) ImportIn(ctx context.Context, tx *db.Tx, actor gov.Actor, in Importing) (l *Licence, added bool, err error) {
	if actor.Kind != gov.System {
		return nil, false, fault.Denied("licences.denied")
	}
	if in.ValidFrom.IsZero() {
		in.ValidFrom = in.IssuedOn
	}
	if err := in.validate(clock.DateOf(tx.Now().Time())); err != nil {
		return nil, false, err
	}
	if known, err := s.known(ctx, tx, in); known != nil || err != nil {
		return known, false, err
	}
	if l, err = s.imported(ctx, tx, in); err != nil {
		return nil, false, err
	}
	face, err := json.Marshal(in.Face)
	if err != nil {
		return nil, false, fault.Internal(err, "licences.face")
	}
	if err := s.act(ctx, tx, l, actor, ActIssue, Change{Number: l.Number, FaceHash: hash(face), Origin: "import"}); err != nil {
		return nil, false, err
	}
	if err := insert(ctx, tx, l, s.sealer.Seal(face, aadFace(l.ID)), hash(face)); err != nil {
		return nil, false, err
	}
	return l, true, s.publish(ctx, tx, "licence.imported", l)
}

// known finds the licence when it was taken in before: by its number, or without
// one by type, holder and day of issue.
func (s *Service) known(ctx context.Context, tx *db.Tx, in Importing) (*Licence, error) {
	where, args := `type = $1 AND holder = $2 AND issued_on = $3 AND cases = ''`, []any{in.Type, in.Holder, in.IssuedOn}
	if in.Number != "" {
		where, args = `number = $1`, []any{in.Number}
	}
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM licence WHERE `+where+` ORDER BY id LIMIT 1`, args...)
	all, err := db.All(rows, err, scan)
	if err == nil && len(all) == 0 && in.Identifier != "" {
		rows, err = tx.Query(ctx, `SELECT `+columns+` FROM licence WHERE identifier = $1`, in.Identifier)
		if all, err = db.All(rows, err, scan); err == nil && len(all) > 0 {
			err = fault.Fields{{Path: "identifier", Code: "licences.identifier_taken"}}.Err()
		}
	}
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if l := all[0]; l.Type != in.Type || l.Holder != in.Holder {
		return nil, fault.Fields{{Path: "number", Code: "licences.number_taken"}}.Err()
	}
	return all[0], nil
}

func (s *Service) imported(ctx context.Context, tx *db.Tx, in Importing) (*Licence, error) {
	l := &Licence{
		ID: id.New(), Token: id.Token(), Type: in.Type, TypeName: in.TypeName, Item: in.Item, Holder: in.Holder,
		HolderKind: in.HolderKind, HolderName: in.HolderName, Issuer: in.Issuer, IssuerName: in.IssuerName,
		Region: in.Region, IssuedOn: in.IssuedOn, ValidFrom: in.ValidFrom, ValidTo: in.ValidTo, State: Valid,
	}
	if in.Number == "" || in.Identifier == "" {
		n, err := serial.Next(ctx, tx, fmt.Sprintf("licence/%s/%s/%d", in.Type, in.Region.County(), in.IssuedOn.Year()))
		if err != nil {
			return nil, err
		}
		if err := l.number(in.Issuing, n); err != nil {
			return nil, err
		}
	}
	if in.Number != "" {
		l.Number = in.Number
	}
	if in.Identifier != "" {
		parsed, err := gov.ParseLicenceID(in.Identifier)
		if err != nil {
			return nil, fault.Internal(err, "licences.identifier")
		}
		l.Identifier = parsed.String()
	}
	return l, nil
}
