package joint

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// suspend stops the clock of a part's case where the step is a special procedure of
// its item; false where it is none, or goes on already. One of which the applicant was
// told that it ends before the appointment ends here and begins anew, with its letter.
func (s *Service) suspend(ctx context.Context, f *floor, p *Part) (bool, error) {
	c := f.cases[p.Case]
	if p.Procedure == "" || c == nil || !c.Handled() {
		return false, nil
	}
	anew, err := s.reach(ctx, f, p, c)
	if err != nil || p.Suspended && !anew {
		return false, err
	}
	if _, err := s.resumeOne(ctx, f, p); err != nil {
		return false, err
	}
	entry := f.entry("")
	begun, err := s.d.Cases.SuspendIn(ctx, f.tx, f.actor, c, cases.Suspension{Procedure: p.Procedure, Days: int(p.Days), Joint: &entry})
	p.Suspended, p.changed = begun, p.changed || begun
	return begun, err
}

// reach reckons what the applicant is told (art. 45): the days that the department
// needs, and at least those until the appointment, for then it takes place. More than
// are published cannot be told. anew is false for one that was told of enough.
func (s *Service) reach(ctx context.Context, f *floor, p *Part, c *cases.Case) (anew bool, err error) {
	cal, err := s.d.Calendar.Calendar(ctx)
	if err != nil {
		return false, err
	}
	cal = cal.AssumingWeekdays() // as the planned end of a procedure is
	open, err := c.Procedures(cal)
	if err != nil {
		return false, err
	}
	today, gone := dayOf(f.tx.Now()), 0
	if p.Suspended {
		i := slices.IndexFunc(open, func(o cases.Procedure) bool { return o.Name == p.Procedure })
		if i < 0 || !f.Day.After(open[i].Due) {
			return false, nil
		}
		if gone, err = cal.Workdays(open[i].Since, today); err != nil {
			return false, err
		}
	}
	last, err := cal.NextWorkday(f.Day)
	if err != nil {
		return false, err
	}
	least, err := cal.Workdays(today, last)
	if err != nil {
		return false, err
	}
	if int64(gone+least) > p.Most {
		return false, fault.Conflict("joint.too_far", "item", p.ItemName, "procedure", p.Procedure, "n", p.Most)
	}
	if p.Days < int64(least) || p.Suspended {
		p.Days, p.changed = int64(max(least, 1)), true
	}
	return true, nil
}

// resume lets the clocks run on that this step has stopped.
func (s *Service) resume(ctx context.Context, f *floor) (resumed []string, err error) {
	for _, p := range f.Parts {
		runs, err := s.resumeOne(ctx, f, p)
		if err != nil {
			return nil, err
		}
		if runs {
			resumed = append(resumed, p.Case)
		}
	}
	return resumed, nil
}

// resumeOne is resume for one department: at once where it does not come any more.
func (s *Service) resumeOne(ctx context.Context, f *floor, p *Part) (bool, error) {
	c := f.cases[p.Case]
	if !p.Suspended || c == nil {
		return false, nil
	}
	if err := s.d.Cases.ResumeIn(ctx, f.tx, f.actor, c, p.Procedure, p.Said, f.entry("")); err != nil {
		return false, err
	}
	p.Suspended, p.changed = false, true
	return true, nil
}

// Close ends the step when every department that was there has given its opinion;
// the clocks that it stopped run on from the next day (art. 45).
func (s *Service) Close(ctx context.Context, actor gov.Actor, stepID string, seen int64) (*Step, error) {
	var done *Step
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		f, err := s.enter(ctx, tx, actor, stepID)
		if err != nil {
			return err
		}
		done = f.Step
		if err := ready(actor, f.Step, nil, seen, ActClose); err != nil {
			return err
		}
		return s.close(ctx, f)
	})
	return done, err
}

func (s *Service) close(ctx context.Context, f *floor) error {
	if err := s.note(ctx, f, ActClose, "", f.Comers()...); err != nil {
		return err
	}
	resumed, err := s.resume(ctx, f)
	if err != nil {
		return err
	}
	return s.done(ctx, f, ActClose, nil, said{Resumed: resumed})
}

// Cancel calls the step off before it was held, with a reason that everybody is
// told, the applicant too where he knew of it.
func (s *Service) Cancel(ctx context.Context, actor gov.Actor, stepID string, seen int64, reason string) (*Step, error) {
	var faults fault.Fields
	required(&faults, "reason", reason)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return s.on(ctx, actor, stepID, "", seen, ActCancel, func(f *floor, _ *Part) (said, error) {
		f.Reason = strings.TrimSpace(reason)
		if err := s.note(ctx, f, ActCancel, f.Reason, f.Members()...); err != nil {
			return said{}, err
		}
		resumed, err := s.resume(ctx, f)
		return said{Words: f.Reason, Resumed: resumed}, err
	})
}

// LeaveIn takes a case that has ended out of its joint steps, in the transaction in
// which it ended. An opinion that it has given stays. When it convened, the next
// department does; when nobody is left the step is called off. It touches no other
// case: whoever ends one holds only that.
func (s *Service) LeaveIn(ctx context.Context, tx *db.Tx, actor gov.Actor, c *cases.Case) error {
	steps, err := s.read(ctx, tx, `FROM joint_step s WHERE s.id IN (SELECT joint FROM joint_part WHERE cases = $1 AND open = TRUE)
		ORDER BY s.id /*for update*/`, c.ID)
	if err != nil {
		return err
	}
	for _, x := range steps {
		if err := s.leave(ctx, &floor{Step: x, tx: tx, actor: actor}, x.Of(c.ID)); err != nil {
			return err
		}
	}
	return nil
}

// leave is LeaveIn for one step. It may have been the last whose opinion was awaited,
// or the last whose clock stood still: then the step ends, unless the clock of another
// case would have to run on; that is for the convener, who hears of it.
func (s *Service) leave(ctx context.Context, f *floor, p *Part) error {
	given := p.Opinion != NoOpinion
	if !p.In() || given && !p.Suspended {
		return nil
	}
	act, what := ActLeave, said{Part: p.ID, Automatic: true}
	p.Suspended, p.changed = false, true // its clock ended with the case
	if !given {
		p.State = Left
		if f.Case == p.Case {
			f.succeed()
			what.Convener = f.Case
		}
	}
	if f.find((*Part).In) == nil && Lifecycle.Allows(f.State, ActCancel) {
		act, f.Reason = ActCancel, "" // what was said before is not why
	}
	if err := s.done(ctx, f, act, p, what); err != nil || !f.ClosesItself() {
		return err
	}
	return s.done(ctx, f, ActClose, nil, said{Automatic: true})
}
