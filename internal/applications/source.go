package applications

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Where a prefilled answer comes from, in the order of their authority: what a
// higher one says is not asked of a lower one.
const (
	SourceRegister = "register" // a base register; shown, not typed
	SourceLicence  = "licence"  // the face of a valid licence; shown, not typed
	SourceCounter  = "counter"  // a clerk read it from an original
	SourceDeclared = "declared" // the applicant said so
	SourceEarlier  = "earlier"  // an application filed before for the same applicant
)

// Disputes sends a doubt to the owner of a value; registers is behind it.
type Disputes interface {
	// OpenIn gives the owner a correction task and its id back.
	OpenIn(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, x form.Field, value form.Value, from Source) (string, error)
	// ClaimIn tells the owner what the applicant typed instead.
	ClaimIn(ctx context.Context, tx *db.Tx, actor gov.Actor, dispute, value string) error
}

// Holds tells whether the answer is shown and not typed: a register or a licence
// says it, and nobody has said that it is wrong.
func (a *Application) Holds(key string) bool {
	s := a.Sources[key]
	return s.Held && s.Dispute == "" && !a.Answers[key].IsZero()
}

// source is where the value of an attribute came from, for the page that shows it.
func (s *Service) source(from form.Source, key string, v Attribute) Source {
	authority := v.Source == SourceRegister || v.Source == SourceLicence
	return Source{From: from, Source: v.Source, Detail: v.Detail, On: v.On, Ref: v.Ref, Body: v.Body, Down: v.Down, Stale: v.Stale,
		Held: authority && !v.Stale && s.d.Items.Layout().Holds(key)}
}

// unasked notes at the fields nobody could answer which register would have: the
// page names it, and asks (ux.md 19).
func (s *Service) unasked(a *Application, def *Definition, from form.Source, profile map[string]Attribute) {
	attributes := s.d.Items.Layout().Prefill[from]
	for _, x := range def.Form {
		v := profile[attributes[x.Key]]
		if _, known := a.Sources[x.Key]; v.Down != "" && !known && a.Answers[x.Key].IsZero() {
			a.Sources[x.Key] = Source{From: from, Down: v.Down}
		}
	}
}

// earlierMost is how many filed applications are looked through for what is still
// missing.
const earlierMost = 10

// earlier offers what stays the same from one application of somebody to the next:
// the newest filed answer to a field that is still empty. Whoever acted then does not
// matter, what he may act in now does. A declared identity is offered nothing.
func (s *Service) earlier(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, def *Definition) error {
	if actor.Kind == gov.Person && actor.Assurance < 1 {
		return nil
	}
	layout := s.d.Items.Layout()
	var open []form.Field
	for _, x := range def.Form {
		if layout.Offers(x.Key) && x.Type != form.Table && x.Type != form.File && a.Answers[x.Key].IsZero() {
			open = append(open, x)
		}
	}
	if len(open) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM application WHERE applicant = $1 AND state = 'filed' ORDER BY id DESC LIMIT $2`,
		a.Applicant, earlierMost)
	found, err := db.All(rows, err, scan)
	if err != nil {
		return err
	}
	var seen []string
	for _, r := range found {
		if !actor.Reaches(r.Item) {
			continue
		}
		was, err := s.open(r)
		if err != nil {
			return err
		}
		seen = append(seen, s.offer(ctx, tx, a, was, def, open)...)
	}
	if actor.Kind == gov.Person || len(seen) == 0 {
		return nil
	}
	slices.Sort(seen)
	return s.d.Looks.LookIn(ctx, tx, actor, a.Applicant, seen, "prefill")
}

// offer takes over what is still empty, and gives the sensitive elements among it.
func (s *Service) offer(ctx context.Context, tx *db.Tx, a, was *Application, def *Definition, open []form.Field) (sensitive []string) {
	facts := s.facts(ctx, tx.Now())
	for _, x := range open {
		v := was.Answers[x.Key]
		if v.IsZero() || !a.Answers[x.Key].IsZero() {
			continue
		}
		offered := def.Form.Normalise(form.Answers{x.Key: v})
		if len(def.Form.Validate(offered, facts, x.Key)) > 0 {
			continue
		}
		a.Answers[x.Key] = offered[x.Key]
		a.Sources[x.Key] = Source{Source: SourceEarlier, Detail: was.ItemName, Ref: was.ID, On: today(was.FiledAt), Down: a.Sources[x.Key].Down}
		if x.Class.Encrypted() {
			sensitive = append(sensitive, x.Key)
		}
	}
	return sensitive
}

// disputed is the payload of a dispute in the application's own trace.
type disputed struct {
	Key     string `json:"key"`
	Dispute string `json:"dispute"`
}

// Dispute says that a value a register or a licence holds is wrong: its owner is
// given a correction task, and the answer may be typed in this application. The
// department that handles it sees both values. Fault: applications.not_held.
func (s *Service) Dispute(ctx context.Context, actor gov.Actor, appID string, seen int64, key string) (*Application, error) {
	return s.verb(ctx, actor, appID, seen, ActDispute, func(tx *db.Tx, a *Application, def *Definition) error {
		x, ok := def.Form.Field(key)
		if !ok || !a.Holds(key) {
			return fault.Conflict("applications.not_held")
		}
		source := a.Sources[key]
		task, err := s.d.Disputes.OpenIn(ctx, tx, actor, a, x, a.Answers[key], source)
		if err != nil {
			return err
		}
		source.Dispute = task
		a.Sources[key] = source
		s.touch(a, tx.Now())
		return s.act(ctx, tx, a, actor, ActDispute, disputed{key, task})
	})
}

// claim tells the owners of disputed values what stands in their place now.
func (s *Service) claim(ctx context.Context, tx *db.Tx, actor gov.Actor, a *Application, given form.Answers) error {
	keys := make([]string, 0, len(given))
	for key := range given {
		if a.Sources[key].Dispute != "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys) // everybody locks in one order
	for _, key := range keys {
		if err := s.d.Disputes.ClaimIn(ctx, tx, actor, a.Sources[key].Dispute, a.Answers[key].Text); err != nil {
			return err
		}
	}
	return nil
}
