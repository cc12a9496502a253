package answers

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/lang"
	"yimen/internal/web/ui"
)

// Sheet is one application's questions before one reader.
type Sheet struct {
	Locale  lang.Locale
	Regions Regions
	// Form is the whole form: what is required depends on answers of other pages.
	Form    form.Form
	Answers form.Answers
	Sources map[string]applications.Source
	// Editable says which answers may be changed; nil means all. The others are
	// shown without an input.
	Editable func(key string) bool
	// Disputable offers to say that a value is wrong which a register or a licence holds.
	Disputable bool
	// Own says that the reader answers for himself, so that the browser may offer
	// what it knows of him (WCAG 1.3.5). A counter's browser must not.
	Own bool
	// Compact sets short choices side by side and folds long ones, for a clerk who
	// types from papers.
	Compact bool
	// Mask hides sensitive answers that are shown and not typed.
	Mask bool
}

// mostRadios is up to how many choices are all seen at once.
const mostRadios = 7

// Asked gives the groups without their file fields, which are answered in slots
// beside the materials; pages and groups that held nothing else are left out.
func Asked(groups []form.Group) []form.Group {
	var out []form.Group
	for _, g := range groups {
		kept := g
		kept.Pages = nil
		for _, p := range g.Pages {
			p.Fields = slices.DeleteFunc(slices.Clone(p.Fields), func(x form.Field) bool { return x.Type == form.File })
			if len(p.Fields) > 0 {
				kept.Pages = append(kept.Pages, p)
			}
		}
		if len(kept.Pages) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

// Title is the page's question in the reader's language; a page of one field asks
// by the field's label.
func Title(l lang.Locale, p form.Page) string {
	switch {
	case l == lang.EN && p.TitleEn != "":
		return p.TitleEn
	case p.Title != "":
		return p.Title
	case len(p.Fields) > 0:
		return p.Fields[0].Label
	default:
		return p.ID
	}
}

// Name is the group's name in the reader's language.
func Name(l lang.Locale, g form.Group) string {
	if l == lang.EN && g.NameEn != "" {
		return g.NameEn
	}
	return g.Name
}

// Fields describes the inputs of fields, in order. f is the form as it will be
// drawn: a region's next level depends on what is chosen in it. The error is that
// of Regions.
func (s Sheet) Fields(ctx context.Context, f ui.Form, fields []form.Field) ([]ui.Field, error) {
	out := make([]ui.Field, 0, len(fields))
	for _, x := range fields {
		fl, err := s.field(ctx, f, x)
		if err != nil {
			return nil, err
		}
		out = append(out, fl)
	}
	return out, nil
}

func (s Sheet) field(ctx context.Context, f ui.Form, x form.Field) (ui.Field, error) {
	fl := s.input(x.Key, x.Label, x.Type, x.Options)
	if s.Compact && fl.Kind == ui.KindRadios {
		if fl.Inline = short(x.Options); !fl.Inline {
			fl.Kind = ui.KindSelect
		}
	}
	fl.Hint = s.hint(x)
	fl.Source = s.source(x.Key)
	fl.Optional = !s.Form.RequiredNow(x, s.Answers)
	if s.Own {
		fl.Complete = complete[x.Key]
	} else if fl.Kind == ui.KindText || fl.Kind == ui.KindNumber {
		fl.Complete = "off"
	}
	if s.Editable != nil && !s.Editable(x.Key) {
		fl.ReadOnly, fl.Kind, fl.Hint, fl.Optional = true, ui.KindText, "", false
		fl.Wrong = s.Disputable && s.Sources[x.Key].Held && s.Sources[x.Key].Dispute == ""
		return fl, nil
	}
	switch x.Type {
	case form.Region:
		levels, err := s.levels(ctx, f, x.Key)
		fl.Levels = levels
		return fl, err
	case form.Table:
		for _, c := range x.TableColumns() {
			column := s.input(c.Key, c.Name, c.Type, c.Options)
			column.Optional = c.Optional
			fl.Columns = append(fl.Columns, column)
		}
	case form.Boolean:
		if mustAgree(x) {
			fl.Kind = ui.KindChecks
			fl.Options = []ui.Option{{Value: "true", Label: lang.T(s.Locale, "answers.agree")}}
		}
	}
	return fl, nil
}

// input is what the type alone decides.
func (s Sheet) input(name, label string, t form.Type, options []string) ui.Field {
	fl := ui.Field{Name: name, Label: label}
	switch t {
	case form.Text:
		fl.Kind, fl.Lines, fl.Width = ui.KindArea, 4, ui.WidthFull
	case form.Enum:
		fl.Options = ui.Options(options)
		switch {
		case len(options) > mostRadios:
			fl.Kind = ui.KindSelect
		case len(options) > 0:
			fl.Kind = ui.KindRadios
		}
	case form.Integer:
		fl.Kind, fl.Mode, fl.Width = ui.KindNumber, "numeric", ui.WidthShort
	case form.Decimal:
		fl.Kind, fl.Width = ui.KindNumber, ui.WidthShort
	case form.Money:
		fl.Kind, fl.Width, fl.Unit = ui.KindNumber, ui.WidthShort, lang.T(s.Locale, "answers.yuan")
	case form.Boolean:
		fl.Kind = ui.KindBool
	case form.Date:
		fl.Kind = ui.KindDate
	case form.Phone:
		fl.Mode, fl.Width = "tel", ui.WidthMedium
	case form.Email:
		fl.Mode = "email"
	case form.BankAccount:
		fl.Mode = "numeric"
	case form.Region:
		fl.Kind = ui.KindRegion
	case form.Address:
		fl.Width = ui.WidthFull
	case form.Table:
		fl.Kind = ui.KindTable
	case form.File:
		fl.Kind = ui.KindFile
	}
	return fl
}

// short: the choices fit on one line.
func short(options []string) bool {
	n := 0
	for _, o := range options {
		n += len([]rune(o)) + 3 // the button and the gap take about three characters
	}
	return n <= 30
}

// complete are the autocomplete tokens of elements that speak of the reader.
var complete = map[string]string{
	"applicant_name": "name", "phone": "tel", "email": "email", "birth_date": "bday",
	"residence_address": "street-address", "delivery_address": "street-address", "postal_code": "postal-code",
	"company_name": "organization",
}

// mustAgree: the rule 须为是 leaves no choice but to agree or not to go on.
func mustAgree(x form.Field) bool {
	return x.Type == form.Boolean && strings.Contains(x.Hint, "须为是")
}

// source says where a prefilled answer came from and as of when.
func (s Sheet) source(key string) string {
	src, ok := s.Sources[key]
	if !ok {
		return ""
	}
	kind := src.Source
	switch {
	case src.Dispute != "":
		return lang.T(s.Locale, "answers.disputed", "detail", src.Detail)
	case kind == "" && src.Down != "":
		return lang.T(s.Locale, "answers.down", "register", src.Down)
	case kind == "":
		kind = "declared"
	}
	text := lang.T(s.Locale, "answers.source."+kind, "detail", src.Detail, "from", lang.T(s.Locale, "answers.from."+string(src.From)))
	if !src.On.IsZero() {
		text = lang.T(s.Locale, "answers.source_on", "source", text, "on", lang.Date(s.Locale, src.On))
	}
	switch {
	case src.Down != "":
		return lang.T(s.Locale, "answers.down_other", "register", src.Down, "source", text)
	case src.Stale:
		return lang.T(s.Locale, "answers.stale", "register", src.Detail, "source", text)
	}
	return text
}
