package registers

import (
	"context"
	"fmt"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
	"yimen/internal/platform/serial"
)

// DisputeDays is how many working days an owner has to answer. The law says
// 及时 (个人信息保护法 art. 46) and counts none: the number is the house's promise.
const DisputeDays = 15

// Origin says where a disputed value stands.
type Origin string

// The origins.
const (
	FromRegister Origin = "register"
	FromLicence  Origin = "licence"
)

// Dispute is one 异议. Stated, Claimed and Reason are empty in lists of staff.
type Dispute struct {
	ID           string
	Number       string // for people
	Origin       Origin
	Register     ID     // of FromRegister
	Ref          string // entry or licence
	SourceName   string // 人口库, or the licence's name and number
	Element      string
	Label        string
	AsOf         clock.Date // when the value was true
	Party        string     // whom the value is about, or whose application it is
	PartyName    string
	Account      string // that said so
	Application  string
	Item         string
	ItemName     string
	Body         string // owner
	BodyName     string
	Region       gov.Region
	State        DisputeState
	OpenedAt     now.Instant
	OpenedOn     clock.Date
	DueOn        clock.Date
	Provisional  bool // the calendar of that day is not announced yet
	AnsweredBy   string
	AnsweredName string
	AnsweredAt   now.Instant
	AnsweredOn   clock.Date

	Stated  string // what the source says
	Claimed string // what the applicant typed instead; '' until he did
	Reason  string // of the answer

	Head journal.Head

	stated, claimed, reason string // sealed
	loaded                  int64
}

// Version is what a form must carry back.
func (d *Dispute) Version() int64 { return d.Head.Version }

// Late tells that the owner has not answered in time.
func (d *Dispute) Late(on clock.Date) bool { return d.State == Open && on.After(d.DueOn) }

// mine tells whether the actor said so, or acts for whom it is about.
func mine(a gov.Actor, d *Dispute) bool {
	return a.Kind == gov.Person && a.Concerned() != "" && a.Concerned() == d.Party && a.Reaches(d.Item)
}

// MaySee tells whether a dispute exists for this actor.
func MaySee(a gov.Actor, d *Dispute) bool {
	return a.Kind == gov.System || mine(a, d) || servesAt(a, d.Body)
}

// MayDo tells whether the actor may do the act to the dispute now.
func MayDo(a gov.Actor, d *Dispute, act DisputeAct) bool {
	if !DisputeLifecycle.Allows(d.State, act) {
		return false
	}
	switch act {
	case ActCorrect, ActUphold:
		return a.Kind == gov.Staff && servesAt(a, d.Body)
	case ActWithdraw:
		return mine(a, d)
	}
	return false
}

// Disputing is a value somebody says is wrong.
type Disputing struct {
	Origin      Origin
	Register    ID
	Ref         string // entry or licence
	SourceName  string
	Element     string
	Label       string
	Stated      string
	AsOf        clock.Date
	Party       string
	PartyName   string
	Application string
	Item        string
	ItemName    string
	Body        string // of a licence: its issuer; of a register's entry it is known here
}

// said is the payload of an act on a dispute; the journal encrypts it.
type said struct {
	Element string `json:"element,omitempty"`
	Stated  string `json:"stated,omitempty"`
	Claimed string `json:"claimed,omitempty"`
	Value   string `json:"value,omitempty"`
	Reason  string `json:"reason,omitempty"`
	DueOn   string `json:"due_on,omitempty"`
}

// OpenIn gives the owner of a value a correction task, in the transaction in which
// the value stops being held. Who may say so is decided by the application it
// stands in.
func (s *Service) OpenIn(ctx context.Context, tx *db.Tx, actor gov.Actor, in Disputing) (*Dispute, error) {
	owner, err := s.owner(ctx, tx, in)
	if err != nil {
		return nil, err
	}
	d := &Dispute{ID: id.New(), Origin: in.Origin, Register: in.Register, Ref: in.Ref, SourceName: in.SourceName, Element: in.Element,
		Label: in.Label, AsOf: in.AsOf, Party: in.Party, PartyName: in.PartyName, Account: actor.Account, Application: in.Application,
		Item: in.Item, ItemName: in.ItemName, Body: owner.ID, BodyName: owner.Name, Region: owner.Region, State: Open,
		OpenedAt: tx.Now(), OpenedOn: today(tx.Now()), Stated: in.Stated}
	if err := s.due(ctx, d); err != nil {
		return nil, err
	}
	n, err := serial.Next(ctx, tx, fmt.Sprintf("dispute/%s/%d", d.Region.County(), d.OpenedOn.Year()))
	if err != nil {
		return nil, err
	}
	d.Number = fmt.Sprintf("%s异〔%d〕%d号", d.Region.County(), d.OpenedOn.Year(), n)
	d.stated = s.seal(d.Stated, aadStated(d.ID))
	if err := s.entered(ctx, tx, actor, d, "", ActOpen, said{Element: d.Element, Stated: d.Stated, DueOn: d.DueOn.String()}); err != nil {
		return nil, err
	}
	if err := insertDispute(ctx, tx, d); err != nil {
		return nil, err
	}
	return d, s.d.Reactions.Disputed(ctx, tx, d)
}

// owner finds who answers: of a register's entry whoever fed it, else the register's
// owner; of a licence its issuer.
func (s *Service) owner(ctx context.Context, tx *db.Tx, in Disputing) (Body, error) {
	body := in.Body
	if in.Origin == FromRegister {
		err := tx.Row(ctx, `SELECT CASE WHEN e.body = '' THEN r.body ELSE e.body END FROM register_entry e
			JOIN base_register r ON r.id = e.register WHERE e.id = $1`, in.Ref).Scan(&body)
		if db.NoRows(err) { // a complete feed has dropped it since
			x, err := status(ctx, tx, in.Register, "")
			if err != nil {
				return Body{}, err
			}
			body = x.Body
		} else if err != nil {
			return Body{}, err
		}
	}
	return s.d.Bodies.Body(ctx, tx, body)
}

func (s *Service) due(ctx context.Context, d *Dispute) error {
	cal, err := s.d.Calendar.Calendar(ctx)
	if err != nil {
		return err
	}
	if d.DueOn, err = clock.Due(cal.AssumingWeekdays(), d.OpenedOn, DisputeDays, clock.Working); err != nil {
		return fault.Internal(err, "registers.due")
	}
	_, err = clock.Due(cal, d.OpenedOn, DisputeDays, clock.Working)
	d.Provisional = err != nil
	return nil
}

// ClaimIn keeps what the applicant typed instead of a disputed value, for the owner
// to compare. One that was answered meanwhile is left as it is, and so is one whose
// value nobody has changed yet.
func (s *Service) ClaimIn(ctx context.Context, tx *db.Tx, actor gov.Actor, dispute, value string) error {
	d, err := s.lock(ctx, tx, dispute)
	if err != nil {
		return err
	}
	if value = strings.TrimSpace(value); d.State != Open || value == d.Claimed || d.Claimed == "" && value == d.Stated || len([]rune(value)) > mostWords {
		return nil
	}
	d.Claimed, d.claimed = value, s.seal(value, aadClaimed(d.ID))
	if err := s.move(ctx, tx, actor, d, ActClaim, said{Claimed: value}); err != nil {
		return err
	}
	return saveDispute(ctx, tx, d)
}

func (s *Service) move(ctx context.Context, tx *db.Tx, actor gov.Actor, d *Dispute, act DisputeAct, what said) error {
	from := d.State
	to, err := DisputeLifecycle.Next(d.State, act)
	if err != nil {
		return err
	}
	d.State = to
	return s.entered(ctx, tx, actor, d, from, act, what)
}

func (s *Service) entered(ctx context.Context, tx *db.Tx, actor gov.Actor, d *Dispute, from DisputeState, act DisputeAct, what said) error {
	head, err := s.d.Book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: DisputeKind, ID: d.ID}, Prev: d.Head, Act: string(act),
		Actor: actor, Post: postAt(actor, d.Body), From: string(from), To: string(d.State), Payload: encode(what)})
	d.Head = head
	return err
}
