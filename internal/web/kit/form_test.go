package kit_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/kit/kittest"
)

// read sends values to a route and hands the Form to the test.
func read(t *testing.T, values url.Values, check func(*kit.Form)) {
	t.Helper()
	called := false
	site := kittest.New(t, kit.Route{Method: http.MethodPost, Pattern: "/f", Access: kit.Public(), Handler: func(q *kit.Request) error {
		f, err := q.Form()
		if err != nil {
			return err
		}
		called = true
		check(f)
		return q.NoContent()
	}})
	site.Anyone().Post("/f", values)
	if !called {
		t.Fatal("the form was not read")
	}
}

func TestReaders(t *testing.T) {
	read(t, url.Values{
		"name": {"　周虚拟 \x00\x1b"}, "lines": {"一\r\n二"}, "secret": {" p w "}, "bad": {"\xff一"},
		"n": {"１，２３４"}, "no": {"三百多"}, "yes": {"true"}, "ticks": {"A", "", "B"}, "version": {"7"}, "v2": {"x"},
	}, func(f *kit.Form) {
		if f.Text("name") != "周虚拟" || f.Text("lines") != "一\n二" || f.Secret("secret") != " p w " || f.Text("bad") != "\uFFFD一" {
			t.Errorf("%q", f.Values)
		}
		if f.Int("n") != 1234 || f.Int("absent") != 0 || len(f.Faults) != 0 {
			t.Error("numbers", f.Faults)
		}
		if f.Int("no") != 0 || !f.Faults.Has("no") {
			t.Error("no fault for a word")
		}
		if !f.Bool("yes") || f.Bool("absent") || strings.Join(f.All("ticks"), "") != "AB" || f.Version() != 7 {
			t.Error("bool, all, version")
		}
		if !f.Has("secret") || f.Has("absent") {
			t.Error("has")
		}
	})
}

func TestDates(t *testing.T) {
	for name, c := range map[string]struct {
		y, m, d string
		want    clock.Date
		code    string
	}{
		"good":       {"2026", "2", "6", clock.MustDate("2026-02-06"), ""},
		"full width": {"２０２６", "０２", "０６", clock.MustDate("2026-02-06"), ""},
		"empty":      {"", " ", "", clock.Date{}, ""},
		"part":       {"2026", "", "6", clock.Date{}, "faults.date_part"},
		"no day":     {"2026", "2", "30", clock.Date{}, "faults.date_none"},
		"word":       {"2026", "二", "6", clock.Date{}, "faults.date"},
		"year zero":  {"0", "1", "1", clock.Date{}, "faults.date_none"},
	} {
		read(t, url.Values{"d.y": {c.y}, "d.m": {c.m}, "d.d": {c.d}}, func(f *kit.Form) {
			got := f.Date("d")
			code := ""
			if len(f.Faults) > 0 {
				code = f.Faults[0].Code
			}
			if got != c.want || code != c.code {
				t.Errorf("%s: %v %q, want %v %q", name, got, code, c.want, c.code)
			}
		})
	}
	read(t, url.Values{"a": {"2026-02-06"}, "b": {"6.2.2026"}}, func(f *kit.Form) {
		if f.Date("a") != clock.MustDate("2026-02-06") || !f.Date("b").IsZero() || !f.Faults.Has("b") || f.Date("c") != (clock.Date{}) {
			t.Error("one-field dates", f.Faults)
		}
	})
}

func TestRegion(t *testing.T) {
	for _, c := range []struct {
		levels []string
		want   gov.Region
	}{
		{[]string{"440000000000", "445100000000", "445103000000"}, "445103000000"},
		{[]string{"440000000000", "440100000000", "445103000000"}, "440100000000"}, // the city was changed
		{[]string{"440000000000", "", "445103000000"}, "440000000000"},
		{[]string{"", "445100000000"}, ""},
		{[]string{"44", "445100000000"}, ""},
		{[]string{"440000000000", "440000000000"}, "440000000000"},
	} {
		values := url.Values{"home.street": {" 示例路 1 号 "}}
		for i, l := range c.levels {
			values.Set("home."+string(rune('0'+i)), l)
		}
		read(t, values, func(f *kit.Form) {
			if got := f.Region("home"); got != c.want || f.Street("home") != "示例路 1 号" {
				t.Errorf("%v: %q", c.levels, got)
			}
		})
	}
}

func TestRowsAndReshape(t *testing.T) {
	people := url.Values{"p.0.name": {"甲"}, "p.0.phone": {"1"}, "p.1.name": {" "}, "p.2.name": {"丙"}, "p.x.name": {"?"}, "p.900000000.name": {"?"}, "other": {"留"}}
	with := func(act string) url.Values {
		v := url.Values{"_act": {act}}
		for k, x := range people {
			v[k] = x
		}
		return v
	}
	names := func(f *kit.Form) string {
		out := ""
		for _, r := range f.Rows("p", "name", "phone") {
			out += r["name"] + r["phone"]
		}
		return out
	}
	read(t, people, func(f *kit.Form) {
		if f.Reshape() || names(f) != "甲1丙" {
			t.Error(names(f))
		}
	})
	read(t, with("remove:p:0"), func(f *kit.Form) {
		if !f.Reshape() || names(f) != "丙" || f.Text("other") != "留" || f.Text("p.1.name") != "丙" {
			t.Error(f.Values)
		}
	})
	read(t, with("add:p"), func(f *kit.Form) {
		if !f.Reshape() || f.View().Rows("p", 1) != 4 || f.View().Focus != "p.3." {
			t.Error(f.Values, f.View().Focus)
		}
	})
	for _, act := range []string{"remove:p:-1", "remove:p:99999999999999999999", "remove:p:019b-file", "remove:p", "drop:p:0", ""} {
		read(t, with(act), func(f *kit.Form) {
			if f.Reshape() || names(f) != "甲1丙" {
				t.Errorf("%q changed the form: %v", act, f.Values)
			}
		})
	}
	read(t, with("remove:scan:019b:file"), func(f *kit.Form) {
		if a := f.Act(); a != (kit.Act{Verb: "remove", Path: "scan", Item: "019b:file"}) {
			t.Error(a)
		}
	})
	read(t, url.Values{"_act": {"choose:home"}, "home.0": {"440000000000"}, "home.1": {""}}, func(f *kit.Form) {
		if !f.Reshape() || f.View().Focus != "home.1" {
			t.Error(f.View().Focus)
		}
	})
}

func TestFormOfNoForm(t *testing.T) {
	site := kittest.New(t, kit.Route{Method: http.MethodPost, Pattern: "/f", Access: kit.Public(), Handler: func(q *kit.Request) error {
		_, err := q.Form()
		if err == nil {
			return q.NoContent()
		}
		return err
	}})
	v := site.Anyone()
	many := url.Values{}
	for i := range 5001 {
		many.Set("n"+strconv.Itoa(i), "")
	}
	v.Post("/f", many).Wants(t, http.StatusUnprocessableEntity, "没有读懂")
	v.Post("/f", url.Values{"big": {strings.Repeat("x", 1<<20)}}).Wants(t, http.StatusRequestEntityTooLarge, "1 MB")
	site.Anyone().Post("/f", url.Values{"a": {"1"}}).Wants(t, http.StatusNoContent)
}

func uploadSite(t *testing.T, limits kit.Limits, use func(*kit.Form, kit.Part) error) *kittest.Visitor {
	return kittest.New(t, kit.Route{Method: http.MethodPost, Pattern: "/u", Access: kit.Public(), Handler: func(q *kit.Request) error {
		f, err := q.Upload(limits, use)
		if err != nil {
			return err
		}
		return q.Redirect("/done?slot=" + f.Text("slot"))
	}}).Anyone()
}

func TestUpload(t *testing.T) {
	limits := kit.Limits{Files: 2, Each: 1 << 10, Total: 4 << 10}
	var got []byte
	var part kit.Part
	v := uploadSite(t, limits, func(f *kit.Form, p kit.Part) error {
		if f.Text("slot") != "plan" {
			t.Error("values before the file are not there")
		}
		var err error
		part = p
		got, err = io.ReadAll(p.Body)
		return err
	})
	form := url.Values{"slot": {"plan"}}
	exact := bytes.Repeat([]byte("x"), 1<<10)
	v.Upload("/u", form, "scan", `..\..\布局图.jpg`, exact).Redirects(t, "/done?slot=plan")
	if !bytes.Equal(got, exact) || part.Name != "布局图.jpg" || part.Field != "scan" {
		t.Error(len(got), part.Name)
	}
	v.Upload("/u", form, "scan", "大.jpg", append(exact, 'x')).Wants(t, http.StatusUnprocessableEntity, "“大.jpg”超过 1 KB")
	v.Upload("/u", form, "scan", "巨.jpg", bytes.Repeat(exact, 8)).Wants(t, http.StatusUnprocessableEntity, "巨.jpg")
	got = nil
	v.Upload("/u", form, "scan", "", nil).Redirects(t, "/done?slot=plan")
	if got != nil {
		t.Error("an empty file input was taken for a file")
	}
	v.Post("/u", form).Wants(t, http.StatusUnprocessableEntity, "没有读懂")
}

func TestUploadFailsAsItsUserSays(t *testing.T) {
	v := uploadSite(t, kit.Limits{Files: 0, Each: 10, Total: 4 << 10}, func(*kit.Form, kit.Part) error { return errors.New("never called") })
	v.Upload("/u", nil, "scan", "a.jpg", []byte("x")).Wants(t, http.StatusUnprocessableEntity, "最多上传 0 个")
	v = uploadSite(t, kit.Limits{Files: 1, Each: 10, Total: 4 << 10}, func(*kit.Form, kit.Part) error { return fault.Busy("faults.title_busy") })
	v.Upload("/u", nil, "scan", "a.jpg", []byte("x")).Wants(t, http.StatusServiceUnavailable)
	v = uploadSite(t, kit.Limits{Files: 1, Each: 10 << 10, Total: 1 << 10}, func(_ *kit.Form, p kit.Part) error {
		_, err := io.Copy(io.Discard, p.Body)
		return err
	})
	v.Upload("/u", nil, "scan", "a.jpg", bytes.Repeat([]byte("x"), 2<<10)).Wants(t, http.StatusRequestEntityTooLarge, "1 KB")
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		"a.pdf": "a.pdf", "../../etc/passwd": "passwd", `C:\x\照片.jpg`: "照片.jpg", "a\x00b\n.pdf": "ab.pdf", "..": "", "/": "", "": "",
		"a\u202egpj.exe": "agpj.exe", `a"b<c>.pdf`: "abc.pdf", strings.Repeat("长", 200) + ".pdf": strings.Repeat("长", 116) + ".pdf",
		"x." + strings.Repeat("e", 300): "x." + strings.Repeat("e", 118),
	} {
		if got := kit.FileName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestNarrow(t *testing.T) {
	if got := kit.Narrow("４４５１ａ－Ｘ　一（二）"); got != "4451a-X 一(二)" {
		t.Errorf("%q", got)
	}
}
