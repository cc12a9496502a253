package form_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
)

func compiled(t testing.TB, f form.Form) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(f.Schema())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// takes tells whether the schema takes the answers as a program would send them.
func takes(t testing.TB, s *jsonschema.Schema, a form.Answers) error {
	t.Helper()
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

// everyType has a field of each type and rule.
func everyType() form.Form {
	return form.New([]form.Field{
		{Key: "name", Label: "名称", Type: form.String, Hint: "2至50个字符", Class: form.Personal, Required: true},
		{Key: "code", Label: "代码", Type: form.String, Hint: "4位", Class: form.Public},
		{Key: "either", Label: "号码", Type: form.String, Hint: "居民身份证号或统一社会信用代码", Class: form.Sensitive},
		{Key: "post", Label: "邮编", Type: form.String, Hint: "^[0-9]{6}$", Class: form.Public},
		{Key: "words", Label: "说明", Type: form.Text, Class: form.Internal},
		{Key: "way", Label: "方式", Type: form.Enum, Options: []string{"自有", "租赁"}, Class: form.Public},
		{Key: "lease", Label: "租期", Type: form.Integer, RequiredWhen: &form.When{Key: "way", Equals: []string{"租赁"}}, Class: form.Public},
		{Key: "area", Label: "面积", Type: form.Decimal, Hint: "大于0，至多2位小数", Class: form.Public},
		{Key: "fund", Label: "金额", Type: form.Money, Class: form.Public},
		{Key: "agree", Label: "同意", Type: form.Boolean, Hint: "须为是", Class: form.Public},
		{Key: "own", Label: "自有", Type: form.Boolean, Class: form.Public},
		{Key: "on", Label: "日期", Type: form.Date, Class: form.Public},
		{Key: "id_type", Label: "证件类型", Type: form.Enum, Options: []string{"居民身份证", "护照"}, Class: form.Personal},
		{Key: "id_number", Label: "证件号码", Type: form.IDCard, Class: form.Sensitive},
		{Key: "uscc", Label: "信用代码", Type: form.USCC, Class: form.Public},
		{Key: "phone", Label: "电话", Type: form.Phone, Class: form.Sensitive},
		{Key: "mail", Label: "邮箱", Type: form.Email, Class: form.Personal},
		{Key: "region", Label: "区划", Type: form.Region, Class: form.Public},
		{Key: "address", Label: "地址", Type: form.Address, Class: form.Personal},
		{Key: "bank", Label: "账号", Type: form.BankAccount, Class: form.Sensitive},
		{Key: "delivery_way", Label: "领取", Type: form.Enum, Options: []string{"窗口领取", "邮寄送达"}, Class: form.Public},
		{Key: "delivery_address", Label: "寄送地址", Type: form.Address, Class: form.Personal},
		{Key: "agent_name", Label: "代理人", Type: form.String, Class: form.Personal},
		{Key: "agent_phone", Label: "代理人电话", Type: form.Phone, Class: form.Sensitive},
		{Key: "list", Label: "名册", Type: form.Table, Class: form.Personal, Columns: []form.Column{
			{Key: "name", Name: "姓名", Type: form.String}, {Key: "share", Name: "份额", Type: form.Decimal, Optional: true}}},
		{Key: "photo", Label: "照片", Type: form.File, Class: form.Personal},
	})
}

// TestSchemaTakesWhatTheFormTakes is the promise of the schema: a program that
// follows it is never told by it that something right is wrong.
func TestSchemaTakesWhatTheFormTakes(t *testing.T) {
	f := everyType()
	s := compiled(t, f)
	text := rapid.OneOf(
		rapid.SampledFrom([]string{"", "是", "否", "自有", "租赁", "3", "-3", "0", "0.00", "12.5", "12.345", "1,000", "2020-05-06", "2020/5/6", "20200506",
			"99000019900307003X", "99000018900307001x", "91990000YMT00001XQ", "13000000001", "130 0000 0001", "demo@example.org", "445103", "445103001000",
			"潮安区示例路1号", "6200000000000000", "515000", "A123", "窗口领取", "邮寄送达", "护照", "居民身份证", "E12345678", "示例"}),
		rapid.StringN(0, 30, 120), rapid.StringMatching(`[0-9A-Z.\-]{0,20}`))
	taken := 0
	rapid.Check(t, func(rt *rapid.T) {
		a := form.Answers{}
		for _, x := range f {
			switch x.Type {
			case form.File:
			case form.Table:
				a[x.Key] = form.Value{Rows: []form.Row{{"name": text.Draw(rt, "name"), "share": text.Draw(rt, "share"), "other": "x"}}}
			default:
				a[x.Key] = form.Plain(text.Draw(rt, x.Key))
			}
		}
		a = f.Normalise(a)
		wrong := map[string]bool{}
		for _, d := range f.Validate(a, form.Facts{Today: clock.MustDate("2026-03-02")}) {
			wrong[strings.SplitN(d.Path, ".", 2)[0]] = true
		}
		for key := range a { // leave what the form refuses
			if wrong[key] {
				delete(a, key)
			}
		}
		if wrong["name"] || a["name"].IsZero() {
			a["name"] = form.Plain("示例")
		}
		if len(f.Validate(a, form.Facts{Today: clock.MustDate("2026-03-02")})) > 0 {
			return // something that another answer requires fell away
		}
		taken++
		if err := takes(t, s, a); err != nil {
			rt.Fatalf("%v\n%v", a, err)
		}
	})
	t.Logf("%d drawn answers were right", taken)
	if taken < 5 && !testing.Short() {
		t.Fatalf("only %d drawn answers were right: the test sees nothing", taken)
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := compiled(t, everyType())
	right := form.Answers{"name": form.Plain("示例"), "own": form.Plain("true")}
	if err := takes(t, s, right); err != nil {
		t.Fatal(err)
	}
	for key, v := range map[string]form.Value{
		"name": form.Plain("示"), "code": form.Plain("12345"), "post": form.Plain("51500"), "way": form.Plain("借用"), "area": form.Plain("many"),
		"agree": form.Plain("false"), "on": form.Plain("2020-02-30"), "uscc": form.Plain("9"), "phone": form.Plain("1300000000"), "mail": form.Plain("demo"),
		"region": form.Plain("4451"), "address": form.Plain("短"), "bank": form.Plain("1"), "no_such_field": form.Plain("x"),
		"list": {Rows: []form.Row{{"share": "1"}}}, "agent_name": form.Plain("代理"), "photo": {Files: []string{"f"}},
	} {
		a := right.Clone()
		a[key] = v
		if takes(t, s, a) == nil {
			t.Errorf("%s: %v was taken", key, v)
		}
	}
	for name, a := range map[string]form.Answers{
		"condition": {"name": form.Plain("示例"), "way": form.Plain("租赁")},
		"built in":  {"name": form.Plain("示例"), "delivery_way": form.Plain("邮寄送达")},
		"nothing":   {},
	} {
		if takes(t, s, a) == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if schema, _ := json.Marshal(everyType().Schema()); !strings.Contains(string(schema), `"x-class":"敏感"`) || strings.Contains(string(schema), `"photo"`) {
		t.Error(string(schema))
	}
}
