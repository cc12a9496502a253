package api

import (
	"context"
	"net/http"

	"yimen/internal/cases/joint"
	"yimen/internal/identity"
)

// JointStep is what several departments do together for cases of one bundle
// (联合办理环节): when, where, who comes, and what each concluded. What is not known
// yet, or not told to this caller, is left out.
type JointStep struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind" enum:"site_visit,expert_meeting,joint_acceptance"`
	State     string      `json:"state" enum:"called,appointed,held,closed,cancelled"`
	Convener  Named       `json:"convener"`
	Case      string      `json:"case"`
	At        string      `json:"at" format:"date-time"`
	Place     string      `json:"place"`
	Purpose   string      `json:"purpose,omitempty"`
	ToldAt    string      `json:"told_at,omitempty" format:"date-time"`
	Wish      string      `json:"wish,omitempty"`
	WishState string      `json:"wish_state,omitempty" enum:"asked,kept,moved"`
	HeldOn    string      `json:"held_on,omitempty" format:"date"`
	Record    string      `json:"record,omitempty"`
	Reason    string      `json:"reason,omitempty"`
	EndedAt   string      `json:"ended_at,omitempty" format:"date-time"`
	Parts     []JointPart `json:"parts"`
}

// JointPart is what one department does in it, for one case.
type JointPart struct {
	Case       string   `json:"case"`
	Number     string   `json:"number"`
	Item       Named    `json:"item"`
	Body       Named    `json:"body"`
	State      string   `json:"state" enum:"invited,accepted,declined,attended,left"`
	ProposedAt string   `json:"proposed_at,omitempty" format:"date-time"`
	Words      string   `json:"words,omitempty"`
	Procedure  string   `json:"procedure,omitempty"`
	Days       int64    `json:"days,omitempty"`
	Suspended  bool     `json:"suspended"`
	Opinion    string   `json:"opinion,omitempty" enum:"passed,failed"`
	Said       string   `json:"said,omitempty"`
	Names      []string `json:"names,omitempty"`
	GivenAt    string   `json:"given_at,omitempty" format:"date-time"`
}

// JointSteps are those in which a case takes part or took part, oldest first.
type JointSteps struct {
	JointSteps []JointStep `json:"joint_steps"`
}

func (a *API) addJoint() {
	add(a, operation{id: "list-joint-steps", method: http.MethodGet, path: "/cases/{id}/joint-steps", scope: identity.CasesRead, tag: tagCases,
		also: []int{http.StatusNotFound}}, a.listJointSteps)
}

// listJointSteps tells whoever may see the case. Who serves at no department that was
// asked learns what the applicant does: the appointment, and no department's opinion.
func (a *API) listJointSteps(ctx context.Context, c Caller, in *ByID) (*output[JointSteps], error) {
	all, err := a.d.Joint.Of(ctx, c.Actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := JointSteps{JointSteps: []JointStep{}}
	for _, x := range all {
		out.JointSteps = append(out.JointSteps, jointStep(x))
	}
	return &output[JointSteps]{out}, nil
}

func jointStep(x *joint.Step) JointStep {
	out := JointStep{ID: x.ID, Kind: string(x.Kind), State: string(x.State), Convener: Named{x.Body, x.BodyName}, Case: x.Case,
		At: instant(x.At), Place: x.Place, Purpose: x.Purpose, ToldAt: instant(x.ToldAt), Wish: x.Wish, WishState: string(x.WishState),
		HeldOn: x.HeldOn.String(), Record: x.Record, Reason: x.Reason, EndedAt: instant(x.EndedAt), Parts: []JointPart{}}
	for _, p := range x.Parts {
		part := JointPart{Case: p.Case, Number: string(p.Number), Item: Named{p.Item, p.ItemName}, Body: Named{p.Body, p.BodyName},
			State: string(p.State), ProposedAt: instant(p.ProposedAt), Words: p.Words, Procedure: p.Procedure, Days: p.Days,
			Suspended: p.Suspended, Opinion: string(p.Opinion), Said: p.Said, GivenAt: instant(p.GivenAt)}
		for _, name := range []string{p.FirstName, p.SecondName} {
			if name != "" {
				part.Names = append(part.Names, name)
			}
		}
		out.Parts = append(out.Parts, part)
	}
	return out
}
