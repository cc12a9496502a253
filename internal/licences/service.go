package licences

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/serial"
)

// Sealer hides faces; keys.Ring is the one in use.
type Sealer interface {
	Seal(plain []byte, aad string) string
	Open(sealed, aad string) ([]byte, error)
}

// Deps is what the service works with.
type Deps struct {
	DB     *db.DB
	Book   *journal.Book
	Events event.Source
	Sealer Sealer
}

// Service is the licences context.
type Service struct {
	db     *db.DB
	book   *journal.Book
	events event.Source
	sealer Sealer
	react  Reactions
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{db: d.DB, book: d.Book, events: d.Events, sealer: d.Sealer}
}

// Reactions is what a change of status causes elsewhere, in the same transaction.
type Reactions struct {
	Changed func(ctx context.Context, tx *db.Tx, all ...*Licence) error
}

// React sets what the changes cause; app calls it once, before anybody is served.
func (s *Service) React(r Reactions) { s.react = r }

// Issuing is what a grant hands over.
type Issuing struct {
	Type       string
	TypeCode   string // of the licence catalogue, three digits or letters
	TypeName   string
	Case       string
	Item       string
	Holder     string
	HolderKind string
	HolderName string
	Issuer     string
	IssuerName string
	IssuerCode gov.CreditCode
	Region     gov.Region
	IssuedOn   clock.Date
	ValidFrom  clock.Date
	ValidTo    clock.Date
	Face       []FaceField
}

// template names the form in which a face is frozen.
const template = "face/1"

// IssueIn issues the licence in the grant's transaction. It is in the store, and
// valid, the moment the grant stands.
func (s *Service) IssueIn(ctx context.Context, tx *db.Tx, actor gov.Actor, in Issuing) (*Licence, error) {
	n, err := serial.Next(ctx, tx, fmt.Sprintf("licence/%s/%s/%d", in.Type, in.Region.County(), in.IssuedOn.Year()))
	if err != nil {
		return nil, err
	}
	l := &Licence{
		ID: id.New(), Token: id.Token(), Type: in.Type, TypeName: in.TypeName, Case: in.Case, Item: in.Item,
		Holder: in.Holder, HolderKind: in.HolderKind, HolderName: in.HolderName, Issuer: in.Issuer,
		IssuerName: in.IssuerName, Region: in.Region, IssuedOn: in.IssuedOn, ValidFrom: in.ValidFrom,
		ValidTo: in.ValidTo, State: Valid,
	}
	if err := l.number(in, n); err != nil {
		return nil, err
	}
	face, err := json.Marshal(in.Face)
	if err != nil {
		return nil, fault.Internal(err, "licences.face")
	}
	if err := s.act(ctx, tx, l, actor, ActIssue, Change{Number: l.Number, FaceHash: hash(face)}); err != nil {
		return nil, err
	}
	if err := insert(ctx, tx, l, s.sealer.Seal(face, aadFace(l.ID)), hash(face)); err != nil {
		return nil, err
	}
	return l, s.publish(ctx, tx, "licence.issued", l)
}

// number gives the identifier of GB/T 36904 and the short number people read.
func (l *Licence) number(in Issuing, n int64) error {
	l.Number = fmt.Sprintf("%s-%s-%d-%06d", in.TypeCode, in.Region.County(), in.IssuedOn.Year(), n)
	// the type code is the issuing catalogue's credit code and three digits
	code := in.TypeCode
	if len(code) > 3 {
		code = code[len(code)-3:]
	}
	lid, err := gov.NewLicenceID(string(in.IssuerCode)+code, string(in.IssuerCode),
		fmt.Sprintf("%s%d%06d", in.Region.County(), in.IssuedOn.Year(), n), 1)
	if err != nil {
		return fault.Internal(err, "licences.identifier")
	}
	l.Identifier = lid.String()
	return nil
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Change is the payload of an act on a licence.
type Change struct {
	Number   string `json:"number,omitempty"`
	FaceHash string `json:"face_hash,omitempty"`
	Origin   string `json:"origin,omitempty"` // of a licence that was issued elsewhere
	Ground   string `json:"ground,omitempty"`
	Article  string `json:"article,omitempty"`
}

func (s *Service) act(ctx context.Context, tx *db.Tx, l *Licence, actor gov.Actor, act Act, ch Change) error {
	from := l.State
	if act == ActIssue {
		from = ""
	} else {
		to, err := Lifecycle.Next(l.State, act)
		if err != nil {
			return err
		}
		l.State, l.Ground, l.ChangedOn = to, ch.Ground, clock.DateOf(tx.Now().Time())
	}
	payload, err := json.Marshal(ch)
	if err != nil {
		return fault.Internal(err, "licences.payload")
	}
	head, err := s.book.Append(ctx, tx, journal.Entry{
		Subject: journal.Subject{Kind: SubjectKind, ID: l.ID}, Prev: l.Head, Act: string(act), Actor: actor,
		From: string(from), To: string(l.State), Payload: payload,
	})
	l.Head = head
	return err
}

func (s *Service) publish(ctx context.Context, tx *db.Tx, kind string, l *Licence) error {
	return s.events.Publish(ctx, tx, event.Fact{Type: kind, Subject: l.ID, Data: struct {
		Identifier string `json:"identifier"`
		Type       string `json:"type"`
		State      string `json:"state"`
		Body       string `json:"body"` // the issuer
		Region     string `json:"region"`
	}{l.Identifier, l.Type, string(l.State), l.Issuer, string(l.Region)}})
}

// StatusChange is a change of status by the issuing body: always with a ground.
type StatusChange struct {
	Act     Act
	Ground  string
	Article string
}

const mostWords = 2000

func (in StatusChange) validate() error {
	var f fault.Fields
	if _, ok := published[in.Act]; !ok || in.Act == ActExpire {
		f.Add("act", "licences.act_required")
	}
	if in.Ground == "" {
		f.Add("ground", "licences.ground_required")
	}
	if in.Article == "" && in.Act != ActRestore { // a restoration ends what an article began
		f.Add("article", "licences.article_required")
	}
	if utf8.RuneCountInString(in.Ground) > mostWords {
		f.Add("ground", "licences.too_long", "most", mostWords)
	}
	if utf8.RuneCountInString(in.Article) > mostWords {
		f.Add("article", "licences.too_long", "most", mostWords)
	}
	return f.Err()
}

// tidy takes away blanks that say nothing.
func (in StatusChange) tidy() StatusChange {
	in.Ground, in.Article = strings.TrimSpace(in.Ground), strings.TrimSpace(in.Article)
	return in
}

// published names the fact of each change.
var published = map[Act]string{
	ActSuspend: "licence.suspended", ActRestore: "licence.restored", ActRevoke: "licence.revoked",
	ActCancel: "licence.cancelled", ActExpire: "licence.expired",
}

// Change changes the status of a licence; seen is the version the actor saw.
func (s *Service) Change(ctx context.Context, actor gov.Actor, licenceID string, seen int64, in StatusChange) (*Licence, error) {
	in = in.tidy()
	if err := in.validate(); err != nil {
		return nil, err
	}
	var done *Licence
	err := s.db.Do(ctx, func(tx *db.Tx) error {
		l, err := load(ctx, tx, `id = $1 /*for update*/`, licenceID)
		if err != nil {
			return err
		}
		switch {
		case !MaySee(actor, l):
			return fault.Missing("licences.missing")
		case seen != l.Head.Version:
			return fault.Conflict("licences.stale", "number", l.Number)
		case !Lifecycle.Allows(l.State, in.Act):
			_, err := Lifecycle.Next(l.State, in.Act)
			return err
		case !MayChange(actor, l, in.Act):
			return fault.Denied("licences.denied")
		}
		if err := s.act(ctx, tx, l, actor, in.Act, Change{Ground: in.Ground, Article: in.Article}); err != nil {
			return err
		}
		if err := save(ctx, tx, l); err != nil {
			return err
		}
		done = l
		if err := s.changed(ctx, tx, l); err != nil {
			return err
		}
		return s.publish(ctx, tx, published[in.Act], l)
	})
	return done, err
}

// program is the actor of what follows by itself.
var program = gov.Actor{Account: "system", Name: "系统", Kind: gov.System, Channel: gov.API}

const expireMany = 200

// Expire writes down that licences past their last day no longer count, suspended
// ones too, so that none is restored after its end; it tells how many, and is called again until that is none.
func (s *Service) Expire(ctx context.Context, tx *db.Tx) (int, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM licence WHERE state IN ('valid','suspended') AND valid_to <> '' AND valid_to < $1
		ORDER BY valid_to, id LIMIT $2`, clock.DateOf(tx.Now().Time()), expireMany)
	due, err := db.All(rows, err, scan)
	if err != nil {
		return 0, err
	}
	for _, l := range due {
		if err := s.act(ctx, tx, l, program, ActExpire, Change{Ground: "有效期届满"}); err != nil {
			return 0, err
		}
		if err := save(ctx, tx, l); err != nil {
			return 0, err
		}
		if err := s.publish(ctx, tx, published[ActExpire], l); err != nil {
			return 0, err
		}
	}
	return len(due), s.changed(ctx, tx, due...)
}

func (s *Service) changed(ctx context.Context, tx *db.Tx, all ...*Licence) error {
	if s.react.Changed == nil || len(all) == 0 {
		return nil
	}
	return s.react.Changed(ctx, tx, all...)
}
