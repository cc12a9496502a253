package identity

import (
	"context"
	"strings"
	"unicode/utf8"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// findMost is a screen: whoever sees more was not precise enough, and browsing
// people is nobody's task.
const findMost = 20

// FindParty searches as a clerk types: a whole ID or document number, a
// telephone, a credit code, or the beginning of a name (two characters at
// least). Sensitive values are found by blind index and come back masked. At most
// 20 parties, seen ones first; more tells that there are others, so that the clerk
// types more. Fault: identity.denied.
func (s *Service) FindParty(ctx context.Context, actor gov.Actor, query string) (found []Party, more bool, err error) {
	if !CanFindParty(actor) {
		return nil, false, denied()
	}
	var rows []partyRow
	if where, args := s.exactly(gov.Normalise(query)); where != "" {
		if rows, err = s.findBy(ctx, where, args...); err != nil {
			return nil, false, err
		}
	}
	query = gov.Tidy(query)
	if n := utf8.RuneCountInString(query); len(rows) == 0 && n >= 2 && n <= 100 {
		if rows, err = s.findBy(ctx, `p.name_start = $1 AND p.name LIKE $2 ESCAPE '!'`, nameStart(query), likePrefix(query)); err != nil {
			return nil, false, err
		}
	}
	if more = len(rows) > findMost; more {
		rows = rows[:findMost]
	}
	for _, p := range rows {
		shown, err := s.masked(p)
		if err != nil {
			return nil, false, err
		}
		found = append(found, shown)
	}
	return found, more, s.addAccounts(ctx, found)
}

// findBy reads one more than is shown, to know whether there are more.
func (s *Service) findBy(ctx context.Context, where string, args ...any) ([]partyRow, error) {
	rows, err := s.DB.Query(ctx, partySelect+` WHERE p.state = 'active' AND `+where+` ORDER BY p.assurance DESC, p.id LIMIT 21`, args...)
	return db.All(rows, err, scanParty)
}

// exactly makes the condition for something that names a party, "" for a name.
func (s *Service) exactly(query string) (string, []any) {
	if code, err := gov.ParseCreditCode(query); err == nil {
		return `p.credit_code = $1`, []any{string(code)}
	}
	if phone, err := gov.ParsePhone(query); err == nil {
		return `p.phone_index = $1`, []any{s.indexPhone(string(phone))}
	}
	number, err := gov.ParseDocumentNumber(query)
	if err != nil {
		return "", nil
	}
	var indexes []string
	for _, t := range IDTypes() {
		indexes = append(indexes, s.indexNumber(t, number))
	}
	return `p.id_index in_list($1)`, []any{db.List(indexes)}
}

// likePrefix makes a LIKE pattern in which what was typed means itself.
func likePrefix(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// addAccounts notes who can sign in, in one query.
func (s *Service) addAccounts(ctx context.Context, parties []Party) error {
	if len(parties) == 0 {
		return nil
	}
	at := map[string]int{}
	var ids []string
	for i, p := range parties {
		at[p.ID] = i
		ids = append(ids, p.ID)
	}
	rows, err := s.DB.Query(ctx, `SELECT party, id, login FROM account WHERE party in_list($1) AND state <> 'closed'`, db.List(ids))
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		var party, account, login string
		err := r.Scan(&party, &account, &login)
		if err == nil {
			parties[at[party]].Account, parties[at[party]].Login = account, login
		}
		return struct{}{}, err
	})
	return err
}

// PartiesBy finds, for another context's search, the parties with exactly this
// document number, telephone or credit code, declared ones too; a name finds
// nothing here. What the searcher may see of them is that context's to decide.
func (s *Service) PartiesBy(ctx context.Context, r db.Reader, query string) ([]string, error) {
	where, args := s.exactly(gov.Normalise(query))
	if where == "" {
		return nil, nil
	}
	rows, err := r.Query(ctx, `SELECT p.id FROM party p WHERE p.state = 'active' AND `+where+` ORDER BY p.id LIMIT 200`, args...)
	return db.All(rows, err, db.Text)
}
