package supervision

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/keys/keystest"
	"yimen/internal/platform/now"
	"yimen/seed"
)

// kit is supervision on a database of its own, with a clock that the test moves
// and neighbours that remember what they were told.
type kit struct {
	t     *testing.T
	d     *db.DB
	ring  *keys.Ring
	s     *Service
	at    *now.Instant
	cal   *clock.Calendar
	heard *heard
}

// heard is what supervision told others.
type heard struct {
	mu        sync.Mutex
	cards     []Card
	decided   []CardState
	issued    []string
	escalated []string
	rules     int
	notices   Notices
	running   []*cases.Case
}

func (h *heard) CardRaised(_ context.Context, _ *db.Tx, cards []Card) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cards = append(h.cards, cards...)
	return nil
}

func (h *heard) CardDecided(_ context.Context, _ *db.Tx, _ gov.Actor, c *Card) error {
	h.decided = append(h.decided, c.State)
	return nil
}

func (h *heard) OrderIssued(_ context.Context, _ *db.Tx, _ gov.Actor, o *Order) error {
	h.issued = append(h.issued, o.ID)
	return nil
}

func (h *heard) OrderEscalated(_ context.Context, _ *db.Tx, o *Order) error {
	h.escalated = append(h.escalated, o.ID)
	return nil
}

func (h *heard) RulesChanged(context.Context, *db.Tx) error { h.rules++; return nil }

func (h *heard) Notices(context.Context, *db.Tx, *cases.Case) (Notices, error) { return h.notices, nil }

func (h *heard) RunningPage(_ context.Context, _ *db.Tx, after string) ([]*cases.Case, error) {
	for i, c := range h.running {
		if c.ID > after {
			return h.running[i:min(i+2, len(h.running))], nil
		}
	}
	return nil, nil
}

// Type is one type for every version but those of 行政许可.
func (h *heard) Type(_ context.Context, localItem string) (string, error) {
	if localItem == "permit@1" {
		return "行政许可", nil
	}
	return "公共服务", nil
}

func (h *heard) Body(_ context.Context, _ db.Reader, id string) (Body, error) {
	if region, ok := bodies[id]; ok {
		return Body{ID: id, Name: "甲局", Department: department(id), Region: region}, nil
	}
	return Body{}, fault.Missing("identity.no_body")
}

func (h *heard) StaffAt(context.Context, db.Reader, string) (map[string]string, error) {
	return map[string]string{"officer": "王承办", "approver": "李批准"}, nil
}

// bodies are the places of the tests.
var bodies = map[string]gov.Region{"scjg@1": "445103000000", "ga@1": "445103000000", "scjg@2": "445122000000", "scjg@9": "445200000000"}

func department(body string) string { return body[:len(body)-2] }

type years struct{ cal *clock.Calendar }

func (y years) Calendar(context.Context) (*clock.Calendar, error) { return y.cal, nil }

// calendar2026 has only the holidays that the tests run into; 2027 is not announced.
func calendar2026(t testing.TB) *clock.Calendar {
	t.Helper()
	day := clock.MustDate
	cal, err := clock.NewCalendar([]clock.Year{{Year: 2025}, {Year: 2026, Holidays: []clock.Holiday{{Name: "清明节",
		DaysOff: []clock.Date{day("2026-04-04"), day("2026-04-05"), day("2026-04-06")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// each runs f on both databases, at 9 o'clock on 2026-03-02, a Monday.
func each(t *testing.T, f func(k *kit)) {
	t.Helper()
	at := instant("2026-03-02", 9)
	held := &at
	dbtest.EachAt(t, func() now.Instant { return *held }, func(t *testing.T, d *db.DB) {
		*held = instant("2026-03-02", 9)
		k := &kit{t: t, d: d, at: held, cal: calendar2026(t), ring: keystest.Ring(t), heard: &heard{}}
		k.s = k.another()
		f(k)
	})
}

// another is a second program on the same database, or the first after a restart.
func (k *kit) another() *Service {
	rules, err := ParseRules(seed.Supervision)
	if err != nil {
		k.t.Fatal(err)
	}
	h := k.heard
	return New(Deps{DB: k.d, Book: journal.New(k.ring), Sealer: k.ring, Now: func() now.Instant { return *k.at }, Rules: rules,
		Calendar: years{k.cal}, Items: h, Corrections: h, Running: h, Bodies: h, Reactions: h})
}

func instant(day string, hour int) now.Instant {
	return now.FromTime(clock.MustDate(day).Time().Add(time.Duration(hour) * time.Hour))
}

func (k *kit) moveTo(day string, hour int) { *k.at = instant(day, hour) }

func (k *kit) do(f func(tx *db.Tx) error) {
	k.t.Helper()
	if err := k.d.Do(k.t.Context(), f); err != nil {
		k.t.Fatal(err)
	}
}

// tick ticks until nothing is due and tells how many cases were.
func (k *kit) tick() (all int) {
	k.t.Helper()
	for {
		n := 0
		k.do(func(tx *db.Tx) (err error) { n, err = k.s.Tick(k.t.Context(), tx); return err })
		if n == 0 {
			return all
		}
		all += n
	}
}

var numbers int

// file is a case filed and accepted at an instant, with a promise and a statutory
// limit in working days, 0 for none.
func file(body string, at now.Instant, promised, statutory int) *cases.Case {
	numbers++
	c := &cases.Case{ID: id.New(), Number: gov.CaseNumber(fmt.Sprintf("4451032026%011d", numbers)), Item: "food", ItemName: "食品经营许可",
		LocalItem: "permit@1", Body: body, BodyName: "甲局", Department: department(body), Region: bodies[body]}
	c.Ledger = cases.Ledger{ExtendMax: clock.DefaultExtendMax, Limits: clock.Limits{Accept: working(5), Promised: working(promised),
		Deliver: working(10)}}
	if statutory > 0 {
		c.Ledger.Limits.Statutory = working(statutory)
	}
	act(c, at, clock.Submit)
	return c
}

func working(n int) clock.Limit { return clock.Limit{Days: n, Unit: clock.Working} }

// act lets the clocks hear of an act and sets the states that go with it.
func act(c *cases.Case, at now.Instant, do clock.Do) {
	e := clock.Event{At: at.Time(), Do: do}
	switch do {
	case clock.Submit, clock.Resubmit:
		c.State, c.Awaits = cases.Submitted, cases.Clerk
	case clock.NotifyCorrection:
		c.State, c.Awaits = cases.Correcting, cases.Applicant
	case clock.Accept, clock.Resume:
		c.State, c.Step, c.Awaits = cases.Accepted, cases.Handle, cases.Officer
	case clock.Suspend:
		c.State, c.Awaits = cases.Suspended, cases.Officer
		days := 3
		e.Planned = &days
	case clock.Decide:
		c.State, c.Step, c.Awaits = cases.Granted, cases.NoStep, cases.Outlet
	case clock.Deliver:
		c.State, c.Awaits = cases.Delivered, cases.Nobody
	case clock.Withdraw:
		c.State, c.Step, c.Awaits = cases.Withdrawn, cases.NoStep, cases.Nobody
	}
	if do == clock.Suspend || do == clock.Resume {
		e.Procedure = "听证"
	}
	if do == clock.Extend {
		e.Days = 5
	}
	c.Ledger.Events = append(c.Ledger.Events, e)
}

// reckon sets the dates of the row as cases does.
func (k *kit) reckon(c *cases.Case) {
	k.t.Helper()
	d, err := c.Reckon(k.cal, today(*k.at))
	if err != nil {
		k.t.Fatal(err)
	}
	c.SubmittedOn, c.AcceptedOn, c.AcceptDue, c.PromisedDue = d.SubmittedOn, d.AcceptedOn, d.AcceptDue, d.PromisedDue
	c.StatutoryDue, c.DeliverDue, c.StepDue, c.ResumeDue = d.StatutoryDue, d.DeliverDue, d.StepDue, d.ResumeDue
	c.DueOn = map[cases.State]clock.Date{cases.Submitted: d.AcceptDue, cases.Accepted: d.PromisedDue, cases.Granted: d.DeliverDue,
		cases.Suspended: d.ResumeDue}[c.State]
}

// watch keeps the watch on a case as an act does.
func (k *kit) watch(c *cases.Case) {
	k.t.Helper()
	k.reckon(c)
	k.do(func(tx *db.Tx) error { return k.s.WatchIn(k.t.Context(), tx, officer, c) })
}

// accepted is a watched case that was accepted now.
func (k *kit) accepted(body string, promised, statutory int) *cases.Case {
	k.t.Helper()
	c := file(body, *k.at, promised, statutory)
	act(c, *k.at, clock.Accept)
	k.watch(c)
	return c
}

func person(account, name string, role gov.Role, body string) gov.Actor {
	return gov.Actor{Account: account, Name: name, Kind: gov.Staff, Channel: gov.Web,
		Posts: []gov.Post{{ID: "post-" + account, Body: body, Department: department(body), Region: string(bodies[body]), Role: role}}}
}

var (
	officer    = person("officer", "王承办", gov.RoleOfficer, "scjg@1")
	reviewer   = person("reviewer", "赵审核", gov.RoleReviewer, "scjg@1")
	approver   = person("approver", "李批准", gov.RoleApprover, "scjg@1")
	stranger   = person("stranger", "孙外人", gov.RoleOfficer, "ga@1")
	clerk      = person("clerk", "周窗口", gov.RoleClerk, "scjg@1")
	supervisor = person("supervisor", "陶监督", gov.RoleSupervisor, "scjg@1")
	elsewhere  = person("elsewhere", "吴监督", gov.RoleSupervisor, "scjg@9")
	root       = gov.Actor{Account: "system", Kind: gov.System}
)

// cardsOf lists the cards of a case, "rung reached_on state", oldest first.
func (k *kit) cardsOf(caseID string) (out []string) {
	k.t.Helper()
	all, err := k.s.Cards(k.t.Context(), root, CardFilter{Case: caseID}, "", 0)
	if err != nil {
		k.t.Fatal(err)
	}
	for i := len(all) - 1; i >= 0; i-- {
		out = append(out, fmt.Sprintf("%s %s %s", all[i].Rung, all[i].ReachedOn, all[i].State))
	}
	return out
}

// verified holds that every row is the last entry of its chain.
func (k *kit) verified() {
	k.t.Helper()
	report, err := journal.New(k.ring).Verify(k.t.Context(), k.d, Nouns(), func() {})
	if err != nil || len(report.Breaks) > 0 {
		k.t.Fatalf("%v, %v", report.Breaks, err)
	}
}
