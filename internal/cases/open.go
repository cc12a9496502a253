package cases

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Opening is what a filed application tells about the case it opens.
type Opening struct {
	Number        gov.CaseNumber
	Application   string
	Bundle        string   // the 一件事 it is filed in, '' for none
	BundleName    string   //
	Case          string   // the id it is to have, '' for any
	After         []string // cases of the same bundle that have to be granted first
	LocalItem     string
	Body          string
	BodyName      string
	Region        gov.Region
	Applicant     string
	ApplicantKind string
	ApplicantName string
	Account       string
	Channel       gov.Channel
	Device        string
	DeliveryWay   string
	FiledAt       now.Instant
}

// OpenIn opens the case of a filed application, in the filing's transaction. The
// limit of art. 32 begins on the effective date of the submission.
func (s *Service) OpenIn(ctx context.Context, tx *db.Tx, actor gov.Actor, o Opening) (*Case, error) {
	rules, err := s.items.Rules(ctx, o.LocalItem)
	if err != nil {
		return nil, err
	}
	way := o.DeliveryWay
	if way == "" {
		way = rules.DeliveryWay
	}
	c := &Case{
		ID: id.New(), Number: o.Number, Token: id.Token(), Application: o.Application, Item: rules.Item,
		ItemName: rules.ItemName, LocalItem: o.LocalItem, Body: o.Body, BodyName: o.BodyName,
		Department: rules.Department, Region: o.Region, Applicant: o.Applicant, ApplicantKind: o.ApplicantKind,
		ApplicantName: o.ApplicantName, Account: o.Account, Channel: o.Channel, Device: o.Device,
		Immediate: rules.Immediate, DeliveryWay: way, State: Submitted, SubmittedAt: o.FiledAt,
		Bundle: o.Bundle, BundleName: o.BundleName,
	}
	if o.Case != "" {
		c.ID = o.Case
	}
	limits := rules.limits()
	change := Change{Limits: &limits, Event: at(o.FiledAt, clock.Submit)}
	if len(o.After) > 0 { // nobody has it yet, so no clock runs
		c.State, change.Event, change.After = Waiting, nil, o.After
	}
	if err := s.act(ctx, tx, c, actor, ActOpen, change); err != nil {
		return nil, err
	}
	if err := insert(ctx, tx, c); err != nil {
		return nil, err
	}
	if c.State == Waiting {
		return c, s.wait(ctx, tx, c, o.After)
	}
	return c, s.publish(ctx, tx, "case.opened", c)
}
