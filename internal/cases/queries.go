package cases

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Case reads a case the actor may see.
func (s *Service) Case(ctx context.Context, actor gov.Actor, id string) (*Case, error) {
	return s.CaseAt(ctx, s.db, actor, id)
}

// CaseAt is Case as r sees it: inside a transaction, with what it has changed.
func (s *Service) CaseAt(ctx context.Context, r db.Reader, actor gov.Actor, id string) (*Case, error) {
	c, err := load(ctx, r, id)
	if err != nil {
		return nil, err
	}
	return c, allow(actor, c, MaySee(actor, c))
}

// ByNumber reads a case by the number on its receipt. Spaces and full-width
// digits are forgiven, a wrong check digit is not.
func (s *Service) ByNumber(ctx context.Context, actor gov.Actor, number string) (*Case, error) {
	n, err := gov.ParseCaseNumber(number)
	if err != nil {
		return nil, fault.Invalid("cases.number_wrong")
	}
	return s.one(ctx, actor, `number = $1`, string(n))
}

// ByToken reads a case by its QR code, for staff with a scanner.
func (s *Service) ByToken(ctx context.Context, actor gov.Actor, token string) (*Case, error) {
	return s.one(ctx, actor, `token = $1`, token)
}

// ByApplication reads the case an application opened.
func (s *Service) ByApplication(ctx context.Context, actor gov.Actor, application string) (*Case, error) {
	return s.ByApplicationAt(ctx, s.db, actor, application)
}

// ByApplicationAt is ByApplication as r sees it: inside a transaction, with what
// it has opened.
func (s *Service) ByApplicationAt(ctx context.Context, r db.Reader, actor gov.Actor, application string) (*Case, error) {
	return s.oneAt(ctx, r, actor, `application = $1 ORDER BY id LIMIT 1`, application)
}

func (s *Service) one(ctx context.Context, actor gov.Actor, where, arg string) (*Case, error) {
	return s.oneAt(ctx, s.db, actor, where, arg)
}

func (s *Service) oneAt(ctx context.Context, r db.Reader, actor gov.Actor, where, arg string) (*Case, error) {
	c, err := db.One(r.Row(ctx, `SELECT `+columns+` FROM cases WHERE `+where, arg), scan)
	if db.NoRows(err) {
		return nil, fault.Missing("cases.missing")
	}
	if err != nil {
		return nil, err
	}
	return c, allow(actor, c, MaySee(actor, c))
}

// PublicStatus is what a receipt's QR code shows to whoever holds it: no person,
// no answer, only where the matter stands.
type PublicStatus struct {
	Number      gov.CaseNumber
	ItemName    string
	BodyName    string
	State       State
	Awaits      Awaits
	SubmittedOn clock.Date
	DueOn       clock.Date
	Provisional bool
	Deemed      bool // accepted by silence
	Refused     bool
}

// PublicStatus reads a case by its token.
func (s *Service) PublicStatus(ctx context.Context, token string) (PublicStatus, error) {
	c, err := s.holding(ctx, token)
	if err != nil {
		return PublicStatus{}, err
	}
	return c.public(), nil
}

// holding reads the case whose token somebody holds.
func (s *Service) holding(ctx context.Context, token string) (*Case, error) {
	c, err := db.One(s.db.Row(ctx, `SELECT `+columns+` FROM cases WHERE token = $1`, token), scan)
	if db.NoRows(err) {
		return nil, fault.Missing("cases.missing")
	}
	return c, err
}

func (c *Case) public() PublicStatus {
	return PublicStatus{Number: c.Number, ItemName: c.ItemName, BodyName: c.BodyName, State: c.State, Awaits: c.Awaits,
		SubmittedOn: c.SubmittedOn, DueOn: c.DueOn, Provisional: c.Assumed(c.DueOn), Deemed: c.Deemed, Refused: c.Refused}
}

// Filter narrows a work list; empty fields do not.
type Filter struct {
	Awaits  []Awaits // who is awaited; empty means anybody
	State   State
	Item    string
	Body    string
	Name    string // beginning of the applicant's name
	Number  string
	Of      string   // an application: its cases
	Party   []string // applicants, as found by identity
	From    clock.Date
	To      clock.Date // submitted on, both included
	Arrived clock.Date // the day on which it reached us, whenever its limits begin (R1)
	Officer string
	Duty    bool // only what waits for one of the actor's own posts
	Asked   bool // only those whose extension waits for the head
}

// Page is a place in a list: after the row with this due date and id.
type Page struct {
	Due   clock.Date
	ID    string
	Limit int // at most MostRows
}

// MostRows is the longest page of a list.
const MostRows = 200

// List gives the actor's cases by time left. The actor's posts narrow it in SQL,
// so that a list, a count and an export never show more than a detail page would.
func (s *Service) List(ctx context.Context, actor gov.Actor, f Filter, p Page) ([]*Case, error) {
	q := query{}
	if !q.scope(actor) {
		return nil, nil
	}
	q.filter(f)
	if f.Duty {
		q.duty(actor)
	}
	if p.ID != "" {
		q.and(`(due_on, id) > (` + q.arg(p.Due) + `, ` + q.arg(p.ID) + `)`)
	}
	if p.Limit <= 0 || p.Limit > MostRows {
		p.Limit = MostRows
	}
	rows, err := s.db.Query(ctx, `SELECT `+listed+` FROM cases WHERE `+q.where()+
		` ORDER BY due_on, id LIMIT `+sized(p.Limit), q.args...)
	return upTo(p.Limit)(db.All(rows, err, scanListed))
}

// sized is how many rows a statement asks for: one of a few numbers, which stand in
// the text. With a number among the arguments PostgreSQL plans every page anew.
func sized(limit int) string {
	for _, n := range []int{21, 51, 101} {
		if limit <= n {
			return strconv.Itoa(n)
		}
	}
	return strconv.Itoa(MostRows)
}

// upTo leaves out what a statement gave beyond the rows asked for.
func upTo(limit int) func([]*Case, error) ([]*Case, error) {
	return func(all []*Case, err error) ([]*Case, error) { return all[:min(limit, len(all))], err }
}

// Count gives how many cases List would give in all; of more than MostCounted it
// gives MostCounted+1.
func (s *Service) Count(ctx context.Context, actor gov.Actor, f Filter) (n int64, err error) {
	q := query{}
	if !q.scope(actor) {
		return 0, nil
	}
	q.filter(f)
	if f.Duty {
		q.duty(actor)
	}
	err = s.db.Row(ctx, `SELECT `+q.counted("TRUE"), q.args...).Scan(&n)
	return n, err
}

// Mine lists what the actor applied for, newest first, after the case before.
func (s *Service) Mine(ctx context.Context, actor gov.Actor, before string, limit int) ([]*Case, error) {
	party := actor.Concerned()
	if actor.Kind != gov.Person || party == "" {
		return nil, nil
	}
	if limit <= 0 || limit > MostRows {
		limit = MostRows
	}
	if before == "" {
		before = "~" // after every UUID
	}
	where, args := `applicant = $1 AND id < $2`, []any{party, before, limit}
	if actor.Narrowed() {
		where, args = where+` AND item in_list($4)`, append(args, db.List(actor.Items))
	}
	rows, err := s.db.Query(ctx, `SELECT `+listed+` FROM cases WHERE `+where+` ORDER BY id DESC LIMIT $3`, args...)
	return db.All(rows, err, scanListed)
}

// query collects conditions with their arguments; the text depends only on which
// filters are set, so statements stay prepared.
type query struct {
	conds []string
	args  []any
}

func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *query) and(cond string) { q.conds = append(q.conds, cond) }

func (q *query) where() string {
	if len(q.conds) == 0 {
		return "TRUE"
	}
	return strings.Join(q.conds, " AND ")
}

// scope is serves, watches and mine as SQL. It tells false when the actor sees
// no case at all.
func (q *query) scope(a gov.Actor) bool {
	if a.Kind == gov.System {
		return true
	}
	if a.Kind == gov.Person {
		q.and(`applicant = ` + q.arg(a.Concerned()))
		if a.Narrowed() {
			q.and(`item in_list(` + q.arg(db.List(a.Items)) + `)`)
		}
		return a.Concerned() != ""
	}
	var bodies []string
	for _, r := range []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover} {
		bodies = append(bodies, a.Bodies(r)...)
	}
	var any []string
	if len(bodies) > 0 {
		any = append(any, q.among("body", bodies))
	}
	for _, r := range []gov.Role{gov.RoleClerk, gov.RoleOutlet, gov.RoleSupervisor} {
		for _, region := range a.Regions(r) {
			if p := region.Prefix(); p != "" {
				any = append(any, `(region >= `+q.arg(p)+` AND region < `+q.arg(p+":")+`)`)
			}
		}
	}
	if len(any) == 0 {
		return false
	}
	q.and(`(` + strings.Join(any, " OR ") + `)`)
	return true
}

// among is column being one of values. A single value is asked for as such: an
// index then gives the list in its order, which several values would lose.
func (q *query) among(column string, values []string) string {
	slices.Sort(values)
	if values = slices.Compact(values); len(values) == 1 {
		return column + ` = ` + q.arg(values[0])
	}
	return column + ` in_list(` + q.arg(db.List(values)) + `)`
}

// isWaiting stands in the text of a statement, because its index holds these alone: they
// are few, and lie among the ended, of whom nobody is awaited either.
const isWaiting = `state = 'waiting'`

func (q *query) filter(f Filter) {
	switch {
	case covers(f.Awaits, awaitable): // the order of an index, which a list of values would lose
		q.and(`awaits <> ''`)
	case len(f.Awaits) == 1:
		q.and(`awaits = ` + q.arg(string(f.Awaits[0])))
	case len(f.Awaits) > 0:
		q.and(`awaits in_list(` + q.arg(db.List(f.Awaits)) + `)`)
	}
	if f.State == Waiting {
		q.and(isWaiting)
	} else {
		q.equal("state", string(f.State))
	}
	if f.Asked {
		q.and(`id IN (SELECT cases FROM extension WHERE decided_at = 0)`)
	}
	q.equal("item", f.Item)
	q.equal("body", f.Body)
	q.equal("officer", f.Officer)
	q.equal("number", f.Number)
	q.equal("application", f.Of)
	if f.Name != "" {
		q.and(`(applicant_name >= ` + q.arg(f.Name) + ` AND applicant_name < ` + q.arg(f.Name+"\U0010FFFF") + `)`)
	}
	if len(f.Party) > 0 {
		q.and(`applicant in_list(` + q.arg(db.List(f.Party)) + `)`)
	}
	if !f.From.IsZero() {
		q.and(`submitted_on >= ` + q.arg(f.From))
	}
	if !f.To.IsZero() {
		q.and(`submitted_on <= ` + q.arg(f.To))
	}
	if day := f.Arrived; !day.IsZero() {
		// no limit begins before the filing, so the index of days narrows what the instants decide
		q.and(`submitted_on >= ` + q.arg(day))
		q.and(`submitted_at >= ` + q.arg(int64(now.FromTime(day.Time()))))
		q.and(`submitted_at < ` + q.arg(int64(now.FromTime(day.AddDays(1).Time()))))
	}
}

// covers tells whether list names everybody in all.
func covers(list, all []Awaits) bool {
	for _, a := range all {
		if !slices.Contains(list, a) {
			return false
		}
	}
	return true
}

func (q *query) equal(column, v string) {
	if v != "" {
		q.and(column + ` = ` + q.arg(v))
	}
}

// Trace gives the case's journal, oldest first. Applicants read it without the
// staff's inner words: an opinion is not a letter.
func (s *Service) Trace(ctx context.Context, actor gov.Actor, c *Case) ([]Line, error) {
	if err := allow(actor, c, MaySee(actor, c)); err != nil {
		return nil, err
	}
	lines, err := s.book.Of(ctx, s.db, journal.Subject{Kind: SubjectKind, ID: c.ID})
	if err != nil {
		return nil, err
	}
	inner := MaySeeForm(actor, c) && !mine(actor, c)
	out := make([]Line, len(lines))
	for i, l := range lines {
		if out[i], err = readLine(l); err != nil {
			return nil, err
		}
		if !inner && Act(l.Act) != ActDecline && Act(l.Act) != ActRefuse {
			out[i].Change.Words = ""
			switch Act(l.Act) {
			case ActReturn, ActAskExtend, ActRefuseExtend:
				out[i].Change.Reason = ""
			}
		}
	}
	return out, nil
}

// Line is an entry of the case's journal with its change opened.
type Line struct {
	journal.Line
	Change Change
}

func readLine(l journal.Line) (Line, error) {
	out := Line{Line: l}
	if l.Erased || l.Payload == nil {
		return out, nil
	}
	if err := json.Unmarshal(l.Payload, &out.Change); err != nil {
		return out, fault.Internal(err, "cases.unreadable", "where", "journal")
	}
	out.Payload = nil
	return out, nil
}

// Opinions lists what the steps concluded, oldest first, for those who serve.
func (s *Service) Opinions(ctx context.Context, actor gov.Actor, c *Case) ([]Opinion, error) {
	if err := allow(actor, c, serves(actor, c)); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT id, step, verdict, words, account, name, at, void FROM opinion
		WHERE cases = $1 ORDER BY id`, c.ID)
	return db.All(rows, err, func(r db.Scanner) (o Opinion, err error) {
		var oid, sealed string
		if err := r.Scan(&oid, &o.Step, &o.Verdict, &sealed, &o.Account, &o.Name, &o.At, &o.Void); err != nil {
			return o, err
		}
		return o, s.unseal(sealed, "opinion.words:"+oid, &o.Words)
	})
}

// SiteVisit is a kept record of a 现场核查.
type SiteVisit struct {
	On                    clock.Date
	FirstName, SecondName string
	Passed                bool
	Record                string
}

// Visits lists the site visits of a case, oldest first, for those who see the form.
func (s *Service) Visits(ctx context.Context, actor gov.Actor, c *Case) ([]SiteVisit, error) {
	if err := allow(actor, c, MaySeeForm(actor, c)); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT id, visited_on, first_name, second_name, passed, record FROM site_visit
		WHERE cases = $1 ORDER BY id`, c.ID)
	return db.All(rows, err, func(r db.Scanner) (v SiteVisit, err error) {
		var vid, sealed string
		if err := r.Scan(&vid, &v.On, &v.FirstName, &v.SecondName, &v.Passed, &sealed); err != nil {
			return v, err
		}
		return v, s.unseal(sealed, "site_visit.record:"+vid, &v.Record)
	})
}

// Deliveries lists hand-overs and parcels of a case, oldest first.
func (s *Service) Deliveries(ctx context.Context, actor gov.Actor, c *Case) ([]Delivery, error) {
	if err := allow(actor, c, MaySeeForm(actor, c)); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT id, recipient, account, name, at FROM delivery WHERE cases = $1 ORDER BY id`, c.ID)
	return db.All(rows, err, func(r db.Scanner) (d Delivery, err error) {
		var did, sealed string
		if err := r.Scan(&did, &sealed, &d.Account, &d.Name, &d.At); err != nil {
			return d, err
		}
		return d, s.unseal(sealed, "delivery.recipient:"+did, &d.Handing)
	})
}

// Rules gives the rules the case was filed under, to pages that show its steps.
func (s *Service) Rules(ctx context.Context, c *Case) (*Rules, error) {
	return s.items.Rules(ctx, c.LocalItem)
}

// Staff lists who serves at the case's body, for the choice of a second official.
func (s *Service) Staff(ctx context.Context, actor gov.Actor, c *Case) (map[string]string, error) {
	if err := allow(actor, c, serves(actor, c)); err != nil {
		return nil, err
	}
	return s.bodies.StaffAt(ctx, s.db, c.Body)
}
