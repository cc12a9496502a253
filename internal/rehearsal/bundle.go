package rehearsal

import (
	"context"
	"fmt"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
)

// Choice is what an applicant says before an application for a bundle begins.
type Choice struct {
	Bundle  string
	Region  string
	Answers map[string]string // to the situation questions
	Chosen  []string          // optional items
	Way     string            // of delivery, where the form asks; '' for the first one offered
}

// FileBundle starts, completes and files an application for a bundle.
func (s *Stage) FileBundle(ctx context.Context, actor gov.Actor, in Choice) (*applications.Application, error) {
	c, err := s.Catalogue.Compose(ctx, in.Bundle, in.Region, in.Answers, in.Chosen)
	if err != nil {
		return nil, err
	}
	x, err := s.Applications.Start(ctx, actor, c.ID, true)
	if err != nil {
		return nil, err
	}
	if x, err = s.FetchedBy(ctx, actor, x, in.Way); err != nil {
		return nil, err
	}
	if x, err = s.Complete(ctx, actor, x); err != nil {
		return nil, err
	}
	return s.Applications.File(ctx, actor, x.ID, x.Version(), true)
}

// BringBundle brings every case of an application to the goal, each as soon as it
// is open, and gives them in the order of the bundle's members.
func (s *Stage) BringBundle(ctx context.Context, applicant gov.Actor, application string, g Goal) ([]cases.Sibling, error) {
	for {
		all, err := s.Cases.Together(ctx, applicant, application)
		if err != nil {
			return nil, err
		}
		moved, waiting := false, 0
		for _, x := range all {
			switch {
			case x.State == cases.Waiting:
				waiting++
			case x.State != g.State && !x.Ended():
				if _, err := s.Bring(ctx, applicant, x.Case, g); err != nil {
					return all, fmt.Errorf("%s: %w", x.Item, err)
				}
				moved = true
			}
		}
		if !moved {
			if waiting > 0 {
				return all, fmt.Errorf("rehearsal: %d cases of %s wait for ever", waiting, application)
			}
			return all, nil
		}
	}
}
