package counter

import (
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/catalogue/form"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/fault"
	"yimen/internal/web/answers"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// amendView is a correction answered at the counter: the defects with their
// reasons, and exactly what they name to be put right.
type amendView struct {
	*cases.Case
	App    *applications.Application
	Form   ui.Form
	Fields []amendField
	Slots  []amendSlot
	Asking []asks // the departments of a bundle that ask, none for one item

	Fetching fetchView
}

// asks is a department that asks, by the local item of its case.
type asks struct{ LocalItem, Item, Body string }

type amendField struct {
	ui.Field
	Reason string
}

type amendSlot struct {
	ui.Field
	Reason string
}

// amending is what an amendment's pages work on.
type amending struct {
	*cases.Case
	app    *applications.Application
	def    *applications.Definition
	actor  gov.Actor
	asking []asks
	pages  []form.Page // those with something to put right, narrowed to it
}

// answering is the key of a sentence about what is asked in a case: a correction, or
// another licence in the place of one that fell, where nothing had been wrong.
func answering(sentence string, c *cases.Case) string {
	if c.Handled() {
		return "counter.replace_" + sentence
	}
	return "counter.amend_" + sentence
}

func (s *Counter) readAmending(q *kit.Request) (*amending, error) {
	ctx := q.Context()
	c, err := s.Cases.Case(ctx, q.Actor, q.PathValue("id"))
	if err != nil {
		return nil, err
	}
	m := &amending{Case: c}
	if m.app, err = s.Applications.Application(ctx, q.Actor, c.Application); err != nil {
		return nil, err
	}
	if m.def, err = s.Applications.Definition(ctx, m.app); err != nil {
		return nil, err
	}
	if m.actor, err = identity.AtCounter(q.Actor, c.Applicant); err != nil {
		return nil, err
	}
	if c.State != cases.Correcting && !c.Handled() {
		return nil, s.changed(q, fault.Conflict("cases.not_correcting"), c.ID, 0, cases.ActResubmit)
	}
	if !applications.MayEdit(m.actor, m.app) {
		return nil, denied(c)
	}
	if err := s.readAsking(q, m); err != nil {
		return nil, err
	}
	for _, g := range answers.Asked(m.def.Groups) {
		for _, p := range g.Pages {
			p.Fields = slices.DeleteFunc(slices.Clone(p.Fields), func(x form.Field) bool { return !m.app.Editable(x.Key) })
			if len(p.Fields) > 0 {
				m.pages = append(m.pages, p)
			}
		}
	}
	return m, nil
}

// readAsking finds which departments of a bundle ask for something now.
func (s *Counter) readAsking(q *kit.Request, m *amending) error {
	if m.Bundle == "" {
		return nil
	}
	all, err := s.Cases.Companions(q.Context(), q.Actor, m.Application)
	for _, x := range all {
		if slices.ContainsFunc(m.app.Defects, func(d applications.Defect) bool { return d.Member == x.LocalItem }) {
			m.asking = append(m.asking, asks{x.LocalItem, x.ItemName, x.BodyName})
		}
	}
	return err
}

func (m *amending) fields() []form.Field {
	var out []form.Field
	for _, p := range m.pages {
		out = append(out, p.Fields...)
	}
	return out
}

func (m *amending) sheet(q *kit.Request, s *Counter) answers.Sheet {
	return answers.Sheet{Locale: q.Locale, Regions: s.Catalogue, Form: m.def.Form, Answers: m.app.Answers, Sources: m.app.Sources, Editable: m.app.Editable, Compact: true}
}

// reason is what the notices say of a field or slot; of a bundle with who says it.
func (m *amending) reason(key string) string {
	var all []string
	for _, d := range m.app.Defects {
		if d.Key != key {
			continue
		}
		said := d.Reason
		for _, a := range m.asking {
			if a.LocalItem == d.Member {
				said = a.Body + " · " + d.Reason
			}
		}
		all = append(all, said)
	}
	return strings.Join(all, "\n")
}

func (s *Counter) amendment(q *kit.Request) error {
	m, err := s.readAmending(q)
	if err != nil {
		return err
	}
	return s.showAmendment(q, m, m.sheet(q, s).Shown(q.Context(), m.fields()))
}

func (s *Counter) showAmendment(q *kit.Request, m *amending, f ui.Form) error {
	f.Values.Set("version", decimal(m.app.Version()))
	v := &amendView{Case: m.Case, App: m.app, Form: f, Asking: m.asking}
	drawn, err := m.sheet(q, s).Fields(q.Context(), f, m.fields())
	if err != nil {
		return err
	}
	for _, fl := range drawn {
		v.Fields = append(v.Fields, amendField{fl, m.reason(fl.Name)})
	}
	have, err := s.Applications.Attachments(q.Context(), q.Actor, m.app)
	if err != nil {
		return err
	}
	href := func(x applications.Attachment) string { return casePath(m.ID) + "/files/" + x.ID }
	for _, slot := range m.def.Slots {
		if m.app.Attachable(slot.Key) {
			v.Slots = append(v.Slots, amendSlot{answers.Slot(q.Locale, slot, have, href), m.reason(slot.Key)})
		}
	}
	v.Fetching = fetchView{At: casePath(m.ID) + "/amendment/licences", Item: m.def.ItemName, Form: f}
	if v.Fetching.Slots, err = s.fetchedSlots(q, m.actor, m.app, m.def); err != nil {
		return err
	}
	p := page(q, q.T(answering("name", m.Case)), "/counter")
	p.Back, p.Form = casePath(m.ID), f
	return q.Render(p, amendPage(v))
}

// amend saves the fields that were put right and sends the answer, so that the
// case is submitted again; both identities stand in the journal.
func (s *Counter) amend(q *kit.Request) error {
	f, m, err := s.postedAmending(q)
	if err != nil {
		return err
	}
	again := func(faults ...fault.Field) error {
		return s.showAmendment(q, m, m.sheet(q, s).Again(q.Context(), m.fields(), f, faults...))
	}
	if f.Reshape() {
		return again()
	}
	faults, err := s.saveAmended(q, m, f)
	if err == nil && len(faults) == 0 {
		var members []string // none: all that ask
		if one := f.Text("member"); one != "" {
			members = []string{one}
		}
		_, err = s.Applications.Amend(q.Context(), m.actor, m.app.ID, m.app.Version(), members...)
		faults, err = onForm(err)
	}
	if err != nil {
		return kit.Conflict(err, casePath(m.ID)+"/amendment")
	}
	if len(faults) > 0 {
		return again(faults...)
	}
	q.Flash(ui.ToneOK, answering("done", m.Case))
	return q.Redirect(casePath(m.ID))
}

// saveAmended saves page by page and leaves the application as it then stands.
func (s *Counter) saveAmended(q *kit.Request, m *amending, f *kit.Form) (all fault.Fields, err error) {
	version := f.Version()
	for _, p := range m.pages {
		a, err := s.Applications.Save(q.Context(), m.actor, m.app.ID, version, p.ID, answers.Read(f, p.Fields), false)
		faults, err := onForm(err)
		if err != nil {
			return nil, err
		}
		all = append(all, faults...)
		if a != nil {
			m.app, version = a, a.Version()
		}
	}
	return all, nil
}

// amendMaterials keeps files that a correction asked for, or takes one out.
func (s *Counter) amendMaterials(q *kit.Request) error {
	m, err := s.readAmending(q)
	if err != nil {
		return err
	}
	back := casePath(m.ID) + "/amendment"
	taken, err := answers.Take(q, s.Applications, m.actor, m.app.ID)
	if err != nil {
		return kit.Conflict(err, back)
	}
	if len(taken.Faults) > 0 {
		if taken.Application != nil {
			m.app = taken.Application
		}
		return s.showAmendment(q, m, m.sheet(q, s).Shown(q.Context(), m.fields()).With(taken.Faults))
	}
	if _, err := answers.Detach(q.Context(), taken.Form, s.Applications, m.actor, m.app.ID); err != nil {
		return kit.Conflict(err, back)
	}
	taken.Tell(q)
	return q.Redirect(back)
}

// amendWithLicence puts a licence in the place of a paper that was asked for.
func (s *Counter) amendWithLicence(q *kit.Request) error {
	f, m, err := s.postedAmending(q)
	if err != nil {
		return err
	}
	return s.fetchFor(q, f, m.actor, m.app.ID, casePath(m.ID)+"/amendment", func(faults fault.Fields) error {
		return s.showAmendment(q, m, m.sheet(q, s).Shown(q.Context(), m.fields()).With(faults))
	})
}

// amendTakeBack ends the consent to a licence that is to be replaced.
func (s *Counter) amendTakeBack(q *kit.Request) error {
	f, m, err := s.postedAmending(q)
	if err != nil {
		return err
	}
	return s.takeBackFor(q, f, m.actor, m.app.ID, casePath(m.ID)+"/amendment")
}

func (s *Counter) postedAmending(q *kit.Request) (*kit.Form, *amending, error) {
	f, err := q.Form()
	if err != nil {
		return nil, nil, err
	}
	m, err := s.readAmending(q)
	return f, m, err
}
