package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestGraph(t *testing.T) {
	g := newGraph(GalleryStages())
	if len(g.layers) != 5 || !g.chain() || len(g.back) != 1 || g.back[0].from != 1 || g.back[0].to != 0 {
		t.Errorf("stages: %v %v", g.layers, g.back)
	}
	g = newGraph(GalleryFlow(true))
	if len(g.layers) != 3 || g.chain() || len(g.layers[1]) != 4 {
		t.Errorf("bundle: %v", g.layers)
	}
	g = newGraph(Flow{Nodes: []FlowNode{{ID: "a"}, {ID: "b"}}, Edges: []FlowEdge{{From: "a", To: "no"}, {From: "a", To: "a"}, {From: "a", To: "b"}, {From: "a", To: "b"}}})
	if len(g.next[0]) != 1 || len(g.back) != 0 {
		t.Errorf("edges that are none: %v", g.next)
	}
}

func TestTooManyStagesStandUpright(t *testing.T) {
	f := Flow{Title: "长"}
	for i := range 9 {
		f.Nodes = append(f.Nodes, FlowNode{ID: fmt.Sprint(i), Title: "一步"})
		if i > 0 {
			f.Edges = append(f.Edges, FlowEdge{From: fmt.Sprint(i - 1), To: fmt.Sprint(i)})
		}
	}
	if _, ok := wideFlow(f, newGraph(f)); ok {
		t.Error("nine boxes beside each other have no room for words")
	}
	if _, ok := wideFlow(Flow{}, newGraph(Flow{})); ok {
		t.Error("nothing was drawn wide")
	}
}

func TestBreakText(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"受理", 100, "受理"},
		{"公众聚集场所投入使用", 75, "公众聚集场|所投入使用"},
		{"一二三四五，六", 75, "一二三四五，|六"},                       // no line begins with a comma
		{"decided Sun 22 Nov", 90, "decided |Sun 22 Nov"}, // nor in the middle of a word
		{"最晚2026年11月30日", 90, "最晚2026年|11月30日"},
		{"incomprehensible", 75, "incompre|hensible"}, // but for one that fills a line
		{"", 10, ""},
		{"宽", 1, "宽"},
	} {
		if got := strings.Join(breakText(c.text, 15, c.width), "|"); got != c.want {
			t.Errorf("%s in %d: %s, want %s", c.text, c.width, got, c.want)
		}
	}
}

func randomFlow(t *rapid.T) Flow {
	n := rapid.IntRange(0, 12).Draw(t, "nodes")
	words := rapid.StringOfN(rapid.SampledFrom([]rune("市监局审查与现场核查，（周四）Abc 12")), 0, 30, -1)
	f := Flow{Title: "图", Wide: rapid.Bool().Draw(t, "wide")}
	for i := range n {
		f.Nodes = append(f.Nodes, FlowNode{ID: fmt.Sprint(i), Title: words.Draw(t, "title"), Sub: words.Draw(t, "sub"), End: words.Draw(t, "end")})
	}
	for range rapid.IntRange(0, 20).Draw(t, "edges") {
		f.Edges = append(f.Edges, FlowEdge{
			From: fmt.Sprint(rapid.IntRange(0, 13).Draw(t, "from")), To: fmt.Sprint(rapid.IntRange(0, 13).Draw(t, "to")), Label: words.Draw(t, "label"),
		})
	}
	return f
}

// Whatever the graph: forward edges go forward, every box lies inside the
// drawing, no two boxes overlap, and no word is lost.
func TestAnyFlowCanBeDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := randomFlow(t)
		g := newGraph(f)
		for i, targets := range g.next {
			for _, j := range targets {
				if g.level[j] <= g.level[i] {
					t.Fatalf("edge %d→%d goes back", i, j)
				}
			}
		}
		if wide, ok := wideFlow(f, g); ok {
			checkDrawing(t, f, wide)
		}
		checkDrawing(t, f, narrowFlow(g))
		var b strings.Builder
		if err := FlowDiagram(f).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
	})
}

func checkDrawing(t *rapid.T, f Flow, d drawing) {
	if len(d.boxes) != len(f.Nodes) {
		t.Fatalf("%d boxes for %d nodes", len(d.boxes), len(f.Nodes))
	}
	for i, b := range d.boxes {
		if b.x < 0 || b.y < 0 || b.w < 40 || b.x+b.w > d.width || b.y+b.h > d.height {
			t.Fatalf("box %+v outside %d×%d", b, d.width, d.height)
		}
		for _, o := range d.boxes[:i] {
			if b.x < o.x+o.w && o.x < b.x+b.w && b.y < o.y+o.h && o.y < b.y+b.h {
				t.Fatalf("%+v over %+v", b, o)
			}
		}
	}
	drawn := ""
	for _, w := range d.words {
		drawn += w.text
	}
	for _, n := range f.Nodes {
		if strings.Count(drawn, n.Title) == 0 {
			t.Fatalf("%q is lost", n.Title)
		}
	}
}
