package scores

import (
	"regexp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// allWeights is what the weights of a system come to.
const allWeights = 100

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

func (r *reader) system(root *yaml.Node) *System {
	o, ok := r.object(root, "name", "name_en", "sources", "indices")
	if !ok {
		return nil
	}
	s := &System{Name: o.text("name"), NameEN: o.text("name_en")}
	for _, n := range o.listOr("sources") {
		if so, ok := r.object(n, "id", "region", "by", "words"); ok {
			ref := Reference{ID: so.text("id"), Region: so.text("region"), By: so.text("by"), Words: so.text("words")}
			if slices.ContainsFunc(s.Sources, func(x Reference) bool { return x.ID == ref.ID }) {
				r.note(n.Line, "scores.code_twice", "value", short(ref.ID))
			}
			s.Sources = append(s.Sources, ref)
		}
	}
	list := o.list("indices")
	if len(list) > mostIndices {
		r.note(list[mostIndices].Line, "scores.too_many")
		return nil
	}
	var sum int64
	for _, n := range list {
		x, ok := r.index(n, s)
		if !ok {
			continue
		}
		if _, twice := s.Index(x.Code); twice {
			r.note(n.Line, "scores.code_twice", "value", short(x.Code))
		}
		sum += x.Weight
		s.Indices = append(s.Indices, x)
	}
	if at := o.at("indices"); at != nil {
		if sum != allWeights {
			r.note(at.Line, "scores.weights", "sum", sum)
		}
		if x, ok := s.Index(PromiseKept); !ok || x.Numerator != InTime || x.Denominator != Decided {
			r.note(at.Line, "scores.promise_missing", "key", PromiseKept)
		}
	}
	return s
}

func (r *reader) index(n *yaml.Node, s *System) (x Index, ok bool) {
	o, ok := r.object(n, "code", "name", "name_en", "what", "what_en", "formula", "formula_en", "numerator", "denominator",
		"acts", "unit", "direction", "weight", "target", "band", "benchmarks")
	if !ok {
		return x, false
	}
	x = Index{
		Code: o.text("code"), Name: o.text("name"), NameEN: o.text("name_en"), What: o.text("what"), WhatEN: o.text("what_en"),
		Formula: o.text("formula"), FormulaEN: o.text("formula_en"),
		Numerator: oneOf(o, "numerator", Measures()...), Denominator: oneOf(o, "denominator", Measures()...),
		Unit: oneOf(o, "unit", Percent, PerCase, PerHundred), Direction: oneOf(o, "direction", Up, Down),
	}
	if x.Code != "" && !codeForm.MatchString(x.Code) {
		r.note(o.at("code").Line, "scores.code_form", "value", short(x.Code))
	}
	for _, a := range o.list("acts") {
		if !codeForm.MatchString(a.Value) {
			r.note(a.Line, "scores.code_form", "value", short(a.Value))
		}
		x.Acts = append(x.Acts, a.Value)
	}
	x.Weight = o.weight()
	x.Target = o.amount("target", x.Unit)
	x.Band = o.band(x)
	for _, b := range o.listOr("benchmarks") {
		if bo, ok := r.object(b, "source", "value"); ok {
			mark := Benchmark{Source: bo.text("source"), Value: bo.amount("value", x.Unit)}
			if !slices.ContainsFunc(s.Sources, func(ref Reference) bool { return ref.ID == mark.Source }) {
				r.note(b.Line, "scores.source_unknown", "value", short(mark.Source))
			}
			x.Benchmarks = append(x.Benchmarks, mark)
		}
	}
	return x, true
}

func (o object) weight() int64 {
	n := o.need("weight", yaml.ScalarNode)
	if n == nil {
		return 0
	}
	w, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil || w < 0 || w > allWeights {
		o.r.note(n.Line, "scores.weight_form", "value", short(n.Value))
		return 0
	}
	return w
}

// band reads where points begin and end; they must lie as the direction says.
func (o object) band(x Index) Band {
	n := o.need("band", yaml.MappingNode)
	if n == nil {
		return Band{}
	}
	bo, ok := o.r.object(n, "zero", "full")
	if !ok {
		return Band{}
	}
	b := Band{Zero: bo.amount("zero", x.Unit), Full: bo.amount("full", x.Unit)}
	if b.Zero == b.Full || (b.Full > b.Zero) != (x.Direction == Up) {
		o.r.note(n.Line, "scores.band_direction")
	}
	return b
}
