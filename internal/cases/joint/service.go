package joint

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Deps is what the service works with, put together by app. Every field is needed.
type Deps struct {
	DB        *db.DB
	Book      *journal.Book
	Events    event.Source
	Sealer    cases.Sealer
	Cases     Cases
	Calendar  cases.Calendar
	Bodies    Bodies
	Reactions Reactions
	Now       now.Clock
}

// Service is the joint steps. It is safe for use by several goroutines.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// Nouns lists the tables whose rows carry a chain, for `journal verify`.
func Nouns() []journal.Noun {
	return []journal.Noun{{Kind: SubjectKind, Table: "joint_step", State: "state"}}
}

const mostWords = 2000 // characters of what somebody writes

func required(f *fault.Fields, path, words string) {
	if strings.TrimSpace(words) == "" {
		f.Add(path, "joint."+path+"_required")
	}
	limited(f, path, words)
}

func limited(f *fault.Fields, path, words string) {
	if len([]rune(words)) > mostWords {
		f.Add(path, "joint.too_long", "most", mostWords)
	}
}

func dayOf(i now.Instant) clock.Date { return clock.DateOf(i.Time()) }

// ahead holds that an appointment lies in the future, and not in another age.
func ahead(f *fault.Fields, at, today now.Instant) {
	switch {
	case at == 0:
		f.Add("on", "joint.on_required")
	case at <= today || dayOf(at).After(dayOf(today).AddDays(366)):
		f.Add("on", "joint.on_ahead")
	}
}

// said is the payload of an act; the journal encrypts it.
type said struct {
	Kind       Kind        `json:"kind,omitempty"`
	Part       string      `json:"part,omitempty"`
	Cases      []string    `json:"cases,omitempty"`
	At         now.Instant `json:"at,omitempty"`
	Place      string      `json:"place,omitempty"`
	Words      string      `json:"words,omitempty"`
	Days       int64       `json:"days,omitempty"`
	HeldOn     clock.Date  `json:"held_on,omitzero"`
	Attended   []string    `json:"attended,omitempty"`
	Opinion    Opinion     `json:"opinion,omitempty"`
	Names      []string    `json:"names,omitempty"`
	Convener   string      `json:"convener,omitempty"`
	Suspended  []string    `json:"suspended,omitempty"`
	Resumed    []string    `json:"resumed,omitempty"`
	Automatic  bool        `json:"automatic,omitempty"`
	ProposedAt now.Instant `json:"proposed_at,omitempty"`
}

// floor is one act under way: the step and the cases that take part, locked.
type floor struct {
	*Step
	tx    *db.Tx
	actor gov.Actor
	cases map[string]*cases.Case
}

// on locks the cases that take part and then the step, asks whether the actor may,
// does, and saves. partID is ” for acts on the whole step; seen is the version of
// the part where there is one, so that two departments do not stand in each other's
// way.
func (s *Service) on(ctx context.Context, actor gov.Actor, id, partID string, seen int64, act Act, do func(f *floor, p *Part) (said, error)) (*Step, error) {
	var done *Step
	err := s.d.DB.Do(ctx, func(tx *db.Tx) error {
		f, err := s.enter(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		var p *Part
		if partID != "" {
			if p = f.Part(partID); p == nil {
				return fault.Missing("joint.missing")
			}
		}
		if err := ready(actor, f.Step, p, seen, act); err != nil {
			return err
		}
		what, err := do(f, p)
		if err != nil {
			return err
		}
		done = f.Step
		if err := s.done(ctx, f, act, p, what); err != nil || act != ActOpine || !f.Complete() {
			return err
		}
		return s.close(ctx, f)
	})
	return done, err
}

// ready asks in the order in which the answers help.
func ready(actor gov.Actor, x *Step, p *Part, seen int64, act Act) error {
	stands := x.Version()
	if p != nil {
		stands = p.Version
	}
	switch {
	case act != ActWish && !MaySee(actor, x):
		return fault.Missing("joint.missing")
	case seen != stands:
		return fault.Conflict("joint.stale")
	}
	if _, err := Lifecycle.Next(x.State, act); err != nil {
		return err
	}
	if act == ActWish || MayDo(actor, x, p, act) {
		return nil
	}
	switch {
	case act == ActAppoint && Convenes(actor, x) && !x.Answered():
		return fault.Conflict("joint.unanswered")
	case act == ActAppoint && Convenes(actor, x):
		return fault.Conflict("joint.alone")
	case act == ActClose && Convenes(actor, x):
		return fault.Conflict("joint.opinions_missing")
	case p != nil && Speaks(actor, p), act == ActKeep && Convenes(actor, x): // it was done before
		return fault.Conflict("joint.not_now", "state", string(x.State), "act", string(act))
	}
	return fault.Denied("joint.denied")
}

// enter locks what an act may touch. Which cases take part never changes after the
// call, so they are known before anything is locked.
func (s *Service) enter(ctx context.Context, tx *db.Tx, actor gov.Actor, id string) (*floor, error) {
	rows, err := tx.Query(ctx, `SELECT cases FROM joint_part WHERE joint = $1 ORDER BY cases`, id)
	ids, err := db.All(rows, err, func(r db.Scanner) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return nil, err
	}
	f := &floor{tx: tx, actor: actor}
	if f.cases, err = s.d.Cases.LockIn(ctx, tx, ids); err != nil {
		return nil, err
	}
	f.Step, err = s.lock(ctx, tx, id)
	return f, err
}

// done writes the journal and the rows, and tells whom it concerns.
func (s *Service) done(ctx context.Context, f *floor, act Act, p *Part, what said) error {
	if err := s.enterBook(ctx, f.tx, f.actor, f.Step, act, what); err != nil {
		return err
	}
	if err := s.save(ctx, f.tx, f.Step); err != nil {
		return err
	}
	if kind := published[act]; kind != "" {
		if err := s.publish(ctx, f.tx, kind, f.Step); err != nil {
			return err
		}
	}
	return s.d.Reactions.Joint(ctx, f.tx, f.actor, f.Step, act, p)
}

// enterBook moves the step by the lifecycle and appends to its chain.
func (s *Service) enterBook(ctx context.Context, tx *db.Tx, actor gov.Actor, x *Step, act Act, what said) error {
	from, to := x.State, x.State
	if act == ActCall {
		from = ""
	} else {
		next, err := Lifecycle.Next(x.State, act)
		if err != nil {
			return err
		}
		to = next
	}
	x.State = to
	if !x.Open() && x.EndedAt == 0 {
		x.EndedAt = tx.Now()
	}
	payload, err := json.Marshal(what)
	if err != nil {
		return fault.Internal(err, "joint.unreadable")
	}
	head, err := s.d.Book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: SubjectKind, ID: x.ID}, Prev: x.Head, Act: string(act),
		Actor: actor, Post: post(actor, x), From: string(from), To: string(to), Payload: payload})
	x.Head = head
	return err
}

// post names the post the actor used: one at a body that takes part.
func post(actor gov.Actor, x *Step) string {
	i := slices.IndexFunc(actor.Posts, func(at gov.Post) bool {
		return x.find(func(p *Part) bool { return p.Body == at.Body }) != nil
	})
	if i < 0 {
		return ""
	}
	return actor.Posts[i].ID
}

// published are the facts for outsiders.
var published = map[Act]string{ActCall: "joint.called", ActAppoint: "joint.appointed", ActHold: "joint.held", ActClose: "joint.closed",
	ActCancel: "joint.cancelled"}

// fact is what outsiders learn: no person, no place, no opinion.
type fact struct {
	Kind   Kind       `json:"kind"`
	Region string     `json:"region"`
	State  State      `json:"state"`
	On     clock.Date `json:"on,omitzero"`
	Bodies []string   `json:"bodies"`
}

func (s *Service) publish(ctx context.Context, tx *db.Tx, kind string, x *Step) error {
	about := fact{Kind: x.Kind, Region: string(x.Region), State: x.State, On: x.Day}
	for _, p := range x.Parts {
		about.Bodies = append(about.Bodies, p.Body)
	}
	return s.d.Events.Publish(ctx, tx, event.Fact{Type: kind, Subject: x.ID, Data: about})
}

// note writes the act into the journals of the cases of these parts.
func (s *Service) note(ctx context.Context, f *floor, act Act, words string, parts ...*Part) error {
	for _, p := range parts {
		c := f.cases[p.Case]
		if c == nil || !c.Handled() {
			continue
		}
		if err := s.d.Cases.JointIn(ctx, f.tx, f.actor, c, words, f.entry(act)); err != nil {
			return err
		}
	}
	return nil
}

// entry is what a case's journal says of an act on the step, with the body for which
// the actor acts: the convener before the others, "" for the program.
func (f *floor) entry(act Act) cases.Joint {
	j := cases.Joint{ID: f.ID, Kind: string(f.Kind), Act: string(act), At: f.At}
	if Convenes(f.actor, f.Step) {
		j.Body = f.BodyName
	} else if p := f.find(func(p *Part) bool { return Speaks(f.actor, p) }); p != nil {
		j.Body = p.BodyName
	}
	return j
}
