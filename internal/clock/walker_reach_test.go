package clock_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// tally counts what the random scenes have reached.
type tally map[string]int

// add counts one scene by the walker's answer to it.
func (n tally) add(w *walker, walked narrative) {
	r := walked.reply
	for ground := range w.grounds {
		n["refused: "+ground]++
	}
	if r.Year != 0 {
		n["R12"]++
		if len(slices.Compact(slices.Sorted(slices.Values(w.unknown)))) > 1 {
			n["R12, several years"]++
		}
		return
	}
	n["outcome: "+r.Outcome]++
	if r.Deemed {
		n["deemed, then "+r.Outcome]++
	}
	for _, f := range r.Refused {
		n["reason: "+f.Reason]++
	}
	for name, c := range r.Clocks {
		n[name+": "+c.State]++
		if c.Provisional {
			n[name+": provisional"]++
		}
		if c.State == "suspended" {
			n[fmt.Sprintf("projected: %t", c.Projected != "")]++
		}
		if c.Stop != "" && c.Stop < c.Start {
			n[name+": stopped before its start"]++
		}
		for _, r := range walked.rows[name] {
			n["day: "+r.Why]++
		}
	}
}

// reached is what 20,000 scenes must reach, so that agreement means something.
var reached = []struct {
	least int
	what  []string
}{
	{300, []string{"outcome: ", "outcome: submitted", "outcome: correcting", "outcome: declined", "outcome: accepted",
		"outcome: decided", "outcome: delivered", "outcome: withdrawn"}},
	{100, []string{"deemed, then accepted", "deemed, then decided", "deemed, then delivered", "deemed, then withdrawn"}},
	{300, []string{"accept: not_started", "accept: running", "accept: met", "accept: late",
		"deliver: not_started", "deliver: running", "deliver: met", "deliver: late", "deliver: overdue"}},
	{300, []string{"promised: not_started", "promised: running", "promised: suspended", "promised: met", "promised: late", "promised: overdue"}},
	{300, []string{"statutory: not_started", "statutory: running", "statutory: suspended", "statutory: met", "statutory: late", "statutory: overdue"}},
	{200, []string{"accept: provisional", "promised: provisional", "statutory: provisional", "deliver: provisional",
		"R12", "R12, several years", "projected: true", "projected: false", "accept: stopped before its start"}},
	{300, []string{"reason: R5", "reason: R8", "reason: R11", "refused: earlier than the last act",
		"refused: accept after deemed acceptance", "refused: decline after deemed acceptance", "refused: notify_correction after deemed acceptance"}},
	{50, []string{"refused: resume of a procedure not suspended", "refused: suspension of a procedure suspended already",
		"refused: decide with a suspension open", "refused: second extension", "refused: extension after the due date",
		"refused: extension after the due date, while suspended", "refused: extension of no days", "refused: extension too long"}},
	{300, []string{"day: first_day", "day: suspended", "day: moved", "day: holiday", "day: weekend", "day: makeup", "day: counted"}},
}

// check fails when the scenes have not reached what they must.
func (n tally) check(t *testing.T) {
	t.Helper()
	for _, r := range reached {
		for _, what := range r.what {
			if n[what] < r.least {
				t.Errorf("%q reached %d times, at least %d are wanted", what, n[what], r.least)
			}
		}
	}
	if testing.Verbose() {
		var lines []string
		for _, what := range slices.Sorted(maps.Keys(n)) {
			lines = append(lines, fmt.Sprintf("%6d %s", n[what], what))
		}
		t.Log("\n" + strings.Join(lines, "\n"))
	}
}
