package app

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
)

// What an applicant hears of the cases of one application for a bundle: one matter
// to him, so that what concerns several of them is told once.

// concludes are the acts that decide a case or end it by themselves; what they cut
// off is told with them.
var concludes = []cases.Act{cases.ActGrant, cases.ActRefuse, cases.ActDecline, cases.ActWithdraw, cases.ActForgo, cases.ActLapse, cases.ActTerminate}

// tellBundle: WHEN a case of a bundle is corrected THEN one message a day names all
// that is asked for; WHEN one ends without a grant THEN its applicant hears what ends
// with it and what goes on; WHEN the last one has ended THEN once how all ended.
func (a handling) tellBundle(ctx context.Context, tx *db.Tx, c *cases.Case, act cases.Act, change cases.Change) error {
	switch {
	case act == cases.ActNotify:
		return a.tellCorrections(ctx, tx, c, change)
	case slices.Contains(concludes, act):
		return a.tellConcluded(ctx, tx, c, act, change)
	case act == cases.ActBegin && change.Cause != nil:
		return a.send(ctx, tx, c, messages.Message{Key: messages.CaseBegun, Link: "/cases/" + c.ID, Args: messages.Args{
			"item": c.ItemName, "number": c.Number.Grouped(), "tail": tail(c.Number), "cause": change.Cause.ItemName, "body": c.BodyName,
			"due": messages.Date(c.AcceptDue, c.Assumed(c.AcceptDue))}})
	case act == cases.ActDeliver && change.Whole: // he signed for all of it himself
		return nil
	}
	return a.tellApplicant(ctx, tx, c, act, change)
}

// together locks the application of a case, so that of two departments acting at one
// moment the second sees what the first did, and reads all its cases.
func (a handling) together(ctx context.Context, tx *db.Tx, c *cases.Case) (*applications.Application, cases.Companions, error) {
	x, err := a.Applications.LockedIn(ctx, tx, c.Application)
	if err != nil {
		return nil, nil, err
	}
	all, err := a.Cases.CompanionsIn(ctx, tx, c.Application)
	return x, all, err
}

func (a handling) tellConcluded(ctx context.Context, tx *db.Tx, c *cases.Case, act cases.Act, change cases.Change) error {
	x, all, err := a.together(ctx, tx, c)
	if err != nil {
		return err
	}
	stopped, going := all.Stopped(c.ID), all.Going(c.ID)
	if act == cases.ActGrant {
		going, stopped = append(going, stopped...), nil
	}
	last := len(going) == 0
	if act != cases.ActGrant || !last { // the last grant is told with all the others
		if err := a.tellApplicant(ctx, tx, c, act, change); err != nil {
			return err
		}
	}
	if last {
		if change.Whole { // he ended all of it himself
			stopped = nil
		}
		return a.tellEnded(ctx, tx, c, x, all, stopped)
	}
	if act == cases.ActGrant || change.Whole || len(stopped) == 0 && (act == cases.ActWithdraw || act == cases.ActForgo) {
		return nil
	}
	key := messages.BundleStopped
	if len(stopped) == 0 {
		key = messages.BundleGoesOn
	}
	args := messages.Args{"bundle": c.BundleName, "item": c.ItemName, "tail": tail(x.Number), "n": len(stopped),
		"stopped": named(stopped), "going": named(going), "going_n": len(going)}
	return a.send(ctx, tx, c, messages.Message{Key: key, Args: args, Link: progressPath(c)})
}

// tellEnded is the one notice at the end; where the last end leaves others unbegun it
// names them, because nothing else does.
func (a handling) tellEnded(ctx context.Context, tx *db.Tx, c *cases.Case, x *applications.Application, all, stopped cases.Companions) error {
	var granted, fetch int64
	for _, m := range all {
		if m.ID == c.ID { // its row is written after this
			m.Case = c
		}
		if m.Case.Decision() == cases.Granted {
			granted++
		}
		if m.Case.ToFetch() {
			fetch++
		}
	}
	if err := a.Applications.EndedIn(ctx, tx, x); err != nil {
		return err
	}
	told := messages.Message{Key: messages.BundleEnded, Urgent: true, Link: progressPath(c), Args: messages.Args{
		"bundle": c.BundleName, "number": x.Number.Grouped(), "tail": tail(x.Number), "granted": granted, "other": int64(len(all)) - granted,
		"fetch": fetch}}
	if len(stopped) > 0 {
		told.Key = messages.BundleEndedEarly
		told.Args["item"], told.Args["n"], told.Args["stopped"] = c.ItemName, len(stopped), named(stopped)
	}
	return a.send(ctx, tx, c, told)
}

// tellCorrections names everything that is asked for now, whichever department asks;
// a later notice of the same day takes the message's place.
func (a handling) tellCorrections(ctx context.Context, tx *db.Tx, c *cases.Case, change cases.Change) error {
	x, all, err := a.together(ctx, tx, c)
	if err != nil {
		return err
	}
	n, bodies, due := len(change.Defects), []string{c.BodyName}, c.CorrectionDue
	for _, d := range x.Defects {
		if d.Member != c.LocalItem {
			n++
		}
	}
	provisional := c.Assumed(due)
	for _, m := range all {
		if m.State != cases.Correcting || m.ID == c.ID {
			continue
		}
		if !slices.Contains(bodies, m.BodyName) {
			bodies = append(bodies, m.BodyName)
		}
		if other := m.Case.CorrectionDue; !other.IsZero() && (due.IsZero() || other.Before(due)) {
			due, provisional = other, m.Case.Assumed(other)
		}
	}
	told := messages.Message{Key: messages.BundleCorrection, Urgent: true, Link: progressPath(c) + "/correction",
		Same: "correction/" + c.Application + "/" + clock.DateOf(tx.Now().Time()).String(),
		Args: messages.Args{"bundle": c.BundleName, "tail": tail(x.Number), "n": n, "bodies": strings.Join(bodies, "、"),
			"due": messages.Date(due, provisional)}}
	if due.IsZero() {
		told.Key = messages.BundleCorrectionUndated
		delete(told.Args, "due")
	}
	return a.send(ctx, tx, c, told)
}

func named(all cases.Companions) string {
	names := make([]string, len(all))
	for i, x := range all {
		names[i] = x.ItemName
	}
	return strings.Join(names, "、")
}

func progressPath(c *cases.Case) string { return "/applications/" + c.Application + "/progress" }
