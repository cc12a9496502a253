package app

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
)

// Who is told what: WHEN something happens THEN a message, in the same transaction.

// telling is a message to an applicant, before it is known who that is.
type telling struct {
	key    messages.Key
	urgent bool // he has to do something, or a right ends: an SMS as well
	args   messages.Args
}

// tell is told of every act; most are nobody's news.
func (a handling) tell(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, act cases.Act, change cases.Change) error {
	switch act {
	case cases.ActAskExtend:
		return a.tellHead(ctx, tx, actor, c, change)
	case cases.ActRefuseExtend:
		return a.tellRefused(ctx, tx, actor, c, change)
	case cases.ActReplace:
		return a.tellReplaced(ctx, tx, c)
	}
	if c.Bundle != "" {
		return a.tellBundle(ctx, tx, c, act, change)
	}
	return a.tellApplicant(ctx, tx, c, act, change)
}

// tellApplicant: WHEN an act moves a case, its dates or its result THEN its
// applicant hears of it. What he did himself he knows.
func (a handling) tellApplicant(ctx context.Context, tx *db.Tx, c *cases.Case, act cases.Act, change cases.Change) error {
	t := tellingOf(c, act, change)
	if t.key == "" {
		return nil
	}
	args := messages.Args{"item": c.ItemName, "number": c.Number.Grouped(), "tail": tail(c.Number)}
	for name, v := range t.args {
		args[name] = v
	}
	return a.send(ctx, tx, c, messages.Message{Key: t.key, Urgent: t.urgent, Args: args, Link: "/cases/" + c.ID})
}

// send puts a message into the inboxes of the applicant's side of a case.
func (a *App) send(ctx context.Context, tx *db.Tx, c *cases.Case, told messages.Message) error {
	told.Party = c.Applicant
	return a.sendSide(ctx, tx, told, c.Account, c.Item)
}

// sendSide puts one message into the inbox of each account on a party's side of an
// item: who filed, and who may act for the party in it. Where nobody can sign in it
// waits for the party.
func (a *App) sendSide(ctx context.Context, tx *db.Tx, told messages.Message, filedBy, item string) error {
	accounts, err := a.Identity.Addressees(ctx, tx, told.Party, filedBy, item)
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		return a.Messages.TellIn(ctx, tx, told)
	}
	all := make([]messages.Message, len(accounts))
	for i, account := range accounts {
		all[i] = told
		all[i].Account = account
	}
	return a.Messages.TellIn(ctx, tx, all...)
}

// tellingOf is the table of what an applicant hears of, by act.
func tellingOf(c *cases.Case, act cases.Act, change cases.Change) telling {
	promised := messages.Args{"due": messages.Date(c.PromisedDue, c.Assumed(c.PromisedDue))}
	switch act {
	case cases.ActAccept:
		if c.Immediate { // decided in a moment; that is what he is told
			return telling{}
		}
		return telling{key: messages.CaseAccepted, args: promised}
	case cases.ActDeem:
		return telling{key: messages.CaseDeemed, urgent: true, args: promised}
	case cases.ActNotify:
		return correction(c, len(change.Defects))
	case cases.ActAskReplace:
		return telling{key: messages.CaseReplace, urgent: true, args: messages.Args{"reason": change.Reason}}
	case cases.ActServe:
		return served(c)
	case cases.ActRecount:
		return moved(c, change)
	case cases.ActDecline:
		return telling{key: messages.CaseDeclined, urgent: true}
	case cases.ActSuspend:
		return suspended(c, change, promised)
	case cases.ActLift:
		return telling{key: messages.CaseResumed, args: promised}
	case cases.ActExtend:
		return telling{key: messages.CaseExtended, urgent: true,
			args: messages.Args{"n": change.Days, "reason": change.Reason, "due": promised["due"]}}
	case cases.ActGrant:
		if c.ToFetch() {
			return telling{key: messages.CaseReady, urgent: true}
		}
		return telling{key: messages.CaseGranted}
	case cases.ActRefuse:
		return telling{key: messages.CaseRefused, urgent: true}
	case cases.ActPost:
		return telling{key: messages.CasePosted, args: messages.Args{"parcel": change.Parcel}}
	case cases.ActDeliver:
		if change.Way == cases.Online { // the grant told it
			return telling{}
		}
		return telling{key: messages.CaseDelivered}
	case cases.ActLapse:
		return telling{key: messages.CaseLapsed, urgent: true, args: messages.Args{"due": messages.Date(c.CorrectionDue, c.Assumed(c.CorrectionDue))}}
	case cases.ActTerminate:
		return telling{key: messages.CaseTerminated, urgent: true}
	}
	return telling{}
}

func correction(c *cases.Case, defects int) telling {
	if c.CorrectionDue.IsZero() {
		return telling{key: messages.CaseCorrectionUndated, urgent: true, args: messages.Args{"n": defects}}
	}
	return telling{key: messages.CaseCorrection, urgent: true,
		args: messages.Args{"n": defects, "due": messages.Date(c.CorrectionDue, c.Assumed(c.CorrectionDue))}}
}

func suspended(c *cases.Case, change cases.Change, promised messages.Args) telling {
	args := messages.Args{"procedure": "", "n": 0, "due": promised["due"]}
	if e := change.Event; e != nil {
		args["procedure"] = e.Procedure
		if e.Planned != nil {
			args["n"] = *e.Planned
		}
	}
	return telling{key: messages.CaseSuspended, urgent: true, args: args}
}

// served is the proof of delivery that the clerk has recorded; from that day the
// time to answer runs.
func served(c *cases.Case) telling {
	return telling{key: messages.CaseServed, urgent: true,
		args: messages.Args{"on": c.ServedOn, "due": messages.Date(c.CorrectionDue, c.Assumed(c.CorrectionDue))}}
}

// moved is the date that the applicant sees as running, where a change of the
// calendar has moved it; other dates of the case are nobody's news. His own time to
// answer is urgent.
func moved(c *cases.Case, change cases.Change) telling {
	if change.Former == nil {
		return telling{}
	}
	before, due := change.Former.PromisedDue, c.PromisedDue
	switch c.State {
	case cases.Submitted:
		before, due = change.Former.AcceptDue, c.AcceptDue
	case cases.Correcting:
		before, due = change.Former.CorrectionDue, c.CorrectionDue
	case cases.Granted, cases.Refused:
		before, due = change.Former.DeliverDue, c.DeliverDue
	}
	if before == due || due.IsZero() {
		return telling{}
	}
	return telling{key: messages.CaseMoved, urgent: c.State == cases.Correcting, args: messages.Args{
		"before": before, "due": messages.Date(due, c.Assumed(due)), "reason": change.Reason}}
}

// tail is what an SMS says of a case's number.
func tail(n gov.CaseNumber) string { return string(n[max(0, len(n)-4):]) }

// tellHead: WHEN 承办 asks for an extension THEN 批准 at the body hears of it, and
// until when it can be granted.
func (a handling) tellHead(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, change cases.Change) error {
	due := c.StatutoryDue
	if due.IsZero() {
		due = c.PromisedDue
	}
	return a.Messages.TellIn(ctx, tx, messages.Message{Body: c.Body, Role: gov.RoleApprover, Except: actor.Account,
		Key: messages.ExtensionAsked, Urgent: true, Link: deskCase(c.ID), Args: messages.Args{"item": c.ItemName,
			"number": c.Number.Grouped(), "tail": tail(c.Number), "n": change.Days, "due": messages.Date(due, c.Assumed(due))}})
}

func deskCase(id string) string { return "/desk/cases/" + id }

// tellRefused: WHEN the head refuses an extension THEN 承办 hears of it: the limits
// stand as they were.
func (a handling) tellRefused(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case, change cases.Change) error {
	m := toOfficer(messages.Message{Except: actor.Account, Key: messages.ExtensionRefused, Urgent: true, Link: deskCase(c.ID),
		Args: messages.Args{"item": c.ItemName, "number": c.Number.Grouped(), "tail": tail(c.Number), "reason": change.Reason,
			"due": messages.Date(c.PromisedDue, c.Assumed(c.PromisedDue))}}, c.Officer, c.Body)
	return a.Messages.TellIn(ctx, tx, m)
}

// tellReplaced: WHEN the applicant has replaced a fallen licence THEN 承办 can go on.
func (a handling) tellReplaced(ctx context.Context, tx *db.Tx, c *cases.Case) error {
	return a.Messages.TellIn(ctx, tx, toOfficer(messages.Message{Key: messages.StandsReplaced, Link: deskCase(c.ID),
		Args: messages.Args{"item": c.ItemName, "number": c.Number.Grouped(), "tail": tail(c.Number)}}, c.Officer, c.Body))
}
