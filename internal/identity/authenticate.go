package identity

import (
	"context"
	"encoding/json"
	"slices"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
)

// sessionRow is a session joined with its account, the parties' names and the
// scopes of the mandates under which it acts, so that a resident's request costs
// one query.
type sessionRow struct {
	Session
	kind                gov.ActorKind
	party, name, scopes string // scopes: JSON arrays with commas between, '' for no mandate
	assurance           int
}

const sessionQuery = `SELECT s.id, s.account, s.acting_for, s.channel, s.device, s.created_at, s.seen_at, s.until,
	a.login, a.kind, a.party, COALESCE(p.name, a.name), a.must_change, a.assurance, a.locale, a.size,
	COALESCE((SELECT string_agg(m.scope, ',') FROM mandate m WHERE m.agent = a.party AND m.principal = s.acting_for AND m.state = 'active'
		AND m.valid_from <= $3 AND (m.valid_to = '' OR m.valid_to >= $3)), ''),
	COALESCE(q.name, '')
	FROM session s JOIN account a ON a.id = s.account
	LEFT JOIN party p ON p.id = a.party LEFT JOIN party q ON q.id = s.acting_for
	WHERE s.id = $1 AND s.ended_at = 0 AND s.until > $2 AND a.state = 'active'`

func scanSession(r db.Scanner) (x sessionRow, err error) {
	var must int64
	err = r.Scan(&x.ID, &x.Account, &x.ActingFor, &x.Channel, &x.Device, &x.CreatedAt, &x.SeenAt, &x.Until,
		&x.Login, &x.kind, &x.party, &x.name, &must, &x.assurance, &x.Locale, &x.Size, &x.scopes, &x.ActingName)
	x.MustChange = must != 0
	return x, err
}

// A cookie of another length is somebody's play and costs no query.
const tokenLength = 26 // of id.Token

// Authenticate tells who holds a token: one query for a resident, two for staff,
// nothing remembered between calls, so an ended session, a suspended account, an
// ended post and an ended mandate show at once on every node. The actor's Channel
// and Device are the session's. A session with a temporary password carries no
// posts, no mandate and no assurance. Fault: identity.not_signed_in.
func (s *Service) Authenticate(ctx context.Context, token string) (gov.Actor, Session, error) {
	if len(token) != tokenLength {
		return gov.Actor{}, Session{}, notSignedIn()
	}
	at, today := s.Now(), s.today()
	x, err := db.One(s.DB.Row(ctx, sessionQuery, id.Hash(token), int64(at), today), scanSession)
	if db.NoRows(err) {
		return gov.Actor{}, Session{}, notSignedIn()
	}
	if err != nil {
		return gov.Actor{}, Session{}, err
	}
	x.IdleUntil = x.SeenAt.Add(s.idle(x.kind))
	if x.IdleUntil <= at {
		return gov.Actor{}, Session{}, notSignedIn()
	}
	if x.ActingFor != "" && x.scopes == "" {
		x.ActingFor, x.ActingName, x.MandateEnded = "", "", true
	}
	actor := gov.Actor{Account: x.Account, Party: x.party, Name: x.name, Kind: x.kind, Channel: x.Channel, Device: x.Device}
	if x.MustChange {
		return actor, x.Session, nil
	}
	actor.Assurance, actor.OnBehalfOf = x.assurance, x.ActingFor
	if actor.OnBehalfOf != "" {
		if actor.Items, err = reached(x.scopes); err != nil {
			return gov.Actor{}, Session{}, err
		}
	}
	if x.kind == gov.Staff {
		err = s.arm(ctx, s.DB, &actor)
	}
	return actor, x.Session, err
}

// reached reads the items of several mandates together, nil for every item.
func reached(scopes string) ([]string, error) {
	var all [][]string
	if err := json.Unmarshal([]byte("["+scopes+"]"), &all); err != nil {
		return nil, fault.Internal(err, "identity.unreadable")
	}
	return itemsOf(all...), nil
}

// itemsOf joins scopes: nil when one of them reaches every item.
func itemsOf(scopes ...[]string) []string {
	items := slices.Compact(slices.Sorted(slices.Values(slices.Concat(scopes...))))
	if slices.Contains(items, ScopeAll) {
		return nil
	}
	return append([]string{}, items...) // a mandate that reaches nothing narrows to nothing
}

// arm gives the actor the posts in force today, those he stands in for too, and
// the window of the first post that has one.
func (s *Service) arm(ctx context.Context, r db.Reader, actor *gov.Actor) error {
	rows, err := r.Query(ctx, postSelect+` WHERE ended_at = 0 AND valid_from <= $2 AND (valid_to = '' OR valid_to >= $2)
		AND (account = $1 OR (deputy = $1 AND deputy_from <= $2 AND deputy_to >= $2)) ORDER BY id`, actor.Account, s.today())
	posts, err := db.All(rows, err, scanPost)
	for _, p := range posts {
		actor.Posts = append(actor.Posts, gov.Post{ID: p.ID, Body: p.Body, Department: p.Department, Region: p.Region, Role: p.Role})
		if actor.Window == "" {
			actor.Window = p.Window
		}
	}
	return err
}
