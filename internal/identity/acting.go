package identity

import (
	"context"
	"encoding/json"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// ActAs lets the session go on for another party ("" for oneself again) when a
// mandate in force allows it, and gives the actor who goes on. The choice stands
// in the session, so it holds on every node. Faults: identity.no_mandate;
// identity.not_signed_in.
func (s *Service) ActAs(ctx context.Context, actor gov.Actor, sessionID, principal string) (gov.Actor, error) {
	if actor.Kind != gov.Person || actor.Party == "" || !clean(sessionID, principal) {
		return gov.Actor{}, fault.Denied("identity.no_mandate")
	}
	if principal == actor.Party {
		principal = ""
	}
	var items []string
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		items = nil
		if principal != "" {
			ms, err := mandatesInForce(ctx, tx, actor.Party, principal, dateOf(tx.Now()))
			if err != nil {
				return err
			}
			if len(ms) == 0 || actor.Assurance < 1 {
				return fault.Denied("identity.no_mandate")
			}
			scopes := make([][]string, len(ms))
			for i, m := range ms {
				scopes[i] = m.Scope
			}
			items = itemsOf(scopes...)
		}
		return tx.ExecOne(ctx, notSignedIn(), `UPDATE session SET acting_for=$3 WHERE id=$1 AND account=$2 AND ended_at=0`,
			sessionID, actor.Account, principal)
	})
	if err != nil {
		return gov.Actor{}, err
	}
	actor.OnBehalfOf, actor.Items = principal, items
	return actor, nil
}

// MayActIn says whether the actor's mandate reaches an item: nil when he acts for
// himself, is staff at a counter, or a mandate in force covers it. Filing asks it
// in its own transaction, because a mandate may have ended since the actor came.
// What he may see is narrowed by Actor.Items. Faults: identity.no_mandate, identity.out_of_scope.
func (s *Service) MayActIn(ctx context.Context, r db.Reader, actor gov.Actor, item string) error {
	if actor.OnBehalfOf == "" || actor.OnBehalfOf == actor.Party || CanRegister(actor) {
		return nil
	}
	ms, err := mandatesInForce(ctx, r, actor.Party, actor.OnBehalfOf, s.today())
	if err != nil {
		return err
	}
	if len(ms) == 0 || actor.Party == "" {
		return fault.Denied("identity.no_mandate")
	}
	for _, m := range ms {
		if m.Covers(item) {
			return nil
		}
	}
	return fault.Denied("identity.out_of_scope")
}

// Principals lists the mandates under which the actor may act today, with the
// principals' names: the menu "act for".
func (s *Service) Principals(ctx context.Context, actor gov.Actor) ([]Mandate, error) {
	if actor.Kind != gov.Person || actor.Party == "" {
		return nil, nil
	}
	return s.listMandates(ctx, false, `m.agent = $1 AND m.state = 'active' AND m.valid_from <= $2 AND (m.valid_to = '' OR m.valid_to >= $2)`,
		actor.Party, s.today())
}

// MandatesFrom lists who may act for a party, ended ones too, the newest first;
// for the party, its agents and staff who may see it. Fault: identity.no_party.
func (s *Service) MandatesFrom(ctx context.Context, actor gov.Actor, principal string) ([]Mandate, error) {
	if !CanSeeParty(actor, principal) {
		return nil, noParty()
	}
	return s.listMandates(ctx, CanRegister(actor), `m.principal = $1`, principal)
}

// listMandates joins the names; the paper seen is for staff only, because it may
// quote what the other party need not know.
func (s *Service) listMandates(ctx context.Context, evidence bool, where string, args ...any) ([]Mandate, error) {
	rows, err := s.DB.Query(ctx, `SELECT m.id, m.kind, m.principal, p.name, m.agent, a.name, m.scope, m.valid_from, m.valid_to, m.state, m.evidence
		FROM mandate m JOIN party p ON p.id = m.principal JOIN party a ON a.id = m.agent WHERE `+where+` ORDER BY m.id DESC LIMIT 200`, args...)
	return db.All(rows, err, func(r db.Scanner) (m Mandate, err error) {
		var scope, sealed string
		err = r.Scan(&m.ID, &m.Kind, &m.Principal, &m.PrincipalName, &m.Agent, &m.AgentName, &scope, &m.ValidFrom, &m.ValidTo, &m.State, &sealed)
		if err == nil && evidence {
			m.Evidence, err = s.open(sealed, aadEvidence(m.ID))
		}
		if err == nil {
			err = json.Unmarshal([]byte(scope), &m.Scope)
		}
		return m, err
	})
}
