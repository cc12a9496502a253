package set

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yimen/internal/catalogue/form"
)

// bundleAt is a bundle with its mapping, kept until all items are known.
type bundleAt struct {
	bundle  Bundle
	at      object
	members []object
}

const mostMembers = 200

func (r *reader) bundles() {
	root, ok := r.file(Bundles, "bundles")
	if !ok {
		return
	}
	for _, n := range root.entries(Bundles, "bundles") {
		o, ok := n.object("id", "name", "audience", "lead_department", "policy_lists", "themes", "questions", "members",
			"order_groups", "departments", "note", "sources")
		if !ok {
			continue
		}
		id, o := o.identify(Bundles, "id", false)
		b := Bundle{
			ID: id, Name: o.text("name"), Audience: o.audience(), LeadDepartment: o.text("lead_department"),
			PolicyLists: o.textsOr("policy_lists"), Themes: o.texts("themes", 0), Questions: o.questions(),
			OrderGroups: o.orderGroups(), Departments: o.textsOr("departments"), Note: o.textOr("note"), Sources: o.sources(),
		}
		o.at("lead_department").refer(Departments, b.LeadDepartment)
		for _, d := range o.listOr("departments") {
			d.refer(Departments, quiet(d))
		}
		kept := bundleAt{at: o}
		list := o.list("members", 1)
		if len(list) > mostMembers {
			o.at("members").fail("out_of_range", "value", len(list), "min", 1, "max", mostMembers)
			continue
		}
		for _, n := range list {
			if m, ok := n.object("item", "optional", "when", "depends_on", "bind", "waive_materials", "require_materials"); ok {
				kept.members = append(kept.members, m)
				b.Members = append(b.Members, m.member())
				r.seen[string(Bundles)+"\x00"+id+"/"+quiet(m.at("item"))] = place{m.file, m.yaml.Line}
			}
		}
		kept.bundle = b
		r.bundled = append(r.bundled, kept)
		r.set.Bundles = append(r.set.Bundles, b)
	}
}

func (o object) questions() []Question {
	var out []Question
	seen := map[string]bool{}
	for _, n := range o.list("questions", 0) {
		q, ok := n.object("id", "text", "options")
		if !ok {
			continue
		}
		question := Question{ID: q.name("id", idForm), Text: q.text("text"), Options: q.texts("options", 2)}
		if question.ID != "" && seen[question.ID] {
			q.at("id").fail("duplicate", "value", question.ID)
		}
		seen[question.ID] = true
		out = append(out, question)
	}
	return out
}

func (o object) orderGroups() [][]string {
	var out [][]string
	for _, g := range o.listOr("order_groups") {
		out = append(out, distinct(g.list(1)))
	}
	return out
}

func (o object) member() Member {
	m := Member{
		Item: o.text("item"), Optional: o.boolean("optional"), DependsOn: o.textsOr("depends_on"), Bind: o.bind(),
		WaiveMaterials: o.textsOr("waive_materials"), RequireMaterials: o.textsOr("require_materials"),
	}
	n, ok := o.get("when")
	if !ok || n.null() {
		return m
	}
	if w, ok := n.object("question", "equals"); ok {
		m.When = &Situation{Question: w.text("question"), Equals: w.text("equals")}
	}
	return m
}

func (o object) bind() map[string]string {
	n, ok := o.get("bind")
	if !ok || n.null() {
		return nil
	}
	if n.yaml.Kind != yaml.MappingNode || len(n.yaml.Content) > 2*maxEntries {
		n.fail("not_object")
		return nil
	}
	out := map[string]string{}
	for i := 0; i < len(n.yaml.Content); i += 2 {
		from := node{n.r, n.yaml.Content[i], n.file, n.entry, "bind"}
		to := node{n.r, n.yaml.Content[i+1], n.file, n.entry, "bind"}
		k := from.text()
		if _, twice := out[k]; twice {
			from.fail("duplicate", "value", quote(k))
		}
		out[k] = to.text()
		to.refer(Elements, out[k])
	}
	return out
}

// checkBundle judges what depends on the items.
func (r *reader) checkBundle(b bundleAt) {
	index := map[string]int{}
	for i, m := range b.members {
		id := quiet(m.at("item"))
		if _, twice := index[id]; twice {
			m.at("item").fail("duplicate", "value", quote(id))
			continue
		}
		index[id] = i
		if _, known := r.shapes[id]; !known && id != "" && !r.broken[Items] {
			m.at("item").fail("unknown_"+string(Items), "value", quote(id))
		}
	}
	for i, m := range b.members {
		if i < len(b.bundle.Members) {
			b.checkWhen(m, b.bundle.Members[i])
			r.checkMaterials(m, b.bundle.Members[i])
			r.checkBind(m, b.bundle.Members[i])
		}
		for _, d := range m.listOr("depends_on") {
			if _, ok := index[quiet(d)]; !ok || quiet(d) == quiet(m.at("item")) {
				d.fail("depends_outside", "value", quote(quiet(d)))
			}
		}
	}
	b.checkOrder(index)
}

func (b bundleAt) checkWhen(o object, m Member) {
	if m.When == nil || m.When.Question == "" {
		return
	}
	at := o.at("when")
	i := slices.IndexFunc(b.bundle.Questions, func(q Question) bool { return q.ID == m.When.Question })
	if i < 0 {
		at.fail("when_question", "value", quote(m.When.Question))
	} else if m.When.Equals != "" && !slices.Contains(b.bundle.Questions[i].Options, m.When.Equals) {
		at.fail("when_option", "value", quote(m.When.Equals))
	}
}

func (r *reader) checkMaterials(o object, m Member) {
	shape, known := r.shapes[m.Item]
	if !known {
		return
	}
	for _, key := range []string{"waive_materials", "require_materials"} {
		for _, n := range o.listOr(key) {
			// a required material the item does not list is added from any item that has it (data README)
			if k := quiet(n); !slices.Contains(shape.Materials, k) && (key == "waive_materials" || !r.papers[k]) {
				n.fail("material_unknown", "value", quote(k))
			}
		}
	}
}

// checkBind: the key renamed is one of the member's, and the new one can hold
// its answers (idcard or uscc may join string, domain §5).
func (r *reader) checkBind(o object, m Member) {
	shape, known := r.shapes[m.Item]
	if !known {
		return
	}
	at := o.at("bind")
	for from, to := range m.Bind {
		i := slices.IndexFunc(shape.Fields, func(f FieldShape) bool { return f.Key == from })
		if i < 0 {
			at.fail("bind_source", "value", quote(from))
			continue
		}
		target, ok := r.elements[to]
		if ok && !joins(form.Type(shape.Fields[i].Type), target.Type) {
			at.fail("bind_type", "value", quote(to), "type", string(target.Type), "expected", shape.Fields[i].Type)
		}
	}
}

func joins(a, b form.Type) bool {
	plain := func(t form.Type) bool { return t == form.String || t == form.IDCard || t == form.USCC }
	return a == b || (plain(a) && plain(b) && (a == form.String || b == form.String))
}

// checkOrder finds a circle among the members and order groups that contradict
// the dependencies.
func (b bundleAt) checkOrder(index map[string]int) {
	depends := map[string][]string{}
	for _, m := range b.bundle.Members {
		depends[m.Item] = m.DependsOn
	}
	if circle := findCircle(b.bundle.Members, depends); circle != nil {
		b.at.at("members").fail("circle", "members", strings.Join(circle, " → "))
		return
	}
	if len(b.bundle.OrderGroups) == 0 {
		return
	}
	at := b.at.at("order_groups")
	group := map[string]int{}
	for i, ids := range b.bundle.OrderGroups {
		for _, id := range ids {
			_, member := index[id]
			if _, twice := group[id]; twice || !member {
				at.fail("order_group_member", "value", quote(id))
			}
			group[id] = i
		}
	}
	for id := range index {
		i, ok := group[id]
		if !ok && id != "" {
			at.fail("order_group_missing", "value", quote(id))
			continue
		}
		for _, d := range depends[id] {
			if j, ok := group[d]; ok && j >= i {
				at.fail("order_group_early", "value", quote(id), "before", quote(d))
			}
		}
	}
}

// findCircle walks the dependencies depth first; the circle is given from the
// member that closes it.
func findCircle(members []Member, depends map[string][]string) []string {
	const open, done = 1, 2
	state := map[string]int{}
	var path, circle []string
	var walk func(id string) bool
	walk = func(id string) bool {
		switch state[id] {
		case done:
			return false
		case open:
			circle = append(slices.Clone(path[slices.Index(path, id):]), id)
			return true
		}
		state[id] = open
		path = append(path, id)
		for _, d := range depends[id] {
			if walk(d) {
				return true
			}
		}
		path = path[:len(path)-1]
		state[id] = done
		return false
	}
	for _, m := range members {
		if walk(m.Item) {
			return circle
		}
	}
	return nil
}
