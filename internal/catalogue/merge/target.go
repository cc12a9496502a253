package merge

import (
	"errors"

	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
)

// Promise is the date on which the last member is due when every member starts
// on its predecessors' due dates, and the target beside it (domain §5).
type Promise struct {
	Start  clock.Date // of filing
	Due    clock.Date
	Last   string                // the member due last, the first of several
	Each   map[string]clock.Date // item → its due date
	Target clock.Date            // the date the target would give from the same start
	// Provisional: a date runs into a year whose holidays are not announced, Monday
	// to Friday is assumed (R12).
	Provisional bool
}

// Late reports whether the promise is later than the target.
func (p Promise) Late() bool { return p.Due.After(p.Target) }

// Promise counts from the date of filing, which takes effect on the working day
// that it is or that follows (R1); the members without predecessors start then.
// Errors: those of clock for no start and for limits no calendar can hold.
func (m *Merged) Promise(cal *clock.Calendar, start clock.Date) (Promise, error) {
	p, err := m.promise(cal, start)
	var unknown clock.UnknownYear
	if errors.As(err, &unknown) {
		p, err = m.promise(cal.AssumingWeekdays(), start)
		p.Provisional = true
	}
	return p, err
}

func (m *Merged) promise(cal *clock.Calendar, start clock.Date) (Promise, error) {
	p := Promise{Start: start, Each: make(map[string]clock.Date, len(m.Members))}
	effective, err := clock.Due(cal, start, 0, clock.Working)
	if err != nil {
		return Promise{}, err
	}
	order, _ := m.sorted()
	due := make([]clock.Date, len(m.Members))
	for _, i := range order {
		from := effective
		for _, before := range m.after[i] {
			if due[before].After(from) {
				from = due[before]
			}
		}
		x := &m.Members[i]
		if due[i], err = clock.Due(cal, from, x.Days, x.Unit); err != nil {
			return Promise{}, err
		}
		p.Each[x.Item] = due[i]
	}
	for i, d := range due {
		if p.Last == "" || d.After(p.Due) {
			p.Last, p.Due = m.Members[i].Item, d
		}
	}
	p.Target, err = m.targetDate(cal, effective)
	return p, err
}

// sevenths counts in sevenths of a working day, so that 自然日 × 5/7 is exact.
func sevenths(days int, unit clock.Unit) int {
	if unit == clock.Natural {
		return 5 * days
	}
	return 7 * days
}

func ceil(n, by int) int { return (n + by - 1) / by }

// weight is what a member counts in a chain: the days of the law where it sets
// them, else the promise.
func (m *Member) weight() int {
	if m.Limit == set.LimitByLaw {
		return sevenths(m.Statutory, m.Unit)
	}
	return sevenths(m.Days, m.Unit)
}

// Target is the bundle's target in working days: the largest over its maximal
// chains, one member giving its promise, several max(the largest promise,
// ceil(0.3 × Σ days)).
//
// The chains need not be listed, of which there can be more than anybody could
// count: every promise is on some chain, and rounding up keeps the order, so the
// largest sum alone decides.
func (m *Merged) Target() int {
	most := 0
	for i := range m.Members {
		most = max(most, ceil(sevenths(m.Members[i].Days, m.Members[i].Unit), 7))
	}
	return max(most, m.squeezed())
}

// squeezed is ceil(0.3 × Σ days) of the heaviest chain of several members.
func (m *Merged) squeezed() int {
	order, _ := m.sorted()
	total := make([]int, len(m.Members))
	heaviest := 0
	for _, i := range order {
		for _, p := range m.after[i] {
			total[i] = max(total[i], total[p])
		}
		total[i] += m.Members[i].weight()
		if len(m.after[i]) > 0 {
			heaviest = max(heaviest, total[i])
		}
	}
	return ceil(3*heaviest, 70)
}

// targetDate is the target as a date. A single promise counts in its own unit,
// so that a bundle of members side by side never misses its own target by a holiday.
func (m *Merged) targetDate(cal *clock.Calendar, start clock.Date) (clock.Date, error) {
	latest, err := clock.Due(cal, start, m.squeezed(), clock.Working)
	for i := 0; i < len(m.Members) && err == nil; i++ {
		var d clock.Date
		d, err = clock.Due(cal, start, m.Members[i].Days, m.Members[i].Unit)
		if d.After(latest) {
			latest = d
		}
	}
	return latest, err
}
