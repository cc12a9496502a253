package supervision

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// Said is the payload of an act on a card or an order: the words.
type Said struct {
	Words string `json:"words,omitempty"`
	DueOn string `json:"due_on,omitempty"`
	Level int64  `json:"level,omitempty"`
	Who   string `json:"who,omitempty"`
}

// words checks what somebody wrote.
func words(path, text string) error {
	var f fault.Fields
	required(&f, path, text)
	return f.Err()
}

// Answer is what the officer or the department says to a card.
func (s *Service) Answer(ctx context.Context, actor gov.Actor, cardID string, seen int64, text string) (*Card, error) {
	if err := words("answer", text); err != nil {
		return nil, err
	}
	return s.onCard(ctx, actor, cardID, seen, ActAnswer, text, func(tx *db.Tx, c *Card) error {
		c.Answer, c.AnsweredBy, c.AnsweredName, c.AnsweredAt = s.seal(text, aadAnswer(c.ID)), actor.Account, actor.Name, tx.Now()
		return nil
	})
}

// Appeal asks the supervisor to take a card back, within five working days.
func (s *Service) Appeal(ctx context.Context, actor gov.Actor, cardID string, seen int64, text string) (*Card, error) {
	if err := words("appeal", text); err != nil {
		return nil, err
	}
	return s.onCard(ctx, actor, cardID, seen, ActAppeal, text, func(tx *db.Tx, c *Card) error {
		c.Appeal, c.AppealedBy, c.AppealedName, c.AppealedAt = s.seal(text, aadAppeal(c.ID)), actor.Account, actor.Name, tx.Now()
		return nil
	})
}

// Uphold is the supervisor's no to an appeal, with reasons.
func (s *Service) Uphold(ctx context.Context, actor gov.Actor, cardID string, seen int64, reason string) (*Card, error) {
	return s.judge(ctx, actor, cardID, seen, ActUphold, reason)
}

// WithdrawCard takes a card back, on appeal or at any time before, with a reason.
// It stays in every list, as withdrawn.
func (s *Service) WithdrawCard(ctx context.Context, actor gov.Actor, cardID string, seen int64, reason string) (*Card, error) {
	return s.judge(ctx, actor, cardID, seen, ActWithdraw, reason)
}

func (s *Service) judge(ctx context.Context, actor gov.Actor, cardID string, seen int64, act CardAct, reason string) (*Card, error) {
	if err := words("reason", reason); err != nil {
		return nil, err
	}
	return s.onCard(ctx, actor, cardID, seen, act, reason, func(tx *db.Tx, c *Card) error {
		c.Decision, c.DecidedBy, c.DecidedName, c.DecidedAt = s.seal(reason, aadDecision(c.ID)), actor.Account, actor.Name, tx.Now()
		return s.reactions.CardDecided(ctx, tx, actor, c)
	})
}

// onCard is what every act on a card shares: load, may the actor, is this the card
// he saw, move it, keep it.
func (s *Service) onCard(ctx context.Context, actor gov.Actor, cardID string, seen int64, act CardAct, text string,
	do func(tx *db.Tx, c *Card) error) (done *Card, err error) {
	err = s.db.Do(ctx, func(tx *db.Tx) error {
		c, err := loadCard(ctx, tx, `id = $1 /*for update*/`, cardID)
		if err != nil {
			return err
		}
		switch {
		case !MaySeeCard(actor, c):
			return fault.Missing("supervision.missing")
		case seen != c.Head.Version:
			return staleCard(c)
		case !CardLifecycle.Allows(c.State, act):
			_, err := CardLifecycle.Next(c.State, act)
			return err
		case !MayDoCard(actor, c, act, today(tx.Now())):
			return s.refuse(actor, c, act)
		}
		if err := s.moveCard(ctx, tx, actor, c, act, text); err != nil {
			return err
		}
		if err := do(tx, c); err != nil {
			return err
		}
		done = c
		return saveCard(ctx, tx, c)
	})
	if err != nil {
		return nil, err
	}
	return done, s.openCard(done)
}

// refuse says why: too late, one's own words, or not this person at all.
func (s *Service) refuse(actor gov.Actor, c *Card, act CardAct) error {
	switch {
	case act == ActAppeal && servesAt(actor, c.Body, gov.RoleOfficer, gov.RoleApprover):
		return fault.Conflict("supervision.appeal_late", "day", c.AppealDue.String())
	case act == ActAnswer && !c.Severity.Answered():
		return fault.Conflict("supervision.reminder")
	case actor.Account == c.AnsweredBy || actor.Account == c.AppealedBy:
		return fault.Denied("supervision.own_words")
	}
	return fault.Denied("supervision.denied")
}

func (s *Service) moveCard(ctx context.Context, tx *db.Tx, actor gov.Actor, c *Card, act CardAct, text string) error {
	from := c.State
	to, err := CardLifecycle.Next(from, act)
	if err != nil {
		return err
	}
	c.State = to
	c.Head, err = s.book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: CardKind, ID: c.ID}, Prev: c.Head,
		Act: string(act), Actor: actor, Post: postAt(actor, c.Body, c.Region), From: string(from), To: string(to), Payload: encode(Said{Words: text})})
	return err
}

// postAt names the post the actor used: at the body, else one whose region covers it.
func postAt(actor gov.Actor, body string, region gov.Region) string {
	covering := ""
	for _, p := range actor.Posts {
		if p.Body == body {
			return p.ID
		}
		if covering == "" && gov.Region(p.Region).Contains(region) {
			covering = p.ID
		}
	}
	return covering
}

// openCard unseals its words.
func (s *Service) openCard(c *Card) (err error) {
	if c.Answer, err = s.unseal(c.Answer, aadAnswer(c.ID)); err != nil {
		return err
	}
	if c.Appeal, err = s.unseal(c.Appeal, aadAppeal(c.ID)); err != nil {
		return err
	}
	c.Decision, err = s.unseal(c.Decision, aadDecision(c.ID))
	return err
}
