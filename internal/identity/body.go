package identity

import (
	"context"
	"strings"
	"unicode/utf8"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/id"
	"yimen/internal/platform/journal"
)

// Body is a department in a region (行政机关 or an organisation entrusted by law):
// the one who accepts, decides, answers and is appealed against.
type Body struct {
	ID         string
	Department string // the catalogue's department id: scjg, ga, …
	Region     string // 12 digits
	Name       string // 潮安区市场监督管理局
	ShortName  string
	Level      int    // 行使层级, GB/T 39046 A.2: 2 province, 3 city, 4 county, 5 town, 6 village
	CreditCode string // 统一社会信用代码, part of 实施编码; '' when not yet known
	Parent     string // body id of the superior, '' for none
	ValidFrom  clock.Date
	ValidTo    clock.Date // last day; none for open
	Address    string
	Phone      string // published, not personal
	Hours      string
	Complain   string // where to complain of it, published by art. 30
	head       journal.Head
}

// InForce reports whether the body exists on a day.
func (b Body) InForce(day clock.Date) bool {
	return !day.Before(b.ValidFrom) && (b.ValidTo.IsZero() || !day.After(b.ValidTo))
}

// BodyInput is a body to be. The level follows from the region.
type BodyInput struct {
	Department, Region, Name, ShortName, CreditCode, Parent string
	ValidFrom                                               clock.Date // none means today
	Address, Phone, Hours, Complain                         string
}

// check brings every value to its stored form and names every defect; the paths
// are the names of the input's fields in snake case.
func (in *BodyInput) check() (Body, error) {
	var f fault.Fields
	b := Body{
		Department: strings.TrimSpace(in.Department), Name: gov.Tidy(in.Name), ShortName: gov.Tidy(in.ShortName),
		Parent: in.Parent, ValidFrom: in.ValidFrom, Address: gov.Tidy(in.Address), Phone: gov.Tidy(in.Phone),
		Hours: gov.Tidy(in.Hours), Complain: gov.Tidy(in.Complain),
	}
	if b.Department == "" || len(b.Department) > 64 {
		f.Add("department", "identity.required")
	}
	if n := utf8.RuneCountInString(b.Name); n < 2 || n > 100 {
		f.Add("name", "identity.name_length", "from", 2, "to", 100)
	}
	region, err := gov.ParseRegion(in.Region)
	if err != nil {
		f.Add("region", "identity.bad_region")
	}
	b.Region, b.Level = string(region), levelOf(region)
	if in.CreditCode != "" {
		code, err := gov.ParseCreditCode(in.CreditCode)
		if err != nil {
			f.Add("credit_code", "identity.bad_credit_code")
		}
		b.CreditCode = string(code)
	}
	for path, text := range map[string]string{"short_name": b.ShortName, "address": b.Address, "phone": b.Phone, "hours": b.Hours, "complain": b.Complain} {
		if utf8.RuneCountInString(text) > 300 {
			f.Add(path, "identity.too_long", "most", 300)
		}
	}
	return b, f.Err()
}

// levelOf: a body is of the level of its region (GB/T 39046 A.2). The state's own
// bodies, level 1, have no region here.
func levelOf(r gov.Region) int {
	switch r.Level() {
	case gov.LevelProvince:
		return 2
	case gov.LevelCity:
		return 3
	case gov.LevelCounty:
		return 4
	case gov.LevelTown:
		return 5
	default:
		return 6
	}
}

// AddBody enters a body. Faults: identity.denied, identity.body_exists (one body
// at a time for a department in a region), identity.no_body for the parent.
func (s *Service) AddBody(ctx context.Context, actor gov.Actor, in BodyInput) (Body, error) {
	b, err := in.check()
	if err != nil {
		return Body{}, err
	}
	if !CanManageBodies(actor, b.Region) {
		return Body{}, denied()
	}
	b.ID = id.New()
	err = s.DB.Do(ctx, func(tx *db.Tx) error {
		if b.ValidFrom.IsZero() {
			b.ValidFrom = dateOf(tx.Now())
		}
		if b.Parent != "" {
			if _, err := s.Body(ctx, tx, b.Parent); err != nil {
				return err
			}
		}
		if old, err := overlaps(ctx, tx, b); err != nil {
			return err
		} else if old {
			return fault.Conflict("identity.body_exists")
		}
		b.head, err = s.record(ctx, tx, act{kind: KindBody, id: b.ID, name: "add", actor: actor,
			by: []gov.Role{gov.RoleAdministrator}, to: "active", said: b})
		if err != nil {
			return err
		}
		if err := insertBody(ctx, tx, b); err != nil {
			return err
		}
		if err := s.publish(ctx, tx, "body.added", b.ID, BodyChanged{b.ID, b.Department, b.Region}); err != nil {
			return err
		}
		return s.bodiesChanged(ctx, tx, actor)
	})
	return b, taken(err, fault.Conflict("identity.body_exists"))
}

// EditBody changes what is published of a body; department and region are its
// identity and stay (a body that moves is another body).
func (s *Service) EditBody(ctx context.Context, actor gov.Actor, bodyID string, in BodyInput) (Body, error) {
	var b Body
	err := s.DB.Do(ctx, func(tx *db.Tx) error {
		was, err := one(ctx, tx, scanBody, "identity.no_body", bodySelect+` WHERE id = $1 /*for update*/`, bodyID)
		if err != nil {
			return err
		}
		if !CanManageBodies(actor, was.Region) {
			return denied()
		}
		in.Department, in.Region = was.Department, was.Region
		if b, err = in.check(); err != nil {
			return err
		}
		b.ID, b.ValidFrom, b.ValidTo = was.ID, was.ValidFrom, was.ValidTo
		b.head, err = s.record(ctx, tx, act{kind: KindBody, id: b.ID, prev: was.head, name: "edit", actor: actor,
			by: []gov.Role{gov.RoleAdministrator}, from: "active", to: "active", said: b})
		if err != nil {
			return err
		}
		err = tx.ExecOne(ctx, stale(), `UPDATE body SET name=$2, short_name=$3, credit_code=$4, parent=$5, address=$6,
			phone=$7, hours=$8, complain=$9, version=$10, head=$11 WHERE id=$1 AND version=$12`,
			b.ID, b.Name, b.ShortName, b.CreditCode, b.Parent, b.Address, b.Phone, b.Hours, b.Complain,
			b.head.Version, b.head.Hash, was.head.Version)
		if err != nil {
			return err
		}
		return s.bodiesChanged(ctx, tx, actor)
	})
	return b, err
}

// EndBody says which day is the body's last; its cases are for the successor.
func (s *Service) EndBody(ctx context.Context, actor gov.Actor, bodyID string, last clock.Date, reason string) error {
	return s.DB.Do(ctx, func(tx *db.Tx) error {
		b, err := one(ctx, tx, scanBody, "identity.no_body", bodySelect+` WHERE id = $1 /*for update*/`, bodyID)
		if err != nil {
			return err
		}
		switch {
		case !CanManageBodies(actor, b.Region):
			return denied()
		case !b.ValidTo.IsZero():
			return fault.Conflict("identity.ended_before")
		case last.Before(b.ValidFrom):
			return fault.Invalid("identity.ends_before_start")
		}
		head, err := s.record(ctx, tx, act{kind: KindBody, id: b.ID, prev: b.head, name: "end", actor: actor,
			by: []gov.Role{gov.RoleAdministrator}, from: "active", to: "ended", said: map[string]any{"last": last, "reason": reason}})
		if err != nil {
			return err
		}
		err = tx.ExecOne(ctx, stale(), `UPDATE body SET valid_to=$2, version=$3, head=$4 WHERE id=$1 AND version=$5`,
			b.ID, last, head.Version, head.Hash, b.head.Version)
		if err != nil {
			return err
		}
		if err := s.publish(ctx, tx, "body.ended", b.ID, BodyChanged{b.ID, b.Department, b.Region}); err != nil {
			return err
		}
		return s.bodiesChanged(ctx, tx, actor)
	})
}

func (s *Service) bodiesChanged(ctx context.Context, tx *db.Tx, actor gov.Actor) error {
	if s.react.BodiesChanged == nil {
		return nil
	}
	return s.react.BodiesChanged(ctx, tx, actor)
}

// Body finds a body by id; bodies are public. Fault: identity.no_body.
func (s *Service) Body(ctx context.Context, r db.Reader, bodyID string) (Body, error) {
	return one(ctx, r, scanBody, "identity.no_body", bodySelect+` WHERE id = $1`, bodyID)
}

// BodyAt finds the body of a department in a region that is in force today.
func (s *Service) BodyAt(ctx context.Context, r db.Reader, department, region string) (Body, error) {
	return one(ctx, r, scanBody, "identity.no_body", bodySelect+` WHERE department = $1 AND region = $2 AND valid_from <= $3
		AND (valid_to = '' OR valid_to >= $3) ORDER BY valid_from LIMIT 1`, department, region, s.today())
}

// overlaps reports whether the department still has a body in the region on the
// day the new one would begin.
func overlaps(ctx context.Context, tx *db.Tx, b Body) (bool, error) {
	var n int64
	err := tx.Row(ctx, `SELECT count(*) FROM body WHERE department = $1 AND region = $2 AND valid_to <> '' AND valid_to >= $3`,
		b.Department, b.Region, b.ValidFrom).Scan(&n)
	return n > 0, err
}

// Bodies lists every body, ended ones too, by region and department: a
// prefecture has a few thousand, and the catalogue wants them all at an import.
func (s *Service) Bodies(ctx context.Context, r db.Reader) ([]Body, error) {
	rows, err := r.Query(ctx, bodySelect+` ORDER BY region, department, valid_from, id`)
	return db.All(rows, err, scanBody)
}

// BodiesOf lists the bodies of a region and everything inside it.
func (s *Service) BodiesOf(ctx context.Context, r db.Reader, region string) ([]Body, error) {
	prefix := gov.Region(region).Prefix()
	if prefix == "" {
		return nil, nil
	}
	rows, err := r.Query(ctx, bodySelect+` WHERE region LIKE $1 ORDER BY region, department, valid_from, id`, prefix+"%")
	return db.All(rows, err, scanBody)
}

// BodiesByID reads several bodies at once, in no order.
func (s *Service) BodiesByID(ctx context.Context, r db.Reader, ids []string) (map[string]Body, error) {
	rows, err := r.Query(ctx, bodySelect+` WHERE id in_list($1)`, db.List(ids))
	all, err := db.All(rows, err, scanBody)
	byID := make(map[string]Body, len(all))
	for _, b := range all {
		byID[b.ID] = b
	}
	return byID, err
}

const bodySelect = `SELECT id, department, region, name, short_name, level, credit_code, parent, valid_from, valid_to,
	address, phone, hours, complain, version, head FROM body`

func scanBody(r db.Scanner) (b Body, err error) {
	err = r.Scan(&b.ID, &b.Department, &b.Region, &b.Name, &b.ShortName, &b.Level, &b.CreditCode, &b.Parent,
		&b.ValidFrom, &b.ValidTo, &b.Address, &b.Phone, &b.Hours, &b.Complain, &b.head.Version, &b.head.Hash)
	return b, err
}

func insertBody(ctx context.Context, tx *db.Tx, b Body) error {
	return tx.Exec(ctx, `INSERT INTO body (id, department, region, name, short_name, level, credit_code, parent,
		valid_from, address, phone, hours, complain, version, head)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)`,
		b.ID, b.Department, b.Region, b.Name, b.ShortName, b.Level, b.CreditCode, b.Parent,
		b.ValidFrom, b.Address, b.Phone, b.Hours, b.Complain, b.head.Version, b.head.Hash)
}

// BodyNames gives the names of bodies by id, for lists that name many; bodies are
// public. Unknown ids are left out.
func (s *Service) BodyNames(ctx context.Context, ids []string) (map[string]string, error) {
	all, err := s.BodiesByID(ctx, s.DB, ids)
	out := make(map[string]string, len(all))
	for id, b := range all {
		out[id] = b.Name
	}
	return out, err
}

// BodiesWithin lists the bodies of a region and inside it, for lists of a
// supervisor; bodies are public.
func (s *Service) BodiesWithin(ctx context.Context, region string) ([]Body, error) {
	return s.BodiesOf(ctx, s.DB, region)
}

// clean reports whether every text can stand in a database: PostgreSQL refuses NUL
// and broken UTF-8 with an error, while to us such an id names nothing.
func clean(args ...any) bool {
	for _, a := range args {
		if text, ok := a.(string); ok && (!utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0) {
			return false
		}
	}
	return true
}

// one reads one row or says that it is missing.
func one[T any](ctx context.Context, r db.Reader, scan func(db.Scanner) (T, error), none, sql string, args ...any) (T, error) {
	if !clean(args...) {
		var zero T
		return zero, fault.Missing(none)
	}
	v, err := db.One(r.Row(ctx, sql, args...), scan)
	return v, missing(err, none)
}
