package dates

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/goldtest"
	"yimen/internal/platform/now"
)

// spring is 2026 as far as its Spring Festival goes: off from the 15th to the 23rd
// of February, at work on the 14th and the 28th, both Saturdays.
func spring(t *testing.T) *clock.Calendar {
	t.Helper()
	var off []clock.Date
	for d := clock.MustDate("2026-02-15"); !d.After(clock.MustDate("2026-02-23")); d = d.AddDays(1) {
		off = append(off, d)
	}
	cal, err := clock.NewCalendar([]clock.Year{{Year: 2026, Holidays: []clock.Holiday{{Name: "春节", DaysOff: off}},
		Workdays: []clock.Date{clock.MustDate("2026-02-14"), clock.MustDate("2026-02-28")}}})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at.Add(-8 * time.Hour) // Asia/Shanghai
}

// told is a case with these events, asked on a day.
func told(t *testing.T, limits clock.Limits, on string, events ...clock.Event) cases.Explanation {
	t.Helper()
	c := &cases.Case{State: cases.Accepted, Awaits: cases.Officer,
		Ledger: cases.Ledger{Limits: limits, ExtendMax: clock.DefaultExtendMax, Events: events}}
	x, err := c.Explain(spring(t), clock.MustDate(on))
	if err != nil {
		t.Fatal(err)
	}
	x.Permit = true
	return x
}

func planned(n int) *int { return &n }

var working = clock.Limits{
	Accept:   clock.Limit{Days: 5, Unit: clock.Working},
	Promised: clock.Limit{Days: 7, Unit: clock.Working}, Statutory: clock.Limit{Days: 20, Unit: clock.Working},
}

// held is the worked case of the clock design: filed in the evening before the
// festival, accepted on a make-up workday, suspended and resumed.
func held(t *testing.T, on string) cases.Explanation {
	t.Helper()
	return told(t, working, on,
		clock.Event{At: instant(t, "2026-02-13 17:31"), Do: clock.Submit},
		clock.Event{At: instant(t, "2026-02-14 09:30"), Do: clock.Accept},
		clock.Event{At: instant(t, "2026-02-25 10:00"), Do: clock.Suspend, Procedure: "听证", Planned: planned(20)},
		clock.Event{At: instant(t, "2026-03-06 10:00"), Do: clock.Resume, Procedure: "听证"})
}

func drawn(t *testing.T, l lang.Locale, a *Account) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("<h1>x</h1>")
	if err := Page(a).Render(lang.With(context.Background(), l), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func find(t *testing.T, a *Account, name clock.Name) *Clock {
	t.Helper()
	for _, c := range a.Clocks {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no %s", name)
	return nil
}

func TestOneSentence(t *testing.T) {
	ctx := lang.With(context.Background(), lang.ZH)
	a := Read(held(t, "2026-03-10"), clock.MustDate("2026-03-10"))
	for name, want := range map[clock.Name][2]string{
		clock.PromisedClock: {"从 2026年2月14日（周六）受理起算，当天不计，数满 7 个工作日，到 2026年3月13日（周五）；周末 2 天不算；春节放假 9 天不算；听证 9 天不算。",
			"已用 4 个工作日，还剩 3 个工作日。"},
		clock.AcceptClock: {"从 2026年2月14日（周六）收到申请起算，当天不计，数满 5 个工作日，到 2026年2月28日（周六）；春节放假 9 天不算；调休上班的 1 天要算。" +
			"实际提交是 2026年2月13日（周五）17:31，在 17:30 以后或者休息日，算作 2026年2月14日（周六）收到。",
			"到 2026年2月14日（周六）为止，用了 0 个工作日，没有超过期限。"},
	} {
		c := find(t, a, name)
		if got := c.sentence(ctx); got != want[0] {
			t.Errorf("%s\n got %s\nwant %s", name, got, want[0])
		}
		if got := c.progress(ctx); got != want[1] {
			t.Errorf("%s\n got %s\nwant %s", name, got, want[1])
		}
	}
}

// While a procedure goes on the date is expected, not promised.
func TestSentenceOfASuspendedClock(t *testing.T) {
	ctx := lang.With(context.Background(), lang.ZH)
	c := find(t, Read(held(t, "2026-03-02"), clock.MustDate("2026-03-02")), clock.PromisedClock)
	for _, want := range []string{"特别程序还在进行，按计划结束的话，到 ", "听证 27 天不算"} {
		if got := c.sentence(ctx); !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if got := c.progress(ctx); got != "暂停计算：已用 2 个工作日，还剩 5 个工作日。" {
		t.Error(got)
	}
	open := told(t, working, "2026-03-02", clock.Event{At: instant(t, "2026-02-24 09:00"), Do: clock.Submit},
		clock.Event{At: instant(t, "2026-02-24 10:00"), Do: clock.Accept},
		clock.Event{At: instant(t, "2026-02-25 10:00"), Do: clock.Suspend, Procedure: "听证"})
	if got := find(t, Read(open, clock.MustDate("2026-03-02")), clock.PromisedClock).sentence(ctx); !strings.Contains(got, "结束后才能算出日期") {
		t.Error("without a plan there is no date:", got)
	}
}

// A natural clock ends on a Monday, when its last day is a Saturday.
func TestMovedLastDay(t *testing.T) {
	ctx := lang.With(context.Background(), lang.ZH)
	x := told(t, clock.Limits{Promised: clock.Limit{Days: 15, Unit: clock.Natural}}, "2026-03-07",
		clock.Event{At: instant(t, "2026-02-20 09:00"), Do: clock.Submit}, clock.Event{At: instant(t, "2026-02-20 10:00"), Do: clock.Accept})
	c := find(t, Read(x, clock.MustDate("2026-03-07")), clock.PromisedClock)
	if got := c.sentence(ctx); !strings.HasSuffix(got, "数满 15 日，到 2026年3月9日（周一）；最后一天是休息日，顺延 2 天。") {
		t.Error(got)
	}
	if got := c.progress(ctx); got != "已数满 15 日，因顺延，最晚到 2026年3月9日（周一）。" {
		t.Error(got)
	}
}

func TestLateIsCounted(t *testing.T) {
	ctx := lang.With(context.Background(), lang.ZH)
	c := find(t, Read(held(t, "2026-03-17"), clock.MustDate("2026-03-17")), clock.PromisedClock)
	if got := c.progress(ctx); got != "已经超过期限 2 个工作日。" {
		t.Error(got)
	}
	all := c.told()
	if last := all[len(all)-1]; last.Over != 2 || last.word(ctx) != "超2天" || !last.Today {
		t.Errorf("%+v", last)
	}
	rest := find(t, Read(held(t, "2026-03-14"), clock.MustDate("2026-03-14")), clock.PromisedClock)
	if got := rest.progress(ctx); got != "已经超过期限。" {
		t.Error("a Saturday later nothing was used up:", got)
	}
}

// A month begins on its own weekday and holds every date of the clock once.
func TestMonthsAreWhole(t *testing.T) {
	c := find(t, Read(held(t, "2026-03-10"), clock.MustDate("2026-03-10")), clock.StatutoryClock)
	n := 0
	for _, m := range c.months() {
		for _, w := range m.Weeks {
			for column, d := range w {
				if d == nil {
					continue
				}
				n++
				if got := (int(d.Date.Weekday()) + 6) % 7; got != column || int(d.Date.Time().In(clock.Zone()).Month()) != m.Month {
					t.Errorf("%s stands in column %d of month %d", d.Date, column, m.Month)
				}
			}
		}
	}
	if n != len(c.Days) {
		t.Errorf("%d of %d days", n, len(c.Days))
	}
}

// Every reason names the article that the calculator rests on.
func TestReasonsNameTheirArticles(t *testing.T) {
	ctx := lang.With(context.Background(), lang.ZH)
	natural := told(t, clock.Limits{Promised: clock.Limit{Days: 15, Unit: clock.Natural}}, "2026-03-07",
		clock.Event{At: instant(t, "2026-02-20 09:00"), Do: clock.Submit}, clock.Event{At: instant(t, "2026-02-20 10:00"), Do: clock.Accept})
	seen := map[clock.Why]bool{}
	for _, x := range []cases.Explanation{held(t, "2026-03-10"), natural} {
		for _, c := range Read(x, clock.MustDate("2026-03-10")).Clocks {
			for _, d := range c.told() {
				seen[d.Why] = true
				_, article := d.Reason(c.Unit)
				article, _, _ = strings.Cut(article, "；")
				if got := c.reason(ctx, &d); !strings.Contains(got, article) {
					t.Errorf("%s %s: no %s in %s", c.Name, d.Date, article, got)
				}
			}
		}
	}
	for _, why := range []clock.Why{clock.WhyFirstDay, clock.WhySuspended, clock.WhyMoved, clock.WhyHoliday, clock.WhyWeekend, clock.WhyMakeup, clock.WhyCounted} {
		if !seen[why] {
			t.Errorf("%s was not tried", why)
		}
	}
}

func TestUnannouncedYearIsSaid(t *testing.T) {
	x := told(t, working, "2026-12-28", clock.Event{At: instant(t, "2026-12-21 09:00"), Do: clock.Submit},
		clock.Event{At: instant(t, "2026-12-24 10:00"), Do: clock.Accept})
	a := Read(x, clock.MustDate("2026-12-28"))
	page := drawn(t, lang.ZH, a)
	for _, want := range []string{"2027 年的放假安排尚未公布", "推算"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestSilenceIsSaid(t *testing.T) {
	x := told(t, working, "2026-03-10", clock.Event{At: instant(t, "2026-02-24 09:00"), Do: clock.Submit})
	if page := drawn(t, lang.ZH, Read(x, clock.MustDate("2026-03-10"))); !strings.Contains(page, "依法自 2026年2月24日（周二）起视为受理") {
		t.Error("deemed acceptance is not told")
	}
}

func TestGolden(t *testing.T) {
	x := held(t, "2026-03-10")
	for i := range x.Limits {
		if x.Limits[i].Name == clock.AcceptClock {
			x.Limits[i].Received = now.FromTime(instant(t, "2026-02-13 17:31"))
		}
	}
	for _, l := range lang.Locales() {
		page := drawn(t, l, Read(x, clock.MustDate("2026-03-10")))
		goldtest.HTML(t, "page_"+string(l), page)
	}
}
