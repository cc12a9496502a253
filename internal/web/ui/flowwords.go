package ui

import (
	"context"
	"strconv"
	"strings"
)

// nodeWords is a box as words: 受理（综合窗口，1 个工作日）.
func nodeWords(n FlowNode) string {
	var in []string
	for _, s := range []string{n.Sub, n.End} {
		if s != "" {
			in = append(in, s)
		}
	}
	if len(in) == 0 {
		return n.Title
	}
	return n.Title + "（" + strings.Join(in, "，") + "）"
}

// followers tells what comes after a node, and the ways back with their condition.
func followers(ctx context.Context, g *graph, i int) string {
	var names, out []string
	for _, j := range g.next[i] {
		names = append(names, g.nodes[j].Title)
	}
	if len(names) > 0 {
		out = append(out, T(ctx, "common.flow_then", "names", strings.Join(names, "、")))
	}
	for _, b := range g.back {
		if b.from == i {
			out = append(out, T(ctx, "common.flow_back", "name", g.nodes[b.to].Title, "label", b.label))
		}
	}
	return strings.Join(out, "")
}

// viewBox is the part of the plane that a drawing shows, with room above it.
func viewBox(d drawing, above int) string {
	return "0 " + strconv.Itoa(-above) + " " + strconv.Itoa(d.width) + " " + strconv.Itoa(d.height+above)
}

// wideClass keeps a drawing at the size its words were set for.
func wideClass(f Flow) string {
	if f.Wide {
		return "only-wide across"
	}
	return "only-wide column"
}
