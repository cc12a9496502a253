package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// town is a small set in which every expectation can be seen by eye.
func town(t testing.TB) *Index {
	t.Helper()
	doc := func(id, name, text string, tags ...string) Doc {
		return Doc{ID: id, Name: name, Text: text, Tags: tags}
	}
	docs := []Doc{
		doc("food", "食品经营许可（新办）", "在本地开办餐馆、小吃店须取得许可，提交居民身份证", "audience:organisation", "department:scjg", "region:445103000000"),
		doc("food-make", "食品生产许可（新办）", "生产食品", "audience:organisation", "department:scjg", "region:445103000000"),
		doc("gas", "燃气经营许可", "经营燃气须取得许可", "audience:organisation", "department:zjj", "region:445103001000"),
		doc("residence", "居住证申领", "提交居民身份证和居住地住址证明", "audience:person", "department:ga", "region:445103000000"),
		doc("id", "居民身份证申领（首次、换领、补领）", "申领人本人到场", "audience:person", "department:ga", "region:445103001000"),
		doc("hukou", "户口迁移（夫妻投靠）", "提交结婚证", "audience:person", "department:ga", "region:445102000000"),
		doc("water", "取水许可", "取用水资源，须取得食品经营许可的除外", "audience:organisation", "department:slj", "region:445103002000"),
		doc("bank", "银行账户撤销预约", "预约注销", "audience:organisation", "department:scjg", "region:445102000000"),
		doc("noodle", "重庆小面店备案", "小面", "audience:organisation", "department:scjg", "region:445103000000"),
		doc("etc", "ＥＴＣ办理 2号窗口", "道路收费", "audience:person", "department:jtj", "region:445103000000"),
	}
	docs[3].Aliases = []string{"暂住证", "流动人口居住登记"}
	x, err := Build(Each(docs...), Options{
		Generation: 7,
		Synonyms:   []Synonym{{"饭店", []string{"食品经营许可"}}, {"身份证", []string{"居民身份证"}}, {"mianguan", []string{"小面店"}}},
		Stop:       []string{"我想", "怎么", "开", "办理", "需要什么材料"},
		Readings:   map[string]string{"重庆": "chong qing", "银行": "yin hang"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func ids(r Result) string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return strings.Join(out, " ")
}

func TestWhatPeopleType(t *testing.T) {
	x := town(t)
	for _, c := range []struct{ typed, want string }{
		{"食品经营许可", "food water"}, // the name before the text
		{"食品经营许可（新办）", "food water"},
		{"许可", "water gas food food-make"}, // the shorter name first
		{"居住", "residence"},
		{"住证", "residence"},  // part of a word
		{"暂住证", "residence"}, // alias
		{"身份证", "id food residence"},
		{"身份证 申领", "id residence food"},
		{"结婚", "hukou"}, // only in a text
		{"餐馆", "food"},
		{"我想开饭店怎么办理", "food water"},
		{"办理", "etc"}, // says nothing, but nothing else was asked
		{"spjyxk", "food"},
		{"spjy", "food"},
		{"SPJY", "food"},
		{"jyxk", "gas food"}, // initials from the middle
		{"sp", "food food-make"},
		{"s", "food food-make"}, // one letter: names that begin so
		{"shipinjingying", "food"},
		{"ShiPinJingYing", "food"},
		{"shipinj", "food"},
		{"shipinjingyingxuke", "food"},
		{"jingying", "gas food"},
		{"hukou", "hukou"},
		{"huk", "hukou food food-make gas water"}, // 许 is rarely read hu: that stands below
		{"hkqy", "hukou"},
		{"cqxm", "noodle"},
		{"chongqing", "noodle"},
		{"zhongqing", ""}, // the list says how it is read
		{"yinhang", "bank"},
		{"yinxing", ""},
		{"etc", "etc"},
		{"ｅＴＣ", "etc"},
		{"2", "etc"},
		{"etcbl", "etc"},
		{"mianguan", "noodle"},
		{"食品 燃气", "gas"},       // no name has both: what holds the rarer word
		{"食证", ""},             // no name has both
		{"居申", "residence id"}, // scattered over a name
		{"证", "residence id"},
		{"火星移民许可", "water gas food food-make"},
		{"火星移民", ""},
		{"xyzzyq", ""},
		{"？！，", ""},
		{"\x00\x01\u202e", ""},
		{"😀😀", ""},
	} {
		if got := ids(x.Search(Query{Text: c.typed})); got != c.want {
			t.Errorf("%q found %q, want %q", c.typed, got, c.want)
		}
	}
	if r := x.Search(Query{Text: " \t"}); r.Total != 10 || r.Hits[0].ID != "food" || r.Hits[9].ID != "etc" || r.Generation != 7 {
		t.Errorf("blank: %+v", r)
	}
}

func TestNameBeforeAliasBeforeText(t *testing.T) {
	x, err := Build(Each(
		Doc{ID: "text", Name: "甲", Text: strings.Repeat("生育津贴", 40)},
		Doc{ID: "alias", Name: "乙", Aliases: []string{"生育津贴"}},
		Doc{ID: "long name", Name: "灵活就业人员和其他各类人员生育津贴以及医疗费用的申请和支付等事项"},
		Doc{ID: "name", Name: "生育津贴申领"},
		Doc{ID: "same", Name: "生育津贴"},
	), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"生育津贴": "same alias name long name text", // what is an alias, to the letter, before what only holds the words
		"津贴":   "same name long name alias text",
		"育津贴":  "same name long name alias text",
	} {
		if got := ids(x.Search(Query{Text: typed})); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
}

func TestFilters(t *testing.T) {
	x := town(t)
	for _, c := range []struct {
		filter [][]string
		want   string
	}{
		{nil, "water gas food food-make"},
		{[][]string{{"department:scjg"}}, "food food-make"},
		{[][]string{{"department:scjg", "department:slj"}}, "water food food-make"},
		{[][]string{{"region:445103*"}, {"department:scjg", "department:zjj"}}, "gas food food-make"},
		{[][]string{{"region:445103001*"}}, "gas"},
		{[][]string{{"region:445103001000"}}, "gas"},
		{[][]string{{"*"}}, "water gas food food-make"},
		{[][]string{{"region:44*"}, {"audience:person"}}, ""},
		{[][]string{{"department:none"}}, ""},
		{[][]string{{"department:none*"}}, ""},
		{[][]string{{}}, ""},
		{[][]string{{"department:scjg"}, {}}, ""},
	} {
		r := x.Search(Query{Text: "许可", Filter: c.filter})
		if got := ids(r); got != c.want || r.Total != len(r.Hits) {
			t.Errorf("%v: %q (%d), want %q", c.filter, got, r.Total, c.want)
		}
	}
	// The best among those that pass decides what is kept, not the best of all.
	if got := ids(x.Search(Query{Text: "食品经营许可", Filter: [][]string{{"department:zjj"}}})); got != "gas" {
		t.Error(got)
	}
	if got := ids(x.Search(Query{Filter: [][]string{{"department:ga"}}})); got != "residence id hukou" {
		t.Error(got)
	}
}

func TestMarks(t *testing.T) {
	x := town(t)
	for _, c := range []struct{ typed, id, want string }{
		{"经营许可", "food", "食品[经营许可]（新办）"},
		{"饭店", "food", "[食品经营许可]（新办）"},
		{"spjy", "food", "[食品经营]许可（新办）"},
		{"xkxb", "food", "食品经营[许可]（[新办]）"},
		{"shipinjingy", "food", "[食品经营]许可（新办）"},
		{"s", "food", "[食]品经营许可（新办）"},
		{"证", "id", "居民身份[证]申领（首次、换领、补领）"},
		{"领", "id", "居民身份证申[领]（首次、换[领]、补[领]）"},
		{"etc", "etc", "[ＥＴＣ]办理 2号窗口"},
		{"餐馆", "food", "食品经营许可（新办）"},
		{"cqxm", "noodle", "[重庆小面]店备案"},
	} {
		for _, h := range x.Search(Query{Text: c.typed}).Hits {
			if h.ID != c.id {
				continue
			}
			marked := h.Name
			for _, m := range slices.Backward(h.Marks) {
				marked = marked[:m.From] + "[" + marked[m.From:m.To] + "]" + marked[m.To:]
			}
			if marked != c.want {
				t.Errorf("%s: %s, want %s", c.typed, marked, c.want)
			}
		}
	}
}

func TestPages(t *testing.T) {
	c := newCorpus()
	x, err := Build(c.docs(1000), Options{Generation: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []Query{{Text: "许可"}, {Text: "许可", Filter: [][]string{{"audience:person"}}}, {}, {Text: "shenpi"}, {Text: "食品 备案"}} {
		q.Limit = 7
		seen := map[string]bool{}
		last := found{score: 1e9, doc: -1}
		total := 0
		for pages := 0; ; pages++ {
			r := x.Search(q)
			total = r.Total
			for _, h := range r.Hits {
				doc, ok := x.number(h.ID)
				this := found{h.Score, doc}
				if !ok || seen[h.ID] || !last.before(this) {
					t.Fatalf("%+v: page %d repeats or is out of order at %s", q, pages, h.ID)
				}
				seen[h.ID], last = true, this
			}
			if r.Next == "" {
				break
			}
			if len(r.Hits) != 7 {
				t.Fatalf("%d hits on a page that is not the last", len(r.Hits))
			}
			q.After = r.Next
		}
		if len(seen) != total || total == 0 {
			t.Fatalf("%+v: pages hold %d of %d", q, len(seen), total)
		}
	}
	if r := x.Search(Query{Limit: 1000}); len(r.Hits) != mostHits {
		t.Fatal(len(r.Hits))
	}
	if r := x.Search(Query{Limit: -1}); len(r.Hits) != usualLimit {
		t.Fatal(len(r.Hits))
	}
}

// A page key outlives a rebuild in which documents moved.
func TestPageKeyOfAnEarlierGeneration(t *testing.T) {
	list := make([]Doc, 50)
	for i := range list {
		list[i] = Doc{ID: fmt.Sprint("id", i), Name: "取水许可"}
	}
	build := func(generation int64, docs []Doc) *Index {
		x, err := Build(Each(docs...), Options{Generation: generation})
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	first := build(1, list).Search(Query{Text: "取水", Limit: 10})
	if first.Hits[9].ID != "id9" {
		t.Fatal(first)
	}
	moved := build(2, append([]Doc{{ID: "new", Name: "其他"}, {ID: "newer", Name: "其他"}}, list...))
	second := moved.Search(Query{Text: "取水", Limit: 10, After: first.Next})
	if len(second.Hits) == 0 || second.Hits[0].ID == "id9" && second.Hits[0].Score == first.Hits[9].Score {
		t.Fatal(second)
	}
	for _, key := range []string{"x", "!!", strings.Repeat("A", 2000), strings.Repeat("_", 40), first.Next[:10]} {
		if r := moved.Search(Query{Text: "取水", Limit: 10, After: key}); r.Total != 50 {
			t.Fatalf("%q: %+v", key, r)
		}
	}
}

// Whatever is indexed, two neighbouring characters of a name find exactly the documents that have them side by side.
func TestTwoCharactersAgainstPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("食品经营许可证件（） aZ１")), 0, 12, -1)
		docs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Doc {
			return Doc{Name: text.Draw(t, "name"), Text: text.Draw(t, "text"), Aliases: []string{text.Draw(t, "alias")}}
		}), 1, 40).Draw(t, "docs")
		for i := range docs {
			docs[i].ID = fmt.Sprint(i)
		}
		x, err := Build(Each(docs...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		pair := rapid.StringOfN(rapid.SampledFrom([]rune("食品经营许可证件")), 2, 2, -1).Draw(t, "pair")
		var want, scattered []string
		for _, d := range docs {
			if strings.Contains(d.Name+"|"+d.Text+"|"+d.Aliases[0], pair) {
				want = append(want, d.ID)
			}
			runes := []rune(pair)
			names := d.Name + d.Aliases[0]
			if strings.ContainsRune(names, runes[0]) && strings.ContainsRune(names, runes[1]) {
				scattered = append(scattered, d.ID)
			}
		}
		if len(want) == 0 {
			want = scattered
		}
		got := strings.Fields(ids(x.Search(Query{Text: pair, Limit: 100})))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%s: %v, want %v", pair, got, want)
		}
	})
}

func TestHostileQueries(t *testing.T) {
	c := newCorpus()
	x, err := Build(c.docs(1000), Options{Stop: []string{"怎么"}, Synonyms: []Synonym{{"饭店", []string{"食品经营许可"}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		strings.Repeat("许可", 5000), strings.Repeat("许 可 ", 5000), strings.Repeat("a", 10_000), strings.Repeat("xian", 3000),
		strings.Repeat("a ", 5000), strings.Repeat("\x00", 10_000), strings.Repeat("\xff", 10_000), strings.Repeat("饭店怎么", 3000),
		strings.Repeat("👩‍👩‍👧", 2000), strings.Repeat("ǆ", 100), "\u202e许可\u202d", "ａ" + strings.Repeat("ｚ", 999), "İ", "ß许", "\U0002FFFF许",
	} {
		r := x.Search(Query{Text: text, Filter: [][]string{{strings.Repeat("*", 100)}, {"audience:person"}}})
		if len(r.Hits) > usualLimit {
			t.Fatal(len(r.Hits))
		}
	}
}

func FuzzSearch(f *testing.F) {
	x := town(f)
	for _, s := range []string{"食品经营", "spjy", "shipinj", "我想开饭店", "ＥＴＣ 2", "xian\x00", "😀"} {
		f.Add(s, "")
	}
	f.Add("许可", x.Search(Query{Text: "许可", Limit: 1}).Next)
	f.Fuzz(func(t *testing.T, text, after string) {
		r := x.Search(Query{Text: text, After: after, Limit: 3})
		if len(r.Hits) > 3 || r.Total < len(r.Hits) || r.Total > x.Len() {
			t.Fatalf("%+v", r)
		}
		for _, h := range r.Hits {
			end := 0
			for _, m := range h.Marks {
				if m.From < end || m.To <= m.From || m.To > len(h.Name) || !utf8.ValidString(h.Name[m.From:m.To]) {
					t.Fatalf("%q marks %v in %q", text, h.Marks, h.Name)
				}
				end = m.To
			}
		}
		// The same question has the same answer: memory of an earlier query must not shine through.
		if again := x.Search(Query{Text: text, After: after, Limit: 3}); ids(again) != ids(r) || again.Total != r.Total {
			t.Fatalf("%q: %v then %v", text, ids(r), ids(again))
		}
	})
}
