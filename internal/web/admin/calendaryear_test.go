package admin

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/goldtest"
	"yimen/internal/web/ui"
)

func days(texts ...string) (out []clock.Date) {
	for _, x := range texts {
		out = append(out, clock.MustDate(x))
	}
	return out
}

func sampleYear() catalogue.Year {
	return catalogue.Year{Version: 2, CalendarYear: set.CalendarYear{Year: 2027, Notices: []string{"https://example.invalid/2027", "国办发明电〔2026〕1号"},
		Holidays: []set.Holiday{{Name: "元旦", DaysOff: days("2027-01-01", "2027-01-02", "2027-01-03")}, {Name: "清明节", DaysOff: days("2027-04-05")}},
		Workdays: []set.MakeupWorkday{{Date: clock.MustDate("2027-01-09"), For: "元旦"}, {Date: clock.MustDate("2027-02-20"), For: "春节"}}}}
}

func drawn(t *testing.T, l lang.Locale) (context.Context, *yearView) {
	t.Helper()
	y := sampleYear()
	cal, err := clock.NewCalendar([]clock.Year{y.Clock()})
	if err != nil {
		t.Fatal(err)
	}
	ctx := ui.WithView(t.Context(), &ui.View{Locale: l})
	return ctx, drawYear(ctx, cal, &y)
}

func TestDrawYear(t *testing.T) {
	_, v := drawn(t, lang.ZH)
	// 261 days from Monday to Friday, two of them off, two weekends made up
	if v.Workdays != 261-2+2 || v.Off != 4 || v.Makeups != 2 || len(v.Months) != 12 {
		t.Errorf("%d working days, %d off, %d made up, %d months", v.Workdays, v.Off, v.Makeups, len(v.Months))
	}
	all := 0
	for _, m := range v.Months {
		for _, w := range m.Weeks {
			if len(w) != 7 {
				t.Errorf("%s has a week of %d", m.Name, len(w))
			}
			for _, d := range w {
				if d.Number != 0 {
					all++
				}
			}
		}
	}
	if all != 365 {
		t.Errorf("%d days", all)
	}
	// 1 January 2027 is a Friday
	if d := v.Months[0].Weeks[0][4]; d.Number != 1 || d.Mark != "休" || d.Words != "休息（元旦）" {
		t.Errorf("1 January: %+v", d)
	}
	if got := v.Holidays[2]; got[0] != "其他" || got[2] != "2月20日（周六）" {
		t.Errorf("a make-up day of no holiday of the year: %v", got)
	}
}

func TestYearGolden(t *testing.T) {
	for _, l := range []lang.Locale{lang.ZH, lang.EN} {
		ctx, v := drawn(t, l)
		var b strings.Builder
		if err := yearPart(v).Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		goldtest.HTML(t, "calendar-year-"+string(l), b.String())
	}
}

func TestProposalGolden(t *testing.T) {
	for _, l := range []lang.Locale{lang.ZH, lang.EN} {
		y := sampleYear()
		before, err := clock.NewCalendar([]clock.Year{{Year: 2026}})
		if err != nil {
			t.Fatal(err)
		}
		after, err := clock.NewCalendar([]clock.Year{{Year: 2026}, y.Clock()})
		if err != nil {
			t.Fatal(err)
		}
		ctx := ui.WithView(t.Context(), &ui.View{Locale: l})
		o := &catalogue.Outlook{Base: 1, Hash: "abc", Added: []int{2027}, Same: []int{2026}, Before: before, After: after}
		for _, d := range days("2027-01-01", "2027-01-09") {
			o.Days = append(o.Days, catalogue.DayChange{Date: d, Before: before.Day(d), After: after.Day(d)})
		}
		moved := cases.Moved{ID: "1", Number: "445103202612010000013", ItemName: "食品经营许可（新办）", BodyName: "潮安区市场监督管理局", State: cases.Accepted,
			Before: cases.Dates{PromisedDue: clock.MustDate("2027-01-01"), Provisional: true}, After: cases.Dates{PromisedDue: clock.MustDate("2027-01-04")}}
		stays := cases.Moved{ID: "2", Number: "445103202612010000021", ItemName: "居住证", BodyName: "潮安区公安局", State: cases.Correcting, Stays: true}
		v := proposalView{Proposal: &catalogue.Proposal{ID: "p", File: "2027.yaml", Name: "魏目录", Years: []set.CalendarYear{{Year: 2027}}}, Outlook: o, Running: 1234, Next: "/next"}
		v.Remarks, v.Days = remarks(ctx, v.Proposal), dayRows(ctx, o.Days)
		for _, m := range []cases.Moved{moved, stays} {
			v.Toll.Add(m)
			v.Moved = append(v.Moved, movedWords(ctx, m))
		}
		var b strings.Builder
		if err := proposalPage(v).Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		goldtest.HTML(t, "calendar-proposal-"+string(l), b.String())
	}
}

func TestMissingYears(t *testing.T) {
	for _, c := range []struct {
		known   []int
		year    int
		reached bool
		want    []int
	}{
		{[]int{2025, 2026}, 2026, true, []int{2027}},
		{[]int{2025, 2026}, 2026, false, []int{2027}},
		{[]int{2025, 2026, 2027}, 2026, false, nil},
		{[]int{2025, 2026, 2027}, 2026, true, []int{2028}},
		{[]int{2023, 2026}, 2026, false, []int{2024, 2025, 2027}},
		{[]int{2026}, 2028, true, []int{2027, 2028, 2029}},
		{nil, 2026, true, []int{2026, 2027}},
	} {
		if got := missing(c.known, c.year, c.reached); !slices.Equal(got, c.want) {
			t.Errorf("%v in %d, reached %v: %v, want %v", c.known, c.year, c.reached, got, c.want)
		}
	}
}

// A name that a spreadsheet would take for a formula stays a name.
func TestPlain(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "@x": "'@x", "-x": "'-x", "食品": "食品", "": ""} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
