// Package flow holds state tables: which act leads from which state to which.
//
// A table is data. It has no callbacks, so it can be drawn, read aloud by a
// lawyer and repeated as a CHECK constraint. Guards are names of functions that
// the use case calls; articles stand beside the rows they explain.
package flow

import (
	"fmt"
	"sort"
	"strings"

	"yimen/internal/platform/fault"
)

// Row allows one act in one state.
type Row[S, A ~string] struct {
	From    S
	Act     A
	To      S
	By      string // who may, in words of the trade
	Guard   string // the named condition the use case checks, "" for none
	Article string // the law the row rests on
}

// Table is a lifecycle: all rows, in the order people would tell them.
type Table[S, A ~string] struct {
	Name    string
	Initial S
	Rows    []Row[S, A]
	Code    string // fault code for an act that is not in the table
}

// Next gives the state after act, or a Conflict fault with the table's code and
// the arguments state and act: whoever pressed the button saw an older state.
func (t *Table[S, A]) Next(from S, act A) (S, error) {
	for i := range t.Rows {
		if r := &t.Rows[i]; r.From == from && r.Act == act {
			return r.To, nil
		}
	}
	var none S
	return none, fault.Conflict(t.Code, "state", string(from), "act", string(act))
}

// Allows tells whether act may follow in state from.
func (t *Table[S, A]) Allows(from S, act A) bool {
	_, err := t.Next(from, act)
	return err == nil
}

// Acts lists what may follow, in table order.
func (t *Table[S, A]) Acts(from S) []A {
	var out []A
	for _, r := range t.Rows {
		if r.From == from {
			out = append(out, r.Act)
		}
	}
	return out
}

// States lists every state once, the initial one first, in order of appearance.
func (t *Table[S, A]) States() []S {
	seen := map[S]bool{}
	var out []S
	add := func(s S) {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	add(t.Initial)
	for _, r := range t.Rows {
		add(r.From)
		add(r.To)
	}
	return out
}

// Final tells whether nothing may follow.
func (t *Table[S, A]) Final(s S) bool { return len(t.Acts(s)) == 0 }

// Check finds what is wrong with the table itself: two answers to one question,
// or a state nobody reaches.
func (t *Table[S, A]) Check() error {
	seen := map[string]bool{}
	reached := map[S]bool{t.Initial: true}
	for _, r := range t.Rows {
		key := string(r.From) + "\x00" + string(r.Act)
		if seen[key] {
			return fmt.Errorf("%s: %s in %s stands twice", t.Name, r.Act, r.From)
		}
		seen[key] = true
		reached[r.To] = true
	}
	for _, s := range t.States() {
		if !reached[s] {
			return fmt.Errorf("%s: no act leads to %s", t.Name, s)
		}
	}
	return nil
}

// SQLValues gives the states as an SQL list in sorted order, for comparison with
// the CHECK constraint of the owner's table.
func (t *Table[S, A]) SQLValues() string {
	var out []string
	for _, s := range t.States() {
		out = append(out, "'"+string(s)+"'")
	}
	sort.Strings(out)
	return strings.Join(out, ",")
}

// Mermaid draws the table for docs/reference.
func (t *Table[S, A]) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	fmt.Fprintf(&b, "  [*] --> %s\n", t.Initial)
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "  %s --> %s: %s\n", r.From, r.To, r.Act)
	}
	for _, s := range t.States() {
		if t.Final(s) {
			fmt.Fprintf(&b, "  %s --> [*]\n", s)
		}
	}
	return b.String()
}

// Markdown writes the rows as a table with their articles.
func (t *Table[S, A]) Markdown() string {
	var b strings.Builder
	b.WriteString("| from | act | to | by | guard | law |\n|---|---|---|---|---|---|\n")
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.From, r.Act, r.To, r.By, r.Guard, r.Article)
	}
	return b.String()
}
