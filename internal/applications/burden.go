package applications

import (
	"context"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Burden is what one filed application asked of its applicant, and what its items
// would have asked one by one with nothing known before. It holds nothing of the
// applicant, and nothing in it changes later.
type Burden struct {
	Application string
	Matter
	Members    int64 // items in it
	Body       string
	Department string
	Region     gov.Region
	Channel    gov.Channel // of the filing
	FiledOn    clock.Date
	Load
}

// Matter is what was applied for, in the version it was applied for under: of Item
// and Bundle one is ”.
type Matter struct {
	Item    string
	Bundle  string
	Name    string
	Version string // item version or bundle version
	Number  int64  // of the version
}

// Load are the counts of a burden, of one application or added up over several.
type Load struct {
	Fields    int64 // on the form
	Typed     int64 // of these, filled in by nobody but the applicant
	Materials int64 // to hand in
	Fetched   int64 // of these, licences that were fetched instead
	Reused    int64 // of these, papers filed before
	Copies    int64 // of those still handed in
	Visits    int64 // to a window, as the guide says
	Days      int64 // promised, one after another where one waits for another

	SeparateFields, SeparateMaterials, SeparateCopies, SeparateVisits, SeparateDays int64
}

// Handed are the materials that had to be brought.
func (l Load) Handed() int64 { return l.Materials - l.Fetched - l.Reused }

func (l *Load) counts() []any {
	return []any{&l.Fields, &l.Typed, &l.Materials, &l.Fetched, &l.Reused, &l.Copies, &l.Visits, &l.Days,
		&l.SeparateFields, &l.SeparateMaterials, &l.SeparateCopies, &l.SeparateVisits, &l.SeparateDays}
}

// Add puts other counts to these.
func (l *Load) Add(o Load) {
	to, from := l.counts(), o.counts()
	for i := range to {
		*to[i].(*int64) += *from[i].(*int64)
	}
}

// Typed counts the fields of the form that no source filled in, those left empty
// too. A value that somebody disputed was typed; a file is no typing.
func (f Filing) Typed() (n int64) {
	for _, x := range f.Definition.Form {
		if f.typed(x) {
			n++
		}
	}
	return n
}

func (f Filing) typed(x form.Field) bool {
	s, known := f.Sources[x.Key]
	return x.Type != form.File && (!known || s.Source == "" || s.Dispute != "" || f.Answers[x.Key].IsZero())
}

// Had are the slots of an application that nothing was brought for anew: by licences
// fetched, and by nothing but papers filed before.
type Had struct{ Fetched, Reused map[string]bool }

func had(fetched map[string]bool, papers []Attachment) Had {
	out := Had{Fetched: fetched, Reused: map[string]bool{}}
	for _, x := range papers {
		out.Reused[x.Slot] = !fetched[x.Slot]
	}
	for _, x := range papers {
		if x.Reused == "" {
			delete(out.Reused, x.Slot)
		}
	}
	return out
}

const burdenColumns = `application, item, bundle, name, version, number, members, body, department, region, channel, filed_on,
	fields, typed, materials, fetched, reused, copies, visits, days,
	separate_fields, separate_materials, separate_copies, separate_visits, separate_days`

// MeasureIn keeps what a filing asked, in its transaction. What a correction asks
// for later is not in it.
func (s *Service) MeasureIn(ctx context.Context, tx *db.Tx, b Burden) error {
	return tx.Exec(ctx, `INSERT INTO burden (`+burdenColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,
		$17,$18,$19,$20,$21,$22,$23,$24,$25)`, b.Application, b.Item, b.Bundle, b.Name, b.Version, b.Number, b.Members, b.Body,
		b.Department, string(b.Region), string(b.Channel), b.FiledOn, b.Fields, b.Typed, b.Materials, b.Fetched, b.Reused, b.Copies,
		b.Visits, b.Days, b.SeparateFields, b.SeparateMaterials, b.SeparateCopies, b.SeparateVisits, b.SeparateDays)
}
