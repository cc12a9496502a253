package form

import (
	"slices"
	"strconv"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/platform/fault"
)

// Facts are what the checks need to know of the world. A nil function leaves its
// check out; a zero Today leaves out comparisons with today.
type Facts struct {
	Today  clock.Date
	Region func(code string) bool // does the region exist?
	File   func(id string) bool   // is the attachment there, and the applicant's?
}

// Limits on how much one answer may hold; they guard the server, not the law.
const (
	MostRows  = 500
	MostFiles = 20
)

// Validate finds every defect of normalised answers at once, because art. 32
// forbids telling them one after the other. With keys only those fields are
// looked at (one page of the form), but conditions still see all answers.
//
// Paths are field keys; inside a table key.row.column with rows from 0. Codes
// are language keys under "form."; args hold the label, never the answer.
func (f Form) Validate(a Answers, facts Facts, keys ...string) fault.Fields {
	var out fault.Fields
	for i := range f {
		if len(keys) > 0 && !slices.Contains(keys, f[i].Key) {
			continue
		}
		check{form: f, field: &f[i], answers: a, facts: facts, out: &out}.run()
	}
	return out
}

// RequiredNow reports whether the field must be answered, given the other
// answers: it is required, its own condition is met, mail needs an address, or
// part of an agent has been named.
func (f Form) RequiredNow(x Field, a Answers) bool {
	if x.Required || slices.ContainsFunc(x.Conditions(), func(w When) bool { return w.Met(a) }) {
		return true
	}
	if w, ok := f.BuiltIn(x.Key); ok && w.Met(a) {
		return true
	}
	return slices.Contains(agentKeys, x.Key) && f.agentBegun(a)
}

// builtIn are the conditions that hold in every form, although old sets do not
// say them (data README, 可选键).
var builtIn = map[string]When{
	"delivery_address": {Key: "delivery_way", Equals: []string{"邮寄送达"}},
}

// BuiltIn is the condition that requires a field of this form without its
// catalogue saying so.
func (f Form) BuiltIn(key string) (When, bool) {
	w, ok := builtIn[key]
	return w, ok && f.Has(w.Key)
}

// agentKeys go together: an agent without a number could be anybody (both
// identities are recorded, domain glossary 帮办代办).
var agentKeys = []string{"agent_name", "agent_id_number", "agent_phone"}

func (f Form) agentBegun(a Answers) bool {
	return slices.ContainsFunc(agentKeys, func(k string) bool { return f.Has(k) && !a[k].IsZero() })
}

// check is the look at one field.
type check struct {
	form    Form
	field   *Field
	answers Answers
	facts   Facts
	out     *fault.Fields
}

func (c check) run() {
	v := c.answers[c.field.Key]
	if v.IsZero() {
		if c.form.RequiredNow(*c.field, c.answers) {
			c.fail(c.field.Key, c.field.Label, "required"+kindOfQuestion(c.field.Type))
		}
		return
	}
	switch c.field.Type {
	case Table:
		c.table(v)
	case File:
		c.files(v.Files)
	default:
		if code, kv := c.text(c.field.Type, v.Text, c.field.Options, &c.field.rule); code != "" {
			c.fail(c.field.Key, c.field.Label, code, kv...)
		}
	}
}

// kindOfQuestion picks the sentence: one chooses, uploads, ticks or fills in.
func kindOfQuestion(t Type) string {
	switch t {
	case Enum, Boolean, Region:
		return "_choice"
	case File:
		return "_file"
	case Table:
		return "_row"
	default:
		return ""
	}
}

func (c check) fail(path, label, code string, kv ...any) {
	c.out.Add(path, "form."+code, append([]any{"label", label}, kv...)...)
}

func (c check) files(ids []string) {
	if len(ids) > MostFiles {
		c.fail(c.field.Key, c.field.Label, "too_many_files", "max", MostFiles)
		return
	}
	for _, id := range ids {
		if c.facts.File != nil && !c.facts.File(id) {
			c.fail(c.field.Key, c.field.Label, "file_gone")
			return
		}
	}
}

func (c check) table(v Value) {
	if len(v.Rows) > MostRows {
		c.fail(c.field.Key, c.field.Label, "too_many_rows", "max", MostRows)
		return
	}
	for i, row := range v.Rows {
		for _, column := range c.field.columns() {
			path := c.field.Key + "." + strconv.Itoa(i) + "." + column.Key
			c.cell(path, i, column, row[column.Key])
		}
	}
}

func (c check) cell(path string, row int, column Column, text string) {
	if text == "" {
		if !column.Optional {
			c.fail(path, column.Name, "required_cell", "row", row+1)
		}
		return
	}
	r := rule{places: -1}
	if code, kv := c.text(column.Type, text, column.Options, &r); code != "" {
		c.fail(path, column.Name, code, append(kv, "row", row+1)...)
	}
}

// text checks one plain answer; an empty code means that nothing is wrong.
func (c check) text(t Type, text string, options []string, r *rule) (code string, kv []any) {
	switch t {
	case Enum:
		if len(options) > 0 && !slices.Contains(options, text) {
			return "not_an_option", nil
		}
		return "", nil
	case Boolean:
		return boolean01(text, r)
	case IDCard:
		return c.identity(text)
	case USCC, Phone, BankAccount, Email:
		return code4(t, text), nil
	case Integer, Decimal, Money:
		return quantity(t, text, r)
	case Date:
		return c.date(text, r)
	case Region:
		return c.region(text), nil
	default:
		return words(t, text, r)
	}
}

func boolean01(text string, r *rule) (string, []any) {
	if text != "true" && text != "false" {
		return "not_a_yes_or_no", nil
	}
	if r.mustBeTrue && text != "true" {
		return "must_agree", nil
	}
	return "", nil
}

// longest is how many characters a type takes when its element does not say.
var longest = map[Type]int{String: 200, Address: 200, Text: 2000}

func words(t Type, text string, r *rule) (string, []any) {
	low, high := r.min, r.max
	if t == Address && low == 0 {
		low = 5
	}
	if high == 0 {
		high = longest[t]
	}
	if high == 0 {
		high = longest[String]
	}
	n := len([]rune(text))
	switch {
	case n < low && low == high, n > high && low == high:
		return "length", []any{"n", high}
	case n < low:
		return "too_short", []any{"min", low}
	case n > high:
		return "too_long", []any{"max", high}
	case strings.ContainsRune(text, '\uFFFD'):
		return "broken_characters", nil
	case r.eitherID:
		return eitherID(text), nil
	case r.without != "" && strings.ContainsAny(upper(text), r.without):
		return "letters_not_allowed", []any{"letters", strings.Join(strings.Split(r.without, ""), "、")}
	case r.pattern != nil && !r.pattern.MatchString(text):
		return "format", nil
	default:
		return "", nil
	}
}
