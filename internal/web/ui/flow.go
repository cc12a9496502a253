package ui

import (
	"slices"
	"strings"
)

// Flow is a drawing of steps and what follows what: the stages of an item, the
// members of a bundle. It is drawn twice, lying for wide screens and upright for
// narrow ones, so that its words stay readable, and told once more as a list.
type Flow struct {
	// Title says in one sentence what the drawing shows; it is its text alternative.
	Title string
	// Wide is for a drawing across the whole page instead of a text column.
	Wide  bool
	Nodes []FlowNode
	Edges []FlowEdge
	// States: every box carries the sign of its tone and leads to its Href, so that
	// how each of them stands is seen and reached in the drawing.
	States bool
	// Told: the page tells the same in words beside it.
	Told bool
}

// role is what the drawing is to a screen reader: what is in an image cannot be
// reached, so that one with links is a group.
func (f Flow) role() string {
	if f.Leads() {
		return "group"
	}
	return "img"
}

// Leads tells whether some box leads to a page.
func (f Flow) Leads() bool {
	return slices.ContainsFunc(f.Nodes, func(n FlowNode) bool { return n.Href != "" })
}

// FlowNode is one box: what happens, who does it (Sub), how long or until when (End).
type FlowNode struct {
	ID, Title, Sub, End string
	Tone                Tone
	Href                string // where Flow.States, '' for no link
}

// FlowEdge says that To follows From. An edge that closes a circle is drawn
// dashed, as a way back; Label is its condition.
type FlowEdge struct{ From, To, Label string }

// graph is a Flow with its edges resolved and its nodes put into layers.
type graph struct {
	nodes  []FlowNode
	next   [][]int // forward edges
	back   []backEdge
	layers [][]int // node numbers; each layer in drawing order
	level  []int
}

type backEdge struct {
	from, to int
	label    string
}

// newGraph drops edges that name no node; order of nodes decides what is a way
// back when the edges form a circle.
func newGraph(f Flow) *graph {
	g := &graph{nodes: f.Nodes, next: make([][]int, len(f.Nodes)), level: make([]int, len(f.Nodes))}
	number := map[string]int{}
	for i, n := range f.Nodes {
		number[n.ID] = i
	}
	all := make([][]int, len(f.Nodes))
	label := map[[2]int]string{}
	for _, e := range f.Edges {
		from, okFrom := number[e.From]
		to, okTo := number[e.To]
		if okFrom && okTo && from != to && !slices.Contains(all[from], to) {
			all[from] = append(all[from], to)
			label[[2]int{from, to}] = e.Label
		}
	}
	g.split(all, label)
	g.rank()
	return g
}

// split walks depth first; an edge to a node still being walked closes a circle.
func (g *graph) split(all [][]int, label map[[2]int]string) {
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(g.nodes))
	var walk func(int)
	walk = func(i int) {
		state[i] = open
		for _, j := range all[i] {
			if state[j] == open {
				g.back = append(g.back, backEdge{i, j, label[[2]int{i, j}]})
				continue
			}
			g.next[i] = append(g.next[i], j)
			if state[j] == unseen {
				walk(j)
			}
		}
		state[i] = done
	}
	for i := range g.nodes {
		if state[i] == unseen {
			walk(i)
		}
	}
}

// rank puts each node one layer after its last predecessor, and orders a layer
// by where its predecessors lie, so that lines cross little.
func (g *graph) rank() {
	for range g.nodes { // the longest path has at most as many edges as there are nodes
		moved := false
		for i, targets := range g.next {
			for _, j := range targets {
				if g.level[j] <= g.level[i] {
					g.level[j], moved = g.level[i]+1, true
				}
			}
		}
		if !moved {
			break
		}
	}
	for i, l := range g.level {
		for len(g.layers) <= l {
			g.layers = append(g.layers, nil)
		}
		g.layers[l] = append(g.layers[l], i)
	}
	place := make([]float64, len(g.nodes))
	for _, layer := range g.layers {
		slices.SortStableFunc(layer, func(a, b int) int {
			return compareFloat(g.centre(a, place), g.centre(b, place))
		})
		for at, i := range layer {
			place[i] = float64(at) - float64(len(layer)-1)/2
		}
	}
}

// centre is the mean place of a node's predecessors.
func (g *graph) centre(node int, place []float64) float64 {
	sum, n := 0.0, 0
	for i, targets := range g.next {
		if slices.Contains(targets, node) {
			sum, n = sum+place[i], n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// chain tells whether the flow is one line without branches.
func (g *graph) chain() bool {
	for _, layer := range g.layers {
		if len(layer) > 1 {
			return false
		}
	}
	return true
}

// drawing is an SVG ready to print: boxes, lines and words with whole coordinates.
type drawing struct {
	width, height int
	boxes         []drawnBox
	lines         []drawnLine
	words         []drawnWord
}

type drawnBox struct {
	class      string
	x, y, w, h int
	href, icon string // where the flow shows states
}

// sign puts a node's link and the sign of its tone on its box.
func (b *drawnBox) sign(n FlowNode) { b.href, b.icon = n.Href, n.Tone.icon() }

type drawnLine struct {
	path   string
	dashed bool
}

type drawnWord struct {
	class, anchor, text string
	x, y, size          int
	box                 int // whose words they are, noBox for those between boxes
}

const noBox = -1

// wordsIn gives the words of a box.
func (d drawing) wordsIn(box int) (out []drawnWord) {
	for _, w := range d.words {
		if w.box == box {
			out = append(out, w)
		}
	}
	return out
}

// owned marks words as those of a box.
func owned(words []drawnWord, box int) []drawnWord {
	for i := range words {
		words[i].box = box
	}
	return words
}

const (
	flowIcon = 20 // a sign sits on the upper edge of its box
	flowRise = 12 // and rises this much above the drawing
)

// boxClass colours a node by its tone.
func boxClass(t Tone) string {
	switch t {
	case ToneOK:
		return "okb"
	case ToneNow:
		return "in"
	case ToneWarn:
		return "wait"
	case ToneBad:
		return "badb"
	default:
		return "box"
	}
}

// wide tells a Chinese character or sign from a Latin letter or digit.
func wide(r rune) bool { return r >= 0x2e80 || r == '“' || r == '”' || r == '·' }

// ems is how wide text is in units of its size: a Chinese character is one, a
// Latin letter or digit a little over half. No font is at hand to ask.
func ems(text string) float64 {
	w := 0.0
	for _, r := range text {
		if wide(r) {
			w++
		} else {
			w += 0.58
		}
	}
	return w
}

// fits tells whether text of a size has room in width.
func fits(text string, size, width int) bool { return ems(text)*float64(size) <= float64(width) }

// breakText cuts text into lines that fit, between Chinese characters or Latin
// words; a line begins with no closing sign.
func breakText(text string, size, width int) []string {
	if fits(text, size, width) {
		return []string{text}
	}
	var lines []string
	line := []rune{}
	for _, r := range text {
		if !fits(string(line)+string(r), size, width) && len(line) > 0 && !strings.ContainsRune("，。、；：！？）》」”", r) {
			at := wordStart(line, r)
			lines = append(lines, string(line[:at]))
			line = slices.Clone(line[at:])
		}
		line = append(line, r)
	}
	return append(lines, string(line))
}

// wordStart is where the Latin word begins that r goes on with: what stands before
// it is a line. A word that fills a whole line is cut.
func wordStart(line []rune, r rune) int {
	at := len(line)
	for at > 0 && !wide(r) && r != ' ' && !wide(line[at-1]) && line[at-1] != ' ' {
		at--
	}
	if at == 0 {
		return len(line)
	}
	return at
}
