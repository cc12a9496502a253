package api

import (
	"context"
	"slices"
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/identity"
)

// Defect is one thing to put right, pinned to a published field or material.
type Defect struct {
	Kind   string `json:"kind" enum:"field,material"`
	Key    string `json:"key"`
	Label  string `json:"label"`
	Reason string `json:"reason"`
}

// DefectInput is a defect as it is asked for; its label is the published name.
type DefectInput struct {
	Kind   string `json:"kind" enum:"field,material"`
	Key    string `json:"key" pattern:"^[a-z][a-z0-9_-]{0,63}$"`
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// Decline is an answer of "not here" (art. 32): why, by which article, where to go.
type Decline struct {
	Seen
	Reason  string `json:"reason" maxLength:"2000"`
	Article string `json:"article" maxLength:"2000"`
	Where   string `json:"where,omitempty" maxLength:"2000"`
}

// Correction asks once for everything (art. 32).
type Correction struct {
	Seen
	Defects []DefectInput `json:"defects" minItems:"1" maxItems:"100"`
}

// Only is the body of an act of which nothing is said but the version.
type Only struct{ Seen }

// Sitting is an immediate item decided while the applicant waits.
type Sitting struct {
	Seen
	Words      string     `json:"words,omitempty" maxLength:"2000"`
	Production Production `json:"production,omitzero"`
}

// desk is an act on a case.
func desk(id, path string) operation {
	return operation{id: id, path: "/cases/{id}/" + path, scope: identity.CasesAct, tag: tagDesk}
}

func (a *API) addReceiving() {
	addAct(a, desk("accept-case", "acceptance"), func(ctx context.Context, d doing[Only]) error {
		_, err := a.d.Cases.Accept(ctx, d.Actor, d.id, d.seen)
		return err
	}, a.showCase)
	addAct(a, desk("decline-case", "decline"), func(ctx context.Context, d doing[Decline]) error {
		_, err := a.d.Cases.Decline(ctx, d.Actor, d.id, d.seen, cases.Decline{Reason: d.body.Reason, Article: d.body.Article, WhereToGo: d.body.Where})
		return a.breached(ctx, d.Actor, d.id, cases.ActDecline, err)
	}, a.showCase)
	addAct(a, desk("ask-correction", "correction"), a.correct, a.showCase)
	addAct(a, desk("sit-case", "sitting"), func(ctx context.Context, d doing[Sitting]) error {
		_, err := a.d.Cases.Sit(ctx, d.Actor, d.id, d.seen, cases.Sitting{Words: d.body.Words, Production: d.body.Production.cases()})
		return err
	}, a.showCase)
}

func (a *API) correct(ctx context.Context, d doing[Correction]) error {
	defects := make([]cases.Defect, len(d.body.Defects))
	for i, x := range d.body.Defects {
		defects[i] = cases.Defect{Kind: cases.DefectKind(x.Kind), Key: x.Key, Reason: x.Reason}
	}
	_, err := a.d.Cases.NotifyCorrection(ctx, d.Actor, d.id, d.seen, defects)
	err = a.breached(ctx, d.Actor, d.id, cases.ActNotify, err)
	// the context names a defect by what it is pinned to; a program by where it sent it
	return moved(err, func(field string) string {
		i := slices.IndexFunc(defects, func(x cases.Defect) bool { return x.Path() == field })
		if i < 0 {
			return field
		}
		return "defects." + strconv.Itoa(i)
	})
}

// Opinion ends 承办 or 审核 with advice.
type Opinion struct {
	Seen
	Verdict string `json:"verdict" enum:"advise_grant,advise_refuse"`
	Words   string `json:"words,omitempty" maxLength:"2000"`
}

// SiteVisit is the record of a 现场核查: two officials of the body (art. 34).
type SiteVisit struct {
	Seen
	On     string `json:"on" format:"date"`
	First  string `json:"first" minLength:"1" maxLength:"64"`
	Second string `json:"second" minLength:"1" maxLength:"64"`
	Passed bool   `json:"passed"`
	Record string `json:"record" maxLength:"2000"`
}

// Return sends the case back to an earlier step.
type Return struct {
	Seen
	To     string `json:"to" enum:"handle,review,approve"`
	Reason string `json:"reason" maxLength:"2000"`
}

// Replacing asks for another licence, or the paper, in the place of each that fell
// after acceptance; it can name no more than why (art. 31).
type Replacing struct {
	Seen
	Reason string `json:"reason" maxLength:"2000"`
}

// Charging says what was taken for a case, in fen; only what the guide publishes may
// be (art. 58, 59).
type Charging struct {
	Seen
	Amount int64  `json:"amount" minimum:"1" maximum:"10000000000"`
	For    string `json:"for" minLength:"1" maxLength:"2000"`
}

// Termination ends a case whose applicant is no more (art. 70).
type Termination struct {
	Seen
	Reason string `json:"reason" maxLength:"2000"`
}

func (a *API) addSteps() {
	addAct(a, desk("give-opinion", "opinions"), func(ctx context.Context, d doing[Opinion]) error {
		_, err := a.d.Cases.Advise(ctx, d.Actor, d.id, d.seen, cases.Verdict(d.body.Verdict), d.body.Words)
		return err
	}, a.showCase)
	addAct(a, desk("record-site-visit", "site-visits"), func(ctx context.Context, d doing[SiteVisit]) error {
		_, err := a.d.Cases.RecordVisit(ctx, d.Actor, d.id, d.seen, cases.Visit{On: dateOf(d.body.On), First: d.body.First,
			Second: d.body.Second, Passed: d.body.Passed, Record: d.body.Record})
		return err
	}, a.showCase)
	addAct(a, desk("return-case", "returns"), func(ctx context.Context, d doing[Return]) error {
		_, err := a.d.Cases.Return(ctx, d.Actor, d.id, d.seen, cases.Step(d.body.To), d.body.Reason)
		return err
	}, a.showCase)
	addAct(a, desk("ask-replacement", "replacement"), func(ctx context.Context, d doing[Replacing]) error {
		_, err := a.d.Cases.AskReplacement(ctx, d.Actor, d.id, d.seen, d.body.Reason)
		return err
	}, a.showCase)
	addAct(a, desk("record-charge", "charges"), func(ctx context.Context, d doing[Charging]) error {
		_, err := a.d.Cases.RecordCharge(ctx, d.Actor, d.id, d.seen, d.body.Amount, d.body.For)
		return a.breached(ctx, d.Actor, d.id, cases.ActCharge, err)
	}, a.showCase)
	addAct(a, desk("terminate-case", "termination"), func(ctx context.Context, d doing[Termination]) error {
		_, err := a.d.Cases.Terminate(ctx, d.Actor, d.id, d.seen, d.body.Reason)
		return err
	}, a.showCase)
}
