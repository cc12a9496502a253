package api

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/platform/fault"
)

// Decision is 批准: grant, or refuse with reason and article (art. 38).
type Decision struct {
	Seen
	Grant   bool   `json:"grant"`
	Words   string `json:"words,omitempty" maxLength:"2000"`
	Reason  string `json:"reason,omitempty" maxLength:"2000"`
	Article string `json:"article,omitempty" maxLength:"2000"`
}

// Production is what 制证 enters: elements of the licence's face that the form does
// not hold, and dates where the published validity is neither years nor 长期.
type Production struct {
	Face      Answers `json:"face,omitempty"`
	ValidFrom string  `json:"valid_from,omitempty" format:"date"`
	ValidTo   string  `json:"valid_to,omitempty" format:"date"`
	Unlimited bool    `json:"unlimited,omitempty"`
}

func (p Production) cases() cases.Production {
	return cases.Production{Face: p.Face.form(), ValidFrom: dateOf(p.ValidFrom), ValidTo: dateOf(p.ValidTo), Unlimited: p.Unlimited}
}

// Producing is a production as an act of its own.
type Producing struct {
	Seen
	Production
}

// Handing is a hand-over at the outlet, or a parcel.
type Handing struct {
	Seen
	Way       string `json:"way" enum:"handed,posted"`
	Recipient string `json:"recipient" maxLength:"2000"`
	Document  string `json:"document,omitempty" maxLength:"2000"`
	Parcel    string `json:"parcel,omitempty" maxLength:"2000"`
}

// Posting is a parcel on its way.
type Posting struct {
	Seen
	Recipient string `json:"recipient" maxLength:"2000"`
	Parcel    string `json:"parcel" maxLength:"2000"`
}

func (a *API) addDeciding() {
	addAct(a, desk("decide-case", "decision"), func(ctx context.Context, d doing[Decision]) error {
		_, err := a.d.Cases.Decide(ctx, d.Actor, d.id, d.seen, cases.Decision{Grant: d.body.Grant, Words: d.body.Words,
			Reason: d.body.Reason, Article: d.body.Article})
		return a.breached(ctx, d.Actor, d.id, decided(d.body.Grant), err)
	}, a.showCase)
	addAct(a, desk("produce-licence", "production"), func(ctx context.Context, d doing[Producing]) error {
		_, err := a.d.Cases.Produce(ctx, d.Actor, d.id, d.seen, d.body.cases())
		return err
	}, a.showCase)
}

func (a *API) addHandingOver() {
	addAct(a, desk("post-result", "posting"), func(ctx context.Context, d doing[Posting]) error {
		_, err := a.d.Cases.Post(ctx, d.Actor, d.id, d.seen, cases.Handing{Recipient: d.body.Recipient, Parcel: d.body.Parcel})
		return err
	}, a.showCase)
	addAct(a, desk("deliver-result", "delivery"), func(ctx context.Context, d doing[Handing]) error {
		_, err := a.d.Cases.Deliver(ctx, d.Actor, d.id, d.seen, cases.Handing{Way: cases.Way(d.body.Way), Recipient: d.body.Recipient,
			Document: d.body.Document, Parcel: d.body.Parcel})
		return err
	}, a.showCase)
}

// moved gives the fields of a fault the names under which they were sent.
func moved(err error, to func(field string) string) error {
	if e, ok := fault.As(err); ok {
		for i := range e.Fields {
			e.Fields[i].Path = to(e.Fields[i].Path)
		}
	}
	return err
}
