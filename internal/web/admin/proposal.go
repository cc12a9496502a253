package admin

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/catalogue"
	"yimen/internal/clock"
	"yimen/internal/platform/fault"
	"yimen/internal/web/dossier"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// proposalView is a calendar that waits to be confirmed, with everything that
// confirming it will do.
type proposalView struct {
	*catalogue.Proposal
	Outlook *catalogue.Outlook
	Remarks []string
	Days    [][]string
	More    int // days beyond those listed
	Running int64
	Toll    cases.Toll
	Moved   []movedRow
	First   string
	Next    string
}

// movedRow is a case of the effect in words.
type movedRow struct {
	Number, Body, Item, State string
	Dates                     []string // 承诺期限：10月14日 → 10月15日
}

const (
	movedAtOnce = 50  // cases on a page
	daysAtOnce  = 120 // changed days on the page; a new year has some forty
)

// proposal shows the effect before anything is done. It is counted anew each time,
// because cases go on meanwhile.
func (s *Admin) proposal(q *kit.Request) error {
	p, err := s.catalogue.Proposal(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	v := proposalView{Proposal: p}
	if v.Outlook, err = s.catalogue.Outlook(q.Context(), p.Years); err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	v.Remarks = remarks(ctx, p)
	v.Days = dayRows(ctx, v.Outlook.Days)
	v.More = len(v.Outlook.Days) - len(v.Days)
	if v.Running, _, err = s.cases.Running(q.Context()); err != nil {
		return err
	}
	if err := s.effect(ctx, &v, q.Param("after")); err != nil {
		return err
	}
	here := areaCalendar + "/proposals/" + p.ID
	if v.Next != "" {
		v.Next = here + "?after=" + escape(v.Next) + "#cases"
	}
	if q.Param("after") != "" {
		v.First = here + "#cases"
	}
	frame := page(q, q.T("calendar.proposal"), areaCalendar)
	frame.Back = areaCalendar
	return q.Render(frame, proposalPage(v))
}

// effect counts every case that would move and keeps those of one page.
func (s *Admin) effect(ctx context.Context, v *proposalView, after string) error {
	if !v.Outlook.Moves() {
		return nil
	}
	last := ""
	for m, err := range s.cases.Effect(ctx, v.Outlook.After, v.Outlook.Since(), s.today()) {
		if err != nil {
			return err
		}
		v.Toll.Add(m)
		switch {
		case m.ID <= after || v.Next != "":
		case len(v.Moved) < movedAtOnce:
			v.Moved, last = append(v.Moved, movedWords(ctx, m)), m.ID
		default:
			v.Next = last
		}
	}
	return nil
}

func movedWords(ctx context.Context, m cases.Moved) movedRow {
	r := movedRow{Number: m.Number.Grouped(), Body: m.BodyName, Item: m.ItemName, State: dossier.State(ctx, m.State)}
	for _, d := range m.Moves() {
		r.Dates = append(r.Dates, ui.T(ctx, "calendar.moves", "name", ui.T(ctx, "cases.date_"+d.Name), "before", dateOr(ctx, d.Before), "after", dateOr(ctx, d.After)))
	}
	switch {
	case m.Stays:
		r.Dates = append(r.Dates, ui.T(ctx, "calendar.stays"))
	case m.Before.Provisional && !m.After.Provisional:
		r.Dates = append(r.Dates, ui.T(ctx, "calendar.firm"))
	case !m.Before.Provisional && m.After.Provisional:
		r.Dates = append(r.Dates, ui.T(ctx, "calendar.loose"))
	}
	return r
}

func dateOr(ctx context.Context, d clock.Date) string {
	if d.IsZero() {
		return ui.T(ctx, "calendar.no_date")
	}
	return ui.Date(ctx, d)
}

// remarks are what is allowed and probably a slip.
func remarks(ctx context.Context, p *catalogue.Proposal) []string {
	var out []string
	for _, y := range p.Years {
		year := strconv.Itoa(y.Year)
		if len(y.Notices) == 0 {
			out = append(out, ui.T(ctx, "calendar.no_notice", "year", year))
		}
		if len(y.Holidays) == 0 {
			out = append(out, ui.T(ctx, "calendar.no_holiday", "year", year))
		}
	}
	return out
}

func dayRows(ctx context.Context, days []catalogue.DayChange) [][]string {
	var out [][]string
	for _, d := range days[:min(len(days), daysAtOnce)] {
		out = append(out, []string{ui.Date(ctx, d.Date), dayWords(ctx, d.Before), dayWords(ctx, d.After)})
	}
	return out
}

// dayWords says what a day is: 休息（元旦）, 上班（调休）, 上班（推算）.
func dayWords(ctx context.Context, d clock.Day) string {
	switch d.Kind {
	case clock.DayOff:
		return ui.T(ctx, "calendar.day_off", "name", d.Holiday)
	case clock.MakeupDay:
		return ui.T(ctx, "calendar.day_makeup")
	case clock.PlainWeekend:
		return ui.T(ctx, "calendar.day_weekend")
	}
	if !d.Known {
		return ui.T(ctx, "calendar.day_assumed")
	}
	return ui.T(ctx, "calendar.day_work")
}

// confirm takes the proposal in, if what happens is what was shown.
func (s *Admin) confirm(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	report, err := s.catalogue.Confirm(q.Context(), q.Actor, id, f.Text("seen"))
	if fault.KindOf(err) == fault.KindConflict {
		now, reading := s.catalogue.CalendarVersion(q.Context())
		if reading != nil {
			return reading
		}
		return kit.Conflict(err, areaCalendar+"/proposals/"+id, kit.Both{Label: q.T("calendar.in_force"),
			Mine: q.T("calendar.version_n", "n", f.Text("base")), Theirs: q.T("calendar.version_n", "n", now)})
	}
	if err != nil {
		return err
	}
	switch {
	case report.Recount:
		q.Flash(ui.ToneOK, "calendar.confirmed_recount", "n", report.Version)
	case report.Changed:
		q.Flash(ui.ToneOK, "calendar.confirmed", "n", report.Version)
	default:
		q.Flash(ui.ToneNone, "calendar.confirmed_same")
	}
	return q.Redirect(areaCalendar)
}

// discard throws a proposal away.
func (s *Admin) discard(q *kit.Request) error {
	if err := s.catalogue.Discard(q.Context(), q.Actor, q.PathValue("id")); err != nil {
		return err
	}
	q.Flash(ui.ToneNone, "calendar.discarded")
	return q.Redirect(areaCalendar)
}

// proposalCases streams every case of the effect as CSV, a line for each date.
func (s *Admin) proposalCases(q *kit.Request) error {
	p, err := s.catalogue.Proposal(q.Context(), q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := s.catalogue.Outlook(q.Context(), p.Years)
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	read, write := io.Pipe()
	go func() { write.CloseWithError(s.writeCases(ctx, write, o)) }()
	defer read.Close()
	return q.File(kit.Download{Name: q.T("calendar.csv_name") + ".csv", Type: "text/csv", Size: -1, Body: read})
}

// byteOrder tells spreadsheet programs that the file is UTF-8.
const byteOrder = "\ufeff"

func (s *Admin) writeCases(ctx context.Context, to io.Writer, o *catalogue.Outlook) error {
	if _, err := io.WriteString(to, byteOrder); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	head := make([]string, 0, 7)
	for _, key := range []string{"calendar.col_number", "calendar.col_body", "calendar.col_item", "calendar.col_state", "calendar.col_date", "calendar.col_before", "calendar.col_after"} {
		head = append(head, ui.T(ctx, key))
	}
	if err := w.Write(head); err != nil {
		return err
	}
	if o.Moves() {
		for m, err := range s.cases.Effect(ctx, o.After, o.Since(), s.today()) {
			if err != nil {
				return err
			}
			if err := w.WriteAll(caseLines(ctx, m)); err != nil {
				return err
			}
		}
	}
	w.Flush()
	return w.Error()
}

func caseLines(ctx context.Context, m cases.Moved) [][]string {
	lines := make([][]string, 0, 4)
	add := func(name, before, after string) {
		lines = append(lines, []string{plain(string(m.Number)), plain(m.BodyName), plain(m.ItemName), dossier.State(ctx, m.State), name, before, after})
	}
	for _, d := range m.Moves() {
		add(ui.T(ctx, "cases.date_"+d.Name), d.Before.String(), d.After.String())
	}
	switch {
	case m.Stays:
		add(ui.T(ctx, "calendar.stays"), "", "")
	case m.Before.Provisional != m.After.Provisional:
		add(ui.T(ctx, "calendar.provisional"), yesNo(ctx, m.Before.Provisional), yesNo(ctx, m.After.Provisional))
	}
	return lines
}

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return ui.T(ctx, "common.yes")
	}
	return ui.T(ctx, "common.no")
}

// plain keeps a spreadsheet from reading a name as a formula.
func plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// yearRows says which years the file brings.
func yearRows(ctx context.Context, o *catalogue.Outlook) []ui.Row {
	var out []ui.Row
	for _, x := range []struct {
		key   string
		years []int
	}{{"calendar.added", o.Added}, {"calendar.changed", o.Changed}, {"calendar.unchanged", o.Same}} {
		if len(x.years) > 0 {
			out = append(out, ui.Row{Label: ui.T(ctx, x.key), Value: yearsWords(ctx, x.years)})
		}
	}
	return out
}

// recountWords says how the running cases followed a version.
func recountWords(ctx context.Context, r *cases.Recounting) string {
	switch {
	case r == nil:
		return ui.T(ctx, "calendar.moved_nothing")
	case r.Running == 0:
		return ui.T(ctx, "calendar.followed_none")
	case !r.Done():
		return ui.T(ctx, "calendar.going_text", "looked", r.Looked, "running", max(r.Running, r.Looked), "moved", r.Moved)
	}
	return ui.T(ctx, "calendar.followed", "running", r.Looked, "moved", r.Moved)
}
