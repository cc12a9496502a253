package catalogue

import (
	"context"
	"encoding/json"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// Composition is a choice of a bundle's members at a place: what an application
// for a bundle is started under, as one for an item is under a local item. It is
// immutable and shared, and merged once.
type Composition struct {
	ID            string
	Bundle        string // id
	BundleVersion string
	Name          string
	Audience      string
	Answers       map[string]string // to the situation questions
	Members       []Composed        // in the bundle's order
	Merged        *merge.Merged
}

// Composed is one member: the local item of the place, and how the bundle takes it.
type Composed struct {
	*Guide
	set.Member
}

// composition is a Composition as it is stored. Elements are those that bind leads
// to, as the dictionary had them.
type composition struct {
	Format   int                     `json:"format"`
	Bundle   string                  `json:"bundle"`
	Name     string                  `json:"name"`
	Audience string                  `json:"audience"`
	Answers  map[string]string       `json:"answers,omitempty"`
	Members  []composedMember        `json:"members"`
	Elements map[string]elementEntry `json:"elements,omitempty"`
}

type composedMember struct {
	LocalItem string     `json:"local_item"`
	Member    set.Member `json:"member"`
}

const compositionFormat = 1

// Compose gives the composition of a bundle for somebody in a region: the members
// that the answers and the optional items chosen bring in, each handled by the
// body that GuideAt would name. The same choice under the same versions is the
// same composition.
//
// Errors: Missing "catalogue.no_bundle"; those of merge.Choose; Invalid
// "catalogue.bundle_not_here" with the items that no body handles.
func (s *Service) Compose(ctx context.Context, bundle, region string, answers map[string]string, chosen []string) (*Composition, error) {
	version, b, err := s.bundle(ctx, bundle)
	if err != nil {
		return nil, err
	}
	members, err := merge.Choose(b, answers, chosen)
	if err != nil {
		return nil, err
	}
	doc, err := s.compose(ctx, b, members, region, answers)
	if err != nil {
		return nil, err
	}
	text, err := encodeJSON(doc)
	if err != nil {
		return nil, err
	}
	return s.keep(ctx, bundle, version, text)
}

func (s *Service) compose(ctx context.Context, b set.Bundle, members []set.Member, region string, answers map[string]string) (*composition, error) {
	doc := &composition{Format: compositionFormat, Bundle: b.ID, Name: b.Name, Audience: b.Audience, Answers: answers,
		Elements: map[string]elementEntry{}}
	items := make([]string, len(members))
	for i, m := range members {
		items[i] = m.Item
	}
	guides, err := s.guidesAt(ctx, items, region)
	if err != nil {
		return nil, err
	}
	var nowhere []string
	bound := false
	for _, m := range members {
		g, ok := guides[m.Item]
		if !ok {
			nowhere = append(nowhere, m.Item)
			continue
		}
		bound = bound || len(m.Bind) > 0
		doc.Members = append(doc.Members, composedMember{g.Local.ID, m})
	}
	if len(nowhere) > 0 {
		return nil, fault.Invalid("catalogue.bundle_not_here", "bundle", b.Name, "items", nowhere)
	}
	if bound {
		return doc, s.bind(ctx, doc, members)
	}
	return doc, nil
}

// bind freezes the elements after which bound questions are named.
func (s *Service) bind(ctx context.Context, doc *composition, members []set.Member) error {
	dict, err := s.dictionary(ctx, s.DB)
	if err != nil {
		return err
	}
	frozen := document{Elements: doc.Elements}
	for _, m := range members {
		for _, key := range m.Bind {
			dict.addElement(&frozen, key)
		}
	}
	return nil
}

// guidesAt is GuideAt for several items with one question to the database.
func (s *Service) guidesAt(ctx context.Context, items []string, region string) (map[string]*Guide, error) {
	rows, err := s.DB.Query(ctx, localSelect+`WHERE item in_list($1) AND superseded_at = 0 ORDER BY region, body`, db.List(items))
	all, err := db.All(rows, err, scanLocal)
	if err != nil {
		return nil, err
	}
	by := map[string][]storedLocal{}
	for _, l := range all {
		by[l.Item] = append(by[l.Item], l)
	}
	out := make(map[string]*Guide, len(by))
	for item, locals := range by {
		if out[item], err = s.nearest(ctx, locals, region); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keep stores a composition once.
func (s *Service) keep(ctx context.Context, bundle, version, text string) (*Composition, error) {
	hash := hashOf(version + "\n" + text)
	find := func(r db.Reader) (found string, err error) {
		err = r.Row(ctx, `SELECT id FROM composition WHERE hash = $1`, hash).Scan(&found)
		return found, err
	}
	found, err := find(s.DB)
	if db.NoRows(err) {
		found = id.New()
		err = s.DB.Do(ctx, func(tx *db.Tx) error {
			return tx.Exec(ctx, `INSERT INTO composition (id, bundle, bundle_version, hash, document, created_at)
				VALUES ($1,$2,$3,$4,$5,$6)`, found, bundle, version, hash, text, int64(tx.Now()))
		})
		if db.IsUnique(err) { // somebody made the same choice at this moment
			found, err = find(s.DB)
		}
	}
	if err != nil {
		return nil, err
	}
	return s.Composition(ctx, found)
}

// Composition gives a composition by id. Missing "catalogue.no_composition".
func (s *Service) Composition(ctx context.Context, id string) (*Composition, error) {
	if c, ok := s.compositions.get(id); ok {
		return c, nil
	}
	c := &Composition{ID: id}
	var text string
	err := s.DB.Row(ctx, `SELECT bundle, bundle_version, document FROM composition WHERE id = $1`, id).
		Scan(&c.Bundle, &c.BundleVersion, &text)
	if db.NoRows(err) {
		return nil, fault.Missing("catalogue.no_composition")
	}
	if err != nil {
		return nil, err
	}
	var doc composition
	if err := json.Unmarshal([]byte(text), &doc); err != nil || doc.Format != compositionFormat {
		return nil, fault.Internal(err, "catalogue.unreadable", "version", id)
	}
	c.Name, c.Audience, c.Answers = doc.Name, doc.Audience, doc.Answers
	for _, m := range doc.Members {
		g, err := s.Guide(ctx, m.LocalItem)
		if err != nil {
			return nil, err
		}
		c.Members = append(c.Members, Composed{g, m.Member})
	}
	if c.Merged, err = merge.Merge(doc.merging(c.Members)); err != nil {
		return nil, err
	}
	s.compositions.put(id, c)
	return c, nil
}

// merging is what merging asks of each member.
func (doc *composition) merging(all []Composed) []merge.Member {
	elements := document{Elements: doc.Elements}
	bound := map[string]form.Field{}
	for key := range doc.Elements {
		bound[key] = elements.field(key)
	}
	papers := map[string]set.Material{}
	for _, x := range all {
		for _, m := range x.Guide.Materials {
			if _, had := papers[m.Key]; !had {
				papers[m.Key] = m.Material
			}
		}
	}
	out := make([]merge.Member, len(all))
	for i, x := range all {
		out[i] = memberOf(x.Version, x.Member)
		out[i].Bound, out[i].Papers = bound, papers
	}
	return out
}

// memberOf is an item version as a member of a bundle.
func memberOf(v *Version, m set.Member) merge.Member {
	out := merge.Member{
		Item: m.Item, Name: v.Item.Name, Department: v.Department.ID, Form: v.Form, Days: v.Item.CommitmentDays,
		Statutory: v.Item.StatutoryDays, Limit: v.Item.StatutoryLimit, Unit: v.Unit(),
		DependsOn: m.DependsOn, Bind: m.Bind, Waive: m.WaiveMaterials, Require: m.RequireMaterials,
	}
	for _, x := range v.Materials {
		out.Materials = append(out.Materials, x.Material)
	}
	if len(v.Results) > 0 && v.Results[0].Type != nil {
		out.Licence, out.Face = v.Results[0].Type.ID, v.Results[0].Type.Face.Keys()
	}
	return out
}

// Questions gives the newest version of a bundle with the members that the
// answers so far bring in and the questions that still decide.
func (s *Service) Questions(ctx context.Context, bundle string, answers map[string]string) (b set.Bundle, offered []set.Member, open []string, err error) {
	if _, b, err = s.bundle(ctx, bundle); err != nil {
		return b, nil, nil, err
	}
	if offered, err = merge.Offered(b, answers); err != nil {
		return b, nil, nil, err
	}
	return b, offered, merge.Unanswered(b, answers), nil
}
