package cases

import (
	"context"
	"slices"
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
			any = append(any, `(awaits in_list(`+q.arg(db.List(d.awaits))+`) AND body in_list(`+q.arg(db.List(bodies))+`))`)
		}
	}
	for _, d := range hallDuties {
		for _, region := range a.Regions(d.role) {
			if p := region.Prefix(); p != "" {
				any = append(any, `(awaits in_list(`+q.arg(db.List(d.awaits))+`) AND region >= `+q.arg(p)+` AND region < `+q.arg(p+":")+`)`)
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
	out := map[Awaits]int64{}
	q := query{}
	if !q.scope(actor) {
		return out, nil
	}
	q.filter(f)
	if f.Duty {
		q.duty(actor)
	}
	most := q.arg(MostCounted + 1)
	parts := make([]string, len(awaitable))
	for i, who := range awaitable {
		parts[i] = `SELECT awaits FROM (SELECT awaits FROM cases WHERE ` + q.where() + ` AND awaits = '` + string(who) + `' LIMIT ` + most + `) AS part`
	}
	rows, err := s.db.Query(ctx, `SELECT awaits, count(*) FROM (`+strings.Join(parts, ` UNION ALL `)+`) AS parts GROUP BY awaits`, q.args...)
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var who Awaits
		var n int64
		err := r.Scan(&who, &n)
		out[who] = n
		return struct{}{}, err
	})
	return out, err
}

// Ended lists the actor's cases of which nothing more is awaited, newest first,
// after the case before.
func (s *Service) Ended(ctx context.Context, actor gov.Actor, f Filter, before string, limit int) ([]*Case, error) {
	q := query{}
	if !q.scope(actor) {
		return nil, nil
	}
	f.Awaits, f.Duty = []Awaits{Nobody}, false
	q.filter(f)
	if before != "" {
		q.and(`id < ` + q.arg(before))
	}
	if limit <= 0 || limit > MostRows {
		limit = MostRows
	}
	rows, err := s.db.Query(ctx, `SELECT `+listed+` FROM cases WHERE `+q.where()+` ORDER BY id DESC LIMIT `+q.arg(limit), q.args...)
	return db.All(rows, err, scanListed)
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
