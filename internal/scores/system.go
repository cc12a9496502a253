package scores

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"yimen/internal/platform/now"
)

// Direction says whether more of an index is better.
type Direction string

// The directions.
const (
	Up   Direction = "up"
	Down Direction = "down"
)

// Measure is a count that a source gives for an item at a body; an index is the
// ratio of two.
type Measure string

// The measures. What exactly each counts is the statement in docs/reference/scores.md.
const (
	Closed      Measure = "closed"
	Decided     Measure = "decided"
	InTime      Measure = "in_time"
	WithDays    Measure = "with_days"
	Early       Measure = "early"
	Corrections Measure = "corrections"
	Online      Measure = "online"

	Finished       Measure = "finished"
	FinishedOnline Measure = "finished_online"
	Visits         Measure = "visits"
	CameOnce       Measure = "came_once"
	NeverCame      Measure = "never_came"
	Items          Measure = "items"
	ItemsOnline    Measure = "items_online"

	Rated Measure = "rated"
	Good  Measure = "good"

	Yellow Measure = "yellow"
	Red    Measure = "red"
)

// PromiseKept is the code of the index that every system has, because the public
// page shows it: decided no later than promised.
const PromiseKept = "in_time"

// Measures lists every measure, in the order of the sources.
func Measures() []Measure {
	return []Measure{Closed, Decided, InTime, WithDays, Early, Corrections, Online, Finished, FinishedOnline, Visits, CameOnce,
		NeverCame, Items, ItemsOnline, Rated, Good, Yellow, Red}
}

// Reference is a published target of a place, shown beside ours.
type Reference struct {
	ID     string `json:"id"`
	Region string `json:"region"`
	By     string `json:"by"`
	Words  string `json:"words"`
}

// Benchmark is what a Reference asks of one index.
type Benchmark struct {
	Source string `json:"source"` // Reference.ID
	Value  Amount `json:"value"`
}

// Index is one 指标. The texts come in both languages, because they are data.
type Index struct {
	Code        string      `json:"code"`
	Name        string      `json:"name"`
	NameEN      string      `json:"name_en"`
	What        string      `json:"what"`
	WhatEN      string      `json:"what_en"`
	Formula     string      `json:"formula"`
	FormulaEN   string      `json:"formula_en"`
	Numerator   Measure     `json:"numerator"`
	Denominator Measure     `json:"denominator"`
	Acts        []string    `json:"acts"` // of the journal, that it rests on
	Unit        Unit        `json:"unit"`
	Direction   Direction   `json:"direction"`
	Weight      int64       `json:"weight"` // of 100; 0 is shown and not scored
	Target      Amount      `json:"target"`
	Band        Band        `json:"band"`
	Benchmarks  []Benchmark `json:"benchmarks,omitempty"`
}

// Met tells whether an amount reaches the target.
func (x *Index) Met(a Amount) bool {
	if x.Direction == Down {
		return a <= x.Target
	}
	return a >= x.Target
}

// System is an edition of the index system (指标体系). It is never changed: another
// system is another edition, and a month keeps the one it was computed with.
type System struct {
	ID        string      `json:"-"`
	Number    int64       `json:"-"` // 1, 2, … as adopted
	Origin    Origin      `json:"-"`
	AdoptedAt now.Instant `json:"-"`
	Name      string      `json:"name"`
	NameEN    string      `json:"name_en"`
	Reason    string      `json:"reason,omitempty"` // of a supervisor's own edition, with who set it
	By        string      `json:"by,omitempty"`
	Sources   []Reference `json:"sources"`
	Indices   []Index     `json:"indices"`
}

// Origin is where an edition came from.
type Origin string

// The origins: the seed of the program, or a supervisor's own.
const (
	FromSeed       Origin = "seed"
	FromSupervisor Origin = "supervisor"
)

// Index finds an index by code.
func (s *System) Index(code string) (*Index, bool) {
	i := slices.IndexFunc(s.Indices, func(x Index) bool { return x.Code == code })
	if i < 0 {
		return nil, false
	}
	return &s.Indices[i], true
}

// Reference finds a benchmark's source.
func (s *System) Reference(id string) Reference {
	i := slices.IndexFunc(s.Sources, func(r Reference) bool { return r.ID == id })
	if i < 0 {
		return Reference{ID: id}
	}
	return s.Sources[i]
}

// document is the stored form with its hash.
func (s *System) document() (text, hash string) {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts and whole numbers always marshal
	}
	sum := sha256.Sum256(b)
	return string(b), hex.EncodeToString(sum[:])
}
