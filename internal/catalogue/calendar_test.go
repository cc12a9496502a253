package catalogue_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"yimen/internal/catalogue"
	"yimen/internal/catalogue/cataloguetest"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

const notice2027 = `years:
- year: 2027
  notices: ['https://example.invalid/2027']
  holidays:
  - {name: 元旦, days_off: ['2027-01-01', '2027-01-02', '2027-01-03']}
  workdays: [{date: '2027-01-09', for: 元旦}]
`

// told keeps what the calendar's followers hear.
type told struct {
	cataloguetest.At
	heard *[]catalogue.CalendarChange
}

func (r told) CalendarChanged(_ context.Context, _ *db.Tx, _ gov.Actor, c catalogue.CalendarChange) error {
	*r.heard = append(*r.heard, c)
	return nil
}

// held makes a service with the official years 2018 to 2026 in it.
func held(t *testing.T, d *db.DB) (*catalogue.Service, *[]catalogue.CalendarChange) {
	t.Helper()
	s, heard := cataloguetest.New(t, d), &[]catalogue.CalendarChange{}
	s.React(told{cataloguetest.At{Service: s}, heard})
	files := fstest.MapFS{"holidays.yaml": cataloguetest.Few(t)["holidays.yaml"]}
	if r, err := s.Import(t.Context(), cataloguetest.Editor(), files, nil); err != nil {
		t.Fatal(err, r.Problems)
	}
	return s, heard
}

func file(text string) fstest.MapFS { return fstest.MapFS{"n.yaml": {Data: []byte(text)}} }

func yearsOf(t *testing.T, text string) []set.CalendarYear {
	t.Helper()
	years, problems := set.ReadCalendar(file(text), "n.yaml")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return years
}

// take shows and imports, as one who confirms what he saw.
func take(t *testing.T, s *catalogue.Service, text string) (*catalogue.Outlook, catalogue.CalendarReport) {
	t.Helper()
	years := yearsOf(t, text)
	o, err := s.Outlook(t.Context(), years)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.ImportCalendar(t.Context(), cataloguetest.Editor(), years, o.Hash)
	if err != nil {
		t.Fatal(err)
	}
	return o, r
}

func TestCalendarIsVersioned(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, heard := held(t, d)
		ctx := t.Context()
		years, err := s.Years(ctx)
		if err != nil || len(years) != 9 || years[0].Year != 2018 || years[8].Year != 2026 || len(years[8].Notices) != 1 {
			t.Fatalf("%d years, %v", len(years), err)
		}
		o, r := take(t, s, notice2027)
		if !r.Changed || !r.Recount || r.Version != 2 || r.Generation != 2 || !slices.Equal(o.Added, []int{2027}) {
			t.Errorf("report %+v, added %v", r, o.Added)
		}
		// 2 January is a Saturday and 3 January a Sunday anyway, but now by name
		var days []string
		for _, c := range o.Days {
			days = append(days, c.Date.String())
		}
		if got := strings.Join(days, " "); got != "2027-01-01 2027-01-02 2027-01-03 2027-01-09" {
			t.Errorf("days %s", got)
		}
		if since := o.Since(); since != clock.MustDate("2027-01-01") || (*heard)[1].Since != since {
			t.Errorf("since %s, heard %s", since, (*heard)[1].Since)
		}
		cal, err := s.Calendar(ctx)
		if err != nil || !cal.Known(2027) {
			t.Errorf("the calendar in force does not know 2027, %v", err)
		}
		versions, err := s.CalendarVersions(ctx, 0, 10)
		if err != nil || len(versions) != 2 {
			t.Fatalf("%d versions, %v", len(versions), err)
		}
		if v := versions[0]; v.Number != 2 || v.Name != "程序" || v.At == 0 || len(v.Years) != 1 || v.Years[0].Notices[0] != "https://example.invalid/2027" {
			t.Errorf("version 2: %+v", v)
		}
		if v := versions[1]; v.Number != 1 || len(v.Years) != 9 {
			t.Errorf("version 1: number %d, %d years", v.Number, len(v.Years))
		}
		if older, err := s.CalendarVersions(ctx, 2, 10); err != nil || len(older) != 1 || older[0].Number != 1 {
			t.Errorf("below 2: %v, %v", older, err)
		}
		if len(*heard) != 2 || (*heard)[1].Version != 2 || !slices.Equal((*heard)[1].Years, []int{2027}) {
			t.Errorf("heard %+v", *heard)
		}
		journaled(t, s, "import", "calendar")
	})
}

// journaled tells whether the catalogue's chain has these acts and holds.
func journaled(t *testing.T, s *catalogue.Service, acts ...string) {
	t.Helper()
	lines, err := s.Book.Of(t.Context(), s.DB, journal.Subject{Kind: catalogue.KindCatalogue, ID: "catalogue"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lines {
		if l.Act != "localise" {
			got = append(got, l.Act)
		}
	}
	if !slices.Equal(got, acts) {
		t.Errorf("acts %v, want %v", got, acts)
	}
	report, err := s.Book.Verify(t.Context(), s.DB, catalogue.Nouns(), func() {})
	if err != nil || len(report.Breaks) > 0 {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

func TestCalendarTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, heard := held(t, d)
		take(t, s, notice2027)
		o, r := take(t, s, notice2027)
		if o.Changes() || o.Moves() || r.Changed || r.Recount || r.Version != 2 || r.Generation != 2 || r.Years.Unchanged != 1 {
			t.Errorf("outlook %v %v, report %+v", o.Changed, o.Days, r)
		}
		if len(*heard) != 2 {
			t.Errorf("heard %d times", len(*heard))
		}
	})
}

// A notice added to a year is a new version of it, but moves no date.
func TestSourceAloneMovesNothing(t *testing.T) {
	s, heard := held(t, dbtest.SQLite(t, nil))
	take(t, s, notice2027)
	o, r := take(t, s, strings.Replace(notice2027, "/2027'", "/2027-corrected'", 1))
	if !r.Changed || r.Version != 3 || r.Recount || o.Moves() || len(o.Days) != 0 || len(*heard) != 2 {
		t.Errorf("report %+v, days %v, heard %d", r, o.Days, len(*heard))
	}
}

func TestWhatIsConfirmedIsWhatWasShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := held(t, d)
		ctx := t.Context()
		years := yearsOf(t, notice2027)
		shown, err := s.Outlook(ctx, years)
		if err != nil {
			t.Fatal(err)
		}
		take(t, s, strings.Replace(notice2027, "'2027-01-02', ", "", 1)) // somebody was faster
		_, err = s.ImportCalendar(ctx, cataloguetest.Editor(), years, shown.Hash)
		if !fault.Is(err, "catalogue.calendar_moved") {
			t.Errorf("err %v", err)
		}
		if v, err := s.CalendarVersion(ctx); err != nil || v != 2 {
			t.Errorf("version %d, %v", v, err)
		}
		if _, err := s.ImportCalendar(ctx, cataloguetest.Editor(), years, ""); !fault.Is(err, "catalogue.calendar_moved") {
			t.Errorf("nothing seen: %v", err)
		}
	})
}

// A set that carries holidays goes the same way as a calendar by itself.
func TestSetImportChangesTheCalendarToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, heard := held(t, d)
		ctx := t.Context()
		text := string(cataloguetest.Few(t)["holidays.yaml"].Data)
		corrected := strings.Replace(text, "    - '2026-10-07'\n", "", 1)
		if corrected == text {
			t.Fatal("the calendar has no 2026-10-07")
		}
		r, err := s.Import(ctx, cataloguetest.Editor(), fstest.MapFS{"holidays.yaml": {Data: []byte(corrected)}}, nil)
		if err != nil || r.Calendar != 2 || !slices.Equal(r.Years.Changed, []string{"2026"}) {
			t.Fatalf("report %+v, %v", r, err)
		}
		if len(*heard) != 2 || !slices.Equal((*heard)[1].Years, []int{2026}) || (*heard)[1].Since != clock.MustDate("2026-10-07") {
			t.Errorf("heard %+v", *heard)
		}
		cal, err := s.CalendarIn(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		if workday, _ := cal.IsWorkday(clock.MustDate("2026-10-07")); !workday {
			t.Error("2026-10-07 is still a day off")
		}
	})
}

func TestProposals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := held(t, d)
		ctx, editor := t.Context(), cataloguetest.Editor()
		if _, problems, err := s.ProposeCalendar(ctx, editor, file("years: 1\n"), "n.yaml"); !fault.Is(err, "catalogue.set_refused") || len(problems) != 1 {
			t.Errorf("a broken file: %v, %v", problems, err)
		}
		if all, err := s.Proposals(ctx, editor); err != nil || len(all) != 0 {
			t.Errorf("%d proposals kept of a broken file, %v", len(all), err)
		}
		id, _, err := s.ProposeCalendar(ctx, editor, file(notice2027), "n.yaml")
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Proposal(ctx, editor, id)
		if err != nil || p.File != "n.yaml" || len(p.Years) != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		o, err := s.Outlook(ctx, p.Years)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Confirm(ctx, editor, id, "another"); !fault.Is(err, "catalogue.calendar_moved") {
			t.Errorf("confirmed unseen: %v", err)
		}
		if r, err := s.Confirm(ctx, editor, id, o.Hash); err != nil || r.Version != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := s.Confirm(ctx, editor, id, o.Hash); fault.KindOf(err) != fault.KindMissing {
			t.Errorf("confirmed twice: %v", err)
		}
		other, _, err := s.ProposeCalendar(ctx, editor, file(notice2027), "n.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Discard(ctx, editor, other); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Proposal(ctx, editor, other); fault.KindOf(err) != fault.KindMissing {
			t.Errorf("discarded: %v", err)
		}
	})
}

func TestOnlyEditorsTouchTheCalendar(t *testing.T) {
	s, _ := held(t, dbtest.SQLite(t, nil))
	ctx, years := t.Context(), yearsOf(t, notice2027)
	for _, role := range gov.Roles() {
		actor := gov.Actor{Account: "a", Kind: gov.Staff, Posts: []gov.Post{{Role: role, Region: cataloguetest.County}}, Channel: gov.Web}
		_, importing := s.ImportCalendar(ctx, actor, years, "not seen")
		_, _, proposing := s.ProposeCalendar(ctx, actor, file(notice2027), "n.yaml")
		_, reading := s.Proposal(ctx, actor, "none")
		_, confirming := s.Confirm(ctx, actor, "none", "")
		discarding := s.Discard(ctx, actor, "none")
		for what, err := range map[string]error{"import": importing, "propose": proposing, "read": reading, "discard": discarding} {
			if denied := fault.KindOf(err) == fault.KindDenied; denied == (role == gov.RoleEditor) {
				t.Errorf("%s as %s: %v", what, role, err)
			}
		}
		if confirming == nil {
			t.Errorf("confirm as %s went through", role)
		}
	}
}
