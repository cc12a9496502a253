package app

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// LicenceLine is a licence issued before this program came, as one line of a file
// gives it.
type LicenceLine struct {
	Line       int // of the file, from 1
	Type       string
	Number     string // '' and it gets one
	Identifier string // '' and it gets one
	Issuer     string // credit code of the body
	Holder     string // ID number or credit code
	HolderName string
	IssuedOn   clock.Date
	ValidFrom  clock.Date
	ValidTo    clock.Date
	Face       map[string]string // by element key
}

// LicenceReport is what an import did, or why it did nothing.
type LicenceReport struct {
	Added    int              `json:"added"`
	Known    int              `json:"known"` // were there before
	Problems []LicenceProblem `json:"problems"`
}

// LicenceProblem is one thing wrong in one line. Field is the column.
type LicenceProblem struct {
	Line  int         `json:"line"`
	Field fault.Field `json:"-"`
}

// Limits of one file: it is taken in by one transaction.
const (
	mostLicences = 20_000
	mostProblems = 100
)

// ReadLicences reads a CSV file with a line of column names. What cannot be read is
// named by line; then there are no lines.
func ReadLicences(r io.Reader) ([]LicenceLine, []LicenceProblem) {
	in := csv.NewReader(r)
	head, wrong := licenceHead(in)
	var out []LicenceLine
	for len(wrong) == 0 || len(head) > 0 && len(wrong) < mostProblems {
		row, err := in.Read()
		line := 0
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken):
			line = broken.Line
		case err == nil:
			line, _ = in.FieldPos(0)
		}
		stop := func(code string) ([]LicenceLine, []LicenceProblem) {
			return nil, append(wrong, LicenceProblem{line, fault.Field{Code: code, Args: fault.Args{"most": mostLicences}}})
		}
		switch {
		case errors.Is(err, io.EOF) && len(out) == 0 && len(wrong) == 0:
			line = 2
			return stop("licences.import_empty")
		case errors.Is(err, io.EOF):
			return out, wrong
		case err != nil:
			return stop("licences.import_unreadable")
		case !unicoded(row): // what follows is no better
			return stop("licences.import_utf8")
		case len(out) == mostLicences:
			return stop("licences.import_many")
		}
		l, f := licenceLine(head, row)
		l.Line = line
		for _, x := range f {
			wrong = append(wrong, LicenceProblem{line, x})
		}
		out = append(out, l)
	}
	return nil, wrong
}

// licenceHead reads the line of column names; none when something is wrong there.
func licenceHead(in *csv.Reader) (head []string, wrong []LicenceProblem) {
	head, err := in.Read()
	add := func(column, code string) {
		wrong = append(wrong, LicenceProblem{1, fault.Field{Path: column, Code: code}})
	}
	switch {
	case errors.Is(err, io.EOF):
		add("", "licences.import_no_heading")
	case err != nil:
		add("", "licences.import_unreadable")
	case !unicoded(head):
		add("", "licences.import_utf8")
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	for i, c := range head {
		if head[i] = strings.TrimSpace(c); slices.Contains(head[:i], head[i]) {
			add(head[i], "licences.import_twice")
		}
	}
	for _, c := range []string{"type", "issuer", "holder", "holder_name", "issued_on"} {
		if !slices.Contains(head, c) {
			add(c, "licences.import_column")
		}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return head, nil
}

// unicoded: a file that a spreadsheet saved as GBK or UTF-16, or the spreadsheet
// itself, is refused as a whole.
func unicoded(row []string) bool {
	return !slices.ContainsFunc(row, func(c string) bool { return !utf8.ValidString(c) || strings.ContainsRune(c, 0) })
}

func licenceLine(head, row []string) (l LicenceLine, f fault.Fields) {
	l.Face = map[string]string{}
	for i, name := range head {
		v := strings.TrimSpace(row[i])
		date := func() clock.Date {
			d, err := clock.ParseDate(v)
			if v != "" && err != nil {
				f.Add(name, "licences.import_date")
			}
			return d
		}
		switch name {
		case "type":
			l.Type = v
		case "number":
			l.Number = v
		case "identifier":
			l.Identifier = v
		case "issuer":
			l.Issuer = v
		case "holder":
			l.Holder = v
		case "holder_name":
			l.HolderName = v
		case "issued_on":
			l.IssuedOn = date()
		case "valid_from":
			l.ValidFrom = date()
		case "valid_to":
			l.ValidTo = date()
		default:
			if v != "" {
				l.Face[name] = v
			}
		}
	}
	return l, f
}

// errBadLines rolls an import back whose problems are in its report.
var errBadLines = errors.New("bad lines")

// ImportLicences takes licences in, all or, when one line is wrong, none; holders
// nobody has seen yet are entered by what stands on the licence. A line that was
// taken in before is left alone, so that a file may be read again. progress is told
// of every line; nil for nobody.
func (a *App) ImportLicences(ctx context.Context, actor gov.Actor, lines []LicenceLine, progress func(done, all int)) (LicenceReport, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	types, err := a.Catalogue.LicenceTypes(ctx)
	if err != nil {
		return LicenceReport{}, err
	}
	all, err := a.Identity.Bodies(ctx, a.DB)
	if err != nil {
		return LicenceReport{}, err
	}
	bodies := map[string]identity.Body{}
	for _, b := range all {
		if b.InForce(clock.DateOf(a.Now().Time())) {
			bodies[b.CreditCode] = b
		}
	}
	var r LicenceReport
	err = a.DB.Do(ctx, func(tx *db.Tx) error {
		r = LicenceReport{}
		for i, l := range lines {
			progress(i+1, len(lines))
			added, err := a.importLicence(ctx, tx, actor, l, types[l.Type], bodies[l.Issuer])
			if e, ok := fault.As(err); ok && e.Kind != fault.KindInternal && e.Kind != fault.KindBusy {
				r.note(l.Line, e)
				continue
			}
			if err != nil {
				return err
			}
			if added {
				r.Added++
			} else {
				r.Known++
			}
		}
		if len(r.Problems) > 0 {
			r.Added, r.Known = 0, 0
			return errBadLines
		}
		return nil
	})
	if errors.Is(err, errBadLines) {
		err = nil
	}
	return r, err
}

func (r *LicenceReport) note(line int, e *fault.Error) {
	fields := e.Fields
	if len(fields) == 0 {
		fields = fault.Fields{{Code: e.Code, Args: e.Args}}
	}
	for _, f := range fields {
		if len(r.Problems) < mostProblems {
			r.Problems = append(r.Problems, LicenceProblem{line, f})
		}
	}
}

func (a *App) importLicence(ctx context.Context, tx *db.Tx, actor gov.Actor, l LicenceLine, kind set.LicenceType, issuer identity.Body) (bool, error) {
	holder := applications.Applicant{Kind: string(identity.PersonParty), Name: l.HolderName, IDNumber: l.Holder, Evidence: kind.Name}
	word := "自然人"
	if code, err := gov.ParseCreditCode(l.Holder); err == nil {
		holder.Kind, holder.IDNumber, holder.CreditCode, word = string(identity.Organisation), "", string(code), "法人"
	}
	var f fault.Fields
	switch {
	case kind.ID == "":
		f.Add("type", "licences.import_type", "type", l.Type)
	case issuer.ID == "":
		f.Add("issuer", "licences.import_issuer")
	case issuer.Department != kind.Issuer:
		f.Add("issuer", "licences.import_department", "name", kind.Name, "body", issuer.Name)
	case !slices.Contains(kind.Holder, word):
		f.Add("holder", "licences.import_holder", "name", kind.Name)
	}
	if err := f.Err(); err != nil {
		return false, err
	}
	face, err := a.licenceFace(ctx, kind, l, holder)
	if err != nil {
		return false, err
	}
	party, err := people{a}.enter(ctx, tx, actor, holder)
	if err != nil {
		return false, inColumns(err)
	}
	_, added, err := a.Licences.ImportIn(ctx, tx, actor, licences.Importing{Number: l.Number, Identifier: l.Identifier, Issuing: licences.Issuing{
		Type: kind.ID, TypeCode: kind.Code, TypeName: kind.Name, Holder: party.ID, HolderKind: party.Kind, HolderName: party.Name,
		Issuer: issuer.ID, IssuerName: issuer.Name, IssuerCode: gov.CreditCode(issuer.CreditCode), Region: gov.Region(issuer.Region),
		IssuedOn: l.IssuedOn, ValidFrom: l.ValidFrom, ValidTo: l.ValidTo, Face: face}})
	return added, err
}

// inColumns names the columns of the file for what a party is refused by.
func inColumns(err error) error {
	columns := map[string]string{"name": "holder_name", "id_number": "holder", "credit_code": "holder"}
	if e, ok := fault.As(err); ok {
		for i, x := range e.Fields {
			if c := columns[x.Path]; c != "" {
				e.Fields[i].Path = c
			}
		}
	}
	return err
}

// licenceFace puts the face together in the order of the type, from the columns and
// from who holds it, and checks each element by its own rules. An element that the
// type does not carry is refused.
func (a *App) licenceFace(ctx context.Context, kind set.LicenceType, l LicenceLine, holder applications.Applicant) ([]licences.FaceField, error) {
	given := map[string]string{"applicant_name": holder.Name, "id_number": holder.IDNumber, "company_name": holder.Name, "uscc": holder.CreditCode}
	if holder.Kind == string(identity.Organisation) {
		given["applicant_name"] = ""
	} else {
		given["company_name"] = ""
	}
	var f fault.Fields
	for key, v := range l.Face {
		if given[key] = v; !slices.Contains(kind.Fields, key) {
			f.Add(key, "licences.import_element", "name", kind.Name)
		}
	}
	slices.SortFunc(f, func(x, y fault.Field) int { return strings.Compare(x.Path, y.Path) })
	var fields []form.Field
	answers := form.Answers{}
	for _, key := range kind.Fields {
		e, err := a.Catalogue.Element(ctx, key)
		if err != nil {
			return nil, fmt.Errorf("licence type %s: %w", kind.ID, err)
		}
		fields = append(fields, form.Field{Key: key, Label: e.Name, Element: e.Code, Type: e.Type, Options: e.Options, Columns: e.Columns,
			Class: e.Class, Pattern: e.Pattern})
		if v := given[key]; v != "" {
			answers[key] = form.Plain(v)
		}
	}
	face := form.New(fields)
	answers = face.Normalise(answers)
	f = append(f, face.Validate(answers, form.Facts{Today: clock.DateOf(a.Now().Time()),
		Region: func(code string) bool { _, err := a.Catalogue.Region(ctx, code); return err == nil }})...)
	if err := f.Err(); err != nil {
		return nil, err
	}
	var out []licences.FaceField
	for _, x := range face {
		if v := answers[x.Key]; !v.IsZero() {
			out = append(out, licences.FaceField{Key: x.Key, Label: x.Label, Value: v, Class: x.Class})
		}
	}
	return out, nil
}
