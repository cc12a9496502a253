package ui

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func percent(v int64) string { return fmt.Sprintf("%d.%02d%%", v/100, v%100) }

// Whatever the values, everything stands inside the drawing, higher values higher,
// between two and six levels.
func TestATrendStaysInItsFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tr := Trend{Write: percent}
		if rapid.Bool().Draw(t, "capped") {
			tr.Most = 10000
		}
		for i := range rapid.IntRange(0, 14).Draw(t, "points") {
			tr.Points = append(tr.Points, TrendPoint{Tick: fmt.Sprint(i), Value: rapid.Int64Range(0, 10000).Draw(t, "v"), Has: rapid.Bool().Draw(t, "has")})
		}
		if rapid.Bool().Draw(t, "goal") {
			tr.Goal = &TrendGoal{Value: rapid.Int64Range(0, 10000).Draw(t, "goal value")}
		}
		for _, f := range []trendFrame{trendWide, trendNarrow} {
			d := tr.draw(f)
			if len(d.Lines) < 2 || len(d.Lines) > 6 {
				t.Fatalf("%d levels for %+v", len(d.Lines), tr)
			}
			inside := func(x, y int) {
				if x < f.left || x > f.right || y < f.top || y > f.bottom {
					t.Fatalf("%d,%d is outside of %+v", x, y, f)
				}
			}
			drawn := 0
			for _, path := range d.Paths {
				for at := range strings.SplitSeq(path, " ") {
					var x, y int
					if n, err := fmt.Sscanf(at, "%d,%d", &x, &y); n != 2 || err != nil {
						t.Fatal(path)
					}
					inside(x, y)
					drawn++
				}
			}
			for _, at := range d.Alone {
				inside(at[0], at[1])
				drawn++
			}
			has := 0
			for _, p := range tr.Points {
				if p.Has {
					has++
				}
			}
			if drawn != has || (d.Last != nil) != (has > 0) || len(d.Labels) > f.ticks {
				t.Fatalf("%d of %d points drawn, %d labels", drawn, has, len(d.Labels))
			}
			if d.Last != nil && (d.Word < 0 || d.Word > f.height-8-f.font) {
				t.Fatalf("the words of the last value stand at %d of %+v", d.Word, f)
			}
			if d.Goal != nil {
				inside(d.Goal.X, d.Goal.Y)
			}
		}
	})
}
