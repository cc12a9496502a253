package scores

import (
	"context"
	"strconv"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// part is which lines of a month are read.
type part uint8

const (
	everything part = iota
	ofAll           // the total
	ofBodies        // one a body, and the total
	ofItems         // one an item over all bodies
	ofBody          // the items of one body, and the body's own
)

func (p part) where() string {
	switch p {
	case ofAll:
		return ` AND body = '' AND item = ''`
	case ofBodies:
		return ` AND item = ''`
	case ofItems:
		return ` AND body = '' AND item <> ''`
	case ofBody:
		return ` AND body = $2`
	}
	return ""
}

// lines reads lines with their figures, by body and item, in two statements.
func lines(ctx context.Context, r db.Reader, month string, p part, args []any) (sheet, error) {
	args = append([]any{month}, args...)
	rows, err := r.Query(ctx, `SELECT body, item, body_name, item_name, department, region, closed, weighed, score
		FROM score_line WHERE month = $1`+p.where(), args...)
	out, err := db.All(rows, err, scanLine)
	if err != nil {
		return nil, err
	}
	type figure struct {
		key
		Figure
	}
	rows, err = r.Query(ctx, `SELECT body, item, code, numerator, denominator, value, points FROM score_figure WHERE month = $1`+p.where(), args...)
	all, err := db.All(rows, err, func(r db.Scanner) (f figure, err error) {
		return f, r.Scan(&f.body, &f.item, &f.Code, &f.Numerator, &f.Denominator, &f.Value, &f.Points)
	})
	of := map[key][]Figure{}
	for _, f := range all {
		of[f.key] = append(of[f.key], f.Figure)
	}
	for i := range out {
		out[i].Figures = of[key{out[i].Body, out[i].Item}]
	}
	sheet(out).sort()
	return out, err
}

func scanLine(r db.Scanner) (l Line, err error) {
	return l, r.Scan(&l.Body, &l.Item, &l.BodyName, &l.ItemName, &l.Department, &l.Region, &l.Closed, &l.Weighed, &l.Score)
}

// Months lists what is computed, newest first, before a month (” for the newest),
// each with its total.
func (s *Service) Months(ctx context.Context, actor gov.Actor, before Month, limit int) ([]Summary, error) {
	if !MaySee(actor) {
		return nil, errDenied
	}
	if before == "" {
		before = "~"
	}
	rows, err := s.d.DB.Query(ctx, `SELECT `+prefixed("m", monthColumns)+`, COALESCE(l.closed, 0), COALESCE(l.weighed, 0), COALESCE(l.score, 0)
		FROM score_month m LEFT JOIN score_line l ON l.month = m.id AND l.body = '' AND l.item = ''
		WHERE m.month < $1 ORDER BY m.month DESC LIMIT $2`, string(before), limit)
	return db.All(rows, err, func(r db.Scanner) (out Summary, err error) {
		x, err := scanMonth(tail{r, []any{&out.Total.Closed, &out.Total.Weighed, &out.Total.Score}})
		if err == nil {
			out.Info = *x
		}
		return out, err
	})
}

// Summary is a month in a list.
type Summary struct {
	Info
	Total Line // without figures
}

// tail reads further columns behind those of another scan.
type tail struct {
	db.Scanner
	more []any
}

// Scan reads the columns of both.
func (t tail) Scan(dest ...any) error { return t.Scanner.Scan(append(dest, t.more...)...) }

func prefixed(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

// View is a month's scores as a page shows them: the total, and the lines asked for.
type View struct {
	Info
	Edition *System
	Total   Line
	Lines   []Line
}

// Bodies gives a month with a line for each body the actor supervises.
func (s *Service) Bodies(ctx context.Context, actor gov.Actor, m Month) (*View, error) {
	return s.view(ctx, actor, m, ofBodies, "")
}

// Items gives a month with a line for each item over all bodies.
func (s *Service) Items(ctx context.Context, actor gov.Actor, m Month) (*View, error) {
	return s.view(ctx, actor, m, ofItems, "")
}

// Body gives a month with the items of one body; Total is the body's own line.
func (s *Service) Body(ctx context.Context, actor gov.Actor, m Month, body string) (*View, error) {
	v, err := s.view(ctx, actor, m, ofBody, body)
	if err == nil && len(v.Lines) == 0 && v.Total.Body == "" {
		return nil, fault.Missing("scores.missing")
	}
	return v, err
}

func (s *Service) view(ctx context.Context, actor gov.Actor, m Month, p part, body string) (*View, error) {
	if !MaySee(actor) {
		return nil, errDenied
	}
	x, err := s.month(ctx, s.d.DB, m)
	if err != nil {
		return nil, err
	}
	v := &View{Info: *x}
	if v.Edition, err = s.system(ctx, s.d.DB, x.System); err != nil {
		return nil, err
	}
	var args []any
	if p == ofBody {
		args = append(args, body)
	}
	all, err := lines(ctx, s.d.DB, x.ID, p, args)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		switch {
		case l.Body == body && l.Item == "" && (p == ofBody || p == ofBodies):
			if body == "" || supervises(actor, l) {
				v.Total = l
			}
		case l.Body == "" || supervises(actor, l):
			v.Lines = append(v.Lines, l)
		}
	}
	if p == ofItems {
		total, err := lines(ctx, s.d.DB, x.ID, ofAll, nil)
		if err != nil {
			return nil, err
		}
		v.Total = total.total()
	}
	v.ordered()
	return v, nil
}

// ordered puts figures into the order of the edition.
func (v *View) ordered() {
	place := map[string]int{}
	for i, x := range v.Edition.Indices {
		place[x.Code] = i
	}
	for _, l := range append([]Line{v.Total}, v.Lines...) {
		sortFigures(l.Figures, place)
	}
}

// supervises: a body is seen by those who supervise its region; one that is gone
// from the register has none and is seen by all supervisors.
func supervises(a gov.Actor, l Line) bool {
	return a.Kind == gov.System || l.Region == "" || a.At(gov.RoleSupervisor, l.Region)
}

// exportAtOnce is how many lines an export holds in memory.
const exportAtOnce = 500

// Export gives every line of a month the actor sees, by body and item, a few at a
// time: a province has more than fit at once.
func (s *Service) Export(ctx context.Context, actor gov.Actor, m Month, each func(Line) error) error {
	if !MaySee(actor) {
		return errDenied
	}
	x, err := s.month(ctx, s.d.DB, m)
	if err != nil {
		return err
	}
	edition, err := s.system(ctx, s.d.DB, x.System)
	if err != nil {
		return err
	}
	v := View{Edition: edition}
	for after := (key{"", ""}); ; {
		v.Lines, err = s.page(ctx, x.ID, after)
		if err != nil {
			return err
		}
		v.ordered()
		for _, l := range v.Lines {
			if l.Body == "" || supervises(actor, l) {
				if err := each(l); err != nil {
					return err
				}
			}
			after = key{l.Body, l.Item}
		}
		if len(v.Lines) < exportAtOnce {
			return nil
		}
	}
}

// page reads the lines after one; the first page begins with the total, which has
// neither body nor item.
func (s *Service) page(ctx context.Context, month string, after key) ([]Line, error) {
	than := ">"
	if after == (key{}) {
		than = ">="
	}
	rows, err := s.d.DB.Query(ctx, `SELECT body, item, body_name, item_name, department, region, closed, weighed, score FROM score_line
		WHERE month = $1 AND (body, item) `+than+` ($2, $3) ORDER BY body, item LIMIT `+strconv.Itoa(exportAtOnce), month, after.body, after.item)
	out, err := db.All(rows, err, scanLine)
	if err != nil || len(out) == 0 {
		return out, err
	}
	last := out[len(out)-1]
	rows, err = s.d.DB.Query(ctx, `SELECT body, item, code, numerator, denominator, value, points FROM score_figure
		WHERE month = $1 AND (body, item) `+than+` ($2, $3) AND (body, item) <= ($4, $5)`, month, after.body, after.item, last.Body, last.Item)
	of := map[key][]Figure{}
	_, err = db.All(rows, err, func(r db.Scanner) (n int, err error) {
		var k key
		var f Figure
		err = r.Scan(&k.body, &k.item, &f.Code, &f.Numerator, &f.Denominator, &f.Value, &f.Points)
		of[k] = append(of[k], f)
		return 0, err
	})
	for i := range out {
		out[i].Figures = of[key{out[i].Body, out[i].Item}]
	}
	return out, err
}
