package clock_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// dice makes random scenes: mostly legal histories, a good share of illegal ones.
type dice struct{ *rand.Rand }

// throw is the scene of a number; the same number is the same scene everywhere.
func throw(number uint64) scene {
	return dice{rand.New(rand.NewPCG(number, 0x79696d656e))}.scene()
}

func (r dice) chance(percent int) bool { return r.IntN(100) < percent }

func pick[T any](r dice, of ...T) T { return of[r.IntN(len(of))] }

func (r dice) between(low, high int) int { return low + r.IntN(high-low+1) }

func (r dice) scene() scene {
	s := scene{Assume: r.chance(40), Limits: map[string]budget{}}
	first, last := 2018, 2026
	if s.Calendar.CN = r.chance(60); !s.Calendar.CN {
		s.Calendar = r.calendar()
		first, last = s.Calendar.Years[0], s.Calendar.Years[len(s.Calendar.Years)-1]
	}
	if r.chance(50) {
		s.Cutoff = pick(r, "00:00", "23:59", "17:30", "12:00", fmt.Sprintf("%02d:%02d", r.IntN(24), r.IntN(60)))
	}
	if r.chance(60) {
		most := pick(r, 10, 15, 0)
		s.ExtendMax = &most
	}
	for _, name := range clockNames {
		if r.chance(85) {
			s.Limits[name] = r.budget()
		}
	}
	s.history(r, r.start(first, last))
	s.asof(r)
	return s
}

// calendar makes up to four years with gaps between them.
func (r dice) calendar() inline {
	var c inline
	base := r.between(2027, 2060)
	for year := base; year < base+5; year++ {
		if r.chance(55) {
			c.Years = append(c.Years, year)
		}
	}
	if len(c.Years) == 0 {
		c.Years = []int{base}
	}
	for _, year := range c.Years {
		from, to := day(daysTo(year)), day(daysTo(year+1))
		for range r.IntN(8) {
			holiday := from + day(r.IntN(int(to-from)))
			for d := holiday; d < min(holiday+day(r.between(1, 9)), to); d++ {
				c.DaysOff = append(c.DaysOff, d.String())
			}
		}
		if r.chance(20) { // the year ends in a holiday, so that its last days move into the next
			for d := to - day(r.between(1, 5)); d < to; d++ {
				c.DaysOff = append(c.DaysOff, d.String())
			}
		}
		for range r.IntN(10) {
			d := from + day(r.IntN(int(to-from)))
			if r.chance(80) { // make-up workdays are weekends, as a rule
				d = max(from, d-day(d.weekday())) // the Sunday before
			}
			c.Workdays = append(c.Workdays, d.String())
		}
		if len(c.DaysOff) > 0 && r.chance(40) {
			c.Workdays = append(c.Workdays, pick(r, c.DaysOff...)) // listed in both
		}
	}
	return c
}

// daysTo is the first day of a year.
func daysTo(year int) int64 {
	return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
}

// start is the date of the first act: within the years, and often near their ends.
func (r dice) start(first, last int) day {
	from, to := int(daysTo(first)), int(daysTo(last+1))
	switch {
	case r.chance(35):
		return day(to - r.between(-5, 45))
	case r.chance(5):
		return day(from - r.between(-2, 20))
	case r.chance(10):
		turn := int(daysTo(r.between(first, last)))
		return day(turn - r.between(-10, 30))
	}
	return day(r.between(from, to-1))
}

func (r dice) budget() budget {
	b := budget{Unit: "working"}
	if r.chance(35) {
		b.Unit = "natural"
	}
	switch {
	case r.chance(10):
		b.Days = 0
	case r.chance(50):
		b.Days = r.between(1, 10)
	case r.chance(85):
		b.Days = r.between(0, 40)
	default:
		b.Days = r.between(100, 500)
	}
	return b
}

// step is how far the next act lies from the last.
func (r dice) step() int {
	switch {
	case r.chance(22):
		return 0
	case r.chance(60):
		return r.between(1, 5)
	case r.chance(45):
		return r.between(5, 20)
	case r.chance(55):
		return r.between(15, 60)
	case r.chance(15):
		return r.between(60, 400)
	}
	return -r.between(1, 10)
}

// everything is what a wild act is drawn from.
var everything = []string{
	"submit", "notify_correction", "resubmit", "accept", "decline", "suspend", "resume", "extend", "decide", "deliver", "withdraw",
}

// legal is what is drawn from in a phase of a case as the dice see it; silence
// is no act: time passes until the case may be deemed accepted.
var legal = map[string][]string{
	"":           {"submit"},
	"submitted":  {"accept", "accept", "accept", "accept", "notify_correction", "notify_correction", "silence", "silence", "decline", "withdraw"},
	"correcting": {"resubmit", "resubmit", "resubmit", "resubmit", "resubmit", "withdraw"},
	"accepted":   {"suspend", "suspend", "suspend", "suspend", "extend", "extend", "decide", "decide", "decide", "decide", "withdraw"},
	"suspended":  {"resume", "resume", "resume", "resume", "suspend", "suspend", "extend", "extend", "withdraw"},
	"silent":     {"accept", "decline", "notify_correction", "suspend", "suspend", "extend", "decide", "decide", "decide", "withdraw", "resubmit"},
	"decided":    {"deliver"},
}

// history writes the events. It only guesses what the rules make of them.
func (s *scene) history(r dice, at day) {
	phase := ""
	var open []string
	acts := r.between(2, 14)
	if r.chance(8) {
		acts = r.IntN(2)
	}
	for range acts {
		if over := len(legal[phase]) == 0 || phase == "decided"; over && r.chance(40) {
			return
		}
		wild := r.chance(10) || len(legal[phase]) == 0
		do := ""
		if wild {
			do = pick(r, everything...)
		} else {
			do = pick(r, legal[phase]...)
		}
		if do == "silence" {
			at += day(r.between(1, 30))
			phase = "silent"
			continue
		}
		e := happening{Do: do}
		switch do {
		case "deliver":
			at += day(pick(r, 0, 0, r.between(3, 30)))
		case "suspend":
			e.Procedure = pick(r, "听证", "检验", "鉴定")
			if r.chance(70) {
				planned := pick(r, 0, r.between(1, 5), r.between(1, 30), r.between(1, 30))
				e.Planned = &planned
			}
		case "resume":
			e.Procedure = pick(r, "听证", "检验", "鉴定", "招标")
			if len(open) > 0 && r.chance(80) {
				e.Procedure = pick(r, open...)
			}
		case "extend":
			e.Days = pick(r, r.between(1, 10), r.between(1, 10), r.between(1, 10), s.extendMax(), s.extendMax()+1, pick(r, 0, -1, 200))
		}
		e.At = r.instant(s.cutoffText(), at)
		s.Events = append(s.Events, e)
		phase, open = after(phase, open, e)
		at += day(r.step())
	}
}

// after guesses the phase that follows.
func after(phase string, open []string, e happening) (string, []string) {
	if phase == "silent" && (e.Do == "accept" || e.Do == "decline" || e.Do == "notify_correction" || e.Do == "resubmit") {
		return phase, open
	}
	switch e.Do {
	case "submit", "resubmit":
		return "submitted", open
	case "notify_correction":
		return "correcting", open
	case "accept":
		return "accepted", open
	case "suspend":
		return "suspended", append(open, e.Procedure)
	case "resume":
		open = slices.DeleteFunc(slices.Clone(open), func(p string) bool { return p == e.Procedure })
		if len(open) == 0 {
			return "accepted", open
		}
	case "decide":
		if len(open) == 0 {
			return "decided", open
		}
	case "decline", "deliver", "withdraw":
		return "ended", open
	}
	return phase, open
}

func (s *scene) cutoffText() string {
	if s.Cutoff == "" {
		return usualCutoff
	}
	return s.Cutoff
}

// instant is a time on a date of Asia/Shanghai, often at a limit of the day,
// written in some offset.
func (r dice) instant(cutoff string, d day) string {
	shanghai := time.FixedZone("", 8*60*60)
	clock := pick(r, "09:00:00", "10:30:00", "16:00:00", "00:00:00", "23:59:59", "17:30:00", "17:30:01",
		cutoff+":00", cutoff+":00", cutoff+":01", cutoff+":00.000001")
	at, err := time.ParseInLocation("2006-01-02 15:04:05", d.String()+" "+clock, shanghai)
	if err != nil {
		panic(err) // the words above are times
	}
	offset := pick(r, 8, 8, 8, 8, 8, 0, -5, 14, -11)
	zone := time.FixedZone("", offset*60*60)
	if offset == 0 {
		zone = time.UTC
	}
	return at.In(zone).Format(time.RFC3339Nano)
}

// asof asks before, between, at and after the acts.
func (s *scene) asof(r dice) {
	at := day(daysTo(2026) + 100)
	if !s.Calendar.CN {
		at = day(daysTo(s.Calendar.Years[0]) + 100)
	}
	first, last := at, at
	for i, e := range s.Events {
		t, err := time.Parse(time.RFC3339, e.At)
		if err != nil {
			panic(err) // instant wrote it
		}
		d := day(t.Add(8*time.Hour).Unix() / (24 * 60 * 60))
		if i == 0 {
			first, last = d, d
		}
		first, last = min(first, d), max(last, d)
	}
	switch {
	case r.chance(25):
		at = last
	case r.chance(40):
		at = last + day(r.between(1, 15))
	case r.chance(60):
		at = last + day(r.between(5, 120))
	case r.chance(15):
		at = first - day(r.between(1, 10))
	default:
		at = first + day(r.IntN(int(last-first)+1))
	}
	s.AsOf = at.String()
}
