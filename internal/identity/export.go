package identity

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// RecordExport writes into the account's own chain that the actor took a list out of
// the system: which one, and how it was narrowed. It stands before the first row
// leaves, so an export that was broken off is recorded too (数据安全法 art. 27).
func (s *Service) RecordExport(ctx context.Context, actor gov.Actor, list, narrowed string) error {
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		a, err := lockAccount(ctx, tx, actor.Account)
		if err != nil {
			return err
		}
		head, err := s.record(ctx, tx, act{kind: KindAccount, id: a.ID, prev: a.head, name: "export", actor: actor,
			from: string(a.State), to: string(a.State), said: map[string]string{"list": list, "narrowed": narrowed}})
		if err != nil {
			return err
		}
		return s.saveAccount(ctx, tx, &a, head)
	})
}
