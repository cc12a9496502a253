package form

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func realLayout(t *testing.T) *Layout {
	t.Helper()
	data, err := os.ReadFile("../../../seed/groups.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, err := ParseLayout(data)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEveryFieldIsOnOnePage(t *testing.T) {
	l := realLayout(t)
	f := New([]Field{
		{Key: "seat_count", Type: Integer}, {Key: "company_name"}, {Key: "uscc"}, {Key: "agent_name"}, {Key: "food_business_items", Type: Text},
		{Key: "a1"}, {Key: "a2"}, {Key: "a3"}, {Key: "a4"}, {Key: "a5"}, {Key: "food_equipment", Type: Table}, {Key: "a6"},
		{Key: "delivery_address"}, {Key: "delivery_way"}, {Key: "commit_statement", Type: Boolean},
	})
	var got []string
	seen := map[string]int{}
	for _, g := range l.Arrange(f) {
		for _, p := range g.Pages {
			got = append(got, p.ID+": "+strings.Join(p.Keys(), " "))
			for _, k := range p.Keys() {
				seen[k]++
			}
			if (p.Title == "") != (len(p.Fields) == 1 && g.ID == "matter") {
				t.Errorf("page %s of %d fields has the title %q", p.ID, len(p.Fields), p.Title)
			}
		}
	}
	want := []string{
		"enterprise-company: company_name uscc",
		"matter-1: seat_count",
		"matter-2: food_business_items",
		"matter-3: a1 a2 a3 a4 a5",
		"matter-4: food_equipment",
		"matter-5: a6",
		"agent-agent: agent_name",
		"delivery-delivery: delivery_address delivery_way",
		"pledge-pledge: commit_statement",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	for _, k := range f.Keys() {
		if seen[k] != 1 {
			t.Errorf("%s is on %d pages", k, seen[k])
		}
	}
}

func TestClassOf(t *testing.T) {
	l := realLayout(t)
	for key, want := range map[string]Class{
		"uscc": Public, "company_name": Public, "applicant_name": Personal, "legal_representative": Personal,
		"employee_count": Internal, "project_name": Internal, "seat_count": Personal, "spouse_name": Personal, "commit_statement": Internal,
	} {
		if got := l.ClassOf(key); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
}

func TestFillTakesOnlyWhatPasses(t *testing.T) {
	l := realLayout(t)
	f := New([]Field{
		{Key: "applicant_name", Type: String, Hint: "2至50个字符", Required: true},
		{Key: "id_number", Type: IDCard}, {Key: "phone", Type: Phone}, {Key: "birth_date", Type: Date}, {Key: "gender", Type: Enum, Options: []string{"男", "女"}},
	})
	profile := map[string]string{"applicant_name": "陈小满", "id_number": "99000019900101005x", "phone": "1300", "birth_date": "1990-01-01", "gender": "未知"}
	got := l.Fill(f, FromPerson, profile, facts)
	want := []Filled{
		{"applicant_name", Plain("陈小满"), FromPerson},
		{"id_number", Plain("99000019900101005X"), FromPerson},
		{"birth_date", Plain("1990-01-01"), FromPerson},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := l.Fill(f, FromOrganisation, profile, facts); len(got) != 0 {
		t.Errorf("an organisation fills in a person's fields: %v", got)
	}
	if a := l.Attributes(FromHandler); !cmp.Equal(a, []string{"applicant_name", "email", "id_number", "phone"}) {
		t.Errorf("attributes of a handler: %v", a)
	}
}

func TestLayoutsThatContradictThemselves(t *testing.T) {
	const ok = "most: 5\nrest: m\ngroups:\n- {id: m, name: 甲, name_en: A, class: 个人, pages: []}\n"
	if _, err := ParseLayout([]byte(ok)); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", strings.Replace(ok, "rest: m", "rest: x", 1), strings.Replace(ok, "most: 5", "most: 0", 1),
		strings.Replace(ok, "class: 个人", "class: 秘密", 1), strings.Replace(ok, "name_en: A, ", "", 1),
		ok + "- {id: m, name: 乙, name_en: B, class: 个人, pages: []}\n", ok + "colour: red\n",
		strings.Replace(ok, "pages: []", "pages: [{id: p, title: 甲, title_en: A}, {id: p, title: 乙, title_en: B}]", 1),
	} {
		if _, err := ParseLayout([]byte(bad)); !errors.Is(err, ErrLayout) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
