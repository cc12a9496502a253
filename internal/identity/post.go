package identity

import (
	"context"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Post is a role at a body from a date to a date, both inclusive. A deputy holds
// it too while he stands in.
type Post struct {
	ID         string
	Account    string
	Body       string
	Department string
	Region     string
	Role       gov.Role
	Window     string // of a counter, '' elsewhere
	ValidFrom  clock.Date
	ValidTo    clock.Date // none for open
	EndedAt    now.Instant
	Deputy     string // account id
	DeputyFrom clock.Date
	DeputyTo   clock.Date
	head       journal.Head
}

// InForce reports whether the post gives powers on a day.
func (p Post) InForce(day clock.Date) bool {
	return p.EndedAt.IsZero() && !day.Before(p.ValidFrom) && (p.ValidTo.IsZero() || !day.After(p.ValidTo))
}

// PostInput is a post to be. Dates: none for from means today, none for to open.
type PostInput struct {
	Account, Body string
	Role          gov.Role
	Window        string
	From, To      clock.Date
}

const postSelect = `SELECT id, account, body, department, region, role, counter_window, valid_from, valid_to, ended_at,
	deputy, deputy_from, deputy_to, version, head FROM post`

func scanPost(r db.Scanner) (p Post, err error) {
	err = r.Scan(&p.ID, &p.Account, &p.Body, &p.Department, &p.Region, &p.Role, &p.Window, &p.ValidFrom, &p.ValidTo, &p.EndedAt,
		&p.Deputy, &p.DeputyFrom, &p.DeputyTo, &p.head.Version, &p.head.Hash)
	return p, err
}

// AddPost gives a role at a body to a member of staff or a department system.
// Faults: identity.denied, identity.own_post (nobody raises himself),
// identity.duties_apart (one of the three administrators holds one of the three),
// identity.bad_role, identity.no_body, identity.no_account.
func (s *Service) AddPost(ctx context.Context, actor gov.Actor, in PostInput) (Post, error) {
	p := Post{ID: id.New(), Account: in.Account, Body: in.Body, Role: in.Role, Window: gov.Tidy(in.Window), ValidFrom: in.From, ValidTo: in.To}
	var f fault.Fields
	if !in.Role.Posted() {
		f.Add("role", "identity.bad_role")
	}
	if utf8.RuneCountInString(p.Window) > 20 {
		f.Add("window", "identity.too_long", "most", 20)
	}
	if !in.To.IsZero() && in.To.Before(in.From) {
		f.Add("to", "identity.ends_before_start")
	}
	if err := f.Err(); err != nil {
		return Post{}, err
	}
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		if p.ValidFrom.IsZero() {
			p.ValidFrom = dateOf(tx.Now())
		}
		if err := s.mayPost(ctx, tx, actor, &p); err != nil {
			return err
		}
		var err error
		p.head, err = s.record(ctx, tx, act{kind: KindPost, id: p.ID, name: "add", actor: actor,
			by: []gov.Role{gov.RoleAdministrator, gov.RoleSecurity}, to: "active", said: p})
		if err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO post (id, account, body, department, region, role, counter_window, valid_from, valid_to, version, head)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`, p.ID, p.Account, p.Body, p.Department, p.Region, string(p.Role), p.Window,
			p.ValidFrom, p.ValidTo, p.head.Version, p.head.Hash)
	})
	return p, err
}

// mayPost checks who gives what to whom, and takes department and region from
// the body. The account stays locked, so that two posts at once cannot give one
// person two of the three administrators.
func (s *Service) mayPost(ctx context.Context, tx *db.Tx, actor gov.Actor, p *Post) error {
	b, err := s.Body(ctx, tx, p.Body)
	if err != nil {
		return err
	}
	p.Department, p.Region = b.Department, b.Region
	switch {
	case !p.ValidTo.IsZero() && p.ValidTo.Before(p.ValidFrom):
		return fault.Invalid("identity.ends_before_start")
	case !b.ValidTo.IsZero() && b.ValidTo.Before(p.ValidFrom):
		return fault.Conflict("identity.ended_before")
	}
	if !CanManagePost(actor, p.Role, p.Region) {
		return denied()
	}
	if actor.Account == p.Account {
		return fault.Denied("identity.own_post")
	}
	a, err := lockAccount(ctx, tx, p.Account)
	if err != nil {
		return err
	}
	if a.Kind == gov.Person || a.State == AccountClosed || (a.Kind == gov.Service && Privileged(p.Role)) {
		return fault.Invalid("identity.no_post_for_account")
	}
	if !Privileged(p.Role) {
		return nil
	}
	rows, err := tx.Query(ctx, `SELECT role FROM post WHERE account = $1 AND ended_at = 0 AND role <> $2
		AND role in_list($3) LIMIT 1`, p.Account, string(p.Role), db.List(privileged))
	others, err := db.All(rows, err, db.Text)
	if err == nil && len(others) > 0 {
		return fault.Conflict("identity.duties_apart")
	}
	return err
}

// EndPost takes a post away: at once with no date, else after its last day.
func (s *Service) EndPost(ctx context.Context, actor gov.Actor, postID string, last clock.Date) error {
	return s.changePost(ctx, actor, postID, "end", func(tx *db.Tx, p *Post) (string, error) {
		if !CanManagePost(actor, p.Role, p.Region) {
			return "", denied()
		}
		if last.IsZero() {
			p.EndedAt = tx.Now()
			return "ended", nil
		}
		if last.Before(p.ValidFrom) {
			return "", fault.Invalid("identity.ends_before_start")
		}
		p.ValidTo = last
		return "active", nil
	})
}

// SetDeputy lets another member of staff hold the post from a day to a day, both
// inclusive; deputy "" takes it back. The holder or the administrator may.
// A powerful post has no deputy: it is given by security or not at all.
func (s *Service) SetDeputy(ctx context.Context, actor gov.Actor, postID, deputy string, from, to clock.Date) error {
	return s.changePost(ctx, actor, postID, "set_deputy", func(tx *db.Tx, p *Post) (string, error) {
		if actor.Account != p.Account && !CanManagePost(actor, p.Role, p.Region) {
			return "", denied()
		}
		if Privileged(p.Role) {
			return "", fault.Denied("identity.no_deputy")
		}
		if deputy != "" && deputy == actor.Account && deputy != p.Account {
			return "", fault.Denied("identity.own_post") // nobody gives power to himself, not by standing in either
		}
		if deputy == "" {
			p.Deputy, p.DeputyFrom, p.DeputyTo = "", clock.Date{}, clock.Date{}
			return "active", nil
		}
		if from.IsZero() || to.IsZero() || to.Before(from) {
			return "", fault.Invalid("identity.ends_before_start")
		}
		a, err := one(ctx, tx, scanAccount, "identity.no_account", accountSelect+` WHERE a.id = $1`, deputy)
		if err != nil {
			return "", err
		}
		if a.Kind != gov.Staff || a.State != AccountActive || a.ID == p.Account {
			return "", fault.Invalid("identity.no_post_for_account")
		}
		p.Deputy, p.DeputyFrom, p.DeputyTo = deputy, from, to
		return "active", nil
	})
}

// changePost loads a live post, lets change decide, journals and saves.
func (s *Service) changePost(ctx context.Context, actor gov.Actor, postID, name string, change func(*db.Tx, *Post) (string, error)) error {
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		p, err := one(ctx, tx, scanPost, "identity.no_post", postSelect+` WHERE id = $1 /*for update*/`, postID)
		if err != nil {
			return err
		}
		if !p.EndedAt.IsZero() {
			return fault.Conflict("identity.ended_before")
		}
		to, err := change(tx, &p)
		if err != nil {
			return err
		}
		head, err := s.record(ctx, tx, act{kind: KindPost, id: p.ID, prev: p.head, name: name, actor: actor,
			by: []gov.Role{gov.RoleAdministrator, gov.RoleSecurity}, from: "active", to: to, said: p})
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, stale(), `UPDATE post SET valid_to=$2, ended_at=$3, deputy=$4, deputy_from=$5, deputy_to=$6,
			version=$7, head=$8 WHERE id=$1 AND version=$9`, p.ID, p.ValidTo, int64(p.EndedAt), p.Deputy, p.DeputyFrom, p.DeputyTo,
			head.Version, head.Hash, p.head.Version)
	})
}

// PostsOf lists every post of an account, ended ones too, oldest first; for the
// account's owner and those who administer its region.
func (s *Service) PostsOf(ctx context.Context, actor gov.Actor, accountID string) ([]Post, error) {
	a, err := one(ctx, s.DB, scanAccount, "identity.no_account", accountSelect+` WHERE a.id = $1`, accountID)
	if err != nil {
		return nil, err
	}
	if actor.Account != a.ID && !CanSeeAccounts(actor, a.Region) {
		return nil, noAccount()
	}
	rows, err := s.DB.Query(ctx, postSelect+` WHERE account = $1 ORDER BY id`, accountID)
	return db.All(rows, err, scanPost)
}

// Holder is somebody who holds a role at a body today.
type Holder struct {
	Account string
	Kind    gov.ActorKind // staff, or a department's system
	Name    string
	Post    string
	Role    gov.Role
	Window  string
}

// Holders lists who holds a role at a body today, deputies included, by name: the
// colleagues a case can be handed to. Role "" means any.
func (s *Service) Holders(ctx context.Context, r db.Reader, bodyID string, role gov.Role) ([]Holder, error) {
	rows, err := r.Query(ctx, `SELECT a.id, a.kind, a.name, p.id, p.role, p.counter_window FROM post p
		JOIN account a ON a.id IN (p.account, p.deputy) AND (a.id = p.account OR (p.deputy_from <= $2 AND p.deputy_to >= $2))
		WHERE p.body = $1 AND p.ended_at = 0 AND p.valid_from <= $2 AND (p.valid_to = '' OR p.valid_to >= $2)
		AND (p.role = $3 OR $3 = '') AND a.state = 'active' ORDER BY a.name, p.id`, bodyID, s.today(), string(role))
	return db.All(rows, err, func(r db.Scanner) (h Holder, err error) {
		err = r.Scan(&h.Account, &h.Kind, &h.Name, &h.Post, &h.Role, &h.Window)
		return h, err
	})
}

// holdsPower reports whether an account has, or will have, a powerful post.
func holdsPower(ctx context.Context, r db.Reader, accountID string) (bool, error) {
	var n int64
	err := r.Row(ctx, `SELECT count(*) FROM post WHERE account = $1 AND ended_at = 0 AND role in_list($2)`,
		accountID, db.List(privileged)).Scan(&n)
	return n > 0, err
}
