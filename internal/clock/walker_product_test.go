package clock_test

import (
	"errors"
	"sync"
	"testing"

	"yimen/internal/clock"
)

// scenario is the scene for the product's calculator.
func (s scene) scenario(t testing.TB) clock.Scenario {
	t.Helper()
	c := clock.Scenario{
		Calendar: s.Calendar.calendar(t), Cutoff: readCutoff(t, s.Cutoff), ExtendMax: s.extendMax(), AsOf: clock.MustDate(s.AsOf),
		Limits: clock.Limits{
			Accept: s.limit("accept"), Promised: s.limit("promised"), Statutory: s.limit("statutory"), Deliver: s.limit("deliver"),
		},
	}
	if s.Assume {
		c.Calendar = c.Calendar.AssumingWeekdays()
	}
	for _, e := range s.Events {
		c.Events = append(c.Events, clock.Event{
			At: readInstant(t, e.At), Do: clock.Do(e.Do), Procedure: e.Procedure, Planned: e.Planned, Days: e.Days,
		})
	}
	return c
}

func (s scene) limit(name string) clock.Limit {
	l := s.Limits[name]
	return clock.Limit{Days: l.Days, Unit: clock.Unit(l.Unit)}
}

func (c inline) calendar(t testing.TB) *clock.Calendar {
	t.Helper()
	if c.CN {
		cal, err := realCalendar()
		if err != nil {
			t.Fatal(err)
		}
		return cal
	}
	var years []clock.Year
	for _, year := range c.Years {
		years = append(years, clock.Year{Year: year})
	}
	at := func(text string) (*clock.Year, clock.Date) {
		d := clock.MustDate(text)
		for i := range years {
			if years[i].Year == d.Year() {
				return &years[i], d
			}
		}
		t.Fatalf("%s lies in none of the years %v", text, c.Years)
		return nil, d
	}
	for _, text := range c.DaysOff {
		y, d := at(text)
		y.Holidays = append(y.Holidays, clock.Holiday{Name: closure, DaysOff: []clock.Date{d}})
	}
	for _, text := range c.Workdays {
		y, d := at(text)
		y.Workdays = append(y.Workdays, d)
	}
	cal, err := clock.NewCalendar(years)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

var realCalendar = sync.OnceValues(func() (*clock.Calendar, error) {
	file, err := readHolidays()
	if err != nil {
		return nil, err
	}
	var years []clock.Year
	for _, y := range file.Years {
		year := clock.Year{Year: y.Year}
		for _, h := range y.Holidays {
			holiday := clock.Holiday{Name: h.Name}
			for _, d := range h.DaysOff {
				holiday.DaysOff = append(holiday.DaysOff, clock.MustDate(d))
			}
			year.Holidays = append(year.Holidays, holiday)
		}
		for _, d := range y.Workdays {
			year.Workdays = append(year.Workdays, clock.MustDate(d.Date))
		}
		years = append(years, year)
	}
	return clock.NewCalendar(years)
})

// calculated is what a calculator makes of the scene.
func (s scene) calculated(t testing.TB, through calculator) narrative {
	t.Helper()
	scenario := through(s.scenario(t))
	answer, err := scenario.Answer()
	if err != nil {
		return unanswered(t, scenario, s, err)
	}
	if answer.Refused == nil || len(answer.Clocks) != len(s.Limits) {
		t.Errorf("refused %v, %d clocks of %d limits on\n%s", answer.Refused, len(answer.Clocks), len(s.Limits), s)
	}
	n := narrative{
		reply: reply{AcceptedOn: answer.AcceptedOn.String(), Deemed: answer.Deemed, Outcome: string(answer.Outcome), Clocks: map[string]reading{}},
		rows:  map[string][]row{},
	}
	for _, f := range answer.Refused {
		n.reply.Refused = append(n.reply.Refused, refusal{f.Index, string(f.Reason)})
	}
	order := 0
	for _, c := range answer.Clocks {
		for order < len(clockNames) && clockNames[order] != string(c.Name) {
			order++
		}
		if order == len(clockNames) {
			t.Errorf("%q stands out of order on\n%s", c.Name, s)
		}
		n.reply.Clocks[string(c.Name)] = reading{
			Start: c.Start.String(), Due: c.Due.String(), Stop: c.Stop.String(), State: string(c.State),
			Budget: c.Budget, Used: c.Used, Remaining: c.Remaining, Provisional: c.Provisional, Projected: c.ProjectedDue.String(),
		}
		n.rows[string(c.Name)] = told(t, scenario, c.Name)
	}
	return n
}

// epoch is the walker's day 0.
var epoch = clock.MustDate("1970-01-01")

// told is the calculator's narration of one clock.
func told(t testing.TB, s clock.Scenario, name clock.Name) []row {
	t.Helper()
	days, err := s.Days(name)
	if err != nil {
		t.Fatalf("the days of %s of a scenario that has an answer: %v", name, err)
	}
	rows := make([]row, 0, len(days))
	for _, d := range days {
		rows = append(rows, row{day(d.Date.Sub(epoch)), d.Counted, string(d.Why), d.Holiday, d.Procedure, d.Assumed})
	}
	return rows
}

// unanswered is R12; any other error is a fault, and Days must say the same.
func unanswered(t testing.TB, c clock.Scenario, s scene, err error) narrative {
	t.Helper()
	unknown, ok := errors.AsType[clock.UnknownYear](err)
	if !ok || unknown.Year == 0 {
		t.Fatalf("%v on\n%s", err, s)
	}
	for name := range s.Limits {
		_, err := c.Days(clock.Name(name))
		if again, ok := errors.AsType[clock.UnknownYear](err); !ok || again != unknown {
			t.Fatalf("Answer: %v, Days: %v on\n%s", unknown, err, s)
		}
	}
	return narrative{reply: reply{Year: unknown.Year}}
}
