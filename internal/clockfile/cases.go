package clockfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"yimen/internal/clock"
)

// Case is a worked case: a scenario and the answer that is expected of it. One
// with Problems cannot be run.
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

// Cases is a file of worked cases. Each is read when it is asked for, so that
// only one at a time takes memory.
type Cases struct{ list *value }

// maxCases is what a file of the largest size holds if its cases are as short as
// they can be.
const maxCases = 200_000

// ReadCases reads a file of worked cases; the error is Problems, for a file that
// holds none.
func ReadCases(file string, data []byte) (*Cases, error) {
	root, err := parse(file, data)
	if err != nil {
		return nil, err
	}
	v := rootOf(file, root)
	o, ok := v.object("cases")
	if !ok {
		return nil, v.r.problems
	}
	list, ok := o.need("cases", "cases: [{id: C01, scenario: {…}, expect: {…}}]")
	switch {
	case !ok:
	case list.n.Kind != yaml.SequenceNode:
		list.wrong("clockfile.not_list")
	case len(list.n.Content) > maxCases:
		list.fail("clockfile.too_many_values")
	}
	return &Cases{list}, v.r.problems.err()
}

// Len is how many there are.
func (f *Cases) Len() int { return len(f.list.n.Content) }

// Case reads the i-th, counted from 0. One with problems keeps them to itself.
func (f *Cases) Case(i int) Case {
	r := &reader{file: f.list.r.file, left: f.list.r.left}
	list := &value{r: r, n: f.list.n, name: "cases", cost: f.list.cost}
	v := list.child(f.list.n.Content[i], "", i)
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
