package applications

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Applicant is whom a department's system files for, as its own counter saw him:
// a person by document and name, an organisation by credit code and name.
type Applicant struct {
	Kind       string // person or organisation
	Name       string
	IDType     string // of a person; '' means 居民身份证
	IDNumber   string // of a person
	CreditCode string // of an organisation
	Phone      string
	Evidence   string // what was seen: without a document nobody is served in his own name
}

// Submission is a whole application in one message.
type Submission struct {
	ID        string // of the application to be, made by the caller so that its answer can name it
	LocalItem string
	Applicant Applicant
	Answers   form.Answers
	File      bool // at once; otherwise it stays a draft, for its attachments
	Declared  bool // the applicant's declaration that what he says is true, needed to file
}

// Submit takes an application that a department's own system filled in with the
// applicant, in one transaction: the applicant is found or entered, the draft
// begun and prefilled, the answers taken, and on request it is filed. The actor
// needs the clerk's post that a walk-in needs; both identities are in the journal.
// Answers that the published form does not ask for are refused, not dropped: the
// system has another version in hand (art. 31). Faults: those of Start and File,
// and fault.fields with applicant.* and the keys of the form.
func (s *Service) Submit(ctx context.Context, actor gov.Actor, in Submission) (*Application, error) {
	def, err := s.d.Items.Definition(ctx, in.LocalItem)
	if err != nil {
		return nil, err
	}
	if !actor.At(gov.RoleClerk, string(def.Region)) {
		return nil, fault.Denied("applications.denied")
	}
	if err := in.check(def); err != nil {
		return nil, err
	}
	var numbers []gov.CaseNumber
	if in.File {
		if numbers, err = s.numbers(ctx, &Application{Region: def.Region, LocalItem: def.LocalItem}); err != nil {
			return nil, err
		}
	}
	var out *Application
	submit := func(tx *db.Tx) (err error) {
		out, err = s.submitIn(ctx, tx, actor, def, in, numbers)
		return err
	}
	err = s.d.DB.Do(ctx, submit)
	if db.IsUnique(err) { // somebody entered the same applicant at this moment: now he is known
		err = s.d.DB.Do(ctx, submit)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (in Submission) check(def *Definition) error {
	var f fault.Fields
	for key := range in.Answers {
		if x, ok := def.Form.Field(key); !ok || x.Type == form.File {
			f.Add(key, "applications.answer_unpublished")
		}
	}
	if in.File && !in.Declared {
		f.Add("declared", "applications.declare")
	}
	if !slices.Contains(def.Audience, in.Applicant.Kind) {
		f.Add("applicant.kind", "applications.audience_wrong")
	}
	slices.SortFunc(f, func(a, b fault.Field) int {
		if a.Path < b.Path {
			return -1
		}
		return 1
	})
	return f.Err()
}

func (s *Service) submitIn(ctx context.Context, tx *db.Tx, actor gov.Actor, def *Definition, in Submission, numbers []gov.CaseNumber) (*Application, error) {
	actor, party, err := s.d.People.Enter(ctx, tx, actor, in.Applicant)
	if err != nil {
		return nil, under("applicant.", err)
	}
	a, err := s.begin(ctx, tx, actor, def, party, in.ID)
	if err != nil {
		return nil, err
	}
	a.loaded = a.Head.Version
	given := form.Answers{}
	for key, v := range def.Form.Normalise(in.Answers) {
		given[key] = v
	}
	a.take(given)
	facts := s.facts(ctx, tx.Now())
	for _, g := range def.Groups {
		for _, p := range g.Pages {
			if len(def.validate(a.Answers, facts, page{p}.asked()...)) == 0 {
				a.Done = append(a.Done, p.ID)
			}
		}
	}
	if err := s.act(ctx, tx, a, actor, ActSave, edit{Answers: given}); err != nil {
		return nil, err
	}
	if in.File {
		if err := s.fileIn(ctx, tx, actor, a, def, numbers); err != nil {
			return nil, err
		}
	}
	return a, s.save(ctx, tx, a)
}

// under moves the fields of another context's fault below a place of ours.
func under(place string, err error) error {
	if e, ok := fault.As(err); ok {
		for i := range e.Fields {
			e.Fields[i].Path = place + e.Fields[i].Path
		}
	}
	return err
}

// DefinitionOf gives the form and slots of a local item, to programs that fill it
// in before there is an application.
func (s *Service) DefinitionOf(ctx context.Context, localItem string) (*Definition, error) {
	return s.d.Items.Definition(ctx, localItem)
}

// Held is an application with its files and what still keeps it from being filed.
type Held struct {
	*Application
	Definition  *Definition
	Attachments []Attachment
	Fetched     []Fetched    // each licence as it stands now
	Defects     fault.Fields // of a draft; see Examine
}

// HeldAt reads an application the actor may see as r sees it: inside a
// transaction, with what it has changed.
func (s *Service) HeldAt(ctx context.Context, r db.Reader, actor gov.Actor, id string) (Held, error) {
	a, err := s.load(ctx, r, id)
	if err != nil {
		return Held{}, err
	}
	if !MaySee(actor, a) {
		return Held{}, fault.Missing("applications.missing")
	}
	h := Held{Application: a}
	if h.Definition, err = s.definition(ctx, a); err != nil {
		return h, err
	}
	if h.Attachments, err = attachments(ctx, r, a); err != nil {
		return h, err
	}
	if h.Fetched, err = s.fetched(ctx, r, a); err != nil {
		return h, err
	}
	if a.State == Draft {
		h.Defects, _, err = s.examine(ctx, r, a, h.Definition, s.d.Now())
	}
	return h, err
}
