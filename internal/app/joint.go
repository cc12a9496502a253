package app

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
)

// together: WHEN departments do something together THEN those who wait for it hear
// of it: each department what it has to answer, the applicant one appointment.
type together struct{ *App }

// Joint is told of every act on a joint step.
func (a together) Joint(ctx context.Context, tx *db.Tx, actor gov.Actor, x *joint.Step, act joint.Act, p *joint.Part) error {
	if act == joint.ActWish {
		if err := a.mayWish(ctx, tx, actor, x); err != nil {
			return err
		}
	}
	if err := a.tellBodies(ctx, tx, actor, x, act, p); err != nil {
		return err
	}
	key := applicantHears[act]
	if act == joint.ActAppoint && x.ToldAt != tx.Now() {
		key = messages.JointMoved
	}
	if act == joint.ActCancel && p != nil { // of itself: the last case has left
		key = messages.JointNeedless
	}
	if key == "" || x.ToldAt == 0 {
		return nil
	}
	return a.tellAppointment(ctx, tx, x, key)
}

// mayWish: a mandate that reaches none of the items moves nothing.
func (a together) mayWish(ctx context.Context, tx *db.Tx, actor gov.Actor, x *joint.Step) (err error) {
	for _, p := range x.Parts {
		if err = a.Identity.MayActIn(ctx, tx, actor, p.Item); err == nil {
			return nil
		}
	}
	return err
}

// applicantHears is what the applicant is told of, once it was appointed.
var applicantHears = map[joint.Act]messages.Key{joint.ActAppoint: messages.JointAppointed, joint.ActKeep: messages.JointKept,
	joint.ActCancel: messages.JointCancelled}

// tellAppointment tells the applicant once, however many cases take part.
func (a together) tellAppointment(ctx context.Context, tx *db.Tx, x *joint.Step, key messages.Key) error {
	c, err := a.Cases.CaseAt(ctx, tx, gov.Actor{Kind: gov.System}, x.Case)
	if err != nil {
		return err
	}
	m := messages.Message{Key: key, Urgent: true, Link: "/cases/" + c.ID + "/appointments/" + x.ID, Args: jointArgs(x, c)}
	if key == messages.JointNeedless { // no case of his is in it any more
		m.Link = "/applications/" + x.Application + "/progress"
	}
	return a.send(ctx, tx, c, m)
}

func jointArgs(x *joint.Step, c *cases.Case) messages.Args {
	var who []string
	for _, p := range x.Comers() {
		if !slices.Contains(who, p.BodyName) {
			who = append(who, p.BodyName)
		}
	}
	return messages.Args{"joint": string(x.Kind), "bundle": x.BundleName, "name": x.ApplicantName, "on": x.Day,
		"time": joint.TimeOfDay(x.At), "place": x.Place, "who": strings.Join(who, "、"), "reason": x.Reason, "body": x.BodyName,
		"number": c.Number.Grouped(), "tail": tail(c.Number)}
}

// tellBodies tells the departments; whoever acted needs no message.
func (a together) tellBodies(ctx context.Context, tx *db.Tx, actor gov.Actor, x *joint.Step, act joint.Act, by *joint.Part) error {
	var all []messages.Message
	add := func(p *joint.Part, key messages.Key) {
		m := toDepartment(x, p, key)
		if m.Urgent = true; act != joint.ActLeave { // who ends a case need not know that a step hung on it
			m.Except = actor.Account
		}
		if by != nil {
			m.Args["body"], m.Args["reason"] = by.BodyName, by.Words
		}
		all = append(all, m)
	}
	switch act {
	case joint.ActCall, joint.ActMove:
		toldEach(x, joint.Invited, messages.JointCalled, add)
	case joint.ActAppoint:
		toldEach(x, joint.Accepted, messages.JointFixed, add)
	case joint.ActHold:
		toldEach(x, joint.Attended, messages.JointHeld, add)
	case joint.ActCancel:
		toldEach(x, joint.Invited, messages.JointOff, add)
		toldEach(x, joint.Accepted, messages.JointOff, add)
	case joint.ActPropose, joint.ActDecline, joint.ActConfirm, joint.ActWish, joint.ActLeave:
		for _, key := range convenerHears(x, act) {
			add(x.Of(x.Case), key)
		}
	}
	return a.Messages.TellIn(ctx, tx, all...)
}

// toDepartment is a message to the department of a part. Of what a step waits for an
// inbox holds one, however many mornings pass.
func toDepartment(x *joint.Step, p *joint.Part, key messages.Key) messages.Message {
	m := messages.Message{Body: p.Body, Role: gov.RoleOfficer, Key: key, Link: "/desk/joint/" + x.ID, Args: jointArgs(x, &cases.Case{Number: p.Number})}
	if key == messages.JointUnrecorded || key == messages.JointComplete {
		m.Same = "joint/" + x.ID + "/" + p.Body
	}
	return m
}

func toldEach(x *joint.Step, state joint.PartState, key messages.Key, add func(*joint.Part, messages.Key)) {
	told := map[string]bool{}
	for _, p := range x.Parts {
		if p.State == state && !told[p.Body] {
			told[p.Body] = true
			add(p, key)
		}
	}
}

// convenerHears is what the convener is told of an act; a confirmation, or that a case
// ended, only when it leaves something for him to do.
func convenerHears(x *joint.Step, act joint.Act) (keys []messages.Key) {
	switch {
	case act == joint.ActPropose:
		return []messages.Key{messages.JointProposed}
	case act == joint.ActWish:
		return []messages.Key{messages.JointWished}
	case act == joint.ActDecline && x.Former != "":
		return []messages.Key{messages.JointPassedOn}
	case act == joint.ActDecline:
		return []messages.Key{messages.JointDeclined}
	case x.ClosesItself():
		return nil
	}
	if x.Former != "" {
		keys = append(keys, messages.JointInherited)
	}
	switch {
	case x.Closable():
		keys = append(keys, messages.JointComplete)
	case x.State == joint.Called && x.Answered() && len(x.Comers()) < 2:
		keys = append(keys, messages.JointAlone)
	case x.State == joint.Called && x.Answered():
		keys = append(keys, messages.JointAnswered)
	}
	return keys
}

// RemindJoint reminds every morning, in one message that the next takes the place of:
// WHEN the day of an appointment has passed without a record THEN the departments that
// said they would come hear of it, until it is recorded, moved or called off; WHEN every
// opinion is in THEN the convener hears of it until he closes the step.
func (a *App) RemindJoint(ctx context.Context, tx *db.Tx) error {
	unrecorded, err := a.Joint.Unrecorded(ctx, tx, clock.DateOf(tx.Now().Time()))
	if err != nil {
		return err
	}
	unclosed, err := a.Joint.Unclosed(ctx, tx)
	if err != nil {
		return err
	}
	var told []messages.Message
	for _, x := range unrecorded {
		toldEach(x, joint.Accepted, messages.JointUnrecorded, func(p *joint.Part, key messages.Key) {
			told = append(told, toDepartment(x, p, key))
		})
	}
	for _, x := range unclosed {
		told = append(told, toDepartment(x, x.Of(x.Case), messages.JointComplete))
	}
	return a.Messages.TellIn(ctx, tx, told...)
}
