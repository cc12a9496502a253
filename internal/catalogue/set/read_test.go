package set

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// realFiles is the real set in memory, to be broken.
func realFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	dir := os.DirFS("../../../seed/catalogue")
	out := fstest.MapFS{}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = &fstest.MapFile{Data: data}
	}
	return out
}

// lineOf is the line of the n-th place where text stands, from 1.
func lineOf(t *testing.T, data []byte, text string) int {
	t.Helper()
	i := strings.Index(string(data), text)
	if i < 0 {
		t.Fatalf("no %q in the file", text)
	}
	return 1 + strings.Count(string(data[:i]), "\n")
}

// A broken set is the real one with one text replaced. The problem expected
// stands in the line of `at` (of the broken file; the replacement itself if empty).
type broken struct {
	name     string
	file     string
	old, new string
	at       string
	codes    []string // every problem, in order of line
}

var brokenSets = []broken{
	{"unknown department", "items.yaml", "  department: scjg", "  department: nobody", "", []string{"set.unknown_departments"}},
	{"unknown licence of a result", "items.yaml", "licence: business_licence, validity: 长期或营业期限, delivery: [窗口领取, 邮寄送达, 电子证照]}\n  conditions", "licence: no_such, validity: 长期, delivery: [窗口领取]}\n  conditions", "", []string{"set.unknown_licences"}},
	{"unknown element", "items.yaml", "{key: company_name, label: 企业（单位）名称, type: string, required: true, element: DE0056}", "{key: company_nam, label: 企业（单位）名称, type: string, required: true, element: DE0056}", "", []string{"set.unknown_data_elements"}},
	{"element code of another", "items.yaml", "type: string, required: true, element: DE0056}", "type: string, required: true, element: DE0057}", "", []string{"set.element_code"}},
	{"type differs from the element's", "items.yaml", "type: string, required: true, element: DE0056}", "type: text, required: true, element: DE0056}", "", []string{"set.element_type"}},
	{"field type nobody knows", "items.yaml", "type: string, required: true, element: DE0056}", "type: colour, required: true, element: DE0056}", "", []string{"set.element_type", "set.not_allowed"}},
	{"wrong type: text for a number", "items.yaml", "  statutory_days: 3\n", "  statutory_days: three\n", "", []string{"set.law_without_days", "set.not_integer"}},
	{"wrong type: number for text", "items.yaml", "  name: 企业设立登记\n", "  name: 42\n", "", []string{"set.not_text"}},
	{"wrong type: text for yes or no", "items.yaml", "  immediate: false\n", "  immediate: nein\n", "", []string{"set.not_boolean"}},
	{"wrong type: text for a list", "items.yaml", "  level: [市, 县]\n", "  level: 市\n", "", []string{"set.not_list", "set.not_list"}},
	{"wrong type: list for a mapping", "items.yaml", "  fee: {charged: false, standard: 不收费}\n", "  fee: [不收费]\n", "", []string{"set.not_object"}},
	{"missing key", "items.yaml", "  audience: 法人\n", "", "- id: company-register", []string{"set.missing_key"}},
	{"null where something must be", "items.yaml", "  name: 企业设立登记\n", "  name: null\n", "", []string{"set.missing_key"}},
	{"empty name", "items.yaml", "  name: 企业设立登记\n", "  name: '  '\n", "", []string{"set.empty_text"}},
	{"unknown key", "items.yaml", "  audience: 法人\n", "  audience: 法人\n  colour: 红\n", "colour", []string{"set.unknown_key"}},
	{"key twice", "items.yaml", "  audience: 法人\n", "  audience: 法人\n  audience: 自然人\n", "  audience: 自然人", []string{"set.duplicate_key"}},
	{"word outside its list", "items.yaml", "  type: 行政许可\n", "  type: 行政恩赐\n", "", []string{"set.not_allowed"}},
	{"negative days", "items.yaml", "  statutory_days: 3\n", "  statutory_days: -3\n", "", []string{"set.out_of_range"}},
	{"promise longer than the law", "items.yaml", "  statutory_days: 3\n  commitment_days: 1\n", "  statutory_days: 1\n  commitment_days: 3\n", "commitment_days: 3", []string{"set.over_statutory", "set.days_sum"}},
	{"stages do not sum to the promise", "items.yaml", "days: 1, counted: true, special_procedures: []}", "days: 2, counted: true, special_procedures: []}", "{seq: 1, name: 申请与收件", []string{"set.days_sum"}},
	{"days without a law", "items.yaml", "  statutory_limit: law\n", "  statutory_limit: none\n", "statutory_days: 3", []string{"set.days_without_law"}},
	{"immediate with days", "items.yaml", "  immediate: false\n", "  immediate: true\n", "", []string{"set.immediate_mismatch"}},
	{"即办件 with days", "items.yaml", "  case_kind: 承诺件\n", "  case_kind: 即办件\n", "", []string{"set.case_kind_mismatch"}},
	{"no copies", "items.yaml", "copies: 1, necessity: 必要, legal_basis: 市场主体登记管理条例第十六条", "copies: 0, necessity: 必要, legal_basis: 市场主体登记管理条例第十六条", "", []string{"set.out_of_range"}},
	{"depth five", "items.yaml", "  online_depth: 4\n", "  online_depth: 5\n", "", []string{"set.out_of_range"}},
	{"huge number", "items.yaml", "  visits: 0\n", "  visits: 99999999999999999999\n", "", []string{"set.not_integer"}},
	{"half a visit", "items.yaml", "  visits: 0\n", "  visits: 0.5\n", "", []string{"set.not_integer"}},
	{"date that never was", "items.yaml", "edition: '2021-07-27'", "edition: '2021-02-30'", "", []string{"set.not_date"}},
	{"seq out of order", "items.yaml", "{seq: 2, name: 受理", "{seq: 3, name: 受理", "", []string{"set.wrong_seq"}},
	{"stage names no procedure", "items.yaml", "special_procedures: [简易注销公示]", "special_procedures: [公示二]", "", []string{"set.unknown_procedure"}},
	{"stage role", "items.yaml", "{seq: 3, name: 审查, actor: 部门后台, days: 1,", "{seq: 3, name: 审查, actor: 部门后台, role: 老板, days: 1,", "", []string{"set.not_allowed"}},
	{"condition without a value", "items.yaml", "op: <=, value: 60, unit: 天", "op: <=, unit: 天", "", []string{"set.missing_key"}},
	{"material replaceable by nothing", "items.yaml", "replaceable_by_licence: true, licence: id_card, elements: [legal_representative", "replaceable_by_licence: true, licence: null, elements: [legal_representative", "", []string{"set.replaceable_without_licence"}},
	{"material twice", "items.yaml", "{key: charter, name: 公司章程", "{key: premises, name: 公司章程", "{key: premises, name: 经营场所使用证明", []string{"set.duplicate"}},
	{"condition on no field", "items.yaml", "{key: delivery_address, label: 邮寄地址, type: address, required: false, element: DE0021}", "{key: delivery_address, label: 邮寄地址, type: address, required: false, element: DE0021, required_when: {key: delivery, equals: 邮寄送达}}", "", []string{"set.required_when_key"}},
	{"condition on no option", "items.yaml", "{key: delivery_address, label: 邮寄地址, type: address, required: false, element: DE0021}", "{key: delivery_address, label: 邮寄地址, type: address, required: false, element: DE0021, required_when: {key: delivery_way, equals: 飞鸽传书}}", "", []string{"set.required_when_value"}},
	{"id that cannot stand in an address", "items.yaml", "- id: company-change\n", "- id: ../etc/passwd\n", "", nil},
	{"malformed", "items.yaml", "  fee: {charged: false, standard: 不收费}\n", "  fee: {charged: false, standard: 不收费\n", "", []string{"set.malformed"}},
	{"alias", "items.yaml", "  channels: [窗口, 网上大厅, 移动端]\n  themes: [设立变更]\n  sources", "  channels: &c [窗口]\n  themes: *c\n  sources", "*c", []string{"set.alias"}},
	{"tag", "items.yaml", "  name: 企业设立登记\n", "  name: !!binary aGVsbG8=\n", "", []string{"set.tag"}},
	{"element twice", "data_elements.yaml", "{key: id_type, code: DE0002", "{key: applicant_name, code: DE0002", "", nil},
	{"element code twice", "data_elements.yaml", "{key: email, code: DE0009", "{key: email, code: DE0008", "", []string{"set.duplicate_entry"}},
	{"enum without options", "data_elements.yaml", "name: 性别, type: enum, options: [男, 女],", "name: 性别, type: enum,", "", []string{"set.enum_without_options"}},
	{"pattern that does not compile", "data_elements.yaml", "pattern: '^[0-9]{8,30}$'", "pattern: '^[0-9'", "", nil},
	{"class nobody knows", "data_elements.yaml", "licences: [passport], sensitive: false", "licences: [passport], class: 机密, sensitive: false", "", []string{"set.not_allowed"}},
	{"column twice", "data_elements.yaml", "{key: before, name: 变更前", "{key: what, name: 变更前", "", []string{"set.duplicate"}},
	{"authority nobody knows", "data_elements.yaml", "checksum: null, authority: ga, licences: [id_card], sensitive: false", "checksum: null, authority: xx, licences: [id_card], sensitive: false", "", []string{"set.unknown_departments"}},
	{"licence of an element", "data_elements.yaml", "licences: [passport], sensitive: false", "licences: [passpor], sensitive: false", "", []string{"set.unknown_licences"}},
	{"licence made by nothing", "licences.yaml", "produced_by: [id-card-issue]", "produced_by: [id-card-isue]", "", []string{"set.unknown_items"}},
	{"licence holder", "licences.yaml", "holder: [自然人]", "holder: [鬼]", "", []string{"set.not_allowed"}},
	{"department twice", "departments.yaml", "{id: ga, code: BM002", "{id: scjg, code: BM002", "", nil},
	{"region code too short", "regions.yaml", "code: '445103'\n", "code: '44510'\n", "", nil},
	{"region without quotes", "regions.yaml", "code: '820000'\n", "code: 820000\n", "", []string{"set.not_text"}},
	{"parent of another province", "regions.yaml", "code: '445381'\n  name: 罗定市\n  level: 县\n  parent: '445300'", "code: '445381'\n  name: 罗定市\n  level: 县\n  parent: '431000' # wrong", "parent: '431000' # wrong", []string{"set.region_parent"}},
	{"parent nobody knows", "regions.yaml", "code: '445103'\n  name: 潮安区\n  level: 县\n  parent: '445100'", "code: '445103'\n  name: 潮安区\n  level: 县\n  parent: '445900'", "parent: '445900'", []string{"set.unknown_regions"}},
	{"day in a year nobody announced", "holidays.yaml", "    - '2018-01-01'\n", "    - '2027-01-01'\n", "", []string{"set.outside_year"}},
	{"day that never was", "holidays.yaml", "    - '2018-01-01'\n", "    - '2018-13-01'\n", "", []string{"set.not_date"}},
	{"day twice", "holidays.yaml", "    - '2018-12-30'\n", "    - '2018-12-31'\n", "    - '2018-12-31'\n  - name: 春节", []string{"set.duplicate"}},
	{"year twice", "holidays.yaml", "- year: 2019\n", "- year: 2018 # again\n", "", nil},
	{"member nobody knows", "bundles.yaml", "{item: company-change, optional", "{item: company-chang, optional", "", nil},
	{"circle", "bundles.yaml", "{item: company-change, optional: false, when: null, depends_on: [],", "{item: company-change, optional: false, when: null, depends_on: [seal-record],", "{item: company-change", []string{"set.circle"}},
	{"depends on a stranger", "bundles.yaml", "when: null, depends_on: [company-change, seal-record],", "when: null, depends_on: [company-change, company-register],", "", []string{"set.depends_outside"}},
	{"order against the dependency", "bundles.yaml", "  - [company-change]\n  - [seal-record, tax-info-change, si-unit-change, gjj-unit-change]\n", "  - [company-change, seal-record]\n  - [tax-info-change, si-unit-change, gjj-unit-change]\n", "  - [company-change, seal-record]", []string{"set.order_group_early"}},
	{"question nobody asks", "bundles.yaml", "when: {question: name_changed, equals: 是}", "when: {question: name_change, equals: 是}", "", []string{"set.when_question"}},
	{"answer nobody can give", "bundles.yaml", "when: {question: name_changed, equals: 是}", "when: {question: name_changed, equals: 也许}", "", []string{"set.when_option"}},
	{"bind from no field", "bundles.yaml", "bind: {applicant_name: child_name", "bind: {applicant_nam: child_name", "", []string{"set.bind_source"}},
	{"bind to no element", "bundles.yaml", "bind: {applicant_name: child_name", "bind: {applicant_name: child_nam", "", []string{"set.unknown_data_elements"}},
	{"waived material nobody asks", "bundles.yaml", "waive_materials: [will]", "waive_materials: [testament]", "", []string{"set.material_unknown"}},
}

func TestBrokenSets(t *testing.T) {
	for _, b := range brokenSets {
		t.Run(b.name, func(t *testing.T) {
			files := realFiles(t)
			lighten(files, b.file)
			text := string(files[b.file].Data)
			if !strings.Contains(text, b.old) {
				t.Fatalf("%s has no %q", b.file, b.old)
			}
			data := []byte(strings.Replace(text, b.old, b.new, 1))
			files[b.file] = &fstest.MapFile{Data: data}
			_, problems, err := Read(files, Known{Items: allItems})
			if err != nil {
				t.Fatal(err)
			}
			at := b.at
			if at == "" {
				at = strings.TrimRight(b.new, "\n")
			}
			line := lineOf(t, data, at)
			if b.codes == nil {
				if !reports(problems, b.file, line) {
					t.Errorf("nothing is reported at %s:%d, but\n%v", b.file, line, problems)
				}
				return
			}
			var codes []string
			for _, p := range problems {
				codes = append(codes, p.Code)
			}
			if fmt.Sprint(codes) != fmt.Sprint(b.codes) || !reports(problems, b.file, line) {
				t.Errorf("want %v with one at %s:%d, got\n%v", b.codes, b.file, line, problems)
			}
		})
	}
}

// lighten leaves out what the broken file is not held against, for speed.
func lighten(files fstest.MapFS, file string) {
	if file != "bundles.yaml" {
		delete(files, "bundles.yaml")
		text := string(files["items.yaml"].Data)
		files["items.yaml"].Data = []byte(text[:strings.Index(text, "- id: individual-register\n")])
	}
	if file != "regions.yaml" {
		delete(files, "regions.yaml")
	}
}

// allItems stands for an installation that has the items left out.
func allItems(ids []string) (map[string]Shape, error) {
	out := map[string]Shape{}
	for _, id := range ids {
		if id != "id-card-isue" && id != "company-chang" {
			out[id] = Shape{}
		}
	}
	return out, nil
}

func reports(ps Problems, file string, line int) bool {
	for _, p := range ps {
		if p.File == file && p.Line == line {
			return true
		}
	}
	return false
}

func TestMalformedFilesNameTheLine(t *testing.T) {
	const good = "departments:\n- {id: a, code: A1, name: 甲}\n"
	for _, c := range []struct {
		text string
		line int
		code string
	}{
		{good + "- {id: b, code: A2, name: 乙\n", 3, "set.malformed"},   // flow mapping never closed
		{good + "- {id: b, code: A2, name: '乙}\n", 3, "set.malformed"}, // quote never closed
		{good + "- id: b\n  code: A2\n name: 乙\n", 5, "set.malformed"}, // indented by one
		{good + "- id: b\n\tcode: A2\n", 3, "set.malformed"},           // a tab goes on with the text before it
		{good + "- {id: b, code: *x, name: 乙}\n", 3, "set.malformed"},  // alias of nothing
		{good + "- {id: b, code: A2, name: \"\\q\"}\n", 3, "set.malformed"},
		{"{", 1, "set.malformed"},
		{"", 1, "set.empty_file"},
		{"# nothing\n", 1, "set.empty_file"},
		{"- 1\n", 1, "set.not_object"},
		{good + "---\n" + good, 3, "set.more_documents"},
		{good + "- {id: b, code: A2, name: \xff}\n", 3, "set.not_utf8"},
		{"\xff\xfed\x00e\x00", 1, "set.not_utf8"}, // UTF-16
		{"departments: {a: 1}\n", 1, "set.not_list"},
		{"departments: [{id: b, code: &x A2, name: 乙}, {id: c, code: *x, name: 丙}]\n", 1, "set.alias"},
		{"meta: " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "\n" + good, 1, "set.too_deep"},
		{"meta: " + strings.Repeat("x", 70_000) + "\n" + good, 1, "set.too_long"},
		{good + "- {id: b, code: A2, name: 乙, " + manyKeys(300) + "}\n", 3, "set.too_many_keys"},
	} {
		_, problems, err := Read(fstest.MapFS{"departments.yaml": {Data: []byte(c.text)}}, Known{})
		if err != nil || len(problems) == 0 || problems[0].Line != c.line || problems[0].Code != c.code {
			t.Errorf("%.60q: want %s in line %d, got %v, %v", c.text, c.code, c.line, problems, err)
		}
	}
}

func manyKeys(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf("k%d: 1", i))
	}
	return strings.Join(keys, ", ")
}

func TestByteOrderMarkIsTaken(t *testing.T) {
	files := fstest.MapFS{"departments.yaml": {Data: []byte("\ufeffdepartments:\r\n- {id: a, code: A1, name: 甲}\r\n")}}
	s, problems, err := Read(files, Known{})
	if err != nil || len(problems) > 0 || len(s.Departments) != 1 {
		t.Errorf("%v %v", problems, err)
	}
}

func TestLargeFilesAreRefused(t *testing.T) {
	files := fstest.MapFS{
		"departments.yaml": {Data: []byte("departments: []\n# " + strings.Repeat("x", MaxFile))},
		"licences.yaml":    {Data: []byte("licences: [" + strings.Repeat("a,", maxValues) + "]")},
	}
	_, problems, err := Read(files, Known{})
	if err != nil || len(problems) != 2 || problems[0].Code != "set.too_large" || problems[1].Code != "set.too_many_values" {
		t.Errorf("%v %v", problems, err)
	}
}

func TestOtherFilesAreIgnored(t *testing.T) {
	files := realFiles(t)
	files["figures.yaml"] = &fstest.MapFile{Data: []byte("{{{")}
	files["README.md"] = &fstest.MapFile{Data: []byte("\xff")}
	files["items/notes.txt"] = &fstest.MapFile{Data: []byte("\xff")}
	if _, problems, err := Read(files, Known{}); err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

func TestEmptyFolderIsNoSet(t *testing.T) {
	_, problems, err := Read(fstest.MapFS{"notes.txt": {}}, Known{})
	if err != nil || len(problems) != 1 || problems[0].Code != "set.no_files" {
		t.Errorf("%v %v", problems, err)
	}
}

// A set split into items/*.yaml is the same set, and what stands in two files is
// found across them.
func TestItemsMayBeSplit(t *testing.T) {
	files := realFiles(t)
	text := string(files["items.yaml"].Data)
	cut := strings.Index(text, "- id: residence-permit\n")
	delete(files, "items.yaml")
	files["items/1.yaml"] = &fstest.MapFile{Data: []byte(text[:cut])}
	files["items/2.yaml"] = &fstest.MapFile{Data: []byte("items:\n" + text[cut:])}
	s, problems, err := Read(files, Known{})
	if err != nil || len(problems) > 0 || s.Len() != 188 {
		t.Fatalf("%d items, %v %v", s.Len(), problems, err)
	}
	from := strings.Index(text, "- id: company-register\n")
	to := strings.Index(text, "- id: company-change\n")
	files["items/3.yaml"] = &fstest.MapFile{Data: []byte("items:\n" + text[from:to])}
	_, problems, err = Read(files, Known{})
	if err != nil || len(problems) != 2 {
		t.Fatalf("%v %v", problems, err)
	}
	for _, p := range problems {
		if p.File != "items/3.yaml" || p.Code != "set.duplicate_entry" || p.Args["file"] != "items/1.yaml" {
			t.Errorf("%v", p)
		}
	}
}

// Every problem of a set is told at once, in every file.
func TestAllProblemsAreTold(t *testing.T) {
	files := realFiles(t)
	n := 0
	for name, f := range files {
		text := string(f.Data)
		if i := strings.Index(text, "name: "); i >= 0 && name != "holidays.yaml" {
			f.Data = []byte(text[:i] + "nam: " + text[i+len("name: "):])
			n++
		}
	}
	_, problems, err := Read(files, Known{})
	if err != nil || len(problems) != 2*n {
		t.Errorf("%d files broken, %d problems: %v %v", n, len(problems), problems, err)
	}
}

// What a set lacks is looked for in what is held; what it has is judged by it alone.
func TestKnownStandsInForMissingFiles(t *testing.T) {
	real, problems, err := Read(realFiles(t), Known{})
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	known := Known{Departments: map[string]bool{}, Licences: map[string]bool{}, Elements: map[string]Element{}}
	for _, d := range real.Departments {
		known.Departments[d.ID] = true
	}
	for _, l := range real.Licences {
		known.Licences[l.ID] = true
	}
	for _, e := range real.Elements {
		known.Elements[e.Key] = e
	}
	files := realFiles(t)
	alone := fstest.MapFS{"items.yaml": files["items.yaml"]}
	if _, problems, err := Read(alone, known); err != nil || len(problems) > 0 {
		t.Errorf("with everything held: %v %v", problems[:min(3, len(problems))], err)
	}
	if _, problems, err := Read(alone, Known{}); err != nil || len(problems) < 188 {
		t.Errorf("with nothing held: %d problems, %v", len(problems), err)
	}
	alone["departments.yaml"] = &fstest.MapFile{Data: []byte("departments: []\n")}
	_, problems, err = Read(alone, known)
	if err != nil || len(problems) != 188 || problems[0].Code != "set.unknown_departments" {
		t.Errorf("a file that is there decides: %d problems, %v", len(problems), err)
	}
}

func TestLocalItems(t *testing.T) {
	files := realFiles(t)
	files["local_items.yaml"] = &fstest.MapFile{Data: []byte(`local_items:
- {item: company-register, region: '445103', commitment_days: 2, place: 潮安区政务服务中心2楼, fee: {charged: false, standard: 不收费}}
- {item: company-register, region: '445103', commitment_days: 9}
- {item: nothing, region: '445103'}
- {item: company-change, region: '999999'}
- {item: company-change}
- {item: company-cancel, body: b1, commitment_days: 4}
`)}
	_, problems, err := Read(files, Known{})
	want := []string{"3 set.duplicate_entry", "3 set.over_statutory", "4 set.unknown_items", "5 set.unknown_regions", "6 set.region_or_body", "7 set.over_statutory"}
	var got []string
	for _, p := range problems {
		got = append(got, fmt.Sprint(p.Line, " ", p.Code))
	}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v %v", problems, err)
	}
}

// FuzzRead: whatever the file, the reader ends, tells problems in lines the file
// has, and takes a set only if its writer can write it again.
func FuzzRead(f *testing.F) {
	for name, file := range realFiles(f) {
		head := file.Data[:min(len(file.Data), 1500)]
		f.Add(name, []byte(head[:strings.LastIndex(string(head), "\n")+1]))
	}
	f.Add("items.yaml", []byte("items:\n- &a [*a, *a]\n"))
	f.Add("regions.yaml", []byte("towns: [{code: '445103100000', name: x, level: 镇, parent: '445103'}]"))
	f.Add("local_items.yaml", []byte("local_items: [{item: x, region: '445103', commitment_days: 1}]"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if !fs.ValidPath(name) || strings.Contains(name, "/") {
			return
		}
		s, problems, err := Read(fstest.MapFS{name: {Data: data}}, Known{})
		if err != nil {
			t.Fatal(err)
		}
		lines := 1
		for _, c := range string(data) {
			if strings.ContainsRune("\n\r\u0085\u2028\u2029", c) {
				lines++
			}
		}
		for _, p := range problems {
			if p.Line > lines || p.Line < 0 || p.Code == "" {
				t.Errorf("problem %v in %d lines", p, lines)
			}
		}
		if len(problems) > 0 {
			return
		}
		dir := t.TempDir()
		if err := Write(dir, s, s.All()); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) == 0 {
			return // a set of nothing writes nothing
		}
		if _, problems, err := Read(os.DirFS(dir), knownOf(s)); err != nil || len(problems) > 0 {
			t.Fatalf("written again: %v %v", problems, err)
		}
	})
}

func knownOf(s *Set) Known {
	k := Known{Departments: map[string]bool{}, Licences: map[string]bool{}, Elements: map[string]Element{}}
	for _, e := range s.Elements {
		k.Elements[e.Key] = e
	}
	return k
}
