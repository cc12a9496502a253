package clock

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// days writes the rows of a clock shortly, "+" before a date that counted, and
// dates of the same kind together.
func days(t *testing.T, s Scenario, name Name) string {
	t.Helper()
	rows, err := s.Days(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, r := range rows {
		text := r.Date.String()[5:]
		if r.Counted {
			text = "+" + text
		}
		if words := fmt.Sprint(r.Why, r.Holiday, r.Procedure, r.Assumed); i == 0 || words != fmt.Sprint(rows[i-1].Why, rows[i-1].Holiday, rows[i-1].Procedure, rows[i-1].Assumed) {
			text = strings.TrimSpace(string(r.Why)+" "+r.Holiday+r.Procedure) + map[bool]string{true: "~"}[r.Assumed] + ": " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// TestDays: the first reason that applies, on dates taken from the notices.
func TestDays(t *testing.T) {
	cal := china(t)
	for _, c := range []struct {
		what   string
		s      Scenario
		clock  Name
		wanted string
	}{
		{"the spring festival of 2026 with its make-up Saturday",
			story(t, cal, "promised=3w", "2026-02-14", "2026-02-12T09:00 submit", "2026-02-13T09:00 accept"), PromisedClock,
			"first_day: 02-13 makeup: +02-14 holiday 春节: 02-15 02-16 02-17 02-18 02-19 02-20 02-21 02-22 02-23 counted: +02-24 +02-25"},
		{"natural: every day counts, the last one is moved",
			story(t, cal, "promised=3n", "2026-02-24", "2026-02-12T09:00 submit", "2026-02-13T09:00 accept"), PromisedClock,
			"first_day: 02-13 counted: +02-14 +02-15 +02-16 moved: 02-17 02-18 02-19 02-20 02-21 02-22 02-23 02-24"},
		{"overdue, to the date asked about",
			story(t, cal, "promised=1w", "2026-03-09", "2026-03-04T09:00 submit", "2026-03-05T09:00 accept"), PromisedClock,
			"first_day: 03-05 counted: +03-06 weekend: 03-07 03-08 counted: +03-09"},
		{"stopped late, to the stop",
			story(t, cal, "promised=1w", "2026-03-20", "2026-03-04T09:00 submit", "2026-03-05T09:00 accept", "2026-03-07T09:00 decide"), PromisedClock,
			"first_day: 03-05 counted: +03-06 weekend: 03-07"},
		{"stopped before its start",
			story(t, cal, "accept=1w", "2026-03-20", "2026-03-06T19:00 submit", "2026-03-07T09:00 accept"), AcceptClock,
			"first_day: 03-09 counted: +03-10"},
		{"suspended, ended: named on its dates, weekends among them; two at once",
			story(t, cal, "promised=2w", "2026-03-11", "2026-03-04T09:00 submit", "2026-03-04T09:00 accept", "2026-03-05T09:00 suspend 检验", "2026-03-06T09:00 suspend 鉴定",
				"2026-03-07T09:00 resume 检验", "2026-03-08T09:00 resume 鉴定", "2026-03-09T09:00 suspend 检验"), PromisedClock,
			"first_day: 03-04 counted: +03-05 suspended 检验: 03-06 suspended 检验、鉴定: 03-07 suspended 鉴定: 03-08 counted: +03-09 suspended 检验: 03-10 03-11"},
		{"suspended with plans: each to its own end, then on to the due date to expect",
			story(t, cal, "promised=3w", "2026-03-06", "2026-03-04T09:00 submit", "2026-03-04T09:00 accept", "2026-03-05T09:00 suspend 检验 1", "2026-03-05T09:00 suspend 鉴定 2"), PromisedClock,
			"first_day: 03-04 counted: +03-05 suspended 检验、鉴定: 03-06 suspended 鉴定: 03-07 03-08 03-09 counted: +03-10 +03-11"},
		{"natural, moved up to the suspension and behind it",
			story(t, cal, "promised=3n", "2026-03-11", "2026-03-04T09:00 submit", "2026-03-04T09:00 accept", "2026-03-08T09:00 suspend 检验", "2026-03-10T09:00 resume 检验"), PromisedClock,
			"first_day: 03-04 counted: +03-05 +03-06 +03-07 moved: 03-08 suspended 检验: 03-09 03-10 moved: 03-11"},
		{"natural, moved into a suspension without an end",
			story(t, cal, "promised=3n", "2026-03-09", "2026-03-04T09:00 submit", "2026-03-04T09:00 accept", "2026-03-08T09:00 suspend 检验"), PromisedClock,
			"first_day: 03-04 counted: +03-05 +03-06 +03-07 moved: 03-08 suspended 检验: 03-09"},
		{"0 days",
			story(t, cal, "promised=0w", "2026-03-07", "2026-03-06T09:00 submit", "2026-03-07T09:00 accept"), PromisedClock,
			"first_day: 03-07 moved: 03-08 03-09"},
		{"not started", story(t, cal, "deliver=1w", "2026-03-07"), DeliverClock, ""},
		{"assumed", story(t, cal.AssumingWeekdays(), "accept=2w", "2026-12-31", "2026-12-30T09:00 submit"), AcceptClock,
			"first_day: 12-30 counted: +12-31 counted~: +01-01"},
	} {
		if got := days(t, c.s, c.clock); got != c.wanted {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.wanted)
		}
	}
}

func TestDaysErrors(t *testing.T) {
	s := story(t, china(t), "accept=5w", "2026-12-30", "2026-12-30T09:00 submit")
	if _, err := s.Days(PromisedClock); !errors.Is(err, UnknownYear{2027}) {
		t.Error(err)
	}
	s.Limits.Accept = Limit{1, Working}
	if _, err := s.Days(PromisedClock); !errors.Is(err, ErrNoClock) {
		t.Error(err)
	}
	s.Limits.Accept, s.AsOf = Limit{}, MustDate("9999-12-31")
	s.Limits.Promised = Limit{1, Natural}
	s.Events = append(s.Events, event(t, "2026-12-30T09:00 accept"))
	if _, err := s.Days(PromisedClock); !errors.Is(err, ErrLong) {
		t.Error(err)
	}
}

// TestJSON: the form of the clock design, to the letter.
func TestJSON(t *testing.T) {
	s := running(t)
	s.Events = append(s.Events, event(t, "2026-04-07T10:00 decide"), event(t, "2026-04-13T10:00 deliver"))
	a, err := s.Answer()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"accepted_on":"2026-02-14","deemed":false,"outcome":"delivered","refused":[],"clocks":{` +
		`"accept":{"start":"2026-02-13","due":"2026-02-27","stop":"2026-02-14","state":"met","budget":5,"used":1,"remaining":4,"provisional":false},` +
		`"promised":{"start":"2026-02-14","due":"2026-03-27","stop":"2026-04-07","state":"late","budget":17,"used":23,"remaining":-6,"provisional":false},` +
		`"statutory":{"start":"2026-02-14","due":"2026-04-16","stop":"2026-04-07","state":"met","budget":30,"used":23,"remaining":7,"provisional":false},` +
		`"deliver":{"start":"2026-04-07","due":"2026-04-21","stop":"2026-04-13","state":"met","budget":10,"used":4,"remaining":6,"provisional":false}}}`
	if got, err := json.Marshal(a); string(got) != want || err != nil {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	for _, c := range []struct {
		s    Scenario
		want string
	}{
		{Scenario{Calendar: s.Calendar, AsOf: s.AsOf}, `{"accepted_on":null,"deemed":false,"outcome":null,"refused":[],"clocks":{}}`},
		{story(t, s.Calendar, "promised=1n", "2026-03-04", "2026-03-03T09:00 submit", "2026-03-03T09:00 submit", "2026-03-03T09:00 accept", "2026-03-03T09:00 suspend 听证"),
			`{"accepted_on":"2026-03-03","deemed":false,"outcome":"accepted","refused":[{"index":1,"reason":"R11"}],"clocks":{` +
				`"promised":{"start":"2026-03-03","due":null,"stop":null,"state":"suspended","budget":1,"used":0,"remaining":1,"provisional":false,"projected_due":null}}}`},
	} {
		a, err := c.s.Answer()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(a); string(got) != c.want || err != nil {
			t.Errorf("%v\n got %s\nwant %s", err, got, c.want)
		}
	}
	if got, err := json.Marshal(UnknownYear{2027}); string(got) != `{"error":"R12","year":2027}` || err != nil {
		t.Errorf("%v %s", err, got)
	}
}

// TestJSONDays: each clock carries its days, with words that quote what came from
// outside.
func TestJSONDays(t *testing.T) {
	s := story(t, china(t).AssumingWeekdays(), "promised=2w", "2026-12-30", "2026-12-30T09:00 submit", "2026-12-30T09:00 accept", `2026-12-30T09:00 suspend 听"证</script> 1`)
	e, err := s.Explain()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Clocks map[string]struct {
			ProjectedDue string `json:"projected_due"`
			Days         []map[string]any
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	promised := got.Clocks["promised"]
	want := "[map[article:民法典第二百零一条 code:first_day counted:false date:2026-12-30 why:起算的当天不计（民法典第二百零一条）]" +
		` map[article:行政许可法第四十五条 code:suspended counted:false date:2026-12-31 procedure:听"证</script> why:听"证</script>期间不计（行政许可法第四十五条）]` +
		" map[article:行政许可法第八十二条 assumed:true code:counted counted:true date:2027-01-01 why:工作日，计入（行政许可法第八十二条）；2027 年放假安排尚未公布，按周一至周五推算]"
	if all := fmt.Sprint(promised.Days); !strings.HasPrefix(all, want) || promised.ProjectedDue != "2027-01-04" || len(promised.Days) != 6 {
		t.Errorf("%s to %s", all, promised.ProjectedDue)
	}
}

// TestReasons: every reason has words and an article, in both units.
func TestReasons(t *testing.T) {
	for _, why := range []Why{WhyFirstDay, WhySuspended, WhyMoved, WhyHoliday, WhyWeekend, WhyMakeup, WhyCounted} {
		for _, unit := range []Unit{Working, Natural} {
			if words, article := (DayRow{Date: MustDate("2026-03-07"), Why: why}).Reason(unit); words == "" || article == "" {
				t.Errorf("%s %s: %q %q", why, unit, words, article)
			}
		}
	}
}

// drawScenario draws acts in an order that is mostly a lifecycle, on dates that
// mostly advance, over a calendar with years missing.
func drawScenario(t *rapid.T) Scenario {
	limit := rapid.Custom(func(t *rapid.T) Limit {
		if rapid.IntRange(0, 5).Draw(t, "none") == 0 {
			return Limit{}
		}
		return Limit{rapid.IntRange(0, 12).Draw(t, "days"), rapid.SampledFrom([]Unit{Working, Natural}).Draw(t, "unit")}
	})
	s := Scenario{Calendar: drawCalendar(t), Cutoff: DefaultCutoff, ExtendMax: DefaultExtendMax,
		Limits: Limits{limit.Draw(t, "accept"), limit.Draw(t, "promised"), limit.Draw(t, "statutory"), limit.Draw(t, "deliver")}}
	at := MustDate("2024-12-20").AddDays(rapid.IntRange(0, 400).Draw(t, "first")).Time()
	acts := []Do{Submit, Accept, Suspend, Resume, Extend, Decide, Deliver, Withdraw, NotifyCorrection, Resubmit, Decline}
	for range rapid.IntRange(0, 14).Draw(t, "acts") {
		e := Event{At: at, Do: rapid.SampledFrom(acts).Draw(t, "do"), Procedure: rapid.SampledFrom([]string{"听证", "检验"}).Draw(t, "procedure"), Days: rapid.IntRange(0, 11).Draw(t, "days")}
		if n := rapid.IntRange(-1, 8).Draw(t, "planned"); n >= 0 {
			e.Planned = &n
		}
		if len(s.Events) == 0 {
			e.Do = Submit
		}
		s.Events = append(s.Events, e)
		at = at.Add(time.Duration(rapid.IntRange(-10, 150).Draw(t, "hours")) * time.Hour)
	}
	s.AsOf = DateOf(at).AddDays(rapid.IntRange(-10, 20).Draw(t, "asof"))
	if rapid.Bool().Draw(t, "assume") {
		s.Calendar = s.Calendar.AssumingWeekdays()
	}
	return s
}

// TestDaysAgree: the rows of a clock say what its reading says.
func TestDaysAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		e, err := s.Explain()
		if err != nil {
			return
		}
		for _, r := range e.Clocks {
			rows := e.Days[r.Name]
			if r.State == NotStarted {
				if len(rows) != 0 {
					t.Fatalf("%s has not started and has days", r.Name)
				}
				continue
			}
			until := s.AsOf
			if !r.Stop.IsZero() {
				until = r.Stop
			}
			end, used := until, 0
			for _, due := range []Date{r.Due, r.ProjectedDue, r.Start} {
				if due.After(end) {
					end = due
				}
			}
			for i, row := range rows {
				if row.Date != r.Start.AddDays(i) || row.Why == "" {
					t.Fatalf("%s: row %d is %v", r.Name, i, row)
				}
				if row.Counted && !row.Date.After(until) {
					used++
				}
			}
			if rows[len(rows)-1].Date != end || used != r.Used || r.Used+r.Remaining != r.Budget {
				t.Fatalf("%s: %d rows to %v count %d, want %d to %v", r.Name, len(rows), rows[len(rows)-1].Date, used, r.Used, end)
			}
		}
	})
}

// TestRefusedLeaveNoTrace: R11; without the acts that were refused the answer is
// the same, but for the years that a refused extension asked about (R12).
func TestRefusedLeaveNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScenario(t)
		s.Calendar = s.Calendar.AssumingWeekdays()
		a, err := s.Answer()
		if err != nil {
			t.Fatal(err)
		}
		kept := s
		kept.Events = nil
		refused := map[int]bool{}
		for _, r := range a.Refused {
			refused[r.Index] = true
		}
		for i, e := range s.Events {
			if !refused[i] {
				kept.Events = append(kept.Events, e)
			}
		}
		b, err := kept.Answer()
		if err != nil || len(b.Refused) != 0 {
			t.Fatalf("%v %v", err, b.Refused)
		}
		for i := range b.Clocks {
			b.Clocks[i].Provisional = a.Clocks[i].Provisional
		}
		a.Refused = b.Refused
		if got, want := fmt.Sprint(b), fmt.Sprint(a); got != want {
			t.Fatalf("with what was refused %s\nwithout %s", want, got)
		}
	})
}
