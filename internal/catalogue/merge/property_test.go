package merge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
)

// looks is everything that holds of every merge. It returns what is wrong, so
// that hundreds of thousands of merges need no test of their own.
func looks(members []merge.Member, rng *rand.Rand) (*merge.Merged, []string) {
	m, err := merge.Merge(members)
	if err != nil {
		return nil, []string{err.Error()}
	}
	var wrong []string
	wrong = append(wrong, askedOnce(m)...)
	wrong = append(wrong, nothingLost(m, members)...)
	wrong = append(wrong, conflictsTold(m, members)...)
	wrong = append(wrong, comesBack(m, members)...)
	wrong = append(wrong, orderless(m, members, rng)...)
	return m, append(wrong, subset(m, members, rng)...)
}

// askedOnce: no key twice, in the form and among the materials.
func askedOnce(m *merge.Merged) (wrong []string) {
	seen := map[string]bool{}
	for _, f := range m.Fields {
		if seen["field "+f.Key] {
			wrong = append(wrong, f.Key+" is asked twice")
		}
		seen["field "+f.Key] = true
	}
	for _, x := range m.Materials {
		if seen["paper "+x.Key] {
			wrong = append(wrong, x.Key+" is handed in twice")
		}
		seen["paper "+x.Key] = true
	}
	return wrong
}

var strict = map[string]int{set.Optional: 0, set.Deferrable: 1, set.Necessary: 2}

// nothingLost: every field and material of every member is accounted for, and not
// asked more mildly than the member asks.
func nothingLost(m *merge.Merged, members []merge.Member) (wrong []string) {
	fields := map[string]merge.Field{}
	for _, f := range m.Fields {
		fields[f.Key] = f
	}
	papers := map[string]merge.Material{}
	for _, x := range m.Materials {
		papers[x.Key] = x
	}
	for i := range members {
		x := &members[i]
		for _, own := range x.Form {
			key, ok := m.Key(x.Item, own.Key)
			f, had := fields[key]
			is := func(s merge.Source) bool { return s.Item == x.Item && s.Key == own.Key }
			if !ok || !had || !slices.ContainsFunc(f.Sources, is) || own.Required && !f.Required ||
				form.Closest(f.Class, own.Class) != f.Class {
				wrong = append(wrong, x.Item+" loses "+own.Key)
			}
		}
		fate := map[string]merge.Fate{}
		for _, p := range m.Papers(x.Item) {
			fate[p.Key] = p.Fate
		}
		for _, own := range x.Materials {
			kept, handed := papers[own.Key]
			switch fate[own.Key] {
			case merge.HandedIn:
				if !handed || strict[kept.Necessity] < strict[own.Necessity] || kept.Copies < own.Copies {
					wrong = append(wrong, x.Item+" gets too little of "+own.Key)
				}
			case merge.GivenIn, merge.Waived, merge.Generated:
			default:
				wrong = append(wrong, x.Item+" loses the material "+own.Key)
			}
		}
	}
	return wrong
}

// conflictsTold: where two members' fields of one key cannot be one, a conflict
// names both; where all can, none does.
func conflictsTold(m *merge.Merged, members []merge.Member) (wrong []string) {
	told := map[string]merge.Conflict{}
	for _, c := range m.Conflicts {
		told[c.Key] = c
		for _, side := range []merge.Place{c.One, c.Other} {
			if x, ok := m.Member(side.Item); !ok || !side.Element && !x.Form.Has(side.Key) {
				wrong = append(wrong, fmt.Sprintf("a conflict without a place: %+v", c))
			}
		}
	}
	for _, f := range m.Fields {
		var clash bool
		for i, a := range f.Sources {
			for _, b := range f.Sources[i+1:] {
				clash = clash || differ(field(members, a), field(members, b))
			}
		}
		if _, ok := told[f.Key]; clash && !ok {
			wrong = append(wrong, f.Key+" is a conflict nobody is told of")
		}
	}
	return wrong
}

func field(members []merge.Member, s merge.Source) form.Field {
	i := slices.IndexFunc(members, func(x merge.Member) bool { return x.Item == s.Item })
	f, _ := members[i].Form.Field(s.Key)
	return f
}

// differ is written apart from the code it judges.
func differ(a, b form.Field) bool {
	if a.Type != b.Type {
		kinds := []form.Type{a.Type, b.Type}
		text := slices.Contains(kinds, form.String) && (slices.Contains(kinds, form.IDCard) || slices.Contains(kinds, form.USCC))
		return !text
	}
	same := func(x, y []string) bool {
		return strings.Join(slices.Sorted(slices.Values(x)), "\x00") == strings.Join(slices.Sorted(slices.Values(y)), "\x00")
	}
	return a.Type == form.Enum && !same(a.Options, b.Options)
}

// answered makes an answer for every key of a merged form.
func answered(m *merge.Merged) form.Answers {
	out := form.Answers{}
	for i, f := range m.Fields {
		switch f.Type {
		case form.Table:
			out[f.Key] = form.Value{Rows: []form.Row{{"text": fmt.Sprint("row ", i)}, {"text": "second"}}}
		case form.File:
			out[f.Key] = form.Value{Files: []string{fmt.Sprint("file", i)}}
		default:
			out[f.Key] = form.Plain(fmt.Sprint("A", i))
		}
	}
	return out
}

// comesBack: every member's own form is had back value for value, and lifting it
// again changes nothing.
func comesBack(m *merge.Merged, members []merge.Member) (wrong []string) {
	answers := answered(m)
	all := form.Answers{}
	for i := range members {
		x := &members[i]
		own := m.Project(x.Item, answers)
		if len(own) != len(x.Form) {
			wrong = append(wrong, x.Item+" comes back with other questions")
		}
		for _, f := range x.Form {
			key, _ := m.Key(x.Item, f.Key)
			if !own[f.Key].Equal(answers[key]) {
				wrong = append(wrong, x.Item+": "+f.Key+" comes back changed")
			}
		}
		lifted := m.Lift(x.Item, own)
		for key, v := range lifted {
			if !v.Equal(answers[key]) {
				wrong = append(wrong, x.Item+": "+key+" is lifted to something else")
			}
			all[key] = v
		}
		if again := m.Project(x.Item, lifted); !sameAnswers(again, own) {
			wrong = append(wrong, x.Item+" is another after lifting")
		}
	}
	if !sameAnswers(all, answers) {
		wrong = append(wrong, "the members together do not make the whole")
	}
	return wrong
}

func sameAnswers(a, b form.Answers) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || !v.Equal(w) {
			return false
		}
	}
	return true
}

// shape is what must not depend on the order of the members, in values that can be compared:
// texts of it would take longer than the merges.
func shape(m *merge.Merged) map[string]any {
	out := map[string]any{"days": [...]any{m.PathDays, m.SumDays, m.Target(), m.FieldsBefore, m.MaterialsBefore}}
	for _, f := range m.Fields {
		out["field "+f.Key] = [...]any{f.Required, f.SuppliedInside, f.Class, f.Type, conditions(f)}
	}
	for _, x := range m.Materials {
		out["paper "+x.Key] = [...]any{x.Necessity, x.Licence, x.Copies, x.Replaceable, sorted(x.Forms)}
	}
	for i, layer := range m.Layers {
		for _, item := range layer {
			out["layer "+item] = i
		}
	}
	for _, in := range append(slices.Clone(m.FieldsInside), m.MaterialsInside...) {
		out["inside "+in.Item+" "+in.Key] = sorted(in.From)
	}
	for _, c := range m.Conflicts {
		out["conflict "+c.Key] = c.What
		delete(out, "field "+c.Key) // which of the two is kept is nobody's business
	}
	return out
}

// sorted is a list as a text, whatever its order was.
func sorted(list []string) string { return strings.Join(slices.Sorted(slices.Values(list)), "|") }

func conditions(f merge.Field) string {
	var out []string
	for _, w := range f.Conditions() {
		out = append(out, w.Key+"="+sorted(w.Equals))
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

func orderless(m *merge.Merged, members []merge.Member, rng *rand.Rand) (wrong []string) {
	other := slices.Clone(members)
	rng.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	n, err := merge.Merge(other)
	if err != nil {
		return []string{err.Error()}
	}
	a, b := shape(m), shape(n)
	for k, v := range a {
		if b[k] != v {
			wrong = append(wrong, fmt.Sprintf("%s is %v, in another order %v", k, v, b[k]))
		}
	}
	if len(a) != len(b) {
		wrong = append(wrong, "another order makes another set")
	}
	return wrong
}

// subset leaves a member out: what is then asked was asked before, or the member
// left out would have supplied it, or stood between who supplies and who is
// supplied (its dependencies fall away with it, domain §5).
func subset(m *merge.Merged, members []merge.Member, rng *rand.Rand) (wrong []string) {
	if len(members) < 2 {
		return nil
	}
	gone := rng.IntN(len(members))
	rest := slices.Delete(slices.Clone(members), gone, gone+1)
	n, err := merge.Merge(rest)
	if err != nil {
		return []string{err.Error()}
	}
	left := members[gone].Item
	given := func(all []merge.Inside, key string) bool {
		return slices.ContainsFunc(all, func(in merge.Inside) bool {
			return in.Key == key && in.Item != left && slices.ContainsFunc(in.From, func(from string) bool {
				return from == left || before(m, from, left) && before(m, left, in.Item)
			})
		})
	}
	asked := m.Asked()
	for _, key := range n.Asked().Keys() {
		if !asked.Has(key) && !given(m.FieldsInside, key) {
			wrong = append(wrong, "without "+left+" "+key+" is asked anew")
		}
	}
	for _, x := range n.Materials {
		if _, had := m.Material(x.Key); !had && !given(m.MaterialsInside, x.Key) {
			wrong = append(wrong, "without "+left+" "+x.Key+" is handed in anew")
		}
	}
	return wrong
}

// TestEveryBundle holds the properties for every bundle of the data, whole and
// with random members left out.
func TestEveryBundle(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	for _, b := range realSet(t).Bundles() {
		members := whole(t, b).Members
		for range 20 {
			if _, wrong := looks(members, rng); len(wrong) > 0 {
				t.Fatalf("%s: %s", b.ID, strings.Join(wrong, "\n"))
			}
		}
	}
}

// TestEveryPair merges every two items there are, each way on its own and as the
// second after the first.
func TestEveryPair(t *testing.T) {
	all, rng, pairs := items(t), rand.New(rand.NewPCG(2, 4)), 0
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			pair := []merge.Member{all[i], all[j]}
			if rng.IntN(2) == 0 {
				pair[1].DependsOn = []string{pair[0].Item}
			}
			if _, wrong := looks(pair, rng); len(wrong) > 0 {
				t.Fatalf("%s and %s: %s", all[i].Item, all[j].Item, strings.Join(wrong, "\n"))
			}
			pairs++
		}
	}
	if pairs != 188*187/2 {
		t.Errorf("%d pairs", pairs)
	}
}

// TestRandomTriples merges 5,000 times three items with dependencies, binds,
// waived and required materials, and elements that were tampered with.
func TestRandomTriples(t *testing.T) {
	all, rng, clashes, supplied := items(t), rand.New(rand.NewPCG(3, 4)), 0, 0
	for n := range 5000 {
		var triple []merge.Member
		for _, i := range rng.Perm(len(all))[:3] {
			triple = append(triple, bend(all[i], triple, rng))
		}
		m, wrong := looks(triple, rng)
		if len(wrong) > 0 {
			t.Fatalf("%d: %s, %s, %s: %s", n, triple[0].Item, triple[1].Item, triple[2].Item, strings.Join(wrong, "\n"))
		}
		clashes += len(m.Conflicts)
		supplied += len(m.FieldsInside)
	}
	if clashes < 100 || supplied < 100 {
		t.Errorf("only %d conflicts and %d fields supplied inside: the triples are too tame", clashes, supplied)
	}
}

// bend makes a member of a random bundle out of an item.
func bend(x merge.Member, before []merge.Member, rng *rand.Rand) merge.Member {
	for _, p := range before {
		if rng.IntN(2) == 0 {
			x.DependsOn = append(slices.Clip(x.DependsOn), p.Item)
		}
	}
	x.Form = slices.Clone(x.Form)
	if rng.IntN(3) == 0 && len(before) > 0 {
		target := before[rng.IntN(len(before))].Form
		to := target[rng.IntN(len(target))].Key
		own := x.Form[rng.IntN(len(x.Form))].Key
		x.Bind = map[string]string{own: to}
	}
	if rng.IntN(4) == 0 {
		f := &x.Form[rng.IntN(len(x.Form))]
		switch rng.IntN(4) {
		case 0:
			f.Type = form.String
		case 1:
			f.Type = form.IDCard
		case 2:
			f.Options = append(slices.Clone(f.Options), "其他情形")
		case 3:
			f.Required, f.RequiredWhen = false, &form.When{Key: x.Form[0].Key, Equals: []string{fmt.Sprint(rng.IntN(3))}}
		}
	}
	if own := x.Materials[rng.IntN(len(x.Materials))]; rng.IntN(2) == 0 {
		x.Waive = []string{own.Key}
	} else if !own.Generated {
		x.Require = []string{own.Key, "added"}
	}
	return x
}
