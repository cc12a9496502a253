package catalogue

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

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
	BundleNumber  int64 // of the version
	Name          string
	Audience      string
	Answers       map[string]string // to the situation questions
	Members       []Composed        // in the bundle's order
	Merged        *merge.Merged
	Asked         form.Form    // what the applicant fills in
	Groups        []form.Group // laid out on pages
}

// Composed is one member: the local item of the place, and how the bundle takes it.
type Composed struct {
	*Guide
	set.Member
}

// composition is a Composition as it is stored. Elements are those that bind leads
// to, and papers the materials required that no member lists, as the dictionaries
// had them: nothing in it is looked up later.
type composition struct {
	Format   int                     `json:"format"`
	Bundle   string                  `json:"bundle"`
	Name     string                  `json:"name"`
	Audience string                  `json:"audience"`
	Answers  map[string]string       `json:"answers,omitempty"`
	Members  []composedMember        `json:"members"`
	Elements map[string]elementEntry `json:"elements,omitempty"`
	Papers   map[string]set.Material `json:"papers,omitempty"`
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
	version, doc, err := s.choose(ctx, bundle, region, answers, chosen)
	if err != nil {
		return nil, err
	}
	text, err := encodeJSON(doc)
	if err != nil {
		return nil, err
	}
	return s.keep(ctx, bundle, version, text)
}

// choose finds the members that answers and choice bring in, and who handles them.
func (s *Service) choose(ctx context.Context, bundle, region string, answers map[string]string, chosen []string) (version string, doc *composition, err error) {
	version, b, err := s.bundle(ctx, bundle)
	if err != nil {
		return "", nil, err
	}
	members, err := merge.Choose(b, answers, chosen)
	if err != nil {
		return "", nil, err
	}
	doc, err = s.composeAll(ctx, b, members, region, answers)
	return version, doc, err
}

// composeAll is compose where every member has to be handled by somebody.
func (s *Service) composeAll(ctx context.Context, b set.Bundle, members []set.Member, region string, answers map[string]string) (*composition, error) {
	doc, nowhere, err := s.compose(ctx, b, members, region, answers)
	if err != nil || len(nowhere) == 0 {
		return doc, err
	}
	items, err := s.ItemsByID(ctx, nowhere)
	if err != nil {
		return nil, err
	}
	for i, item := range nowhere {
		if x, ok := items[item]; ok {
			nowhere[i] = x.Name
		}
	}
	return nil, fault.Invalid("catalogue.bundle_not_here", "bundle", b.Name, "items", strings.Join(nowhere, "、"))
}

// compose finds who handles the members; nowhere are the items that no body does.
func (s *Service) compose(ctx context.Context, b set.Bundle, members []set.Member, region string, answers map[string]string) (doc *composition, nowhere []string, err error) {
	doc = &composition{Format: compositionFormat, Bundle: b.ID, Name: b.Name, Audience: b.Audience, Answers: answers,
		Elements: map[string]elementEntry{}, Papers: map[string]set.Material{}}
	items := make([]string, len(members))
	for i, m := range members {
		items[i] = m.Item
	}
	guides, err := s.guidesAt(ctx, items, region)
	if err != nil {
		return nil, nil, err
	}
	var there []set.Member
	for _, m := range members {
		g, ok := guides[m.Item]
		if !ok {
			nowhere = append(nowhere, m.Item)
			continue
		}
		there = append(there, m)
		doc.Members = append(doc.Members, composedMember{g.Local.ID, m})
	}
	return doc, nowhere, s.freeze(ctx, doc, there, guides)
}

// freeze keeps of the dictionaries what merging these members asks of them.
func (s *Service) freeze(ctx context.Context, doc *composition, members []set.Member, guides map[string]*Guide) error {
	c, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	frozen, versions := document{Elements: doc.Elements}, map[string]*Version{}
	dict := c.dictionary(s.Layout)
	for _, m := range members {
		versions[m.Item] = guides[m.Item].Version
		for _, key := range m.Bind {
			dict.addElement(&frozen, key)
		}
	}
	m := merger{dict: &dict, versions: versions, paper: func(key string) (set.Material, bool, error) {
		return c.papers.Find(key, func(do func(set.Item) error) error { return eachItem(ctx, s.DB, do) })
	}}
	for _, x := range members {
		own := m.member(x, versions[x.Item])
		if err := m.addPapers(&own, members); err != nil {
			return err
		}
		maps.Copy(doc.Papers, own.Papers)
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
	best := make(map[string]storedLocal, len(by))
	for item, locals := range by {
		best[item] = nearestOf(locals, region)
	}
	read, err := s.guidesOf(ctx, slices.Collect(maps.Values(best)))
	out := make(map[string]*Guide, len(best))
	for item, l := range best {
		out[item] = read[l.ID]
	}
	return out, err
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
	err := s.DB.Row(ctx, `SELECT c.bundle, c.bundle_version, v.version, c.document FROM composition c
		JOIN bundle_version v ON v.id = c.bundle_version WHERE c.id = $1`, id).
		Scan(&c.Bundle, &c.BundleVersion, &c.BundleNumber, &text)
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
	if err := s.read(ctx, &doc, c); err != nil {
		return nil, err
	}
	s.compositions.put(id, c)
	return c, nil
}

// read makes a composition of what is stored of it.
func (s *Service) read(ctx context.Context, doc *composition, c *Composition) (err error) {
	c.Name, c.Audience, c.Answers = doc.Name, doc.Audience, doc.Answers
	ids := make([]string, len(doc.Members))
	for i, m := range doc.Members {
		ids[i] = m.LocalItem
	}
	guides, err := s.Guides(ctx, ids)
	if err != nil {
		return err
	}
	for _, m := range doc.Members {
		c.Members = append(c.Members, Composed{guides[m.LocalItem], m.Member})
	}
	if c.Merged, err = doc.merged(c.Members); err != nil {
		return err
	}
	c.Asked = c.Merged.Asked()
	c.Groups = s.Layout.Arrange(c.Asked)
	return nil
}

// merged joins the members with what the document froze.
func (doc *composition) merged(all []Composed) (*merge.Merged, error) {
	versions, members := make(map[string]*Version, len(all)), make([]set.Member, len(all))
	for i, x := range all {
		versions[x.Member.Item], members[i] = x.Version, x.Member
	}
	frozen := document{Elements: doc.Elements}
	bound := make(map[string]form.Field, len(doc.Elements))
	for key := range doc.Elements {
		bound[key] = form.New([]form.Field{frozen.field(key)})[0]
	}
	m := merger{dict: &dictionary{}, versions: versions, paper: func(key string) (set.Material, bool, error) {
		x, ok := doc.Papers[key]
		return x, ok, nil
	}}
	out := make([]merge.Member, len(all))
	for i, x := range members {
		out[i] = m.member(x, all[i].Version)
		out[i].Bound = bound
		if err := m.addPapers(&out[i], members); err != nil {
			return nil, err
		}
	}
	return merge.Merge(out)
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
