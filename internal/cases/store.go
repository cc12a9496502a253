package cases

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// listed are the columns of a row in a list, columns those of a case that is
// worked on, with the ledger behind its dates.
const columns = listed + `, ledger`

const listed = `id, number, token, application, bundle, bundle_name, holder, item, item_name, local_item, body, body_name, department,
	region, applicant, applicant_kind, applicant_name, account, channel, device, immediate, delivery_way,
	state, step, awaits, submitted_at, submitted_on, accepted_at, accepted_on, acceptance_seq, decided_at,
	decided_on, delivered_on, ended_at, accept_due, promised_due, statutory_due, deliver_due, correction_due,
	due_on, provisional, corrections, returns, officer, reviewer, licence, rated, served_on, step_on,
	step_days, step_due, resume_due, next_on, deemed, refused, posted, extension, version, head`

func scan(s db.Scanner) (*Case, error) {
	c := &Case{}
	err := s.Scan(append(c.fields(), &c.Ledger)...)
	c.loaded = c.Head.Version
	return c, err
}

func scanListed(s db.Scanner) (*Case, error) {
	c := &Case{}
	err := s.Scan(c.fields()...)
	c.loaded = c.Head.Version
	return c, err
}

// fields are where the listed columns go.
func (c *Case) fields() []any {
	return []any{&c.ID, &c.Number, &c.Token, &c.Application, &c.Bundle, &c.BundleName, &c.Holder, &c.Item, &c.ItemName, &c.LocalItem, &c.Body,
		&c.BodyName, &c.Department, &c.Region, &c.Applicant, &c.ApplicantKind, &c.ApplicantName, &c.Account,
		&c.Channel, &c.Device, &c.Immediate, &c.DeliveryWay, &c.State, &c.Step, &c.Awaits, &c.SubmittedAt,
		&c.SubmittedOn, &c.AcceptedAt, &c.AcceptedOn, &c.AcceptanceSeq, &c.DecidedAt, &c.DecidedOn,
		&c.DeliveredOn, &c.EndedAt, &c.AcceptDue, &c.PromisedDue, &c.StatutoryDue, &c.DeliverDue,
		&c.CorrectionDue, &c.DueOn, &c.Provisional, &c.Corrections, &c.Returns, &c.Officer, &c.Reviewer,
		&c.Licence, &c.Rated, &c.ServedOn, &c.StepOn, &c.StepDays, &c.StepDue, &c.ResumeDue, &c.NextOn, &c.Deemed, &c.Refused, &c.Posted, &c.Extension,
		&c.Head.Version, &c.Head.Hash}
}

// load reads a case by id, or Missing.
func load(ctx context.Context, r db.Reader, id string) (*Case, error) {
	return loaded(r.Row(ctx, `SELECT `+columns+` FROM cases WHERE id = $1`, id))
}

// lock reads a case that is about to change. Who comes second waits here, and
// then finds a newer version than the one he saw.
func lock(ctx context.Context, tx *db.Tx, id string) (*Case, error) {
	return loaded(tx.Row(ctx, `SELECT `+columns+` FROM cases WHERE id = $1 /*for update*/`, id))
}

func loaded(row db.Row) (*Case, error) {
	c, err := db.One(row, scan)
	if db.NoRows(err) {
		return nil, fault.Missing("cases.missing")
	}
	return c, err
}

func insert(ctx context.Context, tx *db.Tx, c *Case) error {
	return tx.Exec(ctx, `INSERT INTO cases (`+columns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,
		$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36,$37,$38,$39,$40,
		$41,$42,$43,$44,$45,$46,$47,$48,$49,$50,$51,$52,$53,$54,$55,$56,$57,$58,$59,$60)`,
		c.ID, string(c.Number), c.Token, c.Application, c.Bundle, c.BundleName, c.Holder, c.Item, c.ItemName, c.LocalItem, c.Body,
		c.BodyName, c.Department, string(c.Region), c.Applicant, c.ApplicantKind, c.ApplicantName, c.Account,
		string(c.Channel), c.Device, c.Immediate, c.DeliveryWay, string(c.State), string(c.Step),
		string(c.Awaits), int64(c.SubmittedAt), c.SubmittedOn, int64(c.AcceptedAt), c.AcceptedOn,
		c.AcceptanceSeq, int64(c.DecidedAt), c.DecidedOn, c.DeliveredOn, int64(c.EndedAt), c.AcceptDue,
		c.PromisedDue, c.StatutoryDue, c.DeliverDue, c.CorrectionDue, c.DueOn, c.Provisional, c.Corrections,
		c.Returns, c.Officer, c.Reviewer, c.Licence, c.Rated, c.ServedOn, c.StepOn, c.StepDays, c.StepDue, c.ResumeDue, c.NextOn,
		c.Deemed, c.Refused, c.Posted, string(c.Extension), c.Head.Version, c.Head.Hash, c.Ledger.text())
}

// save writes the row if it still stands where it was read; otherwise somebody
// was faster and nothing of this transaction stands.
func save(ctx context.Context, tx *db.Tx, c *Case) error {
	return tx.ExecOne(ctx, stale(c), `UPDATE cases SET state = $3, step = $4, awaits = $5, submitted_on = $6,
		accepted_at = $7, accepted_on = $8, acceptance_seq = $9, decided_at = $10, decided_on = $11,
		delivered_on = $12, ended_at = $13, accept_due = $14, promised_due = $15, statutory_due = $16,
		deliver_due = $17, correction_due = $18, due_on = $19, provisional = $20, corrections = $21,
		returns = $22, officer = $23, reviewer = $24, licence = $25, rated = $26, delivery_way = $27,
		applicant_name = $28, step_on = $29, step_days = $30, step_due = $31, resume_due = $32, next_on = $33,
		deemed = $34, extension = $35, version = $36, head = $37, ledger = $38, served_on = $39,
		holder = $40, refused = $41, posted = $42 WHERE id = $1 AND version = $2`,
		c.ID, c.loaded, string(c.State), string(c.Step), string(c.Awaits), c.SubmittedOn,
		int64(c.AcceptedAt), c.AcceptedOn, c.AcceptanceSeq, int64(c.DecidedAt), c.DecidedOn,
		c.DeliveredOn, int64(c.EndedAt), c.AcceptDue, c.PromisedDue, c.StatutoryDue,
		c.DeliverDue, c.CorrectionDue, c.DueOn, c.Provisional, c.Corrections,
		c.Returns, c.Officer, c.Reviewer, c.Licence, c.Rated, c.DeliveryWay,
		c.ApplicantName, c.StepOn, c.StepDays, c.StepDue, c.ResumeDue, c.NextOn,
		c.Deemed, string(c.Extension), c.Head.Version, c.Head.Hash, c.Ledger.text(), c.ServedOn, c.Holder, c.Refused, c.Posted)
}

func stale(c *Case) error {
	return fault.Conflict("cases.stale", "number", c.Number.Grouped())
}

// check refuses an act on a version that is no longer there. seen 0 is for
// reactions and jobs, which act on what they load.
func check(c *Case, seen int64) error {
	if seen != 0 && seen != c.Head.Version {
		return stale(c)
	}
	return nil
}

// act moves the case by the lifecycle and writes the journal; the caller has
// asked whether the actor may, and saves the row afterwards. The payload must
// say everything that the act changed in the row.
func (s *Service) act(ctx context.Context, tx *db.Tx, c *Case, actor gov.Actor, act Act, change Change) error {
	to := c.State
	if act != ActOpen {
		next, err := Lifecycle.Next(c.State, act)
		if err != nil {
			return err
		}
		to = next
	}
	from := c.State
	if act == ActOpen {
		from = ""
	}
	c.leave(change.Step, today(tx.Now()))
	c.State, c.Step = to, change.Step
	c.Refused = c.Refused || to == Refused
	c.apply(change)
	if err := s.redate(ctx, tx, c, from != to, &change); err != nil {
		return err
	}
	c.dates()
	if c.Ended() && c.EndedAt == 0 {
		c.EndedAt = tx.Now()
	}
	head, err := s.book.Append(ctx, tx, journal.Entry{
		Subject: journal.Subject{Kind: SubjectKind, ID: c.ID}, Prev: c.Head, Act: string(act), Actor: actor,
		Post: post(actor, c), From: string(from), To: string(to), Payload: change.bytes(),
	})
	if err != nil {
		return err
	}
	c.Head = head
	if err := s.reactions.Acted(ctx, tx, actor, c, act, change); err != nil {
		return err
	}
	return s.follow(ctx, tx, actor, c, act)
}

// redate sets every date of the case after a change that may have moved one.
func (s *Service) redate(ctx context.Context, tx *db.Tx, c *Case, moved bool, change *Change) error {
	if c.unbegun() || change.Dates != nil || (change.Event == nil && change.Stage == nil && !moved) {
		return nil
	}
	cal, err := s.calendar.Calendar(ctx)
	if err != nil {
		return err
	}
	d, err := c.reckon(cal, today(tx.Now()), c.done(*change))
	if err != nil {
		return err
	}
	c.setDates(d)
	change.Dates = &d
	return nil
}

// post names the post the actor used: the first one at the case's body, else the
// first whose region covers it.
func post(actor gov.Actor, c *Case) string {
	covering := ""
	for _, p := range actor.Posts {
		if p.Body == c.Body {
			return p.ID
		}
		if covering == "" && gov.Region(p.Region).Contains(c.Region) {
			covering = p.ID
		}
	}
	return covering
}

// MovePartyIn renames a party in every case, because two parties turned out to
// be one; identity journals why.
func (s *Service) MovePartyIn(ctx context.Context, tx *db.Tx, from, into string) error {
	return tx.Exec(ctx, `UPDATE cases SET applicant = $2 WHERE applicant = $1`, from, into)
}
