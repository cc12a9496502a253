package applications

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Looks keeps that somebody saw sensitive values in clear; identity is behind it,
// which has the chain that the person reads.
type Looks interface {
	LookIn(ctx context.Context, tx *db.Tx, actor gov.Actor, party string, elements []string, purpose string) error
}

// Look gives the sensitive answers of a filed application in clear to who works
// on it, and keeps the look with its purpose (个人信息保护法 art. 28, 51).
// Everything else about the answers is masked on screens, see form.Field.Masked.
func (s *Service) Look(ctx context.Context, actor gov.Actor, appID, purpose string) (form.Answers, error) {
	clear := form.Answers{}
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := s.load(ctx, tx, appID)
		switch {
		case err != nil:
			return err
		case !MaySee(actor, a):
			return fault.Missing("applications.missing")
		case !serves(actor, a) && !atCounter(actor, a):
			return fault.Denied("applications.denied")
		}
		def, err := s.definition(ctx, a)
		if err != nil {
			return err
		}
		shown, err := s.shown(ctx, tx, a)
		if err != nil {
			return err
		}
		var keys []string
		for _, x := range def.Form {
			if v := shown[x.Key]; x.Class.Encrypted() && !v.IsZero() {
				keys, clear[x.Key] = append(keys, x.Key), v
			}
		}
		if keys, err = s.lookAtFaces(ctx, tx, actor, a, keys, purpose); err != nil || len(keys) == 0 {
			return err
		}
		return s.d.Looks.LookIn(ctx, tx, actor, a.Applicant, keys, purpose)
	})
	if err != nil {
		return nil, err
	}
	return clear, nil
}

// FiledForm is what the form said when it was filed, or filed again after
// a correction.
type FiledForm struct {
	At      now.Instant
	Name    string // who filed it
	Answers form.Answers
}

// FiledForms gives every filing of the application, oldest first, in clear, so
// that a handler sees what a correction changed (ux.md 14) and not what an
// applicant is typing right now.
func (s *Service) FiledForms(ctx context.Context, actor gov.Actor, a *Application) ([]FiledForm, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return s.filings(ctx, s.d.DB, a)
}

// shown are the answers a handler sees: of a draft in hand what stands there, else
// what was filed last. What an applicant types during a correction is his own
// business until he sends it.
func (s *Service) shown(ctx context.Context, r db.Reader, a *Application) (form.Answers, error) {
	if a.State == Draft {
		return a.Answers, nil
	}
	filed, err := s.filings(ctx, r, a)
	if err != nil || len(filed) == 0 {
		return a.Answers, err
	}
	return filed[len(filed)-1].Answers, nil
}

func (s *Service) filings(ctx context.Context, r db.Reader, a *Application) ([]FiledForm, error) {
	lines, err := s.d.Book.Of(ctx, r, journal.Subject{Kind: SubjectKind, ID: a.ID})
	if err != nil {
		return nil, err
	}
	var out []FiledForm
	for _, l := range lines {
		if act := Act(l.Act); (act != ActFile && act != ActAmend && act != ActAnswer) || l.Erased {
			continue
		}
		var said edit
		if err := json.Unmarshal(l.Payload, &said); err != nil {
			return nil, fault.Internal(err, "applications.unreadable")
		}
		if a.part != nil {
			said.Answers = a.own(a.part, said.Answers)
			toOthers := len(said.Members) > 0 && !slices.Contains(said.Members, a.part.LocalItem)
			if n := len(out); toOthers && n > 0 && maps.EqualFunc(out[n-1].Answers, said.Answers, form.Value.Equal) {
				continue // the answer to another department, and nothing of this one's
			}
		}
		out = append(out, FiledForm{At: l.At, Name: l.Name, Answers: said.Answers})
	}
	return out, nil
}

// MayCheck tells a page whether to offer the comparison with the original.
func MayCheck(a gov.Actor, x *Application) bool {
	return Lifecycle.Allows(x.State, ActCheck) && mayCheck(a, x)
}
