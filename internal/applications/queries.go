package applications

import (
	"context"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// Application reads an application the actor may see.
func (s *Service) Application(ctx context.Context, actor gov.Actor, id string) (*Application, error) {
	a, err := s.load(ctx, s.d.DB, id)
	if err != nil {
		return nil, err
	}
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return a, nil
}

// Holding gives the application whose token somebody holds, by id. Missing
// "applications.missing".
func (s *Service) Holding(ctx context.Context, token string) (string, error) {
	return s.found(ctx, `token = $1`, token)
}

// Numbered gives the application with this number, by id, which tells nothing of it:
// who may see it is asked where it is shown. Missing "applications.missing".
func (s *Service) Numbered(ctx context.Context, n gov.CaseNumber) (string, error) {
	return s.found(ctx, `number = $1 AND number <> ''`, string(n))
}

func (s *Service) found(ctx context.Context, where, arg string) (id string, err error) {
	err = s.d.DB.Row(ctx, `SELECT id FROM application WHERE `+where, arg).Scan(&id)
	if db.NoRows(err) {
		return "", fault.Missing("applications.missing")
	}
	return id, err
}

// Definition gives the form, groups and slots the application was started under.
func (s *Service) Definition(ctx context.Context, a *Application) (*Definition, error) {
	return s.definition(ctx, a)
}

// Drafts lists what the actor has begun and may go on with, newest first. For a
// clerk these are the drafts in his hands.
func (s *Service) Drafts(ctx context.Context, actor gov.Actor) ([]*Application, error) {
	return s.inHand(ctx, actor, Draft)
}

// Amending lists what the actor has filed and is asked to put right or to replace.
func (s *Service) Amending(ctx context.Context, actor gov.Actor) ([]*Application, error) {
	return s.inHand(ctx, actor, Amending)
}

func (s *Service) inHand(ctx context.Context, actor gov.Actor, state State) ([]*Application, error) {
	if !actor.SignedIn() {
		return nil, nil
	}
	where, args := `applicant = $2`, []any{string(state), actor.Concerned()}
	if actor.Kind == gov.Staff {
		where, args = `(account = $2 OR clerk = $2)`, []any{string(state), actor.Account}
	}
	if actor.Narrowed() {
		where, args = where+` AND item in_list($3)`, append(args, db.List(actor.Items))
	}
	rows, err := s.d.DB.Query(ctx, `SELECT `+columns+` FROM application WHERE `+where+` AND state = $1 ORDER BY id DESC LIMIT 50`, args...)
	found, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	var out []*Application
	for _, r := range found {
		if !MaySee(actor, &r.Application) {
			continue
		}
		a, err := s.open(r)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// Answers gives what was filed, file fields answered by their attachments, to
// the cases context and to reactions: what an applicant types during a correction
// stands on no licence before he sends it. It asks for no actor because it is never
// called for a person directly.
func (s *Service) Answers(ctx context.Context, r db.Reader, dossier string) (form.Answers, error) {
	a, err := s.load(ctx, r, dossier)
	if err != nil {
		return nil, err
	}
	def, err := s.definition(ctx, a)
	if err != nil {
		return nil, err
	}
	all, err := attachments(ctx, r, a)
	if err != nil {
		return nil, err
	}
	has := map[string][]string{}
	for _, x := range all {
		has[x.Slot] = append(has[x.Slot], x.ID)
	}
	filed := a.Answers
	if a.State == Amending {
		if filed, err = s.shown(ctx, r, a); err != nil {
			return nil, err
		}
	}
	return withFiles(filed, def, has), nil
}

// Trace gives the application's journal to those who see it.
func (s *Service) Trace(ctx context.Context, actor gov.Actor, a *Application) ([]journal.Line, error) {
	if !MaySee(actor, a) {
		return nil, fault.Missing("applications.missing")
	}
	return s.d.Book.Of(ctx, s.d.DB, journal.Subject{Kind: SubjectKind, ID: a.ID})
}
