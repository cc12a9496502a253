package letters

import (
	"bytes"
	"context"
	_ "embed"
	"strconv"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
)

//go:embed letter.css
var style string

// Templates are the template versions in use. Raise a number with every change
// of the wording or the style, so that a stored letter tells what made it.
var Templates = map[cases.LetterKind]int{
	cases.AcceptanceLetter: 2, cases.CorrectionLetter: 2, cases.DeclineLetter: 2, cases.RefusalLetter: 2, cases.ResultLetter: 2,
	cases.SuspensionLetter: 1, cases.ExtensionLetter: 1, cases.LapseLetter: 1, cases.TerminationLetter: 1,
}

// StatusPath is where the QR code of a letter leads, before the case's token.
const StatusPath = "/s/"

// Printer implements cases.Printer.
type Printer struct{ url func(path string) string }

// New makes a printer; url makes a public address of a path, for the QR code.
func New(url func(path string) string) *Printer { return &Printer{url: url} }

// Print makes the letter's bytes and names the template: "acceptance/1". Letters
// are in Chinese whoever acts and reads (国家通用语言文字法 art. 9). Fault:
// letters.kind for a kind without a template.
func (p *Printer) Print(l cases.Text) (html []byte, template string, err error) {
	version, ok := Templates[l.Kind]
	if !ok {
		return nil, "", fault.Internal(nil, "letters.kind", "kind", string(l.Kind))
	}
	name := string(l.Kind) + "/" + strconv.Itoa(version)
	d := doc{Text: l, template: name, url: p.url(StatusPath + l.Token)}
	var b bytes.Buffer
	if err := document(d).Render(lang.With(context.Background(), lang.ZH), &b); err != nil {
		return nil, "", err
	}
	return b.Bytes(), name, nil
}

// doc is a letter on its way to the page.
type doc struct {
	cases.Text
	template string
	url      string
}

// title is what kind of document it is. Only an item that is a 行政许可 is
// permitted or refused by that name; others follow the act by analogy.
func (d doc) title() string {
	key := "letters.title." + string(d.Kind)
	if !d.Permit && (d.Kind == cases.RefusalLetter || d.Kind == cases.ResultLetter) {
		key += "_other"
	}
	return zh(key)
}

// under cites an article of 行政许可法, which binds permits and guides the rest.
func (d doc) under(article string) string {
	if d.Permit {
		return zh("letters.under", "article", article)
	}
	return zh("letters.under_analogy", "article", article)
}

// remedies are told of a decision, or of a notice that ends a case without one.
func (d doc) remedies() string {
	if d.Kind == cases.LapseLetter || d.Kind == cases.TerminationLetter {
		return zh("letters.remedies_notice")
	}
	return zh("letters.remedies")
}

// basis lists the articles of the item itself.
func (d doc) basis() string {
	out := ""
	for i, b := range d.Basis {
		if i > 0 {
			out += zh("letters.comma")
		}
		out += b
	}
	return out
}

// days writes a number of days in its unit.
func (d doc) days() string {
	if d.Unit == clock.Natural {
		return zh("letters.natural_days", "n", d.Days)
	}
	return zh("letters.working_days", "n", d.Days)
}

// sentence tells a date as a count: from where, how many days, what did not count.
func sentence(b cases.Because) string {
	name := string(b.Name)
	if name == "" {
		name = "correction"
	}
	budget := doc{Text: cases.Text{Days: b.Sum.Budget, Unit: b.Sum.Unit}}
	out := zh("letters.because", "name", zh("letters.because."+name), "start", day(b.Sum.Start), "days", budget.days(), "due", day(b.Sum.Due))
	for _, part := range []struct {
		key string
		n   int
	}{{"weekends", b.Sum.Weekends}, {"holidays", b.Sum.Holidays}, {"suspended", b.Sum.Suspended}, {"moved", b.Sum.Moved}, {"makeups", b.Sum.Makeups}} {
		if part.n > 0 {
			out += zh("letters.because_"+part.key, "n", part.n)
		}
	}
	return out + zh("letters.because_end")
}

func zh(key string, args ...any) string { return lang.T(lang.ZH, key, args...) }

// day writes a date with its weekday, which is what people remember.
func day(d clock.Date) string { return d.Chinese() }
