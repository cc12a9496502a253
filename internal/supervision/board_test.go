package supervision

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yimen/internal/cases"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// grouped counts by what a sum is counted by, "body/item/severity/due_on n".
func (k *kit) grouped(sql string) map[string]int64 {
	k.t.Helper()
	rows, err := k.d.Query(k.t.Context(), sql)
	out := map[string]int64{}
	_, err = db.All(rows, err, func(s db.Scanner) (x struct{}, err error) {
		var body, item, severity, due string
		var n int64
		if err := s.Scan(&body, &item, &severity, &due, &n); err != nil {
			return x, err
		}
		out[body+"/"+item+"/"+severity+"/"+due] += n
		return x, nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
	maps.DeleteFunc(out, func(_ string, n int64) bool { return n == 0 })
	return out
}

// counted holds that the tally is exactly what the rows of watch say, folded or not.
func (k *kit) counted(t interface{ Fatalf(string, ...any) }) {
	rows := k.grouped(`SELECT body, item, severity, due_on, count(*) FROM watch WHERE open GROUP BY body, item, severity, due_on`)
	days := k.grouped(`SELECT body, item, severity, due_on, n FROM tally_day
		UNION ALL SELECT body, item, severity, due_on, delta FROM tally_delta`)
	if !maps.Equal(rows, days) {
		t.Fatalf("by day: %v\nrows: %v", days, rows)
	}
	flat := k.grouped(`SELECT body, item, severity, '', count(*) FROM watch WHERE open GROUP BY body, item, severity`)
	all := k.grouped(`SELECT body, item, severity, '', n FROM tally UNION ALL SELECT body, item, severity, '', delta FROM tally_delta`)
	if !maps.Equal(flat, all) {
		t.Fatalf("all days: %v\nrows: %v", all, flat)
	}
}

// TestTallyIsWhatTheRowsSay after random acts, midnights and foldings.
func TestTallyIsWhatTheRowsSay(t *testing.T) {
	each(t, func(k *kit) {
		var open []*cases.Case
		rapid.Check(k.t, func(rt *rapid.T) {
			if rapid.Bool().Draw(rt, "new") || len(open) == 0 {
				c := file(rapid.SampledFrom([]string{"scjg@1", "ga@1", "scjg@2"}).Draw(rt, "body"), *k.at, rapid.IntRange(1, 9).Draw(rt, "promised"), 20)
				c.Item = rapid.SampledFrom([]string{"food", "seal"}).Draw(rt, "item")
				open = append(open, c)
				k.watch(c)
			}
			c := open[rapid.IntRange(0, len(open)-1).Draw(rt, "case")]
			if c.State == cases.Submitted && today(*k.at).After(c.AcceptDue) { // by silence
				c.State, c.Step, c.Awaits, c.Deemed = cases.Accepted, cases.Handle, cases.Officer, true
				k.watch(c)
			}
			dos := map[cases.State][]clock.Do{cases.Submitted: {clock.Accept, clock.NotifyCorrection, clock.Withdraw}, cases.Correcting: {clock.Resubmit},
				cases.Accepted: {clock.Suspend, clock.Decide, clock.Withdraw}, cases.Suspended: {clock.Resume}, cases.Granted: {clock.Deliver}}[c.State]
			if len(dos) > 0 {
				act(c, *k.at, rapid.SampledFrom(dos).Draw(rt, "do"))
				k.watch(c)
			}
			*k.at = instant(today(*k.at).AddDays(rapid.IntRange(0, 1).Draw(rt, "days")).String(), 9)
			if rapid.Bool().Draw(rt, "tick") {
				k.tick()
			}
			k.counted(rt)
			if rapid.Bool().Draw(rt, "fold") {
				if _, err := k.s.Fold(k.t.Context()); err != nil {
					rt.Fatal(err)
				}
				k.counted(rt)
			}
		})
		for {
			n, err := k.s.Fold(k.t.Context())
			if err != nil {
				k.t.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
		k.counted(k.t)
		if n := len(k.grouped(`SELECT body, item, severity, due_on, 1 FROM tally_day WHERE n = 0`)); n > 0 {
			k.t.Errorf("%d empty days are kept", n)
		}
	})
}

// TestBoardListsAndExportAgree for everybody, each column and each filter, on days
// on which there is something in every column.
func TestBoardListsAndExportAgree(t *testing.T) {
	each(t, func(k *kit) {
		ctx := k.t.Context()
		for i, body := range []string{"scjg@1", "scjg@1", "scjg@1", "scjg@1", "ga@1", "ga@1", "ga@1", "scjg@2", "scjg@9", "scjg@1"} {
			c := file(body, *k.at, []int{1, 5, 7, 9, 7, 5, 3, 7, 7, 20}[i], []int{20, 20, 20, 20, 20, 20, 3, 20, 20, 20}[i])
			c.Item = []string{"food", "seal"}[i%2]
			c.ItemName = map[string]string{"food": "食品经营许可", "seal": "公章刻制备案"}[c.Item]
			act(c, *k.at, clock.Accept)
			k.watch(c)
		}
		if _, err := k.s.Fold(ctx); err != nil { // some folded, what follows pending
			k.t.Fatal(err)
		}
		city := person("city", "市监督", gov.RoleSupervisor, "scjg@9")
		city.Posts[0].Region = "445000000000"
		seen := map[Column]bool{}
		for _, day := range []string{"2026-03-02", "2026-03-09", "2026-03-11", "2026-04-01"} {
			k.moveTo(day, 8)
			k.tick()
			for _, actor := range []gov.Actor{supervisor, officer, stranger, elsewhere, city, clerk, root} {
				for _, f := range []Filter{{}, {Department: "ga"}, {Item: "seal"}, {Body: "scjg@1"}, {Region: "445103000000"}, {Region: "nowhere"}} {
					b, err := k.s.Board(ctx, actor, f)
					if err != nil {
						k.t.Fatal(err)
					}
					for _, col := range Columns() {
						f.Column = col
						listed, exported := k.listed(actor, f), k.exported(actor, f)
						if !slices.Equal(listed, exported) || int64(len(listed)) != b.Total.Of(col) {
							k.t.Fatalf("%s %s %+v: board %d, list %d, export %d", day, actor.Account, f, b.Total.Of(col), len(listed), len(exported))
						}
						seen[col] = seen[col] || len(listed) > 0
					}
					var sum Counts
					for _, lines := range [][]Line{b.Departments, b.Items} {
						var all Counts
						for _, l := range lines {
							all = Counts{all.Open + l.Open, all.Today + l.Today, all.Blue + l.Blue, all.Yellow + l.Yellow, all.Red + l.Red, all.Serious + l.Serious}
							if name := map[string]string{"food": "食品经营许可", "seal": "公章刻制备案"}[l.Key]; l.Name != name {
								k.t.Errorf("%s is called %q", l.Key, l.Name)
							}
						}
						sum = all
						if sum != b.Total {
							k.t.Fatalf("lines say %+v, the total %+v", sum, b.Total)
						}
					}
				}
			}
		}
		for _, col := range Columns() {
			if !seen[col] {
				k.t.Errorf("nothing ever stood in column %q", col)
			}
		}
		if b, err := k.s.Board(ctx, supervisor, Filter{}); err != nil || b.Total.Open != 8 || b.Total.Serious != 8 && b.Total.Red == 0 {
			k.t.Errorf("%+v, %v", b.Total, err)
		}
	})
}

func (k *kit) listed(actor gov.Actor, f Filter) []string {
	k.t.Helper()
	var out []string
	for p := (Page{Limit: 2}); ; {
		page, err := k.s.List(k.t.Context(), actor, f, p)
		if err != nil {
			k.t.Fatal(err)
		}
		for _, w := range page {
			if !MaySeeWatched(actor, w) {
				k.t.Fatalf("%s sees a case of %s", actor.Account, w.Body)
			}
			out = append(out, w.Case)
			p.Due, p.Case = w.DueOn, w.Case
		}
		if len(page) < 2 {
			slices.Sort(out)
			return out
		}
	}
}

func (k *kit) exported(actor gov.Actor, f Filter) []string {
	k.t.Helper()
	var out []string
	for w, err := range k.s.Export(k.t.Context(), actor, f) {
		if err != nil {
			k.t.Fatal(err)
		}
		out = append(out, w.Case)
	}
	return out
}

// TestExportGoesThroughPages and stops when it is told to.
func TestExportGoesThroughPages(t *testing.T) {
	each(t, func(k *kit) {
		k.many(exportPage + 3)
		if n := len(k.exported(supervisor, Filter{})); n != exportPage+3 {
			k.t.Errorf("%d cases were exported", n)
		}
		n := 0
		for range k.s.Export(k.t.Context(), supervisor, Filter{}) {
			if n++; n == exportPage+1 {
				break
			}
		}
		if n != exportPage+1 {
			k.t.Errorf("it went on to %d", n)
		}
		if page, err := k.s.List(k.t.Context(), supervisor, Filter{}, Page{Limit: 9999}); err != nil || len(page) != MostRows {
			k.t.Errorf("a page of %d, %v", len(page), err)
		}
	})
}

// TestTwoFold: programs that fold at once add nothing twice.
func TestTwoFold(t *testing.T) {
	each(t, func(k *kit) {
		k.many(700)
		done := make(chan error)
		for range 3 {
			go func() {
				for {
					n, err := k.s.Fold(k.t.Context())
					if err != nil || n == 0 {
						done <- err
						return
					}
				}
			}()
		}
		for range 3 {
			if err := <-done; err != nil {
				k.t.Error(err)
			}
		}
		k.counted(k.t)
		if b, err := k.s.Board(k.t.Context(), supervisor, Filter{}); err != nil || b.Total.Open != 700 {
			k.t.Errorf("%+v, %v", b.Total, fmt.Sprint(err))
		}
	})
}
