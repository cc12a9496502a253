package supervision

import (
	"context"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
)

// RuleKind is the name of a set rule in the journal.
const RuleKind = "supervision_rule"

// RuleState is whether what was set is in force.
type RuleState string

// A dropped rule gives way to the wider one: the type's, the one for all, the
// seed's.
const (
	RuleInForce RuleState = "in_force"
	RuleDropped RuleState = "dropped"
)

// What numbers a rule may have; more is a slip of the finger.
const (
	mostDays  = 365
	mostLeast = 365
	mostBasis = 200
)

// check names every defect; the paths are the names of the form.
func (r *Rule) check() error {
	var f fault.Fields
	if !slices.Contains(Codes(), r.Code) {
		f.Add("code", "supervision.rule_unknown")
	}
	if r.Item != "" && r.ItemType != "" {
		f.Add("item", "supervision.rule_scope")
	}
	if r.Code.limit() != (r.Severity == NoSeverity) || !slices.Contains(grave, r.Severity) {
		f.Add("severity", "supervision.rule_severity")
	}
	if r.Days < 0 || r.Days > mostDays || (r.Code.limit() && r.Days == 0) {
		f.Add("days", "supervision.rule_number", "most", mostDays)
	}
	if r.Percent < 0 || r.Percent > 100 {
		f.Add("percent", "supervision.rule_number", "most", 100)
	}
	if r.Least < 0 || r.Least > mostLeast || (r.Code == Returns && r.Least == 0) {
		f.Add("least", "supervision.rule_number", "most", mostLeast)
	}
	if n := utf8.RuneCountInString(r.Basis); n == 0 || n > mostBasis {
		f.Add("basis", "supervision.rule_basis", "most", mostBasis)
	}
	if r.Code.limit() && !r.Active {
		f.Add("active", "supervision.rule_limit")
	}
	return f.Err()
}

// MaySetRules says who may change the rules: a supervisor; they hold for the whole
// installation.
func MaySetRules(a gov.Actor) bool { return a.Has(gov.RoleSupervisor) }

// MaySeeRules says who may read them: whoever is supervised too.
func MaySeeRules(a gov.Actor) bool {
	return a.Kind == gov.System || a.HasAny(gov.RoleSupervisor, gov.RoleOfficer, gov.RoleReviewer, gov.RoleApprover)
}

// RuleList gives the rules for the page of rules: those for all, in the order of
// Codes, each followed by the narrower ones.
func (s *Service) RuleList(ctx context.Context, actor gov.Actor) ([]Rule, error) {
	if !MaySeeRules(actor) {
		return nil, fault.Missing("supervision.missing")
	}
	set, err := s.Rules(ctx)
	if err != nil {
		return nil, err
	}
	var out []Rule
	for _, r := range set.rules {
		out = append(out, *r)
	}
	order := Codes()
	slices.SortFunc(out, func(a, b Rule) int {
		if d := slices.Index(order, a.Code) - slices.Index(order, b.Code); d != 0 {
			return d
		}
		return slices.Compare([]string{a.ItemType, a.Item}, []string{b.ItemType, b.Item})
	})
	return out, nil
}

// SetRule sets a rule for its scope: in.Code with in.ItemType or in.Item, or for
// all items. seen is the version the actor saw, 0 for one of the seed. Running
// cases follow, see Reactions.RulesChanged.
func (s *Service) SetRule(ctx context.Context, actor gov.Actor, seen int64, in Rule) (*Rule, error) {
	if !MaySetRules(actor) {
		return nil, fault.Denied("supervision.denied")
	}
	in.Dropped = false
	var f fault.Fields
	if e, ok := fault.As(in.check()); ok {
		f = e.Fields
	}
	required(&f, "reason", in.Reason)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.changeRule(ctx, actor, seen, in, "set")
}

// DropRule takes back what was set for a scope, saying why.
func (s *Service) DropRule(ctx context.Context, actor gov.Actor, seen int64, code Code, itemType, item, reason string) (*Rule, error) {
	if !MaySetRules(actor) {
		return nil, fault.Denied("supervision.denied")
	}
	if err := words("reason", reason); err != nil {
		return nil, err
	}
	return s.changeRule(ctx, actor, seen, Rule{Code: code, ItemType: itemType, Item: item, Dropped: true, Reason: reason}, "drop")
}

func (s *Service) changeRule(ctx context.Context, actor gov.Actor, seen int64, in Rule, act string) (*Rule, error) {
	err := s.db.Do(ctx, func(tx *db.Tx) error {
		old, err := db.One(tx.Row(ctx, `SELECT `+ruleColumns+` FROM supervision_rule
			WHERE code = $1 AND item_type = $2 AND item = $3 /*for update*/`, string(in.Code), in.ItemType, in.Item), scanRule)
		if err != nil && !db.NoRows(err) {
			return err
		}
		switch {
		case in.Dropped && (old.ID == "" || old.Dropped):
			return fault.Missing("supervision.missing")
		case seen != old.Head.Version && (!old.Dropped || seen != 0):
			return fault.Conflict("supervision.rule_stale")
		}
		if in.Dropped {
			reason := in.Reason
			in = old
			in.Dropped, in.Reason = true, reason
		}
		in.ID, in.Head = old.ID, old.Head
		return s.keepRule(ctx, tx, actor, old, &in, act)
	})
	if db.IsUnique(err) { // two set the same rule for the first time
		return nil, fault.Conflict("supervision.rule_stale")
	}
	return &in, err
}

// ruleChange is the payload of an act on a rule: before → after, and why.
type ruleChange struct {
	Before *Rule  `json:"before,omitempty"`
	After  *Rule  `json:"after,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func (s *Service) keepRule(ctx context.Context, tx *db.Tx, actor gov.Actor, old Rule, r *Rule, act string) error {
	change := ruleChange{After: r, Reason: r.Reason}
	from := ""
	if old.ID == "" {
		r.ID = id.New()
	} else {
		change.Before, from = &old, string(old.state())
	}
	payload, err := json.Marshal(change)
	if err != nil {
		return fault.Internal(err, "supervision.payload")
	}
	r.Head, err = s.book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: RuleKind, ID: r.ID}, Prev: old.Head,
		Act: act, Actor: actor, From: from, To: string(r.state()), Payload: payload})
	if err != nil {
		return err
	}
	err = tx.Exec(ctx, `INSERT INTO supervision_rule (`+ruleColumns+`, changed_at, changed_by)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, active = excluded.active, severity = excluded.severity,
		days = excluded.days, percent = excluded.percent, least = excluded.least, basis = excluded.basis,
		version = excluded.version, head = excluded.head, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
		r.ID, string(r.Code), r.ItemType, r.Item, string(r.state()), r.Active, string(r.Severity), r.Days, r.Percent, r.Least,
		r.Basis, r.Head.Version, r.Head.Hash, int64(tx.Now()), actor.Account)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() { s.kept.current.Store(nil) }) // asked anew by the next that needs them
	return s.reactions.RulesChanged(ctx, tx)
}

func (r *Rule) state() RuleState {
	if r.Dropped {
		return RuleDropped
	}
	return RuleInForce
}
