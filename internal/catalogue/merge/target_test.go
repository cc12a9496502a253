package merge_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"yimen/internal/catalogue/merge"
	"yimen/internal/catalogue/set"
	"yimen/internal/clock"
)

func dated(t testing.TB, text string) clock.Date {
	t.Helper()
	d, err := clock.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// limited is a member with a promise, and with days by law unless they are 0.
func limited(item string, days, statutory int, unit clock.Unit, before ...string) merge.Member {
	m := after(asks(item), before...)
	m.Days, m.Statutory, m.Unit, m.Limit = days, statutory, unit, set.LimitNone
	if statutory > 0 {
		m.Limit = set.LimitByLaw
	}
	return m
}

// TestTarget counts the figure of domain §5 by hand.
func TestTarget(t *testing.T) {
	w, n := clock.Working, clock.Natural
	for _, x := range []struct {
		name    string
		members []merge.Member
		want    int
	}{
		{"one member promises", []merge.Member{limited("a", 7, 20, w)}, 7},
		{"its natural days are 5/7", []merge.Member{limited("a", 30, 90, n)}, 22}, // 21.43
		{"side by side: the longest", []merge.Member{limited("a", 7, 20, w), limited("b", 10, 0, w)}, 10},
		{"a chain: 0.3 × (20 + 45) = 19.5", []merge.Member{limited("a", 5, 20, w), limited("b", 10, 45, w, "a")}, 20},
		{"without a law its promise counts: 0.3 × (20 + 10) = 9, the promise 10", []merge.Member{limited("a", 5, 20, w), limited("b", 10, 0, w, "a")}, 10},
		{"natural days in a chain: 0.3 × (70 × 5/7 + 20) = 21", []merge.Member{limited("a", 5, 70, n), limited("b", 10, 20, w, "a")}, 21},
		{"a diamond takes its heavier side: 0.3 × (20 + 60 + 20) = 30", []merge.Member{limited("a", 1, 20, w), limited("b", 1, 60, w, "a"),
			limited("c", 1, 30, w, "a"), limited("d", 1, 20, w, "b", "c")}, 30},
	} {
		m, err := merge.Merge(x.members)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Target(); got != x.want {
			t.Errorf("%s: %d, want %d", x.name, got, x.want)
		}
	}
}

// TestTargetIsTheLargestChain compares with listing every chain, which is what the
// rule says and what only small bundles allow.
func TestTargetIsTheLargestChain(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 4))
	for range 2000 {
		var members []merge.Member
		for i := range 1 + rng.IntN(7) {
			unit := []clock.Unit{clock.Working, clock.Natural}[rng.IntN(2)]
			m := limited(fmt.Sprint("m", i), rng.IntN(30), rng.IntN(2)*(30+rng.IntN(60)), unit)
			for j := range i {
				if rng.IntN(3) == 0 {
					m.DependsOn = append(m.DependsOn, fmt.Sprint("m", j))
				}
			}
			members = append(members, m)
		}
		m, err := merge.Merge(members)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := m.Target(), longest(m); got != want {
			t.Fatalf("%d, the chains give %d: %+v", got, want, members)
		}
	}
}

// longest walks every maximal chain and takes the rule at its word, in
// seventieths of a day.
func longest(m *merge.Merged) int {
	follows := map[string]bool{}
	for i := range m.Members {
		for _, p := range m.After(m.Members[i].Item) {
			follows[p] = true
		}
	}
	most := 0
	var walk func(item string, sum, promise, n int)
	walk = func(item string, sum, promise, n int) {
		x, _ := m.Member(item)
		days := func(d int) int { return 70 * d } // in seventieths
		if x.Unit == clock.Natural {
			days = func(d int) int { return 50 * d }
		}
		promise = max(promise, days(x.Days))
		counted := days(x.Days)
		if x.Limit == set.LimitByLaw {
			counted = days(x.Statutory)
		}
		sum += counted
		if before := m.After(item); len(before) > 0 {
			for _, p := range before {
				walk(p, sum, promise, n+1)
			}
			return
		}
		value := up(promise, 70)
		if n > 1 {
			value = max(value, up(3*sum, 700))
		}
		most = max(most, value)
	}
	for i := range m.Members {
		if item := m.Members[i].Item; !follows[item] {
			walk(item, 0, 0, 1)
		}
	}
	return most
}

func up(n, by int) int { return (n + by - 1) / by }

// TestPromise follows a chain over the Spring Festival of 2026 by hand, and into a
// year that is not announced.
func TestPromise(t *testing.T) {
	cal := realSet(t).Calendar()
	m, err := merge.Merge([]merge.Member{
		limited("a", 5, 0, clock.Working), limited("b", 3, 0, clock.Natural, "a"), limited("c", 2, 0, clock.Working), limited("d", 1, 0, clock.Working, "b", "c"),
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Promise(cal, dated(t, "2026-02-09"))
	if err != nil {
		t.Fatal(err)
	}
	// From Monday the 9th five working days end on Saturday the 14th, a make-up
	// workday; three natural days later is a holiday, and work begins on the 24th.
	want := map[string]string{"a": "2026-02-14", "b": "2026-02-24", "c": "2026-02-11", "d": "2026-02-25"}
	for item, date := range want {
		if p.Each[item] != dated(t, date) {
			t.Errorf("%s is due on %s, want %s", item, p.Each[item], date)
		}
	}
	// The target: max(5, 3 × 5/7, 1, ceil(0.3 × (5 + 15/7 + 1)) = 3), five working days.
	if p.Last != "d" || p.Due != p.Each["d"] || p.Provisional || m.Target() != 5 || p.Target != dated(t, "2026-02-14") || !p.Late() {
		t.Errorf("%+v, target %d", p, m.Target())
	}
	// Filed on the Sunday before, it takes effect on that Monday: nothing moves.
	sunday, err := m.Promise(cal, dated(t, "2026-02-08"))
	if err != nil || sunday.Due != p.Due || sunday.Target != p.Target {
		t.Errorf("filed on Sunday: %+v %v", sunday, err)
	}
	far, err := m.Promise(cal, dated(t, "2099-06-01"))
	if err != nil || !far.Provisional {
		t.Errorf("%+v %v", far, err)
	}
	if _, err := m.Promise(cal, clock.Date{}); err == nil {
		t.Error("a promise without a start")
	}
}

// TestSideBySideIsNeverLate: members that wait for nobody set the target
// themselves, whatever holidays lie in between.
func TestSideBySideIsNeverLate(t *testing.T) {
	cal := realSet(t).Calendar()
	m, err := merge.Merge([]merge.Member{limited("a", 30, 60, clock.Natural), limited("b", 20, 0, clock.Working)})
	if err != nil {
		t.Fatal(err)
	}
	first := dated(t, "2026-01-01")
	for n := range 330 {
		p, err := m.Promise(cal, first.AddDays(n))
		if err != nil || p.Late() {
			t.Fatalf("%+v %v", p, err)
		}
	}
}

// TestManyChains: a hostile bundle has more chains than anybody could walk.
func TestManyChains(t *testing.T) {
	var members []merge.Member
	for layer := range 100 {
		for side := range 2 {
			m := limited(fmt.Sprint(layer, "-", side), 1, 0, clock.Working)
			if layer > 0 {
				m.DependsOn = []string{fmt.Sprint(layer-1, "-", 0), fmt.Sprint(layer-1, "-", 1)}
			}
			members = append(members, m)
		}
	}
	begin := time.Now()
	m, err := merge.Merge(members)
	if err != nil || m.Target() != 30 || m.PathDays != 100 || len(m.Layers) != 100 {
		t.Errorf("%v", err)
	}
	if _, err := m.Promise(realSet(t).Calendar(), dated(t, "2026-03-02")); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("it took %s", took)
	}
}
