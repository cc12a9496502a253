package set

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
)

var itemKeys = []string{
	"id", "code", "name", "type", "audience", "department", "level", "legal_basis", "statutory_days",
	"commitment_days", "day_unit", "statutory_limit", "immediate", "case_kind", "fee", "quantity_limit", "result",
	"conditions", "materials", "stages", "special_procedures", "form_fields", "online_depth", "visits",
	"visit_reason", "channels", "themes", "place", "hours", "consult", "complain", "note", "sources",
}

// Bounds on an item's numbers; beyond them a figure is a slip.
const (
	mostDays   = 3650
	mostCopies = 1000
	mostVisits = 20
	mostStages = 50
)

func (r *reader) items() {
	r.shapes, r.papers = map[string]Shape{}, map[string]bool{}
	for _, name := range r.itemFiles() {
		root, ok := r.fileAt(Items, name, "items")
		if !ok {
			continue
		}
		for _, n := range root.entries(Items, "items") {
			if o, ok := n.object(itemKeys...); ok {
				r.item(o)
			}
		}
	}
}

func (r *reader) item(o object) {
	id, o := o.identify(Items, "id", true)
	item := Item{
		ID: id, Code: o.textOr("code"), Name: o.text("name"),
		Type:       o.oneOf("type", slices.Sorted(maps.Keys(Types))...),
		Audience:   o.audience(),
		Department: o.text("department"), Level: o.levels(),
		OnlineDepth: o.integer("online_depth", 1, 4), Visits: o.integer("visits", 0, mostVisits),
		VisitReason: o.textOr("visit_reason"), QuantityLimit: o.textOr("quantity_limit"),
		Channels: o.texts("channels", 1), Themes: o.texts("themes", 0),
		Place: o.textOr("place"), Hours: o.textOr("hours"), Consult: o.textOr("consult"),
		Complain: o.textOr("complain"), Note: o.textOr("note"), Sources: o.sources(),
	}
	o.at("department").refer(Departments, item.Department)
	item.LegalBasis = o.legalBasis()
	o.limits(&item)
	item.Fee = o.fee("fee")
	item.Result = o.results()
	item.Procedures = o.procedures()
	item.Stages = o.stages(&item)
	item.FormFields = o.formFields()
	item.Conditions = o.conditions(item.FormFields)
	item.Materials = o.materials()
	if id == "" {
		return
	}
	data, err := json.Marshal(item)
	if err != nil {
		o.fail("unreadable", "detail", err.Error())
		return
	}
	r.set.items = append(r.set.items, pack(id, data))
	r.keep(id, r.shape(&item))
}

func (r *reader) keep(id string, s Shape) {
	r.shapes[id] = s
	for _, m := range s.Materials {
		r.papers[m] = true
	}
}

// shape is ShapeOf with shared strings, because there may be very many.
func (r *reader) shape(item *Item) Shape {
	s := ShapeOf(*item)
	for i := range s.Fields {
		s.Fields[i] = FieldShape{r.intern(s.Fields[i].Key), r.intern(s.Fields[i].Type)}
	}
	for i := range s.Materials {
		s.Materials[i] = r.intern(s.Materials[i])
	}
	s.Licence = r.intern(s.Licence)
	return s
}

func (r *reader) intern(s string) string {
	if had, ok := r.codes[s]; ok {
		return had
	}
	r.codes[s] = s
	return s
}

func (o object) audience() string {
	return o.oneOf("audience", ForPersons, ForOrganisations, ForBoth)
}

func (o object) levels() []string {
	for _, n := range o.listOr("level") {
		n.oneOf(Levels)
	}
	return o.texts("level", 1)
}

func (o object) legalBasis() []Basis {
	var out []Basis
	for _, n := range o.list("legal_basis", 1) {
		b, ok := n.object("law", "article", "verified", "edition", "seen_in", "note")
		if !ok {
			continue
		}
		basis := Basis{
			Law: b.text("law"), Article: b.present("article"), Verified: b.boolean("verified"),
			Edition: b.textOr("edition"), SeenIn: b.textOr("seen_in"), Note: b.textOr("note"),
		}
		if basis.Edition != "" {
			if _, err := clock.ParseDate(basis.Edition); err != nil {
				b.at("edition").fail("not_date", "value", quote(basis.Edition))
			}
		}
		if basis.Verified && basis.Article == "" {
			b.at("verified").fail("verified_without_article")
		}
		out = append(out, basis)
	}
	return out
}

// limits reads the days and checks that they do not contradict each other: a
// promise longer than the law, or a limit where there is none, cannot be
// published (art. 30, 42).
func (o object) limits(item *Item) {
	item.StatutoryDays = o.integer("statutory_days", 0, mostDays)
	item.CommitmentDays = o.integer("commitment_days", 0, mostDays)
	item.DayUnit = o.oneOf("day_unit", WorkingDays, NaturalDays)
	item.StatutoryLimit = o.oneOf("statutory_limit", LimitByLaw, LimitAtOnce, LimitNone)
	item.Immediate = o.boolean("immediate")
	item.CaseKind = o.oneOf("case_kind", KindImmediate, KindPromised)
	statutory, promised := item.StatutoryDays, item.CommitmentDays
	switch item.StatutoryLimit {
	case LimitByLaw:
		if statutory == 0 {
			o.at("statutory_days").fail("law_without_days")
		}
		if statutory > 0 && promised > statutory {
			o.at("commitment_days").fail("over_statutory", "value", promised, "max", statutory)
		}
	case LimitAtOnce, LimitNone:
		if statutory != 0 {
			o.at("statutory_days").fail("days_without_law", "value", statutory)
		}
		if item.StatutoryLimit == LimitAtOnce && promised > 0 {
			o.at("commitment_days").fail("over_statutory", "value", promised, "max", 0)
		}
	}
	if item.Immediate != (promised == 0) {
		o.at("immediate").fail("immediate_mismatch", "days", promised)
	}
	if (item.CaseKind == KindImmediate) != (promised == 0) && item.CaseKind != "" {
		o.at("case_kind").fail("case_kind_mismatch", "value", item.CaseKind, "days", promised)
	}
}

func (o object) fee(key string) Fee {
	n, ok := o.need(key)
	if !ok {
		return Fee{}
	}
	f, ok := n.object("charged", "standard", "basis")
	if !ok {
		return Fee{}
	}
	return Fee{Charged: f.boolean("charged"), Standard: f.text("standard"), Basis: f.textOr("basis")}
}

func (o object) results() []Result {
	var out []Result
	for _, n := range o.list("result", 1) {
		x, ok := n.object("name", "licence", "validity", "delivery")
		if !ok {
			continue
		}
		result := Result{
			Name: x.text("name"), Licence: x.present("licence"), Validity: x.text("validity"), Delivery: x.texts("delivery", 1),
		}
		x.at("licence").refer(Licences, result.Licence)
		out = append(out, result)
	}
	return out
}

func (o object) procedures() []Procedure {
	var out []Procedure
	seen := map[string]bool{}
	for _, n := range o.list("special_procedures", 0) {
		p, ok := n.object("name", "kind", "max_days", "day_unit", "counted_in_limit")
		if !ok {
			continue
		}
		procedure := Procedure{
			Name: p.text("name"), Kind: p.text("kind"), MaxDays: p.integer("max_days", 1, mostDays),
			DayUnit: p.oneOf("day_unit", WorkingDays, NaturalDays), Counted: p.boolean("counted_in_limit"),
		}
		if seen[procedure.Name] {
			p.at("name").fail("duplicate", "value", quote(procedure.Name))
		}
		seen[procedure.Name] = true
		out = append(out, procedure)
	}
	return out
}

// StageRoles are the words a stage's role may have.
var StageRoles = []string{"承办", "审核", "批准"}

// stages reads the flow and checks that the counted days are the promise.
func (o object) stages(item *Item) []Stage {
	var out []Stage
	list := o.list("stages", 1)
	if len(list) > mostStages {
		o.at("stages").fail("out_of_range", "value", len(list), "min", 1, "max", mostStages)
		return nil
	}
	sum := 0
	for i, n := range list {
		s, ok := n.object("seq", "name", "actor", "role", "days", "counted", "special_procedures", "outcomes")
		if !ok {
			continue
		}
		stage := Stage{
			Seq: s.integer("seq", 1, mostStages), Name: s.text("name"), Actor: s.text("actor"),
			Days: s.integer("days", 0, mostDays), Counted: s.boolean("counted"),
			Procedures: s.textsOr("special_procedures"), Outcomes: s.textsOr("outcomes"),
		}
		if role, ok := s.get("role"); ok && !role.null() {
			stage.Role = role.oneOf(StageRoles)
		}
		if stage.Seq != i+1 {
			s.at("seq").fail("wrong_seq", "value", stage.Seq, "expected", i+1)
		}
		for _, p := range s.listOr("special_procedures") {
			if !slices.ContainsFunc(item.Procedures, func(x Procedure) bool { return x.Name == quiet(p) }) {
				p.fail("unknown_procedure", "value", quote(quiet(p)))
			}
		}
		if stage.Counted {
			sum += stage.Days
		}
		out = append(out, stage)
	}
	if sum != item.CommitmentDays {
		o.at("stages").fail("days_sum", "sum", sum, "days", item.CommitmentDays)
	}
	return out
}

func (o object) formFields() []FormField {
	var out []FormField
	list := o.list("form_fields", 0)
	seen := map[string]bool{}
	for _, n := range list {
		if f, ok := n.object("key", "label", "type", "required", "element", "options", "columns", "required_when"); ok {
			field := f.formField()
			if field.Key != "" && seen[field.Key] {
				f.at("key").fail("duplicate", "value", field.Key)
			}
			seen[field.Key] = true
			out = append(out, field)
		}
	}
	for _, n := range list {
		n.requiredWhen(out)
	}
	return out
}

// formField reads a field and holds it against its element: the same key must
// mean the same everywhere, or one answer could not serve several items.
func (o object) formField() FormField {
	f := FormField{
		Key: o.name("key", keyForm), Label: o.text("label"), Type: o.fieldType("type"),
		Required: o.boolean("required"), Element: o.text("element"), Options: o.textsOr("options"), Columns: o.columns(),
	}
	if len(f.Columns) > 0 && f.Type != form.Table && f.Type != "" {
		o.at("columns").fail("columns_without_table")
	}
	o.at("key").refer(Elements, f.Key)
	e, known := o.r.elements[f.Key]
	if !known {
		return f
	}
	if f.Element != "" && f.Element != e.Code {
		o.at("element").fail("element_code", "value", quote(f.Element), "expected", e.Code)
	}
	if f.Type != "" && f.Type != e.Type {
		o.at("type").fail("element_type", "value", string(f.Type), "expected", string(e.Type))
	}
	if f.Type == form.Enum && len(f.Options) == 0 && len(e.Options) == 0 {
		o.at("type").fail("enum_without_options")
	}
	return f
}

// requiredWhen looks at the condition once all fields are known.
func (n node) requiredWhen(fields []FormField) {
	if n.first("required_when") < 0 || n.first("key") < 0 {
		return
	}
	at := node{n.r, n.yaml.Content[n.first("required_when")+1], n.file, n.entry, "required_when"}
	if at.null() {
		return
	}
	w, ok := at.object("key", "equals")
	if !ok {
		return
	}
	when := form.When{Key: w.text("key"), Equals: w.equals()}
	own := n.yaml.Content[n.first("key")+1].Value
	i := slices.IndexFunc(fields, func(f FormField) bool { return f.Key == when.Key })
	switch {
	case when.Key == "":
	case i < 0 || when.Key == own:
		w.at("key").fail("required_when_key", "value", quote(when.Key))
	case fields[i].Type == form.Enum && len(fields[i].options(n.r)) > 0:
		for _, v := range when.Equals {
			if !slices.Contains(fields[i].options(n.r), v) {
				w.at("equals").fail("required_when_value", "value", quote(v))
			}
		}
	}
	for i := range fields {
		if fields[i].Key == own {
			fields[i].RequiredWhen = &when
		}
	}
}

func (f FormField) options(r *reader) []string {
	if len(f.Options) > 0 {
		return f.Options
	}
	return r.elements[f.Key].Options
}

// equals is a text, a yes or no, or a list of texts.
func (o object) equals() []string {
	n, ok := o.need("equals")
	if !ok {
		return nil
	}
	if n.yaml.ShortTag() == "!!bool" {
		return []string{strconv.FormatBool(n.boolean())}
	}
	if len(n.yaml.Content) > 0 {
		return distinct(n.list(1))
	}
	return []string{n.text()}
}
