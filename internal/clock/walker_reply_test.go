package clock_test

import (
	"fmt"
	"strings"
)

// reply is an answer in the form of an answer file; "" is null. Year is set for
// the error of R12 and then nothing else is.
type reply struct {
	Year       int
	AcceptedOn string
	Deemed     bool
	Outcome    string
	Refused    []refusal
	Clocks     map[string]reading
}

type refusal struct {
	Index  int
	Reason string
}

// reading is the state of one clock.
type reading struct {
	Start, Due, Stop, State string
	Budget, Used, Remaining int
	Provisional             bool
	Projected               string
}

// String writes the answer as the worked cases have it.
func (r reply) String() string {
	if r.Year != 0 {
		return fmt.Sprintf("error: \"R12\"\nyear: %d\n", r.Year)
	}
	var b strings.Builder
	var refused []string
	for _, f := range r.Refused {
		refused = append(refused, fmt.Sprintf("{index: %d, reason: %q}", f.Index, f.Reason))
	}
	fmt.Fprintf(&b, "accepted_on: %s\ndeemed: %t\noutcome: %s\nrefused: [%s]\n",
		orNull(r.AcceptedOn), r.Deemed, orNull(r.Outcome), strings.Join(refused, ", "))
	b.WriteString("clocks:\n")
	for _, name := range clockNames {
		if c, ok := r.Clocks[name]; ok {
			fmt.Fprintf(&b, "  %s: %s\n", name, c)
		}
	}
	return b.String()
}

func (r reading) String() string {
	text := fmt.Sprintf("{start: %s, due: %s, stop: %s, state: %s, budget: %d, used: %d, remaining: %d, provisional: %t",
		orNull(r.Start), orNull(r.Due), orNull(r.Stop), r.State, r.Budget, r.Used, r.Remaining, r.Provisional)
	if r.State == "suspended" {
		text += ", projected_due: " + orNull(r.Projected)
	}
	return text + "}"
}

func orNull(text string) string {
	if text == "" {
		return "null"
	}
	return fmt.Sprintf("%q", text)
}
