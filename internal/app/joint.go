package app

import (
	"context"
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
	return a.send(ctx, tx, c, m)
}

func jointArgs(x *joint.Step, c *cases.Case) messages.Args {
	var who []string
	for _, p := range x.Comers() {
		who = append(who, p.BodyName)
	}
	return messages.Args{"joint": string(x.Kind), "bundle": x.BundleName, "name": x.ApplicantName, "on": x.Day,
		"time": joint.TimeOfDay(x.At), "place": x.Place, "who": strings.Join(who, "、"), "reason": x.Reason, "body": x.BodyName,
		"number": c.Number.Grouped(), "tail": tail(c.Number)}
}

// tellBodies tells the departments; whoever acted needs no message.
func (a together) tellBodies(ctx context.Context, tx *db.Tx, actor gov.Actor, x *joint.Step, act joint.Act, by *joint.Part) error {
	var all []messages.Message
	add := func(p *joint.Part, key messages.Key) {
		m := messages.Message{Body: p.Body, Role: gov.RoleOfficer, Except: actor.Account, Key: key, Urgent: true, Link: "/desk/joint/" + x.ID}
		m.Args = jointArgs(x, &cases.Case{Number: p.Number})
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
	case joint.ActPropose, joint.ActDecline, joint.ActConfirm, joint.ActWish:
		if key := convenerHears(x, act); key != "" {
			add(x.Of(x.Case), key)
		}
	}
	return a.Messages.TellIn(ctx, tx, all...)
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

// convenerHears is what the convener is told of an answer; a confirmation only when
// it was the last one that was awaited.
func convenerHears(x *joint.Step, act joint.Act) messages.Key {
	switch act {
	case joint.ActPropose:
		return messages.JointProposed
	case joint.ActDecline:
		return messages.JointDeclined
	case joint.ActWish:
		return messages.JointWished
	}
	if x.Answered() {
		return messages.JointAnswered
	}
	return ""
}

// RemindJoint reminds: WHEN the day of an appointment has passed without a record
// THEN every morning the departments that said they would come hear of it, in one
// message that the next takes the place of, until it is recorded, moved or called off.
func (a *App) RemindJoint(ctx context.Context, tx *db.Tx) error {
	all, err := a.Joint.Unrecorded(ctx, tx, clock.DateOf(tx.Now().Time()))
	if err != nil {
		return err
	}
	var told []messages.Message
	for _, x := range all {
		toldEach(x, joint.Accepted, messages.JointUnrecorded, func(p *joint.Part, key messages.Key) {
			told = append(told, messages.Message{Body: p.Body, Role: gov.RoleOfficer, Key: key, Link: "/desk/joint/" + x.ID,
				Same: "joint/" + x.ID + "/" + p.Body, Args: jointArgs(x, &cases.Case{Number: p.Number})})
		})
	}
	return a.Messages.TellIn(ctx, tx, told...)
}
