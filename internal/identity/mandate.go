package identity

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
)

// MandateKind says by what right one acts for another.
type MandateKind string

// The kinds. The first two are for organisations, 监护 (民法典 art. 27 to 39) for
// persons; an agent (委托代理, art. 165) for both.
const (
	LegalRepresentative MandateKind = "legal_representative"
	Handler             MandateKind = "handler" // 经办人
	Guardian            MandateKind = "guardian"
	Agent               MandateKind = "agent" // 帮办代办
)

// ScopeAll stands for every item; otherwise a scope lists item ids.
const ScopeAll = "*"

// Mandate lets agent act for principal from a date to a date, both inclusive, in
// the items of its scope.
type Mandate struct {
	ID            string
	Kind          MandateKind
	Principal     string
	PrincipalName string // filled in lists
	Agent         string
	AgentName     string // filled in lists
	Scope         []string
	ValidFrom     clock.Date
	ValidTo       clock.Date // none for open
	State         string     // active, ended
	Evidence      string     // the paper seen; filled for staff only
	head          journal.Head
}

// Covers reports whether the mandate reaches an item.
func (m Mandate) Covers(item string) bool {
	return slices.Contains(m.Scope, ScopeAll) || slices.Contains(m.Scope, item)
}

// InForce reports whether the mandate gives anything on a day.
func (m Mandate) InForce(day clock.Date) bool {
	return m.State == "active" && !day.Before(m.ValidFrom) && (m.ValidTo.IsZero() || !day.After(m.ValidTo))
}

// MandateInput is a mandate to be. The agent is named by party id, or, by somebody
// who must not search parties, by name and ID number. Scope nil means all.
type MandateInput struct {
	Kind          MandateKind
	Principal     string
	Agent         string
	AgentName     string
	AgentIDNumber string
	Scope         []string
	From, To      clock.Date // none: from today, without end
	Evidence      string     // the paper seen (授权委托书 …); needed at a counter
}

// CanGrantMandate reports whether the actor may let somebody act for principal: a
// clerk who saw the paper; the principal itself for an agent;
// the legal representative for handlers and agents of his organisation.
// Guardians and legal representatives are entered at a counter only.
func CanGrantMandate(a gov.Actor, kind MandateKind, principal string, represents bool) bool {
	if CanRegister(a) {
		return true
	}
	if a.Kind != gov.Person || a.Assurance < 1 {
		return false
	}
	switch kind {
	case Handler:
		return represents
	case Agent:
		return represents || a.Party == principal
	default:
		return false
	}
}

// An item id as the catalogue writes it; whether it exists is not asked, because a
// mandate may be older than an item.
var itemForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)

// check gives the mandate without its parties' consent; those need the transaction.
func (in *MandateInput) check(clerk bool) (Mandate, error) {
	var f fault.Fields
	m := Mandate{Kind: in.Kind, Principal: in.Principal, Agent: in.Agent, Scope: in.Scope, ValidFrom: in.From, ValidTo: in.To}
	if !slices.Contains([]MandateKind{LegalRepresentative, Handler, Guardian, Agent}, in.Kind) {
		f.Add("kind", "identity.bad_mandate_kind")
	}
	if len(m.Scope) == 0 {
		m.Scope = []string{ScopeAll}
	}
	for _, item := range m.Scope {
		if item != ScopeAll && !itemForm.MatchString(item) || len(m.Scope) > 300 {
			f.Add("scope", "identity.bad_scope")
			break
		}
	}
	if !in.To.IsZero() && in.To.Before(in.From) {
		f.Add("to", "identity.ends_before_start")
	}
	if clerk {
		in.Evidence = checkEvidence(&f, in.Evidence)
	}
	return m, f.Err()
}

// GrantMandate lets one party act for another. Both must have been seen (assurance
// 1). Faults: identity.denied; fault.fields; identity.agent_unknown (no seen
// person of that name and number), identity.not_seen, identity.mandate_exists,
// identity.mandate_mismatch (a guardian of an organisation, a handler of a person).
func (s *Service) GrantMandate(ctx context.Context, actor gov.Actor, in MandateInput) (Mandate, error) {
	m, err := in.check(CanRegister(actor))
	if err != nil {
		return Mandate{}, err
	}
	byNumber := m.Agent == ""
	if byNumber { // nobody may try out whose number is whose
		if err := s.Throttle(ctx, "mandate.agent", actor.Account, Rate{30, s.Limits.PerLogin.Per}); err != nil {
			return Mandate{}, err
		}
	}
	granted := m
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		m := m // a repeated transaction begins afresh
		represents, err := s.represents(ctx, tx, actor, m.Principal)
		if err != nil {
			return err
		}
		if !CanGrantMandate(actor, m.Kind, m.Principal, represents) {
			return denied()
		}
		if byNumber {
			if m.Agent, err = s.agentByNumber(ctx, tx, in); err != nil {
				return err
			}
		}
		granted, err = s.grantIn(ctx, tx, actor, m, in.Evidence)
		return err
	})
	return granted, err
}

// agentByNumber finds a seen person. A wrong name and an unknown number give one
// answer, so that nobody learns whose number is whose.
func (s *Service) agentByNumber(ctx context.Context, tx *db.Tx, in MandateInput) (string, error) {
	number, err := gov.ParseIDNumber(in.AgentIDNumber)
	if err != nil {
		return "", fault.Invalid("identity.agent_unknown")
	}
	p, found, err := s.seenPerson(ctx, tx, ResidentCard, string(number))
	if err == nil && (!found || p.Name != gov.Tidy(in.AgentName)) {
		err = fault.Invalid("identity.agent_unknown")
	}
	return p.ID, err
}

// represents: the actor is the organisation's legal representative today.
func (s *Service) represents(ctx context.Context, r db.Reader, actor gov.Actor, principal string) (bool, error) {
	if actor.Kind != gov.Person || actor.Party == "" {
		return false, nil
	}
	ms, err := mandatesInForce(ctx, r, actor.Party, principal, dateOf(s.Now()))
	return slices.ContainsFunc(ms, func(m Mandate) bool { return m.Kind == LegalRepresentative }), err
}

// grantIn checks the two parties, journals and writes. The principal stays
// locked, so that the same mandate is not granted twice at once.
func (s *Service) grantIn(ctx context.Context, tx *db.Tx, actor gov.Actor, m Mandate, evidence string) (Mandate, error) {
	principal, err := s.lockParty(ctx, tx, m.Principal)
	if err != nil {
		return m, err
	}
	agent, err := s.loadParty(ctx, tx, m.Agent)
	if err != nil {
		return m, err
	}
	m.Principal, m.Agent = principal.ID, agent.ID
	ofOrganisation := m.Kind == LegalRepresentative || m.Kind == Handler
	switch {
	case agent.Kind != PersonParty || principal.ID == agent.ID || m.Kind != Agent && ofOrganisation != (principal.Kind == Organisation):
		return m, fault.Invalid("identity.mandate_mismatch")
	case principal.Assurance < 1 || agent.Assurance < 1:
		return m, fault.Denied("identity.not_seen")
	}
	if has, err := hasMandate(ctx, tx, m); err != nil || has {
		if err == nil {
			err = fault.Conflict("identity.mandate_exists")
		}
		return m, err
	}
	m.ID, m.State = id.New(), "active"
	if m.ValidFrom.IsZero() {
		m.ValidFrom = dateOf(tx.Now())
	}
	if !m.ValidTo.IsZero() && m.ValidTo.Before(m.ValidFrom) {
		return m, fault.Invalid("identity.ends_before_start")
	}
	m.head, err = s.record(ctx, tx, act{kind: KindMandate, id: m.ID, name: "grant", actor: actor, by: []gov.Role{gov.RoleClerk},
		to: m.State, said: map[string]any{"mandate": m, "evidence": evidence}})
	if err != nil {
		return m, err
	}
	scope, err := json.Marshal(m.Scope)
	if err != nil {
		return m, err
	}
	err = tx.Exec(ctx, `INSERT INTO mandate (id, kind, principal, agent, scope, valid_from, valid_to, state, evidence, version, head)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`, m.ID, string(m.Kind), m.Principal, m.Agent, string(scope), m.ValidFrom, m.ValidTo,
		m.State, s.seal(evidence, aadEvidence(m.ID)), m.head.Version, m.head.Hash)
	if err != nil {
		return m, err
	}
	return m, s.publish(ctx, tx, "mandate.granted", m.ID, MandateChanged{m.ID, m.Principal, m.Agent})
}

// hasMandate: an active one of the same kind and scope, which has not run out,
// stands between the two.
func hasMandate(ctx context.Context, tx *db.Tx, m Mandate) (bool, error) {
	scope, err := json.Marshal(m.Scope)
	if err != nil {
		return false, err
	}
	var n int64
	err = tx.Row(ctx, `SELECT count(*) FROM mandate WHERE principal=$1 AND agent=$2 AND kind=$3 AND scope=$4 AND state='active'
		AND (valid_to = '' OR valid_to >= $5)`, m.Principal, m.Agent, string(m.Kind), string(scope), dateOf(tx.Now())).Scan(&n)
	return n > 0, err
}

// EndMandate ends one at once: the principal or its legal representative takes it
// back, the agent lays it down, or a clerk does it on a paper. reason is kept.
// Faults: identity.no_mandate (also for strangers), identity.ended_before.
func (s *Service) EndMandate(ctx context.Context, actor gov.Actor, mandateID, reason string) error {
	var f fault.Fields
	reason = checkEvidence(&f, reason)
	if len(f) > 0 {
		return fault.Fields{{Path: "reason", Code: "identity.reason_required"}}.Err()
	}
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		m, err := one(ctx, tx, scanMandate, "identity.no_mandate", mandateSelect+` WHERE m.id = $1 /*for update*/`, mandateID)
		if err != nil {
			return err
		}
		represents, err := s.represents(ctx, tx, actor, m.Principal)
		if err != nil {
			return err
		}
		own := actor.Kind == gov.Person && actor.Party != "" && (actor.Party == m.Agent || actor.Party == m.Principal)
		switch {
		case !CanRegister(actor) && !represents && !own:
			return fault.Missing("identity.no_mandate")
		case own && actor.Party == m.Principal && m.Kind == Guardian:
			return denied() // a ward does not dismiss his guardian
		case m.State != "active":
			return fault.Conflict("identity.ended_before")
		}
		head, err := s.record(ctx, tx, act{kind: KindMandate, id: m.ID, prev: m.head, name: "end", actor: actor,
			by: []gov.Role{gov.RoleClerk}, from: m.State, to: "ended", said: map[string]string{"reason": reason}})
		if err != nil {
			return err
		}
		err = tx.ExecOne(ctx, stale(), `UPDATE mandate SET state='ended', version=$2, head=$3 WHERE id=$1 AND version=$4`,
			m.ID, head.Version, head.Hash, m.head.Version)
		if err != nil {
			return err
		}
		return s.publish(ctx, tx, "mandate.ended", m.ID, MandateChanged{m.ID, m.Principal, m.Agent})
	})
}

const mandateSelect = `SELECT m.id, m.kind, m.principal, m.agent, m.scope, m.valid_from, m.valid_to, m.state, m.version, m.head FROM mandate m`

func scanMandate(r db.Scanner) (m Mandate, err error) {
	var scope string
	err = r.Scan(&m.ID, &m.Kind, &m.Principal, &m.Agent, &scope, &m.ValidFrom, &m.ValidTo, &m.State, &m.head.Version, &m.head.Hash)
	if err == nil {
		err = json.Unmarshal([]byte(scope), &m.Scope)
	}
	return m, err
}

func aadEvidence(mandateID string) string { return "mandate.evidence:" + mandateID }

// mandatesInForce lists what lets agent act for principal on a day; there may be
// several, each with its scope.
func mandatesInForce(ctx context.Context, r db.Reader, agent, principal string, day clock.Date) ([]Mandate, error) {
	rows, err := r.Query(ctx, mandateSelect+` WHERE m.agent = $1 AND m.principal = $2 AND m.state = 'active'
		AND m.valid_from <= $3 AND (m.valid_to = '' OR m.valid_to >= $3) ORDER BY m.id`, agent, principal, day)
	return db.All(rows, err, scanMandate)
}
