package supervision

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/seed"
)

func TestParseRules(t *testing.T) {
	rules, err := ParseRules(seed.Supervision)
	if err != nil || len(rules) != len(Codes()) {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	for what, text := range map[string]string{
		"no YAML":        ":",
		"unknown code":   "rules: [{code: purple, severity: red, basis: x}]",
		"twice":          string(bytes.Replace(seed.Supervision, []byte("code: yellow"), []byte("code: blue"), 1)),
		"one is missing": string(bytes.Replace(seed.Supervision, []byte("- {code: returns"), []byte("# "), 1)),
		"no severity":    string(bytes.Replace(seed.Supervision, []byte("severity: serious, "), nil, 1)),
		"a limit of 0":   string(bytes.Replace(seed.Supervision, []byte("{code: appeal, days: 5"), []byte("{code: appeal, days: 0"), 1)),
	} {
		if _, err := ParseRules([]byte(text)); !errors.Is(err, ErrRules) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzParseRules: what is read is complete, whatever is read.
func FuzzParseRules(f *testing.F) {
	f.Add(seed.Supervision)
	f.Add([]byte("rules: [{code: blue}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := ParseRules(data)
		if err == nil && len(rules) != len(Codes()) {
			t.Fatalf("%d rules", len(rules))
		}
	})
}

// TestRulesetTakesTheNarrowest: an item's own rule, its type's, the one for all.
func TestRulesetTakesTheNarrowest(t *testing.T) {
	rules, err := ParseRules(seed.Supervision)
	if err != nil {
		t.Fatal(err)
	}
	set := newRuleset(rules, []Rule{
		{Code: Yellow, Days: 3, Active: true},
		{Code: Yellow, ItemType: "行政许可", Days: 4, Active: true},
		{Code: Yellow, Item: "food", Days: 5, Active: true},
		{Code: Yellow, Item: "seal", Days: 6, Active: true, Dropped: true},
	}, 1)
	for _, x := range []struct {
		itemType, item string
		days           int
	}{{"", "", 3}, {"公共服务", "water", 3}, {"行政许可", "water", 4}, {"行政许可", "food", 5}, {"公共服务", "food", 5}, {"公共服务", "seal", 3}} {
		if got := set.Of(Yellow, x.itemType, x.item).Days; got != x.days {
			t.Errorf("%+v: %d", x, got)
		}
	}
	if set.Of(Blue, "行政许可", "food").Days != 2 {
		t.Error("a code that nobody set is the seed's")
	}
}

func TestSetRule(t *testing.T) {
	each(t, func(k *kit) {
		ctx := k.t.Context()
		other := k.another()
		yellow := Rule{Code: Yellow, Severity: YellowSeverity, Active: true, Days: 3, Least: 5, Basis: "潮安区效能监督办法", Reason: "试行一个月"}
		if _, err := k.s.SetRule(ctx, approver, 0, yellow); !fault.Is(err, "supervision.denied") {
			k.t.Errorf("who is supervised sets rules: %v", err)
		}
		for path, bad := range map[string]Rule{
			"severity": {Code: Red, Active: true, Basis: "x"}, "code": {Code: "purple", Severity: RedSeverity, Active: true, Basis: "x"},
			"days": {Code: AnswerDays, Active: true, Basis: "x"}, "percent": {Code: Blue, Severity: BlueSeverity, Percent: 101, Active: true, Basis: "x"},
			"item": {Code: Red, Severity: RedSeverity, Item: "a", ItemType: "b", Active: true, Basis: "x"}, "basis": {Code: Red, Severity: RedSeverity, Active: true},
			"active": {Code: AppealDays, Days: 5, Basis: "x"}, "least": {Code: Returns, Severity: RedSeverity, Basis: "x", Active: true},
		} {
			_, err := k.s.SetRule(ctx, supervisor, 0, bad)
			if e, ok := fault.As(err); !ok || !e.Fields.Has(path) {
				k.t.Errorf("%s: %v", path, err)
			}
		}
		set, err := k.s.SetRule(ctx, supervisor, 0, yellow)
		if err != nil {
			k.t.Fatal(err)
		}
		if _, err := k.s.SetRule(ctx, supervisor, 0, yellow); !fault.Is(err, "supervision.rule_stale") {
			k.t.Errorf("a rule that somebody else has set is set again unseen: %v", err)
		}
		for _, s := range []*Service{k.s, other} {
			if rules, err := s.Rules(ctx); err != nil || rules.Of(Yellow, "行政许可", "food").Days != 3 {
				k.t.Errorf("the rule is not in force: %v", err)
			}
		}
		list, err := k.s.RuleList(ctx, officer)
		if err != nil || len(list) != len(Codes()) || list[1].Basis != yellow.Basis || list[1].Version() != 1 {
			k.t.Errorf("%+v, %v", list, err)
		}
		if _, err := k.s.RuleList(ctx, gov.Nobody(gov.Web)); fault.KindOf(err) != fault.KindMissing {
			k.t.Errorf("a visitor reads the rules: %v", err)
		}
		if _, err := k.s.DropRule(ctx, supervisor, set.Version(), Yellow, "", "", "试行结束"); err != nil {
			k.t.Fatal(err)
		}
		if rules, err := other.Rules(ctx); err != nil || rules.Of(Yellow, "", "").Days != 1 {
			k.t.Errorf("the seed's rule is not back: %v", err)
		}
		at, told, err := k.s.RuleAt(ctx, officer, Yellow, "", "")
		if err != nil || at.Days != 1 || at.Version() != 2 || len(told) != 2 || told[0].Before != nil || told[0].After.Days != 3 ||
			told[0].Reason != "试行一个月" || !told[1].Dropped || told[1].Before.Days != 3 || told[1].Reason != "试行结束" {
			k.t.Errorf("%+v %+v %v", at, told, err)
		}
		if _, _, err := k.s.RuleAt(ctx, gov.Nobody(gov.Web), Yellow, "", ""); fault.KindOf(err) != fault.KindMissing {
			k.t.Errorf("a visitor reads a rule: %v", err)
		}
		if _, err := k.s.DropRule(ctx, supervisor, 2, Yellow, "", "", "再来一次"); fault.KindOf(err) != fault.KindMissing {
			k.t.Errorf("dropped twice: %v", err)
		}
		if _, err := k.s.SetRule(ctx, supervisor, 0, yellow); err != nil {
			k.t.Errorf("set anew: %v", err)
		}
		if k.heard.rules != 3 {
			k.t.Errorf("others heard of %d changes", k.heard.rules)
		}
		k.verified()
	})
}

// TestRulesAreHeardOf: a program that watches asks nobody, and still hears of what
// another program has set.
func TestRulesAreHeardOf(t *testing.T) {
	each(t, func(k *kit) {
		ctx, stop := context.WithCancel(k.t.Context())
		defer stop()
		other := k.another()
		done := make(chan struct{})
		go func() { defer close(done); other.Watch(ctx) }()
		for !other.kept.watched.Load() {
			time.Sleep(time.Millisecond)
		}
		_, err := k.s.SetRule(ctx, supervisor, 0, Rule{Code: Blue, Severity: BlueSeverity, Days: 9, Active: true, Basis: "x", Reason: "试行"})
		if err != nil {
			k.t.Fatal(err)
		}
		for until := time.Now().Add(3 * Patience); ; time.Sleep(5 * time.Millisecond) {
			rules, err := other.Rules(ctx)
			if err != nil {
				k.t.Fatal(err)
			}
			if rules.Of(Blue, "", "").Days == 9 {
				break
			}
			if time.Now().After(until) {
				k.t.Fatal("the rule was not heard of")
			}
		}
		stop()
		<-done
	})
}

// TestRewatch: running cases follow a rule that was changed; one that had no watch
// gets it.
func TestRewatch(t *testing.T) {
	each(t, func(k *kit) {
		ctx := k.t.Context()
		all := k.heard
		for range 5 {
			all.running = append(all.running, k.accepted("scjg@1", 7, 20))
		}
		fresh := file("scjg@1", *k.at, 7, 20)
		all.running = append(all.running, fresh)
		_, err := k.s.SetRule(ctx, supervisor, 0, Rule{Code: Blue, Severity: BlueSeverity, Days: 4, Active: true, Basis: "x", ItemType: "行政许可", Reason: "试行"})
		if err != nil {
			k.t.Fatal(err)
		}
		for after, rounds := "", 0; ; rounds++ {
			k.do(func(tx *db.Tx) (err error) { after, err = k.s.Rewatch(ctx, tx, after); return err })
			if after == "" {
				if rounds != 3 {
					k.t.Errorf("%d rounds", rounds)
				}
				break
			}
		}
		for _, c := range all.running[:5] {
			if w, err := k.s.Watched(ctx, root, c.ID); err != nil || w.BlueOn.String() != "2026-03-05" || w.OfficerName != "王承办" && c.Officer != "" {
				k.t.Errorf("%+v, %v", w, err)
			}
		}
		if w, err := k.s.Watched(ctx, root, fresh.ID); err != nil || w.AcceptOn.String() != "2026-03-10" {
			k.t.Errorf("%+v, %v", w, err)
		}
	})
}
