package catalogue

import (
	"context"
	"encoding/json"
	"io/fs"
	"slices"
	"time"

	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Outlook is the calendar as it would be with the years of a file, beside the one
// in force: what is shown before anything is changed.
type Outlook struct {
	Base int64 // version of the calendar in force, 0 when there is none
	// Hash names both calendars. Who confirms gives it back, so that what happens is
	// what was shown.
	Hash                 string
	Added, Changed, Same []int // years of the file
	Days                 []DayChange
	Before, After        *clock.Calendar
}

// DayChange is a day that the two calendars take differently. A year that is not
// announced takes Monday to Friday as working days (clock R12).
type DayChange struct {
	Date          clock.Date
	Before, After clock.Day
}

// Changes tells whether some year differs in any word of it.
func (o *Outlook) Changes() bool { return len(o.Added)+len(o.Changed) > 0 }

// Moves tells whether a date may follow differently: a day is counted otherwise,
// or a year is announced that was assumed.
func (o *Outlook) Moves() bool { return !o.Since().IsZero() }

// Since is the first day on which a date may follow differently, none when none can.
func (o *Outlook) Since() clock.Date {
	var since clock.Date
	if len(o.Added) > 0 {
		since = firstOf(slices.Min(o.Added))
	}
	for _, d := range o.Days { // in the order of days
		if d.Before.Workday != d.After.Workday {
			if since.IsZero() || d.Date.Before(since) {
				since = d.Date
			}
			break
		}
	}
	return since
}

// firstOf is the first day of a year.
func firstOf(year int) clock.Date {
	d, err := clock.NewDate(year, time.January, 1)
	if err != nil {
		panic(err) // the reader lets in years that have days
	}
	return d
}

func (o *Outlook) touched() []int {
	out := slices.Concat(o.Added, o.Changed)
	slices.Sort(out)
	return out
}

// Outlook weighs the years of a file against the calendar in force; it changes
// nothing.
func (s *Service) Outlook(ctx context.Context, years []set.CalendarYear) (*Outlook, error) {
	held, err := heldYears(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	base, err := calendarVersion(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	return weigh(held, base, years)
}

func weigh(held []Year, base int64, years []set.CalendarYear) (*Outlook, error) {
	o := &Outlook{Base: base}
	after := slices.Clone(held)
	for _, y := range years {
		source, err := encodeJSON(y)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(after, func(h Year) bool { return h.Year == y.Year })
		switch {
		case at < 0:
			o.Added = append(o.Added, y.Year)
			after = append(after, Year{CalendarYear: y, source: source})
		case after[at].source != source:
			o.Changed = append(o.Changed, y.Year)
			after[at] = Year{CalendarYear: y, source: source}
		default:
			o.Same = append(o.Same, y.Year)
		}
	}
	slices.SortFunc(after, func(a, b Year) int { return a.Year - b.Year })
	o.Hash = hashOf(sourcesOf(held) + "\n" + sourcesOf(after))
	var err error
	if o.Before, err = calendarOf(held); err != nil {
		return nil, err
	}
	if o.After, err = calendarOf(after); err != nil {
		return nil, err
	}
	o.Days = dayChanges(o.Before, o.After)
	return o, nil
}

func sourcesOf(years []Year) string {
	text := ""
	for _, y := range years {
		text += y.source + "\n"
	}
	return text
}

// dayChanges compares two calendars day by day over the years that either knows.
func dayChanges(before, after *clock.Calendar) []DayChange {
	var out []DayChange
	for _, year := range after.Years() { // a year that was announced stays so
		for d := firstOf(year); d.Year() == year; d = d.AddDays(1) {
			was, is := before.Day(d), after.Day(d)
			if was.Workday != is.Workday || was.Kind != is.Kind || was.Holiday != is.Holiday {
				out = append(out, DayChange{Date: d, Before: was, After: is})
			}
		}
	}
	return out
}

// Proposal is years that somebody read in to look at their effect first.
type Proposal struct {
	ID      string
	File    string // as it was called
	At      now.Instant
	Account string
	Name    string
	Years   []set.CalendarYear
}

// proposalsKept is how long a proposal that nobody confirmed is kept.
const proposalsKept = 30 * 24 * time.Hour

// ProposeCalendar reads a file and keeps its years, so that their effect can be
// paged through and confirmed. With a problem nothing is kept and the error is
// Invalid "catalogue.set_refused". Denied for who may not edit.
func (s *Service) ProposeCalendar(ctx context.Context, actor gov.Actor, folder fs.FS, name string) (string, set.Problems, error) {
	if err := mayEdit(actor); err != nil {
		return "", nil, err
	}
	years, problems := set.ReadCalendar(folder, name)
	if len(problems) > 0 {
		return "", problems, fault.Invalid("catalogue.set_refused", "count", len(problems)).With(problems)
	}
	text, err := encodeJSON(years)
	if err != nil {
		return "", nil, err
	}
	proposal := id.New()
	account, who, _, _, _ := actor.Stamp()
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		if err := tx.Exec(ctx, `DELETE FROM calendar_proposal WHERE made_at < $1`, int64(tx.Now().Add(-proposalsKept))); err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO calendar_proposal (id, file, years, made_at, made_by, made_name) VALUES ($1, $2, $3, $4, $5, $6)`,
			proposal, name, text, int64(tx.Now()), account, who)
	})
	return proposal, nil, err
}

const proposalSelect = `SELECT id, file, years, made_at, made_by, made_name FROM calendar_proposal `

// Proposal gives a proposal to an editor; Missing once it is taken in, thrown away
// or too old.
func (s *Service) Proposal(ctx context.Context, actor gov.Actor, proposal string) (*Proposal, error) {
	if err := mayEdit(actor); err != nil {
		return nil, err
	}
	return proposalIn(ctx, s.DB, proposal)
}

func proposalIn(ctx context.Context, r db.Reader, proposal string) (*Proposal, error) {
	p, err := db.One(r.Row(ctx, proposalSelect+`WHERE id = $1`, proposal), scanProposal)
	if db.NoRows(err) {
		return nil, fault.Missing("catalogue.no_proposal")
	}
	return p, err
}

// Proposals lists what waits to be confirmed, newest first. Denied for who may
// not edit.
func (s *Service) Proposals(ctx context.Context, actor gov.Actor) ([]*Proposal, error) {
	if err := mayEdit(actor); err != nil {
		return nil, err
	}
	rows, err := s.DB.Query(ctx, proposalSelect+`ORDER BY made_at DESC, id DESC LIMIT 20`)
	return db.All(rows, err, scanProposal)
}

func scanProposal(sc db.Scanner) (*Proposal, error) {
	p := &Proposal{}
	var years string
	if err := sc.Scan(&p.ID, &p.File, &years, &p.At, &p.Account, &p.Name); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(years), &p.Years); err != nil {
		return nil, fault.Internal(err, "catalogue.unreadable", "version", p.ID)
	}
	return p, nil
}

// Confirm takes a proposal in and lets it go; see ImportCalendar for seen and the
// errors. A second confirmation finds it missing.
func (s *Service) Confirm(ctx context.Context, actor gov.Actor, proposal, seen string) (CalendarReport, error) {
	var report CalendarReport
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		p, err := proposalIn(ctx, tx, proposal)
		if err != nil {
			return err
		}
		if report, err = s.importCalendarIn(ctx, tx, actor, p.Years, seen); err != nil {
			return err
		}
		return tx.Exec(ctx, `DELETE FROM calendar_proposal WHERE id = $1`, proposal)
	})
	return report, err
}

// Discard throws a proposal away; it is no error if it is gone. Denied for who may
// not edit.
func (s *Service) Discard(ctx context.Context, actor gov.Actor, proposal string) error {
	if err := mayEdit(actor); err != nil {
		return err
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.Exec(ctx, `DELETE FROM calendar_proposal WHERE id = $1`, proposal)
	})
}
