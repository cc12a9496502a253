package answers

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
	"yimen/internal/web/ui"
)

// atlas is a small tree of regions.
type atlas map[string][]catalogue.Region

func (a atlas) Children(_ context.Context, code string) ([]catalogue.Region, error) {
	return a[code], nil
}

func (a atlas) Path(_ context.Context, code string) ([]catalogue.Region, error) {
	var out []catalogue.Region
	for r := gov.Region(code); r != ""; r = r.Parent() {
		for _, p := range a[string(r.Parent())] {
			if p.Code == string(r) {
				out = append([]catalogue.Region{p}, out...)
			}
		}
	}
	return out, nil
}

var places = atlas{
	"":             {{Code: "440000000000", Name: "广东省"}, {Code: "430000000000", Name: "湖南省"}},
	"440000000000": {{Code: "445100000000", Name: "潮州市"}},
	"445100000000": {{Code: "445103000000", Name: "潮安区"}},
	"445103000000": {{Code: "445103100000", Name: "古巷镇"}},
}

var questions = form.New(personal([]form.Field{
	{Key: "name", Label: "姓名", Type: form.String, Required: true},
	{Key: "number", Label: "证件号码", Type: form.IDCard, Required: true, Class: form.Sensitive},
	{Key: "way", Label: "领取方式", Type: form.Enum, Options: []string{"窗口领取", "邮寄送达"}, Required: true},
	{Key: "address", Label: "邮寄地址", Type: form.Address, RequiredWhen: &form.When{Key: "way", Equals: []string{"邮寄送达"}}},
	{Key: "found", Label: "成立日期", Type: form.Date, Required: true},
	{Key: "home", Label: "所在地", Type: form.Region, Required: true},
	{Key: "area", Label: "面积", Type: form.Decimal, Required: true},
	{Key: "capital", Label: "资金", Type: form.Money, Required: true},
	{Key: "online", Label: "是否网络经营", Type: form.Boolean, Required: true},
	{Key: "agree", Label: "承诺", Type: form.Boolean, Required: true, Hint: "须为是"},
	{Key: "about", Label: "说明", Type: form.Text},
	{Key: "people", Label: "人员", Type: form.Table, Required: true, Class: form.Sensitive, Columns: []form.Column{
		{Key: "name", Name: "姓名", Type: form.String}, {Key: "id_number", Name: "证件号", Type: form.IDCard},
		{Key: "since", Name: "起", Type: form.Date}, {Key: "main", Name: "主要", Type: form.Boolean, Optional: true},
	}},
	{Key: "photo", Label: "照片", Type: form.File},
}))

// personal gives fields without a class the one that most have: not masked.
func personal(fields []form.Field) []form.Field {
	for i := range fields {
		if fields[i].Class == "" {
			fields[i].Class = form.Personal
		}
	}
	return fields
}

func filled() form.Answers {
	return form.Answers{
		"name": form.Plain("张示例"), "number": form.Plain("990000189001010015"), "way": form.Plain("邮寄送达"),
		"address": form.Plain("示例路 1 号"), "found": form.Plain("2026-02-06"), "home": form.Plain("445103"),
		"area": form.Plain("86.5"), "capital": form.Plain("1234.50"), "online": form.Plain("false"), "agree": form.Plain("true"),
		"about": form.Plain("一\n二"),
		"people": {Rows: []form.Row{
			{"name": "李样例", "id_number": "990000189001010023", "since": "2026-01-02", "main": "true"},
			{"name": "周虚拟", "id_number": "990000189001010031", "since": "2025-12-31"},
		}},
	}
}

func testPage(f ui.Form, fields []ui.Field) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, "<h1>问题</h1>"); err != nil {
			return err
		}
		inputs := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
			for _, fl := range fields {
				if err := ui.Input(f, fl).Render(ctx, w); err != nil {
					return err
				}
			}
			return nil
		})
		return ui.PostForm(ui.Post{Action: "/q"}).Render(templ.WithChildren(ctx, inputs), w)
	})
}

// answered fills the drawn page in as a browser would and gives the sent form:
// what Shown shows must come back through Read as it was.
func answered(t *testing.T, s Sheet) form.Answers {
	t.Helper()
	var out form.Answers
	site := kittest.New(t,
		kit.Route{Method: "GET", Pattern: "/q", Access: kit.Public(), Handler: func(q *kit.Request) error {
			f := s.Shown(q.Context(), questions)
			fields, err := s.Fields(q.Context(), f, questions[:len(questions)-1])
			if err != nil {
				return err
			}
			return q.Render(ui.Page{Title: "问题"}, testPage(f, fields))
		}},
		kit.Route{Method: "POST", Pattern: "/q", Access: kit.Public(), Handler: func(q *kit.Request) error {
			f, err := q.Form()
			if err != nil {
				return err
			}
			out = Read(f, questions)
			return q.NoContent()
		}})
	page := site.Anyone().Get("/q").Wants(t, http.StatusOK, "所在地", "“领取方式”为“邮寄送达”时必填")
	site.Anyone().Post("/q", page.Sends("/q"))
	return out
}

func TestShownAndReadAgree(t *testing.T) {
	s := Sheet{Locale: lang.ZH, Regions: places, Form: questions, Answers: filled()}
	got := questions.Normalise(answered(t, s))
	for key, want := range filled() {
		if !got[key].Equal(want) {
			t.Errorf("%s: sent back as %+v, was %+v", key, got[key], want)
		}
	}
}

func TestFieldsFollowTheirTypes(t *testing.T) {
	s := Sheet{Locale: lang.ZH, Regions: places, Form: questions, Answers: form.Answers{}}
	fields, err := s.Fields(t.Context(), ui.Form{}, questions)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]ui.Kind{"name": ui.KindText, "number": ui.KindText, "way": ui.KindRadios, "found": ui.KindDate,
		"home": ui.KindRegion, "area": ui.KindNumber, "capital": ui.KindNumber, "online": ui.KindBool, "agree": ui.KindChecks,
		"about": ui.KindArea, "people": ui.KindTable, "photo": ui.KindFile, "address": ui.KindText}
	for _, fl := range fields {
		if fl.Kind != want[fl.Name] {
			t.Errorf("%s is drawn as kind %d, want %d", fl.Name, fl.Kind, want[fl.Name])
		}
		if optional := fl.Name == "about" || fl.Name == "photo" || fl.Name == "address"; fl.Optional != optional {
			t.Errorf("%s: optional is %v", fl.Name, fl.Optional)
		}
		if fl.Name == "home" && (len(fl.Levels) != 1 || len(fl.Levels[0].Options) != 2) {
			t.Errorf("with nothing chosen only provinces: %+v", fl.Levels)
		}
	}
	s.Answers = form.Answers{"way": form.Plain("邮寄送达")}
	if fl, err := s.Fields(t.Context(), ui.Form{}, questions[3:4]); err != nil || fl[0].Optional {
		t.Error("the address is needed once mail is chosen")
	}
}

func TestRegionCascadeDropsStaleChoices(t *testing.T) {
	s := Sheet{Locale: lang.ZH, Regions: places}
	f := ui.Form{Values: url.Values{"home.0": {"430000000000"}, "home.1": {"445100000000"}, "home.2": {"445103000000"}}}
	levels, err := s.levels(t.Context(), f, "home")
	if err != nil || len(levels) != 1 {
		t.Errorf("%d levels under 湖南省, which has nothing below: %v", len(levels), err)
	}
	sent := &kit.Form{Values: f.Values}
	if got := readText(sent, "home", form.Region); got != "430000" {
		t.Errorf("a city of another province must not count: %s", got)
	}
	if got := storedRegion("445103100000"); got != "445103100000" {
		t.Errorf("a town keeps 12 digits: %s", got)
	}
	if got := s.placeName(t.Context(), "445103"); got != "广东省潮州市潮安区" {
		t.Error(got)
	}
	if got := s.placeName(t.Context(), "999999"); got != "999999" {
		t.Errorf("an unknown place stays what it is: %s", got)
	}
}

func TestHalfDateIsShownAgainAndNamed(t *testing.T) {
	sent := &kit.Form{Values: url.Values{"found.y": {"2026"}, "found.m": {"2"}, "found.d": {""}}}
	a := questions.Normalise(Read(sent, questions[4:5]))
	faults := questions.Validate(a, form.Facts{}, "found")
	if len(faults) != 1 || faults[0].Code != "form.date" {
		t.Fatalf("%v", faults)
	}
	s := Sheet{Locale: lang.ZH, Regions: places, Form: questions}
	f := s.Again(t.Context(), questions[4:5], sent, faults...)
	if f.Value("found.y") != "2026" || f.Fault(t.Context(), "found") == "" {
		t.Errorf("typed parts and the fault: %v", f)
	}
}

func TestSummaryMasksAndTellsWhatChanged(t *testing.T) {
	s := Sheet{Locale: lang.ZH, Regions: places, Form: questions, Answers: filled(), Mask: true,
		Sources: map[string]applications.Source{"name": {From: form.FromPerson, Source: "counter", On: clock.MustDate("2026-02-06")}}}
	was := filled()
	was["area"] = form.Plain("80")
	delete(was, "about")
	g := form.Group{Pages: []form.Page{{ID: "p", Fields: questions}}}
	rows := s.Summary(t.Context(), g, Listing{Was: was, Change: func(p form.Page, x form.Field) string { return "/" + p.ID + "#" + x.Key }})
	byLabel := map[string]ui.Row{}
	for _, r := range rows {
		byLabel[r.Label] = r
		if strings.Contains(r.Value, "990000189001010015") {
			t.Error("a number stands there in clear")
		}
	}
	for label, want := range map[string]string{"证件号码": "990000********0015", "所在地": "广东省潮州市潮安区", "是否网络经营": "否",
		"资金": "1,234.50 元", "成立日期": "2026年2月6日（周五）", "面积": "86.5"} {
		if byLabel[label].Value != want {
			t.Errorf("%s: %q, want %q", label, byLabel[label].Value, want)
		}
	}
	if byLabel["面积"].Was != "80" || byLabel["说明"].Was != nothing || byLabel["姓名"].Was != "" {
		t.Errorf("what changed: %q %q %q", byLabel["面积"].Was, byLabel["说明"].Was, byLabel["姓名"].Was)
	}
	if byLabel["姓名"].Change != "/p#name" || !strings.Contains(byLabel["姓名"].Source, "窗口核对过原件，2026年2月6日") {
		t.Errorf("%+v", byLabel["姓名"])
	}
	if _, has := byLabel["照片"]; has {
		t.Error("files are listed with their slots")
	}
	var page strings.Builder
	if err := byLabel["人员"].Body.Render(t.Context(), &page); err != nil || !strings.Contains(page.String(), "990000********0023") || strings.Contains(page.String(), "990000189001010023") {
		t.Errorf("%v %s", err, page.String())
	}
}

func TestReadOnlyFieldsShowTheirAnswer(t *testing.T) {
	s := Sheet{Locale: lang.ZH, Regions: places, Form: questions, Answers: filled(), Editable: func(key string) bool { return key == "name" }}
	f := s.Again(t.Context(), questions, &kit.Form{Values: url.Values{"name": {"x"}, "home": {"forged"}}})
	fields, err := s.Fields(t.Context(), f, questions)
	if err != nil {
		t.Fatal(err)
	}
	for _, fl := range fields {
		if fl.ReadOnly == (fl.Name == "name") {
			t.Errorf("%s: read-only is %v", fl.Name, fl.ReadOnly)
		}
	}
	if f.Value("name") != "x" || f.Value("home") != "广东省潮州市潮安区" {
		t.Errorf("%v", f.Values)
	}
}

func TestAskedLeavesFilesOut(t *testing.T) {
	groups := []form.Group{
		{ID: "a", Pages: []form.Page{{ID: "a-1", Fields: questions}, {ID: "a-2", Fields: questions[12:]}}},
		{ID: "b", Pages: []form.Page{{ID: "b-1", Fields: questions[12:]}}},
	}
	got := Asked(groups)
	if len(got) != 1 || len(got[0].Pages) != 1 || len(got[0].Pages[0].Fields) != len(questions)-1 {
		t.Errorf("%+v", got)
	}
	if len(groups[0].Pages) != 2 || len(groups[0].Pages[0].Fields) != len(questions) {
		t.Error("the definition is shared and must stay as it is")
	}
}

func TestUploadFaultNamesTheFile(t *testing.T) {
	var taken Taken
	part := kit.Part{Field: "material.layout", Name: "图.exe"}
	if err := taken.note(lang.ZH, part, fault.Invalid("blob.empty")); err != nil {
		t.Fatal(err)
	}
	if got := lang.FieldFault(lang.ZH, taken.Faults[0]); !strings.Contains(got, "图.exe") || !strings.Contains(got, "空的") || taken.Faults[0].Path != "material.layout" {
		t.Error(got)
	}
	if err := taken.note(lang.ZH, part, fault.Conflict("applications.stale")); err == nil {
		t.Error("a conflict is no fault of a file")
	}
}
