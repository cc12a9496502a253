package merge_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/platform/fault"
)

// situations are all answers to a bundle's questions.
func situations(b set.Bundle) []map[string]string {
	all := []map[string]string{{}}
	for _, q := range b.Questions {
		var more []map[string]string
		for _, had := range all {
			for _, option := range q.Options {
				next := maps.Clone(had)
				next[q.ID] = option
				more = append(more, next)
			}
		}
		all = more
	}
	return all
}

// TestEverySituation goes through every answer to every question of every bundle
// with every choice of optional members. The members come out as the file says, and
// nobody is asked more than with everybody, except what one left out would have
// supplied.
func TestEverySituation(t *testing.T) {
	choices := 0
	for _, b := range realSet(t).Bundles() {
		m := whole(t, b)
		for _, answers := range situations(b) {
			offered, err := merge.Offered(b, answers)
			if err != nil {
				t.Fatal(b.ID, err)
			}
			var optional []string
			for _, x := range offered {
				if x.Optional {
					optional = append(optional, x.Item)
				}
			}
			for mask := range 1 << len(optional) {
				var chosen []string
				for i, item := range optional {
					if mask>>i&1 == 1 {
						chosen = append(chosen, item)
					}
				}
				choices++
				if wrong := chosenRight(b, m, answers, chosen); wrong != nil {
					t.Fatalf("%s %v %v: %v", b.ID, answers, chosen, wrong)
				}
			}
		}
	}
	if choices < 400 {
		t.Errorf("only %d choices", choices)
	}
}

func chosenRight(b set.Bundle, m *merge.Merged, answers map[string]string, chosen []string) error {
	there := map[string]bool{}
	for _, x := range b.Members {
		if (x.When == nil || answers[x.When.Question] == x.When.Equals) && (!x.Optional || slices.Contains(chosen, x.Item)) {
			there[x.Item] = true
		}
	}
	got, err := merge.Choose(b, answers, chosen)
	if fault.Is(err, merge.NobodyLeft) && len(there) == 0 {
		return nil
	}
	if err != nil || len(got) != len(there) {
		return fmt.Errorf("%d members, %v", len(got), err)
	}
	var some []merge.Member
	for _, x := range got {
		full, _ := m.Member(x.Item)
		member := *full
		member.DependsOn = x.DependsOn
		some = append(some, member)
		for _, d := range x.DependsOn {
			if !there[x.Item] || !there[d] || !slices.Contains(full.DependsOn, d) {
				return fmt.Errorf("%s depends on %s", x.Item, d)
			}
		}
		for _, d := range full.DependsOn {
			if there[d] && !slices.Contains(x.DependsOn, d) {
				return fmt.Errorf("%s no longer depends on %s", x.Item, d)
			}
		}
	}
	n, err := merge.Merge(some)
	if err != nil {
		return err
	}
	return asksNoMore(m, n, there)
}

// asksNoMore: n, made of those who are there, asks what m asks and what one who is
// not there would have supplied.
func asksNoMore(m, n *merge.Merged, there map[string]bool) error {
	given := func(all []merge.Inside, key string) bool {
		return slices.ContainsFunc(all, func(in merge.Inside) bool {
			return in.Key == key && there[in.Item] && slices.ContainsFunc(in.From, func(from string) bool { return !there[from] })
		})
	}
	asked := m.Asked()
	for _, key := range n.Asked().Keys() {
		if !asked.Has(key) && !given(m.FieldsInside, key) {
			return fmt.Errorf("%s is asked anew", key)
		}
	}
	for _, x := range n.Materials {
		if _, had := m.Material(x.Key); !had && !given(m.MaterialsInside, x.Key) {
			return fmt.Errorf("%s is handed in anew", x.Key)
		}
	}
	return nil
}

// small is a bundle in which every rule of choosing shows.
func small() set.Bundle {
	return set.Bundle{
		ID: "small", Questions: []set.Question{{ID: "q", Options: []string{"yes", "no"}}, {ID: "idle", Options: []string{"a", "b"}}},
		Members: []set.Member{
			{Item: "first", When: &set.Situation{Question: "q", Equals: "yes"}},
			{Item: "second", DependsOn: []string{"first"}, Optional: true},
			{Item: "third", DependsOn: []string{"second", "first"}, When: &set.Situation{Question: "q", Equals: "yes"}},
			{Item: "fourth", DependsOn: []string{"second"}, Optional: true, When: &set.Situation{Question: "q", Equals: "no"}},
		},
	}
}

// TestChoose: what falls away, what is refused and by which name.
func TestChoose(t *testing.T) {
	for _, x := range []struct {
		answers map[string]string
		chosen  []string
		want    string // member(dependencies)…
		code    string
		names   string
	}{
		{map[string]string{"q": "yes"}, nil, "first[] third[first] ", "", ""},
		{map[string]string{"q": "yes"}, []string{"second"}, "first[] second[first] third[second first] ", "", ""},
		{map[string]string{"q": "yes"}, []string{"second", "second", "first"}, "first[] second[first] third[second first] ", "", ""},
		{map[string]string{"q": "no"}, []string{"fourth"}, "fourth[] ", "", ""},
		{nil, []string{"second"}, "second[] ", "", ""},
		{map[string]string{"q": "no"}, nil, "", merge.NobodyLeft, ""},
		{nil, nil, "", merge.NobodyLeft, ""},
		{map[string]string{"colour": "red"}, nil, "", "catalogue.unknown_question", "colour"},
		{map[string]string{"q": "perhaps"}, nil, "", "catalogue.unknown_option", "perhaps"},
		{map[string]string{"q": ""}, nil, "", "catalogue.unknown_option", ""},
		{map[string]string{"q": "yes"}, []string{"nobody"}, "", "catalogue.unknown_member", "nobody"},
		{map[string]string{"q": "yes"}, []string{"fourth"}, "", "catalogue.member_not_offered", "fourth"},
	} {
		got, err := merge.Choose(small(), x.answers, x.chosen)
		text := ""
		for _, m := range got {
			text += fmt.Sprint(m.Item, m.DependsOn, " ")
		}
		if text != x.want || (err != nil) != (x.code != "") || (err != nil && !fault.Is(err, x.code)) {
			t.Errorf("%v %v: %q %v", x.answers, x.chosen, text, err)
		}
		if e, ok := fault.As(err); ok && x.names != "" && !slices.Contains(slices.Collect(maps.Values(e.Args)), any(x.names)) {
			t.Errorf("%v does not name %s", e.Args, x.names)
		}
	}
	if got := merge.Unanswered(small(), map[string]string{"idle": "a"}); !slices.Equal(got, []string{"q"}) {
		t.Errorf("unanswered: %v", got)
	}
	if b := small(); len(merge.Among(b.Members[2:3])[0].DependsOn) != 0 || len(b.Members[2].DependsOn) != 2 {
		t.Error("choosing changed the bundle")
	}
}

// FuzzChoose: whatever is answered and chosen, the members are some of the bundle's
// in its order, they can be merged, and every refusal has a name.
func FuzzChoose(f *testing.F) {
	f.Add("q", "yes", "second")
	f.Add("", "", "fourth")
	f.Add("q\x00", "no", "")
	f.Fuzz(func(t *testing.T, question, option, item string) {
		b := small()
		var chosen []string
		if item != "" {
			chosen = []string{item, "second"}
		}
		got, err := merge.Choose(b, map[string]string{question: option, "idle": "b"}, chosen)
		if err != nil {
			var e *fault.Error
			if len(got) > 0 || !errors.As(err, &e) || e.Kind != fault.KindInvalid || e.Code == "" {
				t.Fatalf("%v %v", got, err)
			}
			return
		}
		at := -1
		var members []merge.Member
		for _, m := range got {
			i := slices.IndexFunc(b.Members, func(x set.Member) bool { return x.Item == m.Item })
			if i <= at {
				t.Fatalf("%v is out of order", got)
			}
			at = i
			members = append(members, merge.Member{Item: m.Item, DependsOn: m.DependsOn, Form: form.New([]form.Field{{Key: "name", Type: form.String}})})
		}
		m, err := merge.Merge(members)
		if err != nil || len(m.Fields) != 1 || len(m.Fields[0].Sources) != len(got) {
			t.Fatalf("%v %v", m, err)
		}
	})
}
