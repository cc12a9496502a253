package joint

import (
	"context"
	"maps"
	"slices"

	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/reseal"
)

const stepColumns = `s.id, s.application, s.bundle_name, s.applicant_name, s.region, s.kind, s.state, s.cases, s.body, s.body_name, s.called_by,
	s.called_name, s.called_at, s.purpose, s.place, s.at, s.on_day, s.told_at, s.wish, s.wish_state, s.held_on, s.record, s.recorded_name,
	s.reason, s.ended_at, s.version, s.head`

const partColumns = `joint, id, cases, number, item, item_name, body, body_name, state, visit, proposed_at, words, procedure, most, days,
	suspended, opinion, said, first, first_name, second, second_name, given_at, version`

func (s *Service) scanStep(r db.Scanner) (*Step, error) {
	x := &Step{}
	err := r.Scan(&x.ID, &x.Application, &x.BundleName, &x.ApplicantName, &x.Region, &x.Kind, &x.State, &x.Case, &x.Body, &x.BodyName,
		&x.CalledBy, &x.CalledName, &x.CalledAt, &x.Purpose, &x.Place, &x.At, &x.Day, &x.ToldAt, &x.Wish, &x.WishState, &x.HeldOn,
		&x.Record, &x.RecordedName, &x.Reason, &x.EndedAt, &x.Head.Version, &x.Head.Hash)
	x.loaded = x.Head.Version
	return x, err
}

// sealed are the words of a step that lie under the ring, by column.
func (s *Step) sealed() map[string]*string {
	return map[string]*string{"purpose": &s.Purpose, "place": &s.Place, "wish": &s.Wish, "record": &s.Record, "reason": &s.Reason}
}

func (p *Part) sealed() map[string]*string {
	return map[string]*string{"words": &p.Words, "said": &p.Said}
}

// Sealed lists the columns that lie under the ring, for the walk after a rotation.
func Sealed() []reseal.Column {
	var all []reseal.Column
	for _, column := range slices.Sorted(maps.Keys((&Step{}).sealed())) {
		all = append(all, reseal.Of("joint_step", column, func(id string) string { return "joint_step." + column + ":" + id }))
	}
	for _, column := range slices.Sorted(maps.Keys((&Part{}).sealed())) {
		all = append(all, reseal.Of("joint_part", column, func(id string) string { return "joint_part." + column + ":" + id }))
	}
	return all
}

// seal hides text; no text is left empty.
func (s *Service) seal(text, where string) string {
	if text == "" {
		return ""
	}
	return s.d.Sealer.Seal([]byte(text), where)
}

func (s *Service) unseal(of map[string]*string, table, id string) error {
	for column, at := range of {
		if *at == "" {
			continue
		}
		b, err := s.d.Sealer.Open(*at, table+"."+column+":"+id)
		if err != nil {
			return fault.Internal(err, "joint.unreadable")
		}
		*at = string(b)
	}
	return nil
}

func (s *Service) lock(ctx context.Context, tx *db.Tx, id string) (*Step, error) {
	all, err := s.read(ctx, tx, `FROM joint_step s WHERE s.id = $1 /*for update*/`, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.Missing("joint.missing")
	}
	return all[0], nil
}

// read reads steps with their parts, in two statements.
func (s *Service) read(ctx context.Context, r db.Reader, from string, args ...any) ([]*Step, error) {
	rows, err := r.Query(ctx, `SELECT `+stepColumns+` `+from, args...)
	all, err := db.All(rows, err, s.scanStep)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids, byID := make([]string, len(all)), map[string]*Step{}
	for i, x := range all {
		ids[i], byID[x.ID] = x.ID, x
		if err := s.unseal(x.sealed(), "joint_step", x.ID); err != nil {
			return nil, err
		}
	}
	rows, err = r.Query(ctx, `SELECT `+partColumns+` FROM joint_part WHERE joint in_list($1) ORDER BY id`, db.List(ids))
	_, err = db.All(rows, err, func(r db.Scanner) (struct{}, error) {
		p, of := &Part{}, ""
		err := r.Scan(&of, &p.ID, &p.Case, &p.Number, &p.Item, &p.ItemName, &p.Body, &p.BodyName, &p.State, &p.Visit, &p.ProposedAt,
			&p.Words, &p.Procedure, &p.Most, &p.Days, &p.Suspended, &p.Opinion, &p.Said, &p.First, &p.FirstName, &p.Second,
			&p.SecondName, &p.GivenAt, &p.Version)
		if err == nil {
			err = s.unseal(p.sealed(), "joint_part", p.ID)
		}
		byID[of].Parts = append(byID[of].Parts, p)
		return struct{}{}, err
	})
	return all, err
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, x *Step) error {
	err := tx.Exec(ctx, `INSERT INTO joint_step (id, application, bundle_name, applicant_name, region, kind, state, cases, body, body_name,
		called_by, called_name, called_at, purpose, place, at, on_day, version, head)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)`,
		x.ID, x.Application, x.BundleName, x.ApplicantName, string(x.Region), string(x.Kind), string(x.State), x.Case, x.Body, x.BodyName,
		x.CalledBy, x.CalledName, int64(x.CalledAt), s.seal(x.Purpose, "joint_step.purpose:"+x.ID), s.seal(x.Place, "joint_step.place:"+x.ID),
		int64(x.At), x.Day, x.Head.Version, x.Head.Hash)
	if err != nil {
		return err
	}
	for _, p := range x.Parts {
		err := tx.Exec(ctx, `INSERT INTO joint_part (`+partColumns+`, open, on_day)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26)`,
			x.ID, p.ID, p.Case, string(p.Number), p.Item, p.ItemName, p.Body, p.BodyName, string(p.State), p.Visit, int64(p.ProposedAt),
			"", p.Procedure, p.Most, p.Days, p.Suspended, string(p.Opinion), "", p.First, p.FirstName, p.Second, p.SecondName,
			int64(p.GivenAt), p.Version, true, x.Day)
		if err != nil {
			return err
		}
	}
	return nil
}

// save writes the step if it still stands where it was read, and the parts that
// changed; open and the day are kept in every part, for the lists.
func (s *Service) save(ctx context.Context, tx *db.Tx, x *Step) error {
	err := tx.ExecOne(ctx, fault.Conflict("joint.stale"), `UPDATE joint_step SET state = $3, cases = $4, body = $5, body_name = $6, place = $7,
		at = $8, on_day = $9, told_at = $10, wish = $11, wish_state = $12, held_on = $13, record = $14, recorded_name = $15, reason = $16,
		ended_at = $17, version = $18, head = $19 WHERE id = $1 AND version = $2`,
		x.ID, x.loaded, string(x.State), x.Case, x.Body, x.BodyName, s.seal(x.Place, "joint_step.place:"+x.ID), int64(x.At), x.Day,
		int64(x.ToldAt), s.seal(x.Wish, "joint_step.wish:"+x.ID), string(x.WishState), x.HeldOn, s.seal(x.Record, "joint_step.record:"+x.ID),
		x.RecordedName, s.seal(x.Reason, "joint_step.reason:"+x.ID), int64(x.EndedAt), x.Head.Version, x.Head.Hash)
	if err != nil {
		return err
	}
	x.loaded = x.Head.Version
	if err := tx.Exec(ctx, `UPDATE joint_part SET open = $2, on_day = $3 WHERE joint = $1 AND (open <> $2 OR on_day <> $3)`, x.ID, x.Open(), x.Day); err != nil {
		return err
	}
	for _, p := range x.Parts {
		if !p.changed {
			continue
		}
		p.Version, p.changed = p.Version+1, false
		err := tx.ExecOne(ctx, fault.Conflict("joint.stale"), `UPDATE joint_part SET state = $3, proposed_at = $4, words = $5, days = $6,
			suspended = $7, opinion = $8, said = $9, first = $10, first_name = $11, second = $12, second_name = $13, given_at = $14,
			version = $15 WHERE id = $1 AND version = $2`,
			p.ID, p.Version-1, string(p.State), int64(p.ProposedAt), s.seal(p.Words, "joint_part.words:"+p.ID), p.Days, p.Suspended,
			string(p.Opinion), s.seal(p.Said, "joint_part.said:"+p.ID), p.First, p.FirstName, p.Second, p.SecondName, int64(p.GivenAt), p.Version)
		if err != nil {
			return err
		}
	}
	return nil
}
