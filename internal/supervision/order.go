package supervision

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

// OrderKind is the order's name in the journal.
const OrderKind = "order"

// Order is one 督办: somebody has to see to something and to answer by a day. Words
// are empty in lists.
type Order struct {
	ID           string
	Number       string // 文号
	Card         string // what it came from, '' for none
	Case         string
	CaseNumber   gov.CaseNumber // '' without a case
	Body         string
	BodyName     string
	Department   string
	Region       gov.Region // of the body
	Account      string     // one person there, '' for the body as a whole
	AccountName  string
	IssuedBy     string
	IssuedName   string
	IssuedAt     now.Instant
	IssuedOn     clock.Date
	DueOn        clock.Date // last day to answer
	Level        int64      // 1 once it was escalated
	EscalatedTo  gov.Role   // the role at the body whose business it has become
	EscalatedAt  now.Instant
	State        OrderState
	AnsweredBy   string
	AnsweredName string
	AnsweredAt   now.Instant
	AnsweredOn   clock.Date
	Returns      int64 // answers that were not enough
	ClosedBy     string
	ClosedName   string
	ClosedAt     now.Instant

	Subject string // what has to be seen to
	Answer  string // the last one
	Closing string // why it was closed, or went back

	Head journal.Head

	escalateOn clock.Date
	loaded     int64
}

// Version is what a form must carry back.
func (o *Order) Version() int64 { return o.Head.Version }

// Late tells that nobody has answered in time.
func (o *Order) Late(on clock.Date) bool { return o.State == OrderIssued && on.After(o.DueOn) }

// MaySeeOrder tells whether an order exists for this actor.
func MaySeeOrder(a gov.Actor, o *Order) bool {
	return a.Kind == gov.System || servesAt(a, o.Body, staff...) || a.At(gov.RoleSupervisor, string(o.Region))
}

// MayDoOrder tells whether the actor may do the act to this order now. An order to
// one person is answered by that person or by the head of the body.
func MayDoOrder(a gov.Actor, o *Order, act OrderAct) bool {
	if !OrderLifecycle.Allows(o.State, act) || a.Kind != gov.Staff {
		return false
	}
	switch act {
	case ActReply:
		if o.Account != "" && a.Account != o.Account {
			return a.HasAt(gov.RoleApprover, o.Body)
		}
		return servesAt(a, o.Body, staff...)
	case ActReturn, ActClose:
		return a.At(gov.RoleSupervisor, string(o.Region)) && a.Account != o.AnsweredBy
	}
	return false
}

// MayIssue tells whether the actor may give orders to a body of the region.
func MayIssue(a gov.Actor, region gov.Region) bool {
	return a.Kind == gov.Staff && a.At(gov.RoleSupervisor, string(region))
}

// Issuing is an order to be. Card or Case name what it is about; without a body it
// goes to theirs, without a day it is due after the working days of the rules.
type Issuing struct {
	Card    string
	Case    string
	Body    string
	Account string
	Subject string
	DueOn   clock.Date
}

// mostOrderDays is how far ahead an order may be due.
const mostOrderDays = 366

// Issue gives an order.
func (s *Service) Issue(ctx context.Context, actor gov.Actor, in Issuing) (*Order, error) {
	if !actor.Has(gov.RoleSupervisor) || actor.Kind != gov.Staff {
		return nil, fault.Denied("supervision.denied")
	}
	in.Subject = strings.TrimSpace(in.Subject)
	if err := words("subject", in.Subject); err != nil {
		return nil, err
	}
	o := &Order{ID: id.New(), State: OrderIssued, Subject: in.Subject}
	err := s.db.Do(ctx, func(tx *db.Tx) error {
		if err := s.address(ctx, tx, actor, o, in); err != nil {
			return err
		}
		o.IssuedBy, o.IssuedName, o.IssuedAt, o.IssuedOn = actor.Account, actor.Name, tx.Now(), today(tx.Now())
		if err := s.orderDue(ctx, o, in.DueOn); err != nil {
			return err
		}
		n, err := serial.Next(ctx, tx, fmt.Sprintf("order/%s/%d", o.Region.County(), o.IssuedOn.Year()))
		if err != nil {
			return err
		}
		o.Number = fmt.Sprintf("%s督〔%d〕%d号", o.Region.County(), o.IssuedOn.Year(), n)
		said := Said{Words: o.Subject, DueOn: o.DueOn.String(), Who: o.Account}
		if err := s.orderEntry(ctx, tx, actor, o, "", ActIssue, said); err != nil {
			return err
		}
		if err := insertOrder(ctx, tx, o, s.seal(o.Subject, aadSubject(o.ID))); err != nil {
			return err
		}
		return s.reactions.OrderIssued(ctx, tx, actor, o)
	})
	return o, err
}

// address finds whom the order goes to.
func (s *Service) address(ctx context.Context, tx *db.Tx, actor gov.Actor, o *Order, in Issuing) error {
	if in.Card != "" {
		c, err := loadCard(ctx, tx, `id = $1`, in.Card)
		if err != nil {
			return err
		}
		if !MaySeeCard(actor, c) {
			return fault.Missing("supervision.missing")
		}
		o.Card, o.Case, o.CaseNumber, o.Body = c.ID, c.Case, c.Number, c.Body
	} else if in.Case != "" {
		w, err := loadWatched(ctx, tx, in.Case)
		if err != nil {
			return err
		}
		if !MaySeeWatched(actor, w) {
			return fault.Missing("supervision.missing")
		}
		o.Case, o.CaseNumber, o.Body = w.Case, w.Number, w.Body
	}
	if in.Body != "" {
		o.Body = in.Body
	}
	return s.addressee(ctx, tx, actor, o, in.Account)
}

func (s *Service) addressee(ctx context.Context, tx *db.Tx, actor gov.Actor, o *Order, account string) error {
	var f fault.Fields
	if o.Body == "" {
		f.Add("body", "supervision.body_required")
		return f.Err()
	}
	b, err := s.bodies.Body(ctx, tx, o.Body)
	if err != nil {
		return err
	}
	if !MayIssue(actor, b.Region) {
		return fault.Denied("supervision.denied")
	}
	o.BodyName, o.Department, o.Region = b.Name, b.Department, b.Region
	if account == "" {
		return nil
	}
	people, err := s.bodies.StaffAt(ctx, tx, o.Body)
	if err != nil {
		return err
	}
	if o.Account, o.AccountName = account, people[account]; o.AccountName == "" {
		f.Add("account", "supervision.not_staff")
	}
	return f.Err()
}

// orderDue takes the day named, which must not be past, or counts one.
func (s *Service) orderDue(ctx context.Context, o *Order, named clock.Date) error {
	on := o.IssuedOn
	var f fault.Fields
	switch {
	case named.IsZero():
		cal, err := s.calendar.Calendar(ctx)
		if err != nil {
			return err
		}
		rules, err := s.Rules(ctx)
		if err != nil {
			return err
		}
		named, err = clock.Due(cal.AssumingWeekdays(), on, rules.Of(OrderDays, "", "").Days, clock.Working)
		if err != nil {
			return fault.Internal(err, "supervision.due")
		}
	case named.Before(on) || named.After(on.AddDays(mostOrderDays)):
		f.Add("due_on", "supervision.due_on", "from", on.String(), "to", on.AddDays(mostOrderDays).String())
		return f.Err()
	}
	o.DueOn = named
	o.escalates()
	return nil
}

// escalates sets the midnight at which an unanswered order goes one level up.
func (o *Order) escalates() {
	o.escalateOn = clock.Date{}
	if o.State == OrderIssued && o.Level == 0 {
		o.escalateOn = o.DueOn.AddDays(1)
	}
}

func (s *Service) orderEntry(ctx context.Context, tx *db.Tx, actor gov.Actor, o *Order, from OrderState, act OrderAct, said Said) error {
	head, err := s.book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: OrderKind, ID: o.ID}, Prev: o.Head,
		Act: string(act), Actor: actor, Post: postAt(actor, o.Body, o.Region), From: string(from), To: string(o.State), Payload: encode(said)})
	o.Head = head
	return err
}
