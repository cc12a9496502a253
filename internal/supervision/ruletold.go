package supervision

import (
	"context"
	"encoding/json"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// RuleTold is one change of a rule: who, when, why, and how it stood before and
// after. Before is nil where the seed's or a wider rule held.
type RuleTold struct {
	At            now.Instant
	Name          string
	Dropped       bool
	Before, After *Rule
	Reason        string
	Erased        bool
}

// RuleAt gives the rule of exactly one scope as a form needs it: what was set for it,
// or with version 0 a copy of what holds there now; with every change of it, the
// oldest first.
func (s *Service) RuleAt(ctx context.Context, actor gov.Actor, code Code, itemType, item string) (Rule, []RuleTold, error) {
	if !MaySeeRules(actor) {
		return Rule{}, nil, fault.Missing("supervision.missing")
	}
	set, err := s.Rules(ctx)
	if err != nil {
		return Rule{}, nil, err
	}
	holds := set.Of(code, itemType, item)
	if holds == nil {
		return Rule{}, nil, fault.Missing("supervision.missing")
	}
	r := *holds
	r.ID, r.ItemType, r.Item, r.Head = "", itemType, item, journal.Head{}
	own, err := db.One(s.db.Row(ctx, `SELECT `+ruleColumns+` FROM supervision_rule WHERE code = $1 AND item_type = $2 AND item = $3`,
		string(code), itemType, item), scanRule)
	switch {
	case db.NoRows(err):
		return r, nil, nil
	case err != nil:
		return Rule{}, nil, err
	case own.Dropped: // the wider rule holds; a new one follows on the chain of the old
		r.ID, r.Head, r.Dropped = own.ID, own.Head, true
	default:
		r = own
	}
	told, err := s.ruleTold(ctx, r.ID)
	return r, told, err
}

func (s *Service) ruleTold(ctx context.Context, id string) ([]RuleTold, error) {
	lines, err := s.book.Of(ctx, s.db, journal.Subject{Kind: RuleKind, ID: id})
	if err != nil {
		return nil, err
	}
	out := make([]RuleTold, len(lines))
	for i, l := range lines {
		out[i] = RuleTold{At: l.At, Name: l.Name, Dropped: l.To == string(RuleDropped), Erased: l.Erased}
		if l.Erased {
			continue
		}
		var c ruleChange
		if err := json.Unmarshal(l.Payload, &c); err != nil {
			return nil, fault.Internal(err, "supervision.payload")
		}
		out[i].Before, out[i].After, out[i].Reason = c.Before, c.After, c.Reason
	}
	return out, nil
}
