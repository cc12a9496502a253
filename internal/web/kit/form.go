package kit

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/httpd"
	"yimen/internal/web/ui"
)

// Form is a form that was sent. The readers below take one value each; what
// cannot be read (a number that is none) is noted in Faults and reads as zero,
// so that one pass finds everything. Values keeps what was typed, cleaned of
// control characters, for showing it again.
type Form struct {
	Values url.Values
	Faults fault.Fields
	focus  string // after Reshape
}

// maxInputs bounds how many values one form may send.
const maxInputs = 5000

// Form reads a posted form (not multipart, see Upload). It is read once.
func (q *Request) Form() (*Form, error) {
	if q.form != nil {
		return q.form, nil
	}
	if err := q.ParseForm(); err != nil {
		return nil, bodyFault(err)
	}
	f := &Form{Values: url.Values{}}
	for name, values := range q.PostForm {
		for _, v := range values {
			f.put(name, v)
		}
	}
	if len(f.Values) > maxInputs {
		return nil, fault.Invalid("faults.form")
	}
	q.form = f
	return f, nil
}

// bodyFault names what went wrong with a body: too large (413), or not a form.
func bodyFault(err error) error {
	if limit, ok := httpd.TooLarge(err); ok {
		return fault.Invalid(httpd.CodeTooLarge, "limit", sizeText(limit)).With(err)
	}
	return fault.Invalid("faults.form").With(err)
}

func (f *Form) put(name, value string) {
	if name = clean(name, false); name != "" {
		f.Values[name] = append(f.Values[name], clean(value, true))
	}
}

// clean drops what neither database nor page can hold: NUL and other controls,
// bytes that are not UTF-8; line ends become \n. It does not trim.
func clean(s string, lines bool) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexFunc(s, unicode.IsControl) < 0 {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !(lines && (r == '\n' || r == '\t')) {
			return -1
		}
		return r
	}, s)
}

// View is the form as the page shows it again, with its own faults and those of
// Validate or of a context.
func (f *Form) View(more ...fault.Field) ui.Form {
	return ui.Form{Values: f.Values, Focus: f.focus}.With(f.Faults).With(more)
}

// Text is the trimmed first value; the ideographic space counts as space.
func (f *Form) Text(name string) string { return strings.TrimSpace(f.Values.Get(name)) }

// Secret is the first value untouched: spaces belong to a password.
func (f *Form) Secret(name string) string { return f.Values.Get(name) }

// Has tells whether the form sent the name at all.
func (f *Form) Has(name string) bool { return f.Values.Has(name) }

// All is every non-empty value of a name: ticked boxes.
func (f *Form) All(name string) []string {
	var out []string
	for _, v := range f.Values[name] {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Bool is true for a ticked box or a chosen yes.
func (f *Form) Bool(name string) bool {
	switch f.Text(name) {
	case "true", "on", "1", "yes":
		return true
	default:
		return false
	}
}

// Int is a whole number; full-width digits, spaces and grouping commas are
// understood. Empty is 0; anything else is a fault.
func (f *Form) Int(name string) int64 {
	text := strings.NewReplacer(",", "", "，", "", " ", "").Replace(Narrow(f.Text(name)))
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f.Faults.Add(name, "faults.whole_number")
	}
	return n
}

// Version is the version of a subject that the page showed, from the hidden
// input "version"; -1 when it is missing or no version, which no subject has: a
// form without one is stale and acts on nothing (contexts take 0 for "whatever
// stands there", which is for calls that carry no form).
func (f *Form) Version() int64 {
	n, err := strconv.ParseInt(f.Text("version"), 10, 64)
	if err != nil || n <= 0 {
		return -1
	}
	return n
}

// Narrow turns full-width letters, digits and signs (Ａ１．) into the plain ones,
// because Chinese input methods produce them unasked (ux.md 17).
func Narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		default:
			return r
		}
	}, s)
}

// Date is a date from name.y, name.m and name.d, or from name as 2026-02-06.
// All empty is none; a missing part and a day that does not exist are faults.
func (f *Form) Date(name string) clock.Date {
	parts := [3]string{f.Text(name + ".y"), f.Text(name + ".m"), f.Text(name + ".d")}
	if !f.Has(name+".y") && !f.Has(name+".m") && !f.Has(name+".d") {
		whole := f.Text(name)
		if whole == "" {
			return clock.Date{}
		}
		d, err := clock.ParseDate(Narrow(whole))
		if err != nil {
			f.Faults.Add(name, "faults.date")
		}
		return d
	}
	var n [3]int
	filled := 0
	for i, p := range parts {
		if p == "" {
			continue
		}
		filled++
		v, err := strconv.Atoi(Narrow(p))
		if err != nil {
			f.Faults.Add(name, "faults.date")
			return clock.Date{}
		}
		n[i] = v
	}
	if filled == 0 {
		return clock.Date{}
	}
	if filled < len(parts) {
		f.Faults.Add(name, "faults.date_part")
		return clock.Date{}
	}
	d, err := newDate(n)
	if err != nil {
		f.Faults.Add(name, "faults.date_none")
		return clock.Date{}
	}
	f.Values.Set(name, d.String())
	return d
}

// Region is the deepest choice of a region cascade that lies inside the choices
// above it: after changing the city the old county does not count.
func (f *Form) Region(name string) gov.Region {
	var found gov.Region
	for i := 0; f.Has(name + "." + strconv.Itoa(i)); i++ {
		r := gov.Region(f.Text(name + "." + strconv.Itoa(i)))
		if !r.Valid() || (found != "" && (!found.Contains(r) || found == r)) {
			break
		}
		found = r
	}
	return found
}

// Street is the free part of an address field.
func (f *Form) Street(name string) string { return f.Text(name + ".street") }

// Rows is a table field: one map of column to text for each row in order. Rows
// in which nothing was typed are left out.
func (f *Form) Rows(name string, columns ...string) []map[string]string {
	var out []map[string]string
	for i := range (ui.Form{Values: f.Values}).Rows(name, 0) {
		row, typed := map[string]string{}, false
		for _, c := range columns {
			row[c] = f.Text(name + "." + strconv.Itoa(i) + "." + c)
			typed = typed || row[c] != ""
		}
		if typed {
			out = append(out, row)
		}
	}
	return out
}

// Act is what a button beside a field wants: Verb "add", "remove" or "choose",
// the field's Path, and for "remove" the Item (a row number or a file's id).
type Act struct{ Verb, Path, Item string }

// Act is the pressed button of that kind; its Verb is "" for an ordinary save.
func (f *Form) Act() Act {
	parts := strings.SplitN(f.Text(ui.Act), ":", 3)
	a := Act{Verb: parts[0]}
	if len(parts) > 1 {
		a.Path = parts[1]
	}
	if len(parts) > 2 {
		a.Item = parts[2]
	}
	return a
}

// Reshape carries out a button that only changes the form: a row more, a row
// less, the next level of a region. true means: show the page again with View,
// validate nothing. Taking out a file is not of this kind and returns false.
func (f *Form) Reshape() bool {
	a := f.Act()
	rows := (ui.Form{Values: f.Values}).Rows(a.Path, 1)
	switch a.Verb {
	case "choose":
		f.focus = f.nextLevel(a.Path)
		return true
	case "add":
		if rows < ui.MaxRows {
			f.focus = a.Path + "." + strconv.Itoa(rows) + "."
			f.Values.Set(f.focus, "")
		}
		return true
	case "remove":
		i, err := strconv.Atoi(a.Item)
		if err != nil || i < 0 || i >= rows {
			return false
		}
		f.removeRow(a.Path, i)
		f.focus = a.Path + "." + strconv.Itoa(max(i-1, 0)) + "."
		return true
	default:
		return false
	}
}

// nextLevel is the level of a region cascade under the deepest valid choice.
func (f *Form) nextLevel(name string) string {
	chosen, i := gov.Region(""), 0
	for ; f.Has(name + "." + strconv.Itoa(i)); i++ {
		r := gov.Region(f.Text(name + "." + strconv.Itoa(i)))
		if !r.Valid() || (chosen != "" && !chosen.Contains(r)) {
			break
		}
		chosen = r
	}
	return name + "." + strconv.Itoa(i)
}

// removeRow drops row i and moves the later ones up.
func (f *Form) removeRow(table string, gone int) {
	moved := url.Values{}
	for name, values := range f.Values {
		rest, ok := strings.CutPrefix(name, table+".")
		index, column, dot := strings.Cut(rest, ".")
		i, err := strconv.Atoi(index)
		switch {
		case !ok || !dot || err != nil || i < gone:
			moved[name] = values
		case i > gone:
			moved[table+"."+strconv.Itoa(i-1)+"."+column] = values
		}
	}
	f.Values = moved
}

// Saving tells whether the script saves while the visitor types; the handler
// stores what is valid and answers with Saved.
func (q *Request) Saving() bool { return q.Request.Header.Get("X-Save") == "1" }

// Saved answers the script with the words the page shows: 已保存 10:32.
func (q *Request) Saved() error {
	text := q.T("common.saved_at", "time", q.clockTime())
	return q.send(http.StatusOK, "text/plain; charset=utf-8", []byte(text))
}
