package supervision

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

// escalate does the rounds of a midnight.
func (k *kit) escalate() (all int) {
	k.t.Helper()
	for {
		n := 0
		k.do(func(tx *db.Tx) (err error) { n, err = k.s.Escalate(k.t.Context(), tx); return err })
		if n == 0 {
			return all
		}
		all += n
	}
}

// TestAnOrderFromIssueToClose: made from a late card, escalated once, sent back
// once, closed.
func TestAnOrderFromIssueToClose(t *testing.T) {
	each(t, func(k *kit) {
		ctx, s := k.t.Context(), k.s
		c := k.red("scjg@1")
		k.moveTo("2026-03-06", 9)
		if late, err := s.Cards(ctx, supervisor, CardFilter{Late: true}, "", 0); err != nil || len(late) != 1 || !late[0].Late(today(*k.at)) {
			k.t.Fatalf("%+v, %v", late, err)
		}
		o, err := s.Issue(ctx, supervisor, Issuing{Card: c.ID, Subject: "请说明为何逾期未答复"})
		if err != nil {
			k.t.Fatal(err)
		}
		if o.Number != "445103督〔2026〕1号" || o.DueOn.String() != "2026-03-13" || o.Body != "scjg@1" || o.Case != c.Case || o.CaseNumber != c.Number {
			k.t.Errorf("%+v", o)
		}
		k.moveTo("2026-03-13", 23)
		if n := k.escalate(); n != 0 {
			k.t.Errorf("%d escalated on their last day", n)
		}
		k.moveTo("2026-03-14", 0)
		if n := k.escalate(); n != 1 {
			k.t.Errorf("%d escalated", n)
		}
		k.moveTo("2026-03-20", 0)
		if n := k.escalate(); n != 0 {
			k.t.Errorf("%d escalated again", n)
		}
		if o, err = s.Order(ctx, officer, o.ID); err != nil || o.Level != 1 || o.EscalatedTo != gov.RoleApprover || o.State != OrderIssued || !o.Late(today(*k.at)) || o.Subject != "请说明为何逾期未答复" {
			k.t.Fatalf("%+v, %v", o, err)
		}
		if _, err := s.Reply(ctx, supervisor, o.ID, o.Version(), "代答"); !fault.Is(err, "supervision.denied") {
			k.t.Error(err)
		}
		if o, err = s.Reply(ctx, reviewer, o.ID, o.Version(), "在办"); err != nil {
			k.t.Fatal(err)
		}
		if _, err := s.Return(ctx, supervisor, o.ID, o.Version(), "没有说明原因", clock.MustDate("2026-03-19")); fault.KindOf(err) != fault.KindInvalid {
			k.t.Errorf("due in the past: %v", err)
		}
		if o, err = s.Return(ctx, supervisor, o.ID, o.Version(), "没有说明原因", clock.MustDate("2026-03-24")); err != nil || o.Returns != 1 || o.DueOn.String() != "2026-03-24" || o.IssuedOn.String() != "2026-03-06" {
			k.t.Fatalf("%+v, %v", o, err)
		}
		k.moveTo("2026-03-25", 0)
		if n := k.escalate(); n != 0 {
			k.t.Error("it is the head's already")
		}
		if o, err = s.Reply(ctx, approver, o.ID, o.Version(), "原因是……"); err != nil {
			k.t.Fatal(err)
		}
		if o, err = s.Close(ctx, supervisor, o.ID, o.Version(), ""); err != nil || o.State != OrderClosed {
			k.t.Fatalf("%+v, %v", o, err)
		}
		if !slices.Equal(k.heard.issued, []string{o.ID, o.ID}) || !slices.Equal(k.heard.escalated, []string{o.ID}) {
			k.t.Errorf("others heard of %v and %v", k.heard.issued, k.heard.escalated)
		}
		trace, err := s.OrderTrace(ctx, officer, o)
		var acts []string
		for _, l := range trace {
			acts = append(acts, l.Act)
		}
		if want := "issue escalate reply return reply close"; err != nil || strings.Join(acts, " ") != want {
			k.t.Errorf("%v, %v", acts, err)
		}
		k.verified()
	})
}

// TestIssueRefuses: who may not, to whom not, and what is missing.
func TestIssueRefuses(t *testing.T) {
	each(t, func(k *kit) {
		c := k.red("scjg@1")
		day := clock.MustDate
		for what, x := range map[string]struct {
			actor gov.Actor
			in    Issuing
			code  string
		}{
			"an officer":              {officer, Issuing{Body: "scjg@1", Subject: "x"}, "supervision.denied"},
			"a body of elsewhere":     {elsewhere, Issuing{Body: "scjg@1", Subject: "x"}, "supervision.denied"},
			"a card of elsewhere":     {elsewhere, Issuing{Card: c.ID, Subject: "x"}, "supervision.missing"},
			"a case of elsewhere":     {elsewhere, Issuing{Case: c.Case, Subject: "x"}, "supervision.missing"},
			"from here to elsewhere":  {supervisor, Issuing{Case: c.Case, Body: "scjg@9", Subject: "x"}, "supervision.denied"},
			"no body":                 {supervisor, Issuing{Subject: "x"}, "fault.fields"},
			"an unknown body":         {supervisor, Issuing{Body: "nobody", Subject: "x"}, "identity.no_body"},
			"somebody not there":      {supervisor, Issuing{Body: "scjg@1", Account: "stranger", Subject: "x"}, "fault.fields"},
			"no subject":              {supervisor, Issuing{Body: "scjg@1", Subject: " "}, "fault.fields"},
			"a subject that is long":  {supervisor, Issuing{Body: "scjg@1", Subject: strings.Repeat("长", mostWords+1)}, "fault.fields"},
			"due yesterday":           {supervisor, Issuing{Body: "scjg@1", Subject: "x", DueOn: day("2026-03-01")}, "fault.fields"},
			"due in two years":        {supervisor, Issuing{Body: "scjg@1", Subject: "x", DueOn: day("2028-03-01")}, "fault.fields"},
			"a card that is not":      {supervisor, Issuing{Card: "none", Subject: "x"}, "supervision.missing"},
			"somebody without a post": {gov.Nobody(gov.Web), Issuing{Body: "scjg@1", Subject: "x"}, "supervision.denied"},
		} {
			if _, err := k.s.Issue(k.t.Context(), x.actor, x.in); !fault.Is(err, x.code) {
				k.t.Errorf("%s: %v, want %s", what, err, x.code)
			}
		}
		n, err := k.s.OrderCount(k.t.Context(), root, OrderFilter{})
		if err != nil || n != 0 {
			k.t.Errorf("%d orders stand, %v", n, err)
		}
	})
}

// TestOrderHistories plays random acts: a refused one changes nothing, an order to
// one person is answered by that person or the head, it escalates at most once.
func TestOrderHistories(t *testing.T) {
	each(t, func(k *kit) {
		ctx, s := k.t.Context(), k.s
		rapid.Check(k.t, func(rt *rapid.T) {
			k.moveTo("2026-03-02", 9)
			to := rapid.SampledFrom([]string{"", "officer"}).Draw(rt, "to")
			o, err := s.Issue(ctx, supervisor, Issuing{Body: "scjg@1", Account: to, Subject: "请查明"})
			if err != nil {
				rt.Fatal(err)
			}
			for range rapid.IntRange(1, 12).Draw(rt, "acts") {
				before, err := s.Order(ctx, root, o.ID)
				if err != nil {
					rt.Fatal(err)
				}
				actor := rapid.SampledFrom([]gov.Actor{officer, approver, reviewer, supervisor, supervisor, stranger, elsewhere}).Draw(rt, "actor")
				words := rapid.SampledFrom([]string{"", "说明"}).Draw(rt, "words")
				due := today(*k.at).AddDays(rapid.IntRange(-1, 5).Draw(rt, "due"))
				act := rapid.SampledFrom([]string{"reply", "reply", "return", "close", "midnight"}).Draw(rt, "act")
				switch act {
				case "reply":
					_, err = s.Reply(ctx, actor, o.ID, before.Version(), words)
				case "return":
					_, err = s.Return(ctx, actor, o.ID, before.Version(), words, due)
				case "close":
					_, err = s.Close(ctx, actor, o.ID, before.Version(), words)
				case "midnight":
					*k.at = instant(today(*k.at).AddDays(3).String(), 0)
					k.escalate()
				}
				after, e := s.Order(ctx, root, o.ID)
				if e != nil {
					rt.Fatal(e)
				}
				show := func(o *Order) string { o.Head.Hash = ""; o.escalateOn = clock.Date{}; return fmt.Sprintf("%+v", *o) }
				if err != nil && show(before) != show(after) {
					rt.Fatalf("refused (%v), and yet\n%s\n%s", err, show(before), show(after))
				}
				if err == nil && act == "reply" && to != "" && after.AnsweredBy != "officer" && after.AnsweredBy != "approver" {
					rt.Fatalf("%s answers for another", after.AnsweredBy)
				}
				if after.Level > 1 || (after.Level == 1) != (after.EscalatedAt != 0) || after.ClosedBy != "" && after.ClosedBy == after.AnsweredBy {
					rt.Fatalf("%+v", after)
				}
			}
		})
		k.verified()
	})
}

// TestOrderLists: filters, counts and pages agree; who sees which.
func TestOrderLists(t *testing.T) {
	each(t, func(k *kit) {
		ctx, s := k.t.Context(), k.s
		for i := range 5 {
			if _, err := s.Issue(ctx, supervisor, Issuing{Body: []string{"scjg@1", "ga@1"}[i%2], Subject: fmt.Sprint("第", i)}); err != nil {
				k.t.Fatal(err)
			}
		}
		k.moveTo("2026-03-20", 0)
		for i, x := range []struct {
			actor gov.Actor
			f     OrderFilter
			n     int
		}{{supervisor, OrderFilter{}, 5}, {officer, OrderFilter{}, 3}, {stranger, OrderFilter{}, 2}, {elsewhere, OrderFilter{}, 0}, {clerk, OrderFilter{}, 0},
			{supervisor, OrderFilter{Body: "ga@1"}, 2}, {supervisor, OrderFilter{State: OrderClosed}, 0}, {supervisor, OrderFilter{Late: true}, 5},
			{officer, OrderFilter{Account: "officer"}, 3}} {
			n, err := s.OrderCount(ctx, x.actor, x.f)
			var seen []*Order
			for before := ""; ; before = seen[len(seen)-1].ID {
				page, e := s.Orders(ctx, x.actor, x.f, before, 2)
				if e != nil {
					k.t.Fatal(e)
				}
				seen = append(seen, page...)
				if len(page) < 2 {
					break
				}
			}
			if err != nil || int(n) != x.n || len(seen) != x.n {
				k.t.Errorf("%d: counted %d, listed %d, want %d, %v", i, n, len(seen), x.n, err)
			}
			for _, o := range seen {
				if !MaySeeOrder(x.actor, o) || !strings.HasPrefix(o.Subject, "第") {
					k.t.Errorf("%d: %+v", i, o)
				}
			}
		}
	})
}
