package joint

import (
	"context"
	"encoding/json"
	"slices"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// Step reads a step that the actor may see.
func (s *Service) Step(ctx context.Context, actor gov.Actor, id string) (*Step, error) {
	all, err := s.read(ctx, s.d.DB, `FROM joint_step s WHERE s.id = $1`, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 || !MaySee(actor, all[0]) {
		return nil, fault.Missing("joint.missing")
	}
	return all[0], nil
}

// Of lists the steps in which a case takes part or took part, oldest first, for
// whoever may see the case. An applicant learns of one when it is appointed, and is
// told no department's opinion: that is not a letter.
func (s *Service) Of(ctx context.Context, actor gov.Actor, caseID string) ([]*Step, error) {
	if _, err := s.d.Cases.Case(ctx, actor, caseID); err != nil {
		return nil, err
	}
	all, err := s.read(ctx, s.d.DB, `FROM joint_step s JOIN joint_part p ON p.joint = s.id WHERE p.cases = $1 ORDER BY s.id`, caseID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(x *Step) bool {
		state := x.Of(caseID).State
		return !MaySee(actor, x) && (x.ToldAt == 0 || state == Declined || state == Left)
	})
	for _, x := range all {
		if !MaySee(actor, x) {
			outer(x)
		}
	}
	return all, nil
}

// mostWaiting is how many steps Unrecorded and Unclosed give; their departments hear
// of the others when these are seen to.
const mostWaiting = 500

// Unrecorded lists the steps whose day has passed before a date and of which nobody
// has kept a record, the oldest first. It asks for no actor because nobody sees what
// it gives.
func (s *Service) Unrecorded(ctx context.Context, r db.Reader, before clock.Date) ([]*Step, error) {
	return s.read(ctx, r, `FROM joint_step s WHERE s.state = 'appointed' AND s.on_day < $1 ORDER BY s.on_day, s.id LIMIT $2`, before, mostWaiting)
}

// complete is Closable of a step s as SQL.
const complete = `s.state = 'held' AND NOT EXISTS (SELECT 1 FROM joint_part o WHERE o.joint = s.id AND o.state = 'attended' AND o.opinion = '')`

// Unclosed lists the steps that wait for their convener to close them, the oldest
// first. It asks for no actor, as Unrecorded.
func (s *Service) Unclosed(ctx context.Context, r db.Reader) ([]*Step, error) {
	return s.read(ctx, r, `FROM joint_step s WHERE `+complete+` ORDER BY s.on_day, s.id LIMIT $1`, mostWaiting)
}

// outer leaves what the applicant is told: when, where, who comes, how it stands. A time
// that the departments are still settling is none.
func outer(x *Step) {
	if x.State == Called {
		x.At, x.Day, x.Place = 0, clock.Date{}, ""
	}
	x.Record, x.RecordedName, x.CalledBy, x.Purpose = "", "", "", ""
	x.Parts = slices.DeleteFunc(x.Parts, func(p *Part) bool { return p.State == Declined || p.State == Left })
	for _, p := range x.Parts {
		p.Words, p.Said, p.Opinion, p.ProposedAt, p.GivenAt = "", "", NoOpinion, 0, 0
		p.First, p.FirstName, p.Second, p.SecondName = "", "", "", ""
	}
}

// Filter narrows the list of a department's steps.
type Filter struct {
	Ended bool // those that have ended, instead of those that have not
	Asked bool // only those in which the department has something to do now
	From  clock.Date
}

// MostRows is the longest page of a list.
const MostRows = 100

// Place is a place in a list: after the step of this day and id.
type Place struct {
	Day clock.Date
	ID  string
}

// List gives the steps in which the bodies of the actor take part, by day; ended
// ones the latest first.
func (s *Service) List(ctx context.Context, actor gov.Actor, f Filter, after Place, limit int) ([]*Step, error) {
	bodies := bodiesOf(actor)
	if len(bodies) == 0 {
		return nil, nil
	}
	if limit <= 0 || limit > MostRows {
		limit = MostRows
	}
	order, beyond := `ASC`, `>`
	if f.Ended {
		order, beyond = `DESC`, `<`
	}
	where, args := s.narrowed(f, bodies)
	if after.ID != "" {
		where += ` AND (p.on_day, p.joint) ` + beyond + ` ($5, $6)`
		args = append(args, after.Day, after.ID)
	}
	rows, err := s.d.DB.Query(ctx, `SELECT DISTINCT p.on_day, p.joint FROM joint_part p JOIN joint_step s ON s.id = p.joint WHERE `+where+
		` ORDER BY p.on_day `+order+`, p.joint `+order+` LIMIT $4`, slices.Insert(args, 3, any(limit))...)
	ids, err := db.All(rows, err, func(r db.Scanner) (id string, err error) {
		var day clock.Date
		return id, r.Scan(&day, &id)
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return s.read(ctx, s.d.DB, `FROM joint_step s WHERE s.id in_list($1) ORDER BY s.on_day `+order+`, s.id `+order, db.List(ids))
}

// Count gives how many steps List would give in all.
func (s *Service) Count(ctx context.Context, actor gov.Actor, f Filter) (n int64, err error) {
	bodies := bodiesOf(actor)
	if len(bodies) == 0 {
		return 0, nil
	}
	where, args := s.narrowed(f, bodies)
	err = s.d.DB.Row(ctx, `SELECT count(DISTINCT p.joint) FROM joint_part p JOIN joint_step s ON s.id = p.joint WHERE `+where, args...).Scan(&n)
	return n, err
}

// owed is what a department p has to do now in a step s, as SQL: to answer, to keep the
// record, to give its opinion; the convener besides to fix the time when all have
// answered, to answer the applicant's wish, and to close. $3 is the instant.
const owed = `(s.state = 'called' AND p.state = 'invited' OR s.state = 'held' AND p.state = 'attended' AND p.opinion = ''
	OR s.state = 'appointed' AND s.at <= $3 AND p.state = 'accepted'
	OR s.body = p.body AND (s.state = 'appointed' AND s.wish_state = 'asked' AND s.at > $3 OR ` + complete + `
		OR s.state = 'called' AND NOT EXISTS (SELECT 1 FROM joint_part o WHERE o.joint = s.id AND o.state = 'invited')))`

// narrowed is the filter as SQL; its three arguments come first.
func (s *Service) narrowed(f Filter, bodies []string) (where string, args []any) {
	where = `p.body in_list($1) AND p.open = $2 AND CAST($3 AS BIGINT) > 0`
	if f.Asked {
		where = `p.body in_list($1) AND p.open = $2 AND ` + owed
	}
	return where, []any{db.List(bodies), !f.Ended, int64(s.d.Now())}
}

func bodiesOf(a gov.Actor) []string {
	var out []string
	for _, r := range []gov.Role{gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover} {
		out = append(out, a.Bodies(r)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Line is an entry of a step's journal, with the words in which somebody asked,
// declined, moved, kept or cancelled: the step itself has only the last of them. A
// record and an opinion are said once and stand in the step.
type Line struct {
	journal.Line
	Words string
}

// Trace gives the step's journal, oldest first.
func (s *Service) Trace(ctx context.Context, actor gov.Actor, x *Step) ([]Line, error) {
	if !MaySee(actor, x) {
		return nil, fault.Missing("joint.missing")
	}
	lines, err := s.d.Book.Of(ctx, s.d.DB, journal.Subject{Kind: SubjectKind, ID: x.ID})
	if err != nil {
		return nil, err
	}
	out := make([]Line, len(lines))
	for i, l := range lines {
		if out[i], err = lineOf(l); err != nil {
			return nil, fault.Internal(err, "joint.unreadable")
		}
	}
	return out, nil
}

func lineOf(l journal.Line) (Line, error) {
	var what said
	if act := Act(l.Act); l.Payload != nil && act != ActHold && act != ActOpine {
		if err := json.Unmarshal(l.Payload, &what); err != nil {
			return Line{}, err
		}
	}
	l.Payload = nil
	return Line{l, what.Words}, nil
}

// Askable is a case of the same application that could take part.
type Askable struct {
	*cases.Case
	Visit     bool // its item wants a site visit
	Procedure map[Kind]cases.ProcedureRule
}

// Askables lists the other cases that could take part in a step called for a case:
// those that a department handles now. Nothing of their forms is shown.
func (s *Service) Askables(ctx context.Context, actor gov.Actor, caseID string) (own Askable, others []Askable, err error) {
	c, err := s.d.Cases.Case(ctx, actor, caseID)
	if err != nil {
		return own, nil, err
	}
	if c.Bundle == "" {
		own, err = s.askable(ctx, c)
		return own, nil, err
	}
	all, err := s.d.Cases.Together(ctx, gov.Actor{Kind: gov.System}, c.Application)
	if err != nil {
		return own, nil, err
	}
	for _, x := range all {
		if x.ID != caseID && !x.Handled() {
			continue
		}
		a, err := s.askable(ctx, x.Case)
		if err != nil {
			return own, nil, err
		}
		if x.ID == caseID {
			own = a
		} else {
			others = append(others, a)
		}
	}
	return own, others, nil
}

func (s *Service) askable(ctx context.Context, c *cases.Case) (Askable, error) {
	out := Askable{Case: c, Procedure: map[Kind]cases.ProcedureRule{}}
	rules, err := s.d.Cases.Rules(ctx, c)
	if err != nil {
		return out, err
	}
	out.Visit = rules.SiteVisit
	for _, k := range Kinds() {
		if p, ok := Suspends(k, rules); ok {
			out.Procedure[k] = p
		}
	}
	return out, nil
}

// Staff lists who serves at the department of a part, for the choice of a second official.
func (s *Service) Staff(ctx context.Context, actor gov.Actor, p *Part) (map[string]string, error) {
	if !works(actor, p.Body) {
		return nil, fault.Denied("joint.denied")
	}
	return s.d.Bodies.StaffAt(ctx, s.d.DB, p.Body)
}
