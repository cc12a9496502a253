package cases

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// duty is what waits for a role.
type duty struct {
	role   gov.Role
	awaits []Awaits
}

// waits is the condition of a duty: our own few words, which the database can
// compare with what it knows of the column.
func (d duty) waits() string {
	words := make([]string, len(d.awaits))
	for i, a := range d.awaits {
		words[i] = `'` + string(a) + `'`
	}
	return `awaits IN (` + strings.Join(words, `,`) + `)`
}

// duties are those of a department's own posts, which stand at its body.
var duties = []duty{
	{gov.RoleOfficer, []Awaits{Officer, Producer}},
	{gov.RoleReviewer, []Awaits{Reviewer}},
	{gov.RoleApprover, []Awaits{Approver}},
}

// hallDuties are those of the counter and the outlet, which serve a region.
var hallDuties = []duty{{gov.RoleClerk, []Awaits{Clerk}}, {gov.RoleOutlet, []Awaits{Outlet}}}

// duty narrows a list to what waits for the actor's own posts, body by body: who
// is officer here and reviewer there sees each body's step only.
func (q *query) duty(a gov.Actor) {
	var any []string
	for _, d := range duties {
		if bodies := a.Bodies(d.role); len(bodies) > 0 {
			any = append(any, `(`+d.waits()+` AND `+q.among("body", bodies)+`)`)
		}
	}
	for _, d := range hallDuties {
		for _, region := range a.Regions(d.role) {
			if p := region.Prefix(); p != "" {
				any = append(any, `(`+d.waits()+` AND region >= `+q.arg(p)+` AND region < `+q.arg(p+":")+`)`)
			}
		}
	}
	if len(any) == 0 {
		q.and(`FALSE`)
		return
	}
	q.and(`(` + strings.Join(any, " OR ") + `)`)
}

// MostCounted is where counting of a list stops: whoever has more waiting is
// helped by "more than a thousand" at once rather than by the number later. The
// board of supervision counts everything.
const MostCounted = 1000

// awaitable are those who can be awaited, in the order of a case's life.
var awaitable = []Awaits{Clerk, Applicant, Officer, Reviewer, Approver, Producer, Outlet}

// Awaitable lists who can be awaited: with it a list leaves ended cases out, which
// have no date to sort by.
func Awaitable() []Awaits { return slices.Clone(awaitable) }

// Counts gives how many cases List would give for each of who is awaited, in one
// query; of more than MostCounted it gives MostCounted+1. Ended cases, which only
// grow, are not counted.
func (s *Service) Counts(ctx context.Context, actor gov.Actor, f Filter) (map[Awaits]int64, error) {
	counts := map[Awaits]int64{}
	q := query{}
	if !q.scope(actor) {
		return counts, nil
	}
	q.filter(f)
	if f.Duty {
		q.duty(actor)
	}
	rows, err := s.db.Query(ctx, q.counts(), q.args...)
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var who Awaits
		var n int64
		err := r.Scan(&who, &n)
		counts[who] = n
		return struct{}{}, err
	})
	return counts, err
}

// counts is the text of Counts. Each number is counted by itself, so that each can
// stop; the words and the limit stand in the text, because the database plans anew
// every time what it cannot foresee.
func (q *query) counts() string {
	parts := make([]string, len(awaitable))
	for i, who := range awaitable {
		parts[i] = `SELECT '` + string(who) + `', ` + q.counted(`awaits = '`+string(who)+`'`)
	}
	return strings.Join(parts, ` UNION ALL `)
}

// counted counts the cases of the query that also fulfil a condition.
func (q *query) counted(condition string) string {
	return `(SELECT count(*) FROM (SELECT 1 FROM cases WHERE ` + q.where() + ` AND ` + condition + ` LIMIT ` + strconv.Itoa(MostCounted+1) + `) part)`
}

// DutyOf gives what Count gives with Duty, out of what Counts gave. That is known
// without asking for whoever serves at one body and nowhere else.
func DutyOf(actor gov.Actor, counts map[Awaits]int64) (n int64, known bool) {
	at := ""
	for _, p := range actor.Posts {
		if at != "" && p.Body != at || !slices.ContainsFunc(duties, func(d duty) bool { return d.role == p.Role }) {
			return 0, false
		}
		at = p.Body
	}
	for _, d := range duties {
		for _, who := range d.awaits {
			if actor.HasAt(d.role, at) {
				n += counts[who]
			}
		}
	}
	return min(n, MostCounted+1), at != ""
}

// Ended lists the actor's cases of which nothing more is awaited, newest first,
// after the case before. What waits for others of its bundle is none of them.
func (s *Service) Ended(ctx context.Context, actor gov.Actor, f Filter, before string, limit int) ([]*Case, error) {
	q := query{}
	if !q.scope(actor) {
		return nil, nil
	}
	f.Awaits, f.Duty = []Awaits{Nobody}, false
	q.filter(f)
	q.and(`NOT ` + isWaiting)
	if before != "" {
		q.and(`id < ` + q.arg(before))
	}
	if limit <= 0 || limit > MostRows {
		limit = MostRows
	}
	rows, err := s.db.Query(ctx, `SELECT `+listed+` FROM cases WHERE `+q.where()+` ORDER BY id DESC LIMIT `+sized(limit), q.args...)
	return upTo(limit)(db.All(rows, err, scanListed))
}

// Colleagues lists who serves at one of the actor's own bodies, account → name,
// for filters.
func (s *Service) Colleagues(ctx context.Context, actor gov.Actor, body string) (map[string]string, error) {
	if !slices.ContainsFunc(duties, func(d duty) bool { return actor.HasAt(d.role, body) }) {
		return nil, fault.Missing("cases.missing")
	}
	return s.bodies.StaffAt(ctx, s.db, body)
}

// Earlier lists the steps of the item before one, in their order: where a case at
// that step can be returned to.
func (r *Rules) Earlier(step Step) []Step {
	var out []Step
	for _, st := range r.Steps {
		if order[st.Step] < order[step] && !slices.Contains(out, st.Step) {
			out = append(out, st.Step)
		}
	}
	return out
}

// After is the step that follows one, Approve after the last that only advises.
func (r *Rules) After(step Step) Step {
	if next := r.next(step); next != NoStep {
		return next
	}
	return Approve
}

// IDOf gives the id behind a number, for the auditor's search; it tells nothing
// else, so it asks for no actor. Fault: cases.missing, cases.number_wrong.
func (s *Service) IDOf(ctx context.Context, number string) (string, error) {
	n, err := gov.ParseCaseNumber(number)
	if err != nil {
		return "", fault.Invalid("cases.number_wrong")
	}
	id, err := db.One(s.db.Row(ctx, `SELECT id FROM cases WHERE number = $1`, string(n)), db.Text)
	if db.NoRows(err) {
		return "", fault.Missing("cases.missing")
	}
	return id, err
}
