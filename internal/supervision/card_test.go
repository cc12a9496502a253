package supervision

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/dbtest"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
)

// TestLifecyclesAreInTheSchema: tables without contradiction, and the same states in
// the CHECKs.
func TestLifecyclesAreInTheSchema(t *testing.T) {
	if err := CardLifecycle.Check(); err != nil {
		t.Error(err)
	}
	if err := OrderLifecycle.Check(); err != nil {
		t.Error(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		schema := dbtest.ReadSchema(t, d)
		card, order := CardLifecycle.States(), OrderLifecycle.States()
		slices.Sort(card)
		slices.Sort(order)
		for table, want := range map[string]string{"card": fmt.Sprint(card), "orders": fmt.Sprint(order)} {
			if got := fmt.Sprint(schema.Table(table).Allowed("state")); got != want {
				t.Errorf("%s: %s, the lifecycle has %s", table, got, want)
			}
		}
	})
}

// red is a red card of a case, raised now.
func (k *kit) red(body string) *Card {
	k.t.Helper()
	c := k.accepted(body, 1, 20)
	k.do(func(tx *db.Tx) error { return k.s.RaiseIn(k.t.Context(), tx, Breach{Case: c.ID, Rule: Unreasoned}) })
	all, err := k.s.Cards(k.t.Context(), root, CardFilter{Case: c.ID}, "", 0)
	if err != nil || len(all) != 1 {
		k.t.Fatalf("%d cards, %v", len(all), err)
	}
	return all[0]
}

// TestACardFromBirthToClosedAppeal: who may do what, in which order, until when.
func TestACardFromBirthToClosedAppeal(t *testing.T) {
	each(t, func(k *kit) {
		ctx, s := k.t.Context(), k.s
		c := k.red("scjg@1")
		refused := func(what, code string, err error) {
			k.t.Helper()
			if !fault.Is(err, code) {
				k.t.Errorf("%s: %v, want %s", what, err, code)
			}
		}
		_, err := s.Answer(ctx, stranger, c.ID, c.Version(), "不是我们")
		refused("another department", "supervision.missing", err)
		_, err = s.Answer(ctx, clerk, c.ID, c.Version(), "不是我们")
		refused("a clerk", "supervision.missing", err)
		_, err = s.Answer(ctx, supervisor, c.ID, c.Version(), "代答")
		refused("the supervisor answers", "supervision.denied", err)
		_, err = s.Appeal(ctx, officer, c.ID, c.Version(), "有误")
		refused("an appeal before the answer", "supervision.not_now", err)
		_, err = s.Answer(ctx, officer, c.ID, c.Version()+1, "说明")
		refused("a card he did not see", "supervision.card_stale", err)
		_, err = s.Answer(ctx, officer, c.ID, c.Version(), " ")
		refused("no words", "fault.fields", err)
		c, err = s.Answer(ctx, officer, c.ID, c.Version(), "材料复杂，已加快")
		if err != nil || c.State != CardAnswered || c.Answer != "材料复杂，已加快" {
			k.t.Fatalf("%+v, %v", c, err)
		}
		_, err = s.Appeal(ctx, reviewer, c.ID, c.Version(), "有误")
		refused("the reviewer appeals", "supervision.denied", err)
		k.moveTo("2026-03-09", 23) // five working days: the last one
		if c, err = s.Appeal(ctx, approver, c.ID, c.Version(), "期限计算有误"); err != nil {
			k.t.Fatal(err)
		}
		_, err = s.Uphold(ctx, elsewhere, c.ID, c.Version(), "x")
		refused("a supervisor of elsewhere", "supervision.missing", err)
		both := supervisor
		both.Account = approver.Account
		_, err = s.Uphold(ctx, both, c.ID, c.Version(), "x")
		refused("who appealed decides", "supervision.own_words", err)
		if c, err = s.Uphold(ctx, supervisor, c.ID, c.Version(), "计算无误"); err != nil || c.State != CardUpheld || c.Decision != "计算无误" || c.Appeal != "期限计算有误" {
			k.t.Fatalf("%+v, %v", c, err)
		}
		if c, err = s.WithdrawCard(ctx, supervisor, c.ID, c.Version(), "复核后撤销"); err != nil || c.State != CardWithdrawn {
			k.t.Fatalf("%+v, %v", c, err)
		}
		if _, err = s.WithdrawCard(ctx, supervisor, c.ID, c.Version(), "再撤"); !fault.Is(err, "supervision.not_now") {
			k.t.Error(err)
		}
		if !slices.Equal(k.heard.decided, []CardState{CardUpheld, CardWithdrawn}) {
			k.t.Errorf("others heard %v", k.heard.decided)
		}
		if all, err := s.Cards(ctx, officer, CardFilter{}, "", 0); err != nil || len(all) != 1 || all[0].Answer != "" {
			k.t.Errorf("a withdrawn card has gone, or shows words in a list: %+v, %v", all, err)
		}
		k.verified()
	})
}

// TestAppealTooLate, and a reminder that needs no answer.
func TestAppealTooLateAndReminder(t *testing.T) {
	each(t, func(k *kit) {
		ctx, s := k.t.Context(), k.s
		c, err := s.Answer(ctx, officer, k.red("scjg@1").ID, 1, "说明")
		if err != nil {
			k.t.Fatal(err)
		}
		k.moveTo("2026-03-10", 0)
		if _, err := s.Appeal(ctx, officer, c.ID, c.Version(), "有误"); !fault.Is(err, "supervision.appeal_late") {
			k.t.Error(err)
		}
		k.moveTo("2026-03-02", 9)
		slow := k.accepted("scjg@1", 7, 20)
		k.moveTo("2026-03-09", 0)
		k.tick()
		all, err := s.Cards(ctx, officer, CardFilter{Case: slow.ID}, "", 0)
		if err != nil || len(all) != 1 || all[0].Severity != BlueSeverity || !all[0].AnswerDue.IsZero() {
			k.t.Fatalf("%+v, %v", all, err)
		}
		if _, err := s.Answer(ctx, officer, all[0].ID, 1, "知道了"); !fault.Is(err, "supervision.reminder") {
			k.t.Error(err)
		}
		k.moveTo("2026-03-19", 0)
		for _, f := range []CardFilter{{Late: true}, {Asked: true}, {Severity: BlueSeverity, Asked: true}} {
			n, err := s.CardCount(ctx, supervisor, f)
			list, e := s.Cards(ctx, supervisor, f, "", 0)
			if err != nil || e != nil || n != int64(len(list)) || (f.Severity == BlueSeverity && n != 0) {
				k.t.Errorf("%+v: %d, %d, %v, %v", f, n, len(list), err, e)
			}
		}
	})
}

func cardRow(c *Card) string {
	return fmt.Sprintf("%s v%d %q/%s %q/%s %q/%s", c.State, c.Version(), c.Answer, c.AnsweredBy, c.Appeal, c.AppealedBy, c.Decision, c.DecidedBy)
}

// foldCard reads the row out of the journal alone.
func foldCard(t *rapid.T, lines []journal.Line) string {
	var state string
	var version int64
	var words, by [3]string
	for i, l := range lines {
		if l.Version != int64(i+1) || l.From != state {
			t.Fatalf("entry %d has version %d, from %q after %q", i, l.Version, l.From, state)
		}
		state, version = l.To, l.Version
		var said Said
		if err := json.Unmarshal(l.Payload, &said); err != nil {
			t.Fatal(err)
		}
		if at := slices.Index([]CardAct{ActAnswer, ActAppeal, ActUphold, ActWithdraw}, CardAct(l.Act)); at >= 0 {
			words[min(at, 2)], by[min(at, 2)] = said.Words, l.Account
		}
	}
	return fmt.Sprintf("%s v%d %q/%s %q/%s %q/%s", state, version, words[0], by[0], words[1], by[1], words[2], by[2])
}

// TestCardHistories plays random acts of random people on random days: a refused act
// changes nothing, the row is the fold of its journal, nobody decides his own words,
// and nothing but its own acts moves a card.
func TestCardHistories(t *testing.T) {
	each(t, func(k *kit) {
		ctx := k.t.Context()
		reached := map[CardState]int{}
		rapid.Check(k.t, func(rt *rapid.T) {
			k.moveTo("2026-03-02", 9)
			id := k.red("scjg@1").ID
			for range rapid.IntRange(1, 12).Draw(rt, "acts") {
				before, err := k.s.Card(ctx, root, id)
				if err != nil {
					rt.Fatal(err)
				}
				actor := rapid.SampledFrom([]gov.Actor{officer, officer, approver, reviewer, supervisor, supervisor, stranger, elsewhere, clerk, gov.Nobody(gov.Web)}).Draw(rt, "actor")
				seen := before.Version() - int64(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(rt, "stale"))
				words := rapid.SampledFrom([]string{"", "理由", "说明"}).Draw(rt, "words")
				act := rapid.SampledFrom([]func() (*Card, error){
					func() (*Card, error) { return k.s.Answer(ctx, actor, id, seen, words) },
					func() (*Card, error) { return k.s.Appeal(ctx, actor, id, seen, words) },
					func() (*Card, error) { return k.s.Uphold(ctx, actor, id, seen, words) },
					func() (*Card, error) { return k.s.WithdrawCard(ctx, actor, id, seen, words) },
				}).Draw(rt, "act")
				done, err := act()
				after, e := k.s.Card(ctx, root, id)
				if e != nil {
					rt.Fatal(e)
				}
				if err != nil && cardRow(before) != cardRow(after) || err == nil && cardRow(done) != cardRow(after) {
					rt.Fatalf("%v:\nbefore %s\nafter  %s", err, cardRow(before), cardRow(after))
				}
				if after.DecidedBy != "" && (after.DecidedBy == after.AnsweredBy || after.DecidedBy == after.AppealedBy) {
					rt.Fatalf("%s decided his own words", after.DecidedBy)
				}
				lines, e := k.s.CardTrace(ctx, root, after)
				if e != nil {
					rt.Fatal(e)
				}
				if folded := foldCard(rt, lines); folded != cardRow(after) {
					rt.Fatalf("the row is not the fold of its journal\nrow  %s\nfold %s", cardRow(after), folded)
				}
				*k.at = instant(today(*k.at).AddDays(rapid.IntRange(0, 3).Draw(rt, "days")).String(), 9)
				reached[after.State]++
			}
		})
		k.t.Logf("states reached: %v", reached)
		k.verified()
	})
}

// TestBreaches: what is a breach and what is none.
func TestBreaches(t *testing.T) {
	always := func(string) bool { return true }
	for i, x := range []struct{ got, want any }{
		{Overlooked(nil, []string{"field.a"}, always), []string(nil)},
		{Overlooked([][]string{{"field.a"}}, []string{"field.a"}, always), []string{}},
		{Overlooked([][]string{{"field.a"}}, []string{"field.a", "material.b"}, always), []string{"material.b"}},
		{Overlooked([][]string{{"field.a"}, {"material.b"}}, []string{"material.b"}, always), []string{}},
		{Overlooked([][]string{{"field.a"}}, []string{"field.spouse"}, func(p string) bool { return p != "field.spouse" }), []string{}},
		{Repeated(&Rule{Active: true, Least: 2}, 1), false},
		{Repeated(&Rule{Active: true, Least: 2}, 2), true},
		{Repeated(&Rule{Least: 2}, 2), false},
		{DecidedEarly(clock.MustDate("2026-03-02"), clock.MustDate("2026-03-02")), false},
		{DecidedEarly(clock.MustDate("2026-03-03"), clock.MustDate("2026-03-02")), true},
		{DecidedEarly(clock.Date{}, clock.MustDate("2026-03-02")), true},
		{DecidedEarly(clock.MustDate("2026-03-03"), clock.Date{}), false},
	} {
		if fmt.Sprint(x.got) != fmt.Sprint(x.want) {
			t.Errorf("%d: %v, want %v", i, x.got, x.want)
		}
	}
}

// TestRefused reads breaches in refusals, and none where there is none.
func TestRefused(t *testing.T) {
	fields := func(kv ...string) error {
		var f fault.Fields
		for i := 0; i < len(kv); i += 2 {
			f.Add(kv[i], kv[i+1])
		}
		return f.Err()
	}
	_, early := cases.Lifecycle.Next(cases.Submitted, cases.ActGrant)
	_, late := cases.Lifecycle.Next(cases.Delivered, cases.ActGrant)
	for i, x := range []struct {
		act   cases.Act
		err   error
		rule  Code
		paths string
	}{
		{cases.ActNotify, fields("material.x", "cases.defect_unpublished", "field.a", "cases.defect_reason", "field.y", "cases.defect_unpublished"), Unpublished, "material.x field.y"},
		{cases.ActNotify, fields("field.a", "cases.defect_reason"), "", ""},
		{cases.ActRefuse, fields("reason", "cases.reason_required"), Unreasoned, "reason"},
		{cases.ActReturn, fields("reason", "cases.reason_required"), "", ""},
		{cases.ActCharge, fields("for", "cases.for_required", "amount", "cases.charge_free"), Charged, ""},
		{cases.ActCharge, fields("amount", "cases.charge_amount"), "", ""},
		{cases.ActGrant, early, EarlyDecision, ""},
		{cases.ActGrant, late, "", ""},
		{cases.ActAccept, early, "", ""},
		{cases.ActGrant, nil, "", ""},
		{cases.ActGrant, fmt.Errorf("boom"), "", ""},
	} {
		b, ok := Refused("case", officer, x.act, x.err)
		if ok != (x.rule != "") || ok && (b.Rule != x.rule || b.Facts["paths"] != x.paths || b.Case != "case") {
			t.Errorf("%d: %+v, %v", i, b, ok)
		}
	}
	var many fault.Fields
	for i := range 500 {
		many.Add(fmt.Sprintf("material.%0300d", i), "cases.defect_unpublished")
	}
	if b, ok := Refused("case", officer, cases.ActNotify, many.Err()); !ok || len(b.Facts["paths"]) > 5000 {
		t.Errorf("%v, %d bytes", ok, len(b.Facts["paths"]))
	}
}

// TestFollow: the cards that accepted acts bring about by themselves, once a case.
func TestFollow(t *testing.T) {
	each(t, func(k *kit) {
		ctx := k.t.Context()
		follow := func(c *cases.Case, act cases.Act) {
			k.t.Helper()
			k.do(func(tx *db.Tx) error {
				if err := k.s.WatchIn(ctx, tx, officer, c); err != nil {
					return err
				}
				return k.s.FollowIn(ctx, tx, officer, c, act)
			})
		}
		c := k.accepted("scjg@1", 7, 20)
		c.Returns = 1
		follow(c, cases.ActReturn)
		k.cards(c)
		c.Returns = 2
		follow(c, cases.ActReturn)
		follow(c, cases.ActReturn)
		k.cards(c, "returns 2026-03-02 raised")
		c = k.accepted("scjg@1", 7, 20)
		c.Corrections = 1
		k.heard.notices = Notices{Paths: [][]string{{"field.a"}}}
		follow(c, cases.ActNotify)
		k.cards(c)
		c.Corrections = 2
		k.heard.notices = Notices{Paths: [][]string{{"field.a"}, {"field.a", "field.b", "field.c"}}, Later: map[string]bool{"field.c": true}}
		follow(c, cases.ActNotify)
		k.cards(c, "second_correction 2026-03-02 raised", "returns 2026-03-02 raised")
		all, err := k.s.Cards(ctx, root, CardFilter{Case: c.ID, Rule: SecondCorrection}, "", 0)
		if err != nil || all[0].Facts["paths"] != "field.b" || all[0].Officer != officer.Account || all[0].AnswerDue.String() != "2026-03-05" {
			k.t.Errorf("%+v, %v", all, err)
		}
		early := k.accepted("scjg@1", 7, 20)
		early.AcceptedOn, early.DecidedOn = clock.MustDate("2026-03-02"), clock.MustDate("2026-03-01")
		follow(early, cases.ActGrant)
		k.cards(early, "early_decision 2026-03-02 raised")
		if err := k.s.Raise(ctx, Breach{Case: "nobody", Rule: Charged}); !fault.Is(err, "supervision.missing") {
			k.t.Error(err)
		}
		for range 2 {
			if err := k.s.Raise(ctx, Breach{Case: early.ID, Rule: Charged, Actor: approver}); err != nil {
				k.t.Error(err)
			}
		}
		k.cards(early, "early_decision 2026-03-02 raised", "charged 2026-03-02 raised")
		k.verified()
	})
}
