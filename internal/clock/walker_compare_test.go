package clock_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"yimen/internal/clock"
)

// scenes is how many random scenes every run compares; FuzzWalker goes further.
const scenes = 20_000

// calculator is the product's calculator, or one that is broken on purpose.
type calculator func(clock.Scenario) clock.Scenario

func product(s clock.Scenario) clock.Scenario { return s }

// TestAnswersWalked: the calculator and the walker agree on random scenes, and
// the scenes are worth it.
func TestAnswersWalked(t *testing.T) {
	n := tally{}
	for number := range uint64(scenes) {
		s := throw(number)
		w := s.walker(t)
		walked := w.narrated(s)
		n.add(w, walked)
		if !walked.equal(s.calculated(t, product)) {
			compare(t, s)
			t.Fatalf("scene %d", number)
		}
	}
	n.check(t)
}

// FuzzWalker compares for as long as one likes: go test -fuzz FuzzWalker.
func FuzzWalker(f *testing.F) {
	for number := range uint64(10) {
		f.Add(scenes + number)
	}
	f.Fuzz(func(t *testing.T, number uint64) { compare(t, throw(number)) })
}

// TestWalkerFindsFaults: a calculator with a fault is found out within the first
// scenes, by a scene that a person can read.
func TestWalkerFindsFaults(t *testing.T) {
	for fault, broken := range map[string]calculator{
		"cutoff a nanosecond early": func(s clock.Scenario) clock.Scenario { s.Cutoff--; return s },
		"extension a day longer":    func(s clock.Scenario) clock.Scenario { s.ExtendMax++; return s },
		"asked a day later":         func(s clock.Scenario) clock.Scenario { s.AsOf = s.AsOf.AddDays(1); return s },
		"no year known": func(s clock.Scenario) clock.Scenario {
			s.Calendar = must(clock.NewCalendar(nil))
			return s
		},
		"natural as working": func(s clock.Scenario) clock.Scenario {
			if s.Limits.Statutory.Exists() {
				s.Limits.Statutory.Unit = clock.Working
			}
			return s
		},
		"planned forgotten": func(s clock.Scenario) clock.Scenario {
			s.Events = slices.Clone(s.Events)
			for i := range s.Events {
				s.Events[i].Planned = nil
			}
			return s
		},
	} {
		t.Run(fault, func(t *testing.T) {
			for number := range uint64(1000) {
				if found, ok := disagreement(t, throw(number), broken); ok {
					if len(found.Events) > 4 {
						t.Errorf("not small:\n%s", found)
					}
					return
				}
			}
			t.Error("not found out")
		})
	}
}

func must(c *clock.Calendar, err error) *clock.Calendar {
	if err != nil {
		panic(err)
	}
	return c
}

// disagreement is the smallest scene found on which a calculator and the walker differ.
func disagreement(t testing.TB, s scene, c calculator) (scene, bool) {
	t.Helper()
	differs := func(s scene) bool { return !s.walker(t).narrated(s).equal(s.calculated(t, c)) }
	if !differs(s) {
		return s, false
	}
	return shrink(t, s, differs), true
}

// compare fails when the two differ.
func compare(t *testing.T, s scene) {
	t.Helper()
	s, found := disagreement(t, s, product)
	if !found {
		return
	}
	walked, got := s.walker(t).narrated(s), s.calculated(t, product)
	t.Errorf("the walker and the calculator differ on\n%s\nwalked:\n%s\ncalculated:\n%s\n%s", s, walked.reply, got.reply, walked.firstDay(got))
}

// narrative is an answer with its days.
type narrative struct {
	reply reply
	rows  map[string][]row
}

func (n narrative) equal(m narrative) bool {
	return n.reply.Year == m.reply.Year && n.reply.AcceptedOn == m.reply.AcceptedOn && n.reply.Deemed == m.reply.Deemed &&
		n.reply.Outcome == m.reply.Outcome && slices.Equal(n.reply.Refused, m.reply.Refused) &&
		maps.Equal(n.reply.Clocks, m.reply.Clocks) && maps.EqualFunc(n.rows, m.rows, slices.Equal[[]row])
}

// firstDay is where the days of two narratives part.
func (n narrative) firstDay(m narrative) string {
	for _, name := range clockNames {
		for i := range max(len(n.rows[name]), len(m.rows[name])) {
			if mine, theirs := nth(n.rows[name], i), nth(m.rows[name], i); mine != theirs {
				return fmt.Sprintf("the days of %s part:\nwalked:     %+v\ncalculated: %+v\n", name, mine, theirs)
			}
		}
	}
	return ""
}

// nth is the zero row after the last.
func nth(rows []row, i int) row {
	if i < len(rows) {
		return rows[i]
	}
	return row{}
}

// narrated walks the whole scene.
func (w *walker) narrated(s scene) narrative {
	n := narrative{reply: w.answer()}
	if n.reply.Year == 0 {
		n.rows = map[string][]row{}
		for name := range s.Limits {
			n.rows[name] = w.days(name)
		}
	}
	return n
}
