package applications

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// Copied is a draft that began as a copy, with what came of it.
type Copied struct {
	*Application
	Taken  int      // answers that were taken over
	Papers int      // that are filed again
	Open   []string // ids of pages that the item has changed since, or that need an answer again
	Found  bool     // it was copied before and is still a draft
}

// StartFrom begins a draft as a copy of an application of the same party that was
// filed before, under the version of the item in force now: its answers but for those
// that a register, a licence or a counter gave, which are fetched anew; its papers but
// for those past their day. Licences are not copied, each needs its consent again.
// Nothing is filed. Pressed twice, the draft that is there is given.
// Faults: applications.missing; applications.not_filed for a draft;
// applications.item_gone when nobody offers the item now; identity.out_of_scope.
func (s *Service) StartFrom(ctx context.Context, actor gov.Actor, earlier string) (*Copied, error) {
	was, err := s.copyable(ctx, s.d.DB, actor, earlier)
	if err != nil {
		return nil, err
	}
	latest, err := s.d.Items.Latest(ctx, was.LocalItem)
	if fault.KindOf(err) == fault.KindMissing {
		return nil, fault.Conflict("applications.item_gone", "item", was.ItemName)
	}
	if err != nil {
		return nil, err
	}
	then, err := s.d.Items.Definition(ctx, was.LocalItem)
	if err != nil {
		return nil, err
	}
	def, err := s.d.Items.Definition(ctx, latest)
	if err != nil {
		return nil, err
	}
	var out *Copied
	err = s.d.DB.Do(ctx, func(tx *db.Tx) error {
		was, err := s.lock(ctx, tx, was.ID) // who presses twice waits here
		if err != nil {
			return err
		}
		if out, err = s.copiedBefore(ctx, tx, actor, was.ID); err != nil || out != nil {
			return err
		}
		out, err = s.copyIn(ctx, tx, actor, was, then, def)
		return err
	})
	return out, err
}

// MayCopy tells a page whether to offer the copy.
func MayCopy(a gov.Actor, x *Application) bool {
	return x.Number != "" && (mine(a, x) || a.At(gov.RoleClerk, string(x.Region)) && a.OnBehalfOf == x.Applicant)
}

func (s *Service) copyable(ctx context.Context, r db.Reader, actor gov.Actor, earlier string) (*Application, error) {
	application, localItem := split(earlier)
	a, err := s.load(ctx, r, application)
	switch {
	case err != nil:
		return nil, err
	case localItem != "" || !MaySee(actor, a):
		return nil, fault.Missing("applications.missing")
	case a.Number == "":
		return nil, fault.Conflict("applications.not_filed")
	case !MayCopy(actor, a):
		return nil, fault.Denied("applications.denied")
	}
	return a, nil
}

// copiedBefore finds the draft that the same copy made and that the actor may go on
// with.
func (s *Service) copiedBefore(ctx context.Context, tx *db.Tx, actor gov.Actor, earlier string) (*Copied, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM application WHERE state = 'draft'
		AND id IN (SELECT c.application FROM copied c WHERE c.earlier = $1) ORDER BY id DESC LIMIT 5`, earlier)
	found, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		if MayEdit(actor, &r.Application) {
			a, err := s.open(r)
			return &Copied{Application: a, Found: true}, err
		}
	}
	return nil, nil
}

func (s *Service) copyIn(ctx context.Context, tx *db.Tx, actor gov.Actor, was *Application, then, def *Definition) (*Copied, error) {
	party, err := s.d.People.Applicant(ctx, tx, actor)
	if err != nil {
		return nil, err
	}
	if !actor.Reaches(def.Item) {
		return nil, fault.Denied("identity.out_of_scope")
	}
	if !slices.Contains(def.Audience, party.Kind) {
		return nil, fault.Denied("applications.audience_"+party.Kind, "item", def.ItemName)
	}
	a, err := s.begin(ctx, tx, actor, def, party, id.New())
	if err != nil {
		return nil, err
	}
	a.loaded = a.Head.Version
	out := &Copied{Application: a}
	facts := s.facts(ctx, tx.Now())
	taken := handed(was, a, def)
	together := a.Answers.Clone()
	maps.Copy(together, taken)
	for _, f := range def.Form.Validate(together, facts, keysOf(taken)...) { // what the item does not allow any more is asked again
		key, _, _ := strings.Cut(f.Path, ".")
		delete(taken, key)
	}
	out.Taken = len(taken)
	a.take(taken)
	out.Open = a.copyPages(then, def, facts)
	if err := tx.Exec(ctx, `INSERT INTO copied (application, earlier) VALUES ($1,$2)`, a.ID, was.ID); err != nil {
		return nil, err
	}
	if out.Papers, err = s.copyPapers(ctx, tx, actor, was, a, def); err != nil {
		return nil, err
	}
	if err := s.act(ctx, tx, a, actor, ActSave, edit{Answers: taken, From: was.ID}); err != nil {
		return nil, err
	}
	return out, s.save(ctx, tx, a)
}

// handed are the answers of an earlier application that a person gave and that the
// form still asks, where no source has answered better already.
func handed(was, a *Application, def *Definition) form.Answers {
	given := form.Answers{}
	for key, v := range was.Answers {
		x, asked := def.Form.Field(key)
		if !asked || x.Type == form.File || v.IsZero() || asserted(was.Sources[key]) || asserted(a.Sources[key]) {
			continue
		}
		given[key] = v
	}
	return def.Form.Normalise(given)
}

// asserted tells whether somebody else than the applicant vouches for the value.
func asserted(s Source) bool {
	return s.Source != "" && s.Source != "declared" && s.Source != "earlier"
}

func keysOf(a form.Answers) (out []string) {
	for key := range a {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// copyPages marks as done the pages that ask today what they asked then and lack
// nothing; the others are open.
func (a *Application) copyPages(then, def *Definition, facts form.Facts) (open []string) {
	for _, g := range def.Groups {
		for _, p := range g.Pages {
			asked := page{p}.asked()
			if len(asked) == 0 {
				continue
			}
			if then.asks(p) && len(def.Form.Validate(a.Answers, facts, asked...)) == 0 {
				a.Done = append(a.Done, p.ID)
			} else {
				open = append(open, p.ID)
			}
		}
	}
	return open
}

// asks tells whether the definition asked every field of the page, with the same
// words, rules and options.
func (d *Definition) asks(p form.Page) bool {
	for _, x := range p.Fields {
		if was, ok := d.Form.Field(x.Key); !ok || !reflect.DeepEqual(was, x) {
			return false
		}
	}
	return true
}

// copyPapers files the papers of the earlier application again, where the item still
// asks for them.
func (s *Service) copyPapers(ctx context.Context, tx *db.Tx, actor gov.Actor, was, a *Application, def *Definition) (n int, err error) {
	all, err := attachments(ctx, tx, was)
	if err != nil {
		return 0, err
	}
	for i := range all {
		x := &all[i]
		if _, ok := def.slot(x.Slot); !ok || x.Expired(today(tx.Now())) {
			continue
		}
		if err := s.reuseIn(ctx, tx, actor, a, x.Slot, *x); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// EarlierOf lists the newest applications of an item that the party the actor acts
// for has filed: what a copy can begin from.
func (s *Service) EarlierOf(ctx context.Context, actor gov.Actor, item string) ([]*Application, error) {
	if actor.Concerned() == "" || !actor.Reaches(item) {
		return nil, nil
	}
	rows, err := s.d.DB.Query(ctx, `SELECT `+columns+` FROM application WHERE applicant = $1 AND item = $2 AND number <> ''
		ORDER BY id DESC LIMIT 3`, actor.Concerned(), item)
	found, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	var out []*Application
	for _, r := range found {
		if a := &r.Application; MaySee(actor, a) && MayCopy(actor, a) {
			out = append(out, a)
		}
	}
	return out, nil
}
