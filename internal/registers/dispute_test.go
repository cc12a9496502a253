package registers_test

import (
	"testing"
	"time"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/registers"
)

// disputed loads a person and lets the resident say that his name is wrong.
func (d *desk) disputed() *registers.Dispute {
	d.t.Helper()
	d.owned()
	d.load(registers.Population, person(number, "张示例", "birth_date", "1899-01-01"))
	e, err := d.Read(d.t.Context(), d.db, registers.Population, registers.Key{Number: number})
	d.must(err)
	var x *registers.Dispute
	d.must(d.db.Do(d.t.Context(), func(tx *db.Tx) (err error) {
		x, err = d.OpenIn(d.t.Context(), tx, resident, registers.Disputing{Origin: registers.FromRegister, Register: registers.Population, Ref: e.ID,
			SourceName: "人口库", Element: "applicant_name", Label: "申请人姓名", Stated: "张示例", AsOf: e.AsOf, Party: "party-1", PartyName: "张示例",
			Application: "application-1", Item: "permit", ItemName: "示例许可"})
		return err
	}))
	return x
}

func (d *desk) claim(id, value string) {
	d.t.Helper()
	d.must(d.db.Do(d.t.Context(), func(tx *db.Tx) error { return d.ClaimIn(d.t.Context(), tx, resident, id, value) }))
}

func TestADisputeGoesToTheOwnerAndIsCorrected(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, owner := t.Context(), officer(police, gov.RoleOfficer)
		x := d.disputed()
		if x.Body != police || x.DueOn != clock.MustDate("2026-03-23") || !x.Provisional || x.State != registers.Open || len(d.told) != 1 {
			t.Errorf("%+v", x)
		}
		d.claim(x.ID, "张实例")
		d.claim(x.ID, "张实例") // said again: no second entry
		x, err := d.Dispute(ctx, owner, x.ID)
		d.must(err)
		if x.Stated != "张示例" || x.Claimed != "张实例" || x.Version() != 2 {
			t.Errorf("%+v", x)
		}
		for _, a := range []gov.Actor{stranger, officer(market, gov.RoleApprover), {}} {
			_, err := d.Dispute(ctx, a, x.ID)
			d.refused(err, "registers.missing")
			_, err = d.Answer(ctx, a, x.ID, x.Version(), registers.Answer{Reason: "是"})
			d.refused(err, "registers.missing")
		}
		_, err = d.Answer(ctx, resident, x.ID, x.Version(), registers.Answer{Reason: "我说了算"})
		d.refused(err, "registers.denied")
		_, err = d.Answer(ctx, owner, x.ID, 1, registers.Answer{Reason: "旧"})
		d.refused(err, "registers.stale_dispute")
		for in, path := range map[registers.Answer]string{{Correct: true, Reason: "是"}: "value", {Correct: true, Value: "张示例", Reason: "是"}: "value", {}: "reason"} {
			_, err := d.Answer(ctx, owner, x.ID, x.Version(), in)
			if e, ok := fault.As(err); !ok || !e.Fields.Has(path) {
				t.Error(in, err)
			}
		}
		done, err := d.Answer(ctx, owner, x.ID, x.Version(), registers.Answer{Correct: true, Value: "张实例", Reason: "户籍底册为准"})
		d.must(err)
		e, err := d.Read(ctx, d.db, registers.Population, registers.Key{Number: number})
		d.must(err)
		if done.State != registers.Corrected || e.Values["applicant_name"] != "张实例" || e.Values["birth_date"] == "" || len(d.answered) != 1 {
			t.Errorf("%+v %+v", done, e)
		}
		_, err = d.Answer(ctx, owner, x.ID, done.Version(), registers.Answer{Reason: "再来"})
		d.refused(err, "registers.not_now")
		_, err = d.Withdraw(ctx, resident, x.ID, done.Version())
		d.refused(err, "registers.not_now")
		d.claim(x.ID, "又改了") // too late: left as it is
		mine, err := d.Mine(ctx, resident)
		if d.must(err); len(mine) != 1 || mine[0].Reason != "户籍底册为准" || mine[0].Claimed != "张实例" {
			t.Errorf("%+v", mine)
		}
	})
}

func TestLimitsListsAndWithdrawal(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, owner := t.Context(), officer(police, gov.RoleReviewer)
		x := d.disputed()
		late := registers.Filter{Late: true}
		if n, err := d.Count(ctx, owner, late); err != nil || n != 0 {
			t.Error(n, err)
		}
		d.pass(22 * 24 * time.Hour)
		if n, err := d.Count(ctx, owner, late); err != nil || n != 1 || !x.Late(clock.MustDate("2026-03-24")) || x.Late(x.DueOn) {
			t.Error(n, err)
		}
		list, err := d.Disputes(ctx, owner, registers.Filter{State: registers.Open}, "", 10)
		if d.must(err); len(list) != 1 || list[0].Stated != "" {
			t.Errorf("%+v", list)
		}
		if rest, err := d.Disputes(ctx, owner, registers.Filter{}, list[0].ID, 10); err != nil || len(rest) != 0 {
			t.Error(rest, err)
		}
		if other, err := d.Disputes(ctx, officer(market, gov.RoleOfficer), registers.Filter{}, "", 10); err != nil || len(other) != 0 {
			t.Error(other, err)
		}
		if others, err := d.Mine(ctx, stranger); err != nil || len(others) != 0 {
			t.Error(others, err)
		}
		narrow := resident
		narrow.OnBehalfOf, narrow.Party, narrow.Items = "party-1", "party-9", []string{"another"}
		if all, err := d.Mine(ctx, narrow); err != nil || len(all) != 0 {
			t.Error("beyond the mandate", all, err)
		}
		_, err = d.Withdraw(ctx, owner, x.ID, x.Version())
		d.refused(err, "registers.denied")
		back, err := d.Withdraw(ctx, resident, x.ID, x.Version())
		if d.must(err); back.State != registers.Withdrawn {
			t.Errorf("%+v", back)
		}
		if n, err := d.Count(ctx, owner, late); err != nil || n != 0 {
			t.Error(n, err)
		}
		of, err := d.Of(ctx, "application-1")
		if d.must(err); len(of) != 1 || of[0].Stated != "张示例" {
			t.Errorf("%+v", of)
		}
	})
}

func TestALicenceIsItsIssuersToCorrect(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		var x *registers.Dispute
		d.must(d.db.Do(ctx, func(tx *db.Tx) (err error) {
			x, err = d.OpenIn(ctx, tx, resident, registers.Disputing{Origin: registers.FromLicence, Ref: "licence-1", SourceName: "营业执照 001", Element: "company_name",
				Label: "企业名称", Stated: "小满面馆", Party: "party-1", PartyName: "小满面馆", Application: "application-1", Item: "permit", ItemName: "示例许可", Body: market})
			return err
		}))
		x, err := d.Answer(ctx, officer(market, gov.RoleOfficer), x.ID, x.Version(), registers.Answer{Correct: true, Value: "小满面店", Reason: "已换发执照"})
		if d.must(err); x.State != registers.Corrected || x.Body != market {
			t.Errorf("%+v", x)
		}
		d.must(d.db.Do(ctx, func(tx *db.Tx) error { return d.MovePartyIn(ctx, tx, "party-1", "party-2") }))
		if all, err := d.Mine(ctx, stranger); err != nil || len(all) != 1 {
			t.Error(all, err)
		}
	})
}
