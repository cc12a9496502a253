package clock

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// story writes a scenario shortly: "2026-03-02T09:00 submit", "… suspend 听证 20",
// "… extend 10". A time without an offset is Beijing's.
func story(t testing.TB, cal *Calendar, limits, asof string, acts ...string) Scenario {
	t.Helper()
	s := Scenario{Calendar: cal, Cutoff: DefaultCutoff, ExtendMax: DefaultExtendMax, AsOf: MustDate(asof)}
	for _, text := range strings.Fields(limits) {
		name, rest, _ := strings.Cut(text, "=")
		unit := Working
		if strings.HasSuffix(rest, "n") {
			unit = Natural
		}
		n, err := strconv.Atoi(strings.TrimRight(rest, "wn"))
		if err != nil {
			t.Fatal(err)
		}
		switch l := (Limit{n, unit}); Name(name) {
		case AcceptClock:
			s.Limits.Accept = l
		case PromisedClock:
			s.Limits.Promised = l
		case StatutoryClock:
			s.Limits.Statutory = l
		case DeliverClock:
			s.Limits.Deliver = l
		}
	}
	for _, act := range acts {
		s.Events = append(s.Events, event(t, act))
	}
	return s
}

func event(t testing.TB, act string) Event {
	t.Helper()
	words := strings.Fields(act)
	at, err := time.Parse(time.RFC3339, words[0])
	if err != nil {
		if at, err = time.ParseInLocation("2006-01-02T15:04", words[0], Zone()); err != nil {
			t.Fatal(err)
		}
	}
	e := Event{At: at, Do: Do(words[1])}
	for _, word := range words[2:] {
		if n, err := strconv.Atoi(word); err != nil {
			e.Procedure = word
		} else if e.Do == Extend {
			e.Days = n
		} else {
			e.Planned = &n
		}
	}
	return e
}

// told writes an answer shortly, a line for the case and one for each clock:
// start due stop state budget used remaining, "?" before a projected due date,
// "~" at the end of what is provisional.
func told(s Scenario) string {
	a, err := s.Answer()
	if err != nil {
		return err.Error()
	}
	none := func(d Date) string {
		if d.IsZero() {
			return "-"
		}
		return d.String()
	}
	out := none(a.AcceptedOn) + " " + string(a.Outcome)
	if a.Deemed {
		out += " deemed"
	}
	for _, r := range a.Refused {
		out += fmt.Sprintf(" %d:%s", r.Index, r.Reason)
	}
	for _, r := range a.Clocks {
		due := none(r.Due)
		if r.State == Suspended {
			due = "?" + none(r.ProjectedDue)
		}
		out += fmt.Sprintf("\n%s %s %s %s %s %d %d %d", r.Name, none(r.Start), due, none(r.Stop), r.State, r.Budget, r.Used, r.Remaining)
		if r.Provisional {
			out += "~"
		}
	}
	return out
}

// known has no holidays: every weekend off, every other day worked.
func known(t testing.TB, years ...int) *Calendar {
	t.Helper()
	all := make([]Year, len(years))
	for i, year := range years {
		all[i].Year = year
	}
	cal, err := NewCalendar(all)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

type rule struct {
	what   string
	limits string
	asof   string
	acts   []string
	want   []string
}

func check(t *testing.T, cal *Calendar, all []rule) {
	t.Helper()
	for _, c := range all {
		if got, want := told(story(t, cal, c.limits, c.asof, c.acts...)), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, strings.ReplaceAll(got, "\n", "\n     "), strings.ReplaceAll(want, "\n", "\n     "))
		}
	}
}

// TestAcceptByRule: R1, R2, R5, R6 (行政许可法 art. 32). 2026-03-02 is a Monday.
func TestAcceptByRule(t *testing.T) {
	check(t, china(t), []rule{
		{"R1: asked on the evening of the submission, which takes effect tomorrow",
			"accept=5w", "2026-03-02", []string{"2026-03-02T18:00 submit"},
			[]string{"- submitted", "accept 2026-03-03 2026-03-10 - running 5 0 5"}},
		{"R1: 00:30 in New York is the same afternoon in Beijing",
			"accept=5w", "2026-03-02", []string{"2026-03-02T00:30:00-05:00 submit"},
			[]string{"- submitted", "accept 2026-03-02 2026-03-09 - running 5 0 5"}},
		{"R1: accepted on its own date, before the submission takes effect; met before its start",
			"accept=5w statutory=20w", "2026-03-07", []string{"2026-03-06T20:00 submit", "2026-03-07T09:00 accept"},
			[]string{"2026-03-07 accepted", "accept 2026-03-09 2026-03-16 2026-03-07 met 5 0 5", "statutory 2026-03-07 2026-04-03 - running 20 0 20"}},
		{"R1: withdrawn on a Sunday takes effect on the Sunday",
			"accept=5w", "2026-03-09", []string{"2026-03-06T20:00 submit", "2026-03-08T09:00 withdraw"},
			[]string{"- withdrawn", "accept 2026-03-09 2026-03-16 2026-03-08 met 5 0 5"}},
		{"R5: on the due date, any time, it is in time",
			"accept=5w", "2026-03-09", []string{"2026-03-02T09:00 submit", "2026-03-09T23:59 decline"},
			[]string{"- declined", "accept 2026-03-02 2026-03-09 2026-03-09 met 5 5 0"}},
		{"R5: the day after, silence has accepted; accept, decline and a correction come too late",
			"accept=5w promised=3w", "2026-03-10", []string{"2026-03-02T09:00 submit", "2026-03-10T09:00 accept", "2026-03-10T09:00 decline", "2026-03-10T09:00 notify_correction"},
			[]string{"2026-03-02 accepted deemed 1:R5 2:R5 3:R5", "accept 2026-03-02 2026-03-09 2026-03-10 late 5 6 -1", "promised 2026-03-02 2026-03-05 - overdue 3 6 -3"}},
		{"R5 comes before R11: after the end of a deemed case a late acceptance is still late",
			"accept=1w", "2026-03-09", []string{"2026-03-02T09:00 submit", "2026-03-04T09:00 decide", "2026-03-05T09:00 accept", "2026-03-05T09:00 submit"},
			[]string{"2026-03-02 decided deemed 2:R5 3:R11", "accept 2026-03-02 2026-03-03 2026-03-04 late 1 2 -1"}},
		{"R11: a refused act leaves no trace: an acceptance dated in time still stands",
			"accept=5w", "2026-03-12", []string{"2026-03-02T09:00 submit", "2026-03-10T09:00 decline", "2026-03-12T09:00 extend 99", "2026-03-05T09:00 accept"},
			[]string{"2026-03-05 accepted 1:R5 2:R8", "accept 2026-03-02 2026-03-09 2026-03-05 met 5 3 2"}},
		{"R5: without an accept limit nothing is deemed",
			"statutory=20w", "2026-12-31", []string{"2026-03-02T09:00 submit"},
			[]string{"- submitted", "statutory - - - not_started 20 0 20"}},
		{"R5: resubmitted in the holiday, due anew in full; waiting for papers nothing lapses",
			"accept=5w", "2026-10-12", []string{"2026-09-01T09:00 submit", "2026-09-02T09:00 notify_correction", "2026-10-05T09:00 resubmit"},
			[]string{"- submitted", "accept 2026-10-08 2026-10-14 - running 5 3 2"}},
		{"R5: a natural accept limit over the spring holiday",
			"accept=5n promised=0n", "2026-02-25", []string{"2026-02-13T09:00 submit"},
			[]string{"2026-02-13 accepted deemed", "accept 2026-02-13 2026-02-24 2026-02-25 late 5 6 -1", "promised 2026-02-13 2026-02-13 - overdue 0 12 -12"}},
		{"R5: withdrawn after silence stops what silence started",
			"accept=1w promised=9w", "2026-03-09", []string{"2026-03-02T09:00 submit", "2026-03-05T09:00 withdraw"},
			[]string{"2026-03-02 withdrawn deemed", "accept 2026-03-02 2026-03-03 2026-03-04 late 1 2 -1", "promised 2026-03-02 2026-03-13 2026-03-05 met 9 3 6"}},
		{"R4: 0 days to accept are due on the day itself",
			"accept=0w", "2026-03-03", []string{"2026-03-02T09:00 submit"},
			[]string{"2026-03-02 accepted deemed", "accept 2026-03-02 2026-03-02 2026-03-03 late 0 1 -1"}},
		{"R10: acts after the date asked about are ignored by their own date",
			"accept=5w", "2026-03-01", []string{"2026-03-02T00:00 submit", "2026-02-28T09:00 submit"},
			[]string{"- submitted", "accept 2026-02-28 2026-03-06 - running 5 0 5"}},
		{"R10: before any act",
			"accept=5w deliver=3n", "2026-03-01", []string{"2026-03-02T00:00 submit"},
			[]string{"- ", "accept - - - not_started 5 0 5", "deliver - - - not_started 3 0 3"}},
	})
}

// TestSuspensionByRule: R7 (行政许可法 art. 45), R10 and R11 beside it.
func TestSuspensionByRule(t *testing.T) {
	open := []string{"2026-03-02T09:00 submit", "2026-03-02T10:00 accept"}
	then := func(acts ...string) []string { return append(open[:2:2], acts...) }
	check(t, known(t, 2026), []rule{
		{"R7: the day it begins counts, the day it ends does not",
			"statutory=5w", "2026-03-06", then("2026-03-04T09:00 suspend 听证", "2026-03-05T18:00 resume 听证"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 2026-03-10 - running 5 3 2"}},
		{"R7: begun and ended on one day takes nothing out",
			"statutory=5w", "2026-03-06", then("2026-03-04T09:00 suspend 听证", "2026-03-04T18:00 resume 听证"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 2026-03-09 - running 5 4 1"}},
		{"R7: one inside another: the union; another right after: one stretch",
			"statutory=5w promised=3n", "2026-03-20", then("2026-03-03T09:00 suspend 检验", "2026-03-04T09:00 suspend 听证", "2026-03-05T09:00 resume 听证",
				"2026-03-06T09:00 resume 检验", "2026-03-06T09:00 suspend 听证", "2026-03-10T09:00 resume 听证"),
			[]string{"2026-03-02 accepted", "promised 2026-03-02 2026-03-12 - overdue 3 11 -8", "statutory 2026-03-02 2026-03-16 - overdue 5 9 -4"}},
		{"R7: natural, the due date inside a suspension is pushed behind it",
			"statutory=3n", "2026-03-20", then("2026-03-04T09:00 suspend 听证", "2026-03-13T18:00 resume 听证"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 2026-03-16 - overdue 3 7 -4"}},
		{"R7, R3: due on a Saturday, moved over a suspension that begins on the Sunday",
			"statutory=5n", "2026-03-11", then("2026-03-08T09:00 suspend 听证", "2026-03-10T18:00 resume 听证"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 2026-03-11 - running 5 5 0"}},
		{"R7: while open there is no due date, and nothing counts",
			"statutory=5w", "2026-03-20", then("2026-03-04T09:00 suspend 听证"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?- - suspended 5 2 3"}},
		{"R7: the budget was used up before: still suspended, the past due date expected",
			"statutory=1w", "2026-03-20", then("2026-03-05T09:00 suspend 听证 5"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?2026-03-03 - suspended 1 3 -2"}},
		{"R7: planned 0 ends on its own day, or today",
			"statutory=5w", "2026-03-04", then("2026-03-04T09:00 suspend 听证 0"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?2026-03-09 - suspended 5 2 3"}},
		{"R7: of two plans the later end; the first has ended today at the earliest",
			"statutory=5w", "2026-03-20", then("2026-03-04T09:00 suspend 听证 1", "2026-03-05T09:00 suspend 鉴定 14"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?2026-03-30 - suspended 5 2 3"}},
		{"R7: natural, ran out on the Saturday of the week, suspended on the Sunday: it uses up nothing",
			"statutory=5n", "2026-03-20", then("2026-03-08T09:00 suspend 听证"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?- - suspended 5 5 0"}},
		{"R7: natural, ran out on the Friday: the Saturday and Sunday before the suspension count",
			"statutory=4n", "2026-03-20", then("2026-03-08T09:00 suspend 听证"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?- - suspended 4 6 -2"}},
		{"R11: twice the same, ended what is not open, decided meanwhile",
			"statutory=5w", "2026-03-06", then("2026-03-04T09:00 suspend 听证", "2026-03-04T09:00 suspend 听证", "2026-03-05T09:00 resume 鉴定",
				"2026-03-05T09:00 decide", "2026-03-05T09:00 resume 听证", "2026-03-05T09:00 resume 听证", "2026-03-05T10:00 decide"),
			[]string{"2026-03-02 decided 3:R11 4:R11 5:R11 7:R11", "statutory 2026-03-02 2026-03-10 2026-03-05 met 5 2 3"}},
		{"withdrawn while suspended: every suspension ends on that day",
			"statutory=5w deliver=1w", "2026-03-20", then("2026-03-04T09:00 suspend 听证", "2026-03-05T09:00 suspend 鉴定", "2026-03-09T09:00 withdraw", "2026-03-10T09:00 resume 听证"),
			[]string{"2026-03-02 withdrawn 5:R11", "statutory 2026-03-02 2026-03-12 2026-03-09 met 5 2 3", "deliver - - - not_started 1 0 1"}},
		{"0 days, accepted on a Saturday and suspended on it: due after the end",
			"promised=0w", "2026-03-12", []string{"2026-03-06T09:00 submit", "2026-03-07T09:00 accept", "2026-03-07T10:00 suspend 听证", "2026-03-10T09:00 resume 听证"},
			[]string{"2026-03-07 accepted", "promised 2026-03-07 2026-03-11 - overdue 0 1 -1"}},
		{"0 days, accepted on a Saturday, suspended on the Monday on which it is due",
			"promised=0w", "2026-03-12", []string{"2026-03-06T09:00 submit", "2026-03-07T09:00 accept", "2026-03-09T10:00 suspend 听证 1"},
			[]string{"2026-03-07 accepted", "promised 2026-03-07 ?2026-03-09 - suspended 0 0 0"}},
	})
}

// TestExtensionByRule: R8 (行政许可法 art. 42).
func TestExtensionByRule(t *testing.T) {
	open := []string{"2026-03-02T09:00 submit", "2026-03-02T10:00 accept"}
	then := func(acts ...string) []string { return append(open[:2:2], acts...) }
	check(t, known(t, 2026), []rule{
		{"on the due date, from 1 to the most; a refused one is not used up; the second is refused",
			"statutory=5w promised=3n", "2026-03-09", then("2026-03-09T09:00 extend 0", "2026-03-09T09:00 extend -1", "2026-03-09T09:00 extend 11", "2026-03-09T09:00 extend 10", "2026-03-09T09:00 extend 1"),
			[]string{"2026-03-02 accepted 2:R8 3:R8 4:R8 6:R8", "promised 2026-03-02 2026-03-16 - running 13 7 6", "statutory 2026-03-02 2026-03-23 - running 15 5 10"}},
		{"the day after the statutory due date is too late, whatever was promised",
			"statutory=3w promised=9w", "2026-03-06", then("2026-03-06T09:00 extend 5"),
			[]string{"2026-03-02 accepted 2:R8", "promised 2026-03-02 2026-03-13 - running 9 4 5", "statutory 2026-03-02 2026-03-05 - overdue 3 4 -1"}},
		{"without a statutory clock the promised one tells",
			"promised=3w", "2026-03-06", then("2026-03-06T09:00 extend 5"),
			[]string{"2026-03-02 accepted 2:R8", "promised 2026-03-02 2026-03-05 - overdue 3 4 -1"}},
		{"without either it may be granted once",
			"accept=5w", "2026-03-06", then("2026-03-06T09:00 extend 5", "2026-03-06T09:00 extend 5"),
			[]string{"2026-03-02 accepted 3:R8", "accept 2026-03-02 2026-03-09 2026-03-02 met 5 0 5"}},
		{"suspended before the due date: none is in force, at any time",
			"statutory=5w", "2026-03-20", then("2026-03-06T09:00 suspend 听证", "2026-03-20T09:00 extend 5"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?- - suspended 10 4 6"}},
		{"suspended on the due date: it is in force",
			"statutory=5w", "2026-03-20", then("2026-03-09T09:00 suspend 听证", "2026-03-10T09:00 extend 5"),
			[]string{"2026-03-02 accepted 3:R8", "statutory 2026-03-02 ?- - suspended 5 5 0"}},
		{"natural, ran out on the Saturday, suspended on the Sunday: the moved due date was not reached",
			"statutory=5n", "2026-03-20", then("2026-03-08T09:00 suspend 听证", "2026-03-19T09:00 extend 2"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 ?- - suspended 7 6 1"}},
		{"0 days extended are days from the start",
			"statutory=0w", "2026-03-03", then("2026-03-02T11:00 extend 2"),
			[]string{"2026-03-02 accepted", "statutory 2026-03-02 2026-03-04 - running 2 1 1"}},
		{"never before acceptance nor after the decision: R11",
			"accept=5w statutory=5w", "2026-03-04", []string{"2026-03-02T09:00 submit", "2026-03-02T09:00 extend 5", "2026-03-03T10:00 accept", "2026-03-04T10:00 decide", "2026-03-04T10:00 extend 5"},
			[]string{"2026-03-03 decided 1:R11 4:R11", "accept 2026-03-02 2026-03-09 2026-03-03 met 5 1 4", "statutory 2026-03-03 2026-03-10 2026-03-04 met 5 1 4"}},
	})
}

// TestOrderByRule: R9 and R11.
func TestOrderByRule(t *testing.T) {
	check(t, known(t, 2026), []rule{
		{"nothing comes before the submission",
			"accept=5w", "2026-03-06", []string{"2026-03-02T09:00 accept", "2026-03-02T09:00 resubmit", "2026-03-02T09:00 withdraw", "2026-03-02T09:00 deliver", "2026-03-01T09:00 submit"},
			[]string{"- submitted 0:R11 1:R11 2:R11 3:R11", "accept 2026-03-02 2026-03-09 - running 5 4 1"}},
		{"dates are compared, not hours; a day earlier is refused",
			"deliver=1w", "2026-03-06", []string{"2026-03-02T17:00 submit", "2026-03-02T09:00 accept", "2026-03-01T23:59 decide", "2026-03-02T08:00 decide", "2026-03-03T01:00 deliver", "2026-03-04T01:00 withdraw"},
			[]string{"2026-03-02 delivered 2:R11 5:R11", "deliver 2026-03-02 2026-03-03 2026-03-03 met 1 1 0"}},
		{"R9: delivered late, on a Saturday; rest days use up nothing",
			"deliver=1w", "2026-03-08", []string{"2026-03-02T09:00 submit", "2026-03-02T09:00 accept", "2026-03-05T09:00 decide", "2026-03-07T01:00 deliver"},
			[]string{"2026-03-02 delivered", "deliver 2026-03-05 2026-03-06 2026-03-07 late 1 1 0"}},
		{"decided on a Saturday, natural days",
			"deliver=1n", "2026-03-09", []string{"2026-03-02T09:00 submit", "2026-03-02T09:00 accept", "2026-03-07T09:00 decide"},
			[]string{"2026-03-02 decided", "deliver 2026-03-07 2026-03-09 - running 1 1 0"}},
	})
}

// TestUnknownYearsByRule: R12. Of 2026 to 2029 only 2026 and 2028 are announced;
// 2026-12-28 is a Monday.
func TestUnknownYearsByRule(t *testing.T) {
	cal := known(t, 2026, 2028)
	late := []string{"2026-12-28T09:00 submit", "2026-12-28T10:00 accept"}
	then := func(acts ...string) []string { return append(late[:2:2], acts...) }
	for _, c := range []struct {
		rule
		year    int
		assumed []string
	}{
		{rule{"a working clock counts into it", "statutory=4w promised=3w", "2026-12-28", late, nil}, 2027,
			[]string{"2026-12-28 accepted", "promised 2026-12-28 2026-12-31 - running 3 0 3", "statutory 2026-12-28 2027-01-01 - running 4 0 4~"}},
		{rule{"the date asked about lies in it", "promised=3w", "2027-01-01", late, nil}, 2027,
			[]string{"2026-12-28 accepted", "promised 2026-12-28 2026-12-31 - overdue 3 4 -1~"}},
		{rule{"a natural clock asks about its last day only", "statutory=400n", "2027-06-01", late, nil}, 0,
			[]string{"2026-12-28 accepted", "statutory 2026-12-28 2028-02-01 - running 400 155 245"}},
		{rule{"a natural clock that ends in it", "statutory=4n", "2026-12-28", late, nil}, 2027,
			[]string{"2026-12-28 accepted", "statutory 2026-12-28 2027-01-01 - running 4 0 4~"}},
		{rule{"its due date is sought although it stopped in time", "statutory=9w", "2026-12-29", then("2026-12-29T09:00 decide"), nil}, 2027,
			[]string{"2026-12-28 decided", "statutory 2026-12-28 2027-01-08 2026-12-29 met 9 1 8~"}},
		{rule{"suspended over it without a plan: nobody asks", "statutory=9w", "2027-05-01", then("2026-12-30T09:00 suspend 听证"), nil}, 0,
			[]string{"2026-12-28 accepted", "statutory 2026-12-28 ?- - suspended 9 2 7"}},
		{rule{"one of two without a plan: nobody asks about the other", "statutory=9w", "2027-05-01", then("2026-12-30T09:00 suspend 听证", "2026-12-30T09:00 suspend 鉴定 9"), nil}, 0,
			[]string{"2026-12-28 accepted", "statutory 2026-12-28 ?- - suspended 9 2 7"}},
		{rule{"planned days are counted in it, for both clocks", "statutory=250w promised=1w", "2026-12-30", then("2026-12-30T09:00 suspend 听证 2"), nil}, 2027,
			[]string{"2026-12-28 accepted", "promised 2026-12-28 ?2026-12-29 - suspended 1 2 -1~", "statutory 2026-12-28 ?2027-12-15 - suspended 250 2 248~"}},
		{rule{"all of it taken out: nobody asks", "statutory=9w", "2028-01-10", then("2026-12-31T09:00 suspend 听证", "2028-01-03T09:00 resume 听证"), nil}, 0,
			[]string{"2026-12-28 accepted", "statutory 2026-12-28 2028-01-11 - running 9 8 1"}},
		{rule{"moved over what is taken out: nobody asks about that", "statutory=5n", "2028-01-10", []string{"2026-12-20T09:00 submit", "2026-12-22T10:00 accept", "2026-12-27T09:00 suspend 听证", "2028-01-03T09:00 resume 听证"}, nil}, 0,
			[]string{"2026-12-22 accepted", "statutory 2026-12-22 2028-01-04 - overdue 5 11 -6"}},
		{rule{"R8's due date is sought at an extension, refused or not", "statutory=9w", "2027-05-01", then("2026-12-30T09:00 extend 99", "2026-12-30T09:00 suspend 听证"), nil}, 2027,
			[]string{"2026-12-28 accepted 2:R8", "statutory 2026-12-28 ?- - suspended 9 2 7~"}},
		{rule{"but not at one that is out of order", "statutory=9w", "2027-05-01", then("2026-12-27T09:00 extend 9", "2026-12-30T09:00 suspend 听证"), nil}, 0,
			[]string{"2026-12-28 accepted 2:R11", "statutory 2026-12-28 ?- - suspended 9 2 7"}},
		{rule{"submitted at the end of it: what the effective date rests on", "accept=1w", "2028-01-01", []string{"2027-12-31T18:00 submit"}, nil}, 2027,
			[]string{"- submitted", "accept 2028-01-03 2028-01-04 - running 1 0 1~"}},
		{rule{"without an accept clock no clock rests on the effective date", "statutory=1w", "2028-01-03", []string{"2027-12-31T18:00 submit", "2028-01-03T10:00 accept"}, nil}, 2027,
			[]string{"2028-01-03 accepted", "statutory 2028-01-03 2028-01-04 - running 1 0 1"}},
		{rule{"an earlier run counts too", "accept=4w", "2028-01-03", []string{"2026-12-28T09:00 submit", "2026-12-29T09:00 notify_correction", "2028-01-03T09:00 resubmit"}, nil}, 2027,
			[]string{"- submitted", "accept 2028-01-03 2028-01-07 - running 4 0 4~"}},
		{rule{"deemed acceptance from such a clock makes those it starts provisional", "accept=4w promised=1w deliver=1w", "2027-01-02", []string{"2026-12-28T09:00 submit"}, nil}, 2027,
			[]string{"2026-12-28 accepted deemed", "accept 2026-12-28 2027-01-01 2027-01-02 late 4 4 0~", "promised 2026-12-28 2026-12-29 - overdue 1 4 -3~", "deliver - - - not_started 1 0 1"}},
		{rule{"the earliest of several", "accept=1w deliver=1w", "2029-02-01", []string{"2029-01-31T09:00 submit", "2029-01-31T09:00 accept"}, nil}, 2029,
			[]string{"2029-01-31 accepted", "accept 2029-01-31 2029-02-01 2029-01-31 met 1 0 1~", "deliver - - - not_started 1 0 1"}},
		{rule{"natural, ran out on the day of the suspension: nobody asks", "statutory=4n", "2027-05-01", then("2027-01-01T09:00 suspend 听证"), nil}, 0,
			[]string{"2026-12-28 accepted", "statutory 2026-12-28 ?- - suspended 4 4 0"}},
		{rule{"natural, ran out the day before: whether it moved matters", "statutory=4n", "2027-05-01", then("2027-01-02T09:00 suspend 听证"), nil}, 2027,
			[]string{"2026-12-28 accepted", "statutory 2026-12-28 ?- - suspended 4 5 -1~"}},
	} {
		var unknown UnknownYear
		_, err := story(t, cal, c.limits, c.asof, c.acts...).Answer()
		if errors.As(err, &unknown); unknown.Year != c.year || (err != nil) != (c.year != 0) {
			t.Errorf("%s: %v, want the year %d", c.what, err, c.year)
		}
		c.want = c.assumed
		check(t, cal.AssumingWeekdays(), []rule{c.rule})
	}
}
