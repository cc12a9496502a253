package applications

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Start gives the applicant's draft for the item, or begins one with what the
// account already knows filled in. Another asks for a second draft beside the first.
// An item outside the mandate is refused before anything is typed
// (identity.out_of_scope).
func (s *Service) Start(ctx context.Context, actor gov.Actor, localItem string, another bool) (*Application, error) {
	def, err := s.d.Items.Definition(ctx, localItem)
	if err != nil {
		return nil, err
	}
	if !actor.Reaches(def.Item) {
		return nil, fault.Denied("identity.out_of_scope")
	}
	var out *Application
	err = s.d.DB.Do(ctx, func(tx *db.Tx) error {
		party, err := s.d.People.Applicant(ctx, tx, actor)
		if err != nil {
			return err
		}
		if !slices.Contains(def.Audience, party.Kind) {
			return fault.Denied("applications.audience_"+party.Kind, "item", def.ItemName)
		}
		if !another {
			if out, err = s.begun(ctx, tx, actor, party.ID, def.Item); err != nil || out != nil {
				return err
			}
		}
		out, err = s.begin(ctx, tx, actor, def, party, id.New())
		return err
	})
	return out, err
}

// begun finds the draft of this applicant for this item that the actor may edit.
func (s *Service) begun(ctx context.Context, tx *db.Tx, actor gov.Actor, party, item string) (*Application, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM application WHERE applicant = $1 AND state = 'draft' AND item = $2
		ORDER BY id DESC LIMIT 5`, party, item)
	found, err := db.All(rows, err, scan)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		if MayEdit(actor, &r.Application) {
			return s.open(r)
		}
	}
	return nil, nil
}

func (s *Service) begin(ctx context.Context, tx *db.Tx, actor gov.Actor, def *Definition, party Party, appID string) (*Application, error) {
	a := &Application{
		ID: appID, Token: id.Token(), Item: def.Item, ItemName: def.ItemName, LocalItem: def.LocalItem,
		Body: def.Body, Region: def.Region, Applicant: party.ID, ApplicantKind: party.Kind, ApplicantName: party.Name,
		Account: actor.Account, Channel: actor.Channel, Device: actor.Device, State: Draft,
		Answers: form.Answers{}, Sources: map[string]Source{}, StartedAt: tx.Now(), SavedAt: tx.Now(),
		ExpiresOn: today(tx.Now()).AddDays(KeptDays),
	}
	if def.Bundle() {
		a.Bundle = def.Item
	}
	if actor.Kind == gov.Person && actor.OnBehalfOf != "" {
		a.Handler = actor.Party
	}
	if err := s.prefill(ctx, tx, actor, a, def, party); err != nil {
		return nil, err
	}
	if err := s.act(ctx, tx, a, actor, ActStart, edit{Answers: a.Answers}); err != nil {
		return nil, err
	}
	return a, s.insert(ctx, tx, a)
}

// edit is the payload of an edit: what was answered, not what was on the screen.
type edit struct {
	Page    string       `json:"page,omitempty"`
	Answers form.Answers `json:"answers,omitempty"`
	Slot    string       `json:"slot,omitempty"`
	File    string       `json:"file,omitempty"`
	Hash    string       `json:"hash,omitempty"`
	Number  string       `json:"number,omitempty"`
	To      string       `json:"to,omitempty"`
	Defects []Defect     `json:"defects,omitempty"`
	Consent *consent     `json:"consent,omitempty"`
	From    string       `json:"from,omitempty"`    // the attachment or application that was copied
	Members []string     `json:"members,omitempty"` // of a bundle: whose correction is answered

	Supplied map[string]Supplied `json:"supplied,omitempty"`
}

// prefill asks the applicant's profile, and for an organisation also that of the
// person who acts for it, before the applicant has to.
func (s *Service) prefill(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def *Definition, party Party) error {
	facts := s.facts(ctx, tx.Now())
	fill := func(from form.Source, partyID string) error {
		profile, err := s.d.People.Profile(ctx, tx, actor, partyID)
		if err != nil {
			return err
		}
		text := map[string]string{}
		for k, v := range profile {
			text[k] = v.Value
		}
		for _, f := range s.d.Items.Layout().Fill(def.Form, from, text, facts) {
			if _, has := a.Answers[f.Key]; !has {
				a.Answers[f.Key] = f.Value
				a.Sources[f.Key] = s.source(from, f.Key, profile[s.d.Items.Layout().Prefill[from][f.Key]])
			}
		}
		s.unasked(a, def, from, profile)
		return nil
	}
	from := form.FromPerson
	if party.Kind != "person" {
		from = form.FromOrganisation
	}
	if err := fill(from, party.ID); err != nil {
		return err
	}
	if party.Kind != "person" && a.Handler != "" {
		if err := fill(form.FromHandler, a.Handler); err != nil {
			return err
		}
	}
	return s.earlier(ctx, tx, actor, a, def)
}

func today(i now.Instant) clock.Date { return clock.DateOf(i.Time()) }

func (s *Service) facts(ctx context.Context, at now.Instant) form.Facts {
	return form.Facts{Today: today(at), Region: func(code string) bool { return s.d.Items.RegionExists(ctx, code) }}
}

// Save keeps one page of answers. With later the answers are kept as they are
// and the page stays open; otherwise a page with a defect is refused with all of
// them and nothing is kept, so that "done" means done.
func (s *Service) Save(ctx context.Context, actor gov.Actor, appID string, seen int64, page string, given form.Answers, later bool) (*Application, error) {
	return s.verb(ctx, actor, appID, seen, ActSave, func(tx *db.Tx, a *Application, def *Definition) error {
		p, ok := def.page(page)
		if !ok {
			return fault.Missing("applications.page_missing")
		}
		kept := form.Answers{}
		for _, x := range p.Fields {
			if a.Editable(x.Key) && x.Type != form.File {
				kept[x.Key] = given[x.Key]
			}
		}
		if len(kept) == 0 && a.State != Draft { // of a draft, sources may hold the whole page
			return fault.Denied("applications.not_editable")
		}
		kept = def.normalised(kept)
		a.take(kept)
		if err := s.claim(ctx, tx, actor, a, kept); err != nil {
			return err
		}
		a.Done = slices.DeleteFunc(a.Done, func(d string) bool { return d == p.ID })
		if defects := def.validate(a.Answers, s.facts(ctx, tx.Now()), p.asked()...); len(defects) == 0 {
			a.Done = append(a.Done, p.ID)
		} else if !later {
			return defects.Err()
		}
		s.touch(a, tx.Now())
		return s.act(ctx, tx, a, actor, ActSave, edit{Page: p.ID, Answers: kept})
	})
}

// normalised are answers as the form keeps them; one that was emptied is taken back.
func (d *Definition) normalised(given form.Answers) form.Answers {
	out := d.Form.Normalise(given)
	for key := range given {
		if _, ok := out[key]; !ok {
			out[key] = form.Value{}
		}
	}
	return out
}

// take replaces answers; one that was changed by hand no longer comes from a source,
// unless it is the source that is disputed.
func (a *Application) take(given form.Answers) {
	for k, v := range given {
		if !a.Answers[k].Equal(v) && a.Sources[k].Dispute == "" {
			delete(a.Sources, k)
		}
		if v.IsZero() {
			delete(a.Answers, k)
		} else {
			a.Answers[k] = v
		}
	}
}

func (s *Service) touch(a *Application, at now.Instant) {
	a.SavedAt = at
	if a.State == Draft {
		a.ExpiresOn = today(at).AddDays(KeptDays)
	}
}

// page is a form page of the definition.
type page struct{ form.Page }

func (d *Definition) page(id string) (page, bool) {
	for _, g := range d.Groups {
		for _, p := range g.Pages {
			if p.ID == id {
				return page{p}, true
			}
		}
	}
	return page{}, false
}

// asked are the fields answered on the page itself; files have their slots.
func (p page) asked() []string {
	var out []string
	for _, x := range p.Fields {
		if x.Type != form.File {
			out = append(out, x.Key)
		}
	}
	return out
}

// PageFor finds the page that asks the field, ” when none does.
func (d *Definition) PageFor(key string) string {
	for _, g := range d.Groups {
		for _, p := range g.Pages {
			if slices.Contains(p.Keys(), key) {
				return p.ID
			}
		}
	}
	return ""
}

// Discard ends a draft for good.
func (s *Service) Discard(ctx context.Context, actor gov.Actor, appID string, seen int64) error {
	_, err := s.verb(ctx, actor, appID, seen, ActDiscard, func(tx *db.Tx, a *Application, _ *Definition) error {
		if err := s.releaseAll(ctx, tx, a); err != nil {
			return err
		}
		a.Answers, a.Sources = form.Answers{}, nil
		return s.act(ctx, tx, a, actor, ActDiscard, edit{})
	})
	return err
}

var program = gov.Actor{Account: "system", Name: "系统", Kind: gov.System, Channel: gov.API}

const expireMany = 100

// Expire discards drafts kept past their day; it tells how many, and is called
// again until that is none.
func (s *Service) Expire(ctx context.Context, tx *db.Tx) (int, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM application WHERE state = 'draft' AND expires_on < $1
		ORDER BY expires_on LIMIT $2`, today(tx.Now()), expireMany)
	due, err := db.All(rows, err, scan)
	if err != nil {
		return 0, err
	}
	for _, r := range due {
		a, err := s.open(r)
		if err != nil {
			return 0, err
		}
		if err := s.releaseAll(ctx, tx, a); err != nil {
			return 0, err
		}
		a.Answers, a.Sources = form.Answers{}, nil
		if err := s.act(ctx, tx, a, program, ActDiscard, edit{}); err != nil {
			return 0, err
		}
		if err := s.save(ctx, tx, a); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
