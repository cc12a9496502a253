package admin

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"yimen/internal/identity"
	"yimen/internal/lang"
	"yimen/internal/platform/fault"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// kinds are the subjects that have a chain of their own.
var kinds = []string{"case", "application", "licence", "rating", identity.KindParty, identity.KindAccount, identity.KindPost,
	identity.KindMandate, identity.KindBody, "catalogue"}

// entry is a line of the journal as the auditor's pages show it.
type entry struct {
	ID, When, What, Who, Way, Moved, Said string
	Kind, Subject                         string
	Hash                                  string
	Account                               string
}

// journalView is the chain of one subject, or the form that asks for one.
type journalView struct {
	Form    ui.Form
	Fields  []ui.Field
	Entries []entry
	Asked   bool
	Next    string
}

// journal shows the chain of one subject. A case may be named by its number, an
// account by its login.
func (s *Admin) journal(q *kit.Request) error {
	kind, id := q.Param("kind"), q.Param("id")
	v := journalView{Form: ui.Filled(map[string]string{"kind": kind, "id": id})}
	subject := ui.Field{Kind: ui.KindSelect, Name: "kind", Label: q.T("admin.journal_kind")}
	for _, k := range kinds {
		subject.Options = append(subject.Options, ui.Option{Value: k, Label: q.T("admin.subject_" + k)})
	}
	v.Fields = []ui.Field{subject, {Name: "id", Label: q.T("admin.journal_id"), Hint: q.T("admin.journal_id_hint"), Max: 100}}
	if kind != "" && (id != "" || kind == "catalogue") {
		if err := s.chain(q, &v, kind, id); err != nil {
			return err
		}
	}
	p := page(q, q.T("admin.journal"), areaJournal)
	p.Form = v.Form
	return q.Render(p, journalPage(v))
}

func (s *Admin) chain(q *kit.Request, v *journalView, kind, id string) error {
	v.Asked = true
	id, err := s.subject(q, kind, id)
	if fault.KindOf(err) == fault.KindMissing || fault.KindOf(err) == fault.KindInvalid {
		v.Form.Faults.Add("id", "admin.journal_none")
		return nil
	}
	if err != nil {
		return err
	}
	lines, err := s.identity.Audit(q.Context(), q.Actor, kind, id)
	if err != nil {
		return err
	}
	ctx := ui.WithView(q.Context(), q.View())
	for _, l := range lines {
		e := entry{ID: l.ID, When: ui.DateTime(ctx, l.At), What: actWords(ctx, l.Act), Who: l.Name, Way: channel(ctx, l.Channel),
			Moved: moved(ctx, l.From, l.To), Hash: l.Hash, Account: l.Account}
		switch {
		case l.Erased:
			e.Said = q.T("admin.erased")
		case l.Payload != nil:
			e.Said = said(l.Payload)
		case l.PayloadHash != "":
			e.Said = q.T("admin.not_opened")
		}
		v.Entries = append(v.Entries, e)
	}
	return nil
}

// subject turns what people know a subject by into its id.
func (s *Admin) subject(q *kit.Request, kind, id string) (string, error) {
	if !slices.Contains(kinds, kind) {
		return "", fault.Missing("faults.page")
	}
	switch kind {
	case "catalogue":
		return "catalogue", nil
	case "case":
		if found, err := s.cases.IDOf(q.Context(), id); err == nil {
			return found, nil
		}
	case identity.KindAccount:
		if found, err := s.identity.AccountID(q.Context(), q.Actor, id); err == nil {
			return found, nil
		}
	}
	return id, nil
}

// actors lists what one account did, newest first.
func (s *Admin) actors(q *kit.Request) error {
	login := q.Param("login")
	v := journalView{Form: ui.Filled(map[string]string{"login": login})}
	v.Fields = []ui.Field{{Name: "login", Label: q.T("admin.journal_login"), Hint: q.T("admin.journal_login_hint"), Max: 100, Complete: "off"}}
	if login != "" {
		v.Asked = true
		account, err := s.identity.AccountID(q.Context(), q.Actor, login)
		if fault.KindOf(err) == fault.KindMissing {
			account, err = login, nil
		}
		if err != nil {
			return err
		}
		lines, err := s.identity.ActsBy(q.Context(), q.Actor, account, q.Param("before"))
		if err != nil {
			return err
		}
		ctx := ui.WithView(q.Context(), q.View())
		for _, l := range lines {
			v.Entries = append(v.Entries, entry{ID: l.ID, When: ui.DateTime(ctx, l.At), What: actWords(ctx, l.Act), Who: l.Name,
				Way: channel(ctx, l.Channel), Moved: moved(ctx, l.From, l.To), Kind: l.Subject.Kind, Subject: l.Subject.ID})
		}
		if len(lines) >= journalRows {
			v.Next = areaJournal + "/actors?login=" + escape(login) + "&before=" + lines[len(lines)-1].ID
		}
	}
	p := page(q, q.T("admin.journal_actors"), areaJournal)
	return q.Render(p, actorsPage(v))
}

// journalRows is how many entries the journal gives at once.
const journalRows = 100

// looks lists looks at sensitive values, newest first: who, at whose, why.
func (s *Admin) looks(q *kit.Request) error {
	list, err := s.identity.Looks(q.Context(), q.Actor, q.Param("before"))
	if err != nil {
		return err
	}
	next := ""
	if len(list) >= journalRows {
		next = areaJournal + "/looks?before=" + list[len(list)-1].ID
	}
	return q.Render(page(q, q.T("admin.looks"), areaJournal), looksPage(list, next))
}

// longestSaid is how much of one value the journal's page shows; the whole is in
// the database.
const longestSaid = 200

// said writes a payload as its names with their values, one a line.
func said(payload []byte) string {
	var values map[string]json.RawMessage
	if json.Unmarshal(payload, &values) != nil {
		return ""
	}
	lines := make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		text := []rune(strings.Trim(string(values[name]), `"`))
		if len(text) > longestSaid {
			text = append(text[:longestSaid], '…')
		}
		lines = append(lines, name+": "+string(text))
	}
	return strings.Join(lines, "\n")
}

// actWords is an act in the reader's language; one that has no word is shown as it is.
func actWords(ctx context.Context, act string) string {
	for _, key := range []string{"admin.journal_" + act, "status.act_" + act} {
		if lang.Has(key) {
			return ui.T(ctx, key)
		}
	}
	return act
}

func channel(ctx context.Context, c string) string {
	if key := "status.channel_" + c; lang.Has(key) {
		return ui.T(ctx, key)
	}
	return c
}

// moved says which state became which, in the words of the subject's own pages.
func moved(ctx context.Context, from, to string) string {
	if from == to || from == "" {
		return stateWord(ctx, to)
	}
	return stateWord(ctx, from) + " → " + stateWord(ctx, to)
}

func stateWord(ctx context.Context, state string) string {
	for _, key := range []string{"status.state_" + state, "status.licence_" + state, "admin.moved_" + state} {
		if lang.Has(key) {
			return ui.T(ctx, key)
		}
	}
	return state
}

// elements are the keys of what was looked at.
func elements(l identity.Look) string { return strings.Join(l.Elements, "，") }

// subjectWord names a kind of subject.
func subjectWord(ctx context.Context, kind string) string {
	if key := "admin.subject_" + kind; lang.Has(key) {
		return ui.T(ctx, key)
	}
	return kind
}
