package dossier

import (
	"context"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/lang"
	"yimen/internal/web/ui"
)

// writer puts answers into words for one reader.
type writer struct {
	ctx      context.Context
	locale   lang.Locale
	regions  Regions
	now, was form.Answers
	clear    form.Answers
	sources  map[string]applications.Source
	hidden   bool
}

func (w *writer) group(g form.Group) Group {
	out := Group{Name: groupName(w.locale, g)}
	for _, p := range g.Pages {
		for _, x := range p.Fields {
			if x.Type == form.File {
				continue // its papers lie in their slot
			}
			out.Lines = append(out.Lines, w.line(x))
		}
	}
	return out
}

func (w *writer) line(x form.Field) Line {
	v := w.now[x.Key]
	l := Line{Key: x.Key, Label: x.Label, Num: isNumber(x.Type), Source: w.source(x.Key)}
	if w.was != nil && !w.was[x.Key].Equal(v) {
		l.Changed = true
		if x.Type != form.Table {
			l.Was = w.show(x, w.was[x.Key])
			if l.Was == "" {
				l.Was = lang.T(w.locale, "dossier.empty")
			}
		}
	}
	if x.Type == form.Table {
		l.Table = w.table(x, v)
		return l
	}
	if l.Text = w.show(x, v); l.Text == "" {
		l.Text = lang.T(w.locale, "dossier.empty")
	}
	return l
}

// shown is the answer as this reader may see it.
func (w *writer) shown(x form.Field, v form.Value) form.Value {
	if _, open := w.clear[x.Key]; open {
		return v
	}
	m := x.Masked(v)
	if !m.Equal(v) {
		w.hidden = true
	}
	return m
}

func (w *writer) show(x form.Field, v form.Value) string {
	return w.text(x.Type, w.shown(x, v).Text)
}

// text writes one value by its type; what does not read as one stays as it is.
func (w *writer) text(t form.Type, v string) string {
	switch {
	case v == "":
		return ""
	case t == form.Boolean && v == "true":
		return lang.T(w.locale, "common.yes")
	case t == form.Boolean && v == "false":
		return lang.T(w.locale, "common.no")
	case t == form.Date:
		if d, err := clock.ParseDate(v); err == nil {
			return lang.Date(w.locale, d)
		}
	case t == form.Money:
		if fen, err := gov.ParseFen(v); err == nil {
			return lang.Money(w.locale, fen)
		}
	case t == form.Region && w.regions != nil:
		if name := w.regions(w.ctx, v); name != "" {
			return name
		}
	}
	return v
}

func (w *writer) table(x form.Field, v form.Value) *Table {
	t := &Table{}
	columns := x.TableColumns()
	for _, c := range columns {
		t.Head = append(t.Head, c.Name)
	}
	for _, row := range w.shown(x, v).Rows {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = w.text(c.Type, row[c.Key])
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// source says where a prefilled answer came from: 营业执照 …，2月11日取得.
func (w *writer) source(key string) string {
	s, ok := w.sources[key]
	if !ok || w.now[key].IsZero() {
		return ""
	}
	name := lang.T(w.locale, "dossier.source_"+sourceKey(s), "detail", s.Detail)
	if s.On.IsZero() {
		return name
	}
	return lang.T(w.locale, "dossier.source_on", "source", name, "date", lang.ShortDate(w.locale, s.On))
}

func sourceKey(s applications.Source) string {
	switch s.Source {
	case "counter", "licence", "register":
		return s.Source
	default:
		return "declared"
	}
}

func isNumber(t form.Type) bool {
	switch t {
	case form.IDCard, form.USCC, form.Phone, form.BankAccount, form.Integer, form.Decimal, form.Money:
		return true
	default:
		return false
	}
}

// trust is the tag of a paper: how far it can be relied on (domain.md §8).
func trust(ctx context.Context, p *Paper) (ui.Tone, string) {
	switch p.Trust {
	case applications.FromIssuer:
		return ui.ToneOK, ui.T(ctx, "dossier.trust_a")
	case applications.Checked:
		return ui.ToneOK, ui.T(ctx, "dossier.trust_b")
	case applications.SelfMade:
		return ui.ToneNone, ui.T(ctx, "dossier.trust_d")
	default:
		return ui.ToneWarn, ui.T(ctx, "dossier.trust_c")
	}
}
