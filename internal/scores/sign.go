package scores

import (
	"context"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/fault"
)

// Sign is 签发: a supervisor puts name and date under the figures he saw; hash says
// which those were. From then on they stay.
func (s *Service) Sign(ctx context.Context, actor gov.Actor, m Month, seen int64) (*Info, error) {
	return s.verb(ctx, actor, m, seen, ActSign, func(tx *db.Tx, x *Info) {
		x.SignedBy, x.SignedName, x.SignedAt = actor.Account, actor.Name, tx.Now()
		x.SignedOn = clock.DateOf(tx.Now().Time())
	})
}

// Publish puts signed scores on the public page, for good.
func (s *Service) Publish(ctx context.Context, actor gov.Actor, m Month, seen int64) (*Info, error) {
	return s.verb(ctx, actor, m, seen, ActPublish, func(tx *db.Tx, x *Info) { x.PublishedAt = tx.Now() })
}

func (s *Service) verb(ctx context.Context, actor gov.Actor, m Month, seen int64, act Act, do func(*db.Tx, *Info)) (*Info, error) {
	if !s.MaySign(actor) {
		return nil, errDenied
	}
	var x *Info
	err := s.d.DB.Do(ctx, func(tx *db.Tx) (err error) {
		if x, err = s.lock(ctx, tx, m); err != nil {
			return err
		}
		if x.Version() != seen {
			return fault.Conflict("scores.stale")
		}
		if err := x.next(act); err != nil {
			return err
		}
		do(tx, x)
		system, err := s.system(ctx, tx, x.System)
		if err != nil {
			return err
		}
		total, err := lines(ctx, tx, x.ID, ofAll, nil)
		if err != nil {
			return err
		}
		what := said{System: system.Number, Closed: total.total().Closed, Score: total.total().Score, Hash: x.Hash,
			On: x.SignedOn.String(), Name: x.SignedName}
		if err := s.record(ctx, tx, actor, x, act, what); err != nil {
			return err
		}
		if act == ActPublish {
			err := s.d.Events.Publish(ctx, tx, event.Fact{Type: "score.published", Subject: x.ID, Data: struct {
				Month Month  `json:"month"`
				Hash  string `json:"hash"`
			}{m, x.Hash}})
			if err != nil {
				return err
			}
		}
		return saveMonth(ctx, tx, x)
	})
	return x, err
}
