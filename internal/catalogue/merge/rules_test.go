package merge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

func text(key string) form.Field { return form.Field{Key: key, Label: key, Type: form.String} }

func asks(item string, fields ...form.Field) merge.Member {
	return merge.Member{Item: item, Name: item, Form: form.New(fields), Unit: clock.Working}
}

func after(m merge.Member, items ...string) merge.Member {
	m.DependsOn = items
	return m
}

// TestOrder: layers and the longest chain; who waits for each other is named.
func TestOrder(t *testing.T) {
	days := func(item string, n int, before ...string) merge.Member {
		m := after(asks(item), before...)
		m.Days = n
		return m
	}
	m, err := merge.Merge([]merge.Member{days("e", 1, "c"), days("a", 3), days("b", 3), days("c", 0, "b", "a", "nobody"), days("d", 2)})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(m.Layers, m.Path, m.PathDays, m.SumDays, m.After("c")); got != "[[a b d] [c] [e]] [a c e] 4 9 [a b]" {
		t.Error(got)
	}
	for want, members := range map[string][]merge.Member{
		"x → y → x":     {days("w", 1), days("x", 1, "y"), days("y", 1, "x")},
		"z → z":         {days("z", 1, "z")},
		"p → q → r → p": {days("p", 1, "q"), days("q", 1, "r"), days("r", 1, "p")},
	} {
		_, err := merge.Merge(members)
		if e, ok := fault.As(err); !ok || e.Code != "catalogue.merge_circle" || e.Args["members"] != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := merge.Merge([]merge.Member{asks("a"), asks("a")}); !fault.Is(err, "catalogue.merge_twice") {
		t.Error(err)
	}
	if m, err := merge.Merge(nil); err != nil || len(m.Form()) != 0 || m.Target() != 0 {
		t.Errorf("nobody: %+v %v", m, err)
	}
}

// TestConditions: other members' conditions are carried under the bundle's keys;
// conditions on one key become one, and required by one is required.
func TestConditions(t *testing.T) {
	when := func(key, on string, equals ...string) form.Field {
		f := text(key)
		f.RequiredWhen = &form.When{Key: on, Equals: equals}
		return f
	}
	required := text("x")
	required.Required = true
	one := asks("one", text("mode"), when("x", "mode", "a"))
	two := asks("two", text("mode"), when("x", "mode", "b", "a"))
	bound := asks("three", text("own_mode"), when("x", "own_mode", "c"))
	bound.Bind = map[string]string{"own_mode": "other_mode"}
	m, err := merge.Merge([]merge.Member{one, two, bound})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := m.Field("x")
	if got := fmt.Sprint(f.Conditions()); got != "[{mode [a b]} {other_mode [c]}]" {
		t.Error(got)
	}
	for answers, want := range map[string]bool{"mode=a": true, "mode=b": true, "other_mode=c": true, "mode=c": false, "own_mode=c": false} {
		key, value, _ := strings.Cut(answers, "=")
		if got := m.Form().RequiredNow(f.Field, form.Answers{key: form.Plain(value)}); got != want {
			t.Errorf("with %s required is %v", answers, got)
		}
	}
	if m, _ := merge.Merge([]merge.Member{one, asks("four", required)}); !m.Fields[1].Required || len(m.Fields[1].Conditions()) != 0 {
		t.Errorf("%+v", m.Fields[1])
	}
}

// TestBuiltInCondition: mail wants an address under whatever key the bundle has it.
func TestBuiltInCondition(t *testing.T) {
	x := asks("post", text("delivery_way"), text("delivery_address"))
	x.Bind = map[string]string{"delivery_address": "parcel_address"}
	m, err := merge.Merge([]merge.Member{x})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := m.Field("parcel_address")
	if !m.Form().RequiredNow(f.Field, form.Answers{"delivery_way": form.Plain("邮寄送达")}) {
		t.Errorf("%+v", f)
	}
}

// TestJoins: a text may be joined by a number of a person or an organisation, but
// not by both, and a question takes the name of what it is bound to.
func TestJoins(t *testing.T) {
	typed := func(item string, of form.Type) merge.Member {
		return asks(item, form.Field{Key: "no", Label: item, Type: of})
	}
	for _, x := range []struct {
		types []form.Type
		want  form.Type
		clash bool
	}{
		{[]form.Type{form.IDCard, form.String}, form.String, false},
		{[]form.Type{form.String, form.USCC}, form.String, false},
		{[]form.Type{form.IDCard, form.IDCard}, form.IDCard, false},
		{[]form.Type{form.IDCard, form.USCC}, form.IDCard, true},
		{[]form.Type{form.String, form.IDCard, form.USCC}, "", true},
		{[]form.Type{form.IDCard, form.String, form.USCC}, "", true},
		{[]form.Type{form.String, form.Text}, "", true},
		{[]form.Type{form.Integer, form.String}, "", true},
	} {
		var members []merge.Member
		for i, of := range x.types {
			members = append(members, typed(fmt.Sprint("m", i), of))
		}
		m, err := merge.Merge(members)
		if err != nil {
			t.Fatal(err)
		}
		if (len(m.Conflicts) > 0) != x.clash || (!x.clash && m.Fields[0].Type != x.want) {
			t.Errorf("%v: %s %+v", x.types, m.Fields[0].Type, m.Conflicts)
		}
		for _, c := range m.Conflicts {
			if c.What != merge.DifferentTypes || c.One.Item == c.Other.Item || merge.Joins(c.One.Type, c.Other.Type) {
				t.Errorf("%+v", c)
			}
		}
	}
}

// TestValidate: each member's own rule still checks what the merged question
// takes, under the bundle's key and label; what is supplied inside is not missed.
func TestValidate(t *testing.T) {
	give := asks("give", form.Field{Key: "name", Label: "Name", Type: form.String, Required: true})
	give.Licence, give.Face = "card", []string{"card_no"}
	take := after(asks("take",
		form.Field{Key: "card_no", Label: "Card", Type: form.String, Required: true},
		form.Field{Key: "who", Label: "Applicant’s number", Type: form.IDCard, Required: true}), "give")
	take.Bind = map[string]string{"who": "child_no"}
	take.Bound = map[string]form.Field{"child_no": {Key: "child_no", Label: "Child’s number", Type: form.String}}
	m, err := merge.Merge([]merge.Member{give, take})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := m.Field("child_no")
	if f.Label != "Child’s number" || f.Type != form.String || m.Asked().Has("card_no") || !m.Form().Has("card_no") {
		t.Errorf("%+v", f)
	}
	wrong := m.Validate(form.Answers{"child_no": form.Plain("12")}, form.Facts{})
	if len(wrong) != 2 || wrong[0].Path != "name" || wrong[1].Path != "child_no" || wrong[1].Code != "form.id_length" || wrong[1].Args["label"] != "Child’s number" {
		t.Errorf("%+v", wrong)
	}
	if only := m.Validate(form.Answers{}, form.Facts{}, "name"); len(only) != 1 || only[0].Code != "form.required" {
		t.Errorf("%+v", only)
	}
	fine := form.Answers{"name": form.Plain("甲"), "child_no": form.Plain("11010118990101123x")}
	if own := m.Project("take", fine); own["who"].Text != "11010118990101123X" {
		t.Errorf("the member’s own number is %q", own["who"].Text)
	}
}

// TestMaterials: waived, required, generated, supplied and merged ones.
func TestMaterials(t *testing.T) {
	paper := func(key, necessity, licence string) set.Material {
		return set.Material{Key: key, Name: key, Necessity: necessity, Licence: licence, Replaceable: licence != "", Copies: 1, Forms: []string{"原件"}}
	}
	form := paper("form", set.Necessary, "")
	form.Generated = true
	one, two := asks("one"), after(asks("two"), "one")
	one.Licence = "permit"
	one.Materials = []set.Material{form, paper("id", set.Optional, "id_card"), paper("plan", set.Optional, ""), paper("waived", set.Necessary, "")}
	one.Waive = []string{"waived"}
	twice := paper("id", set.Deferrable, "id_card")
	twice.Copies, twice.Forms = 3, []string{"电子"}
	two.Materials = []set.Material{form, twice, paper("permit", set.Necessary, "permit"), paper("plan", set.Optional, "drawing")}
	two.Require = []string{"plan", "extra", "extra"}
	m, err := merge.Merge([]merge.Member{one, two})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, x := range m.Materials {
		got += fmt.Sprint(x.Key, x.Necessity, x.Licence, x.Copies, x.Forms, len(x.Sources), " ")
	}
	if want := "id容缺id_card3 [原件 电子] 2 plan必要1 [原件] 2 extra必要1 [原件] 1 "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if p := fmt.Sprint(m.Papers("one"), m.Papers("two"), m.MaterialsBefore, m.MaterialsInside); p !=
		"[{form generated} {waived waived} {id handed_in} {plan handed_in}] [{form generated} {id handed_in} {permit inside} {plan handed_in} {extra handed_in}] 6 [{two permit permit [one] [permit]}]" {
		t.Error(p)
	}
	if one.Materials[1].Necessity != set.Optional || two.Materials[3].Necessity != set.Optional || !slices.Equal(two.Materials[1].Forms, []string{"电子"}) {
		t.Error("merging changed the items")
	}
}
