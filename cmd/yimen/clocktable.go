package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"yimen/internal/clock"
	"yimen/internal/lang"
)

// table is text in columns. A Chinese character is as wide as two letters, which
// text/tabwriter does not know.
type table struct{ rows [][]string }

func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = visible(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// visible replaces what a terminal would obey: the text may come from a file.
func visible(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return unicode.ReplacementChar
		}
		return c
	}, text)
}

func (t *table) print(out io.Writer) {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, row := range t.rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-columns(cell)+2))
			}
		}
		fmt.Fprintln(out, strings.TrimRight(b.String(), " "))
	}
}

// columns is how many columns of a terminal a text takes.
func columns(text string) int {
	n := 0
	for _, c := range text {
		switch {
		case c >= 0x1100 && c <= 0x115f, c >= 0x2e80 && c <= 0xd7a3, c >= 0xf900 && c <= 0xfaff,
			c >= 0xfe30 && c <= 0xfe6f, c >= 0xff00 && c <= 0xff60, c >= 0xffe0 && c <= 0xffe6, c >= 0x1f300:
			n += 2
		default:
			n++
		}
	}
	return n
}

func say(key string, args ...any) string { return lang.T(locale(), key, args...) }

// printAnswer writes an answer as a lawyer reads it: the case, its limits, what
// was refused, and with days every day of every limit.
func printAnswer(out io.Writer, s clock.Scenario, e clock.Explanation) {
	var head table
	accepted := lang.Date(locale(), e.AcceptedOn)
	switch {
	case e.Deemed:
		accepted = say("clock.deemed", "date", accepted)
	case accepted == "":
		accepted = say("clock.none")
	}
	outcome := e.Outcome
	if outcome == "" {
		outcome = "none"
	}
	head.add(say("clock.accepted_on"), accepted)
	head.add(say("clock.outcome"), say("clock.outcome_"+string(outcome)))
	head.add(say("clock.asof"), lang.Date(locale(), s.AsOf))
	head.print(out)
	printClocks(out, e)
	if len(e.Refused) > 0 {
		fmt.Fprintln(out, "\n"+say("clock.refused"))
		for _, r := range e.Refused {
			act := s.Events[r.Index]
			fmt.Fprintln(out, "  "+say("clock.refused_act", "n", r.Index+1, "act", string(act.Do),
				"date", clock.DateOf(act.At).String(), "reason", say("clock.refused_"+strings.ToLower(string(r.Reason))))+" "+string(r.Reason))
		}
	}
	for _, r := range e.Clocks {
		if rows := e.Days[r.Name]; len(rows) > 0 {
			fmt.Fprintln(out, "\n"+say("dates.name_"+string(r.Name)))
			printDays(out, r, rows, e.Limits.Of(r.Name).Unit)
		}
	}
}

func printClocks(out io.Writer, e clock.Explanation) {
	if len(e.Clocks) == 0 {
		return
	}
	fmt.Fprintln(out)
	var t table
	t.add(say("clock.col_clock"), say("clock.col_start"), say("clock.col_due"), say("clock.col_stop"), say("clock.col_state"),
		say("clock.col_budget"), say("clock.col_used"), say("clock.col_remaining"))
	provisional := false
	for _, r := range e.Clocks {
		name := say("dates.name_" + string(r.Name))
		if r.Provisional {
			name, provisional = name+"*", true
		}
		t.add(name, dateOrNone(r.Start), dueOf(r), dateOrNone(r.Stop), stateOf(r),
			say("clock.budget_"+string(e.Limits.Of(r.Name).Unit), "n", r.Budget), strconv.Itoa(r.Used), strconv.Itoa(r.Remaining))
	}
	t.print(out)
	if provisional {
		fmt.Fprintln(out, say("clock.provisional"))
	}
}

func dateOrNone(d clock.Date) string {
	if d.IsZero() {
		return say("clock.none")
	}
	return d.String()
}

func dueOf(r clock.Reading) string {
	switch {
	case r.State != clock.Suspended:
		return dateOrNone(r.Due)
	case r.ProjectedDue.IsZero():
		return say("clock.unknown")
	}
	return say("clock.expected", "date", r.ProjectedDue.String())
}

func stateOf(r clock.Reading) string {
	if r.State == clock.NotStarted {
		return say("clock.not_started")
	}
	return say("dates.state_" + string(r.State))
}

// printDays numbers the days that counted, so that a reader can check the count,
// and marks the due date and the stop.
func printDays(out io.Writer, r clock.Reading, rows []clock.DayRow, unit clock.Unit) {
	var t table
	t.add("  "+say("clock.col_date"), say("clock.col_counted"), say("clock.col_why"))
	n := 0
	for _, row := range rows {
		nth := say("clock.none")
		if row.Counted {
			n++
			nth = strconv.Itoa(n)
		}
		reason := why(row, unit)
		if row.Date == r.Due || row.Date == r.ProjectedDue {
			reason += "  ← " + say("dates.mark_due")
		}
		if row.Date == r.Stop {
			reason += "  ← " + say("dates.mark_stop")
		}
		t.add("  "+lang.Date(locale(), row.Date), nth, reason)
	}
	t.print(out)
}

// why is the reason of a day with its article, in the words of the pages.
func why(row clock.DayRow, unit clock.Unit) string {
	key := "dates.why_" + string(row.Why)
	if row.Why == clock.WhyCounted {
		key += "_" + string(unit)
	}
	text := say(key, "procedure", row.Procedure, "holiday", row.Holiday)
	if row.Assumed {
		text += say("dates.why_assumed", "year", row.Date.Year())
	}
	return text
}
