package catalogue

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/catalogue/steps"
	"yimen/internal/clock"
	"yimen/internal/gov"
)

func TestDeriveSteps(t *testing.T) {
	visit := set.Procedure{Name: "现场核查", Kind: "现场踏勘", MaxDays: 5}
	for _, c := range []struct {
		name   string
		stages []set.Stage
		want   string
	}{
		{"审查, 决定", []set.Stage{
			{Seq: 1, Name: "申请与收件"}, {Seq: 2, Name: "受理", Days: 1},
			{Seq: 3, Name: "审查", Days: 9, Counted: true, Procedures: []string{"现场核查"}}, {Seq: 4, Name: "决定", Days: 1, Counted: true},
			{Seq: 5, Name: "制证与送达", Days: 1},
		}, "officer 审查 6 visit; reviewer 审查 3; approver 决定 1"},
		{"审查与决定", []set.Stage{{Seq: 3, Name: "审查与决定", Days: 4, Counted: true}}, "officer 审查与决定 3; approver 审查与决定 1 together"},
		{"at once", []set.Stage{{Seq: 3, Name: "审查与决定", Counted: true}}, "officer 审查与决定 0; approver 审查与决定 0 together"},
		{"roles of its own", []set.Stage{
			{Seq: 1, Name: "初审", Role: "承办", Days: 2, Counted: true}, {Seq: 2, Name: "专家论证", Days: 5, Counted: true},
			{Seq: 3, Name: "会审", Role: "审核", Days: 3, Counted: true}, {Seq: 4, Name: "签发", Role: "批准", Days: 1, Counted: true},
		}, "officer 初审 2; officer 专家论证 5; reviewer 会审 3; approver 签发 1"},
		{"nobody decides", []set.Stage{{Seq: 1, Name: "核验", Days: 2, Counted: true}}, "officer 核验 2; approver 核验 0 together"},
		{"no stages", nil, "approver 决定 0"},
	} {
		var got []string
		for _, s := range steps.Derive(c.stages, []set.Procedure{visit}) {
			line := fmt.Sprintf("%s %s %d", s.Role, s.Stage, s.Days)
			if s.Together {
				line += " together"
			}
			if s.SiteVisit() {
				line += " visit"
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestValidity(t *testing.T) {
	for _, c := range []struct {
		words, from string
		kind        ValidityKind
		last        string
		ok          bool
	}{
		{"5年", "2026-02-06", ValidYears, "2031-02-05", true},
		{"1年", "2026-01-01", ValidYears, "2026-12-31", true},
		{"4年", "2024-02-29", ValidYears, "2028-02-28", true},
		{"5年", "2024-02-29", ValidYears, "2029-02-28", true},
		{"2年", "9999-01-01", ValidYears, "", false},
		{"5年", "", ValidYears, "", false},
		{"长期", "2026-02-06", ValidForever, "", true},
		{"无", "2026-02-06", ValidNone, "", false},
		{"5年，最长10年", "2026-02-06", ValidEntered, "", false},
		{"按批准期限", "2026-02-06", ValidEntered, "", false},
		{"0年", "2026-02-06", ValidEntered, "", false},
	} {
		v := ParseValidity(c.words)
		var from clock.Date
		if c.from != "" {
			from = clock.MustDate(c.from)
		}
		last, ok := v.Until(from)
		if v.Kind != c.kind || last.String() != c.last || ok != c.ok {
			t.Errorf("%s from %s: %s until %q, %v; want %s, %q, %v", c.words, c.from, v.Kind, last, ok, c.kind, c.last, c.ok)
		}
	}
}

func TestClassOfElement(t *testing.T) {
	layout := &form.Layout{}
	for _, c := range []struct {
		element set.Element
		want    form.Class
	}{
		{set.Element{Type: form.USCC, Sensitive: true}, form.Public},
		{set.Element{Type: form.String, Sensitive: true}, form.Sensitive},
		{set.Element{Type: form.IDCard}, form.Sensitive},
		{set.Element{Type: form.Phone, Class: form.Public}, form.Sensitive}, // a set cannot open what is 敏感
		{set.Element{Type: form.Table, Columns: []form.Column{{Key: "holder_id_number", Type: form.String}}}, form.Sensitive},
		{set.Element{Type: form.Table, Columns: []form.Column{{Key: "name", Type: form.String}}}, form.Personal},
		{set.Element{Type: form.String, Validation: "20位（公民身份号码加类别等级）"}, form.Sensitive},
		{set.Element{Type: form.String, Class: form.Internal}, form.Internal},
		{set.Element{Type: form.String}, form.Personal},
	} {
		if got := classOf(c.element, layout); got != c.want {
			t.Errorf("%+v is %s, want %s", c.element, got, c.want)
		}
	}
}

func TestRescale(t *testing.T) {
	stages := []set.Stage{{Name: "受理", Days: 1}, {Name: "审查", Days: 9, Counted: true}, {Name: "决定", Days: 1, Counted: true}}
	for _, days := range []int{0, 1, 4, 10, 25} {
		got, sum := rescale(stages, days), 0
		for _, s := range got {
			if s.Days < 0 {
				t.Errorf("to %d: %+v", days, got)
			}
			if s.Counted {
				sum += s.Days
			}
		}
		if sum != days || got[0].Days != 1 {
			t.Errorf("to %d: %+v", days, got)
		}
	}
	if stages[1].Days != 9 {
		t.Error("the version's own stages changed")
	}
}

func TestNearness(t *testing.T) {
	bodies := []string{"445100000000", "445103000000", "445103100000", "440800000000"}
	for place, want := range map[string]int{
		"445103100201": 2, "445103110000": 1, "445102000000": 0, "440800000000": 3, "445100000000": 0, "": 0,
	} {
		best, rank := 0, -1
		for i, b := range bodies {
			if r := nearness(region(b), region(place)); r > rank {
				best, rank = i, r
			}
		}
		if best != want {
			t.Errorf("for %s the body of %s", place, bodies[best])
		}
	}
}

func TestImplementationCode(t *testing.T) {
	item := itemPlace{code: "SX-01-scjg-005"}
	body := Body{Level: 4, CreditCode: "11445103MA00000014"}
	if got := implementationCode(body, item, "BM001"); got != "" {
		t.Errorf("a body with a wrong credit code gives %q", got)
	}
	body.CreditCode = creditCode(t)
	if got, want := implementationCode(body, item, "BM001"), body.CreditCode+"4"+"000101005000"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, none := range []string{implementationCode(Body{Level: 4}, item, "BM001"), implementationCode(body, itemPlace{code: "X"}, "BM001"),
		implementationCode(body, item, "X")} {
		if none != "" {
			t.Errorf("a code was made up: %q", none)
		}
	}
}

func TestLRU(t *testing.T) {
	c := newLRU[int](2)
	c.put("a", 1)
	c.put("b", 2)
	c.get("a")
	c.put("c", 3)
	if _, ok := c.get("b"); ok {
		t.Error("what was used longest ago stays")
	}
	if v, ok := c.get("a"); !ok || v != 1 {
		t.Error("what was used last is gone")
	}
	c.put("a", 4)
	if v, _ := c.get("a"); v != 4 || c.order.Len() != 2 {
		t.Errorf("%d, %d kept", v, c.order.Len())
	}
	c.clear()
	if _, ok := c.get("a"); ok || c.order.Len() != 0 {
		t.Error("clear leaves something")
	}
}

func region(code string) gov.Region { return gov.Region(code) }

func creditCode(t *testing.T) string {
	t.Helper()
	c, err := gov.ComposeCreditCode("11990000MA000001")
	if err != nil {
		t.Fatal(err)
	}
	return string(c)
}
