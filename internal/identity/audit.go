package identity

import (
	"context"
	"encoding/json"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// The auditor's view (审计管理员): who did what and when to anything, without what
// was said of people. It needs no right to see the thing itself, and gives none.

// opened are the kinds whose entries say nothing of an applicant; their payloads
// may be read by the auditor. Of all others the fact of an act is what he sees.
var opened = map[string]bool{KindBody: true, KindAccount: true, KindPost: true, "catalogue": true}

// Audit reads the chain of any subject, oldest first, with payloads only where
// they say nothing of an applicant. Fault: identity.no_history.
func (s *Service) Audit(ctx context.Context, actor gov.Actor, kind, id string) ([]journal.Line, error) {
	if !CanReadJournal(actor) {
		return nil, fault.Missing("identity.no_history")
	}
	lines, err := s.Book.Of(ctx, s.DB, journal.Subject{Kind: kind, ID: id})
	for i := range lines {
		if !opened[kind] && lines[i].Act != journal.ActLook {
			lines[i].Payload = nil
		}
	}
	return lines, err
}

// ActsBy reads what an account did, newest first, before an entry; payloads are
// left out. Fault: identity.no_history.
func (s *Service) ActsBy(ctx context.Context, actor gov.Actor, account, before string) ([]journal.Line, error) {
	if !CanReadJournal(actor) {
		return nil, fault.Missing("identity.no_history")
	}
	return s.Book.By(ctx, s.DB, account, before)
}

// Look is one look at sensitive values in clear, as the auditor reads it: who, at
// whose, which elements and why; never the values.
type Look struct {
	ID       string // of the entry, for paging
	At       now.Instant
	Account  string
	Name     string
	Channel  string
	Device   string
	Party    string
	Elements []string
	Purpose  string
}

// Looks reads looks of everybody, newest first, before an entry (” for the
// newest), at most journal.MostLines. Fault: identity.no_history.
func (s *Service) Looks(ctx context.Context, actor gov.Actor, before string) ([]Look, error) {
	if !CanReadJournal(actor) {
		return nil, fault.Missing("identity.no_history")
	}
	lines, err := s.Book.Looks(ctx, s.DB, before)
	if err != nil {
		return nil, err
	}
	out := make([]Look, len(lines))
	for i, l := range lines {
		out[i] = Look{ID: l.ID, At: l.At, Account: l.Account, Name: l.Name, Channel: l.Channel, Device: l.Device, Party: l.Subject.ID}
		if l.Erased || l.Payload == nil {
			continue
		}
		var said look
		if err := json.Unmarshal(l.Payload, &said); err != nil {
			return nil, fault.Internal(err, "identity.unreadable")
		}
		out[i].Elements, out[i].Purpose = said.Elements, said.Purpose
	}
	return out, nil
}

// AccountID finds an account of any kind by its login, for the auditor's search;
// it gives the id and nothing else. Faults: identity.no_history, identity.no_account.
func (s *Service) AccountID(ctx context.Context, actor gov.Actor, login string) (string, error) {
	if !CanReadJournal(actor) {
		return "", fault.Missing("identity.no_history")
	}
	return one(ctx, s.DB, db.Text, "identity.no_account", `SELECT id FROM account WHERE login = $1`, foldLogin(login))
}

// Posted is a post as a journal's reader needs it: what it was, and where.
type Posted struct {
	Role   gov.Role
	Body   string
	Window string
}

// PostedByID gives posts by their ids, ended ones too: a trace names the post an
// act was done from. Who may read the trace is its owner's to decide.
func (s *Service) PostedByID(ctx context.Context, ids []string) (map[string]Posted, error) {
	out := make(map[string]Posted, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	type row struct {
		id string
		Posted
	}
	rows, err := s.DB.Query(ctx, `SELECT id, role, body, counter_window FROM post WHERE id in_list($1)`, db.List(ids))
	all, err := db.All(rows, err, func(r db.Scanner) (x row, err error) {
		err = r.Scan(&x.id, &x.Role, &x.Body, &x.Window)
		return x, err
	})
	for _, x := range all {
		out[x.id] = x.Posted
	}
	return out, err
}

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
