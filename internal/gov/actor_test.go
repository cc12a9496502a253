package gov

import (
	"slices"
	"testing"
)

func cityReviewer() Actor {
	return Actor{Account: "a1", Party: "p1", Name: "林一", Kind: Staff, Channel: Web, Posts: []Post{
		{ID: "1", Body: "scjg-445103", Department: "scjg", Region: "445103000000", Role: RoleOfficer},
		{ID: "2", Body: "scjg-4451", Department: "scjg", Region: "445100000000", Role: RoleReviewer},
		{ID: "3", Body: "ga-445103", Department: "ga", Region: "445103000000", Role: RoleReviewer},
		{ID: "4", Body: "scjg-4451", Department: "scjg", Region: "445100000000", Role: RoleReviewer},
	}}
}

func TestHas(t *testing.T) {
	staff := cityReviewer()
	resident := Actor{Account: "a2", Party: "p2", Kind: Person}
	handler := Actor{Account: "a2", Party: "p2", Kind: Person, OnBehalfOf: "o1"}
	token := Actor{Account: "a3", Party: "o2", Kind: Service, Channel: API}
	for _, c := range []struct {
		who   string
		actor Actor
		want  []Role
	}{
		{"nobody", Nobody(Web), nil},
		{"the zero actor", Actor{}, nil},
		{"system", Actor{Kind: System}, nil},
		{"resident", resident, []Role{RoleResident}},
		{"handler", handler, []Role{RoleResident, RoleHandler}},
		{"staff", staff, []Role{RoleOfficer, RoleReviewer}},
		{"token", token, []Role{RoleService}},
	} {
		for _, role := range Roles() {
			if got, want := c.actor.Has(role), slices.Contains(c.want, role); got != want {
				t.Errorf("%s has %s: %v", c.who, role, got)
			}
		}
	}
	if !staff.HasAny(RoleAuditor, RoleOfficer) || staff.HasAny(RoleAuditor, RoleSecurity) || staff.HasAny() {
		t.Error("HasAny")
	}
}

// TestPostsNeedStaff: posts smuggled into a person's session give nothing, and
// neither do posts that name a role which is not held through a post.
func TestPostsNeedStaff(t *testing.T) {
	a := cityReviewer()
	for _, kind := range []ActorKind{Person, Anonymous, System, "", "root"} {
		a.Kind = kind
		if a.Has(RoleReviewer) || a.HasAt(RoleReviewer, "scjg-4451") || a.At(RoleReviewer, "445100000000") || a.Bodies(RoleReviewer) != nil {
			t.Errorf("%q holds posts", kind)
		}
	}
	a = Actor{Kind: Staff, Posts: []Post{{Body: "b", Region: "445100000000", Role: RoleResident}, {Body: "b", Region: "445100000000", Role: "root"}}}
	if a.Has(RoleResident) || a.Has("root") || a.HasAt("root", "b") || a.At(RoleResident, "445100000000") {
		t.Error("a post gives a role that posts do not give")
	}
}

func TestScope(t *testing.T) {
	a := cityReviewer()
	for _, c := range []struct {
		role   Role
		region string
		want   bool
	}{
		{RoleReviewer, "445100000000", true},
		{RoleReviewer, "445103100201", true},
		{RoleReviewer, "440000000000", false},
		{RoleReviewer, "445200000000", false},
		{RoleOfficer, "445103100000", true},
		{RoleOfficer, "445102000000", false},
		{RoleOfficer, "445100000000", false},
		{RoleApprover, "445103000000", false},
		{RoleReviewer, "", false},
		{RoleReviewer, "4451", false},
	} {
		if got := a.At(c.role, c.region); got != c.want {
			t.Errorf("At(%s, %q) = %v", c.role, c.region, got)
		}
	}
	if !a.HasAt(RoleReviewer, "ga-445103") || a.HasAt(RoleOfficer, "ga-445103") || a.HasAt(RoleReviewer, "") {
		t.Error("HasAt")
	}
	if got := a.Bodies(RoleReviewer); !slices.Equal(got, []string{"scjg-4451", "ga-445103"}) {
		t.Error(got)
	}
	a.Posts = append(a.Posts, Post{Body: "", Region: "", Role: RoleReviewer})
	if got := a.Regions(RoleReviewer); !slices.Equal(got, []Region{"445100000000", "445103000000"}) {
		t.Error(got)
	}
	if a.HasAt(RoleReviewer, "") || len(a.Bodies(RoleReviewer)) != 2 || a.At(RoleReviewer, "110000000000") {
		t.Error("a post without body and region reaches everything")
	}
}

// A mandate narrows only who acts under it, and only when it does not reach everything; a clerk who serves somebody, and
// a department's system, have posts and no mandate.
func TestReaches(t *testing.T) {
	for name, x := range map[string]struct {
		actor      Actor
		food, cars bool
	}{
		"himself":              {Actor{Party: "p1", Kind: Person}, true, true},
		"himself, after":       {Actor{Party: "p1", Kind: Person, Items: []string{"cars"}}, true, true},
		"for all items":        {Actor{Party: "p1", Kind: Person, OnBehalfOf: "o1"}, true, true},
		"for one":              {Actor{Party: "p1", Kind: Person, OnBehalfOf: "o1", Items: []string{"food"}}, true, false},
		"for two":              {Actor{Party: "p1", Kind: Person, OnBehalfOf: "o1", Items: []string{"cars", "food"}}, true, true},
		"for none":             {Actor{Party: "p1", Kind: Person, OnBehalfOf: "o1", Items: []string{}}, false, false},
		"a clerk at a counter": {Actor{Kind: Staff, OnBehalfOf: "o1", Items: []string{}}, true, true},
		"a system":             {Actor{Kind: Service, OnBehalfOf: "o1", Items: []string{}}, true, true},
	} {
		if x.actor.Reaches("food") != x.food || x.actor.Reaches("cars") != x.cars {
			t.Errorf("%s: food %v, cars %v", name, x.actor.Reaches("food"), x.actor.Reaches("cars"))
		}
		if x.actor.Narrowed() && x.food && x.cars && name != "for two" {
			t.Errorf("%s is narrowed", name)
		}
	}
}

func TestActorWords(t *testing.T) {
	if a := (Actor{Party: "p1"}); a.Concerned() != "p1" {
		t.Error(a.Concerned())
	}
	if a := (Actor{Party: "p1", OnBehalfOf: "o1"}); a.Concerned() != "o1" {
		t.Error(a.Concerned())
	}
	if Nobody(Web).SignedIn() || (Actor{}).SignedIn() || (Actor{Account: "a"}).SignedIn() || !cityReviewer().SignedIn() {
		t.Error("SignedIn")
	}
	for _, c := range Channels() {
		if !c.Valid() {
			t.Error(c)
		}
	}
	if Channel("").Valid() || Channel("telex").Valid() || Role("").Valid() || Role("root").Valid() {
		t.Error("unknown words must not be valid")
	}
	posted := 0
	for _, r := range Roles() {
		if r.Posted() {
			posted++
		}
	}
	if posted != len(Roles())-3 || Role("root").Posted() {
		t.Error("all but resident, handler and service are held through a post")
	}
}

// TestStamp: at a counter the window is the place that people can find again.
func TestStamp(t *testing.T) {
	a := Actor{Account: "a1", Name: "林一", OnBehalfOf: "p9", Channel: Counter, Device: "d1"}
	for _, window := range []string{"", "A03"} {
		a.Window = window
		want := [...]string{"a1", "林一", "p9", "counter", "d1"}
		if window != "" {
			want[4] = window
		}
		account, name, behalf, channel, device := a.Stamp()
		if got := [...]string{account, name, behalf, channel, device}; got != want {
			t.Errorf("%q: %v", window, got)
		}
	}
}
