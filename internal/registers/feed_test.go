package registers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/registers"
)

func TestAFeedIsReadBackAndFedAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		_, err := d.Load(ctx, system, registers.Feed{Register: registers.Population, Records: []registers.Record{person(number, "张示例")}})
		d.refused(err, "registers.no_owner")
		d.owned()
		fed := d.load(registers.Population, person(strings.ToLower(number), " 张示例 ", "birth_date", "1899-01-01", "gender", "男"))
		if fed.Loaded != 1 || fed.Generation != 1 {
			t.Errorf("%+v", fed)
		}
		e, err := d.Read(ctx, d.db, registers.Population, registers.Key{Number: number})
		d.must(err)
		if e.Values["applicant_name"] != "张示例" || e.Values["id_type"] != "居民身份证" || e.Body != police || e.Stale || e.AsOf != clock.MustDate("2026-03-02") {
			t.Errorf("%+v", e)
		}
		if _, err := d.Read(ctx, d.db, registers.Population, registers.Key{IDType: "护照", Number: number}); fault.KindOf(err) != fault.KindMissing {
			t.Error("the same digits on another document", err)
		}
		d.load(registers.Population, person(number, "张更名"), person("990000189902020010", "李样本"))
		again, err := d.Read(ctx, d.db, registers.Population, registers.Key{Number: number})
		d.must(err)
		if again.ID != e.ID || again.Values["applicant_name"] != "张更名" || again.Values["gender"] != "" {
			t.Errorf("%+v", again)
		}
		whole, err := d.Load(ctx, system, registers.Feed{Register: registers.Population, Complete: true, Records: []registers.Record{person(number, "张示例")}})
		d.must(err)
		if whole.Removed != 1 || d.status(registers.Population).Entries != 1 {
			t.Errorf("%+v", whole)
		}
		d.sealedAndUnseen("张示例", number)
	})
}

// crowd is more people than one batch takes; from tells one crowd from another.
func crowd(from, n int) []registers.Record {
	out := make([]registers.Record, n)
	for i := range out {
		out[i] = person(fmt.Sprintf("E%08d", from+i), "张示例", "id_type", "护照")
	}
	return out
}

// broken begins a feed that breaks after its first batch.
func (d *desk) broken(records []registers.Record) {
	d.t.Helper()
	ctx, stop := context.WithCancel(d.t.Context())
	_, err := d.Load(ctx, system, registers.Feed{Register: registers.Population, Source: "断.csv", Records: records, Progress: func(int, int) { stop() }})
	if !errors.Is(err, context.Canceled) {
		d.t.Fatal("it did not break:", err)
	}
}

// What a feed has left that broke in the middle is gone after a complete feed that does
// not name it, and is counted; so with all that was there before.
func TestACompleteFeedLeavesNothingItDoesNotName(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		d.owned()
		whole := func(load func(context.Context, gov.Actor, registers.Feed) (registers.Fed, error), n, removed int) {
			t.Helper()
			fed, err := load(ctx, system, registers.Feed{Register: registers.Population, Complete: true, Records: crowd(0, n)})
			d.must(err)
			if have := d.status(registers.Population).Entries; fed.Loaded != n || fed.Removed != int64(removed) || have != int64(n) {
				t.Errorf("%+v, %d entries", fed, have)
			}
		}
		d.broken(crowd(0, registers.Batch+1))
		if x := d.status(registers.Population); x.Entries != registers.Batch || !x.FedAt.IsZero() || x.Source != "" {
			t.Fatalf("%+v", x)
		}
		whole(d.Load, 2, registers.Batch-2)
		d.load(registers.Population, crowd(10, 3)...)
		d.broken(crowd(1, registers.Batch+1)) // names one of the two, and the three
		whole(d.Put, 3, registers.Batch-2)
		d.broken(crowd(9000, registers.Batch+1))
		whole(d.Load, registers.Batch+1, registers.Batch)
	})
}

// Of two feeds at once the one that began first writes nothing more, and is told; what
// the other named stands as the other had it.
func TestAFeedThatBeganMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		d.owned()
		var second registers.Fed
		first := registers.Feed{Register: registers.Population, Complete: true, Source: "先.csv", Records: crowd(0, 2*registers.Batch)}
		first.Progress = func(done, _ int) {
			if done > registers.Batch {
				t.Error("it went on")
			}
			var err error
			second, err = d.Load(ctx, system, registers.Feed{Register: registers.Population, Complete: true, Source: "后.csv", Records: crowd(registers.Batch-1, 2)})
			d.must(err)
		}
		_, err := d.Load(ctx, system, first)
		d.refused(err, "registers.stale")
		if x := d.status(registers.Population); x.Source != "后.csv" || x.Entries != 2 || second.Removed != registers.Batch-1 || x.Generation != second.Generation {
			t.Errorf("%+v after %+v", x, second)
		}
		first.Records, first.Progress = first.Records[:1], func(int, int) { // the last batch is in
			_, err := d.Put(ctx, system, registers.Feed{Register: registers.Population, Records: crowd(5, 1)})
			d.must(err)
		}
		_, err = d.Load(ctx, system, first)
		d.refused(err, "registers.stale")
		if n := d.status(registers.Population).Entries; n != 4 {
			t.Error("a feed that is stale took something away:", n)
		}
	})
}

// sealedAndUnseen: nothing of a person stands in the table in clear.
func (d *desk) sealedAndUnseen(secrets ...string) {
	d.t.Helper()
	rows, err := d.db.Query(d.t.Context(), `SELECT id || number || content || source FROM register_entry`)
	all, err := db.All(rows, err, db.Text)
	d.must(err)
	for _, row := range all {
		for _, secret := range secrets {
			if strings.Contains(row, secret) {
				d.t.Error("in clear:", row)
			}
		}
	}
}

func TestOneBadLineAndNothingIsLoaded(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.owned()
		_, err := d.Load(t.Context(), system, registers.Feed{Register: registers.Population, Records: []registers.Record{
			person(number, "张示例"),
			person("990000189901010014", "错一位"),
			person(number, "又一次"),
			person("990000189902020010", "李样本", "gender", "女性", "birth_date", "1899-13-01", "salary", "1"),
			{Values: map[string]string{"applicant_name": "没有号码"}},
			{Values: map[string]string{"id_number": number, "applicant_name": "明天"}, AsOf: clock.MustDate("2026-03-03")},
		}})
		e, ok := fault.As(err)
		if !ok {
			t.Fatal(err)
		}
		var have []string
		for _, f := range e.Fields {
			have = append(have, f.Path+" "+f.Code)
		}
		want := []string{"entries.1.id_number registers.bad_id_number", "entries.2.id_number registers.twice", "entries.3.gender registers.bad_choice",
			"entries.3.birth_date registers.bad_date", "entries.3.salary registers.no_element", "entries.4.id_number registers.key_missing",
			"entries.5.as_of registers.as_of_future", "entries.5.id_number registers.twice"}
		if strings.Join(have, "\n") != strings.Join(want, "\n") {
			t.Errorf("have\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
		}
		if x := d.status(registers.Population); x.Entries != 0 || !x.FedAt.IsZero() {
			t.Errorf("%+v", x)
		}
	})
}

func TestWhoMayFeedAndManage(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		d.owned()
		feed := registers.Feed{Register: registers.Population, Source: "api", Records: []registers.Record{person(number, "张示例")}}
		for _, a := range []gov.Actor{resident, officer(market, gov.RoleOfficer), {}} {
			_, err := d.Load(ctx, a, feed)
			d.refused(err, "registers.denied")
			_, err = d.TakeDown(ctx, a, registers.Population, "维护")
			d.refused(err, "registers.denied")
		}
		_, err := d.Load(ctx, officer(police, gov.RoleOfficer), feed)
		d.must(err)
		_, err = d.TakeDown(ctx, officer(police, gov.RoleOfficer), registers.Population, "维护")
		d.refused(err, "registers.denied")
		_, err = d.Own(ctx, officer(police, gov.RoleApprover), registers.Population, market, 1)
		d.refused(err, "registers.denied")
		_, err = d.Own(ctx, system, "weather", police, 1)
		d.refused(err, "registers.no_register")
	})
}

func TestDownAndStaleAreSaid(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, head := t.Context(), officer(police, gov.RoleApprover)
		d.owned()
		d.load(registers.Population, person(number, "张示例"))
		d.pass(3 * 24 * time.Hour)
		read := func() (*registers.Entry, error) {
			return d.Read(ctx, d.db, registers.Population, registers.Key{Number: number})
		}
		if e, err := read(); err != nil || e.Stale {
			t.Error("on the last promised day", e, err)
		}
		d.pass(24 * time.Hour)
		if e, err := read(); err != nil || !e.Stale {
			t.Error("a day later", e, err)
		}
		_, err := d.TakeDown(ctx, head, registers.Population, " ")
		if e, ok := fault.As(err); !ok || !e.Fields.Has("reason") {
			t.Error(err)
		}
		_, err = d.TakeDown(ctx, head, registers.Population, "机房停电")
		d.must(err)
		_, err = read()
		if e, ok := fault.As(err); !ok || e.Code != "registers.down" || e.Kind != fault.KindBusy || e.Args["reason"] != "机房停电" {
			t.Error(err)
		}
		_, err = d.TakeDown(ctx, head, registers.Population, "再停")
		d.refused(err, "registers.not_now")
		d.load(registers.Population, person(number, "张示例")) // fed while it is down
		_, err = d.PutUp(ctx, head, registers.Population)
		d.must(err)
		if e, err := read(); err != nil || e.Stale {
			t.Error(e, err)
		}
	})
}

func TestFilesAreReadByTheirHeadings(t *testing.T) {
	table, err := registers.ParseCSV(registers.Population, strings.NewReader("\ufeff姓名,证件号码,gender,数据日期\n张示例,"+number+",男,2026-03-01\n\n\"李,样本\",990000189902020010,,\n"))
	if err != nil || len(table.Records) != 2 || table.Lines[1] != 4 || table.Records[1].Values["applicant_name"] != "李,样本" || table.Records[0].AsOf != clock.MustDate("2026-03-01") {
		t.Fatalf("%+v %v", table, err)
	}
	for text, want := range map[string]string{
		"":                              "line.1 registers.no_heading",
		"姓名,证件号码,工资\n":                  "line.1 registers.no_column",
		"姓名,证件号码,applicant_name\n":      "line.1 registers.column_twice",
		"姓名\n":                          "line.1 registers.column_missing",
		"姓名,证件号码\n":                     "line.2 registers.empty",
		"\xd0\xd5\xc3\xfb,id_number\n":  "line.1 registers.not_utf8", // GBK
		"\xff\xfea\x00,\x00b\x00\n\x00": "line.1 registers.not_utf8", // UTF-16
		"姓名,证件号码\n\xc0\xee," + number:   "line.2 registers.not_utf8",
		"\"姓名,证件号码\n":                   "line.1 registers.bad_quotes",
		"姓名,证件号码\n张示例\n":                "line.2 registers.cells",
		"姓名,证件号码,数据日期\n张示例,1,昨天\n": "line.2 registers.bad_date",
		"姓名,证件号码\n\"张示例," + number: "line.2 registers.bad_quotes",
	} {
		_, err := registers.ParseCSV(registers.Population, strings.NewReader(text))
		e, ok := fault.As(err)
		have := ""
		if ok {
			have = e.Code
		}
		if ok && len(e.Fields) > 0 {
			have = e.Fields[0].Path + " " + e.Fields[0].Code
		}
		if have != want {
			t.Errorf("%q: have %q, want %q", text, have, want)
		}
	}
	named := table.Named(registers.Population, fault.Fields{{Path: "entries.1.id_number", Code: "registers.twice", Args: fault.Args{"first": 1}}})
	if named[0].Path != "line.4 证件号码" || named[0].Args["first"] != 2 {
		t.Errorf("%+v", named)
	}
}

func FuzzParseCSV(f *testing.F) {
	f.Add("姓名,证件号码\n张示例," + number + "\n")
	f.Add("\ufeffuscc,名称\n" + code + ",\"小满,面馆\"\n")
	f.Add("as_of,as_of\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range registers.All() {
			table, err := registers.ParseCSV(r, strings.NewReader(text))
			if err == nil && len(table.Records) != len(table.Lines) {
				t.Error("a record without its line")
			}
			for _, x := range table.Records {
				for key := range x.Values {
					if e, ok := r.Find(key); !ok || e.Key != key {
						t.Error("a value under a key nobody knows:", key)
					}
				}
			}
		}
	})
}
