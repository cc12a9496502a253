package supervision

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"yimen/internal/platform/db"
)

// scope is where a rule holds: for all, a type of items, one item.
type scope struct {
	code           Code
	itemType, item string
}

// Ruleset is the rules in force: those of the seed, and over them what a
// supervisor has set. It does not change.
type Ruleset struct {
	seed  []Rule
	rules map[scope]*Rule
	mark  int64 // moves with every change, see generation
}

// newRuleset lays what is set over the seed.
func newRuleset(seed, set []Rule, mark int64) *Ruleset {
	s := &Ruleset{seed: seed, rules: make(map[scope]*Rule, len(seed)+len(set)), mark: mark}
	for _, all := range [][]Rule{seed, set} {
		for i := range all {
			if r := &all[i]; !r.Dropped {
				s.rules[scope{r.Code, r.ItemType, r.Item}] = r
			}
		}
	}
	return s
}

// Of gives the rule that holds for an item: its own, else that of its type, else
// the one for all. Every code has one.
func (s *Ruleset) Of(code Code, itemType, item string) *Rule {
	for _, at := range [...]scope{{code, "", item}, {code, itemType, ""}} {
		if r := s.rules[at]; r != nil && at != (scope{code: code}) {
			return r
		}
	}
	return s.rules[scope{code: code}]
}

// kept is the ruleset in memory.
type kept struct {
	mu      sync.Mutex
	current atomic.Pointer[Ruleset]
	watched atomic.Bool // Watch keeps it new, nobody need ask
}

// generation moves with every change of a rule: rows are never removed, and every
// change adds one to a version.
func generation(ctx context.Context, r db.Reader) (n int64, err error) {
	err = r.Row(ctx, `SELECT COALESCE(sum(version), 0) FROM supervision_rule`).Scan(&n)
	return n, err
}

// Rules gives the rules in force. In a process that Watches they cost nothing;
// elsewhere every call asks whether one has changed.
func (s *Service) Rules(ctx context.Context) (*Ruleset, error) {
	held := s.kept.current.Load()
	if held != nil && s.kept.watched.Load() {
		return held, nil
	}
	return s.refresh(ctx)
}

func (s *Service) refresh(ctx context.Context) (*Ruleset, error) {
	mark, err := generation(ctx, s.db)
	if err != nil {
		return nil, err
	}
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if held := s.kept.current.Load(); held != nil && held.mark >= mark {
		return held, nil
	}
	set, err := allRules(ctx, s.db)
	if err != nil {
		return nil, err
	}
	fresh := newRuleset(s.seed, set, mark)
	s.kept.current.Store(fresh)
	return fresh, nil
}

// Patience is how long a change may go unheard by another program; what was computed
// meanwhile is computed again after it, see Rewatch.
const Patience = 3 * time.Second

// Watch keeps the rules new until ctx ends, by asking now and then. Run it in every
// process that serves.
func (s *Service) Watch(ctx context.Context) {
	defer s.kept.watched.Store(false)
	for ctx.Err() == nil {
		_, err := s.refresh(ctx)
		s.kept.watched.Store(err == nil)
		pause(ctx, Patience)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

const ruleColumns = `id, code, item_type, item, state, active, severity, days, percent, least, basis, version, head`

func scanRule(s db.Scanner) (r Rule, err error) {
	var state string
	err = s.Scan(&r.ID, &r.Code, &r.ItemType, &r.Item, &state, &r.Active, &r.Severity, &r.Days, &r.Percent, &r.Least,
		&r.Basis, &r.Head.Version, &r.Head.Hash)
	r.Dropped = state == string(RuleDropped)
	return r, err
}

func allRules(ctx context.Context, r db.Reader) ([]Rule, error) {
	rows, err := r.Query(ctx, `SELECT `+ruleColumns+` FROM supervision_rule ORDER BY code, item_type, item`)
	return db.All(rows, err, scanRule)
}
