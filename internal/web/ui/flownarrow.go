package ui

import (
	"fmt"
	"slices"
)

const (
	narrowWidth = 340
	narrowTitle = 16
	narrowSmall = 14
	narrowGap   = 22
	narrowLane  = 14
)

// lane is a line beside the boxes: one box above or below, several on the other end.
type lane struct {
	from, to []int
	dashed   bool
	arrow    bool
}

// narrowFlow stands the boxes under each other. What fans out runs down the left
// side, what comes together runs down the right, a plain sequence runs straight.
func narrowFlow(g *graph) drawing {
	order := slices.Concat(g.layers...)
	at := make([]int, len(g.nodes))
	for place, i := range order {
		at[i] = place
	}
	straight, left, right := lanes(g, at)
	x := 8 + narrowLane*len(left)
	w := narrowWidth - 8 - x - narrowLane*len(right)
	d := drawing{width: narrowWidth}
	boxes := make([]drawnBox, len(g.nodes))
	y := 4
	for _, i := range order {
		words, h := narrowWords(g.nodes[i], x, y, w)
		boxes[i] = drawnBox{class: boxClass(g.nodes[i].Tone), x: x, y: y, w: w, h: h}
		boxes[i].sign(g.nodes[i])
		d.words = append(d.words, owned(words, len(d.boxes))...)
		d.boxes = append(d.boxes, boxes[i])
		y += h + narrowGap
	}
	d.height = y - narrowGap + 4
	for _, e := range straight {
		a, b := boxes[e[0]], boxes[e[1]]
		d.lines = append(d.lines, drawnLine{path: fmt.Sprintf("M%d %dV%d", x+24, a.y+a.h, b.y)})
	}
	for n, l := range left {
		d.lines = append(d.lines, laneLines(l, boxes, 8+narrowLane*n, x, 1)...)
	}
	for n, l := range right {
		d.lines = append(d.lines, laneLines(l, boxes, narrowWidth-8-narrowLane*n, x+w, -1)...)
	}
	return d
}

// lanes sorts the edges: straight ones between neighbours, left ones by source,
// right ones by target; ways back take the right.
func lanes(g *graph, at []int) (straight [][2]int, left, right []lane) {
	into := make([][]int, len(g.nodes))
	for i, targets := range g.next {
		for _, j := range targets {
			into[j] = append(into[j], i)
		}
	}
	done := map[[2]int]bool{}
	for i, targets := range g.next {
		if len(targets) > 1 {
			left = append(left, lane{from: []int{i}, to: targets})
			for _, j := range targets {
				done[[2]int{i, j}] = true
			}
		}
	}
	for j, sources := range into {
		var rest []int
		for _, i := range sources {
			if !done[[2]int{i, j}] {
				rest = append(rest, i)
			}
		}
		if len(rest) > 1 {
			right = append(right, lane{from: rest, to: []int{j}})
		}
		if len(rest) == 1 && at[j] == at[rest[0]]+1 {
			straight = append(straight, [2]int{rest[0], j})
		} else if len(rest) == 1 {
			right = append(right, lane{from: rest, to: []int{j}})
		}
	}
	for _, b := range g.back {
		right = append(right, lane{from: []int{b.from}, to: []int{b.to}, dashed: true, arrow: true})
	}
	return straight, left, right
}

// laneLines draws a vertical line at x and a short one to each of its boxes,
// whose side is at edge; inward is 1 on the left, -1 on the right.
func laneLines(l lane, boxes []drawnBox, x, edge, inward int) []drawnLine {
	top, bottom := 1<<30, 0
	var out []drawnLine
	branch := func(i, shift int, arrow bool) {
		y := boxes[i].y + boxes[i].h/2 + shift
		top, bottom = min(top, y), max(bottom, y)
		path := fmt.Sprintf("M%d %dH%d", x, y, edge)
		if arrow {
			path += fmt.Sprintf("m%d-5 %d 5 %d 5", -6*inward, 6*inward, -6*inward)
		}
		out = append(out, drawnLine{path: path, dashed: l.dashed && !arrow})
	}
	for _, i := range l.from {
		branch(i, 6, false)
	}
	for _, i := range l.to {
		branch(i, -6, l.arrow)
	}
	return append(out, drawnLine{path: fmt.Sprintf("M%d %dV%d", x, top, bottom), dashed: l.dashed})
}

// narrowWords writes the title, then who on the left and when on the right of
// one line, or on two lines where they do not fit.
func narrowWords(n FlowNode, x, y, w int) (words []drawnWord, height int) {
	inner := w - 2*flowPad
	line := y + flowPad
	put := func(text, class, anchor string, size int) {
		at := x + flowPad
		if anchor == "end" {
			at = x + w - flowPad
		}
		words = append(words, drawnWord{class: class, anchor: anchor, text: text, x: at, y: line - 6, size: size})
	}
	for _, l := range breakText(n.Title, narrowTitle, inner) {
		line += 24
		put(l, "b", "", narrowTitle)
	}
	if n.Sub != "" && n.End != "" && fits(n.Sub+"　"+n.End, narrowSmall, inner) {
		line += 22
		put(n.Sub, "m", "", narrowSmall)
		put(n.End, "m", "end", narrowSmall)
		return words, line - y + flowPad - 4
	}
	for _, text := range []string{n.Sub, n.End} {
		if text == "" {
			continue
		}
		for _, l := range breakText(text, narrowSmall, inner) {
			line += 22
			put(l, "m", "", narrowSmall)
		}
	}
	return words, line - y + flowPad - 4
}
