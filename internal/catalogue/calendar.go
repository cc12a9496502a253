package catalogue

import (
	"context"
	"encoding/json"
	"fmt"

	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// The statutory calendar (行政许可法 art. 82): the State Council's notices as data,
// a version for every change. What is in force is read by everybody; only editors
// change it, and every change is counted out to the running cases (clock R13).

// Year is a year of the calendar as it is in force.
type Year struct {
	set.CalendarYear
	Version int64 // of the calendar, with which this year became what it is

	source string
}

// Calendar is the statutory calendar in force, kept by generation.
func (s *Service) Calendar(ctx context.Context) (*clock.Calendar, error) {
	c, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return c.calendar, nil
}

// CalendarIn is the calendar as r sees it. What must not count by a calendar that
// another process has just replaced asks here, inside its transaction.
func (s *Service) CalendarIn(ctx context.Context, r db.Reader) (*clock.Calendar, error) {
	years, err := heldYears(ctx, r)
	if err != nil {
		return nil, err
	}
	return calendarOf(years)
}

// Years are the years of the calendar in force, ascending.
func (s *Service) Years(ctx context.Context) ([]Year, error) { return heldYears(ctx, s.DB) }

func heldYears(ctx context.Context, r db.Reader) ([]Year, error) {
	rows, err := r.Query(ctx, `SELECT version, source FROM calendar_year ORDER BY year`)
	return db.All(rows, err, scanYear)
}

func scanYear(sc db.Scanner) (Year, error) {
	var y Year
	if err := sc.Scan(&y.Version, &y.source); err != nil {
		return y, err
	}
	if err := json.Unmarshal([]byte(y.source), &y.CalendarYear); err != nil {
		return y, fault.Internal(err, "catalogue.unreadable", "version", "calendar_year")
	}
	return y, nil
}

func calendarOf(years []Year) (*clock.Calendar, error) {
	in := make([]clock.Year, len(years))
	for i, y := range years {
		in[i] = y.Clock()
	}
	c, err := clock.NewCalendar(in)
	if err != nil {
		return nil, fault.Internal(err, "catalogue.calendar")
	}
	return c, nil
}

// CalendarVersion is one change of the calendar.
type CalendarVersion struct {
	Number     int64
	Generation int64
	At         now.Instant
	Account    string // '' for what was there before versions were kept
	Name       string
	Years      []Year // those that it brought or changed, ascending
}

// CalendarVersions lists the changes of the calendar, newest first, below one
// number; 0 begins at the newest.
func (s *Service) CalendarVersions(ctx context.Context, below int64, limit int) ([]CalendarVersion, error) {
	rows, err := s.DB.Query(ctx, `SELECT version, generation, made_at, made_by, made_name FROM calendar_version
		WHERE version < $1 OR $1 = 0 ORDER BY version DESC LIMIT $2`, below, limit)
	list, err := db.All(rows, err, func(sc db.Scanner) (v CalendarVersion, err error) {
		err = sc.Scan(&v.Number, &v.Generation, &v.At, &v.Account, &v.Name)
		return v, err
	})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	rows, err = s.DB.Query(ctx, `SELECT version, source FROM calendar_year_version WHERE version >= $1 AND version <= $2
		ORDER BY year`, list[len(list)-1].Number, list[0].Number)
	years, err := db.All(rows, err, scanYear)
	for _, y := range years {
		for i := range list {
			if list[i].Number == y.Version {
				list[i].Years = append(list[i].Years, y)
			}
		}
	}
	return list, err
}

// CalendarVersion is the number of the calendar in force, 0 before the first.
func (s *Service) CalendarVersion(ctx context.Context) (int64, error) {
	return calendarVersion(ctx, s.DB)
}

func calendarVersion(ctx context.Context, r db.Reader) (n int64, err error) {
	err = r.Row(ctx, `SELECT COALESCE(max(version), 0) FROM calendar_version`).Scan(&n)
	return n, err
}

// CalendarChange is told to those whose dates follow the calendar.
type CalendarChange struct {
	Version int64
	Years   []int      // brought or changed, ascending
	Since   clock.Date // the first day that is counted differently
}

// CalendarReport is what an import of a calendar did.
type CalendarReport struct {
	Generation int64 `json:"generation"`
	Version    int64 `json:"version"` // of the calendar in force afterwards
	Changed    bool  `json:"changed"` // false: the years were held already
	Recount    bool  `json:"recount"` // dates may follow differently; the running cases are counted again
	Years      Tally `json:"years"`
}

// ImportCalendar takes years in beside those that are held, in one transaction
// with the job that counts the running cases again. seen is the hash of the
// Outlook that the actor was shown.
//
// Errors: Denied for who may not edit; Conflict "catalogue.calendar_moved" when
// the calendar in force, or the years, are not what was shown.
func (s *Service) ImportCalendar(ctx context.Context, actor gov.Actor, years []set.CalendarYear, seen string) (CalendarReport, error) {
	var report CalendarReport
	err := s.DB.Do(ctx, func(tx *db.Tx) (err error) {
		report, err = s.importCalendarIn(ctx, tx, actor, years, seen)
		return err
	})
	return report, err
}

func (s *Service) importCalendarIn(ctx context.Context, tx *db.Tx, actor gov.Actor, years []set.CalendarYear, seen string) (CalendarReport, error) {
	if err := mayEdit(actor); err != nil {
		return CalendarReport{}, err
	}
	w, err := s.lock(ctx, tx)
	if err != nil {
		return CalendarReport{}, err
	}
	i := &importing{s: s, tx: tx, actor: actor, generation: w.generation + 1}
	o, err := i.takeYears(ctx, years)
	if err != nil {
		return CalendarReport{}, err
	}
	if o.Hash != seen {
		return CalendarReport{}, fault.Conflict("catalogue.calendar_moved")
	}
	report := CalendarReport{Generation: w.generation, Version: o.Base, Years: i.report.Years}
	if !i.report.Years.moved() {
		return report, nil
	}
	report.Changed, report.Version, report.Recount = true, i.report.Calendar, i.calendar != nil
	w, err = s.record(ctx, tx, actor, w, change{"calendar", struct {
		CalendarReport
		Hash string `json:"hash"`
	}{report, o.Hash}})
	if err != nil {
		return report, err
	}
	report.Generation = w.generation
	return report, i.tellCalendar(ctx)
}

// years takes in the holidays of a set, if it has them.
func (i *importing) years(ctx context.Context) error {
	if !i.set.Has(set.Holidays) {
		return nil
	}
	_, err := i.takeYears(ctx, i.set.Years)
	return err
}

// takeYears stores the years that are new or differ as a new version of the
// calendar, and gives what they change. Years that are held and not among them stay.
func (i *importing) takeYears(ctx context.Context, years []set.CalendarYear) (*Outlook, error) {
	held, err := heldYears(ctx, i.tx)
	if err != nil {
		return nil, err
	}
	base, err := calendarVersion(ctx, i.tx)
	if err != nil {
		return nil, err
	}
	o, err := weigh(held, base, years)
	if err != nil {
		return nil, err
	}
	version := base + 1
	rows, err := rowsOf(years, func(y set.CalendarYear, source string) []any {
		return []any{int64(y.Year), version, source}
	})
	if err != nil {
		return nil, err
	}
	if i.report.Years, err = i.merge(ctx, yearTable, rows); err != nil || !o.Changes() {
		return o, err
	}
	i.report.Calendar = version
	if o.Moves() {
		i.calendar = &CalendarChange{Version: version, Years: o.touched(), Since: o.Since()}
	}
	account, name, _, _, _ := i.actor.Stamp()
	err = i.tx.Exec(ctx, `INSERT INTO calendar_version (version, generation, made_at, made_by, made_name) VALUES ($1, $2, $3, $4, $5)`,
		version, i.generation, int64(i.tx.Now()), account, name)
	if err != nil {
		return o, err
	}
	return o, i.tx.Exec(ctx, `INSERT INTO calendar_year_version (year, version, source)
		SELECT year, version, source FROM calendar_year WHERE version = $1`, version)
}

// tellCalendar lets the running cases follow, when a date may.
func (i *importing) tellCalendar(ctx context.Context) error {
	if i.calendar == nil || i.s.react == nil {
		return nil
	}
	return i.s.react.CalendarChanged(ctx, i.tx, i.actor, *i.calendar)
}

// CalendarText is the calendar in force as a file that an import reads: what one
// puts the next notice into.
func (s *Service) CalendarText(ctx context.Context) ([]byte, error) {
	held, err := s.Years(ctx)
	if err != nil {
		return nil, err
	}
	years := make([]set.CalendarYear, len(held))
	for i, y := range held {
		years[i] = y.CalendarYear
	}
	text, err := set.CalendarText(years)
	if err != nil {
		return nil, fmt.Errorf("calendar as a file: %w", err)
	}
	return text, nil
}
