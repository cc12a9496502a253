package ui

import (
	"slices"
	"strconv"
	"strings"
)

// Trend is a line over time: one point a month (or day), some of which may have no
// value. The numbers stand in a table behind the drawing, where every reader finds
// them.
type Trend struct {
	Label string // in one sentence what it shows, from where to where: the drawing's name
	// Head are the headings of the table: of the points, their value, and their note
	// ('' for no third column).
	Head   [3]string
	Points []TrendPoint
	Goal   *TrendGoal
	// Write writes a value of the axis; Most is the largest there can be, 0 for none.
	Write func(int64) string
	Most  int64
}

// TrendPoint is one stop of the line. Tick is its label under the axis, Name its
// name in the table; without Has it is a gap, and Text says why.
type TrendPoint struct {
	Tick, Name, Text, Note string
	Value                  int64
	Has                    bool
}

// TrendGoal is a level to be reached, drawn dashed with its words.
type TrendGoal struct {
	Value int64
	Text  string
}

func (t Trend) empty() bool {
	return !slices.ContainsFunc(t.Points, func(p TrendPoint) bool { return p.Has })
}

// trendFrame is the drawing's measures: wide for desks, upright for phones, where
// words must stay readable.
type trendFrame struct {
	width, height            int
	left, right, top, bottom int
	font, ticks              int // at most so many labels under the axis
}

var (
	trendWide   = trendFrame{width: 832, height: 270, left: 60, right: 816, top: 44, bottom: 212, font: 14, ticks: 12}
	trendNarrow = trendFrame{width: 340, height: 220, left: 60, right: 324, top: 38, bottom: 168, font: 13, ticks: 4}
)

// trendDraw is a trend with every place computed.
type trendDraw struct {
	trendFrame
	Lines  []trendMark // levels with their words
	Goal   *trendMark
	Paths  []string // stretches of at least two points
	Alone  [][2]int // points with a gap on both sides
	Labels []trendMark
	Last   *trendMark // the newest value's point
	Word   int        // where its words stand: above it, or below a line that comes down to it
}

// trendMark is a text at a place.
type trendMark struct {
	X, Y int
	Text string
}

func (t Trend) draw(f trendFrame) trendDraw {
	d := trendDraw{trendFrame: f}
	low, high, step := t.scale()
	y := func(v int64) int { return f.bottom - int((v-low)*int64(f.bottom-f.top)/(high-low)) }
	x := func(i int) int {
		if len(t.Points) < 2 {
			return f.right
		}
		return f.left + i*(f.right-f.left)/(len(t.Points)-1)
	}
	for v := low; v <= high; v += step {
		d.Lines = append(d.Lines, trendMark{f.left, y(v), t.Write(v)})
	}
	if t.Goal != nil {
		d.Goal = &trendMark{f.left, y(t.Goal.Value), t.Goal.Text}
	}
	var stretch [][2]int
	end := func() {
		switch {
		case len(stretch) == 1:
			d.Alone = append(d.Alone, stretch[0])
		case len(stretch) > 1:
			d.Paths = append(d.Paths, polyline(stretch))
		}
		stretch = nil
	}
	every := (len(t.Points) + f.ticks - 1) / f.ticks
	for i, p := range t.Points {
		if (len(t.Points)-1-i)%every == 0 {
			d.Labels = append(d.Labels, trendMark{x(i), f.height - 8, p.Tick})
		}
		if !p.Has {
			end()
			continue
		}
		stretch = append(stretch, [2]int{x(i), y(p.Value)})
		d.Last = &trendMark{x(i), y(p.Value), p.Text}
		if d.Word = d.Last.Y - 10; falling(stretch) {
			d.Word = d.Last.Y + f.font + 6
		}
	}
	end()
	return d
}

// falling tells that a stretch of the line ends lower than it was a point before.
func falling(stretch [][2]int) bool {
	n := len(stretch)
	return n > 1 && stretch[n-1][1] > stretch[n-2][1]
}

// steps between two levels of the axis, in the value's own unit.
var trendSteps = [...]int64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000}

const trendLevels = 4

// scale gives round levels around all values and the goal.
func (t Trend) scale() (low, high, step int64) {
	var all []int64
	for _, p := range t.Points {
		if p.Has {
			all = append(all, p.Value)
		}
	}
	if t.Goal != nil {
		all = append(all, t.Goal.Value)
	}
	if len(all) > 0 {
		low, high = all[0], all[0]
	}
	for _, v := range all {
		low, high = min(low, v), max(high, v)
	}
	for _, step = range trendSteps {
		if (high+step-1)/step-low/step <= trendLevels {
			break
		}
	}
	low, high = low/step*step, (high+step-1)/step*step
	if t.Most > 0 {
		high = min(high, t.Most)
	}
	if low == high && low >= step {
		low -= step
	} else if low == high {
		high += step
	}
	return low, high, step
}

func polyline(points [][2]int) string {
	var b strings.Builder
	for i, p := range points {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(p[0]) + "," + strconv.Itoa(p[1]))
	}
	return b.String()
}

func (f trendFrame) box() string {
	return "0 0 " + strconv.Itoa(f.width) + " " + strconv.Itoa(f.height)
}

func (f trendFrame) across(y int) string {
	return "M" + strconv.Itoa(f.left) + " " + strconv.Itoa(y) + "H" + strconv.Itoa(f.right)
}

// columns are those of the table behind the drawing.
func (t Trend) columns() []Col {
	cols := []Col{{Text: t.Head[0]}, {Text: t.Head[1], Right: true}}
	if t.Head[2] != "" {
		cols = append(cols, Col{Text: t.Head[2], Right: true})
	}
	return cols
}
