package applications

import (
	"context"
	"encoding/json"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// DocumentKind is the name in the journal of what a party said of a paper.
const DocumentKind = "document"

// Document is a paper that a party once filed, in its library (材料库): the newest
// filing of a content, with what the party said of it.
type Document struct {
	Attachment
	Item      string
	ItemName  string
	LocalItem string
	Number    gov.CaseNumber
	FiledAt   now.Instant
	Region    gov.Region
	Hidden    bool
}

// Expired tells whether the paper is past the day its party named.
func (x *Attachment) Expired(on clock.Date) bool {
	return !x.ExpiresOn.IsZero() && on.After(x.ExpiresOn)
}

// SlotName is what a paper was filed as under this version of an item, or this choice
// of a bundle's members; ” where there is no such slot any more.
func (s *Service) SlotName(ctx context.Context, localItem, slot string) string {
	def, err := s.d.Items.Definition(ctx, localItem)
	if err != nil {
		return ""
	}
	x, _ := def.slot(slot)
	return x.Name
}

// mostDocuments bounds a page of the library.
const mostDocuments = 100

// Documents lists the papers that the party the actor acts for has filed, newest
// first, each content once, before the given attachment (” for the first page). more
// is where the next page begins, ” at the end. What was hidden is left out unless
// asked for. A mandate for some items shows the papers of those.
func (s *Service) Documents(ctx context.Context, actor gov.Actor, hidden bool, before string) (out []Document, more string, err error) {
	if actor.Concerned() == "" || actor.Kind != gov.Person && !atWindow(actor) {
		return nil, "", nil
	}
	if before == "" {
		before = "~"
	}
	where, args := `a.applicant = $1 AND t.id < $2`, []any{actor.Concerned(), before}
	if actor.Narrowed() {
		where, args = where+` AND a.item in_list($3)`, append(args, db.List(actor.Items))
	}
	found, err := filedPapers(ctx, s.d.DB, where, mostDocuments, args...)
	if err != nil {
		return nil, "", err
	}
	if len(found) == mostDocuments {
		more = found[len(found)-1].ID
	}
	out, err = s.library(ctx, actor, found, hidden)
	return out, more, err
}

// atWindow: a clerk with the applicant before him.
func atWindow(a gov.Actor) bool { return a.Has(gov.RoleClerk) && a.OnBehalfOf != "" }

// filedPapers reads papers of applications that were filed; what is being put into
// an answer to a correction is not filed yet.
func filedPapers(ctx context.Context, r db.Reader, where string, most int, args ...any) ([]Document, error) {
	rows, err := r.Query(ctx, `SELECT t.id, t.application, t.material, t.blob, t.name, t.mime, t.size, t.trust, t.added_at, t.checked_at,
		t.checked_by, t.reused, COALESCE((SELECT d.expires_on FROM document d WHERE d.blob = t.blob), ''),
		a.item, a.item_name, a.local_item, a.number, a.filed_at, a.region
		FROM attachment t JOIN application a ON a.id = t.application
		WHERE t.removed_at = 0 AND (a.state = 'filed' OR a.state = 'amending' AND t.added_at <= a.filed_at) AND `+where+`
		ORDER BY t.id DESC LIMIT `+limit(most), args...)
	return db.All(rows, err, func(sc db.Scanner) (d Document, err error) {
		x := &d.Attachment
		err = sc.Scan(&x.ID, &x.Application, &x.Slot, &x.Blob, &x.Name, &x.Type, &x.Size, &x.Trust, &x.AddedAt, &x.CheckedAt,
			&x.CheckedBy, &x.Reused, &x.ExpiresOn, &d.Item, &d.ItemName, &d.LocalItem, &d.Number, &d.FiledAt, &d.Region)
		return d, err
	})
}

// library keeps each content once, without what is hidden or out of the clerk's region.
func (s *Service) library(ctx context.Context, actor gov.Actor, found []Document, hidden bool) ([]Document, error) {
	gone, err := hiddenOf(ctx, s.d.DB, actor.Concerned())
	if err != nil {
		return nil, err
	}
	had := map[string]bool{}
	out := found[:0]
	for _, d := range found {
		d.Hidden = gone[d.Blob]
		if had[d.Blob] || d.Hidden && !hidden || actor.Kind != gov.Person && !actor.At(gov.RoleClerk, string(d.Region)) {
			continue
		}
		had[d.Blob] = true
		out = append(out, d)
	}
	return out, nil
}

func hiddenOf(ctx context.Context, r db.Reader, party string) (map[string]bool, error) {
	rows, err := r.Query(ctx, `SELECT blob FROM document WHERE party = $1 AND hidden = $2`, party, true)
	all, err := db.All(rows, err, db.Text)
	out := make(map[string]bool, len(all))
	for _, b := range all {
		out[b] = true
	}
	return out, err
}

// said is what a party said of a paper.
type said struct {
	id, party, blob string
	expires         clock.Date
	hidden          bool
	head            journal.Head
	loaded          int64
}

// Expiry says until when a paper holds, for the party that filed it; zero takes the
// day away. From the day after it is not offered any more.
func (s *Service) Expiry(ctx context.Context, actor gov.Actor, attachment string, on clock.Date) error {
	return s.say(ctx, actor, attachment, "set_expiry", map[string]any{"expires_on": on}, func(d *said) { d.expires = on })
}

// Hide takes a paper out of the library, or puts it back. The bytes stay as long as
// an application holds them.
func (s *Service) Hide(ctx context.Context, actor gov.Actor, attachment string, hidden bool) error {
	act := "hide"
	if !hidden {
		act = "show"
	}
	return s.say(ctx, actor, attachment, act, map[string]any{}, func(d *said) { d.hidden = hidden })
}

// say changes what is said of a paper. Only the party itself says something of its
// papers, or whoever acts for it in the item it was filed for.
func (s *Service) say(ctx context.Context, actor gov.Actor, attachment, act string, payload any, change func(*said)) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fault.Internal(err, "applications.unreadable")
	}
	tell := func(tx *db.Tx) error {
		doc, err := s.paper(ctx, tx, actor, attachment)
		if err != nil {
			return err
		}
		d, err := saidOf(ctx, tx, actor.Concerned(), doc.Blob)
		if err != nil {
			return err
		}
		was := d
		if change(&d); was == d {
			return nil
		}
		d.head, err = s.d.Book.Append(ctx, tx, journal.Entry{Subject: journal.Subject{Kind: DocumentKind, ID: d.id}, Prev: d.head,
			Act: act, Actor: actor, Payload: body})
		if err != nil {
			return err
		}
		return d.save(ctx, tx)
	}
	err = s.d.DB.Do(ctx, tell)
	if db.IsUnique(err) { // two windows spoke first at one moment
		err = s.d.DB.Do(ctx, tell)
	}
	return err
}

// paper finds a filed paper of the party that the actor acts for.
func (s *Service) paper(ctx context.Context, r db.Reader, actor gov.Actor, attachment string) (Document, error) {
	none := fault.Missing("applications.file_missing")
	if actor.Concerned() == "" || actor.Kind != gov.Person && !atWindow(actor) {
		return Document{}, none
	}
	found, err := filedPapers(ctx, r, `t.id = $1 AND a.applicant = $2`, 1, attachment, actor.Concerned())
	if err != nil {
		return Document{}, err
	}
	if len(found) == 0 || !actor.Reaches(found[0].Item) || actor.Kind != gov.Person && !actor.At(gov.RoleClerk, string(found[0].Region)) {
		return Document{}, none
	}
	return found[0], nil
}

func saidOf(ctx context.Context, tx *db.Tx, party, blob string) (said, error) {
	d, err := db.One(tx.Row(ctx, `SELECT id, party, blob, expires_on, hidden, version, head FROM document WHERE blob = $1 /*for update*/`, blob),
		func(sc db.Scanner) (d said, err error) {
			err = sc.Scan(&d.id, &d.party, &d.blob, &d.expires, &d.hidden, &d.head.Version, &d.head.Hash)
			return d, err
		})
	if db.NoRows(err) {
		return said{id: id.New(), party: party, blob: blob}, nil
	}
	d.loaded = d.head.Version
	return d, err
}

func (d said) save(ctx context.Context, tx *db.Tx) error {
	if d.loaded == 0 {
		return tx.Exec(ctx, `INSERT INTO document (id, party, blob, expires_on, hidden, version, head) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			d.id, d.party, d.blob, d.expires, d.hidden, d.head.Version, d.head.Hash)
	}
	return tx.ExecOne(ctx, fault.Conflict("applications.stale"), `UPDATE document SET expires_on = $3, hidden = $4, version = $5, head = $6
		WHERE id = $1 AND version = $2`, d.id, d.loaded, d.expires, d.hidden, d.head.Version, d.head.Hash)
}

// expired are the papers of a draft, or of what a correction asks for, that are past
// their day.
func expired(a *Application, all []Attachment, on clock.Date) (out fault.Fields) {
	for i := range all {
		if x := &all[i]; x.Expired(on) && a.Attachable(x.Slot) {
			out.Add("material."+x.Slot, "applications.paper_expired", "name", x.Name, "on", x.ExpiresOn)
		}
	}
	return out
}

// Document gives a paper of the library of the party that the actor acts for.
// Fault: applications.file_missing.
func (s *Service) Document(ctx context.Context, actor gov.Actor, attachment string) (Document, error) {
	d, err := s.paper(ctx, s.d.DB, actor, attachment)
	if err != nil {
		return d, err
	}
	gone, err := hiddenOf(ctx, s.d.DB, actor.Concerned())
	d.Hidden = gone[d.Blob]
	return d, err
}
