package ui

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
)

// sentence is one line of the error summary.
func sentence(ctx context.Context, f Form, x fault.Field) string {
	text := lang.FieldFault(lang.From(ctx), x)
	if label := f.Labels[x.Path]; label != "" {
		return T(ctx, "common.labelled", "label", label, "text", text)
	}
	return text
}

// typeOf never says "number": browsers drop what they cannot parse and change
// values by the mouse wheel; inputmode brings the right keyboard instead.
func typeOf(fl Field) string {
	switch {
	case fl.Kind == KindPassword:
		return "password"
	case fl.Kind == KindDay:
		return "date"
	case fl.Mode == "tel", fl.Mode == "email":
		return fl.Mode
	default:
		return "text"
	}
}

// shown is the value of a one-line input; a password is never sent back.
func shown(f Form, fl Field) string {
	if fl.Kind == KindPassword {
		return ""
	}
	return f.Value(fl.Name)
}

func typing(fl Field) templ.Attributes {
	a := templ.Attributes{}
	mode := fl.Mode
	if mode == "" && fl.Kind == KindNumber {
		mode = "decimal"
	}
	if mode != "" {
		a["inputmode"] = mode
	}
	if fl.Complete != "" {
		a["autocomplete"] = fl.Complete
	}
	if fl.Max > 0 {
		a["maxlength"] = strconv.Itoa(fl.Max)
	}
	if mode != "" || fl.Kind == KindPassword {
		a["spellcheck"] = "false"
	}
	return a
}

// described joins hint, fault and unit for screen readers and marks a faulty input.
func described(fl Field, fault string) templ.Attributes {
	a := templ.Attributes{}
	ids := ""
	add := func(suffix string) {
		if ids != "" {
			ids += " "
		}
		ids += fl.id() + suffix
	}
	if fl.Hint != "" {
		add("-hint")
	}
	if fl.Unit != "" && fl.Kind != KindArea && fl.Kind != KindSelect {
		add("-unit")
	}
	if fault != "" {
		add("-fault")
		a["aria-invalid"] = "true"
	}
	if ids != "" {
		a["aria-describedby"] = ids
	}
	return a
}

func linesOf(fl Field) string {
	if fl.Lines > 0 {
		return strconv.Itoa(fl.Lines)
	}
	return "3"
}

// choicesOf gives a yes/no field its two words.
func choicesOf(ctx context.Context, fl Field) []Option {
	if fl.Kind == KindBool && len(fl.Options) == 0 {
		return []Option{{Value: "true", Label: T(ctx, "common.yes")}, {Value: "false", Label: T(ctx, "common.no")}}
	}
	return fl.Options
}

func choiceType(fl Field) string {
	if fl.Kind == KindChecks {
		return "checkbox"
	}
	return "radio"
}

// nthID gives the first input of a group the field's own id, where the error
// summary lands.
func nthID(fl Field, i int) string {
	if i == 0 {
		return fl.id()
	}
	return fl.id() + "-" + strconv.Itoa(i)
}

func levelID(fl Field, i int) string {
	if i == 0 {
		return fl.id()
	}
	return fl.id() + "." + strconv.Itoa(i)
}

type datePart struct{ id, name, label, width, max, complete, value string }

// dateFields are the three inputs of a date; a birthday may be completed by the
// browser. A stored date (name = 2026-02-06) is taken apart where nothing was typed.
func dateFields(ctx context.Context, f Form, fl Field) []datePart {
	stored := strings.SplitN(f.Value(fl.Name)+"--", "-", 4)
	part := func(i int, suffix, label, width, most, complete string) datePart {
		p := datePart{
			id: fl.id(), name: fl.Name + suffix, label: label, width: width, max: most,
			complete: "off", value: strings.TrimLeft(stored[i], "0"),
		}
		if i > 0 {
			p.id += suffix
		}
		if fl.Complete == "bday" {
			p.complete = "bday-" + complete
		}
		if f.Values.Has(p.name) {
			p.value = f.Value(p.name)
		}
		return p
	}
	return []datePart{
		part(0, ".y", T(ctx, "common.year"), "w4", "4", "year"),
		part(1, ".m", T(ctx, "common.month"), "w2", "2", "month"),
		part(2, ".d", T(ctx, "common.day"), "w2", "2", "day"),
	}
}
