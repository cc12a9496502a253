package oversight

import (
	"encoding/csv"
	"net/url"
	"strconv"
	"strings"

	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/scores"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// computeScores counts a month that is over, for the first time or anew.
func (s *Oversight) computeScores(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	m, err := scores.ParseMonth(f.Text("month"))
	if err != nil {
		return s.scoreMonthsPage(q, f.View(fault.Field{Path: "month", Code: "scores.month_wrong"}))
	}
	r, err := s.scores.Compute(q.Context(), q.Actor, m)
	if fault.Is(err, "scores.month_running") {
		return s.scoreMonthsPage(q, f.View(fault.Field{Path: "month", Code: "scores.month_running", Args: fault.Args{"month": string(m)}}))
	}
	if err != nil {
		return kit.Conflict(err, areaScores)
	}
	month := lang.Month(q.Locale, m.First())
	switch {
	case r.New || r.Changed:
		q.Flash(ui.ToneOK, "scores.done_computed", "month", month, "n", len(r.Differences))
	case len(r.Differences) > 0:
		q.Flash(ui.ToneWarn, "scores.done_differs", "month", month, "n", len(r.Differences))
	default:
		q.Flash(ui.ToneNone, "scores.done_same", "month", month)
	}
	return q.Redirect(areaScores + "/" + string(m))
}

// signScores is 签发.
func (s *Oversight) signScores(q *kit.Request) error {
	return s.onScores(q, "scores.done_signed", func(m scores.Month, seen int64) error {
		_, err := s.scores.Sign(q.Context(), q.Actor, m, seen)
		return err
	})
}

// publishScores puts the month on the public page.
func (s *Oversight) publishScores(q *kit.Request) error {
	return s.onScores(q, "scores.done_published", func(m scores.Month, seen int64) error {
		_, err := s.scores.Publish(q.Context(), q.Actor, m, seen)
		return err
	})
}

// onScores does what cannot be taken back, so a box has to be ticked for it.
func (s *Oversight) onScores(q *kit.Request, done string, act func(scores.Month, int64) error) error {
	m, err := scoreMonthOf(q)
	if err != nil {
		return err
	}
	f, err := q.Form()
	if err != nil {
		return err
	}
	if !f.Bool("checked") {
		return s.scorePage(q, "bodies", f.View(fault.Field{Path: "checked", Code: "scores.check_required"}))
	}
	if err := act(m, f.Version()); err != nil {
		return kit.Conflict(err, areaScores+"/"+string(m))
	}
	q.Flash(ui.ToneOK, done, "month", lang.Month(q.Locale, m.First()))
	return q.Redirect(areaScores + "/" + string(m))
}

// exportScores streams every line of a month as CSV, with both counts of every
// index; the byte order mark tells a spreadsheet that it is UTF-8.
func (s *Oversight) exportScores(q *kit.Request) error {
	m, err := scoreMonthOf(q)
	if err != nil {
		return err
	}
	v, err := s.scores.Bodies(q.Context(), q.Actor, m) // refuses before the first byte
	if err != nil {
		return err
	}
	h := q.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(kit.FileName(q.T("scores.export_name", "month", string(m))))+".csv")
	h.Set("Cache-Control", "private, no-store")
	out := q.Writer()
	if _, err := out.Write([]byte("\uFEFF")); err != nil {
		return nil //nolint:nilerr // the visitor left
	}
	w := csv.NewWriter(out)
	head := []string{q.T("scores.month"), q.T("scores.body"), q.T("scores.item"), q.T("scores.closed"), q.T("scores.score")}
	ctx := ui.WithView(q.Context(), q.View())
	for _, x := range v.Edition.Indices {
		name := indexName(ctx, x)
		head = append(head, name, q.T("scores.numerator_of", "name", name), q.T("scores.denominator_of", "name", name))
	}
	if err := w.Write(head); err != nil {
		return nil //nolint:nilerr // the visitor left
	}
	err = s.scores.Export(q.Context(), q.Actor, m, func(l scores.Line) error { return w.Write(scoreRecord(m, v.Edition, &l)) })
	w.Flush()
	return err
}

// scoreRecord is a line as cells; what has no cases is empty and not nought.
func scoreRecord(m scores.Month, edition *scores.System, l *scores.Line) []string {
	cells := []string{string(m), scoreCell(l.BodyName), scoreCell(l.ItemName), strconv.FormatInt(l.Closed, 10), ""}
	if l.Weighed > 0 {
		cells[4] = l.Score.String()
	}
	for _, x := range edition.Indices {
		f, ok := l.Figure(x.Code)
		if !ok {
			cells = append(cells, "", "", "")
			continue
		}
		cells = append(cells, x.Unit.Write(f.Value), strconv.FormatInt(f.Numerator, 10), strconv.FormatInt(f.Denominator, 10))
	}
	return cells
}

// scoreCell keeps a spreadsheet from taking a name for a formula.
func scoreCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
