package cases

import (
	"context"
	"regexp"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// The form's words for a result that needs no paper, and for one that is sent.
const (
	Electronic = "电子证照"
	ByPost     = "邮寄送达"
)

// Way is how a result reached its applicant.
type Way string

// The ways of delivery.
const (
	Handed Way = "handed"
	Posted Way = "posted"
	Online Way = "electronic"
)

// Handing is the record of a hand-over or of a parcel.
type Handing struct {
	Way       Way
	Recipient string // who signed for it, or to whom it was sent
	Document  string // the document shown at the outlet, masked
	Parcel    string // posting number
}

func (h Handing) validate() error {
	var f fault.Fields
	if h.Way != Handed && h.Way != Posted {
		f.Add("way", "cases.way_required")
	}
	required(&f, "recipient", h.Recipient)
	limited(&f, "document", h.Document)
	if h.Way == Posted && h.Parcel == "" {
		f.Add("parcel", "cases.parcel_required")
	}
	limited(&f, "parcel", h.Parcel)
	return f.Err()
}

// documentNumber is a number as people type it, also in groups.
var documentNumber = regexp.MustCompile(`[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){5,}`)

const shownTail = 4

// masked keeps of a document its kind and the last four characters of its number,
// which is what an outlet compares later (个人信息保护法 art. 6: no more than needed).
func masked(document string) string {
	return documentNumber.ReplaceAllStringFunc(gov.Tidy(document), func(n string) string { return gov.MaskMiddle(n, 0, shownTail) })
}

// Delivery is one entry of a case's deliveries.
type Delivery struct {
	Handing
	Account, Name string // of the outlet clerk
	At            now.Instant
}

// Post records that the result went into the post; it is delivered once the
// parcel is known to have arrived.
func (s *Service) Post(ctx context.Context, actor gov.Actor, caseID string, seen int64, h Handing) (*Case, error) {
	h.Way = Posted
	return s.hand(ctx, actor, caseID, seen, ActPost, h)
}

// Deliver records that the result reached its applicant: signed for at the
// outlet, or arrived by post (art. 44).
func (s *Service) Deliver(ctx context.Context, actor gov.Actor, caseID string, seen int64, h Handing) (*Case, error) {
	return s.hand(ctx, actor, caseID, seen, ActDeliver, h)
}

func (s *Service) hand(ctx context.Context, actor gov.Actor, caseID string, seen int64, act Act, h Handing) (*Case, error) {
	if err := h.validate(); err != nil {
		return nil, err
	}
	h.Document = masked(h.Document)
	return s.verb(ctx, actor, caseID, seen, act, func(tx *db.Tx, c *Case, _ *Rules) error {
		if err := s.keepDelivery(ctx, tx, actor, c, h); err != nil {
			return err
		}
		change := Change{Way: h.Way, Who: h.Recipient, Words: h.Document, Parcel: h.Parcel}
		if act == ActDeliver {
			change.DeliveredOn, change.Event = today(tx.Now()), at(tx.Now(), clock.Deliver)
		}
		if err := s.act(ctx, tx, c, actor, act, change); err != nil {
			return err
		}
		if act == ActDeliver {
			return s.closed(ctx, tx, actor, c, "case.delivered")
		}
		return nil
	})
}

func (s *Service) keepDelivery(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, h Handing) error {
	did := id.New()
	return tx.Exec(ctx, `INSERT INTO delivery (id, cases, way, recipient, account, name, at) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		did, c.ID, string(h.Way), s.seal(h, "delivery.recipient:"+did), actor.Account, actor.Name, int64(tx.Now()))
}

// program is the actor of what follows by itself.
var program = gov.Actor{Account: "system", Name: "系统", Kind: gov.System, Channel: gov.API}

// Paperless tells whether the result is a licence that its applicant wants
// electronically; nothing waits for him at the outlet.
func (c *Case) Paperless() bool { return c.DeliveryWay == Electronic && c.Licence != "" }

// AtOutlet tells whether the result lies at the outlet: only that can be signed for
// there (行政许可法 art. 38, 44). What is in the post is not; that it arrived is noted
// for each parcel.
func (c *Case) AtOutlet() bool { return c.Awaits == Outlet && !c.Posted && !c.Paperless() }

// ToFetch tells whether its applicant has to come for it: it lies at the outlet and
// he did not ask to have it sent.
func (c *Case) ToFetch() bool { return c.AtOutlet() && c.DeliveryWay != ByPost }

// deliverElectronic follows a grant whose applicant chose the electronic licence:
// it is in the applicant's hands the moment it stands.
func (s *Service) deliverElectronic(ctx context.Context, tx *db.Tx, c *Case) error {
	h := Handing{Way: Online, Recipient: c.ApplicantName}
	if err := s.keepDelivery(ctx, tx, program, c, h); err != nil {
		return err
	}
	change := Change{Event: at(tx.Now(), clock.Deliver), Way: Online, Who: h.Recipient, DeliveredOn: today(tx.Now())}
	if err := s.act(ctx, tx, c, program, ActDeliver, change); err != nil {
		return err
	}
	return s.closed(ctx, tx, program, c, "case.delivered")
}
