package form

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"yimen/internal/clock"
	"yimen/internal/gov"
)

var facts = Facts{
	Today:  clock.MustDate("2026-02-06"),
	Region: func(code string) bool { return code == "445103" },
	File:   func(id string) bool { return id == "there" },
}

// The numbers below belong to nobody: region 990000, or made for the test.
const idNumber = "99000019900101005X"

func TestTypes(t *testing.T) {
	for _, c := range []struct {
		field Field
		typed string
		saved string
		code  string // '' = fine
	}{
		{Field{Type: String, Hint: "2至50个字符"}, " 张　三 ", "张 三", ""},
		{Field{Type: String, Hint: "2至50个字符"}, "张", "张", "form.too_short"},
		{Field{Type: String}, strings.Repeat("长", 201), strings.Repeat("长", 201), "form.too_long"},
		{Field{Type: String}, "潮香园（个体工商户）ＡＢ１", "潮香园（个体工商户）AB1", ""},
		{Field{Type: String}, "䶮·阿卜杜拉", "䶮·阿卜杜拉", ""},
		{Field{Type: String}, "a\u200bb\u0007c", "abc", ""},
		{Field{Type: String, Hint: "28位"}, "12345 67890", "1234567890", "form.length"},
		{Field{Type: String, Hint: "17位，不含I、O、Q"}, "lsvaa4182e2123456", "LSVAA4182E2123456", ""},
		{Field{Type: String, Hint: "17位，不含I、O、Q"}, "LSVAA4182E212345O", "LSVAA4182E212345O", "form.letters_not_allowed"},
		{Field{Type: String, Hint: "1位字母加9位数字"}, "y123456789", "Y123456789", ""},
		{Field{Type: String, Hint: "1位字母加9位数字"}, "1234567890", "1234567890", "form.format"},
		{Field{Type: String, Hint: "^[0-9]{6}$"}, "５１５６ 00", "515600", ""},
		{Field{Type: String, Hint: "^[0-9]{6}$"}, "5156", "5156", "form.format"},
		{Field{Type: String, Hint: "居民身份证号或统一社会信用代码，18位并校验"}, "99000019900101005x", "99000019900101005X", ""},
		{Field{Type: String, Hint: "居民身份证号或统一社会信用代码，18位并校验"}, "990000199001010011", "990000199001010011", "form.id_or_credit_code"},
		{Field{Type: Text, Hint: "20至1000个字符"}, " 太短 ", "太短", "form.too_short"},
		{Field{Type: Text}, "一行\r\n二行  \r\n", "一行\n二行", ""},
		{Field{Type: Address}, "古巷镇", "古巷镇", "form.too_short"},
		{Field{Type: Address}, "潮州市潮安区古巷镇1号", "潮州市潮安区古巷镇1号", ""},
		{Field{Type: Enum, Options: []string{"男", "女"}}, "男 ", "男", ""},
		{Field{Type: Enum, Options: []string{"男", "女"}}, "其他", "其他", "form.not_an_option"},
		{Field{Type: Integer}, "００12", "12", ""},
		{Field{Type: Integer}, "1.5", "1.5", "form.whole_number"},
		{Field{Type: Integer, Hint: "整数，不小于0"}, "-1", "-1", "form.not_negative"},
		{Field{Type: Integer}, "十二", "十二", "form.number"},
		{Field{Type: Decimal, Hint: "大于0，至多2位小数"}, "1,234.50", "1234.5", ""},
		{Field{Type: Decimal, Hint: "大于0，至多2位小数"}, "0.00", "0", "form.positive"},
		{Field{Type: Decimal, Hint: "数值，至多2位小数"}, "1.234", "1.234", "form.decimals"},
		{Field{Type: Decimal}, "1e9", "1e9", "form.number"},
		{Field{Type: Decimal}, strings.Repeat("9", 16), strings.Repeat("9", 16), "form.number_too_large"},
		{Field{Type: Money}, "１２．５", "12.50", ""},
		{Field{Type: Money}, "12.505", "12.505", "form.decimals"},
		{Field{Type: Money}, "-1", "-1", "form.not_negative"},
		{Field{Type: Boolean}, "是", "true", ""},
		{Field{Type: Boolean}, "maybe", "maybe", "form.not_a_yes_or_no"},
		{Field{Type: Boolean, Hint: "须为是"}, "false", "false", "form.must_agree"},
		{Field{Type: Date}, "2026年2月6日", "2026-02-06", ""},
		{Field{Type: Date}, "20260206", "2026-02-06", ""},
		{Field{Type: Date}, "2026/2/30", "2026/2/30", "form.date"},
		{Field{Type: Date}, "0026-02-06", "0026-02-06", "form.date"},
		{Field{Type: Date, Hint: "YYYY-MM-DD，不晚于当日"}, "2026-02-07", "2026-02-07", "form.date_future"},
		{Field{Type: Date, Hint: "晚于申请日"}, "2026-02-06", "2026-02-06", "form.date_past"},
		{Field{Type: IDCard}, "990000 19900101 005x", idNumber, ""},
		{Field{Type: IDCard}, "990000199001010011", "990000199001010011", "form.id_check"},
		{Field{Type: IDCard}, "99000019901301005X", "99000019901301005X", "form.id_birth_date"},
		{Field{Type: IDCard}, "99000019900101005", "99000019900101005", "form.id_length"},
		{Field{Type: IDCard}, "99000O19900101005X", "99000O19900101005X", "form.id_characters"},
		{Field{Type: USCC}, "91445103 ma0000000l", "91445103MA0000000L", "form.credit_code_check"},
		{Field{Type: USCC}, "9144510", "9144510", "form.credit_code_length"},
		{Field{Type: USCC}, "91445103MA0000000I", "91445103MA0000000I", "form.credit_code_characters"},
		{Field{Type: Phone}, "+86 130-0000-0001", "13000000001", ""},
		{Field{Type: Phone}, "12000000001", "12000000001", "form.phone"},
		{Field{Type: BankAccount}, "6222 0000 0000 0000", "6222000000000000", ""},
		{Field{Type: BankAccount}, "6222", "6222", "form.bank_account"},
		{Field{Type: Email}, " a@example.com ", "a@example.com", ""},
		{Field{Type: Email}, "a@b", "a@b", "form.email"},
		{Field{Type: Email}, "x <a@example.com>", "x<a@example.com>", "form.email"},
		{Field{Type: Region}, "445103", "445103", ""},
		{Field{Type: Region}, "445199", "445199", "form.region_unknown"},
		{Field{Type: Region}, "44", "44", "form.region"},
	} {
		c.field.Key, c.field.Label = "k", "标签"
		f := New([]Field{c.field})
		a := f.Normalise(Answers{"k": Plain(c.typed)})
		if a["k"].Text != c.saved {
			t.Errorf("%s %q is saved as %q, want %q", c.field.Type, c.typed, a["k"].Text, c.saved)
		}
		found := f.Validate(a, facts)
		got := ""
		if len(found) > 0 {
			got = found[0].Code
		}
		if got != c.code || len(found) > 1 {
			t.Errorf("%s %q: got %v, want %q", c.field.Type, c.typed, found, c.code)
		}
		for _, x := range found {
			if fmt.Sprint(x.Args["label"]) != "标签" || (len(c.saved) > 3 && strings.Contains(fmt.Sprint(x.Args), c.saved)) {
				t.Errorf("%s: args %v must hold the label and never the answer", c.field.Type, x.Args)
			}
		}
	}
}

func TestCreditCode(t *testing.T) {
	code, err := gov.ComposeCreditCode("91990000MA000001")
	if err != nil {
		t.Fatal(err)
	}
	f := New([]Field{{Key: "uscc", Label: "代码", Type: USCC}})
	a := f.Normalise(Answers{"uscc": Plain(" " + strings.ToLower(string(code)))})
	if found := f.Validate(a, facts); a["uscc"].Text != string(code) || len(found) != 0 {
		t.Errorf("%s saved as %s, %v", code, a["uscc"].Text, found)
	}
}

// id_number is a 公民身份号码 only for 居民身份证, or where the form has no id_type.
func TestIDTypeDecides(t *testing.T) {
	number := Field{Key: "id_number", Type: IDCard, Required: true}
	kind := Field{Key: "id_type", Type: Enum, Options: []string{"居民身份证", "护照"}, Required: true}
	agent := Field{Key: "agent_id_number", Type: IDCard}
	both := New([]Field{kind, number, agent})
	for _, c := range []struct {
		form Form
		kind string
		id   string
		code string
	}{
		{both, "护照", "e1234567", ""},
		{both, "护照", "e12", "form.document_number"},
		{both, "居民身份证", "e1234567", "form.id_length"},
		{New([]Field{number}), "", "e1234567", "form.id_length"},
	} {
		a := c.form.Normalise(Answers{"id_type": Plain(c.kind), "id_number": Plain(c.id)})
		found := c.form.Validate(a, facts, "id_number")
		if (c.code == "") != (len(found) == 0) || (c.code != "" && found[0].Code != c.code) {
			t.Errorf("%s %s: %v, want %q", c.kind, c.id, found, c.code)
		}
	}
	a := both.Normalise(Answers{"id_type": Plain("护照"), "id_number": Plain("e1234567"), "agent_id_number": Plain("e1234567")})
	if found := both.Validate(a, facts, "agent_id_number"); len(found) != 1 {
		t.Errorf("an agent's number is always a 公民身份号码: %v", found)
	}
}

func TestRequirement(t *testing.T) {
	f := New([]Field{
		{Key: "delivery_way", Type: Enum, Options: []string{"窗口领取", "邮寄送达"}, Required: true},
		{Key: "delivery_address", Type: Address},
		{Key: "agent_name", Type: String}, {Key: "agent_id_number", Type: IDCard}, {Key: "agent_phone", Type: Phone},
		{Key: "online_sale", Type: Boolean, Required: true},
		{Key: "shop", Type: String, RequiredWhen: &When{Key: "online_sale", Equals: []string{"true"}}},
	})
	fill := func(kv ...string) Answers {
		a := Answers{}
		for i := 0; i < len(kv); i += 2 {
			a[kv[i]] = Plain(kv[i+1])
		}
		return f.Normalise(a)
	}
	for _, c := range []struct {
		answers Answers
		missing string
	}{
		{fill(), "[delivery_way online_sale]"},
		{fill("delivery_way", "窗口领取", "online_sale", "否"), "[]"},
		{fill("delivery_way", "邮寄送达", "online_sale", "否"), "[delivery_address]"},
		{fill("delivery_way", "窗口领取", "online_sale", "是"), "[shop]"},
		{fill("delivery_way", "窗口领取", "online_sale", "否", "agent_name", "李四"), "[agent_id_number agent_phone]"},
	} {
		missing := []string{}
		for _, x := range f.Validate(c.answers, facts) {
			missing = append(missing, x.Path)
		}
		if fmt.Sprint(missing) != c.missing {
			t.Errorf("%v: missing %v, want %s", c.answers, missing, c.missing)
		}
	}
}

func TestTables(t *testing.T) {
	f := New([]Field{
		{Key: "people", Label: "名册", Type: Table, Required: true, Columns: []Column{
			{Key: "name", Name: "姓名", Type: String}, {Key: "id_number", Name: "证件号码", Type: IDCard},
			{Key: "share", Name: "比例", Type: Decimal, Optional: true}}},
		{Key: "list", Label: "清单", Type: Table},
	})
	a := f.Normalise(Answers{
		"people": {Rows: []Row{{"name": " 张三", "id_number": "99000019900101005x", "stray": "x"}, {"name": " "}, {"name": "李四", "share": "a"}}},
		"list":   {Rows: []Row{{"text": "一列文本"}}},
	})
	if diff := cmp.Diff([]Row{{"name": "张三", "id_number": idNumber}, {"name": "李四", "share": "a"}}, a["people"].Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	var got []string
	for _, x := range f.Validate(a, facts) {
		got = append(got, fmt.Sprint(x.Path, " ", x.Code, " ", x.Args["row"]))
	}
	want := []string{"people.1.id_number form.required_cell 2", "people.1.share form.number 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defects (-want +got):\n%s", diff)
	}
	empty := f.Validate(f.Normalise(Answers{"people": {Rows: []Row{{"name": ""}}}}), facts)
	if len(empty) != 1 || empty[0].Code != "form.required_row" {
		t.Errorf("blank rows are no rows: %v", empty)
	}
	many := f.Validate(Answers{"people": {Rows: make([]Row, MostRows+1)}}, facts)
	if len(many) != 1 || many[0].Code != "form.too_many_rows" {
		t.Errorf("too many rows: %v", many)
	}
}

func TestFiles(t *testing.T) {
	f := New([]Field{{Key: "photo", Label: "照片", Type: File, Required: true}})
	for _, c := range []struct {
		files []string
		code  string
	}{
		{nil, "form.required_file"}, {[]string{" "}, "form.required_file"}, {[]string{"there"}, ""},
		{[]string{"there", "gone"}, "form.file_gone"}, {make([]string, 0), "form.required_file"},
		{strings.Split(strings.Repeat("there ", MostFiles+1), " ")[:MostFiles+1], "form.too_many_files"},
	} {
		found := f.Validate(f.Normalise(Answers{"photo": {Files: c.files}}), facts)
		if (c.code == "") != (len(found) == 0) || (c.code != "" && found[0].Code != c.code) {
			t.Errorf("%v: %v, want %q", c.files, found, c.code)
		}
	}
}

func TestDatesInOrder(t *testing.T) {
	f := New([]Field{{Key: "start_date", Type: Date}, {Key: "end_date", Type: Date, Hint: "不早于开始日期"}})
	a := Answers{"start_date": Plain("2026-03-01"), "end_date": Plain("2026-02-28")}
	if found := f.Validate(a, facts); len(found) != 1 || found[0].Code != "form.date_before_start" || found[0].Path != "end_date" {
		t.Errorf("%v", found)
	}
	a["end_date"] = Plain("2026-03-01")
	if found := f.Validate(a, facts); len(found) != 0 {
		t.Errorf("%v", found)
	}
}

func TestValueJSON(t *testing.T) {
	a := Answers{"t": Plain("a\"b"), "r": {Rows: []Row{{"x": "1"}}}, "f": {Files: []string{"id"}}}
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"f":{"files":["id"]},"r":[{"x":"1"}],"t":"a\"b"}`; string(data) != want {
		t.Errorf("got %s, want %s", data, want)
	}
	var back Answers
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var api Answers
	if err := json.Unmarshal([]byte(`{"n": 12.50, "b": true, "z": null, "r": [{"a": 1}]}`), &api); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Answers{"n": Plain("12.50"), "b": Plain("true"), "z": {}, "r": {Rows: []Row{{"a": "1"}}}}, api); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, bad := range []string{`{"x": [1]}`, `{"x": {"file": []}}`, `{"x": [{"a": [1]}]}`, `{"x": [{"a": {"files": ["x"]}}]}`} {
		if err := json.Unmarshal([]byte(bad), &api); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// Bringing an answer to the stored form twice changes nothing, so that what is
// shown again is what was stored.
func TestNormaliseIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := Field{Key: "k", Label: "标签", Type: rapid.SampledFrom(Types()).Draw(t, "type"),
			Hint:    rapid.SampledFrom([]string{"", "2至50个字符", "17位，不含I、O、Q", "居民身份证号或统一社会信用代码，18位并校验", "大于0，至多2位小数"}).Draw(t, "hint"),
			Options: []string{"是", "否"}, Columns: []Column{{Key: "c", Type: Money}}}
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9０-９.,年月日/+xX -]{0,24}`)).Draw(t, "text")
		f := New([]Field{field})
		once := f.Normalise(Answers{"k": {Text: text, Rows: []Row{{"c": text}}, Files: []string{text}}})
		twice := f.Normalise(once)
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Errorf("%s %q:\n%s", field.Type, text, diff)
		}
		f.Validate(once, facts)
	})
}

func FuzzNormalise(f *testing.F) {
	for _, typ := range Types() {
		f.Add(string(typ), "不早于开始日期", "１２３4-5６x", "^[0-9]+$")
	}
	f.Fuzz(func(t *testing.T, typ, hint, text, pattern string) {
		form := New([]Field{{Key: "k", Type: Type(typ), Hint: hint, Pattern: pattern, Required: true}})
		a := form.Normalise(Answers{"k": {Text: text, Rows: []Row{{"text": text}}, Files: []string{text}}})
		form.Validate(a, facts)
	})
}
