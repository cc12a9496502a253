package ui

import "fmt"

const (
	flowText   = 720  // width of a drawing in a text column
	flowPage   = 1056 // width of a drawing across the page
	flowPad    = 14
	flowTitle  = 15
	flowSmall  = 13
	flowLeast  = 104 // a narrower box cannot hold words; then the upright drawing serves all widths
	flowSingle = 260 // a layer of one node takes no more beside layers of several
	flowRow    = 400 // from this width title, who and when stand side by side
	flowStack  = 12  // between boxes of one layer
	flowBottom = 30  // height of one way back
)

// wideFlow lays the layers side by side. ok is false when the boxes would be too
// narrow for words.
func wideFlow(f Flow, g *graph) (d drawing, ok bool) {
	d.width = flowText
	if f.Wide {
		d.width = flowPage
	}
	xs, ws, ok := columns(g, d.width)
	if !ok {
		return d, false
	}
	boxes := make([]drawnBox, len(g.nodes))
	for _, layer := range g.layers {
		for _, i := range layer {
			boxes[i] = drawnBox{class: boxClass(g.nodes[i].Tone), x: xs[g.level[i]], w: ws[g.level[i]]}
			boxes[i].h = wideHeight(g.nodes[i], boxes[i].w, g.chain())
		}
	}
	d.height = stackLayers(g, boxes)
	for i, n := range g.nodes {
		boxes[i].sign(n)
		d.boxes = append(d.boxes, boxes[i])
		d.words = append(d.words, owned(wideWords(n, boxes[i], g.chain()), i)...)
	}
	below := d.height
	if g.chain() && anyEnd(g.nodes) {
		below += flowSmall + 12
	}
	d.height = below + wideLines(&d, g, boxes, below)
	return d, true
}

// columns gives layers of one node a narrow column and shares the rest.
func columns(g *graph, width int) (xs, ws []int, ok bool) {
	n := len(g.layers)
	margin := 1
	if len(g.back) > 0 {
		margin = 16
	}
	gap := 22
	if !g.chain() {
		gap = 56
	}
	room := width - 2*margin - gap*(n-1)
	single, many := 0, 0
	for _, layer := range g.layers {
		if len(layer) == 1 {
			single++
		} else {
			many++
		}
	}
	narrow := room / max(n, 1)
	if many > 0 {
		narrow = min(narrow, flowSingle)
	}
	x := margin
	for _, layer := range g.layers {
		w := narrow
		if len(layer) > 1 {
			w = (room - narrow*single) / many
		}
		if w < flowLeast {
			return nil, nil, false
		}
		xs, ws = append(xs, x), append(ws, w)
		x += w + gap
	}
	return xs, ws, n > 0
}

func anyEnd(nodes []FlowNode) bool {
	for _, n := range nodes {
		if n.End != "" {
			return true
		}
	}
	return false
}

// wideHeight is the height of a box; in a chain the time stands under the box.
func wideHeight(n FlowNode, w int, chain bool) int {
	inner := w - 2*flowPad
	if w >= flowRow {
		return max(56, 24+24*len(breakText(n.Title, flowTitle, inner*2/5-flowPad)))
	}
	h := 2*flowPad + 24*len(breakText(n.Title, flowTitle, inner))
	if n.Sub != "" {
		h += 20 * len(breakText(n.Sub, flowSmall, inner))
	}
	if n.End != "" && !chain {
		h += 20 * len(breakText(n.End, flowSmall, inner))
	}
	return h
}

// stackLayers centres every layer on the same middle line and gives the height;
// the boxes of a chain are made equally high.
func stackLayers(g *graph, boxes []drawnBox) int {
	tallest := 0
	if g.chain() {
		for i := range boxes {
			tallest = max(tallest, boxes[i].h)
		}
		for i := range boxes {
			boxes[i].h = tallest
		}
	}
	heights := make([]int, len(g.layers))
	for l, layer := range g.layers {
		heights[l] = flowStack * (len(layer) - 1)
		for _, i := range layer {
			heights[l] += boxes[i].h
		}
		tallest = max(tallest, heights[l])
	}
	for l, layer := range g.layers {
		y := 1 + (tallest-heights[l])/2
		for _, i := range layer {
			boxes[i].y = y
			y += boxes[i].h + flowStack
		}
	}
	return tallest + 2
}

func wideWords(n FlowNode, b drawnBox, chain bool) []drawnWord {
	if b.w >= flowRow {
		return rowWords(n, b)
	}
	inner, mid := b.w-2*flowPad, b.x+b.w/2
	title, sub, end := breakText(n.Title, flowTitle, inner), breakText(n.Sub, flowSmall, inner), breakText(n.End, flowSmall, inner)
	if n.Sub == "" {
		sub = nil
	}
	if n.End == "" {
		end = nil
	}
	high := 24*len(title) + 20*len(sub)
	if !chain {
		high += 20 * len(end)
	}
	y := b.y + (b.h-high)/2
	var out []drawnWord
	put := func(lines []string, class string, size, step int) {
		for _, l := range lines {
			out = append(out, drawnWord{class: class, anchor: "middle", text: l, x: mid, y: y + step - 7, size: size})
			y += step
		}
	}
	put(title, "b", flowTitle, 24)
	put(sub, "m", flowSmall, 20)
	if chain {
		y = b.y + b.h + 4
	}
	put(end, "m", flowSmall, 20)
	return out
}

// rowWords puts title, who and when side by side in a long box.
func rowWords(n FlowNode, b drawnBox) []drawnWord {
	inner := b.w - 2*flowPad
	title := breakText(n.Title, flowTitle, inner*2/5-flowPad)
	base := b.y + b.h/2 + 5
	var out []drawnWord
	for i, l := range title {
		y := base + 24*i - 12*(len(title)-1)
		out = append(out, drawnWord{class: "b", text: l, x: b.x + flowPad + 4, y: y, size: flowTitle})
	}
	if n.Sub != "" {
		out = append(out, drawnWord{class: "m", text: n.Sub, x: b.x + flowPad + inner*2/5, y: base, size: flowTitle})
	}
	if n.End != "" {
		out = append(out, drawnWord{anchor: "end", text: n.End, x: b.x + b.w - flowPad - 4, y: base, size: flowTitle})
	}
	return out
}

// wideLines draws what follows what, and under everything the ways back; it
// gives the height these take.
func wideLines(d *drawing, g *graph, boxes []drawnBox, below int) int {
	for i, targets := range g.next {
		for _, j := range targets {
			d.lines = append(d.lines, drawnLine{path: forward(g, boxes, i, j)})
		}
	}
	for n, e := range g.back {
		from, to := boxes[e.from], boxes[e.to]
		y := below + 8 + n*flowBottom
		right, left := from.x+from.w+10, to.x-10
		fy, ty := from.y+from.h/2+10, to.y+to.h/2+10
		d.lines = append(d.lines, drawnLine{
			path:   fmt.Sprintf("M%d %dH%dV%dH%dV%dH%d", from.x+from.w, fy, right, y, left, ty, to.x),
			dashed: true,
		}, drawnLine{path: fmt.Sprintf("M%d %dm-6-5 6 5-6 5", to.x, ty)})
		if e.label != "" {
			d.words = append(d.words, drawnWord{class: "m", text: e.label, x: left + 8, y: y + 18, size: flowSmall, box: noBox})
		}
	}
	if len(g.back) == 0 {
		return 0
	}
	return 8 + flowBottom*len(g.back)
}

// forward runs from the right side of one box to the left side of another,
// turning in the gap before the target. Over skipped layers it passes between
// the boxes where there is a gap, else above them.
func forward(g *graph, boxes []drawnBox, i, j int) string {
	from, to := boxes[i], boxes[j]
	fy, ty := from.y+from.h/2, to.y+to.h/2
	turn := to.x - 22
	if g.chain() || g.level[j] == g.level[i]+1 {
		turn = (from.x + from.w + to.x) / 2
	}
	if g.level[j] > g.level[i]+1 {
		y := freeLine(g, boxes, g.level[i]+1, g.level[j]-1, fy)
		return fmt.Sprintf("M%d %dH%dV%dH%dV%dH%d", from.x+from.w, fy, from.x+from.w+22, y, turn, ty, to.x)
	}
	if fy == ty {
		return fmt.Sprintf("M%d %dH%d", from.x+from.w, fy, to.x)
	}
	return fmt.Sprintf("M%d %dH%dV%dH%d", from.x+from.w, fy, turn, ty, to.x)
}

// freeLine finds the height nearest to y at which no box of the layers lies.
func freeLine(g *graph, boxes []drawnBox, first, last, y int) int {
	free := func(y int) bool {
		for l := first; l <= last; l++ {
			for _, i := range g.layers[l] {
				if y > boxes[i].y-4 && y < boxes[i].y+boxes[i].h+4 {
					return false
				}
			}
		}
		return y >= 0
	}
	for off := 0; off < 4000; off++ {
		if free(y + off) {
			return y + off
		}
		if free(y - off) {
			return y - off
		}
	}
	return y
}
