package app

import (
	"context"

	"yimen/internal/cases"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/rehearsal"
	"yimen/internal/web/fixtures"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// fixtures are the developer's pages over the demo town.
func (a *App) fixtures() []kit.Route {
	town, err := ReadTown()
	if err != nil {
		return nil // the town's file is embedded and tested
	}
	var logins []ui.Option
	for _, p := range town.People {
		logins = append(logins, ui.Option{Value: p.Login, Label: p.Name + "（" + p.Login + "）"})
	}
	var goals []string
	for _, g := range rehearsal.Goals() {
		goals = append(goals, g.String())
	}
	stage := a.Stage()
	return fixtures.New(fixtures.Deps{Catalogue: a.Catalogue, Logins: logins, Goals: goals,
		Play: func(ctx context.Context, w fixtures.Want) (*cases.Case, error) {
			return a.playFixture(ctx, stage, town, w)
		}}).Routes()
}

func (a *App) playFixture(ctx context.Context, stage *rehearsal.Stage, town *Town, w fixtures.Want) (*cases.Case, error) {
	in, err := a.Identity.SignIn(ctx, w.Login, town.Password, identity.Origin{Channel: gov.Web})
	if err != nil {
		return nil, err
	}
	defer a.Identity.SignOut(ctx, in.Token)
	applicant := in.Actor
	if all, err := a.Identity.Principals(ctx, applicant); err != nil {
		return nil, err
	} else if len(all) > 0 {
		if applicant, err = a.Identity.ActAs(ctx, applicant, in.Session.ID, all[0].Principal); err != nil {
			return nil, err
		}
	}
	goal := rehearsal.Goal{State: w.State, Step: w.Step, Extension: w.Extension}
	if b, err := a.Catalogue.Bundle(ctx, w.Item); err == nil {
		return a.playBundle(ctx, stage, applicant, b, goal)
	}
	x, err := stage.File(ctx, applicant, w.Item, a.Config.Text("region"))
	if err != nil {
		return nil, err
	}
	c, err := a.Cases.ByApplication(ctx, applicant, x.ID)
	if err != nil {
		return nil, err
	}
	return stage.Bring(ctx, applicant, c, goal)
}

// playBundle files a bundle with the first answer to every question and brings the
// members that wait for nobody to the goal.
func (a *App) playBundle(ctx context.Context, stage *rehearsal.Stage, applicant gov.Actor, b set.Bundle, goal rehearsal.Goal) (*cases.Case, error) {
	in := rehearsal.Choice{Bundle: b.ID, Region: a.Config.Text("region"), Answers: map[string]string{}}
	for _, q := range b.Questions {
		in.Answers[q.ID] = q.Options[0]
	}
	x, err := stage.FileBundle(ctx, applicant, in)
	if err != nil {
		return nil, err
	}
	all, err := a.Cases.Together(ctx, applicant, x.ID)
	if err != nil {
		return nil, err
	}
	var first *cases.Case
	for _, c := range all {
		if c.State == cases.Waiting {
			continue
		}
		brought, err := stage.Bring(ctx, applicant, c.Case, goal)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = brought
		}
	}
	return first, nil
}
