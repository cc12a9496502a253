package clockfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"yimen/internal/clock"
)

// Case is a worked case: a scenario and the answer that is expected of it. With
// Problems it cannot be run.
type Case struct {
	ID       string // or "cases[3]" where it has none
	Title    string
	Law      string
	Line     int
	Scenario clock.Scenario
	Problems Problems

	expect any    // as encoding/json would give it
	place  *value // where the calculator's complaints belong
}

// Cases reads a file of worked cases. A case with problems keeps them to itself;
// the error is Problems for a file that holds no cases.
func Cases(file string, data []byte) ([]Case, error) {
	root, err := parse(file, data)
	if err != nil {
		return nil, err
	}
	v := rootOf(file, root)
	var all []Case
	if o, ok := v.object("cases"); ok {
		if list, ok := o.need("cases", "cases: [{id: C01, scenario: {…}, expect: {…}}]"); ok {
			list.list(func(c *value) { all = append(all, c.worked()) })
		}
	}
	return all, v.r.problems.err()
}

// worked reads one case with a reader of its own.
func (v *value) worked() Case {
	r := &reader{file: v.r.file, left: v.r.left}
	v = &value{r: r, n: v.n, up: &value{r: r, n: v.n, name: "cases"}, index: v.index, cost: v.cost}
	c := Case{ID: v.path(), Line: v.n.Line, place: v}
	if o, ok := v.object("id", "title", "law", "scenario", "expect"); ok {
		c.read(o)
	}
	c.Problems = r.problems
	return c
}

func (c *Case) read(o object) {
	for key, into := range map[string]*string{"id": &c.ID, "title": &c.Title, "law": &c.Law} {
		if v, ok := o.get(key); ok {
			*into = v.label()
		}
	}
	if v, ok := o.need("scenario", "scenario: {calendar: cn, …}"); ok {
		c.Scenario = v.scenario()
	}
	if v, ok := o.need("expect", "expect: {accepted_on: …, clocks: {…}}"); ok {
		c.expect = v.plain(0)
	}
}

// Run asks the calculator and names every difference from what is expected. The
// error is Problems: of the case, or what the calculator found wrong with it.
func (c Case) Run() ([]Difference, error) {
	if len(c.Problems) > 0 {
		return nil, c.Problems
	}
	got, err := asked(c.Scenario)
	var wrong clock.InputError
	if errors.As(err, &wrong) {
		c.place.r.problems = nil
		c.place.at("scenario").input(wrong)
		return nil, c.place.r.problems
	}
	if err != nil {
		return nil, err
	}
	return differences(c.expect, got), nil
}

// asked is the answer to a scenario, R12 among them, as encoding/json gives it.
func asked(s clock.Scenario) (any, error) {
	var answer any
	var unknown clock.UnknownYear
	answer, err := s.Answer()
	if errors.As(err, &unknown) {
		answer, err = unknown, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("clockfile: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var plain any
	err = d.Decode(&plain)
	return plain, err
}
