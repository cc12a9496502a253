package clockfile

import (
	"errors"
	"math"
	"strings"

	"go.yaml.in/yaml/v3"

	"yimen/internal/clock"
)

// maxDays bounds the numbers of days a file may name: all there are up to the
// year 9999. What extend adds is not bounded, R8 refuses it.
const maxDays = 3_652_059

// Scenario reads one scenario; file is its name in problems. The error is
// Problems.
func Scenario(file string, data []byte) (clock.Scenario, error) {
	root, err := parse(file, data)
	if err != nil {
		return clock.Scenario{}, err
	}
	v := rootOf(file, root)
	s := v.scenario()
	return s, v.r.problems.err()
}

// Explain puts what the calculator found wrong with a scenario that was read from
// a file at its line there; other errors it leaves as they are.
func Explain(file string, data []byte, err error) error {
	var wrong clock.InputError
	if !errors.As(err, &wrong) {
		return err
	}
	root, failed := parse(file, data)
	if failed != nil {
		return err
	}
	v := rootOf(file, root)
	v.input(wrong)
	return v.r.problems
}

func rootOf(file string, root *yaml.Node) *value {
	left := maxVisits
	return &value{r: &reader{file: file, left: &left}, n: root, cost: 1}
}

// input notes what the calculator found wrong; all that reading leaves to it are
// dates past the year 9999.
func (v *value) input(wrong clock.InputError) {
	v.at(wrong.Path).fail("clockfile.beyond")
}

func (v *value) scenario() clock.Scenario {
	s := clock.Scenario{Cutoff: clock.DefaultCutoff, ExtendMax: clock.DefaultExtendMax}
	o, ok := v.object("calendar", "cutoff", "assume_weekdays", "extend_max", "limits", "events", "asof")
	if !ok {
		return s
	}
	if c, ok := o.need("calendar", "calendar: cn"); ok {
		s.Calendar = c.calendar()
	}
	if c, ok := o.get("assume_weekdays"); ok && c.yes() && s.Calendar != nil {
		s.Calendar = s.Calendar.AssumingWeekdays()
	}
	if c, ok := o.get("cutoff"); ok {
		var err error
		if s.Cutoff, err = clock.ParseCutoff(c.n.Value); err != nil || c.tag() != "!!str" {
			c.wrong("clockfile.not_time_of_day")
		}
	}
	if c, ok := o.get("extend_max"); ok {
		s.ExtendMax = c.whole(0, maxDays)
	}
	if c, ok := o.need("limits", "limits: {accept: {days: 5, unit: working}}"); ok {
		s.Limits = c.limits()
	}
	if c, ok := o.need("events", "events: []"); ok {
		s.Events = c.events()
	}
	if c, ok := o.need("asof", `asof: "2026-04-14"`); ok {
		s.AsOf = c.date()
	}
	return s
}

func (v *value) limits() clock.Limits {
	keys := make([]string, len(clock.Names))
	for i, name := range clock.Names {
		keys[i] = string(name)
	}
	o, ok := v.object(keys...)
	if !ok {
		return clock.Limits{}
	}
	one := func(name clock.Name) clock.Limit {
		if c, ok := o.get(string(name)); ok {
			return c.limit()
		}
		return clock.Limit{}
	}
	return clock.Limits{Accept: one(clock.AcceptClock), Promised: one(clock.PromisedClock),
		Statutory: one(clock.StatutoryClock), Deliver: one(clock.DeliverClock)}
}

func (v *value) limit() clock.Limit {
	var l clock.Limit
	o, ok := v.object("days", "unit")
	if !ok {
		return l
	}
	if c, ok := o.need("days", "days: 20"); ok {
		l.Days = c.whole(0, maxDays)
	}
	if c, ok := o.need("unit", "unit: working"); ok {
		unit, err := clock.ParseUnit(c.n.Value)
		if err != nil || c.tag() != "!!str" {
			c.wrong("clockfile.not_unit")
		}
		l.Unit = unit
	}
	return l
}

func (v *value) events() []clock.Event {
	all := make([]clock.Event, 0, len(v.n.Content))
	v.list(func(c *value) { all = append(all, c.event()) })
	return all
}

// acts are what an event may be.
var acts = []clock.Do{clock.Submit, clock.NotifyCorrection, clock.Resubmit, clock.Accept, clock.Decline, clock.Suspend,
	clock.Resume, clock.Extend, clock.Decide, clock.Deliver, clock.Withdraw}

// event reads one act; a key that belongs to another act is a slip worth telling.
func (v *value) event() clock.Event {
	var e clock.Event
	o, ok := v.object("at", "do", "procedure", "planned", "days")
	if !ok {
		return e
	}
	if c, ok := o.need("at", `at: "2026-02-13T16:00:00+08:00"`); ok {
		e.At = c.instant()
	}
	if c, ok := o.need("do", "do: submit"); ok {
		e.Do = c.do()
	}
	if e.Do == "" {
		return e
	}
	if c, ok := o.of("procedure", "procedure: 听证", true, e.Do, clock.Suspend, clock.Resume); ok {
		e.Procedure = c.text()
	}
	if c, ok := o.of("planned", "planned: 20", false, e.Do, clock.Suspend); ok {
		n := c.whole(0, maxDays)
		e.Planned = &n
	}
	if c, ok := o.of("days", "days: 10", true, e.Do, clock.Extend); ok {
		e.Days = c.whole(math.MinInt, math.MaxInt)
	}
	return e
}

// of is the value under a key that only some acts have, and need if they must.
func (o object) of(key, example string, must bool, do clock.Do, only ...clock.Do) (*value, bool) {
	names := make([]string, len(only))
	for i, d := range only {
		if d == do {
			if must {
				return o.need(key, example)
			}
			return o.get(key)
		}
		names[i] = string(d)
	}
	if c, ok := o.get(key); ok {
		c.fail("clockfile.stray_key", "key", key, "acts", strings.Join(names, ", "))
	}
	return nil, false
}

func (v *value) do() clock.Do {
	names := make([]string, len(acts))
	for i, d := range acts {
		if string(d) == v.n.Value && v.tag() == "!!str" {
			return d
		}
		names[i] = string(d)
	}
	v.wrong("clockfile.not_act", "acts", strings.Join(names, ", "))
	return ""
}
