package ui

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
)

// Form is what a form page shows again: the values that were typed (or are
// prefilled) by form name, and the faults found in them. The zero Form is empty.
type Form struct {
	Values url.Values
	Faults fault.Fields
	// Labels, by form name, stand before the sentences in the summary, where
	// "请填写这一项。" alone would not say which; see Labelled.
	Labels map[string]string
	// Focus is the name of the input to go on with after a button only changed the
	// form, so that the page does not jump to its top; "people.2." is the first
	// input of that row.
	Focus string
}

// Filled makes a form that shows stored values, for the first visit.
func Filled(values map[string]string) Form {
	f := Form{Values: url.Values{}}
	for k, v := range values {
		f.Values.Set(k, v)
	}
	return f
}

// With adds faults, as the answer of Validate or of a context.
func (f Form) With(faults fault.Fields) Form {
	f.Faults = append(f.Faults[:len(f.Faults):len(f.Faults)], faults...)
	return f
}

// Labelled takes over the labels of the page's fields, also for the cells of
// their tables.
func (f Form) Labelled(fields ...Field) Form {
	labels := map[string]string{}
	for _, fl := range fields {
		labels[fl.Name] = fl.Label
		for i := range f.Rows(fl.Name, 0) {
			for _, c := range fl.Columns {
				labels[cell(fl, c, i).Name] = fl.Label + " " + strconv.Itoa(i+1) + " " + c.Label
			}
		}
	}
	f.Labels = labels
	return f
}

// Value is the first value of a name, "" for none.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// Has tells whether value is among the values of name (ticked boxes).
func (f Form) Has(name, value string) bool {
	for _, v := range f.Values[name] {
		if v == value {
			return true
		}
	}
	return false
}

// Fault is the first fault of an input, as a sentence; "" for none.
func (f Form) Fault(ctx context.Context, name string) string {
	for _, x := range f.Faults {
		if x.Path == name {
			return lang.FieldFault(lang.From(ctx), x)
		}
	}
	return ""
}

// focused tells whether to go on at this input.
func (f Form) focused(name string) bool {
	return f.Focus != "" && (f.Focus == name || strings.HasSuffix(f.Focus, ".") && strings.HasPrefix(name, f.Focus))
}

// onlyFirst keeps Focus for the first column of a row: one input has the focus.
func (f Form) onlyFirst(column int) Form {
	if column > 0 {
		f.Focus = ""
	}
	return f
}

// Rows counts the rows of a table field by the names that are there
// (people.0.name, people.1.name), at least min.
func (f Form) Rows(name string, min int) int {
	n := min
	for key := range f.Values {
		rest, ok := strings.CutPrefix(key, name+".")
		if !ok {
			continue
		}
		index, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(index); err == nil && i >= n && i < MaxRows {
			n = i + 1
		}
	}
	return n
}

// MaxRows bounds a table field, so that a hostile index cannot draw a page of
// millions of inputs.
const MaxRows = 200

// Option is one choice.
type Option struct{ Value, Label, Hint string }

// Options makes choices whose value is their label, as catalogue enums are.
func Options(labels []string) []Option {
	out := make([]Option, len(labels))
	for i, l := range labels {
		out[i] = Option{Value: l, Label: l}
	}
	return out
}

// Kind is how an input looks.
type Kind uint8

// The kinds. KindText is the default. KindDate is three inputs name.y, name.m,
// name.d. KindRegion is a cascade name.0, name.1 … that also works without
// script; KindAddress is that and name.street. KindTable has rows name.0.column.
const (
	KindText Kind = iota
	KindArea
	KindNumber
	KindDate
	KindRadios
	KindChecks
	KindSelect
	KindBool
	KindRegion
	KindAddress
	KindTable
	KindFile
	KindPassword
	KindHidden
	KindDay
)

// Width is how wide an input is drawn: a hint of how long the answer is.
type Width string

// The widths; "" is the normal one.
const (
	WidthShort  Width = "w6"
	WidthMedium Width = "w12"
	WidthFull   Width = "full"
)

// Field describes one input. Texts are finished text.
type Field struct {
	Kind        Kind
	Name, Label string
	Hint        string
	// Heading makes the label (or legend) the h1 of a one-thing page; Kicker is
	// the small line above it.
	Heading bool
	Kicker  string
	// Optional is marked; required is not, because nearly everything is.
	Optional bool
	Width    Width
	Unit     string // "平方米", after the input
	// Mode is the inputmode (numeric, decimal, tel, email); Complete the autocomplete token.
	Mode, Complete string
	Max            int // longest text in characters; 0 for no limit told
	Lines          int // height of KindArea
	Options        []Option
	Inline         bool    // options side by side
	Columns        []Field // of KindTable; names are column names
	Least          int     // rows of KindTable drawn at least
	Levels         []Level // of KindRegion and KindAddress
	Files          Files   // of KindFile
	// Source says where a prefilled value came from: "电子营业执照，2月11日取得".
	Source string
	// ReadOnly shows the value without an input: what a licence supplies is not typed.
	ReadOnly bool
	// Wrong offers a button beside such a value that says it is wrong: Act "wrong:NAME".
	Wrong bool
}

// Level is one step of a region cascade: the choices under what was chosen before.
type Level struct {
	Label   string
	Options []Option
	// Last says that no further level follows; choosing needs no new page then.
	Last bool
}

// Files is the state of one upload slot.
type Files struct {
	Have     []File
	Accept   string // "image/jpeg,image/png,application/pdf"
	Multiple bool
}

// File is one file that was handed in. Href shows it; State is a word such as
// "已核对", with its Tone.
type File struct {
	ID, Name, Size, Href string
	State                string
	Tone                 Tone
}

// id is the HTML id of the (first) input of a field: the error summary knows only
// the fault's path and must still land on something that takes focus.
func (fl Field) id() string { return FieldID(fl.Name) }

// FieldID is the id of the input called name; the prefix keeps it apart from ids
// of the layout.
func FieldID(name string) string { return "f-" + name }

// Act is the name of the buttons that change the form instead of saving it:
// "add:people", "remove:people:2", "choose:home". kit.Form.Act reads it.
const Act = "_act"

// cell is column c of row i: people.2.name.
func cell(table, column Field, i int) Field {
	column.Name = table.Name + "." + strconv.Itoa(i) + "." + column.Name
	column.Heading, column.Kicker = false, ""
	return column
}
