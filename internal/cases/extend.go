package cases

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/now"
)

// Extension is where the one extension of a case stands (art. 42).
type Extension string

// A refused one does not use the right up; a granted one does.
const (
	NotExtended      Extension = ""
	ExtensionAsked   Extension = "asked"
	Extended         Extension = "granted"
	ExtensionRefused Extension = "refused"
)

// ExtensionRequest is what 承办 asks of the head, and the answer.
type ExtensionRequest struct {
	Days      int
	Reason    string
	AskedName string
	AskedAt   now.Instant
	Granted   bool
	Words     string
	Name      string // who decided, '' while nobody has
	DecidedAt now.Instant
}

// AskExtension asks the head for more days, with reasons that the applicant will
// be told (art. 42).
func (s *Service) AskExtension(ctx context.Context, actor gov.Actor, caseID string, seen int64, days int, reason string) (*Case, error) {
	return s.verb(ctx, actor, caseID, seen, ActAskExtend, func(tx *db.Tx, c *Case, _ *Rules) error {
		if c.Extension == ExtensionAsked || c.Extension == Extended {
			return fault.Conflict("cases.extension_once")
		}
		var f fault.Fields
		required(&f, "reason", reason)
		if days < 1 || days > c.Ledger.ExtendMax {
			f.Add("days", "cases.extension_days", "most", c.Ledger.ExtendMax)
		}
		if err := f.Err(); err != nil {
			return err
		}
		if _, _, err := s.extended(ctx, tx, c, days); err != nil { // what could not be granted is not asked
			return err
		}
		eid := id.New()
		err := tx.Exec(ctx, `INSERT INTO extension (id, cases, days, reason, asked_by, asked_name, asked_at) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			eid, c.ID, days, s.seal(reason, "extension.reason:"+eid), actor.Account, actor.Name, int64(tx.Now()))
		if err != nil {
			return err
		}
		return s.act(ctx, tx, c, actor, ActAskExtend, Change{Step: c.Step, Extension: ExtensionAsked, Days: days, Reason: reason})
	})
}

// extended is the change that an extension makes, with its dates.
func (s *Service) extended(ctx context.Context, tx *db.Tx, c *Case, days int) (change Change, because []Because, err error) {
	event := at(tx.Now(), clock.Extend)
	event.Days = days
	change = Change{Step: c.Step, Event: event, Extension: Extended, Days: days}
	change.Dates, because, err = s.foresee(ctx, c, change, today(tx.Now()), clock.PromisedClock, clock.StatutoryClock)
	return change, because, err
}

// Extending tells which dates a case would have if its limits were extended on a
// day, for the head who is asked.
func (s *Service) Extending(ctx context.Context, actor gov.Actor, c *Case, days int, on clock.Date) (Dates, error) {
	if err := allow(actor, c, serves(actor, c)); err != nil {
		return Dates{}, err
	}
	if err := s.ledger(ctx, c); err != nil {
		return Dates{}, err
	}
	event := &clock.Event{At: on.Time(), Do: clock.Extend, Days: days}
	d, _, err := s.foresee(ctx, c, Change{Step: c.Step, Event: event}, on)
	if err != nil {
		return Dates{}, err
	}
	return *d, nil
}

// DecideExtension is the head's answer. Granted, the limits grow by the days
// asked for and the applicant is told the reasons; it must come before the
// statutory date has passed.
func (s *Service) DecideExtension(ctx context.Context, actor gov.Actor, caseID string, seen int64, grant bool, words string) (*Case, error) {
	act := ActExtend
	var f fault.Fields
	limited(&f, "words", words)
	if !grant {
		act = ActRefuseExtend
		required(&f, "words", words)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.verb(ctx, actor, caseID, seen, act, func(tx *db.Tx, c *Case, _ *Rules) error {
		if c.Extension != ExtensionAsked {
			return fault.Conflict("cases.extension_not_asked")
		}
		eid, asked, err := s.askedExtension(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		err = tx.Exec(ctx, `UPDATE extension SET granted = $2, words = $3, decided_by = $4, decided_name = $5, decided_at = $6 WHERE id = $1`,
			eid, grant, s.seal(words, "extension.words:"+eid), actor.Account, actor.Name, int64(tx.Now()))
		if err != nil {
			return err
		}
		if !grant {
			return s.act(ctx, tx, c, actor, ActRefuseExtend, Change{Step: c.Step, Extension: ExtensionRefused, Reason: words})
		}
		return s.extendIn(ctx, tx, actor, c, asked, words)
	})
}

func (s *Service) extendIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Case, asked ExtensionRequest, words string) error {
	change, because, err := s.extended(ctx, tx, c, asked.Days)
	if err != nil {
		return err
	}
	d := change.Dates
	change.Reason, change.Words = asked.Reason, words
	change.Letter, err = s.issue(ctx, tx, c, Text{Kind: ExtensionLetter, Days: asked.Days, Unit: c.Ledger.Limits.Promised.Unit,
		Reason: asked.Reason, Former: c.PromisedDue, Due: d.PromisedDue, Statutory: d.StatutoryDue,
		Provisional: d.Provisional, Because: because})
	if err != nil {
		return err
	}
	if err := s.act(ctx, tx, c, actor, ActExtend, change); err != nil {
		return err
	}
	return s.publish(ctx, tx, "case.extended", c)
}

const extensionColumns = `id, days, reason, asked_name, asked_at, granted, words, decided_name, decided_at`

func (s *Service) scanExtension(r db.Scanner) (eid string, x ExtensionRequest, err error) {
	var reason, words string
	if err := r.Scan(&eid, &x.Days, &reason, &x.AskedName, &x.AskedAt, &x.Granted, &words, &x.Name, &x.DecidedAt); err != nil {
		return "", x, err
	}
	if err := s.unseal(reason, "extension.reason:"+eid, &x.Reason); err != nil || words == "" {
		return eid, x, err
	}
	return eid, x, s.unseal(words, "extension.words:"+eid, &x.Words)
}

func (s *Service) askedExtension(ctx context.Context, tx *db.Tx, caseID string) (eid string, x ExtensionRequest, err error) {
	return s.scanExtension(tx.Row(ctx, `SELECT `+extensionColumns+` FROM extension WHERE cases = $1 AND decided_at = 0`, caseID))
}

// Extensions lists what was asked for a case, oldest first, for those who serve.
func (s *Service) Extensions(ctx context.Context, actor gov.Actor, c *Case) ([]ExtensionRequest, error) {
	if err := allow(actor, c, serves(actor, c)); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT `+extensionColumns+` FROM extension WHERE cases = $1 ORDER BY id`, c.ID)
	return db.All(rows, err, func(r db.Scanner) (ExtensionRequest, error) {
		_, x, err := s.scanExtension(r)
		return x, err
	})
}
