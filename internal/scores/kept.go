package scores

import (
	"context"
	"slices"
	"strconv"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// Fewest is the smallest number of cases that the public page shows apart: behind
// fewer one could see whose case it was (个人信息保护法 art. 6, no more than needed).
const Fewest = 5

// KeptMonths is how far back the public page looks.
const KeptMonths = 12

// Share is how many of the decided cases were decided within the promise. A share
// of too few cases is Few and has no numbers.
type Share struct {
	InTime, Decided int64
	Few             bool
}

// Value is the share; false when there is none to show.
func (s Share) Value() (Amount, bool) {
	if s.Few || s.Decided == 0 {
		return 0, false
	}
	return Ratio(s.InTime, s.Decided), true
}

func (s *Share) add(inTime, decided int64) {
	s.InTime += inTime
	s.Decided += decided
}

// KeptMonth is a month of the public page; months of the span that were not
// published stand in it without a share.
type KeptMonth struct {
	Month     Month
	Published bool
	Share
	Score  Points
	Scored bool
}

// KeptLine is a body or an item over the whole span, with the score of the newest
// published month.
type KeptLine struct {
	Body, Item, Name string
	Share
	Score  Points
	Scored bool
}

// Kept is the promise kept, as everybody may see it: published months only, no
// person, and no share of fewer than five cases, nor one from which such a share
// could be subtracted.
type Kept struct {
	Name   string // of the body, '' for all
	Months []KeptMonth
	Whole  Share
	Lines  []KeptLine
	Target Amount // of the newest month's edition
}

// KeptBodies is the promise kept by body.
func (s *Service) KeptBodies(ctx context.Context) (*Kept, error) { return s.kept(ctx, ofBodies, "") }

// KeptItems is the promise kept by item, over all bodies.
func (s *Service) KeptItems(ctx context.Context) (*Kept, error) { return s.kept(ctx, ofItems, "") }

// KeptBody is the promise kept by one body, by item; Missing for a body that never
// stood on a published page.
func (s *Service) KeptBody(ctx context.Context, body string) (*Kept, error) {
	k, err := s.kept(ctx, ofBody, body)
	if err == nil && k.Name == "" {
		return nil, fault.Missing("scores.missing")
	}
	return k, err
}

// PublishedEdition names what is published now; pages kept rendered carry it.
func (s *Service) PublishedEdition(ctx context.Context) (string, error) {
	var n, last int64
	err := s.d.DB.Row(ctx, `SELECT COUNT(*), COALESCE(MAX(published_at), 0) FROM score_month WHERE state = 'published'`).Scan(&n, &last)
	return strconv.FormatInt(n, 10) + "/" + strconv.FormatInt(last, 10), err
}

// keptRow is a line of a published month with its share; inTime and decided are 0
// for a line that decided nothing.
type keptRow struct {
	month           Month
	line            Line
	inTime, decided int64
}

func (s *Service) kept(ctx context.Context, p part, body string) (*Kept, error) {
	last, err := db.One(s.d.DB.Row(ctx, `SELECT `+monthColumns+` FROM score_month WHERE state = 'published' ORDER BY month DESC LIMIT 1`), scanMonth)
	if db.NoRows(err) {
		return &Kept{}, nil
	}
	if err != nil {
		return nil, err
	}
	edition, err := s.system(ctx, s.d.DB, last.System)
	if err != nil {
		return nil, err
	}
	k := &Kept{}
	if x, ok := edition.Index(PromiseKept); ok {
		k.Target = x.Target
	}
	first := last.Month.Add(1 - KeptMonths)
	rows, err := s.d.DB.Query(ctx, `SELECT month FROM score_month WHERE state = 'published' AND month >= $1`, string(first))
	published, err := db.All(rows, err, db.Text)
	if err != nil {
		return nil, err
	}
	for m := first; m <= last.Month; m = m.Add(1) {
		k.Months = append(k.Months, KeptMonth{Month: m, Published: slices.Contains(published, string(m))})
	}
	all, err := s.keptRows(ctx, p, body, first)
	if err != nil {
		return nil, err
	}
	k.fold(all, p, body, last.Month)
	k.hide()
	return k, nil
}

func (s *Service) keptRows(ctx context.Context, p part, body string, first Month) ([]keptRow, error) {
	args := []any{string(first), PromiseKept}
	where := map[part]string{ofBodies: `l.item = ''`, ofItems: `l.body = ''`}[p]
	if p == ofBody {
		where, args = `l.body = $3`, append(args, body)
	}
	rows, err := s.d.DB.Query(ctx, `SELECT m.month, l.body, l.item, l.body_name, l.item_name, l.closed, l.weighed, l.score,
			COALESCE(f.numerator, 0), COALESCE(f.denominator, 0)
		FROM score_month m JOIN score_line l ON l.month = m.id
		LEFT JOIN score_figure f ON f.month = m.id AND f.body = l.body AND f.item = l.item AND f.code = $2
		WHERE m.state = 'published' AND m.month >= $1 AND `+where, args...)
	out, err := db.All(rows, err, func(r db.Scanner) (x keptRow, err error) {
		l := &x.line
		return x, r.Scan(&x.month, &l.Body, &l.Item, &l.BodyName, &l.ItemName, &l.Closed, &l.Weighed, &l.Score, &x.inTime, &x.decided)
	})
	slices.SortFunc(out, func(a, b keptRow) int { // names: the newest wins
		return slices.Compare([]string{a.line.Body, a.line.Item, string(a.month)}, []string{b.line.Body, b.line.Item, string(b.month)})
	})
	return out, err
}

// fold adds the rows up: the subject's own into the months, all others by line.
func (k *Kept) fold(rows []keptRow, p part, body string, newest Month) {
	for _, x := range rows {
		if own := x.line.Body == body && x.line.Item == ""; own {
			if p == ofBody {
				k.Name = x.line.BodyName
			}
			k.Whole.add(x.inTime, x.decided)
			i := slices.IndexFunc(k.Months, func(m KeptMonth) bool { return m.Month == x.month })
			m := &k.Months[i]
			m.Score, m.Scored = x.line.Score, x.line.Weighed > 0 && x.line.Closed >= Fewest
			m.add(x.inTime, x.decided)
			continue
		}
		n := len(k.Lines) - 1
		if n < 0 || k.Lines[n].Body != x.line.Body || k.Lines[n].Item != x.line.Item {
			k.Lines = append(k.Lines, KeptLine{Body: x.line.Body, Item: x.line.Item})
			n++
		}
		l := &k.Lines[n]
		l.Name = x.line.BodyName
		if x.line.Item != "" {
			l.Name = x.line.ItemName
		}
		l.add(x.inTime, x.decided)
		if x.month == newest {
			l.Score, l.Scored = x.line.Score, x.line.Weighed > 0 && x.line.Closed >= Fewest
		}
	}
	k.Lines = slices.DeleteFunc(k.Lines, func(l KeptLine) bool { return l.Decided == 0 })
}

// hide takes the numbers of small shares away, among the lines and among the
// months, each of which add up to a number that is shown.
func (k *Kept) hide() {
	var lines, months []*Share
	for i := range k.Lines {
		lines = append(lines, &k.Lines[i].Share)
	}
	for i := range k.Months {
		months = append(months, &k.Months[i].Share)
	}
	hideFew(lines)
	hideFew(months)
	hideFew([]*Share{&k.Whole})
}

// hideFew hides shares of fewer than Fewest cases. When what is hidden comes to
// fewer than that together, the smallest shown one goes too: else whoever subtracts
// finds it.
func hideFew(all []*Share) {
	var hidden int64
	for _, s := range all {
		if s.Decided > 0 && s.Decided < Fewest {
			hidden += s.Decided
			*s = Share{Few: true}
		}
	}
	for hidden > 0 && hidden < Fewest {
		var least *Share
		for _, s := range all {
			if s.Decided > 0 && (least == nil || s.Decided < least.Decided) {
				least = s
			}
		}
		if least == nil {
			return
		}
		hidden += least.Decided
		*least = Share{Few: true}
	}
}
